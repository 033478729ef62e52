"""Items of a sentence behind marks that count up: (1) … (2) …, ①…、②…, 一是…；二是…, The first is …. The second is …."""

from __future__ import annotations

import re

from matcher import settings

_SHORTEST = settings.characters("guide.enumerations.shortest")

ItemEdges = tuple[int, int]

_SIGN = r"[a-h]|\d|[一二三四五六七八九]|i{1,3}|iv|vi{0,3}"
MARK = re.compile(
    rf"(?:^|(?<=[\s;,:、。\u3400-\u9fff]))(?:\((?:{_SIGN})\)|(?!\d\.\d)(?:[a-h]|\d|i{{1,3}}|iv|vi{{0,3}})[).、])\s*"
)
# ①…、②…, folded; 1个 and 2年 count no items. What leads to the next item of another field is none of this one.
CIRCLED = re.compile(
    r"(?<=[;,、。:\s\u3400-\u9fff])(?<![年月第])[1-9](?=[\u3400-\u9fff“])(?![个项年月日号名篇部份人家类次轮期万亿元级期])"
)
ORDINAL = re.compile(r"(?:^|(?<=[;,:。]))\s*(?:[一二三四五六七八九]是|第[一二三四五六七八九],)")
# The first is …, where we …. The second theme is …; bids …. The third, …, should …
_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_CALLED = "(?: (?:theme|topic|challenge|area|question|priority|strand|subject|problem|one))?"
ENGLISH_ORDINAL = re.compile(
    rf"(?:^|(?<=[.;:] ))(?:The|Our) (?P<n>{'|'.join(_WORDS)}){_CALLED}(?:,|,? (?:is|concerns|covers|asks about|deals with|looks at|is about):?) "
)
COUNTS_ON = rf"(?:The|Our) (?:{'|'.join(_WORDS)}){_CALLED}(?:,| (?:is|concerns|covers|asks|deals|looks)\b)"
_AROUND = re.compile(r"[\s();,.、:是第]")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii")
_COUNTINGS = ("abcdefgh", "123456789", "一二三四五六七八九", _ROMAN)
# What a clause behind an item asks of it or says of the filing: 一是…，重点解决…的问题；二是…，须与…合作
_REMARK = re.compile(
    r",(?=(?:主要|重点|着重|突出)(?:解决|面向|围绕|研究|聚焦|关注)|[应须需限可由]|要求|旨在|鼓励|优先|每[项题个]|仅限|拟?(?:支持|资助)|不得|不少于|不超过)"
)


def items_behind(mark: re.Pattern[str], text: str, start: int, end: int) -> list[ItemEdges]:
    """The items behind marks that count up from the first; none if these are fewer than two."""
    if mark is ENGLISH_ORDINAL:
        return _behind_words(text, start, end)
    marks = list(mark.finditer(text, start, end))
    longest: list[re.Match[str]] = []
    for signs in _COUNTINGS:
        run = list[re.Match[str]]()
        for match in marks:
            if len(run) < len(signs) and _AROUND.sub("", match[0]) == signs[len(run)]:
                run.append(match)
        longest = max(longest, run, key=len)
    if len(longest) < 2:
        return []
    ends = [*(m.start() for m in longest[1:]), end]
    if mark is CIRCLED:  # 资助①…；在“…”方向，资助②…
        ends = [
            text.find(";", m.end(), b) if ";" in text[m.end() : b] else b
            for m, b in zip(longest, ends, strict=True)
        ]
    items = [trimmed(text, m.end(), b) for m, b in zip(longest, ends, strict=True)]
    if mark is not ORDINAL:
        return items
    last = items[-1]
    asked = [_REMARK.search(text, a, b) for a, b in items]
    commas = [m.start() if m else -1 for m in asked[:-1]] + [text.find(",", *last)]
    return [
        trimmed(text, a, comma) if comma - a >= _SHORTEST else (a, b)
        for (a, b), comma in zip(items, commas, strict=True)
    ]


def _behind_words(text: str, start: int, end: int) -> list[ItemEdges]:
    """The items behind The first is, The second is …, each up to the next stop or comma; none unless they count up from the first."""
    marks = list(ENGLISH_ORDINAL.finditer(text, start, end))
    counts = len(marks) > 1 and [m["n"] for m in marks] == [*_WORDS[: len(marks)]]
    ends = ((m, re.compile(r"[,;]|[.?!](?:\s|$)").search(text, m.end(), end)) for m in marks if counts)
    return [trimmed(text, m.end(), stop.start() if stop else end) for m, stop in ends]


def trimmed(text: str, start: int, end: int) -> ItemEdges:
    """A stretch without white space, stops, and a last and or 以及 at either end."""
    part = text[start:end]
    end -= len(part) - len(part.rstrip(" ,;、。.:?!"))
    start += len(part) - len(part.lstrip(" ,;、。.:"))
    if match := re.match(r"以及|还有|或者|和(?![谐平])|及", text[start:end]):
        start += match.end()
    if match := re.search(r"(?:[,;]?\s+(?:and|or)|[,;]?(?:以及|和|及|或者?))$", text[start:end]):
        end = start + match.start()
    return min(start, end), end
