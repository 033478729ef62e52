"""The cell of a table that holds a topic's title: its number, its code, the title, and what stands behind it."""

from __future__ import annotations

from matcher.guide import prior, vocabulary
from matcher.guide.tables.grids import first_unit
from matcher.guide.text.blocks import Unit
from matcher.guide.text.marks import number_of

MARK_KINDS = ("number", "paren-han", "han", "paren", "half-paren", "circled", "coded", "dotted", "deep", "code", "bullet")  # fmt: skip


def split_title(text: str) -> tuple[int | None, str, str, str]:
    """(number, code, title, what follows the title) of a title cell such as "1.标题。说明……"."""
    unit = first_unit(text)
    if unit is None or unit.lines != (1, 1):
        return None, "", text, ""
    start, number, code = 0, None, ""
    for kind, mark in unit.marks.items():
        if (kind in MARK_KINDS or kind.startswith("word:")) and mark.start < len(unit.text):
            number, start, code = number_of(mark.written) or None, mark.start, mark.code
            break
    cell = Unit(unit.source, unit.start, len(unit.source.text.rstrip()))
    end, rest = prior.title_end(cell.text, start)
    return number, code, cell.slice(start, end).strip(vocabulary.AROUND), cell.slice(rest)
