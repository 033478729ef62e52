"""What two texts share word for word: candidates by rare shingles, exact spans by greedy string tiling.

Tiling (Wise 1993) takes the longest common run first and matches each unit at most once, so order,
punctuation and width make no difference and no passage counts twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.arrays import distinct, stretches
from matcher.shingles import SIZE, Hashes, Ints, Mask, Units

SpanPair = tuple[int, int, int, int]

LEAST_RUN = settings.characters("duplicates.copied.least_run")
_GAP = settings.characters("duplicates.copied.gap")
LEAST_SHARED = settings.count("duplicates.copied.least_shared")


@dataclass(frozen=True, slots=True)
class Copied:
    """What texts a and b share: shares of each in [0, 1], weight of it all and of the longest run.

    A weight counts Han characters, Latin words double. `spans` are (a_start, a_end, b_start, b_end)
    in characters of the original texts, in order of a.
    """

    a_in_b: float
    b_in_a: float
    weight: int
    longest: int
    spans: tuple[SpanPair, ...]


NOT_COPIED = Copied(0.0, 0.0, 0, 0, ())


def candidates(hashes: Hashes, owners: Ints, texts: int, most: int, least: int) -> NDArray[np.int64]:
    """Pairs of texts, shape (p, 2), lower number first, that share enough of their hashes.

    `hashes` and `owners` are those of all texts; one that stands in more than `most` texts says nothing and is
    skipped. `least` are enough, fewer where a text has few.
    """
    keys = distinct(hashes.astype(np.int64) * texts + owners)
    values, documents = keys // texts, keys % texts
    first = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    sizes = np.diff(np.append(first, len(values)))
    codes = []
    for size in np.unique(sizes[(sizes > 1) & (sizes <= most)]):
        groups = documents[first[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(size, 1)
        codes.append((groups[:, left] * texts + groups[:, right]).ravel())
    if not codes:
        return np.zeros((0, 2), np.int64)
    pairs, counts = np.unique(np.concatenate(codes), return_counts=True)
    both = np.stack([pairs // texts, pairs % texts], axis=1)
    kept = np.bincount(documents)
    return both[counts >= enough(kept[both].min(axis=1), least)]


def enough(kept: Ints, least: int = LEAST_SHARED) -> Ints:
    """How many kept shingles two texts must share, where the shorter one has `kept`."""
    return np.minimum(least, np.maximum(1, kept // 2))


def compare(a: Units, b: Units, shared_a: Mask, shared_b: Mask) -> Copied:
    """What a and b share outside of `shared_a` and `shared_b`, the units that do not count."""
    taken_a, taken_b = shared_a.copy(), shared_b.copy()
    tiles = []
    for i, j, length in _runs(a, b, shared_a, shared_b):
        for start, end in stretches(~(taken_a[i : i + length] | taken_b[j : j + length])):
            weight = int(a.weights[i + start : i + end].sum())
            if weight >= LEAST_RUN:
                taken_a[i + start : i + end] = taken_b[j + start : j + end] = True
                tiles.append((i + start, j + start, end - start, weight))
    if not tiles:
        return NOT_COPIED
    total = sum(tile[3] for tile in tiles)
    free_a, free_b = int(a.weights[~shared_a].sum()), int(b.weights[~shared_b].sum())
    passages = _passages(sorted(tiles))
    return Copied(
        min(1.0, total / free_a), min(1.0, total / free_b), total, max(p[4] for p in passages),
        tuple((int(a.starts[i]), int(a.ends[m - 1]), int(b.starts[j]), int(b.ends[n - 1])) for i, m, j, n, _ in passages),
    )  # fmt: skip


def _runs(a: Units, b: Units, shared_a: Mask, shared_b: Mask) -> list[tuple[int, int, int]]:
    """Common runs as (start in a, start in b, units), longest first."""
    order = np.argsort(b.hashes, kind="stable")
    ranked = b.hashes[order]
    low, high = np.searchsorted(ranked, a.hashes), np.searchsorted(ranked, a.hashes, "right")
    counts = high - low
    i = np.repeat(np.arange(len(a.hashes)), counts)
    j = order[np.arange(len(i)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)]
    open_ = ~(blocked(shared_a)[i] | blocked(shared_b)[j])
    i, j = i[open_], j[open_]
    if not len(i):
        return []
    line = np.lexsort((i, j - i))
    i, j = i[line], j[line]
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(i) != 1) | (np.diff(j) != 1)]))
    lengths = np.diff(np.append(starts, len(i))) + SIZE - 1
    runs = zip(i[starts].tolist(), j[starts].tolist(), lengths.tolist(), strict=True)
    return sorted(runs, key=lambda run: (-run[2], run[0], run[1]))


def blocked(shared: Mask) -> Mask:
    """Which shingles touch a unit that does not count."""
    steps = np.concatenate([[0], np.cumsum(shared)])
    blocked: Mask = steps[SIZE:] > steps[:-SIZE]
    return blocked


def _passages(tiles: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int, int]]:
    """(a start, a end, b start, b end, weight) in units: tiles that nearly touch on both sides as one."""
    passages: list[tuple[int, int, int, int, int]] = []
    for i, j, length, weight in tiles:
        if passages:
            a0, a1, b0, b1, before = passages[-1]
            if 0 <= i - a1 <= _GAP and 0 <= j - b1 <= _GAP:
                passages[-1] = (a0, i + length, b0, j + length, before + weight)
                continue
        passages.append((i, i + length, j, j + length, weight))
    return passages
