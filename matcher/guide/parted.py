"""Topics that stand on one line under the name of their section, parted by marks: 档案资源：甲；乙；丙, or A / B below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.blocks import Unit
from matcher.guide.headings import inner_mark
from matcher.guide.offices import parse_contact
from matcher.guide.prior import Draft, Reading, cue, is_content, is_office, label_end
from matcher.guide.roles import Painter

_TITLE = settings.score("guide.parted.title")
_LEAST_LISTS = settings.count("guide.parted.least_lists")
_LEAST_TITLES = settings.count("guide.parted.least_titles")
_SHORTEST = settings.characters("guide.parted.shortest_title")
_LONGEST = settings.characters("guide.parted.longest_title")
_LONGEST_NAME = settings.characters("guide.parted.longest_section")
_NAME_WORDS = settings.words("guide.parted.longest_section")
_TITLE_WORDS = settings.words("guide.parted.longest_title")

_SEPARATORS = (";", r"\s*/\s*", r" +")  # the surest first; 、 parts the words of a description
_NO_TITLE = re.compile(r"[。:,，?!/;]|\d{5}|@")
_SECTION_END = re.compile(r"(?:类|领域|方面|方向|板块|专题|部分|类别)$")


@dataclass
class _Section:
    """A section's name with its unit, and (unit, start, end) of its titles."""

    unit: Unit
    name: str
    titles: list[tuple[Unit, int, int]] = field(default_factory=list)
    office: Unit | None = None  # below its titles


def read_parted(units: Sequence[Unit]) -> Reading | None:
    """The lists of titles that stand on the lines of several sections, parted alike; None if there are none."""
    for separator in _SEPARATORS:
        sections = max(
            (_sections(units, at, separator) for at in range(len(units))),
            key=lambda s: sum(len(section.titles) for section in s),
            default=[],
        )
        lists = [s for s in sections if len(s.titles) > 1]
        names = {s.name for s in sections}
        if (
            len(lists) >= _LEAST_LISTS
            and sum(len(s.titles) for s in lists) >= _LEAST_TITLES
            and len(names) == len(sections)
        ):
            return _reading(sections)
    return None


def _sections(units: Sequence[Unit], first: int, separator: str) -> list[_Section]:
    """The sections that follow one another from a unit on, each a name and titles behind or below it."""
    sections: list[_Section] = []
    at = first
    while at < len(units):
        unit = units[at]
        start = _mark_end(unit)
        behind = label_end(unit.text[start:])
        if behind and start + behind < len(unit.text):
            name, titles = (
                unit.slice(start, start + behind).rstrip(":： "),
                _parts(unit, start + behind, separator),
            )
            below = 0
        else:
            name, titles = unit.slice(start).rstrip(":： "), []
            below = at + 1
            while (
                below < len(units)
                and not _is_headed(units[below])
                and (more := _parts(units[below], 0, separator))
            ):
                if len(more) < 2 and not titles:
                    break
                titles += more
                below += 1
        if not titles or not _is_section(unit, name, titles):
            break
        sections.append(_Section(unit, name, titles))
        at = below or at + 1
        if (
            at < len(units)
            and vocabulary.STRONG_OFFICE.match(units[at].text)
            and vocabulary.PHONE.search(units[at].text)
        ):
            sections[-1].office = units[at]
            at += 1
    return sections


def _mark_end(unit: Unit) -> int:
    mark = inner_mark(unit.marks)
    return mark.start if mark is not None and mark.start < len(unit.text) else 0


def _is_headed(unit: Unit) -> bool:
    """Whether a line has a mark or a name before a colon: it opens a section of its own."""
    return bool(unit.marks.keys() - {"label"}) or bool(label_end(unit.text))


def _is_section(unit: Unit, name: str, titles: Sequence[tuple[Unit, int, int]]) -> bool:
    """Whether a name is that of a section: short, no slot's and no notice's, and shorter than its titles."""
    text = unit.text
    noticed = vocabulary.NOTICE_LINE.match(text) or vocabulary.TITLE_WORDS.search(name) or cue(name) < 0
    if noticed or is_content(unit) or is_office(unit) or vocabulary.WEAK_CONTENT.match(text):
        return False
    if name.isascii():
        return len(name.split()) <= _NAME_WORDS
    core = _SECTION_END.sub("", name)
    return len(name) <= _LONGEST_NAME and sum(b - a for _, a, b in titles) >= len(core) * len(titles)


def _parts(unit: Unit, start: int, separator: str) -> list[tuple[Unit, int, int]]:
    """(unit, start, end) of the titles in the text from `start` on; none unless all parts may be titles."""
    text = unit.text
    end = len(text.rstrip("。;；. "))
    parts: list[tuple[Unit, int, int]] = []
    at = start
    for match in [*re.finditer(separator, text[:end]), None]:
        stop = match.start() if match is not None else end
        if match is not None and match.start() < start:
            continue
        if not _is_title(text[at:stop].strip(), separator):
            return []
        parts.append((unit, at, stop))
        at = match.end() if match is not None else end
    return parts


def _is_title(text: str, separator: str) -> bool:
    if _NO_TITLE.search(text) or vocabulary.RULE_WORDS.search(text) or not any(c.isalpha() for c in text):
        return False
    if text.isascii():
        return separator == ";" and len(text.split()) <= _TITLE_WORDS
    return _SHORTEST <= len(text) <= _LONGEST and not vocabulary.TASK_START.match(text)


def _reading(sections: Sequence[_Section]) -> Reading:
    painter = Painter()
    drafts: list[Draft] = []
    if not any(section.office for section in sections[:-1]):
        sections[-1].office = None  # it stands below the whole list
    for group, section in enumerate(sections, 1):
        painter.paint(section.unit, "heading")
        for unit, start, end in section.titles:
            painter.paint(unit, "title")
            title = unit.slice(start, end)
            drafts.append(
                Draft(
                    section.name,
                    group,
                    None,
                    title,
                    unit.lines,
                    names=(unit.text[start:end].strip(), section.unit.text),
                )
            )
        if section.office is not None:
            painter.paint(section.office, "office")
            drafts[-1].foot = ("", contact) if (contact := parse_contact(section.office.slice())) else None
    return Reading("parted", drafts, painter.roles, _TITLE * len(drafts))
