"""Whether a document calls for proposals, and what it is if it is no guide.

What its columns or its title say is taken as said; of all other documents a regression on what is seen of the whole
(document_signs.py) tells whether they are guides (data/guide_kinds.json, written by training/guide_kinds.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.document_signs import Filled, filled_in, signs_of
from matcher.guide.prior import Reading
from matcher.guide.regression import shipped_regression
from matcher.guide.tables.grids import Grid
from matcher.guide.tables.seasons import lists_proposals
from matcher.guide.text.blocks import Unit
from matcher.readers import Document
from matcher.segment import fold

_HEAD_LINES = settings.lines("guide.document_kind.call")
_LONGEST_LINE = settings.characters("guide.document_kind.longest_call")

_WINNERS = re.compile(
    r"公示|名单|历年|往年|立项(?:课题|项目)|拟立项|拟(?:支持|资助)(?:课题|项目)(?!数)|立项结果|获奖|中标|评审结果|结项|结题|验收结果|立项的通知|立项通知|汇总表|登记表"
    r"|(?i:\b(?:grants?|awards?|projects?|proposals?|fellowships?) (?:awarded|made|announced|funded)\b|\bfunded in (?:19|20)\d\d"
    r"|\b(?:funded|awarded|successful|winning) (?:projects|proposals|applicants|applications|grants)\b"
    r"|\b(?:awardees|grantees|recipients|winners)\b)"
)
# The title of what was decided, whoever had applied by the lines below it.
_RESULTS = re.compile(r"(?:立项|评审|验收)结果|(?:立项|获奖).{0,8}公[示布]|获批|喜获|荣获")
# What a sentence above a list says of all of it: 现将评审结果通知如下.
_DECIDED = re.compile(
    r"现将[^。;:]{0,40}?(?:(?:评[审选标议定]|审[批定]|招标|入[围选]|验收|结[项题])[^。;:]{0,10}(?:结果|名单)|(?:立项|中标|获[奖批])[^。;:]{0,10}(?:结果|名单|课题|项目))"
    r"[^。;:]{0,6}(?:通[知报]|公[布告示])"
    r"|(?i:\b(?:following|these) (?:[a-z]+ ){0,2}(?:projects|proposals|applications|awards|grants)"
    r" (?:have been|were) (?:funded|awarded|approved|made|successful)\b)"
)
# … unless it asks for applications: 请各单位组织申报.
_ASKS = re.compile(r"请[^。;]{0,20}(?:申[报请]|(?<!中)投标|揭榜)(?!人|者|方|单位|书)")
_PURCHASE = re.compile(
    r"^(?!.*(?:课题|选题|研究|申报|揭榜|指南)).*?(?:采购(?:项目|服务|需求|意向)?.{0,8}(?:公告|文件|清单)|(?:询价|磋商|竞价|谈判)(?:公告|文件|通知))"
)
_MEETING = re.compile(r"纪要|议程|会议记录|简报|日程|座谈会|培训班|(?i:\bminutes\b|(?<!research )\bagenda\b)")
# What was said or is taught or read, whatever its items are called: Minutes of the Topics Panel, 《课题申报》课程大纲.
_RECORD = re.compile(r"纪要(?:\(.{1,12}\))?$|^(?i:(?:(?:draft|approved) )?minutes of\b)")
_TAUGHT = re.compile(
    r"(?:(?:课程|教学|考试|培训)大纲|教学计划|书目|书单|阅读清单)(?:\(.{1,24}\))?$"
    r"|(?i:^(?:suggested |recommended )?(?:reading list|syllabus)\b|\b(?:course (?:outline|syllabus)|syllabus|reading list)$)"
)
# Whom an applicant writes to: 尊敬的评审委员会：
_LETTER = re.compile(
    r"尊敬的.{0,8}(?:评审|评委)|(?i:dear (?:members of the )?(?:[a-z]+ ){0,2}(?:panel|committee|reviewers)\b)"
)
# News of a meeting: 我市召开…指南编制座谈会
_HELD = re.compile(r"(?:召开|举行|举办).{0,40}(?:座谈|推进|部署|动员|论证|评审|协调|工作)会$")
_FORM = re.compile(
    r"(?i:^curriculum vitae|^project summary\b|\b(?:annual|final|interim|progress) report\b)|个人简历"
    r"|(?:(?:申请|申报|任务|计划)书|(?:申请|申报)表|(?:可行性|研究|结题|开题|检查)报告|活页|(?:审查|验收|结题|变更)申请)(?:\(.{1,8}\))?$"
)
_COLLECTED = re.compile(r"(?:征集|调查|登记|信息)表$")  # a form of one who needs something
_RULES = re.compile(
    r"(?:办法|条例|细则|规定|章程|制度|规划|纲要|措施|意见|(?:工作|行动|实施)(?:方案|计划|要点)|(?:要点|工作|任务)(?:分解|分工)(?:表|方案)?)(?:\(.{1,8}\))?$"
    r"|(?i:\bterms (?:and|&) conditions\b|^(?:regulations|rules|by-?laws|policy|code of (?:conduct|practice))\b"
    r"|\b(?:regulations|by-?laws|policy)$)"
)
_GUIDE = re.compile(
    r"指南|申报|选题|选报|参考(?:课题|题目)|征集|招标|榜单|揭榜|难题|技术需求|需求(?:清单|汇总|目录|表)|(?i:call|topics|solicitation)"
)
# A title that ends as a report's does and calls for nothing.
_REPORT = re.compile(r"(?:报告|总结|小结)(?:\((?![^()]*(?:题目|选题|指南))[^()]{1,12}\))?$")
# … or as what explains a call; 课题申报指南及问答 holds the guide, and 法条解读 or the future of the FAQ may be what is studied.
_EXPLAINS = re.compile(
    r"^(?!.*(?:指南|榜单|选题)[及和与暨、]).*(?:常见问题|问题(?:解答|答疑)|(?:申[报请]|问题|常见|政策|指南|要点|通知|办法|公告|榜单|课题|项目|基金|计划)[^:、及和与暨]{0,4}(?:问答|解读)|答疑)"
    r"(?:手册|汇总|汇编|\(.{1,12}\))?$"
    r"|(?i:^(?:faqs?|frequently asked questions)(?: (?:about|on|for)\b|\W*$|\s*[:(–—-])"
    r"|(?<!\bthe)(?<!\bof)(?<!\band)(?<!answering) (?:faqs?|frequently asked questions)(?:\W*$|\s*[:(–—-]))"
)
# How the title of a guide ends, and that of no application.
_ANNOUNCED = re.compile(r"(?:指南|榜单|选题|清单)(?:\(.{1,12}\))?(?:的(?:通知|公告|通告))?$")
# What asks for proposals of topics calls for none on topics.
_SUGGESTIONS = re.compile(
    r"征集.{0,24}(?:指南|选题|课题|项目|方向)(?:编制|编写|编报)?的?(?:意见)?建议|(?:指南|选题)建议(?:的|征集|表)"
)
_TITLE_LINES = 2  # a title may be the second one of its own
_HEAD = settings.lines("guide.document_kind.head")
_HEADS = settings.lines("guide.document_kind.heads")
_LONGEST_HEAD = settings.characters("guide.document_kind.longest_head")
_HEAD_TEXT = settings.characters("guide.document_kind.head_text")
_OWN_TOPICS = settings.count("guide.document_kind.own_topics")
_PARTS = settings.count("guide.document_kind.parts")
_WEIGHTS = settings.file("guide.document_kind.weights")
_LABELLED = settings.odds("guide.document_kind.labelled")
_SURE = settings.odds("guide.document_kind.sure")
_CALL = re.compile(
    r"指南|选题|课题|申报|申请|征集|招标|榜单|揭榜|资助|题目|需求|难题|攻关|(?:项目|支持|资助)方向|研究重点|委托研究|研究建议书"
    r"|(?i:\bcalls?\b(?! (?:us|me|the|our|on)\b| [(+]| \d{3}[ -])|\btopics?\b|proposals?|grants?\b|funding|funds?\b|\bsolicit"
    r"|challenge|competition|appl(?:y|ications?|icants)"
    r"|\bbids?\b|commission(?:s|ed)?\b|\btenders?\b|opportunity|announcement|fellowship|\b(?:ph\.?d|doctoral) projects"
    r"|research (?:interest|need|priorit|question|request|theme)|\b20\d\d priorities|projects? (?:list|titles?|offers?|ideas?)\b|list of projects"
    r"|(?:available|open|proposed|suggested|offered) projects|research program(?:me)?s? 20\d\d|\bstudentships?\b"
    r"|doctoral training\b.*\bprojects|^projects for \w+ 20\d\d|projects for entry|\bs(?:bir|ttr)\b|\brounds? 20\d\d)"
)
# A title that calls for proposals on subjects, and what else such a title may be of.
_CALLS_FOR = re.compile(
    r"指南|选题|课题|榜单|揭榜|征集|需求|题目|(?:资助|支持|研究|申报)方向|开放(?:基金|课题)"
    r"|(?i:\bcalls?\b(?! (?:us|me|the|our|on)\b| [(+]| \d{3}[ -])|proposals|topics|themes|\bgrants?\b|challenges?\b"
    r"|\btenders?\b|funding|will fund|commission(?:ed)?\b|research (?:wanted|agenda))"
)
_OF_ANOTHER_KIND = re.compile(
    r"总结|报告|问卷|培训|会议|调查表|(?<![请报件])须知|程序|流程|解读|问答|常见问题|答疑|采购公告|招聘|(?i:report|training|questionnaire"
    r"|\bfaq\b|guidance|how to|\bannual review\b|\bvacanc(?:y|ies)\b|\bcall for (?:papers|abstracts|posters|speakers)\b)"
)
_ARTICLE = re.compile(r"第[一二三四五六七八九十百\d]+条")


_INVITES_NONE = re.compile(
    r"本(?:方案|计划|规划|办法|文件|通知|纪要)(?:不作为|并?非|不是)申[报请](?:通知|指南|依据)|本(?:方案|计划|规划|文件|通知)不(?:接受|受理)申[报请]"
    r"|(?i:\bthis (?:plan|document|strategy|paper|policy|roadmap|report) "
    r"(?:does not (?:invite|call for|solicit)|is not a call for) (?:applications|proposals|bids)\b)"
)
_QUESTIONS = re.compile(r"(?i:(?:faqs?|frequently asked questions)\W*)|常见问题(?:解答|问答|答疑)?|问答")

# What a document may be that is no guide.
OtherKind = Literal[
    "batch", "proposal", "article", "regulations", "suggestions", "winners", "meeting", "purchase"
]
_BY_HEADS = get_args(OtherKind)[1:]


def is_call(texts: Sequence[str]) -> bool:
    """Whether a document calls for proposals on subjects, by its title (the first text) or the lines of its head."""
    title, head = fold(texts[0]), [text for text in texts[1 : _HEAD_LINES + 1] if len(text) < _LONGEST_LINE]
    kinds = (_OF_ANOTHER_KIND, _WINNERS, _MEETING, _FORM)
    other = any(kind.search(text) for kind in kinds for text in (title, *head[:2]))
    return not other and any(_CALLS_FOR.search(text) for text in (title, *head))


def names_other_kind(heads: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether the folded title and head of a document name what is no guide, or its sentences are articles or say what was decided."""
    kinds = (_OF_ANOTHER_KIND, _WINNERS, _MEETING, _FORM, _RULES, _REPORT)
    if any(kind.search(text) for kind in kinds for text in heads):
        return True
    return any(_DECIDED.search(text) or _ARTICLE.match(text) for text in texts)


class Heads(NamedTuple):
    """What a document says of itself above its topics: what it is if it is no guide, whether it names a guide, and signs for the regression."""

    kind: OtherKind | None
    calls: bool
    signs: Mapping[str, float]
    taught: bool = False


def other_kind(
    document: Document, units: Sequence[Unit], title: str, grids: Sequence[Grid], best: Reading | None
) -> tuple[OtherKind | None, bool]:
    """(what the document is if it is no guide or None, whether it may be no guide though nothing else says so)."""
    heads = heads_of(document, units, title, best)
    named = named_kind(document, grids, best, heads)
    if named is not None:
        return named, False
    signs, regression = document_signs(document, units, best, heads), shipped_regression(_WEIGHTS)
    odds = regression.log_odds(signs)
    if odds >= (_LABELLED if _is_labelled(best) else regression.threshold):
        alone = signs["one topic"] * signs["layout list"]
        return None, odds < _SURE or signs["silent"] + alone > 0
    if best is not None and best.layout == "form" and len(best.drafts) > 2 and signs["call in title"]:
        # A form for each topic of a request for proposals, whose words are few.
        return heads.kind, heads.kind is None
    if best is None:
        return ("proposal" if signs["leads"] and signs["field title"] else None), False
    return "proposal" if signs["leads"] else heads.kind or "article", False


def named_kind(
    document: Document, grids: Sequence[Grid], best: Reading | None, heads: Heads
) -> OtherKind | None:
    """What a document is by its columns or its heads, whatever else is seen of it."""
    table = best is not None and (best.layout == "table" or not grids)
    if table and lists_proposals(document.lines, grids, calls=heads.calls):
        return "batch"
    sure = _is_labelled(best) or (best is not None and best.layout in ("form", "page"))
    return None if sure and heads.kind != "proposal" and not heads.taught else heads.kind


def document_signs(
    document: Document, units: Sequence[Unit], best: Reading | None, heads: Heads
) -> dict[str, float]:
    """What the regression is told of a document."""
    drafts = best.drafts if best is not None else []
    filled = filled_in(document, drafts) if len(drafts) <= _OWN_TOPICS else Filled()
    study = float(not heads.calls and filled.parts >= _PARTS)
    return {**heads.signs, **signs_of(units, best, filled), "study": study}


def _is_labelled(best: Reading | None) -> bool:
    """Whether two topics or more have a content that is named."""
    return best is not None and sum(d.named and bool(d.contents) for d in best.drafts) > 1


def heads_of(document: Document, units: Sequence[Unit], title: str, best: Reading | None) -> Heads:
    """What a document says of itself in its title and above its topics."""
    drafts = best.drafts if best is not None else []
    first, name = min((d.lines[0] for d in drafts), default=0), fold(title)
    above = [u for u in units if not 0 < first <= u.lines[0]]
    top = [u.text for u in units[:_HEADS] if len(u.text) <= _LONGEST_HEAD and not 0 < first <= u.lines[0]]
    heads = [name, *top]
    guide, call = _GUIDE.search, _CALL.search
    calls = any(map(guide, heads))
    taught = any(map(_TAUGHT.search, heads[: _TITLE_LINES + 1]))
    one = best is not None and best.layout == "form" and len(drafts) == 1
    kind: OtherKind | None
    if any(_FORM.search(t) or _LETTER.match(t) or (one and _COLLECTED.search(t)) for t in heads):
        kind = "proposal"
    else:
        kind = _kind_by_heads(document, title, heads, calls=calls, taught=taught)
    if kind is None and _is_decided([u.text for u in above]) and (_DECIDED.search(name) or not guide(name)):
        kind = "winners"
    called = {
        "call in title": call(name),
        "call above": any(map(call, top)),
        "call in head": any(call(u.text[:_HEAD_TEXT]) for u in units[:_HEAD]),
        "call over topics": any(call(text) for d in drafts for text in d.names[1:]),
    }
    listed = best is not None and best.layout not in ("form", "page", "sentence", "table")
    signs = {
        **called,
        # Nothing above a list says what it is of, nor do the lines of its topics.
        "silent": listed and not _is_labelled(best) and not any(called.values()),
        "guide in title": guide(name),
        "guide above": any(map(guide, top)),
        "announced": _ANNOUNCED.search(name),
        "untitled": not name,
        **{f"called {other}": kind == other for other in _BY_HEADS},
    }
    return Heads(kind, calls, {sign: float(bool(value)) for sign, value in signs.items()}, taught)


def _is_decided(above: Sequence[str]) -> bool:
    """Whether the last line `above` a list that says what stands below says that it was decided, and asks nobody to apply for it."""
    at = max((n for n, text in enumerate(above) if _DECIDED.search(text)), default=-1)
    own = at >= 0 and not any(
        _GUIDE.search(text) and vocabulary.LEAD_IN.search(text) for text in above[at + 1 :]
    )
    return own and _ASKS.search(above[at]) is None


def _kind_by_heads(
    document: Document, title: str, heads: Sequence[str], *, calls: bool, taught: bool
) -> OtherKind | None:
    """What a document calls itself in its title, first line and `heads`, if that is no guide."""
    if any(_SUGGESTIONS.search(text) for text in heads):
        return "suggestions"
    lines = [text for line in document.lines if (text := fold(line).strip())]
    first = fold(title) or next(iter(lines), "")
    results = _RESULTS.search(first) and not _GUIDE.search(first)
    if results or (any(_WINNERS.search(text) for text in heads) and not calls):
        return "winners"
    if _PURCHASE.search(fold(title)):
        return "purchase"
    if any(map(_RECORD.search, heads)):
        return "meeting"
    title_end = lines.index(first) + 1 if first in lines else len(lines)
    asked = any(map(_QUESTIONS.fullmatch, lines[title_end : title_end + 1]))  # the title's second line
    explains = asked or _EXPLAINS.search(first) or (_REPORT.search(first) and not calls)
    if explains or taught or any(map(_INVITES_NONE.search, lines)):
        return "article"
    met = any(map(_MEETING.search, [title] if calls else heads)) and not (calls and _GUIDE.search(title))
    if met or _HELD.search(fold(title)):
        return "meeting"
    return "regulations" if not calls and any(map(_RULES.search, heads)) else None
