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

import numpy as np
from numpy.typing import NDArray

from matcher.matching.content import Content, Part
from matcher.segment import HAN, fold
from matcher.shingles import Units, units
from matcher.types import Passage, Span

# A part is the guide's own from this density on, a window of units in it from the second: of honest sentences of the
# dev parts one in twenty reaches .4, of altered copies 98 in a hundred (make bench-attacks).
PASTED = 0.4
PASTED_WINDOW = 0.65
# From this density on it is hardly altered.
COPIED = 0.7
# Neighbours in a topic are sought so far apart: a character put after each other one still leaves them.
_REACH = 2
_WINDOW = 12  # units in a row that are looked at together: some two terms of a guide
_LEAST = 8  # units of a part: in fewer one common word looks like a copy
# A sentence that says the same as an earlier one is repeated from this time on.
_REPEATED = 3
# Six or more short items side by side, with next to nothing else: key words rather than a sentence. Clauses
# between Chinese commas may be short too, so items between those must be shorter still.
_LIST = re.compile(
    rf"(?:[{HAN}\w]{{1,8}}[、；;/|\s]\s*){{5,}}[{HAN}\w]{{1,8}}"
    rf"|(?:[{HAN}]{{1,5}}[，,]\s*){{5,}}[{HAN}]{{1,5}}"
    r"|(?:[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}[,;/|]\s*){5,}[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}"
)
_SEPARATORS = "、，,；;/| "
_LATIN_WORDS = re.compile(r"[a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+")
_LISTED = 0.8
_BASE = np.uint64(0x9E3779B97F4A7C15)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suspect:
    """Stretches that may have been added to steer the answer: how they look, and where they stand.

    Those `copied` are the pasted ones that are hardly altered.
    """

    copied: tuple[Span, ...]
    pasted: tuple[Span, ...]
    listed: tuple[Span, ...]
    repeated: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """All of them in order."""
        return tuple(sorted({*self.pasted, *self.listed, *self.repeated}))


class Suspicion:
    """Finds suspect stretches in proposals to one guide."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Remember which words stand beside each other in the topics of a guide."""
        pairs = [np.unique(_pairs(units(text).codes, 1)) for text in texts]
        every = np.concatenate(pairs) if pairs else np.zeros(0, np.uint64)
        self._known, spread = np.unique(every, return_counts=True)
        # What half of the topics say is nobody's own: a pair weighs 1 in one topic, 0 in all.
        count = max(len(pairs), 1)
        weights = (
            np.log((count + 1) / (spread + 0.5)) / np.log((count + 1) / 1.5)
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
        pasted = [span for span, _ in near]
        copied = [span for span, density in near if density >= COPIED]
        listed = [_span(part.passage) for part in parts if part.passage.id in lists]
        again = [part for part in content.aside if part.reason == "repeated"]
        times = Counter(part.text for part in again)
        repeated = [_span(part.passage) for part in again if times[part.text] >= _REPEATED - 1]
        found = Suspect(tuple(copied), tuple(pasted), tuple(listed), tuple(repeated))
        return found if found.spans else None

    def densities(self, text: Units) -> Floats:
        """How far each unit of a text stands beside its neighbour as in each topic, (n, T), in [0, 1]."""
        count = len(text.codes)
        met = np.zeros((count, self._weights.shape[1]), np.float32)
        for distance in range(1, _REACH + 1):
            pairs = _pairs(text.codes, distance)
            if not len(pairs) or not len(self._known):
                continue
            at = np.searchsorted(self._known, pairs).clip(max=len(self._known) - 1)
            at[self._known[at] != pairs] = len(self._known)  # the last row is all zero
            rows = self._weights[at]
            np.maximum(met[: count - distance], rows, out=met[: count - distance])
            np.maximum(met[distance:], rows, out=met[distance:])
        return met

    def _pasted(self, part: Part) -> Iterator[tuple[Span, float]]:
        """The part if it is the guide's own as a whole, else the stretches of it that are, with their density."""
        text = units(part.passage.text)
        count = len(text.codes)
        if count < _LEAST:
            return
        met = self.densities(text)
        density = float(met.mean(axis=0).max(initial=0))
        if density >= PASTED:
            yield _span(part.passage), density
            return
        sums = np.cumsum(np.vstack([np.zeros((1, met.shape[1]), np.float32), met]), axis=0)
        dense = (
            ((sums[_WINDOW:] - sums[:-_WINDOW]) / _WINDOW).max(axis=1, initial=0)
            if count > _WINDOW
            else np.zeros(0)
        )
        first = last = -1
        for at in [*np.flatnonzero(dense >= PASTED_WINDOW).tolist(), 2 * count + _WINDOW]:
            if at > last and first >= 0:
                stretch = float(((sums[last] - sums[first]) / (last - first)).max())
                start = part.passage.start
                yield (start + int(text.starts[first]), start + int(text.ends[last - 1])), stretch
                first = -1
            first, last = (at if first < 0 else first), at + _WINDOW


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
    if sum(map(text.count, _SEPARATORS)) < 5:  # five separators for six items; the search below is slow
        return False
    found = _LIST.search(text)
    if found is None or len(found[0]) < _LISTED * len(text):
        return False
    # Four Latin words with nothing but spaces between them are a sentence.
    return not _LATIN_WORDS.search(found[0])
