"""A table whose names stand in its first column, a proposal to each column beside them, turned to rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from matcher import settings
from matcher.readers.cells import plain_text
from matcher.readers.delimited import Line
from matcher.readers.labels import fields_of

_LEAST = settings.count("readers.turned.least")
_PROPOSALS = settings.count("readers.turned.proposals")


def turned(lines: Sequence[Line]) -> list[Line]:
    """The columns of a short table as lines, numbered from 1, that of the names first; [] for a table that has its names above.

    A form has names beside its values too; but not the same number of values, two at least, beside each name.
    """
    if any(line.error is not None for line in lines):
        return []
    rows = [[*line.cells] for line in lines if any(map(plain_text, line.cells))]
    named = [row for row in rows if row and fields_of(plain_text(row[0]))]
    widths = {sum(bool(plain_text(cell)) for cell in row[1:]) for row in named}
    values = [plain_text(cell) for row in named for cell in row[1:]]
    if (
        len(named) < _LEAST
        or 2 * len(named) <= len(rows)
        or len(widths) != 1
        or min(widths) < _PROPOSALS
        or any(fields_of(value) for value in values)
    ):
        return []
    columns = zip_longest(*(row for row in rows if len(row) > 1), fillvalue="")
    return [Line(n, list(cells)) for n, cells in enumerate(columns, 1)]
