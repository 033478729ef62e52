"""Topics that were probably read wrongly, by one measure of how odd each is in its own document (oddity.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from matcher import settings, shipped, typed_json
from matcher.guide.oddity import features
from matcher.guide.places import FoldedLine, TopicPlace
from matcher.message import SEMICOLON, Catalogue, Message, joined

say = Catalogue(__file__)

_SHOWN = settings.count("guide.doubt.shown")
_LINE = settings.characters("guide.doubt.line")
_WEIGHTS = settings.file("guide.doubt.weights")
# What may be odd of a topic: what its features are named after.
_REASONS = ("title", "below", "body", "between", "number", "section")


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


def heading() -> Message:
    """How the finding begins."""
    return say("doubt.heading")


def doubts(places: Sequence[TopicPlace]) -> list[Message]:
    """One finding that names the topics that were probably read wrongly, most doubtful first, and the lines to look at."""
    if len(places) < 2:
        return []  # nothing to compare it with
    fitted, rows = model(), features(places)
    odds = [fitted.log_odds(row) for row in rows]
    doubtful = sorted((i for i, z in enumerate(odds) if z >= fitted.threshold), key=lambda i: -odds[i])
    if not doubtful:
        return []
    named = [_naming(places[i], fitted.group(rows[i])) for i in doubtful[:_SHOWN]]
    return [
        say(
            "doubt and more" if len(doubtful) > _SHOWN else "doubt",
            heading=heading(),
            topics=joined(named, SEMICOLON),
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


def _naming(place: TopicPlace, group: str) -> Message:
    """What is said of a topic."""
    line, why = _where(place, group), say(f"doubt.why.{group}")
    return say("doubt.topic", topic=place.topic.id, line=line.number, text=line.written[:_LINE], why=why)
