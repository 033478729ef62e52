"""A document that lists proposals in tables (in Word, a mail, a print-out) as a sheet: its paragraphs are rows of one wide cell."""

from __future__ import annotations

from matcher.message import Catalogue
from matcher.readers.blocks import Document, Table, row_line
from matcher.readers.columns import TEXTS
from matcher.readers.delimited import DelimitedLine
from matcher.readers.header import HEADER_WITHIN, SURE, find_header
from matcher.readers.labels import WHO
from matcher.readers.losses import excerpt
from matcher.readers.workbook import Sheet

say = Catalogue(__file__)

_LEAST_ROWS = 2  # one row may as well be the head of a form
_BESIDE = frozenset((*TEXTS[1:], *WHO, "declared"))


def listed(document: Document) -> Sheet | None:
    """The proposals that a document lists, with what stands between its tables; None for a paper about one proposal.

    More stands in its lists than around them. Tables of other things are named among the remarks.
    """
    tables = [block for block in document.blocks if isinstance(block, Table)]
    heads = {table.line_numbers[0]: _header_row(table) for table in tables}
    first = next((table for table in tables if heads[table.line_numbers[0]]), None)
    if first is None:
        return None
    lines: list[DelimitedLine] = []
    others: list[str] = []
    areas, rows, around, width = [], 0, 0, len(first.rows[0])
    for block in document.blocks:
        if isinstance(block, Table):
            head = heads[block.line_numbers[0]]
            if block.line_numbers < first.line_numbers or not (head or len(block.rows[0]) == width):
                others += map(row_line, block.rows)
                continue
            lines += map(DelimitedLine, block.line_numbers, block.rows)
            rows += len(block.rows) - head
        else:
            lines.append(DelimitedLine(block.line, [" ".join(block.text.split())]))
            areas.append((block.line, 1, block.line, max(width, 3)))
            around += len(block.text)
    within = sum(len(row_line(row)) for table in tables for row in table.rows)
    if rows < _LEAST_ROWS or around > within:
        return None
    start = next(n for n, line in enumerate(lines) if line.number == first.line_numbers[0])
    remarks = [say("listed.other tables", text=excerpt(others))] if others else []
    return Sheet("", lines[max(0, start + 2 - HEADER_WITHIN) :], areas, remarks=(*document.losses, *remarks))


def _header_row(table: Table) -> int:
    """How many rows of a table its header is, where that is of a list of proposals; 0 for other tables."""
    lines = list(map(DelimitedLine, range(1, len(table.rows) + 1), table.rows))
    header = find_header(lines, (), {})
    if header is None or header.score <= SURE or header.lists_topics or "title" not in header.columns:
        return 0
    return header.row if len(_BESIDE & header.columns.keys()) > 1 else 0
