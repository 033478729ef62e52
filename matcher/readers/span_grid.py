"""Rows of cells that cover several columns or rows, on one grid."""

from __future__ import annotations

from typing import Any

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue

say = Catalogue(__file__)

WIDEST = settings.columns("readers.span_grid.widest")
HIGHEST = settings.rows("readers.span_grid.highest")
_MOST_CELLS = settings.cells("readers.span_grid.most")
Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


class SpanGrid:
    """Rows of cells that grow cell by cell, with the merged areas among them."""

    def __init__(self) -> None:
        """A grid without rows."""
        self.rows: list[list[Any]] = []
        self.merged: list[Area] = []
        self._taken: dict[int, int] = {}  # column from 0 → the last row (from 1) that a merged cell covers
        self._cells = 0

    def begin_row(self, index: int | None = None) -> None:
        """A new row; `index` (from 1) leaves empty rows before it."""
        while index is not None and len(self.rows) < index - 1:
            self._append([])
        self._append([])

    def _append(self, row: list[Any]) -> None:
        self.rows.append(row)
        self._room(1)

    def _room(self, cells: int) -> None:
        self._cells += cells
        if self._cells > _MOST_CELLS:
            raise DocumentError(say("table.too large", most=_MOST_CELLS))

    def add(self, value: object, width: int, height: int, index: int | None = None) -> None:
        """A cell after those of the row, or at column `index` (from 1); merged over `width` and `height`."""
        row, number = self.rows[-1], len(self.rows)
        if index is not None:
            self._room(max(0, index - 1 - len(row)))
            row += [""] * (index - 1 - len(row))
        while self._taken.get(len(row), 0) >= number:
            row.append("")
        start = len(row)
        self._room(width)
        row += [value, *[""] * (width - 1)]
        if width > 1 or height > 1:
            self.merged.append((number, start + 1, number + height - 1, start + width))
        if height > 1:
            self._taken.update(dict.fromkeys(range(start, start + width), number + height - 1))
