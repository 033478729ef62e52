"""A document's lines without what is no text of theirs: quotes of mails, emphasis of Markdown, spread labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from matcher import settings
from matcher.guide.blocks import clean
from matcher.readers import Document

_BOLD = re.compile(r"(?P<m>\*\*|__)(?P<text>[^*_]+)(?P=m)")  # Markdown
_ITALIC = re.compile(r"(?<![*\w])\*(?![*\s])([^*]+?)(?<!\s)\*(?![*\w])")  # *Host:* of Markdown
_SPACED = re.compile(
    r"^([^\u3400-\u9fff]{0,6})([\u3400-\u9fff](?:[ \u3000\u00a0]+[\u3400-\u9fff]){1,4})(?=\s*[:：])"
)  # 联 系 人：
_SPACED_LABEL = re.compile(r"\s*(?P<name>[\u3400-\u9fff]{2,6})[ \u3000]+(?=\S)")
_LEAST_NAMES = settings.count("guide.plain_lines.least_names")
_QUOTE = re.compile(r"^(?:>[ >]*)")


def plain_lines(document: Document, skip: Collection[int]) -> list[tuple[int, str]]:
    """(line number, text) of the non-empty lines that are not in `skip`, in order."""
    quoted = sum(line.startswith(">") for line in document.lines) > 2  # the text of a mail that a mail quotes
    lines = [_QUOTE.sub("", line) if quoted else line for line in document.lines]
    return _with_colons(
        [
            (n, _SPACED.sub(_closed, _BOLD.sub(r"\g<text>", _ITALIC.sub(r"\1", line))))
            for n, line in enumerate(lines, 1)
            if n not in skip and clean(line)
        ]
    )


def _closed(match: re.Match[str]) -> str:
    """A label whose characters were spread to a width (联 系 人：), without the spaces between them."""
    return match[1] + re.sub(r"\s", "", match[2])


def _with_colons(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The lines; a name that a space parts from its value gets a colon where blocks of such names repeat (场景名称 地铁夜检)."""
    matches = [_SPACED_LABEL.match(text) for _, text in lines]
    counts = Counter(match["name"] for match in matches if match)
    titles = [counts[name] for name in counts if name.endswith(("名称", "题目")) and counts[name] > 1]
    names = {name for name, count in counts.items() if titles and count == titles[0]}
    if len(names) < _LEAST_NAMES:
        return lines
    return [
        (n, f"{text[: m.end('name')]}：{text[m.end('name') + 1 :]}" if m and m["name"] in names else text)
        for (n, text), m in zip(lines, matches, strict=True)
    ]
