"""Tables that go on over pages: which row at a page's top is the rest of the one that the page before ends with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from matcher import settings
from matcher.readers.blocks import CellGrid
from matcher.readers.fields.in_lines import number_of
from matcher.readers.pdf.cut_words import cell_text

_LEAST_ROWS = settings.rows("readers.pdf_layout.least")
_STOPPED = re.compile(r"[。；;！!？?.．…：:][”’\"'）)]*$")
_NUMBER = re.compile(r"(?=.*[\d一二三四五六七八九十])[\w.．、（()）-]{1,6}")
_SUM = re.compile(r"(?:[总合小]\s*计|共计)|(?i:(?:sub)?totals?\b)")


def join_pages(above: CellGrid, below: CellGrid, *, ruled: bool = False) -> CellGrid:
    """One table of the parts on two pages: what stands below in no row of its own goes on with the last one above.

    Of a form's table without rules (not `ruled`) that is a row without a label. The names of a table are there once, though each page
    repeats them.
    """
    width = max(len(above[0]), len(below[0]))
    if ruled:
        below = below[sum(1 for _ in takewhile(bool, (a == b for a, b in zip(above, below, strict=False)))) :]
    rows = [[*row, *[""] * (width - len(row))] for row in (*above, *below)]
    first = rows[len(above)] if below else []
    if first and (_is_rest(rows[: len(above)], first) if ruled else not first[0]):
        last = rows[len(above) - 1]
        rows.pop(len(above))
        rows[len(above) - 1] = [
            _joined(a, b) if ruled else "\n".join(filter(None, (a, b)))
            for a, b in zip(last, first, strict=True)
        ]
    return rows


def _is_rest(above: CellGrid, row: Sequence[str]) -> bool:
    """Whether a row at a page's top is the rest of the last one above, by what all rows above fill and how their texts end.

    Where neither tells, a row without a first cell is if it says less than half of what the last one does.
    """
    last, full = above[-1], [r for r in above[:-1] if sum(map(bool, r)) > 1]  # no names of sections
    begun = [n for n, cell in enumerate(row) if cell]
    if any(map(_SUM.match, row)):
        return False
    if len(full) >= _LEAST_ROWS:
        numbers = [n for n in range(len(row)) if all(map(_NUMBER.fullmatch, (r[n] for r in full[1:])))]
        if any(row[n] for n in numbers):  # else its number stood in the middle of its height
            return not any(last[n] for n in numbers)
        sentences = [n for n in begun if last[n] and _are_sentences([r[n] for r in full[1:]])]
        if not all(_STOPPED.search(last[n]) for n in sentences):
            return True
        if numbers and not row[0]:
            return all(last[n] for n in begun)
        if sentences and all(cell or not all(r[n] for r in full) for n, cell in enumerate(row)):
            return False  # it lacks nothing
    return not row[0] and not _is_own_row(last, row)


def _are_sentences(texts: Sequence[str]) -> bool:
    """Whether all texts of a column end as sentences do."""
    filled = [*filter(None, texts)]
    return len(filled) >= _LEAST_ROWS and all(map(_STOPPED.search, filled))


def _is_own_row(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row without a first cell is more than the rest of the one above it."""
    filled = [n for n, cell in enumerate(row) if cell]
    return 2 * len(filled) > sum(map(bool, above)) or not all(above[n] for n in filled)


def _joined(cell: str, rest: str) -> str:
    """A cell of both its parts: a sentence goes on, an item begins on a line of its own."""
    if not (cell and rest):
        return cell or rest
    *lines, end = cell.split("\n")
    begin, *below = rest.split("\n")
    item = _STOPPED.search(end) and number_of(begin)[0]
    middle = [end, begin] if item else [cell_text(f"{end}\n{begin}")]
    return "\n".join([*lines, *middle, *below])
