"""From ranked scores to a verdict: one topic, several close ones, none, or no text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.types import Hit, Office, OfficeSource, Topic, Verdict

# Uncalibrated: read off the dev part of data/eval. Below the first nothing fits; topics within
# the second of the best are near it.
NONE_BELOW = 0.22
CLOSE_WITHIN = 0.02


@dataclass(frozen=True, slots=True)
class Decision:
    """What an officer is told: the verdict, the topic and office it names, and why."""

    verdict: Verdict
    topic_id: str | None
    office: Office | None
    office_source: OfficeSource
    confidence: float
    reason: str


def decide(hits: Sequence[Hit], topics: Mapping[str, Topic]) -> Decision:
    """The verdict over hits that are ranked best first.

    No hits means that there was no usable text. `confidence` is the best hit's score.
    """
    if not hits:
        return Decision("empty", None, None, "none", 0.0, "没有可用的文字。 / There is no usable text.")
    best = hits[0]
    near = [h for h in hits if h.score > 0 and best.score - h.score <= CLOSE_WITHIN]
    if best.score < NONE_BELOW:
        reason = (
            f"没有合适的课题；相对最近的是 {_named(topics[best.topic_id])}，相似度仅 {best.score:.2f}。"
            f" / No topic fits; the nearest is {best.topic_id} at {best.score:.2f}."
        )
        return Decision("none", None, None, "none", best.score, reason)
    if len(near) > 1:
        offices = {topics[h.topic_id].office for h in near}
        shared = topics[best.topic_id] if len(offices) == 1 else None
        ids = "、".join(h.topic_id for h in near)
        reason = (
            f"与 {ids} 相差很小（{best.score:.2f} 与 {near[1].score:.2f}），请核对。"
            f" / Close between {', '.join(h.topic_id for h in near)}; please check."
        )
        return Decision("close", best.topic_id, *_office(shared), best.score, reason)
    margin = best.score - hits[1].score if len(hits) > 1 else best.score
    second = f"，领先第二位 {hits[1].topic_id} {margin:.2f}" if len(hits) > 1 else ""
    reason = (
        f"与 {_named(topics[best.topic_id])} 最接近（{best.score:.2f}{second}）。"
        f" / Closest to {best.topic_id} ({best.score:.2f}, ahead by {margin:.2f})."
    )
    return Decision("topic", best.topic_id, *_office(topics[best.topic_id]), best.score, reason)


def _named(topic: Topic) -> str:
    return f"{topic.id}《{topic.title}》"


def _office(topic: Topic | None) -> tuple[Office | None, OfficeSource]:
    return (topic.office, topic.office_source) if topic else (None, "none")
