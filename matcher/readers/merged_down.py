"""Cells of a table that stand for the rows below them as well, merged downwards or left empty there, as its rows are read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from matcher.readers.columns import Header
from matcher.readers.delimited import DelimitedLine, plain_text
from matcher.readers.sheet_xml import ROWS
from matcher.readers.span_grid import Area


class MergedDown:
    """Cells that are merged downwards: each row that one covers gets its text."""

    def __init__(self, areas: Sequence[Area]) -> None:
        """`areas` are the merged cells of the sheet."""
        self._begin: dict[int, list[Area]] = {}
        for area in areas:
            if area[2] > area[0]:
                self._begin.setdefault(area[0], []).append(area)
        self._running: dict[int, tuple[int, object]] = {}  # column → (last row, value)

    def filled(self, line: DelimitedLine, groups: Collection[int] = ()) -> Sequence[object]:
        """The cells of a row, each row to be asked about in order, with the texts of those that are merged into it.

        Empty cells of the columns `groups` have the last text above them.
        """
        cells = line.cells
        if self._running:
            cells = list(cells)
            for column, (last, value) in list(self._running.items()):
                if line.number > last:
                    del self._running[column]
                    continue
                cells += [""] * (column + 1 - len(cells))
                cells[column] = value if cells[column] in (None, "") else cells[column]
        for _, left, bottom, _ in self._begin.get(line.number, ()):
            if left <= len(line.cells):
                self._running[left - 1] = (bottom, line.cells[left - 1])
        for column in groups:
            if column < len(line.cells) and plain_text(line.cells[column]):
                self._running[column] = (ROWS, line.cells[column])
        return cells


def group_columns(header: Header, lines: Sequence[DelimitedLine], merged: Sequence[Area]) -> dict[str, int]:
    """Field → column (from 0) of topics or institutions that stand once for several rows, by the first `lines` of a table.

    Such a column stands before the titles, begins in the first row, is empty in half of the rows, never says the same
    again, and two of its cells at least begin a group: one alone may be the only row that was filled in.
    """
    titles, groups = header.columns.get("title", (0,)), {}
    rows = [line.cells for line in lines if line.number > header.row and len(line.cells) > titles[0]]
    rows = [row for row in rows if plain_text(row[titles[0]])]
    covered = {left - 1 for _, left, _, _ in merged}
    for field in ("declared", "organisation"):
        for place in {*header.columns.get(field, ())[:1]}.intersection(range(titles[0])) - covered:
            cells = [plain_text(row[place]) for row in rows]
            filled = [cell for cell in cells if cell]
            begun = sum(bool(cell) and not below for cell, below in pairwise([*cells, ""]))
            if cells[:1] == filled[:1] and len(cells) >= 2 * len(filled) == 2 * len({*filled}) and begun > 1:
                groups[field] = place
    return groups
