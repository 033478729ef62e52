"""The engine: the only place where the parts are joined.

guide → passages → index          once, cached by content
proposal → passages → retrievers → topics → verdict
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np

from matcher import shipped
from matcher.embeddings import FAST, SHIPPED, Encoder, load_encoder
from matcher.embeddings.reranker import Reranker
from matcher.embeddings.static import StaticEncoder
from matcher.errors import CalibrationError
from matcher.files import cache_folder
from matcher.guide import read_guide
from matcher.index import DECIMALS, elsewhere, folder
from matcher.matching import agreement, caution, decide, explain, rank, scoring
from matcher.matching.calibration import Calibration, MadeWith, fitting, probabilities, stale
from matcher.matching.decide import Ranked
from matcher.matching.explain import Explanation, Item
from matcher.matching.fast import FastReader
from matcher.matching.rank import Floats
from matcher.matching.scoring import Scored, Scorer
from matcher.matching.trial import Trials
from matcher.types import Evidence, Guide, Hit, Match, Passage, Proposal

_STALE = (
    "您的校准 {0} 已过期（编码器之外的评分方式变了），未使用；请用 matcher calibrate 重新校准，或删除它。"
    " / Your calibration {0} is out of date, since scores are made in another way now, and was not used;"
    " run matcher calibrate again or delete it."
)
_UNCALIBRATED = (
    "编码器 {0} 未校准：给出相似度而非概率；用 matcher calibrate 校准。"
    " / Encoder {0} is not calibrated: scores are shown, not probabilities; see matcher calibrate."
)
# From this confidence on the fast reader's answer stands in a batch (training/README.md has the curve).
SURE_ALONE = 0.95
# Proposals scored together: enough to share the cost of a call, few enough to stay in memory.
_CHUNK = 256


class Opened(NamedTuple):
    """What `Engine.open` was asked for, so that another process can open the same engine."""

    guide: Path | Guide | None
    encoder: str | None
    cache: Path
    calibration: Path | None
    reranker: str | None
    gated: bool


class Engine:
    """Ranks proposals against one guide with one encoder."""

    def __init__(
        self,
        guide: Guide,
        encoder: Encoder,
        found: Sequence[Passage],
        index: faiss.Index,
        fast: FastReader,
        made_with: MadeWith,
        calibration: Calibration | None = None,
        reranker: Reranker | None = None,
        notes: Sequence[str] = (),
        alone: tuple[MadeWith, Calibration] | None = None,
    ) -> None:
        """Join a guide with the passages and vectors made of it; `Engine.open` does that from files.

        `fast` is the fast reader, which takes part in every score; `made_with` names what the scores hang
        on. In a batch `fast` answers `alone`, by the calibration there, what it is sure of.
        """
        self._fast, self._alone, self._found = fast, alone, found
        self.opened: Opened | None = None
        self.guide = guide
        self.encoder = encoder
        # Whose vectors the reviewers' desk compares.
        self.reader = fast.encoder if encoder.name in SHIPPED else encoder
        self.topics = {topic.id: topic for topic in guide.topics}
        self.calibration = calibration
        self.made_with = made_with
        uncalibrated = () if calibration else (_UNCALIBRATED.format(encoder.name),)
        self.notes = (*notes, *uncalibrated)
        self.scorer = Scorer(guide.topics, encoder, found, index, fast, reranker)
        self._scope = agreement.scope(guide)
        self._trials = Trials(guide.topics, self.scorer, calibration)
        named = [topic.office.name if topic.office else topic.id for topic in guide.topics]
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
    ) -> Engine:
        """An engine for a guide document, or for a guide as it was read; its index is built once and cached by content.

        None means the shipped guide, the shipped encoder, the user's cache folder, and the user's own
        calibration for the encoder or else the shipped one. A reranker (a cross-encoder by folder or
        hub name) takes part only if a calibration with it was kept, unless it is not `gated`: one of
        the wrong language does harm. Raises DocumentError, GuideError, EncoderError or CalibrationError.
        """
        read = guide if isinstance(guide, Guide) else read_guide(guide or shipped.default_guide())
        own = StaticEncoder(shipped.fast_encoder())
        cache = cache or cache_folder()
        others = elsewhere.open_or_build(own, cache)
        loaded = own if encoder == FAST else load_encoder(encoder)
        made_with = MadeWith(
            loaded.fingerprint, elsewhere.fingerprint(own), scoring.fingerprint(loaded.name), reranker or ""
        )
        numbers = fitting(made_with, calibration)
        if reranker and gated and (numbers is None or numbers.reranker != reranker):
            raise CalibrationError(
                f"重排模型 {reranker} 未经检验：请先用 matcher calibrate PROPOSALS --reranker 在您有标注的申报书上检验，没有变差才会启用。"
                f" / Reranker {reranker} is untested: run matcher calibrate PROPOSALS --reranker on labelled"
                " proposals first; it is used if it does no harm there."
            )
        found, index, note = folder.open_or_build(read, loaded, cache)
        second = Reranker(reranker) if reranker else None
        fast = FastReader(read.topics, found, own, others, index if loaded is own else None)
        alone = None
        if encoder is None and not reranker and numbers is not None:
            by_itself = made_with._replace(encoder=own.fingerprint, scoring=scoring.fingerprint(FAST))
            if (own_numbers := fitting(by_itself)) is not None:
                alone = by_itself, own_numbers
        notes = [note] if note else []
        notes += [_STALE.format(file) for file in ([] if calibration else stale(made_with))]
        if read.mended:
            notes.append(
                f"{read.title}：按人工修订稿作答。 / Answers follow the guide as a person mended it: {read.title}."
            )
        made = cls(read, loaded, found, index, fast, made_with, numbers, second, notes, alone)
        made.opened = Opened(guide, encoder, cache, calibration, reranker, gated)
        return made

    @property
    def identity(self) -> tuple[object, ...]:
        """What decides the answers; two engines that agree in it give the same ones."""
        return (self.guide, self.made_with, self.calibration, self._alone)

    @cached_property
    def first(self) -> Engine | None:
        """The fast reader alone over the same guide, which answers first in a batch; None if it is not calibrated."""
        if self._alone is None:
            return None
        fast = self._fast
        return Engine(self.guide, fast.encoder, self._found, fast.index, fast, *self._alone)

    def match(self, proposal: Proposal, k: int = 5) -> Match:
        """The answer for one proposal, with its k best topics; it is read by both readers."""
        return next(self._match_chunk([proposal], k, k))

    def explain(self, proposal: Proposal, topic_id: str) -> Explanation:
        """Which words and which research contents of a topic a proposal meets.

        Raises KeyError for a topic that the guide does not have.
        """
        topic = list(self.topics).index(self.topics[topic_id].id)
        if not self.usable(proposal):
            return Explanation(topic_id, (), (), "")
        items = self._items(self.score([proposal]), 0, topic) if self.calibration is not None else []
        links = self.scorer.links(proposal, topic)
        return Explanation(topic_id, tuple(links), tuple(items), explain.advice(items))

    def _items(self, scored: Scored, row: int, topic: int) -> list[Item]:
        """How far proposal number `row` covers each item of the research contents of topic number `topic`."""
        assert self.calibration is not None
        contents = list(self.scorer.contents(topic))
        a, b = scored.span(row)
        pairs = scored.found["dense"].pairs[a:b, [p for p, _ in contents]]
        clauses = [explain.clauses(text) for text in scored.texts[row]]
        items = []
        for (p, passage), (near, sentence) in zip(contents, explain.backed(pairs, clauses), strict=True):
            score = (near + float(scored.words.covered[row, p])) / 2
            state = explain.state(score, self.calibration)
            by = None if state == "missing" or sentence is None else scored.sentences[a + sentence]
            items.append(Item(passage, state, score, by))
        return items

    def match_many(
        self, proposals: Iterable[Proposal], k: int = 5, explained: int | None = None
    ) -> Iterator[Match]:
        """The answers in order; none depends on the proposals around it.

        What the fast reader alone is sure of (SURE_ALONE) it answers; the transformer reads the rest,
        whose answers are those of `match`. Only the first `explained` of the k hits carry their evidence (None: all): finding it takes
        longer than the hit itself, and who wants every topic's probability reads the pairs of a few.
        """
        rest = iter(proposals)
        while chunk := list(islice(rest, _CHUNK)):
            count = k if explained is None else explained
            quick = list(self.first._match_chunk(chunk, k, count)) if self.first else []
            sure = [_sure_alone(match) for match in quick] or [False] * len(chunk)
            full = self._match_chunk([p for p, s in zip(chunk, sure, strict=True) if not s], k, count)
            yield from (quick[i] if s else next(full) for i, s in enumerate(sure))

    @staticmethod
    def usable(proposal: Proposal) -> bool:
        """Whether there is a letter or digit to match by."""
        return any(c.isalnum() for c in proposal.text)

    def score(self, proposals: Sequence[Proposal]) -> Scored:
        """The scores of one or more proposals, which must all be usable."""
        return self.scorer.score(proposals)

    def _match_chunk(self, proposals: Sequence[Proposal], k: int, explained: int) -> Iterator[Match]:
        usable = [p for p in proposals if self.usable(p)]
        answers = iter(self._answers(usable, k, explained) if usable else ())
        for proposal in proposals:
            yield next(answers) if self.usable(proposal) else _empty(proposal)

    def _answers(self, proposals: Sequence[Proposal], k: int, explained: int) -> Iterator[Match]:
        scored = self.score(proposals)
        order = rank.order(scored.hybrid)
        found = probabilities(self.calibration, scored.signs()) if self.calibration else None
        ranked, decided = [], []
        for row in range(len(proposals)):
            chance, outside = (found[0][row], float(found[1][row])) if found else (None, 0.0)
            best = [
                Ranked(self.guide.topics[t], float(scored.hybrid[row, t]), _number(chance, t))
                for t in order[row, : max(k, decide.LOOKED_AT)].tolist()
            ]
            office = (
                0.0 if chance is None else float(chance[self._offices == self._offices[order[row, 0]]].sum())
            )
            ranked.append(best)
            decided.append(decide.decide(best[: decide.LOOKED_AT], self.calibration, outside, office))
        sure = [d.verdict == "topic" for d in decided]
        warnings, doubts = self._trials.doubts(proposals, scored, order[:, 0], sure)
        for row, (proposal, best, d) in enumerate(zip(proposals, ranked, decided, strict=True)):
            if row in doubts and d.verdict == "topic":
                d = decide.doubted(d, self.guide.topics[doubts[row].topic], doubts[row].part)
            elif d.verdict == "topic" and self.calibration is not None:
                items = self._items(scored, row, int(order[row, 0]))
                d = decide.uncovered(d, len(items)) if explain.contradicted(items) else d
            hits = tuple(
                _hit(
                    scored,
                    row,
                    int(t),
                    one,
                    self.scorer.evidence(scored, proposal, row, int(t)) if n < explained else (),
                )
                for n, (t, one) in enumerate(zip(order[row, :k], best, strict=False))
            )
            yield Match(
                proposal.id, d.verdict, d.topic_id, d.office, d.office_source, d.confidence, hits, d.reason,
                (*warnings[row], *self._disagreements(scored, row, order[row, 0])),
                float(found[1][row]) if found else None, scored.discounts(row),
            )  # fmt: skip

    def _disagreements(self, scored: Scored, row: int, best: int) -> list[str]:
        """Where proposal number `row` speaks of another place, plan or year than the guide and its `best` topic."""
        kept = scored.contents[row].kept
        return agreement.disagreements(kept, self._scope, self.guide.topics[best].text)


def _sure_alone(match: Match) -> bool:
    """Whether the fast reader's answer needs no second reader."""
    return match.verdict == "topic" and match.confidence >= SURE_ALONE and not match.warnings


def _hit(scored: Scored, row: int, topic: int, ranked: Ranked, evidence: tuple[Evidence, ...]) -> Hit:
    """Topic number `topic` as a hit of proposal number `row`."""
    scores = {name: round(float(part[row, topic]), DECIMALS) for name, part in scored.parts.items()}
    return Hit(ranked.topic.id, ranked.score, ranked.probability, scores, evidence)


def _number(chances: Floats | None, topic: int) -> float | None:
    return None if chances is None else round(float(chances[topic]), DECIMALS)


def _empty(proposal: Proposal) -> Match:
    d = decide.EMPTY
    return Match(
        proposal.id,
        d.verdict,
        None,
        None,
        "none",
        d.confidence,
        (),
        d.reason,
        tuple(caution.notes(proposal.text)),
    )
