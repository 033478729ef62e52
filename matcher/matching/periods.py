"""Five-year plans that a text names, and whether it looks back on them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher import numerals
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

# The first year of the sixth plan; a plan lasts five years.
_SIXTH, _PLAN_YEARS = 1981, 5
_UNITS = numerals.DIGITS[1:]
_CLAUSE = re.compile(r"[，,。；;！？!?\n：:()]|\.\s")
_PAST = re.compile(
    r"以来|回顾|总结|历史|沿革|演变|演进|变迁|从.{0,12}到|取得|成就|基础上|期间|末|历次|数据|样本|面板"
    r"|\b(?:since|during|review\w*|history|historical|data|from|past|earlier|previous)\b"
)
_PLAN = re.compile(
    rf"(?<![{_UNITS}十百])十([{_UNITS}])五(?![十百千万岁天年个月日号级条章])|第十([{_UNITS}])个五年(?:规划|计划)"
    r"|\b(1\d)th Five[- ]Year|\b(Eleventh|Twelfth|Thirteenth|Fourteenth|Fifteenth|Sixteenth) Five[- ]Year"
)
_ORDINALS = ("Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth")
_PLAN_SPAN = re.compile(
    r"(20\d\d)\s?年?\s?[—–~～至到-]{1,2}\s?(20\d\d)(?=[^，,。；;.]{0,12}(?:规划|五年|[Pp]lan))"
)


def plans_in(text: str) -> Iterator[tuple[int, bool]]:
    """The five-year plans that a text names, each with whether it looks back on it."""
    named = []
    if "十" in text or "Five" in text:  # most texts name no plan
        named += [(m.start(), m.end(), _number(m)) for m in _PLAN.finditer(text)]
    if "20" in text:
        named += [
            (m.start(), m.end(), plan_of(int(m[1])))
            for m in _PLAN_SPAN.finditer(text)
            if int(m[1]) % _PLAN_YEARS == 1 and int(m[2]) - int(m[1]) == _PLAN_YEARS - 1
        ]
    for start, end, plan in named:
        yield plan, _PAST.search(clause(text, start, end)) is not None


def _number(match: re.Match[str]) -> int:
    if match[4]:
        return 11 + _ORDINALS.index(match[4])
    return int(match[3]) if match[3] else 11 + _UNITS.index(match[1] or match[2])


def plan_of(year: int) -> int:
    """The five-year plan that a year lies in: 14 for 2021 to 2025."""
    return 6 + (year - _SIXTH) // _PLAN_YEARS


def plan_name(plan: int) -> Message:
    """A plan by its number, as people say it."""
    return say("agreement.plan name", number=numerals.write(plan), plan=plan)


def clause(text: str, start: int, end: int) -> str:
    """The clause around a stretch of text."""
    before = [mark.end() for mark in _CLAUSE.finditer(text, 0, start)]
    after = _CLAUSE.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]
