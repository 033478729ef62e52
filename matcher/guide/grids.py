"""Tables of a document, also those that lost their form (pipes, tabs, one cell a line), and which of them are a season's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from math import inf

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.blocks import LONGEST_NAME, LONGEST_TITLE, clean
from matcher.guide.columns import columns_of, field_of, flat, header_of
from matcher.guide.page_lines import numbers_of_pages
from matcher.readers import Document
from matcher.readers.columns import column_fields
from matcher.readers.label_fields import pair_of
from matcher.segment import fold

_WIDEST = settings.columns("guide.grids.widest")
_BETWEEN = settings.lines("guide.grids.between")
_LONGEST_BETWEEN = settings.characters("guide.grids.longest_between")
_RULE = re.compile(r"[\s|:+-]+")
_GAP, _FINE_GAP = re.compile(r"[ \u3000]{2,}"), re.compile(r"[ \u3000]{2,}|\u3000")
# Between two pages of a table, or above rows of another kind of topic; another matter has rows with numbers as well.
_GOES_ON = re.compile(
    r"[（(]?(?:续|上?接)|[\W\d_]*$|第\s*\d+\s*页|(?i:page\s*\d|\(?continued)|.*(?:课题|项目|类|专题|方向|领域)[\W_]*$"
)
_ELSE = re.compile(
    r".*(?:联系|咨询|材料|附件|进度|时间|日程|安排|流程|经费|清单)|(?i:.*\b(?:contact|schedule|timetable|timeline|dates?|documents?|materials?|budget))"
)
_CODE = re.compile(r"(?=.*[9一])[A9一.\-—/_()（）、第 ]{1,12}")
_HEADER_WITHIN = settings.rows("guide.grids.header_within")
_LONGEST_CELL = settings.characters("guide.grids.longest_cell")
_WITHIN = settings.rows("guide.grids.within")
_NO_COLUMN = re.compile(r"[:。;,]|[如以]下|^\(?[一二三四五六七八九十\d]{1,3}[)、.]")
_NO_NAME = re.compile(
    r"(?i:sheet|工作表|表|附件|附表)\s*[\d一二三四五六七八九十]*|.*(?:通知|公告|指南|目录|清单|一览表?)"
)
_LEAST_NAMES = settings.count("guide.grids.least_names")
_LEAST_MOBILES = settings.count("guide.grids.least_mobiles")
# Who leads a project before anybody applies for it.
_OFFERS = re.compile(r"导师|指导|责任人|(?i:supervisor|mentor)")
_APPLIES = re.compile(r"申报|申请|承担|主持|(?i:appli|awarded to)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ABSTRACT = re.compile(r"摘要|(?i:\babstract\b)")
_WHO = {"organisation", "principal_investigator", "department", "person", "pair"}


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells; row i stands on lines `spans[i]` (first, last) of the document."""

    rows: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[int, int], ...]

    def lines_of(self, more: int = -1) -> set[int]:
        """The lines of the rows with more cells than this that are not blank, or with a line for each cell; of all rows."""
        rows = zip(self.rows, self.spans, strict=True)
        lists = [
            range(a, b + 1) for row, (a, b) in rows if a < b or sum(map(bool, map(str.strip, row))) > more
        ]
        return {n for lines in lists for n in lines}


def grids_of(document: Document) -> list[Grid]:
    """The document's tables and those pasted into its text, in order."""
    grids = [Grid(t.rows, tuple((n, n) for n in t.line_numbers)) for t in document.tables]
    taken = {n for grid in grids for n in grid.lines_of()}
    taken |= numbers_of_pages([clean(line) for line in document.lines])
    free = [(n, clean(line)) for n, line in enumerate(document.lines, 1) if n not in taken and clean(line)]
    raw = {n: document.lines[n - 1] for n, _ in free}
    pasted = [*_separated(free, raw), *_periods(free), *_further(grids, free)]
    return sorted([*grids, *pasted], key=lambda grid: grid.spans[0])


def _further(grids: Sequence[Grid], lines: Sequence[tuple[int, str]]) -> list[Grid]:
    """The rows between pipes that go on with a table of as many columns, from which a stray line (a page's number) parts them."""
    further: list[Grid] = []
    for grid, following in zip(grids, [*(g.spans[0][0] for g in grids[1:]), inf], strict=False):
        behind = [line for line in lines if grid.spans[-1][1] < line[0] < following]
        stray = bool(behind) and not behind[0][1].startswith("|") and len(behind[0][1]) <= _LONGEST_BETWEEN
        below = takewhile(lambda line: line[1].startswith("|"), behind[stray:])
        rows = [(n, cells) for n, text in below if len(cells := tuple(_cells(text))) == len(grid.rows[0])]
        if rows and (not stray or _goes_on(behind[0][1], grid.rows, rows[0][1])):
            further.append(Grid(tuple(cells for _, cells in rows), tuple((n, n) for n, _ in rows)))
    return further


def _goes_on(heading: str, rows: Sequence[Sequence[str]], below: Sequence[str]) -> bool:
    """Whether a line between the rows of a table and one below leaves them one list."""
    return not _ELSE.match(heading) and (_GOES_ON.match(heading) is not None or _numbered_alike(rows, below))


def _numbered_alike(rows: Sequence[Sequence[str]], below: Sequence[str]) -> bool:
    """Whether the rows of a table and one below a heading have numbers or codes of one shape in one column: 1 or 3 below 2, YB1 below ZD2."""
    shapes = [
        {_shape(row[column]) for row in rows[1:]} | {_shape(below[column])} for column in range(len(below))
    ]
    return any(len(shape) == 1 and shape != {""} for shape in shapes)


def _shape(cell: str) -> str:
    """A number's or a code's shape (9., A9, 一); "" for words."""
    shape = re.sub(
        r"[一二三四五六七八九十]+", "一", re.sub(r"\d+", "9", re.sub(r"[A-Za-z]+", "A", cell.strip()))
    )
    return shape if _CODE.fullmatch(shape) else ""


def _separated(lines: Sequence[tuple[int, str]], raw: dict[int, str]) -> list[Grid]:
    """Runs of lines whose cells are parted by pipes, tabs or wide gaps, with the short lines that name parts of them."""
    grids: list[Grid] = []
    rows: list[tuple[int, list[str]]] = []
    between: list[tuple[int, list[str]]] = []  # short lines below a row: a section's name, its office
    gaps = _gaps(lines, raw)
    for n, text in [*lines, (0, "")]:
        cells = _cells(raw.get(n, ""), gaps.get(n, _GAP)) if n else []
        if len(cells) > 1 and (not between or len(cells) == len(rows[-1][1])):
            rows += [*between, (n, cells)]
            between = []
            continue
        if text and _RULE.fullmatch(text) and rows:
            continue
        if text and rows and len(cells) < 2 and len(between) < _BETWEEN and len(text) <= _LONGEST_BETWEEN:
            between.append((n, [text]))
            continue
        offices = [row for row in between if vocabulary.STRONG_OFFICE.match(fold(row[1][0]))]
        grids += _grid([*rows, *offices])
        rows, between = [(n, cells)] if len(cells) > 1 else [], []
    return grids


def _gaps(lines: Sequence[tuple[int, str]], raw: dict[int, str]) -> dict[int, re.Pattern[str]]:
    """What parts the cells of a line: one wide space too, where it gives all lines of a run as many; 陈　平 is one cell else."""
    gaps: dict[int, re.Pattern[str]] = {}
    if not any("\u3000" in line for line in raw.values()):
        return gaps  # as of most documents
    parted = ((n, len(_cells(raw.get(n, ""), _FINE_GAP))) for n, _ in lines)
    for several, run in groupby(parted, key=lambda each: each[1] > 1):
        of_run = dict(run) if several else {}
        if len(of_run) > 1 and len({*of_run.values()}) == 1:
            gaps |= dict.fromkeys(of_run, _FINE_GAP)
    return gaps


def _cells(line: str, gap: re.Pattern[str] = _GAP) -> list[str]:
    if "|" in line and (line.strip().startswith("|") or line.count("|") > 1):
        cells = [clean(cell) for cell in line.strip().strip("|").split("|")]
        return [] if _RULE.fullmatch(line) else cells
    line = line.strip(" \u3000\r")
    if "\t" in line:
        return [clean(cell) for cell in line.split("\t")]
    return [clean(cell) for cell in gap.split(line)]


def _grid(rows: Sequence[tuple[int, list[str]]]) -> list[Grid]:
    """A grid if the first rows hold a header; rows wider than it are no part of it."""
    header = header_of([cells for _, cells in rows[:_HEADER_WITHIN]])
    if header is None or len(rows) < header[0] + 2:
        return []
    head, width = header[0], len(rows[header[0]][1])
    kept = [(n, cells) for n, cells in rows[head:] if len(cells) <= width]
    if len(kept) < len(rows) - head:
        return []
    padded = tuple(tuple(cells + [""] * (width - len(cells))) for _, cells in kept)
    return [Grid(padded, tuple((n, n) for n, _ in kept))]


def _periods(lines: Sequence[tuple[int, str]]) -> list[Grid]:
    """A table pasted with each cell on a line: a run of column names, then rows of as many lines."""
    for i in range(len(lines) - 3):
        for width in range(min(_WIDEST, (len(lines) - i) // 2), 1, -1):
            head = [text for _, text in lines[i : i + width]]
            columns = columns_of(head) if all(map(_is_column, head)) else None
            if columns is None or sum(map(bool, (columns.details, columns.contents))) == 0:
                continue
            named = 1 + len(columns.contents) + len(columns.details)
            rows = _rows(lines[i + width :], width, "number" in columns.details) if named == width else []
            if len(rows) > 1:
                spans = [(lines[i][0], lines[i + width - 1][0]), *((r[0][0], r[-1][0]) for r in rows)]
                cells = [tuple(head), *(tuple(t for _, t in r) + ("",) * (width - len(r)) for r in rows)]
                return [Grid(tuple(cells), tuple(spans)), *_periods(lines[i + width + sum(map(len, rows)) :])]
    return []


def _is_column(text: str) -> bool:
    """Whether a line may be a column's name: short, without a list's mark and the stop of a sentence."""
    return len(text) <= _LONGEST_CELL and not _NO_COLUMN.search(fold(text))


def _rows(lines: Sequence[tuple[int, str]], width: int, numbered: bool) -> list[list[tuple[int, str]]]:
    """Rows of `width` lines; where the first cell is a number, a row ends at the next one."""
    rows: list[list[tuple[int, str]]] = []
    at = 0
    while at < len(lines):
        row = list(lines[at : at + width])
        if numbered:
            if fold(lines[at][1]).strip(".、") != str(len(rows) + 1):
                break
            following = str(len(rows) + 2)
            cut = next((i for i, (_, t) in enumerate(row[1:], 1) if fold(t).strip(".、") == following), None)
            row = row[:cut] if cut else row
        elif len(row) < width or vocabulary.NOTICE_LINE.match(fold(row[0][1])):
            break
        rows.append(row)
        at += len(row)
    return rows


def names_above(document: Document, grids: Sequence[Grid]) -> dict[int, str]:
    """First line of a table -> the short line right above it, where each of several tables of topics has its own."""
    names: dict[int, str] = {}
    topics = [g for g in grids if header_of(g.rows[:_WITHIN])]
    for grid in topics:
        first = grid.spans[0][0]
        above = next(filter(None, map(flat, reversed(document.lines[: first - 1]))), "")
        if len(above) <= LONGEST_NAME and not _NO_NAME.fullmatch(above) and above[-1:] not in "。；;：:，,":
            names[first] = above
    return names if len(topics) > 1 and len(set(names.values())) == len(topics) else {}


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
    persons = [sum(bool(vocabulary.PERSON_COLUMNS.fullmatch(fold(cell))) for cell in row) for row in heads]
    return max(persons, default=0) > 1 or any(map(_is_applied_for, heads))


def _is_applied_for(names: Sequence[str]) -> bool:
    """Whether columns name a project and who leads or applies, its abstract or, behind it, its topic; and nobody who offers it."""
    if len(names) < _LEAST_NAMES or max(map(len, names)) > LONGEST_TITLE:
        return False
    fields = ["pair" if pair_of(n) else next((f for f, _ in column_fields(n)), "") for n in names]
    own = [f in _WHO and bool(_APPLIES.search(n)) for n, f in zip(names, fields, strict=True)]
    unlike = [
        n for n, f, o in zip(names, fields, own, strict=True) if f not in ("organisation", "pair") and not o
    ]
    if "office" in map(field_of, unlike) or any(map(_OFFERS.search, names)):
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
    header = header_of(grid.rows[:_WITHIN])
    if header is None or "office" in header[1].details:
        return False
    for cells in zip(*grid.rows, strict=False):
        column = [fold(cell).strip() for cell in cells if cell.strip()]
        phones = [cell for cell in column if _MOBILE.fullmatch(cell)]
        if _LEAST_MOBILES <= len(set(phones)) == len(phones) >= len(column) - 1:
            return True
    return False
