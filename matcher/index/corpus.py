"""The corpus: the passages of a guide's topics, joined with the vectors that an encoder gives them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np

from matcher.embeddings import Encoder, Vectors, read
from matcher.segment import fold, full_passage, passages
from matcher.types import Passage, Span, Topic


class Corpus:
    """The passages of T topics, P sentences and each topic's whole text, with their vectors of d numbers.

    `sentences` stand topic by topic, titles among them, those of topic number t from `starts[t]` on; `texts` are
    the same folded, a list a topic. Offsets count in `topic.text`.
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
