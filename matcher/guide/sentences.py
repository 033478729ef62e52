"""Topics that sentences of a call name side by side, read only where a document has no other list of topics.

Which of the enumerations of a call names its topics is told by a logistic regression on what stands around and in it
(data/guide_sentences.json, written by training/guide_sentences.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import mean
from typing import NamedTuple

from matcher import settings
from matcher.guide.document_kind import names_other_kind
from matcher.guide.enumerations import Enumeration, enumerations
from matcher.guide.lists.likeness import OF_ITEMS
from matcher.guide.lists.other_lists import is_called, lists_no_topics
from matcher.guide.offices.contacts import is_unit
from matcher.guide.prior import LAST_BRACKET, Draft, Reading, may_name
from matcher.guide.regression import shipped_regression
from matcher.guide.text.blocks import LONGEST_TITLE, Unit, paint
from matcher.language import HAN_LETTERS
from matcher.message import Catalogue
from matcher.segment import fold
from matcher.types import Role

say = Catalogue(__file__)

_SHOWN = settings.characters("guide.reading.shown")
_HEAD = settings.lines("guide.document_kind.heads")
_SCORE = settings.score("guide.sentences.title")
_WEIGHTS = settings.file("guide.sentences.weights")
NEAR = settings.odds("guide.sentences.near")
_APART = settings.odds("guide.sentences.apart")
_BEFORE = settings.characters("guide.sentences.before")
_NEXT = settings.characters("guide.sentences.next")
_BEHIND = settings.characters("guide.sentences.behind")
_LATIN = settings.factor("guide.sentences.latin")
_ITEMS = settings.count("guide.sentences.items")
_LENGTH = settings.characters("guide.sentences.length")
_SHORT = settings.characters("guide.sentences.short")
_LONG = settings.characters("guide.sentences.long")

# What a call names its topics, what is done with them, and what is applied for.
_TOPICS = re.compile(
    r"方向|领域|选题|课题|主题|议题|题目|专题|问题|任务|内容|范围|榜单|难题|需求|方面|指南"
    r"|(?i:\b(?:topics|themes?|areas?|priorit|subjects|questions|challenges|strands|fields|issues|tracks?|panels|problems|streams|pillars"
    r"|program(?:me)?s|emphasis)\b)"
)
# … right before the list: 选题范围为, the themes of this round are:
_NAMED = re.compile(
    r"(?:方向|领域|选题|课题|主题|议题|题目|专题|任务|范围|重点|难题|指南)[^,;:、]{0,6}?(?:,?分别)?(?:(?:包括|包含|涵盖|涉及)(?:但不限于)?|为|是|有|:|即):?$"
    r"|(?:以下|下列|如下)[^,;:、]{0,10}:$"
    r"|(?i:\b(?:topics|themes|areas|priorities|subjects|questions|challenges|strands|fields|issues|tracks|panels|problems|streams|pillars|program(?:me)?s)\b"
    r"[^.:;]{0,40}?(?:are|include|cover|:|such as|namely|limited to)[:,]?\s*$)"
)
_ASKS = re.compile(
    r"支持|资助|围绕|聚焦|针对|面向|鼓励|欢迎|优先|重点|拟|征集|受理|设立?|张榜|公开|解决|攻关|希望"
    r"|(?i:\b(?:fund|support|invite|welcome|seek|solicit|encourage|priority|address|explore|interested|keen|want|would like|hope|looking for"
    r"|learn more|understand)\w*\b)"
)
_WORK = re.compile(
    r"课题|项目|研究|攻关|申报|申请|立项|基金|专项|揭榜|投标"
    r"|(?i:\b(?:research|projects?|proposals?|applications?|studies|grants?|experiments|bursar|awards?|bids?)\b)"
)
# … of which applicants take one.
_CHOICE = re.compile(
    r"任选|任一|其一|择一|其中|上述|自拟|另拟|所选|选定|选择|之外|以外|每个?(?:方向|题目|专题|任务|问题|选题)"
    r"|(?i:\b(?:one of (?:these|the)|any of|either|only one|more than one|outside (?:these|of)|each (?:topic|theme|proposal|project)"
    r"|these (?:topics|themes|areas)|one (?:topic|theme|priority|challenge|panel))\b)"
)
# Who writes of what they are or do, or of a study of their own.
_SELF = re.compile(
    r"(?:长期|多年来|一直|拥有|现有|建有|依托|形成了|围绕[^。]{0,20}(?:开展了|形成)|主要(?:从事|研究方向)|为主要研究方向|特色|成立|设有|下设[^。]{0,30}(?:研究室|实验室|中心|部)"
    r"|荣获|承担|发表)|本(?:实验室|所|院|中心|校|公司|刊|项目|课题|研究|团队)"
    r"|(?i:\b(?:we offer|our (?:services|team|laborator|staff|research|study)|houses|holds|equipped|facilit|founded|has published"
    r"|we (?:found|conducted|analy[sz]ed))\b)"
)
_OWN = re.compile(
    r"研究内容(?:分为|包括|主要)|(?<![成基资样版])本(?:项目|课题|研究|文|团队)|[课项][题目]组"
    r"|(?i:\b(?:our|this) (?:project|team|study|paper|research)\b"
    r"|\b(?:topics|themes|areas|priorities|subjects|questions) of (?:the|our) (?:institute|laboratory|lab|cent(?:re|er)"
    r"|department|group|university|school|company)\b)"
)
# What is done with a list of what an application says, or is judged by.
_TREATED = re.compile(
    r"评审|评议|评分|撰写|填写|填报|考核|考察|验收|(?i:\b(?:assessed|judged|scored|evaluated|reviewed|marked|graded)\b)"
)
# A short line that asks for proposals, a sentence near the head that says so, and one that says what applicants do.
_ANNOUNCES = re.compile(
    r"申报|征[集件]|招标|遴选|申请(?:通知|公告|须知|启事)|指南|选题|揭榜|榜单|开放(?:课题|基金)|基金|(?:资助|支持|研究)(?:方向|范围|领域)"
    r"|(?i:\bcalls?\b|\bfunds?\b|\bgrants?\b|proposals|applications|\bawards\b|competition|scheme|programme|grantmaking|\btenders?\b|\bsolicit"
    r"|opportunit|\brf[ap]s?\b)"
)
_STARTS = re.compile(r"(?:启动|组织|开展|接受|受理)[^。;]{0,20}(?:申报|征集|申请)")
_INSTRUCTS = re.compile(
    r"申[报请](?:单位|人|者|书|表|材料|截止)|限报|投标人|揭榜方|截止(?:日期|时间)"
    r"|(?i:\b(?:applicants?|nominees|tenderers?|bidders?)\b|\bapply\b|\bdeadline\b|\bsubmit"
    r"|\b(?:applications?|proposals|tenders|bids|expressions of interest) (?:close|must|should|may|are due|open|form)"
    r"|\bmust (?:reach|be (?:received|returned|uploaded|submitted)))"
)
# What a title asks for that is no study.
_NO_PROJECTS = re.compile(
    r"(?:实验室|中心|基地|平台|站|园区?|学科|专业)的?建设|认定|备案|评选|培训|招[聘生募]|选派|人才|奖|专利|征文|入驻|补[助贴]|规划教材|征集[^。]{0,24}(?:需求|建议|意见|案例|论文|作品|专家|选题)"
    r"|(?i:\b(?:travel|prizes?|medals?|strategy|summer school|panel members)\b)"
)
# What title or sentence says of studies: equipment, loans, prizes and fees are applied for in the same words.
_STUDIES = re.compile(
    r"课题|研究|科研|研发|关键技术|科技(?!型|小院)|选题(?!范围)|学术|攻关|科学|教改|揭榜|榜单|指南|(?<!出版)基金"
    r"|(?i:\bprojects?\b|proposals|research|stud(?:y|ies)\b|\bgrants?\b)"
)
_NEWS = re.compile(r"记者|本报讯|据悉|(?<!\d)日前|近日,|(?i:\breporter\b|\bsaid on\b|\bspokes)")
_ATTACHED = re.compile(
    r"(?:选题|课题|方向|指南|榜单|清单|目录)[^。;,(书]{0,6}(?:详?见|附后)|详?见附件[^。;]{0,12}(?:选题|指南|榜单|目录|方向)"
    r"|附件\s*\d?\s*[:.、]?[^。;]{0,30}(?:(?:选题|课题|项目|申报)指南|选题|榜单|目录)"
)


class Listing(NamedTuple):
    """An enumeration of a unit with the log-odds that it names topics."""

    unit: Unit
    of: Enumeration
    odds: float

    @property
    def texts(self) -> tuple[str, ...]:
        """The folded items."""
        return tuple(self.unit.text[a:b] for a, b in self.of.items)

    @property
    def lead(self) -> tuple[Unit, int, str]:
        """Its sentence, and the two letters right before it there."""
        first = self.of.items[0][0]
        return self.unit, self.of.start, self.unit.text[max(first - 2, 0) : first]

    def repeats(self, other: Listing) -> bool:
        """Whether it has an item or a place in common with another one."""
        (first, last), (begin, end) = ((x.of.items[0][0], x.of.items[-1][1]) for x in (self, other))
        return (self.unit is other.unit and first < end and begin < last) or bool(
            {*self.texts} & {*other.texts}
        )


def signs_of(of: Enumeration, text: str, *, announced: bool) -> dict[str, float]:
    """What the regression is told of an enumeration of a unit's folded `text`, in a document that is `announced` as a call or not."""
    items = [text[a:b] for a, b in of.items]
    first, last = of.items[0][0], of.items[-1][1]
    chinese = HAN_LETTERS.search(text, of.start, of.end) is not None
    scale = 1.0 if chinese else _LATIN
    lengths = [len(item) * scale for item in items]
    head = text[max(of.start, first - round(_BEFORE / scale)) : first]
    tail = text[last : last + round(_BEHIND / scale)]
    behind = text[of.end : of.end + round(_NEXT / scale)]
    around = f"{text[of.start : first]}|{text[last : of.end]}"

    whether = {
        "chinese": chinese,
        "announced": announced,
        "topics ahead": _TOPICS.search(head) is not None,
        "topics behind": _TOPICS.search(tail) is not None,
        "named": _NAMED.search(head) is not None,
        "asks": _ASKS.search(head) is not None,
        "work": _WORK.search(around) is not None,
        "work behind": _WORK.search(behind) is not None,
        "choice": _CHOICE.search(f"{around} {behind}") is not None,
        "self": _SELF.search(around) is not None,
        "own": _OWN.search(text, of.start, of.end) is not None,
        "treated": _TREATED.search(around) is not None,
        "no topics": lists_no_topics(text[of.start : first]) or not is_called(f"{head}:"),
        "short": min(lengths) < _SHORT,
        "long": max(lengths) > _LONG,
    }
    return {
        **{name: float(value) for name, value in whether.items()},
        "items": min(len(items), _ITEMS) / _ITEMS,
        "length": min(mean(lengths), _LENGTH) / _LENGTH,
        **{
            name: mean(pattern.search(item) is not None for item in items)
            for name, pattern in OF_ITEMS.items()
        },
        "unit": mean(map(is_unit, items)),
        "no name": mean(not may_name(LAST_BRACKET.sub("", item) or item) for item in items),
    }


def listings(units: Sequence[Unit], title: str) -> Iterator[Listing]:
    """The enumerations that may name topics, in a document of this folded title."""
    announced, regression = is_announced(units, title), shipped_regression(_WEIGHTS)
    for unit in units:
        for of in enumerations(unit.text):
            odds = regression.log_odds(signs_of(of, unit.text, announced=announced))
            if odds >= NEAR:
                yield Listing(unit, of, odds)


def chosen(likely: Iterable[Listing], threshold: float) -> list[Listing]:
    """The enumerations with these log-odds, with what their sentences list for other fields; of two that overlap the likelier."""
    ranked = sorted(likely, key=lambda listing: -listing.odds)
    leads = {x.lead for x in ranked if x.odds >= max(threshold, ranked[0].odds - _APART)}
    taken: list[Listing] = []
    for listing in ranked:
        if listing.lead in leads and not any(listing.repeats(other) for other in taken):
            taken.append(listing)
    return sorted(taken, key=lambda listing: (listing.unit.lines, listing.of.items[0]))


def is_announced(units: Sequence[Unit], title: str) -> bool:
    """Whether a short line, or a sentence near the head, asks for proposals."""
    short = [title, *(unit.text for unit in units if len(unit.text) <= LONGEST_TITLE)]
    heads = (unit.text for unit in units[:_HEAD])
    return any(map(_ANNOUNCES.search, short)) or any(map(_STARTS.search, heads))


def calls(units: Sequence[Unit], title: str) -> bool:
    """Whether a document of this folded title tells applicants what to do, and is of no other kind by its title, head or words: no
    news, no results, and no notice whose list is in an attachment."""
    texts = [u.text for u in units]
    heads = [title, *(t for t in texts[:_HEAD] if len(t) <= LONGEST_TITLE and t[-1] not in "。:")]
    if names_other_kind(heads, texts) or any(p.search(text) for p in (_NEWS, _ATTACHED) for text in texts):
        return False
    return any(map(_INSTRUCTS.search, texts)) and _NO_PROJECTS.search(title) is None


def read_sentence(units: Sequence[Unit], title: str) -> Reading | None:
    """The topics that sentences of a call enumerate; None if none does, or the document is no call for studies."""
    named = fold(title)
    read = (
        chosen(listings(units, named), shipped_regression(_WEIGHTS).threshold) if calls(units, named) else []
    )
    chinese = any(HAN_LETTERS.search(listing.texts[0]) for listing in read)
    asking = (
        [named, *(r.unit.text[r.of.start : r.of.end] for r in read)] if chinese else [u.text for u in units]
    )
    if not read or not any(map(_STUDIES.search, asking)):
        return None
    roles: dict[int, Role] = {}
    drafts = []
    for listing in read:
        unit = listing.unit
        drafts += [
            Draft("", 1, None, unit.slice(a, b), unit.lines, names=(text,))
            for (a, b), text in zip(listing.of.items, listing.texts, strict=True)
        ]
        paint(roles, unit, "title")
    unit, of, _ = read[0]
    note = say("sentences.read", line=unit.lines[0], text=unit.slice(of.start)[:_SHOWN])
    return Reading("sentence", drafts, roles, _SCORE * len(drafts), [note])
