"""Walks the blocks of an application form and collects what stands under its labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from matcher.readers.blocks import Document, Heading, Table
from matcher.readers.form_labels import (
    LONG,
    Label,
    Places,
    is_empty,
    is_hint,
    is_own_title,
    label_of,
    labels_in,
    number_of,
    one_line,
    value_of,
)

_STOPS = "。；;！!？?，,、："
_LONGEST_UNKNOWN = 30  # characters of a heading that is in no list
_MOST_HEADS = 3  # values below one header row that count; the rest of such a table is a list
# Fields whose people have names, posts and phones of their own in the cells beside them.
_GROUPS = frozenset(("principal_investigator", "members", "contact", "organisation"))
_OF_PERSON = frozenset(("principal_investigator", "title", "organisation"))
_NEVER_WITHIN = frozenset(("title", "declared", "id", "year"))  # not labels in the midst of a section's text


@dataclass(slots=True)
class Part:
    """A section as it is read: its kind, its heading, how that was numbered, its lines."""

    kind: str
    heading: str
    number: tuple[str, int] = ("", 0)
    in_table: bool = False
    lines: list[str] = field(default_factory=list)


class Walk:
    """The fields, sections and loose lines of one document, in its order."""

    def __init__(self, document: Document) -> None:
        """Walk through all blocks."""
        self.fields: dict[str, str] = {}
        self.blank: dict[str, str] = {}  # field → its label, where nothing was filled in
        self.parts: list[Part] = []
        self.loose: list[str] = []
        self._open: Part | None = None
        self._waiting: tuple[str, str] | None = None  # (field, label) whose value the next line is
        self._tail = ""  # the field whose value a page may have broken
        self._heads: dict[int, tuple[Places, str]] = {}  # column → label, below a row of labels only
        self._rows_below = 0
        self._group: tuple[int, str] | None = None  # (column, field) of a label over several others
        self._wrapped = document.wrapped
        for block in document.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    self._row(row)
                self._heads, self._group = {}, None
                if self._open is not None and self._open.in_table:
                    self._open = None
                self._waiting = None
            else:
                level = block.level if isinstance(block, Heading) else 0
                for line in re.split(r"\r\n|\r|\n", block.text):
                    self._line(line, level=level)

    def _line(self, line: str, *, level: int = 0, in_table: bool = False) -> None:
        """One line of text: labels with values, a heading, a hint, or text of what is open."""
        text = line.strip()
        if not text:
            return
        if " | " in text and not in_table:
            self._row(text.split(" | "))
            return
        labels = [label for label in labels_in(text) if self._allowed(label)]
        if labels:
            self._text(text[: labels[0].start].strip())
            for label, following in zip(labels, [*labels[1:], None], strict=True):
                end = len(text) if following is None else following.start
                self._take(label.places, label.text, text[label.end : end], in_table=in_table)
            return
        places = label_of(text)
        if places and text[-1] not in _STOPS.replace("：", ""):
            self._head(places, text, in_table=in_table)
        elif self._ends_section(text, level):
            kind, number, heading = number_of(text)
            self._start(Part("other", heading, (kind, number), in_table))
        else:
            self._text(text)

    def _allowed(self, label: Label) -> bool:
        """Whether a label may count here: a book's title in the midst of a section is none of the project's."""
        within = self._open is not None and self._open.kind in LONG and not self._open.in_table
        return not (within and _NEVER_WITHIN.issuperset(label.places[:1]) and label.places[0] in self.fields)

    def _head(self, places: Places, text: str, *, in_table: bool = False) -> None:
        kind, number, _ = number_of(text)
        field_ = self._choose(places)
        if field_ in LONG:
            self._start(Part(field_, text, (kind, number), in_table))
        else:
            self._open = None
            self._waiting = (field_, text)
            self.blank.setdefault(field_, text)

    def _ends_section(self, text: str, level: int) -> bool:
        """Whether an unknown line is a heading that ends the open section: numbered on as that one was."""
        if self._open is None or len(text) > _LONGEST_UNKNOWN or text[-1] in _STOPS:
            return False
        kind, number, _ = number_of(text)
        if kind and kind == self._open.number[0]:
            return number == self._open.number[1] + 1 or (
                kind in ("han", "part") and number > self._open.number[1]
            )
        return level == 1 and not self._open.in_table and not kind

    def _choose(self, places: Places) -> str:
        """The first of the fields of a label that has no value yet."""
        return next((p for p in places if p in LONG or p not in self.fields), places[0])

    def _start(self, part: Part) -> None:
        self.parts.append(part)
        self._open, self._waiting, self._tail = part, None, ""

    def _take(self, places: Places, label: str, value: str, *, in_table: bool = False) -> None:
        """A label with what stands after it."""
        field_ = self._choose(places)
        self._tail = ""
        if field_ in LONG:
            kind, number, _ = number_of(label)
            self._start(Part(field_, label, (kind, number), in_table))
            for line in value.split("\n"):
                self._text(line.strip())
            return
        text = value_of(value)
        if self._open is not None and not (
            self._open.kind in LONG and not in_table and field_ in self.fields
        ):
            self._open = None
        if text:
            self._set(field_, text)
            self._waiting = None
            self._tail = field_ if self._wrapped and field_ in ("title", "declared") else ""
        elif field_ not in self.fields:
            self.blank.setdefault(field_, label)
            # Something that asks to be filled in stands on the line: what follows is another field.
            self._waiting = None if value.strip() else (field_, label)

    def _set(self, field_: str, text: str) -> None:
        if field_ not in self.fields:
            self.fields[field_] = one_line(text) if field_ != "members" else text
            self.blank.pop(field_, None)

    def _text(self, text: str) -> None:
        """A line without a label: the value that is awaited, a line of the open section, or a loose line."""
        if not text or is_hint(text) or is_empty(text):
            return
        if self._waiting is not None:
            field_, _ = self._waiting
            self._waiting = None
            if value := value_of(text):
                self._set(field_, value)
            return
        if self._tail and len(text) <= _LONGEST_UNKNOWN and text[-1] not in _STOPS and not number_of(text)[0]:
            self.fields[self._tail] = one_line(f"{self.fields[self._tail]}\n{text}")
            self._tail = ""
            return
        self._tail = ""
        if self._open is not None:
            if not self._open.lines:
                text = value_of(text) or text
            self._open.lines.append(text)
        elif not is_own_title(text):
            self.loose.append(text)

    def _row(self, cells: Sequence[str]) -> None:
        """One row of a table: labels with their values beside, in or below them."""
        filled = [(i, cell.strip()) for i, cell in enumerate(cells) if cell.strip()]
        if self._group is not None and any(i == self._group[0] for i, _ in filled):
            self._group = None
        if len(filled) == 1 and not label_of(filled[0][1], column=len(cells) > 1):
            self._cell(filled[0][1])
            return
        known = [label_of(cell, column=True) for _, cell in filled]
        if len(filled) > 1 and all(known):
            self._labels_only(cells, filled, known)
            return
        if not any(known) and self._heads and self._rows_below < _MOST_HEADS:
            self._below(filled)
            return
        self._heads = {}
        self._beside(filled, known, len(cells))

    def _cell(self, cell: str) -> None:
        """A row that is one cell of text: a label in the same cell, the value of the row above, or its continuation."""
        for line in cell.split("\n"):
            self._line(line, in_table=True)

    def _labels_only(self, cells: Sequence[str], filled: list[tuple[int, str]], known: list[Places]) -> None:
        """A row of labels without values: a header whose values stand below, or fields that were left blank."""
        self._heads = {i: (places, cell) for (i, cell), places in zip(filled, known, strict=True)}
        self._rows_below = 0
        self._open = self._waiting = None
        first = known[0][0]
        if filled[0][0] == 0 and first in _GROUPS and len(filled) > 2 and cells[0].strip():
            self._group = (0, first)
            self._heads.pop(0)
        for places in known:
            if (field_ := self._choose(places)) not in LONG or field_ in ("abstract", "content"):
                self.blank.setdefault(field_, "") if field_ in self.fields else self.blank.setdefault(
                    field_, filled[0][1]
                )

    def _below(self, filled: list[tuple[int, str]]) -> None:
        """Values below a row of labels, column by column."""
        self._rows_below += 1
        for i, cell in filled:
            column = max((c for c in self._heads if c <= i), default=None)
            if column is None or (column != i and column in {j for j, _ in filled}):
                continue
            places, label = self._heads[column]
            self._value(self._grouped(places), label, [cell])
        self._open = None

    def _beside(self, filled: list[tuple[int, str]], known: list[Places], width: int) -> None:
        """Labels with their values to the right; cells before the first label go on with what is open."""
        current: tuple[Places, str] | None = None
        values: list[str] = []
        before: list[str] = []
        for n, (i, cell) in enumerate(filled):
            places = self._label_here(filled, known, n, pending=current is not None and not values)
            if places:
                if current is not None:
                    self._value(current[0], current[1], values)
                    if not values and current[0][0] in _GROUPS:
                        self._group = (filled[n - 1][0], current[0][0])
                current, values = (self._grouped(places), cell), []
            elif current is None:
                before.append(cell)
                self._before(before, i)
            else:
                values.append(cell)
        if current is not None:
            self._value(current[0], current[1], values, alone=len(filled) == 1 and width >= 1)

    def _label_here(
        self, filled: list[tuple[int, str]], known: list[Places], n: int, *, pending: bool
    ) -> Places:
        """The fields of cell n as a label. Beside a label without value a bare word (企业) is rather its value."""
        strong = label_of(filled[n][1])
        if strong or not known[n] or not pending:
            return strong or known[n]
        return known[n] if n + 1 < len(filled) and not known[n + 1] else ()

    def _grouped(self, places: Places) -> Places:
        """The fields of a label under another: 姓名 beside 联系人 is the contact's name."""
        if self._group is not None and places[0] in _OF_PERSON and self._group[1] in ("contact", "members"):
            return (self._group[1],)
        return places

    def _before(self, texts: list[str], column: int) -> None:
        """Text of a row that begins without a label: labels in the same cell, or the open section goes on."""
        text = texts[-1]
        if any(True for _ in labels_in(text)):
            for line in text.split("\n"):
                self._line(line, in_table=True)
        elif self._open is not None and (column > 0 or not self._open.in_table) and self._waiting is None:
            for line in text.split("\n"):
                self._text(line.strip())

    def _value(self, places: Places, label: str, values: list[str], *, alone: bool = False) -> None:
        """A label of a table with the cells beside or below it."""
        joined = "\n".join(values)
        field_ = self._choose(places)
        if field_ == "members" and joined:
            self._open = self._waiting = None
            names = "、".join(one_line(v) for v in values)
            self.fields["members"] = (
                f"{self.fields['members']}、{names}" if "members" in self.fields else names
            )
            return
        if field_ in LONG:
            kind, number, _ = number_of(label)
            self._start(Part(field_, label, (kind, number), in_table=True))
            for line in joined.split("\n"):
                self._line(line, in_table=True) if line.strip() else None
            return
        self._open = self._waiting = None
        if text := value_of(joined):
            self._set(field_, text)
        elif field_ not in self.fields:
            self.blank.setdefault(field_, label)
            self._waiting = (field_, label) if alone and not joined.strip() else None
