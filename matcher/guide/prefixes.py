"""What every title of a list begins with: a name, a second mark; and the numbers that codes and marks above give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from matcher import settings
from matcher.guide.blocks import LONGEST_NAME, Unit
from matcher.guide.marks import Mark, marks_of, number_of
from matcher.guide.offices import is_unit, parse_contact
from matcher.guide.prior import Draft, Run, code_of
from matcher.guide.vocabulary import AROUND
from matcher.message import Catalogue, Message
from matcher.segment import fold

say = Catalogue(__file__)

_LARGEST_COUNT = settings.count("guide.prefixes.largest")
_TITLE_LABEL = re.compile(
    r"(?:名称|题目|标题|课题|选题|方向|难题|榜题|需求|项目|任务|议题|场景)$"
    r"|(?i:\b(?:title|topic|theme|notice|challenge|area|project|question|call|priority|program(?:me)?|track|strand|mission|need)$)"
)
_CODE_BEHIND = re.compile(r"(?P<title>.+?)[（(](?P<behind>[A-Z]\d{2,7}(?:[、,，/][A-Z]?\d{2,7})*)[）)]$")
_COUNTED_WORDS = re.compile(
    r"(?P<words>第|[A-Z][a-z]+(?: [a-z]+){0,2} )(?P<n>\d{1,2}|[A-Z]|[一二三四五六七八九十]{1,3})(?:[条题项件个]\s+|\s+(?=[A-Z]))"
)
# One word for all: (SBIR)
_BRACKET_BEHIND = re.compile(r"(?P<title>.+?)\s*[（(](?P<behind>[^（）()]+)[）)]$")
_OFFICE_BEHIND = re.compile(
    r"(?P<title>.{4,}?)\s*(?:——|--|—|/)\s*(?P<behind>[\u3400-\u9fff]{2,14}(?:[处科室局办部委]|委员会|中心|院)(?:\s*[（(/]?\s*[\d -]{5,16}[）)]?)?)"
)
_ENUMERATED = re.compile(r"(?P<title>[^:：]{2,20})[:：]\s*(?P<behind>[^:：]+[、；;][^:：]+)")
# E1: Batteries in barns — fire risk
_DASHED = re.compile(
    r"(?P<title>[A-Z][^–—:]{2,60}?)(?: [–—] |: (?=[a-z][^:]*(?:,| and | of )))(?P<behind>[^–—]+)"
)


def marks_above(units: Sequence[Unit], runs: Sequence[Run]) -> list[int]:
    """The units that are only the mark of the one topic below them (需求1 above 需求名称：…), which then is its own."""
    lone = [_lone_mark(units[run.headings[-1].at]) if run.headings else None for run in runs]
    if len(runs) < 2 or any(mark is None or len(run.items) > 1 for mark, run in zip(lone, runs, strict=True)):
        return []
    places = []
    for mark, run in zip(lone, runs, strict=True):
        place, item = run.headings[-1].at, run.items[0]
        named = code_of(units[place].text)  # 指南编号：101 is a code, not a count
        if mark is not None:
            item.number, item.code = None if named else number_of(mark.written), named or mark.code
        places.append(place)
        run.headings = run.headings[:-1]
    return places


def _lone_mark(unit: Unit) -> Mark | None:
    """The mark with a word that a unit is (需求1), if it is nothing else."""
    marks = (m for kind, m in unit.marks.items() if kind.startswith("word:") and m.start == len(unit.text))
    return next(marks, None)


def count_by_codes(drafts: Sequence[Draft]) -> None:
    """Number the topics of a section by the codes above their titles (…-03, …-04), where these count up."""
    for _, group in groupby(drafts, key=lambda d: d.group):
        listed = list(group)
        numbers = [number_of(d.code) if "-" in d.code else 0 for d in listed]
        counts = all(a < b for a, b in pairwise([0, *numbers])) and numbers[-1] <= _LARGEST_COUNT
        if counts and all(d.number is None for d in listed):
            for draft, number in zip(listed, numbers, strict=True):
                draft.number = number


def drop_second_mark(drafts: Sequence[Draft]) -> None:
    """Take away the second mark that every title begins with (一、榜单一：…, 1. 27-FH1 …); it is the topic's code."""
    marks = [marks_of(fold(draft.title)) for draft in drafts]
    for kind in set.intersection(*(set(by_kind) for by_kind in marks)) if len(drafts) > 1 else ():
        codes = [by_kind[kind].code for by_kind in marks]
        counted = all(
            draft.number == number_of(by_kind[kind].written)
            for draft, by_kind in zip(drafts, marks, strict=True)
        )
        if not all(codes) or len(set(codes)) < len(codes) or not (counted or kind in ("code", "coded")):
            continue
        for draft, by_kind in zip(drafts, marks, strict=True):
            draft.code = draft.code or by_kind[kind].code
            draft.title = draft.title[by_kind[kind].start :].strip(AROUND)
        return


def drop_counted_words(drafts: Sequence[Draft]) -> None:
    """Take away the same words and a number that counts, which begin every title (Activity line 1 …, its code, or 第一条 …)."""
    matches = [_COUNTED_WORDS.match(draft.title) for draft in drafts]
    words = {match["words"] for match in matches if match}
    numbers = [number_of(match["n"]) for match in matches if match]
    if len(words) != 1 or len(numbers) < len(drafts) or numbers != list(range(1, len(drafts) + 1)):
        return
    for draft, match, number in zip(drafts, matches, numbers, strict=True):
        if match is not None:
            counted = match.group().rstrip() if match["words"].isascii() else ""
            draft.number, draft.code = number, draft.code or counted
            draft.title = draft.title[match.end() :]


def take_behind(drafts: Sequence[Draft]) -> None:
    """Take from the titles what stands behind each of them: a discipline's code in brackets (A0402), an office behind a dash
    (…管理研究——财务处), what a colon enumerates (基层基础：派出所勤务、辅警保障), one bracket for all."""
    if len(drafts) < 2:
        return
    pairs = _behind(drafts, _CODE_BEHIND) or _behind(drafts, _BRACKET_BEHIND)
    if pairs and (pairs[0][1].re is _CODE_BEHIND or len({match["behind"] for _, match in pairs}) == 1):
        for draft, match in pairs:
            draft.add(match["behind"], "conditions")
    elif not any(d.contact for d in drafts) and (pairs := _behind(drafts, _OFFICE_BEHIND)):
        for draft, match in pairs:
            contact = parse_contact(match["behind"])
            draft.contact = contact if contact and is_unit(contact.name) else None
        pairs = [pair for pair in pairs if pair[0].contact]
    elif not any(d.contents for d in drafts) and (pairs := _behind(drafts, _ENUMERATED, _DASHED)):
        for draft, match in pairs:
            draft.add(match["behind"])
    for draft, match in pairs:
        draft.title = match["title"].rstrip()


def _behind(drafts: Sequence[Draft], *patterns: re.Pattern[str]) -> list[tuple[Draft, re.Match[str]]]:
    """The drafts, each with the match of its title; none unless one of the patterns matches each title."""
    ends = [next(filter(None, (p.fullmatch(draft.title) for p in patterns)), None) for draft in drafts]
    return [(draft, end) for draft, end in zip(drafts, ends, strict=True) if end] if all(ends) else []


def drop_common_label(drafts: Sequence[Draft]) -> list[Message]:
    """Take away the name before a colon that every title begins with (课题名称：…, HIGHLIGHT NOTICE: …); a note if it is no title's."""
    labels = {re.split("[:：]", draft.title)[0] for draft in drafts}
    if len(drafts) < 2 or len(labels) != 1 or len(label := labels.pop()) > LONGEST_NAME:
        return []
    rests = [draft.title[len(label) + 1 :].strip() for draft in drafts]
    if not all(rests):
        return []
    if not _TITLE_LABEL.search(fold(label)):
        return [say("prefixes.label", label=label)]
    for draft, rest in zip(drafts, rests, strict=True):
        draft.title = rest
    return []
