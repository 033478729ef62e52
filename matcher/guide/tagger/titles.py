"""Which segments are the titles of a document's topics: those that are likely, by sets that stand in lines alike."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import NamedTuple

import numpy as np

from matcher import numerals, settings
from matcher.arrays import Floats
from matcher.embeddings import Vectors
from matcher.guide import prior
from matcher.guide.tagger.segments import Segment, kind_of
from matcher.guide.text.blocks import Unit
from matcher.readers.blocks import BETWEEN_CELLS

_STRETCH = settings.odds("guide.tagger.stretch")
_UNLIKELY = settings.odds("guide.tagger.unlikely")
_SETS = settings.count("guide.tagger.sets")
_ENDS = settings.count("guide.tagger.ends")
_SURE = settings.odds("guide.tagger.sure")
_LEAST = settings.share("guide.tagger.least")
_ALIKE = settings.factor("guide.tagger.alike")
_UNSEEN = settings.count("guide.tagger.unseen")
_HEAD = settings.characters("guide.tagger.head")

_HAN_NUMBER = re.compile("[一二三四五六七八九十百]+")
_STEM = re.compile(f"[{numerals.STEMS}{numerals.BRANCHES}](?=[ :、.]|$)")
_NUMBER, _LETTER, _SPACE = re.compile(r"\d+"), re.compile(r"\b[A-Z]\b"), re.compile(r"\s+")


class Ending(NamedTuple):
    """The last segment of a title, its log-odds, and the code of what stands behind it."""

    at: int
    odds: float
    stop: int


TitleSpans = list[tuple[int, int]]  # the first and last segment of each, in order


@dataclass(frozen=True)
class Tagged:
    """The segments of a document, and how likely each is no part of a title, begins one, or goes on with one: (n, 3)."""

    units: Sequence[Unit]
    segments: Sequence[Segment]
    likely: Vectors

    def text(self, first: int, last: int) -> str:
        """The folded text from one segment to another of its unit."""
        start, end = self.segments[first].start, self.segments[last].end
        return self.units[self.segments[first].unit].text[start:end]

    @cached_property
    def odds(self) -> Floats:
        """The log-odds that a title begins with each segment, cut at `sure`."""
        begins = self.likely[:, 1].astype(np.float64).clip(_LEAST, 1 - _LEAST)
        odds: Floats = np.log(begins / (1 - begins)).clip(-_SURE, _SURE)
        return odds

    @cached_property
    def _by_line(self) -> dict[int, float]:
        """The log-odds of the likeliest beginning of a title in each line of the document."""
        lines: dict[int, float] = {}
        for segment, odds in zip(self.segments, self.odds.tolist(), strict=True):
            line = self.units[segment.unit].lines[0]
            lines[line] = max(lines.get(line, -_SURE), odds)
        return lines

    def odds_of(self, run: prior.Run) -> float:
        """The mean log-odds of the items of a run."""
        return fmean(self._by_line.get(item.unit.lines[0], -_SURE) for item in run.items)

    @cached_property
    def ends(self) -> list[list[Ending]]:
        """The ends that a title has if it begins with a segment."""
        goes_on = self.likely[:, 2].astype(np.float64).clip(_LEAST, 1 - _LEAST)
        further, closed = np.log(goes_on).tolist(), np.log(1 - goes_on).tolist()
        rows = []
        for at, first in enumerate(self.segments):
            row, odds = [], 0.0
            within = min(_ENDS, first.parts - first.place)
            for n, last in enumerate(self.segments[at : at + within], at):
                odds += further[n] if n > at else 0.0
                ends = last.place + 1 == last.parts
                row.append(Ending(n, odds if ends else odds + closed[n + 1], last.behind))
            rows.append(row)
        return rows

    def beginnings(self) -> list[int]:
        """The segments with which titles begin: the likeliest set of segments in lines alike, and what further sets add."""
        sets = sorted(self._sets(), key=lambda each: -each[0])
        taken: set[int] = {*sets[0][1]} if sets else set()
        for _, members in sets[1:_SETS]:
            new = [at for at in members if at not in taken]
            taken |= {*new} if self.odds[new].sum() > _STRETCH else set()
        return sorted(taken)

    def _sets(self) -> Iterator[tuple[float, list[int]]]:
        """Of each kind of line the stretches that are likeliest titles, and the sum of their log-odds less a price for each."""
        alike: defaultdict[Hashable, list[int]] = defaultdict(list)
        for at in range(len(self.segments)):
            for signature in self._signatures(at):
                alike[signature].append(at)
        for places in alike.values():
            if self.odds[places].max() >= _UNLIKELY:
                value, members = _stretches(places, self.odds[places].tolist())
                if members:
                    yield value, members

    def _signatures(self, at: int) -> Iterator[Hashable]:
        """What a segment has in common with others that may stand in one list with it."""
        segment = self.segments[at]
        unit = self.units[segment.unit]
        text, before, place = unit.text, segment.before, segment.place
        ahead, kind = _shape(text[: segment.start]), kind_of(unit)[0]
        end = max(self.ends[at], key=lambda ending: ending.odds)
        last = self.segments[end.at]
        closes, cells = last.place + 1 == last.parts, segment.parts * (BETWEEN_CELLS in text)
        styled = any(mark.startswith("md") for mark in unit.marks)
        yield "ahead", ahead, before
        yield "ahead", ahead, before, end.stop
        yield "ahead", ahead, before, text[-1] in "。.;"
        yield "ahead", ahead, before, closes, styled
        yield "mark", kind, place, before
        yield "mark", kind, place, before, end.stop
        yield "place", place, cells, before
        yield "place", place, cells, before, end.stop
        yield "stops", before, end.stop, place > 0
        yield "line", before, end.stop, place > 0, segment.unit

    def ended(self, beginnings: Collection[int]) -> TitleSpans:
        """Titles with these beginnings, each with its likeliest end, alike as far as may be."""
        starts = {*beginnings}
        ways = [
            [end for end in self.ends[at] if starts.isdisjoint(range(at + 1, end.at + 1))]
            for at in sorted(starts)
        ]
        usual = Counter(max(row, key=lambda end: end.odds).stop for row in ways)
        return [
            (row[0].at, max(row, key=lambda end: end.odds + _shared(usual[end.stop], len(ways))).at)
            for row in ways
        ]

    def score(self, titles: TitleSpans) -> float:
        """The log-likelihood that these are the titles and nothing else is."""
        begins = np.full(len(self.odds), -1.0)
        begins[[first for first, _ in titles]] = 1.0
        ends = [next((e for e in self.ends[a] if e.at == b), Ending(b, -_SURE, -1)) for a, b in titles]
        usual = Counter(end.stop for end in ends)
        closing = [max(end.odds, -_SURE) + _shared(usual[end.stop], len(ends)) for end in ends]
        return float(-np.log1p(np.exp(-begins * self.odds)).sum()) + sum(closing)


def _shared(count: int, total: int) -> float:
    """What the end of a title gains by being as `count` of `total` are."""
    return _ALIKE * float(np.log((count + 1 / _UNSEEN) / (total + 2)))


def _shape(text: str) -> str:
    """What stands ahead of a segment in its unit, whatever it counts; only the beginning of a long text."""
    text = _STEM.sub(numerals.STEMS[0], _HAN_NUMBER.sub("一", text))
    text = _SPACE.sub(" ", _LETTER.sub("A", _NUMBER.sub("9", text)))
    return text if len(text) <= _HEAD else text[:2]


def _stretches(places: Sequence[int], odds: Sequence[float]) -> tuple[float, list[int]]:
    """The stretches of some places with the greatest sum of log-odds, less a price for each stretch: (sum, places)."""
    outside, inside = 0.0, -_STRETCH
    ways: list[
        tuple[bool, bool]
    ] = []  # for each place whether it was within a stretch before, if it is not and if it is
    for value in odds:
        ways.append((inside > outside, inside >= outside - _STRETCH))
        outside, inside = max(outside, inside), max(inside, outside - _STRETCH) + value
    members, within = list[int](), inside > outside
    for place, way in zip(reversed(places), reversed(ways), strict=True):
        if within:
            members.append(place)
        within = way[within]
    return max(outside, inside), members[::-1]
