"""Which row of a table is its header, and which column is which part of a proposal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcher import settings
from matcher.errors import BatchError
from matcher.readers.cells import plain_text
from matcher.readers.column_names import column_fields
from matcher.readers.delimited import Line
from matcher.readers.labels import ANSWERS, REPORTED, field_named, fields, fields_of, label_key
from matcher.readers.workbook import Area

HEADER_WITHIN = settings.rows("readers.columns.header_within")
TEXTS = ("title", "abstract", "content", "goals", "background", "methods")
_APPLICANTS = ("organisation", "principal_investigator", "members")
# What stands above "name" or "phone" and makes them somebody else's.
_OTHER_PEOPLE = ("contact", "partners", "recommender", "members", "person", "opinion")
_LONGEST_NAME = settings.letters("readers.columns.longest_name")
_FILLED_IN = re.compile(r"[\u4e00-\u9fa5][:：]")
_FEW_CELLS = settings.cells("readers.columns.few")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table. `row` is the header's last row; `names` are its columns, "" where none is named.

    `columns` maps a field to the places (from 0) of its columns, the best first.
    """

    row: int
    names: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]

    @property
    def usable(self) -> bool:
        """Whether a title or some text can be read by it."""
        return any(text in self.columns for text in TEXTS)

    @property
    def lists_topics(self) -> bool:
        """Whether the table rather lists a guide's topics: offices to call, and nobody who applies."""
        return "office" in self.columns and not any(who in self.columns for who in _APPLICANTS)


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """field → column of options such as "摘要=研究综述" or "abstract=研究综述"; BatchError for an unknown field."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column or not name:
            raise BatchError(
                f"--column {pair}：应写成 字段=列名，如 摘要=研究综述。",
                f"--column {pair}: write FIELD=COLUMN, such as abstract=Text.",
            )
        mapping[field_named(name)] = column
    return mapping


def check_chosen(file: str, chosen: Mapping[str, str], names: Iterable[str]) -> None:
    """BatchError where a chosen column is none of the `names` of the file's columns."""
    present = [name for name in names if name]
    for column in chosen.values():
        if place_of(column, present) is None:
            listed = ", ".join(name[:40] for name in present)
            raise BatchError(
                f"{file} 没有 --column 所说的列 {column}：只有 {listed}。",
                f"{file} has no column {column} as --column says; found {listed}.",
            )


def assigned(
    options: Sequence[Sequence[tuple[str, int]]], names: Sequence[str], chosen: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """field → places of its columns, the best first: `options` are the (field, rank) that each column may be.

    Of several columns for a field the best is taken; one that may be another field waits for that.
    """
    taken: set[int] = set()
    columns: dict[str, tuple[int, ...]] = {}
    order = list(fields())
    for name, column in chosen.items():
        place = place_of(column, names)
        if place is not None:
            columns[name] = (place,)
            taken.add(place)
    ranks = {i: dict(places) for i, places in enumerate(options) if places}
    for at, name in enumerate(order):
        free = {i: places for i, places in ranks.items() if i not in taken}
        # Name beside Project is a person's: an applicant has no other column.
        own = [[i for i in free if f in free[i]] for f in _APPLICANTS if f != name and f not in columns]
        needed = [places[0] for places in own if len(places) == 1]
        ranked = sorted((i in needed, places[name], i) for i, places in free.items() if name in places)
        if name not in columns:
            columns[name] = tuple(i for *_, i in ranked[:1])
            ranked = ranked[1:]
        later = set(order[at + 1 :])
        if name not in chosen:
            columns[name] += tuple(i for *_, i in ranked if not any(f in later for f, _ in options[i]))
        taken.update(columns[name])
    return {name: places for name, places in columns.items() if places}


def place_of(column: str, names: Sequence[str]) -> int | None:
    """Where a column stands that a person names, exactly or as it is compared; None if it is not there."""
    if column in names:
        return names.index(column)
    keys = [label_key(name) for name in names]
    key = label_key(column)
    return keys.index(key) if key and key in keys else None


def find_header(
    lines: Sequence[Line], merged: Sequence[Area], chosen: Mapping[str, str], row: int | None = None
) -> Header | None:
    """The header among the first rows of a table: the first that holds known names; None where there is none.

    `row` (from 1) names it instead. A row that belongs to the header above it (姓名, 单位 under a
    merged 负责人) is joined to it.
    """
    texts = _Texts(lines, merged)
    if row is not None:
        return texts.header(row, chosen) if row in texts.rows else None
    candidates = [line.number for line in lines if line.error is None][:HEADER_WITHIN]
    for number in candidates:
        header = texts.header(number, chosen)
        if texts.is_header(number, header):
            below = next((line.number for line in lines if line.number > number), None)
            while below is not None and texts.continues(header, below):
                header = texts.header(below, chosen)
                below = next((line.number for line in lines if line.number > header.row), None)
            return header
    return None


def is_form(lines: Sequence[Line], header: Header) -> bool:
    """Whether a sheet is one form and no table: names of texts stand alone in rows below what looks like its header.

    A row that names both the title and a text is the header of a table, whatever stands below it.
    """
    if "title" in header.columns and any(field in header.columns for field in TEXTS if field != "title"):
        return False
    below = [[plain_text(cell) for cell in line.cells] for line in lines if line.number > header.row]
    alone = [filled[0] for row in below if len(filled := [text for text in row if text]) == 1]
    return any(field in TEXTS for text in alone for field, _ in fields_of(text))


def weak_header(lines: Sequence[Line], merged: Sequence[Area], chosen: Mapping[str, str]) -> Header | None:
    """The row of short cells that names the most fields, the first of several, where a title or a text is among them."""
    texts = _Texts(lines, merged)
    rows = [[texts.text(n, c) for c in texts.filled(n)] for n in texts.rows]
    firsts = [
        next((t for t in row if label_key(t) and not t.isdigit()), "")
        for row in rows
        if len(row) < _FEW_CELLS
    ]
    if sum(bool(fields_of(first)) for first in firsts) > 1:
        return None  # names below one another: a form
    short = [n for n, row in zip(texts.rows, rows, strict=True) if all(len(t) <= _LONGEST_NAME for t in row)]
    headers = (texts.header(n, chosen) for n in short[:HEADER_WITHIN])
    return max((h for h in headers if h.usable), key=lambda h: len(h.columns), default=None)


class _Texts:
    """The texts of the first rows of a table, with what its merged cells cover."""

    def __init__(self, lines: Sequence[Line], merged: Sequence[Area]) -> None:
        self.rows = {
            line.number: [plain_text(cell) for cell in line.cells] for line in lines if line.error is None
        }
        self._width = max(map(len, self.rows.values()), default=0)
        last = max(self.rows, default=0)
        self._merged = [area for area in merged if area[0] <= last]
        self._areas: dict[tuple[int, int], Area] = {}
        for area in self._merged:
            top, left, bottom, right = area
            for r in range(top, min(bottom, last) + 1):
                for c in range(left - 1, min(right, self._width)):
                    self._areas[r, c] = area

    def text(self, row: int, column: int) -> str:
        cells = self.rows.get(row, [])
        return cells[column] if column < len(cells) else ""

    def filled(self, row: int) -> list[int]:
        return [c for c, text in enumerate(self.rows.get(row, [])) if text]

    def _own(self, row: int, column: int) -> str:
        """The name that a header's row gives a column: its cell, or the one merged or left empty above it."""
        if text := self.text(row, column):
            return text
        area = self._areas.get((row, column))
        if area is not None:
            return self.text(area[0], column) if column == area[1] - 1 else ""
        for above in (row - 1, row - 2):
            if len(self.filled(above)) < 2 or (above, column) in self._areas:
                return ""
            if text := self.text(above, column):
                return text
        return ""

    def _group(self, row: int, column: int) -> str:
        """What stands above a column in a row: its cell, or the merged or the last filled cell before it."""
        area = self._areas.get((row, column))
        if area is not None:
            return self.text(area[0], area[1] - 1)
        if len(self.filled(row)) < 2 or any(_FILLED_IN.search(text) for text in self.rows[row]):
            return ""  # 填报单位：某某大学 above the table is no head
        for c in range(column, -1, -1):
            if text := self.text(row, c):
                return text
            if (row, c) in self._areas:
                return ""
        return ""

    def header(self, row: int, chosen: Mapping[str, str]) -> Header:
        """The header that ends in a row."""
        options: list[Sequence[tuple[str, int]]] = []
        names: list[str] = []
        for column in range(self._width):
            own = self._own(row, column)
            group = self._group(row - 1, column) or self._group(row - 2, column)
            group = "" if group == own else group
            options.append(_options(own, group))
            names.append(own or "")
        answers = ANSWERS if REPORTED in names else ()
        options = [() if name in answers else o for name, o in zip(names, options, strict=True)]
        written = _distinct(names, [self._group(row - 1, c) for c in range(self._width)])
        while written and not written[-1]:
            written.pop()
        return Header(row, tuple(written), assigned(options[: len(written)], written, chosen))

    def is_header(self, row: int, header: Header) -> bool:
        """Whether a row is the header: a title or text and another field, and most of its cells known names."""
        filled = self.filled(row)
        known = [c for c in filled if fields_of(self.text(row, c))]
        if not header.usable or len(header.columns) < 2 or len(known) < 2:
            return False
        # A form in a sheet: name, value, name, value.
        beside = any(b - a == 1 for a, b in pairwise(known))
        return 2 * len(known) > len(filled) or (len(known) > 2 and beside)

    def continues(self, header: Header, below: int) -> bool:
        """Whether the row below a header is its second row: names only, under merged or empty cells."""
        filled = self.filled(below)
        if below != header.row + 1 or not filled:
            return False
        texts = [self.text(below, c) for c in filled]
        if any(len(label_key(t)) > _LONGEST_NAME or re.search(r"\d", t) for t in texts):
            return False
        known = sum(bool(fields_of(t)) for t in texts)
        # A merged cell that ends with the header's row has its parts below it.
        areas = {c: self._areas.get((header.row, c)) for c in filled}
        under = [c for c, a in areas.items() if not self.text(header.row, c) or (a and a[2] == header.row)]
        return (
            2 * known >= len(filled)
            and bool(under)
            and (len(under) == len(filled) or known + (len(under) > 2) >= len(filled))
        )


def _options(own: str, group: str) -> Sequence[tuple[str, int]]:
    """The fields that a column may be by its own name and the one above it."""
    if not own:
        return ()
    if group and (joined := fields_of(group + own, built="no")):
        return joined
    above = fields_of(group) if group else ()
    if above and above[0][0] in _OTHER_PEOPLE and len(label_key(group)) <= _LONGEST_NAME:
        return above
    return column_fields(own) or above


def _distinct(names: Sequence[str], groups: Sequence[str]) -> list[str]:
    """Names of which no two are the same: a repeated one takes the name above it, or its number."""
    seen: dict[str, int] = {}
    distinct = []
    for name, group in zip(names, groups, strict=True):
        if name and name in seen and group and group != name and f"{group} {name}" not in seen:
            name = f"{group} {name}"
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return distinct
