"""What stands around the titles of topics: brackets, a name or mark that all begin with, codes; and an older edition in a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from matcher.guide import vocabulary
from matcher.guide.offices.contacts import Contact, is_unit, parse_contact
from matcher.guide.prior import Draft, Reading, Run, code_of
from matcher.guide.text.blocks import LONGEST_NAME, LONGEST_TITLE, Unit, clean
from matcher.guide.text.marks import LAST_NUMBER, Mark, marks_of, number_of
from matcher.guide.vocabulary import AROUND
from matcher.language import HAN_LETTERS
from matcher.message import Catalogue, Message
from matcher.segment import fold

say = Catalogue(__file__)


_TAIL = re.compile(
    r"^(?P<title>.{3,}?)\s*[（(【\[〔［](?P<inside>[^（()）【】\[\]〔〕［］]{1,60}(?:[（(][^（()）]*[）)])?[^（()）【】\[\]〔〕［］]{0,60})[）)】\]〕］]\s*$",
    re.S,
)
# What a bracket says about the filing, not about the subject.
_FILING = re.compile(
    r"^(?!(?:不含|不包[含括]|除)(?!.*(?:项目|课题|\d))).*?(?:申请代码|编号|代码\s*:?\s*[A-Z\d]|选择[A-Z]\d|(?:类|类型|项目|课题|专项|类别)(?:$|,)|万元|资助|限报|限\d|联合申报|委托|招标|定向|揭榜|(?:榜单|赛马|首席.{0,6}|总师负责|^(?:项目|课题)?负责人|经费.{0,4}包干|项目包干)制$|不得|名额|\d+项|重点$|一般$|自筹)"
)
# A content behind a stop, in Chinese, or a sentence behind its name; … Study: the north shore is a title.
_SAYS = re.compile(r"[.。;]\s|\S\s+[\u3400-\u9fff]|\S\s+[^:]+:\s*[A-Z][^.\s]*(?:\s+[^.\s]+){3,}\.(?:\s|$)")
_STAR = re.compile(
    r"(?<=[^\s*A-Za-z])[*＊★☆△▲※]{1,3}$|^[*＊★☆△▲※]{1,3}\s?(?=[\u3400-\u9fff“《])"
)  # C* is a name
# (up to $600,000), (deadline 3 May)
_SUM = re.compile(
    r"[$£€]\s?\d|\b(?:EUR|USD|GBP|CHF|DKK|NOK|SEK|PLN|CZK|CAD|AUD|NZD|ZAR|INR|JPY|SGD|HKD|CNY|RMB)\s?\d|(?i:\bdeadline\b.*\d)"
)
_UNIT_NAME = re.compile(
    r".{1,14}(?:处|科|局|委|办|厅|处室|部门|办公室|委员会)$|.{1,12}(?:(?<![东西南北中内外全])部|(?:研究|办公|教研)室)$"
)

_SERVES = re.compile(r"(?:负责|承办|受理|牵头|组织)(?:[^，,；;、 （(]{0,6}(?=[，,；;、 （(])|$)")

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


def take_brackets(title: str) -> tuple[str, Contact | None, list[str]]:
    """(title without brackets of filing or office, the office in them, the filing notes in order)."""
    contact: Contact | None = None
    notes: list[str] = []
    apart = re.fullmatch(r"(.{4,}?)\s{2,}(\S{2,14})", title)
    if apart and _UNIT_NAME.fullmatch(fold(apart[2])):
        return apart[1], parse_contact(apart[2]), notes  # a column without a rule: 标题　　运输处
    if starred := _STAR.search(title):
        title, notes = _STAR.sub("", title), [starred.group().strip()]  # 带*号的选题可申报重点项目
    while match := _TAIL.match(title):
        inside = match["inside"].strip()
        folded = fold(inside)
        office = _office(inside, folded)
        if office is not None and contact is None:
            contact = office
        elif is_filing(folded) or (not HAN_LETTERS.search(folded) and _SUM.search(folded)):
            notes.insert(0, inside)
        else:
            break
        title = match["title"].rstrip("。；;，, ")
    return title, contact, notes


def says_content(text: str, name: str) -> bool:
    """Whether a text that begins with the sign before a name and a colon has a content's name there, and no title's last word."""
    known = any(p.match(f"{name}:") for p in vocabulary.CONTENTS)
    return known or (_SAYS.match(text) is not None and not vocabulary.STUDY_END.search(name))


def is_filing(text: str) -> bool:
    """Whether a folded bracket or line speaks of the filing (拟资助2项，每项5万元), not of the subject."""
    return bool(_FILING.search(text)) and not text.isascii()


def office_at_end(text: str) -> tuple[str, Contact] | None:
    """(text without its last bracket, the office in it), if a content ends with (由党风室负责，电话…); else None."""
    match = _TAIL.match(text)
    if match is None or not vocabulary.PHONE.search(fold(match["inside"])):
        return None
    contact = office_in_sentence(match["inside"])
    return (match["title"], contact) if contact is not None and contact.phone else None


def office_in_sentence(text: str) -> Contact | None:
    """The contact in 由政府采购处牵头，联系电话…; None if it names nothing."""
    plain = re.sub(r"^[（(](.*)[）)]$", r"\1", text.strip("。 "))
    plain = re.sub(r"^(?:本(?:课题|项目|方向))?由", "", plain)
    return parse_contact(_SERVES.sub("", plain))


def _office(inside: str, folded: str) -> Contact | None:
    """The office that a bracket names: behind its label, or a unit's name with a phone or alone."""
    label = vocabulary.STRONG_OFFICE.search(folded)
    if label and len(folded) == len(inside):
        return parse_contact(inside[label.start() :])
    contact = office_in_sentence(inside)
    called = vocabulary.WEAK_OFFICE.match(folded) or (contact is not None and contact.phone)
    if contact is not None and contact.person and called and not contact.name:
        return contact  # (联系人：洪波，13800571101), (supervisor: Dr Nolte)
    named = (
        contact is not None and contact.name and (contact.phone or _UNIT_NAME.fullmatch(fold(contact.name)))
    )
    return contact if named else None


# 2033年度…指南, 海州市2033年度…清单, Previous call (2033); a counted part of this guide is none, nor what is open still
# (2033年结转课题清单) or speaks of an earlier year: 落实2033年防汛问题整改清单.
_EDITION = re.compile(
    r"(?![(]?[一二三四五六七八九十]{1,3}[)、.]|第.{1,3}[部批章]|.*(?:仍|继续|延续|结转|(?i:continu|still)))"
    r"(?=.*?(?P<year>20\d\d))(?P<first>20\d\d)?"
    r"(?(first).*?(?:指南|选题|课题|榜单|清单|目录|通知|公告|(?i:call|topics))"
    r"|(?=.*(?:20\d\d\s*年度|往年|上年|去年|供参考|(?i:previous|closed))).*?(?:指南|榜单|清单|目录|通知|公告|(?i:call))(?:\s*\([^()]*\))*$)"
)
_CLOSED = re.compile(r"截止|往年|上年|去年|历史|供参考|作废|失效|(?i:closed|for reference|previous)")


def drop_editions(reading: Reading, lines: Sequence[str], title: str) -> list[Message]:
    """Take the topics of an older edition out of `reading`; the findings that say so, and where it begins."""
    years = re.findall(r"20\d\d", fold(title))
    if not years:
        return []
    own = int(years[0])
    starts = {d.lines[0] for d in reading.drafts}
    first = min(starts)
    findings: list[Message] = []
    for n, line in enumerate(lines[first:], first + 1):
        text = fold(clean(line))
        match = _EDITION.match(text) if len(text) <= LONGEST_TITLE and text[-1:] not in "。;" else None
        if match is None or n in starts or int(match["year"]) == own or not _restarts(reading, n):
            continue
        year = int(match["year"])
        if year < own or _CLOSED.search(text):
            kept = [d for d in reading.drafts if d.lines[0] < n]
            dropped = [d for d in reading.drafts if d.lines[0] > n]
            reading.drafts[:] = kept
            for draft in kept:
                draft.lines = (draft.lines[0], min(draft.lines[1], n - 1))
            reading.roles.update({m: "outside" for m in range(n, len(lines) + 1) if m in reading.roles})
            reading.dropped = range(n, len(lines) + 1)
            findings.append(say("titles.other edition", line=n, year=year, count=len(dropped)))
            return findings
        findings.append(say("titles.other year", line=n, year=year, own=own))
    return findings


def _restarts(reading: Reading, line: int) -> bool:
    """Whether topics stand after the line and count anew there."""
    after = [d for d in reading.drafts if d.lines[0] > line]
    return bool(after) and after[0].number in (None, 1)


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


def settle_titles(drafts: Sequence[Draft]) -> list[Message]:
    """Take away what every title of a list begins or ends with, and number topics by their codes; a note on a name that stays."""
    _drop_second_mark(drafts)
    _drop_counted_words(drafts)
    _take_behind(drafts)
    notes = _drop_common_label(drafts)
    _count_by_codes(drafts)
    return notes


def _count_by_codes(drafts: Sequence[Draft]) -> None:
    """Number the topics of a section by the codes above their titles (…-03, …-04), where these count up."""
    for _, group in groupby(drafts, key=lambda d: d.group):
        listed = list(group)
        numbers = [number_of(d.code) if "-" in d.code else 0 for d in listed]
        counts = all(a < b for a, b in pairwise([0, *numbers])) and numbers[-1] <= LAST_NUMBER
        if counts and all(d.number is None for d in listed):
            for draft, number in zip(listed, numbers, strict=True):
                draft.number = number


def _drop_second_mark(drafts: Sequence[Draft]) -> None:
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


def _drop_counted_words(drafts: Sequence[Draft]) -> None:
    """Take away the same words and a number that counts, which begin every title (Activity line 1 …, its code, or 第一条 …)."""
    matches = [match for draft in drafts if (match := _COUNTED_WORDS.match(draft.title))]
    numbers = [number_of(match["n"]) for match in matches]
    if len({match["words"] for match in matches}) != 1 or numbers != list(range(1, len(drafts) + 1)):
        return
    for draft, match, number in zip(drafts, matches, numbers, strict=True):
        counted = match.group().rstrip() if match["words"].isascii() else ""
        draft.number, draft.code = number, draft.code or counted
        draft.title = draft.title[match.end() :]


def _take_behind(drafts: Sequence[Draft]) -> None:
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


def _drop_common_label(drafts: Sequence[Draft]) -> list[Message]:
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
