"""Which office serves each topic: a pass of its own over the topics, their headings and the rest of the document.

In this order: stated under the topic; the group's (cells merged in the original, lines above or below several topics);
the section's heading or foot; a list elsewhere in the document; where no topic has one, the only desk that it names for topics.
"""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.offices.contact_lists import listed, mention_end
from matcher.guide.offices.contacts import Contact, clauses, is_unit, parse_contact
from matcher.guide.offices.other_desks import ABOUT_TOPICS, for_topics
from matcher.guide.prior import Draft, states_office
from matcher.guide.text.blocks import LONGEST_NAME, SHORT_LINE
from matcher.readers.blocks import BETWEEN_CELLS
from matcher.segment import fold
from matcher.types import OfficeSource

Assigned = tuple[Contact | None, OfficeSource]
_NAME_WITHIN = settings.characters("guide.assignment.name_within")
_SHORTEST_NAME = settings.characters("guide.assignment.shortest_name")
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
_HOUSE = re.compile(r"[\u3400-\u9fff]{2,12}(?:处|司|局|办公室)")  # a section named after its office
_FIRM = re.compile("(?:公司|集团|厂|合作社)$")
_LABELS = (vocabulary.STRONG_OFFICE, vocabulary.WEAK_OFFICE)
_CLAUSES = re.compile(r"(?:(?!\.\s+[A-Z])[^。;]|(?<![a-z]);(?=\s*(?:联系人|(?:联系)?电话)))+")
_OF_SENTENCE = re.compile(
    r"交(?!叉|通|流)|[请将于由并报送至按可向。,，;；:：]|(?i:\b(?:please|by|to|at|before)\b)"
)


def assign(drafts: Sequence[Draft], lines: Sequence[tuple[int, str]]) -> list[Assigned]:
    """(contact, source) of each draft; `lines` are the document's (number, text) outside the topics."""
    assigned: list[Assigned] = []
    lines = for_topics(lines, {name for draft in drafts for name in (draft.title, *draft.names)})
    groups = [list(group) for _, group in groupby(drafts, key=lambda d: d.group)]
    feet = [g for g in groups if len(g) > 1 and next((d for d in g if d.contact), None) is g[-1]]
    footed = len(groups) > 1 and bool(feet) and len(feet) == sum(len(g) > 1 for g in groups)
    for group in groups:
        assigned += _of_group(group, footed=footed and all(d.heading for d in group))
    assigned = _of_last(drafts, assigned)
    assigned = _with_feet(drafts, assigned)
    assigned = _with_closing(drafts, _with_outer(drafts, assigned), lines)
    if any(contact is None for contact, _ in assigned):
        by_list = listed(drafts, lines)
        contacts = {*by_list} - {None}
        if (
            len(contacts) == 1
            and (only := _only_contact(lines, drafts)) in contacts
            and not _of_section(only, drafts, lines)
        ):
            by_list = [*contacts] * len(drafts)  # the document's only one, whose name holds that of a section
        pairs = zip(assigned, by_list, strict=True)
        assigned = [(item, "list") if own[0] is None and item else own for own, item in pairs]
    # Firms and supervisors without a phone say who has the problem: whom to call is the office that has one.
    if all(contact is None or not contact.office() or _is_mute(contact) for contact, _ in assigned):
        only = _only_contact(lines, drafts)
        if only is None and any(contact is not None and contact.office() for contact, _ in assigned):
            return assigned
        if only is None and len(groups) > 1 and all(_HOUSE.fullmatch(d.heading) for d in drafts):
            return [(_with_phone(Contact(d.heading), lines), "section") for d in drafts]  # 【政策法规处】
        return [(only, "list" if only is not None else "none") for _ in drafts]
    called = {contact: _with_phone(contact, lines) for contact in dict.fromkeys(c for c, _ in assigned)}
    return [(called[contact], source) for contact, source in assigned]


def _is_mute(contact: Contact) -> bool:
    """Whether a contact is a firm without a phone or an address, or nothing but persons of whom none has one."""
    if contact.phone or contact.odd or contact.email:
        return False
    return not contact.name if contact.person else bool(_FIRM.search(contact.name))


def _with_phone(contact: Contact | None, lines: Sequence[tuple[int, str]]) -> Contact | None:
    """A contact that only names an office, with the phone and address, or address alone, that one line of the document gives for it."""
    if contact is None or contact.phone or contact.odd or len(contact.name) < _SHORTEST_NAME:
        return contact
    spoken = (clause for _, text in lines if contact.name in text for clause in clauses(text))
    parsed = [c for clause in spoken if contact.name in clause and (c := parse_contact(clause))]
    named = [c for c in parsed if c.phone] or [c for c in parsed if c.email]
    same = [c for c in named if c.name.strip(" |") == contact.name] or named
    return contact.joined(replace(same[0], name=contact.name, odd="")) if len(same) == 1 else contact


def _of_last(drafts: Sequence[Draft], assigned: Sequence[Assigned]) -> list[Assigned]:
    """The assignments where of several sections only the very last topic states an office: it is the whole list's."""
    last = drafts[-1]
    # 以上课题由…负责 below the last one
    contact = last.foot[1] if last.foot is not None and last.foot[0] == "以上" else last.contact
    alone = not any(d.contact or d.above for d in drafts[:-1]) and last.above is None
    if not alone or contact is None or len({d.group for d in drafts}) < 2:
        return list(assigned)
    return [(contact, "list") for _ in drafts]


def _with_feet(drafts: Sequence[Draft], assigned: Sequence[Assigned]) -> list[Assigned]:
    """The assignments with 本专题咨询：… given to every topic of the section above it that states no office."""
    result = list(assigned)
    for at, draft in enumerate(drafts):
        if draft.foot is None:
            continue
        word, contact = draft.foot
        if word == "方向" and not any(word in name for name in draft.names[1:]):
            if draft.contact is None:
                result[at] = (contact, "stated")  # 本方向 below 1.1 is the topic itself
            continue
        section = _section(draft, word)
        for i in range(at, -1, -1):
            if _section(drafts[i], word) != section or (i < at and drafts[i].foot is not None):
                break
            if drafts[i].contact is None:
                result[i] = (contact, "section")
    return result


def _with_outer(drafts: Sequence[Draft], assigned: Sequence[Assigned]) -> list[Assigned]:
    """The assignments where every outermost section ends with the one office that it names: all its topics have it."""
    parts = [list(part) for _, part in groupby(range(len(drafts)), key=lambda i: drafts[i].names[-1:])]
    named = [[i for i in part if drafts[i].contact is not None] for part in parts]
    nested = any(len({drafts[i].group for i in part}) > 1 for part in parts)
    if len(parts) < 2 or not nested or any(n != part[-1:] for n, part in zip(named, parts, strict=True)):
        return list(assigned)
    return [(drafts[part[-1]].contact, "section") for part in parts for _ in part]


def _with_closing(
    drafts: Sequence[Draft], assigned: Sequence[Assigned], lines: Sequence[tuple[int, str]]
) -> list[Assigned]:
    """The assignments where no topic has an office and each of several outermost sections names one desk below its last topic."""
    parts = [list(part) for _, part in groupby(drafts, key=lambda d: d.names[-1:])]
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for n, text in lines:
        numbers[fold(text)].append(n)
    starts = [
        max((n for name in p[0].names[-1:] for n in numbers[name] if n < p[0].lines[0]), default=0)
        for p in parts
    ]
    if len(parts) < 2 or not all(starts) or any(contact is not None for contact, _ in assigned):
        return list(assigned)
    result: list[Assigned] = []
    for part, end in zip(parts, [*starts[1:], lines[-1][0] + 1], strict=True):
        inside = lines[bisect(lines, (part[-1].lines[1] + 1,)) : bisect_left(lines, (end,))]
        below = [text for _, text in inside if vocabulary.PHONE.search(fold(text))]
        contact = _of_line(below[0]) if len(below) == 1 else None
        if contact is None or not contact.phone or not is_unit(contact.name):
            return list(assigned)
        result += [(contact, "section")] * len(part)
    return result


def _section(draft: Draft, word: str) -> object:
    """The heading that `word` (专题) speaks of; the topic's group where no heading has the word."""
    return next((name for name in draft.names[1:] if word and word in name[:_NAME_WITHIN]), draft.group)


def _of_group(group: Sequence[Draft], *, footed: bool) -> list[Assigned]:
    own = [d.contact for d in group]
    above = group[0].above
    if above is not None and any(own) and own[-1] is None:
        # Offices stand above the topics that they serve: what ends one topic opens the next ones.
        return [(contact, "group") for contact in _last([above, *own[:-1]])]
    result: list[Assigned] = []
    for draft, below in zip(group, _last([None, *own[:0:-1]])[::-1], strict=True):
        if draft.contact is not None:
            stated: OfficeSource = "group" if draft.shared else "stated"
            result.append((draft.contact, "section" if footed and len(group) > 1 else stated))
        elif above is not None:
            result.append((above, "section"))
        else:
            result.append((below, "none" if below is None else "section" if footed else "group"))
    return result


def _last(contacts: Sequence[Contact | None]) -> list[Contact | None]:
    """The last contact down to each place."""
    return [contacts[at] for at in accumulate((at if c else 0 for at, c in enumerate(contacts)), max)]


def _only_contact(lines: Sequence[tuple[int, str]], drafts: Sequence[Draft]) -> Contact | None:
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
        contact = _of_line(text) if asked else _of_house(text)
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


def _of_section(contact: Contact | None, drafts: Sequence[Draft], lines: Sequence[tuple[int, str]]) -> bool:
    """Whether a line names a section ahead of a contact, so that it serves no other one: 专题一咨询：…处, …"""
    heads = {name for draft in drafts for name in draft.names[1:]}
    named = [fold(text) for _, text in lines if contact is not None and contact.name in text]
    return contact is not None and any(
        0 < mention_end(text, head) <= text.find(fold(contact.name)) for text in named for head in heads
    )


def _units_in(text: str) -> set[str]:
    """The offices of a line that each have their phone there."""
    contacts = [contact for part in clauses(text) if (contact := parse_contact(part)) and contact.phone]
    return {contact.name for contact in contacts if is_unit(contact.name)}


def _of_line(text: str) -> Contact | None:
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
