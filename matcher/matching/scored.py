"""The scores of proposals over the topics of one guide, with everything that they were made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.arrays import Floats, Ints, Mask
from matcher.embeddings import Vectors
from matcher.index import DECIMALS, Scores
from matcher.index.corpus import Corpus
from matcher.index.words import WordScores
from matcher.matching.calibration import Signs
from matcher.matching.content import ProposalContent
from matcher.types import Discount, Passage


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of m proposals over T topics, and what they were made of.

    The topics are those of `corpus`. `contents` say what counts in each proposal; `sentences` are the n that do, those
    of proposal i from `starts[i]` on, and `texts` the same folded, proposal by proposal. `counts` (n,) are what each
    counts in its whole text, `weights` (n,) their shares of its score.
    `by_retriever` is what each retriever said, `words` how far the words meet. `vectors` (n, d) are the sentences as the
    fast reader reads them, `best` (n, T) what it finds each to have in common with each topic.
    `hybrid` and each of `parts` are (m, T), `share` is each retriever's share (m,) in `hybrid`.
    `home` (m,) is the logarithm of how many times nearer each proposal is to the guide than to topics of elsewhere,
    `letters` (m,) how much of each counts, in Chinese characters, `swapped` (m,) how far each has another object under its
    first topic's title (`swapped.py`), `within` (m,) the log-odds that what it names lies within that topic (`within.py`); `spread` is how far the
    guide's topics lie apart. `alone` are the scores of the fast reader by itself where another stands beside it.
    """

    corpus: Corpus
    contents: list[ProposalContent]
    sentences: list[Passage]
    texts: list[list[str]]
    counts: Floats
    weights: Floats
    starts: Ints
    by_retriever: dict[str, Scores]
    words: WordScores
    vectors: Vectors
    best: Floats
    parts: dict[str, Floats]
    share: dict[str, Floats]
    hybrid: Floats
    home: Floats
    letters: Floats
    swapped: Floats
    within: Floats
    spread: float
    alone: Scored | None = None

    def signs(self) -> Signs:
        """What calibration goes by."""
        near = self.parts.get("static", self.parts["dense"]).max(axis=1)
        alike = self.parts["dense"].max(axis=1) if "static" in self.parts else np.zeros(len(near))
        return Signs(
            self.hybrid, near, alike, self.letters, self.home, self.swapped, self.within, self.spread,
            self.corpus.brevity, self.corpus.latin,
        )  # fmt: skip

    def items(self, topics: Mask) -> Floats:
        """How far each proposal covers the sentences of the `topics` (m, T) of its row, one after another.

        That is the mean of the best sentence pair and the words.
        """
        best = np.maximum.reduceat(self.by_retriever["dense"].pairs, self.starts, axis=0)
        covered: Floats = (best + self.words.covered) / 2
        return covered[topics[:, self.corpus.topic_of_sentence]]

    def discounts(self, row: int) -> tuple[Discount, ...]:
        """What of proposal number `row` does not count in full, in order."""
        a, b = self.span(row)
        content = self.contents[row]
        weighed = zip(content.kept, self.counts[a:b].round(DECIMALS).tolist(), strict=True)
        discounts = [Discount(p.passage, count, p.reason or "general") for p, count in weighed if count < 1]
        discounts += [Discount(p.passage, 0.0, p.reason) for p in content.aside]
        return tuple(sorted(discounts, key=lambda d: d.passage.start))

    def nearest(self, row: int) -> Ints:
        """The number of the topic that each sentence of proposal number `row` comes nearest to by itself, in order.

        By the fast reader: a transformer reads a sentence with its neighbours.
        """
        nearest: Ints = self.best[slice(*self.span(row))].argmax(axis=1)
        return nearest

    def span(self, row: int) -> tuple[int, int]:
        """The first sentence of proposal number `row`, and the first that is no longer its own."""
        last = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.sentences)
        return int(self.starts[row]), int(last)

    def rows(self, chosen: Sequence[int]) -> Scored:
        """The scores of some of the proposals."""
        places = np.concatenate([np.arange(*self.span(row)) for row in chosen])
        texts = [self.texts[row] for row in chosen]
        return Scored(
            self.corpus, [self.contents[row] for row in chosen], [self.sentences[p] for p in places.tolist()],
            texts, self.counts[places], self.weights[places], np.cumsum([0] + [len(text) for text in texts[:-1]]),
            {name: each.rows(chosen, places) for name, each in self.by_retriever.items()},
            self.words.rows(chosen, places), self.vectors[places], self.best[places], _rows(self.parts, chosen),
            _rows(self.share, chosen), self.hybrid[chosen], self.home[chosen], self.letters[chosen],
            self.swapped[chosen], self.within[chosen], self.spread,
        )  # fmt: skip


def _rows(tables: Mapping[str, Floats], chosen: Sequence[int]) -> dict[str, Floats]:
    return {name: table[chosen] for name, table in tables.items()}
