"""What the numbers of its neighbours tell of a line: that 3.20世纪… counts 3, or that it goes on the title above."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from matcher import settings
from matcher.guide.blocks import Unit
from matcher.guide.marks import Mark, marks_of, number_of
from matcher.segment import fold

_STOPS = "。;；！？!?:：.…"
_DIGITS_AFTER = re.compile(r"(\d{1,3})[.](?=(\d{1,3})\D)")  # 3.20世纪…
_COUNTED = ("number", "paren-han", "han", "paren")
_LEAST_PAIRS = settings.count("guide.counting.least_pairs")
_ROOM = settings.columns("guide.counting.room")
_TORN_ONE_IN = settings.count("guide.counting.torn_one_in")


def recounted(units: Sequence[Unit]) -> list[Unit]:
    """The units; one that reads 3.20 where 2. stands above, and that alone begins with 3., has the number 3."""
    parents = Counter(mark.written.split(".")[0] for u in units if (mark := u.marks.get("dotted")))
    found: list[Unit] = []
    last = 0
    for unit in units:
        match = _DIGITS_AFTER.match(unit.text) if "dotted" in unit.marks else None
        alone = match is not None and parents[match[1]] == 1 and int(match[2]) > 1
        if match is not None and alone and last and int(match[1]) == last + 1:
            unit = replace(unit, counted=match.end())
        if (mark := unit.marks.get("number")) is not None:
            last = number_of(mark.written)
        found.append(unit)
    return found


def torn_titles(texts: Sequence[str], widths: Sequence[int]) -> set[int]:
    """The lines of a counted list that go on in the next one: as wide as the document, above one without a mark.

    Most lines of the list must have their neighbour right below; none that is shorter may have a line between.
    """
    marks = [marks_of(fold(text).strip()) for text in texts]
    full = max(widths, default=0) - _ROOM
    found: set[int] = set()
    for kind in _COUNTED:
        places = [i for i, mark in enumerate(marks) if kind in mark]
        pairs = [(a, b) for a, b in pairwise(places) if _follows(marks[a][kind], marks[b][kind])]
        parted = [a for a, b in pairs if b - a > 1]
        torn = {
            a
            for a, b in pairs
            if b - a == 2
            and not marks[a + 1]
            and widths[a] >= full > widths[a + 1]
            and texts[a].strip()[-1] not in _STOPS
        }
        if len(pairs) >= _LEAST_PAIRS and torn == set(parted) and _TORN_ONE_IN * len(torn) <= len(pairs):
            found |= torn
    return found


def _follows(mark: Mark, below: Mark) -> bool:
    return number_of(below.written) == number_of(mark.written) + 1
