"""One writer at a time, though Milvus has no locks: whoever creates the collection NAME_writer may write.

A collection is created once; its primary field bears the owner's number. A writer writes down until when it may be
believed to live, and goes on doing so; one that was killed on this machine is known by its process, one elsewhere by
that time. What it left half done is mended by the next. Rows that were removed are erased here too: from Milvus Lite's
files at once, on a server as far as its API reaches.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from matcher import settings
from matcher.archive import failures
from matcher.archive.milvus import connection
from matcher.archive.milvus.codec import ArchiveState
from matcher.archive.milvus.store import KINDS, Store
from matcher.archive.rows import chunks
from matcher.errors import ArchiveError, MatcherError
from matcher.message import Catalogue

say = Catalogue(__file__)

_LEASE = settings.seconds("archive.milvus.writer.lease")
_RENEWED = settings.seconds("archive.milvus.writer.renewed")
_PAUSE = settings.seconds("archive.milvus.writer.pause")
_COMPACTING = settings.seconds("archive.milvus.writer.compacting")
_ASKED = settings.seconds("archive.milvus.writer.asked")
_ROWS = settings.chunk("archive.milvus.writer.copied")
_HOLDER = "writer"


@dataclass(slots=True)
class Writer:
    """The right to write to a store, and the state that is there."""

    store: Store
    state: ArchiveState
    owner: str = field(default_factory=lambda: uuid4().hex)
    renewed: float = 0.0

    def renew(self) -> None:
        """Say that this writer lives, if it has not lately."""
        if time.monotonic() - self.renewed > _RENEWED:
            holder = {"owner": self.owner, "host": socket.gethostname(), "process": os.getpid()}
            self.store.write_about(_HOLDER, json.dumps({**holder, "until": time.time() + _LEASE}))
            self.renewed = time.monotonic()

    def commit(self, state: ArchiveState) -> None:
        """Make `state` the archive's, counted up; ArchiveError if this writer was taken for dead meanwhile."""
        if _owner(self.store) != self.owner:
            raise ArchiveError(say("writer.took over", address=self.store.address))
        self.state = replace(state, version=self.state.version + 1)
        self.store.write_state(self.state)


@contextmanager
def writing(store: Store) -> Iterator[Writer]:
    """The only writer of a store; ArchiveError naming the other one. What a killed one left is mended first."""
    writer = Writer(store, ArchiveState())
    _acquire(store, writer)
    try:
        writer.renew()
        writer.state = store.state()
        mend(writer)
        try:
            yield writer
        except BaseException:
            with suppress(MatcherError):  # the first error is the one to tell; the next writer mends too
                mend(writer)
            raise
    finally:
        with suppress(MatcherError):
            _drop(store, writer.owner)


def mend(writer: Writer) -> None:
    """Erase what belongs to no state: of an addition or a rebuild that was killed, and what was being removed."""
    store, state = writer.store, writer.state
    store.drop_other_generations(state.generation)
    if state.dimension:
        store.delete_above(state)
    if state.going:
        erase(store, state)
        writer.state = replace(state, going=())
        store.write_state(writer.state)


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
        for some in chunks(keys, _ROWS):
            left = store.client.query(
                name, filter=f"{key} in {some}", partition_names=old, output_fields=["*"]
            )
            store.client.insert(name, left, partition_name=new)
        for partition in old:
            store.client.drop_partition(name, partition)


def _compact(store: Store, name: str, seconds: float) -> None:
    with store.named():
        store.client.flush(name)
        job = store.client.compact(name)
        end = time.monotonic() + seconds
        while store.client.get_compaction_state(job) != "Completed" and time.monotonic() < end:
            time.sleep(_ASKED)


def holder(store: Store) -> str:
    """Who writes now, or was killed while writing, for people: "host, process"; "" if nobody does."""
    if not _owner(store):
        return ""
    stated = _stated(store)
    return f"{stated.get('host', '?')}, {stated.get('process', '?')}"


def _lock(store: Store) -> str:
    return f"{store.address.collection}_writer"


def _owner(store: Store) -> str:
    """The number of the writer that there is; "" without one."""
    from pymilvus import MilvusException

    with store.named(), store.turn:
        try:
            fields = store.client.describe_collection(_lock(store))["fields"]
        except MilvusException:
            if store.client.has_collection(_lock(store)):
                raise
            return ""
    return str(fields[0]["name"]).removeprefix("w")


def _stated(store: Store) -> dict[str, Any]:
    written = store.about(_HOLDER)
    stated: dict[str, Any] = json.loads(written) if written else {}
    return stated


def _acquire(store: Store, writer: Writer) -> None:
    seen, since = "", time.monotonic()
    end = since + connection.LONGEST_WAIT
    while True:
        _try(store, writer)
        there = _owner(store)
        if there == writer.owner:
            return
        if there != seen:
            seen, since = there, time.monotonic()
        if there and _dead(_stated(store), there, time.monotonic() - since):
            _drop(store, there)
        elif time.monotonic() > end:
            who = holder(store)
            raise failures.busy(store.address, say("writer.other", who=who))
        else:
            time.sleep(_PAUSE)


def _try(store: Store, writer: Writer) -> None:
    """Create the collection, unless there is one."""
    from pymilvus import DataType, MilvusException

    with store.named(), store.turn:
        if store.client.has_collection(_lock(store)):
            return
        schema = store.client.create_schema(auto_id=False)
        schema.add_field(f"w{writer.owner}", DataType.INT64, is_primary=True)
        schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
        try:
            store.client.create_collection(_lock(store), schema=schema)
        except MilvusException:
            if not store.client.has_collection(_lock(store)):
                raise


def _dead(stated: dict[str, Any], owner: str, watched: float) -> bool:
    """Whether the writer is gone for sure, or has said nothing for too long; `watched` seconds it was seen here."""
    if stated.get("owner") != owner:  # killed before its first word, or about to say it
        return watched > connection.LONGEST_WAIT / 2
    if stated["host"] == socket.gethostname() and not _runs(int(stated["process"])):
        return True
    return bool(time.time() > float(stated["until"]))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _drop(store: Store, owner: str) -> None:
    """End the right of the writer with this number, of no other."""
    with store.named(), store.turn:
        if _owner(store) == owner:
            store.client.drop_collection(_lock(store))
