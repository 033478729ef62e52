"""Topics that stand on one line under the name of their section (档案资源：甲；乙；丙), or A / B below it: a reading of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.headings import inner_mark
from matcher.guide.prior import Draft, Reading, cue, is_content, is_office, label_end
from matcher.guide.text.blocks import SHORTEST_TITLE, Unit, paint
from matcher.guide.text.marks import number_of
from matcher.segment import fold
from matcher.types import Role

_PARTED = settings.score("guide.parted.title")
_LEAST_LISTS = settings.count("guide.parted.least_lists")
_LEAST_TITLES = settings.count("guide.parted.least_titles")
_LONGEST = settings.characters("guide.parted.longest_title")
_LONGEST_NAME = settings.characters("guide.parted.longest_section")
_REMEMBERED = settings.chunk("guide.marks.remembered")
_NAME_WORDS = settings.words("guide.parted.longest_section")
_TITLE_WORDS = settings.words("guide.parted.longest_title")
_SEPARATORS = (";", r"(?:(?<!\s)\s+)?/\s*", r" +")  # the surest first; 、 parts the words of a description
_NO_TITLE = re.compile(r"[。:,，?!/;]|\d{5}|@")
_SECTION_END = re.compile(r"(?:类|领域|方面|方向|板块|专题|部分|类别)$")
_Titles = list[tuple[Unit, int, int]]  # a unit, and where a title begins and ends in its text
_PartedSection = tuple[Unit, str, _Titles]  # the unit of a section's name, the name, its titles


def read_parted(units: Sequence[Unit]) -> Reading | None:
    """The lists of titles that stand on the lines of several sections, parted alike; None if there are none."""
    for separator in _SEPARATORS:
        at = 0
        while at < len(units):
            sections, end = _sections(units, at, separator)
            at = max(at + 1, end)  # a line is looked at once, however long the list
            lists = [titles for _, _, titles in sections if len(titles) > 1]
            distinct = len({name for _, name, _ in sections}) == len(sections)
            headed = sum(_is_shorter(name, parts) for _, name, parts in sections) * 2 > len(sections)
            enough = len(lists) >= _LEAST_LISTS and sum(map(len, lists)) >= _LEAST_TITLES
            if enough and distinct and headed and _is_first(sections[0][0]):
                return _reading(sections)
    return None


def _sections(units: Sequence[Unit], at: int, separator: str) -> tuple[list[_PartedSection], int]:
    """The sections that follow one another from a unit on, each a name and the titles behind or below it, and where they end."""
    sections: list[_PartedSection] = []
    after = at
    while at < len(units):
        unit = units[at]
        mark = inner_mark(unit.marks)
        start = mark.start if mark is not None and mark.start < len(unit.text) else 0
        behind = label_end(unit.text[start:])
        end = start + behind if behind else len(unit.text)
        titles = _parts(unit, end, separator)
        at += 1
        while end == len(unit.text) and at < len(units) and not _is_headed(units[at]):
            more = _parts(units[at], 0, separator)
            if not more or (len(more) < 2 and not titles):
                break
            titles += more
            at += 1
        name = unit.slice(start, end).rstrip(":： ") if titles else ""
        if not titles or not _is_section(unit, name):
            break
        sections.append((unit, name, titles))
        after = at
    return sections, after


def _is_headed(unit: Unit) -> bool:
    """Whether a line has a mark or a name before a colon: it opens a section of its own."""
    return bool(unit.marks.keys() - {"label"}) or bool(label_end(unit.text))


def _is_section(unit: Unit, name: str) -> bool:
    """Whether a name may be that of a section: short, no slot's and no notice's."""
    noticed = vocabulary.NOTICE_LINE.match(unit.text) or vocabulary.TITLE_WORDS.search(name) or cue(name) < 0
    if noticed or is_content(unit) or is_office(unit) or vocabulary.WEAK_CONTENT.match(unit.text):
        return False
    return len(name.split()) <= _NAME_WORDS if name.isascii() else len(name) <= _LONGEST_NAME


def _is_first(unit: Unit) -> bool:
    """Whether the line of the first section counts no other ahead of it: （二）… says that one was not understood."""
    mark = inner_mark(unit.marks)
    return mark is None or number_of(mark.written) <= 1


def _is_shorter(name: str, titles: _Titles) -> bool:
    """Whether the name of a section is shorter than its titles, as most are."""
    long = sum(b - a for _, a, b in titles) >= len(_SECTION_END.sub("", name)) * len(titles)
    return name.isascii() or long


def _parts(unit: Unit, start: int, separator: str) -> _Titles:
    """The titles in a unit's text from `start` on; none unless all parts may be titles."""
    end = len(unit.text.rstrip("。;；. "))
    marks = [m for m in re.finditer(separator, unit.text[:end]) if m.start() > start]
    edges = [start, *(n for m in marks for n in m.span()), end]
    parts = [(unit, a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    texts = [unit.text[a:b].strip() for _, a, b in parts]
    return parts if all((separator == ";" or not t.isascii()) and _is_title(t) for t in texts) else []


@lru_cache(maxsize=_REMEMBERED)  # a line is looked at for each separator
def _is_title(text: str) -> bool:
    short = len(text.split()) <= _TITLE_WORDS if text.isascii() else SHORTEST_TITLE <= len(text) <= _LONGEST
    if not short or _NO_TITLE.search(text) or vocabulary.RULE_WORDS.search(text):
        return False
    return any(map(str.isalpha, text)) and (text.isascii() or not vocabulary.TASK_START.match(text))


def _reading(sections: Sequence[_PartedSection]) -> Reading:
    roles: dict[int, Role] = {}
    drafts: list[Draft] = []
    for group, (heading, name, titles) in enumerate(sections, 1):
        paint(roles, heading, "heading")
        for unit, start, end in titles:
            paint(roles, unit, "title")
            names = (unit.text[start:end].strip(), fold(name))
            drafts.append(Draft(name, group, None, unit.slice(start, end), unit.lines, names=names))
    return Reading("parted", drafts, roles, _PARTED * len(drafts))
