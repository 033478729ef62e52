"""The corpus: the passages of a guide's topics, joined with the vectors that an encoder gives them, and exact search by these."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.embeddings import Encoder, Text, Vectors, read
from matcher.index.scores import Scores, absolute
from matcher.language import is_latin
from matcher.segment import fold, full_passage, passages
from matcher.shingles import units
from matcher.types import Passage, Span, Topic

_CHUNK = settings.chunk("index.dense.compared")
NEIGHBOURS = settings.count("index.dense.neighbours")
HALF = settings.letters("index.topics.half")
_CLOSEST = settings.share("index.dense.closest")


class Corpus:
    """The passages of T topics, P sentences and each topic's whole text, with their vectors of d numbers.

    `sentences` stand topic by topic, titles among them, those of topic number t from `starts[t]` on; `texts` are
    the same folded, a list a topic. Offsets count in `topic.text`. `brevity` is how little the guide says of its topics,
    in (0, 1): HALF in units of `shingles`, by HALF and what the median topic has. The vectors of two short names tell less
    of how far apart they are meant than those of titles with contents. `latin` is the share of topics without a Chinese character.
    """

    def __init__(self, topics: Sequence[Topic], encoder: Encoder, vectors: Vectors | None = None) -> None:
        """Take topics and the `vectors` of their `passages` by `encoder`, (P + T, d); None: they are made."""
        self.topics, self.encoder = topics, encoder
        by_topic = [passages(topic.id, topic.text) for topic in topics]
        self.sentences = [p for each in by_topic for p in each]
        self.full_texts = [full_passage(topic.id, topic.text) for topic in topics]
        self.texts = [[fold(p.text) for p in each] for each in by_topic]
        self.topic_of_sentence = np.repeat(np.arange(len(topics)), [len(each) for each in by_topic])
        self.starts = np.searchsorted(self.topic_of_sentence, np.arange(len(topics)))
        letters = np.median([units(topic.text).weights.sum() for topic in topics])
        self.brevity = float(HALF / (HALF + letters))
        self.latin = float(np.mean([is_latin(topic.text) for topic in topics]))
        self.vectors = self._encoded() if vectors is None else vectors

    def span(self, topic: int) -> Span:
        """The number of the first sentence of topic number `topic`, and of the first that is no longer its own."""
        first = int(self.starts[topic])
        return first, first + len(self.texts[topic])

    def by(self, encoder: Encoder) -> Corpus:
        """The same passages with the vectors of `encoder`."""
        if encoder is self.encoder:
            return self
        other = copy(self)
        other.encoder = encoder
        other.vectors = other._encoded()
        return other

    @property
    def passages(self) -> list[Passage]:
        """All of them as their vectors stand: sentences first, then whole texts; nobody else need know."""
        return [*self.sentences, *self.full_texts]

    @property
    def sentence_vectors(self) -> Vectors:
        """(P, d), of length 1."""
        return self.vectors[: len(self.sentences)]

    @property
    def full_text_vectors(self) -> Vectors:
        """(T, d), of length 1."""
        return self.vectors[len(self.sentences) :]

    def _encoded(self) -> Vectors:
        return np.concatenate(read(self.encoder, self.texts, "passage"))


class DenseRetriever:
    """Cosine similarity, clipped at 0, between the vectors of texts."""

    def __init__(self, corpus: Corpus) -> None:
        """Search the passages of `corpus`; texts are read by its encoder."""
        self._corpus = corpus
        self._sentences, self._full_texts = _index(corpus.sentence_vectors), _index(corpus.full_text_vectors)

    def scores(self, texts: Sequence[Text], counts: NDArray[np.float64] | None = None) -> Scores:
        """Cosines, of whole texts those of their sentences' weighted sums; `known` is 0 for a text in which the encoder knows nothing."""
        sentences, full_texts = read(self._corpus.encoder, texts, "query", counts)
        known = np.asarray(full_texts.any(axis=1), np.float64)
        return Scores(self.pairs(sentences), self.full_texts(full_texts), known)

    def pairs(self, vectors: Vectors) -> NDArray[np.float64]:
        """The similarities (n, P) of sentences with these unit vectors, as `scores` has them."""
        return _cosines(vectors, self._sentences)

    def full_texts(self, vectors: Vectors) -> NDArray[np.float64]:
        """The similarities (m, T) of whole texts with these unit vectors, as `scores` has them."""
        return _cosines(vectors, self._full_texts)

    @cached_property
    def spread(self) -> float:
        """How far the topics lie apart: 1 less the mean cosine of each to its nearest others, in (0, 1].

        A lead of the same size says more in a guide of near topics than in one of far ones. 1 for one topic.
        """
        rows = self._corpus.full_text_vectors
        if len(rows) < 2:
            return 1.0
        near = rows.astype(np.float64) @ rows.T.astype(np.float64)
        np.fill_diagonal(near, -1)
        count = min(NEIGHBOURS, len(rows) - 1)
        mean = np.partition(near, -count, axis=1)[:, -count:].mean()
        return float(np.clip(1 - mean, _CLOSEST, 1))


def _index(vectors: Vectors) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def _cosines(vectors: Vectors, index: faiss.IndexFlatIP) -> NDArray[np.float64]:
    """The inner product of each vector with each row of the index, clipped to [0, 1].

    FAISS computes them pair by pair: its search for the k best would multiply matrices, whose
    rounding depends on the batch, and keep a heap that nobody needs when all are wanted.
    """
    table = np.empty((len(vectors), index.ntotal), np.float32)
    labels = np.empty((min(_CHUNK, len(vectors)), index.ntotal), np.int64)
    labels[:] = np.arange(index.ntotal)
    for start in range(0, len(vectors), _CHUNK):
        part, out = vectors[start : start + _CHUNK], table[start : start + _CHUNK]
        index.compute_distance_subset(
            len(part), faiss.swig_ptr(part), index.ntotal, faiss.swig_ptr(out), faiss.swig_ptr(labels)
        )
    return absolute(table)
