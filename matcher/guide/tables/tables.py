"""Topics in tables: columns are found by their names, merged cells are filled from above."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from matcher import numerals, settings
from matcher.guide import prior, vocabulary
from matcher.guide.checks.findings import cut_off
from matcher.guide.lists.slots import slot_of
from matcher.guide.lists.titles import take_brackets
from matcher.guide.offices.contacts import CALLED, Contact, of_row, parse_contact
from matcher.guide.tables.columns import (
    Columns,
    field_of,
    flat,
    guess,
    header_of,
    is_no_list,
    key_of,
    topical,
    two_rows,
)
from matcher.guide.tables.grids import (
    HEAD_ROWS,
    Caption,
    Grid,
    caption_above,
    caption_within,
    first_unit,
    named,
    names_above,
    without_mark,
)
from matcher.guide.tables.seasons import above_contacts, names_contacts, only_mentions
from matcher.guide.tables.title_cell import MARK_KINDS, split_title
from matcher.guide.text.blocks import LONGEST_TITLE, clean
from matcher.guide.text.marks import LAST_NUMBER, marks_of, number_of, words_of
from matcher.message import Message
from matcher.readers import Document
from matcher.segment import fold
from matcher.types import Role

_NOTE = re.compile(r"(?:填表|填报)?说明|备?注|以[上下]")
_TOTALS = ("合计", "总计", "小计", "total", "sum")

_TITLED = settings.score("guide.forms.titled")
_CONTENT = settings.score("guide.forms.content")
_CONTACT = settings.score("guide.forms.contact")


def read_tables(document: Document, grids: Sequence[Grid]) -> list[prior.Reading]:
    """One reading of all tables of topics in the document; none if no table has a title column."""
    reader = TableReader(document)
    reader.names = names_above(document, grids)
    for grid in grids:
        reader.table(above_contacts(grid))
    if not reader.drafts:
        return []
    reader.give_offices()
    return [prior.Reading("table", reader.drafts, reader.roles, reader.score, reader.notes)]


class TableReader:
    """Reads the tables of one document, one after another."""

    def __init__(self, document: Document) -> None:
        """Nothing read yet."""
        self.document = document
        self.drafts: list[prior.Draft] = []
        self.roles: dict[int, Role] = {}
        self.score = 0.0
        self.columns: Columns | None = None
        self.groups: dict[str, int] = {}
        self.contact: Contact | None = None
        self.serving: Contact | None = None  # the office in the heading of the rows
        self.notes: list[Message] = []
        self.caption = ""
        self.heads = Counter[str]()  # what the titles of the table name ahead of a colon
        self.digits = False  # the rows are counted in digits: one with a Chinese numeral heads others
        self.captions: list[tuple[Caption, range]] = []  # above each table, and its topics
        self.sure = False  # a column of some table above is named as titles are
        self.names: dict[int, str] = {}  # first line of a table -> its name, such as that of a worksheet

    @cached_property
    def marked(self) -> set[str]:
        """The words of the lines with a mark."""
        lines = (fold(clean(line)) for line in self.document.lines)
        return {words_of(line) for line in lines if marks_of(line)}

    def table(self, table: Grid) -> None:
        """Read one table; a table without a header goes on with the one before if it is as wide."""
        header = header_of(table.rows[:HEAD_ROWS])
        width = max(map(len, table.rows), default=0)
        if header is not None:
            first, columns = two_rows(table.rows, *header)
            self.columns = columns.settled(table.rows[first + 1 :]).completed(table.rows[first + 1 :])
        elif any(map(_heads_other, table.rows[:HEAD_ROWS])):
            return
        elif self.columns is not None and len(self.columns.header) == width:
            first = -1
        else:
            first, self.columns = -1, guess(table.rows)
        if self.columns is None or only_mentions(table.rows[first + 1 :], self.columns, self.marked):
            return  # 方向一 | 农村处 | 0532-…: whom to call for topics that stand elsewhere; Priority: High, Low
        if not _may_list(self.columns, table.rows, sure=self.sure):
            self.columns = None
            return
        self.sure |= header is not None and not self.columns.guessed
        self.contact, self.serving, self.fresh = None, None, header is not None  # … may count from 1 again
        above, within = caption_above(self.document, table), caption_within(table, max(first, 0))
        self.caption = within.name or above.name or (self.caption if header is None else "")
        top = table.spans[0][0]
        if not self.caption and (name := self.names.get(top)):
            self.caption = without_mark(name)[1]
            if flat(self.document.lines[top - 2]) == flat(name):
                self._paint((top - 1, top - 1), "heading")
        self.notes += self.columns.unused(table.rows[first + 1 :])
        if first >= 0:
            self._paint(table.spans[first], "heading")
        start = len(self.drafts)
        cells = (flat(self.columns.cell(row, "title")) for row in table.rows[first + 1 :])
        self.heads = Counter(fold(split_title(cell)[2]).partition(":")[0] for cell in cells)
        self.digits = any(self.columns.cell(row, "number").strip().isdecimal() for row in table.rows)
        for row, span in zip(table.rows[first + 1 :], table.spans[first + 1 :], strict=True):
            self._row(row, span, self.columns)
        self.notes += self._cut(table.rows[first + 1 :], table.spans[-1], self.columns)
        if len(self.drafts) > start:
            self.captions.append((within if within.contact else above, range(start, len(self.drafts))))
        self.roles = {**above.roles, **within.roles, **self.roles}

    def _cut(self, rows: Sequence[Sequence[str]], last: tuple[int, int], columns: Columns) -> list[Message]:
        """What is said of a last row, with which the document ends, if each other row has cells, no remarks, behind its last one."""
        remarks = {at for name, at in columns.contents if slot_of(fold(name) + ":") == "conditions"}
        used = columns.used - remarks
        ends = [max((i for i in used if i < len(row) and row[i].strip()), default=0) for row in rows]
        pasted = not any(last[1] in table.line_numbers for table in self.document.tables)
        behind = any(map(clean, self.document.lines[last[1] :]))
        topic = bool(self.drafts) and self.drafts[-1].lines == last
        if behind or not (pasted and topic and len(ends) > 1 and ends[-1] < min(ends[:-1])):
            return []
        return [cut_off(last[1], rows[-1][ends[-1]])]

    def give_offices(self) -> None:
        """Give topics the office above their table; 联系人：… is a table's own only where each of several has one."""
        weak = [c for c, _ in self.captions if c.contact is not None and c.weak]
        for caption, places in self.captions:
            if caption.contact is None or (caption.weak and len(weak) < max(2, len(self.captions))):
                continue
            for at in places:
                self.drafts[at].above = self.drafts[at].above or caption.contact

    def _paint(self, span: tuple[int, int], role: Role) -> None:
        self.roles.update(dict.fromkeys(range(span[0], span[1] + 1), role))

    def _row(self, row: Sequence[str], span: tuple[int, int], columns: Columns) -> None:
        if columns.header and [key_of(c) for c in row] == [key_of(c) for c in columns.header]:
            self._paint(span, "heading")  # the header again, on a new page
            return
        filled = [c for c in row if c.strip()]
        title, number, section = (flat(columns.cell(row, name)) for name in ("title", "number", "section"))
        sectioned = columns.details.get("section", columns.title) < columns.title  # in a column of their own
        numeral = self.digits and number and numerals.read(number.strip("、."))
        if len(filled) == 1 and not (title and (len(row) == 1 or sectioned)):
            self._lone(flat(filled[0]), span, columns, title == flat(filled[0]))
        elif number and ((section and not title) or (len(filled) == 2 and numeral)):
            # 1 | 智能网联 | above 1.1 | | its topics; 一 | 良种繁育 above 1 | 油茶 …
            self._paint(span, "heading")
            self.caption, self.serving = named(section or title)
        elif not any(c.isalpha() for c in title):
            self._untitled(row, span, columns, number)
        elif fold(title).lower() in _TOTALS:
            self._paint(span, "outside")
        else:
            for part in _listed(row[columns.title]):
                self._topic([*row[: columns.title], part, *row[columns.title + 1 :]], span, columns)

    def _lone(self, text: str, span: tuple[int, int], columns: Columns, in_title: bool) -> None:
        """A row with one cell: a caption, a note, or a topic of which only the title is filled."""
        folded = fold(text)
        contact = parse_contact(text) if vocabulary.STRONG_OFFICE.match(folded) else None
        # 一、重大课题（每单位限报1项） is a heading, 备注（限报1项） is none.
        ruled = prior.is_rule(folded if _NOTE.match(folded) else re.sub(r"(?<=.)\([^()]*\)", "", folded))
        if contact is not None and self.drafts and self.drafts[-1].heading == self.caption:
            self.drafts[-1].foot = ("", contact)  # below the rows that it serves
            self._paint(span, "office")
        elif vocabulary.NOTICE_LINE.match(folded) or len(folded) > LONGEST_TITLE or ruled:
            self._paint(span, "outside")
        elif in_title and vocabulary.TOPIC_END.search(folded) and prior.cue(folded) <= 0:
            self._topic([*[""] * columns.title, text], span, columns)
        elif any(c.isalpha() for c in folded):
            self._paint(span, "heading")
            self.caption, self.serving = named(text)
            self.contact = None
        else:
            self._paint(span, "unread")

    def _untitled(self, row: Sequence[str], span: tuple[int, int], columns: Columns, number: str) -> None:
        more = [text for _, text in self._named(row, columns)]
        if any(fold(flat(cell)).lower() in _TOTALS for cell in row):
            self._paint(span, "outside")
        elif more and not number and self.drafts:  # a row that a page break cut in two
            self.drafts[-1].contents.extend(more)
            self.drafts[-1].lines = (self.drafts[-1].lines[0], span[1])
            self._paint(span, "content")
        else:
            self._paint(span, "unread")

    def _topic(self, row: Sequence[str], span: tuple[int, int], columns: Columns) -> None:
        number_cell = flat(columns.cell(row, "number"))
        if section := flat(columns.cell(row, "section")):
            self.caption, self.serving = named(section)
        text = flat(row[columns.title])
        number, mark, title, rest = split_title(text)
        # Beside a column of contents a title holds none.
        joined = self.heads[fold(title)] > 1 or columns.contents or rest[:1].islower()
        if joined and rest and rest[-1] not in "。；;.":
            title, rest = text[text.find(title) :], ""  # Clean air: Dust of brakes, beside Clean air: Soot
        title, bracket, notes = take_brackets(title)
        code = fold(number_cell)
        printed = number_of(code)
        draft = prior.Draft(self.caption, self._group(printed or number), printed or number, title, span)
        draft.code = mark if re.fullmatch(r"\d{0,3}\.?", code) else number_cell
        if draft.code and (printed > LAST_NUMBER or code.isdigit()):
            counts_on = bool(self.drafts) and self.drafts[-1].number == printed - 1  # 1000 below 999
            draft.code = mark if counts_on else draft.code
            draft.number = printed if counts_on else None  # else a catalogue's code: a name, not a count
        if draft.code and any(d.group == draft.group and d.number == draft.number for d in self.drafts):
            draft.number = None  # …-D2-01 below …-D1-01
        draft.code = flat(columns.cell(row, "code")) or draft.code
        draft.contents = [rest] if rest else []
        for name, text in self._named(row, columns):
            draft.add(text, slot_of(fold(name) + ":"))
        if notes:
            draft.slots.setdefault("conditions", []).extend(notes)
        self._contact(row, columns, draft)
        draft.contact = draft.contact or bracket
        draft.names, draft.above = (fold(title), fold(self.caption)), self.serving
        self.drafts.append(draft)
        self._paint(span, "title")
        self.score += worth(draft)

    def _group(self, number: int | None) -> int:
        """The group of the next row: its caption's, or a new one where another table counts from 1 again."""
        known = self.groups.get(self.caption)
        taken = any(d.group == known and d.number == number for d in self.drafts)
        if known is None or (self.fresh and number == 1 and taken):
            known = max(self.groups.values(), default=0) + 1
            known = max(known, max((d.group for d in self.drafts), default=0) + 1)
            self.groups[self.caption] = known
        self.fresh = False
        return known

    def _named(self, row: Sequence[str], columns: Columns) -> list[tuple[str, str]]:
        """(column, text) of a row's contents; those of the second column and later say what they are (考核指标：…)."""
        contents: list[tuple[str, str]] = []
        for i, (name, at) in enumerate(columns.contents):
            text = "\n".join(t for t in map(clean, row[at].split("\n")) if t) if at < len(row) else ""
            if not text:
                continue
            contents.append((name, text if not i or text.startswith(name) else f"{name}：{text}"))
        return contents

    def _contact(self, row: Sequence[str], columns: Columns, draft: prior.Draft) -> None:
        """The contact of a row; a blank cell is the one above, as where cells were merged."""
        if columns.details.keys().isdisjoint(CALLED):
            return
        cells = {name: flat(columns.cell(row, name)) for name in CALLED}
        if any(cells.values()):
            self.contact = of_row(cells, self.contact or Contact(), named="office" in columns.details)
        draft.contact, draft.shared = self.contact, not any(cells.values())


def _heads_other(row: Sequence[str]) -> bool:
    """Whether a row without a title's name heads another list: contacts, or 序号 | 事项 | 截止时间."""
    return is_no_list(row) or names_contacts(row) or field_of(row[0]) == "number"


def _listed(cell: str) -> list[str]:
    """The titles of a cell: its lines where all have marks of one kind (1.甲 / 2.乙), else the cell."""
    lines = [line for line in cell.split("\n") if line.strip()]
    marks = [unit.marks.keys() if (unit := first_unit(line)) else set() for line in lines]
    alike = len(lines) > 1 and set.intersection(*map(set, marks)) & {*MARK_KINDS}
    return lines if alike else [cell]


def _may_list(columns: Columns, rows: Sequence[Sequence[str]], *, sure: bool) -> bool:
    """Whether a table with these columns may list topics; beside a table that names titles (`sure`) 材料名称 names none."""
    weak = columns.weak and not topical(rows, columns.title)
    return not (weak or (columns.guessed and sure))


def worth(draft: prior.Draft) -> float:
    """How much a row or a form with a title looks like a topic, on the scale of list_items.item_score."""
    return _TITLED + _CONTENT * bool(draft.contents) + _CONTACT * bool(draft.contact)
