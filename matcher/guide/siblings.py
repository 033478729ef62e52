"""What sets one topic, or a line outside the topics, apart from the others: findings for people, Chinese / English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matcher import settings
from matcher.guide.marks import marks_of
from matcher.guide.outside import COUNTED, beside
from matcher.guide.page_lines import PAGE
from matcher.message import Message
from matcher.segment import fold
from matcher.types import AuditLine, Topic

_LEAST_SIBLINGS = settings.count("guide.siblings.least_others")
_CLOSING = (")", "）", "】", "]")
_TITLE_END = settings.characters("guide.siblings.title_end")
_LINE = settings.characters("guide.siblings.line")
_BARE = settings.count("guide.siblings.bare")
_FEW = settings.share("guide.siblings.few")
_HAN = "[一二三四五六七八九十]+(?=$|[、.)条款])"
_HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff”》)])\s+(?=\d{0,2}[\u3400-\u9fff“《(])")


def apart(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[Message]:
    """The findings on sections, titles, contents and lines outside the topics, in this order."""
    return [
        *_bracketed(topics),
        *_no_section(topics),
        *_torn_headings(topics, audit),
        *_two_in_one(topics, audit),
        *_unasked(topics),
        *_parts(topics),
        *_odd_contents(topics),
        *_alike_heads(topics),
        *beside(topics, audit),
    ]


def _bracketed(topics: Sequence[Topic]) -> Iterator[Message]:
    """Titles that all end with a bracket, where no topic has an office: the brackets may name offices or persons."""
    if len(topics) < _LEAST_SIBLINGS or any(t.office is not None for t in topics):
        return
    if all(t.title.rstrip()[-1:] in _CLOSING for t in topics):
        yield Message(
            f"每个标题都以括号结尾（如“{topics[0].title[-_TITLE_END:]}”）：括号里可能是处室或联系人，请核对。",
            "Every title ends with a bracket: it may hold an office or a person; check them.",
        )


def _no_section(topics: Sequence[Topic]) -> Iterator[Message]:
    """Topics above the first heading where the others have one: the heading may be a part of a title, or theirs lost."""
    bare = [t.id for t in topics if not t.section]
    if 0 < len(bare) < len(topics):
        shown = "、".join(bare[:_BARE]) + ("……" if len(bare) > _BARE else "")
        other = next(t.section for t in topics if t.section)
        yield Message(
            f"{shown} 没有类别，其他课题有（如“{other}”）：请核对。",
            f"{len(bare)} topics have no section, the others have one such as {other!r}: check them.",
        )


def _alike_heads(topics: Sequence[Topic]) -> Iterator[Message]:
    """Titles, or sections, that each begin with another code: a mark that was not known stayed in them."""
    sections = list(dict.fromkeys(t.section for t in topics if t.section))
    titles = [t.title for t in topics] if len(topics) >= _LEAST_SIBLINGS else []
    for names in (titles, sections):
        if len(names) > 1 and _count(names):
            yield Message(
                f"每个标题或类别都以编号样的字开头（如“{names[0][:_LINE]}”）：它可能不是标题的一部分，请核对。",
                f"Every title or section begins with what looks like a code ({names[0][:_LINE]!r}): it may be no part of the title; check them.",
            )


def _count(names: Sequence[str]) -> bool:
    """Whether names begin with codes of one shape, each another, or with numbers that count."""
    heads = [re.split(r"[\s:]", fold(name))[0] for name in names]
    shapes = {re.sub(r"[A-Z]+", "A", re.sub(rf"\d+|{_HAN}", "9", head.upper())) for head in heads}
    numbers = [int(m[1]) for name in names if (m := COUNTED.match(fold(name)))]
    alike = len(set(heads)) > 1 and len(shapes) == 1 and bool(re.search(r"9|[\u3400-\u9fff]A$", shapes.pop()))
    return alike or (len(names) > 2 and numbers == list(range(1, len(names) + 1)))


def _torn_headings(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """Headings among the topics that may end the title above: they begin as none does, or one lone has no mark and numbers run on."""
    first, last = topics[0].lines[0], topics[-1].lines[0]
    inside = [a for a in audit if a.role == "heading" and first < a.line < last]
    bare = [a for a in inside if not marks_of(fold(a.text)) and not PAGE.search(fold(a.text))]
    above = [a for a in audit if a.role == "heading" and a.line < first][-1:]
    styled = not above or bool(marks_of(fold(above[0].text)))
    for line in bare:
        before = [t.number for t in topics if t.lines[0] < line.line][-1]
        after = next(t.number for t in topics if t.lines[0] > line.line)
        lone = len(bare) == 1 and (len(inside) > 1 or styled) and after == before + 1
        if lone or re.match(r"[a-z,、的和与及]", fold(line.text)):
            yield Message(
                f"第 {line.line} 行“{line.text[:_LINE]}”读作类别，可能是上一个标题的后半：请核对。",
                f"Line {line.line} was read as a heading, but may be the end of the title above; check it.",
            )


def _two_in_one(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """Titles that hold another mark of their own kind, or a space between words where hardly another title does."""
    lines = {a.line: marks_of(fold(a.text)).keys() for a in audit}
    spaced = [t for t in topics if _HAN_SPACE.search(t.title)]
    odd = spaced if len(topics) > 2 and len(spaced) <= _FEW * len(topics) else []
    for t in topics:
        title, own = fold(t.title), lines.get(t.lines[0], {}.keys()) - {"letter"}
        ends = [m.end() for m in re.finditer(r"(?<=.{4})[\s;,]+(?=.{5})", title)]
        if t in odd or any(marks_of(title[end:]).keys() & own for end in ends):
            yield Message(
                f"{t.id} 的标题可能是两个课题（“{t.title}”）：请核对，或导出表格修订。",
                f"The title of {t.id} may be two topics; check it, or mend the exported table.",
            )


def _unasked(topics: Sequence[Topic]) -> Iterator[Message]:
    """A title that asks nothing where all others are questions: its end stands on another line."""
    plain = [t for t in topics if fold(t.title)[-1] != "?"]
    if len(plain) == 1 and len(topics) >= _LEAST_SIBLINGS:
        yield Message(
            f"{plain[0].id} 的标题“{plain[0].title[-_LINE:]}”不是问句，其他标题都是：可能不完整，请核对。",
            f"The title of {plain[0].id} is no question, unlike all others: it may be torn; check it.",
        )


def _parts(topics: Sequence[Topic]) -> Iterator[Message]:
    """Titles in small letters, some of one word, below sections that begin with a capital: they may be parts of these."""
    small = all(t.title[0].islower() and t.section[:1].isupper() for t in topics)
    if small and any(t.title.isalpha() for t in topics):
        yield Message(
            f"每个标题都以小写字母开头（如“{topics[0].title[:_LINE]}”）：它们可能只是类别之下的要点，请核对。",
            f"Every title begins with a small letter ({topics[0].title[:_LINE]!r}): they may be points of their sections.",
        )


def _odd_contents(topics: Sequence[Topic]) -> Iterator[Message]:
    """Contents that begin with no sentence where the others do, or hardly another topic has any: no contents at all."""
    firsts = [(t.id, t.content.split("\n")[0]) for t in topics if t.content and t.lines[0] < t.lines[1]]
    odd = [(at, first) for at, first in firsts if fold(first)[-1] not in "。.;!?):"]
    if odd and (len(odd) <= _FEW * len(firsts) or len(firsts) * 2 < len(topics)):
        yield Message(
            f"{odd[0][0]} 的内容首行“{odd[0][1][-_LINE:]}”与别的课题不同，不成句：它可能是类别、标题的后半或另一个课题，请核对。",
            f"The contents of {odd[0][0]} begin with no sentence, unlike the others': a heading, a title's end or a topic?",
        )
