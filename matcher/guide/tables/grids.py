"""Tables of a document, also those that lost their form (pipes, tabs, one cell a line), and what stands above their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from math import inf

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.headings import inner_mark
from matcher.guide.lists.titles import take_brackets
from matcher.guide.offices.contacts import Contact, parse_contact
from matcher.guide.prior import cue, is_contact
from matcher.guide.tables.columns import columns_of, flat, header_of
from matcher.guide.text.blocks import LONGEST_LINE, LONGEST_NAME, Unit, clean
from matcher.guide.text.lines import heads_of, units_of
from matcher.guide.text.marks import rank
from matcher.guide.text.page_lines import numbers_of_pages
from matcher.readers import Document
from matcher.segment import fold
from matcher.types import Role

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
HEAD_ROWS = settings.rows("guide.grids.within")
_NO_COLUMN = re.compile(r"[:。;,]|[如以]下|^\(?[一二三四五六七八九十\d]{1,3}[)、.]")
_NO_NAME = re.compile(
    r"(?i:sheet|工作表|表|附件|附表)\s*[\d一二三四五六七八九十]*|.*(?:通知|公告|指南|目录|清单|一览表?)"
)
_LINES_ABOVE = settings.lines("guide.tables.above")


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
    shapes = [{_shape(row[at]) for row in (*rows[1:], below) if at < len(row)} for at in range(len(below))]
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
    line = line.replace("｜", "|")
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
            # A column's name is short, without a list's mark and the stop of a sentence.
            short = all(len(t) <= _LONGEST_CELL and not _NO_COLUMN.search(fold(t)) for t in head)
            columns = columns_of(head) if short else None
            if columns is None or sum(map(bool, (columns.details, columns.contents))) == 0:
                continue
            known = 1 + len(columns.contents) + len(columns.details)
            rows = _rows(lines[i + width :], width, "number" in columns.details) if known == width else []
            if len(rows) > 1:
                spans = [(lines[i][0], lines[i + width - 1][0]), *((r[0][0], r[-1][0]) for r in rows)]
                cells = [tuple(head), *(tuple(t for _, t in r) + ("",) * (width - len(r)) for r in rows)]
                return [Grid(tuple(cells), tuple(spans)), *_periods(lines[i + width + sum(map(len, rows)) :])]
    return []


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
    topics = [g for g in grids if header_of(g.rows[:HEAD_ROWS])]
    for grid in topics:
        first = grid.spans[0][0]
        above = next(filter(None, map(flat, reversed(document.lines[: first - 1]))), "")
        named = len(above) <= LONGEST_NAME and not _NO_NAME.fullmatch(above)
        if named and above[-1:] not in "。；;：:，," and not vocabulary.PHONE.search(fold(above)):
            names[first] = above
    return names if len(topics) > 1 and len(set(names.values())) == len(topics) else {}


@dataclass
class Caption:
    """A section's name ("" for none), its contact, and the roles of the lines that gave them.

    `weak`: the contact's line does not say whose it is (联系人：), so it may be the whole document's.
    """

    name: str = ""
    contact: Contact | None = None
    weak: bool = False
    roles: dict[int, Role] = field(default_factory=dict)

    def take(self, text: str, span: tuple[int, int], longest: int) -> bool:
        """Whether a line is a part of the caption, its name at most `longest`: 一、重点项目（信息处 0877-2650191） or 联系处室：信息处."""
        folded, (marked, name) = fold(text), without_mark(text)
        headed = (marked and cue(fold(name)) >= 0) or vocabulary.SECTION_LINE.fullmatch(folded)
        strong = bool(vocabulary.STRONG_OFFICE.match(folded)) or is_contact(folded)
        if strong or vocabulary.WEAK_OFFICE.match(folded):
            contact = parse_contact(text)
            if contact is None or (self.contact is not None and strong <= (not self.weak)):
                return False
            self.contact, self.weak = contact, not strong
            role: Role = "office"
        elif headed and not self.name and len(text) <= longest:  # a mark, or the words of a section
            self.name, contact = named(text)
            if contact is not None:
                self.contact, self.weak = contact, False
            role = "heading"
        else:
            return False
        self.roles.update(dict.fromkeys(range(span[0], span[1] + 1), role))
        return True


def caption_above(document: Document, grid: Grid) -> Caption:
    """The heading right above a table, such as 一、重点项目, and the office's line between them."""
    caption = Caption()
    for line in range(grid.spans[0][0] - 1, max(0, grid.spans[0][0] - _LINES_ABOVE), -1):
        text = flat(document.lines[line - 1])
        if text and (not caption.take(text, (line, line), LONGEST_LINE) or caption.name):
            break
    return caption


def caption_within(grid: Grid, header: int) -> Caption:
    """The last caption and the first office in the rows above a table's header that have one cell."""
    caption = Caption()
    for row, span in zip(grid.rows[:header], grid.spans[:header], strict=True):
        cells = [flat(cell) for cell in row if cell.strip()]
        if len(cells) == 1:
            caption.name = ""
            caption.take(cells[0], span, len(cells[0]))
    return caption


def named(text: str) -> tuple[str, Contact | None]:
    """A caption without its mark and without the office in its bracket, and that office."""
    name = without_mark(text)[1]
    plain, contact, _ = take_brackets(name)
    return (name, None) if contact is None else (plain, contact)


def without_mark(text: str) -> tuple[bool, str]:
    """(whether the text begins with a mark, the text without it)."""
    unit = first_unit(text)
    if unit is None:
        return False, text
    for kind in sorted(unit.marks, key=rank):
        start = unit.marks[kind].start
        if kind not in ("code", "bullet", "label") and start < len(unit.text):
            mark = inner_mark(unit.marks) if kind.startswith("md") else None  # ## Theme A – Forest
            return True, unit.slice(mark.start if mark else start).strip("：: ")
    return False, text.strip("：:【】 ")


def first_unit(text: str) -> Unit | None:
    """The first unit of a cell's text; None if it is blank."""
    document = Document("", (text,))
    return next(iter(units_of(document, heads_of(document))), None)
