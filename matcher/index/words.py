"""Late interaction: the words of a proposal and of a topic, each with the nearest on the other side.

The idea of ColBERT's MaxSim (Khattab & Zaharia 2020) with the static word vectors of the shipped
encoder. A mean of words hides which of them met; here a topic counts as covered word by word, in
either language (创新券 ↔ voucher). Words weigh as the encoder weighs them, and in topics by how
few topics of the guide use them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.arrays import Floats, Ints, distinct, groups, reduce_groups
from matcher.embeddings import Text
from matcher.embeddings.static import StaticEncoder
from matcher.index.scores import absolute
from matcher.segment import normalise
from matcher.types import Link, Span

Cosines = NDArray[np.float32]

KEPT = settings.share("index.words.kept")
TOPIC_SIDE = settings.share("index.words.topic_side")
LINKED_FROM = settings.share("index.words.linked_from")
_CHUNK = settings.chunk("index.words.compared")
_RARITY = settings.factor("index.words.rarity")
# Bytes of nearness to the words of the guide that are remembered: most words of a batch come again and again.
_REMEMBERED = 32 << 20


@dataclass(frozen=True, slots=True)
class WordScores:
    """How far words meet, for m proposals of n sentences in all and T topics of P sentences in all.

    `topics` (m, T) are the scores in [0, 1]. They are made of `covered` (m, P), how far the
    proposal covers each topic sentence, with its share of the score `covered_weights` (P,), and of
    `shared` (n, T), how far the topic covers each proposal sentence, with `shared_weights` (n,). `known` (m,) is 1
    where a proposal has a word that says something, else 0.
    """

    topics: Floats
    covered: Floats
    covered_weights: Floats
    shared: Floats
    shared_weights: Floats
    known: Floats

    def rows(self, texts: Sequence[int], sentences: Ints) -> WordScores:
        """Those of some proposals, which have these sentences."""
        return WordScores(
            self.topics[texts], self.covered[texts], self.covered_weights, self.shared[sentences],
            self.shared_weights[sentences], self.known[texts],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _WeighedWords:
    """The words of some texts: `pieces` of the encoder and their weights, in order of sentence.

    `sentences` and `texts` say which sentence and which text each word stands in, counted over all.
    """

    pieces: Ints
    weights: NDArray[np.float32]
    sentences: Ints
    texts: Ints

    def chosen(self, places: Ints) -> _WeighedWords:
        """Some of the words, in order of sentence again."""
        places = np.sort(places)
        return _WeighedWords(
            self.pieces[places], self.weights[places], self.sentences[places], self.texts[places]
        )

    def heaviest(self) -> _WeighedWords:
        """Of each text the words that together carry KEPT of its weight; of equal ones the earlier."""
        order = np.lexsort((-self.weights, self.texts))
        weights = self.weights[order].astype(np.float64)
        before = np.cumsum(weights) - weights
        first = np.searchsorted(self.texts[order], self.texts[order])
        total = np.bincount(self.texts, self.weights)[self.texts[order]]
        return self.chosen(order[before - before[first] < KEPT * total])


class WordInteraction:
    """Compares the words of proposals with those of a guide's topics."""

    def __init__(self, encoder: StaticEncoder, topics: Sequence[Text]) -> None:
        """Take the words of each topic, given as its folded sentences."""
        self._encoder = encoder
        self._topic_starts = np.cumsum([0] + [len(topic) for topic in topics[:-1]])
        self._sentences = sum(map(len, topics))
        words = self._words(topics, once_a_text=False)
        once_a_topic = distinct(words.pieces * len(topics) + words.texts) // max(len(topics), 1)
        used, spread = np.unique(once_a_topic, return_counts=True)
        rarity = np.log((len(topics) + 1) / (spread + _RARITY)).astype(np.float32)
        weights = words.weights * rarity[np.searchsorted(used, words.pieces)]
        words = _WeighedWords(words.pieces, weights, words.sentences, words.texts).heaviest()
        vocabulary, self._cells = np.unique(words.pieces, return_inverse=True)
        self._vocabulary = encoder.words(vocabulary)
        self._words_of = words
        self._by_sentence = _sums(words.sentences, words.weights, self._sentences)
        topic_of = np.repeat(np.arange(len(topics)), [len(topic) for topic in topics])
        total = _sums(topic_of, self._by_sentence, len(topics))[topic_of]
        self._covered_weights = _ratio(self._by_sentence, total)
        self._topics = len(topics)
        self._memory = _Nearness(self._measure, encoder.size, (len(vocabulary), len(topics)))

    def scores(self, texts: Sequence[Text], counts: Floats | None = None) -> WordScores:
        """The scores of one or more proposals, given as their folded sentences and what each counts, (n,) in (0, 1].

        A word counts what its sentence does: for how much it says, and for how near it comes to a topic's word.
        A proposal's scores are the same whatever else is in the batch: the products of the
        encoder's whole numbers are exact in float32 in any order.
        """
        starts = np.cumsum([0] + [len(text) for text in texts])
        counts = np.ones(int(starts[-1])) if counts is None else counts
        covered = np.zeros((len(texts), self._sentences))
        shared = np.zeros((int(starts[-1]), self._topics))
        weights = np.zeros(int(starts[-1]))
        for a in range(0, len(texts), _CHUNK):
            b = min(a + _CHUNK, len(texts))
            words = self._words(texts[a:b], once_a_text=True, counts=counts[starts[a] : starts[b]]).heaviest()
            if not len(words.pieces) or not len(self._cells):
                continue
            near, nearest, rows = self._memory.of(words.pieces)
            own = counts[starts[a] : starts[b]][words.sentences].astype(np.float32)
            covered[a:b] = self._cover(near, rows, own, words, b - a)
            met, weighed = _share(nearest[rows], words, int(starts[b] - starts[a]))
            shared[starts[a] : starts[b]], weights[starts[a] : starts[b]] = met, weighed
        topics = TOPIC_SIDE * np.add.reduceat(covered * self._covered_weights, self._topic_starts, axis=1)
        topics += (1 - TOPIC_SIDE) * np.add.reduceat(shared * weights[:, None], starts[:-1], axis=0)
        known = (np.add.reduceat(weights, starts[:-1]) > 0).astype(np.float64)
        return WordScores(topics, covered, self._covered_weights, shared, weights, known)

    def nearest(self, pieces: Ints, topic: int) -> Cosines:
        """The cosine of each of n pieces of the encoder with the nearest word of topic number `topic`, (n,)."""
        _, table, rows = self._memory.of(pieces)
        nearest: Cosines = table[rows, topic]
        return nearest

    def links(self, text: str, topic: int, topic_text: str) -> list[Link]:
        """The words of topic number `topic` that `text` meets, those that carry most first.

        Both texts are originals; a word of the topic appears once, with its nearest word.
        """
        mine, theirs = self._places(text), self._places(topic_text)
        chosen = self._words_of.texts == topic
        pieces = distinct(self._words_of.pieces[chosen])
        weights = np.bincount(
            np.searchsorted(pieces, self._words_of.pieces[chosen]), self._words_of.weights[chosen]
        )
        spoken = np.array(sorted(mine), np.int64)
        if not len(spoken) or not len(pieces):
            return []
        near = self._encoder.word_cosines(pieces, self._encoder.words(spoken))
        best = near.argmax(axis=1)
        pairs = [
            Link(
                _first(topic_text, theirs[p]), _first(text, mine[int(spoken[b])]), round(float(near[i, b]), 3),
                float(weights[i] / weights.sum()), theirs[p], mine[int(spoken[b])],
            )
            for i, (p, b) in enumerate(zip(pieces.tolist(), best.tolist(), strict=True))
            if near[i, b] >= LINKED_FROM and p in theirs
        ]  # fmt: skip
        return sorted(pairs, key=lambda link: (-link.share * link.similarity, link.topic_word))

    def weights_of(self, topic: int) -> dict[int, float]:
        """What the words of topic number `topic` weigh, by piece."""
        words = self._words_of.chosen(np.flatnonzero(self._words_of.texts == topic))
        return dict(zip(words.pieces.tolist(), words.weights.tolist(), strict=True))

    def _places(self, text: str) -> dict[int, tuple[Span, ...]]:
        """Where each known word of `text` stands, by piece."""
        folded = normalise(text)
        places: dict[int, tuple[Span, ...]] = {}
        spans = self._encoder.spans(folded.text)
        known = self._encoder.word_weights(np.array([piece for piece, _, _ in spans], np.int64)) > 0
        for (piece, a, b), says in zip(spans, known.tolist(), strict=True):
            if says:
                places[piece] = (*places.get(piece, ()), (folded.origin[a], folded.origin[b]))
        return places

    def _words(self, texts: Sequence[Text], once_a_text: bool, counts: Floats | None = None) -> _WeighedWords:
        """The distinct words of each text where they count most, the first of equal ones, or those of each sentence."""
        lines = [line for text in texts for line in text]
        per_line = self._encoder.pieces(lines)
        pieces = np.concatenate(per_line) if per_line else np.zeros(0, np.int64)
        sentences = np.repeat(np.arange(len(lines)), [len(f) for f in per_line])
        owner = np.repeat(np.arange(len(texts)), [len(text) for text in texts])[sentences]
        weights = self._encoder.word_weights(pieces)
        keys = (owner if once_a_text else sentences) * self._encoder.size + pieces
        if counts is None:
            _, first = np.unique(keys, return_index=True)
        else:
            order = np.argsort(-counts[sentences], kind="stable")
            first = order[np.unique(keys[order], return_index=True)[1]]
            weights = weights * counts[sentences].astype(np.float32)
        words = _WeighedWords(pieces, weights, sentences, owner)
        return words.chosen(first[words.weights[first] > 0])

    def _measure(self, pieces: Ints) -> tuple[Cosines, Cosines]:
        """The cosine of each piece with each word of the guide, (n, V), and with the nearest in each topic, (n, T)."""
        near = self._encoder.word_cosines(pieces, self._vocabulary)
        best = np.zeros((self._topics, len(near)), np.float32)  # 0 for a topic without words
        present, starts = groups(self._words_of.texts)
        # Turned over, so that whole rows are compared.
        best[present] = reduce_groups(np.maximum, np.ascontiguousarray(near.T)[self._cells], starts)
        return near, best.T

    def _cover(self, near: Cosines, rows: Ints, own: Cosines, words: _WeighedWords, count: int) -> Floats:
        """How far each of `count` proposals covers each topic sentence, (count, P).

        The words of the proposals have the `rows` of `near`, and count `own`.
        """
        best = np.zeros((count, near.shape[1]), np.float32)
        present, starts = groups(words.texts)
        # One by one: the words of one proposal stay in the processor's cache.
        for text, (a, b) in zip(present, pairwise([*starts.tolist(), len(rows)]), strict=True):
            mine = near.take(rows[a:b], axis=0)
            if own[a:b].min() < 1:  # most sentences count fully
                mine *= own[a:b, None]
            mine.max(axis=0, out=best[text])
        met = np.zeros((count, self._sentences))
        sentences, starts = groups(self._words_of.sentences)
        met[:, sentences] = np.add.reduceat(
            best[:, self._cells] * self._words_of.weights, starts, axis=1, dtype=np.float64
        )
        return absolute(_ratio(met, self._by_sentence))


class _Nearness:
    """Rows about pieces, measured once and remembered up to some size; threads may share it."""

    def __init__(self, measure: Callable[[Ints], tuple[Cosines, Cosines]], size: int, widths: Span) -> None:
        """`measure` gives two rows for each of some pieces, numbers below `size`, of these `widths`."""
        self._measure, self._widths, self._lock = measure, widths, Lock()
        self._row_of, self._filled = np.full(size, -1), 0
        self._empty(_REMEMBERED // (4 * sum(widths)))

    def of(self, pieces: Ints) -> tuple[Cosines, Cosines, Ints]:
        """Two tables, and in which of their rows each piece stands; rows that were given stay as they are."""
        with self._lock:
            new = distinct(pieces[self._row_of[pieces] < 0])
            if self._filled + len(new) > len(self._near):
                new = distinct(pieces)
                self._empty(max(len(self._near), len(new)))
            if len(new):
                end = self._filled + len(new)
                self._near[self._filled : end], self._nearest[self._filled : end] = self._measure(new)
                self._row_of[new] = np.arange(self._filled, end)
                self._filled = end
            return self._near, self._nearest, self._row_of[pieces]

    def _empty(self, rows: int) -> None:
        """Forget everything; who still reads the tables keeps them."""
        self._near, self._nearest = (np.empty((rows, width), np.float32) for width in self._widths)
        self._row_of[:] = -1
        self._filled = 0


def _first(text: str, places: tuple[Span, ...]) -> str:
    return text[slice(*places[0])]


def _share(nearest: NDArray[np.float32], words: _WeighedWords, count: int) -> tuple[Floats, Floats]:
    """How far each topic covers each of `count` sentences (count, T), and the sentences' shares (count,)."""
    met = np.zeros((count, nearest.shape[1]))
    present, starts = groups(words.sentences)
    met[present] = reduce_groups(np.add, nearest * words.weights[:, None].astype(np.float64), starts)
    weights = _sums(words.sentences, words.weights, count)
    text_of = np.zeros(count, np.int64)
    text_of[words.sentences] = words.texts
    total = _sums(words.texts, words.weights, 0)[text_of]
    return absolute(_ratio(met, weights[:, None])), _ratio(weights, total)


def _sums(groups: Ints, values: NDArray[np.floating], count: int) -> Floats:
    """The sum of each group's values, for at least `count` groups."""
    return np.bincount(groups, values, count).astype(np.float64, copy=False)


def _ratio(part: Floats, total: Floats) -> Floats:
    """part / whole, and 0 where there is nothing to have a part of."""
    return np.divide(part, total, out=np.zeros(np.broadcast_shapes(part.shape, total.shape)), where=total > 0)
