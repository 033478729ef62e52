"""What Milvus Lite holds, read from its memory: by its own reading every row passes through Python for every question.

No interface of Lite's promises this: pyproject.toml bounds its version, and tests compare what is read with what it answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.archive.milvus import codec
from matcher.archive.milvus.codec import ArchiveState
from matcher.arrays import Ints, Mask, Singles
from matcher.shingles import Hashes

if TYPE_CHECKING:
    import pyarrow

_SEQUENCE = "_seq"  # Lite's number of the writing of a row: of two with one key the later one holds


def vectors(records: Any, state: ArchiveState) -> tuple[Ints, Mask, Singles]:
    """Keys of the state in order, which of their texts are Chinese, and their vectors, a row each."""
    table = _rows(records, ("key", "han", "vector"))
    keys, column = table["key"].to_numpy(), table["vector"]
    own = np.argsort(keys)
    own = own[(keys[own] <= state.last) & ~np.isin(keys[own], state.going)]
    rows: Singles = column.combine_chunks().flatten().to_numpy().reshape(len(column), column.type.list_size)
    return keys[own], table["han"].to_numpy()[own] > 0, rows[own]


def shingles(collection: Any, state: ArchiveState) -> tuple[Hashes, Ints, Ints]:
    """All kept shingles of the state, row by row, how many each row has, and keys."""
    rows, gone = _rows(collection, ("key", "shingles")).to_pylist(), set(state.going)
    return codec.kept([row for row in rows if row["key"] <= state.last and row["key"] not in gone])


def keys(collection: Any, field: str, values: Sequence[str]) -> Iterator[int]:
    """The keys of rows whose field has one of the values, among them of rows that do not hold any more."""
    import pyarrow
    from pyarrow import compute

    wanted = pyarrow.array(values, pyarrow.string())
    for table in _parts(collection)[0]:
        yield from table["key"].filter(compute.is_in(table[field], wanted)).to_pylist()


def _rows(collection: Any, fields: Sequence[str]) -> pyarrow.Table:
    """These fields of all rows that hold, the key among them."""
    import pyarrow
    from milvus_lite.search.bitmap import build_valid_mask

    parts, deleted = _parts(collection)
    table = pyarrow.concat_tables(part.select([*fields, _SEQUENCE]) for part in parts)
    keys, written = table["key"].to_pylist(), table[_SEQUENCE].to_numpy()
    holds = build_valid_mask(keys, written, deleted, memtable=collection._memtable)
    return table.select(fields).filter(pyarrow.array(holds))


def _parts(collection: Any) -> tuple[list[pyarrow.Table], Any]:
    """All rows, those that stand in no file yet first, and what was deleted of those that do.

    In this order what comes into a file meanwhile is read twice, rather than not at all.
    """
    waiting = collection._memtable.to_arrow_table()
    segments, deleted = collection._read_snapshot()
    return [waiting, *(segment.table for segment in segments)], deleted
