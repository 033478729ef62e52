"""One table below its header: its rows as records, and what became of the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcher import settings
from matcher.message import COLON, Catalogue, Message, joined
from matcher.readers.fields.joined import fields_of
from matcher.readers.fields.labels import WHO, field_name
from matcher.readers.sheet.delimited import DelimitedLine, plain_text
from matcher.readers.sheet.workbook import Sheet
from matcher.readers.sheet.xlsx import column_letters
from matcher.readers.table.captions import (
    Above,
    MergedDown,
    TextRow,
    is_an_office,
    read_above_header,
    read_section_row,
    read_sheet_name,
    read_text_row,
    titled_by,
)
from matcher.readers.table.columns import Header, check_chosen, guesses, table_of
from matcher.readers.table.header import SURE, find_header
from matcher.readers.table.row import OWN, Row, beside, goes_on, joined_rows, place
from matcher.readers.table.skipped import a_caption, a_remark, speaks_of_rows, why_skipped, wide_cells

say = Catalogue(__file__)

_NUMBERED = settings.rows("readers.table.numbered")
_LONGEST_NAME = settings.characters("readers.table.longest_name")


@dataclass(slots=True)
class FileReading:
    """What became of a file: filled while its rows are read, complete after the last one.

    `columns` maps a field to the names that were taken for it, `unused` are the others, `guessed`
    (name, field) those that may be a field that is lacking. `rows` counts the rows of each sheet
    ("" without sheets), `unread` names sheets with the reason, `skipped` (place, reason) the rows
    that are no proposals. `unjudged` counts by column the rows that are judged by other texts than those in it,
    `unnamed` by its letter those with a cell in a column without a name. `hidden` and `untitled` are places of rows, `hidden_columns` (name, place).
    """

    name: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    guessed: list[tuple[str, str]] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    unread: list[tuple[str, Message]] = field(default_factory=list)
    skipped: list[tuple[str, Message]] = field(default_factory=list)
    remarks: list[Message] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    untitled: list[str] = field(default_factory=list)
    hidden_columns: list[tuple[str, str]] = field(default_factory=list)
    unjudged: Counter[str] = field(default_factory=Counter)
    unnamed: Counter[str] = field(default_factory=Counter)

    def take(self, columns: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> None:
        """Note the columns of a table."""
        used = {name for named in columns.values() for name in named}
        for name, named in columns.items():
            known = self.columns.setdefault(name, [])
            known += [n for n in named if n not in known]
        self.unused += [n for n in names if n and n not in used and n not in self.unused]

    def take_inside(self, name: str, column: str) -> None:
        """Note that cells of a column hold a field under a label of their own."""
        self.unused = [unused for unused in self.unused if unused != column]
        self.take({name: (column,)}, ())


class SheetBody:
    """One sheet being read below its header."""

    def __init__(
        self,
        file: str,
        sheet: Sheet,
        header: Header,
        reading: FileReading,
        chosen: Mapping[str, str],
        *,
        ragged: bool,
    ) -> None:
        """`chosen` maps fields to columns; `ragged` says that a row may end before the header does."""
        self._sheet, self._reading, self._chosen, self._ragged = sheet, reading, chosen, ragged
        self._file = file
        self._below: frozenset[str] = frozenset()
        self._numbered = 0  # rows one below the other that had a number and more than a title
        self._use(header)
        self._wide = wide_cells(sheet.merged)
        self._merged = MergedDown(sheet.merged)
        self._above = Above()
        for remark in sheet.remarks:
            self._remark(remark)

    def _remark(self, remark: Message) -> None:
        name = self._sheet.name
        self._reading.remarks.append(joined([name, remark], COLON) if name else remark)

    def _use(self, header: Header) -> None:
        if not self._reading.columns:  # a later sheet may well do without the column
            check_chosen(self._file, self._chosen, header.names)
        self._header = header
        self._below = header.below or self._below
        names = header.names
        self._columns = {f: tuple(names[i] for i in places) for f, places in header.columns.items()}
        self._own = {place for field in OWN for place in header.columns.get(field, ())}
        self._reading.take(self._columns, names)
        self._reading.hidden_columns += [
            (name, place(self._sheet.name, column_letters(number)))
            for number, name in enumerate(names, 1)
            if number in self._sheet.columns
        ]
        self._beside = beside(self._columns)
        # Each table has its own cells: a row of all would be read as often as there are tables.
        of_table = {c: n for n, table in enumerate(self._beside) for own in table.values() for c in own}
        known, last = frozenset(names), len(self._beside) - 1
        self._places: list[list[int]] = [[] for _ in self._beside]
        for i, name in enumerate(names):
            if name:
                table = of_table.get(name, min(table_of(name, known) - 1, last))
                self._places[table].append(i)
        if (count := len(self._beside)) > 1:
            self._reading.remarks.append(say("table.beside", sheet=self._sheet.name, count=count))
        self._reading.guessed += [g for g in guesses(header) if g not in self._reading.guessed]

    def rows(self, lines: Iterable[DelimitedLine]) -> Iterator[Row]:
        """The rows below the header, those that are no proposals noted and left out, one whose text goes on below with all of it."""
        same: list[Row] = []  # a row and those that only go on with its text
        for row in self._proposals(lines):
            if same and goes_on(same[0], row):
                self._reading.rows[row.sheet] -= 1
                self._reading.skipped.append((row.place, say("table.text goes on")))
            elif same:
                yield joined_rows(same)
                same = []
            same.append(row)
        if same:
            yield joined_rows(same)
        if not self._reading.rows[self._sheet.name]:
            self._reading.unread.append((self._sheet.name or self._file, say("table.no proposals")))

    def _proposals(self, lines: Iterable[DelimitedLine]) -> Iterator[Row]:
        name = self._sheet.name
        for line in lines:
            if line.number <= self._header.row:
                self._merged.filled(line)
                self._look_above(line)
                continue
            if line.error is not None:
                yield Row(line.number, {}, line.error, name)
                continue
            cells = self._merged.filled(line, self._header.groups)
            texts = line.texts
            named = read_text_row(texts, self._header)
            if named is not None and (row := self._text_below(line, named)) is not None:
                yield row
            elif (reason := self._why_left_out(line, texts, named, cells)) is None:
                if not self._reading.rows[name]:
                    self._take_name(cells)
                yield from self._side_by_side(line, cells)
            else:
                self._reading.skipped.append((place(name, line.number), reason))

    def _text_below(self, line: DelimitedLine, below: TextRow) -> Row | None:
        """The text of the proposal above that stands below it under a name of its own (项目简介：…); None for any other row."""
        if not below.text or not self._reading.rows[self._sheet.name]:
            return None
        if below.name not in self._below:
            return None
        name = self._columns.get(below.field, (below.name,))[0]
        self._reading.rows[self._sheet.name] += 1
        self._reading.take({below.field: (name,)}, ())
        return Row(
            line.number, {name: below.text}, None, self._sheet.name, {below.field: (name,)}, line.notes
        )

    def _why_left_out(
        self, line: DelimitedLine, texts: Sequence[str], named: TextRow | None, cells: Sequence[object]
    ) -> Message | None:
        """Why a row of `texts` is no proposal; what it says of the rows below it is remembered. None for a proposal.

        `named` is what it holds as a text under a name; `cells` are filled from merged ones.
        """
        if (header := self._another(line, texts)) is not None:
            self._use(header)
            return say("table.other header")
        reason = why_skipped(texts, self._header, self._wide, line.number, hidden=line.hidden)
        if named is not None and (named.name in self._below or (reason is None and not named.who)):
            return a_remark(named.name)  # nothing was filled in, or a foot
        if reason is None:
            if self._continues(texts, cells):
                return say("table.same proposal")
            return a_remark(next(filter(None, texts))) if self._alone(texts) else None
        text = next(filter(None, texts), "")
        if reason == a_caption(text):
            field = self._above.take(text)
            return say("table.caption", text=text, field=field_name(field)) if field else reason
        if reason == a_remark(text):
            self._above.end_institution(text)
        return reason

    def _alone(self, texts: Sequence[str]) -> bool:
        """Whether a row is a remark in the titles' column and no more, below proposals that all have a number and more than a title."""
        ids, titles = (self._header.columns.get(field, ()) for field in ("id", "title"))
        filled = [i for i, text in enumerate(texts) if text]
        if len(filled) == 1 and filled[0] in titles:
            text = texts[filled[0]]
            return (bool(ids) and text[0] in "※＊*") or (self._numbered >= _NUMBERED and speaks_of_rows(text))
        numbered = len(filled) > len(titles) + 1 and not {*ids}.isdisjoint(filled)
        self._numbered = self._numbered + 1 if numbered else 0
        return False

    def _continues(self, own: Sequence[str], filled: Sequence[object]) -> bool:
        """Whether a row of `own` texts only goes on with the proposal above: its title and texts stand in merged cells, or it has
        people and no more."""
        if any(i < len(own) and own[i] for i in self._own):
            return False
        if any(i < len(filled) and plain_text(filled[i]) for i in self._own):
            return True
        numbered = {"id", "title"} <= self._columns.keys() and self._reading.rows[self._sheet.name]
        topics = self._header.columns.get("declared", ())
        return bool(numbered) and not any(i < len(own) and own[i] for i in topics)

    def _lacks(self, field: str) -> bool:
        """Whether a table has neither a column for a field nor what stands in its place."""
        own = {field, "department"} if field == "organisation" else {field}
        return bool(field) and own.isdisjoint(self._columns.keys() | self._above.of_table.keys())

    def _look_above(self, line: DelimitedLine) -> None:
        """Take what a table has no column for from the lines above its header: 申报单位：某某大学, 选题一：校园数据."""
        for text in line.texts if line.error is None else ():
            field, value = read_above_header(text)
            section = read_section_row(text)
            own = titled_by(text, self._columns.get("department", ()))
            if own and WHO[0] not in self._columns.keys() | self._above.of_table.keys():
                self._above.of_table[field := WHO[0]] = own
            elif section.field == "organisation" and section.level >= 0 and self._lacks(section.field):
                field = self._above.take(text)  # until the heading of the next one
            elif value and self._lacks(field):
                self._above.of_table[field] = value
            else:
                continue
            self._reading.remarks.append(say("table.above", text=text, field=field_name(field)))

    def _take_name(self, cells: Sequence[object]) -> None:
        """Take the topic or institution that the sheet's name is; one that counts its rows from the first on (1-50) is none."""
        field, value = read_sheet_name(self._sheet.name)
        if is_an_office(self._sheet.name) and self._lacks("declared"):
            self._remark(say("table.sheet office", name=self._sheet.name))
        ids = (plain_text(cells[i]) for i in self._header.columns.get("id", ()) if i < len(cells))
        if self._lacks(field) and not any(re.fullmatch(rf"{re.escape(i)}\W\d+", value) for i in ids if i):
            self._above.of_table[field] = value
            self._remark(say("table.sheet", field=field_name(field)))

    def _another(self, line: DelimitedLine, texts: Sequence[str]) -> Header | None:
        """The header of a second table below the first, None for any other row."""
        title = next(iter(self._header.columns.get("title", ())), len(texts))
        if title >= len(texts) or len(texts[title]) > _LONGEST_NAME or any("。" in text for text in texts):
            return None  # sentences stand in no header: what a name may be is asked of few rows
        if not fields_of(texts[title]):
            return None
        header = find_header([line], self._sheet.merged, {})
        return header if header and header.score > SURE and header.names != self._header.names else None

    def _side_by_side(self, line: DelimitedLine, cells: Sequence[object]) -> Iterator[Row]:
        """The row, or the row of each table where several stand side by side, without those that end earlier."""
        names = self._header.names
        more = any(map(plain_text, cells[len(names) :]))
        if not self._ragged and (more or len(cells) < len(names)):
            uneven = say("row.cells", line=line.number, count=len(cells), expected=len(names))
            yield Row(line.number, {}, uneven, self._sheet.name)
            return
        # A workbook stores no cells after the last filled one: a short row is a row with empty ends.
        padded = [*cells, *[""] * (len(names) - len(cells))]
        named = {i for i, name in enumerate(names) if name}
        unnamed = (i for i, cell in enumerate(padded, 1) if i - 1 not in named and plain_text(cell))
        self._reading.unnamed.update(map(column_letters, unnamed))
        above = self._above.fields
        notes = line.notes
        if self._above.last and not above.keys() | self._columns.keys() >= {"declared"}:
            notes = (*notes, say("table.under", text=self._above.last))
        if line.hidden:
            self._reading.hidden.append(place(self._sheet.name, line.number))
            notes = (*notes, say("row.hidden"))
        for number, (columns, places) in enumerate(zip(self._beside, self._places, strict=True)):
            values = {names[i]: padded[i] for i in places}
            own = (column for field in OWN for column in columns.get(field, ()))
            if number == 0 or any(plain_text(values[c]) for c in own):
                self._reading.rows[self._sheet.name] += 1
                yield Row(line.number, values, None, self._sheet.name, columns, notes, self._ragged, above)
