"""What is seen of a whole document that tells a call with topics of its own from all else: signs for the regression on it.

Words are counted in the text around the topics of the best reading, and in that of the topics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import log1p
from typing import NamedTuple

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.prior import Draft, Reading, cue
from matcher.guide.text.blocks import Unit
from matcher.language import HAN_LETTERS
from matcher.readers import Document
from matcher.readers.form.walk import FormWalk
from matcher.segment import fold

_LINE = settings.characters("guide.document_signs.line")
_AROUND = settings.characters("guide.document_signs.around")
_WITHIN = settings.characters("guide.document_signs.within")
_MOST = settings.count("guide.document_signs.most")
_UNITS = settings.lines("guide.document_signs.units")
_LENGTH = settings.characters("guide.document_signs.length")
_LATIN = settings.factor("guide.sentences.latin")
_SCORE = settings.score("guide.document_signs.score")

# What is said to applicants, and what is said in other documents.
_WORDS = {
    "applicants": r"申[报请]人|申[报请]单位|申[报请]者|申报主体|投标人|揭榜方|揭榜单位|(?i:\b(?:applicants?|bidders?|tenderers?|proposers?)\b)",
    "rules": r"不得|不予|须(?!知)|应(?:当|为|于|在|由|具|按|符)|限报|不超过|只能|可以?申报"
    r"|(?i:\b(?:must|should|shall|eligib\w+|ineligible|may (?:apply|submit|propose)|only one|at most)\b)",
    "funds": r"资助(?:额度|经费|金额|强度|标准|期)|(?:每|单)[个项].{0,12}万元|拟(?:支持|资助|立项)|支持强度|经费支持|给予"
    r"|(?i:\bwe (?:will|expect to|can|intend to) (?:fund|award|support)|\bawards? of\b|\bbudget (?:per|for each)|\bmaximum (?:award|grant)"
    r"|\bfunding (?:available|limit|level)|\bgrants? of\b)|[£$€]\s?\d",
    "review": r"评审|评分|得分|立项|遴选|择优|(?i:\b(?:score|review(?:ed|ers)?"
    r"|assess(?:ed|ment)|criteria|panel|shortlist\w*)\b)",
    "contact": r"联系人|联系电话|咨询电话|邮箱|@|(?i:\b(?:contact|enquir\w*|tel|email)\b)",
    "own": r"本(?:项目|课题|研究|团队|公司|企业)(?!指南|申报)|课题组|我们|我(?:院|校|司|公司|单位|所|中心)"
    r"|前期(?:工作)?基础|已(?:发表|完成|建成|取得|开展)"
    r"|(?i:\b(?:our|this) (?:project|team|study|research|company|group|lab|work|proposal)\b|\bthe project will\b|\bI (?:am|have|will|propose|was)\b"
    r"|\bwe (?:propose|have|plan|aim)\b|\bprincipal investigator:)",
    "persons": r"(?:负责人|申请人|申报人|姓名|联系人)[:|\s]{1,3}[\u3400-\u9fff]{2,3}(?![\u3400-\u9fff])"
    r"|(?i:\b(?:principal investigator|lead applicant|applicant|name|project lead(?:er)?)\s*[:|]\s*(?:dr|prof|mr|ms)?\.?) ?[A-Z][a-z]+ [A-Z]",
    "mobiles": r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)",
    "decided": r"(?:评审|立项|验收|公示)(?:结果|名单)|拟立项(?!.{0,3}\d)|获批|获奖|公示期|异议|已立项"
    r"|(?i:\b(?:(?:were|been|was) (?:awarded|funded|selected|approved)"
    r"|winners?|awardees?|successful (?:applicants|projects|proposals)|congratulat\w*)\b)",
    "meeting": r"会议(?:纪要|认为|强调|指出|议定|决定)|列席|主持(?:会议|人:)|参会"
    r"|(?i:\b(?:minutes|attendees|apologies|in attendance|action points?|agenda)\b)",
    "teaching": r"学时|学分|教材|授课|讲授|课堂|作业|考试|课程|期末|先修|(?i:\b(?:week \d|lectures?|readings?|credits?|syllabus"
    r"|students will|essay|seminar"
    r"|assignment\w*|grading|module|course)\b)",
    "asked": r"问:|答:|\?(?=\||$)|(?i:\b[QA]\d*[:.]|\bfaq)",
    "tasks": r"(?:责任|牵头|配合)(?:单位|部门)|完成时限|责任人|工作目标|重点任务|各(?:级|乡镇|县)|实施(?:.{1,8}(?:行动|工程|计划))",
    "attached": r"(?:选题|课题|方向|指南|榜单|清单|目录)[^。;,(书|]{0,8}(?:详?见附|附后)|详?见附件[^。;|]{0,12}(?:选题|指南|榜单|目录|方向)"
    r"|附件\s*\d?\s*[:.、]?[^。;|]{0,30}(?:(?:选题|课题|项目|申报)指南|选题|榜单|目录)"
    r"|(?i:\b(?:topics|themes|priorities|challenges|areas|list)\b"
    r"[^.;|]{0,40}\b(?:in|at|see|as) (?:the )?(?:annex|appendix|attachment|attached|separate))",
    "posts": r"招聘|应聘|岗位|薪|(?i:\b(?:vacanc(?:y|ies)|salary|job)\b)",
    "past": r"完成了|取得了|实现了|达到|同比|增长|截至|(?i:\b(?:was|were|has been|found that)\b)",
    "books": r"出版|主编|译|(?i:\b(?:press|journal|pp\.|vol\.|et al|eds?\.)|\(\d{4}\))",
    "plans": r"本(?:项目|课题|研究)(?:拟|将|旨在)|拟采用|技术路线|创新点|预期成果|研究基础"
    r"|(?i:\bwill (?:be )?(?:develop|investigate|examine|collect|measure|test|analyse|analyze|build|deliver)\w*\b|\bwork package|\bmilestone)",
}
_COUNTED = {name: re.compile(pattern) for name, pattern in _WORDS.items()}
_LAYOUTS = ("form", "page", "sentence", "table")


class Filled(NamedTuple):
    """The fields that a form gives, whether they name one project (none of the topics, or somebody leads it), and how many parts
    of a study there are."""

    fields: frozenset[str] = frozenset()
    own_title: bool = False
    leads: bool = False
    parts: int = 0


_APPLIED = {"title", "organisation", "declared"}
_OF_STUDY = {"principal_investigator", "organisation", "members", "birth"} | {
    *("background", "methods", "innovation", "schedule", "foundation")
}
_FIELDS = (*sorted(_APPLIED), "principal_investigator")


def filled_in(document: Document, drafts: Sequence[Draft]) -> Filled:
    """What one applicant fills in, if the document is read as a form."""
    form = FormWalk(document)
    fields = dict(form.fields)
    fields.update(("declared", claim.text) for claim in form.topics)
    title = fold(fields.get("title", ""))
    own = bool(title) and not any(title in (t := fold(d.title)) or t in title for d in drafts)
    leads = (own or "principal_investigator" in fields) and len(fields.keys() & _APPLIED) > 1
    return Filled(
        frozenset(fields), own, leads, len(_OF_STUDY & {*fields, *(part.kind for part in form.parts)})
    )


def signs_of(units: Sequence[Unit], best: Reading | None, filled: Filled) -> dict[str, float]:
    """What the regression is told of a document, beside what its heads say."""
    return {
        **_counts(units, best),
        **_of_reading(best),
        **{f"field {name}": float(name in filled.fields) for name in _FIELDS},
        "own title": float(filled.own_title),
        "leads": float(filled.leads),
        "units": log1p(min(len(units), _UNITS)),
        "sentences": sum(u.text[-1:] in "。.;" for u in units) / max(len(units), 1),
    }


def _counts(units: Sequence[Unit], best: Reading | None) -> dict[str, float]:
    """How often the words stand around the topics and in them."""
    inside = {n for d in best.drafts for n in range(d.lines[0], d.lines[1] + 1)} if best is not None else ()
    parts: tuple[list[str], list[str]] = ([], [])
    for unit in units:
        parts[unit.lines[0] in inside].append(unit.text[:_LINE])
    around, within = "|".join(parts[0])[:_AROUND], "|".join(parts[1])[:_WITHIN]
    counts = {}
    for name, pattern in _COUNTED.items():
        outer = len(pattern.findall(around))
        counts[name] = float(outer > 0)
        counts[f"{name}, often"] = log1p(min(outer, _MOST))
        counts[f"{name} in topics"] = log1p(min(len(pattern.findall(within)), _MOST))
    announced = best is not None and any(cue(name) > 0 for d in best.drafts for name in d.names[1:])
    counts["list elsewhere"] = float(counts["attached"] > 0 and not announced)
    return counts


def _of_reading(best: Reading | None) -> dict[str, float]:
    drafts = best.drafts if best is not None else []
    layout = "none" if best is None else best.layout if best.layout in _LAYOUTS else "list"
    count = max(len(drafts), 1)
    lengths = [len(d.title) * (1 if HAN_LETTERS.search(d.title) else _LATIN) for d in drafts]
    shares = {
        "described": [bool(d.contents) for d in drafts],
        "with contacts": [d.contact is not None for d in drafts],
        "with codes": [bool(d.code) for d in drafts],
        "numbered": [d.number is not None for d in drafts],
        "studies": [vocabulary.TOPIC_END.search(fold(d.title)) is not None for d in drafts],
    }
    return {
        **{f"layout {name}": float(layout == name) for name in (*_LAYOUTS, "list", "none")},
        **{name: sum(values) / count for name, values in shares.items()},
        "topics": log1p(len(drafts)),
        "one topic": float(len(drafts) == 1),
        "score": min(best.score / count, _SCORE) if best is not None else 0.0,
        "length": min(sum(lengths) / count, _LENGTH) / _LENGTH,
    }
