"""Filing rules that look at one row alone: dates, money, length, running projects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time

from matcher.message import Catalogue, Message
from matcher.readers.batch import Entry
from matcher.rules.reading import Rule, Status
from matcher.segment import fold

say = Catalogue(__file__)

Result = tuple[Status, Message]  # what a check yields

_NO = {"无", "否", "没有", "无在研", "无在研项目", "no", "none", "n", "false", "0", "/", "-", "—"}
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?"
    r"(?:\s+(\d{1,2})[:时](\d{1,2})?分?(?::(\d{1,2}))?.*)?"
)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(万元|万|元)?整?")
_DAY_END = time(23, 59, 59)


def unchecked(lacking: Message) -> Result:
    """What is said where the batch lacks what a rule asks about."""
    return "unchecked", say("unchecked", lacking=lacking)


def moment(text: str) -> tuple[datetime | None, bool]:
    """(date and time, whether a time was written) of 2024-04-12 17:00, 2024年4月12日, 20240412; None if none.

    >>> moment("2024年4月12日 17时")
    (datetime.datetime(2024, 4, 12, 17, 0), True)
    >>> moment("2024-02-31")
    (None, False)
    """
    match = _MOMENT.fullmatch(fold(text).strip().replace("T", " "))
    if not match:
        return None, False
    year, month, day, hour, minute, second = (int(n or 0) for n in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second), match[4] is not None
    except ValueError:  # the 31st of February is no moment, and the caller says so
        return None, False


def amount(text: str) -> float | None:
    """万元 (10,000 yuan) of an amount; one without a unit is 万元, as application forms have it.

    >>> amount("80万元"), amount("￥800,000元"), amount("80"), amount("若干")
    (80.0, 80.0, 80.0, None)
    """
    match = _AMOUNT.fullmatch(re.sub(r"[\s,¥]|人民币|约", "", fold(text)))
    if not match:
        return None
    return float(match[1]) / (10_000 if match[2] == "元" else 1)


def _running_projects(rule: Rule, entry: Entry) -> Iterator[Result]:
    text = entry.extra.get("running", "")
    plain = fold(text).strip().lower().rstrip("。.")
    number = plain.rstrip("项个")
    count = int(number) if number.isascii() and number.isdigit() else 0 if plain in _NO else 1
    if not plain:
        yield unchecked(say("lacking.running"))
    elif count > rule.limit:
        yield "broken", say("running", text=text[:60])


def _deadline(rule: Rule, entry: Entry) -> Iterator[Result]:
    assert rule.until is not None
    until = f"{rule.until:%Y-%m-%d %H:%M}"
    text = entry.extra.get("submitted", "")
    when, timed = moment(text)
    if when is None:
        yield unchecked(say("lacking.time"))
    elif not timed and when.date() == rule.until.date() and rule.until.time() < _DAY_END:
        yield unchecked(say("lacking.hour", until=until))
    elif when > rule.until:
        yield "broken", say("late", text=text, until=until)


def _budget_limit(rule: Rule, entry: Entry) -> Iterator[Result]:
    value = amount(entry.extra.get("budget", ""))
    if value is None:
        yield unchecked(say("lacking.budget"))
    else:
        yield from _range(rule, value, say("budget", value=value))


def _text_limit(rule: Rule, entry: Entry) -> Iterator[Result]:
    name = say(f"field.{rule.field}")
    text = {"title": entry.proposal.title, "abstract": entry.proposal.abstract}[rule.field]
    length = sum(not c.isspace() for c in text)
    if length == 0:
        yield unchecked(name)
    else:
        yield from _range(rule, length, say("length", field=name, length=length))


def _range(rule: Rule, value: float, stated: Message) -> Iterator[Result]:
    if rule.most is not None and value > rule.most:
        yield "broken", say("above", stated=stated, most=rule.most)
    if rule.least is not None and value < rule.least:
        yield "broken", say("below", stated=stated, least=rule.least)


def _born_after(rule: Rule, entry: Entry) -> Iterator[Result]:
    assert rule.after is not None
    text = entry.extra.get("birth", "")
    when, _ = moment(text)
    if when is None:
        yield unchecked(say("lacking.birth"))
    elif when.date() < rule.after:
        yield "broken", say("born", text=text, after=rule.after)


SINGLE: Mapping[str, Callable[[Rule, Entry], Iterator[Result]]] = {
    "running_projects": _running_projects,
    "deadline": _deadline,
    "budget_limit": _budget_limit,
    "text_limit": _text_limit,
    "born_after": _born_after,
}
