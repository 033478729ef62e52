"""Plain text and Markdown as paragraphs, headings and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher.readers.blocks import Block, Heading

# Line ends of other kinds: page breaks, those of the Mac's editors within a paragraph, and of mainframes.
_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_TITLE = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


def text_blocks(text: str) -> list[Block]:
    """The lines of a plain text."""
    return [_ENDS.sub("\n", text)]


def markdown_blocks(text: str) -> Iterator[Block]:
    """Headings, tables of pipes and lines of a Markdown text; what only Markdown reads (#, ---, **, `) is taken away."""
    lines = _ENDS.sub("\n", text).split("\n")
    n = 0
    while n < len(lines):
        if "|" in lines[n] and n + 1 < len(lines) and "|" in lines[n + 1] and _RULE.fullmatch(lines[n + 1]):
            end = next((i for i in range(n + 2, len(lines)) if "|" not in lines[i]), len(lines))
            yield [_cells(line) for line in (lines[n], *lines[n + 2 : end])]
            n = end
            continue
        title = _TITLE.match(lines[n])
        yield Heading(_plain(title[2]), len(title[1]), mark=f"{title[1]} ") if title else _plain(lines[n])
        n += 1


def _cells(line: str) -> list[str]:
    return [
        _plain(cell.strip()).replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))
    ]


def _plain(line: str) -> str:
    line = re.sub(r"(\*\*|__|`{1,3})(?=\S)(.+?)(?<=\S)\1", r"\2", line)
    line = re.sub(r"(?<![A-Za-z\d*])\*(?=[^\s*])([^*]+)(?<=\S)\*(?![A-Za-z\d*])", r"\1", line)
    return re.sub(r"!?\[([^\[\]]+)\]\((?:https?:|mailto:|[./#])[^()\s]*\)", r"\1", line)
