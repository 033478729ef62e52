"""A stretch of a document that may be a title, a content, an office or a heading, with the way back to its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from matcher import settings
from matcher.guide.text.marks import Mark, marks_of
from matcher.segment import normalise
from matcher.types import Role

LONGEST_TITLE = settings.characters("guide.blocks.longest_title")
LONGEST_LINE = settings.characters("guide.blocks.longest_line")
LONGEST_NAME = settings.characters("guide.blocks.longest_name")
SHORT_LINE = settings.characters("guide.blocks.short_line")
SHORTEST_TITLE = settings.characters("guide.blocks.shortest_title")
_SHORT = settings.characters("guide.blocks.short")
_ORIGINS = settings.characters("guide.blocks.origins")
# Where roles meet on one line, the last of these names it: it matters most to a reader.
_ROLES: tuple[Role, ...] = ("outside", "heading", "unread", "content", "office", "title")

# Circled and other enclosed digits: width folding turns ① into 1, so they are told by the original.
_ENCLOSED = re.compile("[\u2460-\u2473\u24f5-\u24fe\u2776-\u2793]")
# Zero-width and direction marks, variation selectors, lone surrogates: nobody sees them.
_UNSEEN = "\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff"
_ODD = "\x00-\x1f\x7f-\x9f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INVISIBLE, _ODD_SPACE, _UNCLEAN = (re.compile(f"[{part}]") for part in (_UNSEEN, _ODD, _UNSEEN + _ODD))

# An email address and its parts on the lines that a page broke: 邮箱：kyc@uni.ex / ample.cn
_ADDRESS = re.compile(r"[a-z\d._+-]+@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}", re.I)
_ADDRESS_BEGUN = re.compile(
    r"(?P<name>(?:邮[箱件]|e-?mail)[ :：(]{0,3})?(?P<part>(?<![a-z\d._+@-])[a-z\d._+@-]*)$", re.I
)
_ADDRESS_RESTS = re.compile(r"(?!www\.)[a-z\d._+@-]+(?=[，,;；。)）]|$)", re.I)


def clean(text: str) -> str:
    """Original text without invisible marks and outer white space; control characters and odd spaces become spaces."""
    if not _UNCLEAN.search(text):
        return text.strip()  # most texts
    return _ODD_SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def breaks_address(before: str, text: str) -> bool:
    """Whether a line ends within an email address, or with the name of one, and the next line's first characters make it whole."""
    rest = _ADDRESS_RESTS.match(text.strip())
    begun = _ADDRESS_BEGUN.search(before.rstrip()) if rest is not None else None
    if begun is None or rest is None:
        return False
    named = begun["name"] or "@" in begun["part"] or rest[0][0] == "@"
    return bool(named and _ADDRESS.fullmatch(begun["part"] + rest[0]))


class Source:
    """A logical line: one line of the document, or several that the page broke."""

    def __init__(self, parts: Sequence[tuple[int, str]], level: int = 0) -> None:
        """`parts` are (line number, text) in order; `level` is that of a heading's style, 0 for plain text."""
        self.original, self.level = "", level
        self._starts: list[int] = []
        self._numbers = [number for number, _ in parts]
        for _, text in parts:
            text = text.strip() if len(parts) > 1 else text
            latin = self.original[-1:].isascii() and text[:1].isascii()
            # Of a phone that the page broke: 0891- / 6833412
            digits = self.original.rstrip("-")[-1:].isdigit() and text[:1].isdigit()
            cut = digits or breaks_address(self.original, text)
            if self.original and not cut and (latin or len(self.original) < _SHORT):
                self.original += " "  # Latin words need the space that the line end stood for
            self._starts.append(len(self.original))
            self.original += text
        normal = normalise(self.original)
        self.text, self._origin = normal.text.replace("\n", " "), normal.origin

    def slice(self, start: int, end: int) -> str:
        """The original characters of text[start:end], cleaned."""
        return clean(self.original[self._origin[start] : self._origin[end]])

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """First and last line number of text[start:end]."""
        first = bisect_right(self._starts, self._origin[start]) - 1
        last = bisect_right(self._starts, max(self._origin[start], self._origin[end] - 1)) - 1
        return self._numbers[first], self._numbers[last]

    def enclosed(self, at: int) -> int:
        """How many characters of the text one ①, ⑫ … of the original became at `at`; 0 if none stands there."""
        place = self._origin[at]
        if not _ENCLOSED.match(self.original[place : place + 1]):
            return 0
        return sum(origin == place for origin in self._origin[at : at + _ORIGINS])


@dataclass(frozen=True)
class Unit:
    """text[start:end] of a source, without outer white space."""

    source: Source
    start: int
    end: int
    counted: int = 0  # where its title begins, if its neighbours say that it is numbered (3 of 3.20世纪…)
    outer: bool = False  # whether its bullet heads lists with another one

    @cached_property
    def text(self) -> str:
        """The normalised text."""
        return self.source.text[self.start : self.end]

    def slice(self, start: int = 0, end: int | None = None) -> str:
        """The original characters of `self.text[start:end]`."""
        return self.source.slice(self.start + start, self.end if end is None else self.start + end)

    def parted(self, at: int) -> list[Unit]:
        """The unit's text before and from `at` on, each without outer white space; none that is empty."""
        middle = self.start + at
        return trimmed(self.source, self.start, middle) + trimmed(self.source, middle, self.end)

    @property
    def lines(self) -> tuple[int, int]:
        """First and last line of the document."""
        return self.source.lines(self.start, self.end)

    @property
    def words(self) -> int:
        """Where its words begin behind a mark of Markdown; 0 where it has none."""
        return next((mark.start for kind, mark in self.marks.items() if kind.startswith("md")), 0)

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """kind -> mark, for the marks this unit begins with."""
        if self.counted:
            return {"number": Mark("number", self.text[: self.counted].rstrip(".、: "), self.counted, "")}
        marks = marks_of(self.text, circled=self.source.enclosed(self.start) if self.text else 0)
        if self.outer:
            heading = replace(marks["bullet"], kind="outer-bullet")
            marks = {
                heading.kind: heading,
                **{kind: mark for kind, mark in marks.items() if kind != "bullet"},
            }
        if self.source.level and self.start == 0 and not any(kind.startswith("md") for kind in marks):
            styled = Mark(f"md{self.source.level}", "", 0, "")  # a heading of Word reads as one of Markdown
            return {styled.kind: styled, **marks}
        return marks


def trimmed(source: Source, start: int, end: int) -> list[Unit]:
    """The unit of text[start:end] without outer white space, as a list of one; empty if nothing is left."""
    text = source.text[start:end]
    start, end = end - len(text.lstrip()), start + len(text.rstrip())
    return [Unit(source, start, end)] if start < end else []


def paint(roles: dict[int, Role], unit: Unit, role: Role) -> None:
    """Give the unit's lines a role, unless a weightier one is there."""
    for line in range(unit.lines[0], unit.lines[1] + 1):
        roles[line] = weightier(roles.get(line, "outside"), role)


def weightier(one: Role, other: Role) -> Role:
    """The role of a line that has both."""
    return max(one, other, key=_ROLES.index)
