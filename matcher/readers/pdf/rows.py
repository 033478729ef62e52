"""Forms in PDF whose table has no rules: labels and the values beside them, by the places where their columns begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

from matcher import settings
from matcher.readers.blocks import CellGrid
from matcher.readers.pdf.cut_words import cell_text, goes_on, is_one_word, tight_lines
from matcher.readers.pdf.pieces import APART, WORD_SPACE, Piece, is_western

Line = list[Piece]
WITHIN = settings.points("readers.pdf_rows.within")
_LEAST_LINES = settings.count("readers.pdf_rows.least_lines")
_LEAST_PAIRS = settings.count("readers.pdf_rows.least_pairs")
_END = settings.factor("readers.pdf_layout.end")
_CLOSE = settings.factor("readers.pdf_rows.close")
_SPARE = settings.factor("readers.pdf_rows.spare")
_BESIDE = settings.factor("readers.pdf_rows.beside")
_LATIN_WIDTH = settings.factor("readers.pdf_rows.latin_width")
_AMPLE = settings.share("readers.pdf_rows.ample")
_EDGE_LINES = settings.lines("readers.pdf_running.edge")
# A label has a word; the number of an item or of a clause (第一条) has none.
_LABEL = re.compile(r"(?!第[一二三四五六七八九十百\d]+[章节条款项])(?:.*[^\W\d_]){2}")
_OPENED, _CLOSED = re.compile("[（(]"), re.compile("[)）]")
_BEGUN = re.compile(r"[（(a-z]")  # no label begins so
# What a line breaks no further: a Latin word, a Chinese letter with the signs that begin no line.
_UNBROKEN = re.compile(r"[!-~]+|.[，。、；：！？）》”’]*")


class TableRows(NamedTuple):
    """The cells of a table without rules, where its values begin (points), and the index of the line after it."""

    grid: CellGrid
    column: float
    end: int


def column_starts(lines: Sequence[Line]) -> list[float]:
    """Where parts of several lines begin at the same place, behind white: points, from left to right."""
    return _shared((piece.x0 for line in lines for piece in line[1:]), _LEAST_LINES)


def _shared(places: Iterable[float], least: int) -> list[float]:
    """The places, in order, each once, that so many of `places` share."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and same_column(place, groups[-1][0]):
            groups[-1].append(place)
        else:
            groups.append([place])
    return [group[0] for group in groups if len(group) >= least]


def rows_at(lines: Sequence[Line], start: int, starts: Sequence[float], carried: float) -> TableRows | None:
    """The table whose first line is `start`: rows of a label and values that begin at one of `starts`; None for other text.

    A line of the value alone goes on with its row, above the label too, where that is set in the middle.
    `carried` is where the values of the table above begin, else 0: fewer rows go on with it, and in the first lines of a page
    what is left of a value.
    """
    line = lines[start]
    column = line[1].x0 if len(line) > 1 else line[0].x0
    goes_on = bool(carried) and _at(column, [carried])
    starts = [*starts, carried] if goes_on else starts
    if not _at(column, starts):
        return None
    end = _end(lines, start, column, starts)
    table = lines[start:end]
    if not table:
        return None
    around = [*lines[max(start - 1, 0) : start], *lines[end : end + 1]]
    if any(len(beside) > 2 for beside in around):
        return None  # a part of a list in several columns
    rows = [line for line in table if _kind(line, column, starts) == "row"]
    leads = len(line) == 1 and len(table) > 1 and _white(*table[:2]) > _CLOSE * line[0].height
    pairs = sum(len(row) == 2 for row in rows)
    words = 2 * sum(bool(_LABEL.match(row[0].text)) for row in rows) > len(rows)
    least = words and not leads and len(rows) >= _LEAST_LINES and pairs >= _LEAST_PAIRS
    first = start < _EDGE_LINES or (words and line in rows)
    if not least and not (goes_on and first):
        return None
    return TableRows(_grid(table, column, goes_on=goes_on), column, end)


def _end(lines: Sequence[Line], start: int, column: float, starts: Sequence[float]) -> int:
    """The line after a table, whose last line is no label alone."""
    end = last = start
    while end < len(lines) and (kind := _kind(lines[end], column, starts)):
        above = lines[end - 1]
        if end > start and _white(above, lines[end]) > _END * above[0].height:
            break
        end += 1
        last = end if kind != "label" else last
    return last


def same_column(one: float, other: float) -> bool:
    """Whether two places are one beginning of a column."""
    return abs(one - other) <= WITHIN


def _at(place: float, starts: Sequence[float]) -> bool:
    return any(same_column(place, start) for start in starts)


def _white(above: Line, below: Line) -> float:
    return min(p.top for p in below) - max(p.bottom for p in above)


def _kind(line: Line, column: float, starts: Sequence[float]) -> str:
    """What a line is in a table whose values begin at `column`: a "row", a "value" or a "label" alone, "" none of it."""
    first = line[0]
    if first.x0 >= column - WITHIN:
        return "value" if all(_at(piece.x0, starts) for piece in line) else ""
    if first.x1 >= column:
        return ""
    if len(line) == 1:
        return "label"
    return "row" if _at(column, [line[1].x0]) else ""


def _grid(table: Sequence[Line], column: float, *, goes_on: bool) -> CellGrid:
    """The cells, row by row; lines that the column broke are joined, and those that end before its end are not."""
    pieces = [piece for line in table for piece in line]
    starts = [-inf, *_shared((p.x0 for p in pieces if p.x0 >= column - WITHIN), 1)]
    ends: dict[int, float] = {}
    for piece in pieces:
        n = _index(piece, starts)
        ends[n] = max(ends.get(n, 0.0), piece.x1)
    grid: CellGrid = []
    for row in _rows(table, column, goes_on=goes_on):
        cells: dict[int, list[Piece]] = {}
        for piece in (piece for line in row for piece in line):
            cells.setdefault(_index(piece, starts), []).append(piece)
        rights = {a: starts[b] - APART * cells[b][0].height for a, b in pairwise(sorted(cells))}
        grid.append([_text(cells.get(n, []), rights.get(n, ends.get(n, 0.0))) for n in range(len(starts))])
    return grid


def _index(piece: Piece, starts: Sequence[float]) -> int:
    return max(n for n, start in enumerate(starts) if piece.x0 >= start)


def _text(pieces: Sequence[Piece], right: float) -> str:
    """The text of a cell that ends at `right`."""
    text = pieces[0].text if pieces else ""
    for above, below in pairwise(pieces):
        latin = above.text[-1].isascii() and below.text[0].isascii()
        tight = is_one_word(above.text) and right - above.x1 < (below.x1 - below.x0) / len(below.text)
        one = not latin or goes_on(text, below.text, tight=tight)
        text += (("" if one else " ") if _goes_on(above, below, right) else "\n") + below.text
    return text


def _goes_on(above: Piece, below: Piece, right: float) -> bool:
    """Whether what `below` begins with had no room in the line above it, whose column ends at `right`."""
    word = _UNBROKEN.match(below.text)
    letter = (below.x1 - below.x0) / len(below.text)
    return right - above.x1 < (len(word.group() if word else "") + _SPARE) * letter


def ruled_cells(table: Any, size: float) -> CellGrid:
    """The cells of a table within rules, whose letters are so high and stand half as far from each rule."""
    latin = size * _LATIN_WIDTH or 1.0
    return [
        [
            _ruled_text(
                text or "", (box[2] - box[0] - size) / latin, tight_lines(table.page, box, text or "")
            )
            if box
            else ""
            for text, box in zip(texts, row.cells, strict=True)
        ]
        for texts, row in zip(_extracted(table), table.rows, strict=True)
    ]


def _extracted(table: Any) -> list[list[str | None]]:
    """The texts of a table's cells, Western ones with the spaces that stand between their words and are not written."""
    texts: list[list[str | None]] = table.extract()
    if not any(is_western(text) for row in texts for text in row if text):
        return texts
    spaced = table.extract(x_tolerance_ratio=WORD_SPACE)
    pairs = (zip(*rows, strict=True) for rows in zip(texts, spaced, strict=True))
    return [[b if a and is_western(a) else a for a, b in row] for row in pairs]


def _ruled_text(cell: str, room: float, tight: frozenset[int]) -> str:
    """The text of a cell within rules where so many Latin letters (`room`) find place side by side, none more behind the `tight` lines.

    A line end stays where the next line's first word had ample place beside the line above.

    >>> none = frozenset()
    >>> _ruled_text("1. Title of the project\\nPorch lights in the hills", 60, none), _ruled_text("项目负责\\n人", 9, none)
    ('1. Title of the project\\nPorch lights in the hills', '项目负责人')
    """
    lines = cell.split("\n")
    ends = [n for n, (above, below) in enumerate(pairwise(lines), 1) if _is_end(above, below, room)]
    parts = pairwise([0, *ends, len(lines)])
    return "\n".join(cell_text("\n".join(lines[a:b]), frozenset(n - a for n in tight)) for a, b in parts)


def _is_end(above: str, below: str, room: float) -> bool:
    """Whether a line end within rules is the writer's: the next word had ample place."""
    word = _UNBROKEN.match(below)
    return room * (1 - _AMPLE) > _width(above) + _width(word.group() if word else "")


def _width(text: str) -> int:
    """How many Latin letters are as wide as a text."""
    return sum(1 + (not c.isascii()) for c in text)


def _rows(table: Sequence[Line], column: float, *, goes_on: bool) -> Iterator[Sequence[Line]]:
    """The lines row by row; the first ones may be the rest of a row of the page before."""
    labelled = [line[0].x0 < column - WITHIN for line in table]
    middles = [(line[0].top + line[0].bottom) / 2 for line in table]
    steps = [b - a for a, b in pairwise(middles)]
    near = [step < _BESIDE * line[0].height for step, line in zip(steps, table, strict=False)]
    centred = any(near) or not (labelled[0] or goes_on)
    begins = _centred(labelled, middles) if centred else _topped(table, labelled, column)
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


def _topped(table: Sequence[Line], labelled: Sequence[bool], column: float) -> list[int]:
    """Where rows begin whose label stands in their first line: at each label that is not the rest of the one above."""
    last = max(piece.x1 for line in table for piece in line)
    begins = [0]
    for n in range(1, len(table)):
        label = "".join(line[0].text for line in table[begins[-1] : n] if line[0].x0 < column - WITHIN)
        opened = len(_OPENED.findall(label)) > len(_CLOSED.findall(label))  # 需求内容（主要技 over 术、条件）
        rest = len(table[n - 1]) > 1 and labelled[n - 1] and _is_rest(table[n - 1], table[n], column, last)
        if labelled[n] and not (rest or opened):
            begins.append(n)
    return begins


def _is_rest(above: Line, line: Line, column: float, last: float) -> bool:
    """Whether a label is the rest of the one above it, and what stands beside it the rest of the value, which ends at `last`."""
    length, room = len(line[0].text), column - APART * line[0].height
    begun = bool(_BEGUN.match(line[0].text))
    if len(line) == 1:
        return begun or (length < len(above[0].text) and _goes_on(above[0], line[0], room))
    short = 2 * length <= len(above[0].text) and _goes_on(above[0], line[0], room)
    values = len(above) == len(line) == 2 and _goes_on(above[1], line[1], last)
    return (begun or short) and values
