"""Titles without a mark: the lines below 选题如下：, and those above a repeated 研究内容：."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.guide import vocabulary
from matcher.guide.blocks import Unit
from matcher.guide.prior import cue, is_content, is_office, title_end


def above_contents(units: Sequence[Unit]) -> dict[int, tuple[int | None, int, str]]:
    """The lines right above the content's name that the document repeats, where they have no mark."""
    names = [_anchor(unit.text) for unit in units]
    counts = {name: names.count(name) for name in names if name}
    main = next((name for name in names if name and counts[name] > 1), "")
    found: dict[int, tuple[int | None, int, str]] = {}
    for at in range(1, len(units)):
        unit = units[at - 1]
        if names[at] != main or not main or is_content(unit) or is_office(unit):
            continue
        if len(unit.text) <= (160 if unit.text.isascii() else 60) and unit.text[-1] not in "。;:":
            found[at - 1] = (None, 0, "")
    marked = sum(bool(units[at].marks) for at in found)
    return found if len(found) > 1 and marked * 2 < len(found) else {}


def below_sentence(units: Sequence[Unit]) -> dict[int, tuple[int | None, int, str]]:
    """Unmarked lines below a sentence such as 选题如下：, up to a marked line, a notice or a long text."""
    found: dict[int, tuple[int | None, int, str]] = {}
    inside = False
    for at, unit in enumerate(units):
        text = unit.text
        marks = unit.marks.keys() - {"code", "coded"}
        if (
            vocabulary.LEAD_IN.search(text)
            or vocabulary.SECTION_LINE.match(text)
            or (marks and cue(text) > 0)
        ):
            inside = True
        elif (
            marks
            or vocabulary.NOTICE_LINE.match(text)
            or is_office(unit)
            or (cue(text) < 0 and len(text) < 12)
        ):
            inside = False
        elif inside and not is_content(unit):
            end, rest = title_end(text, 0)
            if (end > 60 and not text[:end].isascii()) or end < 4:
                inside = False
            elif (rest < len(text) and not text.isascii()) or text[-1] not in "。;.":
                found[at] = (None, 0, "")
    # Codes before several of them are marks: that reading is the better one.
    return {} if sum(bool(units[at].marks) for at in found) > 1 else found


def _anchor(text: str) -> str:
    """The name of a main content that a line begins with; "" if it begins otherwise."""
    match = vocabulary.MAIN_CONTENT.match(text) or vocabulary.ENGLISH_CONTENT.match(text)
    return re.sub(r"\W|\d", "", match.group()).lower() if match else ""
