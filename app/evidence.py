"""What speaks for a topic: both texts with their pairs, the words that meet, the items covered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app import markup, style
from app.words import either, say
from matcher import settings
from matcher.matching.explain import Alignment, Alignments, advice
from matcher.report import discount_name
from matcher.types import Link, Proposal, Span, Topic

if TYPE_CHECKING:
    from matcher.engine import Engine


_WORDS = settings.count("app.evidence.words")


def show(opened: Engine, proposal: Proposal, alignments: Alignments, key: str) -> None:
    """Draw why topics fit a proposal or not; people choose which of `alignments` to compare with."""
    style.section(say("why"), say("why.hint"))
    ids = list(alignments.topics)
    named = {id_: f"{id_} {opened.topics[id_].title}" for id_ in ids}
    chosen = st.selectbox(say("why.of"), ids, format_func=lambda id_: named[id_], key=key) or ids[0]
    topic, alignment, links = opened.topics[chosen], alignments.topics[chosen], opened.links(proposal, chosen)
    items = [
        (state, topic.text[slice(*item)], proposal.text[slice(*by)] if by else "")
        for item, state, by in alignment.items
    ]
    parts = [
        both_texts(proposal, topic, alignment, links, alignments.discounts),
        markup.piece("words", links[:_WORDS]),
    ]
    if items:
        parts.append(markup.piece("section", say("coverage")))
        parts.append(markup.piece("notice", either(advice([item[:2] for item in items])), "calm"))
        parts.append(markup.piece("coverage", items))
    st.html("".join(parts))


def numbered(pairs: Sequence[tuple[Span, Span]]) -> list[tuple[Span, Span, int]]:
    """Sentence pairs with their numbers; one topic sentence has one number."""
    numbers = {topic: n for n, topic in enumerate(dict.fromkeys(topic for _, topic in pairs), 1)}
    return [(query, topic, numbers[topic]) for query, topic in pairs]


def both_texts(
    proposal: Proposal,
    topic: Topic,
    alignment: Alignment,
    links: Sequence[Link],
    discounts: Sequence[tuple[Span, str]],
) -> str:
    """Proposal and topic side by side, marked pair by pair, with the words that meet underlined.

    What of the proposal does not count in full is grey and says why.
    """
    left, right = _marked(
        proposal.text,
        topic.text,
        alignment,
        links,
        [(*span, either(discount_name(reason))) for span, reason in discounts],
    )
    notices = [
        *([] if alignment.pairs else [markup.piece("notice", say("why.nothing"))]),
        *([markup.piece("notice", say("why.grey"), "calm")] if discounts else []),
    ]
    sides = (
        markup.piece("side", say("proposal"), left),
        markup.piece("side", f"{say('topic')} {topic.id}", right),
    )
    return "".join([*notices, markup.piece("sides", *sides)])


def two_topics(one: Topic, other: Topic, alignment: Alignment) -> str:
    """Two topics side by side; `alignment` is that of `one`, asked as a proposal, with `other`."""
    sides = [
        markup.piece("side", f"{topic.id} · {markup.office_line(topic)}", body, topic.id)
        for topic, body in zip((one, other), _marked(one.text, other.text, alignment), strict=True)
    ]
    return markup.piece("sides", *sides)


def _marked(
    query: str,
    topic: str,
    alignment: Alignment,
    links: Sequence[Link] = (),
    grey: Sequence[tuple[int, int, str]] = (),
) -> tuple[str, str]:
    """Both texts with the pairs marked by their numbers, and the words of `links`; the first with what is `grey`."""
    pairs = numbered(alignment.pairs)
    words = [span for link in links for span in link.query_spans]
    left = markup.marked(query, {(*span, n) for span, _, n in pairs}, words, "word", grey)
    words = [span for link in links for span in link.topic_spans]
    return left, markup.marked(topic, {(*span, n) for _, span, n in pairs}, words, "word")
