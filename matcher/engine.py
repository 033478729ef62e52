"""The engine: the only place where the parts are joined.

guide → passages → index          once, cached by content
proposal → passages → retrievers → topics → verdict
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, repeat
from pathlib import Path

import faiss
import numpy as np

from matcher import decide, rank, shipped
from matcher.calibration import Calibration, fitting, probabilities
from matcher.decide import Ranked
from matcher.embeddings import Encoder, load_encoder
from matcher.embeddings.static import StaticEncoder
from matcher.guide import read_guide
from matcher.index import DECIMALS, Retriever, Scores, folder
from matcher.index.dense import DenseRetriever
from matcher.index.lexical import LexicalRetriever
from matcher.index.words import TOPIC_SIDE, WordInteraction, WordScores
from matcher.rank import Floats, Ints
from matcher.segment import fold, passages, whole
from matcher.types import Evidence, Guide, Hit, Match, Passage, Proposal

# Each retriever's say in a topic's score (data/eval/README.md tells how they were chosen).
WEIGHTS = {"dense": 0.35, "lexical": 0.15, "words": 0.5}

# Proposals scored together: enough to share the cost of a call, few enough to stay in memory.
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of m proposals over T topics, and what they were made of.

    `hybrid` and each of `parts` are (m, T), `share` is each retriever's share (m,) in `hybrid`.
    `sentences` are the n sentences of all proposals, those of proposal i from `starts[i]` on;
    `weights` (n,) are their shares of its score. `found` is what each retriever said, `words` how
    far the words meet.
    """

    sentences: list[Passage]
    weights: Floats
    starts: Ints
    found: dict[str, Scores]
    words: WordScores
    parts: dict[str, Floats]
    share: dict[str, Floats]
    hybrid: Floats

    def span(self, row: int) -> tuple[int, int]:
        """The first sentence of proposal number `row`, and the first that is no longer its own."""
        last = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.sentences)
        return int(self.starts[row]), int(last)


class Engine:
    """Ranks proposals against one guide with one encoder."""

    def __init__(
        self,
        guide: Guide,
        encoder: Encoder,
        found: Sequence[Passage],
        index: faiss.Index,
        words: StaticEncoder,
        calibration: Calibration | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        """Join a guide with the passages and vectors made of it; `Engine.open` does that from files.

        `words` gives the vectors of single words, whatever encodes the sentences.
        """
        self.guide = guide
        self.encoder = encoder
        self.topics = {topic.id: topic for topic in guide.topics}
        self.calibration = calibration
        self.notes = tuple(notes)
        # Sentences stand first, topic by topic; the whole texts after them.
        self._passages = list(found)
        self._sentences = len(found) - len(guide.topics)
        place = {topic.id: i for i, topic in enumerate(guide.topics)}
        owners = [place[p.doc_id] for p in found[: self._sentences]]
        self._starts = np.searchsorted(owners, np.arange(len(place)))
        self._ends = np.append(self._starts[1:], self._sentences)
        sentences = [fold(p.text) for p in found]
        texts = [sentences[a:b] for a, b in zip(self._starts, self._ends, strict=True)]
        self._retrievers: tuple[Retriever, ...] = (
            DenseRetriever(encoder, index, len(guide.topics)),
            LexicalRetriever(texts),
        )
        self._words = WordInteraction(words, texts)
        named = [topic.office.name if topic.office else topic.id for topic in guide.topics]
        self._offices = np.unique(named, return_inverse=True)[1]

    @classmethod
    def open(
        cls,
        guide: Path | None = None,
        encoder: str | None = None,
        cache: Path | None = None,
        calibration: Path | None = None,
    ) -> Engine:
        """An engine for a guide document; its index is built once and cached by content.

        None means the shipped guide, the shipped encoder, the user's cache folder, and the user's own
        calibration for the encoder or else the shipped one. Raises DocumentError, GuideError,
        EncoderError or CalibrationError.
        """
        read = read_guide(guide or shipped.default_guide())
        own = StaticEncoder(shipped.default_encoder())
        loaded = own if encoder is None else load_encoder(encoder)
        found, index, note = folder.open_or_build(read, loaded, cache or folder.cache_folder())
        numbers, told = fitting(loaded, calibration)
        return cls(read, loaded, found, index, own, numbers, [n for n in (note, told) if n])

    def match(self, proposal: Proposal, k: int = 5) -> Match:
        """The answer for one proposal, with its k best topics."""
        return next(self.match_many([proposal], k))

    def match_many(
        self, proposals: Iterable[Proposal], k: int = 5, explained: int | None = None
    ) -> Iterator[Match]:
        """The answers in order; each is the same as `match` gives for the proposal alone.

        Only the first `explained` of the k hits carry their evidence (None: all): finding it takes
        longer than the hit itself, and who wants every topic's probability reads the pairs of a few.
        """
        rest = iter(proposals)
        while chunk := list(islice(rest, _CHUNK)):
            yield from self._match_chunk(chunk, k, k if explained is None else explained)

    @staticmethod
    def usable(proposal: Proposal) -> bool:
        """Whether there is a letter or digit to match by."""
        return any(c.isalnum() for c in proposal.text)

    def score(self, proposals: Sequence[Proposal]) -> Scored:
        """The scores of one or more proposals, which must all be usable."""
        split = [passages(p.id, p.text) for p in proposals]
        sentences = [s for found in split for s in found]
        starts = np.cumsum([0] + [len(found) for found in split[:-1]])
        weights = np.concatenate(
            [
                rank.passage_weights([len(s.text) for s in found], [s.end <= len(p.title) for s in found])
                for p, found in zip(proposals, split, strict=True)
            ]
        )
        texts = [[fold(s.text) for s in found] for found in split]
        found = {retriever.name: retriever.scores(texts) for retriever in self._retrievers}
        parts = {
            name: rank.WHOLE * each.wholes
            + (1 - rank.WHOLE) * rank.add_up(rank.best_pairs(each.pairs, self._starts), weights, starts)
            for name, each in found.items()
        }
        words = self._words.scores(texts)
        known = {name: each.known for name, each in found.items()}
        parts["words"] = words.topics
        known["words"] = (np.add.reduceat(words.shared_weights, starts) > 0).astype(np.float64)
        share = rank.shares(known, WEIGHTS)
        return Scored(sentences, weights, starts, found, words, parts, share, rank.fuse(parts, share))

    def probabilities(self, scored: Scored, proposals: Sequence[Proposal]) -> tuple[Floats, Floats] | None:
        """P(topic), (m, T), and P(none), (m,), of scored proposals; None without a calibration."""
        if self.calibration is None:
            return None
        lengths = [len(p.text) for p in proposals]
        return probabilities(self.calibration, scored.hybrid, lengths)

    def _match_chunk(self, proposals: Sequence[Proposal], k: int, explained: int) -> Iterator[Match]:
        usable = [p for p in proposals if self.usable(p)]
        answers = iter(self._answers(usable, k, explained) if usable else ())
        for proposal in proposals:
            yield next(answers) if self.usable(proposal) else _empty(proposal)

    def _answers(self, proposals: Sequence[Proposal], k: int, explained: int) -> Iterator[Match]:
        scored = self.score(proposals)
        order = rank.order(scored.hybrid)
        found = self.probabilities(scored, proposals)
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
            hits = tuple(
                self._hit(
                    scored,
                    row,
                    int(t),
                    r,
                    self._evidence(scored, proposal, row, int(t)) if n < explained else (),
                )
                for n, (t, r) in enumerate(zip(order[row, :k], best, strict=False))
            )
            yield Match(
                proposal.id, d.verdict, d.topic_id, d.office, d.office_source, d.confidence, hits, d.reason,
                _warnings(proposal), none,
            )  # fmt: skip

    @staticmethod
    def _hit(scored: Scored, row: int, topic: int, ranked: Ranked, evidence: tuple[Evidence, ...]) -> Hit:
        """Topic number `topic` as a hit of proposal number `row`."""
        scores = {name: round(float(part[row, topic]), DECIMALS) for name, part in scored.parts.items()}
        return Hit(ranked.topic.id, ranked.score, ranked.probability, scores, evidence)

    def _evidence(self, scored: Scored, proposal: Proposal, row: int, topic: int) -> tuple[Evidence, ...]:
        """The pairs that made the score of topic number `topic` for proposal number `row`, the strongest first."""
        first, last = scored.span(row)
        a, b = int(self._starts[topic]), int(self._ends[topic])
        mine, theirs = scored.sentences[first:last], self._passages[a:b]
        both = (whole(proposal.id, proposal.text), self._passages[self._sentences + topic])
        found: list[Evidence] = []
        for name, each in scored.found.items():
            share = float(scored.share[name][row])
            block = each.pairs[first:last, a:b]
            best = block.argmax(axis=1)
            scores = block[np.arange(last - first), best].tolist()
            weights = (scored.weights[first:last] * (share * (1 - rank.WHOLE))).tolist()
            found.append(Evidence(*both, float(each.wholes[row, topic]), share * rank.WHOLE, name))
            found += _evidence(mine, [theirs[p] for p in best.tolist()], scores, weights, repeat(name))
        # Words: how far the proposal covers each sentence of the topic, and the topic each of the proposal.
        words, share = scored.words, float(scored.share["words"][row])
        weights = (words.covered_weights[a:b] * (share * TOPIC_SIDE)).tolist()
        found += _evidence(
            repeat(both[0]), theirs, words.covered[row, a:b].tolist(), weights, repeat("words")
        )
        weights = (words.shared_weights[first:last] * (share * (1 - TOPIC_SIDE))).tolist()
        scores = words.shared[first:last, topic].tolist()
        found += _evidence(mine, repeat(both[1]), scores, weights, repeat("words"))
        made = [e for e in found if e.score > 0 and e.weight > 0]
        made.sort(key=_carried, reverse=True)
        return tuple(made)


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


def _number(chances: Floats | None, topic: int) -> float | None:
    return None if chances is None else round(float(chances[topic]), DECIMALS)


def _empty(proposal: Proposal) -> Match:
    d = decide.EMPTY
    return Match(proposal.id, d.verdict, None, None, "none", d.confidence, (), d.reason, _warnings(proposal))


# Halves of surrogate pairs, and the mark that decoders put where they failed.
_UNREADABLE = re.compile("[\ud800-\udfff\ufffd]")


def _warnings(proposal: Proposal) -> tuple[str, ...]:
    """What in the text could not be used."""
    broken = len(_UNREADABLE.findall(proposal.text))
    if not broken:
        return ()
    return (f"有 {broken} 个字符无法辨认，未计入。 / {broken} characters are unreadable and were left out.",)
