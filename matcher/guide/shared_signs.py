"""Signs of a wrong reading that most topics of a guide share, so that no comparison among them (doubt.py) can see it,
and lines written as the topics are that no topic explains: findings for people, Chinese / English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from matcher import settings
from matcher.guide.marks import number_of
from matcher.guide.places import LAST_BRACKET, FoldedLine, TopicPlace, is_half, may_name, places_of
from matcher.guide.prior import cue
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
# 改良；4. 城市行道树根系探测
_INNER = re.compile(r"(?<=[;。])\s*(\d{1,2})[.、]\s*[^\d\s]{4}")
_CODE = re.compile(r"((?:\d{1,2}\.)*)(\d{1,2})\.\d{1,2}")  # 8.2.1
# ## 方向 1 公共数据授权运营
_TOPICAL = re.compile(
    r"\W*(?:方向|课题|选题|题目|任务|(?i:topic|challenge))\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
)
_LINE = settings.characters("guide.outside.line")
_SIGN = re.compile(r"\s*[^\w\s([（【《“\"'|]+(?:\s?[^\w\s]+)?")  # -, ★, - **
_ITEM = re.compile(r"(?<=[:：。;；\s])[①⑴㈠]")


def shared_signs(topics: Sequence[Topic], audit: Sequence[AuditLine]) -> Iterator[Message]:
    """The findings on titles, on lines that hold more topics, and on headings, in this order; none for a single topic."""
    if len(topics) == 1:
        return
    places, lines = places_of(topics, audit), [FoldedLine(a) for a in audit]
    yield from _two_parts(places)
    yield from _brackets(places)
    yield from _ends_inside(places)
    yield from _begun_again(places, lines)
    yield from _goes_on(places, lines)
    yield from _like_topics(places, lines)
    yield from _odd_headings(places, lines)


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
    asked = [p for p in places if "?" in p.title[:-1]]
    if (
        len(asked) * 2
        < len(places)
        == len(asked) + sum("?" not in p.title[:-1] and p.title[-1] == "?" for p in places)
    ):
        yield from (say("findings.title torn", id=p.topic.id, title=p.topic.title) for p in asked)
    broken = [p for p, end in zip(places, ends, strict=True) if p.head.text[-1] == ":" and end == ":"]
    if len(broken) * 2 < len(places) == len(broken) + sum(":" in p.title for p in places):
        for place in broken:
            yield say("findings.title torn", id=place.topic.id, title=place.topic.title)


def _begun_again(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """Lines that hold, further on, the sign with which all topics begin, or an item ① where all topics are items of lines."""
    openings = {m.group() if (m := _SIGN.match(p.head.written)) else "" for p in places}
    sign = openings.pop().strip() if len(openings) == 1 else ""
    again = re.compile(rf"(?<=[\s。.;；]){re.escape(sign)}\s?(?=\w)") if sign else None
    for line in (x for p in places for x in (p.head, *p.body)):
        if again is not None and again.search(line.written, len(sign)):
            yield say("signs.inside", line=line.number, text=line.written[:_LINE])
    taken = {p.head.number for p in places}
    for line in lines if all(_ITEM.search(p.head.written) for p in places) else ():
        if line.number not in taken and _ITEM.search(line.written):
            yield say("signs.inside", line=line.number, text=line.written[:_LINE])


def _goes_on(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """A line of no topic that holds the number behind that of the topic above it, or codes right ahead of the first one's."""
    at = 0
    for line in lines:
        while at + 1 < len(places) and places[at + 1].head.number <= line.number:
            at += 1
        inner = _INNER.search(line.text) if line.unread and line.number > places[at].head.number else None
        if inner is not None and int(inner[1]) == places[at].topic.number + 1:
            yield say("signs.inside", line=line.number, text=line.written[:_LINE])
    code = _CODE.fullmatch(places[0].topic.code)
    if code is not None and int(code[2]) > 1:
        ahead = re.compile(rf"{re.escape(code[1])}{int(code[2]) - 1}\.\d{{1,2}}\b(?!\.)")
        for line in (x for x in lines if x.unread and x.number < places[0].head.number):
            if ahead.match(line.text) and line.names:
                yield say("signs.inside", line=line.number, text=line.written[:_LINE])
                return


def _like_topics(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """Lines of no topic with the name that every topic's office has, several above contents of one name, or the first item
    below a lost heading behind the last topic."""
    own = [{x.label for x in (*p.body, *p.between[:1]) if x.role == "office" and x.label} for p in places]
    labels = set.intersection(*own)
    missed = [x for x in lines if x.unread and x.label in labels]
    described = [
        (below.label, x)
        for x, below in pairwise(lines)
        if x.unread and x.bare and x.names and below.unread and below.label
    ]
    counts = Counter(label for label, _ in described)
    missed += [x for label, x in described if counts[label] > 1]
    *_, last = places
    marks = set.intersection(*({*p.head.marks} for p in places)) - {"bullet"}
    for heading, first in pairwise(last.between):
        begins = any(number_of(m.written) == 1 for kind, m in first.marks.items() if kind in marks)
        if (
            heading.unread
            and heading.bare
            and heading.names
            and first.unread
            and begins
            and cue(first.words) >= 0
        ):
            missed.append(first)
    if missed:
        yield say("outside.after", line=missed[0].number, count=len(missed), text=missed[0].written[:_LINE])


def _odd_headings(places: Sequence[TopicPlace], lines: Sequence[FoldedLine]) -> Iterator[Message]:
    """A heading without a mark right below a title where others are marked, which may be that title's end; headings that are
    named as topics are, above nothing but short lines."""
    marked = any(p.heading is not None and p.heading.marks for p in places)
    for above, place in pairwise(places):
        heading = place.heading
        if marked and heading is not None and not heading.marks and above.below is heading:
            yield say("signs.heading", line=heading.number, text=heading.written[:_LINE], id=above.topic.id)
    headings = [x for x in lines if x.role == "heading" and x.number < places[-1].head.number]
    topical = [x for x in headings if _TOPICAL.match(x.text)]
    bare = all(p.head.marks.keys() <= {"bullet"} and not p.topic.content for p in places)
    if bare and len(topical) == len({p.topic.id.split("-")[0] for p in places}) > 1:
        yield say("signs.topical headings", line=topical[0].number, text=topical[0].written[:_LINE])
    yield from _counted_headings(places, headings)


def _counted_headings(places: Sequence[TopicPlace], headings: Sequence[FoldedLine]) -> Iterator[Message]:
    """The first number that is missing among the headings, or heading that counts on and heads no topic."""
    last: dict[str, int] = {}
    names = {p.topic.section for p in places} - {""}
    for line, below in zip_longest(headings, headings[1:]):
        serves, at, text = any(name in line.written for name in names), line.number, line.written[:_LINE]
        names_more = may_name(LAST_BRACKET.sub("", line.words))
        for kind, mark in line.marks.items():
            number = number_of(mark.written) if mark.written else 0
            if serves and kind in last and last[kind] + 1 < number <= len(places):
                yield say("signs.no heading", line=at, text=text)
                return
            if not serves and kind in last and below and not below.marks:
                yield say("signs.no topics", line=at, text=text)
                return
            last |= {kind: number} if serves or names_more else {}
