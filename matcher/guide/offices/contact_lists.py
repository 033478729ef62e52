"""Lists of offices elsewhere in a document: which line names which topics, by marks, names, numbers or codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher import settings
from matcher.guide.offices.contacts import REACHED, Contact, clauses, is_person, is_unit, parse_contact
from matcher.guide.prior import Draft, states_office
from matcher.guide.text.blocks import SHORT_LINE
from matcher.guide.text.marks import Mark, marks_of, number_of, outermost
from matcher.segment import fold

_NUMBER = r"\d{1,3}(?:\.\d{1,3})?|[一二三四五六七八九十]{1,3}"
_NUMBERS = re.compile(rf"(?P<a>{_NUMBER}|[A-Z](?![A-Za-z]))(?:\s*(?:[-—–~至到]|\bto\b)\s*(?P<b>{_NUMBER}))?")
_RANGE = re.sub(r"\?P<\w>", "", _NUMBERS.pattern)
# （一）政策咨询 is an item of its own, （一）类 a mention.
_MENTIONED = re.compile(rf"{_RANGE}\s*\)?\s*(?:类|项目|领域|部分|专题|方向|板块)")
_NUMBER_BEHIND = re.compile(r"(?:编号|序号|代码|名称)?[\d.一二三四五六七八九十A-Z()\s]+$")
_LIST = rf"(?:{_RANGE}(?:\s*(?:[、,和及&]|and\b)\s*)*)+"
_COUNTED = re.compile(
    rf"(?:(?P<topic>课题|选题|项目|榜单|方向|(?i:topics?|projects?|challenges?))|专题|专项|领域|部分|板块|(?i:themes?|sections?|areas?))\s*(?P<list>{_LIST})"
)
_BRACKETED = re.compile(rf"[^\d:()]{{2,10}}\(\s*(?P<list>{_LIST})\s*\)\s*:")  # 农业领域（01-02）：
# A mention that is the name of an office: 农业农村处 王建华, below the section 农业农村
_NAMED_OFFICE = re.compile(r"[\u3400-\u9fff]{3}[处局司厅委办股]$")
# What may stand between a mention and its contact: 类业务咨询：, 、文化类由
_BETWEEN = re.compile(
    r"^(?:[、,，和及与]\s*[^、,，:：;；由请]{1,12}(?:类|专题|方向|领域))*\W*(?:类|项目|方向|专题|领域)?(?:课题|项目)?(?:由(?=.{2,14}(?:负责|受理|承办|牵头|答复|解答|对接))|找|请洽|请(?:与|联系|咨询))?(?:(?:业务|技术|政策)?(?:联系|咨询|电话|对接)(?:处室|部门|单位|人|方式|电话)?)?\s*[:：|]?\s*"
)
# 、方向3 behind 方向1; 其余方向由科信处受理，电话…
_AGAIN = re.compile(
    r"(?<=[\d一二三四五六七八九十])([、，,和及]\s*)(?:课题|选题|项目|方向|专题|专项|榜单|领域|任务)\s*(?=[\d一二三四五六七八九十])"
)
_NAMED_CLASS = re.compile(r"[A-Z]类(?=[\s:])")  # A类 of A类 基础前沿
_CLASS = re.compile(r"^\s*(?:注[:：])?\s*([A-Z])类(?:项目|课题)?(?:为|由|请?(?:联系|咨询)|[:：])")
_REST = re.compile(
    r"\W*(?:其余|其他|其它)(?:各)?(?:课题|选题|项目|方向|专题|榜单|领域)?\s*[:：]?\s*(?:由|请洽|请联系)?\s*(?P<who>.+)"
)
_SEVERAL = re.compile(r"(?P<names>[^\d:;。]{2,}[、,和及][^\d:;。]{2,}?):\s*")  # 新型显示材料、超硬材料：
_PARENT = re.compile(
    r"(?P<codes>[A-Z]{1,4}\d{0,4}(?:\s*[、,和及]\s*[A-Z]{1,4}\d{0,4})*)(?:类|组)?(?=[\s:、,]|$)"
)
_LAST_NUMBER = re.compile(r"(?P<ahead>.*?)(?P<n>\d{1,6})")
_TAIL = re.compile(r"(?:领域|专题|方向|类别|类|项目|课题|专项|板块|产业|技术|研究)+$")
_AROUND = " :、【】"
# What a heading's core says of no field: 支持 of 支持方向 is no mention in 系统技术支持：….
_GENERAL = re.compile(r"(?:支持|资助|申报|征集|重点|重大|一般|青年|主要|选题|指南|任务|榜单)+")
# Numbers behind a section's name: 重点项目1、3：, 专题一第2项：.
_OF_SECTION = (
    rf"(?:领域|专题|方向|类别|类|项目|课题|专项|板块)*的?(?:第|中)?(?:课题|项目|选题|方向)?(?P<list>{_LIST})"
    r"(?:项|题|号|个)?(?:课题|项目|选题|方向)?\s*[:(|]"
)
# An office and, in brackets, the topics or the section that it serves: 战略规划处（第1、5项）85377101, 资源处4068101（煤炭领域）.
_SERVED = re.compile(r"[^()]{2,40}?(?P<bracket>\((?:负责|受理|对应)?(?P<whose>[^()]{2,40})\))[^()]*$")
# 高端化工方向联系人…
_NAMED = re.compile(r".{2,20}?(?:领域|专题|方向|类|板块|项目|课题)(?:业务|技术)?(?:联系人|联系|咨询)")
_ITEMS = re.compile(rf"第\s*(?P<list>{_LIST})(?:项|题|号|个)(?:课题|项目|选题)?")
_BARE_NUMBERS = re.compile(
    rf"\W*(?:答[：:])?(?P<list>(?:[（(](?:{_NUMBER})[）)][、，,和及]?)+)(?=找|由|请|归)"
)
_PAID = re.compile("万元|拨付|经费")
_CLASSES = re.compile(rf"第\s*(?P<list>{_LIST})类")
_PLAIN = ("number", "han", "stem", "part", "paren", "letter")  # marks that are numbers only
_LINE_HEAD = settings.characters("guide.contact_lists.line_head")
_LEAST_LISTED = settings.count("guide.contact_lists.least_listed")


def listed(drafts: Sequence[Draft], lines: Sequence[tuple[int, str]]) -> list[Contact | None]:
    """The contact that a list elsewhere gives for each draft, by its heading's mark or name, or by its own code."""
    stated = [text for _, text in lines if REACHED.search(t := fold(text)) or states_office(t)]
    # 第1项 is the number of one topic, not of one in each section.
    once = len({d.number for d in drafts}) == len(drafts)
    parts = [_plain(clause, items=once) for text in stated for clause in clauses(text)]
    entries = _of_these(drafts, [(f, part) for part in parts if len(f := fold(part)) == len(part)])
    contacts = [_of_list(draft, entries) for draft in drafts]
    named = any(contacts)
    ordered = [] if all(contacts) else _of_parallel(drafts, [text for _, text in lines], named=named)
    # Sections that the lines name have what they say: another order than theirs is none.
    if any(ordered) and all(
        a is None or b is None or a.phone == b.phone for a, b in zip(contacts, ordered, strict=True)
    ):
        contacts = ordered
    rest = [parse_contact(match["who"]) for folded, text in entries if (match := _REST.match(text))]
    return [contact or rest[0] for contact in contacts] if len(rest) == 1 and any(contacts) else contacts


def _of_these(drafts: Sequence[Draft], entries: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The clauses without those that count sections by a word (专项1, 专项2) of which the document has not as many."""
    sections = {name for draft in drafts for name in draft.names[1:]}
    names = [name.lower() for draft in drafts for name in draft.names]
    words: dict[tuple[str, str], str] = {}
    highest: dict[str, int] = {}
    for part in entries:
        counted = _COUNTED.match(part[0])
        if counted is None or counted["topic"] or re.fullmatch("[A-Z][ -~]*", counted["list"]):
            continue  # 专题A of A1, A2 counts no sections
        words[part] = word = part[0][: counted.start("list")].strip().lower().removesuffix("s")
        numbers = [number_of(n["b"] or n["a"]) for n in _NUMBERS.finditer(counted["list"])]
        highest[word] = max([*numbers, highest.get(word, 0)])
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


def _of_list(draft: Draft, entries: Sequence[tuple[str, str]]) -> Contact | None:
    """The contact of a draft in (folded, original) clauses: its innermost heading's before those of the outer ones."""
    for names in dict.fromkeys((draft.names[:2], draft.names)):
        inner = replace(draft, names=names)
        for folded, text in entries:
            contact = _contact(folded, text, inner)
            if contact is not None and (contact.name or contact.phone):
                return contact
    return None


def _contact(folded: str, text: str, draft: Draft) -> Contact | None:
    """The contact that one clause gives for a draft; None if it speaks of others."""
    end = _mention_end(folded, draft)
    contact = parse_contact(_BETWEEN.sub("", text[end:])) if end else None
    if (
        contact is not None
        and len(contact.name) > 1
        and not (is_person(contact.name) and _NAMED_OFFICE.search(folded[:end]))
    ):
        return contact
    if contact is not None:
        named = parse_contact(text)  # the mention is a part of the office's name: 工业处 0791-…
        return named if named is not None and is_unit(named.name) else replace(contact, name="")
    served = _SERVED.match(folded)
    whose = _CLASSES.sub(r"部分\g<list>", _ITEMS.sub(r"课题\g<list>", served["whose"])) if served else ""
    if served is None or not _mention_end(whose, draft):
        return None
    first, last = served.span("bracket")
    contact = parse_contact(text[:first] + text[last:])
    return contact if contact is not None and (contact.name or contact.person) else None


def _mention_end(line: str, draft: Draft) -> int:
    """Where the mention of a draft or its section ends that a line begins with; 0 if it has none."""
    for name in draft.names[1:]:
        numbers = _numbers_in(line, name)
        if numbers is not None:
            own = draft.number if draft.number is not None else number_of(draft.code)
            return numbers.end("list") if _covers(numbers["list"], own) else 0
    end = max((mention_end(line, name) for name in draft.names), default=0)
    return end or _counted(line, draft) or _coded(line, draft.code)


def _numbers_in(line: str, heading: str) -> re.Match[str] | None:
    """The numbers of topics behind a heading's name at the head of a line: 重点项目1、3：; None if there are none."""
    own = outermost(heading)
    title = re.sub(r"\([^()]*\)", "", heading[own.start :] if own is not None else heading).strip(_AROUND)
    core = _TAIL.sub("", title)
    # To look costs nothing beside compiling an expression for each heading and line.
    return re.match(rf"\W*{re.escape(core)}{_OF_SECTION}", line) if len(core) >= 2 and core in line else None


def is_list(text: str) -> bool:
    """Whether a line heads a list of contacts, or gives several with the numbers of their topics: 甲处（第1、5项）…；乙处（第2项）…"""
    parts = [_plain(part) for part in clauses(fold(text))]
    contacts = [contact for part in parts if (contact := parse_contact(part)) is not None]
    if len({c.name for c in contacts if c.phone and is_unit(c.name)}) >= _LEAST_LISTED:
        return True
    served = [(part, _SERVED.match(part)) for part in parts]
    whose = [_ITEMS.sub(r"课题\g<list>", match["whose"] if match else part) for part, match in served]
    numbered = (_NAMED.match(a) or _COUNTED.match(b) for a, b in zip(parts, whose, strict=True))
    return len(parts) > 1 and all(numbered)


def _plain(clause: str, *, items: bool = False) -> str:
    """A clause that says its word once, and ahead: 方向1、3 由… for 方向1、方向3 由…, 专题A：… for A类为…"""
    if items and _ITEMS.match(clause) and not _PAID.search(clause):  # 第1、6项：法制工委 …
        clause = _ITEMS.sub(r"课题\g<list>", clause, count=1)
    if items and (bare := _BARE_NUMBERS.match(clause)):  # (1)(3)(7)找装备科
        clause = "课题" + "、".join(re.findall(_NUMBER, bare["list"])) + clause[bare.end() :]
    return _AGAIN.sub(r"\1", _CLASS.sub(r"专题\1：", clause))


def mention_end(line: str, name: str) -> int:
    """Where a line's mention of a heading or topic ends; 0 if it does not begin with one."""
    head = line[:_LINE_HEAD]
    named = _NAMED_CLASS.match(name)
    if named is not None and head.startswith(named.group()):
        return named.end()
    own = next((m for k, m in marks_of(name).items() if k.startswith("word:")), outermost(name))
    if own is not None and (end := _mark_end(head, name, own)):
        return end
    core = _core(name[own.start :] if own is not None else name)
    several = _SEVERAL.match(head)
    if several and len(core) >= 2 and any(core in part for part in re.split("[、,和及]", several["names"])):
        return several.end()
    return _core_ends(line, head, core)


def _mark_end(head: str, name: str, own: Mark) -> int:
    """Where a heading's mark and the numbers that go on with it end at the head of a line (专题一、二); 0 for other marks."""
    worded = own.kind.startswith("word:")
    if own.kind in ("part", "chapter"):
        written = name[: own.start].rstrip(" :、.")
        return len(written) if head.startswith(written) else 0
    match = re.match(rf"\W*(?P<w>\D*?)\s*\(?(?P<list>(?:{_RANGE}(?:[、,和及&\s)]|and\b)*)+)", head)
    if match is None or not (worded or own.kind in ("paren-han", "han")):
        return 0
    if not worded and not _MENTIONED.match(head, match.start("list")):
        return 0
    base = _NUMBER_BEHIND.sub("", name[: own.start].strip(" :、.,【】[]")).strip("( ")
    word = match["w"].strip("( ")
    same = base == word or (len(word) > 1 and base.endswith(word))  # 专项一 for 重大专项一
    # Themes 1 and 3: …, but not Themes 1 and 3 are closed.
    several = word.isascii() and word.lower() == f"{base.lower()}s"
    same = same or (several and head[match.end() : match.end() + 1] in tuple(":|,(-–—"))
    return match.end() if same and _covers(match["list"], number_of(own.written)) else 0


def _core(title: str) -> str:
    """What tells a heading or a title from others: 工业 of 工业领域（专题编号：…）; all of one that is general (支持方向)."""
    words = re.sub(r"\([^()]*\)", "", title).strip(_AROUND) or title
    core = _TAIL.sub("", words)
    return words if not core or _GENERAL.fullmatch(core) else core


def _core_ends(line: str, head: str, core: str) -> int:
    """Where a line's mention of a name's core ends; 0 if its head does not hold it early enough."""
    at = head.find(core) if len(core) >= 2 else -1
    if at < 0 or at > SHORT_LINE:
        return 0
    stop = re.compile(r"[\s:|(,、]|请|由(?=.{2,14}(?:负责|受理|承办|答复|解答))").search(line, at + len(core))
    return stop.start() if stop else at + len(core)


def _counted(line: str, draft: Draft) -> int:
    """Where 专题1 or Topics 1 and 3, said of marks that are numbers only, end at the head of a line; 0 if they are not there."""
    bracket = _BRACKETED.match(line)
    if bracket is not None and draft.number is None and draft.code.isdigit():
        return bracket.end() if _covers(bracket["list"], int(draft.code)) else 0
    match = _COUNTED.match(line)
    if match is None:
        return 0
    word = match.group()[: match.start("list") - match.start()].strip().lower().removesuffix("s")
    if any(name.lower().startswith(word) and _COUNTED.match(name) for name in draft.names):
        return 0  # 领域2 is no mention of 二、选题方向 where the document counts its 领域
    marks = [own if (own := outermost(name)) and own.kind in _PLAIN else None for name in draft.names]
    heads = list(filter(None, marks[1:]))  # Area A of A. below no heading that is counted is the topic itself
    counted = heads if heads and not match["topic"] else list(filter(None, marks[:1]))
    if any(_covers(match["list"], number_of(own.written)) for own in counted):
        return match.end()
    letter = match["list"] if match["list"].isalpha() and match["list"].isascii() else "-"
    return match.end() if re.match(rf"{letter}-?\d", draft.code) else 0  # 专题A, of A1 and A2


def _coded(line: str, code: str) -> int:
    """Where the codes end that a line names before its contact (MS-01、MS-03：…), if `code` is one or begins with one (A类); 0 if it does not."""
    parent = _PARENT.match(line)
    for named in re.findall("[A-Z]+\\d*", parent["codes"]) if parent is not None else ():  # A、C类：
        after = "[-.]" if named[-1].isdigit() else "[-.]?"
        if parent is not None and re.match(rf"{named}{after}\d", fold(code)):
            return parent.end()
    wanted = _LAST_NUMBER.fullmatch(fold(code))
    head = re.match(r"(?:[^:|]{0,12}:\s*)?(?P<list>[^:|]{2,80}?)\s*[:|]", line)
    if wanted is None or head is None or not wanted["ahead"]:
        return 0
    ahead = re.escape(wanted["ahead"])
    named = re.finditer(rf"{ahead}(\d+)(?:\s*[-—~至到]\s*(?:{ahead})?(\d+))?(?!\d)", head["list"])
    covered = any(int(m[1]) <= int(wanted["n"]) <= int(m[2] or m[1]) for m in named)
    return head.end("list") if covered else 0


def _covers(numbers: str, wanted: int) -> bool:
    """Whether 1-3、5 or 一、二 (a list at the beginning of a text) has the number."""
    listed = re.match(_LIST, numbers)
    ranges = _NUMBERS.finditer(listed.group()) if listed else ()
    return any(number_of(m["a"]) <= wanted <= number_of(m["b"] or m["a"]) for m in ranges)
