"""Proposals to scores over the topics of one guide, and the pairs of passages that made them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import compress, repeat

import numpy as np

from matcher import settings, shipped
from matcher.arrays import Mask
from matcher.embeddings import FAST, Text, summed, unit
from matcher.embeddings.static import StaticEncoder
from matcher.embeddings.transformer import Reranker
from matcher.index import Scores, absolute, joined
from matcher.index.background import Elsewhere, Rounded
from matcher.index.corpus import Corpus, DenseRetriever
from matcher.index.words import TOPIC_SIDE, WordInteraction
from matcher.language import as_characters
from matcher.matching import rank
from matcher.matching.content import ENOUGH, Part, ProposalContent, content, informed
from matcher.matching.rank import Floats, Ints
from matcher.matching.scored import Scored
from matcher.matching.swapped import TopicTitles
from matcher.matching.text import READ
from matcher.matching.weights import fast_weights, full_weights
from matcher.matching.within import WEIGHTS as WITHIN
from matcher.matching.within import WithinTopics
from matcher.segment import NOT_LETTERS, fold, full_passage
from matcher.types import Evidence, Link, Passage, Proposal

RERANKED = settings.count("matching.scoring.reranked")
RERANKER_WEIGHT = settings.share("matching.scoring.reranker")
# The tables of settings, and the lists of words, that decide scores and what calibration goes by.
_TABLES = (
    "segment", "letter_spacing", "word_breaks", "longtext", "index", "embeddings", "matching.content",
    "matching.register", "matching.rank", "matching.scoring", "matching.calibration",
    "matching.topic_list", "matching.within",
)  # fmt: skip
_NAMES = ("readers.label_words.labels", "readers.learnt_names.weights")
_LISTS = ("matching.cues.content", *_NAMES, "segment.terms", WITHIN)

# Of the code that makes scores; tests/test_fingerprint.py tells when it must be raised and calibrations be fitted again.
VERSION = 24
_FEWEST = settings.count("matching.topic_list.fewest")
_COVERED = settings.share("matching.topic_list.covered")
_HEAD = settings.letters("matching.topic_list.head")


class FastReader:
    """What a guide's topics are to the fast reader; it takes part beside another encoder, or answers alone."""

    def __init__(self, corpus: Corpus, encoder: StaticEncoder, background: Rounded) -> None:
        """Take the corpus of a guide, by whichever encoder, and topics of elsewhere."""
        self.encoder, self.corpus = encoder, corpus.by(encoder)
        self.words = WordInteraction(encoder, corpus.texts)
        self.elsewhere = Elsewhere(self.corpus.full_text_vectors, background)
        self.weights = fast_weights(self.corpus)


def fingerprint(encoder: str) -> str:
    """A hash of what decides scores beside the vectors of the encoder called so: code version, settings, word lists."""
    lists = [shipped.data_file(settings.file(key)).read_bytes() for key in _LISTS]
    deciding = [
        VERSION,
        encoder == FAST,
        settings.digest(_TABLES),
        *(sha256(each).hexdigest() for each in lists),
    ]
    return sha256(json.dumps(deciding).encode()).hexdigest()[:24]


class Scorer:
    """Scores proposals against the topics of one guide with one encoder."""

    def __init__(self, corpus: Corpus, fast: FastReader, reranker: Reranker | None = None) -> None:
        """Take the topics as the encoder reads them, and what the fast reader knows of them, perhaps the same."""
        self.corpus, self.fast, self._reranker = corpus, fast, reranker
        self._full_weights = full_weights(corpus)
        self._topic_list = TopicList(topic.title for topic in corpus.topics)
        self._titles = TopicTitles(corpus.topics, fast.encoder, fast.words)
        self._within = WithinTopics(corpus.topics, corpus.encoder)
        self._static = DenseRetriever(fast.corpus)
        self._dense = None if corpus.encoder.name == FAST else DenseRetriever(corpus)

    def score(self, proposals: Sequence[Proposal]) -> Scored:
        """The scores of one or more proposals, which must all be usable."""
        return self.weighed([self._topic_list.without(content(p)) for p in proposals])

    def weighed(self, contents: list[ProposalContent]) -> Scored:
        """The scores of proposals by their kept parts."""
        return self.beside(self._alone(contents))

    def beside(self, alone: Scored) -> Scored:
        """Scores of the fast reader alone with those of the encoder and of the reranker beside them, if there are any."""
        scored = alone
        if self._dense is not None:
            dense = self._dense.scores(alone.texts, alone.counts)
            near = rank.best_pairs(dense.pairs, self.corpus.starts)
            topics = rank.both(dense.full_texts, rank.add_up(near, alone.weights, alone.starts))
            by_retriever = {"dense": dense, "static": alone.by_retriever["dense"]}
            parts = {"dense": topics, "static": alone.parts["dense"], "words": alone.parts["words"]}
            known = {name: each.known for name, each in by_retriever.items()}
            share = rank.shares({**known, "words": alone.words.known}, self._full_weights)
            hybrid = rank.fuse(parts, share)
            swapped, within = self._of_first(alone.contents, hybrid)
            scored = replace(
                alone, corpus=self.corpus, by_retriever=by_retriever, parts=parts, share=share, hybrid=hybrid,
                swapped=swapped, within=within, spread=self._dense.spread, alone=alone,
            )  # fmt: skip
        return scored if self._reranker is None else self._reranked(self._reranker, scored)

    def _alone(self, contents: list[ProposalContent]) -> Scored:
        """The scores of the fast reader alone."""
        parts = [part for each in contents for part in each.kept]
        texts = [[part.text for part in each.kept] for each in contents]
        starts = np.cumsum([0] + [len(text) for text in texts[:-1]])
        vectors = self.fast.encoder.sums([part.text for part in parts])
        pairs = self._static.pairs(unit(vectors))
        best = rank.best_pairs(pairs, self.corpus.starts)
        each_best = zip(contents, np.split(best, starts[1:]), strict=True)
        counts = np.concatenate([informed(each.kept, near) for each, near in each_best])
        weights = _weights(parts, counts, starts)
        letters = np.array([as_characters(part.text) for part in parts])
        full_texts = summed(vectors, counts, starts)
        dense = Scores(
            pairs, self._static.full_texts(full_texts), np.asarray(full_texts.any(axis=1), np.float64)
        )
        topics = rank.both(dense.full_texts, rank.add_up(best, weights, starts))
        words = self.fast.words.scores(texts, counts)
        by_part = {"dense": topics, "words": words.topics}
        share = rank.shares({"dense": dense.known, "words": words.known}, self.fast.weights)
        hybrid = rank.fuse(by_part, share)
        swapped = self._titles.swapped(contents, rank.order(hybrid)[:, 0])
        return Scored(
            self.fast.corpus, contents, [part.passage for part in parts], texts, counts, weights, starts,
            {"dense": dense}, words, vectors, best, by_part, share, hybrid, self.fast.elsewhere.leads(full_texts),
            np.add.reduceat(letters * counts, starts), swapped, np.zeros(len(contents)), self._static.spread,
        )  # fmt: skip

    def _of_first(self, contents: Sequence[ProposalContent], hybrid: Floats) -> tuple[Floats, Floats]:
        """What `TopicTitles` and `WithinTopics` say of m proposals and their first topics."""
        first = rank.order(hybrid)[:, 0]
        return self._titles.swapped(contents, first), self._within.log_odds(contents, first)

    def near(self, texts: Text) -> Floats:
        """The fast reader's similarities of n folded texts, each by itself, with the nearest of each topic, (n, T)."""
        pairs = self._static.pairs(unit(self.fast.encoder.sums(texts)))
        return rank.best_pairs(pairs, self.corpus.starts)

    def _reranked(self, reranker: Reranker, scored: Scored) -> Scored:
        """The scores with the reranker's of each proposal's first topics; 0 for the others."""
        reranked = np.zeros_like(scored.hybrid)
        for row, best in enumerate(rank.order(scored.hybrid)[:, :RERANKED]):
            text = list(compress(scored.texts[row], scored.counts[slice(*scored.span(row))] > 0))
            topics = [fold(self.corpus.topics[t].text) for t in best.tolist()]
            reranked[row, best] = absolute(reranker.scores(joined(text), topics))
        parts = {**scored.parts, "reranker": reranked}
        share = {name: each * (1 - RERANKER_WEIGHT) for name, each in scored.share.items()}
        share["reranker"] = np.full(len(reranked), RERANKER_WEIGHT)
        hybrid = rank.fuse(parts, share)
        swapped, within = self._of_first(scored.contents, hybrid)
        return replace(
            scored, parts=parts, share=share, hybrid=hybrid, swapped=swapped, within=within
        )  # fmt: skip

    def by_itself(self, scored: Scored, tried: Sequence[int], counts: Sequence[Floats]) -> Floats:
        """The scores of the fast reader alone, (len(tried), T), of proposals whose parts count something else now.

        `tried` are their numbers, each perhaps several times, `counts` what the parts of each count.
        """
        places = np.concatenate([np.arange(*scored.span(row)) for row in tried])
        starts, counting = np.cumsum([0, *map(len, counts[:-1])]), np.concatenate(counts)
        parts = [part for row in tried for part in scored.contents[row].kept]
        weights = _weights(parts, counting, starts)
        full_texts = self._static.full_texts(summed(scored.vectors[places], counting, starts))
        words = self.fast.words.scores([scored.texts[row] for row in tried], counting)
        dense = rank.both(full_texts, rank.add_up(scored.best[places], weights, starts))
        return self.fast.weights["dense"] * dense + self.fast.weights["words"] * words.topics

    def ahead(self, scored: Scored, first: Ints, counting: Mask) -> Floats:
        """How far each topic (m, T) is ahead of the `first` one (m,) of a proposal in the sentences nearer to it, as `rank.ahead`.

        Only the `counting` sentences (n,) are taken, as the fast reader has them, for which none is coloured by its
        neighbours. In units of how far the guide's topics lie apart.
        """
        weights = self.fast.weights
        each = weights["dense"] * scored.best + weights["words"] * scored.words.shared
        return rank.ahead(each, scored.weights * counting, scored.starts, first) / self._static.spread

    def contents(self, topic: int) -> Iterator[tuple[int, Passage]]:
        """The sentences of topic number `topic` after its title, each with its number among all."""
        for p in range(*self.corpus.span(topic)):
            passage = self.corpus.sentences[p]
            if passage.start >= len(self.corpus.topics[topic].title):
                yield p, passage

    def links(self, proposal: Proposal, topic: int) -> list[Link]:
        """The words of topic number `topic` that the proposal meets, those that carry most first."""
        return self.fast.words.links(proposal.text[:READ], topic, self.corpus.topics[topic].text)

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
        return tuple(sorted(carrying, key=lambda e: e.score * e.weight, reverse=True))


def _weights(parts: Sequence[Part], counts: Floats, starts: Ints) -> Floats:
    """The shares of the parts of all proposals of their proposals' scores, (n,)."""
    sizes = np.array([len(part.passage.text) for part in parts])
    return rank.passage_weights(sizes, counts, [part.reason == "title" for part in parts], starts)


def _evidence(
    queries: Iterable[Passage],
    topics: Iterable[Passage],
    scores: Iterable[float],
    weights: Iterable[float],
    by: Iterable[str],
) -> Iterator[Evidence]:
    """Evidence made side by side, by the tuple's own constructor: a named tuple's is in Python, and slow."""
    return map(partial(tuple.__new__, Evidence), zip(queries, topics, scores, weights, by, strict=False))


class TopicList:
    """Finds the titles of one guide in proposals."""

    def __init__(self, titles: Iterable[str]) -> None:
        """Take the titles of the guide's topics."""
        self._titles: defaultdict[str, list[str]] = defaultdict(list)
        letters = {_letters(fold(title)) for title in titles}
        self._longest_first = sorted(letters, key=lambda title: (-len(title), title))
        for title in self._longest_first:
            self._titles[title[:_HEAD]].append(title)

    def without(self, content: ProposalContent) -> ProposalContent:
        """What a proposal says beside a list of topics: parts that are titles do not count where several stand.

        Its own title counts, and all does where nothing else is there.
        """
        texts = {part.passage.id: _letters(part.text) for part in content.kept if part.reason != "title"}
        joined = "\n".join(texts.values())
        if sum(title in joined for title in self._longest_first) < _FEWEST:  # the walk below is slow
            return content
        titles = {id_: self._named(letters) for id_, letters in texts.items()}
        if len(set().union(*titles.values())) < _FEWEST:
            return content
        listed = [part for part in content.kept if titles.get(part.passage.id)]
        rest = tuple(part for part in content.kept if not titles.get(part.passage.id))
        if sum(len(_letters(part.text)) for part in rest) < ENOUGH:
            return content
        aside = tuple(part._replace(weight=0.0, reason="topics") for part in listed)
        return replace(content, kept=rest, aside=content.aside + aside)

    def _named(self, letters: str) -> set[str]:
        """The titles in the letters of a text that is made of them; empty where they are but mentioned."""
        named, covered, at = set(), 0, 0
        while at < len(letters):
            title = next(
                (t for t in self._titles.get(letters[at : at + _HEAD], ()) if letters.startswith(t, at)), ""
            )
            named |= {title} - {""}
            covered += len(title)
            at += len(title) or 1
        return named if covered and covered >= _COVERED * len(letters) else set()


def _letters(folded: str) -> str:
    return NOT_LETTERS.sub("", folded.lower())
