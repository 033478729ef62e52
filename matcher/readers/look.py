"""A look at a table before it is read: its sheets, their first rows, and what its columns are taken for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from matcher import settings
from matcher.readers import delimited
from matcher.readers.cells import plain_text
from matcher.readers.header import HeaderError
from matcher.readers.rows import read_rows
from matcher.readers.source import BOOKS, check_regular, kind_of
from matcher.readers.workbook import sheets

_CELL = settings.characters("readers.look.cell")
_ROWS = settings.rows("readers.look.shown")


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The first rows of a sheet ("" for a file without sheets): (row number from 1, cells as short texts)."""

    sheet: str
    rows: Sequence[tuple[int, tuple[str, ...]]]


def first_rows(path: Path, count: int = _ROWS) -> list[FirstRows]:
    """The visible sheets of a table with their first rows that hold something; DocumentError where it cannot be read.

    [] for JSON, whose records carry their names.
    """
    check_regular(path)
    if path.suffix.lower() not in (".csv", ".tsv", *BOOKS) or path.stat().st_size == 0:
        return []
    if (kind := kind_of(path)) == "text":
        return [_look("", delimited.csv_lines(path), count)]
    return [_look(sheet.name, iter(sheet.lines), count) for sheet in sheets(path, kind) if not sheet.hidden]


def _look(name: str, lines: Iterator[delimited.Line], count: int) -> FirstRows:
    rows = [
        (line.number, tuple(plain_text(cell)[:_CELL] for cell in line.cells)) for line in islice(lines, count)
    ]
    return FirstRows(name, rows)


def preview(
    path: Path, header_row: int | None = None, sheet: str | None = None
) -> tuple[list[str], dict[str, str]]:
    """(the columns of a table, field → the column that is understood for it), for people to look at and change.

    Where no header is found the columns are those of the first row with several cells, and nothing is
    understood. DocumentError for a file that cannot be read.
    """
    try:
        rows = read_rows(path, header_row=header_row, only=sheet)
        row = next((row for row in rows if row.error is None), None)
    except HeaderError as error:
        return list(error.names), {}
    if row is None:
        return [], {}
    known = {name: columns[0] for name, columns in row.columns.items()}
    if "abstract" not in known and (
        longer := next((f for f in ("content", "goals", "background") if f in known), None)
    ):
        known["abstract"] = known[longer]
    return list(row.values), known
