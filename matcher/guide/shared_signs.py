"""Signs of a wrong reading that most topics of a guide share, so that no comparison among them (doubt.py) can see it,
and lines written as the topics are that no topic explains: findings for people, Chinese / English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from matcher import settings
from matcher.guide.places import LAST_BRACKET, TopicPlace, is_half, places_of
from matcher.guide.vocabulary import STUDY_END
from matcher.message import Catalogue, Message
from matcher.types import AuditLine, Topic

say = Catalogue(__file__)

# 港口岸桥 远程操控系统研制 but not 城市更新行动 路径研究：以老工业区为例
_GAP = re.compile(r"[\u3400-\u9fff”》)]\s+[\u3400-\u9fff“《][^:]+$")
# 冷链损耗研究采后预冷的损耗: a title's last word, and more that does not go on with it (研究与应用, 研究型)
_GOES_ON = re.compile(
    r".{4,}?(?:研究|研制|研发|调查|评估)(?![与和及的型院所生者性方类中在成])[\u3400-\u9fff].{3,}$"
)
# Reef monitoring: Count larvae (the stop may be gone), with no more words behind the colon than a short sentence has
_SENTENCE = re.compile(r"[\w,' -]{3,}: [A-Z][\w,' -]+$")
_STOPS = ":。—"
_LINE = settings.characters("guide.outside.line")
_SIGN = re.compile(r"\s*[^\w\s([（【《“\"'|]+(?:\s?[^\w\s]+)?")  # -, ★, - **
_ITEM = re.compile(r"(?<=[:：。;；\s])[①⑴㈠]")


def shared_signs(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """The findings on titles, on lines that hold more topics, and on headings, in this order; none for a single topic."""
    if len(topics) == 1:
        return
    places = places_of(topics, audit)
    yield from _two_parts(places)
    yield from _brackets(places)
    yield from _ends_inside(places)
    yield from _begun_again(places, audit)
    yield from _odd_heading(places)


def _two_parts(places: Sequence[TopicPlace]) -> Iterator[Message]:
    """Most titles have two parts: contents, or another column, may stand in them."""
    bare = [p for p in places if not p.topic.content]
    described = [p for p in bare if _SENTENCE.match(p.title) and p.head.text[-1] == "."]
    # Coastal Futures Challenge: …, Inland Futures Challenge: … are names of one series.
    described = described if len({p.title.partition(":")[0].split()[-1] for p in described}) > 1 else []
    apart = [p for p in places if _GAP.search(p.title) and not STUDY_END.search(p.title)]
    for parted in (apart, [p for p in bare if _GOES_ON.match(p.title)], described):
        if len(parted) > 1 and len(parted) * 2 > len(places):
            yield say("signs.two parts", title=parted[0].topic.title, count=len(parted))
            return


def _brackets(places: Sequence[TopicPlace]) -> Iterator[Message]:
    """Titles end with the same bracket: it tells a kind of filing, not a subject."""
    ends = Counter(m.group() for p in places if (m := LAST_BRACKET.search(p.title)))
    for bracket, count in ends.items():
        if count > 1:
            yield say("signs.bracket", bracket=bracket, count=count)


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


def _begun_again(places: Sequence[TopicPlace], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """Lines that hold, further on, the sign with which all topics begin, or an item ① where all topics are items of lines."""
    openings = {m.group() if (m := _SIGN.match(p.head.written)) else "" for p in places}
    sign = openings.pop().strip() if len(openings) == 1 else ""
    again = re.compile(rf"(?<=[\s。.;；]){re.escape(sign)}\s?(?=\w)") if sign else None
    for line in (x for p in places for x in (p.head, *p.body)):
        if again is not None and again.search(line.written, len(sign)):
            yield say("signs.inside", line=line.number, text=line.written[:_LINE])
    taken = {p.head.number for p in places}
    for other in audit if all(_ITEM.search(p.head.written) for p in places) else ():
        if other.line not in taken and _ITEM.search(other.text):
            yield say("signs.inside", line=other.line, text=other.text[:_LINE])


def _odd_heading(places: Sequence[TopicPlace]) -> Iterator[Message]:
    """A heading without a mark right below a title where others are marked: it may be that title's end."""
    marked = any(p.heading is not None and p.heading.marks for p in places)
    for above, place in pairwise(places):
        heading = place.heading
        if marked and heading is not None and not heading.marks and above.below is heading:
            yield say("signs.heading", line=heading.number, text=heading.written[:_LINE], id=above.topic.id)
