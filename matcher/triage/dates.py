"""Codes that a spreadsheet turned into dates: 2-12 became the twelfth of February, in one of many spellings."""

from __future__ import annotations

import re
from datetime import date, timedelta

from matcher import settings

_YEAR = r"(?:19|20)\d\d"
_TIME = r"(?:[ T]\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?Z?)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_SEPARATOR = r"\s*[-/.,\s]\s*"
_SPELLINGS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<y>{_YEAR})\s*[-/.年]\s*(?P<m>\d{{1,2}})\s*[-/.月]\s*(?P<d>\d{{1,2}})\s*[日号]?{_TIME}",
        r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?",
        rf"{_NAME}{_SEPARATOR}(?P<d>\d{{1,2}})(?:{_SEPARATOR}{_YEAR})?{_TIME}",
        rf"(?P<d>\d{{1,2}}){_SEPARATOR}{_NAME}(?:{_SEPARATOR}(?:{_YEAR}|\d\d))?{_TIME}",
    )
)
_EITHER = re.compile(rf"(\d{{1,2}})\s*[-/.]\s*(\d{{1,2}})\s*[-/.]\s*{_YEAR}{_TIME}")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_FIRST_SERIAL = settings.count("triage.dates.first_serial")
_LAST_SERIAL = settings.count("triage.dates.last_serial")


def codes_of_date(text: str) -> list[tuple[int, int]]:
    """The (section, number) that a date may have been, the likeliest first; [] where the text is no date.

    >>> codes_of_date("2021/2/12"), codes_of_date("Feb-12"), codes_of_date("12-Feb"), codes_of_date("2月12日")
    ([(2, 12)], [(2, 12)], [(2, 12)], [(2, 12)])

    A number above 31 becomes a year (1-32 is January 1932); the order of 3/4/2021 is not known.
    """
    for spelling in _SPELLINGS:
        if match := spelling.fullmatch(text):
            parts = match.groupdict()
            name = parts.get("name")
            month = _MONTHS.index(name.lower()) + 1 if name else int(parts["m"])
            day, year = int(parts["d"]), int(parts.get("y") or 0)
            if 1900 < year < 2000 and day == 1:
                return [(month, year % 100)]
            return [(month, day)]
    if match := _EITHER.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        return [(first, second)] if first == second else [(first, second), (second, first)]
    return []


def codes_of_serial(text: str) -> list[tuple[int, int]]:
    """The (section, number) of a date that is shown as the number of its day; [] where it is none.

    >>> codes_of_serial("44239")
    [(2, 12)]
    """
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= (days := int(float(text))) <= _LAST_SERIAL:
        day = date(1899, 12, 30) + timedelta(days)
        return [(day.month, day.day)]
    return []
