"""The lines of a PDF page from the places of its letters: columns, tables without rules, letter-spaced words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from matcher import settings
from matcher.readers.blocks import BETWEEN_CELLS, CellGrid, PageLine
from matcher.readers.fields.in_lines import LONG, label_of
from matcher.readers.pdf.pieces import APART, Piece, joined, pieces_of
from matcher.readers.pdf.rows import WITHIN, cell_text, column_starts, rows_at

_GUTTER = settings.points("readers.pdf_layout.gutter")
_CROSSING = settings.share("readers.pdf_layout.crossing")
_NARROWEST = settings.share("readers.pdf_layout.narrowest")
_FULL = settings.share("readers.pdf_layout.full")
_FULL_LINES = settings.share("readers.pdf_layout.full_lines")
_LABELS = settings.share("readers.pdf_layout.labels")
_LEAST_LINES = settings.lines("readers.pdf_layout.least")
_LEAST_CELLS = settings.cells("readers.pdf_layout.least")
_LEAST_ROWS = settings.rows("readers.pdf_layout.least")
_ROW_GAP = settings.factor("readers.pdf_layout.row_gap")
_COUNTED = re.compile(r"[(（]?(\d{1,3})[)）.．、]")
_LEAST_COUNTED = settings.lines("readers.pdf_layout.least_counted")
_END = settings.factor("readers.pdf_layout.end")
_SAME_LINE = settings.factor("readers.pdf_layout.same_line")
_FIELD = settings.points("readers.pdf_layout.field")
_BESIDE = settings.points("readers.pdf_layout.beside")
_STEP = settings.points("readers.pdf_layout.step")


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


def lay_out(chars: Sequence[dict[str, Any]], forms: Sequence[Piece], carried: float) -> list[PageItem]:
    """The lines and tables without rules of a page in reading order, column after column.

    `chars` are letters as pdfplumber gives them (text, x0, x1, top, bottom, size), `forms` the values of form fields,
    `carried` the `column` of the table that the page before ends with.
    """
    lines = [pieces_of(line) for line in _lines(chars)]
    lines = _with_forms([line for line in lines if line], forms)
    return _in_columns(lines, " ", carried)


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


def _in_columns(lines: list[list[Piece]], between: str, carried: float = 0.0) -> list[PageItem]:
    columns = _columns(lines)
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


def _columns(lines: Sequence[list[Piece]]) -> list[tuple[list[list[Piece]], float]] | None:
    """(lines, where they end) of each of two columns of running text, and of what runs across them (0); None if there is one."""
    pieces = [p for line in lines for p in line]
    if len(lines) < _LEAST_LINES:
        return None
    left, right = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    gutter = _gutter(lines, pieces, left, right)
    if gutter is None:
        return None
    sides = [[p for p in pieces if p.x1 <= gutter], [p for p in pieces if p.x0 >= gutter]]
    widths = [max(p.x1 for p in side) - min(p.x0 for p in side) for side in sides]
    full = [_full(side, width) for side, width in zip(sides, widths, strict=True)]
    running = sum(full) >= _FULL_LINES * sum(map(len, sides)) or all(map(_counts_down, sides))
    if full[0] < _LABELS * len(sides[0]) and _beside_labels(lines, gutter):
        return None
    if _asks_beside(lines, gutter):
        return None
    names = sum(p.text.endswith((":", "：")) for p in sides[0])  # of a form, whose values stand beside them
    if min(widths) < _NARROWEST * (right - left) or not running or 2 * names > len(sides[0]):
        return None
    across = [[p] for p in pieces if p.x0 < gutter < p.x1]
    top = min(p.top for side in sides for p in side)
    above = [line for line in across if line[0].top < top]
    below = [line for line in across if line[0].top >= top]
    columns = [([[p] for p in sorted(side, key=lambda p: p.top)], max(p.x1 for p in side)) for side in sides]
    return [(part, end) for part, end in [(above, 0.0), *columns, (below, 0.0)] if part]


def _full(side: Sequence[Piece], width: float) -> int:
    """How many lines of a column fill its width, as those of running text do and the labels of a form do not."""
    return sum(p.x1 - p.x0 >= _FULL * width for p in side)


def _beside_labels(lines: Sequence[list[Piece]], gutter: float) -> bool:
    """Whether values of several lines stand beside labels: most lines on the left have one on the right, which goes on below."""
    left = [n for n, line in enumerate(lines) if line[0].x1 <= gutter]
    paired = sum(line[-1].x0 >= gutter for line in map(lines.__getitem__, left))
    between = sum(line[0].x0 >= gutter for line in lines[left[0] : left[-1]])
    return 2 * paired > len(left) and between >= _LEAST_ROWS


def _asks_beside(lines: Sequence[list[Piece]], gutter: float) -> bool:
    """Whether names of several fields of people and titles stand on the left with something beside them, and hardly any on the right.

    A paper's two columns begin with the names of its parts; those of a form that are side by side have names in both.
    """
    left = [line[0].text for line in lines if line[0].x1 <= gutter <= line[-1].x0]
    right = [line[-1].text for line in lines if line[-1].x0 >= gutter]
    asked_left, asked_right = (
        {f for text in side for f in label_of(re.split("[(（]", text)[0])[:1]} - LONG
        for side in (left, right)
    )
    return len(asked_left) > 1 + len(asked_right)


def _counts_down(side: Sequence[Piece]) -> bool:
    """Whether the numbers that lines of a column begin with count on, or anew, from one to the next.

    Short lines of a list fill no column; a table's or a form's numbers go on in the next column of their line.
    """
    marks = [_COUNTED.match(p.text) for p in sorted(side, key=lambda p: p.top)]
    numbers = [int(mark[1]) for mark in marks if mark]
    follows = all(b in (1, a + 1) for a, b in itertools.pairwise(numbers))
    return len(numbers) >= _LEAST_COUNTED and follows


def _gutter(lines: Sequence[list[Piece]], pieces: Sequence[Piece], left: float, right: float) -> float | None:
    """The middle of the widest white between two columns; None where the text has one column."""
    best: tuple[float, float] | None = None
    start = left + _NARROWEST * (right - left)
    x = start
    while x < right - _NARROWEST * (right - left):
        crossing = [p for p in pieces if p.x0 < x < p.x1]
        sides = sum(p.x1 <= x for p in pieces), sum(p.x0 >= x for p in pieces)
        if len(crossing) <= _CROSSING * len(lines) and min(sides) >= _LEAST_LINES:
            low = max(p.x1 for p in pieces if p.x1 <= x)
            high = min(p.x0 for p in pieces if p.x0 >= x)
            if high - low >= _GUTTER and (best is None or high - low > best[0]):
                best = (high - low, (low + high) / 2)
        x += _STEP
    return None if best is None else best[1]


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
