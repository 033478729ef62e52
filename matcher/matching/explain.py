"""Why a topic fits: which words meet, which of its research contents a proposal covers, and where both texts meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from matcher import settings
from matcher.arrays import Floats
from matcher.index import DECIMALS
from matcher.matching.calibration import Calibration
from matcher.matching.item_parts import met, parts
from matcher.matching.scored import Scored
from matcher.matching.scoring import Scorer
from matcher.message import COMMA, Catalogue, joined
from matcher.screen import shortened
from matcher.types import Evidence, Hit, Link, Match, Passage, Proposal, Span

say = Catalogue(__file__)

State = Literal["covered", "partly", "missing"]
_CLAUSE = re.compile(r"[,;，；、。]|\band\b")
_ENDS = "。；;，,"
_LEAST_CLAUSE = settings.characters("matching.explain.least_clause")
_NAMED = settings.count("matching.explain.named")
_NAME = settings.characters("matching.explain.name")
_PAIRS = settings.count("matching.alignment.pairs")
_PART_COVERED = settings.score("matching.explain.part_covered")
_PART_PARTLY = settings.score("matching.explain.part_partly")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a topic's research contents, and the sentence of the proposal that comes nearest.

    `score` in [0, 1] is the mean of two similarities: that of the sentence that backs the item, which backs no
    more items than it has clauses, and how far the item's words are
    met anywhere in the proposal, of a part of a sentence in that one. `by` is None where the item is missing.
    """

    passage: Passage
    state: State
    score: float
    by: Passage | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for one topic: words that meet, strongest first; items covered; a line of advice.

    Without a calibration, or for a topic that has only a title, there are no items and the advice is "".
    """

    topic_id: str
    links: tuple[Link, ...]
    items: tuple[Item, ...]
    advice: str

    def to_dict(self) -> dict[str, Any]:
        """What `match --json --explain` adds to the answer."""
        items = [
            {
                "state": i.state,
                "score": i.score,
                "topic": i.passage.to_dict(),
                "query": i.by and i.by.to_dict(),
            }
            for i in self.items
        ]
        links = [asdict(link) for link in self.links]
        return {"topic_id": self.topic_id, "links": links, "items": items, "advice": self.advice}


@dataclass(frozen=True, slots=True)
class ScoredMatch:
    """A match with what it was worked out of, which is asked for what speaks for any topic by its id.

    To be asked while the answer is at hand: `scored` holds the scores of the proposals that were read together, of which
    this one is number `row`; None where there is no text. `order` are the numbers of the topics, best first.
    """

    match: Match
    proposal: Proposal
    scorer: Scorer
    calibration: Calibration | None
    scored: Scored | None = None
    row: int = 0
    order: Sequence[int] = ()

    def with_hits(self, k: int, explained: int) -> ScoredMatch:
        """The same with the k best hits, the first `explained` of them with their evidence."""
        if self.scored is None:
            return self
        match, row, topics, hits = self.match, self.row, self.scorer.corpus.topics, list[Hit]()
        for place, t in enumerate(self.order[:k]):
            probability = None if match.none_probability is None else match.distribution[t]
            parts = {name: round(float(part[row, t]), DECIMALS) for name, part in self.scored.parts.items()}
            evidence = self.evidence(topics[t].id) if place < explained else ()
            hits.append(Hit(topics[t].id, float(self.scored.hybrid[row, t]), probability, parts, evidence))
        return replace(self, match=replace(match, hits=tuple(hits)))

    def evidence(self, topic_id: str) -> tuple[Evidence, ...]:
        """The pairs of passages that made the score of a topic, the strongest first."""
        if self.scored is None:
            return ()
        return self.scorer.evidence(self.scored, self.proposal, self.row, self._number(topic_id))

    def items(self, topic_id: str) -> list[Item]:
        """How far the proposal covers each item of a topic's research contents; [] uncalibrated."""
        if self.scored is None or self.calibration is None:
            return []
        return items(self.scorer, self.scored, self.row, self._number(topic_id), self.calibration)

    def _number(self, topic_id: str) -> int:
        return {topic.id: n for n, topic in enumerate(self.scorer.corpus.topics)}[topic_id]


def sentences(
    scored: Scored, row: int, contents: Sequence[tuple[int, Passage]], calibration: Calibration
) -> list[Item]:
    """How far proposal number `row` covers each sentence of a topic's research contents, given with its number among all."""
    a, b = scored.span(row)
    pairs = scored.by_retriever["dense"].pairs[a:b, [p for p, _ in contents]]
    backing = backed(pairs, [clauses(text) for text in scored.texts[row]])
    covered = []
    for (p, passage), (near, sentence) in zip(contents, backing, strict=True):
        score = (near + float(scored.words.covered[row, p])) / 2
        how_far = state(score, calibration.covered_from, calibration.partly_from)
        covered.append(_item(passage, how_far, score, scored, row, sentence))
    return covered


def items(scorer: Scorer, scored: Scored, row: int, topic: int, calibration: Calibration) -> list[Item]:
    """How far proposal number `row` covers each item of the research contents of topic number `topic`.

    An item is a sentence of them, or each part of one that lists several things. Where a sentence is covered as a whole,
    though none of its parts is, the nearest one is told one step better.
    """
    return _in_parts(
        sentences(scored, row, list(scorer.contents(topic)), calibration), scorer, scored, row, topic
    )


def _in_parts(in_sentences: list[Item], scorer: Scorer, scored: Scored, row: int, topic: int) -> list[Item]:
    """The items of a topic's research contents, by what is known of each sentence of them."""
    listed = [parts(item.passage) for item in in_sentences]
    several = [part for each in listed if len(each) > 1 for part in each]
    if not several:
        return in_sentences
    near = met(scorer.fast, scored, row, topic, several)
    backing = iter(backed(near, [clauses(text) for text in scored.texts[row]]))
    result: list[Item] = []
    for item, each in zip(in_sentences, listed, strict=True):
        judged = [_part(part, *next(backing), scored, row) for part in each] if len(each) > 1 else [item]
        if item.state == "covered" and contradicted(judged):
            best = max(range(len(judged)), key=lambda n: judged[n].score)
            more: State = "partly" if judged[best].state == "missing" else "covered"
            judged[best] = replace(judged[best], state=more, by=judged[best].by or item.by)
        result += judged
    return result


def _part(passage: Passage, score: float, sentence: int | None, scored: Scored, row: int) -> Item:
    """A part of a sentence as an item, by how near it is to the sentence of the proposal that backs it."""
    return _item(passage, state(score, _PART_COVERED, _PART_PARTLY), score, scored, row, sentence)


def _item(
    passage: Passage, how_far: State, score: float, scored: Scored, row: int, sentence: int | None
) -> Item:
    """An item with the sentence of the proposal that backs it, given by its place in it; one that is missing has none."""
    start, _ = scored.span(row)
    by = None if how_far == "missing" or sentence is None else scored.sentences[start + sentence]
    return Item(passage, how_far, score, by)


def state(score: float, covered_from: float, partly_from: float) -> State:
    """How far an item is covered, by the scores that items of topics which do not fit reach by chance."""
    if score >= covered_from:
        return "covered"
    return "partly" if score >= partly_from else "missing"


def backed(pairs: Floats, clauses: Sequence[int]) -> list[tuple[float, int | None]]:
    """The similarity of each item with the sentence that backs it, and which; (0, None) where none is left for it.

    `pairs` (n, items) are the similarities of a proposal's sentences with the items. A sentence backs no
    more items than it has `clauses` (n,): the nearest ones first, so that one sentence does not cover five.
    """
    backing: list[tuple[float, int | None]] = [(0.0, None)] * pairs.shape[1]
    left = list(clauses)
    for cell in np.argsort(-pairs, axis=None, kind="stable").tolist():
        sentence, item = divmod(cell, pairs.shape[1])
        if backing[item][1] is None and left[sentence] > 0:
            backing[item] = (float(pairs[sentence, item]), sentence)
            left[sentence] -= 1
    return backing


def clauses(text: str) -> int:
    """How many clauses of a sentence could each say something of its own, at least 1."""
    counted = [clause for clause in _CLAUSE.split(text) if sum(map(str.isalnum, clause)) >= _LEAST_CLAUSE]
    return max(1, len(counted))


def contradicted(items: Sequence[Item]) -> bool:
    """Whether there are items and the proposal covers none."""
    return bool(items) and not any(item.state == "covered" for item in items)


def uncovered(scorer: Scorer, scored: Scored, row: int, topic: int, calibration: Calibration) -> int:
    """Of how many items of research contents the proposal covers none, neither as sentences nor in parts; 0 where it covers any.

    There is no sure answer then.
    """
    in_sentences = sentences(scored, row, list(scorer.contents(topic)), calibration)
    if not contradicted(in_sentences):
        return 0
    finer = _in_parts(in_sentences, scorer, scored, row, topic)
    return len(finer) if contradicted(finer) else 0


def advice(items: Sequence[tuple[State, str]]) -> str:
    """One line for the applicant: how many items, each with its text, are covered, and which to add; "" without items."""
    if not items:
        return ""
    covered, partly, missing = (sum(state == each for state, _ in items) for each in get_args(State))
    lacking = [text for state, text in items if state == "missing"]
    unclear = [text for state, text in items if state == "partly"]
    counted = say("advice.counts", count=len(items), covered=covered, partly=partly, missing=missing)
    cut = len(lacking or unclear) > _NAMED
    first = joined(
        [f"“{shortened(text.rstrip().rstrip(_ENDS), _NAME)}”" for text in (lacking or unclear)[:_NAMED]],
        COMMA,
    )
    named = joined([first, say("advice.more") if cut else ""])
    if lacking:
        return say("advice.lacking", counts=counted, named=named)
    return say("advice.unclear", counts=counted, named=named) if unclear else say("advice", counts=counted)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a proposal meets one topic.

    `pairs` are (sentence of the proposal, sentence of the topic), those that carry most of the score first; `items` are
    (item of the research contents, how far it is covered, the sentence of the proposal that comes nearest, if any).
    """

    pairs: tuple[tuple[Span, Span], ...]
    items: tuple[tuple[Span, State, Span | None], ...]


@dataclass(frozen=True, slots=True)
class Alignments:
    """Alignments by topic id, and (stretch of the proposal, reason) of what does not count in full."""

    topics: Mapping[str, Alignment]
    discounts: tuple[tuple[Span, str], ...]


def aligned(answer: ScoredMatch, ids: Iterable[str]) -> Alignments:
    """The alignments of an answer with the topics `ids`."""
    discounts = tuple((d.passage.span, d.reason) for d in answer.match.discounts)
    return Alignments({id_: alignment(answer, id_) for id_ in ids}, discounts)


def alignment(answer: ScoredMatch, topic_id: str) -> Alignment:
    """The alignment of an answer with one topic."""
    sentences = [e for e in answer.evidence(topic_id) if e.by == "dense" and e.of_sentences][:_PAIRS]
    return Alignment(
        tuple((e.query.span, e.topic.span) for e in sentences),
        tuple((item.passage.span, item.state, item.by and item.by.span) for item in answer.items(topic_id)),
    )
