"""The collections of one archive in Milvus, and the row that says what they hold.

NAME_about holds the state, NAME_g1_records the texts with their vectors, NAME_g1_shingles the kept shingles as sparse
vectors, NAME_g1_more what exceeds the longest text of Milvus; g2 and so on after a rebuild. A row belongs to the archive
if its key is not above the state's `last` and not among those `going`: rows are written before the state that counts
them and deleted after the state that does not, so that a client that is killed leaves the old state or the new one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

from matcher import settings
from matcher.archive import failures
from matcher.archive.milvus import codec, lite
from matcher.archive.milvus.codec import ArchiveState, NewRow, read_state
from matcher.archive.milvus.connection import Address, Connection, failure
from matcher.archive.rows import SCRIPTS, Submission, chunks

PARTS = 1 << 20  # parts that a text may have: its rest stands under key * PARTS + part
_IDS = settings.chunk("archive.milvus.store.ids")
_LONG = settings.chunk("archive.milvus.store.long")
_TEXTS = settings.characters("archive.milvus.store.sent")
_STATE = "state"
_TEXT = ["key", "text", "parts", "checksum", "text_checksum"]
KINDS = ("records", "shingles", "more")
_PARTITION = attrgetter("partition")


class Store(Connection):
    """The collections of the archive at an address, connected until it is closed."""

    def __init__(self, address: Address, *, create: bool = False) -> None:
        """Open them; ArchiveError if there are none. `create` makes them."""
        super().__init__(address, create=create)
        self._about = f"{address.collection}_about"
        try:
            with self.named(), self.turn:
                there = self.client.has_collection(self._about)
                if create and not there:
                    self._make(self._about, "about", 2, "FLAT")
            if not there and not create:
                raise failures.absent(address)
            with self.named(), self.turn:
                for name in self._collections():  # after a restart of Lite nothing is loaded
                    self.client.load_collection(name)
            self.state()
        except BaseException:
            self.close()
            raise

    def _make(self, name: str, kind: str, dimension: int, index: str) -> None:
        """Create and load a collection, unless another process was faster."""
        from pymilvus import MilvusException

        fields, vector = codec.schema_of(self.client, kind, dimension)
        indexes = self.client.prepare_index_params()
        built = codec.INDEX.get(index, {})
        indexes.add_index(field_name=vector, index_type=index, metric_type="IP", params=built)
        try:
            # What one client has written every other one reads.
            self.client.create_collection(name, schema=fields, consistency_level="Strong")
        except MilvusException:
            if not self.client.has_collection(name):
                raise
        if not self.client.list_indexes(name):
            # Lite makes an index at once, and whoever waits for it waits half a second.
            self.client.create_index(name, indexes, sync=not self.lite)
        self.client.load_collection(name)

    def _collections(self) -> list[str]:
        """The collections of this archive that hold data."""
        own = re.compile(rf"{self.address.collection}_(?:about|g\d+_(?:{'|'.join(KINDS)}))")
        return [name for name in self.client.list_collections() if own.fullmatch(name)]

    # What the archive says of itself

    def about(self, name: str) -> str:
        """What is written down under `name`; "" where nothing is."""
        with self.named():
            answer = self.client.get(self._about, ids=[name], output_fields=["value"])
        return str(answer[0]["value"]) if answer else ""

    def write_about(self, name: str, value: str) -> None:
        """Write down what `about` will answer: one row, old or new."""
        with self.named():
            self.client.upsert(self._about, [{"name": name, "value": value, "nothing": [0.0, 1.0]}])

    def state(self) -> ArchiveState:
        """The state that was written last; ArchiveError for one of a later version of the program."""
        written = self.about(_STATE)
        return read_state(written, self.address) if written else ArchiveState()

    def write_state(self, state: ArchiveState) -> None:
        """Commit a state."""
        self.write_about(_STATE, state.written)

    # Generations

    def collection(self, generation: int, kind: str) -> str:
        """The name of one of the KINDS of collections."""
        return f"{self.address.collection}_g{generation}_{kind}"

    def make(self, generation: int, dimension: int) -> None:
        """The empty collections of a generation."""
        with self.named(), self.turn:
            indexes = ("FLAT" if self.lite else "HNSW", "SPARSE_INVERTED_INDEX", "FLAT")
            for kind, index in zip(KINDS, indexes, strict=True):
                self._make(self.collection(generation, kind), kind, dimension, index)

    def drop_other_generations(self, generation: int) -> None:
        """Drop every other generation: what a rebuild replaced, or did not finish."""
        kept = {self.collection(generation, kind) for kind in KINDS} | {self._about}
        with self.named(), self.turn:
            for name in self._collections():
                if name not in kept:
                    self.client.drop_collection(name)

    # Rows

    def insert(self, generation: int, new: Sequence[NewRow]) -> None:
        """Write rows under keys above `last`; nobody sees them before the state that counts them."""
        ordered = sorted(new, key=_PARTITION)
        for kind in reversed(KINDS):
            name = self.collection(generation, kind)
            with self.named():
                latest = {
                    _base(part): part for part in sorted(self.client.list_partitions(name), key=_number)
                }
                for base, of_partition in groupby(ordered, _PARTITION):
                    for some in codec.batches(of_partition, _TEXTS):
                        if data := [entry for row in some for entry in row.entries(kind, PARTS)]:
                            if base not in latest:
                                self.client.create_partition(name, base)
                            self.client.insert(name, data, partition_name=latest.setdefault(base, base))

    def parts(self, name: str, base: str) -> list[str]:
        """The partitions of a collection for a language and year: one, and while it is being copied two."""
        there = (part for part in self.client.list_partitions(name) if _base(part) == base)
        return sorted(there, key=_number)

    def next_part(self, name: str, base: str) -> str:
        """A name for another partition for a language and year."""
        return f"{base}__{1 + max(map(_number, self.parts(name, base)), default=0)}"

    def partitions(self, state: ArchiveState, language: str) -> list[str]:
        """The partitions that hold texts of a language."""
        return [name for name in self._partitions(state) if name.startswith(f"{language}_")]

    def _partitions(self, state: ArchiveState) -> list[str]:
        with self.named():
            return list(self.client.list_partitions(self.collection(state.generation, "records")))

    def delete(self, state: ArchiveState, keys: Sequence[int]) -> None:
        """Delete rows by key."""
        for some in chunks(sorted(keys), _IDS):
            self._delete(state, f"key in {some}")

    def delete_above(self, state: ArchiveState) -> None:
        """Delete what an addition left that was killed."""
        self._delete(state, f"key > {state.last}")

    def _delete(self, state: ArchiveState, where: str) -> None:
        with self.named():
            for kind in KINDS:
                self.client.delete(self.collection(state.generation, kind), filter=where)

    def counts(self, state: ArchiveState) -> tuple[int, int]:
        """How many rows records and shingles hold, of this state or not."""
        if not state.dimension:
            return 0, 0
        first, second = (self._query(state, kind, "", ["count(*)"])[0]["count(*)"] for kind in KINDS[:2])
        return int(first), int(second)

    def above(self, state: ArchiveState) -> int:
        """How many rows an addition left that was killed, or is under way."""
        return len(self._query(state, "records", f"key > {state.last}", ["key"])) if state.dimension else 0

    def all(self, state: ArchiveState, *, derived: bool = False) -> Iterator[Submission]:
        """Every row in order of key; with `derived` vectors and shingles too."""
        for some in chunks(range(1, state.last + 1), _IDS):
            yield from self._read(state, f"key in {some}", derived=derived)

    def first(self, state: ArchiveState, count: int) -> Iterator[Submission]:
        """Some of the rows with vectors and shingles, `count` at most."""
        keys = self._query(state, "records", state.filter, ["key"], limit=count)
        return self.by_keys(state, [row["key"] for row in keys], derived=True)

    def by_keys(
        self, state: ArchiveState, keys: Sequence[int], *, derived: bool = False
    ) -> Iterator[Submission]:
        """The rows with these keys, in order of key."""
        for some in chunks(sorted(k for k in set(keys) if k <= state.last), _IDS):
            yield from self._read(state, f"key in {some}", derived=derived)

    def by_ids(
        self, state: ArchiveState, ids: Collection[str], years: Collection[str] | None = None
    ) -> Iterator[Submission]:
        """The rows of submissions with these ids; with `years` at least those of these years, all that is looked through.

        They are sought by a hash: an id is data, never part of a filter.
        """
        wanted, within = set(ids), list[str]()
        hashes = sorted(codec.id_hash(name) for name in wanted)
        if self.lite and state.dimension:
            with self.held(state, "records") as collection:
                keys = list(lite.keys(collection, "id_hash", hashes))
            yield from (row for row in self.by_keys(state, keys) if row.fields[0] in wanted)
            return
        if years is not None and wanted:
            bases = {codec.partition_of(language, year) for language in SCRIPTS for year in years}
            if not (within := [name for name in self._partitions(state) if _base(name) in bases]):
                return
        for some in chunks(hashes, _IDS):
            stored = self._read(state, f"id_hash in {json.dumps(some)}", derived=False, within=within)
            yield from (row for row in stored if row.fields[0] in wanted)

    @contextmanager
    def held(self, state: ArchiveState, kind: str) -> Iterator[Any]:
        """A collection of Milvus Lite itself, past its server."""
        from milvus_lite.exceptions import MilvusLiteError

        try:
            yield self.database.get_collection(self.collection(state.generation, kind))
        except MilvusLiteError as error:
            raise failure(self.address, error) from None

    def _read(
        self, state: ArchiveState, where: str, *, derived: bool, within: Sequence[str] = ()
    ) -> list[Submission]:
        fields = [*_TEXT, "han", "vector"] if derived else _TEXT
        gone = set(state.going)
        records = self._query(state, "records", where, fields, partition_names=list(within))
        records = sorted(
            (r for r in records if r["key"] <= state.last and r["key"] not in gone), key=lambda r: r["key"]
        )
        keys = [row["key"] for row in records]
        more = self._more(state, [row["key"] for row in records if row["parts"] > 1])
        sparse = {}
        if derived and keys:
            shingles = self._query(state, "shingles", f"key in {keys}", ["key", "shingles"])
            sparse = {row["key"]: row["shingles"] for row in shingles}
        return [codec.stored(row, more.get(row["key"], ()), sparse.get(row["key"])) for row in records]

    def _more(self, state: ArchiveState, keys: Sequence[int]) -> dict[int, list[str]]:
        """The rest of texts of more than one part, by key."""
        rest: dict[int, list[str]] = {key: [] for key in keys}
        for some in chunks(keys, _LONG):
            pieces = self._query(state, "more", f"key in {some}", ["place", "key", "text"])
            for row in sorted(pieces, key=lambda row: row["place"]):
                rest[row["key"]].append(row["text"])
        return rest

    def _query(
        self, state: ArchiveState, kind: str, where: str, fields: Sequence[str], **limits: Any
    ) -> list[dict[str, Any]]:
        if not state.dimension:
            return []
        with self.named():
            name = self.collection(state.generation, kind)
            return list(self.client.query(name, filter=where, output_fields=list(fields), **limits))

    def search(
        self, state: ArchiveState, kind: str, field: str, queries: Any, k: int, partitions: Sequence[str] = ()
    ) -> Any:
        """For each of `queries` its (key, inner product) pairs, at most k, the greatest first."""
        with self.named():
            answers = self.client.search(
                self.collection(state.generation, kind), data=queries, anns_field=field, limit=k, filter=state.filter,
                partition_names=list(partitions), search_params=codec.SEARCH.get(field, {}),
            )  # fmt: skip
        return [[(hit["key"], hit["distance"]) for hit in hits] for hits in answers]


def _base(partition: str) -> str:
    return partition.partition("__")[0]


def _number(partition: str) -> int:
    return int(partition.partition("__")[2] or 0)
