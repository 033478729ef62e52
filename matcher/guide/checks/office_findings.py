"""What looks wrong in the offices and phones of a guide's topics, as messages for people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from matcher import settings
from matcher.guide.checks.places import GuideLines
from matcher.guide.lists.counting import parts_word
from matcher.guide.lists.slots import is_phoned
from matcher.guide.offices.contact_lists import is_list
from matcher.guide.offices.contacts import Contact, is_person, is_unit, parse_contact
from matcher.guide.offices.other_desks import for_topics
from matcher.guide.prior import states_office
from matcher.guide.vocabulary import PHONE
from matcher.message import COMMA, SEMICOLON, Catalogue, Message, bracketed, first_of, joined
from matcher.segment import fold
from matcher.types import AuditLine, Topic

say = Catalogue(__file__)

_SHOWN = settings.count("guide.office_findings.shown")
# What a phone, a label or another office left at a name
_NOT_OF_NAMES = re.compile(r"\d{2}|^[A-Z]类|[:,;。()【】/|、]")
_UNIT = re.compile(
    r"[\u3400-\u9fff](?:处|科|室|股|部(?!门)|办|局|厅|司|委|会|院|所|站|中心|公司|大学|组)"
    r"|(?i:(?<!contact )\b(?:office|department|unit|division|team|desk|branch|bureau|section)\b)"
)
_CONTACT_WORDS = r"(?:联系|咨询|对接|责任|业务|主管)(?:处室|部门|单位)|[\u3400-\u9fff]{0,6}申报单位|办公电话"
_LONGEST_PHONE = settings.characters("guide.office_findings.longest_phone")
_ASKED = re.compile(
    r"\b(?i:(?:to|contact|call|ring|ask) (?:the|our)\b|(?:write|speak|turn|directed) to (?=(?-i:[A-Z])))"
)
_DIGITS = settings.count("guide.office_findings.phone_digits")
_CUT = re.compile(r"0\d{2,3}(?:-\d{0,6})?|-\d+")  # an area's code and too few digits, or none
_REST = re.compile(r"(\d{1,4})[。;,)]*")
# 专题一咨询：…, A类联系：…: what the contact is for
_FOR_PART = re.compile(
    r"\W*(?P<part>(?:专题|专项|领域|方向|板块|部分|课题|选题|项目|榜单|任务|(?i:topic|theme|strand|part|area) )"
    r"(?:[\d一二三四五六七八九十]{1,2}|[A-Z]\b)|[A-Z]类)类?(?:业务|政策|技术)?(?:咨询|联系|对接|电话|:)"
)
_NO_LONGER = re.compile(r"(?:\(?0\d{2,3}\)?[- ]?)?(?:1\d{0,10}|[2-9]\d{0,7})")  # a phone or its first digits
_NOT_CALLED = re.compile(r"账[号户]|传真|(?i:\bfax\b)")
_COUNTED = re.compile(r"\d[\u3400-\u9fff]$")  # 专著1部 above 省科技厅…
_LINES = settings.lines("guide.office_findings.shown")
_LINE = settings.characters("guide.reading.shown")


def offices_of(guide: GuideLines) -> Iterator[Message]:
    """The findings on phones and offices that differ, are missing, or stand unused, in this order."""
    for finding in (_two_of_one, _no_office, _unused_offices, _of_one, _broken):
        yield from finding(guide)


def odd_contacts(contacts: Sequence[tuple[Topic, Contact | None]]) -> Iterator[Message]:
    """Phones that cannot be phones (1.38E+10, a lost zero, a placeholder), names that hold digits or stops, short phones."""
    read = [(t.id, contact) for t, contact in contacts if contact is not None]
    odd = [(at, contact.odd) for at, contact in read]
    digits = {at: len(re.sub(r"\D", "", contact.phone)) for at, contact in read if contact.phone}
    housed = len(digits) > 1 and len({*digits.values()}) == 1  # the short numbers of one house
    cut = [(at, part) for at, c in read for part in c.phone.split("、") if _CUT.fullmatch(part)]
    short = [(at, c.phone) for at, c in read if digits.get(at, _DIGITS) < _DIGITS and not housed] + cut
    names = [(t.id, t.office.name) for t, _ in contacts if t.office is not None and _is_odd(t.office.name)]
    seen = {""}
    for texts, kind in ((odd, "phone"), (names, "name"), (short, "short phone")):
        for at, text in texts:
            if text not in seen:
                seen.add(text)
                yield say(f"offices.odd.{kind}", topic=at, text=text)


def _is_odd(name: str) -> bool:
    # 甲处、乙处, 芯料化学（临港）有限公司
    return bool(_NOT_OF_NAMES.search(re.sub(r"(?<=[^\d:])、(?=[^\d:])|\([^\d()]+\)(?=\w)", "", fold(name))))


def _broken(guide: GuideLines) -> Iterator[Message]:
    """Names and phones that a line's end parts, and of which only one half was read."""
    parts = (half for t in guide.topics if t.office for half in (t.office.name, t.office.phone))
    lines = [
        (above.text, line.text if line.number == above.number + 1 and line.role != "heading" else "")
        for above, line in pairwise(guide.lines)
    ]
    halves = {half: fold(half) for half in parts if half}
    lengths, begun, ended = {len(text) for text in halves.values()}, defaultdict(list), defaultdict(list)
    for above, below in lines:
        for length in lengths:
            begun[below[:length] if len(below) > length else ""].append((above, below))
            ended[above[-length:] if len(above) > length else ""].append(below)
    for half, text in halves.items():
        parted = any(parts_word(above, below) and not _COUNTED.search(above) for above, below in begun[text])
        if parted or (ended[text] and all(_goes_on(text, below) for below in ended[text])):
            yield say("offices.broken", text=half)


def _goes_on(phone: str, below: str) -> bool:
    """Whether the line below is nothing but digits that a phone may have at its end."""
    rest = _REST.fullmatch(below)
    return rest is not None and _NO_LONGER.fullmatch(phone + rest[1]) is not None


def _no_office(guide: GuideLines) -> Iterator[Message]:
    """Topics without an office or a phone where most others have one."""
    topics = guide.topics
    nameless = [t.id for t in topics if t.office is not None and not t.office.name]
    bare = [t.id for t in topics if t.office is None]
    offices = [t.office.name for t in topics if t.office is not None and t.office.name]
    # The phone of a person lacks no office where the others are persons too.
    bare += nameless if len(nameless) < sum(not is_person(name) for name in offices) else []
    if 0 < len(bare) < len(topics):
        yield say("offices.none", topics=joined(bare, COMMA))
    silent = [t.id for t in topics if t.office is not None and not t.office.reached_at]
    if silent and len(silent) * 2 < sum(t.office is not None for t in topics):
        yield say("offices.no phone", topics=joined(silent, COMMA))


def _unused_offices(guide: GuideLines) -> Iterator[Message]:
    """Lines with an office or a phone that serve no topic, where a topic has none."""
    called = [t.office for t in guide.topics if t.office is not None]
    if len(called) == len(guide.topics) and all(office.reached_at for office in called):
        return
    parts = (
        part for o in called for text in (o.name, o.phone, o.person, o.email) for part in text.split("、")
    )
    used = {*parts} - {""}
    lengths = sorted({len(part) for part in used}, reverse=True)
    # Where every topic has an office, only what may be its phone is missing.
    named = [office.name for office in called if office.name]
    unnamed = len(named) < len(guide.topics)
    silent = not any(office.reached_at or is_unit(office.name) for office in called)
    # Where no topic has any, a contact for something else may be whom to ask.
    desks = guide.desks(("outside", "unread", "office", "heading"))
    served = desks if called else {}
    # One phone may be the whole guide's; of several somebody has to say which is whose.
    phones = {at: set(PHONE.findall(_NOT_CALLED.split(fold(text))[0])) for at, text in desks.items()}
    several = silent and len(set().union(*phones.values())) > 1
    # A line read as an office counts only if a topic has what it says.
    lines = [
        line
        for line in (replace(a, text=served.get(a.line, a.text)) for a in guide.audit)
        if (
            states_office(fold(line.text))
            or _gives_phone(line, inside=line.line < guide.topics[-1].lines[0])
            or (silent and _asks_at_phone(line.text))
            or (several and phones.get(line.line))
        )
        and not (line.role == "heading" and used)  # the names of columns that were used
        and not (line.role in ("office", "title") and _is_used(line.text, used, lengths))
        and (unnamed or silent or any(name in line.text for name in named))
    ]
    if lines and (named or not _names_no_office(lines)):
        yield say("offices.unused", lines=_shown(lines))


def _of_one(guide: GuideLines) -> Iterator[Message]:
    """One office of a list for all topics, though its line is for a part that no heading names, or other lines give others."""
    offices = {t.office if t.office_source == "list" else None for t in guide.topics}
    office = offices.pop() if len(offices) == 1 < len(guide.topics) else None
    if office is None:
        return
    headed = " ".join(line.text for line in guide.lines if line.role in ("heading", "title"))
    own = [part for part in (office.name, *office.phone.split("、")) if part]
    desks = guide.desks(("outside", "unread", "office"))
    odd = [a for a in guide.audit if a.line in desks and _speaks_of_more(desks[a.line], own, headed)]
    if odd:
        yield say("offices.of one", name=office.name, lines=_shown(odd))


def _speaks_of_more(text: str, own: Sequence[str], headed: str) -> bool:
    """Whether a line speaks of a part that is none of the headings, or gives an office that is not `own`."""
    part = _FOR_PART.match(fold(text))
    if part is not None and part["part"] not in headed:
        return True
    contact = parse_contact(text) if states_office(fold(text)) and not any(x in text for x in own) else None
    return contact is not None and bool(contact.phone) and is_unit(contact.name)


def _shown(lines: Sequence[AuditLine]) -> Message:
    """The first lines, and … for the others."""
    texts = [say("offices.line", line=a.line, text=a.text[:_LINE]) for a in lines]
    return first_of(texts, _LINES, more="…")


def _is_used(text: str, used: Collection[str], lengths: Sequence[int]) -> bool:
    """Whether a line names what topics have, and no phone beside it; `lengths` of what they have, the longest first."""
    rest, at = "", 0
    while at < len(text):
        named = next((n for n in lengths if text[at : at + n] in used), 0)
        rest += "" if named else text[at]
        at += named or 1
    return rest != text and not PHONE.search(fold(rest))


def _names_no_office(lines: Sequence[AuditLine]) -> bool:
    """Whether all that lines below a list give is one person or phone: the whole guide's, and no office; a phone without a name is nobody's."""
    phones = sum(bool(PHONE.search(fold(a.text))) for a in lines)
    contacts = [parse_contact(a.text) for a in lines]
    return (
        phones <= 1
        and any(c is None or c.name or c.person or not c.phone for c in contacts)
        and not any(_names_unit(a.text) or _asks_at_phone(a.text) for a in lines)
        and all(a.role == "outside" for a in lines)
    )


def _asks_at_phone(text: str) -> bool:
    """Whether an English sentence sends people to somebody with a phone, whatever that desk is called."""
    asked = _ASKED.search(fold(text))
    return asked is not None and PHONE.search(fold(text), asked.end()) is not None


def _names_unit(text: str) -> bool:
    """Whether a line names an office, whatever else it says."""
    return bool(_UNIT.search(re.sub(_CONTACT_WORDS, "", fold(text))))


def _gives_phone(line: AuditLine, *, inside: bool) -> bool:
    """Whether a line of a topic, or a unit's line above the last one (`inside`), ends with a phone, or one lists offices."""
    if line.role == "outside" and not (inside and _names_unit(line.text)):
        folded = fold(line.text)
        heads = re.split(r"[:,(|\s]+", folded)[:2]  # 去找：…办公室，…
        heads += re.split(r"[:,(]\s*", folded)[1:2]  # Speak to: Insight Team, …
        named = any(is_unit(head) and not re.search("[请。\\d]", head) for head in heads)
        text = for_topics([(line.line, line.text)], ())[0][1]  # without 技术支持：…
        return is_list(line.text) or (named and is_phoned(fold(text)))
    return bool(PHONE.search(fold(line.text)[-_LONGEST_PHONE:]))  # Lead: J. Okpik, 867-555-0120


def _two_of_one(guide: GuideLines) -> Iterator[Message]:
    """Offices with one usual phone and others, unless each section has its own, then phones of several offices.

    Where no phone is that of half of its topics, an office has one for each of its people.
    """
    phones: dict[str, dict[str, list[str]]] = {}  # of an office -> the topics that name both
    names: dict[str, dict[str, list[str]]] = {}  # of a phone -> the same
    for t in guide.topics:
        if t.office and t.office.name and t.office.phone:
            phones.setdefault(t.office.name, {}).setdefault(t.office.phone, []).append(t.id)
            names.setdefault(t.office.phone, {}).setdefault(t.office.name, []).append(t.id)
    for name, by_phone in phones.items():
        sections = [section for ids in by_phone.values() for section in {at.split("-")[0] for at in ids}]
        counts = [len(ids) for ids in by_phone.values()]
        if len(set(sections)) < len(sections) and max(counts) * 2 >= sum(counts):
            phones_of = (joined([phone, bracketed(first_of(ids, _SHOWN))]) for phone, ids in by_phone.items())
            yield say("offices.phones", name=name, count=len(by_phone), phones=joined(phones_of, SEMICOLON))
    for phone, offices in names.items():
        # One name inside the other is one office written twice.
        short = min(offices, key=len)
        if not all(short in name for name in offices):
            yield say("offices.of one phone", phone=phone, offices=joined(offices, COMMA))
