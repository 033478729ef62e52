"""How far a proposal has another object than a topic under the topic's own title: a sign of whether it fits.

民营医院高质量发展研究 has most of 科技型企业高质量发展研究, and with it a score as what fits has; but nothing in it is like 科技型企业, and
nothing in the topic like 民营医院. `subject.py` names the two where they are plain; here it is a matter of degree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matcher.arrays import Floats, Ints, Mask, distinct
from matcher.embeddings.static import StaticEncoder
from matcher.index import DECIMALS
from matcher.index.words import WordInteraction
from matcher.matching.content import ProposalContent
from matcher.segment import fold
from matcher.types import Topic


class _Title(NamedTuple):
    """The distinct words of a title, and which share of what it says each says."""

    pieces: Ints
    shares: Floats


class TopicTitles:
    """The titles of a guide's topics."""

    def __init__(self, topics: Sequence[Topic], encoder: StaticEncoder, words: WordInteraction) -> None:
        """Take T topics, and their words as proposals are compared with them."""
        self._encoder, self._words = encoder, words
        self._titles = [self._title(each) for each in encoder.pieces([fold(topic.title) for topic in topics])]
        self._vectors = [encoder.words(title.pieces) for title in self._titles]

    def swapped(self, contents: Sequence[ProposalContent], first: Ints) -> Floats:
        """How much m proposals share with the titles of their `first` topics (m,), times how much of both titles the other lacks.

        Each is the lesser of two shares in [0, 1], of the proposal's title and of the topic's: what stands word for word in the
        other title, and how far the words are from the nearest of the other text. 0 without a title, and for a title alone.
        """
        swapped = np.zeros(len(contents))
        titles = [[part.text for part in each.kept if part.reason == "title"] for each in contents]
        pieces = self._encoder.pieces(["\n".join(title) for title in titles])
        for row, (content, topic) in enumerate(zip(contents, first.tolist(), strict=True)):
            theirs = self._titles[topic]
            if len(titles[row]) == len(content.kept) or not _met(pieces[row], theirs.pieces).any():
                continue  # most proposals have no word of the title
            mine = self._title(pieces[row])
            met = _met(mine.pieces, theirs.pieces)
            if shared := min(mine.shares @ met.any(axis=1), theirs.shares @ met.any(axis=0)):
                text = distinct(self._encoder.pieces(["\n".join(part.text for part in content.kept)])[0])
                near = self._encoder.word_cosines(text, self._vectors[topic]).max(axis=0)
                near_own = self._words.nearest(mine.pieces, topic)
                swapped[row] = shared * (1 - max(mine.shares @ near_own, theirs.shares @ near))
        return swapped.round(DECIMALS)

    def _title(self, pieces: Ints) -> _Title:
        pieces = distinct(pieces)
        weights = self._encoder.word_weights(pieces).astype(np.float64)
        return _Title(pieces, weights / (weights.sum() or 1))


def _met(pieces: Ints, known: Ints) -> Mask:
    """Which of n words are which of k known ones, (n, k)."""
    met: Mask = pieces[:, None] == known
    return met
