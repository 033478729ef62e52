"""The one office that a document names for all its topics, and whom a line or sentence asks to call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.offices.contacts import Contact, clauses, is_unit, parse_contact
from matcher.guide.offices.other_desks import ABOUT_TOPICS
from matcher.guide.prior import Draft, states_office
from matcher.guide.text.blocks import LONGEST_NAME, SHORT_LINE
from matcher.readers.blocks import BETWEEN_CELLS
from matcher.segment import fold

_NEAR = settings.lines("guide.assignment.near")
_ASKED = re.compile(
    r"(?:咨询|联系|洽谈)?请?(?:致电|(?:电话)?咨询|联系|洽)(?=[\u3400-\u9fff]{2})"
    r"|(?i:\b(?:contact|call|ask|questions?|enquiries|queries)\b[^:\d]{0,30}:\s*)"
)
# 请与资政研究中心联系（电话…）, 由政策法规处受理（联系人…）
_WITH = re.compile(
    r"(?:与|向)(?P<who>[\u3400-\u9fff]{2,20}?)(?:联系|咨询)(?=\W)"
    r"|由(?:[\u3400-\u9fff]{0,8}局)?(?P<taker>[\u3400-\u9fff]{2,20}?)(?:统一)?(?:受理|负责|组织)?(?:解释|解答)?(?:\([^()]{1,8}\))?[,(](?=(?:联系|咨询|电话).*\d{4})"
    r"|(?<![A-Z] )(?i:\b(?:contact|call|ring|get in touch with) (?:the )?)(?P<whom>[A-Za-z' ]{3,40}?)"
    r"(?: on| at|[:,]?(?: (?:(?:tele)?phone|tel\.?):?)?)(?= [(+\d])"
)
# Whose desk a line names where it speaks of what is applied for: 选题咨询, 课题的要求由…解释; 申报咨询 is about how.
_FOR_TOPICS = re.compile(
    r"(?:课题|选题|议题|题目|榜单|方向|专题|领域|需求|难题|技术|学术|业务|指南)(?:(?!申[报请]|填报|报送|管理)[^;。:]){0,24}?(?:咨询|解释|解答|答[复疑]|释疑|联系|对接|负责|受理|洽|找)"
    rf"|{vocabulary.STRONG_OFFICE.pattern}"
    r"|(?i:\b(?:topic|area|theme|challenge|problem|priorit|subject|scope|scientific|technical|research question)[a-z]*\b"
    r"[^.;]{0,40}\b(?:questions?|enquir|quer|contact|officer|lead|call)"
    r"|\b(?:questions?|enquir[a-z]+|queries|contact|ask|call)\b[^.;]{0,60}"
    r"\b(?:topic|area|theme|challenge|problem|priorit|subject|scope|scientific|technical))"
)
# Any one of many, as whoever applies has theirs: 各市妇联办公室, 所在学校科研处; 本校 is who writes
_ANY = re.compile(r"各|所[在属辖]|[当属]地|本(?:人|单位)|相[应关]|有关|归口|推荐")
_LABELS = (vocabulary.STRONG_OFFICE, vocabulary.WEAK_OFFICE)
_CLAUSES = re.compile(r"(?:(?!\.\s+[A-Z])[^。;]|(?<![a-z]);(?=\s*(?:联系人|(?:联系)?电话)))+")
_OF_SENTENCE = re.compile(
    r"交(?!叉|通|流)|[请将于由并报送至按可向。,，;；:：]|(?i:\b(?:please|by|to|at|before)\b)"
)


def only_contact(lines: Sequence[tuple[int, str]], drafts: Sequence[Draft]) -> Contact | None:
    """The one office with a phone of (line, text) outside the topics that is for topics: by its words, or right below them.

    Whoever takes what is handed in, or answers for the whole call, is no topic's office but of those that name only firms or people.
    """
    end, named = drafts[-1].lines[1], any(draft.contact is not None for draft in drafts)
    contacts: list[Contact] = []
    last, topical, below = 0, set[Contact](), set[Contact]()
    for (before, above), (line, text) in pairwise([(0, ""), *lines]):
        folded = fold(text := ABOUT_TOPICS.sub("", text))
        asked = states_office(folded) or vocabulary.PHONE_LABEL.match(folded)
        asked = asked or _ASKED.search(folded) or _WITH.search(folded)
        contact = of_line(text) if asked else _of_house(text)
        rows = [t.count(BETWEEN_CELLS) for t in (above, text) if vocabulary.PHONE.search(fold(t))]
        if len(_units_in(text)) > 1 or (len(rows) > 1 and rows[0] == rows[1] > 1):
            return None  # 甲处 联系人：…；乙处 联系人：…; the funders of several countries, one a row
        if contact is not None and not contact.name and line - before <= _NEAR:
            contact = replace(contact, name=above if is_unit(above) else "")  # 基础研究处 above 联系人：…
        if contact is None or not (contact.phone or contact.person or is_unit(contact.name)):
            continue  # 五、联系人及电话
        if contacts and line - last <= _NEAR and not (contacts[-1].phone and contact.phone):
            contact = contacts.pop().joined(contact)  # 联系人：陈老师 above 电话：…
        contacts.append(contact)
        headed = fold(above) if line - before <= _NEAR and len(above) <= SHORT_LINE else ""
        if _FOR_TOPICS.search(folded) or _FOR_TOPICS.search(headed):
            topical.add(contact)
        elif end < line <= end + _NEAR:
            below.add(contact)
        last = line
    called = {c for c in contacts if c.phone}
    if not named:
        called = called & topical or (called & below if len(called) == 1 else set())
    name = next(iter(called)).name if len(called) == 1 else ""
    longest = LONGEST_NAME * (2 if name.isascii() else 1)
    counted = name[:1].isdigit()  # 1 课题咨询 科研处
    named = is_unit(name) and len(name) <= longest and not counted and not _OF_SENTENCE.search(name)
    return called.pop() if named else None


def _is_one(name: str) -> bool:
    """Whether a folded name is that of one office, not of any that whoever applies may have."""
    return is_unit(name) and not _ANY.match(name)


def _of_house(text: str) -> Contact | None:
    """The contact in a line whose last sentence is the name of an office and its phone; else None."""
    part = re.split(r"[。；;](?=.)", text)[-1].strip()
    contact = parse_contact(part)
    named = contact is not None and is_unit(contact.name) and part.startswith(contact.name)
    return contact if named and re.search(r"\d{3}\W*$", part) else None


def _units_in(text: str) -> set[str]:
    """The offices of a line that each have their phone there."""
    contacts = [contact for part in clauses(text) if (contact := parse_contact(part)) and contact.phone]
    return {contact.name for contact in contacts if is_unit(contact.name)}


def of_line(text: str) -> Contact | None:
    """The contact in a line: behind its label or a word that asks to call, in the clause with the phone."""
    folded = fold(text)
    if len(folded) != len(text):
        return parse_contact(text)
    clause = next((c for c in _CLAUSES.finditer(folded) if vocabulary.PHONE.search(c.group())), None)
    begin, end = clause.span() if clause is not None else (0, len(text))
    whom = _WITH.search(folded, begin, end)
    phone = vocabulary.PHONE.search(folded, begin, end)
    if whom is not None and (whom.lastgroup != "taker" or _is_one(whom["taker"])):
        closed = folded.find(")", phone.end() if phone else end, end) if folded[whom.end() - 1] == "(" else -1
        behind = text[whom.end() : closed if closed >= 0 else end]
        return parse_contact(text[slice(*whom.span(whom.lastgroup or 0))] + behind)
    label = next((m for p in _LABELS if (m := p.search(folded, begin, end))), None)
    asked = _ASKED.search(folded, begin, end) if label is None else None
    start = label.start() if label is not None else asked.end() if asked is not None else begin
    contact = parse_contact(text[start:end])
    if contact is None or (is_unit(contact.name) and not _OF_SENTENCE.search(contact.name)):
        return contact
    ahead = contact.of(text[begin:start])  # 高新处 联系人：…, 秘书处：李平，…
    return replace(ahead, person=contact.person or contact.name) if is_unit(ahead.name) else contact
