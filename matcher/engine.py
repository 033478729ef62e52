"""The engine: the only place where the parts are joined.

guide → passages → index          once, cached by content
proposal → passages → retrievers → topics → verdict
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import faiss
import numpy as np

from matcher import decide, rank, shipped
from matcher.embeddings import Encoder, load_encoder
from matcher.guide import read_guide
from matcher.index import DECIMALS, Retriever, Scores, folder
from matcher.index.dense import DenseRetriever
from matcher.index.lexical import LexicalRetriever
from matcher.rank import Floats, Ints
from matcher.segment import fold, passages, whole
from matcher.types import Evidence, Guide, Hit, Match, Passage, Proposal

# Each retriever's say in a topic's score (data/eval/README.md tells how they were chosen).
WEIGHTS = {"dense": 0.5, "lexical": 0.5}

# Proposals scored together: enough to share the cost of a call, few enough to stay in memory.
_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of m proposals over T topics, and what they were made of.

    `hybrid` and each of `parts` are (m, T), `share` is each retriever's share (m,) in `hybrid`.
    `sentences` are the n sentences of all proposals, those of proposal i from `starts[i]` on;
    `weights` (n,) are their shares of its score. `found` is what each retriever said.
    """

    sentences: list[Passage]
    weights: Floats
    starts: Ints
    found: dict[str, Scores]
    parts: dict[str, Floats]
    share: dict[str, Floats]
    hybrid: Floats


class Engine:
    """Ranks proposals against one guide with one encoder."""

    def __init__(
        self,
        guide: Guide,
        encoder: Encoder,
        found: Sequence[Passage],
        index: faiss.Index,
        notes: Sequence[str] = (),
    ) -> None:
        """Join a guide with the passages and vectors made of it; `Engine.open` does that from files."""
        self.guide = guide
        self.encoder = encoder
        self.topics = {topic.id: topic for topic in guide.topics}
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

    @classmethod
    def open(cls, guide: Path | None = None, encoder: str | None = None, cache: Path | None = None) -> Engine:
        """An engine for a guide document; its index is built once and cached by content.

        None means the shipped guide, the shipped encoder, the user's cache folder. Raises
        DocumentError, GuideError or EncoderError.
        """
        read = read_guide(guide or shipped.default_guide())
        loaded = load_encoder(encoder)
        found, index, note = folder.open_or_build(read, loaded, cache or folder.cache_folder())
        return cls(read, loaded, found, index, [note] if note else [])

    def match(self, proposal: Proposal, k: int = 5) -> Match:
        """The answer for one proposal, with its k best topics."""
        return next(self.match_many([proposal], k))

    def match_many(self, proposals: Iterable[Proposal], k: int = 5) -> Iterator[Match]:
        """The answers in order; each is the same as `match` gives for the proposal alone."""
        rest = iter(proposals)
        while chunk := list(islice(rest, _CHUNK)):
            yield from self._match_chunk(chunk, k)

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
        known = {name: each.known for name, each in found.items()}
        share = rank.shares(known, WEIGHTS)
        return Scored(sentences, weights, starts, found, parts, share, rank.fuse(parts, share))

    def _match_chunk(self, proposals: Sequence[Proposal], k: int) -> Iterator[Match]:
        usable = [p for p in proposals if self.usable(p)]
        scored = self.score(usable) if usable else None
        order = rank.order(scored.hybrid) if scored else None
        row = 0
        for proposal in proposals:
            hits: tuple[Hit, ...] = ()
            if scored is not None and order is not None and row < len(usable) and usable[row] is proposal:
                hits = tuple(self._hit(scored, proposal, row, int(t)) for t in order[row, :k])
                row += 1
            d = decide.decide(hits, self.topics)
            yield Match(
                proposal.id, d.verdict, d.topic_id, d.office, d.office_source, d.confidence, hits, d.reason,
                _warnings(proposal),
            )  # fmt: skip

    def _hit(self, scored: Scored, proposal: Proposal, row: int, topic: int) -> Hit:
        """Topic number `topic` as a hit of proposal number `row`, with the pairs that made its score."""
        found = self.guide.topics[topic]
        evidence = []
        for name in scored.parts:
            if (share := float(scored.share[name][row])) == 0:
                continue
            score = float(scored.found[name].wholes[row, topic])
            pair = (whole(proposal.id, proposal.text), self._passages[self._sentences + topic])
            evidence.append(Evidence(*pair, score, share * rank.WHOLE, name))
            evidence += self._pairs(scored, row, topic, name, share * (1 - rank.WHOLE))
        evidence = [e for e in evidence if e.score > 0]
        evidence.sort(key=lambda e: -e.score * e.weight)
        scores = {name: round(float(part[row, topic]), DECIMALS) for name, part in scored.parts.items()}
        return Hit(found.id, float(scored.hybrid[row, topic]), None, scores, tuple(evidence))

    def _pairs(self, scored: Scored, row: int, topic: int, name: str, share: float) -> Iterator[Evidence]:
        """Each sentence of proposal number `row` with its best partner in the topic."""
        first = int(scored.starts[row])
        last = int(scored.starts[row + 1]) if row + 1 < len(scored.starts) else len(scored.sentences)
        a, b = int(self._starts[topic]), int(self._ends[topic])
        block = scored.found[name].pairs[first:last, a:b]
        for i, best in enumerate(block.argmax(axis=1)):
            pair = (scored.sentences[first + i], self._passages[a + int(best)])
            yield Evidence(*pair, float(block[i, best]), share * float(scored.weights[first + i]), name)


def _warnings(proposal: Proposal) -> tuple[str, ...]:
    """What in the text could not be used."""
    broken = sum(0xD800 <= ord(c) < 0xE000 or c == "\ufffd" for c in proposal.text)
    if not broken:
        return ()
    return (f"有 {broken} 个字符无法辨认，未计入。 / {broken} characters are unreadable and were left out.",)
