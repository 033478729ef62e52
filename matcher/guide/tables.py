"""Topics in tables: columns are found by their names, merged cells are filled from above."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.guide import layouts
from matcher.guide.columns import Columns, columns_of, flat, guess, key_of, topical
from matcher.guide.items import Draft, Reading, cue, title_end
from matcher.guide.offices import parse_office
from matcher.guide.units import Unit, clean, number_of, units_of
from matcher.readers import Document, Table
from matcher.segment import fold
from matcher.types import Office, OfficeSource, Role

_MARK_KINDS = (
    "task",
    "direction",
    "theme",
    "topic-en",
    "number",
    "paren-han",
    "han",
    "paren",
    "half-paren",
    "circled",
    "coded",
)


def read_tables(document: Document) -> list[Reading]:
    """One reading of all tables of topics in the document; none if no table has a title column."""
    reader = TableReader(document)
    for table in document.tables:
        reader.table(table)
    if not reader.drafts:
        return []
    return [Reading("表格", reader.drafts, reader.roles, reader.score)]


class TableReader:
    """Reads the tables of one document, one after another."""

    def __init__(self, document: Document) -> None:
        """Nothing read yet."""
        self.document = document
        self.drafts: list[Draft] = []
        self.roles: dict[int, Role] = {}
        self.score = 0.0
        self.columns: Columns | None = None
        self.groups: dict[str, int] = {}
        self.office: Office | None = None
        self.caption = ""

    def table(self, table: Table) -> None:
        """Read one table; a table without a header goes on with the one before if it is as wide."""
        header = next(((i, c) for i, row in enumerate(table.rows[:12]) if (c := columns_of(row))), None)
        width = max(map(len, table.rows), default=0)
        if header is not None:
            first, self.columns = header[0], header[1]
        elif self.columns is not None and len(self.columns.header) == width:
            first = -1
        else:
            first, self.columns = -1, guess(table)
        if self.columns is None or (self.columns.weak and not topical(table, self.columns.title)):
            self.columns = None
            return
        self.office = None
        self.caption = self._caption_above(table) or (self.caption if header is None else "")
        if first >= 0:
            self.roles[table.line_numbers[first]] = "heading"
            self._captions_before(table, first)
        for row, line in zip(table.rows[first + 1 :], table.line_numbers[first + 1 :], strict=True):
            self._row(row, line, self.columns)

    def _captions_before(self, table: Table, first: int) -> None:
        for row, line in zip(table.rows[:first], table.line_numbers[:first], strict=True):
            cells = [flat(cell) for cell in row if cell.strip()]
            marked, name = _without_mark(cells[0]) if len(cells) == 1 else (False, "")
            if name and ((marked and cue(fold(name)) >= 0) or layouts.SECTION_LINE.fullmatch(fold(cells[0]))):
                self.caption = name
                self.roles[line] = "heading"

    def _caption_above(self, table: Table) -> str:
        """The heading right above the table, such as 一、重点项目; "" if there is none."""
        for line in range(table.line_numbers[0] - 1, max(0, table.line_numbers[0] - 4), -1):
            text = flat(self.document.lines[line - 1])
            if not text:
                continue
            marked, name = _without_mark(text)
            if len(text) <= 40 and (
                (marked and cue(fold(name)) >= 0) or layouts.SECTION_LINE.fullmatch(fold(text))
            ):
                self.roles[line] = "heading"
                return name
            return ""
        return ""

    def _row(self, row: Sequence[str], line: int, columns: Columns) -> None:
        def cell(at: int | None) -> str:
            return row[at] if at is not None and at < len(row) else ""

        if columns.header and [key_of(c) for c in row] == [key_of(c) for c in columns.header]:
            self.roles[line] = "heading"  # the header again, on a new page
            return
        filled = [c for c in row if c.strip()]
        title = flat(cell(columns.title))
        number = flat(cell(columns.others.get("number")))
        if len(filled) == 1 and not (title and len(row) == 1):
            self._lone(flat(filled[0]), line, title == flat(filled[0]))
        elif not any(c.isalpha() for c in title):
            self._untitled(row, line, columns, number)
        elif fold(title) in ("合计", "总计", "小计"):
            self.roles[line] = "outside"
        else:
            self._topic(row, line, columns)

    def _lone(self, text: str, line: int, in_title: bool) -> None:
        """A row with one cell: a caption, a note, or a topic of which only the title is filled."""
        folded = fold(text)
        if layouts.NOTICE_LINE.match(folded) or len(folded) > 60:
            self.roles[line] = "outside"
        elif in_title and layouts.TOPIC_END.search(folded) and cue(folded) <= 0 and self.columns is not None:
            row = [""] * (self.columns.title + 1)
            row[self.columns.title] = text
            self._topic(row, line, self.columns)
        elif any(c.isalpha() for c in folded):
            self.roles[line] = "heading"
            self.caption = _without_mark(text)[1]
            self.office = None
        else:
            self.roles[line] = "unread"

    def _untitled(self, row: Sequence[str], line: int, columns: Columns, number: str) -> None:
        more = self._contents(row, columns)
        if more and not number and self.drafts:  # a row that a page break cut in two
            self.drafts[-1].contents.extend(more)
            self.drafts[-1].lines = (self.drafts[-1].lines[0], line)
            self.roles[line] = "content"
        else:
            self.roles[line] = "unread"

    def _topic(self, row: Sequence[str], line: int, columns: Columns) -> None:
        def cell(name: str) -> str:
            at = columns.others.get(name)
            return row[at] if at is not None and at < len(row) else ""

        section = flat(cell("section"))
        if section:
            self.caption = _without_mark(section)[1]
        text = flat(row[columns.title])
        number, title, rest = _split_title(text)
        printed = number_of(fold(flat(cell("number"))))
        draft = Draft(
            self.caption,
            self.groups.setdefault(self.caption, len(self.groups) + 1),
            printed or number,
            title,
            (line, line),
        )
        draft.contents = [t for t in (rest, *self._contents(row, columns)) if t]
        draft.office, draft.office_source = self._office(
            cell("office"), cell("phone"), cell("person"), columns
        )
        self.drafts.append(draft)
        self.roles[line] = "title"
        self.score += 1.3 + 0.7 * bool(draft.contents) + 0.3 * bool(draft.office)

    def _contents(self, row: Sequence[str], columns: Columns) -> list[str]:
        """The contents of a row; those of the second column and later say what they are (考核指标：…)."""
        found: list[str] = []
        for i, (name, at) in enumerate(columns.contents):
            text = "\n".join(t for t in map(clean, row[at].split("\n")) if t) if at < len(row) else ""
            if not text:
                continue
            source = fold(text)
            match = layouts.MAIN_CONTENT.match(source)
            if match and len(source) == len(text) and match.end() < len(text):
                text = text[match.end() :]
            found.append(text if not i or text.startswith(name) else f"{name}：{text}")
        return found

    def _office(
        self, office: str, phone: str, person: str, columns: Columns
    ) -> tuple[Office | None, OfficeSource]:
        """The office of a row; a blank cell is the one above, as where cells were merged."""
        if not columns.others.keys() & {"office", "phone", "person"}:
            return None, "none"
        name = office if "office" in columns.others else person
        if not name.strip() and not phone.strip():
            return self.office, "group" if self.office else "none"
        named = parse_office(flat(name))
        called = parse_office(flat(phone))
        if not name.strip() and "office" in columns.others and self.office is not None:
            named = self.office  # only the phone differs from the row above
            if called and not called.phone:
                return self.office, "group"
        phones = [o.phone for o in (called, named) if o is not None and o.phone]
        names = [o.name for o in (named, called) if o is not None and o.name]
        self.office = Office(names[0] if names else "", phones[0] if phones else "")
        return self.office, "stated"


def _first_unit(text: str) -> Unit | None:
    return next(iter(units_of(Document("", (text,)))), None)


def _without_mark(text: str) -> tuple[bool, str]:
    """(whether the text begins with a mark, the text without it)."""
    unit = _first_unit(text)
    for kind in ("part", "han", "paren-han", "field", "theme", "number", "paren"):
        if unit is not None and kind in unit.marks and unit.marks[kind][1] < len(unit.text):
            return True, unit.slice(unit.marks[kind][1]).strip("：: ")
    return False, text.strip("：:【】 ")


def _split_title(text: str) -> tuple[int | None, str, str]:
    """(number, title, what follows the title) of a title cell such as "1.标题。说明……"."""
    unit = _first_unit(text)
    if unit is None or unit.lines != (1, 1):
        return None, text, ""
    start, number = 0, None
    for kind in _MARK_KINDS:
        if kind in unit.marks and unit.marks[kind][1] < len(unit.text):
            number, start = number_of(unit.marks[kind][0]), unit.marks[kind][1]
            break
    whole = Unit(unit.source, unit.start, len(unit.source.text.rstrip()))
    end, rest = title_end(whole.text, start)
    return number, whole.slice(start, end).strip("。；;：:，,、 "), whole.slice(rest)
