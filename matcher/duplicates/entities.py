"""What survives a rewording or a translation: numbers, and names in Latin letters.

四十家, 40 firms and forty firms are the same number; 百分之三十 and 30 % too. The numbers of a
study (its sample, months, limits) are rarely shared by another study of the same topic.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from matcher import numerals, settings
from matcher.duplicates.common import Sums, common
from matcher.shingles import Ints

_LEAST = settings.count("duplicates.entities.least_number")
_NAME_WEIGHT = settings.weight("duplicates.entities.name")
_SMALL_TO = settings.count("duplicates.entities.small_to")
_SMALL = settings.weight("duplicates.entities.small")
_FIRST_YEAR = settings.years("duplicates.entities.first")
_LAST_YEAR = settings.years("duplicates.entities.last")
_YEAR = settings.weight("duplicates.entities.year")
_ROUND_NUMBER = settings.weight("duplicates.entities.round")
_NUMBER_WEIGHT = settings.weight("duplicates.entities.number")

Entities = frozenset[str]

_HAN_NUMBER = re.compile("[零〇一二两三四五六七八九十百千万]+(?:点[零〇一二三四五六七八九]+)?")
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:万)?")
_NAME = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9+-]*[A-Z0-9]|[A-Z]\d+)(?![A-Za-z0-9]|\.\d)")
_WORD = re.compile(r"[a-z]+")
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ROUND = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH = {w: i for i, w in enumerate(_UNITS)} | {w: 10 * i for i, w in enumerate(_ROUND, 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}


def entities(folded: str) -> Entities:
    """The numbers from 3 up, decimals included, and the capital abbreviations of a folded text, normalised.

    >>> sorted(entities("对四十家机构、1,600份问卷和百分之三十，采用DID")) == sorted(entities("40, 1600, thirty per cent; DID"))
    True
    """
    numbers = {_plain(value) for value in _numbers(folded) if value >= _LEAST or value != int(value)}
    return frozenset(numbers | {m[0].upper() for m in _NAME.finditer(folded)})


def shares(texts: Sequence[Entities], pairs: Ints) -> tuple[Sums, Sums]:
    """For each pair of texts (p, 2) the shares of the entities of the one with fewer that both state, and that it
    states alone, each in [0, 1); (p,) both.

    Each counts by how telling it is among the texts; texts with few entities get small shares at most,
    since little can be told from them. Who rewords leaves numbers out, but seldom puts others in their place: a study
    that states others is another study.
    """
    both, fewer = common(texts, pairs, weigh(texts))
    return np.asarray(both / (fewer + _DOUBT)), np.asarray((fewer - both) / (fewer + _DOUBT))


_DOUBT = settings.factor("duplicates.entities.doubt")


def weigh(texts: Sequence[Entities]) -> dict[str, float]:
    """How telling each entity of the texts is, from 0 to 3: less, the more texts state it."""
    counts = Counter(entity for stated in texts for entity in stated)
    most = math.log(max(3, len(texts)))
    return {f: _telling(f) * max(0.0, 1 - math.log(max(1, n / 2)) / most) for f, n in counts.items()}


def _telling(entity: str) -> float:
    """0.5 for small numbers, 1 for years, 2 for round numbers and names, 3 for any other number."""
    if not entity[0].isdigit() or not entity.replace(".", "").isdigit():
        return _NAME_WEIGHT
    value = float(entity)
    if value <= _SMALL_TO and value == int(value):
        return _SMALL
    if _FIRST_YEAR <= value <= _LAST_YEAR:
        return _YEAR
    return _ROUND_NUMBER if value % 10 == 0 and value <= 100 else _NUMBER_WEIGHT


def _plain(value: float) -> str:
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"


def _numbers(text: str) -> Iterator[float]:
    for m in _NUMBER.finditer(text):
        digits = m[0].replace(",", "")
        yield float(digits.rstrip("万")) * (10_000 if digits.endswith("万") else 1)
    for m in _HAN_NUMBER.finditer(text):
        yield from _han(m[0])
    yield from _english(text.lower())


def _han(written: str) -> Iterator[float]:
    """The value of a Chinese numeral; nothing for what only looks like one (千万, 万一)."""
    integer, _, decimals = written.partition("点")
    row = numerals.read_row(integer)
    if row is not None and len(integer) > 1:  # 二〇二三
        yield float(row)
        return
    value = numerals.read(integer)
    if value is None or not (integer[0] == "十" or any(numerals.read_row(c) is not None for c in integer)):
        return
    yield value + (float(f"0.{numerals.read_row(decimals):0{len(decimals)}}") if decimals else 0)


def _english(text: str) -> Iterator[float]:
    """The values of number words: six hundred, twenty-four, eight thousand."""
    value = 0.0
    for m in _WORD.finditer(text):
        word = m[0]
        if word in _ENGLISH:
            number = _ENGLISH[word]
            if value and not (value % 100 == 0 or (value % 10 == 0 and 0 < number < 10)):
                yield value
                value = 0
            value += number
        elif word in _SCALES and value:
            value *= _SCALES[word]
        elif value and word != "and":
            yield value
            value = 0
    if value:
        yield value
