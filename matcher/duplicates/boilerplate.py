"""What a proposal carries that nobody would call its own study: references, hints of the form, headings,
placeholders. Texts of the guide and phrases that many texts share are `shared`'s work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher import settings
from matcher.matching import references
from matcher.readers.form_labels import label_of
from matcher.readers.form_values import is_empty, is_hint
from matcher.segment import fold
from matcher.types import Span

# A number before a line of a list; other marks of an entry are told by `references`.
_NUMBERED = re.compile(r"\d{1,3}[.、]\s")
_CITED = re.compile(
    r"[\[［]\d{1,3}[\]］][^\[\]［］\n]{6,240}[\[［][JMDCRPNSZ](?:/OL)?[\]］][^\[\]［］\n]{0,120}?\d{4}(?: ?[\d(),，:：.\-–—])*"
)
_PLACEHOLDER = re.compile(
    r"\W*(?:无|略|暂无|没有|同上|待定|待补充?|待填写?|空|未填|测试\d*|示例|(?:项目|课题)?(?:名称|题目|标题|摘要|内容)|(?:详|参)?见(?:附件|附表|正文|上文|申报书)"
    r"|某某.{0,12}|[x×*＊○〇_\-—.…·\s]+.{0,8}|tbd|tba|todo|n/?a|none|null|nil|test\s*\d*|title|abstract|untitled|to be (?:added|determined|completed)"
    r"|see (?:the )?(?:attachment|annex|above)|lorem ipsum.*|as above)\W*",
    re.IGNORECASE,
)
_LONGEST_HINT = settings.characters("duplicates.boilerplate.longest_hint")
_LONGEST_LABEL = settings.characters("duplicates.boilerplate.longest_label")


def is_placeholder(text: str) -> bool:
    """Whether a title or abstract stands for one that is still to be written.

    >>> is_placeholder("待定"), is_placeholder("（见附件）"), is_placeholder("×××技术研究"), is_placeholder("略谈物流")
    (True, True, True, False)
    """
    plain = fold(text).strip()
    return is_empty(plain) or is_hint(text) or _PLACEHOLDER.fullmatch(plain) is not None


def stretches(text: str) -> list[Span]:
    """The boilerplate of a text as (start, end) in characters, in order."""
    listed = [(m.start(), m.end()) for m in _CITED.finditer(text)]
    if opened := references.LISTED.search(text):
        listed.append((opened.start(), _end_of_line(text, opened.end())))
    return sorted([*_lines(text), *listed])


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _lines(text: str) -> Iterator[Span]:
    """Lines that do not count, and the labels at the head of those that do; a list of references has its lines."""
    start, listing = 0, False
    for line in text.split("\n"):
        end = start + len(line)
        bare = line.strip()
        heading = label_of(bare) if bare else ()
        if heading[:1] == ("references",):
            listing = True
            yield start, end
        elif listing and bare and not heading and (_NUMBERED.match(bare) or references.marks(bare)):
            yield start, end
        else:
            listing = listing and not bare
            short = 0 < len(bare) <= _LONGEST_HINT
            if short and (heading or is_hint(line) or is_placeholder(line)):
                yield start, end
            elif label := _label(line):
                yield start, start + label
        start = end + 1


def _label(line: str) -> int:
    """How many characters of a line are the label before its colon; 0 without one."""
    colon = re.search("[:：]", line[: _LONGEST_LABEL + 1])
    return colon.end() if colon and label_of(line[: colon.start()]) else 0
