"""Erasure of rows that were removed: from Milvus Lite's files here and now, on a server as far as its API reaches."""

from __future__ import annotations

import time

from matcher import settings
from matcher.archive.milvus.state import ArchiveState
from matcher.archive.milvus.store import KINDS, Store

_COMPACTING = settings.seconds("archive.milvus.erasing.compacting")
_PAUSE = settings.seconds("archive.milvus.erasing.pause")
_ROWS = settings.chunk("archive.milvus.erasing.copied")


def erase(store: Store, state: ArchiveState, seconds: float = _COMPACTING) -> None:
    """Delete the rows of the state that are `going`, and have their bytes cleared away.

    Milvus Lite compacts when it likes, but drops a partition with its files: those that held the rows are copied
    without them. A server is asked to compact and waited for; when it deletes what it replaced is its own affair.
    """
    store.delete(state, state.going)
    for kind in KINDS:
        name = store.collection(state.generation, kind)
        for base in state.touched if store.lite else ():
            _copy(store, name, base, "place" if kind == "more" else "key")
        if not store.lite:
            _compact(store, name, seconds)


def _copy(store: Store, name: str, base: str, key: str) -> None:
    """Copy what is left of a language and year to a new partition and drop the old ones; may be broken off and repeated."""
    with store.named():
        old, new = store.parts(name, base), store.next_part(name, base)
        if not old:
            return
        store.client.create_partition(name, new)
        rows = store.client.query(name, filter=f"{key} >= 0", partition_names=old, output_fields=[key])
        keys = sorted(row[key] for row in rows)
        for start in range(0, len(keys), _ROWS):
            some = f"{key} in {keys[start : start + _ROWS]}"
            left = store.client.query(name, filter=some, partition_names=old, output_fields=["*"])
            store.client.insert(name, left, partition_name=new)
        for partition in old:
            store.client.drop_partition(name, partition)


def _compact(store: Store, name: str, seconds: float) -> None:
    with store.named():
        store.client.flush(name)
        job = store.client.compact(name)
        end = time.monotonic() + seconds
        while store.client.get_compaction_state(job) != "Completed" and time.monotonic() < end:
            time.sleep(_PAUSE)
