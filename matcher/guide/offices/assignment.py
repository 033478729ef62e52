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
from itertools import accumulate, groupby

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.offices.contact_lists import listed, without_part
from matcher.guide.offices.contacts import Contact, clauses, is_unit, parse_contact
from matcher.guide.offices.mentions import mention_end
from matcher.guide.offices.only_contact import of_line, only_contact
from matcher.guide.offices.other_desks import for_topics
from matcher.guide.prior import Draft
from matcher.segment import fold
from matcher.types import OfficeSource

Assigned = tuple[Contact | None, OfficeSource]
_NAME_WITHIN = settings.characters("guide.assignment.name_within")
_SHORTEST_NAME = settings.characters("guide.assignment.shortest_name")
# A section named after its office: 政策法规处, Office of Dam Safety, Track Division
_HOUSE = re.compile(
    r"[\u3400-\u9fff]{2,12}(?:处|司|局|办公室)|(?:Office|Department|Division|Bureau|Directorate|Branch) (?:of|for) [A-Z].+"
    r"|[A-Z][\w&' -]+ (?:Office|Department|Division|Bureau|Directorate|Branch|Unit|Desk)"
)
_FIRM = re.compile("(?:公司|集团|厂|合作社)$")


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
            and (only := only_contact(lines, drafts)) in contacts
            and not _of_section(only, drafts, lines)
        ):
            by_list = [*contacts] * len(drafts)  # the document's only one, whose name holds that of a section
        pairs = zip(assigned, by_list, strict=True)
        assigned = [(item, "list") if own[0] is None and item else own for own, item in pairs]
    # Firms and supervisors without a phone say who has the problem: whom to call is the office that has one.
    if all(contact is None or not contact.office() or _is_mute(contact) for contact, _ in assigned):
        only = only_contact(lines, drafts)
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
        contact = of_line(without_part(below[0])) if len(below) == 1 else None
        if contact is None or not contact.phone or not is_unit(contact.name):
            return list(assigned)
        result += [(contact, "section")] * len(part)
    return result


def _section(draft: Draft, word: str) -> object:
    """The heading that `word` (专题) speaks of, at its head or end; the topic's group where no heading has the word."""
    names = (
        name
        for name in draft.names[1:]
        if word and (word in name[:_NAME_WITHIN] or _words_of(name).endswith(word))
    )
    return next(names, draft.group)


def _words_of(heading: str) -> str:
    """A folded heading without what a bracket or a colon behind it says."""
    return re.sub(r"\([^()]*\)|[\s:]+$", "", heading)


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


def _of_section(contact: Contact | None, drafts: Sequence[Draft], lines: Sequence[tuple[int, str]]) -> bool:
    """Whether a line names a section ahead of a contact, so that it serves no other one: 专题一咨询：…处, …"""
    heads = {name for draft in drafts for name in draft.names[1:]}
    named = [fold(text) for _, text in lines if contact is not None and contact.name in text]
    return contact is not None and any(
        0 < mention_end(text, head) <= text.find(fold(contact.name)) for text in named for head in heads
    )
