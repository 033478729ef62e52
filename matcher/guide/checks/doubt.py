"""Topics that were probably read wrongly: by one measure of how odd each is in its own document (oddity.py), and by signs that
most topics share, which no comparison among them can see, or lines written as the topics are that no topic explains."""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise

from matcher import settings
from matcher.guide.checks.folded_line import NUMBER, FoldedLine
from matcher.guide.checks.oddity import features
from matcher.guide.checks.places import GuideLines, TopicPlace
from matcher.guide.lists.other_lists import are_houses
from matcher.guide.prior import cue, is_half
from matcher.guide.regression import shipped_regression
from matcher.guide.vocabulary import STUDY_END
from matcher.message import SEMICOLON, Catalogue, Message, joined

say = Catalogue(__file__)

_SHOWN = settings.count("guide.doubt.shown")
_TOPIC_LINE = settings.characters("guide.outside.line")
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
_LEAST_ALIKE = settings.count("guide.findings.least_alike")
_SIGN = re.compile(r"\s*[^\w\s([（【《“\"'|]+(?:\s?[^\w\s]+)?")  # -, ★, - **


def _most_against(weights: Mapping[str, float], row: Mapping[str, float]) -> str:
    """What the features that tell most against a topic are named after."""
    parts: defaultdict[str, float] = defaultdict(float)
    for name, weight in weights.items():
        parts[name.partition(".")[0]] += weight * row[name]
    return max(_REASONS, key=lambda name: parts[name])


def doubts(guide: GuideLines) -> Iterator[Message]:
    """One finding that names the topics that were probably read wrongly, most doubtful first, and the lines to look at."""
    fitted, rows = (
        shipped_regression(_WEIGHTS),
        features(guide) if len(guide.topics) > 1 else [],
    )  # one is compared with nothing
    odds = [fitted.log_odds(row) for row in rows]
    doubtful = sorted((i for i, z in enumerate(odds) if z >= fitted.threshold), key=lambda i: -odds[i])
    if doubtful:
        named = [_naming(guide.places[i], _most_against(fitted.weights, rows[i])) for i in doubtful[:_SHOWN]]
        topics, heading = joined(named, SEMICOLON), say("doubt.heading")
        many = len(doubtful) > _SHOWN
        yield say("doubt and more" if many else "doubt", heading=heading, topics=topics)


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


def shared_signs(guide: GuideLines) -> Iterator[Message]:
    """The findings on titles, on lines that hold more topics, and on headings, in this order; none for a single topic."""
    for sign in _SIGNS if len(guide.topics) > 1 else ():
        yield from sign(guide)


def _two_parts(guide: GuideLines) -> Iterator[Message]:
    """Most titles have two parts: contents, or another column, may stand in them."""
    bare = [p for p in guide.places if not p.topic.content]
    described = [p for p in bare if _SENTENCE.match(p.title) and p.head.text[-1] == "."]
    # Coastal Futures Challenge: …, Inland Futures Challenge: … are names of one series.
    described = described if len({p.title.partition(":")[0].split()[-1] for p in described}) > 1 else []
    apart = [p for p in guide.places if _GAP.search(p.title) and not STUDY_END.search(p.title)]
    for parted in (apart, described):
        if len(parted) > 1 and len(parted) * 2 > len(guide.topics):
            yield say("signs.two parts", title=parted[0].topic.title, count=len(parted))
            return


def _who_applies(guide: GuideLines) -> Iterator[Message]:
    """The titles of a section are nothing but names of houses: who may apply or takes part."""
    for _, part in groupby(guide.places, key=lambda p: p.topic.section_number):
        # What is to be built there is said of a laboratory, not of who applies.
        titles = [p.title for p in part if not p.topic.content]
        if len(titles) >= _LEAST_ALIKE and are_houses(titles):
            yield say("signs.houses", title=titles[0], count=len(titles))


def _ends_inside(guide: GuideLines) -> Iterator[Message]:
    """Titles that hold the sign with which the lines of most others part their title from what follows, or lack what follows."""
    places, count = guide.places, len(guide.places)
    ends = [p.head.text.partition(p.title)[2].lstrip()[:1] for p in places]
    signs = [end for end in dict.fromkeys(ends) if end and end in _STOPS and ends.count(end) * 2 > count]
    torn = [p for sign in signs for p in places if sign in p.title and not is_half(p.title)]
    broken = [p for p, end in zip(places, ends, strict=True) if p.head.text[-1] == ":" and end == ":"]
    if len(broken) * 2 < count == len(broken) + sum(":" in p.title for p in places):
        torn += broken
    for place in torn:
        yield say("findings.title torn", id=place.topic.id, title=place.topic.title)


def _begun_again(guide: GuideLines) -> Iterator[Message]:
    """Lines that hold, further on, the sign with which all topics begin; a dash may stand anywhere."""
    openings = {m.group() if (m := _SIGN.match(p.head.written)) else "" for p in guide.places}
    sign = openings.pop().strip(" -–—") if len(openings) == 1 else ""
    again = re.compile(rf"(?<=[\s。.;；]){re.escape(sign)}\s?(?=\w)")
    for line in (x for p in guide.places for x in (p.head, *p.body)) if sign else ():
        if again.search(line.written, len(sign)):
            yield say("signs.inside", line=line.number, text=line.excerpt)


def _goes_on(guide: GuideLines) -> Iterator[Message]:
    """A title, or a line of no topic below it, that holds the number behind that of its topic, which no topic has."""
    for place, below in zip(guide.places, [*guide.topics[1:], None], strict=True):
        topic, wanted = place.topic, place.topic.number + 1
        if below is not None and (below.section, below.number) == (topic.section, wanted):
            continue
        last = guide.lines[-1].number if below is None else below.lines[0] - 1
        begin, end = (bisect(guide.lines, n, key=NUMBER) for n in (place.head.number, last))
        loose = (x for x in guide.lines[begin:end] if x.unread and wanted > 2)
        inner = [(place.head, _GLUED.search(topic.title)), *((x, _INNER.search(x.text)) for x in loose)]
        for line, match in inner:
            if match is not None and int(match[1]) == wanted:
                yield say("signs.inside", line=line.number, text=line.excerpt)


def _missed(guide: GuideLines) -> Iterator[Message]:
    """Lines of no topic with the name that every topic's office has, or the first item below a lost heading behind the last topic."""
    places, last = guide.places, guide.places[-1]
    own = [{x.label for x in (*p.body, *p.between[:1]) if x.role == "office" and x.label} for p in places]
    labels = set.intersection(*own)
    missed = [x for x in guide.lines if x.unread and x.label in labels and x.number < last.head.number]
    marks = set.intersection(*({*p.head.marks} for p in places)) - {"bullet"}
    for heading, first in pairwise(last.between):
        begins = any(kind in marks and number == 1 for kind, number in first.counts)
        headed = heading.unread and heading.bare and heading.names
        if headed and first.unread and begins and cue(first.words) >= 0:
            missed.append(first)
    if missed:
        yield say("outside.after", line=missed[0].number, count=len(missed), text=missed[0].excerpt)


def _odd_headings(guide: GuideLines) -> Iterator[Message]:
    """A heading without a mark right below a title where others are marked, which may be that title's end; a number that is
    missing among the headings and stands nowhere else."""
    marked = any(p.heading is not None and p.heading.marks for p in guide.places)
    for above, place in pairwise(guide.places):
        heading = place.heading
        if marked and heading is not None and not heading.marks and above.below is heading:
            yield say("signs.heading", line=heading.number, text=heading.excerpt, id=above.topic.id)
    written = {count for line in guide.lines for count in line.counts}
    last: dict[str, int] = {}
    names = {t.section for t in guide.topics} - {""}
    heads = (x for x in guide.lines if x.role == "heading" and any(name in x.written for name in names))
    for line, kind, number in ((x, *count) for x in heads for count in x.counts):
        before = last.get(kind, number)
        if before + 1 < number <= len(guide.topics) and (kind, before + 1) not in written:
            yield say("signs.no heading", line=line.number, text=line.excerpt)
            return
        last[kind] = number


_SIGNS = (_two_parts, _who_applies, _ends_inside, _begun_again, _goes_on, _missed, _odd_headings)
