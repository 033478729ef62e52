"""Topics that were probably read wrongly, by one measure of how odd each is in its own document.

Features are from 0 (as the other topics are) up. A trait of a topic (how its title ends, how the line below begins) is as odd as
few of the document's topics share it; a sign (a word that runs over a line's end, two marks on a line) is odd in itself.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from matcher import settings, shipped, typed_json
from matcher.guide.counting import ends_in_word, parts_word
from matcher.guide.marks import marks_of, number_of
from matcher.guide.places import (
    LAST_BRACKET,
    FoldedLine,
    TopicPlace,
    is_rule,
    longest_name,
    may_name,
    names_other,
    places_of,
)
from matcher.guide.prior import cue, label_of
from matcher.guide.vocabulary import NOTICE_HEADING, RULE_WORDS, TOPIC_END
from matcher.message import SEMICOLON, Catalogue, Message, joined
from matcher.types import AuditLine, Topic

say = Catalogue(__file__)

_SHOWN = settings.count("guide.doubt.shown")
_LINE = settings.characters("guide.doubt.line")
_WEIGHTS = settings.file("guide.doubt.weights")
# What may be odd of a topic: what its features are named after.
_REASONS = ("title", "below", "body", "between", "number", "section")
_SIZE = settings.lines("guide.doubt.size")
_JOINS = re.compile(
    r"[,、:的与及和或在对]$|(?i:\b(?:of|the|an?|and|or|for|in|on|to|with|by|from|their|its|at|into))$|-$"
)
_GOES_ON = re.compile(r"[,、的与及和)]|[a-z]")
_GAP = re.compile(r"(?<=[\u3400-\u9fff”》)])\s+(?=\S)|\s{2,}|;\s*(?=\S)|\t")
_PARTS = re.compile(r"(?<=.{4})[\s;,。]+(?=.{5})")
_CAPITAL = re.compile(r"[a-z)] [A-Z][a-z]")
_HALVES = ("()", "[]", "（）", "《》", "【】", "“”")


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


def doubts(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> list[Message]:
    """One finding that names the topics that were probably read wrongly, most doubtful first, and the lines to look at."""
    if len(topics) == 1:
        return []  # nothing to compare it with
    fitted, places = model(), places_of(topics, audit)
    rows = features(places)
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


def features(places: Sequence[TopicPlace]) -> list[dict[str, float]]:
    """The features of each of two topics or more, by names that say where they look: title, below, body, between, section, number."""
    document = _Usual(places)
    return [document.features(at) for at in range(len(places))]


def _traits(place: TopicPlace) -> dict[str, Hashable]:
    below, last = place.below, place.body[-1] if place.body else None
    return {
        "title.last": _kind(place.title[-1:]),
        "title.gap": bool(_GAP.search(place.title)),
        "title.capital": bool(_CAPITAL.search(place.title)),
        "section.gap": bool(_GAP.search(place.topic.section)),
        "below.shape": below.shape if below else (),
        "below.stops": below.stops if below else None,
        "body.last": last.shape if last else (),
        "body.slots": (bool(place.topic.content), *(name for name, _ in place.topic.slots)),
        "body.size": min(len(place.body), _SIZE),
        "body.office": place.topic.office is not None,
    }


def _kind(character: str) -> str:
    """The kind of a character; a mark that is no stop is its own."""
    if "\u3400" <= character <= "\u9fff":
        return "han"
    if character.isalnum():
        return "digit" if character.isdigit() else "capital" if character.isupper() else "small"
    return "stop" if character and character in "。;!?:.…" else character


def is_half(text: str) -> bool:
    """Whether a text has half a pair of brackets or quotation marks."""
    return any(text.count(pair[0]) != text.count(pair[1]) for pair in _HALVES)


class _Usual:
    """What most topics of a document have, and how one stands to it."""

    def __init__(self, places: Sequence[TopicPlace]) -> None:
        self.places = places
        self.traits = [_traits(place) for place in places]
        self.counts = {name: Counter(t[name] for t in self.traits) for name in self.traits[0]}
        self.longest, self.shortest = longest_name(p.title for p in places), min(len(p.title) for p in places)
        self.marks = set.intersection(*({*p.head.marks} for p in places))
        self.kinds = {k for p in places for k in p.head.marks} | {"number", "paren", "half-paren", "no"}
        self.bracketed = all(p.head.text[-1] == ")" for p in places)
        self.titles = Counter(p.title for p in places)
        openings = Counter(opening for p in places for opening in {x.opening for x in p.body})
        self.openings = {text for text, count in openings.items() if count > 1 and count * 2 >= len(places)}
        self.sections = Counter(p.topic.id.split("-")[0] for p in places)
        self.headings = [p.heading for p in places if p.heading]
        self.length = median(math.log(len(p.title)) for p in places)
        self.content = median(math.log1p(len(p.topic.content)) for p in places)
        self.body = sorted(math.log1p(len(p.body)) for p in places)[-2]
        below = [math.log(len(p.below.text)) for p in places if p.below and p.below.role != "title"]
        self.below = median(below) if below else 0.0
        bare = not any(p.topic.content for p in places)
        self.shared = {"list.size": math.log(len(places)), "list.bare": float(bare)}

    def features(self, at: int) -> dict[str, float]:
        """The features of one topic."""
        place, before = self.places[at], self.places[at - 1] if at else None
        odd = {
            name: -math.log((self.counts[name][trait] - 0.5) / len(self.places))
            for name, trait in self.traits[at].items()
        }
        parts = (self._title(place), self._end(place), self._below(place), self._body(place))
        for part in (*parts, self._between(place), self._heading(place), self._number(before, place)):
            odd |= part
        return odd | self.shared

    def _title(self, place: TopicPlace) -> dict[str, float]:
        title = place.title
        parts = [title[m.end() :] for m in _PARTS.finditer(title)]
        return {
            "title.unlike": abs(math.log(len(title)) - self.length),
            "title.open": float(bool(_JOINS.search(title))),
            "title.half": float(is_half(title)),
            "title.two": float(any(marks_of(part).keys() & self.kinds for part in parts)),
            "title.stop": float(bool(re.search("[。;].", title))),
            "title.label": float(bool(label_of(title))),
            "title.inside": float(any(text in title.lower() for text in self.openings)),
            "title.rule": float(is_rule(title)),
            "title.twin": float(self.titles[title] > 1),
        }

    def _end(self, place: TopicPlace) -> dict[str, float]:
        """Signs that the file was cut within the last topic, if nothing stands behind it: no end as the other topics have."""
        if place is not self.places[-1] or place.between:
            return dict.fromkeys(
                ("title.final_short", "title.final_word", "title.final_end", "body.final"), 0.0
            )
        *neighbours, end = [(p.body or (p.head,))[-1] for p in self.places]
        title, bare, ended = place.title, end.text.endswith(place.title), TOPIC_END.search
        usual = sum(bool(ended(p.title)) for p in self.places[:-1]) / len(self.places)
        return {
            "title.final_short": max(0.0, self.length - math.log(len(title))) if bare else 0.0,
            "title.final_word": float(bare and ends_in_word(title)),
            "title.final_end": usual if bare and not ended(title) else 0.0,
            "body.final": 0.0 if end.stops else sum(x.stops for x in neighbours) / len(self.places),
        }

    def _below(self, place: TopicPlace) -> dict[str, float]:
        """Signs that the line below ends the title."""
        below = place.below
        text = below.text if below and below.bare and below.role != "title" else ""
        open_ended = bool(text) and text[0] not in "([【" and below is not None and not below.stops
        return {
            "below.parted": float(parts_word(place.title, text)),
            "below.goes_on": float(bool(_GOES_ON.match(text))),
            "below.less": max(0.0, self.below - math.log(len(text))) if open_ended else 0.0,
        }

    def _body(self, place: TopicPlace) -> dict[str, float]:
        """Signs that the contents hold another topic, or that another one has them."""
        content, openings = math.log1p(len(place.topic.content)), Counter(x.opening for x in place.body)
        return {
            "body.shorter": max(0.0, self.content - content),
            "body.longer": max(0.0, math.log1p(len(place.body)) - self.body),
            "body.again": float(any(openings[text] > 1 for text in self.openings)),
            "body.unread": float(any(x.role == "unread" for x in place.body)),
        }

    def _between(self, place: TopicPlace) -> dict[str, float]:
        """Signs that a line behind a topic, or above the first, was not read; behind the last one its first line, or one with a text below."""
        free = [line for line in place.between if line.unread]
        last = place is self.places[-1]
        nearest = [line for line in place.between[:1] if line.unread]
        counts = any(
            kind in place.head.marks and number_of(mark.written) == place.topic.number + 1
            for line in nearest
            if line.names or len(line.text) > self.shortest or cue(line.words) >= 0  # not 四、申报要求
            for kind, mark in line.marks.items()
        )
        described = [
            line
            for line, text in pairwise(place.between)
            if text.text[-1] in "。." and not RULE_WORDS.search(text.text) and not self.shared["list.bare"]
        ]
        after = [line for line in (*nearest, *described) if line.unread and not line.marks]
        return {
            "between.like": float(not last and any(map(self._may_be_title, free))),
            "between.marked": float(not last and any(line.marks.keys() & self.marks for line in free)),
            "between.after": float(last and any(map(self._may_be_title, after))),
            "between.counts": float(last and counts),
            "between.above": float(any(x.unread and self._may_be_title(x) for x in place.above)),
        }

    def _may_be_title(self, line: FoldedLine) -> bool:
        # …机制（申请代码1选择C16） as all titles are.
        name = LAST_BRACKET.sub("", line.text) if self.bracketed else ""
        text = name or line.text
        alike = self.shortest / 2 <= len(text) <= self.longest  # Cookies is none of longer titles
        heads = names_other(text) or NOTICE_HEADING.match(text)
        return not line.label and alike and not heads and (line.names or may_name(name))

    def _heading(self, place: TopicPlace) -> dict[str, float]:
        """Signs of a heading that is none."""
        heading = place.heading
        bare = heading is not None and not heading.marks
        return {
            "section.bare": float(bare and any(h.marks for h in self.headings)),
            "section.half": float(is_half(place.topic.section)),
            "section.long": max(0.0, math.log(len(place.topic.section or " ") / len(place.title))),
            "section.one": float(
                self.sections[place.topic.id.split("-")[0]] == 1 < max(self.sections.values())
            ),
        }

    def _number(self, before: TopicPlace | None, place: TopicPlace) -> dict[str, float]:
        """Signs of numbers that do not count on."""
        if before is None:
            return {"number.gap": float(place.topic.number != 1)}
        same = before.topic.id.split("-")[0] == place.topic.id.split("-")[0]
        return {"number.gap": float(same and place.topic.number != before.topic.number + 1)}
