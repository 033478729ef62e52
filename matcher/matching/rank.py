"""From passages to topics: pure functions over arrays of scores.

A proposal is compared with a topic twice: sentence by sentence, each with its best partner in
the topic, and as a whole with the whole. Shapes: n query sentences belong to m proposals,
P topic sentences to T topics.

    best_pairs    (n, P) sentence scores  ->  (n, T): each query sentence's best partner in each topic
    add_up        (n, T)                  ->  (m, T): weighted mean over a proposal's sentences
    fuse          (m, T) per retriever    ->  (m, T): weighted mean over retrievers

Every step is a weighted mean of similarities in [0, 1], so the final score is one too, and it
equals sum(weight * score) over the evidence pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcher import settings
from matcher.arrays import Floats as Floats
from matcher.arrays import Ints as Ints
from matcher.index import DECIMALS

_RANKS = settings.factor("matching.rank.reciprocal_ranks")


def best_pairs(scores: Floats, starts: Ints) -> Floats:
    """Each query passage's highest score within each topic, (n, T).

    `starts` (T,) are the first columns of the topics, whose passages stand side by side.
    """
    best: Floats = np.maximum.reduceat(scores, starts, axis=1)
    return best


def passage_weights(lengths: Ints, counts: Floats, titles: Sequence[bool], starts: Ints) -> Floats:
    """Each passage's share of its proposal's score, (n,); the shares of those from each of `starts` on sum to 1.

    A passage counts by the square root of its length, so that one long sentence does not
    drown the others, by what its content counts, and a title TITLE times: it says in ten words what
    the rest argues.
    """
    raw = np.sqrt(lengths.astype(np.float64)) * counts * np.where(np.asarray(titles), TITLE, 1.0)
    sums = np.add.reduceat(raw, starts)
    shares: Floats = raw / np.repeat(sums, np.diff(np.append(starts, len(raw))))
    return shares


TITLE = settings.weight("matching.rank.title")

FULL_TEXT = settings.share("matching.rank.whole")


def both(full_texts: Floats, sentences: Floats) -> Floats:
    """A retriever's topic scores, (m, T): of whole texts and of their sentences."""
    return FULL_TEXT * full_texts + (1 - FULL_TEXT) * sentences


def add_up(values: Floats, weights: Floats, starts: Ints) -> Floats:
    """Weighted sums of rows of `values` (n, …) over each proposal's rows, which begin at `starts` (m,)."""
    sums: Floats = np.add.reduceat(values * weights.reshape(-1, *[1] * (values.ndim - 1)), starts, axis=0)
    return sums


def ahead(values: Floats, weights: Floats, starts: Ints, first: Ints) -> Floats:
    """By how much each topic, (m, T), is nearer than the `first` one (m,) of a proposal in the sentences that are nearer to it.

    `values` (n, T) and `weights` (n,) are those of its sentences, which begin at `starts` (m,). 0 where every sentence
    is nearest to the first topic: a text about one thing has no such sentences that weigh much.
    """
    firsts = np.repeat(first, np.diff(np.append(starts, len(values))))
    lead = values - values[np.arange(len(values)), firsts][:, None]
    return add_up(np.maximum(lead, 0.0), weights, starts)


def shares(known: Mapping[str, Floats], weights: Mapping[str, float]) -> dict[str, Floats]:
    """Each retriever's share (m,) in each proposal's score.

    Its weight times how much of the proposal it knows, scaled to sum to 1; all zero where no
    retriever knows anything.
    """
    raw = {name: weights[name] * known[name] for name in known}
    total = np.sum(list(raw.values()), axis=0)
    return {name: np.divide(r, total, out=np.zeros_like(r), where=total > 0) for name, r in raw.items()}


def fuse(parts: Mapping[str, Floats], share: Mapping[str, Floats]) -> Floats:
    """The weighted mean of the retrievers' topic scores (m, T), rounded to DECIMALS."""
    mean: Floats = np.sum([share[name][:, None] * parts[name] for name in parts], axis=0)
    return mean.round(DECIMALS)


def order(scores: Floats) -> Ints:
    """Topics best first for each row of (m, T); equal scores in order of topic."""
    return np.argsort(-scores, axis=1, kind="stable")


def reciprocal_ranks(parts: Mapping[str, Floats], constant: float = _RANKS) -> Floats:
    """Reciprocal rank fusion (Cormack et al. 2009) of the retrievers' rankings, (m, T).

    A baseline for the evaluation: its scores depend on ranks alone, so they cannot say that nothing fits.
    """
    fused = np.zeros_like(next(iter(parts.values())))
    for scores in parts.values():
        ranks = np.empty_like(fused)
        np.put_along_axis(ranks, order(scores), np.arange(1.0, scores.shape[1] + 1)[None, :], axis=1)
        fused += 1.0 / (constant + ranks)
    return fused
