"""What two texts say alike in other words or another language, seen against what else they say.

Two studies of one topic are alike all over; a reworded text is alike part by part, in the same
order, with the same numbers. So the likeness of matching parts is taken against that of any part with
any, and against that in reverse order: a crowded topic, or an encoder that draws a topic together,
moves both sides of these differences alike.

Which pairs are worth that comparison is told by a background: how well the sentences of a text are
found in the other texts nearest to it. (Margins against nearest neighbours, as Artetxe and Schwenk
2019 use them to mine translations.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher.duplicates.facts import Facts, common_share, facts, weigh
from matcher.embeddings import Encoder, Vectors, encode
from matcher.segment import fold, passages
from matcher.shingles import Ints, Mask, Units

Floats = NDArray[np.float32]

# Nearest texts of each language whose likeness is a text's background.
BACKGROUND = 10
_CLAUSE_STOP = re.compile(r"[，,、：:；;。！？!?\n]\s*|\.\s+")
# Weights below which a sentence or a clause says too little (Han characters; Latin words double).
_LEAST_SENTENCE, _LEAST_CLAUSE = 6, 12
_SHARED = 0.6  # a sentence of which more is shared by everybody does not count


@dataclass(frozen=True, slots=True)
class Parts:
    """The n parts (sentences or clauses) of all texts; those of text i are rows starts[i]:starts[i+1].

    `vectors` (n, d) have length 1, `weights` (n,) count units, `spans` (n, 2) are characters.
    """

    vectors: Vectors
    starts: Ints
    weights: Floats
    spans: Ints


@dataclass(frozen=True, slots=True)
class Meaning:
    """What n texts say: whole texts (n, d), whether what is its own is mainly Han, its parts and its facts
    with how telling each is."""

    whole: Vectors
    han: Mask
    sentences: Parts
    clauses: Parts
    facts: tuple[Facts, ...]
    telling: Mapping[str, float]


# For each of n texts how well its sentences are found in the BACKGROUND texts nearest to it, by their
# language (0 Latin, 1 Han): the median; shape (n, 2).
Background = Floats


def read(texts: Sequence[str], units: Sequence[Units], shared: Sequence[Mask], encoder: Encoder) -> Meaning:
    """What the texts say outside of the units that everybody shares."""
    rows = [_spans(*each) for each in zip(texts, units, shared, strict=True)]
    sentences = [sentence for sentence, _ in rows]
    wholes = [" ".join(t[a:b] for a, b, _ in found) for t, found in zip(texts, sentences, strict=True)]
    stated = tuple(facts(t) for t in wholes)
    return Meaning(
        encode(encoder, [fold(t) for t in wholes], "passage"),
        # A Chinese form around an English text does not make it Chinese.
        np.array(
            [2 * (u.weights[~m] == 1).sum() >= (~m).sum() for u, m in zip(units, shared, strict=True)], bool
        ),
        _parts(texts, sentences, encoder),
        _parts(texts, [clause for _, clause in rows], encoder),
        stated,
        weigh(stated),
    )


def both(first: Meaning, second: Meaning) -> Meaning:
    """The texts of `first`, then those of `second`."""
    return Meaning(
        np.concatenate([first.whole, second.whole]),
        np.concatenate([first.han, second.han]),
        _appended(first.sentences, second.sentences),
        _appended(first.clauses, second.clauses),
        first.facts + second.facts,
        weigh(first.facts + second.facts),
    )


def _appended(first: Parts, second: Parts) -> Parts:
    return Parts(
        np.concatenate([first.vectors, second.vectors]),
        np.concatenate([first.starts, first.starts[-1] + second.starts[1:]]),
        np.concatenate([first.weights, second.weights]),
        np.concatenate([first.spans, second.spans]),
    )


Piece = tuple[int, int, int]  # start, end, weight


def _spans(text: str, units: Units, shared: Mask) -> tuple[list[Piece], list[Piece]]:
    """The sentences and the clauses of a text that count."""
    sentences: list[Piece] = []
    clauses: list[Piece] = []
    weights = np.concatenate([[0], np.cumsum(np.where(shared, 0, units.weights))])
    for passage in passages("", text):
        i, j = np.searchsorted(units.starts, (passage.start, passage.end))
        own = int(weights[j] - weights[i])
        if own < _LEAST_SENTENCE or shared[i:j].mean() > _SHARED:
            continue
        sentences.append((passage.start, passage.end, own))
        stops = [m.end() for m in _CLAUSE_STOP.finditer(text, passage.start, passage.end)]
        places = np.searchsorted(units.starts, [*stops, passage.end])
        start, before = passage.start, i
        for stop, place in zip([*stops, passage.end], places, strict=True):
            weight, rest = int(weights[place] - weights[before]), int(weights[j] - weights[place])
            if weight >= _LEAST_CLAUSE and (rest >= _LEAST_CLAUSE or stop == passage.end):
                clauses.append((start, stop, weight))
                start, before = stop, place
        if start < passage.end and weights[j] > weights[before]:
            clauses.append((start, passage.end, int(weights[j] - weights[before])))
    return sentences, clauses


def _parts(texts: Sequence[str], spans: Sequence[Sequence[Piece]], encoder: Encoder) -> Parts:
    flat = [fold(t[a:b]) for t, found in zip(texts, spans, strict=True) for a, b, _ in found]
    table = np.array([piece for found in spans for piece in found], np.int64).reshape(-1, 3)
    starts = np.cumsum([0, *(len(found) for found in spans)])
    return Parts(encode(encoder, flat, "passage"), starts, table[:, 2].astype(np.float32), table[:, :2])


def nearest(vectors: Vectors, among: Vectors, k: int) -> tuple[Ints, Floats]:
    """For each of `vectors` the rows of the k nearest of `among`, nearest first, and their cosines.

    Shapes (m, min(k, len(among))).
    """
    if not len(among) or not len(vectors):
        return np.zeros((len(vectors), 0), np.int64), np.zeros((len(vectors), 0), np.float32)
    index = faiss.IndexFlatIP(among.shape[1])
    index.add(np.ascontiguousarray(among, np.float32))
    cosines, rows = index.search(np.ascontiguousarray(vectors, np.float32), min(k, len(among)))
    return rows.astype(np.int64), cosines


# Multiplications up to which OpenBLAS uses one thread.
_ONE_THREAD = 200_000


def likeness(meaning: Meaning, text: int, others: Ints) -> Floats:
    """How well the sentences of `text` are found in each of `others`: mean of best cosines, by weight.

    Zeros for texts without sentences.
    """
    s = meaning.sentences
    first, last = s.starts[text], s.starts[text + 1]
    counts = s.starts[others + 1] - s.starts[others]
    result = np.zeros(len(others), np.float32)
    filled = np.flatnonzero(counts)
    if first == last or not len(filled):
        return result
    counts = counts[filled]
    ends = np.cumsum(counts)
    rows = (
        np.arange(ends[-1]) - np.repeat(ends - counts, counts) + np.repeat(s.starts[others[filled]], counts)
    )
    own = s.vectors[first:last]
    # Products this small stay on one thread; larger ones wake OpenBLAS's others, which wait by spinning.
    some = max(1, _ONE_THREAD // own.size)
    cosines = np.concatenate(
        [own @ s.vectors[rows[i : i + some]].T for i in range(0, len(rows), some)], axis=1
    )
    best = np.maximum.reduceat(cosines, ends - counts, axis=1)
    weights = s.weights[first:last]
    result[filled] = weights @ best / weights.sum()
    return result


def in_order(block: Floats, weights: Floats) -> float:
    """The best weighted mean of cosines if partners must follow in order; `block` is (rows, columns).

    Each row has one partner, no later row an earlier one.
    """
    best = np.zeros(block.shape[1], np.float32)
    for weight, row in zip(weights, block, strict=True):
        best = np.maximum.accumulate(best) + weight * row
    return float(best.max() / weights.sum())


# What `features` measures, in order; data/duplicates.json holds a coefficient for each.
FEATURES = ("whole", "contrast", "turned", "facts")
# What is alike word for word counts no more than a close rewording: copies are told by their words.
_MOST = 0.7


def features(meaning: Meaning, a: int, b: int) -> tuple[float, float, float, float]:
    """The FEATURES of a pair of texts that both have sentences; cosines and differences of them.

    `whole`: how alike the whole texts are; `contrast`: how much more alike each sentence is to its
    best partner than any to any; `turned`: how much more alike the clauses are in order than in
    reverse; `facts`: the common share of facts.
    """
    sentences, one, other = _cosines(meaning.sentences, a, b)
    best = (one @ sentences.max(axis=1) / one.sum() + other @ sentences.max(axis=0) / other.sum()) / 2
    usual = one @ sentences @ other / (one.sum() * other.sum())
    clauses, one, other = _cosines(meaning.clauses, a, b)
    return (
        float(meaning.whole[a] @ meaning.whole[b]),
        float(best - usual),
        _both_ways(clauses, one, other) - _both_ways(clauses[::-1], one[::-1], other),
        common_share(meaning.facts[a], meaning.facts[b], meaning.telling),
    )


def _cosines(parts: Parts, a: int, b: int) -> tuple[Floats, Floats, Floats]:
    """The cosines, _MOST at most, of the parts of a (rows) with those of b, and the weights of both."""
    rows, columns = (slice(parts.starts[i], parts.starts[i + 1]) for i in (a, b))
    cosines = np.minimum(parts.vectors[rows] @ parts.vectors[columns].T, np.float32(_MOST))
    return cosines, parts.weights[rows], parts.weights[columns]


def _both_ways(block: Floats, one: Floats, other: Floats) -> float:
    return (in_order(block, one) + in_order(block.T, other)) / 2


def aligned(
    meaning: Meaning, background: Background, a: int, b: int
) -> tuple[float, list[tuple[int, int, int, int]]]:
    """The share of both texts in [0, 1] whose sentences pair up, and these pairs as spans, in order of a.

    One to one, the likest first, and only pairs that are liker than the texts' background.
    """
    s = meaning.sentences
    rows, columns = (np.arange(s.starts[i], s.starts[i + 1]) for i in (a, b))
    block = s.vectors[rows] @ s.vectors[columns].T
    least = (background[a, int(meaning.han[b])] + background[b, int(meaning.han[a])]) / 2
    total = float(s.weights[rows].sum() + s.weights[columns].sum())
    found, weight = [], 0.0
    while block.size and float(block.max()) > max(0.0, float(least)):
        i, j = divmod(int(block.argmax()), block.shape[1])
        found.append((*s.spans[rows[i]].tolist(), *s.spans[columns[j]].tolist()))
        weight += float(s.weights[rows[i]] + s.weights[columns[j]])
        block[i], block[:, j] = -1, -1
    return min(1.0, weight / total) if total else 0.0, sorted(found)
