"""Search by vector and by shingle over all submissions of an archive, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher.embeddings import Vectors
from matcher.shingles import Hashes, Ints

# Up to this many vectors of a language every one is compared; beyond, an inverted file is built.
EXACT_UP_TO = 400_000
# Cells are probed in greater number until this share of the true nearest is found.
_WANTED_RECALL = 0.95
_PROBES = 32
_SAMPLE = 200  # vectors that the recall of an approximate index is measured with
_TRAINING = 64  # vectors for each cell


@dataclass(frozen=True, slots=True)
class Nearest:
    """Vectors under their keys. `recall` is the share of the true 10 nearest that is found; 1 if exact."""

    index: faiss.Index
    recall: float

    def search(self, vectors: Vectors, k: int) -> tuple[Ints, NDArray[np.float32]]:
        """Keys and cosines of the k nearest of each vector, shape (m, k); key -1 where there are fewer."""
        cosines, keys = self.index.search(np.ascontiguousarray(vectors, np.float32), k)
        return keys, cosines


def build(vectors: Vectors, keys: Ints, exact_up_to: int = EXACT_UP_TO) -> Nearest:
    """An exact index while small, else an inverted file with its recall measured on a sample."""
    flat = faiss.IndexIDMap(faiss.IndexFlatIP(vectors.shape[1]))
    flat.add_with_ids(vectors, keys)
    if len(vectors) <= exact_up_to:
        return Nearest(flat, 1.0)
    cells = max(1, min(int(4 * np.sqrt(len(vectors))), len(vectors) // 2))
    index = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], cells, faiss.METRIC_INNER_PRODUCT
    )
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(vectors), min(len(vectors), _TRAINING * cells), replace=False)
    index.train(vectors[chosen])
    index.add_with_ids(vectors, keys)
    sample = vectors[rng.choice(len(vectors), min(_SAMPLE, len(vectors)), replace=False)]
    true = flat.search(sample, _NEIGHBOURS)[1]
    index.nprobe = min(_PROBES, cells)
    while (recall := _recall(index, sample, true)) < _WANTED_RECALL and index.nprobe < cells:
        index.nprobe = min(2 * index.nprobe, cells)
    return Nearest(index, recall)


_NEIGHBOURS = 10


def _recall(index: faiss.Index, sample: Vectors, true: Ints) -> float:
    """The share of the true neighbours of each of the sample that the index finds."""
    found = index.search(sample, true.shape[1])[1]
    return float(np.mean([len(set(f) & set(t)) / true.shape[1] for f, t in zip(found, true, strict=True)]))


def save(nearest: Nearest, file: Path) -> None:
    """Write an index to `file`, whole or not at all."""
    temporary = file.with_suffix(".writing")
    faiss.write_index(nearest.index, str(temporary))
    temporary.replace(file)


def load(file: Path, recall: float) -> Nearest:
    """An index that `save` wrote."""
    return Nearest(faiss.read_index(str(file)), recall)


@dataclass(frozen=True, slots=True)
class Postings:
    """Which submission keeps which shingle: `hashes` ascending, `keys` beside them."""

    hashes: Hashes
    keys: NDArray[np.int32]

    def counts(self, hashes: Hashes) -> Ints:
        """How many submissions keep each of `hashes`."""
        low, high = np.searchsorted(self.hashes, hashes), np.searchsorted(self.hashes, hashes, "right")
        return (high - low).astype(np.int64)

    def sharing(self, hashes: Hashes, most: int) -> tuple[Ints, Ints]:
        """Keys of the submissions that keep any of `hashes`, and how many of them each keeps.

        A shingle that more than `most` submissions keep is skipped.
        """
        wanted = np.unique(hashes)
        low, high = np.searchsorted(self.hashes, wanted), np.searchsorted(self.hashes, wanted, "right")
        found = [self.keys[a:b] for a, b in zip(low, high, strict=True) if 0 < b - a <= most]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        keys, counts = np.unique(np.concatenate(found), return_counts=True)
        return keys.astype(np.int64), counts.astype(np.int64)


def postings(shingles: list[Hashes], keys: Ints) -> Postings:
    """The postings of submissions with their kept shingles, in one sort."""
    if not shingles:
        return Postings(np.zeros(0, np.uint32), np.zeros(0, np.int32))
    hashes = np.concatenate(shingles)
    owners = np.repeat(keys, [len(s) for s in shingles]).astype(np.int32)
    packed = (hashes.astype(np.uint64) << np.uint64(32)) | owners.astype(np.uint64)
    packed.sort()
    return Postings(
        (packed >> np.uint64(32)).astype(np.uint32), (packed & np.uint64(0xFFFFFFFF)).astype(np.int32)
    )
