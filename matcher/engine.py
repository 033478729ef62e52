"""The engine: the only place where the parts are joined.

guide → passages → index          once, cached by content
proposal → passages → retrievers → topics → verdict
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np

from matcher import caution, decide, explain, longtext, rank, shipped
from matcher.calibration import Calibration, MadeWith, fitting, probabilities
from matcher.caution import Suspect, Suspicion
from matcher.decide import Ranked
from matcher.embeddings import FAST, SHIPPED, Encoder, load_encoder
from matcher.embeddings.reranker import Reranker
from matcher.embeddings.static import StaticEncoder
from matcher.errors import CalibrationError
from matcher.explain import Explanation, Item
from matcher.files import cache_folder
from matcher.guide import read_guide
from matcher.index import DECIMALS, elsewhere, folder
from matcher.index.elsewhere import Whole
from matcher.rank import Floats, Ints
from matcher.scoring import Scored, Scorer
from matcher.types import Evidence, Guide, Hit, Match, Passage, Proposal, Topic

_UNCALIBRATED = (
    "编码器 {0} 未校准：给出相似度而非概率；用 matcher calibrate 校准。"
    " / Encoder {0} is not calibrated: scores are shown, not probabilities; see matcher calibrate."
)
# From this confidence on the fast reader's answer stands in a batch (training/README.md has the curve).
SURE_ALONE = 0.95
# Letters that the rest of a text must have to be judged alone.
_ENOUGH = 12
# Proposals scored together: enough to share the cost of a call, few enough to stay in memory.
_CHUNK = 256


class Opened(NamedTuple):
    """What `Engine.open` was asked for, so that another process can open the same engine."""

    guide: Path | None
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
        words: StaticEncoder,
        others: Whole,
        made_with: MadeWith,
        calibration: Calibration | None = None,
        reranker: Reranker | None = None,
        notes: Sequence[str] = (),
        first: Engine | None = None,
    ) -> None:
        """Join a guide with the passages and vectors made of it; `Engine.open` does that from files.

        `words` gives the vectors of single words, whatever encodes the sentences; `others` are
        those of topics of elsewhere. `made_with` names what the scores hang on. In a batch `first`
        answers what it is sure of.
        """
        self.first = first
        self.opened: Opened | None = None
        self.guide = guide
        self.encoder = encoder
        # Whose vectors the reviewers' desk compares.
        self.reader = words if encoder.name in SHIPPED else encoder
        self.topics = {topic.id: topic for topic in guide.topics}
        self.calibration = calibration
        self.made_with = made_with
        uncalibrated = () if calibration else (_UNCALIBRATED.format(encoder.name),)
        self.notes = (*notes, *uncalibrated)
        self.scorer = Scorer(guide.topics, encoder, found, index, words, others, reranker)
        self._suspicion = Suspicion(topic.text for topic in guide.topics)
        named = [topic.office.name if topic.office else topic.id for topic in guide.topics]
        self._offices = np.unique(named, return_inverse=True)[1]

    @classmethod
    def open(
        cls,
        guide: Path | None = None,
        encoder: str | None = None,
        cache: Path | None = None,
        calibration: Path | None = None,
        reranker: str | None = None,
        gated: bool = True,
    ) -> Engine:
        """An engine for a guide document; its index is built once and cached by content.

        None means the shipped guide, the shipped encoder, the user's cache folder, and the user's own
        calibration for the encoder or else the shipped one. A reranker (a cross-encoder by folder or
        hub name) takes part only if a calibration with it was kept, unless it is not `gated`: one of
        the wrong language does harm. Raises DocumentError, GuideError, EncoderError or CalibrationError.
        """
        read = read_guide(guide or shipped.default_guide())
        own = StaticEncoder(shipped.fast_encoder())
        cache = cache or cache_folder()
        others = elsewhere.open_or_build(own, cache)
        loaded = own if encoder == FAST else load_encoder(encoder)
        made_with = MadeWith(loaded.fingerprint, elsewhere.fingerprint(own), reranker or "")
        numbers = fitting(made_with, calibration)
        if reranker and gated and (numbers is None or numbers.reranker != reranker):
            raise CalibrationError(
                f"重排模型 {reranker} 未经检验：请先用 matcher calibrate PROPOSALS --reranker 在您有标注的申报书上检验，没有变差才会启用。"
                f" / Reranker {reranker} is untested: run matcher calibrate PROPOSALS --reranker on labelled"
                " proposals first; it is used if it does no harm there."
            )
        found, index, note = folder.open_or_build(read, loaded, cache)
        second = Reranker(reranker) if reranker else None
        first = None
        if encoder is None and not reranker and numbers is not None:
            first = cls._fast(read, own, others, made_with._replace(encoder=own.fingerprint), cache)
        notes = [note] if note else []
        if read.mended:
            notes.append(
                f"{read.title}：按人工修订稿作答。 / Answers follow the guide as a person mended it: {read.title}."
            )
        made = cls(read, loaded, found, index, own, others, made_with, numbers, second, notes, first)
        made.opened = Opened(guide, encoder, cache, calibration, reranker, gated)
        return made

    @property
    def identity(self) -> tuple[object, ...]:
        """What decides the answers; two engines that agree in it give the same ones."""
        first = self.first.identity if self.first else ()
        return (self.guide, self.made_with, self.calibration, first)

    @classmethod
    def _fast(
        cls, read: Guide, own: StaticEncoder, others: Whole, made_with: MadeWith, cache: Path
    ) -> Engine | None:
        """The fast reader alone over the same guide; None where nothing was calibrated for it."""
        numbers = fitting(made_with)
        if numbers is None:
            return None
        found, index, _ = folder.open_or_build(read, own, cache)
        return cls(read, own, found, index, own, others, made_with, numbers)

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
        items: list[Item] = []
        if self.calibration is not None:
            scored = self.score([proposal])
            pairs, scores = scored.found["dense"].pairs, scored.items()[0]
            for p, passage in self.scorer.contents(topic):
                state = explain.state(float(scores[p]), self.calibration)
                by = None if state == "missing" else scored.sentences[int(pairs[:, p].argmax())]
                items.append(Item(passage, state, float(scores[p]), by))
        links = self.scorer.links(proposal, topic)
        return Explanation(topic_id, tuple(links), tuple(items), explain.advice(items))

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
        warnings, without = self._cautions(proposals, scored, order[:, 0])
        found = probabilities(self.calibration, scored.signs()) if self.calibration else None
        for row, proposal in enumerate(proposals):
            chance, none = (found[0][row], float(found[1][row])) if found else (None, None)
            best = [
                Ranked(self.guide.topics[t], float(scored.hybrid[row, t]), _number(chance, t))
                for t in order[row, : max(k, decide.LOOKED_AT)].tolist()
            ]
            office = (
                0.0 if chance is None else float(chance[self._offices == self._offices[order[row, 0]]].sum())
            )
            d = decide.decide(best[: decide.LOOKED_AT], self.calibration, none or 0.0, office)
            if row in without and d.verdict == "topic":
                d = decide.doubted(d, without[row])
            hits = tuple(
                _hit(
                    scored,
                    row,
                    int(t),
                    ranked,
                    self.scorer.evidence(scored, proposal, row, int(t)) if n < explained else (),
                )
                for n, (t, ranked) in enumerate(zip(order[row, :k], best, strict=False))
            )
            yield Match(
                proposal.id, d.verdict, d.topic_id, d.office, d.office_source, d.confidence, hits, d.reason,
                warnings[row], none,
            )  # fmt: skip

    def _cautions(
        self, proposals: Sequence[Proposal], scored: Scored, best: Ints
    ) -> tuple[list[tuple[str, ...]], dict[int, Topic]]:
        """What to be careful about in each proposal, and the topic that it comes to without suspect text.

        Text that may have been added to steer the answer is tried without; only proposals whose
        `best` topic it changes have an entry in the second.
        """
        suspects: dict[int, Suspect] = {}
        rest: dict[int, Proposal] = {}
        for row, proposal in enumerate(proposals):
            a, b = scored.span(row)
            if suspect := self._suspicion.find(scored.sentences[a:b], scored.texts[row]):
                suspects[row] = suspect
                left = replace(proposal, title="", abstract=suspect.without(proposal.text))
                if sum(c.isalnum() for c in left.text) >= _ENOUGH:
                    rest[row] = left
        nearest = self.score(list(rest.values())).hybrid.argmax(axis=1).tolist() if rest else []
        moved = {row: self.guide.topics[t] for row, t in zip(rest, nearest, strict=True) if t != best[row]}
        told = []
        for row, proposal in enumerate(proposals):
            found = [*longtext.note(proposal.text), *caution.notes(proposal.text)]
            if row in suspects:
                to = moved[row].id if row in moved else None
                found += caution.described(suspects[row], len(proposal.text), to, row in rest)
            told.append(tuple(found))
        return told, moved


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
