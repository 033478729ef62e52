"""Places of China in a text: provinces, cities, districts and regions by the shipped gazetteer (data/places.tsv)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from matcher import settings, shipped
from matcher.message import Message
from matcher.segment import word_spans

# What follows a name that then names no place: 南京大学, 北京时间, 重庆小面.
_NO_PLACE = re.compile(
    r"(?!.{0,2}[各所几])[^的市省区、与和]{0,4}大学(?!城|科技园|生)|学院|师范|医学院|理工|银行|证券|交易所|时间|火锅|小面|烤鸭|方言|话|菜|号|合作组织|宣言|公约|共识|议定书|条约"
)
_NO_PLACE_ENGLISH = re.compile(r" (?:University|Normal|Institute|Jiao|Stock|Bank|Declaration)")
# 江西 in 长江西岸, 河南 in 黄河南岸: a river's bank is no province.
_BANK = re.compile(r"[江河湖][东西南北]")
_WATERS = "长珠黄海运辽淮渭汉湘赣金两沿滨太鄱洞大"
_SHORE = "岸段侧畔部麓"


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
def mentions(text: str) -> tuple[Mention, ...]:
    """The places named in a folded text, in order, the longest name at each position."""
    return tuple(sorted([*_chinese(text), *_english(text)], key=lambda m: m.start))


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
