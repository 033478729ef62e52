"""The lines of a PDF page from the places of its letters: columns, tables without rules, letter-spaced words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from matcher import settings
from matcher.readers.blocks import BETWEEN_CELLS, CellGrid, PageLine
from matcher.readers.pdf.columns import columns_of, continued
from matcher.readers.pdf.lists import Carried, ColumnSpan, ListRows, list_at, list_goes_on, names_columns
from matcher.readers.pdf.pieces import APART, Piece, joined, pieces_of
from matcher.readers.pdf.rows import WITHIN, Line, column_starts, rows_at

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
    `edges` are where the columns of another table begin, `columns` and `step` what a list without rules tells of its rest.
    """

    top: float
    block: PageContent
    x0: float = 0.0
    x1: float = 0.0
    size: float = 0.0
    column: float = 0.0
    font: str = ""
    edges: tuple[int, ...] = ()
    columns: tuple[ColumnSpan, ...] = ()
    step: float = 0.0


def lines_of(chars: Sequence[dict[str, Any]], forms: Sequence[Piece]) -> list[Line]:
    """The lines of a page from top to bottom.

    `chars` are letters as pdfplumber gives them (text, x0, x1, top, bottom, size), `forms` the values of form fields.
    """
    lines = [pieces_of(line) for line in _lines(chars)]
    return _with_forms([line for line in lines if line], forms)


def lay_out(lines: list[Line], carried: Carried, known: Sequence[ColumnSpan] = ()) -> list[PageItem]:
    """The lines and tables without rules of a page in reading order, column after column.

    `carried` is what the table tells that the page before ends with, `known` where the columns of its text begin and end.
    """
    if (rest := list_goes_on(lines, carried)) is not None:
        return [_list(lines[0][0].top, rest), *_in_columns(lines[rest.end :], " ", known=known)]
    return _in_columns(lines, " ", carried.column, known)


def text_columns(items: Sequence[PageItem]) -> list[ColumnSpan]:
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
    lines: list[Line], between: str, carried: float = 0.0, known: Sequence[ColumnSpan] = ()
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
    lines: Sequence[Line], between: str, carried: float = 0.0, end_of_column: float = 0.0
) -> Iterator[PageItem]:
    """Lines as text; as tables, labels with values beside them, and runs of lines that stand in three columns or more."""
    n, starts = 0, column_starts(lines)
    cut = [[part for piece in line for part in piece.cut(starts, WITHIN)] for line in lines]
    while n < len(lines):
        named = list_at(lines, n, named=True) if names_columns(lines[n : n + 2]) else None
        if named is None and (rows := rows_at(cut, n, starts, carried)):
            yield PageItem(lines[n][0].top, rows.grid, column=rows.column)
            n, carried = rows.end, rows.column
        elif listed := named or list_at(lines, n):
            yield _list(lines[n][0].top, listed)
            n = listed.end
        else:
            yield text_item(lines[n], between, end_of_column)
            n += 1


def _list(top: float, rows: ListRows) -> PageItem:
    edges = tuple(round(low) for low, _ in rows.columns)
    return PageItem(top, rows.grid, edges=edges, columns=rows.columns, step=rows.step)


def text_item(line: Line, between: str = " ", end_of_column: float = 0.0) -> PageItem:
    """A line as text."""
    first, last = line[0], line[-1]
    text = (joined if any(len(p.text) == 1 for p in line) else str)(between.join(p.text for p in line))
    font = max(line, key=lambda p: len(p.text)).font
    return PageItem(first.top, text, first.x0, last.x1, first.bottom - first.top, end_of_column, font)
