"""Lines of contacts for something else than a topic: whom to call about money, a complaint, the site or a parcel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from matcher import settings, shipped
from matcher.guide.blocks import LONGEST_NAME, SHORT_LINE
from matcher.guide.contact_lists import clauses
from matcher.guide.marks import marks_of
from matcher.guide.offices import is_unit, parse_contact
from matcher.guide.vocabulary import PHONE
from matcher.segment import fold

_WORDS = settings.file("guide.other_desks.words")
_SENTENCES = re.compile(r"(?<=[。；;])(?=.)|(?<=\.) (?=[A-Z])")
# A heading that asks for more than it names: 咨询与监督.
_ASKED = re.compile(r"咨询|联系|(?i:contact|enquir)")


@cache
def _purposes() -> re.Pattern[str]:
    """The words of data/other_desks.txt, matched in folded text."""
    lines = shipped.data_file(_WORDS).read_text(encoding="utf-8").splitlines()
    words = [word.strip() for line in lines if line[:1] != "#" for word in line.split(",")]
    latin, han = ("|".join(w for w in words if w.isascii() is ascii) for ascii in (True, False))
    return re.compile(rf"{han}|(?i:\b(?:{latin}))")


def for_topics(lines: Sequence[tuple[int, str]], names: Iterable[str]) -> list[tuple[int, str]]:
    """(line, text) without the contacts that are for something else, by their own words or those of the heading above them.

    `names` are the folded texts of topics and headings, in which such a word says nothing: 系统 of 电力系统领域.
    """
    own = re.compile("|".join(map(re.escape, sorted({n for n in names if n}, key=len, reverse=True))) or "$.")
    kept: list[tuple[int, str]] = []
    heading = ""
    for line, text in lines:
        folded = fold(text)
        if not PHONE.search(folded):
            heading = folded if (marks_of(folded) or folded[-1:] == ":") and len(folded) <= SHORT_LINE else ""
            kept.append((line, text))
            continue
        elsewhere = _purposes().search(heading) and not _ASKED.search(heading)
        parts = [part for sentence in _SENTENCES.split(text) for part in clauses(sentence)]
        served = [] if elsewhere else [part for part in parts if not _is_other(fold(part), own)]
        kept.append((line, text if served == parts else "；".join(served)))
    return kept


def _is_other(clause: str, own: re.Pattern[str]) -> bool:
    """Whether a folded clause gives a phone for something else; the words of a unit's own name do not count (财务处)."""
    contact = parse_contact(clause) if PHONE.search(clause) else None
    name = contact.name.rpartition(":")[2] if contact else ""
    unit = name if is_unit(name) and len(name) <= LONGEST_NAME else ""
    return contact is not None and bool(_purposes().search(own.sub("", clause).replace(unit, "")))
