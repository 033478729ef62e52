"""Forms in PDF whose table has no rules: labels and the values beside them, by the places where their columns begin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from matcher import settings
from matcher.readers.blocks import CellGrid
from matcher.readers.pdf_pieces import CELL, Piece

Line = list[Piece]
WITHIN = settings.points("readers.pdf_rows.within")
_LEAST_LINES = settings.count("readers.pdf_rows.least_lines")
_LEAST_PAIRS = settings.count("readers.pdf_rows.least_pairs")
_END = settings.factor("readers.pdf_rows.end")
_CLOSE = settings.factor("readers.pdf_rows.close")
_BESIDE = settings.factor("readers.pdf_rows.beside")
_ROW_GAP = settings.factor("readers.pdf_rows.row_gap")
_PAIR = 2
# A label has a word; the number of an item or of a clause (第一条) has none.
_LABEL = re.compile(r"(?!第?[一二三四五六七八九十百\d]+[章节条款项])(?:.*[^\W\d_]){2}")
# What a line breaks no further: a Latin word, a Chinese letter with the signs that begin no line.
_UNBROKEN = re.compile(r"[!-~]+|.[，。、；：！？）》”’]*")


class TableRows(NamedTuple):
    """The cells of a table without rules, and the index of the line after it."""

    grid: CellGrid
    end: int


def column_starts(lines: Sequence[Line]) -> list[float]:
    """Where parts of several lines begin at the same place, behind white: points, from left to right."""
    places = sorted(piece.x0 for line in lines for piece in line[1:])
    groups: list[list[float]] = []
    for place in places:
        if groups and place - groups[-1][0] <= WITHIN:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [group[0] for group in groups if len(group) >= _LEAST_LINES]


def rows_at(lines: Sequence[Line], start: int, starts: Sequence[float]) -> TableRows | None:
    """The table whose first line is `start`: rows of a label and values that begin at one of `starts`; None for other text.

    A line of the value alone goes on with its row, above the label too, where that is set in the middle.
    """
    line = lines[start]
    column = line[1].x0 if len(line) > 1 else line[0].x0
    if not _at(column, starts):
        return None
    end, whole = start, start
    while end < len(lines) and (kind := _kind(lines[end], column, starts)):
        above = lines[end - 1] if end > start else None
        if above and _white(above, lines[end]) > _END * above[0].height:
            break
        end += 1
        whole = end if kind != "label" else whole
    table = lines[start:whole]
    rows = [line for line in table if _kind(line, column, starts) == "row"]
    leads = len(line) == 1 and len(table) > 1 and _white(*table[:2]) > _CLOSE * line[0].height
    if leads or len(rows) < _LEAST_LINES or sum(len(row) == _PAIR for row in rows) < _LEAST_PAIRS:
        return None
    return TableRows(_grid(table, column), whole)


def _at(place: float, starts: Sequence[float]) -> bool:
    return any(abs(place - start) <= WITHIN for start in starts)


def _white(above: Line, below: Line) -> float:
    return min(p.top for p in below) - max(p.bottom for p in above)


def _kind(line: Line, column: float, starts: Sequence[float]) -> str:
    """What a line is in a table whose values begin at `column`: a "row", a "value" or a "label" alone, "" none of it."""
    first = line[0]
    if first.x0 >= column - WITHIN:
        return "value" if all(_at(piece.x0, starts) for piece in line) else ""
    if not _LABEL.match(first.text) or first.x1 >= column:
        return ""
    if len(line) == 1:
        return "label"
    return "row" if _at(column, [line[1].x0]) else ""


def _grid(table: Sequence[Line], column: float) -> CellGrid:
    """The cells, row by row; lines that the column broke are joined, and those that end before its end are not."""
    starts = column_starts_of(table, column)
    last = max(piece.x1 for line in table for piece in line)
    grid: CellGrid = []
    for row in _rows(table, column):
        cells: dict[int, list[Piece]] = {}
        for piece in (piece for line in row for piece in line):
            cells.setdefault(_index(piece, starts), []).append(piece)
        filled = sorted(cells)
        rights = {a: starts[b] - CELL * cells[b][0].height for a, b in pairwise(filled)}
        grid.append(
            [_text(cells.get(n, []), rights.get(n, last)) if n in cells else "" for n in range(len(starts))]
        )
    return grid


def column_starts_of(table: Sequence[Line], column: float) -> list[float]:
    """Where the columns of a table begin, the labels' first."""
    starts = [0.0]
    for place in sorted(piece.x0 for line in table for piece in line if piece.x0 >= column - WITHIN):
        if place - starts[-1] > WITHIN:
            starts.append(place)
    return starts


def _index(piece: Piece, starts: Sequence[float]) -> int:
    return max(n for n, start in enumerate(starts) if piece.x0 >= start)


def _text(pieces: Sequence[Piece], right: float) -> str:
    """The text of a cell that ends at `right`."""
    text = pieces[0].text if pieces else ""
    for above, below in pairwise(pieces):
        latin = above.text[-1].isascii() and below.text[0].isascii()
        text += ((" " if latin else "") if _goes_on(above, below, right) else "\n") + below.text
    return text


def _goes_on(above: Piece, below: Piece, right: float) -> bool:
    """Whether what `below` begins with had no room in the line above it, whose column ends at `right`."""
    word = _UNBROKEN.match(below.text)
    letter = (below.x1 - below.x0) / len(below.text)
    return right - above.x1 < (len(word.group() if word else "") + 0.5) * letter


def _rows(table: Sequence[Line], column: float) -> Iterator[Sequence[Line]]:
    """The lines row by row."""
    labelled = [line[0].x0 < column - WITHIN for line in table]
    middles = [(line[0].top + line[0].bottom) / 2 for line in table]
    steps = [b - a for a, b in pairwise(middles)]
    near = [step < _BESIDE * line[0].height for step, line in zip(steps, table, strict=False)]
    centred = not labelled[0] or any(near)
    begins = _centred(labelled, middles) if centred else _topped(table, labelled, steps, column)
    for a, b in pairwise([*begins, len(table)]):
        yield table[a:b]


def _centred(labelled: Sequence[bool], middles: Sequence[float]) -> list[int]:
    """Where rows begin whose label is set in the middle: as much of the value stands above it as below."""
    begins, n = [0], 0
    while (label := next((i for i in range(n, len(labelled)) if labelled[i]), None)) is not None:
        half = middles[label] - middles[n]
        end = label + 1
        while end < len(labelled) and not labelled[end] and middles[end] - middles[label] <= half + WITHIN:
            end += 1
        if not any(labelled[end:]):
            break
        begins.append(end)
        n = end
    return begins


def _topped(
    table: Sequence[Line], labelled: Sequence[bool], steps: Sequence[float], column: float
) -> list[int]:
    """Where rows begin whose label stands in their first line: at each label that is not the rest of the one above."""
    wide = _ROW_GAP * min(steps)
    last = max(piece.x1 for line in table for piece in line)
    begins = [0]
    for n in range(1, len(table)):
        above, line = table[n - 1], table[n]
        close = steps[n - 1] <= wide < max(steps)
        right = column - CELL * line[0].height
        rest = len(above) > 1 and labelled[n - 1] and _goes_on(above[0], line[0], right)
        if rest and len(line) > 1:
            rest = len(above) == len(line) == _PAIR and _goes_on(above[1], line[1], last)
        if labelled[n] and not rest and not (len(line) == 1 and close):
            begins.append(n)
    return begins
