"""The lines of a PDF page from the places of its letters: columns, tables without rules, letter-spaced words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from matcher import settings
from matcher.readers.blocks import BETWEEN_CELLS, CellGrid, PageLine
from matcher.readers.pdf.columns import columns_of, continued
from matcher.readers.pdf.pieces import APART, Piece, joined, pieces_of
from matcher.readers.pdf.rows import WITHIN, cell_text, column_starts, rows_at

_LEAST_CELLS = settings.cells("readers.pdf_layout.least")
_LEAST_ROWS = settings.rows("readers.pdf_layout.least")
_ROW_GAP = settings.factor("readers.pdf_layout.row_gap")
_END = settings.factor("readers.pdf_layout.end")
_SAME_LINE = settings.factor("readers.pdf_layout.same_line")
_FIELD = settings.points("readers.pdf_layout.field")
_BESIDE = settings.points("readers.pdf_layout.beside")


class Picture(NamedTuple):
    """Page `number` (from 1), whose text is in pictures; `blocks` is what else it holds."""

    number: int
    blocks: list[Any]


PageContent = str | PageLine | CellGrid | Picture


@dataclass(frozen=True, slots=True)
class PageItem:
    """A line or table of a page, and where it begins and ends.

    `column` is the end of a line's column if the page has two, and where the values of a form's table begin that has no rules;
    `edges` are where the columns of another table begin.
    """

    top: float
    block: PageContent
    x0: float = 0.0
    x1: float = 0.0
    size: float = 0.0
    column: float = 0.0
    edges: tuple[int, ...] = ()


def lay_out(
    chars: Sequence[dict[str, Any]],
    forms: Sequence[Piece],
    carried: float,
    known: Sequence[tuple[float, float]] = (),
) -> list[PageItem]:
    """The lines and tables without rules of a page in reading order, column after column.

    `chars` are letters as pdfplumber gives them (text, x0, x1, top, bottom, size), `forms` the values of form fields,
    `carried` the `column` of the table that the page before ends with, `known` where the columns of its text begin and end.
    """
    lines = [pieces_of(line) for line in _lines(chars)]
    lines = _with_forms([line for line in lines if line], forms)
    return _in_columns(lines, " ", carried, known)


def text_columns(items: Sequence[PageItem]) -> list[tuple[float, float]]:
    """Where each column of text of a page begins and ends, from left to right."""
    begins: dict[float, float] = {}
    for item in items:
        if item.column and isinstance(item.block, str):
            begins[item.column] = min(item.x0, begins.get(item.column, item.x0))
    return sorted((begin, end) for end, begin in begins.items())


def lay_out_boxes(boxes: Sequence[dict[str, Any]]) -> list[PageItem]:
    """The lines and tables of a page that OCR read: `boxes` are stretches of text with the places that letters have.

    What stands apart on one line is joined by " | ", as the cells of a row are: the rules of a table are not seen.
    """
    lines = []
    for line in _lines(boxes):
        pieces: list[Piece] = []
        for box in sorted(line, key=lambda b: b["x0"]):
            piece = Piece(box["x0"], box["x1"], box["top"], box["bottom"], box["text"])
            if pieces and piece.x0 - pieces[-1].x1 <= APART * box["size"]:
                last = pieces.pop()
                piece = Piece(last.x0, piece.x1, last.top, piece.bottom, f"{last.text} {piece.text}")
            pieces.append(piece)
        lines.append(pieces)
    return _in_columns(lines, between=BETWEEN_CELLS)


def _in_columns(
    lines: list[list[Piece]], between: str, carried: float = 0.0, known: Sequence[tuple[float, float]] = ()
) -> list[PageItem]:
    columns = columns_of(lines) or continued(lines, known)
    if columns is None:
        return list(_items(lines, between, carried))
    return [item for part, end in columns for item in _items(part, between, end_of_column=end)]


def _lines(chars: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The letters line by line: those whose middles lie within half a letter of each other."""
    line: list[dict[str, Any]] = []
    middle = 0.0
    for char in sorted(chars, key=lambda c: ((c["top"] + c["bottom"]) / 2, c["x0"])):
        own = (char["top"] + char["bottom"]) / 2
        if line and own - middle > _SAME_LINE * min(char["size"], line[0]["size"]):
            yield line
            line = []
        if not line:
            middle = own
        line.append(char)
    if line:
        yield line


def _with_forms(lines: list[list[Piece]], forms: Sequence[Piece]) -> list[list[Piece]]:
    """The lines with the values of form fields at their places."""
    for value in forms:
        middle = (value.top + min(value.bottom, value.top + _FIELD)) / 2
        beside = next(
            (line for line in lines if line[0].top - _BESIDE <= middle <= line[0].bottom + _BESIDE), None
        )
        if beside is None:
            lines.append([value])
        else:
            beside.append(value)
            beside.sort(key=lambda p: p.x0)
    return sorted(lines, key=lambda line: line[0].top)


def _items(
    lines: Sequence[list[Piece]], between: str, carried: float = 0.0, end_of_column: float = 0.0
) -> Iterator[PageItem]:
    """Lines as text; as tables, labels with values beside them, and runs of lines that stand in three columns or more."""
    n, starts = 0, column_starts(lines)
    cut = [[part for piece in line for part in piece.cut(starts, WITHIN)] for line in lines]
    while n < len(lines):
        if rows := rows_at(cut, n, starts, carried):
            yield PageItem(lines[n][0].top, rows.grid, column=rows.column)
            n, carried = rows.end, rows.column
            continue
        end, columns = _table_end(lines, n)
        if columns and sum(len(line) >= _LEAST_CELLS for line in lines[n:end]) >= _LEAST_ROWS:
            edges = tuple(round(low) for low, _ in columns)
            yield PageItem(lines[n][0].top, _grid(lines[n:end], columns), edges=edges)
            n = end
            continue
        first, last = lines[n][0], lines[n][-1]
        text = (joined if any(len(p.text) == 1 for p in lines[n]) else str)(between.join(p.text for p in lines[n]))  # fmt: skip
        yield PageItem(first.top, text, first.x0, last.x1, first.bottom - first.top, end_of_column)
        n += 1


def _table_end(lines: Sequence[list[Piece]], start: int) -> tuple[int, list[tuple[float, float]]]:
    """(line after the table that begins at `start`, its columns from left to right); no columns where none begins."""
    if len(lines[start]) < _LEAST_CELLS:
        return start, []
    columns = [(p.x0, p.x1) for p in lines[start]]
    for n in range(start + 1, len(lines)):
        above = lines[n - 1]
        white = min(p.top for p in lines[n]) - max(p.bottom for p in above)
        if white > _END * max(p.bottom - p.top for p in above):
            return n, columns  # the page's number far below the last row
        if _spans(lines, n, columns):
            continue
        grown = list(columns)
        for piece in lines[n]:
            met = [i for i, (low, high) in enumerate(grown) if piece.x0 < high and piece.x1 > low]
            if len(met) > 1 or (not met and len(lines[n]) < _LEAST_CELLS):
                return n, columns
            if met:
                low, high = grown[met[0]]
                grown[met[0]] = (min(low, piece.x0), max(high, piece.x1))
            else:
                grown.append((piece.x0, piece.x1))
        grown.sort()
        if any(a[1] > b[0] for a, b in itertools.pairwise(grown)):
            return n, columns
        columns = grown
    return len(lines), columns


def _spans(lines: Sequence[list[Piece]], n: int, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether line `n` is the name of a section across the columns of a table (一、装备制造) that goes on below it."""
    piece, begin = lines[n][0], columns[0][0]
    alone = len(lines[n]) == 1 and piece.x1 > columns[1][0] > piece.x0
    begins = abs(piece.x0 - begin) <= APART * (piece.bottom - piece.top)
    return alone and begins and n + 1 < len(lines) and len(lines[n + 1]) >= _LEAST_CELLS


def _grid(lines: Sequence[list[Piece]], columns: Sequence[tuple[float, float]]) -> CellGrid:
    """The cells of a table without rules; a row ends where the white below it is wider, or the first cell begins anew."""
    tops = [max(p.bottom for p in line) for line in lines]
    steps = [b - a for a, b in itertools.pairwise(tops)]
    wide = min(steps) * _ROW_GAP
    uneven = max(steps) > wide
    rows: CellGrid = []
    for n, line in enumerate(lines):
        first = any(p.x0 <= columns[0][1] for p in line)
        if n == 0 or (steps[n - 1] > wide if uneven else first):
            rows.append([""] * len(columns))
        for piece in line:
            place = next(i for i, (low, high) in enumerate(columns) if piece.x0 < high and piece.x1 > low)
            rows[-1][place] += ("\n" if rows[-1][place] else "") + piece.text
    return [[cell_text(cell) for cell in row] for row in rows]
