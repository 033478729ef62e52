"""How densely the words of a text stand beside each other as they do in the topics of a guide.

The unit is a Han character or a Latin word; neighbours are sought at a distance of one or two, so that a
character put after each other one still leaves them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.arrays import Ints, Mask, Singles, distinct, stretches
from matcher.segment import HAN

PASTED = settings.share("matching.suspect.pasted")
PASTED_WINDOW = settings.share("matching.suspect.pasted_window")
DENSE_WINDOW = settings.count("matching.suspect.window")
REACH = settings.count("matching.suspect.reach")
VERBATIM_RUN = settings.count("matching.suspect.verbatim_run")
LEAST = settings.count("matching.suspect.least")
_RARITY = settings.factor("matching.suspect.rarity")
_LATIN_WORD = 1 << 21  # codes of words begin here, above all characters
_TOGETHER = 16  # texts whose densities are worked out at once: one by one takes five times as long
# Far above what sums of float32 densities lose, far below what a density means.
_ROUNDING = 1e-3
_BASE = np.uint64(0x9E3779B97F4A7C15)
_LAST_BITS = np.uint64(0x3FFFF)
_WORD = re.compile(f"[^\\W_{HAN}]+")
# Where Han characters begin and end, by code: first, one after the last, and so on.
_HAN_BOUNDS = [code for a, b in zip(HAN[::3], HAN[2::3], strict=True) for code in (ord(a), ord(b) + 1)]


class TextUnits(NamedTuple):
    """The units of some texts, one text after another: `codes` and places in their text `starts` (n,).

    Text number i has those from `bounds[i]` to `bounds[i + 1]`.
    """

    codes: Ints
    starts: Ints
    bounds: Ints

    def of(self, text: int) -> tuple[Ints, Ints]:
        """The codes and the starts of one text."""
        own = slice(self.bounds[text], self.bounds[text + 1])
        return self.codes[own], self.starts[own]

    def chosen(self, texts: Ints) -> TextUnits:
        """Some of the texts, in the order given."""
        places = np.concatenate([np.arange(*self.bounds[i : i + 2]) for i in texts.tolist()])
        bounds = np.cumsum([0, *np.diff(self.bounds)[texts]])
        return TextUnits(self.codes[places], self.starts[places], bounds)

    def latin(self) -> Ints:
        """How many units of each text are Latin words, (texts,)."""
        return np.diff(np.concatenate([[0], np.cumsum(self.codes >= _LATIN_WORD)])[self.bounds])

    def windows(self) -> Ints:
        """How many units of each text are looked at together, (texts,): half as many where most are Latin words."""
        return np.where(2 * self.latin() > np.diff(self.bounds), DENSE_WINDOW // 2, DENSE_WINDOW)


def units(texts: Sequence[str]) -> TextUnits:
    """The units of folded texts."""
    low = [lower if len(lower := text.lower()) == len(text) else text for text in texts]
    joined = "\n".join(low)  # no unit reaches across a line end
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    han = np.flatnonzero(np.searchsorted(_HAN_BOUNDS, points, "right") % 2)
    words = [(m.start(), m[0]) for m in _WORD.finditer(joined)]
    starts = np.concatenate([han, np.array([at for at, _ in words], np.int64)])
    codes = np.concatenate([points[han], np.array([_code(word) for _, word in words], np.int64)])
    order = np.argsort(starts, kind="stable")
    begins = np.cumsum([0, *(len(text) + 1 for text in low)])
    bounds = np.searchsorted(starts[order], begins)
    return TextUnits(codes[order], starts[order] - np.repeat(begins[:-1], np.diff(bounds)), bounds)


def _code(word: str) -> int:
    return ord(word) if len(word) == 1 else (crc32(word.encode("utf-8", "replace")) + 1) * _LATIN_WORD


class Densities:
    """What stands beside what in the topics of one guide."""

    def __init__(self, topics: Sequence[str]) -> None:
        """Remember the pairs of neighbouring units of folded topics."""
        every = units(topics)
        pairs = [distinct(_pairs(every.of(topic)[0], 1)) for topic in range(len(topics))]
        self._known, spread = np.unique(np.concatenate([np.zeros(0, np.uint64), *pairs]), return_counts=True)
        # By the last bits of pairs, whether any with them is known: few of a text are sought.
        self._may_be_known = np.zeros(_LAST_BITS + 1, bool)
        self._may_be_known[self._known & _LAST_BITS] = True
        # What half of the topics say is nobody's own: a pair weighs 1 in one topic, 0 in all.
        count = len(topics)
        weights = (
            np.log((count + 1) / (spread + _RARITY)) / np.log((count + 1) / (1 + _RARITY))
            if count > 1
            else np.ones(len(spread))
        )
        # The last row is that of all pairs that no topic has.
        self._weights = np.zeros((len(self._known) + 1, count), np.float32)
        for topic, own in enumerate(pairs):
            rows = np.searchsorted(self._known, own)
            self._weights[rows, topic] = weights[rows].clip(0)
        self._most = self._weights.max(axis=1, initial=0, keepdims=True)

    def of(self, codes: Ints) -> Singles:
        """How far each unit of a text stands beside its neighbour as in each topic, (n, T), in [0, 1]."""
        return self._met(codes, np.zeros(len(codes), np.int64), self._weights)

    def verbatim(self, codes: Ints, topic: int) -> float:
        """Which share of some units stands word for word as in a topic, in runs of VERBATIM_RUN units at least, in [0, 1]."""
        known = self._weights[self._places(codes, 1), topic] > 0
        runs = (last - first + 1 for first, last in stretches(known))
        return sum(run for run in runs if run >= VERBATIM_RUN) / max(1, len(codes))

    def may_be_dense(self, texts: TextUnits) -> Mask:
        """Which texts may be PASTED as a whole or PASTED_WINDOW in a window, (texts,): False for none that is.

        Two bounds that take many texts at once. By the first, each unit has the weight of its pair in whichever topic
        it weighs most, and no topic's density is greater; it rules out three texts of four. The second goes topic by topic.
        """
        likely = self._dense(texts, self._most) & (np.diff(texts.bounds) + texts.latin() >= LEAST)
        rest = np.flatnonzero(likely)
        for first in range(0, len(rest), _TOGETHER):
            some = rest[first : first + _TOGETHER]
            likely[some] = self._dense(texts.chosen(some), self._weights)
        return likely

    def _dense(self, texts: TextUnits, weights: Singles) -> Mask:
        """Which texts reach either density in a column of `weights` (pairs, columns), or miss it by less than _ROUNDING."""
        codes, _, bounds = texts
        sizes, windows = np.diff(bounds), texts.windows()
        owner = np.repeat(np.arange(len(sizes)), sizes)
        met = self._met(codes, owner, weights)
        sums = np.zeros((len(codes) + 1, weights.shape[1]))
        np.cumsum(met, axis=0, out=sums[1:])
        most = np.diff(sums[bounds], axis=0).max(axis=1, initial=0)
        dense: Mask = most >= (PASTED - _ROUNDING) * sizes
        ends = np.arange(len(codes)) + windows[owner]
        inside = np.flatnonzero(ends <= bounds[1:][owner])
        most = (sums[ends[inside]] - sums[inside]).max(axis=1, initial=0)
        dense[owner[inside[most >= (PASTED_WINDOW - _ROUNDING) * windows[owner[inside]]]]] = True
        return dense

    def _met(self, codes: Ints, owner: Ints, weights: Singles) -> Singles:
        """The weights (n, columns) of the best pair of each unit with a neighbour in the text of the same `owner` (n,)."""
        met = np.zeros((len(codes), weights.shape[1]), np.float32)
        for distance in range(1, REACH + 1):
            rows = weights[self._places(codes, distance)]
            rows *= (owner[:-distance] == owner[distance:])[:, None]
            np.maximum(met[: len(rows)], rows, out=met[: len(rows)])
            np.maximum(met[distance:], rows, out=met[distance:])
        return met

    def _places(self, codes: Ints, distance: int) -> Ints:
        """The place among the known pairs of each two units so far apart; the last, where nothing is, for others."""
        pairs = _pairs(codes, distance)
        places = np.full(len(pairs), len(self._known))
        sought = np.flatnonzero(self._may_be_known[pairs & _LAST_BITS])
        if len(sought):
            at = np.searchsorted(self._known, pairs[sought]).clip(max=len(self._known) - 1)
            known = self._known[at] == pairs[sought]
            places[sought[known]] = at[known]
        return places


def _pairs(codes: Ints, distance: int) -> NDArray[np.uint64]:
    """One number for each two units so far apart, (max(0, n - distance),)."""
    mixed = codes.astype(np.uint64)
    return mixed[:-distance] * _BASE + mixed[distance:]
