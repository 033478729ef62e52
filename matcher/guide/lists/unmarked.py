"""Titles without a mark: the lines below 选题如下：, and those above a repeated 研究内容：; and those that are written once more in
another language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile

from matcher import settings
from matcher.guide import prior, vocabulary
from matcher.guide.lists.open_list import OpenList
from matcher.guide.lists.other_lists import lists_no_topics
from matcher.guide.text.blocks import LONGEST_LINE, LONGEST_TITLE, SHORT_LINE, SHORTEST_TITLE, Unit
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

_LONGEST_LATIN = settings.characters("guide.unmarked.longest_latin_title")
_LONGEST_LEAD = settings.characters("guide.unmarked.longest_lead")
_LEAST_BLOCKS = settings.count("guide.unmarked.least_blocks")
_LONGEST_BLOCK = settings.lines("guide.unmarked.longest_block")
_TRANSLATED_WITHIN = settings.characters("guide.translations.within")

# A line that says what it gives, as no title does.
_NAMED = re.compile(r"(?:[\u3400-\u9fff]{2,4}|[A-Z][a-z]+(?: [A-Za-z]+){0,3}):\s*\S")
# Before a colon or a dash
_NAME = re.compile(r"(?:[\u3400-\u9fff]{2,8}|[A-Z][a-z]+(?: [A-Za-z]+){0,4})(?=\s*:| [–—-](?: |$))")
# A title by its name, in either language: 名称：… / Title: …
# Marks of a title, which heads no list though it has the word of one: 题目：…, 课题一 …
_OF_TITLES = re.compile("label|word:(?:课题|选题|题目|议题|难题|榜题)")
_LABELLED = re.compile(
    rf".{{0,{_TRANSLATED_WITHIN}}}?(?:(?:名称|题目|标题|课题|选题|方向|榜题|难题)\s*[】\]]?|(?i:\b(?:title|topic)\s*[\])]?))\s*[:|】\]]"
)
# A title of few words, with a text behind its stop.
_RUN_IN = re.compile(r"(?=[A-Z])(?:[^\s.?!:;]+ ){1,11}[^\s.?!:;]+(?:\?|(?=\.))(?=\.? [A-Z].{30}.*\.$)")
# What may stand between a title and its contents.
_BETWEEN = (vocabulary.WEAK_CONTENT, vocabulary.CODE_LINE, _NAMED, prior.LAST_BRACKET)


def above_contents(units: Sequence[Unit]) -> dict[int, prior.Candidate]:
    """The lines right above the content's name that the document repeats, where they have no mark."""
    names = [anchor(unit.text) for unit in units]
    counts = {name: names.count(name) for name in names if name}
    main = next((name for name in names if name and counts[name] > 1), "")
    titles: dict[int, prior.Candidate] = {}
    for at in range(1, len(units)):
        if names[at] != main or not main:
            continue
        above, code = at - 1, ""
        while above > 0 and any(pattern.match(units[above].text) for pattern in _BETWEEN):
            code = prior.code_of(units[above].text) or code
            above -= 1  # 采购预算：18万元, 企业：… between the title and its contents
        unit = units[above]
        if _is_short(unit.text) and unit.text[-1] not in "。;:":
            titles[above] = (None, 0, code)
    marked = sum(bool(units[at].marks) for at in titles)
    if len(titles) > 1 and marked * 2 < len(titles):
        return titles
    return _above_contacts(units)


def _above_names(units: Sequence[Unit]) -> dict[int, prior.Candidate]:
    """The lines right above the first name that the document repeats below lines which all may be titles, each another one."""
    names = [(_NAME.match(u.text) or [""])[0] for u in units]
    counts = Counter(names)
    for name, count in counts.items():
        above = [at - 1 for at, other in enumerate(names) if other == name and at]
        if not name or count != len(above) or count < _LEAST_BLOCKS:
            continue
        texts = {
            text
            for at in above
            if is_plain(units[at]) and prior.cue(text := units[at].text) >= 0 and text[-1] not in "?!"
        }
        if len(texts) == count and not any(names[at] and counts[names[at]] > 1 for at in above):
            return {at: (None, 0, prior.code_of(units[at + 1].text)) for at in above}
    return {}


def _above_contacts(units: Sequence[Unit]) -> dict[int, prior.Candidate]:
    """The first lines of blocks of as many lines, each closed by one name and a phone: a title, a text, Lead: …, 020 …"""
    names = [prior.label_of(u.text) if vocabulary.PHONE.search(u.text) else "" for u in units]
    counts = Counter(name for name in names if name)
    closing = next((name for name, count in counts.most_common(1) if count >= _LEAST_BLOCKS), "")
    places = [at for at, name in enumerate(names) if name and name == closing]
    gaps = {b - a for a, b in pairwise(places)}
    if len(gaps) != 1 or not 1 < (gap := gaps.pop()) <= _LONGEST_BLOCK or places[0] < gap - 1:
        return _above_names(units) or _below_codes(units)
    titles = [at - gap + 1 for at in places]
    plain = all(is_plain(units[at]) for at in titles)
    return dict.fromkeys(titles, (None, 0, "")) if plain else {}


def _is_short(text: str) -> bool:
    return len(text) <= (_LONGEST_LATIN if text.isascii() else LONGEST_TITLE)


def is_plain(unit: Unit) -> bool:
    """Whether a line has no mark and no stop, and is not too long for a title."""
    return not unit.marks and unit.text[-1] not in "。;:.,、" and _is_short(unit.text)


def _below_codes(units: Sequence[Unit]) -> dict[int, prior.Candidate]:
    """The unmarked lines below lines that each give a code and nothing else (Program Area Priority Code - A1111)."""
    titles = {
        at + 1: code for at, u in enumerate(units[:-1]) if (code := prior.code_of(u.text)) and code != u.text
    }
    texts = {units[at].text for at in titles if is_plain(units[at])}
    listed = len(titles) > 1 and len(texts) == len(titles)
    return {at: (None, 0, code) for at, code in titles.items()} if listed else {}


def below_sentence(units: Sequence[Unit], titled: bool, *, faint: bool) -> dict[int, prior.Candidate]:
    """Unmarked lines below a sentence such as 选题如下：, up to a marked line, a notice or a long text.

    In a guide (`titled`) the lines below 一、党的建设 are titles as well, where several short ones stand there.
    `faint`: so are short lines that each have a text below, or several of which stand together, anywhere.
    """
    if faint and (above := _above_texts(units)):
        return above
    titles: dict[int, prior.Candidate] = {}
    inside, listed = False, OpenList(units)
    opened = _opened_by_names(units) | _opened_by_lines(units, faint=faint) if titled or faint else set()
    for at, unit in enumerate(units):
        text = unit.text
        marks = unit.marks.keys() - {"code", "coded"}
        leads = vocabulary.LEAD_IN.search(text) or vocabulary.SECTION_LINE.match(text)
        named = (marks or text[-1] == ":") and prior.cue(text) > 0
        if not any(map(_OF_TITLES.fullmatch, marks)) and (leads or named or at in opened):
            inside = not lists_no_topics(text)
        elif (
            marks
            or vocabulary.NOTICE_LINE.match(text)
            or prior.is_office(unit)
            or _is_notice(units, at)
            or (inside and listed.ends_at(at))
        ):
            inside = False
        elif inside and not _is_of_topic(unit):
            end, rest = prior.title_end(text, 0)
            stopped = _is_listed(text) or (at - 1 in titles and _closes(unit, units[at - 1]))
            if (end > LONGEST_TITLE and not text[:end].isascii()) or end < SHORTEST_TITLE:
                # A text below a title describes it where another line that may be one follows.
                inside = at - 1 in titles and text[-1] == "。" and any(map(is_plain, units[at + 1 : at + 2]))
            elif stopped or (rest < len(text) and not text.isascii()) or text[-1] not in "。;.:":
                titles[at] = (None, 0, "")
                listed.add(at)
    # Codes before several of them are marks: that reading is the better one.
    if sum(bool(units[at].marks) for at in titles) > 1:
        return {}
    return _without_names(units, _above_questions(units, titles))


def run_in(units: Sequence[Unit]) -> dict[int, prior.Candidate]:
    """The English paragraphs that begin with a title and its stop, where several stand together: Barrier repair in aged skin. Studies of …"""
    begun = [_RUN_IN.match(unit.text) if not unit.marks else None for unit in units]
    titles = {
        at for at, match in enumerate(begun) if match and prior.title_end(units[at].text, 0)[0] == match.end()
    }
    return {at: (None, 0, "") for at in sorted(titles) if {at - 1, at + 1} & titles}


def _is_listed(text: str) -> bool:
    """Whether a line ends as all but the last one of a list in Chinese do."""
    return text[-1] == ";" and not text.isascii()


def _closes(unit: Unit, above: Unit) -> bool:
    """Whether a line ends the list that the one above it is of."""
    return _is_listed(above.text) and unit.text[-1] == "。"


def _above_texts(units: Sequence[Unit]) -> dict[int, prior.Candidate]:
    """The lines that may be titles and each have a text right below, where nothing else stands among most of them."""
    texts = [not u.marks and u.text[-1] in "。." and len(u.text) > SHORT_LINE for u in units]
    names = [is_plain(u) and prior.may_name(u.text) and not prior.cue(u.text) for u in units]
    titles = [at for at in range(1, len(units) - 1) if names[at] and texts[at + 1]]
    titles = [at for at in titles if not vocabulary.TITLE_WORDS.search(units[at].text)]
    ends = [
        text or name or bool(u.marks and _is_short(u.text))
        for text, name, u in zip(texts, names, units, strict=True)
    ]
    alone = sum(all(texts[a + 1 : b - 1]) and ends[b - 1] for a, b in pairwise(titles))
    listed = len(titles) >= _LEAST_BLOCKS and alone * 2 > len(titles)
    return dict.fromkeys(titles, (None, 0, "")) if listed else {}


def _without_names(units: Sequence[Unit], titles: dict[int, prior.Candidate]) -> dict[int, prior.Candidate]:
    """The titles without the lines that head them: each with an office or shorter than any title, the first among them, no two together."""
    places = sorted(titles)
    usual = sorted(len(units[at].text) for at in places)[len(places) // 2] if places else 0
    called = [at for at in places if prior.states_office(units[at].text)]  # 经济类(综合处,电话:85601201)
    short = [at for at in places if len(units[at].text) * 2 <= usual]
    names = called if 0 < len(called) * 2 < len(places) else short
    longest = max((len(units[at].text) for at in names), default=0) if names is short else 0
    apart = all(at + 1 in titles and at + 1 not in names for at in names)
    shorter = all(len(units[at].text) > longest for at in places if at not in names)
    headed = len(names) > 1 and names[0] == places[0] and apart and shorter
    return {at: titles[at] for at in places if at not in names} if headed else titles


def _is_notice(units: Sequence[Unit], at: int) -> bool:
    """Whether a line is a heading of the notice, or heads the contacts: 责任处室 above 信用处 86401145."""
    text = units[at].text
    english = text.isascii() and text[-1] not in ".?" and vocabulary.NOTICE_HEADING.match(text)
    heads = prior.asks_office(text) and at + 1 < len(units) and prior.states_office(units[at + 1].text)
    below = units[at + 1].text if at + 1 < len(units) and _is_entry(units[at + 1], units[at]) else ""
    # 业委会的诉讼资格 above another title
    listed = prior.may_name(below) and not vocabulary.NOTICE_HEADING.match(text)
    return bool(english) or heads or (prior.cue(text) < 0 and len(text) < SHORT_LINE and not listed)


def _is_of_topic(unit: Unit) -> bool:
    """Whether a line among titles says more of one: a content, a bracket, or whom to call."""
    called = prior.label_of(unit.text) and vocabulary.PHONE.search(unit.text)
    return bool(prior.is_content(unit) or prior.LAST_BRACKET.match(unit.text) or called)


def _above_questions(units: Sequence[Unit], titles: dict[int, prior.Candidate]) -> dict[int, prior.Candidate]:
    """The titles that are no questions, where each has its question or sentence right below it; else all."""
    names = [at for at in titles if units[at].text[-1] not in "?!"]
    paired = all(at + 1 < len(units) and units[at + 1].text[-1] in "?.!" for at in names)
    return {at: titles[at] for at in names} if len(names) > 2 and paired else titles


def _opened_by_names(units: Sequence[Unit]) -> set[int]:
    """The marked short lines below each of which two short lines without mark and stop stand, at least; and their sisters above one."""
    kinds = {"han", "paren-han", "part", "letter", "roman"}
    places = [at for at, u in enumerate(units) if u.marks.keys() & kinds]
    opened: set[int] = set()
    lone: set[int] = set()
    for at, end in pairwise([*places, len(units)]):
        below = [i for i in range(at + 1, end)[:2] if _is_entry(units[i], units[i - 1])]
        # 一、产业组（组长单位：市委政策研究室，电话8321001）
        name = prior.LAST_BRACKET.sub("", units[at].text)
        if prior.cue(name) >= 0 and len(name) <= _LONGEST_LEAD and below[:1] == [at + 1]:
            (opened if len(below) > 1 else lone).add(at)
    kinds = {kind for at in opened for kind in units[at].marks}
    lone = {at for at in lone if units[at].marks.keys() & kinds and prior.may_name(units[at + 1].text)}
    return opened | lone if len(opened) > 1 else set()


def _is_entry(unit: Unit, above: Unit) -> bool:
    """Whether a line without a mark, below another one, may be one of a list of titles: short, and no sentence."""
    listed = unit.text[-1] == ";" or _closes(unit, above)
    text = unit.text[:-1] if listed else unit.text
    plain = not unit.marks and text[-1:] not in (*"。;:.,、", "")
    return plain and _is_short(text) and SHORTEST_TITLE <= len(text) <= LONGEST_LINE


def _opened_by_lines(units: Sequence[Unit], *, faint: bool) -> set[int]:
    """The document's title above lines that may be titles, most with a title's last word; `faint`: any line above several."""
    texts = [prior.LAST_BRACKET.sub("", u.text) for u in units]
    names = [
        is_plain(u) and prior.may_name(text) and not prior.cue(u.text) and "|" not in text
        for u, text in zip(units, texts, strict=True)
    ]
    opened: set[int] = set()
    for at, name in enumerate(names):
        run = [units[i].text for i in takewhile(names.__getitem__, range(at + 1, len(units)))]
        ended = sum(bool(vocabulary.TOPIC_END.search(text)) for text in run)
        if len(run) >= _LEAST_BLOCKS and ((at == 0 and ended * 2 > len(run)) or (faint and not name)):
            opened.add(at)
    return opened


def unnumbered(unit: Unit) -> Message:
    """What is said of a line that is read as a title though it has no number."""
    line, title = unit.lines[0], unit.slice().strip(vocabulary.AROUND)
    return say("unmarked", line=line, title=title)


def anchor(text: str) -> str:
    """The name of a main content that a line begins with; "" if it begins otherwise."""
    match = vocabulary.MAIN_CONTENT.match(text) or vocabulary.ENGLISH_CONTENT.match(text)
    return re.sub(r"\W|\d", "", match.group()).lower() if match else ""


def translations(units: Sequence[Unit], kind: str) -> set[int]:
    """The named titles, if that is the `kind`, right below one that is named in the other language; none where a title in theirs stands alone."""
    titles = {at: _language(u) for at, u in enumerate(units) if kind == "label" and kind in u.marks}
    second: set[int] = set()
    for at, language in titles.items():
        if at and at - 1 not in second and _language(units[at - 1]) == -language != 0:
            second.add(at)
    languages = {titles[at] for at in second}
    alone = any(language in languages for at, language in titles.items() if at not in second)
    return second if len(languages) == 1 and not alone else set()


def _language(unit: Unit) -> int:
    """1 for a line that names its title in Chinese, -1 for one that does so in English and holds no Chinese, 0 for others."""
    match = _LABELLED.match(unit.text)
    return 0 if match is None else -1 if unit.text.isascii() else 0 if match.group().isascii() else 1
