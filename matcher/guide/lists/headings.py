"""Headings above a list: marks that open lists in this document, and short lines in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from math import inf

from matcher import settings
from matcher.guide import prior, vocabulary
from matcher.guide.lists.counting import lone_lines, nested
from matcher.guide.lists.heading_kinds import heading_kinds
from matcher.guide.lists.other_lists import is_called, lists_aims
from matcher.guide.offices.contact_lists import serves_part
from matcher.guide.text.blocks import LONGEST_LINE, LONGEST_NAME, LONGEST_TITLE, SHORT_LINE, Unit
from matcher.guide.text.marks import NAMES_OTHER, RANK, Mark, number_of
from matcher.segment import fold

_LONG_CODE = settings.characters("guide.headings.long_code")
_PARENT_NEAR = settings.lines("guide.headings.parent_near")
# What a code begins with: 3 of 3.1, 方向3 of 方向3.1, NY of NY-01, A of A02.
_CODE_PARENT = re.compile(
    r"(?:[^\W\d_]*?\s*)??(?:(?P<number>\d{1,2})[-.]|(?P<letters>[A-Z]{1,3}|[甲乙丙丁戊己庚辛壬癸])[-.]?)\d{1,3}"
)
_ATTACHED = re.compile(r"附[件表]\s*(?:\d{1,2}|[一二三四五六七八九十])?\s*(?:[:、.]\s*(?=[^\s\d])|[:、.]?$)")
# What a heading's last bracket says of the filing or the office.
_ABOUT = re.compile(
    r"[（(][^（(]*(?:资助|万元|\d\s*[项个]|限报|编号|代码|处室|部门|单位|联系|咨询|电话|\d{7}|\+\d|[部处科室局办]\s*\d{4,6})[^（(]*[）)]$"
)
# 规划处(联系人:…,电话:…), 【师范类】(咨询:教务处,8291106), Kisumu Station (Mr Otieno, +254 57 555 018)
_OFFICED = re.compile(rf"[^()。;:,]{{2,60}}\([^()]*(?:{vocabulary.PHONE.pattern})[^()]*\)")
_ANY = re.compile("课题|项目|选题")  # 第一批课题 is no section without its number
# Destination: Healthy waters
_FIELD = re.compile(r"(?:Destination|Cluster|Pillar|Theme|Strand|Area)\s*[:–—-]\s+(?=\S)")
_OPENING = re.compile(r"[^。,;:]+。[^。,;:]{2,8}:")  # 智慧公路。重点研究：
_LEADS = ("以下", "如下", "下列")  # words of a sentence that announces a list
_LEAD_WORDS = settings.words("guide.headings.lead")
_SHORT_NAME = settings.characters("guide.headings.short_name")
_SHORT_OUTSIDE = settings.characters("guide.headings.short_first")


def headings_of(units: Sequence[Unit], topic: str, candidates: prior.ListCandidates) -> prior.Headings:
    """The headings above a list of topics with the mark `topic`: unit -> heading."""
    headings: dict[int, prior.RunHeading] = {}
    kinds = heading_kinds(units, topic, candidates)
    md1 = sum("md1" in unit.marks for unit in units)
    lone = lone_lines(units, candidates)
    parents = {**nested(units, topic), **_parents(units, candidates)}
    for at, unit in enumerate(units):
        if at in parents:
            name = _heading_name(unit, parents[at])
            headings[at] = prior.RunHeading(RANK["parent"], at, name, prior.cue(unit.text))
            continue
        start = _attached(units, at, candidates)
        if start >= 0 and prior.cue(unit.text[start:]) > 0:
            name = _heading_name(unit, start)
            headings[at] = prior.RunHeading(-inf, at, name, 1)  # it stands above all that the notice has
            continue
        if at in candidates or _says_else(units, at, candidates):
            continue
        marks = [kind for kind in unit.marks if kind in kinds]
        kind = min(marks, key=lambda k: kinds[k], default=None)
        if kind is not None:
            mark = inner_mark(unit.marks) if kind.startswith("md") else None
            start = (mark or unit.marks[kind]).start
            text = unit.text[start:] or unit.text
            lead = bool(vocabulary.LEAD_IN.search(unit.text))
            # No notice has codes; what heads the whole document is its title.
            least = 0 if kind in ("code", "coded") or (kind == "md1" and md1 == 1) else -1
            leaning = max(prior.cue(text), least)
            headings[at] = prior.RunHeading(kinds[kind], at, _heading_name(unit, start), leaning, lead)
        elif _heads_by_office(units, at, candidates) or _is_bare(units, at, candidates, lone):
            name = _heading_name(unit, 0).strip("【】[]《》<>：: ")
            lead = any(word in unit.text for word in _LEADS)
            headings[at] = prior.RunHeading(
                RANK["words"], at, "" if lead else name, prior.cue(unit.text), lead
            )
    return headings


def _says_else(units: Sequence[Unit], at: int, candidates: prior.ListCandidates) -> bool:
    """Whether a unit gives an office, also one of a part (第一章业务联系：甲处 …), or is the name of a content."""
    unit = units[at]
    # "Research questions" right above 1. is a heading, elsewhere a content's name.
    first = ":" not in unit.text and candidates.get(at + 1, (0, 0, ""))[0] == 1
    opens = first and (unit.text.isascii() or _follows_notice(units, at))
    return prior.is_office(unit) or serves_part(unit.text) or (prior.is_content(unit) and not opens)


def _follows_notice(units: Sequence[Unit], at: int) -> bool:
    """Whether a unit stands once and counts on from the heading of a notice: (二)研究内容 below (一)申报条件."""
    kind, mark = "paren-han", units[at].marks.get("paren-han")
    before = next((i for i in range(at - 1, -1, -1) if kind in units[i].marks), -1) if mark else -1
    if mark is None or before < 0:
        return False
    above, name = units[before].marks[kind], units[at].text[mark.start :]
    counts = number_of(above.written) + 1 == number_of(mark.written)
    noticed = counts and prior.cue(units[before].text[above.start :]) < 0
    return noticed and sum(u.text.endswith(name) for u in units) == 1


def _attached(units: Sequence[Unit], at: int, candidates: prior.ListCandidates) -> int:
    """Where the title of an attachment begins in a unit, behind 附件1： above a list or below it on its own line; -1 if none does."""
    match = _ATTACHED.match(units[at].text) if at + 1 in candidates else None
    above = at + 1 in candidates or at + 2 in candidates
    listed = at > 0 and at not in candidates and above and _ATTACHED.fullmatch(units[at - 1].text)
    return match.end() if match and match.end() < len(units[at].text) else 0 if listed else -1


def _parents(units: Sequence[Unit], candidates: prior.ListCandidates) -> dict[int, int]:
    """The lines that carry what the codes below them begin with, and start of their words: 3. or 方向3 above 3.1, NY above NY-01."""
    parents: dict[int, int] = {}
    before = ""
    for at in sorted(candidates):
        split = _CODE_PARENT.fullmatch(candidates[at][2])
        if split is None:
            return {}
        parent, first = split["number"] or split["letters"], number_of(candidates[at][2]) <= 1
        if parent != before and first:
            for i in range(at - 1, max(-1, at - 1 - _PARENT_NEAR), -1):
                if (start := _carries(units[i], parent)) and len(units[i].text) <= LONGEST_TITLE:
                    parents[i] = start
                    break
        before = parent
    return parents if len(parents) > 1 else {}


def _carries(unit: Unit, parent: str) -> int:
    """Where the words of a line behind its mark `parent` begin; 0 if it does not begin with it."""
    if parent.isdigit():
        marks = [m for m in unit.marks.values() if number_of(m.written) == int(parent)]
        counts = ("number", "han", "roman", "part")
        return next((m.start for m in marks if m.kind in counts or m.kind.startswith("word:")), 0)
    match = re.match(rf"[\[(【]?{re.escape(parent)}[\])】]?(?:[\s:、.]\s*)(?=\S)", unit.text)
    return match.end() if match else 0


def _is_bare(units: Sequence[Unit], at: int, candidates: prior.ListCandidates, lone: Collection[int]) -> bool:
    """A heading in words: 重点项目, 【课题】, or a short line right above a list or between titles, as the `lone` ones stand."""
    text = units[at].text
    if at + 1 >= len(units) or not 2 <= len(text) <= LONGEST_LINE:
        return False
    if vocabulary.ADDRESSEE.match(text) or lists_aims(text):
        return False
    below = candidates.get(at + 1 + prior.is_office(units[at + 1]))  # its office may stand between
    if below is None and not is_called(text):
        return False  # what is asked of one topic, in a list of its own
    top = next(iter(candidates))
    label = prior.label_of(text) if prior.label_end(text) < len(text) else ""
    heads_first = top > 0 and prior.label_of(units[top - 1].text) == label
    if label and (NAMES_OTHER.match(text) or not heads_first):
        return False  # Anticipated awards: 3 below a topic; what heads all sections heads the first
    if vocabulary.SECTION_LINE.fullmatch(text):
        return True
    leads = text.isascii() and vocabulary.LEAD_IN.search(text) and len(text.split()) > _LEAD_WORDS
    if vocabulary.WEAK_CONTENT.match(text) or prior.is_contact(text) or leads:
        return False
    if text[0] == "(" and text[-1] == ")" and text.count("(") == 1:
        return False  # (共12题)
    outside = re.sub(r"\([^()]*\)", "", text)  # 经济类(综合处,电话:85601201)
    ruled = not prior.cue(text) and vocabulary.RULE_WORDS.search(outside)
    if text[-1] in "。;,、.?!" or units[at].marks or any(c in outside for c in "。;,") or ruled:
        return False
    if prior.cue(text) < 0 and (
        len(text) <= SHORT_LINE or (text.isascii() and (below or _stands_once(units, at, candidates)))
    ):
        return at - 1 not in candidates or below is not None or units[at + 1].marks != {}
    if below is None or vocabulary.NOTICE_LINE.match(text):
        return False
    if _opens_group(units, at, candidates):
        return True
    if below[0] is None:
        return _parts_unnumbered(units, at, candidates, lone)
    parts = at - 1 in candidates and 2 * len(lone) < len(candidates)
    first = below[0] == 1 or text[-1] == ":" or (parts and len(outside) <= _SHORT_NAME)
    return first and any(c.isalpha() for c in text) and (len(outside) <= _SHORT_OUTSIDE or text.isascii())


def _heads_by_office(units: Sequence[Unit], at: int, candidates: prior.ListCandidates) -> bool:
    """Whether a line is a name and, in a bracket, whom to call, right above a title, as all such lines are or the one above the first title is."""
    if at + 1 not in candidates or not _OFFICED.fullmatch(units[at].text) or units[at].marks:
        return False
    officed = [i for i, unit in enumerate(units) if _OFFICED.fullmatch(unit.text)]
    # A list that counts on is one, whoever answers for parts of it.
    numbers = [candidates[i + 1][0] for i in officed if i + 1 in candidates]
    opens = len(officed) > 1 and all(number in (None, 1) for number in numbers)
    return opens and (next(iter(candidates)) - 1 in officed or len(numbers) == len(officed))


def _parts_unnumbered(
    units: Sequence[Unit], at: int, candidates: prior.ListCandidates, lone: Collection[int]
) -> bool:
    """A short line right above a list without numbers: one that ends with a colon, announces, or stands between two lists.

    A line between any two titles is a content.
    """
    text = units[at].text
    if (prior.label_of(text) and prior.label_end(text) < len(text)) or any(word in text for word in _LEADS):
        return False  # 课题编号：ZT-01 above its title; 以下为课题题目：
    if text[-1] == ":" or prior.cue(text):
        return True
    words = vocabulary.TITLE_WORDS
    first = 0 < at == next(iter(candidates)) - 1
    called = not words.search(text) or any(words.search(units[i].text) for i in lone) if first else False
    parts = at in lone or (called and bool(lone))
    return _is_short(text) and parts and len(lone) * 2 < len(candidates)


def _opens_group(units: Sequence[Unit], at: int, candidates: prior.ListCandidates) -> bool:
    """A short line above a title, where the codes go on to another hundred, or where one like it stands above the first."""
    if not _is_short(units[at].text):
        return False
    number, _, code = candidates.get(at + 1) or candidates[at + 2]
    before = next((i for i in range(at - 1, -1, -1) if i in candidates), None)
    if code and number is None:
        other = candidates[before][2] if before is not None else ""
        return re.sub(r"\d{1,2}$", "", code) != re.sub(r"\d{1,2}$", "", other)
    first = next(iter(candidates))
    if before is None or first < 2 or number is None or number != (candidates[before][0] or 0) + 1:
        return False
    above = units[first - 1 - prior.is_office(units[first - 1])]
    alike = not above.marks and above.text[-1] not in "。;,、.?!:"
    ended = at - 1 in candidates or units[at - 1].text[-1] in "。;.)?!" or prior.is_office(units[at - 1])
    return alike and ended and prior.cue(above.text) >= 0 and not vocabulary.TITLE_WORDS.search(above.text)


def _stands_once(units: Sequence[Unit], at: int, candidates: prior.ListCandidates) -> bool:
    """Whether a short line below a list may head a part of the notice (Who may apply): what stands in several topics is a part of each."""
    text = units[at].text
    return (
        at > next(reversed(candidates)) and _is_short(text) and sum(unit.text == text for unit in units) == 1
    )


def _is_short(text: str) -> bool:
    return len(text) <= LONGEST_NAME * (2 if text.isascii() else 1)


def without_aims(units: Sequence[Unit], runs: Sequence[prior.Run]) -> Sequence[prior.Run]:
    """The runs below no line that says what the call is for; all where no other one is announced as topics."""
    rest = [run for run in runs if not lists_aims(units[max(0, run.items[0].at - 1)].text)]
    return rest if any(run.lead or any(h.cue > 0 for h in run.headings) for run in rest) else runs


def inner_mark(marks: Mapping[str, Mark]) -> Mark | None:
    """The mark behind the marks of Markdown: 1. in "### 1. 标题"."""
    inner = [m for k, m in marks.items() if not k.startswith("md") and k not in ("coded", "label")]
    inner = [m for m in inner if m.kind != "code" or len(m.code) > _LONG_CODE]
    return max(inner, key=lambda m: m.start, default=None)


def _heading_name(unit: Unit, start: int) -> str:
    """A heading's words without its mark and without a sentence behind them; "" if it is a paragraph."""
    start = 0 if start == len(unit.text) or _ANY.fullmatch(unit.text, start) else start
    if _OPENING.fullmatch(unit.text, start):
        return unit.slice(start).partition("。")[0]
    if len(unit.text) - start > LONGEST_TITLE or "。" in unit.text[start:-1]:
        return ""
    name = unit.slice(start).rstrip("：:。;； ").strip("=*_~ ")
    name = _ABOUT.sub("", _FIELD.sub("", name))
    words = name.split()
    if len(words) > 1 and not name.isascii() and vocabulary.LEAD_IN.search(fold(" ".join(words[1:])) + ":"):
        return words[0]
    return name
