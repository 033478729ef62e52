"""An archive in Milvus: listed, checked, removed, worked out anew; with its encoder filled, and opened for search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher import settings
from matcher.archive import failures, rows
from matcher.archive.contract import READERS_SECONDS, Added, HeldSearch, Records, Search
from matcher.archive.milvus import codec, lite, writer
from matcher.archive.milvus.codec import ArchiveState, NewRow, partition_of
from matcher.archive.milvus.connection import Address
from matcher.archive.milvus.store import Store
from matcher.archive.nearest import Postings, build, postings
from matcher.archive.rows import Submission
from matcher.arrays import Ints
from matcher.embeddings import Encoder, Vectors
from matcher.message import Catalogue, Message
from matcher.shingles import Hashes
from matcher.types import Proposal

say = Catalogue(__file__)

# Submissions removed by one state: their keys stand in one text of Milvus.
_TOGETHER = settings.chunk("archive.milvus.archive.removed")
_QUERIES = settings.chunk("archive.milvus.archive.queries")
_MOST_HITS = 16_384  # that Milvus gives for one query


class MilvusRecords(Records):
    """The submissions of an archive at an address; as `contract.Records`."""

    def __init__(self, address: Address, *, create: bool = False) -> None:
        """Open the archive; ArchiveError, with its own advice, for each way in which that fails."""
        self.place: object = address
        self.store = Store(address, create=create)
        self.notes: list[Message] = []
        self._unsure = False

    def close(self) -> None:
        """Close the connection."""
        self.store.close()

    @property
    def version(self) -> int:
        """The number of changes so far."""
        return self.store.state().version

    @property
    def unerased(self) -> bool:
        """Whether bytes of what was removed may be left: on a server nobody can tell."""
        return self._unsure or bool(self.store.state().going)

    def __len__(self) -> int:
        """The number of submissions."""
        return self.store.state().count

    def stored(
        self, keys: Sequence[int] | Ints | None = None, ids: Collection[str] | None = None
    ) -> Iterator[Submission]:
        """The submissions, damaged or not, in order of key; with `keys` or `ids` those only."""
        state = self.store.state()
        if ids is not None:
            return self.store.by_ids(state, ids)
        return self.store.all(state) if keys is None else self.store.by_keys(state, [int(k) for k in keys])

    def remove(self, ids: Sequence[str], year: str | None = None, seconds: float = READERS_SECONDS) -> int:
        """How many submissions were removed; from Milvus Lite they are gone from its files.

        A server is asked to compact and waited for up to `seconds`; `notes` then say what is not sure. More than 5,000
        go in several steps, each of them a sound state: a kill between two leaves some removed.
        """
        with writer.writing(self.store) as held:
            going = [row for row in self.stored(ids=ids) if year in (None, row.fields[-1])]
            there = {row.fields[0] for row in going}
            if missing := [name for name in dict.fromkeys(ids) if name not in there]:
                raise failures.unknown(missing, year)
            for some in rows.chunks(going, _TOGETHER):
                self._remove(held, some, seconds)
        if not self.store.lite:
            self._unsure = True  # by its API nobody can tell when a server deletes what it replaced
            self.notes.append(say("erasing.server", count=len(going)))
        return len(going)

    def _remove(self, held: writer.Writer, going: Sequence[Submission], seconds: float) -> None:
        state = held.state
        total = state.sum
        for row in going:
            total = total.minus(row.checksum)
        touched = {partition_of(language, row.fields[-1]) for row in going for language in rows.SCRIPTS}
        keys = tuple(row.key for row in going)
        held.commit(replace(counted(state, total), going=keys, touched=tuple(sorted(touched))))
        writer.erase(self.store, held.state, seconds)
        held.state = replace(held.state, going=(), touched=())
        self.store.write_state(held.state)

    def kept(self, derived: rows.Derived) -> rows.Derived:
        """With shingles as Milvus gives them back."""
        return codec.canonical(derived)

    def verify(self, encoder: Encoder | None = None) -> list[Message]:
        """What is wrong with the archive; as `Records.verify`."""
        state = self.store.state()
        stored = self.store.all(state, derived=True)
        unfit = self.examined(stored, state.sum, state.fingerprint, encoder)
        return [*self._unfinished(state), *unfit]

    def _unfinished(self, state: ArchiveState) -> Iterator[Message]:
        """What a writer is doing now, or left when it was killed; the next change mends it."""
        if who := writer.holder(self.store):
            yield say("open.writer", who=who)
        if above := self.store.above(state):
            yield say("open.above", above=above)
        if state.going:
            yield say("open.going", count=len(state.going))

    def rebuild(self, encoder: Encoder) -> tuple[int, list[Message]]:
        """Make vectors and shingles again from the texts; as `Records.rebuild`.

        They are written to new collections, which take the place of the old ones at once when all are there.
        """
        with writer.writing(self.store) as held:
            before, total = held.state, rows.Total()
            state = replace(bound(before, encoder), generation=before.generation + 1)
            self.store.make(state.generation, encoder.dimension)
            for chunk in rows.chunks(self.store.all(before)):
                derived = map(self.kept, rows.derive(encoder, [r.fields for r in self.checked(chunk)]))
                new = [NewRow(row.key, row.fields, d) for row, d in zip(chunk, derived, strict=True)]
                self.store.insert(state.generation, new)
                for row in new:
                    total = total.plus(row.checksum)
                held.renew()
            held.commit(counted(state, total))
            self.store.drop_other_generations(state.generation)
        return total.count, [rows.missing(before.count, total.count)] if total.count != before.count else []


class MilvusArchive(MilvusRecords):
    """An archive at an address whose vectors are of one encoder; as `contract.Archive`."""

    def __init__(self, address: Address, encoder: Encoder, *, create: bool = False) -> None:
        """Open the archive; ArchiveError if there is none or its vectors are of another encoder."""
        super().__init__(address, create=create)
        self.encoder = encoder
        state = self.store.state()
        if state.count and state.fingerprint != encoder.fingerprint:
            self.close()
            raise failures.other_encoder(address, state.encoder, encoder)

    def add(self, proposals: Iterable[Proposal], derive: rows.Derive = rows.derive) -> Added:
        """As `Archive.add`."""
        added = Added()
        with writer.writing(self.store) as held:
            state = self._bound(held)
            empty = not state.count  # then what is there is what this addition wrote
            for chunk in rows.chunks(proposals):
                names = {(fields[0], fields[-1]) for fields in map(rows.storable, chunk)}
                sought = names & added.names if empty else names
                same_ids = self.store.by_ids(
                    state, {name for name, _ in sought}, {year for _, year in sought}
                )
                there = {(row.fields[0], row.fields[-1]): row.fields for row in same_ids}
                state = self._insert(state, added.new(chunk, there), derive)
                held.renew()
            if added.stored:
                held.commit(state)
        return added

    def _bound(self, held: writer.Writer) -> ArchiveState:
        """The state to add to: an empty archive takes the encoder, in collections of its width."""
        state = held.state
        if state.count:
            return state
        generation = state.generation + (state.dimension not in (0, self.encoder.dimension))
        self.store.make(generation, self.encoder.dimension)
        return replace(bound(state, self.encoder), generation=generation)

    def _insert(self, state: ArchiveState, new: list[rows.Fields], derive: rows.Derive) -> ArchiveState:
        """Write rows under new keys; the state that counts them."""
        total, last = state.sum, state.last
        written = []
        for fields, derived in zip(new, derive(self.encoder, new) if new else (), strict=True):
            last += 1
            written.append(NewRow(last, fields, self.kept(derived)))
            total = total.plus(written[-1].checksum)
        self.store.insert(state.generation, written)
        return replace(counted(state, total), last=last)

    def search(self) -> Search:
        """The archive as it is now. ArchiveError if it lacks rows, or another version cut its texts into shingles."""
        state = self.store.state()
        if self.store.lite and state.dimension:
            return self._held(state)
        self._check_counts(state, self.store.counts(state))
        self.check_reading(self.store.first(state, rows.READ_AGAIN))
        return MilvusSearch(self, state.count, None, state)

    def _held(self, state: ArchiveState) -> HeldSearch:
        """All of it in memory: for each query Milvus Lite goes through every row in Python."""
        with self.store.held(state, "records") as collection:
            keys, han, vectors = lite.vectors(collection, state)
        with self.store.held(state, "shingles") as collection:
            shingles = lite.shingles(collection, state)
        self._check_counts(state, (len(keys), len(shingles[-1])))
        self.check_reading(self.store.by_keys(state, keys[: rows.READ_AGAIN].tolist(), derived=True))
        indexes = tuple(
            build(vectors[chosen].astype(np.float16), keys[chosen], len(keys))
            for chosen in (~han, han)
            if chosen.any()
        )
        return HeldSearch(self, state.count, 1.0, indexes, postings(*shingles))

    def _check_counts(self, state: ArchiveState, there: tuple[int, int]) -> None:
        """ArchiveError if records or shingles, of which `there` are so many rows, are fewer than the state says."""
        if any(count < state.count for count in there):
            raise self.damaged(say("damaged.count", there=min(there), stated=state.count))


@dataclass(frozen=True, slots=True)
class MilvusSearch(Search):
    """One state of an archive in Milvus, which answers each query; as `contract.Search`."""

    records: MilvusRecords
    size: int
    recall: float | None
    state: ArchiveState

    def nearest(self, vectors: Vectors, k: int) -> tuple[Ints, Ints]:
        """Rows of `vectors` and keys of their k nearest of each language, as pairs; cosines above 0 only."""
        pairs = [np.zeros((0, 2), np.int64)]
        for language in rows.SCRIPTS if self.size else ():
            partitions = self.records.store.partitions(self.state, language)
            for start in range(0, len(vectors) if partitions else 0, _QUERIES):
                queries = np.ascontiguousarray(vectors[start : start + _QUERIES], np.float32)
                answers = self.records.store.search(self.state, "records", "vector", queries, k, partitions)
                near = [
                    (start + i, key) for i, hits in enumerate(answers) for key, cosine in hits if cosine > 0
                ]
                pairs.append(np.array(near, np.int64).reshape(-1, 2))
        joined = np.concatenate(pairs)
        return joined[:, 0], joined[:, 1]

    def postings(self, hashes: Hashes, most: int) -> Postings:
        """Which submissions keep which of these shingles, by the inverted index; of frequent ones as many as tell so."""
        wanted, limit = np.unique(hashes), min(most + 1, _MOST_HITS)
        owners: list[int] = []
        counts = np.zeros(len(wanted), np.int64)
        for start in range(0, len(wanted) if self.size else 0, _QUERIES):
            queries = [{min(int(h), codec.LARGEST): 1.0} for h in wanted[start : start + _QUERIES]]
            answers = self.records.store.search(self.state, "shingles", "shingles", queries, limit)
            for i, hits in enumerate(answers, start):
                keys = [key for key, often in hits for _ in range(round(often))]
                if len(hits) == _MOST_HITS <= most:  # more than Milvus tells: frequent is all that is asked
                    keys += [-1] * (most + 1 - len(keys))
                owners += keys
                counts[i] = len(keys)
        return Postings(np.repeat(wanted, counts), np.array(owners, np.int32))


def bound(state: ArchiveState, encoder: Encoder) -> ArchiveState:
    """A state whose vectors are of an encoder."""
    return replace(state, dimension=encoder.dimension, encoder=encoder.name, fingerprint=encoder.fingerprint)


def counted(state: ArchiveState, total: rows.Total) -> ArchiveState:
    """A state with another total."""
    return replace(state, count=total.count, total=f"{total.value:x}")
