"""Late interaction: the words of a proposal and of a topic, each with the nearest on the other side.

The idea of ColBERT's MaxSim (Khattab & Zaharia 2020) with the static word vectors of the shipped
encoder. A mean of words hides which of them met; here a topic counts as covered word by word, in
either language (创新券 ↔ voucher). Words weigh as the encoder weighs them, and in topics by how
few topics of the guide use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.embeddings.static import StaticEncoder
from matcher.index import Text, absolute

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# The words that carry this share of a text's weight take part; the many light ones say little and cost most.
KEPT = 0.8
# The share of the score that asks how much of the topic the proposal covers; the rest asks the reverse.
TOPIC_SIDE = 2 / 3
# Proposals compared at a time: their words times the words of the guide stay within some 30 MB.
_CHUNK = 128


@dataclass(frozen=True, slots=True)
class WordScores:
    """How far words meet, for m proposals of n sentences in all and T topics of P sentences in all.

    `topics` (m, T) are the scores in [0, 1]. They are made of `covered` (m, P), how far the
    proposal covers each topic sentence, with its share of the score `covered_weights` (P,), and of
    `shared` (n, T), how far the topic covers each proposal sentence, with `shared_weights` (n,).
    """

    topics: Floats
    covered: Floats
    covered_weights: Floats
    shared: Floats
    shared_weights: Floats


@dataclass(frozen=True, slots=True)
class _Bag:
    """The words of some texts, side by side: `pieces` of the encoder, their weights, the sentence of each."""

    pieces: Ints
    weights: NDArray[np.float32]
    sentences: Ints


class WordInteraction:
    """Compares the words of proposals with those of a guide's topics."""

    def __init__(self, encoder: StaticEncoder, topics: Sequence[Text]) -> None:
        """Take the words of each topic, given as its folded sentences."""
        self._encoder = encoder
        first = np.cumsum([0] + [len(topic) for topic in topics])
        self._sentences = int(first[-1])
        found = [self._words(topic) for topic in topics]
        pieces = [np.unique(bag.pieces) for bag in found]
        used, topics_with = np.unique(np.concatenate(pieces), return_counts=True)
        rarity = np.log((len(topics) + 1) / (topics_with + 0.5)).astype(np.float32)
        bags = []
        for bag in found:
            weights = bag.weights * rarity[np.searchsorted(used, bag.pieces)]
            bags.append(_heaviest(_Bag(bag.pieces, weights, bag.sentences)))
        self._vocabulary = np.unique(np.concatenate([bag.pieces for bag in bags]))
        place = [np.searchsorted(self._vocabulary, bag.pieces) for bag in bags]
        self._cells = np.concatenate(place)
        self._cell_weights = np.concatenate([bag.weights for bag in bags])
        owner = np.concatenate([bag.sentences + a for bag, a in zip(bags, first, strict=False)])
        self._cell_sentences = owner
        self._by_sentence = np.bincount(owner, self._cell_weights, self._sentences)
        self._starts = np.cumsum([0] + [len(p) for p in place[:-1]])
        self._filled = np.array([len(p) > 0 for p in place])
        topic_of = np.repeat(np.arange(len(topics)), np.diff(first))
        per_topic = np.bincount(topic_of, self._by_sentence, len(topics))
        self._covered_weights = np.divide(
            self._by_sentence,
            per_topic[topic_of],
            out=np.zeros(self._sentences),
            where=per_topic[topic_of] > 0,
        )
        self._topic_starts = first[:-1]

    def scores(self, texts: Sequence[Text]) -> WordScores:
        """The scores of one or more proposals, given as their folded sentences.

        A proposal's scores are the same whatever else is in the batch: the products of the
        encoder's whole numbers are exact in float32 in any order.
        """
        bags = [self._words(text, light=False) for text in texts]
        first = np.cumsum([0] + [len(text) for text in texts])
        covered = np.zeros((len(texts), self._sentences))
        shared = np.zeros((int(first[-1]), len(self._starts)))
        shared_weights = np.zeros(int(first[-1]))
        for start in range(0, len(bags), _CHUNK):
            part = bags[start : start + _CHUNK]
            vocabulary = np.unique(np.concatenate([bag.pieces for bag in part]))
            if not len(vocabulary) or not len(self._vocabulary):
                continue
            near = self._encoder.word_cosines(vocabulary, self._vocabulary)
            nearest = self._per_topic(near)
            for i, bag in enumerate(part, start):
                if not len(bag.pieces):
                    continue
                rows = np.searchsorted(vocabulary, bag.pieces)
                covered[i] = self._cover(near[rows].max(axis=0))
                a, b = int(first[i]), int(first[i + 1])
                shared[a:b], shared_weights[a:b] = _share(nearest[rows], bag, b - a)
        topics = TOPIC_SIDE * np.add.reduceat(covered * self._covered_weights, self._topic_starts, axis=1)
        topics += (1 - TOPIC_SIDE) * np.add.reduceat(shared * shared_weights[:, None], first[:-1], axis=0)
        return WordScores(topics, covered, self._covered_weights, shared, shared_weights)

    def _words(self, text: Text, light: bool = True) -> _Bag:
        """The distinct words of each sentence, or of the whole text by where they first stand."""
        pieces = self._encoder.pieces(text)
        sentences = np.repeat(np.arange(len(text)), [len(p) for p in pieces])
        flat = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
        key = flat + sentences * self._encoder.size if light else flat
        _, at = np.unique(key, return_index=True)
        weights = self._encoder.word_weights(flat[at])
        known = weights > 0
        bag = _Bag(flat[at][known], weights[known], sentences[at][known])
        return bag if light else _heaviest(bag)

    def _per_topic(self, near: NDArray[np.float32]) -> NDArray[np.float32]:
        """The nearest word in each topic for each row of `near`, (words, T); 0 for a topic without words."""
        best = np.zeros((len(near), len(self._starts)), np.float32)
        if self._filled.any():
            best[:, self._filled] = np.maximum.reduceat(
                near[:, self._cells], self._starts[self._filled], axis=1
            )
        return best

    def _cover(self, best: NDArray[np.float32]) -> Floats:
        """How far each topic sentence is covered, given the best match of each word of the guide."""
        met = np.bincount(self._cell_sentences, best[self._cells] * self._cell_weights, self._sentences)
        return absolute(
            np.divide(met, self._by_sentence, out=np.zeros_like(met), where=self._by_sentence > 0)
        )


def _share(nearest: NDArray[np.float32], bag: _Bag, count: int) -> tuple[Floats, Floats]:
    """How far each topic covers each of `count` sentences (count, T), and the sentences' weights (count,)."""
    weights = np.bincount(bag.sentences, bag.weights, count)
    met = np.zeros((count, nearest.shape[1]))
    np.add.at(met, bag.sentences, nearest * bag.weights[:, None])
    share = np.divide(met, weights[:, None], out=np.zeros_like(met), where=weights[:, None] > 0)
    return absolute(share), weights / weights.sum()


def _heaviest(bag: _Bag) -> _Bag:
    """The words that together carry KEPT of the weight, heaviest first; equal ones in order of piece."""
    if not len(bag.pieces):
        return bag
    order = np.argsort(-bag.weights, kind="stable")
    carried = np.cumsum(bag.weights[order], dtype=np.float64)
    kept = np.sort(order[: int(np.searchsorted(carried, KEPT * carried[-1])) + 1])
    return _Bag(bag.pieces[kept], bag.weights[kept], bag.sentences[kept])
