"""The labels of an application form: of a line or cell, and within a line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from matcher import numerals, settings
from matcher.language import is_latin
from matcher.readers.fields.joined import FOREIGN, fields_of, several
from matcher.readers.fields.labels import NOTE_MARK, about, asked, questioned
from matcher.readers.fields.learnt import Built
from matcher.readers.fields.placeholders import explains
from matcher.readers.fields.values import ASKS, BRACKETED, LAST, is_own_title
from matcher.readers.fields.words import LONG as LONG
from matcher.readers.fields.words import PEOPLE, remembered
from matcher.segment import HAN, fold

Places = tuple[str, ...]  # the fields that a label may stand for, best first

_MOST_MARKS = settings.count("readers.form_labels.most_colons")
_LONGEST = settings.characters("readers.form_labels.longest")
_LONGEST_BARE = settings.characters("readers.form_labels.longest_bare")
_BEFORE_COLON = settings.characters("readers.form_labels.before_colon")
_LONGEST_QUESTION = settings.characters("readers.form_labels.longest_question")
_NUMBER = re.compile(
    r"\s*(?P<part>第\s*(?P<p>[一二三四五六七八九十\d]{1,3})\s*(?:部分|章|节|项|条)[、.．:：\s]*|表\s?(?P<c>[一二三四五六七八九十\d]{1,2})[、.．:：\s]+)"
    r"|\s*(?P<bracket>[（(]\s*(?P<b>[一二三四五六七八九十\d]{1,3})\s*[）)][、.．]?\s*)"
    r"|\s*(?P<han>(?P<h>[一二三四五六七八九十]{1,3}(?=\s*[、.．:：)）])|[壹贰叁肆伍陆柒捌玖拾]{1,2}(?=[、.．:：\s]))\s*[、.．:：)）]?\s*)"
    r"|\s*(?P<dotted>(?P<t>\d{1,2}(?:\.\d{1,2}){1,3})[、.．]?\s*)"
    r"|\s*(?P<digit>(?P<d>\d{1,2})(?:[a-z](?=[.)]))?\s*(?:[、.．:：)）]\s*|\s+))"
    r"|\s*(?P<letter>[A-Z](?P<l>\d{1,2})(?:\s*[.．:：)）、]\s*|(?<=Q\d)\s+))"
    r"|\s*(?P<sign>(?P<s>[①-⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]{1,4}(?=\s*[、.．:：\s])|[①-⑳❶-❿➀-➉])\s*[、.．:：]?\s*)"
    rf"|\s*(?P<alone>(?P<a>[A-Za-z甲乙丙丁戊己庚辛])[、.．)）]\s*(?=[{HAN}]))"
)
SERIAL = re.compile(
    r"[(（]?(?:\d{1,2}(?:\.\d{1,2})*|[一二三四五六七八九十]{1,3}|[ivxIVX]{1,4}|[A-Za-z])[)）.、．]{0,2}"
)
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
# Words set in columns are no name, and the paper's own is none of a field.
_NO_LABEL = re.compile(r"(?:[A-Za-z)]\s{3,}[A-Za-z(].*){2}|(?i:technical description \(part b\d?\)$)")
# Fields of no use, or of a person or an institution (Applicant), whose bracket may name what is meant.
_PEOPLE = PEOPLE | {"partners"}
_ABOUT_WHOM = re.compile(r"(?:基本|主要)?(?:信息|资料|情况)$|(?i: (?:contact )?(?:information|details)$)")
_WEAK = frozenset(("category", "person", "contact", "principal_investigator"))
_GUIDE_IN_BRACKET = re.compile(r"[（(][^（()）]{0,6}(?:指南|榜单)[^（()）]{0,12}[)）]$")
_OPINION = re.compile(
    f"[{HAN}]{{0,10}}(?:单位|部门|[校院部局处委所会厅]|中心|公司|小组|领导|机构|科室|导师|教师|专家|[会组人])(?:审[核批查]|推荐|评审|初审)?意见"
)
_LETTERED = re.compile(
    r"^[A-Z](?:\d{0,2}(?:\.\d{1,2}){0,2}[.)]\s+(?=\w)|\d{1,2}\s+(?=[A-Z]))"
)  # A3. Proposal title
_COLON = re.compile(
    rf"[:：=＝]|(?<=[{HAN}])(?=[_＿]|…{{2}}|[.·]{{3}})|(?<=[A-Za-z)])(?= ?(?:\.{{4}}|…{{2}}| ?\.{{2,3}} ))"
)  # or the line on which the value is written
_PLAIN_COLON, _LEADER = re.compile("[:：=＝]"), re.compile("[_＿]|…{2}|[.·]{2}")
_BOUND = re.compile(r"[\s。；;！？|】」)）,，、]+")
_CAPITALS = re.compile(r"\s*(?:\d{1,2}[.)]\s*)?(?:[A-Z][\w'’/&-]*\s+(?:of\s+|and\s+|for\s+)?)+")
_APART = re.compile(r"\s{2,}|　|[,，;；]\s*")
_WIDE_GAP = re.compile(r"[\s　|]{2}$|[\t　|]$")
_WITHIN_NAME = re.compile(r"(?i:\b(?:of|for|the|your|our|this|an?|per))\s$")  # Status of the Institute: …
_CORNERED = re.compile(r"[【〖〔\[]([^【】〖〗〔〕\[\]:：]{2,20})[】〗〕\]]\s*[:：]?")
_RUN_IN = re.compile(
    r"^\s*([A-Z][A-Za-z ]{2,40})(?:\s*\([^()]{1,160}\))?(?:\.|\s[–—-])\s+(?=[A-Z])"
)  # Abstract. We study …
_DASHED = re.compile(
    rf"^\s*(?:\d{{1,2}}[.、．)]\s*)?([{HAN}A-Za-z][{HAN}A-Za-z ]{{1,30}}?)(?:\s+[-–—]\s+|\s*——\s*)(?=\S)"
)  # PI - R. Menon
# Asked of who applies; a question within a text asks nobody: Who leads the team?
_QUESTION = re.compile(
    r"^\s*((?=[^?？]*(?:[你您贵]|(?i:\byour?\b)))[^?？:：]{4,120}[?？])\s*"
    r"(?![(（](?=[^()（）]*(?:see|max|up to|words|e\.g|[参详]?见|不超过|字|全称))[^()（）]*[)）]\s*$)(?=[^\s?？][^?？]*$)"
)
_NUMBERED_LABEL = re.compile(
    rf"(?:^|(?<=[。；;！？\s]))(?:[一二三四五六七八九十]{{1,3}}[、.．]|[（(][一二三四五六七八九十]{{1,3}}[)）])\s*([{HAN}]{{2,14}})[\s　]+(?=\S)"
)


class Label(NamedTuple):
    """A label within a line: where it begins, where its value begins, its fields, itself."""

    start: int
    end: int
    places: Places
    text: str


@lru_cache  # asked several times of the same line
def number_of(line: str) -> tuple[str, int, str]:
    """(kind of the number before a heading, its value, the heading): ("han", 3, "研究内容"); ("", 0, line) without one."""
    number = _NUMBER.match(line)
    if not number or not line[number.end() :].strip():
        return "", 0, line.strip()
    kind = str(number.lastgroup)
    written = next(number[g] for g in "pcbhtdlsa" if number[g])
    if kind == "bracket":
        kind = "bracket digit" if written.isdigit() else "bracket"
    last = written.rpartition(".")[2]  # 3.2 goes on from 3.1; ① is a digit, but no number to int
    value = int(last) if last.isdecimal() else numerals.read(written.translate(_FORMAL)) or 0
    return kind, value, line[number.end() :].strip()


def is_short(text: str) -> bool:
    """Whether a text is no longer than a label; Latin letters take twice as many."""
    return len(text) <= _LONGEST * (1 + is_latin(text))


def is_number(text: str) -> bool:
    """Whether a text is the number before a heading and nothing else."""
    return bool(text) and (number := _NUMBER.match(text + " ")) is not None and number.end() > len(text) - 1


@remembered
def label_of(text: str, *, column: bool = False, loose: bool = False, listed: bool = False) -> Places:
    """The fields that a text names as their label, () if it is none; `column` knows names too bare for a heading.

    `loose`, where a label must stand, also takes a name that ends as labels do and begins with unknown words;
    `listed`, in the midst of a text, none but those of the lists.

    >>> label_of("二、项目摘要（限500字）"), label_of("研究目标、研究内容"), label_of("甲乙两地的比较")
    (('abstract',), ('content',), ())
    """
    first, _, below = text.strip().partition("\n")
    if below and explains(below):
        return label_of(first, column=column, loose=loose, listed=listed)
    bare, core, sure = _core(text)
    if sure is not None:
        return sure
    if core.startswith("是否") and not fields_of(core, column=column, built="no"):
        return ("category",)
    numbered = bool(number_of(bare)[0])
    built: Built = "no" if listed else "loose" if loose else "heading" if numbered else "whole"
    places = tuple(field for field, _ in fields_of(core, column=column, built=built))
    if places:
        if places[0] in _WEAK:
            return _bracketed(bare) or places
        if places[0] == "title" and FOREIGN.search(bare):
            return places[:1]  # 课题名称（英文） is the title, and no topic
        asks_topic = _GUIDE_IN_BRACKET.search(bare) and _bracketed(bare) == ("declared",)
        return ("declared", *places) if asks_topic else places
    if whom := about_whom(core):
        return (whom,)
    joined = several(core, sure=numbered or loose)
    return (joined,) if joined else _bracketed(bare)


@remembered  # asked as a label, a heading and a column
def _core(text: str) -> tuple[str, str, Places | None]:
    """(a text without its letter, also without number, brackets and marks, its fields where the text says so outright)."""
    bare = _LETTERED.sub("", text.strip())
    if len(bare) > _LONGEST_BARE or _NO_LABEL.search(bare):
        return bare, "", ()
    kind, _, heading = number_of(bare)
    if question := asked(heading):
        return bare, "", (question,)
    folded = fold(
        NOTE_MARK.sub("", heading if kind == "sign" else bare)
    )  # ① is folded to a digit like any other
    while (shorter := BRACKETED.sub("", folded)) != folded and shorter.strip(" :"):
        folded = shorter
    folded = folded.strip().rstrip(":").strip("*※★#▲◆●■·•◦▪ ")
    core = number_of(folded)[2].rstrip(":：。 ")
    if not core or not is_short(re.sub(r"\s", "", core)):
        return bare, core, ()
    return bare, core, ("opinion",) if core.endswith("意见") and _OPINION.fullmatch(core) else None


def about_whom(text: str) -> str | None:
    """The field of the person or institution over whose cells a name stands (项目负责人信息), "" for 项目信息; None for others."""
    core = number_of(text)[2].rstrip(":： ")
    whom = _ABOUT_WHOM.sub("", core)
    if whom == core:
        return None
    places = fields_of(whom, built="no")
    if places and places[0][0] in _PEOPLE:
        return places[0][0]
    return None if core.endswith("情况") else ""


def _bracketed(text: str) -> Places:
    """The declared topic or institution where a name in nobody's list says in brackets that it asks for it: 拟解决的需求（对应指南编号）."""
    text = number_of(text)[2]
    tail = LAST.search(text)
    if (
        tail is None
        or not 0 < tail.start() <= _LONGEST
        or re.search(r"\d|[:：]", text[: tail.start()])
        or ASKS.search(tail[0])
    ):
        return ()
    places = label_of(tail[0].strip("（）()【】[]. "), column=True)
    return places if places[:1] in (("declared",), ("organisation",)) else ()


def labels_in(line: str, *, loose: bool = False) -> Iterator[Label]:
    """The labels of a line with a colon or in corners before their values: 负责人：王某某  电话：1380…

    `loose`, between the lines of a form, takes a name at the start of the line that no list has.
    """
    end = 0
    stops = ""  # what ends the value of the label before: a comma after a name or number, a semicolon after a title
    colons = (_COLON if _LEADER.search(line) else _PLAIN_COLON).finditer(line)
    within = (colons, _CORNERED.finditer(line), _NUMBERED_LABEL.finditer(line))
    matches = (*within, [m for pattern in (_RUN_IN, _DASHED, _QUESTION) if (m := pattern.match(line))])
    brackets = islice(BRACKETED.finditer(line), _MOST_MARKS) if any(c in line for c in "）)】]〕>") else ()
    hints = [hint.span() for hint in brackets if ASKS.search(hint[0])]
    begins = [begin for begin, _ in hints]
    marks = [
        mark
        for several in matches
        for mark in islice(several, _MOST_MARKS)
        if not ((before := bisect_left(begins, mark.start())) and mark.end() < hints[before - 1][1])
    ]
    for mark in sorted(marks, key=lambda m: m.start()):
        if mark.start() < end:
            continue
        if mark.re in (_COLON, _PLAIN_COLON):
            label = _before_colon(line, end, mark.start(), mark.end(), stops=stops, loose=loose)
        else:
            cornered = mark.re is _CORNERED
            if cornered and mark.start() and not end and line[mark.start() - 1] in ":：":
                continue  # 主题：【课题应征】第6题
            if mark.re in (_DASHED, _RUN_IN) and is_own_title(mark[1]):
                continue  # Project proposal – Part B
            places = label_of(mark[1], listed=mark.re is _DASHED, column=cornered and not end, loose=cornered)
            if cornered and not mark.start() and not places:
                places = (about(mark[1]),) if about(mark[1]) else ()  # 【要多少钱】
            alone = mark.re in (_CORNERED, _DASHED, _QUESTION) or any(field in LONG for field in places)
            label = Label(mark.start(), mark.end(), places, mark[1]) if places and alone else None
        if label is not None:
            yield label
            end = label.end
            stops = "" if label.places[0] in LONG else "；;" if label.places[0] == "title" else "；;，,"


def leading(line: str) -> Label | None:
    """The label that a line begins with; None where it begins with other words."""
    first = next(labels_in(line), None)
    return first if first is not None and not first.start else None


def heads(line: str) -> bool:
    """Whether a line is a label or heading, or begins with one."""
    return bool(label_of(line)) or leading(line) is not None


def with_values(line: str, labels: Sequence[Label]) -> Iterator[tuple[Label, str]]:
    """Each of the `labels` of a line with what stands between it and the next."""
    ends = [*(label.start for label in labels[1:]), len(line)]
    return ((label, line[label.end : end]) for label, end in zip(labels, ends, strict=False))


def _question(head: str) -> Places:
    """The field of a few words that ask for it (Why now), where a label may stand."""
    field = questioned(head) if not head.isalpha() or not head.isascii() else ""
    field = field if len(head) <= _LONGEST_QUESTION * (1 + is_latin(head)) else ""
    return (field,) if field else ()


def _before_colon(line: str, low: int, colon: int, end: int, *, stops: str, loose: bool) -> Label | None:
    """The label that ends at a colon: from the start of the line, or after white space or a stop."""
    bounds = [low] + [m.end() for m in _BOUND.finditer(line, max(low, colon - _BEFORE_COLON), colon)]
    indent = len(line) - len(line.lstrip())
    for start in dict.fromkeys(bounds):
        head = line[start:colon].strip()
        first = start <= indent
        gap = line[max(0, start - 1) : start]
        wide = first or bool(_WIDE_GAP.search(line[max(0, start - 2) : start]))
        # Behind a name or number on its line also a name too bare elsewhere: 负责人：王某某 单位：…
        bare = wide or ("，" in stops and gap.isspace()) or gap in stops
        places = (
            label_of(head, column=bare, listed=not (wide or number_of(head)[0] == "han"))
            or (loose and first and line[end:].strip() and (label_of(head, loose=True) or _question(head)))
            or ()
        )
        if first and not places and is_own_title(head):
            return None  # Concept note: Shade nets for markets
        # In the middle of a sentence only the headings of sections are labels.
        apart = first or gap.isspace() or gap == "|" or gap in stops
        if not first and PEOPLE.issuperset(places[:1] or "-") and _WITHIN_NAME.search(line, low, start):
            continue
        title = places[:1] == ("title",) and not (wide or low)
        if title and gap.isspace() and is_latin(head[:1]) and _CAPITALS.fullmatch(line[:start]):
            continue  # Funding Opportunity Title: is none of the project
        within = not (wide or line[indent : indent + 1].islower()) and gap.isspace() and "，" not in stops
        if within and head[:1].islower():
            continue  # Befriending by telephone: a trial
        *before, last = _APART.split(head)
        own = "".join((*before, last))  # 项目  名称
        valued = before and not (first or all(label_of(part, column=True) for part in before))
        if valued and label_of(last, column=True) and (is_latin(own[:1]) or not label_of(own, listed=True)):
            continue  # 负责人：郭  靖    手机：…, Lead: Per Noble, phone: …
        if places and (apart or LONG.issuperset(places)):
            return Label(start, end, places, head.lstrip("•◦▪·●-* "))
    return None
