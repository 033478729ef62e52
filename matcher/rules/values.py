"""What filing rules compare (people, organisations, moments, amounts) as it is read from what was written, and the rules that look at
one row alone.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from matcher.message import Catalogue, Message
from matcher.numerals import read_digits
from matcher.readers.batch import Entry
from matcher.rules.reading import Rule, Status
from matcher.segment import fold

say = Catalogue(__file__)

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TITLES = re.compile(
    r"(?:副?教授|副?研究员|助理研究员|讲师|(?:高级|助理)?工程师|博士后?|主任医师|院士|老师|先生|女士)+$"
)
_WORD = re.compile(r"[^\W\d_]+")
_SEPARATORS = re.compile(r"[、，,;；/|\n]+")
_COMPANY = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|(?:co|company|corp|corporation|inc|ltd|limited|llc|gmbh)$)"
)
# Only a name that ends like this can be the house of a longer one: 天津大学 of 天津大学经济学院.
_HOUSE = ("大学", "学院", "研究院", "研究所", "科学院", "医院", "中心", "委员会", "集团", "公司", "局", "厅")


def person(name: str) -> str:
    """A person's name without spaces, dots, brackets, academic title or case; "" if nothing is left.

    >>> person("张 三（博士）"), person("李四教授"), person("ZHANG San")
    ('张三', '李四', 'zhangsan')
    """
    plain = _BRACKETS.sub("", fold(name)).lower()
    letters = "".join(c for c in plain if c.isalnum())
    short = _TITLES.sub("", letters)
    return short if len(short) > 1 else letters


def people(names: str) -> list[str]:
    """The persons of a cell, normalised, in order, each once.

    Names stand apart by 、，；/ or line ends; where there is none of these, by spaces, unless a
    part is a single character (张 三 is one person) or Latin.
    """
    return list(dict.fromkeys(map(person, _apart(names))))


def _apart(names: str) -> list[str]:
    """The names of a cell as they are written, without what stands in brackets."""
    text = _BRACKETS.sub("", fold(names))
    parts = _SEPARATORS.split(text)
    if len(parts) == 1 and all(len(p) > 1 and not p.isascii() for p in text.split()):
        parts = text.split()
    return [part for part in parts if person(part)]


def person_in_common(names: str, beside: str) -> bool | None:
    """Whether two cells name one person; None where that cannot be known: a cell is empty, or what could be one person is
    written in two scripts, or with initials.

    >>> person_in_common("Wang Xiaoming", "Xiaoming WANG"), person_in_common("王小明", "Wang Xiaoming"), person_in_common("王小明", "李四")
    (True, None, False)
    """
    pairs = {_one_person(a, b) for a in _apart(names) for b in _apart(beside)}
    return True if True in pairs else None if None in pairs or not pairs else False


def _one_person(a: str, b: str) -> bool | None:
    one, other = _WORD.findall(a.lower()), _WORD.findall(b.lower())
    turned = ("".join(words) for words in (other, [*other[1:], *other[:1]], [*other[-1:], *other[:-1]]))
    if person(a) == person(b) or "".join(one) in turned:
        return True
    shortened = any(len(word) == 1 for word in (*one, *other)) and not set(one).isdisjoint(other)
    return None if scripts(a) != scripts(b) or shortened else False


def scripts(name: str) -> set[str]:
    """The scripts of the letters of a name, as Unicode calls them: LATIN, CJK (Chinese characters), CYRILLIC …"""
    return {unicodedata.name(c, "").partition(" ")[0] for c in fold(name) if c.isalpha()}


def organisation(name: str) -> str:
    """An organisation's name without case, marks and legal form (有限公司, Ltd.); "" for an empty one.

    What stands in brackets stays: 某大学（威海） is not 某大学.

    >>> organisation("天津海棠科技有限公司"), organisation("南开大学（滨海学院）"), organisation("Sea Tech Co., Ltd.")
    ('天津海棠科技', '南开大学滨海学院', 'seatech')
    """
    words = re.findall(r"\w+", fold(name).lower())
    while len(words) > 1 and _COMPANY.fullmatch(words[-1]):
        words.pop()
    letters = "".join(words).replace("_", "")
    return _COMPANY.sub("", letters) if not letters.isascii() else letters


def is_part_of(part: str, house: str) -> bool:
    """Whether a normalised organisation may be a department of another: 天津大学经济学院 of 天津大学."""
    return part != house and part.startswith(house) and house.endswith(_HOUSE)


Result = tuple[Status, Message]  # what a check yields

_NO = {"无", "否", "没有", "无在研", "无在研项目", "no", "none", "n", "false", "0", "/", "-", "—"}
_MOMENT = re.compile(
    r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?"
    r"(?:\s+(\d{1,2})[:时](\d{1,2})?分?(?::(\d{1,2}))?.*)?"
)
_MONTH = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})|(\d\d))\s*月?")
_SERIAL = re.compile(r"\d{5}")  # a spreadsheet's number of a day: of 1927 to 2173
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
    stated = read_digits(plain.rstrip("项个"))
    count = stated if stated is not None else 0 if plain in _NO else 1
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


def birth(text: str) -> tuple[date, date] | None:
    """The first and the last day that somebody may be born on: a day, a month, or a day as a spreadsheet counts it; None if none.

    >>> birth("1960年1月"), birth("21917")
    ((datetime.date(1960, 1, 1), datetime.date(1960, 1, 31)), (datetime.date(1960, 1, 2), datetime.date(1960, 1, 2)))
    >>> birth("1960.1")[1], birth("1960.13")  # a number loses its last zero
    (datetime.date(1960, 10, 31), None)
    """
    plain = fold(text).strip()
    if _SERIAL.fullmatch(plain):
        day = date(1899, 12, 30) + timedelta(int(plain))
        return day, day
    if match := _MONTH.fullmatch(plain):
        year, first = int(match[1]), int(match[2] or match[3])
        last = 10 if plain.endswith(".1") else first
        if not 1 <= first <= 12:
            return None
        return date(year, first, 1), date(year, last, monthrange(year, last)[1])
    when, _ = moment(plain)
    return (when.date(), when.date()) if when else None


def _born_after(rule: Rule, entry: Entry) -> Iterator[Result]:
    assert rule.after is not None
    text = entry.extra.get("birth", "")
    born = birth(text)
    if born is None:
        yield unchecked(say("lacking.birth"))
    elif born[1] < rule.after:
        yield "broken", say("born", text=text, after=rule.after)
    elif born[0] < rule.after:
        yield unchecked(say("lacking.birth day"))


SINGLE: Mapping[str, Callable[[Rule, Entry], Iterator[Result]]] = {
    "running_projects": _running_projects,
    "deadline": _deadline,
    "budget_limit": _budget_limit,
    "text_limit": _text_limit,
    "born_after": _born_after,
}
