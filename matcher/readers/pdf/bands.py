"""Tables of a PDF whose rows no rule parts, but the ground that every other of them has of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from matcher import settings
from matcher.readers.pdf.rows import WITHIN

_LEAST_CELLS = settings.cells("readers.pdf_layout.least")
_LEAST_BANDS = settings.rows("readers.pdf_bands.least")
_TALLEST = settings.factor("readers.pdf_bands.tallest")
_NEAR = settings.factor("readers.pdf_bands.near")
Edges = tuple[int, ...]


def with_rows_between(page: Any, tables: Sequence[Any], known: set[Edges]) -> list[Any]:
    """The tables of a page; of shaded rows with the same columns, each a table of its own, one with the rows between, above and below.

    `known` are the columns of such tables on the pages before, where one may go on in fewer rows.
    """
    bands: dict[Edges, list[Any]] = {}
    joined: list[Any] = []
    for table in tables:
        edges = _edges(table)
        if len(table.rows) == 1 and len(table.cells) >= _LEAST_CELLS:
            bands.setdefault(edges, []).append(table)
        elif _is_half_parted(table, edges):
            joined += _parted(page, edges, _apart(y for row in table.rows for y in row.bbox[1::2]))
            continue
        joined.append(table)
    for edges, rows in bands.items():
        enough = edges in known or len(rows) >= _LEAST_BANDS
        if enough and (marks := _marks(page, edges, rows)):
            known.add(edges)
            joined = [table for table in joined if table not in rows] + _parted(page, edges, marks)
    return joined


def _edges(table: Any) -> Edges:
    return tuple(map(round, _apart(x for x0, _, x1, _ in table.cells for x in (x0, x1))))


def _is_half_parted(table: Any, edges: Edges) -> bool:
    """Whether rows of one cell for each column alternate with such as have no more than some of their cells."""
    full = [sum(map(bool, row.cells)) == len(edges) - 1 for row in table.rows]
    single = all(sum(x0 - WITHIN < edge < x1 + WITHIN for edge in edges) == 2 for x0, _, x1, _ in table.cells)
    apart = all(a or b for a, b in pairwise(full))
    return single and apart and len(edges) > _LEAST_CELLS and 1 < full.count(False) < len(full)


def _parted(page: Any, edges: Edges, marks: Sequence[float]) -> list[Any]:
    """The table of a page with rules at these places."""
    ways = {f"{way}_strategy": "explicit" for way in ("vertical", "horizontal")}
    lines = {"explicit_vertical_lines": edges, "explicit_horizontal_lines": marks}
    tables: list[Any] = page.find_tables({**ways, **lines})
    return tables


def _apart(places: Iterable[float]) -> list[float]:
    """The places in order, those that are one by eye once."""
    kept: list[float] = []
    for place in sorted(places):
        kept += [place] if not kept or place - kept[-1] > WITHIN else []
    return kept


def _marks(page: Any, edges: Sequence[float], rows: Sequence[Any]) -> list[float]:
    """Where each row ends; [] where there is room for more than one between two shaded ones."""
    places = sorted((row.bbox[1], row.bbox[3]) for row in rows)
    tallest = _TALLEST * max(bottom - top for top, bottom in places)
    if any(below - above > tallest for (_, above), (below, _) in pairwise(places)):
        return []
    words = [
        w for w in page.extract_words() if w["x0"] >= edges[0] - WITHIN and w["x1"] <= edges[-1] + WITHIN
    ]
    first, last = places[0][0], places[-1][1]
    above = _row(edges, [(first - w["bottom"], w) for w in words if w["bottom"] <= first + WITHIN])
    below = _row(edges, [(w["top"] - last, w) for w in words if w["top"] >= last - WITHIN])
    marks = [mark for place in places for mark in place]
    if above:
        marks += [min(w["top"] for w in above), *_begins(edges, above)]
    if below:
        marks += [max(w["bottom"] for w in below), *_begins(edges, below)[1:]]
    return _apart(marks)


def _begins(edges: Sequence[float], words: Sequence[Any]) -> list[float]:
    """Where rows begin: something stands in their first column."""
    return _apart(word["top"] for word in words if word["x0"] < edges[1])


def _row(edges: Sequence[float], words: Sequence[tuple[float, Any]]) -> list[Any]:
    """The words of the rows beside a shaded one, from their distance to it; [] where text runs over the columns or there is none."""
    row: list[Any] = []
    reach = 0.0
    for far, word in sorted(words, key=lambda pair: pair[0]):
        height = word["bottom"] - word["top"]
        if far > reach + _NEAR * height:
            break
        if any(word["x0"] + WITHIN < edge < word["x1"] - WITHIN for edge in edges):
            break
        row.append(word)
        reach = max(reach, far + height)
    columns = {sum(word["x0"] >= edge - WITHIN for edge in edges) for word in row}
    return row if len(columns) >= _LEAST_CELLS else []
