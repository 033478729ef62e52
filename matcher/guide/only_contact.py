"""The only office that a document names outside its topics: it serves all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.offices import Contact, is_unit, parse_contact
from matcher.guide.prior import states_office
from matcher.segment import fold

_LONGEST_NAME = settings.characters("guide.only_contact.longest_name")
_NEAR = settings.lines("guide.only_contact.near")
# Whom to call about the form, the site or a complaint, not about a topic.
_OTHER_DESK = re.compile(
    r"技术(?:支持|服务|咨询|问题)|系统|平台|网站|监督|举报|投诉|纪检|信访|财务|发票|(?i:technical|help ?desk|support|complaints|press\b|website)"
)
_ASKED = re.compile(
    r"(?:咨询|联系|洽谈)?请?(?:致电|(?:电话)?咨询|联系|洽)(?=[\u3400-\u9fff]{2})|(?i:\b(?:contact|call|ask|questions?|enquiries|queries)\b[^:\d]{0,30}:\s*)"
)
# 请与资政研究中心联系（电话…）
_WITH = re.compile(
    r"(?:与|向)(?P<who>[\u3400-\u9fff]{2,20}?)(?:联系|咨询)(?=\W)"
    r"|(?i:\b(?:contact|call|ring) (?:the )?)(?P<whom>[A-Za-z ]{3,40}?) (?:on|at)(?= [(+\d])"
)
_NAMED = re.compile(
    r"(?!.{0,8}(?:地址|地点))[^:,。;()\d]{2,12}:\s*(?=[\u3400-\u9fff])"
)  # 课题管理：制度方法处 …
_LABELS = (vocabulary.STRONG_OFFICE, vocabulary.WEAK_OFFICE)
_CLAUSES = re.compile(r"(?:(?!\.\s+[A-Z])[^。;])+")
_OF_SENTENCE = re.compile(r"[请将于由并报送交至按可向。,，;；:：]|(?i:\b(?:please|by|to|at|before)\b)")


def only_contact(lines: Sequence[tuple[int, str]]) -> Contact | None:
    """The contact of (line, text) outside the topics, if it is one office with a phone; a person alone may be whom to send forms to."""
    contacts: list[Contact] = []
    last = 0
    for line, text in lines:
        folded = fold(text)
        asked = states_office(folded) or vocabulary.PHONE_LABEL.match(folded) or _ASKED.search(folded)
        if not asked or _OTHER_DESK.search(folded):
            continue
        if (contact := _of_line(text)) is None:
            continue
        if contacts and line - last <= _NEAR and not (contacts[-1].phone and contact.phone):
            contact = contacts.pop().joined(contact)  # 联系人：陈老师 above 电话：…
        contacts.append(contact)
        last = line
    called = {c for c in contacts if c.phone}
    name = next(iter(called)).name if len(called) == 1 else ""
    named = is_unit(name) and len(name) <= _LONGEST_NAME and not _OF_SENTENCE.search(name)
    return called.pop() if named else None


def _of_line(text: str) -> Contact | None:
    """The contact in a line: behind its label or a word that asks to call, in the clause with the phone."""
    folded = fold(text)
    if len(folded) != len(text):
        return parse_contact(text)
    clause = next((c for c in _CLAUSES.finditer(folded) if vocabulary.PHONE.search(c.group())), None)
    begin, end = clause.span() if clause is not None else (0, len(text))
    label = next((m for p in _LABELS if (m := p.search(folded, begin, end))), None)
    whom = _WITH.search(folded, begin, end) if label is None else None
    if whom is not None:
        return parse_contact(text[slice(*whom.span(whom.lastgroup or 0))] + text[whom.end() : end])
    asked = _ASKED.search(folded, begin, end) if label is None else None
    named = _NAMED.match(folded, begin, end) if label is None and asked is None else None
    start = label.start() if label is not None else max(begin, *(m.end() for m in (asked, named) if m), 0)
    contact = parse_contact(text[start:end])
    if contact is None or is_unit(contact.name):
        return contact
    ahead = contact.of(text[begin:start])  # 农村科技处，联系人：…, 秘书处：李平，…
    return replace(ahead, person=contact.person or contact.name) if is_unit(ahead.name) else contact
