"""From ranked topics to a verdict: one topic, several close ones, none, or no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from matcher import settings
from matcher.matching.calibration import Calibration
from matcher.message import Message, percent
from matcher.types import Office, OfficeSource, Topic, Verdict

NONE_BELOW = settings.score("matching.decide.none_below")
CLOSE_WITHIN = settings.score("matching.decide.close_within")
_CLOSE_SHOWN = settings.count("matching.decide.close_shown")
_LIKELY = settings.share("matching.decide.likely")
_FAR_AHEAD = settings.factor("matching.decide.far_ahead")
# How many of the best topics a decision looks at.
LOOKED_AT = _CLOSE_SHOWN + 1


class Ranked(NamedTuple):
    """One of the best topics, with its score and, if calibrated, its probability (else None)."""

    topic: Topic
    score: float
    probability: float | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer is told: the verdict, the topic and office it names, how sure, and why.

    `confidence` is P(topic) for topic and close, P(none) for none, 0 for empty; without a
    calibration it is the best score.
    """

    verdict: Verdict
    topic_id: str | None
    office: Office | None
    office_source: OfficeSource
    confidence: float
    reason: Message


EMPTY = Decision("empty", None, None, "none", 0.0, Message("没有可用的文字。", "There is no usable text."))


def decide(
    best: Sequence[Ranked], calibration: Calibration | None, none: float = 0.0, office: float = 0.0
) -> Decision:
    """The verdict over the LOOKED_AT best topics; `none` is P(none), `office` P(the first one's office).

    A topic is sure when it holds enough of the probability that the topics share; otherwise those
    are close which hold it together. An office is sure when all its topics together hold enough.
    """
    if calibration is None:
        return _uncalibrated(best)
    first = best[0].topic
    if none >= calibration.none_from:
        reason = Message(
            f"没有合适的课题（把握 {percent(none)}）；相对最近的是 {_named(first)}。",
            f"No topic fits ({percent(none)} sure); the nearest is {first.id}.",
        )
        return Decision("none", None, None, "none", none, reason)
    enough = calibration.sure_from * (1 - none)
    near = _near(best, enough)
    doubt, doubt_english = "", ""
    if none >= calibration.none_from / 2:
        doubt = f"；也可能不在指南范围内（{percent(none)}）"
        doubt_english = f"; it may be outside the guide ({percent(none)})"
    confidence = best[0].probability or 0.0
    if len(near) == 1:
        second, second_english = _second(best)
        reason = Message(
            f"与 {_named(first)} 最接近（{percent(confidence)}）{second}{doubt}。",
            f"Closest to {first.id} ({percent(confidence)}){second_english}{doubt_english}.",
        )
        return Decision("topic", first.id, *_office(first), confidence, reason)
    called = first if first.office is not None and office >= enough else None
    return Decision(
        "close", first.id, *_office(called), confidence, _closeness(near, called, (doubt, doubt_english))
    )


def _closeness(near: Sequence[Ranked], called: Topic | None, doubt: tuple[str, str]) -> Message:
    """Why several topics are named: which, how near to each other, and whether the office is clear all the same."""
    confidence = near[0].probability or 0.0
    clear = f"；处室较明确：{called.office.name}" if called and called.office else ""
    clear_english = "; the office is clear" if called else ""
    listed = "、".join(f"{r.topic.id}（{percent(r.probability or 0.0)}）" for r in near)
    ids = ", ".join(r.topic.id for r in near)
    gist, gist_english = f"与 {listed} 相差很小", f"Close between {ids}"
    if confidence >= _LIKELY or confidence > _FAR_AHEAD * (near[1].probability or 0.0):
        gist, gist_english = f"最接近的依次是 {listed}，但不足以确定", f"Nearest are {ids}, none of them sure"
    return Message(
        f"{gist}，请核对{clear}{doubt[0]}。", f"{gist_english}; please check{clear_english}{doubt[1]}."
    )


def _near(best: Sequence[Ranked], enough: float) -> list[Ranked]:
    """The first topics that hold `enough` of the probability together, at most _CLOSE_SHOWN of them."""
    near, held = [best[0]], best[0].probability or 0.0
    # A topic that is more likely wrong than right is never sure, however far behind the others are.
    alone = held >= _LIKELY
    while (held < enough or not (alone or len(near) > 1)) and len(near) < min(_CLOSE_SHOWN, len(best)):
        near.append(best[len(near)])
        held += near[-1].probability or 0.0
    return near


# What an answer may hang on, as people are told.
_PARTS = {
    "suspect": ("疑似添加的文字", "text that looks added"),
    "background": ("研究背景", "the background"),
    "title": ("题目", "the title"),
    "chinese": ("中文部分", "its Chinese part"),
    "english": ("英文部分", "its English part"),
    "nearest": ("与前者最接近的句子", "the sentences nearest to the former"),
    "denied": (
        "与文中写明不研究的内容最接近的前者",
        "the former, nearest to what it says it does not study,",
    ),
}


def uncovered(decision: Decision, items: int) -> Decision:
    """A decision for one topic of whose `items` of research contents the proposal covers none: close instead."""
    reason = Message(
        f"与 {decision.topic_id} 最接近（{percent(decision.confidence)}），但其 {items} 项研究内容均未写清，请核对。",
        f"Closest to {decision.topic_id} ({percent(decision.confidence)}), but the text covers none of its {items} items of"
        " research contents; please check.",
    )
    return replace(decision, verdict="close", reason=reason)


def doubted(decision: Decision, without: Topic, part: str) -> Decision:
    """A decision for one topic that one part of the proposal made: close to `without` instead.

    `without` is the topic that the rest of the text comes nearest to; `part` names what was left out, as `trial` does.
    """
    chinese, english = _PARTS[part]
    reason = Message(
        f"与 {decision.topic_id}、{without.id} 都可能，请核对：去掉{chinese}后最接近的是 {_named(without)}。",
        f"Between {decision.topic_id} and {without.id}; please check: without {english}"
        f" the nearest is {without.id}.",
    )
    same = decision.office is not None and decision.office == without.office
    office = (decision.office, decision.office_source) if same else _office(None)
    return Decision("close", decision.topic_id, *office, decision.confidence, reason)


def _second(best: Sequence[Ranked]) -> tuple[str, str]:
    """The second best with its own probability, or score without one, in both languages."""
    if len(best) < 2:
        return "", ""
    named, chance = best[1].topic.id, best[1].probability
    number = f"{best[1].score:.2f}" if chance is None else percent(chance)
    return f"，其次 {named}，{number}", f", then {named}, {number}"


def _uncalibrated(best: Sequence[Ranked]) -> Decision:
    """The verdict by plain thresholds on the score."""
    first, score = best[0].topic, best[0].score
    near = [r for r in best if score - r.score <= CLOSE_WITHIN]
    if score < NONE_BELOW:
        reason = Message(
            f"没有合适的课题；相对最近的是 {_named(first)}，相似度仅 {score:.2f}。",
            f"No topic fits; the nearest is {first.id} at {score:.2f}.",
        )
        return Decision("none", None, None, "none", score, reason)
    if len(near) > 1:
        shared = first if len({r.topic.office for r in near}) == 1 else None
        reason = Message(
            f"与 {'、'.join(r.topic.id for r in near)} 相差很小，请核对。",
            f"Close between {', '.join(r.topic.id for r in near)}; please check.",
        )
        return Decision("close", first.id, *_office(shared), score, reason)
    second, second_english = _second(best)
    reason = Message(
        f"与 {_named(first)} 最接近（相似度 {score:.2f}）{second}。",
        f"Closest to {first.id} (similarity {score:.2f}){second_english}.",
    )
    return Decision("topic", first.id, *_office(first), score, reason)


def _named(topic: Topic) -> str:
    return f"{topic.id}《{topic.title}》"


def _office(topic: Topic | None) -> tuple[Office | None, OfficeSource]:
    return (topic.office, topic.office_source) if topic else (None, "none")
