"""Whether a document calls for proposals, and what it is if it is no guide: by its title, head, tables and best reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.other_lists import is_closed, says_before
from matcher.guide.prior import Draft, Reading, cue
from matcher.guide.tables.columns import field_of, flat, header_of
from matcher.guide.tables.grids import HEAD_ROWS, Grid
from matcher.guide.text.blocks import LONGEST_TITLE, Unit
from matcher.readers import Document
from matcher.readers.fields.joined import pair_of
from matcher.readers.form.walk import FormWalk
from matcher.readers.table.columns import column_fields
from matcher.segment import fold

_HEAD_LINES = settings.lines("guide.document_kind.call")
_LONGEST_LINE = settings.characters("guide.document_kind.longest_call")

_WINNERS = re.compile(
    r"公示|名单|历年|往年|立项(?:课题|项目)|拟立项|立项结果|获奖|中标|评审结果|结项|结题|验收结果|立项的通知|立项通知|汇总表|登记表"
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
# Whom an applicant writes to: 尊敬的评审委员会：
_LETTER = re.compile(
    r"尊敬的.{0,8}(?:评审|评委)|(?i:dear (?:members of the )?(?:[a-z]+ ){0,2}(?:panel|committee|reviewers)\b)"
)
# News of a meeting: 我市召开…指南编制座谈会
_HELD = re.compile(r"(?:召开|举行|举办).{0,40}(?:座谈|推进|部署|动员|论证|评审|协调|工作)会$")
_FORM = re.compile(
    r"(?i:^curriculum vitae|\b(?:annual|final|interim|progress) report\b)|个人简历"
    r"|(?:(?:申请|申报|任务|计划)书|(?:申请|申报)表|(?:可行性|研究|结题|开题|检查)报告|活页|(?:审查|验收|结题|变更)申请)(?:\(.{1,8}\))?$"
)
_COLLECTED = re.compile(r"(?:征集|调查|登记|信息)表$")  # a form of one who needs something
_RULES = re.compile(
    r"(?:办法|条例|细则|规定|章程|制度|规划|纲要|措施|意见|(?:工作|行动|实施)(?:方案|计划|要点))(?:\(.{1,8}\))?$"
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
_CALLED = re.compile(r"(?i:theme|track|challenge|topic|priority)\b")  # no application counts these
# What asks for proposals of topics calls for none on topics.
_SUGGESTIONS = re.compile(
    r"征集.{0,24}(?:指南|选题|课题|项目|方向)(?:编制|编写|编报)?的?(?:意见)?建议|(?:指南|选题)建议(?:的|征集|表)"
)
_HEAD = settings.lines("guide.document_kind.head")
_HEADS = settings.lines("guide.document_kind.heads")
_LONGEST_HEAD = settings.characters("guide.document_kind.longest_head")
_ARTICLES = settings.count("guide.document_kind.articles")
_ARTICLES_ONE_IN = settings.count("guide.document_kind.articles_one_in")
_HEAD_TEXT = settings.characters("guide.document_kind.head_text")
_OWN_TOPICS = settings.count("guide.document_kind.own_topics")
_SIGNS = settings.count("guide.document_kind.signs")
# What an applicant fills in beside who leads the project, and what one says of its study: fields of labels.toml.
_APPLIED = {"title", "organisation", "declared"}
_OF_STUDY = {"principal_investigator", "organisation", "members", "birth"} | {
    *("background", "methods", "innovation", "schedule", "foundation")
}
_ENGLISH_LINES = settings.lines("guide.document_kind.english")
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


# What a document may be that is no guide.
OtherKind = Literal[
    "batch", "proposal", "article", "regulations", "suggestions", "winners", "meeting", "purchase"
]

_LEAST_NAMES = settings.count("guide.grids.least_names")
_LEAST_MOBILES = settings.count("guide.grids.least_mobiles")
# Who leads a project before anybody applies for it.
_OFFERS = re.compile(r"导师|指导|责任人|(?i:supervisor|mentor)")
_APPLIES = re.compile(r"申报|申请|承担|主持|(?i:appli|awarded to)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ABSTRACT = re.compile(r"摘要|(?i:\babstract\b)")
_HOUSES = ("organisation", "pair")
_WHO = {"organisation", "principal_investigator", "department", "person", "pair"}


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


def other_kind(
    document: Document, units: Sequence[Unit], title: str, grids: Sequence[Grid], best: Reading | None
) -> OtherKind | None:
    """What the document is if it is no guide; None if nothing says so."""
    drafts = best.drafts if best is not None else []
    labelled = sum(d.named and bool(d.contents) for d in drafts)
    first = min((d.lines[0] for d in drafts), default=0)
    top = [u.text for u in units[:_HEADS] if len(u.text) <= _LONGEST_HEAD and not 0 < first <= u.lines[0]]
    heads = [title, *top]
    calls = any(_GUIDE.search(text) for text in heads)
    table = best is not None and (best.layout == "table" or not grids)
    if table and lists_proposals(document.lines, grids, calls=calls):
        return "batch"
    counted = len(drafts) > 1 and all(_CALLED.match(d.code) for d in drafts)
    announced = counted or (labelled > 1 and _ANNOUNCED.search(fold(title)))
    if not announced and _applies(document, drafts, calls=calls):
        return "proposal"
    listed = best is not None and best.layout not in ("form", "page", "sentence", "table")
    if best is not None and listed and not labelled and not _speaks(units, best):
        return "article"
    one = best is not None and best.layout == "form" and len(drafts) == 1
    filled = any(_FORM.search(text) or (one and _COLLECTED.search(text)) for text in heads)
    if filled or any(map(_LETTER.match, top)):
        return "proposal"
    articles = sum(bool(_ARTICLE.match(u.text)) for u in units)
    if articles > _ARTICLES and articles * _ARTICLES_ONE_IN > len(units) and labelled < 2:
        return "regulations"
    if labelled > 1 or (best is not None and best.layout in ("form", "page")):
        return None
    above = [u.text for u in units if not 0 < first <= u.lines[0]]
    named = _GUIDE.search(fold(title)) and not _DECIDED.search(fold(title))
    decided: OtherKind | None = "winners" if not named and _is_decided(above) else None
    return _kind_by_heads(document, title, heads, calls=calls) or decided


def _is_decided(above: Sequence[str]) -> bool:
    """Whether the last line `above` a list that says what stands below says that it was decided, and asks nobody to apply for it."""
    at = max((n for n, text in enumerate(above) if _DECIDED.search(text)), default=-1)
    own = at >= 0 and not any(
        _GUIDE.search(text) and vocabulary.LEAD_IN.search(text) for text in above[at + 1 :]
    )
    return own and _ASKS.search(above[at]) is None


def _kind_by_heads(document: Document, title: str, heads: Sequence[str], *, calls: bool) -> OtherKind | None:
    """What a document calls itself in its title, first line and `heads`, if that is no guide."""
    if any(_SUGGESTIONS.search(text) for text in heads):
        return "suggestions"
    opening = next((text for line in document.lines if (text := fold(line).strip())), "")
    first = fold(title) or opening
    results = _RESULTS.search(first) and not _GUIDE.search(first)
    if results or (any(_WINNERS.search(text) for text in heads) and not calls):
        return "winners"
    if _PURCHASE.search(fold(title)):
        return "purchase"
    if _EXPLAINS.search(first) or (_REPORT.search(first) and not calls):
        return "article"
    met = any(map(_MEETING.search, [title] if calls else heads)) and not (calls and _GUIDE.search(title))
    if met or _HELD.search(fold(title)):
        return "meeting"
    return "regulations" if not calls and any(map(_RULES.search, heads)) else None


def _applies(document: Document, drafts: Sequence[Draft], *, calls: bool) -> bool:
    """Whether one applicant fills in a form, or writes of one study in a document that calls for nothing."""
    if len(drafts) > _OWN_TOPICS:
        return False
    form = FormWalk(document)
    fields = dict(form.fields)
    fields.update(("declared", claim.text) for claim in form.topics)
    listed = len(drafts) > 1 and all(d.contents or d.contact for d in drafts)
    if listed and not {d.title for d in drafts}.isdisjoint(fields.values()):
        return False  # each topic of a list may say who leads it
    led = [d.contact.person for d in drafts if d.contents and d.contact is not None]
    if len(led) == len(drafts) > 1 and fields.get("principal_investigator") in led:
        return False  # Supervisor: … below every title
    title = fold(fields.get("title", ""))
    # A project that is named and none of the topics is an applicant's, as is one with somebody to lead it.
    named = bool(title) and not any(title in (t := fold(d.title)) or t in title for d in drafts)
    leads = (named or "principal_investigator" in fields) and len(fields.keys() & _APPLIED) > 1
    signs = _OF_STUDY & {*fields, *(part.kind for part in form.parts)}
    return leads or (len(signs) >= _SIGNS and not calls)


def _speaks(units: Sequence[Unit], best: Reading) -> bool:
    """Whether the head of the document, or the headings of its list, speak of a call for proposals."""
    starts, english = {d.lines[0] for d in best.drafts}, all(u.text.isascii() for u in units[:_ENGLISH_LINES])
    if english and len(units) > 1 and len(starts) == 1:
        return False  # a sentence that counts its points
    head = [u.text[:_HEAD_TEXT] for u in units[:_HEAD]]
    return any(_CALL.search(text) for text in [*head, *(name for d in best.drafts for name in d.names[1:])])


def is_of_results(grid: Grid, units: Sequence[Unit]) -> bool:
    """Whether the heading above a table, or the line between, says that it lists what was decided, and one elsewhere announces topics."""
    heads = [u for u in units if u.marks and len(u.text) <= _LONGEST_HEAD]
    first = grid.spans[0][0]
    above = [[u.text for u in each if u.lines[0] < first][-1:] for each in (units, heads)]
    bare = header_of(grid.rows[:HEAD_ROWS]) is None
    decided = any(is_closed(t) or (bare and says_before(t)) for texts in above for t in texts)
    return decided and any(cue(u.text) > 0 and not is_closed(u.text) for u in heads)


def lists_proposals(lines: Sequence[str], grids: Sequence[Grid], *, calls: bool) -> bool:
    """Whether most rows of tables are a season's, by the names of the columns or by persons with their mobile phones.

    `calls`: the head of the document is a guide's, which may name a person for each topic.
    """
    tabbed = [line.split("\t") for line in lines[:HEAD_ROWS] if "\t" in line]
    if not grids:
        return any(map(_is_applied_for, tabbed))  # a header that no list of topics has
    rows = sum(len(g.rows) for g in grids if _is_of_persons(g) or (not calls and _has_mobiles(g)))
    return rows > 0 and rows * 2 >= sum(len(g.rows) for g in grids)


def _is_of_persons(grid: Grid) -> bool:
    heads = [[flat(cell) for cell in row] for row in grid.rows[:HEAD_ROWS]]
    persons = [sum(bool(vocabulary.PERSON_COLUMNS.fullmatch(fold(cell))) for cell in row) for row in heads]
    return max(persons, default=0) > 1 or any(map(_is_applied_for, heads))


def _is_applied_for(names: Sequence[str]) -> bool:
    """Whether columns name a project and who leads or applies, its abstract or, behind it, its topic; and nobody who offers it."""
    if len(names) < _LEAST_NAMES or max(map(len, names)) > LONGEST_TITLE:
        return False
    fields = ["pair" if pair_of(n) else next((f for f, _ in column_fields(n)), "") for n in names]
    applying = [bool(_APPLIES.search(n)) for n in names]
    own = [f in _WHO and applies for f, applies in zip(fields, applying, strict=True)]
    unlike = [n for n, f, o in zip(names, fields, own, strict=True) if not (f in _HOUSES or o)]
    if "office" in map(field_of, unlike) or any(map(_OFFERS.search, names)):
        return False
    leads = "principal_investigator" in fields
    if "title" not in fields:
        return leads and "declared" in fields
    # A guide's own columns of directions stand before its titles.
    declared = "declared" in fields[fields.index("title") :]
    applied = any(a for a, f in zip(applying, fields, strict=True) if f != "declared")
    by_whom = applied or not _WHO.isdisjoint(fields)
    return leads or any(own) or any(map(_ABSTRACT.search, names)) or (declared and by_whom)


def _has_mobiles(grid: Grid) -> bool:
    """Whether each row has a mobile phone of its own, and no column names an office."""
    header = header_of(grid.rows[:HEAD_ROWS])
    if header is None or "office" in header[1].details:
        return False
    for cells in zip(*grid.rows, strict=False):
        column = [fold(cell).strip() for cell in cells if cell.strip()]
        phones = [cell for cell in column if _MOBILE.fullmatch(cell)]
        if _LEAST_MOBILES <= len(set(phones)) == len(phones) >= len(column) - 1:
            return True
    return False
