"""Where a proposal meets topics, as offsets in both texts: small enough to be kept with a row, so that nobody matches it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher import settings
from matcher.matching.explain import ScoredMatch, State
from matcher.types import Span

_PAIRS = settings.count("matching.alignment.pairs")


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
    discounts = tuple(((d.passage.start, d.passage.end), d.reason) for d in answer.match.discounts)
    return Alignments({id_: alignment(answer, id_) for id_ in ids}, discounts)


def alignment(answer: ScoredMatch, topic_id: str) -> Alignment:
    """The alignment of an answer with one topic."""
    evidence, items = answer.speaks_for(topic_id)
    sentences = [e for e in evidence if e.by == "dense" and e.of_sentences][:_PAIRS]
    return Alignment(
        tuple((e.query.span, e.topic.span) for e in sentences),
        tuple((item.passage.span, item.state, item.by and item.by.span) for item in items),
    )
