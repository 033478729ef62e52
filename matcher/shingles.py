"""Text as it is compared for copying: units, hashes of their shingles, and a sample of these.

A unit is one Han character or a few Latin letters or digits in a row, folded and in lower case, so that width,
punctuation, spaces, case and traditional characters make no difference. Where a Latin unit ends is told by its last
letters alone (content-defined chunking, Muthitacharoen, Chen, Mazières 2001): neither a space within a word nor one
left out moves it, and a changed word moves the next one or two at most. A shingle is SIZE units in a row.
Winnowing (Schleimer, Wilkerson, Aiken 2003) keeps about a quarter of the shingles, such that two texts that
share SIZE + WINNOWED - 1 units in a row share a kept one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from matcher.arrays import Ints as Ints
from matcher.arrays import Mask as Mask
from matcher.arrays import distinct
from matcher.segment import HAN, Normalised, fold, normalise

SIZE = 6
WINNOWED = 8

Hashes = NDArray[np.uint32]

_HAN_RUN = re.compile(f"[{HAN}]+")
# Codes of Han characters are below, of Latin units from here on.
_LEAST_LATIN = 1 << 21
# A Latin unit ends where the hash of its last three letters is 0 of these many, so that it is about as long as a word.
_LATIN_LENGTH = 5
# ASCII, common Chinese punctuation, Han characters, full-width forms.
_PLAIN = re.compile("[\n -~“”‘’—\u3000-\u3029\u4e00-\u9fff\uff01-\uff5e]*")
_BASE = 0x9E3779B97F4A7C15
_POWERS = [pow(_BASE, SIZE - 1 - i, 1 << 64) for i in range(SIZE)]


@dataclass(frozen=True, slots=True)
class Units:
    """The n units of one text: their codes (n,), and where each starts and ends in the original.

    `weights` (n,) are 1 for a Han character and 2 for a Latin unit: five words say as much as ten
    characters. `hashes` (n - SIZE + 1,) are the shingles, empty for a shorter text.
    """

    codes: Ints
    starts: Ints
    ends: Ints
    weights: Ints
    hashes: Hashes

    @property
    def han(self) -> bool:
        """Whether at least half of the units are Han characters; True for a text without units."""
        return 2 * int((self.weights == 1).sum()) >= len(self.weights)


def units(text: str) -> Units:
    """The units of `text` with offsets into it; empty arrays for a text without letters or digits."""
    # What most texts are made of folds character by character: no need to look for the way back.
    same = fold(text) if _PLAIN.fullmatch(text) else ""
    plain = len(same) == len(text)
    folded = Normalised(same, list(range(len(text) + 1))) if plain else normalise(text)
    low = folded.text.lower()
    # A few letters grow when lowered (İ): then the case is kept, so that offsets stay true.
    starts, ends, codes = _pieces(low if len(low) == len(folded.text) else folded.text)
    if not plain:
        origin = np.array(folded.origin, np.int64)
        starts, ends = origin[starts], np.maximum(origin[ends - 1] + 1, origin[ends])
        _trim(text, ends)
    weights = np.where(codes < _LEAST_LATIN, 1, 2).astype(np.int64)
    return Units(codes, starts, ends, weights, shingles(codes))


def _pieces(text: str) -> tuple[Ints, Ints, Ints]:
    """The units of folded text in lower case: where each starts and ends, and its code."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    han = np.zeros(len(text), bool)
    for run in _HAN_RUN.finditer(text):
        han[slice(*run.span())] = True
    # Some code points among the Han ones are still no character.
    spoken = np.fromiter(map(str.isalnum, text), bool, len(text))
    drawn, written = np.flatnonzero(spoken & han), np.flatnonzero(spoken & ~han)
    lasts = _ends(points[written], np.cumsum(han)[written])
    firsts = np.concatenate([[0], lasts + 1])[:-1]
    letters = points[written].tobytes().decode("utf-32-le", "surrogatepass")
    hashed = (
        crc32(letters[a:b].encode("utf-8", "replace"))
        for a, b in zip(firsts.tolist(), (lasts + 1).tolist(), strict=True)
    )
    codes = np.array([max(_LEAST_LATIN, each * _LEAST_LATIN) for each in hashed], np.int64)
    starts, ends = np.concatenate([drawn, written[firsts]]), np.concatenate([drawn, written[lasts]]) + 1
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order], np.concatenate([points[drawn].astype(np.int64), codes])[order]


def _ends(letters: NDArray[np.uint32], runs: Ints) -> Ints:
    """Where the units of Latin letters (n,) end, the last letter of each of the `runs` (n,) among them."""
    if not len(letters):
        return np.zeros(0, np.int64)
    codes = letters.astype(np.uint64)
    mixed = (codes[:-2] * np.uint64(31) + codes[1:-1]) * np.uint64(31) + codes[2:]
    mixed = (mixed * np.uint64(_BASE)) >> np.uint64(40)
    ends = np.append(runs[1:] != runs[:-1], True)
    ends[2:] |= (mixed % np.uint64(_LATIN_LENGTH) == 0) & (runs[2:] == runs[:-2])
    return np.flatnonzero(ends)


def _trim(text: str, ends: Ints) -> None:
    """Invisible marks after a unit belong to nothing: an end never takes spaces with it."""
    for i, end in enumerate(ends):
        while end > 1 and text[end - 1].isspace():
            end -= 1
        ends[i] = end


def shingles(codes: Ints) -> Hashes:
    """One 32-bit hash for each SIZE codes in a row, shape (max(0, n - SIZE + 1),)."""
    count = max(0, len(codes) - SIZE + 1)
    mixed = codes.astype(np.uint64) * np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(32)
    total = np.zeros(count, np.uint64)
    for i, power in enumerate(_POWERS):
        total += mixed[i : i + count] * np.uint64(power)
    total ^= total >> np.uint64(29)
    total *= np.uint64(0xC4CEB9FE1A85EC53)
    return (total >> np.uint64(32)).astype(np.uint32)


def winnow(hashes: Hashes) -> Ints:
    """The places of the shingles that are kept, ascending: the least of each WINNOWED in a row."""
    if not len(hashes):
        return np.zeros(0, np.int64)
    width = min(WINNOWED, len(hashes))
    windows = np.lib.stride_tricks.sliding_window_view(hashes, width)
    return distinct(windows.argmin(axis=1) + np.arange(len(windows)))


def covered(marked: Mask, count: int) -> Mask:
    """Which of `count` units the `marked` shingles cover."""
    steps, index = np.zeros(count + 1, np.int64), np.flatnonzero(marked)
    np.add.at(steps, index, 1)
    np.add.at(steps, index + SIZE, -1)
    return np.cumsum(steps[:-1]) > 0


def joined(texts: Sequence[Units]) -> tuple[Hashes, Ints]:
    """All shingles of several texts, and the number of the text each comes from."""
    owners = np.repeat(np.arange(len(texts)), [len(t.hashes) for t in texts])
    hashes = np.concatenate([t.hashes for t in texts]) if texts else np.zeros(0, np.uint32)
    return hashes, owners
