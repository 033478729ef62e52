"""Cells of a table that are merged downwards, as its rows are read."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.readers.delimited import DelimitedLine
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

    def filled(self, line: DelimitedLine) -> Sequence[object]:
        """The cells of a row, each row to be asked about in order, with the texts of those that are merged into it."""
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
        return cells
