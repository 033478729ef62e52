"""Edits of a guide's topics, as a person makes them: split, merge, renumber. Pure functions over topics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher.errors import GuideError
from matcher.guide.marks import marks_of
from matcher.message import Catalogue
from matcher.segment import fold
from matcher.types import AuditLine, Topic

say = Catalogue(__file__)


def split(topics: Sequence[Topic], at: int, line: int, audit: Sequence[AuditLine]) -> tuple[Topic, ...]:
    """Topic `at` (from 0) cut at a line of the document: that line is the title of a new topic after it.

    GuideError unless the line lies within the topic, below its title.
    """
    topic = topics[at]
    first, last = topic.lines
    texts = {a.line: a.text for a in audit}
    if not first < line <= last or line not in texts:
        raise GuideError(say("edits.line", line=line, id=topic.id, first=first + 1, last=last))
    head = replace(topic, content=_text(texts, first + 1, line - 1), lines=(first, line - 1))
    group = topic.id.split("-")[0]
    number = max(t.number for t in topics if t.id.split("-")[0] == group) + 1
    title = texts[line]
    mark = max(marks_of(fold(title)).values(), key=lambda m: m.start, default=None)
    if mark is not None and len(fold(title)) == len(title):
        title = title[mark.start :]
    new = replace(
        topic, id=f"{group}-{number:02d}", number=number, title=title, content=_text(texts, line + 1, last), code="", slots=(),
        lines=(line, last),
    )  # fmt: skip
    return (*topics[:at], head, new, *topics[at + 1 :])


def merge(topics: Sequence[Topic], at: int) -> tuple[Topic, ...]:
    """Topic `at` (from 0) with the next one as part of its contents; GuideError for the last topic."""
    if at + 1 >= len(topics):
        raise GuideError(say("edits.last"))
    one, other = topics[at], topics[at + 1]
    content = "\n".join(t for t in (one.content, other.title, other.content) if t)
    slots: dict[str, list[str]] = {}
    for name, text in (*one.slots, *other.slots):
        slots.setdefault(name, []).append(text)
    office, source = (one.office, one.office_source) if one.office else (other.office, other.office_source)
    lines = (min(one.lines[0], other.lines[0]), max(one.lines[1], other.lines[1]))
    joined = tuple((name, "\n".join(texts)) for name, texts in slots.items())
    merged = replace(one, content=content, slots=joined, office=office, office_source=source, lines=lines)
    return (*topics[:at], merged, *topics[at + 2 :])


def renumber(topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """The topics counted from 1 within each section, in their order; sections keep their numbers."""
    counts: dict[str, int] = {}
    renumbered: list[Topic] = []
    for topic in topics:
        group = topic.id.split("-")[0]
        counts[group] = counts.get(group, 0) + 1
        renumbered.append(replace(topic, id=f"{group}-{counts[group]:02d}", number=counts[group]))
    return tuple(renumbered)


def _text(texts: dict[int, str], first: int, last: int) -> str:
    lines = [texts[n] for n in range(first, last + 1) if n in texts]
    return "\n".join(re.sub(r"^(?:主要)?研究内容[：:]\s*", "", line) for line in lines)
