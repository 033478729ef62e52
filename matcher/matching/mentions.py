"""What a text names that a guide may differ in: places of China by the shipped gazetteer (data/places.tsv), five-year plans.

Places are provinces, cities, districts and regions. Of a plan it is told whether the text looks back on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from matcher import numerals, settings, shipped
from matcher.message import Catalogue, Message
from matcher.segment import word_spans

say = Catalogue(__file__)

# What follows a name that then names no place: 南京大学, 北京时间, 重庆小面, 苏州河, 南京路.
_NO_PLACE = re.compile(
    r"(?!.{0,2}[各所几])[^的市省区、与和]{0,4}大学(?!城|科技园|生)|学院|师范|医学院|理工|银行|证券|交易所|时间|火锅|小面|烤鸭|方言|话|菜|号|合作组织|宣言|公约|共识|议定书|条约|河(?![北南])|路(?![径线])"
)
_NO_PLACE_ENGLISH = re.compile(r" (?:University|Normal|Institute|Jiao|Stock|Bank|Declaration)")
# 江西 in 长江西岸, 河南 in 黄河南岸: a river's bank is no province.
_BANK = re.compile(r"[江河湖][东西南北]")
_WATERS = "长珠黄海运辽淮渭汉湘赣金两沿滨太鄱洞大"
_SHORE = "岸段侧畔部麓"

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


class Place(NamedTuple):
    """A place: `codes` are the divisions it covers (GB/T 2260, 2 to 6 digits), several for a region.

    `chinese` and `english` are its names for people; the Chinese one stands in for a missing English one.
    """

    codes: tuple[str, ...]
    chinese: str
    english: str

    @property
    def name(self) -> Message:
        """Both names."""
        return Message(self.chinese, self.english)

    def meets(self, other: Place) -> bool:
        """Whether one lies in the other, or they share a part."""
        return any(a.startswith(b) or b.startswith(a) for a in self.codes for b in other.codes)


class Mention(NamedTuple):
    """A name in a text, `text[start:end]`, and every place that bears it: 鼓楼区 is in four cities.

    `by_name` says that it only names something else, a university or a dish.
    """

    places: tuple[Place, ...]
    start: int
    end: int
    by_name: bool = False


@lru_cache(maxsize=16)  # the title and the body of a proposal are asked for several times
def places_in(text: str) -> tuple[Mention, ...]:
    """The places named in a folded text, in order, the longest name at each position.

    Of those that bear one name the place that is named right before it tells which is meant: 深圳市南山区.
    """
    named: list[Mention] = []
    for mention in sorted([*_chinese(text), *_english(text)], key=lambda m: m.start):
        if named and named[-1].end == mention.start and len(mention.places) > 1:
            within = tuple(p for p in mention.places if any(p.meets(q) for q in named[-1].places))
            mention = mention._replace(places=within or mention.places)
        named.append(mention)
    return tuple(named)


def cuts_words(text: str, mention: Mention) -> bool:
    """Whether a name may be parts of two words (凉山 in 冷凉山区): it neither begins and ends where words do nor lies in one."""
    words = list(word_spans(text, [(mention.start, mention.end)]))
    within = any(a <= mention.start and mention.end <= b for a, b in words)
    at_bounds = any(a == mention.start for a, _ in words) and any(b == mention.end for _, b in words)
    return not (within or at_bounds)


class _Gazetteer(NamedTuple):
    """Places by name; the first two characters of names, each with the longest, bound the search.

    `begins` matches the first of two characters of which one begins a name and the other follows in one.
    """

    chinese: dict[str, tuple[Place, ...]]
    longest: dict[str, int]
    begins: re.Pattern[str]
    english: dict[str, tuple[Place, ...]]
    latin: re.Pattern[str]


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    chinese: dict[str, tuple[Place, ...]] = {}
    english: dict[str, tuple[Place, ...]] = {}
    file = shipped.data_file(settings.file("matching.places.places"))
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, name, short, latin = (*line.split("\t"), "", "")[:4]
        codes, short = (tuple(short.split(",")), "") if code == "+" else ((code,), short)
        place = Place(codes, short or name, latin or short or name)
        for each in {name, short} - {""}:
            chinese[each] = (*chinese.get(each, ()), place)
        if latin:
            english[latin] = (*english.get(latin, ()), place)
    longest: dict[str, int] = {}
    for name in chinese:
        longest[name[:2]] = max(longest.get(name[:2], 0), len(name))
    names = "|".join(re.escape(name) for name in sorted(english, key=len, reverse=True))
    first, second = (
        re.escape("".join(sorted({start[at] for start in longest if start[1:]}))) for at in (0, 1)
    )
    begins = re.compile(f"[{first}](?=[{second}])")
    return _Gazetteer(chinese, longest, begins, english, re.compile(rf"\b(?:{names})\b"))


def _chinese(text: str) -> Iterator[Mention]:
    names, longest, begins, *_ = _gazetteer()
    end = 0
    for at in map(re.Match.start, begins.finditer(text)):
        most = longest.get(text[at : at + 2], 0)
        if at < end or not most:
            continue
        for length in range(min(most, len(text) - at), 1, -1):
            name = text[at : at + length]
            if name in names and _is_place(text, at, at + length):
                end = at + length
                yield Mention(names[name], at, end, _NO_PLACE.match(text, end) is not None)
                break


def _is_place(text: str, start: int, end: int) -> bool:
    """Whether the name at a position stands for the place."""
    name, after = text[start:end], text[end : end + 1]
    if name.endswith("市") and after == "场":  # 东方市场
        return False
    bank = _BANK.fullmatch(name) is not None
    return not (bank and (text[start - 1 : start] in set(_WATERS) or after in set(_SHORE)))


def _english(text: str) -> Iterator[Mention]:
    *_, names, latin = _gazetteer()
    if not text.isascii() and not re.search("[A-Z][a-z]{2}", text):
        return
    for match in latin.finditer(text):
        by_name = _NO_PLACE_ENGLISH.match(text, match.end()) is not None
        yield Mention(names[match[0]], *match.span(), by_name)


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
