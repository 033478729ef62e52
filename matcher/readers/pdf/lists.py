"""Lists in a PDF whose table has no rules: rows of three cells or more, by the white between columns and rows; also over pages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from matcher import settings
from matcher.readers.blocks import CellGrid
from matcher.readers.fields.in_lines import label_of
from matcher.readers.pdf.cut_words import cell_text
from matcher.readers.pdf.pieces import APART
from matcher.readers.pdf.rows import WITHIN, Line, same_column

_LEAST_CELLS = settings.cells("readers.pdf_layout.least")
_LEAST_ROWS = settings.rows("readers.pdf_layout.least")
_ROW_GAP = settings.factor("readers.pdf_layout.row_gap")
_END = settings.factor("readers.pdf_layout.end")
_SAME_LINE = settings.factor("readers.pdf_layout.same_line")

ColumnSpan = tuple[float, float]


class ListRows(NamedTuple):
    """The cells of a list, where its columns begin and end, the step between lines that parts rows (0: none), the index of the line after it."""

    grid: CellGrid
    columns: tuple[ColumnSpan, ...]
    step: float
    end: int


class Carried(NamedTuple):
    """What the table that a page ends with tells of the next: where its values begin if it is a form's, else of a list what ListRows
    does, and its first row, which may be its names."""

    column: float = 0.0
    columns: tuple[ColumnSpan, ...] = ()
    step: float = 0.0
    names: tuple[str, ...] = ()


def list_at(lines: Sequence[Line], start: int, *, named: bool = False) -> ListRows | None:
    """The list whose first line is `start`; None for other text. One whose columns are `named` may begin with its names at a page's foot."""
    if len(lines[start]) < _LEAST_CELLS:
        return None
    end, columns = _list_end(lines, start, [(p.x0, p.x1) for p in lines[start]])
    rows = [_cut(line, columns) for line in lines[start:end]]
    alone = named and start + 1 == len(lines)
    if not alone and sum(len(line) >= _LEAST_CELLS for line in rows) < _LEAST_ROWS:
        return None
    return ListRows(_grid(rows, columns, step := _step(rows)), tuple(columns), step, end)


def list_goes_on(lines: Sequence[Line], carried: Carried) -> ListRows | None:
    """The lines at the top of a page that go on with the list which the page before ends with; None where none do.

    One line at least has cells side by side, or stands where a column behind the first begins.
    """
    if not carried.columns or not lines:
        return None
    end, columns = _list_end(lines, 0, carried.columns)
    rows = [_cut(line, columns) for line in lines[:end]]
    begins = [low for low, _ in carried.columns[1:]]
    if not any(same_column(piece.x0, low) for line in rows for piece in line for low in begins):
        return None
    names = _names(rows[:-1], columns, carried.names)
    step = carried.step or _step(rows[names:])
    return ListRows(_grid(rows[names:], columns, step), tuple(columns), step, end)


def _names(lines: Sequence[Line], columns: Sequence[ColumnSpan], names: Sequence[str]) -> int:
    """How many lines repeat the names of the columns; 0 where none do."""
    for n in range(1, len(lines) + 1):
        row = _row(lines[:n], columns)
        if row == [*names]:
            return n
        if not all(name.startswith(cell) for name, cell in zip(names, row, strict=False)):
            break
    return 0


def names_columns(lines: Sequence[Line]) -> bool:
    """Whether the first of two lines holds nothing but names of columns, one of them unknown at most, and the next one does not."""
    counts = [sum(bool(label_of(piece.text, column=True)) for piece in line) for line in lines]
    names = [
        len(line) >= _LEAST_CELLS and count >= len(line) - 1
        for line, count in zip(lines, counts, strict=True)
    ]
    return names in ([True, False], [True])


def _cut(line: Line, columns: Sequence[ColumnSpan]) -> Line:
    """The pieces of a line in parts, where columns begin behind white that is narrower than usual."""
    starts = [low for low, _ in columns]
    return [part for piece in line for part in piece.cut(starts, WITHIN)]


def _list_end(
    lines: Sequence[Line], start: int, columns: Sequence[ColumnSpan]
) -> tuple[int, list[ColumnSpan]]:
    """(line after the list that begins at `start`, its columns from left to right)."""
    columns = list(columns)
    for n in range(start, len(lines)):
        above = lines[n - 1] if n > start else []
        white = min(p.top for p in lines[n]) - max((p.bottom for p in above), default=0.0)
        if above and white > _END * max(p.bottom - p.top for p in above):
            return n, columns  # what stands far below the last row
        if not _is_across(lines, n, columns):
            grown = _grown(columns, _cut(lines[n], columns))
            if grown is None:
                return n, columns
            columns = grown
    return len(lines), columns


def _grown(columns: Sequence[ColumnSpan], line: Line) -> list[ColumnSpan] | None:
    """The columns with the cells of one more line; None for a line that runs over them."""
    grown = list(columns)
    for piece in line:
        met = [i for i, (low, high) in enumerate(grown) if piece.x0 < high and piece.x1 > low]
        if len(met) > 1 or (not met and len(line) < _LEAST_CELLS):
            return None
        if met:
            low, high = grown[met[0]]
            grown[met[0]] = (min(low, piece.x0), max(high, piece.x1))
        else:
            grown.append((piece.x0, piece.x1))
    grown.sort()
    return None if any(a[1] > b[0] for a, b in pairwise(grown)) else grown


def _is_across(lines: Sequence[Line], n: int, columns: Sequence[ColumnSpan]) -> bool:
    """Whether line `n` is the name of a section across the columns of a list (一、装备制造) that goes on below it."""
    piece, begin = lines[n][0], columns[0][0]
    alone = len(lines[n]) == 1 and piece.x1 > columns[1][0] > piece.x0
    begins = abs(piece.x0 - begin) <= APART * (piece.bottom - piece.top)
    return alone and begins and n + 1 < len(lines) and len(lines[n + 1]) >= _LEAST_CELLS


def _steps(lines: Sequence[Line]) -> list[float]:
    """How far each line lies below the one above it."""
    return [b - a for a, b in pairwise(max(p.bottom for p in line) for line in lines)]


def _step(lines: Sequence[Line]) -> float:
    """The step between lines that parts rows; 0 where steps are alike but for letters of several fonts.

    Cells set a little lower than others make no line.
    """
    height = min(p.height for line in lines for p in line)
    steps = sorted(step for step in _steps(lines) if step > _SAME_LINE * height)
    return next(((a + b) / 2 for a, b in pairwise(steps) if b > _ROW_GAP * a), 0.0)


def _grid(lines: Sequence[Line], columns: Sequence[ColumnSpan], step: float) -> CellGrid:
    """The cells of a list; a row ends where the step below it is wider, or else where the first cell begins anew."""
    rows: list[list[Line]] = []
    for n, (line, below) in enumerate(zip(lines, [0.0, *_steps(lines)], strict=True)):
        first = any(p.x0 <= columns[0][1] for p in line)
        if n == 0 or (below > step if step else first):
            rows.append([])
        rows[-1].append(line)
    return [_row(row, columns) for row in rows]


def _row(lines: Sequence[Line], columns: Sequence[ColumnSpan]) -> list[str]:
    """The cells of a row."""
    cells = [""] * len(columns)
    for piece in (piece for line in lines for piece in line):
        met = (i for i, (low, high) in enumerate(columns) if piece.x0 < high and piece.x1 > low)
        place = next(met, 0)
        cells[place] += ("\n" if cells[place] else "") + piece.text
    return [*map(cell_text, cells)]
