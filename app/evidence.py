"""What speaks for a topic: both texts with their pairs, the words that meet, the items covered."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import markup, style
from app.words import either, say
from matcher.report import DISCOUNTS
from matcher.types import Discount, Evidence, Hit, Match, Proposal, Topic

if TYPE_CHECKING:
    from matcher.engine import Engine
    from matcher.matching.explain import Explanation


# Sentence pairs marked in the two texts, and words listed below them: what one can take in at a glance.
_PAIRS, _WORDS = 5, 10
_KEPT = 40  # answers and explanations: the rows that one goes back and forth between


def show(opened: Engine, proposal: Proposal, match: Match, ids: Sequence[str], key: str) -> None:
    """Draw why the topics `ids`, all among the hits of `match`, fit or not; people choose which to compare with."""
    style.section(say("why"), say("why.hint"))
    named = {id_: f"{id_} {opened.topics[id_].title}" for id_ in ids}
    chosen = st.selectbox(say("why.of"), ids, format_func=lambda id_: named[id_], key=key) or ids[0]
    hit = next(hit for hit in match.hits if hit.topic_id == chosen)
    explanation = _kept(
        ("explained", opened.guide.sha256, proposal, chosen), lambda: opened.explain(proposal, chosen)
    )
    parts = [
        both_texts(proposal, opened.topics[chosen], hit, explanation, match.discounts),
        markup.piece("words", explanation.links[:_WORDS]),
    ]
    if explanation.items:
        parts.append(markup.piece("section", say("coverage")))
        parts.append(markup.piece("notice", either(explanation.advice), "calm"))
        parts.append(markup.piece("coverage", explanation.items))
    st.html("".join(parts))


def matched(opened: Engine, proposal: Proposal) -> Match:
    """The answer with every topic, worked out once for the rows that were open last."""
    key = ("matched", opened.guide.sha256, proposal)
    match: Match = _kept(key, lambda: opened.match(proposal, len(opened.topics)))
    return match


def _kept(key: Hashable, make: Callable[[], Any]) -> Any:
    """What `make` gives for `key`, kept in this session for the last few keys: a filter or a decision works nothing out again."""
    kept: dict[Hashable, Any] = st.session_state.setdefault("evidence", {})
    if key not in kept:
        kept[key] = make()
        while len(kept) > _KEPT:
            kept.pop(next(iter(kept)))
    return kept[key]


def strongest(evidence: Sequence[Evidence]) -> list[tuple[int, Evidence]]:
    """(number, pair) of the sentence pairs that carry most of a score; one topic sentence has one number."""
    pairs = [e for e in evidence if e.by == "dense" and e.of_sentences][:_PAIRS]
    numbers = {name: n for n, name in enumerate(dict.fromkeys(e.topic.id for e in pairs), 1)}
    return [(numbers[e.topic.id], e) for e in pairs]


def both_texts(
    proposal: Proposal, topic: Topic, hit: Hit, explanation: Explanation, discounts: Sequence[Discount] = ()
) -> str:
    """Proposal and topic side by side, marked pair by pair, with the words that meet underlined.

    What of the proposal does not count in full is grey and says why.
    """
    pairs = strongest(hit.evidence)
    links = explanation.links
    left = markup.marked(
        proposal.text,
        {(e.query.start, e.query.end, n) for n, e in pairs},
        [span for link in links for span in link.query_spans],
        "word",
        [(d.passage.start, d.passage.end, either(DISCOUNTS[d.reason])) for d in discounts],
    )
    right = markup.marked(
        topic.text,
        {(e.topic.start, e.topic.end, n) for n, e in pairs},
        [span for link in links for span in link.topic_spans],
        "word",
    )
    notices = [
        *([] if pairs else [markup.piece("notice", say("why.nothing"))]),
        *([markup.piece("notice", say("why.grey"), "calm")] if discounts else []),
    ]
    sides = (
        markup.piece("side", say("proposal"), left),
        markup.piece("side", f"{say('topic')} {topic.id}", right),
    )
    return "".join([*notices, markup.piece("sides", *sides)])


def two_topics(one: Topic, other: Topic, hit: Hit) -> str:
    """Two topics side by side; `hit` is what `one`, asked as a proposal, says of `other`."""
    pairs = strongest(hit.evidence)
    left = markup.marked(one.text, {(e.query.start, e.query.end, n) for n, e in pairs}, (), "word")
    right = markup.marked(other.text, {(e.topic.start, e.topic.end, n) for n, e in pairs}, (), "word")
    return markup.piece("sides", *(_side(topic, body) for topic, body in ((one, left), (other, right))))


def _side(topic: Topic, body: str) -> str:
    return markup.piece("side", f"{topic.id} · {markup.office_line(topic)}", body, topic.id)
