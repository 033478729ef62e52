"""Topics that were probably read wrongly, by one measure of how odd each is in its own document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from matcher import settings, shipped, typed_json
from matcher.guide.oddity import features
from matcher.guide.places import FoldedLine, TopicPlace, places_of
from matcher.message import Message
from matcher.types import AuditLine, Topic

_SHOWN = settings.count("guide.doubt.shown")
_LINE = settings.characters("guide.doubt.line")
_WEIGHTS = settings.file("guide.doubt.weights")
# Where to look, by what the features of a topic are named after, and what may be wrong there.
_REASONS: Mapping[str, tuple[str, str]] = {
    "title": (
        "标题与其他课题的不同，可能不完整或连着别的内容",
        "its title may be torn or hold something else",
    ),
    "below": (
        "标题的下一行可能是它的后半、类别或另一个课题",
        "the line below may end its title, or be a heading or a topic",
    ),
    "body": ("内容与其他课题的不同，其中可能有类别或课题", "its contents may hold a heading or a topic"),
    "between": ("有一行没有读作课题", "a line was not read as a topic"),
    "number": ("编号接不上", "its number does not follow"),
    "section": ("它的类别可能不是类别，或者没有读出", "its heading may be none, or is missing"),
}
# How the finding begins.
DOUBT = "可能没有读对"


@dataclass(frozen=True)
class Model:
    """A logistic regression: the weight of each feature, and the log-odds from which a topic is named."""

    intercept: float
    threshold: float
    weights: Mapping[str, float]

    def log_odds(self, row: Mapping[str, float]) -> float:
        """The log-odds that a topic was read wrongly."""
        return self.intercept + sum(weight * row[name] for name, weight in self.weights.items())

    def group(self, row: Mapping[str, float]) -> str:
        """What the features that tell most against a topic are named after."""
        parts: defaultdict[str, float] = defaultdict(float)
        for name, weight in self.weights.items():
            parts[name.partition(".")[0]] += weight * row[name]
        return max(_REASONS, key=lambda name: parts[name])


@cache
def model() -> Model:
    """The numbers that training/guide_doubts.py wrote."""
    return typed_json.loads(shipped.data_file(_WEIGHTS).read_bytes(), Model)


def doubts(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[Message]:
    """One finding that names the topics that were probably read wrongly, most doubtful first, and the lines to look at."""
    if len(topics) == 1:
        return []  # nothing to compare it with
    fitted, places = model(), places_of(topics, audit)
    rows = features(places, audit)
    odds = [fitted.log_odds(row) for row in rows]
    doubtful = sorted((i for i, z in enumerate(odds) if z >= fitted.threshold), key=lambda i: -odds[i])
    if not doubtful:
        return []
    named = [_naming(places[i], fitted.group(rows[i])) for i in doubtful[:_SHOWN]]
    more = "等" if len(doubtful) > _SHOWN else ""
    return [
        Message(
            f"{DOUBT}，请核对，或导出表格修订：{'；'.join(chinese for chinese, _ in named)}{more}。",
            f"These may not be read rightly; check them, or mend the exported table: {'; '.join(english for _, english in named)}.",
        )
    ]


def _where(place: TopicPlace, group: str) -> FoldedLine:
    """The line of the document to look at."""
    free = next((x for x in (*place.above, *place.between) if x.unread), None)
    line = {
        "below": place.below,
        "body": place.body[-1] if place.body else None,
        "between": free,
        "section": place.heading,
    }
    return line.get(group) or place.head


def _naming(place: TopicPlace, group: str) -> tuple[str, str]:
    """What is said of a topic, in Chinese and English."""
    line, at, (chinese, english) = _where(place, group), place.topic.id, _REASONS[group]
    return (
        f"{at}（第 {line.number} 行“{line.written[:_LINE]}”：{chinese}）",
        f"{at} (line {line.number}: {english})",
    )
