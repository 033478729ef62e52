"""Whether place, plan period and year of a proposal are those of the guide: warnings in words, never a score.

What a proposal is about is told from what it only mentions: a place in a clause of comparison or
history (借鉴上海经验, 与北京比较, 明清时期) is no disagreement, nor are several places side by side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from matcher import settings
from matcher.matching import mentions
from matcher.matching.content import Part
from matcher.message import Catalogue, Message
from matcher.segment import fold
from matcher.types import Guide

say = Catalogue(__file__)

_NAMED_BY = settings.share("matching.agreement.named_by")
_FEWEST_NAMED = settings.count("matching.agreement.fewest_named")
_TITLE_LIKE = settings.characters("matching.agreement.title_like")
# So many digits of a code name a city.
_CITY = 4
_PREPARING = settings.years("matching.agreement.preparing")
_BEFORE = settings.characters("matching.agreement.before")
_AFTER = settings.characters("matching.agreement.after")
# Places side by side are compared; none of them is what a text is about.
_LISTED = re.compile(r"市?(?:[、和与及,/]|以及| ?and ?|, ?(?:and )?)?")
_LIST = "比较"
_MOST = settings.count("matching.agreement.most")
_COMPARED = (
    r"借鉴|经验|教训|做法|启示|比较|对比|对标|相比|相较|比对|参照|(?<![器度化移])学习|国内外|外省|外地|其他|各地|等地|等省|等市|等城|不如|追上|辐射|输入|运往|销往|从前"
    r"|[唐宋元明清汉秦]代|[明清宋唐]|民国|抗战|近代|古代|世纪|年间|曾[在任于就]|就读|毕业|籍贯|出生|老家|史料|史志|考古|遗址|出土"
    r"|\b(?:[Ll]essons?|[Ee]xperiences?|[Cc]ompar\w*|[Vv]ersus|vs|[Uu]nlike|[Ll]ike|such as|as in|[Bb]enchmark\w*|[Ll]earn\w*|"
    r"other cities|elsewhere|behind|ahead of|cases?|dynasty|century|history|practices?)\b"
)
_FOREIGN_FRAME = re.compile(
    rf"{_COMPARED}|参考|先进|案例|调研|考察|差距|模式|交流|来自|合作|联合|携手|联手|搞|弄|率先|首创|挂职|任职|供职|就职"
    r"|文学|小说|作家|诗|方言|戏|传说|会议|革命"
)
# Of a title that begins with a place (重庆市创业孵化模式研究) less says that it is only compared, though more where its name ends.
_LEADING_FRAME = re.compile(rf"{_COMPARED}|^(?:的|之)?(?:模式|案例|样本|速度|现象)|案例(?:研究|分析)?$")
_OURS = re.compile(
    r"[我本全](?:市|省|区|县|州|自治区)(?!场|民)|\b[Oo]ur (?:own )?(?:city|municipality|province|region)\b"
)
# Beijing, Tianjin, Shanghai and Chongqing are no provinces: there "our province" is another place.
_NO_PROVINCES, _OUR_PROVINCE = ("11", "12", "31", "50"), ("我省", "本省")
_IN_FULL = "省市区县"
# After these words a place is what is studied, even beside "our city": 刻画重庆, 以重庆为例 …
_STUDIED = re.compile(
    r"(?:以|(?<![\u4e00-\u9fff])给|样本[为是]|围绕|针对|刻画|分析|梳理|考察|提出|面向|调查|研究|测算|论证|走访|选取|抽取|访谈|跟踪|评估|摸清|了解|剖析|深入)$"
    r"|\b(?:[Ss]urvey|[Ss]tud(?:y|i)|[Cc]over|[Ee]xamin|[Aa]naly|[Ii]nterview|[Ee]valuat|[Mm]easur)\w*\b[^.]{0,60}(?<!ed )\b(?:in|across)\s$"
)
# … and before these: 武汉的五所大学. One or two of a place are told of in passing: 成都的一家公司.
_SAMPLED = re.compile(r"[^，,。；;]{0,4}(?:\d+|[三四五六七八九十百千余]+)(?:家|所|名|户)")
# A place after these words is where something goes: 活虾运到北京.
_TOWARDS = re.compile(r"(?:[到往至去赴达]|\b(?:to|towards|into))\s?$")
# Two provinces and more by their one-character names side by side (津冀, 沪苏浙), or one that something comes to (来津), each
# with its code (GB/T 2260); those that are everyday words too (新, 青, 宁, 甘, 吉, 黑) are left out.
_ABBREVIATED = {
    "京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "沪": "31", "苏": "32", "浙": "33", "皖": "34",
    "闽": "35", "赣": "36", "鲁": "37", "豫": "41", "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46", "渝": "50",
    "川": "51", "黔": "52", "滇": "53", "陕": "61",
}  # fmt: skip
_SIDE_BY_SIDE = re.compile(f"[{''.join(_ABBREVIATED)}]{{2,}}|(?<=[来在赴驻入])[{''.join(_ABBREVIATED)}]")
# How a notice names the guide that it comes with.
_ANNOUNCED = re.compile(r"(?:发布|印发|公布|征集)了?[《“]?([^,。;:《》]{4,40}?(?:指南|课题|项目))")
_ISSUER = re.compile(r"^(?:\s|\d|年|度|附件|关于|[:：、.])*([\u4e00-\u9fff]{2,6}?)(省|市|自治区|自治州)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s?年")
_FILED = re.compile(r"(?<![\d—–~～至到-])(20\d\d)\s?年?度(?=[^，,。；;]{0,24}(?:申报|指南|课题|项目|计划))")
_RUNS = re.compile(
    r"(?:研究|实施|执行|项目|课题|起止)(?:期限|周期|时间|年限|期)\s?[:：为]?\s?(20\d\d)[^，,。；;]{0,12}?[—–~～至到-]{1,2}\s?(20\d\d)"
)


class Scope:
    """What a guide speaks of, from its title and, where that is silent, from its topics; looked for when first asked for.

    Most texts name no place and no plan, and to know places by their words takes a tenth of a second to load.
    """

    def __init__(self, guide: Guide) -> None:
        """Take the title and the topics of a guide."""
        self._guide, self._title = guide, fold(guide.title)

    @cached_property
    def place(self) -> mentions.Place | None:
        """Its place; None where it names none."""
        return _own_place(self._title, self._topics) or _own_place(self._announced, ())

    @cached_property
    def plans(self) -> frozenset[int]:
        """Its five-year plans, with those of its year; empty where it names none."""
        named = Counter(plan for plan, _ in mentions.plans_in(self._title)) or Counter(
            p for text in self._topics for p, _ in mentions.plans_in(text)
        )
        plans = {named.most_common(1)[0][0]} if named else set()
        if self.year is not None:
            plans |= {mentions.plan_of(self.year), mentions.plan_of(self.year + _PREPARING)}
        return frozenset(plans)

    @cached_property
    def year(self) -> int | None:
        """Its year; None where neither its title nor its notice states one."""
        stated = _YEAR.search(self._title) or _YEAR.search(self._announced)
        return int(stated[1]) if stated else None

    @cached_property
    def _announced(self) -> str:
        outside = (fold(line.text) for line in self._guide.audit if line.role == "outside")
        return next((match[1] for text in outside if (match := _ANNOUNCED.search(text))), "")

    @cached_property
    def _topics(self) -> list[str]:
        return [fold(topic.text) for topic in self._guide.topics]


def disagreements(parts: Sequence[Part], scope: Scope, topic: str) -> list[Message]:
    """What of a proposal is not of the guide's place, plan period or year: sentences for people.

    `parts` are those of the proposal that count. `topic` is the text of the topic that it comes to: a plan
    that this names itself agrees, and so does a place in a region that its title names and the guide's place is in.
    """
    title, body = titled(parts)
    messages = []
    place = scope.place if mentions.places_in(title) or mentions.places_in(body) else None
    other = _other_place(title, body, place) if place else None
    if place and other and not _in_one_region(topic, place, other):
        messages.append(say("agreement.place", guide=place.name, text=other.name))
    if (plan := _other_plan(f"{title}\n{body}", scope, topic)) is not None:
        own = max(scope.plans, key=lambda p: (p == mentions.plan_of(scope.year) if scope.year else False, p))
        messages.append(say("agreement.plan", guide=mentions.plan_name(own), text=mentions.plan_name(plan)))
    if scope.year is not None and (year := _other_year(title, body, scope.year)) is not None:
        messages.append(say("agreement.year", guide=scope.year, text=year))
    return messages


def titled(parts: Sequence[Part]) -> tuple[str, str]:
    """The title of a proposal, or a short first line in its place, and the text after it; either may be empty."""
    title = "\n".join(part.text for part in parts if part.reason == "title")
    body = "\n".join(part.text for part in parts if part.reason != "title")
    if title.strip():
        return title, body
    first = body.partition("\n")[0]
    first = re.split(r"(?<=[。；;])", first)[0] if len(first) > _TITLE_LIKE else first
    return (first, body[len(first) :]) if len(first) <= _TITLE_LIKE else ("", body)


def _own_place(title: str, topics: Sequence[str]) -> mentions.Place | None:
    """The place in the title; else the issuer's there, known or not; else what many topics name."""
    named = [m.places[0] for m in mentions.places_in(title) if len(m.places) == 1]
    if named:
        return max(named, key=lambda place: len(place.codes[0]) if len(place.codes) == 1 else 0)
    if (issuer := _ISSUER.match(title)) and issuer[1][-1:] not in "全各我本":
        return mentions.Place((f"?{issuer[1]}",), issuer[1], issuer[1])
    counts = Counter(
        place
        for text in topics
        for place in {m.places[0] for m in mentions.places_in(text) if len(m.places) == 1}
    )
    for place, count in counts.most_common(1):
        if count >= max(_FEWEST_NAMED, _NAMED_BY * len(topics)):
            return place
    return None


def _other_place(title: str, body: str, own: mentions.Place) -> mentions.Place | None:
    """The one other place that a proposal is about; None if it is about the guide's own, about several, or unsure."""
    in_title, title_is_own = _foreign(title, own, title=True)
    if in_title and not title_is_own:
        return _single(in_title)
    in_body, body_is_own = _foreign(body, own)
    if title_is_own or body_is_own:
        return None
    if _in_passing(body, in_body, ours=_is_ours(title + body, own)):
        return None
    return _single(in_body)


def _in_passing(text: str, named: Sequence[mentions.Mention], *, ours: bool) -> bool:
    """Whether a place is named once and not as what is studied.

    So it is by its short name, beside "our city" (`ours`), and with districts of its own, unless the text begins with it.
    """
    if not named or not all(_is_one(text, a, b) for a, b in pairwise(named)):
        return False
    start, end = named[0].start, named[-1].end
    if _STUDIED.search(text, 0, start) or _SAMPLED.match(text, end):
        return False
    in_full = text[end - 1] in _IN_FULL if len(named) == 1 else not text[:start].strip()
    return ours or not in_full


def _in_one_region(topic: str, own: mentions.Place, other: mentions.Place) -> bool:
    """Whether the title of a topic names what two places lie in: 京津冀 for 天津 and 北京."""
    named = (
        place for mention in mentions.places_in(fold(topic.partition("\n")[0])) for place in mention.places
    )
    return any(place.meets(own) and place.meets(other) for place in named)


def _is_ours(text: str, own: mentions.Place) -> bool:
    """Whether a text speaks of the guide's place as "our city" or the like."""
    but = _OUR_PROVINCE if own.codes[0] in _NO_PROVINCES else ()
    return any(match[0] not in but for match in _OURS.finditer(text))


def _foreign(text: str, own: mentions.Place, *, title: bool = False) -> tuple[list[mentions.Mention], bool]:
    """The mentions of places other than the guide's that a text is about, and whether it names the guide's."""
    names_own = own.codes[0].startswith("?") and own.chinese in text
    beside = {_ABBREVIATED[name] for run in _SIDE_BY_SIDE.findall(text) for name in run}
    names_own |= any(code[:2] in beside for code in own.codes)
    elsewhere = []
    for mention, around in _in_clauses(text):
        leads = title and not mention.start and around != _LIST
        frame, after = (_LEADING_FRAME, text[mention.end :]) if leads else (_FOREIGN_FRAME, around)
        if any(place.meets(own) for place in mention.places):
            names_own = True
        elif (
            not mention.by_name
            and len({place.codes[0][:2] for place in mention.places}) == 1
            and not frame.search(after)
            and not _TOWARDS.search(text[: mention.start])
            and not mentions.cuts_words(text, mention)  # last: words take longest to tell
        ):
            elsewhere.append(mention)
    return elsewhere, names_own


def _single(named: Sequence[mentions.Mention]) -> mentions.Place | None:
    """The widest of places that all lie in one another, or that most mentions lie in; None if there is no such."""
    places = [mention.places[0] for mention in named]
    wide_first = sorted(
        dict.fromkeys(places), key=lambda place: (min(map(len, place.codes)), -len(place.codes))
    )
    for place in wide_first:
        inside = sum(place.meets(other) for other in places)
        if inside == len(places) or inside > _MOST * (len(places) - inside):
            return place
    return None


def _in_clauses(text: str) -> Iterator[tuple[mentions.Mention, str]]:
    """The mentions outside lists of places, each with the clause it stands in.

    In English that is a stretch of fixed size.
    """
    every = mentions.places_in(text)
    for i, mention in enumerate(every):
        beside = [
            each
            for each in (*every[max(i - 1, 0) : i], *every[i + 1 : i + 2])
            if _LISTED.fullmatch(text[min(each.end, mention.end) : max(each.start, mention.start)])
        ]
        # Its neighbours in a list need not be in the gazetteer: 汉口、扬州.
        listed = "、" in (text[mention.start - 1 : mention.start], text[mention.end : mention.end + 1])
        if (listed or beside) and not (beside and all(_is_one(text, mention, each) for each in beside)):
            if len(mention.places) == 1:
                yield mention, _LIST
            continue
        around = mentions.clause(text, mention.start, mention.end)
        if text[mention.start].isascii():
            around = text[max(mention.start - _BEFORE, 0) : mention.end + _AFTER]
        yield mention, around


def _is_one(text: str, a: mentions.Mention, b: mentions.Mention) -> bool:
    """Whether two names side by side are of one city, as in 杭州市余杭区 and 黄埔区、南沙区."""
    beside = _LISTED.fullmatch(text[min(a.end, b.end) : max(a.start, b.start)])
    return beside is not None and any(
        p.meets(q) or p.codes[0][:_CITY] == q.codes[0][:_CITY] for p in a.places for q in b.places
    )


def _other_plan(text: str, scope: Scope, topic: str) -> int | None:
    """A plan that a proposal is about and neither guide nor topic names, where it names none of theirs."""
    named = list(mentions.plans_in(text))
    if not named or not scope.plans:
        return None
    agreed = scope.plans | {plan for plan, _ in mentions.plans_in(fold(topic))}
    if any(plan in agreed for plan, _ in named):
        return None
    return next((plan for plan, past in named if not past), None)


def _other_year(title: str, body: str, own: int) -> int | None:
    """A year of filing, or the end of a stated term, that lies before the guide's year or well after it."""
    if (filed := _FILED.search(title)) and not own - 1 <= int(filed[1]) <= own + 1:
        return int(filed[1])
    if "20" in body and (runs := _RUNS.search(body)) and int(runs[2]) < own:
        return int(runs[2])
    return None
