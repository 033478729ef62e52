"""One table below its header: its rows as records, and what became of the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcher import settings
from matcher.message import COLON, Catalogue, Message, joined
from matcher.readers.columns import Header, check_chosen, guesses
from matcher.readers.delimited import DelimitedLine, plain_text
from matcher.readers.form_labels import labels_in
from matcher.readers.form_values import value_of
from matcher.readers.header import SURE, find_header
from matcher.readers.label_fields import fields_of
from matcher.readers.labels import first_name
from matcher.readers.skipped import caption as a_caption
from matcher.readers.skipped import why_skipped, wide_cells
from matcher.readers.value_shapes import names_a_topic
from matcher.readers.workbook import Area, Sheet

say = Catalogue(__file__)

# What every proposal has for itself, where it is not merged with the row above.
_OWN = ("id", "title", "abstract", "content", "goals", "background")
_SENDER = re.compile("填报|报送|上报|填表|制表|汇总")  # who sends the table is not who applies
_LONGEST_NAME = settings.characters("readers.table.longest_name")


class OnLine:
    """What stands on a line (from 1) of a sheet ("" where there are none)."""

    __slots__ = ()
    line: int
    sheet: str

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return place(self.sheet, self.line)


def place(sheet: str, line: int) -> str:
    """The place of a line of a sheet: "5", or "重点项目!5" in a workbook."""
    return f"{sheet}!{line}" if sheet else str(line)


@dataclass(frozen=True, slots=True)
class Row(OnLine):
    """One row of a batch: `line` is where it starts in its sheet or file (from 1), `sheet` "" where there are none.

    `values` maps column names to what the file says ({} for a broken row), `columns` each field to
    its columns, the best first; `error` says why a row could not be read (Chinese / English), None
    for a good one. `typed` says that the file tells numbers from texts. `above` are fields
    that stand once, above the table or in a line between its rows. `notes` are sentences for people about this row.
    """

    line: int
    values: Mapping[str, object]
    error: Message | None = None
    sheet: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    typed: bool = True
    above: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FileReading:
    """What became of a file: filled while its rows are read, complete after the last one.

    `columns` maps a field to the names that were taken for it, `unused` are the others, `guessed`
    (name, field) those that may be a field that is lacking. `rows` counts the rows of each sheet
    ("" without sheets), `unread` names sheets with the reason, `skipped` (place, reason) the rows
    that are no proposals.
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

    def take(self, columns: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> None:
        """Note the columns of a table."""
        used = {name for named in columns.values() for name in named}
        for name, named in columns.items():
            known = self.columns.setdefault(name, [])
            known += [n for n in named if n not in known]
        self.unused += [n for n in names if n and n not in used and n not in self.unused]

    def take_inside(self, name: str, column: str) -> None:
        """Note that cells of a column hold a field under a label of their own."""
        if column in self.unused:
            self.unused.remove(column)
        known = self.columns.setdefault(name, [])
        if column not in known:
            known.append(column)


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
        self._use(header)
        self._wide = wide_cells(sheet.merged)
        self._merged = _Merged(sheet.merged)
        self._above: dict[str, str] = {}  # fields that stand once, for all rows below
        messages = (*sheet.remarks, *sheet.columns_read())
        reading.remarks += [joined([sheet.name, r], COLON) if sheet.name else r for r in messages]

    def _use(self, header: Header) -> None:
        if not self._reading.columns:  # a later sheet may well do without the column
            check_chosen(self._file, self._chosen, header.names)
        self._header = header
        names = header.names
        self._columns = {f: tuple(names[i] for i in places) for f, places in header.columns.items()}
        self._reading.take(self._columns, names)
        self._reading.guessed += [g for g in guesses(header) if g not in self._reading.guessed]

    def rows(self, lines: Iterable[DelimitedLine]) -> Iterator[Row]:
        """The rows below the header, those that are no proposals noted and left out."""
        name = self._sheet.name
        for line in lines:
            if line.number <= self._header.row:
                self._merged.filled(line)
                self._look_above(line)
                continue
            if line.error is not None:
                yield Row(line.number, {}, line.error, name)
                continue
            cells = self._merged.filled(line)
            if (reason := self._why_left_out(line, cells)) is None:
                yield self._row(line, cells)
            else:
                self._reading.skipped.append((place(name, line.number), reason))
        if not self._reading.rows[name]:
            self._reading.unread.append((name or self._file, say("table.no proposals")))

    def _why_left_out(self, line: DelimitedLine, cells: Sequence[object]) -> Message | None:
        """Why a row is no proposal; what it says of the rows below it is remembered. None for a proposal."""
        texts = [plain_text(cell) for cell in line.cells]
        if (header := self._another(line, texts)) is not None:
            self._use(header)
            return say("table.other header")
        reason = why_skipped(texts, self._header, self._wide, line.number)
        caption = next(filter(None, texts), "")
        if reason == a_caption() and names_a_topic(caption) and "declared" not in self._columns:
            self._above = {**self._above, "declared": caption}
            return say("table.declared below")
        if reason is None and self._continues(line.cells, cells):
            return say("table.same proposal")
        return reason

    def _continues(self, own: Sequence[object], filled: Sequence[object]) -> bool:
        """Whether a row only goes on with the proposal above: its title and texts all stand in merged cells."""
        places = {i for name in _OWN for i in self._header.columns.get(name, ())}

        def written(cells: Sequence[object]) -> bool:
            return any(plain_text(cells[i]) for i in places if i < len(cells))

        return written(filled) and not written(own)

    def _look_above(self, line: DelimitedLine) -> None:
        """Take the institution of a table that has no column for it from the lines above its header (申报单位：某某大学)."""
        if "organisation" in self._above or "organisation" in self._columns or "department" in self._columns:
            return
        for text in map(plain_text, line.cells if line.error is None else ()):
            label = next(labels_in(text), None)
            if label is None or label.places[:1] != ("organisation",) or _SENDER.search(label.text):
                continue
            if value := value_of(text[label.end :]):
                self._above = {"organisation": value}
                self._reading.remarks.append(say("table.above", text=text, field=first_name("organisation")))

    def _another(self, line: DelimitedLine, texts: Sequence[str]) -> Header | None:
        """The header of a second table below the first, None for any other row."""
        title = next(iter(self._header.columns.get("title", ())), len(texts))
        if title >= len(texts) or len(texts[title]) > _LONGEST_NAME or not fields_of(texts[title]):
            return None
        header = find_header([line], self._sheet.merged, {})
        return header if header and header.score > SURE and header.names != self._header.names else None

    def _row(self, line: DelimitedLine, cells: Sequence[object]) -> Row:
        names = self._header.names
        extra = [cell for cell in cells[len(names) :] if plain_text(cell)]
        short = len(cells) < len(names) and not self._ragged
        if short or (extra and not self._ragged):
            return Row(
                line.number,
                {},
                say("row.cells", line=line.number, count=len(cells), expected=len(names)),
                self._sheet.name,
            )
        # A workbook stores no cells after the last filled one: a short row is a row with empty ends.
        padded = [*cells, *[""] * (len(names) - len(cells))]
        values = {name: cell for name, cell in zip(names, padded, strict=False) if name}
        self._reading.rows[self._sheet.name] += 1
        notes: tuple[Message, ...] = ()
        if line.hidden:
            self._reading.hidden.append(place(self._sheet.name, line.number))
            notes = (say("row.hidden"),)
        return Row(
            line.number, values, None, self._sheet.name, self._columns, notes, self._ragged, self._above
        )


class _Merged:
    """Cells that are merged downwards: each row that one covers gets its text."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._begin: dict[int, list[Area]] = {}
        for area in areas:
            if area[2] > area[0]:
                self._begin.setdefault(area[0], []).append(area)
        self._running: dict[int, tuple[int, object]] = {}  # column → (last row, value)

    def filled(self, line: DelimitedLine) -> Sequence[object]:
        """The cells of a row, each row to be asked about in order, with the texts of those that are merged into it."""
        cells = line.cells
        if self._running:
            cells = list(cells)
            for column, (last, value) in list(self._running.items()):
                if line.number > last:
                    del self._running[column]
                    continue
                cells += [""] * (column + 1 - len(cells))
                cells[column] = value if cells[column] in (None, "") else cells[column]
        for _, left, bottom, _ in self._begin.get(line.number, ()):
            if left <= len(line.cells):
                self._running[left - 1] = (bottom, line.cells[left - 1])
        return cells
