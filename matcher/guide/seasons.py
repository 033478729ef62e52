"""Tables of a season, proposals or winners, told from tables of topics by the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.columns import columns_of, field_of, flat
from matcher.guide.grids import Grid
from matcher.readers.column_names import column_fields
from matcher.readers.labels import pair_of
from matcher.segment import fold

_WITHIN = settings.rows("guide.grids.within")
_LEAST_NAMES = settings.count("guide.seasons.names")
_LONGEST_NAME = settings.characters("guide.seasons.longest_name")
_LEAST_MOBILES = settings.count("guide.seasons.mobiles")
# Who leads a project before anybody applies for it.
_OFFERS = re.compile(r"导师|指导|责任人|(?i:supervisor|mentor)")
_APPLIES = re.compile(r"申报|申请|承担|主持|(?i:appli|awarded to)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ABSTRACT = re.compile(r"摘要|(?i:\babstract\b)")
_WHO = {"organisation", "principal_investigator", "department", "person", "pair"}


def lists_proposals(lines: Sequence[str], grids: Sequence[Grid], *, calls: bool) -> bool:
    """Whether most rows of tables are a season's, by the names of the columns or by persons with their mobile phones.

    `calls`: the head of the document is a guide's, which may name a person for each topic.
    """
    tabbed = [line.split("\t") for line in lines[:_WITHIN] if "\t" in line]
    if not grids:
        return any(map(_is_applied_for, tabbed))  # a header that no list of topics has
    rows = sum(len(g.rows) for g in grids if _is_of_persons(g) or (not calls and _has_mobiles(g)))
    return rows > 0 and rows * 2 >= sum(len(g.rows) for g in grids)


def _is_of_persons(grid: Grid) -> bool:
    heads = [[flat(cell) for cell in row] for row in grid.rows[:_WITHIN]]
    return any(
        sum(bool(vocabulary.PERSON_COLUMNS.fullmatch(fold(cell))) for cell in row) > 1 or _is_applied_for(row)
        for row in heads
    )


def _is_applied_for(names: Sequence[str]) -> bool:
    """Whether columns name a project and who leads or applies, its abstract or, behind it, its topic; and nobody who offers it."""
    if len(names) < _LEAST_NAMES or max(map(len, names)) > _LONGEST_NAME:
        return False
    fields = ["pair" if pair_of(n) else next((f for f, _ in column_fields(n)), "") for n in names]
    own = [f in _WHO and bool(_APPLIES.search(n)) for n, f in zip(names, fields, strict=True)]
    offices = [
        field_of(n) == "office" and f not in ("organisation", "pair") and not o
        for n, f, o in zip(names, fields, own, strict=True)
    ]
    if any(offices) or any(map(_OFFERS.search, names)):
        return False
    leads = "principal_investigator" in fields
    if "title" not in fields:
        return leads and "declared" in fields
    # A guide's own columns of directions stand before its titles.
    declared = "declared" in fields[fields.index("title") :]
    by_whom = not _WHO.isdisjoint(fields) or any(
        _APPLIES.search(n) for n, f in zip(names, fields, strict=True) if f != "declared"
    )
    return leads or any(own) or any(map(_ABSTRACT.search, names)) or (declared and by_whom)


def _has_mobiles(grid: Grid) -> bool:
    """Whether each row has a mobile phone of its own, and no column names an office."""
    head = next((c for row in grid.rows[:_WITHIN] if (c := columns_of(row))), None)
    if head is None or "office" in head.details:
        return False
    columns = [
        [fold(cell).strip() for cell in cells if cell.strip()] for cells in zip(*grid.rows, strict=False)
    ]
    phones = [[cell for cell in column if _MOBILE.fullmatch(cell)] for column in columns]
    return any(
        _LEAST_MOBILES <= len(set(p)) == len(p) >= len(c) - 1 for p, c in zip(phones, columns, strict=True)
    )
