"""The columns of running text of a PDF page, found by the white between them; a form's labels and values are none."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

from matcher import settings
from matcher.readers.fields.in_lines import LONG, label_of
from matcher.readers.pdf.pieces import Piece, is_western
from matcher.readers.pdf.rows import WITHIN

_GUTTER = settings.points("readers.pdf_layout.gutter")
_CROSSING = settings.share("readers.pdf_layout.crossing")
_NARROWEST = settings.share("readers.pdf_layout.narrowest")
_FULL = settings.share("readers.pdf_layout.full")
_NEARLY_FULL = settings.share("readers.pdf_layout.nearly_full")
_FULL_LINES = settings.share("readers.pdf_layout.full_lines")
_LABELS = settings.share("readers.pdf_layout.labels")
_LEAST_LINES = settings.lines("readers.pdf_layout.least")
_LEAST_ROWS = settings.rows("readers.pdf_layout.least")
_LEAST_CELLS = settings.cells("readers.pdf_layout.least")
_WHITE = settings.factor("readers.pdf_layout.row_gap")
_LEAST_LETTERS = settings.letters("readers.pdf_layout.least_letters")
_COUNTED = re.compile(r"[(（]?(\d{1,3})[)）.．、]")
_LEAST_COUNTED = settings.lines("readers.pdf_layout.least_counted")
_STEP = settings.points("readers.pdf_layout.step")


class PageColumn(NamedTuple):
    """The lines of a column, and where it ends; 0 for what runs across columns."""

    lines: list[list[Piece]]
    end: float


def columns_of(lines: Sequence[list[Piece]]) -> list[PageColumn] | None:
    """The columns of running text of a page, and what runs across them; None if there is one column.

    A page is parted in two, and each part again where the columns in it are clearly running text.
    """
    pieces = [p for line in lines for p in line]
    middle = (min(p.x0 for p in pieces) + max(p.x1 for p in pieces)) / 2 if pieces else 0.0
    heads = [*itertools.takewhile(lambda line: len(line) == 1 and _stands_at(line[0], middle), lines)]
    columns = _columns(lines[len(heads) :], inner=False)
    texts = [column for column in columns or () if column.end]
    if len(texts) >= _LEAST_CELLS and _in_rows(texts):
        return None
    return [PageColumn(heads, 0.0), *columns] if columns and heads else columns


def continued(lines: Sequence[list[Piece]], known: Sequence[tuple[float, float]]) -> list[PageColumn] | None:
    """The columns of a page too short to show them, where all that stands side by side lies in those of the page before.

    `known` are where each of them begins and ends. None where this is no such page.
    """
    beside = [line for line in lines if len(line) > 1]
    if len(known) < 2 or not beside or len(beside) >= _LEAST_LINES:
        return None
    columns = [PageColumn([], end) for _, end in known]
    above, below = PageColumn([], 0.0), PageColumn([], 0.0)
    for n, line in enumerate(lines):
        for piece in line:
            own = (
                c
                for c, (x0, x1) in enumerate(known)
                if x0 - WITHIN <= piece.x0 and piece.x1 <= x1 + piece.height
            )
            if (column := next(own, None)) is not None:
                columns[column].lines.append([piece])
            elif len(line) > 1:
                return None
            else:
                (below if n > lines.index(beside[0]) else above).lines.append(line)
    return [column for column in (above, *columns, below) if column.lines]


def _in_rows(columns: Sequence[PageColumn]) -> bool:
    """Whether columns are cells of long texts: below most whites of one all others begin a cell too.

    In running text the line before goes on in the others.
    """
    begins = [[*_begins(column)] for column in columns]
    whites = {top for each in begins for top, white, _ in each if white}
    rows = sum(
        all(any(abs(top - own) <= 2 * WITHIN and new for own, _, new in each) for each in begins)
        for top in whites
    )
    return 2 * rows > len(whites)


def _begins(column: PageColumn) -> Iterator[tuple[float, bool, bool]]:
    """(top, whether a white is above it, whether a paragraph may begin with it) of each line of a column."""
    ends: dict[float, float] = {}
    for (piece,) in column.lines:
        ends[piece.top] = max(ends.get(piece.top, 0.0), piece.x1)
    tops = sorted(ends)
    usual = median([b - a for a, b in itertools.pairwise(tops)] or [0.0])
    height = column.lines[0][0].height
    yield tops[0], False, True
    for above, top in itertools.pairwise(tops):
        white = top - above > _WHITE * usual
        yield top, white, white or column.end - ends[above] > height


def _stands_at(piece: Piece, middle: float) -> bool:
    """Whether a piece is a title in the middle of the page, which may be that of a column."""
    return abs(piece.x0 + piece.x1 - 2 * middle) <= 2 * piece.height


def _columns(lines: Sequence[list[Piece]], *, inner: bool) -> list[PageColumn] | None:
    """The same; `inner` says that it is a part of a page."""
    pieces = [p for line in lines for p in line]
    if len(lines) < _LEAST_LINES:
        return None
    left, right = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    gutter = _gutter(lines, pieces, left, right)
    if gutter is None:
        return None
    begins = Counter(round(p.x0) for p in pieces if p.x0 >= gutter)
    start = min((x for x, count in begins.items() if count >= _LEAST_LINES), default=min(begins))
    cut = [[_without_hanging_stop(p, start) for p in line] for line in lines]
    gutter = max([gutter, *(of_piece[0].x1 for line in cut for of_piece in line if len(of_piece) > 1)])
    lines = [[*itertools.chain.from_iterable(line)] for line in cut]
    of_sides = (
        [[p for p in line if p.x1 <= gutter] for line in lines],
        [[p for p in line if p.x0 >= gutter] for line in lines],
    )
    parts = [[line for line in side if line] for side in of_sides]
    parted = [_columns(part, inner=True) for part in parts]
    sides = [list(_filled(part)) for part in parts]
    widths = [max(p.x1 for p in side) - min(p.x0 for p in side) for side in sides]
    if inner or any(parted):
        each = zip(parted, sides, widths, strict=True)
        running = all(columns or _is_clear(side, width) for columns, side, width in each)
    else:
        running = min(widths) >= _NARROWEST * (right - left) and _are_two(lines, sides, widths, gutter)
    if not running:
        return None
    across = [[p] for line in lines for p in line if p.x0 < gutter < p.x1]
    top = min(p.top for side in sides for p in side)
    above = [line for line in across if line[0].top < top]
    below = [line for line in across if line[0].top >= top]
    both = [
        columns or [PageColumn([[p] for p in side], max(p.x1 for p in side))]
        for side, columns in zip(sides, parted, strict=True)
    ]
    return [
        each for each in (PageColumn(above, 0.0), *both[0], *both[1], PageColumn(below, 0.0)) if each.lines
    ]


def _without_hanging_stop(piece: Piece, start: float) -> list[Piece]:
    """A piece in two where a Chinese stop hangs over the end of its column, so that less white than elsewhere is before the `start` of the next."""
    hangs = any(
        abs(x0 - start) <= WITHIN and not is_western(piece.text[:n].rstrip()[-1]) for _, x0, n in piece.gaps
    )
    return piece.cut([start], WITHIN) if hangs else [piece]


def _filled(lines: Sequence[list[Piece]]) -> Iterator[Piece]:
    """The pieces of a column from top to bottom; the words of a line that are set apart until it is full are one."""
    end = max(line[-1].x1 for line in lines)
    for line in lines:
        whites = [b.x0 - a.x1 for a, b in itertools.pairwise(line)]
        even = whites and max(whites) - min(whites) <= 2 * WITHIN
        words = len(line) > 2 or not any(" " in p.text for p in line)
        if even and words and end - line[-1].x1 <= WITHIN and all(is_western(p.text) for p in line):
            yield replace(line[0], x1=line[-1].x1, text=" ".join(p.text for p in line), gaps=())
        else:
            yield from line


def _are_two(
    lines: Sequence[list[Piece]], sides: Sequence[Sequence[Piece]], widths: Sequence[float], gutter: float
) -> bool:
    """Whether the two sides of a gutter are columns of text: lines fill each, or are counted down; and no form."""
    full = [_full(side, width, _FULL) for side, width in zip(sides, widths, strict=True)]
    filled = sum(full) >= _FULL_LINES * sum(map(len, sides)) or all(map(_counts_down, sides))
    if full[0] < _LABELS * len(sides[0]) and _beside_labels(lines, gutter):
        columns = [PageColumn([[p] for p in side], max(p.x1 for p in side)) for side in sides]
        filled = filled and all(map(_is_clear, sides, widths)) and not _in_rows(columns)
    return filled and not _is_form(lines, sides[0], gutter)


def _is_clear(side: Sequence[Piece], width: float) -> bool:
    """Whether most lines of a column, as long as no cells are, nearly fill its width."""
    return (
        2 * _full(side, width, _NEARLY_FULL) > len(side)
        and median(len(p.text) for p in side) >= _LEAST_LETTERS
    )


def _is_form(lines: Sequence[list[Piece]], side: Sequence[Piece], gutter: float) -> bool:
    """Whether what stands on the left of a gutter are names of fields."""
    return _asks_beside(lines, gutter) or 2 * sum(p.text.endswith((":", "：")) for p in side) > len(side)


def _full(side: Sequence[Piece], width: float, share: float) -> int:
    """How many lines of a column fill a share of its width, as those of running text do and the labels of a form do not."""
    return sum(p.x1 - p.x0 >= share * width for p in side)


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
