"""The lines of a document as they stand on the page, and what all of them tell of whether, and at which width, it broke them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.counting import parts_word
from matcher.guide.text import page_lines
from matcher.guide.text.blocks import LONGEST_TITLE, clean
from matcher.guide.text.marks import Mark, marks_of
from matcher.readers import Document
from matcher.segment import fold

CLOSING = "，。、；：）》”,.;:)"
COMMAS = "，、,"
_NARROW = settings.columns("guide.page_edges.narrow")
_EDGES = settings.count("guide.page_edges.edges")
_FEW = settings.lines("guide.page_edges.few")
_TAB = 4
_SMALL_MARK = re.compile(r"(?:[ivx]{1,5}[.)]|o)\s+(?=\S)")  # iv. Title; o  Title


@dataclass(frozen=True)
class PlainLine:
    """A line of a document as it stands on the page; `begins`: it has a mark, a label or a contact, as no rest of a line has."""

    number: int
    original: str
    begins: bool

    @cached_property
    def text(self) -> str:
        """Its text without outer white space."""
        return clean(self.original)

    @cached_property
    def folded(self) -> str:
        """Its text, folded."""
        return fold(self.text)

    @cached_property
    def indent(self) -> int:
        """The columns ahead of its text; one space alone is how an editor saved the line."""
        text = self.original.expandtabs(_TAB)
        ahead = text[: len(text) - len(text.lstrip())]
        return page_lines.width(ahead + "|") - 1 if len(ahead) > 1 else 0

    @cached_property
    def worded(self) -> bool:
        """Whether it has a letter or a digit, or is the mark that closes the line above."""
        return self.text[0] in CLOSING or any(map(str.isalnum, self.text))

    @cached_property
    def width(self) -> int:
        """The column at which it ends."""
        return page_lines.width(self.original.expandtabs(_TAB))

    @cached_property
    def room(self) -> int:
        """The columns that its first word would take on the line above."""
        word = re.match(r"[!-~]+", self.text)
        return len(word[0]) + 1 if word else 2 + 2 * (self.text[1:2] in CLOSING and len(self.text) > 1)

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """The marks that it may begin with, by kind."""
        marks = {
            kind: mark
            for kind, mark in marks_of(self.folded).items()
            if kind != "label" and (self.begins or not kind.startswith("word:"))
        }
        if "bullet" in marks:
            kind = f"bullet {self.text[0]}"  # • and ◆ are two
            marks[kind] = replace(marks.pop("bullet"), kind=kind)
        small = _SMALL_MARK.match(self.folded)
        return marks or ({"small": Mark("small", small[0], small.end(), "")} if small else {})

    @cached_property
    def words(self) -> int:
        """The column at which its words begin behind its mark."""
        start = max((mark.start for mark in self.marks.values()), default=0)
        return self.indent + page_lines.width(self.folded[:start] + "|") - 1

    @cached_property
    def name(self) -> str:
        """What stands before a colon near its beginning."""
        name, colon, _ = self.folded[:LONGEST_TITLE].partition(":")
        return name if colon else ""

    @cached_property
    def ended(self) -> bool:
        """Whether it ends as titles do."""
        return vocabulary.TOPIC_END.search(self.folded) is not None

    @cached_property
    def stopped(self) -> bool:
        """Whether it ends as a sentence or a part of one does."""
        return self.text.endswith(tuple(vocabulary.STOPS))


class Page:
    """The lines of a document, and what all of them tell of how it was broken."""

    def __init__(self, lines: Sequence[PlainLine], document: Document) -> None:
        """`lines` are those of the document that are text."""
        self.lines = lines
        self.full = document.full or None
        self.gaps = [_gap(a.number, b.number, document.lines) for a, b in pairwise(lines)]
        self.usual = sorted(self.gaps)[len(self.gaps) // 2] if self.gaps else 0
        self.width, self.edge = self._edge()
        self.short = self.full is None and all(line.width < _NARROW for line in lines)
        self.tight = [self._is_tight(a, b) for a, b in pairwise(lines)]
        self.of_kind: dict[str, list[int]] = {}
        for at, line in enumerate(lines):
            for kind in line.marks:
                self.of_kind.setdefault(kind, []).append(at)
        self.names = Counter(line.name for line in lines if line.name)
        plain = [at for at, (_, b) in enumerate(pairwise(lines)) if not b.begins]
        torn = {at for at in plain if _is_torn(lines[at], lines[at + 1])}
        self.parted = len(torn) >= _FEW and not any(
            self.gaps[at] for at in torn
        )  # empty lines end paragraphs
        wide = [line for line in lines if line.width * 4 >= self.width * 3]
        edges = sum(self.tight[at] for at in plain)
        self.edges = edges / max(_FEW, sum(lines[at].width * 2 > self.width for at in plain))
        self.open = sum(not line.stopped for line in wide) / max(_FEW, len(wide))
        tight = [at for at in plain if self.tight[at]]
        loose = [at for at in plain if not self.tight[at]]
        self.torn_tight = len(torn & {*tight}) / max(_FEW, len(tight))
        self.torn_loose = len(torn & {*loose}) / max(_FEW, len(loose))
        deep = [at for at in plain if lines[at].indent and self.indents_first(at)]
        self.first_lines = len(deep) / max(_FEW, sum(lines[at].indent > 0 for at in plain))
        starts = [at if line.begins or not at else -1 for at, line in enumerate(lines)]
        self.paragraphs = list(accumulate(starts, max))

    def _edge(self) -> tuple[int, int]:
        """The width at which most lines end because the next one's first word had no room, and how many do."""
        ends: Counter[int] = Counter()
        for a, b in pairwise(self.lines):
            if not (a.stopped or b.begins):
                ends[a.width] += 1
                ends[a.width + b.room] -= 1
        widths = Counter(line.width for line in self.lines)
        wider, best, running = len(self.lines), (0, 0, 0), 0
        for width in sorted(ends.keys() | widths.keys()):
            running += ends[width]
            wider -= widths[width]
            best = max(best, (running - 2 * wider, width, running))
        return best[1], best[2]

    def indents_first(self, at: int) -> bool:
        """Whether the line at this place is the first of a paragraph whose other lines are further out."""
        a, b = self.lines[at], self.lines[at + 1]
        further = b.indent < a.indent and not (b.begins or self.gaps[at])
        return further and not a.stopped and a.width * 4 >= self.width * 3

    def _is_tight(self, a: PlainLine, b: PlainLine) -> bool:
        if self.full is not None:
            return a.number in self.full
        return self.edge >= _EDGES and self.width >= _NARROW and a.width <= self.width < a.width + b.room


def _gap(before: int, after: int, texts: Sequence[str]) -> int:
    """How many empty lines stand between two; 0 where the page's head or number does."""
    between = texts[before : after - 1]
    return 0 if any(map(clean, between)) else len(between)


def _is_torn(a: PlainLine, b: PlainLine) -> bool:
    """Whether words alone tell that a line goes on in the next one."""
    return is_open(a, b) or (not a.stopped and parts_word(a.folded, b.folded))


def is_open(a: PlainLine, b: PlainLine) -> bool:
    """Whether a line ends, or the next one begins, as only parts of a sentence do."""
    small = b.text[0].isascii() and b.text[0].islower() and not b.marks
    open_ended = a.text[-1] in COMMAS or small or vocabulary.OPEN_END.search(a.folded) is not None
    return open_ended or b.text[0] in CLOSING
