"""A document's lines to units: broken lines are joined, lines that hold several items are cut.

A page breaks lines, repeats its running head, and may leave a mark alone on its line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.counting import recounted, torn_titles
from matcher.guide.offices.contact_lists import is_list
from matcher.guide.offices.contacts import REACHED
from matcher.guide.prior import is_contact, label_of, states_office
from matcher.guide.text import blocks, page_lines
from matcher.guide.text.blocks import Source, Unit, clean, trimmed
from matcher.guide.text.joins import joins_of
from matcher.guide.text.marks import NAMES_OTHER, PLAIN, number_of
from matcher.guide.text.page_edges import Page, PlainLine
from matcher.readers import Document, Heading
from matcher.segment import fold

# The marks at which a line may be cut, outermost first; the first two may follow any text.
_CUTS = ("han", "paren-han", "number", "paren", "half-paren", "circled")
_HEADS_LIST = re.compile(r"[(]?一[)、.][^。;:]{2,30} (?=1[.、]|[(]1[)])")  # … 一、参考选题 1、…
_ALONE = re.compile(r"[(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)、.]|[•●○■□◆◇▪*–—-]")
_LONGEST_CONTACT = settings.characters("guide.lines.longest_contact")
_NAMED = re.compile(r"(?<=[.?!] )[A-Z][a-z]+(?: [a-z]+){0,2}: (?=[^:]*$)")
_STOP = re.compile(r"[。;.?!)—\s]")
_NAMING = re.compile(r"[:|】\]由–—-]")  # ends the name of a content or an office
# What a call says below its topics, as a heading of its own.
_CLOSING = re.compile(
    r"(?:How to (?:apply|submit)|Eligibility|Deadlines?|Contacts?|Submissions?|Enquiries|Timetable|Assessment)\W*$"
)
_LONG_LIST = settings.count("guide.lines.long_list")
_REPEATED = settings.characters("guide.lines.repeated")
_LABELS = (
    *vocabulary.CONTENTS, vocabulary.WEAK_CONTENT, vocabulary.STRONG_OFFICE, vocabulary.WEAK_OFFICE, vocabulary.SECTION_LINE,
    vocabulary.CODE_LINE,
)  # fmt: skip


def units_of(document: Document, heads: Collection[int]) -> list[Unit]:
    """The units of the non-empty lines of text but the `heads`, in order."""
    kept = page_lines.plain_lines(document, heads)
    units: list[Unit] = []
    levels = {b.line: min(b.level, 6) for b in document.blocks if isinstance(b, Heading) and not b.mark}
    for source in _join(kept, document, levels):
        units.extend(_cut(source, 0, len(source.text), _CUTS))
    return recounted(units)


def heads_of(document: Document) -> set[int]:
    """The lines that are no text: numbers of pages, a table of contents, what a page repeats (all but the first of each)."""
    texts = [clean(line) for line in document.lines]
    heads = page_lines.numbers_of_pages(texts) | page_lines.index_lines(texts)
    seen: set[str] = set()
    for n, text in enumerate(texts if document.wrapped else (), 1):
        # A line with a mark, a name or a phone is a list's: Maximum award: 200,000 is said of each topic.
        folded = fold(text)
        plain = len(text) >= _REPEATED and text[-1] not in vocabulary.STOPS and ":" not in folded
        if text in seen and plain and not vocabulary.PHONE.search(folded) and not _begins(text, text):
            heads.add(n)
        seen.add(text)
    return heads


def page_of(lines: Sequence[tuple[int, str]], document: Document) -> Page:
    """The lines of a document that are text, with what all of them tell of how it was broken."""
    above = ["", *(text for _, text in lines)]
    return Page(
        [PlainLine(n, text, _begins(text, a)) for (n, text), a in zip(lines, above, strict=False)], document
    )


def _join(lines: list[tuple[int, str]], document: Document, levels: Mapping[int, int]) -> list[Source]:
    """Logical lines: one that the page broke, or with nothing but a mark, goes on in the next one."""
    texts = [text for _, text in lines]
    joined = (
        joins_of(page_of(lines, document))
        | torn_titles(texts)
        | _lone_numbers(texts)
        | page_lines.lone_codes(lines)
    )
    groups: list[list[tuple[int, str]]] = []
    for i, line in enumerate(lines):
        at, before = i - 1, lines[i - 1]
        alike = bool(groups) and line[0] not in levels and before[0] not in levels
        if alike and (
            at in joined
            or page_lines.runs_on(before[1], line[1])
            or page_lines.breaks_phone(before[1], line[1])
            or page_lines.names_phone(before[1], line[1])
            or blocks.breaks_address(before[1], line[1])
            or _completes(groups[-1], line[1])
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Source(group, levels.get(group[0][0], 0)) for group in groups]


def _lone_numbers(texts: Sequence[str]) -> set[int]:
    """The lines with nothing but a number that together count 1, 2, 3 …, each above a short line without a mark."""
    places = [i for i, text in enumerate(texts[:-1]) if re.fullmatch(r"0?\d{1,2}", fold(text).strip())]
    counts = [int(fold(texts[i])) for i in places] == list(range(1, len(places) + 1))
    short = all(
        blocks.SHORTEST_TITLE <= len(t := texts[i + 1].strip()) <= blocks.LONGEST_TITLE
        and t[-1] not in vocabulary.STOPS
        and not _begins(t, t)
        for i in places
    )
    return set(places) if len(places) > 2 and counts and short else set()


def _completes(group: Sequence[tuple[int, str]], text: str) -> bool:
    """Whether a mark that stands alone (课题一, 1.) gets its title from this line."""
    if len(group) > 1 or len(group[0][1].strip()) > blocks.LONGEST_NAME:
        return False
    mark = fold(clean(group[0][1]))
    if vocabulary.CODE_LINE.match(mark):
        return False  # 指南编号：101 is the code of the topic below it
    unit = _unit_of(group[0][1])
    worded = unit is not None and any(
        m.start == len(unit.text) and k.startswith(("word:", "part")) for k, m in unit.marks.items()
    )
    if not (worded or _ALONE.fullmatch(mark)):
        return False
    following = _unit_of(text)
    if following is None or set(following.marks) - {"label"} or _ALONE.fullmatch(following.text):
        return False
    return not NAMES_OTHER.match(following.text)


def _unit_of(text: str) -> Unit | None:
    source = Source([(0, text)])
    return next(iter(trimmed(source, 0, len(source.text))), None)


def _begins(text: str, before: str) -> bool:
    """Whether a line has a mark, a label or a contact of its own."""
    unit = _unit_of(text)
    if unit is None:
        return True
    # A1 or 1011 may be a word of the sentence that goes on; XQ-2031-001 hardly is.
    ended = before.strip()[-1:] in vocabulary.STOPS
    marks = set(unit.marks)
    if not ended:  # …3.甲的作用 / 研究 4.乙: what the line above counts goes on
        marks -= {"coded"} if "-" in text[: blocks.SHORT_LINE] else {"coded", "code"}
        marks = {
            k
            for k in marks
            if not (k.startswith("word:") and page_lines.counts_below(unit.marks[k].written, before))
        }
    stopped = re.match(r"[A-Z](?:\d{1,2}[.:]|\.\d{1,2}[.:]?)\s", unit.text)  # Q1. Which homes …, A.2 Copper
    # Call: …, or How to apply, below a title
    named = unit.text.isascii() and (label_of(unit.text) or _CLOSING.match(unit.text))
    asked = not ended and states_office(fold(clean(before)))  # 联系处室：土 / 壤科 88601144
    called = is_contact(unit.text) and not asked
    return bool(marks or stopped or named) or called or any(label.match(unit.text) for label in _LABELS)


def _cut(source: Source, start: int, end: int, kinds: Sequence[str]) -> list[Unit]:
    """text[start:end] cut at the outermost marks that run on in it, and each piece at the next ones."""
    if not kinds:
        return _cut_labels(source, start, end)
    places = _sequence(source, start, end, kinds[0])
    edges = sorted({start, *places, end})
    return [u for a, b in itertools.pairwise(edges) for u in _cut(source, a, b, kinds[1:])]


def _sequence(source: Source, start: int, end: int, kind: str) -> list[int]:
    """Where the marks of one kind stand in text[start:end], if they count up by one and make a list."""
    pattern = PLAIN[kind]
    places: list[int] = []
    numbers: list[int] = []
    for match in pattern.finditer(source.text, start, end):
        at = match.start()
        if at > start and kind != "circled" and source.text[at - 1] not in "。;: \u3000?!)":
            continue
        # "1 次" and "12 个月" are no marks inside a line: there a mark needs its stop.
        if (kind == "number" and not re.match(r"\d{1,2}[.、]", match.group())) or match.end() >= end:
            continue
        if (kind == "circled") == bool(source.enclosed(at)):
            places.append(at)
            numbers.append(number_of(match["n"]))
    if kind in _CUTS[:2] and numbers == [1] and _HEADS_LIST.match(source.text, places[0], end):
        return places
    # In a long list one number may be left out: 1、… 2、… 4、…
    missing = numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else 0
    counts_up = numbers == sorted(set(numbers)) and missing <= (len(numbers) >= _LONG_LIST)
    if len(places) < 2 or not counts_up:
        return []
    before = source.text[start : places[0]].strip()
    follows = kind in _CUTS[:2] or _announces(source, start, places[0])
    named = any(pattern.match(before) for pattern in vocabulary.CONTENTS)
    # 主管司局：（一）甲处 6210001；（二）乙处 6210002 is read as one.
    return places if follows and not named and not is_list(source.slice(start, end)) else []


def _announces(source: Source, start: int, end: int) -> bool:
    """Whether the text before a list is a heading of its own, a sentence such as 选题如下：, or blank."""
    unit = next(iter(trimmed(source, start, end)), None)
    if unit is None:
        return True
    headed = unit.marks.keys() & {"han", "paren-han", "part"} and len(unit.text) < blocks.LONGEST_LINE
    return bool(headed or vocabulary.LEAD_IN.search(unit.text))


def _closed(text: str) -> bool:
    return all(text.count(a) <= text.count(b) for a, b in ("()", "【】"))


def _cut_labels(source: Source, start: int, end: int) -> list[Unit]:
    """Cut before contents and offices that stand in the middle of a line."""
    text = source.text[start:end]
    stops = [stop.end() for stop in _STOP.finditer(text, 0, len(text) - 1)]
    if not stops or not _NAMING.search(text):
        return trimmed(source, start, end)  # nothing ends ahead of a name, or no name is there
    edges = {start, end} | {start + m.start() for m in vocabulary.INLINE_CONTENT.finditer(text)}
    for at in stops:
        if vocabulary.STRONG_OFFICE.match(text, at):
            edges.add(start + at)
        weak = vocabulary.WEAK_OFFICE.match(text, at) if text[at - 1] in "。;. " else None
        ends = weak and re.search(r"[。;] *$|[.] +$", text[:at])  # …。联系：产业科 7021101
        if weak and ends and REACHED.search(text, weak.end(), weak.end() + _LONGEST_CONTACT):
            edges.add(start + at)
    # Any name before the phone that ends the line: …without power. Owner: Clinic Network, 01632 960181
    for match in _NAMED.finditer(text):
        if vocabulary.PHONE.search(text, match.end()):
            edges.add(start + match.start())
    # What stands in a bracket stays in it: (牵头领导：…；责任单位：…).
    order = sorted({*(e for e in edges if _closed(text[: e - start])), end})
    return [u for a, b in itertools.pairwise(order) for u in trimmed(source, a, b)]
