"""A line of a guide as all findings look at it: what it begins with, counts and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from operator import attrgetter

from matcher import settings
from matcher.guide.prior import label_of, may_name
from matcher.guide.text.marks import Mark, marks_of, number_of, words_of
from matcher.guide.text.page_lines import undressed
from matcher.segment import fold
from matcher.types import AuditLine

_OPENING = re.compile(r"[^:]{2,30}:|\S+ \S+|[\u3400-\u9fff]{4}")
_LINE = settings.characters("guide.outside.line")
_CELL = re.compile(r"\t| \| ")
NUMBER = attrgetter("number")


class FoldedLine:
    """A line of the document, folded."""

    def __init__(self, line: AuditLine) -> None:
        """What the reading says of a line."""
        self.number, self.role = line.line, line.role
        self.written, self.text = line.text, fold(undressed(line.text))

    @cached_property
    def marks(self) -> Mapping[str, Mark]:
        """The marks that the line may begin with, by kind."""
        return marks_of(self.text)

    @cached_property
    def label(self) -> str:
        """The name before its colon."""
        return label_of(self.text)

    @cached_property
    def opening(self) -> str:
        """What it begins with, in small letters: the name before its colon, its first two words, or as many Han signs."""
        match = _OPENING.match(self.text)
        return match.group().lower() if match else self.text.lower()

    @property
    def excerpt(self) -> str:
        """What a finding shows of it."""
        return self.written[:_LINE]

    @cached_property
    def counts(self) -> set[tuple[str, int]]:
        """The kinds and numbers of the marks that it may begin with."""
        return {(kind, number_of(m.written)) for kind, m in self.marks.items() if m.written}

    @cached_property
    def cells(self) -> int:
        """How many gaps between cells it has."""
        return len(_CELL.findall(self.written.strip("| ")))

    @property
    def shape(self) -> tuple[str, ...]:
        """How it begins: its kinds of mark and its name."""
        return (*sorted(self.marks), self.label)

    @property
    def bare(self) -> bool:
        """Whether it has neither mark nor name."""
        return not self.marks and not self.label

    @property
    def stops(self) -> bool:
        """Whether it ends as a sentence, a name or a part of one does."""
        return self.text[-1] in "。;!?:.…"

    @property
    def unread(self) -> bool:
        """Whether no topic and no heading took it."""
        return self.role in ("outside", "unread")

    @property
    def words(self) -> str:
        """It without its mark."""
        return words_of(self.text)

    @cached_property
    def names(self) -> bool:
        """Whether it may name a topic or a section."""
        return may_name(self.words)
