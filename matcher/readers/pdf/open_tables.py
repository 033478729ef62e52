"""Tables within rules that a browser prints over pages: where it cuts a row it draws the rules between columns, and none across."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from matcher import settings
from matcher.readers.pdf.rows import WITHIN, same_column

_LEAST_CELLS = settings.cells("readers.pdf_layout.least")


def tables_within_rules(page: Any) -> list[Any]:
    """The tables of a page, each with the row that it begins or ends with where that is open."""
    tables: list[Any] = page.find_tables()
    ends = [end for table in tables for end in _open_ends(page, table)]
    return page.find_tables({"explicit_horizontal_lines": ends}) if ends else tables


def _open_ends(page: Any, table: Any) -> Iterator[float]:
    """Where the rules between all columns of a table end above and below its own rows."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v"]
    for row, inner, outer in ((table.rows[0], "bottom", "top"), (table.rows[-1], "top", "bottom")):
        _, top, _, bottom = row.bbox
        edge_of_row = top if outer == "top" else bottom
        places = {x for cell in row.cells if cell for x in (cell[0], cell[2])}
        ways = -1 if outer == "top" else 1
        beyond = [
            [
                rule[outer]
                for rule in upright
                if same_column(rule["x0"], x)
                and ways * (rule[inner] - edge_of_row) <= WITHIN < ways * (rule[outer] - edge_of_row)
            ]
            for x in places
        ]
        if len(places) > _LEAST_CELLS and all(beyond):
            yield (min if outer == "top" else max)(end for ends in beyond for end in ends)
