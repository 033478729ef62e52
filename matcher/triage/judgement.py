"""What the desk says of one proposal: is it filed under the right topic, how sure is that, and why.

One pure function, `judge`, turns the engine's answer and the declared topic into a verdict. The
applicant's own choice is evidence too: it multiplies the odds of the declared topic by
DECLARED_CREDIT: two applicants in three are right, and a wrong one had many topics to choose from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matcher import settings
from matcher.index import DECIMALS
from matcher.matching.decide import is_ahead
from matcher.matching.explain import Alignments
from matcher.message import Catalogue, Message, chance
from matcher.report import topic_ids
from matcher.triage.declared import Declared
from matcher.typed_json import Share, Signed
from matcher.types import Evidence, Match, Topic, Verdict

say = Catalogue(__file__)

FilingVerdict = Literal["agree", "move", "ask", "outside", "undeclared", "unreadable"]
VERDICTS: tuple[FilingVerdict, ...] = ("unreadable", "undeclared", "move", "outside", "ask", "agree")

DECLARED_CREDIT = settings.factor("triage.declared_credit")
AGREE_FROM = settings.share("triage.agree_from")
MOVE_FROM = settings.share("triage.move_from")
OUTSIDE_FROM = settings.share("triage.outside_from")

_SCORE_UNIT = settings.score("triage.unit")
_NONE_SCORE = settings.score("triage.none")
_DECLARED = settings.characters("triage.reasons.declared")  # of what was declared, in a reason


@dataclass(frozen=True, slots=True)
class SentencePair:
    """The strongest pair of sentences behind the suggestion, with its similarity in [0, 1]."""

    proposal: str
    topic: str
    score: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What the desk says of one row, before filing rules.

    `declared` and `suggested` are topic ids or None. The probabilities, in [0, 1], are the engine's
    own from the text alone (None where they do not apply); `confidence` is how sure the verdict is
    with the applicant's choice counted in. `margin` is the suggested topic's probability less the
    declared one's, or less the runner-up's where they are the same. `gain` in [0, 1] is the
    probability that the row is not filed where it belongs: what a second look would gain. `alignments` are those with the
    topics that one compares, where the desk was asked for them.
    """

    verdict: FilingVerdict
    declared: str | None
    suggested: str | None
    declared_probability: Share | None
    suggested_probability: Share | None
    none_probability: Share | None
    confidence: Share
    margin: Signed
    gain: Share
    reason: Message
    pair: SentencePair | None = None
    warnings: tuple[Message, ...] = ()
    alignments: Alignments | None = None


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What a verdict rests on: the filed topic, and the probability of every topic and of none.

    `text` and `none` are the engine's own; in `belief` and `none_belief` the applicant's choice is counted in.
    """

    filed: str | None
    text: Mapping[str, float]
    none: float
    belief: Mapping[str, float]
    none_belief: float

    @property
    def best(self) -> str:
        """The likeliest topic by belief."""
        return max(self.belief, key=lambda t: self.belief[t])


def unreadable(reason: Message, declared: str | None = None) -> Judged:
    """The verdict on a row without usable text; it needs a person, so its gain is 1."""
    return Judged("unreadable", declared, None, None, None, None, 1.0, 0.0, 1.0, reason)


def chances(match: Match, topics: Iterable[str]) -> tuple[dict[str, float], float]:
    """(probability of each of the guide's topics, probability of none), adding up to 1.

    The hits stand first: where probabilities are the same, all zero perhaps, they are still ranked. Before
    calibration the scores stand in, as odds.
    """
    by_topic = dict.fromkeys((hit.topic_id for hit in match.hits), 0.0)
    by_topic |= zip(topics, match.distribution, strict=True)
    if match.none_probability is not None:
        return by_topic, match.none_probability
    best = max(_NONE_SCORE, *match.distribution)
    odds = {id_: math.exp((score - best) / _SCORE_UNIT) for id_, score in by_topic.items()}
    none = math.exp((_NONE_SCORE - best) / _SCORE_UNIT)
    total = math.fsum(odds.values()) + none
    return {id_: value / total for id_, value in odds.items()}, none / total


def judge(
    match: Match,
    declared: Declared,
    topics: Mapping[str, Topic],
    evidence: Callable[[str], Sequence[Evidence]] = lambda _: (),
) -> Judged:
    """The verdict on one proposal, from its answer over the guide's `topics`; `evidence` gives that of a hit without its own."""
    if match.verdict == "empty":
        return unreadable(match.reason, declared.topic_id)
    text, none = chances(match, topics)
    filed = declared.topic_id or max(declared.candidates, key=lambda t: text[t], default=None)
    belief = {t: p * (DECLARED_CREDIT if t == filed else 1.0) for t, p in text.items()}
    total = math.fsum(belief.values()) + none
    belief = {t: p / total for t, p in belief.items()}
    grounds = _Grounds(filed, text, none, belief, none / total)
    verdict, suggested = _verdict(grounds, declared, alone=match.verdict)
    runner_up = max((p for t, p in text.items() if t != suggested), default=0.0)
    p_filed = text[filed] if filed else None
    p_suggested = text[suggested] if suggested else None
    other = runner_up if suggested == filed or p_filed is None else p_filed
    confidence = grounds.none_belief if verdict == "outside" else belief[grounds.best]
    return Judged(
        verdict,
        filed,
        suggested,
        _rounded(p_filed),
        _rounded(p_suggested),
        _rounded(none),
        round(confidence, DECIMALS),
        round((none if suggested is None else p_suggested or 0.0) - other, DECIMALS),
        round(1.0 if filed is None else 1.0 - belief[filed], DECIMALS),
        _reason(verdict, grounds, declared, topics),
        _pair(match, suggested or grounds.best, evidence),
        match.warnings or _doubt(match, verdict, filed),
    )


def _doubt(match: Match, verdict: FilingVerdict, filed: str | None) -> tuple[Message, ...]:
    """What speaks against the topic filed under though no other comes near it, such as that nothing of its contents is written of."""
    doubted = verdict == "agree" and match.verdict == "close" and match.topic_id == filed
    return (match.reason,) if doubted and is_ahead(match) else ()


def _verdict(grounds: _Grounds, declared: Declared, *, alone: Verdict) -> tuple[FilingVerdict, str | None]:
    """(verdict, suggested topic); `alone` is what the text is answered by itself: where that is "none" the applicant's choice asks, at most."""
    filed, best, belief = grounds.filed, grounds.best, grounds.belief
    if filed is not None and belief[filed] >= AGREE_FROM:
        return ("ask" if alone == "none" else "agree"), filed
    if grounds.none_belief >= max(OUTSIDE_FROM, belief[best]):
        return "outside", None
    if not declared.text:
        return "undeclared", best
    sure = best != filed and belief[best] >= MOVE_FROM
    return ("move" if sure and declared.topic_id else "ask"), best


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)


def _pair(match: Match, topic: str, evidence: Callable[[str], Sequence[Evidence]]) -> SentencePair | None:
    """The sentence pair that carries most of a topic's score, if it is among the hits."""
    pairs = (e for hit in match.hits if hit.topic_id == topic for e in hit.evidence or evidence(topic))
    e = next((e for e in pairs if e.of_sentences), None)
    return e and SentencePair(e.query.text, e.topic.text, round(e.score, DECIMALS))


def _reason(verdict: str, grounds: _Grounds, declared: Declared, topics: Mapping[str, Topic]) -> Message:
    """The sentences for a verdict; what had to be supposed about the declared topic stands at their end."""
    named = {id_: topic_ids(topic) for id_, topic in topics.items()}
    reason = _agreed(grounds, named) if verdict == "agree" else _doubted(verdict, grounds, topics, named)
    if not declared.note:
        return say("reason", reason=reason)
    return say("reason.supposed", reason=reason, declared=declared.text[:_DECLARED], note=declared.note)


def _agreed(grounds: _Grounds, named: Mapping[str, Message]) -> Message:
    filed = grounds.filed or grounds.best
    alone, together = chance(grounds.text[filed]), chance(grounds.belief[filed])
    if grounds.text[filed] >= max(grounds.none, *grounds.text.values()):
        return say("reason.agree", topic=named[filed], chance=alone)
    return say("reason.agree by choice", topic=named[filed], alone=alone, together=together)


def _doubted(
    verdict: str, grounds: _Grounds, topics: Mapping[str, Topic], named: Mapping[str, Message]
) -> Message:
    text, filed, best = grounds.text, grounds.filed, grounds.best
    nearest = max(text, key=lambda t: text[t])
    likeliest, closest = (say("reason.topic", topic=named[t], title=topics[t].title) for t in (best, nearest))
    likely = chance(text[best])
    if verdict == "undeclared":
        return say("reason.undeclared", topic=likeliest, chance=likely)
    if verdict == "move":
        declared_id = filed or best  # only what was declared is moved
        filed_chance = chance(text[declared_id])
        return say(
            "reason.move", filed=named[declared_id], filed_chance=filed_chance, topic=likeliest, chance=likely
        )
    none, declared = chance(grounds.none), say("reason.no declared")
    if filed:
        declared = say("reason.declared", topic=named[filed], chance=chance(text[filed]))
    if verdict == "outside" and filed == nearest:
        return say("reason.outside near", none=none, topic=closest, chance=chance(text[nearest]))
    if verdict == "outside":
        return say("reason.outside", none=none, declared=declared, topic=closest)
    if filed == best == nearest:
        return say("reason.ask by choice", topic=likeliest, chance=likely, none=none)
    return say("reason.ask", declared=declared, topic=closest, chance=chance(text[nearest]), none=none)
