"""Search by vector and by shingle over all submissions of an archive, in memory."""

from __future__ import annotations

from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.arrays import Ints, Singles
from matcher.embeddings import Vectors
from matcher.shingles import Hashes

EXACT_UP_TO = settings.count("archive.nearest.exact_up_to")
_WANTED_RECALL = settings.share("archive.nearest.wanted_recall")
_PROBES = settings.count("archive.nearest.probes")
_SAMPLE = settings.count("archive.nearest.sample")
_TRAINING = settings.count("archive.nearest.training_of_a_cell")
_BLOCK = settings.chunk("archive.nearest.widened")
_NEIGHBOURS = settings.count("archive.nearest.neighbours")
_HALF = faiss.ScalarQuantizer.QT_fp16


@dataclass(frozen=True, slots=True)
class Nearest:
    """Vectors under their keys. `recall` is the share of the true 10 nearest others that is found; 1 if exact."""

    index: faiss.Index
    recall: float

    def search(self, vectors: Vectors, k: int) -> tuple[Ints, Singles]:
        """Keys and cosines of the k nearest of each vector, shape (m, k); key -1 where there are fewer."""
        cosines, keys = self.index.search(np.ascontiguousarray(vectors, np.float32), k)
        return keys, cosines


def build(vectors: NDArray[np.float16], keys: Ints, exact_up_to: int = EXACT_UP_TO) -> Nearest:
    """An exact index while small, else an inverted file with its recall measured on a sample.

    Vectors stay at the 16 bits they were stored with: nothing is lost, and memory is halved.
    """
    exact = faiss.IndexIDMap(faiss.IndexScalarQuantizer(vectors.shape[1], _HALF, faiss.METRIC_INNER_PRODUCT))
    _fill(exact, vectors, keys)
    if len(vectors) <= exact_up_to:
        return Nearest(exact, 1.0)
    dimension, cells = vectors.shape[1], max(1, min(int(2 * np.sqrt(len(vectors))), len(vectors) // 2))
    coarse, measure = faiss.IndexFlatIP(dimension), faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexIVFScalarQuantizer(coarse, dimension, cells, _HALF, measure, False)
    index.cp.min_points_per_centroid = 1  # no warning on stderr where a small index is asked for
    rng = np.random.default_rng(0)
    chosen = rng.choice(len(vectors), min(len(vectors), _TRAINING * cells), replace=False)
    index.train(vectors[chosen].astype(np.float32))
    _fill(index, vectors, keys)
    sample = vectors[rng.choice(len(vectors), min(_SAMPLE, len(vectors)), replace=False)].astype(np.float32)
    # The nearest of each of the sample is itself, which any index finds.
    true = exact.search(sample, _NEIGHBOURS + 1)[1][:, 1:]
    index.nprobe = min(_PROBES, cells)
    while (recall := _recall(index, sample, true)) < _WANTED_RECALL and index.nprobe < cells:
        index.nprobe = min(2 * index.nprobe, cells)
    return Nearest(index, recall)


def _fill(index: faiss.Index, vectors: NDArray[np.float16], keys: Ints) -> None:
    """Add vectors some at a time: FAISS takes 32 bits each."""
    for start in range(0, len(vectors), _BLOCK):
        part = slice(start, start + _BLOCK)
        index.add_with_ids(vectors[part].astype(np.float32), keys[part])


def _recall(index: faiss.Index, sample: Vectors, true: Ints) -> float:
    """The share of the true neighbours of each of the sample that the index finds."""
    neighbours = index.search(sample, true.shape[1] + 1)[1]
    return float(
        np.mean([len(set(f) & set(t)) / true.shape[1] for f, t in zip(neighbours, true, strict=True)])
    )


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
        runs = [self.keys[a:b] for a, b in zip(low, high, strict=True) if 0 < b - a <= most]
        if not runs:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        keys, counts = np.unique(np.concatenate(runs), return_counts=True)
        return keys.astype(np.int64), counts.astype(np.int64)


def postings(shingles: Hashes, counts: Ints, keys: Ints) -> Postings:
    """The postings of submissions with their kept shingles, `counts` of them each in order, in one sort."""
    packed = shingles.astype(np.uint64) << np.uint64(32)
    packed |= np.repeat(keys, counts).astype(np.uint64)
    packed.sort()
    hashes = (packed >> np.uint64(32)).astype(np.uint32)
    packed &= np.uint64(0xFFFFFFFF)
    return Postings(hashes, packed.astype(np.int32))
