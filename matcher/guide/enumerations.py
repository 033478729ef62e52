"""What the sentences of a text name side by side, whatever that is: (1) … (2) …, 一是…二是…, 甲、乙和丙, “甲”“乙”, a, b and c.

The words that lead to the first item and those behind the last are left out where the other items say how long one is.
All texts are folded (segment.fold).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from matcher import settings
from matcher.guide.marked_items import (
    CIRCLED,
    COUNTS_ON,
    ENGLISH_ORDINAL,
    MARK,
    ORDINAL,
    ItemEdges,
    items_behind,
    trimmed,
)
from matcher.language import HAN_LETTERS

_TIMES = settings.factor("guide.enumerations.times")
_MORE = settings.count("guide.enumerations.more")
_EVEN = settings.share("guide.enumerations.even")
_SHORTEST = settings.characters("guide.enumerations.shortest")
_LONGEST = settings.characters("guide.enumerations.longest")
_WORDS = settings.words("guide.enumerations.words")

# A sentence ends, unless the next one counts on: 一是…。二是…
_END = re.compile(r"[。!?](?!\s*(?:[二三四五六七八九]是|第[二三四五六七八九],|\(?[2-9]\)))")
_ENGLISH_END = re.compile(rf"(?<=[a-z)\d%])[.?!]\s+(?=[A-Z\"“(])(?!{COUNTS_ON})|[.?!]$")
_BRACKET = re.compile(r"[(\[][^()\[\]]*[)\]]")
_QUOTED = re.compile(r"(?:“[^“”]{2,60}”[、,和与及以]*){2,}|(?:《[^《》]{2,60}》[、,和与及以]*){2,}")
_CLAUSE = re.compile(r"(?:[^,;:]|,(?=以及|和|及))+")
_LAST = "(?:and|or|as well as)"
# What may lead to the first item …
_LEAD = re.compile(
    "包括但不限于|[重优][点先](?:支持|资助)|围绕|聚焦|针对|面向|支持|资助|包括|包含|涵盖|涉及|关注|探索|探讨|深入研究|重点研究|开展|解决|突破|攻克|诸如|例如|比如"
    "|分别[是为]|下设|征集|鼓励|欢迎|受理|接受|考虑|瞄准|侧重|琢磨|回应|确定为|投向|限于|列出|选定|提出|其中|研究|分为|设立|在(?![线校岗职建])|就(?!业)|从(?!业)|对(?![外策比象接冲口])|以(?![上下太])|如(?!何)|设(?![施备计定想置])|有(?![机色限效害源轨])|[为是即于按由将把]"
)
_ENGLISH_LEADS = tuple(
    re.compile(rf"(?i){lead}")
    for lead in (
        r":\s*|\b(?:such as|namely|for instance|including(?:,? but not limited to)?)[:,]?\s+",
        r"\b(?:projects|proposals|applications|bids|studies|submissions|research|work|awards|experiments|ideas|studentships|papers)"
        r"\s+(?:of|in|on|into|about|concerning|related to|relating to|addressing|exploring|examining|tackling"
        r"|that (?:address|tackle|explore|examine)s?)\s+",
        r"\b(?:address|addresses|tackle|explore|examine|investigate|cover|covers|understand|concerning|targets?|deals? with"
        r"|related? to|focus(?:es|ed)? on"
        r"|thinking about|learn more about|interested in|answers? on|concerned with|reserved for"
        r"|in the (?:areas|directions|fields) of)\s+(?:either |both )?(?:with |on )?",
        r"\b(?:invited|sought|welcomed?|solicited|requested) (?:on|in|into|about|for|concerning)\s+",
        r"\b(?:are|is|include|includes)\s+",
        r"\b(?:either|on|into|about|for|in|of|with|to|by|as)\s+",
    )
)
_BETWEEN = re.compile("(?:应当?|可以?|将|主要|重点|优先|于)?")
# … what ends the list for sure, or may stand behind the last …
_ENDS = re.compile("等(?=方面|方向|领域|问题|课题|选题|内容)")
_TAIL = re.compile(
    r"等(?![级离候量效温])|之类|诸(?=问题)|(?=这?[几两二三四五六七八九十\d]+[个类大项方])|中任[一选]|之?中(?=选|择)|方面|方向|领域(?=的|,|$|开展|进行)"
    r"|列?[为作](?=[^,;:、]{0,12}(?:方向|主题|重点|议题|选题|病种|内容|课题|题目))"
    r"|的(?=[^,;:、]{0,8}(?:研究|支持|联合|项目|课题|研制|研发|开发|应用)$)|开展|进行"
)
_JOINT = re.compile("以及|或者|还有|[和及或与]")
_SURE_JOINTS = ("以及", "或者", "还有", "或")
_WHOSE = re.compile(r"(?:(?:我|本|全)[国省市县区州校院]|当前|目前|以下|下列)的?")
_REST = re.compile(r"其他|其它|其余|(?i:any other|others?\b|(?:but )?not (?:necessarily )?limited to$)")


@dataclass(frozen=True)
class Enumeration:
    """Two items or more of a sentence: its edges and theirs, places in one text."""

    start: int
    end: int
    items: tuple[ItemEdges, ...]


def without_brackets(text: str) -> str:
    """The text with what stands in brackets hidden, but for those of marks, at the same places."""
    return _BRACKET.sub(lambda m: m[0] if MARK.match(m[0]) else f"({'·' * (len(m[0]) - 2)})", text)


def enumerations(text: str) -> Iterator[Enumeration]:
    """What the sentences of a text enumerate, in order; a rest (其他…, any other) is no item."""
    text = without_brackets(text)
    chinese = HAN_LETTERS.search(text) is not None
    ends = (_END if chinese else _ENGLISH_END).finditer(text)
    for start, end in pairwise([0, *(m.end() for m in ends), len(text)]):
        if end - start <= _LONGEST:
            for items in (_chinese if chinese else _english)(text, start, end):
                kept = tuple((a, b) for a, b in items if not _REST.match(text, a))
                if len(kept) > 1 and all(a < b for a, b in kept):
                    yield Enumeration(start, end, kept)


def _chinese(text: str, start: int, end: int) -> Iterator[list[ItemEdges]]:
    taken: list[ItemEdges] = []
    for items in (items_behind(mark, text, start, end) for mark in (ORDINAL, MARK, CIRCLED)):
        if items:
            taken.append((items[0][0], items[-1][1]))
            yield items
    for quoted in _QUOTED.finditer(text, start, end):
        taken.append(quoted.span())
        inner = re.finditer("“[^“”]+”|《[^《》]+》", quoted[0])
        yield [(quoted.start() + m.start() + 1, quoted.start() + m.end() - 1) for m in inner]
    if text.count(";", start, end) > 1 and not taken:
        colon = text.rfind(":", start, text.find(";", start)) + 1
        items = _parted(text, max(start, colon), end, ";")
        if not any("," in text[a:b] for a, b in items[:-1]):  # 丙，每项…
            first, last = items[-1]
            items[-1] = (first, first + len(text[first:last].split(",")[0]))
        if 2 * sum("、" in text[a:b] for a, b in items) < len(items):  # else each part is a list of its own
            yield _without_lead(text, items, behind_colon=colon > 0)
    ends = _ENDS.search(text, start, end)
    leads = _LEAD.finditer(text, start, ends.start()) if ends else iter(())
    if ends and all(text[m.end()] in "、," for m in leads):
        yield _parted(text, start, ends.start(), "[、,]")  # the sentence is the list
        return
    for clause in _CLAUSE.finditer(text, start, end):
        first, last = (
            clause.start(),
            min((m.start() for m in _ENDS.finditer(clause[0])), default=len(clause[0])),
        )
        last += first
        if "、" in text[first:last] and not any(a < last and first < b for a, b in taken):
            items = _parted(text, first, last, "[、,]")
            items = _joined(text, _without_tail(text, items)) if len(items) > 1 else []
            if len(items) > 2 or (
                len(items) > 1 and ";" in text[start:end]
            ):  # of several fields, one may have two
                yield _without_lead(text, items, behind_colon=text[first - 1 : first] == ":")


def _parted(text: str, start: int, end: int, separator: str) -> list[ItemEdges]:
    """The stretches between separators that hold something."""
    marks = list(re.compile(separator).finditer(text, start, end))
    edges = [start, *(n for m in marks for n in m.span()), end]
    items = (trimmed(text, a, b) for a, b in zip(edges[::2], edges[1::2], strict=True))
    return [(a, b) for a, b in items if a < b]


def _without_tail(text: str, items: list[ItemEdges]) -> list[ItemEdges]:
    """The items, the last without what follows it: 等方面, 四个领域, 为主题."""
    first, last = items[-1]
    usual = median(b - a for a, b in items[1:-1] or items[:1])
    for match in _TAIL.finditer(text, first, last):
        if match.start() - first >= max(2, min(_EVEN * usual, _SHORTEST)):
            return [*items[:-1], trimmed(text, first, match.start())]
    return items


def _joined(text: str, items: list[ItemEdges]) -> list[ItemEdges]:
    """The items, the last in two where 以及, or 和 between halves as long as an item, joins two."""
    *earlier, (first, last) = items
    texts = [text[a:b] for a, b in earlier[1:] or earlier]
    usual = median(map(len, texts)) if len(texts) > 1 else min(len(texts[0]), (last - first) / 2)
    joint_used = any(re.search("[和及与]", t) for t in texts)
    for joint in _JOINT.finditer(text, first, last):
        shorter = min(joint.start() - first, last - joint.end())
        share = 2 * _EVEN if joint[0] == "与" else _EVEN
        even = not joint_used and shorter >= share * usual
        if shorter > 1 and (joint[0] in _SURE_JOINTS or even):
            return [*earlier, trimmed(text, first, joint.start()), trimmed(text, joint.end(), last)]
    return items


def _without_lead(text: str, items: list[ItemEdges], *, behind_colon: bool) -> list[ItemEdges]:
    """The items, the first without what leads to it; `behind_colon` it may be all of the stretch."""
    first, last = items[0]
    usual = median(b - a for a, b in items[1:])
    longest = max(_TIMES * usual, usual + _MORE)
    if behind_colon and last - first <= longest:
        return items
    leads = [m for m in _LEAD.finditer(text, first, last) if last - m.end() > 1]
    fitting = [m for m in leads if min(_EVEN * usual, _SHORTEST) <= last - m.end() <= longest]
    if fitting:
        at = 0  # 应当聚焦, 支持在: the last of those that stand together
        while at + 1 < len(fitting) and _BETWEEN.fullmatch(text, fitting[at].end(), fitting[at + 1].start()):
            at += 1
        first = fitting[at].end()
    elif leads:
        first = leads[-1].end()
    whose = _WHOSE.match(text, first, last)
    return [trimmed(text, whose.end() if whose else first, last), *items[1:]]


def _english(text: str, start: int, end: int) -> Iterator[list[ItemEdges]]:
    if items := items_behind(ENGLISH_ORDINAL, text, start, end) or items_behind(MARK, text, start, end):
        yield items
    elif text.count(";", start, end) > 1:
        yield _without_english_lead(text, _parted(text, start, end, r";\s*(?:(?:and|or) )?"))
    else:
        for clause in re.compile("[^;:]+").finditer(text, start, end):
            items = _commas(text, *clause.span())
            if len(items) > 2:
                behind_colon = clause.start() > start and items[0][0] - clause.start() <= 1
                yield items if behind_colon and _fits(text, items) else _without_english_lead(text, items)


def _commas(text: str, start: int, end: int) -> list[ItemEdges]:
    """What commas and one last and part: from the stretch that leads to the list on."""
    parts = _parted(text, start, end, r",\s+")
    for at in range(len(parts) - 1, 0, -1):
        first, last = parts[at]
        if match := re.compile(rf"{_LAST}\s+").match(text, first, last):
            items = [*parts[:at], (match.end(), last)]
        elif joints := list(re.compile(rf"\s{_LAST}\s+").finditer(text, first, last)):
            items = [*parts[:at], (first, joints[-1].start()), (joints[-1].end(), last)]
        else:
            continue
        longest = _TIMES * median(_count(text, *item) for item in items[-2:]) + _MORE
        for begin, (first, last) in reversed([*enumerate(items[:-2])]):
            leads = (m for lead in _ENGLISH_LEADS[:-1] for m in lead.finditer(text, first, last))
            if _count(text, first, last) > _WORDS or any(
                m.end() < last and _count(text, m.end(), last) <= longest for m in leads
            ):
                return items[begin:]
        return items
    return []


def _count(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())


def _fits(text: str, items: list[ItemEdges]) -> bool:
    """Whether the first item is as long as the others say."""
    return _count(text, *items[0]) <= _TIMES * median(_count(text, *item) for item in items[1:]) + 2


def _without_english_lead(text: str, items: list[ItemEdges]) -> list[ItemEdges]:
    """The items, the first without what leads to it, the others without the word that they share with it: on a, on b."""
    first, last = items[0]
    for lead in _ENGLISH_LEADS:
        fitting = [
            m
            for m in lead.finditer(text, first, last)
            if m.end() < last and _fits(text, [(m.end(), last), *items[1:]])
        ]
        if fitting:
            first = fitting[-1 if lead is _ENGLISH_LEADS[0] else 0].end()
            break
    openings = {text[a:b].partition(" ")[0].lower() for a, b in items[1:]}
    shared = openings.pop() if len(openings) == 1 else ""
    skip = len(shared) + 1 if shared in ("on", "in", "about", "for", "by", "of") else 0
    return [(first, last), *((a + skip, b) for a, b in items[1:])]
