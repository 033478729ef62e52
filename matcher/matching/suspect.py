"""Stretches of a proposal that may have been added to steer the answer: the guide's own words, lists, repetitions.

A stretch is the guide's own if its words stand beside each other as they do in one topic. Neighbours are
sought at a distance of one or two, and each word counts once, so that inserted characters, shuffled
pieces, synonyms here and there and clauses woven into own sentences change little.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import add
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.matching.content import Content, Part
from matcher.segment import HAN, fold, normalise
from matcher.types import Passage, Span

PASTED = settings.share("matching.suspect.pasted")
PASTED_WINDOW = settings.share("matching.suspect.pasted_window")
COPIED = settings.share("matching.suspect.copied")
_REACH = settings.count("matching.suspect.reach")
_WINDOW = settings.count("matching.suspect.window")
_COMMON = settings.share("matching.suspect.common")
_NEARLY = settings.share("matching.suspect.nearly")
_LEAST = settings.count("matching.suspect.least")
_LATIN_WORD = 1 << 21  # codes of words begin here, above all characters
_REPEATED = settings.count("matching.suspect.repeated")
# Six or more short items side by side, with next to nothing else: key words rather than a sentence. Clauses
# between Chinese commas may be short too, so items between those must be shorter still.
_NOT_LETTERS = re.compile(r"[\W_]+")
_UNIT = re.compile(f"[{HAN}]|[^\\W_{HAN}]+")
_LIST = re.compile(
    rf"(?:[{HAN}\w]{{1,8}}[、；;/|\s]\s*){{5,}}[{HAN}\w]{{1,8}}"
    rf"|(?:[{HAN}]{{1,5}}[，,]\s*){{5,}}[{HAN}]{{1,5}}"
    r"|(?:[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}[,;/|]\s*){5,}[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}"
)
_SEPARATORS = "、，,；;/| "
_LATIN_WORDS = re.compile(r"[a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+")
_LISTED = settings.share("matching.suspect.listed")
_LEAST_ITEMS = settings.count("matching.suspect.separators")
_RARITY = settings.factor("matching.suspect.rarity")
_BASE = np.uint64(0x9E3779B97F4A7C15)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suspect:
    """Stretches that may have been added to steer the answer: how they look, and where they stand.

    Those `copied` are the pasted ones that are hardly altered. `topics` are, for each pasted stretch, the numbers
    of the topics whose words it holds nearly as densely as those of the nearest.
    """

    copied: tuple[Span, ...]
    pasted: tuple[Span, ...]
    listed: tuple[Span, ...]
    repeated: tuple[Span, ...]
    topics: tuple[frozenset[int], ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """All of them in order."""
        return tuple(sorted({*self.pasted, *self.listed, *self.repeated}))

    def behind(self, topic: int) -> tuple[Span, ...]:
        """Those that an answer of topic number `topic` may hang on: what is pasted of other topics is not among them."""
        of_it = [span for span, topics in zip(self.pasted, self.topics, strict=True) if topic in topics]
        return tuple(sorted({*of_it, *self.listed, *self.repeated}))


class _Copy(NamedTuple):
    """A stretch that is dense in words of topics: the greatest density, and the topics that come near it."""

    span: Span
    density: float
    topics: frozenset[int]


class Suspicion:
    """Finds suspect stretches in proposals to one guide."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Remember which words stand beside each other in the topics of a guide."""
        folded = [fold(text).lower() for text in texts]
        joined = [_NOT_LETTERS.sub("", text) for text in folded]
        spread_of = Counter(pair for text in joined for pair in set(map(add, text, text[1:])))
        common = max(1.0, _COMMON * len(joined))
        self._characters = {pair for pair, topics in spread_of.items() if topics <= common}
        pairs = [np.unique(_pairs(_units(text)[0], 1)) for text in folded]
        every = np.concatenate(pairs) if pairs else np.zeros(0, np.uint64)
        self._known, spread = np.unique(every, return_counts=True)
        # What half of the topics say is nobody's own: a pair weighs 1 in one topic, 0 in all.
        count = max(len(pairs), 1)
        weights = (
            np.log((count + 1) / (spread + _RARITY)) / np.log((count + 1) / (1 + _RARITY))
            if count > 1
            else np.ones(len(spread))
        )
        self._weights = np.zeros((len(self._known) + 1, len(pairs)), np.float32)
        for topic, own in enumerate(pairs):
            rows = np.searchsorted(self._known, own)
            self._weights[rows, topic] = weights[rows].clip(0)

    def find(self, content: Content) -> Suspect | None:
        """The suspect stretches among the parts of a proposal that count; None if there are none."""
        parts = content.kept
        lists = {part.passage.id for part in parts if _is_list(part.text)}
        near = [found for part in parts if part.passage.id not in lists for found in self._pasted(part)]
        copied = [copy.span for copy in near if copy.density >= COPIED]
        listed = [_span(part.passage) for part in parts if part.passage.id in lists]
        again = [part for part in content.aside if part.reason == "repeated"]
        times = Counter(part.text for part in again)
        repeated = [_span(part.passage) for part in again if times[part.text] >= _REPEATED - 1]
        found = Suspect(
            tuple(copied), tuple(copy.span for copy in near), tuple(listed), tuple(repeated),
            tuple(copy.topics for copy in near),
        )  # fmt: skip
        return found if found.spans else None

    def densities(self, codes: NDArray[np.int64]) -> Floats:
        """How far each unit of a text stands beside its neighbour as in each topic, (n, T), in [0, 1]."""
        count = len(codes)
        met = np.zeros((count, self._weights.shape[1]), np.float32)
        for distance in range(1, _REACH + 1):
            rows = self._weights[self._places(codes, distance)]
            np.maximum(met[: count - distance], rows, out=met[: count - distance])
            np.maximum(met[distance:], rows, out=met[distance:])
        return met

    def _may_be_pasted(self, text: str) -> bool:
        """Whether enough pairs of characters are known to look closer; quick, and always so for Latin text."""
        if text.isascii():
            return True
        low = text.lower()
        met = np.zeros(len(low), np.int64)
        for distance in range(1, _REACH + 1):
            pairs = map(add, low, low[distance:])
            known = np.fromiter(map(self._characters.__contains__, pairs), bool, max(0, len(low) - distance))
            met[: len(known)] |= known
            met[distance:] |= known
        latin = sum(map(str.isascii, low))
        letters = sum(map(str.isalnum, low))
        sums = np.cumsum(met)
        # Marks between letters widen a window of units a little.
        wide = 2 * _WINDOW
        most = int((sums[wide:] - sums[:-wide]).max(initial=0)) if len(low) > wide else int(met.sum())
        return bool(latin >= _WINDOW or met.sum() >= PASTED * letters or most >= PASTED_WINDOW * _WINDOW)

    def _places(self, codes: NDArray[np.int64], distance: int) -> NDArray[np.int64]:
        """The place among the known pairs of each two units so far apart; the last, where nothing is, for others."""
        pairs = _pairs(codes, distance)
        if not len(self._known):
            return np.zeros(len(pairs), np.int64)
        at = np.searchsorted(self._known, pairs).clip(max=len(self._known) - 1)
        return np.where(self._known[at] == pairs, at, len(self._known))

    def _pasted(self, part: Part) -> Iterator[_Copy]:
        """The part if it is the guide's own as a whole, else the stretches of it that are."""
        if not self._may_be_pasted(part.text):
            return
        codes, starts = _units(part.text)
        count = len(codes)
        known = sum(int((self._places(codes, d) < len(self._known)).sum()) for d in range(1, _REACH + 1))
        # Fewer known pairs than this reach neither density, whatever they weigh: most parts end here.
        latin = int((codes >= _LATIN_WORD).sum())
        window = _WINDOW // 2 if 2 * latin > count else _WINDOW
        if count + latin < _LEAST or 2 * known < min(PASTED * count, PASTED_WINDOW * window):
            return
        met = self.densities(codes)
        whole = met.mean(axis=0)
        if whole.max(initial=0) >= PASTED:
            yield _copy(_span(part.passage), whole)
            return
        if count <= window:
            return
        sums = np.cumsum(np.vstack([np.zeros((1, met.shape[1]), np.float32), met]), axis=0)
        dense = ((sums[window:] - sums[:-window]) / window).max(axis=1, initial=0)
        for first, last in _stretches(np.flatnonzero(dense >= PASTED_WINDOW).tolist(), window):
            end = starts[last] if last < count else len(part.text)
            yield _copy(_original(part, starts[first], end), (sums[last] - sums[first]) / (last - first))


def _copy(span: Span, densities: Floats) -> _Copy:
    """A stretch with its densities (T,) in the topics."""
    most = float(densities.max())
    return _Copy(span, most, frozenset(np.flatnonzero(densities >= _NEARLY * most).tolist()))


def _stretches(places: Sequence[int], window: int) -> Iterator[Span]:
    """Windows of so many units that begin at `places`, those that meet as one: (first unit, the one after the last)."""
    first = last = -1
    for at in places:
        if first >= 0 and at > last:
            yield first, last
            first = at
        first, last = (at if first < 0 else first), at + window
    if first >= 0:
        yield first, last


def _units(text: str) -> tuple[NDArray[np.int64], list[int]]:
    """The units of folded text, a Han character or a Latin word each: their codes and where they start."""
    low = text.lower()
    found = [(m.start(), m[0]) for m in _UNIT.finditer(low if len(low) == len(text) else text)]
    codes = [
        ord(word) if len(word) == 1 else (crc32(word.encode("utf-8", "replace")) + 1) * _LATIN_WORD
        for _, word in found
    ]
    return np.array(codes, np.int64), [start for start, _ in found]


def _original(part: Part, start: int, end: int) -> Span:
    """Where a stretch of a part's folded text stands in the proposal."""
    if len(part.text) != len(part.passage.text):
        origin = normalise(part.passage.text).origin
        start, end = origin[min(start, len(origin) - 1)], origin[min(end, len(origin) - 1)]
    return part.passage.start + start, part.passage.start + end


def without(content: Content, spans: Sequence[Span]) -> Content:
    """A proposal's parts less some stretches of its text; what is left of a part is a part of its own."""
    kept: list[Part] = []
    for part in content.kept:
        start, end = _span(part.passage)
        cuts = [(a, b) for a, b in spans if a < end and b > start]
        if not cuts:
            kept.append(part)
            continue
        last = start
        for a, b in [*cuts, (end, end)]:
            piece = part.passage.text[last - start : max(a, last) - start]
            if sum(c.isalnum() for c in piece) > 1:
                kept.append(
                    part._replace(
                        passage=part.passage._replace(start=last, end=a, text=piece), text=fold(piece)
                    )
                )
            last = max(last, b)
    return replace(content, kept=tuple(kept))


def _pairs(codes: NDArray[np.int64], distance: int) -> NDArray[np.uint64]:
    """One number for each two units so far apart, (max(0, n - distance),)."""
    mixed = codes.astype(np.uint64)
    return mixed[:-distance] * _BASE + mixed[distance:]


def _span(passage: Passage) -> Span:
    return passage.start, passage.end


def _is_list(text: str) -> bool:
    if sum(map(text.count, _SEPARATORS)) < _LEAST_ITEMS:  # the search below is slow
        return False
    found = _LIST.search(text)
    if found is None or len(found[0]) < _LISTED * len(text):
        return False
    # Four Latin words with nothing but spaces between them are a sentence.
    return not _LATIN_WORDS.search(found[0])
