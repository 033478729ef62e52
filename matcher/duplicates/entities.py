"""What survives a rewording or a translation: numbers, lengths of time, and names in Latin letters.

四十家, 40 firms and forty firms are the same number; 百分之三十 and 30 % too; 两年 and 24 months are the same time.
The numbers of a study (its sample, months, limits) are rarely shared by another study of the same topic. Who rewords
also rounds: 四百多人 and some 400 people may be 436 people, so that numbers are compared by their first digit too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from matcher import numerals, settings
from matcher.duplicates.shared import Sums, common
from matcher.shingles import Ints

_LEAST = settings.count("duplicates.entities.least_number")
_NAME_WEIGHT = settings.weight("duplicates.entities.name")
_SMALL_TO = settings.count("duplicates.entities.small_to")
_SMALL = settings.weight("duplicates.entities.small")
_FIRST_YEAR = settings.years("duplicates.entities.first")
_LAST_YEAR = settings.years("duplicates.entities.last")
_YEAR = settings.weight("duplicates.entities.year")
_MOST_DIGITS = settings.count("duplicates.entities.most_digits")
_ROUNDED_FROM = settings.count("duplicates.entities.rounded_from")
_ROUNDED = settings.weight("duplicates.entities.rounded")
_TIME = settings.weight("duplicates.entities.time")
_DOUBT = settings.factor("duplicates.entities.doubt")

Entities = frozenset[str]

# A number with the words that make it a rounded one (四十多万, nearly 400) or a length of time (两年半, 18 months).
# Looking ahead for what it may begin with makes the search three times as fast.
_NUMBER = re.compile(
    r"(?=[第几数近接约\d零〇一二两三四五六七八九十百千万]|\b(?i:[acmnors]))"
    r"(?P<order>第|[几数](?=[十百千万]))?"
    r"(?P<below>近|接近|(?i:\b(?:almost|close to|nearly) ))?(?P<near>约|(?i:\b(?:about|around|more than|over|roughly|some) ))?"
    r"(?:(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"|(?P<han>[零〇一二两三四五六七八九十百千万]+(?:点[零〇一二三四五六七八九]+)?))"
    r"(?P<more>[多余来])?(?P<scale>[万亿]|千(?![米克瓦卡])|[ -](?i:hundred|thousand|[mb]illion)\b)?"
    r"(?:(?P<unit>小时|天|周|星期|年|个(?P<half>半)?(?:小时|星期|月|季度))(?P<later>半)?(?![级代])"
    r"|[ -]?(?P<english>(?i:hour|day|week|month|year))s?\b)?"
)
_HALF = re.compile(
    r"(?<![一二两三四五六七八九十\d年个])半(?=年|个?月)"
    r"|\bhalf[ -](?:a |of a )?(?=(?:year|month|thousand|million|billion)s?\b)",
    re.IGNORECASE,
)
_AND_HALF = re.compile(
    r"\b(?P<count>a|\d+)(?P<unit> (?:hour|day|week|month|year)s?)?[ -]and[ -]a[ -]half\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9+-]*[A-Z0-9]|[A-Z]\d+)(?![A-Za-z0-9]|\.\d)")
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ROUND = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH = {w: i for i, w in enumerate(_UNITS)} | {w: 10 * i for i, w in enumerate(_ROUND, 2)}
_SCALES = {"dozen": 12, "hundred": 100}
_GREAT = {"thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}  # a number may go on below them
_TIMES = {"": 1, "千": _GREAT["thousand"], "万": 10_000, "亿": 100_000_000} | _SCALES | _GREAT
_WORDS, _LARGE = "|".join(_ENGLISH), "|".join(_SCALES | _GREAT)
_IN_WORDS = re.compile(
    rf"\b(?:{_WORDS}|(?<!half )(?<!of )a (?:{_LARGE}))(?:[ -](?:and )?(?:{_WORDS}|{_LARGE})(?![a-z]))*\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
_DAYS_OF_YEAR, _DAYS_OF_WEEK, _HOURS, _MONTHS, _QUARTERS = 365, 7, 24, 12, 4
# Days of each unit of time.
_DAYS = {
    "小时": 1 / _HOURS, "hour": 1 / _HOURS, "天": 1, "day": 1, "周": _DAYS_OF_WEEK, "星期": _DAYS_OF_WEEK,
    "week": _DAYS_OF_WEEK, "月": _DAYS_OF_YEAR / _MONTHS, "month": _DAYS_OF_YEAR / _MONTHS,
    "季度": _DAYS_OF_YEAR / _QUARTERS, "年": _DAYS_OF_YEAR, "year": _DAYS_OF_YEAR,
}  # fmt: skip
_JUST_BELOW = 0.999
_LONGEST = 100 * _DAYS_OF_YEAR
_COUNTED_IN_MONTHS = 3 * _DAYS_OF_WEEK


def entities(folded: str) -> Entities:
    """The numbers from 3 up, decimals included, lengths of time, and the capital abbreviations of a folded text.

    All are normalised. A rounded number is the first digit with what it counts: ~400.

    >>> sorted(entities("对四十家机构、1,600份问卷和百分之三十，采用DID")) == sorted(entities("40, 1600, thirty per cent; DID"))
    True
    >>> sorted(entities("四百多人，随访两年")) == sorted(entities("Some four hundred people; 24 months")) == ["24 months", "~400"]
    True
    """
    text = _IN_WORDS.sub(lambda m: " ".join(map(_plain, _english(m[0].lower()))), folded)
    text = _AND_HALF.sub(lambda m: f"{1 if m['count'] in 'aA' else m['count']}.5{m['unit'] or ''}", text)
    text = _HALF.sub(lambda m: "0.5" if m[0] == "半" else "0.5 ", text)
    stated = {entity for m in _NUMBER.finditer(text) for entity in _stated(m)}
    return frozenset(stated | {m[0].upper() for m in _NAME.finditer(folded)})


def _stated(m: re.Match[str]) -> Iterator[str]:
    """What one match of _NUMBER states; nothing for 数百 or what is no number."""
    value = float(m["digits"].replace(",", "")) if m["digits"] else _han(m["han"])
    if value is None or (m["order"] or "第") != "第":
        return
    value *= _TIMES[(m["scale"] or "").strip(" -").lower()]
    if not math.isfinite(value):
        return
    unit = (m["english"] or m["unit"] or "").lower().removeprefix("个").removeprefix("半")
    halves = 0.5 if m["half"] or m["later"] else 0.0
    if unit and not m["order"] and not m["more"] and 0 < (value + halves) * _DAYS[unit] <= _LONGEST:
        yield _time((value + halves) * _DAYS[unit])
    elif m["below"] and value > _ROUNDED_FROM:
        yield _rounded(value * _JUST_BELOW)
    elif value < _ROUNDED_FROM or not (m["more"] or m["near"]):
        yield from [_plain(value)] if value >= _LEAST or value != int(value) else []
    else:
        yield _rounded(value)


def _time(days: float) -> str:
    """A length of time in months, in days below three weeks, and in hours below a day."""
    if days >= _COUNTED_IN_MONTHS:
        return f"{round(days * _MONTHS / _DAYS_OF_YEAR)} months"
    return f"{round(days)} days" if days >= 1 else f"{round(days * _HOURS)} hours"


def _rounded(value: float) -> str:
    """A number of which the first digit counts alone."""
    place = 10 ** math.floor(math.log10(value))
    return f"~{_plain(math.floor(value / place + 1e-9) * place)}"


def shares(texts: Sequence[Entities], pairs: Ints) -> tuple[Sums, Sums]:
    """For each pair of texts (p, 2) the shares of the entities of the one with fewer that both state, and that it
    states alone, each in [0, 1); (p,) both.

    Each counts by how telling it is among the texts; texts with few entities get small shares at most,
    since little can be told from them. Who rewords leaves numbers out or rounds them, but seldom puts others in their
    place: a study that states others is another study.
    """
    # Each number that can be rounded stands as rounded too.
    stated = [text | {_rounded(float(each)) for each in text if _can_be_rounded(each)} for text in texts]
    both, fewer = common(stated, pairs, weigh(stated))
    return np.asarray(both / (fewer + _DOUBT)), np.asarray((fewer - both) / (fewer + _DOUBT))


def _is_number(entity: str) -> bool:
    return entity[0].isdigit() and entity.replace(".", "").isdigit()


def _can_be_rounded(entity: str) -> bool:
    """Whether an entity is a number that people round: not a year, and not small."""
    return (
        _is_number(entity)
        and float(entity) >= _ROUNDED_FROM
        and not _FIRST_YEAR <= float(entity) <= _LAST_YEAR
    )


def weigh(texts: Sequence[Entities]) -> dict[str, float]:
    """How telling each entity of the texts is, from 0 to 3: less, the more texts state it."""
    counts = Counter(entity for stated in texts for entity in stated)
    most = math.log(max(3, len(texts)))
    return {f: _telling(f) * max(0.0, 1 - math.log(max(1, n / 2)) / most) for f, n in counts.items()}


def _telling(entity: str) -> float:
    """0.5 for small numbers, 1 for years, times and rounded numbers, 2 for names; other numbers as their digits, to 3.

    Zeros at the end tell nothing: anyone may write 1,200. A number that can be rounded counts as much less as its
    rounded one counts: together they are one.
    """
    if entity[0] == "~":
        return _ROUNDED
    if entity.endswith(("months", "days", "hours")):
        return _TIME
    if not _is_number(entity):
        return _NAME_WEIGHT
    value = float(entity)
    if value <= _SMALL_TO and value == int(value):
        return _SMALL
    if _FIRST_YEAR <= value <= _LAST_YEAR:
        return _YEAR
    telling = min(len(entity.replace(".", "").strip("0")), _MOST_DIGITS)
    return telling - _ROUNDED if _can_be_rounded(entity) else telling


def _plain(value: float) -> str:
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"


def _han(written: str) -> float | None:
    """The value of a Chinese numeral; None for what only looks like one (千万, 万一)."""
    integer, _, decimals = written.partition("点")
    row = numerals.read_row(integer)
    if row is not None and len(integer) > 1:  # 二〇二三
        return float(row)
    value, decimals = numerals.read(integer), decimals[: numerals.MOST_DIGITS]
    if value is None or not (integer[0] == "十" or any(numerals.read_row(c) is not None for c in integer)):
        return None
    return value + (float(f"0.{numerals.read_row(decimals):0{len(decimals)}}") if decimals else 0)


def _english(text: str) -> Iterator[float]:
    """The values of number words: six hundred, twenty-four, a thousand three hundred; two of two hundred and three hundred."""
    closed = value = 0.0  # what thousands or millions close, and what follows them
    for m in _WORD.finditer(text):
        word = m[0]
        if word in _ENGLISH:
            number = _ENGLISH[word]
            if value and not (value % 100 == 0 or (value % 10 == 0 and 0 < number < 10)):
                yield closed + value
                closed = value = 0.0
            value += number
        elif word in _SCALES:
            if value > max(_SCALES.values()):
                yield closed + value - value % 100
                closed, value = 0.0, value % 100
            value = (value or 1) * _SCALES[word]
        elif word in _GREAT:
            if value and 0 < closed < _GREAT[word] ** 2:
                yield closed
                closed = 0.0
            closed, value = (closed + value * _GREAT[word] if value else (closed or 1) * _GREAT[word]), 0.0
    if closed or value:
        yield closed + value
