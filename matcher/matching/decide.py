"""From ranked topics to a verdict: one topic, several close ones, none, or no text.

What is decided is a Match that says no more than that: the verdict, the topic and office it names, how sure, and why. Its
confidence is P(topic) for topic and close, P(none) for none, 0 for empty; without a calibration it is the best score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from matcher import settings
from matcher.arrays import Floats, Ints
from matcher.matching.calibration import Calibration, only_named
from matcher.message import COMMA, Catalogue, Message, joined, percent
from matcher.types import Match, OfficeSource, Topic, Verdict

say = Catalogue(__file__)

NONE_BELOW = settings.score("matching.decide.none_below")
CLOSE_WITHIN = settings.score("matching.decide.close_within")
_CLOSE_SHOWN = settings.count("matching.decide.close_shown")
_LIKELY = settings.share("matching.decide.likely")
_FAR_AHEAD = settings.factor("matching.decide.far_ahead")
DOUBTED = settings.share("matching.decide.doubted")
# How many of the best topics a decision looks at.
_LOOKED_AT = _CLOSE_SHOWN + 1


class Ranked(NamedTuple):
    """One of the best topics, with its score and, if calibrated, its probability (else None)."""

    topic: Topic
    score: float
    probability: float | None


def empty() -> Match:
    """The verdict on a proposal without usable text."""
    return _match("empty", None, None, 0.0, say("empty"))


def best(
    topics: Sequence[Topic], order: Ints, scores: Floats, probabilities: Sequence[float] | None
) -> list[Ranked]:
    """The topics that a decision looks at, of T in their `order` (T,), with their `scores` (T,) and probabilities, if calibrated."""
    return [
        Ranked(topics[t], float(scores[t]), probabilities[t] if probabilities else None)
        for t in order[:_LOOKED_AT].tolist()
    ]


def decide(
    best: Sequence[Ranked],
    calibration: Calibration | None,
    none: float = 0.0,
    office: float = 0.0,
    brevity: float = 0.0,
) -> Match:
    """The verdict over the `best` topics; `none` is P(none), `office` P(the first one's office), `brevity` the corpus's.

    A topic is sure when it holds enough of the probability that the topics share; otherwise those
    are close which hold it together. An office is sure when all its topics together hold enough.
    """
    if calibration is None:
        return _uncalibrated(best)
    first = best[0].topic
    hint = say("hint") if only_named(brevity) else ""
    if none >= calibration.none_from:
        reason = say("none", none=percent(none), topic=_named(first), hint=hint)
        return _match("none", None, None, none, reason)
    enough = calibration.sure_from * (1 - none)
    near = _near(best, enough)
    doubt = say("doubt", none=percent(none)) if none >= DOUBTED else ""
    confidence = best[0].probability or 0.0
    if len(near) == 1:
        sure, second = percent(confidence), _second(best)
        reason = say("topic", topic=_named(first), confidence=sure, second=second, doubt=doubt, hint=hint)
        return _match("topic", first, first, confidence, reason)
    called = first if first.office is not None and office >= enough else None
    clear = called if office >= _LIKELY else None  # not where nothing fits more likely
    return _match("close", first, called, confidence, _closeness(near, clear, doubt, hint))


def _closeness(near: Sequence[Ranked], called: Topic | None, doubt: str, hint: str) -> Message:
    """Why several topics are named: which, how near to each other, and whether the office is clear all the same."""
    confidence = near[0].probability or 0.0
    clear = say("close.office", office=called.office.name) if called and called.office else ""
    topics = joined(
        (say("close.topic", topic=r.topic.id, probability=percent(r.probability or 0.0)) for r in near), COMMA
    )
    unsure = confidence >= _LIKELY or confidence > _FAR_AHEAD * (near[1].probability or 0.0)
    return say("close.unsure" if unsure else "close", topics=topics, clear=clear, doubt=doubt, hint=hint)


def is_ahead(match: Match) -> bool:
    """Whether the first topic is more likely than not and far ahead of the second, whatever speaks against it otherwise."""
    first, second = (*(hit.probability or 0.0 for hit in match.hits[:2]), 0.0, 0.0)[:2]
    return first >= _LIKELY and first > _FAR_AHEAD * second


def _near(best: Sequence[Ranked], enough: float) -> list[Ranked]:
    """The first topics that hold `enough` of the probability together, at most _CLOSE_SHOWN of them."""
    near, held = [best[0]], best[0].probability or 0.0
    # A topic that is more likely wrong than right is never sure, however far behind the others are.
    alone = held >= _LIKELY
    while (held < enough or not (alone or len(near) > 1)) and len(near) < min(_CLOSE_SHOWN, len(best)):
        near.append(best[len(near)])
        held += near[-1].probability or 0.0
    return near


def uncovered(decision: Match, items: int) -> Match:
    """A decision for one topic of whose `items` of research contents the proposal covers none: close instead."""
    sure, named = percent(decision.confidence), decision.topic_id
    one = say("close.uncovered one", topic=named, confidence=sure)
    reason = say("close.uncovered", topic=named, confidence=sure, items=items) if items > 1 else one
    return replace(decision, verdict="close", reason=reason)


def elsewhere(decision: Match) -> Match:
    """A decision for one topic whose title the proposal takes for another object: close instead."""
    sure = percent(decision.confidence)
    reason = say("close.object", topic=decision.topic_id, confidence=sure)
    return replace(decision, verdict="close", reason=reason)


def doubted(decision: Match, without: Topic | None, part: str) -> Match:
    """A decision for one topic that one part of the proposal made: close to `without` instead.

    `without` is the topic that the rest of the text comes nearest to, None if it fits none (then the office of the topic stays, as
    in other answers that are close to one alone); `part` names what was left out,
    as `trial` does, or says that sentences beside it are nearer to that topic.
    """
    if without is None:
        sure = percent(decision.confidence)
        why = say("close.alone", topic=decision.topic_id, confidence=sure, part=say(f"part.{part}"))
        return replace(decision, verdict="close", reason=why)
    nearest = _named(without)
    why = (
        say("close.sentences", nearest=nearest)
        if part == "sentences"
        else say("close.left out", part=say(f"part.{part}"), nearest=nearest)
    )
    reason = say("close.by part", topic=decision.topic_id, without=without.id, why=why)
    same = decision.office is not None and decision.office == without.office
    close = replace(decision, verdict="close", reason=reason)
    return close if same else replace(close, office=None, office_source="none")


def _second(best: Sequence[Ranked]) -> str:
    """The second best with its own probability, or score without one; "" if there is none."""
    if len(best) < 2:
        return ""
    named, chance = best[1].topic.id, best[1].probability
    number = f"{best[1].score:.2f}" if chance is None else percent(chance)
    return say("second", topic=named, number=number)


def _uncalibrated(best: Sequence[Ranked]) -> Match:
    """The verdict by plain thresholds on the score."""
    first, score = best[0].topic, best[0].score
    near = [r for r in best if score - r.score <= CLOSE_WITHIN]
    if score < NONE_BELOW:
        reason = say("none by score", topic=_named(first), score=score)
        return _match("none", None, None, score, reason)
    if len(near) > 1:
        shared = first if len({r.topic.office for r in near}) == 1 else None
        reason = say("close by score", topics=joined((r.topic.id for r in near), COMMA))
        return _match("close", first, shared, score, reason)
    reason = say("topic by score", topic=_named(first), score=score, second=_second(best))
    return _match("topic", first, first, score, reason)


def _named(topic: Topic) -> Message:
    return say("named", topic=topic.id, title=topic.title)


def _match(
    verdict: Verdict, topic: Topic | None, called: Topic | None, confidence: float, reason: Message
) -> Match:
    """What is decided: of `topic`, with the office of the topic that is `called`."""
    named, office = topic.id if topic else None, called.office if called else None
    source: OfficeSource = called.office_source if called else "none"
    return Match("", verdict, named, office, source, confidence, (), reason)
