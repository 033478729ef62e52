"""Lists of offices elsewhere in a document: which line names which topics, by marks, names, numbers or codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher import settings
from matcher.guide.offices.contacts import REACHED, Contact, clauses, is_person, is_unit, parse_contact
from matcher.guide.offices.mentions import (
    COUNTED,
    ORDINAL,
    SERVED_BY,
    highest_of,
    mention_of,
    parts_by_classes,
    plain_clause,
    topics_by_items,
)
from matcher.guide.prior import Draft, states_office
from matcher.guide.text.marks import marks_of, number_of
from matcher.readers.blocks import BETWEEN_CELLS
from matcher.segment import fold

# A mention that is the name of an office: 农业农村处 王建华, below the section 农业农村
_NAMED_OFFICE = re.compile(r"[\u3400-\u9fff]{3}[处局司厅委办股]$")
# What may stand between a mention and its contact: 类业务咨询：, 、文化类由
_BETWEEN = re.compile(
    r"^(?:[、,，和及与]\s*[^、,，:：;；由请]{1,12}(?:类|专题|方向|领域|课题|榜题))*[^\w:：|]*(?:类|项目|方向|专题|领域)?(?:课题|项目)?(?:由(?=.{2,14}(?:负责|受理|承办|牵头|答复|解答|对接))|找|请洽|请(?:与|联系|咨询))?(?:(?:业务|技术|政策)?(?:联系|咨询|电话|对接)(?:处室|部门|单位|人|方式|电话)?)?\s*[:：|]?\s*"
    rf"(?:{SERVED_BY})?"
)
_REST = re.compile(
    r"(?:\W*(?:\d{1,2}|[一二三四五六七八九])[)）、.])?\W*(?:其余|其他|其它)(?:各)?(?:课题|选题|项目|方向|专题|榜单|领域)?\s*[:：]?\s*(?:由|请洽|请联系)?\s*(?P<who>.+)"
)
# An office and, in brackets, the topics or the section that it serves: 战略规划处（第1、5项）85377101, 资源处4068101（煤炭领域）.
_SERVED = re.compile(r"[^()]{2,40}?(?P<bracket>\((?:负责|受理|对应)?(?P<whose>[^()]{2,40})\))[^()]*$")
# 高端化工方向联系人…
_NAMED = re.compile(r".{2,20}?(?:领域|专题|方向|类|板块|项目|课题)(?:业务|技术)?(?:联系人|联系|咨询)")
# The column of a list of offices that says which topics or parts each serves.
_TOPIC_COLUMN = re.compile(
    r"(?:对应|所属|负责|服务|指南|申报)?(?P<word>课题|选题|项目|方向|榜单|专题|领域|部分|(?i:topics?|challenges?|projects?|lots?|themes?|areas?|strands?|parts?))"
    r"(?:编号|序号|号|代码|范围| (?i:no\.?|numbers?))?"
)
_TAKER = re.compile(r".*?由(?=.{2,14}(?:负责|受理|承办|牵头|答复|解答|对接))")  # 粮油类任务由种植处负责解释
_LEAST_LISTED = settings.count("guide.contact_lists.least_listed")


def listed(drafts: Sequence[Draft], lines: Sequence[tuple[int, str]]) -> list[Contact | None]:
    """The contact that a list elsewhere gives for each draft, by its heading's mark or name, or by its own code."""
    rows = _with_column_words([text for _, text in lines])
    stated = [text for text in rows if REACHED.search(t := fold(text)) or states_office(t)]
    # 第1项 is the number of one topic, not of one in each section.
    once = len({d.number for d in drafts}) == len(drafts)
    parts = [plain_clause(clause, items=once) for text in stated for clause in clauses(text)]
    entries = _of_these(drafts, [(f, part) for part in parts if len(f := fold(part)) == len(part)])
    outer = _outer(drafts)
    contacts = [_of_list(draft, entries, name) for draft, name in zip(drafts, outer, strict=True)]
    named = any(contacts)
    ordered = [] if all(contacts) else _of_parallel(drafts, [text for _, text in lines], named=named)
    # Sections that the lines name have what they say: another order than theirs is none.
    if any(ordered) and all(
        a is None or b is None or a.phone == b.phone for a, b in zip(contacts, ordered, strict=True)
    ):
        contacts = ordered
    rest = [parse_contact(match["who"]) for folded, text in entries if (match := _REST.match(text))]
    return [contact or rest[0] for contact in contacts] if len(rest) == 1 and any(contacts) else contacts


def _with_column_words(lines: Sequence[str]) -> list[str]:
    """The lines, with the name of the column ahead of rows that begin with numbers: Topics 1–2 for 1–2 below Topics | Unit | Telephone."""
    rows: list[str] = []
    word, width = "", 0
    for line in lines:
        first, *cells = line.split(BETWEEN_CELLS)
        if len(cells) != width:
            column = _TOPIC_COLUMN.fullmatch(fold(first)) if cells else None
            word, width = (column["word"], len(cells)) if column is not None else ("", 0)
        rows.append(f"{word} {line}" if word and COUNTED.fullmatch(f"{word} {fold(first)}") else line)
    return rows


def _of_these(drafts: Sequence[Draft], entries: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The clauses without those that count sections by a word (专项1, 专项2) of which the document has not as many."""
    sections = {name for draft in drafts for name in draft.names[1:]}
    names = [name.lower() for draft in drafts for name in draft.names]
    words: dict[tuple[str, str], str] = {}
    highest: dict[str, int] = {}
    for part in entries:
        counted = COUNTED.match(part[0])
        if counted is None or counted["topic"] or re.fullmatch("[A-Z][ -~]*", counted["list"]):
            continue  # 专题A of A1, A2 counts no sections
        words[part] = word = part[0][: counted.start("list")].strip().lower().removesuffix("s")
        highest[word] = max(highest_of(counted["list"]), highest.get(word, 0))
    strange = {w for w, n in highest.items() if n > len(sections) and not any(w in name for name in names)}
    return [part for part in entries if words.get(part) not in strange]


def _of_parallel(drafts: Sequence[Draft], lines: Sequence[str], *, named: bool) -> list[Contact | None]:
    """The contacts of a list that counts as many offices as there are sections, in their order: （一）甲处 6210001; else none.

    `named`: some sections are named with their office, so that a line with as many offices without numbers has the same order.
    """
    groups = dict.fromkeys(d.group for d in drafts)
    counted: list[Contact] = []
    for text in (part for line in lines for part in clauses(line)):
        marks = marks_of(fold(text)).values() if len(fold(text)) == len(text) else ()
        start = next((m.start for m in marks if number_of(m.written) == len(counted) + 1), len(text))
        contact = parse_contact(text[start:])
        if contact and contact.phone and is_unit(contact.name) and text.startswith(contact.name, start):
            counted.append(contact)
    for line in lines if named and not counted else ():
        parts = [c for part in clauses(line) if (c := parse_contact(part)) and c.phone and is_unit(c.name)]
        counted = parts if len(parts) == len(groups) else counted
    paired = len(groups) == len(counted) >= _LEAST_LISTED
    offices = dict(zip(groups, counted, strict=True)) if paired else {}
    return [offices.get(d.group) for d in drafts]


def _outer(drafts: Sequence[Draft]) -> list[str]:
    """The heading of each draft that an ordinal (第一部分) counts: the outermost of those that not all topics stand below."""
    shared = set.intersection(*({*draft.names[1:]} for draft in drafts))
    own = [[name for name in draft.names[1:] if name not in shared] for draft in drafts]
    return [names[-1] if names else "" for names in own]


def _of_list(draft: Draft, entries: Sequence[tuple[str, str]], outer: str) -> Contact | None:
    """The contact of a draft in (folded, original) clauses: its innermost heading's before those of the outer ones."""
    for names in dict.fromkeys((draft.names[:2], draft.names)):
        inner = replace(draft, names=names)
        for folded, text in entries:
            contact = _contact(folded, text, inner, outer)
            if contact is not None and (contact.name or contact.phone):
                return contact
    return None


def _contact(folded: str, text: str, draft: Draft, outer: str) -> Contact | None:
    """The contact that one clause gives for a draft; None if it speaks of others."""
    end = mention_of(folded, draft, outer)
    contact = parse_contact(_BETWEEN.sub("", text[end:])) if end else None
    if (
        contact is not None
        and len(contact.name) > 1
        and not (is_person(contact.name) and _NAMED_OFFICE.search(folded[:end]))
    ):
        return contact
    if contact is not None:
        named = parse_contact(
            _TAKER.sub("", text, count=1)
        )  # the mention is a part of the office's name: 工业处 0791-…
        return named if named is not None and is_unit(named.name) else replace(contact, name="")
    served = _SERVED.match(folded)
    whose = parts_by_classes(topics_by_items(served["whose"])) if served else ""
    if served is None or not mention_of(whose, draft, outer):
        return None
    first, last = served.span("bracket")
    contact = parse_contact(_TAKER.sub("", text[:first] + text[last:], count=1))
    return contact if contact is not None and (contact.name or contact.person) else None


def is_list(text: str) -> bool:
    """Whether a line heads a list of contacts, or gives several with the numbers of their topics: 甲处（第1、5项）…；乙处（第2项）…"""
    parts = [plain_clause(part) for part in clauses(fold(text))]
    contacts = [contact for part in parts if (contact := parse_contact(part)) is not None]
    if len({c.name for c in contacts if c.phone and is_unit(c.name)}) >= _LEAST_LISTED:
        return True
    served = [(part, _SERVED.match(part)) for part in parts]
    whose = [topics_by_items(match["whose"] if match else part) for part, match in served]
    numbered = (_NAMED.match(a) or COUNTED.match(b) for a, b in zip(parts, whose, strict=True))
    return len(parts) > 1 and all(numbered)


def serves_part(text: str) -> bool:
    """Whether a folded line gives an office and a phone for a part or topics that it counts: 第一章业务联系：甲处 …, Questions on Part 1: …"""
    behind = without_part(text) if REACHED.search(text) else text
    contact = parse_contact(behind) if behind != text else None
    return (
        contact is not None
        and is_unit(contact.name)
        and behind.startswith(contact.name)
        and ":" not in contact.name
    )


def without_part(text: str) -> str:
    """A line without the counted part or topics that it begins with: 甲处 … of 第一章业务联系：甲处 …"""
    clause = plain_clause(text)
    counted = ORDINAL.match(clause) or COUNTED.match(clause)
    return _BETWEEN.sub("", clause[counted.end() :]) if counted is not None else text
