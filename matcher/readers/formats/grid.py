"""The rows of a rich text's table on one grid: each row says itself where its cells end."""

from __future__ import annotations

from collections.abc import Iterator

from matcher import settings
from matcher.readers.blocks import CellGrid

_MOST = settings.count("readers.rtf.most")
_NEAR = settings.count("readers.rtf.near")


def on_grid(rows: list[tuple[list[str], list[int]]]) -> CellGrid:
    """The rows of a table on one grid: a cell stands in the column where the edge on its left is."""
    lefts = sorted({edge for _, edges in rows for edge in edges[:-1]})
    columns = [edge for edge, before in zip(lefts, [-_MOST, *lefts], strict=False) if edge - before > _NEAR]
    if len(rows) * len(columns) > _MOST:
        columns = []  # a grid beyond all bounds: its cells one after another
    return [list(_placed(cells, edges, columns)) for cells, edges in rows]


def _placed(cells: list[str], edges: list[int], columns: list[int]) -> Iterator[str]:
    """The cells of a row, with "" for the columns that one covers; those without edges one after another."""
    place = 0
    for n, cell in enumerate(cells):
        left = edges[n - 1] if 0 < n <= len(edges) else 0
        column = sum(edge <= left + _NEAR for edge in columns) if n else 0
        yield from [""] * (column - place)
        place = max(column, place) + 1
        yield cell
    yield from [""] * (len(columns) + 1 - place)
