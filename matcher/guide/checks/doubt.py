"""Topics that were probably read wrongly: by one measure of how odd each is in its own document (oddity.py), and by signs that
most topics share, which no comparison among them can see, or lines written as the topics are that no topic explains."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from matcher import settings, shipped, typed_json
from matcher.guide.checks.oddity import features
from matcher.guide.checks.places import FoldedLine, TopicPlace
from matcher.guide.lists.other_lists import are_houses
from matcher.guide.prior import cue, is_half
from matcher.guide.text.marks import number_of
from matcher.guide.vocabulary import STUDY_END
from matcher.message import SEMICOLON, Catalogue, Message, joined

say = Catalogue(__file__)

_SHOWN = settings.count("guide.doubt.shown")
_TOPIC_LINE = settings.characters("guide.doubt.line")
_WEIGHTS = settings.file("guide.doubt.weights")
# What may be odd of a topic: what its features are named after.
_REASONS = ("title", "below", "body", "between", "number", "section")

# 港口岸桥 远程操控系统研制 but not 城市更新行动 路径研究：以老工业区为例
_GAP = re.compile(r"[\u3400-\u9fff”》)]\s+[\u3400-\u9fff“《][^:]+$")
# Reef monitoring: Count larvae (the stop may be gone), with no more words behind the colon than a short sentence has
_SENTENCE = re.compile(r"[\w,' -]{3,}: [A-Z][\w,' -]+$")
_STOPS = ":。—"
# 改良；4. 城市行道树根系探测
_INNER = re.compile(r"(?<=[;。])\s*(\d{1,2})[.、]\s*[^\d\s]{4}")
# 订单班研究4. 实训基地研究
_GLUED = re.compile(r"[\u3400-\u9fff)”》](\d{1,2})[.、]\s*[\u3400-\u9fff]{4}")
_LINE = settings.characters("guide.outside.line")
_LEAST_ALIKE = settings.count("guide.findings.least_alike")
_SIGN = re.compile(r"\s*[^\w\s([（【《“\"'|]+(?:\s?[^\w\s]+)?")  # -, ★, - **


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
            heading=say("doubt.heading"),
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
    return say(
        "doubt.topic", topic=place.topic.id, line=line.number, text=line.written[:_TOPIC_LINE], why=why
    )


def shared_signs(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """The findings on titles, on lines that hold more topics, and on headings, in this order; none for a single topic."""
    if len(places) < 2:
        return
    yield from _two_parts(places)
    yield from _who_applies(places)
    yield from _ends_inside(places)
    yield from _begun_again(places)
    yield from _goes_on(places, lines)
    yield from _missed(places, lines)
    yield from _odd_headings(places, lines)


def _two_parts(places: Sequence[TopicPlace]) -> Iterator[Message]:
    """Most titles have two parts: contents, or another column, may stand in them."""
    bare = [p for p in places if not p.topic.content]
    described = [p for p in bare if _SENTENCE.match(p.title) and p.head.text[-1] == "."]
    # Coastal Futures Challenge: …, Inland Futures Challenge: … are names of one series.
    described = described if len({p.title.partition(":")[0].split()[-1] for p in described}) > 1 else []
    apart = [p for p in places if _GAP.search(p.title) and not STUDY_END.search(p.title)]
    for parted in (apart, described):
        if len(parted) > 1 and len(parted) * 2 > len(places):
            yield say("signs.two parts", title=parted[0].topic.title, count=len(parted))
            return


def _who_applies(places: Sequence[TopicPlace]) -> Iterator[Message]:
    """The titles of a section are nothing but names of houses: who may apply or takes part."""
    for _, part in groupby(places, key=lambda p: p.topic.section_number):
        # What is to be built there is said of a laboratory, not of who applies.
        titles = [p.title for p in part if not p.topic.content]
        if len(titles) >= _LEAST_ALIKE and are_houses(titles):
            yield say("signs.houses", title=titles[0], count=len(titles))


def _ends_inside(places: Sequence[TopicPlace]) -> Iterator[Message]:
    """Titles that hold the sign with which the lines of most others part their title from what follows, or lack what follows."""
    ends = [p.head.text.partition(p.title)[2].lstrip()[:1] for p in places]
    for sign, count in Counter(end for end in ends if end in _STOPS and end).items():
        for place in places if count * 2 > len(places) else ():
            if sign in place.title and not is_half(place.title):
                yield say("findings.title torn", id=place.topic.id, title=place.topic.title)
    broken = [p for p, end in zip(places, ends, strict=True) if p.head.text[-1] == ":" and end == ":"]
    if len(broken) * 2 < len(places) == len(broken) + sum(":" in p.title for p in places):
        for place in broken:
            yield say("findings.title torn", id=place.topic.id, title=place.topic.title)


def _begun_again(places: Sequence[TopicPlace]) -> Iterator[Message]:
    """Lines that hold, further on, the sign with which all topics begin; a dash may stand anywhere."""
    openings = {m.group() if (m := _SIGN.match(p.head.written)) else "" for p in places}
    sign = openings.pop().strip(" -–—") if len(openings) == 1 else ""
    if not sign:
        return
    again = re.compile(rf"(?<=[\s。.;；]){re.escape(sign)}\s?(?=\w)")
    for line in (x for p in places for x in (p.head, *p.body)):
        if again.search(line.written, len(sign)):
            yield say("signs.inside", line=line.number, text=line.written[:_LINE])


def _goes_on(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """A title, or a line of no topic below it, that holds the number behind that of its topic, which no topic has."""
    at = 0
    for line in lines:
        while at + 1 < len(places) and places[at + 1].head.number <= line.number:
            at += 1
        topic, below = places[at].topic, (place.topic for place in places[at + 1 : at + 2])
        wanted = topic.number + 1
        if any(t.section == topic.section and t.number == wanted for t in below):
            continue
        inner = _GLUED.search(topic.title) if line.number == places[at].head.number else None
        if line.unread and line.number > places[at].head.number and wanted > 2:
            inner = _INNER.search(line.text)
        if inner is not None and int(inner[1]) == wanted:
            yield say("signs.inside", line=line.number, text=line.written[:_LINE])


def _missed(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """Lines of no topic with the name that every topic's office has, or the first item below a lost heading behind the last topic."""
    own = [{x.label for x in (*p.body, *p.between[:1]) if x.role == "office" and x.label} for p in places]
    labels, last = set.intersection(*own), places[-1]
    missed = [x for x in lines if x.unread and x.label in labels and x.number < last.head.number]
    marks = set.intersection(*({*p.head.marks} for p in places)) - {"bullet"}
    for heading, first in pairwise(last.between):
        begins = any(number_of(m.written) == 1 for kind, m in first.marks.items() if kind in marks)
        headed = heading.unread and heading.bare and heading.names
        if headed and first.unread and begins and cue(first.words) >= 0:
            missed.append(first)
    if missed:
        yield say("outside.after", line=missed[0].number, count=len(missed), text=missed[0].written[:_LINE])


def _odd_headings(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """A heading without a mark right below a title where others are marked, which may be that title's end; a number that is
    missing among the headings and stands nowhere else."""
    marked = any(p.heading is not None and p.heading.marks for p in places)
    for above, place in pairwise(places):
        heading = place.heading
        if marked and heading is not None and not heading.marks and above.below is heading:
            yield say("signs.heading", line=heading.number, text=heading.written[:_LINE], id=above.topic.id)
    written = {(kind, number_of(m.written)) for x in lines for kind, m in x.marks.items() if m.written}
    last: dict[str, int] = {}
    names = {p.topic.section for p in places} - {""}
    for line in lines:
        if line.role != "heading" or not any(name in line.written for name in names):
            continue
        for kind, mark in line.marks.items():
            number = number_of(mark.written) if mark.written else 0
            before = last.get(kind, number)
            if before + 1 < number <= len(places) and (kind, before + 1) not in written:
                yield say("signs.no heading", line=line.number, text=line.written[:_LINE])
                return
            last[kind] = number
