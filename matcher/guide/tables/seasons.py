"""Tables that hold no topics to apply under: a season's, of proposals handed in or projects chosen, and lists of contacts."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.other_lists import is_closed, says_before
from matcher.guide.offices.contacts import CALLED
from matcher.guide.prior import cue
from matcher.guide.tables.columns import Columns, field_of, flat, header_of
from matcher.guide.tables.grids import HEAD_ROWS, Grid
from matcher.guide.text.blocks import LONGEST_TITLE, Unit
from matcher.guide.text.marks import marks_of
from matcher.readers.fields.joined import pair_of
from matcher.readers.table.columns import column_fields
from matcher.segment import fold

_LONGEST_HEAD = settings.characters("guide.document_kind.longest_head")
_LEAST_NAMES = settings.count("guide.grids.least_names")
_LEAST_MOBILES = settings.count("guide.grids.least_mobiles")
# Who leads a project before anybody applies for it.
_OFFERS = re.compile(r"导师|指导|责任人|(?i:supervisor|mentor)")
_APPLIES = re.compile(r"申报|申请|承担|主持|(?i:appli|awarded to)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ABSTRACT = re.compile(r"摘要|(?i:\babstract\b)")
_HOUSES = ("organisation", "pair")
_WHO = {"organisation", "principal_investigator", "department", "person", "pair"}
_DEGREE = re.compile(r"(?i:(?:very )?(?:high|low|medium|moderate|easy|hard|difficult))|[高中低]等?|较[高低]")


def names_contacts(row: Sequence[str]) -> bool:
    """Whether a row names offices and nothing but how they are reached: 处室 | 联系人 | 邮箱."""
    return {"office"} < {field_of(cell) for cell in row if cell.strip()} <= {*CALLED, "number"}


def above_contacts(grid: Grid) -> Grid:
    """What of a table stands above a list of contacts in it."""
    header = header_of(grid.rows[:HEAD_ROWS])
    below = (
        i for i, row in enumerate(grid.rows) if header and i > header[0] and row[0] and names_contacts(row)
    )
    end = next(below, len(grid.rows))
    return Grid(grid.rows[:end], grid.spans[:end])


def is_of_results(grid: Grid, units: Sequence[Unit]) -> bool:
    """Whether the heading above a table, or the line between, says that it lists what was decided, and one elsewhere announces topics."""
    heads = [u for u in units if u.marks and len(u.text) <= _LONGEST_HEAD]
    first = grid.spans[0][0]
    above = [[u.text for u in each if u.lines[0] < first][-1:] for each in (units, heads)]
    bare = header_of(grid.rows[:HEAD_ROWS]) is None
    decided = any(is_closed(t) or (bare and says_before(t)) for texts in above for t in texts)
    return decided and any(cue(u.text) > 0 and not is_closed(u.text) for u in heads)


def lists_proposals(lines: Sequence[str], grids: Sequence[Grid], *, calls: bool) -> bool:
    """Whether most rows of tables are a season's, by the names of the columns or by persons with their mobile phones.

    `calls`: the head of the document is a guide's, which may name a person for each topic.
    """
    tabbed = [line.split("\t") for line in lines[:HEAD_ROWS] if "\t" in line]
    if not grids:
        return any(map(_is_applied_for, tabbed))  # a header that no list of topics has
    rows = sum(len(g.rows) for g in grids if _is_of_persons(g) or (not calls and _has_mobiles(g)))
    return rows > 0 and rows * 2 >= sum(len(g.rows) for g in grids)


def _is_of_persons(grid: Grid) -> bool:
    heads = [[flat(cell) for cell in row] for row in grid.rows[:HEAD_ROWS]]
    persons = [sum(bool(vocabulary.PERSON_COLUMNS.fullmatch(fold(cell))) for cell in row) for row in heads]
    return max(persons, default=0) > 1 or any(map(_is_applied_for, heads))


def _is_applied_for(names: Sequence[str]) -> bool:
    """Whether columns name a project and who leads or applies, its abstract or, behind it, its topic; and nobody who offers it."""
    if len(names) < _LEAST_NAMES or max(map(len, names)) > LONGEST_TITLE:
        return False
    fields = ["pair" if pair_of(n) else next((f for f, _ in column_fields(n)), "") for n in names]
    applying = [bool(_APPLIES.search(n)) for n in names]
    own = [f in _WHO and applies for f, applies in zip(fields, applying, strict=True)]
    unlike = [n for n, f, o in zip(names, fields, own, strict=True) if not (f in _HOUSES or o)]
    if "office" in map(field_of, unlike) or any(map(_OFFERS.search, names)):
        return False
    leads = "principal_investigator" in fields
    if "title" not in fields:
        return leads and "declared" in fields
    # A guide's own columns of directions stand before its titles.
    declared = "declared" in fields[fields.index("title") :]
    applied = any(a for a, f in zip(applying, fields, strict=True) if f != "declared")
    by_whom = applied or not _WHO.isdisjoint(fields)
    return leads or any(own) or any(map(_ABSTRACT.search, names)) or (declared and by_whom)


def _has_mobiles(grid: Grid) -> bool:
    """Whether each row has a mobile phone of its own, and no column names an office."""
    header = header_of(grid.rows[:HEAD_ROWS])
    if header is None or "office" in header[1].details:
        return False
    for cells in zip(*grid.rows, strict=False):
        column = [fold(cell).strip() for cell in cells if cell.strip()]
        phones = [cell for cell in column if _MOBILE.fullmatch(cell)]
        if _LEAST_MOBILES <= len(set(phones)) == len(phones) >= len(column) - 1:
            return True
    return False


def only_mentions(rows: Sequence[Sequence[str]], columns: Columns, marked: Container[str]) -> bool:
    """Whether the titles of a table are nothing but marks with a word, or degrees, of topics that other lines tell, or say
    whom to call for what `marked` lines list."""
    titles = [fold(flat(columns.cell(row, "title"))) for row in rows]
    marks = [next((m for k, m in marks_of(t).items() if k.startswith("word:")), None) for t in titles]
    phoned = "phone" in columns.details and "number" not in columns.details and not columns.contents
    if phoned and len(titles) > 1 and all(title in marked for title in titles):
        return True
    counted = len(titles) > 1 and all(m and m.start == len(t) for m, t in zip(marks, titles, strict=True))
    return counted or (len(titles) > 0 and all(map(_DEGREE.fullmatch, titles)))
