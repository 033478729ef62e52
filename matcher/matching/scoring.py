"""Proposals to scores over the topics of one guide, with everything that made them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import compress, repeat

import numpy as np

from matcher import longtext, settings, shipped
from matcher.arrays import Mask
from matcher.embeddings import FAST, Text, Vectors, summed, unit
from matcher.embeddings.reranker import Reranker
from matcher.index import DECIMALS, Scores, absolute, joined
from matcher.index.corpus import Corpus
from matcher.index.dense import DenseRetriever
from matcher.index.words import TOPIC_SIDE, WordScores
from matcher.matching import rank
from matcher.matching.calibration import Signs
from matcher.matching.content import Part, ProposalContent, content, informed
from matcher.matching.fast import FastReader
from matcher.matching.rank import Floats, Ints
from matcher.matching.topic_list import TopicList
from matcher.segment import fold, full_passage
from matcher.types import Discount, Evidence, Link, Passage, Proposal

RERANKED = settings.count("matching.scoring.reranked")
RERANKER_WEIGHT = settings.share("matching.scoring.reranker")
# Each part's say in a topic's score: of the fast reader alone, and with a transformer.
FAST_WEIGHTS = {part: settings.weight(f"matching.scoring.fast.{part}") for part in ("dense", "words")}
WEIGHTS = {part: settings.weight(f"matching.scoring.full.{part}") for part in ("dense", "static", "words")}
# The tables of settings, and the lists of words, that decide scores and what calibration goes by.
_TABLES = (
    "segment", "letter_spacing", "word_breaks", "longtext", "index", "embeddings", "matching.content",
    "matching.register", "matching.rank", "matching.scoring", "matching.calibration",
    "matching.topic_list",
)  # fmt: skip
_LISTS = ("matching.cues.content", "readers.label_words.labels", "index.lexical.stopwords", "segment.terms")

# Of the code that makes scores; tests/test_fingerprint.py tells when it must be raised and calibrations be fitted again.
VERSION = 14


def fingerprint(encoder: str) -> str:
    """A hash of what decides scores beside the vectors of the encoder called so: code version, settings, word lists."""
    lists = [shipped.data_file(settings.file(key)).read_bytes() for key in _LISTS]
    deciding = [
        VERSION,
        FAST_WEIGHTS if encoder == FAST else WEIGHTS,
        settings.digest(_TABLES),
        *(sha256(each).hexdigest() for each in lists),
    ]
    return sha256(json.dumps(deciding).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of m proposals over T topics, and what they were made of.

    The topics are those of `corpus`. `hybrid` and each of `parts` are (m, T), `share` is each retriever's share (m,) in `hybrid`.
    `contents` say what counts in each; `sentences` are the n that do, those of proposal i from `starts[i]`
    on, and `texts` the same folded, proposal by proposal. `counts` (n,) are what each counts in its whole
    text, `weights` (n,) their shares of its score.
    `by_retriever` is what each retriever said, `words` how far the words meet. `rows` (n, d) are the sentences as the
    fast reader reads them, `best` (n, T) what it finds each to have in common with each topic.
    `home` (m,) is the logarithm of how many times nearer each proposal is to the guide than to topics of elsewhere,
    `lengths` (m,) in characters that count; `spread` is how far the guide's topics lie apart.
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
    rows: Vectors
    best: Floats
    parts: dict[str, Floats]
    share: dict[str, Floats]
    hybrid: Floats
    home: Floats
    lengths: Floats
    spread: float

    def signs(self) -> Signs:
        """What calibration goes by."""
        near = self.parts.get("static", self.parts["dense"]).max(axis=1)
        return Signs(self.hybrid, near, self.lengths, self.home, self.spread)

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


class Scorer:
    """Scores proposals against the topics of one guide with one encoder."""

    def __init__(self, corpus: Corpus, fast: FastReader, reranker: Reranker | None = None) -> None:
        """Take the topics as the encoder reads them, and what the fast reader knows of them, perhaps the same."""
        self.corpus, self.fast, self._reranker = corpus, fast, reranker
        self._topic_list = TopicList(topic.title for topic in corpus.topics)
        dense = DenseRetriever(corpus)
        self._spread = dense.spread()
        self._static, self._beside, self._weights = dense, None, FAST_WEIGHTS
        if corpus.encoder.name != FAST:
            self._static, self._beside = DenseRetriever(fast.corpus, "static"), dense
            self._weights = WEIGHTS

    def score(self, proposals: Sequence[Proposal]) -> Scored:
        """The scores of one or more proposals, which must all be usable."""
        return self.weighed([self._topic_list.without(content(p)) for p in proposals])

    def weighed(self, contents: list[ProposalContent]) -> Scored:
        """The scores of proposals by their kept parts."""
        parts = [part for each in contents for part in each.kept]
        texts = [[part.text for part in each.kept] for each in contents]
        starts = np.cumsum([0] + [len(text) for text in texts[:-1]])
        rows = self.fast.encoder.sums([part.text for part in parts])
        pairs = self._static.pairs(unit(rows))
        best = rank.best_pairs(pairs, self.corpus.starts)
        each_best = zip(contents, np.split(best, starts[1:]), strict=True)
        counts = np.concatenate([informed(each.kept, near) for each, near in each_best])
        sizes, weights = _weights(parts, counts, starts)
        full_rows = summed(rows, counts, starts)
        by_retriever = {} if self._beside is None else {self._beside.name: self._beside.scores(texts, counts)}
        by_retriever[self._static.name] = Scores(
            pairs, self._static.full_texts(full_rows), np.asarray(full_rows.any(axis=1), np.float64)
        )
        scores = {}
        for name, each in by_retriever.items():
            near = best if each.pairs is pairs else rank.best_pairs(each.pairs, self.corpus.starts)
            scores[name] = rank.both(each.full_texts, rank.add_up(near, weights, starts))
        words = self.fast.words.scores(texts, counts)
        known = {name: each.known for name, each in by_retriever.items()}
        scores["words"] = words.topics
        known["words"] = (np.add.reduceat(words.shared_weights, starts) > 0).astype(np.float64)
        share = rank.shares(known, self._weights)
        hybrid = rank.fuse(scores, share)
        if self._reranker is not None:
            counting = np.split(counts > 0, starts[1:])
            read_again = [list(compress(t, c)) for t, c in zip(texts, counting, strict=True)]
            scores["reranker"] = self._reranked(hybrid, read_again)
            share = {name: each * (1 - RERANKER_WEIGHT) for name, each in share.items()}
            share["reranker"] = np.full(len(texts), RERANKER_WEIGHT)
            hybrid = rank.fuse(scores, share)
        return Scored(
            self.corpus, contents, [part.passage for part in parts], texts, counts, weights, starts, by_retriever, words, rows, best,
            scores, share, hybrid, self.fast.elsewhere.leads(full_rows), np.add.reduceat(sizes * counts, starts),
            self._spread,
        )  # fmt: skip

    def near(self, texts: Text) -> Floats:
        """The fast reader's similarities of n folded texts, each by itself, with the nearest of each topic, (n, T)."""
        pairs = self._static.pairs(unit(self.fast.encoder.sums(texts)))
        return rank.best_pairs(pairs, self.corpus.starts)

    def _reranked(self, hybrid: Floats, texts: Sequence[Text]) -> Floats:
        """The reranker's scores of each proposal's first topics, (m, T); 0 for the others."""
        assert self._reranker is not None
        reranked = np.zeros_like(hybrid)
        for row, (best, text) in enumerate(zip(rank.order(hybrid)[:, :RERANKED], texts, strict=True)):
            topics = [fold(self.corpus.topics[t].text) for t in best.tolist()]
            reranked[row, best] = absolute(self._reranker.scores(joined(text), topics))
        return reranked

    def by_itself(self, scored: Scored, tried: Sequence[int], counts: Sequence[Floats]) -> Floats:
        """The scores of the fast reader alone, (len(tried), T), of proposals whose parts count something else now.

        `tried` are their numbers, each perhaps several times, `counts` what the parts of each count.
        """
        places = np.concatenate([np.arange(*scored.span(row)) for row in tried])
        starts, counting = np.cumsum([0, *map(len, counts[:-1])]), np.concatenate(counts)
        parts = [part for row in tried for part in scored.contents[row].kept]
        _, weights = _weights(parts, counting, starts)
        full_texts = self._static.full_texts(summed(scored.rows[places], counting, starts))
        words = self.fast.words.scores([scored.texts[row] for row in tried], counting)
        dense = rank.both(full_texts, rank.add_up(scored.best[places], weights, starts))
        return FAST_WEIGHTS["dense"] * dense + FAST_WEIGHTS["words"] * words.topics

    def contents(self, topic: int) -> Iterator[tuple[int, Passage]]:
        """The sentences of topic number `topic` after its title, each with its number among all."""
        for p in range(*self.corpus.span(topic)):
            passage = self.corpus.sentences[p]
            if passage.start >= len(self.corpus.topics[topic].title):
                yield p, passage

    def links(self, proposal: Proposal, topic: int) -> list[Link]:
        """The words of topic number `topic` that the proposal meets, those that carry most first."""
        return self.fast.words.links(proposal.text[: longtext.READ], topic, self.corpus.topics[topic].text)

    def evidence(self, scored: Scored, proposal: Proposal, row: int, topic: int) -> tuple[Evidence, ...]:
        """The pairs that made the score of topic number `topic` for proposal number `row`, the strongest first."""
        first, last = scored.span(row)
        a, b = self.corpus.span(topic)
        mine, theirs = scored.sentences[first:last], self.corpus.sentences[a:b]
        both = (full_passage(proposal.id, proposal.text), self.corpus.full_texts[topic])
        evidence: list[Evidence] = []
        for name, each in scored.by_retriever.items():
            share = float(scored.share[name][row])
            block = each.pairs[first:last, a:b]
            best = block.argmax(axis=1)
            scores = block[np.arange(last - first), best].tolist()
            weights = (scored.weights[first:last] * (share * (1 - rank.FULL_TEXT))).tolist()
            evidence.append(Evidence(*both, float(each.full_texts[row, topic]), share * rank.FULL_TEXT, name))
            evidence += _evidence(mine, [theirs[p] for p in best.tolist()], scores, weights, repeat(name))
        # Words: how far the proposal covers each sentence of the topic, and the topic each of the proposal.
        words, share = scored.words, float(scored.share["words"][row])
        weights = (words.covered_weights[a:b] * (share * TOPIC_SIDE)).tolist()
        evidence += _evidence(
            repeat(both[0]), theirs, words.covered[row, a:b].tolist(), weights, repeat("words")
        )
        weights = (words.shared_weights[first:last] * (share * (1 - TOPIC_SIDE))).tolist()
        scores = words.shared[first:last, topic].tolist()
        evidence += _evidence(mine, repeat(both[1]), scores, weights, repeat("words"))
        if "reranker" in scored.parts:
            score = float(scored.parts["reranker"][row, topic])
            evidence.append(Evidence(*both, score, float(scored.share["reranker"][row]), "reranker"))
        carrying = [e for e in evidence if e.score > 0 and e.weight > 0]
        carrying.sort(key=_carried, reverse=True)
        return tuple(carrying)


def _weights(parts: Sequence[Part], counts: Floats, starts: Ints) -> tuple[Ints, Floats]:
    """The lengths of the parts of all proposals in characters, and their shares of their proposals' scores, (n,)."""
    sizes = np.array([len(part.passage.text) for part in parts])
    return sizes, rank.passage_weights(sizes, counts, [part.reason == "title" for part in parts], starts)


def _evidence(
    queries: Iterable[Passage],
    topics: Iterable[Passage],
    scores: Iterable[float],
    weights: Iterable[float],
    by: Iterable[str],
) -> Iterator[Evidence]:
    """Evidence made side by side, by the tuple's own constructor: a named tuple's is in Python, and slow."""
    return map(partial(tuple.__new__, Evidence), zip(queries, topics, scores, weights, by, strict=False))


def _carried(evidence: Evidence) -> float:
    """What a pair adds to the score."""
    return evidence.score * evidence.weight
