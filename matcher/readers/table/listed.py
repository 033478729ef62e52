"""A document that lists proposals in tables (in Word, a mail, a print-out) as a sheet: its paragraphs are rows of one wide cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from matcher.message import Catalogue
from matcher.readers.blocks import Document, Table, excerpt, row_line
from matcher.readers.fields.in_lines import label_of, labels_in
from matcher.readers.fields.joined import pair_of
from matcher.readers.fields.labels import WHO
from matcher.readers.form.row_heads import without_referees
from matcher.readers.sheet.delimited import DelimitedLine
from matcher.readers.sheet.workbook import Sheet
from matcher.readers.table.columns import TEXTS, Header
from matcher.readers.table.contents import completed
from matcher.readers.table.header import HEADER_WITHIN, SURE, find_header

say = Catalogue(__file__)

# What a list has beside titles and who leads; topics of a guide have nobody who does.
_BESIDE = (*TEXTS[1:], WHO[0], "declared")
_OF_ONE = frozenset((*TEXTS, *WHO))  # labels of one application around its tables
_BY_CONTENTS = frozenset(("title", "abstract", "declared", *WHO))  # of a list whose names tell too little
_SENT = re.compile("申报|申请|报送|参赛|投标|应榜|(?i:appl|submi|propos|bid)")
_PARTS = re.compile("子课题|子项目|任务|分工|论文|成果|专利|著作|(?i:work ?package|task|paper|publication)")


def listed(document: Document, *, alone: bool = False) -> Sheet | None:
    """The proposals that a document lists, with what stands between its tables; None for a paper about one proposal.

    Its first table is such a list, below none that says something of one application, no line around names what one has, and
    more stands in its tables than around them. Tables under another header are named among the remarks. One that is a batch
    `alone` is sooner a list: below a long letter, and of institutions that nobody leads or that a guide may name.
    """
    document = without_referees(document)
    headers = ((table, _header_of(table, alone=alone)) for table in document.tables)
    first, own = next(((t, h) for t, h in headers if h or _says_of_one(t)), (None, None))
    if first is None or own is None:
        return None
    height = own.row
    # Who sends a list that says what each proposal is of stands around it: 主持人：李处长, Lead contact: Jo Bell.
    of_one = _OF_ONE if own.columns.keys().isdisjoint((*TEXTS[1:], "declared")) else frozenset(TEXTS)
    unlisted: list[str] = []
    lines, areas, rows, around, width = [], [], 0, 0, len(first.rows[0])
    for block in document.blocks:
        if not isinstance(block, Table):
            if _of_one(block.text, of_one):
                return None
            lines.append(DelimitedLine(block.line, [" ".join(block.text.split())]))
            areas.append((block.line, 1, block.line, width))
            around += len(block.text)
        elif block.rows[:height] == first.rows[:height]:
            lines += map(DelimitedLine, block.line_numbers, block.rows)
            rows += len(block.rows) - height
        else:
            unlisted += map(row_line, block.rows)
    within = sum(len(row_line(row)) for table in document.tables for row in table.rows)
    if rows < 2 or (around > within and not alone):  # one row may as well be the head of a form
        return None
    near = [line for line in lines if line.number > first.line_numbers[0] + 2 - HEADER_WITHIN]
    header = find_header(near, areas, {})
    if header is None or header.score < (min(own.score, SURE)) or header.score == SURE < own.score:
        # With what stands around it the table reads as a form.
        return None
    remarks = [say("listed.other tables", text=excerpt(unlisted))] if unlisted else []
    return Sheet("", near, areas, remarks=(*document.losses, *remarks))


def _of_one(text: str, of_one: Collection[str] = _OF_ONE) -> bool:
    """Whether a paragraph is a label of one application, or begins with one: 摘要, 项目总负责人：赵一."""
    return any(
        field in of_one for field in (*label_of(text)[:1], *(label.places[0] for label in labels_in(text)))
    )


def _says_of_one(table: Table) -> bool:
    """Whether a table is no menu of a page nor a letterhead, but has labels of one application."""
    return any(_of_one(cell) for row in table.rows for cell in row)


def _pairs(row: Sequence[str]) -> bool:
    """Whether a row begins with a label of one application and a value beside it: 研究内容 | …."""
    cells = [cell for cell in row if cell.strip()]
    label, *values = [label_of(cell, column=True, listed=True)[:1] for cell in cells[:2]]
    return bool(label) and label[0] in _OF_ONE and values == [()]


def _header_of(table: Table, *, alone: bool) -> Header | None:
    """The header of a list of proposals, `alone` as of `listed`; None for other tables."""
    if len(table.rows[0]) <= len(WHO):
        return None
    lines = list(map(DelimitedLine, range(1, len(table.rows) + 1), table.rows))
    named = find_header(lines, (), {})
    if named is None or not named.score or (named.score < SURE and not alone) or named.lists_topics:
        return None
    header = completed(named, lines, {})[0]
    if named.score == SURE and not alone and not header.columns.keys() >= _BY_CONTENTS:
        return None
    above = [row for row in table.rows[: header.row - 1] if len({*filter(None, row)}) == 2]
    if any(map(_pairs, (*above, *table.rows[header.row :]))):
        return None  # a form that lists its parts, or whose first names stand above their values
    known = header.columns.keys()
    if any(_PARTS.search(header.names[place]) for place in header.columns.get("title", ())):
        return None  # the parts of one project, its papers
    led = WHO[1] in known or any(WHO[1] in pair_of(name) for name in header.names)
    # A guide's topic is not declared under another, nor has it been sent in.
    sent = {WHO[0], "id"} <= known and any(_SENT.search(header.names[i]) for i in header.columns[WHO[0]])
    texts = not known.isdisjoint(TEXTS[1:])
    led = led or {WHO[0], "declared"} <= known or (texts and (sent or (alone and WHO[0] in known)))
    return header if led and "title" in known and not known.isdisjoint(_BESIDE) else None
