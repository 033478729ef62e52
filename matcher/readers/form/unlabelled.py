"""Fields of a form that stand under no label of theirs: in its title lines, its margins, under names nobody knows, or in its text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from matcher import settings
from matcher.message import SEMICOLON, Catalogue, Message, joined
from matcher.readers.blocks import Document, Margin
from matcher.readers.fields.declared import Claim
from matcher.readers.fields.in_lines import label_of, labels_in, with_values
from matcher.readers.fields.joined import joined_values, shaped
from matcher.readers.fields.labels import WHO, field_name, label_key
from matcher.readers.fields.learnt import near
from matcher.readers.fields.people import full_name
from matcher.readers.fields.shapes import (
    INSTITUTION,
    UNITS,
    contacts,
    mentions,
)
from matcher.readers.fields.values import REPORT_NAME, project_of
from matcher.readers.fields.words import LONG, REACHED
from matcher.readers.form.claims import unknown_values
from matcher.readers.form.headings import OpenSection
from matcher.readers.form.letter_frame import byline, quoted_title, signs
from matcher.readers.form.owners import PROJECT
from matcher.readers.form.signers import house_of, marked_leader, signers
from matcher.readers.form.title_lines import OF_MAIL, SENT_TO, is_title, may_be_title
from matcher.readers.form.walk import FormWalk
from matcher.segment import HAN

say = Catalogue(__file__)

_MOST = settings.count("readers.form_fields.most")
_SHOWN = settings.characters("readers.skipped.shown")
_LONGEST_CODE = settings.characters("readers.form.longest_code")
_FIRST_OF_TEXT = settings.characters("readers.form.first_of_text")
_CITED = re.compile(
    r"(?:申[报请]|改报|拟报)(?![了过])[^。；\n]{0,40}?((?:方向|选题|专题|课题|榜单)\s?[一二三四五六七八九十\d.]{1,4}|第\s?[一二三四五六七八九十\d]{1,3}\s?[条项题号类](?:榜单?|选题|课题|方向)?)[“《「]([^”》」]{2,60})[”》」]"
    r"|(?:申[报请]|改报|拟报)(?![了过])[^。；\n]{0,20}?[“《「]((?:重点|优先|支持)?(?:方向|专题|选题|课题|榜单|领域|需求|任务)[一二三四五六七八九十\d]{1,3}[：:、\s][^”》」]{2,40})[”》」]"
    r"|[“《「]([^”》」，。]{2,40})[”》」](?:这一|研究)?(?:方向|专题|选题)|指南[^，。；]{0,6}第\s*(\d{1,3})\s*[号条题项](?:(?:选题|课题|方向)?[“《]([^”》]{2,60})[”》])?|(?i:\b(topic|theme|priority|challenge|strand|stream|track|lot)\s+(?!20\d\d\b)([A-Z]?\d[\w.\-]*\w|\d|(?-i:[A-HJ-Z]))\b(?!['’])(?:,\s((?-i:[A-Z])[^.,;\n]{4,60})(?=[.;\n]))?)"
    r"|\b(?:under|within|addresses|to|for) (?:the |your |its )?[^.“\"\n]{0,40}?\b(?:theme|priority|topic|challenge|strand)\b"
    r"[^.“\"\n]{0,20}[“\"]([^”\"\n]{4,80})[”\"]"
    r"|[（(](?:选题|课题|方向|指南|榜单)(?:编号|序号|代码|题号)\s*[:：为]?\s*([A-Z]{0,3}\d{1,2}(?:[-—.]\d{1,3}){0,2})[)）]"
)
# The code of a call of the EU, of which a year is part, with the topic's title or alone.
_CALL = re.compile(
    r"(?=[A-Z\d-]*-20\d\d-)(?:HORIZON|ERC|MSCA|DIGITAL|LIFE|ERASMUS|CREA|CERV|CEF|EU4H|SMP|EDF|RFCS|EMFAF|UCPM)(?:-[A-Z\d]+){2,}(?:\s*[:：–—-]\s.{4,160}[^.。])?"
)
# The short name of a project, alone above the long one.
_ACRONYM = re.compile(r"[A-Z\d]{3,16}|(?=(?:[\w-]*[A-Z]){2})(?=[\w-]*[a-z])[A-Za-z][\w-]{3,15}", re.ASCII)
# A field, a sentence and what is no proposal, among the lines of a cover.
_NO_TITLE = re.compile(
    r"^[^:：]{1,30}[:：].{0,20}$|^[a-z]+[ ,;]|\b(?:of|for|the|and)$|\.$|^(?:List|Table) of |(?:指南|通知|公告|[局厅部会委处院印编]制)$"
)
# Of an e-mail: the address is not the applicant's.
_NOT_SENDER = re.compile(rf"{SENT_TO.pattern}|.*\b(?i:(?:no|do-?not)-?reply)[\w.-]*@")
_TAKES_PART = re.compile(
    "合作|联合|共建|外协|用户|应用|示范|试点|支持|资助|赞助|采购|供应|检测|(?i:partner|collaborat|funder)"
)
_BARE_PART = re.compile(rf"(?!.*(?:{UNITS}))[{HAN}]{{1,12}}(?:科|室|系|病区)")
_LIKE_TITLE = re.compile(
    rf"(?!.*(?:单位|机构|企业|公司|院校|学校|团队|部门|平台|基地|产品|设备|品种|成果|专利|论文|著作|期刊|学科|专业|基金|计划|专项|指南|榜单|附件|文件))[{HAN}]{{2,6}}(?:名称|题目|标题)"
)
_CODED = re.compile(r"[\w.\-/]+$|[A-Z]?\d+[A-Za-z]?(?:\([ivx]+\))?\s", re.ASCII)  # 2c – Storing heat
_ONE_CODE = re.compile(r"[\w.\-/]+", re.ASCII)


def cited_topic(title: str, text: str) -> str:
    """The topic of the guide that a letter names in its sentences: 课题指南第34号选题“…”, Topic 5.2; "" for none."""
    cited = _CITED.search(f"{title}\n{text}")
    return " ".join(filter(None, cited.groups())).strip() if cited else ""


def take_calls(walk: FormWalk) -> None:
    """Take the lines above all sections that are the code of a call for the declared topic: HORIZON-CL5-2026-D3-02-07: …"""
    calls = [line for line in walk.cover if _CALL.fullmatch(line)]
    walk.topics += [Claim("call topic", line) for line in calls]
    walk.cover, walk.loose = (
        [line for line in lines if line not in calls] for lines in (walk.cover, walk.loose)
    )
    if walk.first in calls:
        walk.first = next(iter(walk.cover), "")


def titled(title: str, lines: list[str]) -> tuple[str, str]:
    """(title, text) of lines without labels: a short first line above a longer one is the title."""
    first = lines[0].strip()
    if (
        not title
        and len(lines) > 1
        and may_be_title(first)
        and (len(lines[1]) >= _FIRST_OF_TEXT or len("".join(lines[1:])) >= 2 * len(first))
        and not label_of(first)
    ):
        return project_of(first) or first, "\n".join(lines[1:])
    return title, "\n".join(line for line in lines if line.strip() != title)


def title_by_name(walk: FormWalk) -> str:
    """The value of the only name in nobody's list that ends as a title's does (答题名称, 参赛题目) or is like one; "" for none or several."""
    unknown = unknown_values(walk.parts, walk)
    named = [v for k, v in unknown if _LIKE_TITLE.fullmatch(label_key(k)) or near(k, (PROJECT,))]
    values = [v for v in named if is_title(v) and not INSTITUTION.search(v)]
    return values[0] if len(values) == 1 and "title" not in walk.blank else ""


def title_of_cover(walk: FormWalk) -> str:
    """The title among the lines above all sections, "" for none: a report's project, below an acronym, or the first above all labels.

    Else the only one that may be it, where no topic is named in words, which may be the title as well.
    """
    cover, first = walk.cover, walk.first
    of_reports = (
        above if REPORT_NAME.fullmatch(line) and may_be_title(above) else project_of(line)
        for above, line in pairwise(["。", *cover])
    )
    named = (
        line for above, line in pairwise(cover) if _ACRONYM.fullmatch(above.strip('“”"')) and is_title(line)
    )
    if title := next(filter(None, of_reports), "") or next(named, first if is_title(first) else ""):
        return title
    may_be = [
        line
        for line in cover
        if is_title(line) and not (_NO_TITLE.search(line) or signs(line) or byline([line])[0])
    ]
    return may_be[0] if len(may_be) == 1 and all(_ONE_CODE.fullmatch(c.text) for c in walk.topics) else ""


def other_title(walk: FormWalk, title: str) -> str:
    """What the sentences of a letter apply for, where a label gave another `title`; "" for nothing."""
    quoted = quoted_title("\n".join(walk.loose)) if walk.frame.letter and PROJECT in walk.fields else ""
    return quoted if quoted not in title and title not in quoted else ""


def take_margins(walk: FormWalk, margins: Sequence[Margin]) -> list[Margin]:
    """Set the fields that only headers and footers hold (项目名称：…); what was of no use there."""
    unread = []
    for margin in margins:
        known = len(walk.fields)
        for label, value in with_values(margin.text, list(labels_in(margin.text))):
            if walk.choose(label.places) not in (*LONG, *walk.fields):
                walk.take(label.places, label.text, value)
        if len(walk.fields) == known:
            unread.append(margin)
    return unread


def fill_unnamed(
    fields: dict[str, str], parts: Sequence[OpenSection], walk: FormWalk, document: Document
) -> list[Message]:
    """Set the fields that no known name gave: by the end of an unknown name and the shape of its value, or from another place.

    What came from another place is said.
    """
    unknown, guessed = unknown_values(parts, walk), dict[str, str]()
    for label, value in unknown:
        values = joined_values(label, value) or {shaped(label, value): value}
        if _TAKES_PART.match(label) and "organisation" in values and not fields.get("organisation"):
            if fields.get("department"):
                continue  # of the applicant's own institution, which has another place
            guessed = {"organisation": values["organisation"]}
        fields.update({field: text for field, text in values.items() if field and not fields.get(field)})
        walk.rivals += [(field, label, text) for field, text in values.items() if field in WHO]
    _join_name(fields, walk)
    beside = re.split("[,，]", fields.get(WHO[1], ""))[1:]  # 某某某，主管护师，心脏监护室
    bare = next(filter(_BARE_PART.fullmatch, (fields.get("organisation", ""), *map(str.strip, beside))), "")
    house = house_of(document, fields.get("department") or bare)
    if bare and house and bare == fields.get("organisation"):
        fields["department"] = fields.pop("organisation")
    if fields.get("department") and not house:
        fields.setdefault("organisation", fields["department"])
    return _from_elsewhere(fields, walk, document, house) + taken_from_elsewhere(guessed)


def _join_name(fields: dict[str, str], walk: FormWalk) -> None:
    """Put together who leads, where the family's name stands under a label of its own."""
    lead = walk.held.get(WHO[1])
    parts = [(label, text) for field, label, text in walk.rivals if field == WHO[1]]
    if lead and (name := full_name((lead.label, fields[WHO[1]]), parts)):
        fields[WHO[1]] = name
        walk.rivals = [rival for rival in walk.rivals if rival[2] not in name]


def _from_elsewhere(fields: dict[str, str], walk: FormWalk, document: Document, house: str) -> list[Message]:
    """Set the fields that have no place of their own and of which the document names one value, and say so."""
    contact, beside = contacts(fields.get("contact", ""))
    person, body = signers(walk, [marked_leader(fields, walk), re.split("[(（,，]", contact)[0].strip()])
    author, of_author = byline([line for line in walk.cover if line != fields.get("title")])
    senders = (m.text for m in document.margins if OF_MAIL.match(m.text))  # who sent the mail
    lines = [line for line in (*document.lines, *senders) if not _NOT_SENDER.match(line)]
    reached = mentions(lines, REACHED)
    rivals = (text for field, _, text in walk.rivals if field in (*REACHED, "contact"))
    refused = "\n".join([*rivals, fields.get("id", "")])  # as the client's of a contract
    lead = "".join(fields.get(WHO[1], "").split())
    own = mentions([line for line in lines if lead and lead in "".join(line.split())], REACHED)
    only = {f: v[0] for r in (own, reached) for f, v in r.items() if len(v) == 1 and v[0] not in refused}
    topics = (c.text for c in walk.topics if len(c.text) >= _LONGEST_CODE)
    elsewhere = {
        # Who takes a topic of the guide as it is names it once.
        "title": next((text for text in topics if not _CODED.match(text)), ""),
        "organisation": body or house or of_author,
        "principal_investigator": "" if "principal_investigator" in walk.blank else person or author,
        **{field: beside.get(field) or only.get(field, "") for field in REACHED},
    }
    taken = {field: value for field, value in elsewhere.items() if value and not fields.get(field)}
    fields.update(taken)
    return taken_from_elsewhere(taken)


def taken_from_elsewhere(values: Mapping[str, str]) -> list[Message]:
    """What to say of the values of fields that have no place of their own, if any."""
    shown = [joined([field_name(field), " ", value]) for field, value in values.items() if value]
    return [say("form.taken", fields=joined(shown, SEMICOLON))] if shown else []
