"""Which office serves each topic: a pass of its own over the topics, their headings and the rest of the document.

In this order: stated under the topic; the group's (cells merged in the original, lines above or
below several topics); the section's heading or foot; a list elsewhere in the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.marks import marks_of, number_of, rank
from matcher.guide.offices import Contact, parse_contact
from matcher.guide.prior import Draft, states_office
from matcher.segment import fold
from matcher.types import Office, OfficeSource

Assigned = tuple[Contact | None, OfficeSource]
_NUMBERS = re.compile(
    r"(?P<a>\d{1,3}(?:\.\d{1,3})?|[一二三四五六七八九十]{1,3}|[A-Z](?![A-Za-z]))(?:\s*[-—~至到]\s*(?P<b>\d{1,3}(?:\.\d{1,3})?|[一二三四五六七八九十]{1,3}))?"
)
_LIST = rf"(?:{_NUMBERS.pattern.replace('?P<a>', '').replace('?P<b>', '')}(?:\s*(?:[、,和及]|and)\s*)?)+"
_COUNTED = re.compile(
    rf"(?:(?P<topic>课题|选题|项目|榜单|方向|(?i:topics?|projects?|challenges?))|专题|领域|部分|板块|(?i:themes?|sections?|areas?))\s*(?P<list>{_LIST})"
)
_BRACKETED = re.compile(rf"[^\d:()]{{2,10}}\(\s*(?P<list>{_LIST})\s*\)\s*:")  # 农业领域（01-02）：
# What may stand between a mention and its contact: 类业务咨询：
_BETWEEN = re.compile(
    r"^\W*(?:类|项目|方向|专题|领域)?(?:课题|项目)?(?:请洽|请(?:与|联系|咨询))?(?:(?:业务|技术|政策)?(?:联系|咨询|电话|对接)(?:处室|部门|单位|人|方式|电话)?)?\s*[:：|]?\s*"
)
_SHORTEST_NAME = settings.characters("guide.assignment.shortest_name")
_NAME_WITHIN = settings.characters("guide.assignment.name_within")
_LINE_HEAD = settings.characters("guide.assignment.line_head")
_LATEST = settings.characters("guide.assignment.latest")
_LAST_NUMBER = re.compile(r"(?P<ahead>.*?)(?P<n>\d{1,6})")
_CODE = re.compile(r"(?:编号|代码)\s*:\s*\d{5,}")  # 专题编号：20270101 is no phone
_TAIL = re.compile(r"(?:领域|专题|方向|类别|类|项目|课题|专项|板块|产业|技术|研究)+$")


def assign(drafts: Sequence[Draft], lines: Sequence[tuple[int, str]]) -> list[Assigned]:
    """(contact, source) of each draft; `lines` are the document's (number, text) outside the topics."""
    found: list[Assigned] = []
    groups = [list(group) for _, group in groupby(drafts, key=lambda d: d.group)]
    feet = [
        g for g in groups if len(g) > 1 and [bool(d.contact) for d in g] == [False] * (len(g) - 1) + [True]
    ]
    footed = len(groups) > 1 and bool(feet) and all(g in feet or len(g) == 1 for g in groups)
    for group in groups:
        found += _of_group(group, footed=footed and all(d.heading for d in group))
    found = _with_feet(drafts, found)
    found = _with_outer(drafts, found)
    if any(contact is None for contact, _ in found):
        listed = _listed(drafts, lines)
        found = [(listed[i], "list") if c is None and listed[i] else (c, s) for i, (c, s) in enumerate(found)]
    return [(_with_phone(contact, lines), source) for contact, source in found]


def _with_phone(contact: Contact | None, lines: Sequence[tuple[int, str]]) -> Contact | None:
    """A contact that only names an office, with the phone that one line of the rest of the document gives for it."""
    if contact is None or contact.phone or contact.odd or len(contact.name) < _SHORTEST_NAME:
        return contact
    listed = [
        c
        for _, text in lines
        if contact.name in text
        for clause in _clauses(text)
        if contact.name in clause and (c := parse_contact(clause)) and c.phone
    ]
    same = [c for c in listed if c.name.strip(" |") == contact.name] or listed
    return contact.joined(Contact(contact.name, same[0].phone, same[0].person)) if len(same) == 1 else contact


def _with_feet(drafts: Sequence[Draft], found: Sequence[Assigned]) -> list[Assigned]:
    """The assignments with 本专题咨询：… given to every topic of the section above it that states no office."""
    result = list(found)
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


def _with_outer(drafts: Sequence[Draft], found: Sequence[Assigned]) -> list[Assigned]:
    """The assignments where every outermost section ends with the one office that it names: all its topics have it."""
    parts = [list(part) for _, part in groupby(range(len(drafts)), key=lambda i: drafts[i].names[-1:])]
    named = [[i for i in part if drafts[i].contact is not None] for part in parts]
    nested = any(len({drafts[i].group for i in part}) > 1 for part in parts)
    if len(parts) < 2 or not nested or any(n != part[-1:] for n, part in zip(named, parts, strict=True)):
        return list(found)
    return [(drafts[part[-1]].contact, "section") for part in parts for _ in part]


def _section(draft: Draft, word: str) -> object:
    """The heading that `word` (专题) speaks of; the topic's group where no heading has the word."""
    return next((name for name in draft.names[1:] if word and word in name[:_NAME_WITHIN]), draft.group)


def _of_group(group: Sequence[Draft], *, footed: bool) -> list[Assigned]:
    own = [d.contact for d in group]
    above = group[0].above
    if above is not None and any(own) and own[-1] is None:
        # Offices stand above the topics that they serve: what ends one topic opens the next ones.
        serving: Contact | None = above
        result: list[Assigned] = []
        for contact in own:
            result.append((serving, "group"))
            serving = contact or serving
        return result
    result = []
    for i, draft in enumerate(group):
        below = next((c for c in own[i + 1 :] if c is not None), None)
        if draft.contact is not None:
            source: OfficeSource = (
                "section" if footed and len(group) > 1 else "group" if draft.shared else "stated"
            )
            result.append((draft.contact, source))
        elif above is not None:
            result.append((above, "section"))
        else:
            result.append((below, "none" if below is None else "section" if footed else "group"))
    return result


def _listed(drafts: Sequence[Draft], lines: Sequence[tuple[int, str]]) -> list[Contact | None]:
    """The contact that a list elsewhere gives for each draft, by its heading's mark or name, or by its own code."""
    entries = []
    for _, text in lines:
        folded = fold(text)
        phone = vocabulary.PHONE.search(folded)
        if (phone is None and not states_office(folded)) or _CODE.search(folded):
            continue
        entries += [(fold(clause), clause) for clause in _clauses(text)]
    found: list[Contact | None] = []
    for draft in drafts:
        contact = None
        for folded, text in entries:
            end = max((_mentions(folded, name) for name in draft.names), default=0)
            end = end or _counted(folded, draft) or _coded(folded, draft.code)
            if end and len(folded) == len(text):
                contact = parse_contact(_BETWEEN.sub("", text[end:]))
                if contact is not None and not contact.name:
                    contact = parse_contact(text)  # the mention is a part of the office's name: 工业处 0791-…
            if contact is not None and (contact.name or contact.phone):
                break
            contact = None
        found.append(contact)
    return found


def _clauses(text: str) -> list[str]:
    """A line's contacts apart: 经济类请洽甲科（…），文化类请洽乙科（…）。 甲科 6210001，乙科 6210002。"""
    folded = fold(text)
    phones = vocabulary.PHONE.findall(folded)
    if len(phones) < 2 or len(folded) != len(text):
        return [text]
    clauses = re.split(r"[；;。]|(?<=[）)])[，,、]", text)
    if len([c for c in clauses if c.strip()]) == 1:
        parts = re.split(r"[，,、]", text.rstrip("。"))
        # Each part must name its own: 甲科 6210001、6210002 is one contact.
        if len(parts) == len(phones) and all(re.search(r"[^\W\d_]{2}.*\d", part) for part in parts):
            clauses = parts
    return [clause for clause in clauses if clause.strip()]


def _mentions(line: str, name: str) -> int:
    """Where a line's mention of a heading or topic ends; 0 if it does not begin with one."""
    head = line[:_LINE_HEAD]
    marks = marks_of(name)
    own = min(marks.values(), key=lambda m: rank(m.kind), default=None)
    own = next((m for k, m in marks.items() if k.startswith("word:")), own)
    if own is not None and (own.kind.startswith("word:") or own.kind in ("paren-han", "han")):
        word = name[: own.start].rstrip(" :、.,")
        match = re.match(r"\W*(?P<w>\D*?)\s*(?:\(?)" + _NUMBERS.pattern, head)
        base = re.sub(r"[\d.一二三四五六七八九十A-Z()\s]+$", "", word).strip("( ")
        bare = not own.kind.startswith("word:")  # （一）政策咨询 is an item of its own, （一）类 a mention
        after = (
            re.match(
                rf"{_NUMBERS.pattern}\s*\)?\s*(?:类|项目|领域|部分|专题|方向|板块)", head[match.start("a") :]
            )
            if match and bare
            else True
        )
        if (
            match
            and after
            and _is_same_word(base, match["w"].strip("( "))
            and _covers(head[match.start("a") :], number_of(own.written))
        ):
            numbers = re.match(
                rf"(?:{_NUMBERS.pattern.replace('?P<a>', '').replace('?P<b>', '')}[、,和及\s)]*)+",
                head[match.start("a") :],
            )
            return match.start("a") + (numbers.end() if numbers else 0)
    title = name[own.start :] if own is not None else name
    core = _TAIL.sub("", re.sub(r"\([^()]*\)", "", title)).strip(" :、") or title
    at = head.find(core) if len(core) >= 2 else -1
    if at < 0 or at > _LATEST:
        return 0
    stop = re.compile(r"[\s:|(,、]|请").search(line, at + len(core))
    return stop.start() if stop else at + len(core)


def _is_same_word(base: str, said: str) -> bool:
    """Whether a line's word is a heading's, or its end: 专项一 for 重大专项一."""
    return base == said or (len(said) > 1 and base.endswith(said))


def _counted(line: str, draft: Draft) -> int:
    """Where 专题1 or Topics 1 and 3, said of marks that are numbers only, end at the head of a line; 0 if they are not there."""
    bracket = _BRACKETED.match(line)
    if bracket is not None and draft.number is None and draft.code.isdigit():
        return bracket.end() if _covers(bracket["list"], int(draft.code)) else 0
    match = _COUNTED.match(line)
    if match is None:
        return 0
    said = match.group()[: match.start("list") - match.start()].strip().lower()
    if any(name.lower().startswith(said) for name in draft.names):
        return 0  # 领域2 is no mention of 二、选题方向 where the document counts its 领域
    for name in draft.names[:1] if match["topic"] else draft.names[1:]:
        own = min(marks_of(name).values(), key=lambda m: rank(m.kind), default=None)
        plain = own is not None and own.kind in ("number", "han", "stem", "part", "paren")
        if own is not None and plain and _covers(match["list"], number_of(own.written)):
            return match.end()
    return 0


def _coded(line: str, code: str) -> int:
    """Where the codes end that a line names before its contact (MS-01、MS-03：…), if `code` is one; 0 if it is not."""
    wanted = _LAST_NUMBER.fullmatch(fold(code))
    head = re.match(r"(?:[^:|]{0,12}:\s*)?(?P<list>[^:|]{2,80}?)\s*[:|]", line)
    if wanted is None or head is None or not wanted["ahead"]:
        return 0
    ahead, number, inside = wanted["ahead"], int(wanted["n"]), head["list"]
    for match in re.finditer(
        rf"{re.escape(ahead)}(\d+)(?:\s*[-—~至到]\s*(?:{re.escape(ahead)})?(\d+))?(?!\d)", inside
    ):
        if int(match[1]) <= number <= int(match[2] or match[1]):
            return head.end("list")
    return 0


def _covers(numbers: str, wanted: int) -> bool:
    """Whether 1-3、5 or 一、二 (a list at the beginning of a text) has the number."""
    at = 0
    while match := _NUMBERS.match(numbers, at):
        first = number_of(match["a"])
        last = number_of(match["b"]) if match["b"] else first
        if first <= wanted <= last:
            return True
        gap = re.compile(r"\s*(?:[、,和及]|and)\s*").match(numbers, match.end())
        if gap is None:
            return False
        at = gap.end()
    return False


def offices(assigned: Sequence[Assigned]) -> list[tuple[Office | None, OfficeSource]]:
    """The offices of assigned contacts; a contact that names nothing is no office."""
    found: list[tuple[Office | None, OfficeSource]] = []
    for contact, source in assigned:
        office = contact.office() if contact is not None else None
        found.append((office, source if office is not None else "none"))
    return found
