"""An archive in Milvus bound to one encoder: filled, and opened for search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from matcher import settings
from matcher.archive import rows
from matcher.archive.contract import Added, Search, check_reading, other_encoder
from matcher.archive.milvus import codec
from matcher.archive.milvus.address import Address
from matcher.archive.milvus.codec import NewRow
from matcher.archive.milvus.records import MilvusRecords, bound, counted
from matcher.archive.milvus.state import ArchiveState
from matcher.archive.milvus.writer import Writer, writing
from matcher.archive.nearest import Postings
from matcher.arrays import Ints
from matcher.embeddings import Encoder, Vectors
from matcher.shingles import Hashes
from matcher.types import Proposal

_QUERIES = settings.chunk("archive.milvus.archive.queries")
_MOST_HITS = 16_384  # that Milvus gives for one query


class MilvusArchive(MilvusRecords):
    """An archive at an address whose vectors are of one encoder; as `contract.Archive`."""

    def __init__(self, address: Address, encoder: Encoder, *, create: bool = False) -> None:
        """Open the archive; ArchiveError if there is none or its vectors are of another encoder."""
        super().__init__(address, create=create)
        self.encoder = encoder
        state = self.store.state()
        if state.count and state.fingerprint != encoder.fingerprint:
            self.close()
            raise other_encoder(address, state.encoder, encoder)

    def add(self, proposals: Iterable[Proposal], derive: rows.Derive = rows.derive) -> Added:
        """Store proposals, all or (on an error or a crash) none; what is there already is not doubled."""
        stored, known = 0, 0
        refused: list[str] = []
        with writing(self.store) as writer:
            state = self._bound(writer)
            for chunk in rows.chunks(proposals):
                same_ids = self.store.by_ids(state, [rows.storable(proposal)[0] for proposal in chunk])
                there = {(row.fields[0], row.fields[-1]): row.fields for row in same_ids}
                new, doubled, other = rows.sift(chunk, there)
                state = self._insert(state, new, derive)
                stored, known = stored + len(new), known + doubled
                refused += other
                writer.renew()
            if stored:
                writer.commit(state)
        return Added(stored, known, tuple(refused))

    def _bound(self, writer: Writer) -> ArchiveState:
        """The state to add to: an empty archive takes the encoder, in collections of its width."""
        state = writer.state
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
            written.append(NewRow(last, fields, codec.canonical(derived)))
            total = total.plus(written[-1].checksum)
        self.store.insert(state.generation, written)
        return replace(counted(state, total), last=last)

    def search(self) -> MilvusSearch:
        """The archive as it is now. ArchiveError if it lacks rows, or another version cut its texts into shingles."""
        state = self.store.state()
        there = self.store.counts(state)
        if any(count < state.count for count in there):
            raise self.damaged(f"{min(there)} ≠ {state.count} 份 submissions")
        check_reading(self.address, self.store.first(state, rows.READ_AGAIN), codec.canonical)
        return MilvusSearch(self, state)


@dataclass(frozen=True, slots=True)
class MilvusSearch(Search):
    """One state of an archive in Milvus, which answers each query; as `contract.Search`."""

    records: MilvusRecords
    state: ArchiveState

    @property
    def size(self) -> int:
        """The number of submissions."""
        return self.state.count

    @property
    def recall(self) -> float | None:
        """1 by Milvus Lite, which compares every vector; a server's index is not measured."""
        return 1.0 if self.records.store.lite else None

    def nearest(self, vectors: Vectors, k: int) -> tuple[Ints, Ints]:
        """Rows of `vectors` and keys of their k nearest of each language, as pairs; cosines above 0 only."""
        pairs = [np.zeros((0, 2), np.int64)]
        for language in rows.LANGUAGES if self.size else ():
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
