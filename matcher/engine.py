"""The engine: the only place where the parts are joined.

guide → passages → index          once, cached by content
proposal → passages → retrievers → topics → verdict
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from itertools import compress, islice
from pathlib import Path

import numpy as np

from matcher import settings, shipped
from matcher.embeddings import CPU, FAST, Computing, PairReaders
from matcher.embeddings.transformer import Reranker
from matcher.files import cache_folder
from matcher.guide.mending import check_topics, open_or_read
from matcher.index import DECIMALS, background, folder
from matcher.matching import agreement, caution, decide, explain, identity, rank, subject, trial
from matcher.matching.calibration import likelier_none, probabilities
from matcher.matching.explain import Explanation, ScoredMatch
from matcher.matching.identity import Chosen, Identity, Readers
from matcher.matching.scored import Scored
from matcher.matching.scoring import FastReader, Scorer
from matcher.matching.text import visible
from matcher.message import Message
from matcher.readers.fields.placeholders import says_nothing
from matcher.types import Guide, Link, Match, Proposal

SURE_ALONE = settings.share("engine.sure_alone")
_CHUNK = settings.chunk("engine.scored")
_SLOW_CHUNK = settings.chunk("engine.scored_slowly")
_PAIRS = settings.count("engine.scored_pairs")
_TOPICS = settings.count("engine.topics")


class Engine:
    """Ranks proposals against one guide with one encoder."""

    def __init__(
        self,
        known: Identity,
        scorer: Scorer,
        cache: Path | None = None,
        notes: Sequence[Message] = (),
        *,
        wary: bool = False,
    ) -> None:
        """Join what decides the answers with what scores proposals by it; `Engine.open` does that from files.

        `cache` is where its index lies. Who is `wary` doubts more, because another reader decides then.
        """
        self.identity, self.scorer, self.cache = known, scorer, cache
        self.guide, self.provenance, self.calibration = known.guide, known.provenance, known.calibration
        self.corpus, self.encoder = scorer.corpus, scorer.corpus.encoder
        self.topics = {topic.id: topic for topic in self.guide.topics}
        # The number of each among the guide's topics.
        self.place = {topic_id: number for number, topic_id in enumerate(self.topics)}
        self.notes = tuple(notes)
        self._scope = agreement.Scope(self.guide)
        # What was last said of a proposal by itself: whoever has its answer asks why next.
        self._last: ScoredMatch | None = None
        self._trials = trial.Trials(self.guide.topics, scorer, self.calibration, wary=wary)
        named = [topic.office.name if topic.office else topic.id for topic in self.guide.topics]
        self._offices = np.unique(named, return_inverse=True)[1]

    @classmethod
    def open(
        cls,
        guide: Path | Guide | None = None,
        encoder: str | None = None,
        cache: Path | None = None,
        calibration: Path | None = None,
        reranker: str | None = None,
        gated: bool = True,
        computing: Computing = CPU,
    ) -> Engine:
        """An engine for a guide document, or for a guide as it was read; reading and index are cached by content.

        None means the shipped guide, the shipped encoder, the user's cache folder, and the user's own
        calibration for the encoder or else the shipped one. A reranker (a cross-encoder by folder or
        hub name) takes part only if a calibration with it was kept, unless it is not `gated`: one of
        the wrong language does harm. `computing` is for other encoders than the shipped ones.
        Raises DocumentError, GuideError, EncoderError or CalibrationError.
        """
        chosen, note = Chosen(encoder, reranker, computing), None
        with ThreadPoolExecutor(1) as threads:  # the encoders are loaded while the guide is read
            loading = threads.submit(chosen.load)
            if isinstance(guide, Guide):
                check_topics(guide)
            else:
                guide, note = open_or_read(Path(guide or shipped.default_guide()), cache or cache_folder())
            readers = loading.result()
        known = identity.of(guide, chosen, readers, calibration, gated=gated)
        messages = [*([note] if note else []), *identity.notes(known, readers.loaded, calibration)]
        return cls._joined(known, readers, cache, messages)

    @classmethod
    def reopen(cls, known: Identity, cache: Path | None = None) -> Engine:
        """The same engine in another process, perhaps on another machine; EncoderError if the models there are others."""
        readers = known.chosen.load()
        identity.check(known, readers)
        return cls._joined(known, readers, cache, ())

    @classmethod
    def _joined(
        cls, known: Identity, readers: Readers, cache: Path | None, notes: Sequence[Message]
    ) -> Engine:
        cache = cache or cache_folder()
        corpus, note = folder.open_or_build(known.guide, readers.loaded, cache)
        fast = FastReader(corpus, readers.own, background.open_or_build(readers.own, cache))
        second = Reranker(known.chosen.reranker) if known.chosen.reranker else None
        noted = [*notes, *([note] if note and note not in notes else [])]
        return cls(known, Scorer(corpus, fast, second), cache, noted)

    @cached_property
    def readers(self) -> PairReaders:
        """Who reads for the reviewers' desk."""
        return PairReaders.of(self.encoder)

    @cached_property
    def first(self) -> Engine | None:
        """The fast reader alone over the same guide, which answers first in a batch; None if it is not calibrated."""
        if self.identity.alone is None:
            return None
        known, fast = Identity(self.guide, Chosen(FAST), *self.identity.alone, None), self.scorer.fast
        return Engine(known, Scorer(fast.corpus, fast), self.cache, wary=True)

    def match(self, proposal: Proposal, k: int = _TOPICS) -> Match:
        """The answer for one proposal, with its k best topics; it is read by both readers."""
        return self.answer(proposal, k).match

    def answer(self, proposal: Proposal, k: int = _TOPICS) -> ScoredMatch:
        """As `match`, with what speaks for any topic."""
        if not self.usable(proposal):
            return self._empty(proposal)
        last = self._last
        if last is None or last.proposal != proposal or last.proposal.sections != proposal.sections:
            last = self._last = self._decided([proposal], self.scorer.score([proposal]))[0]
        return last.with_hits(k, k)

    def explain(self, proposal: Proposal, topic_id: str) -> Explanation:
        """Which words and which research contents of a topic a proposal meets; KeyError for a topic of another guide."""
        links = self.links(proposal, topic_id)
        if not self.usable(proposal):
            return Explanation(topic_id, (), (), "")
        items = self.answer(proposal, 0).items(topic_id)
        advice = explain.advice([(item.state, item.passage.text) for item in items])
        return Explanation(topic_id, tuple(links), tuple(items), advice)

    def links(self, proposal: Proposal, topic_id: str) -> list[Link]:
        """The words of a topic that a proposal meets, without matching it; KeyError as `explain`."""
        return self.scorer.links(proposal, self.place[topic_id])

    def match_many(
        self, proposals: Iterable[Proposal], k: int = _TOPICS, explained: int | None = None
    ) -> Iterator[Match]:
        """The answers in order; none depends on the proposals around it.

        What the fast reader alone is sure of (SURE_ALONE) it answers; the transformer reads the rest,
        whose answers are those of `match`. Only the first `explained` of the k hits carry their evidence (None: all):
        finding it takes longer than the hit itself.
        """
        return (answer.match for answer in self.answers(proposals, k, explained))

    def answers(
        self, proposals: Iterable[Proposal], k: int = _TOPICS, explained: int | None = None
    ) -> Iterator[ScoredMatch]:
        """As `match_many`, with what speaks for any topic."""
        most = _CHUNK if self.encoder.name == FAST else _SLOW_CHUNK
        rest, together = iter(proposals), max(1, min(most, _PAIRS // len(self.guide.topics)))
        while chunk := list(islice(rest, together)):
            yield from self._of_batch(chunk, k, k if explained is None else explained)

    def scored_answers(self, proposals: Sequence[Proposal]) -> tuple[Scored | None, list[Match]]:
        """The scores of the usable proposals by both readers, and by them what `match_many` answers, without evidence.

        None if no proposal is usable.
        """
        usable = list(filter(self.usable, proposals))
        scored = self.scorer.score(usable) if usable else None
        return scored, [answer.match for answer in self._of_batch(proposals, 1, 0, scored)]

    @staticmethod
    def usable(proposal: Proposal) -> bool:
        """Whether there is a letter or digit to match by, outside markup, and more than a placeholder or the number of a topic."""
        if says_nothing(proposal.title) and says_nothing(proposal.abstract):
            return False
        return any(c.isalnum() for c in visible(proposal.text)) and not caution.names_number(proposal.text)

    def _of_batch(
        self, proposals: Sequence[Proposal], k: int, explained: int, scored: Scored | None = None
    ) -> Iterator[ScoredMatch]:
        """The answers to proposals in order, each scored once; `scored` are the usable ones by both readers if they are already."""
        flags = [self.usable(proposal) for proposal in proposals]
        usable, decided = list(compress(proposals, flags)), list[ScoredMatch]()
        if usable and self.first is None:
            decided = self._decided(usable, scored or self.scorer.score(usable))
        elif usable and self.first is not None:
            alone = (scored and scored.alone) or self.first.scorer.score(usable)
            decided = self.first._decided(usable, alone)
            if unsure := [each.row for each in decided if not _is_sure_alone(each.match)]:
                both = scored.rows(unsure) if scored else self.scorer.beside(alone.rows(unsure))
                again = self._decided([usable[row] for row in unsure], both)
                for row, each in zip(unsure, again, strict=True):
                    decided[row] = each
        rest = iter(decided)
        return (
            next(rest).with_hits(k, explained) if flag else self._empty(proposal)
            for proposal, flag in zip(proposals, flags, strict=True)
        )

    def _decided(self, proposals: Sequence[Proposal], scored: Scored) -> list[ScoredMatch]:
        """What there is to say of each of the proposals by its scores, but for its hits."""
        topics, hybrid, order = self.guide.topics, scored.hybrid, rank.order(scored.hybrid)
        table, none, named = hybrid, np.zeros(len(proposals)), np.ones(len(proposals), bool)
        if calibrated := self.calibration is not None:
            table, none = probabilities(self.calibration, scored.signs())
            named = none < self.calibration.none_from
        objects = subject.objects(scored, topics, order[:, 0], named, self.scorer.fast.encoder)
        table, none = likelier_none(table, none, list(objects), subject.ODDS)
        inside = subject.inside(scored, topics, order[:, 0], none >= decide.DOUBTED, self.scorer.fast.encoder)
        table, none = likelier_none(table, none, inside, -subject.ODDS_WITHIN)
        distributions = [array("d", (round(p, DECIMALS) for p in row)) for row in table.tolist()]
        decisions, brevity = [], scored.corpus.brevity
        for row, distribution in enumerate(distributions):
            best = decide.best(topics, order[row], hybrid[row], distribution if calibrated else None)
            office = float(table[row][self._offices == self._offices[order[row, 0]]].sum())
            decisions.append(decide.decide(best, self.calibration, float(none[row]), office, brevity))
        cautions, doubts = self._trials.doubts(proposals, scored, order[:, 0], [d.verdict for d in decisions])
        decided = list[ScoredMatch]()
        for row, (proposal, d) in enumerate(zip(proposals, decisions, strict=True)):
            if row in doubts and d.verdict == "topic":
                nearest = None if (t := doubts[row].topic) is None else topics[t]
                d = decide.doubted(d, nearest, doubts[row].part)
            elif d.verdict == "topic" and row in objects:
                d = decide.elsewhere(d)
            elif d.verdict == "topic" and self.calibration is not None:
                first = int(order[row, 0])
                count = explain.uncovered(self.scorer, scored, row, first, self.calibration)
                d = decide.uncovered(d, count) if count else d
            best_topic = topics[order[row, 0]]
            differing = agreement.disagreements(scored.contents[row].kept, self._scope, best_topic.text)
            warnings = (*cautions[row], *subject.warnings(objects.get(row)), *differing)
            match = replace(
                d, proposal_id=proposal.id, warnings=warnings, discounts=scored.discounts(row),
                none_probability=float(none[row]) if calibrated else None, distribution=distributions[row],
            )  # fmt: skip
            ranked = order[row].tolist()
            decided.append(ScoredMatch(match, proposal, self.scorer, self.calibration, scored, row, ranked))
        return decided

    def _empty(self, proposal: Proposal) -> ScoredMatch:
        """What there is to say of a proposal without usable text."""
        warnings = tuple(caution.notes(proposal.text))
        match = replace(decide.empty(), proposal_id=proposal.id, warnings=warnings)
        return ScoredMatch(match, proposal, self.scorer, self.calibration)


def _is_sure_alone(match: Match) -> bool:
    """Whether the fast reader's answer needs no second reader."""
    return match.verdict == "topic" and match.confidence >= SURE_ALONE and not match.warnings
