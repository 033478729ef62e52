"""Topics that one sentence of a call lists (本年度重点支持方向包括：甲、乙、丙。), read only where a document has no other list."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matcher import numerals, settings
from matcher.guide import vocabulary
from matcher.guide.document_kind import names_other_kind
from matcher.guide.lists.other_lists import is_called, lists_no_topics
from matcher.guide.offices.contacts import is_unit
from matcher.guide.prior import Draft, Reading, is_half, may_name
from matcher.guide.text.blocks import LONGEST_NAME, LONGEST_TITLE, Unit, paint
from matcher.language import HAN_LETTERS
from matcher.message import Catalogue
from matcher.segment import fold
from matcher.types import Role

say = Catalogue(__file__)

_LEAST = settings.count("guide.sentences.least")
_SHORTEST = settings.characters("guide.sentences.shortest")
_USUAL = settings.characters("guide.sentences.usual")
_FEWEST = settings.words("guide.sentences.fewest")
_MOST = settings.words("guide.sentences.most")
_LONGEST = settings.characters("guide.sentences.longest")
_SHOWN = settings.characters("guide.sentences.shown")
_HEAD = settings.lines("guide.document_kind.heads")
_SCORE = settings.score("guide.sentences.title")

_END = re.compile(r"[。!?]|(?<=[a-z)\d])\.\s+(?=[A-Z])")
_NAMES = "方向|领域|选题|课题|主题|议题|题目|专题|(?:研究|选题|支持|征集|招标|资助|申报)范围|(?:研究|支持|选题|资助)重点"
_CALL = re.compile(
    r"支持|资助|申[报请]|征集|招标|选题|攻关|揭榜|本年度?|今年|本[次批]|20\d\d年|开放(?:课题|基金)|自拟"
)
_VERB = "(?:主要|重点|分别|具体)?(?:(?:包括|包含|涵盖|涉及)(?:但不限于)?|为|是|有)"
_NUMBER = r"[二两三四五六七八九十\d]{1,2}"
_TOPICS = "topics|themes|areas|priorities|subjects|questions|challenges|strands"
_ANY_OF = (
    rf"(?:(?:any|one|at least one) (?:or more )?of )?(?:(?:the following|these)(?: (?:{_TOPICS}))?)?\s*:?\s*"
)
_BIDS = "(?:projects|proposals|applications|bids|studies|submissions)"
_ABOUT = (
    "(?:address|cover|tackle|explore|concern|focus on|deal with|relate to|be on|investigate|examine|study)"
)
# How a sentence leads to its list, in Chinese (a colon is half wide here) …
_LEADS = (
    re.compile(rf"(?:^|[,;:])[^,;:、]*?(?:{_NAMES})[^,;:、]{{0,4}}?(?:{_VERB}\s*:?|:)\s*(?P<list>[^:]+)$"),
    re.compile(
        rf"围绕(?P<list>[^,;:]*(?:、|”“)[^,;:]*?(?:等|(?={_NUMBER}个))(?:{_NUMBER}个)?(?:重点|主要|优先)?(?:研究|资助|支持|选题|攻关|技术|申报)?(?:{_NAMES}|方面))"
    ),
)
# … where each title has to end as a study does …
_SUPPORTS = re.compile(
    r"(?:重点|优先|主要|着重|拟|将|择优)(?:支持|资助|征集)(?:开展)?(?P<list>[^,:]*[、;][^,:]+)$"
)
# … or below a heading that names it, and in English.
_BELOW = re.compile(r"(?P<list>.*?[、,].*?)等(?:方面|领域|方向|课题|问题|选题)[^,;:]{0,30}$")
_HEADING = re.compile(rf"(?:{_NAMES})(?:及.{{2,4}})?:?$")
_ENGLISH = re.compile(
    rf"(?i:\b(?:{_TOPICS})\b[^.:;,]{{0,40}}?(?:\b(?:are|include|cover)\b\s*:?|:)\s+"
    rf"|\b{_BIDS} (?:should|must|may|will|can) {_ABOUT} {_ANY_OF}"
    rf"|\b{_BIDS} are (?:now )?(?:invited|sought|welcomed?|requested) (?:on|in|into|about) {_ANY_OF})(?P<list>.+)$"
)
_TAIL = re.compile(
    rf"(?:等(?:(?P<of>{_NUMBER})[个类大项])?|(?P<count>{_NUMBER})[个类大项])(?:重点|主要|重大|关键性?|相关)*(?:研究|资助|支持|选题|攻关|技术|申报)?"
    r"(?:方[向面]|领域|课题|问题|选题|主题|专题)|等$"
)
_MARK = re.compile(r"(?:^|(?<=[\s;,:]))\(?(?P<mark>[a-h]|\d)\)\s+")
_JOINT = re.compile(r"(?:^|[,;]?\s+)(?:and|or)\s*$|[\s,;.。]+$")
# Who writes of a study of their own, and what a list holds if it holds no topics.
_OWN = re.compile(
    r"(?<![成基资样版])本(?:项目|课题|研究|文|团队)|[课项][题目]组|(?i:\b(?:our|this) (?:project|team|study|paper|research)\b"
    rf"|\b(?:{_TOPICS}) of (?:the|our) (?:institute|laboratory|lab|cent(?:re|er)|department|group|university|school|company)\b)"
)
_OTHER = re.compile(
    r"(?:项目|课题|专项|类别?|计划|人才|奖|基金|学科|^.{2,4}学|专业|单位|企业|高校|院[校所]|机构|团队|人员|个人|部门|协会|费用?|报告|论文|专[著利]|[省市县区]|要求|条件|综述|明细|形式)$"
    r"|(?i:\b(?:grants?|fellowships?|studentships?|awards?|prizes?|merits?|impacts?|feasibility|plans?|budgets?|teams?|objectives?|methods?|timelines?|outcomes?"
    r"|experience|background|summary|criteria|dissemination|ethics|significance|approach|costs?|travel|members?|students?|universities)$"
    r"|\b(?:must|shall|should|will|may|can|applicants?|travel|hire)\b"
    r"|^(?:show|involve|have|be|give|demonstrate|include|provide|make|take|use|contribute|build|lead|offer|ensure|promote|support|help|improve)\b)"
)
# A short line that asks for proposals, and a sentence that says what applicants do.
_ANNOUNCES = re.compile(
    r"申报|征集|招标|指南|选题|揭榜|榜单|开放(?:课题|基金)|基金|(?:资助|支持|研究)(?:方向|范围|领域)"
    r"|(?i:\bcalls?\b|\bfunds?\b|\bgrants?\b|proposals|applications|\bawards\b|competition|scheme|programme)"
)
_INSTRUCTS = re.compile(
    r"申[报请](?:单位|人|者|书|表|材料)|限报|投标人|揭榜方"
    r"|(?i:\bapplicants?\b|\bapplications? (?:close|must|should|are due|open|form)|\bapply\b|\bdeadline\b|\bproposals (?:must|are due)|\bsubmit)"
)
# What a title asks for that is no study.
_NO_PROJECTS = re.compile(
    r"(?:实验室|中心|基地|平台|站|园区?|学科|专业)的?建设|认定|备案|评选|培训|招[聘生募]|选派|人才|奖|专利|征文|入驻|补[助贴]|规划教材|征集[^。]{0,24}(?:需求|建议|意见|案例|论文|作品|专家|选题)"
    r"|(?i:\b(?:travel|prizes?|medals?|strategy|summer school|panel members)\b)"
)
# What title or sentence says of studies: equipment, loans, prizes and fees are applied for in the same words.
_STUDIES = re.compile(
    r"课题|研究|科研|科技(?!型|小院)|选题(?!范围)|学术|攻关|科学|教改|揭榜|榜单|指南|(?<!出版)基金"
    r"|(?i:\bprojects?\b|proposals|research|stud(?:y|ies)\b|\bgrants?\b)"
)
_NEWS = re.compile(r"记者|本报讯|据悉|(?<!\d)日前|近日,|(?i:\breporter\b|\bsaid on\b|\bspokes)")
_ATTACHED = re.compile(
    r"(?:选题|课题|方向|指南|榜单|清单|目录)[^。;,(书]{0,6}(?:详?见|附后)|详?见附件[^。;]{0,12}(?:选题|指南|榜单|目录|方向)"
    r"|附件\s*\d?\s*[:.、]?[^。;]{0,30}(?:(?:选题|课题|项目|申报)指南|选题|榜单|目录)"
)
_ItemEdges = tuple[int, int]


@dataclass(frozen=True)
class Listing:
    """A sentence of a unit that leads to a list: where it and its items stand in the unit's text, and how its items must end."""

    unit: Unit
    start: int
    end: int
    items: list[_ItemEdges]
    studies: bool = False
    count: int = 0

    @property
    def sentence(self) -> str:
        """The folded sentence."""
        return self.unit.text[self.start : self.end]

    @property
    def texts(self) -> list[str]:
        """The folded items."""
        return [self.unit.text[a:b] for a, b in self.items]


def listings(units: Sequence[Unit]) -> Iterator[Listing]:
    """The sentences that lead to lists, whatever these hold."""
    for at, unit in enumerate(units):
        if not re.search(r"[、;]|, |”“", unit.text):
            continue
        above = units[at - 1].text if at else ""
        edges = [0, *(m.end() for m in _END.finditer(unit.text)), len(unit.text)]
        for start, end in itertools.pairwise(edges):
            end = start + len(unit.text[start:end].rstrip("。!?. "))
            if end - start <= _LONGEST and (listing := _listing(unit, start, end, above)) is not None:
                yield listing


def _listing(unit: Unit, start: int, end: int, above: str) -> Listing | None:
    """The list to which a sentence leads; `above` is the text of the line above its unit."""
    text = unit.text[:end]
    if not HAN_LETTERS.search(text, start):
        match = _ENGLISH.search(text, start)
        items = _english(text, *match.span("list")) if match else []
        return Listing(unit, start, end, items) if len(items) > 1 else None
    headed = _HEADING.search(above) is not None
    called = _CALL.search(text, start) or (headed and _CALL.search(above))
    leads = [m for pattern in _LEADS if (m := pattern.search(text[start:]))] if called else []
    supports = _SUPPORTS.search(text, start)
    below = _BELOW.match(text) if start == 0 and headed and len(above) <= LONGEST_NAME else None
    if leads:
        first, last = (start + n for n in leads[0].span("list"))
    elif match := below or supports:
        first, last = match.span("list")
    else:
        return None
    items, count = _chinese(text, first, last, "[、,]" if below and not leads else "、")
    studies = not (leads or below or count)
    return Listing(unit, start, end, items, studies=studies, count=count) if len(items) > 1 else None


def _chinese(text: str, start: int, end: int, separator: str) -> tuple[list[_ItemEdges], int]:
    """The items between two places, without what follows 等 or a comma, and how many they are said to be; 0 if that is not said."""
    listed = text[start:end]
    if "”“" in listed:
        separator = "(?<=”)、?(?=“)"
    elif ";" in listed:
        separator = ";"
    elif "、" not in listed:
        separator = ","
    if separator == "、":
        listed = listed.split(",")[0]
    tail = _TAIL.search(listed)
    written = (tail["of"] or tail["count"] or "") if tail else ""
    end = start + (tail.start() if tail else len(listed))
    items = _parts(text, start, end, separator)
    last = text[slice(*items[-1])] if items else ""
    usual = [text[b - 2 : b] for _, b in items[:-1]]
    for joint in re.finditer("以及|[和及]", "" if (tail and not tail["count"]) or separator == ";" else last):
        before = last[: joint.start()]
        if len(before) >= _SHORTEST and (usual.count(before[-2:]) == len(usual) > 1 or joint[0] == "以及"):
            first, _ = items.pop()
            items += [(first, first + joint.start()), (first + joint.end(), end)]
            break
    return items, int(written) if written.isdecimal() else numerals.read(written) or 0


def _english(text: str, start: int, end: int) -> list[_ItemEdges]:
    """The items between two places: behind (a), (b), (c); else parted by semicolons; else by commas and one last and."""
    marks = list(_MARK.finditer(text, start, end))
    signs = "".join(m["mark"] for m in marks)
    if len(signs) > 1 and (signs in "abcdefgh" or signs in "123456789") and marks[0].start() == start:
        ends = [*(m.start() for m in marks[1:]), end]
        return [_trim(text, m.end(), b) for m, b in zip(marks, ends, strict=True)]
    if ";" in text[start:end]:
        return _parts(text, start, end, r";\s+(?:and |or )?")
    if not re.search(r",?\s(?:and|or)\s[^,]+$", text[start:end]):
        return []
    oxford = re.search(r",\s+(?:and|or)\s[^,]+$", text[start:end]) is not None
    return _parts(
        text, start, end, r",\s+(?:(?:and|or)\s+)?" if oxford else r",\s+|\s+(?:and|or)\s+(?=[^,]+$)"
    )


def _parts(text: str, start: int, end: int, separator: str) -> list[_ItemEdges]:
    marks = list(re.finditer(separator, text[start:end]))
    edges = [start, *(start + n for m in marks for n in m.span()), end]
    return [_trim(text, a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _trim(text: str, start: int, end: int) -> _ItemEdges:
    """A stretch without white space, a mark ahead and a last and."""
    mark = re.match(r"\s*(?:[(]?\d[)]\s*|[一二三四五六]是)?", text[start:end])
    start += mark.end() if mark else 0
    while (joint := _JOINT.search(text[start:end])) is not None:
        end = start + joint.start()
    return start, end


def _names_topics(listing: Listing) -> bool:
    """Whether the items of a sentence are several names of one build, and none is that of a rule, a kind of projects or who may apply."""
    texts, sentence = listing.texts, listing.sentence
    least = 2 if listing.count else _LEAST
    if len(texts) < least or len(set(texts)) < len(texts) or (listing.count and listing.count != len(texts)):
        return False
    head = listing.unit.text[listing.start : listing.items[0][0]].rstrip("( ")
    if (
        _OWN.search(sentence)
        or lists_no_topics(sentence)
        or lists_no_topics(head)
        or not is_called(f"{head}:")
    ):
        return False
    if listing.studies and not all(map(vocabulary.TOPIC_END.search, texts)):
        return False
    if any(_OTHER.search(t) or is_unit(t) or is_half(t) or not may_name(t) for t in texts):
        return False
    if HAN_LETTERS.search(sentence):
        lengths = [len(t) for t in texts]
        return (
            min(lengths) >= _SHORTEST
            and max(lengths) <= LONGEST_TITLE
            and sum(lengths) >= _USUAL * len(texts)
        )
    words = [len(t.split()) for t in texts]
    return min(words) >= _FEWEST and max(words) <= _MOST


def _announces(title: str, units: Sequence[Unit]) -> bool:
    """Whether a document of this folded title asks for proposals in a short line, tells applicants what to do, and is of no other kind
    by its title, head or words: no news, no results, and no notice whose list is in an attachment."""
    texts = [u.text for u in units]
    short = [title, *(text for text in texts if len(text) <= LONGEST_TITLE)]
    heads = [title, *(t for t in texts[:_HEAD] if len(t) <= LONGEST_TITLE and t[-1] not in "。:")]
    if names_other_kind(heads, texts) or any(p.search(text) for p in (_NEWS, _ATTACHED) for text in texts):
        return False
    called = any(map(_ANNOUNCES.search, short)) and any(map(_INSTRUCTS.search, texts))
    return called and _NO_PROJECTS.search(title) is None


def read_sentence(units: Sequence[Unit], title: str) -> Reading | None:
    """The topics of the one sentence that lists some, in a document that calls for proposals; None if none does, or two that differ do."""
    read, named = [listing for listing in listings(units) if _names_topics(listing)], fold(title)
    if len({tuple(listing.texts) for listing in read}) != 1 or not _announces(named, units):
        return None
    if not any(_STUDIES.search(text) for text in (named, *(listing.sentence for listing in read))):
        return None
    unit, roles = read[0].unit, dict[int, Role]()
    drafts = [
        Draft("", 1, None, unit.slice(a, b), unit.lines, names=(text,))
        for (a, b), text in zip(read[0].items, read[0].texts, strict=True)
    ]
    paint(roles, unit, "title")
    note = say("sentences.read", line=unit.lines[0], text=unit.slice(read[0].start)[:_SHOWN])
    return Reading("sentence", drafts, roles, _SCORE * len(drafts), [note])
