"""How odd each topic stands in its own document: features for the measure of doubt (doubt.py), from 0 (as the other topics are) up.

A trait of a topic (how its title ends, how the line below begins) is as odd as few of the document's topics share it; a sign
(a word that runs over a line's end, two marks on a line) is odd in itself.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import pairwise, takewhile
from statistics import median

from matcher import settings
from matcher.guide import prior
from matcher.guide.checks.folded_line import FoldedLine
from matcher.guide.checks.places import GuideLines, TopicPlace
from matcher.guide.lists.counting import ends_in_word, parts_word
from matcher.guide.text.marks import marks_of, number_of
from matcher.guide.vocabulary import NOTICE_HEADING, RULE_WORDS, TOPIC_END

_SIZE = settings.lines("guide.oddity.size")
_JOINS = re.compile(
    r"[,、:的与及和或在对]$|(?i:\b(?:of|the|an?|and|or|for|in|on|to|with|by|from|their|its|at|into))$|-$"
)
_GOES_ON = re.compile(r"[,、的与及和)]|[a-z]")
_GAP = re.compile(r"(?<=[\u3400-\u9fff”》)])\s+(?=\S)|\s{2,}|;\s*(?=\S)|\t")
_PARTS = re.compile(r"(?<=.{4})[\s;,。]+(?=.{5})")
# Where a mark may stand inside a line: 。（二）…, ； 四是…, " - Water"
_INNER = re.compile(
    r"(?<=[\s。;,)!?])(?=[(\[【]?(?:(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[A-Z]{1,4}-?\d{1,4})[.、)\]】:\s是]|(?:[IVX]{1,4}|[A-Za-z])[.)])"
    r"|(?:专题|领域|方向|任务|课题|第)[\d一二三四五六七八九十]|[-–—•·▸●○]\s?\S|(?:Theme|Topic|Challenge) )"
)
_INSIDE = settings.characters("guide.oddity.inside")
_BEGUN = settings.characters("guide.oddity.begun")
_TIMES = settings.factor("guide.oddity.longer")
_FINAL = ("title.final_short", "title.final_word", "title.final_stop", "body.final")
_PLAIN = ("number", "paren", "half-paren")
_STOPS = "。;!?:.…)"
_CELL = re.compile(r"\t| \| | {2,}|\u3000{2,}")
_CAPITAL = re.compile(r"[a-z)] [A-Z][a-z]")


def features(guide: GuideLines) -> list[dict[str, float]]:
    """The features of each of two topics or more, by names that say where they look: title, below, body, between, section, number."""
    document = _Usual(guide)
    return [document.features(at) for at in range(len(guide.places))]


def _traits(place: TopicPlace) -> dict[str, Hashable]:
    below, last = place.below, place.body[-1] if place.body else None
    return {
        "title.last": _kind(place.title[-1:]),
        "title.gap": bool(_GAP.search(place.title)),
        "title.capital": bool(_CAPITAL.search(place.title)),
        "below.shape": below.shape if below else (),
        "below.stops": below.stops if below else None,
        "body.last": last.shape if last else (),
        "body.slots": (bool(place.topic.content), *(name for name, _ in place.topic.slots)),
        "body.size": min(len(place.body), _SIZE),
        "body.office": place.topic.office is not None,
    }


def _form(text: str) -> tuple[Hashable, ...]:
    """How a line of titles is written: its last sign, and whether a stop, a dash or a gap parts it."""
    return _kind(text[-1]), "。" in text[:-1], "——" in text, bool(_CELL.search(text)), ":" in text


def _kind(character: str) -> str:
    """The kind of a character; a mark that is no stop is its own."""
    if "\u3400" <= character <= "\u9fff":
        return "han"
    if character.isalnum():
        return "digit" if character.isdigit() else "capital" if character.isupper() else "small"
    return "stop" if character and character in "。;!?:.…" else character


class _Usual:
    """What most topics of a document have, and how one stands to it."""

    def __init__(self, guide: GuideLines) -> None:
        self.places = places = guide.places
        self.traits = [_traits(place) for place in places]
        self.counts = {name: Counter(t[name] for t in self.traits) for name in self.traits[0]}
        self.longest, self.shortest = guide.longest, min(len(p.title) for p in places)
        self.marks = set.intersection(*({*p.head.marks} for p in places))
        self.kinds = {k for p in places for k in p.head.marks} | {"number", "paren", "half-paren", "no"}
        self.bracketed = all(p.head.text[-1] == ")" for p in places)
        self.titles = Counter(p.title for p in places)
        self.stopped = all(p.head.text[-1] in "。;" and not p.topic.content for p in places)
        openings = Counter(opening for p in places for opening in {x.opening for x in p.body})
        self.openings = {text for text, count in openings.items() if count > 1 and count * 2 >= len(places)}
        self.sections = Counter(p.topic.section_number for p in places)
        self.largest = max(self.sections.values())
        self.heads = {k for p in places if p.heading for k in p.heading.marks} - {"code", "coded"}
        starts = Counter(p.head.number for p in places)
        self.shared_lines = {line for line, count in starts.items() if count > 1}
        self.forms = {_form(p.head.text) for p in places}
        self.lines = [len(p.head.text) for p in places]
        self.length = median(math.log(len(p.title)) for p in places)
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
        for part in (*parts, self._between(place), self._number(before, place)):
            odd |= part
        odd["section.inside"] = float(self._heads_inside(before))
        return odd | self.shared

    def _title(self, place: TopicPlace) -> dict[str, float]:
        title = place.title
        parts = [title[m.end() :] for m in _PARTS.finditer(title)]
        return {
            "title.unlike": abs(math.log(len(title)) - self.length),
            "title.open": float(bool(_JOINS.search(title))),
            "title.two": float(any(marks_of(part).keys() & self.kinds for part in parts)),
            "title.stop": float(bool(re.search("[。;].", title))),
            "title.label": float(bool(prior.label_of(title))),
            "title.inside": float(any(text in title.lower() for text in self.openings)),
            "title.rule": float(prior.is_rule(title)),
            "title.twin": float(self.titles[title] > 1),
        }

    def _end(self, place: TopicPlace) -> dict[str, float]:
        """Signs that the file was cut within the last topic, if nothing stands behind it: no end as the other topics have."""
        if place is not self.places[-1] or place.between:
            return dict.fromkeys(_FINAL, 0.0)
        *neighbours, end = [(p.body or (p.head,))[-1] for p in self.places]
        title, bare = place.title, end.text.endswith(place.title)
        stopped = (
            sum(x.text[-1] in _STOPS for x in neighbours) / len(self.places) * (end.text[-1] not in _STOPS)
        )
        return {
            "title.final_short": max(0.0, self.length - math.log(len(title))) if bare else 0.0,
            "title.final_word": float(bare and ends_in_word(title)),
            "title.final_stop": stopped if bare else 0.0,
            "body.final": 0.0 if bare else stopped,
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
        openings = Counter(x.opening for x in place.body)
        return {
            "body.longer": max(0.0, math.log1p(len(place.body)) - self.body),
            "body.again": float(any(openings[text] > 1 for text in self.openings)),
            "body.unread": float(any(x.role == "unread" for x in place.body)),
            "body.two": float(self._counts_inside(place)),
        }

    def _marks_inside(self, place: TopicPlace) -> Iterator[tuple[str, int]]:
        """The kinds and numbers of what may be marks inside the lines of a topic."""
        for line in (place.head, *place.body):
            for match in _INNER.finditer(line.text, _BEGUN):
                inner = marks_of(line.text[match.start() : match.start() + _INSIDE])
                yield from ((kind, number_of(mark.written)) for kind, mark in inner.items())

    def _counts_inside(self, place: TopicPlace) -> bool:
        """Whether a line of a topic holds the mark of the next one, and is no line of several topics."""
        own = {(kind, place.topic.number + 1) for kind in place.head.marks}
        return place.head.number not in self.shared_lines and not own.isdisjoint(self._marks_inside(place))

    def _heads_inside(self, place: TopicPlace | None) -> bool:
        """Whether a line of a topic, which is not marked as headings are, holds the mark of a heading."""
        if place is None or self.heads & place.head.marks.keys():
            return False
        return any(kind in self.heads for kind, _ in self._marks_inside(place))

    def _between(self, place: TopicPlace) -> dict[str, float]:
        """Signs that a line behind a topic, or above the first, was not read; behind the last one its first line, or one with a text below."""
        free = [line for line in place.between if line.unread]
        last = place is self.places[-1]
        nearest = [line for line in place.between[:1] if line.unread]
        offices = [x for x in (*place.body, *place.between[:2]) if x.role == "office"]
        called = [x for x in offices if not prior.label_of(x.words) and not prior.is_contact(x.words)]
        counts = any(
            (kind in place.head.marks or (kind in _PLAIN and (line.names or line in called)))
            and number_of(mark.written) == place.topic.number + 1
            for line in (*(nearest if last else ()), *called)
            if line.names or len(line.text) > self.shortest or prior.cue(line.words) >= 0  # not 四、申报要求
            for kind, mark in line.marks.items()
        )
        # Up to a heading of the notice.
        listed = takewhile(lambda x: prior.cue(x.words) >= 0 or len(x.text) > self.longest, place.between)
        described = [
            line
            for line, text in pairwise(listed)
            if text.text[-1] in "。." and not RULE_WORDS.search(text.text) and not self.shared["list.bare"]
        ]
        after = [line for line in (*nearest, *described) if line.unread and not line.marks]
        return {
            "between.marked": float(any(x.marks.keys() & self.marks for x in (nearest if last else free))),
            "between.form": float(last and any(map(self._is_alike, nearest))),
            "between.after": float(last and any(map(self._may_be_title, after))),
            "between.counts": float(counts),
            "between.above": float(any(x.unread and self._may_be_title(x) for x in place.above)),
        }

    def _is_alike(self, line: FoldedLine) -> bool:
        """Whether a line is written as all lines of titles are, with or without their mark: …评价。重点研究…（责任处室：…）."""
        alike = len(self.forms) == 1 and _form(line.text) in self.forms and any(next(iter(self.forms))[1:])
        long = min(self.lines) / 2 <= len(line.text) <= max(self.lines) * _TIMES
        return alike and long and not RULE_WORDS.search(line.text) and prior.cue(line.words) >= 0

    def _may_be_title(self, line: FoldedLine) -> bool:
        # …机制（申请代码1选择C16） as all titles are.
        name = prior.LAST_BRACKET.sub("", line.text) if self.bracketed else ""
        name = line.words.rstrip("。;") if self.stopped else name
        text = name or line.text
        alike = self.shortest / 2 <= len(text) <= self.longest  # Cookies is none of longer titles
        heads = prior.names_other(text) or NOTICE_HEADING.match(text)
        return not line.label and alike and not heads and (line.names or prior.may_name(name))

    def _number(self, before: TopicPlace | None, place: TopicPlace) -> dict[str, float]:
        """Signs of numbers that do not count on, and of a heading that is none."""
        topic, heading = place.topic, place.heading
        begins = before is not None and before.topic.section_number != topic.section_number
        follows = topic.number == (before.topic.number + 1 if before is not None else 1)
        ended = before is not None and TOPIC_END.search(before.title)
        torn = heading is not None and heading.bare and TOPIC_END.search(heading.text) and not ended
        alone = self.sections[topic.section_number] == 1 < self.largest
        return {
            "number.gap": float(not begins and not follows),
            "section.torn": float(bool(begins and follows and torn)),
            "section.one": float(alone),
        }
