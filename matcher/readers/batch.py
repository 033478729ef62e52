"""A batch of proposals: a table, a folder or a zip of files, to entries in order, and what became of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matcher import settings
from matcher.errors import BatchError, DocumentError, MatcherError
from matcher.message import COMMA, SEMICOLON, Catalogue, Message, bracketed, joined
from matcher.readers import source
from matcher.readers.batch_messages import batch_messages
from matcher.readers.blocks import Document
from matcher.readers.document import read_document
from matcher.readers.fields.declared import beside_title
from matcher.readers.fields.labels import EXTRA, PROPOSAL, label_key, reported
from matcher.readers.form.doubts import doubtful
from matcher.readers.form.reading import Form, form_of, is_beside
from matcher.readers.sheet.workbook import Sheet
from matcher.readers.table.body import FileReading
from matcher.readers.table.columns import SERIAL, TEXTS
from matcher.readers.table.listed import listed
from matcher.readers.table.row import (
    OnLine,
    Row,
    declared_topic,
    first_text,
    inside,
    part_who,
    with_texts,
    with_unit,
    without_label,
)
from matcher.readers.table.rows import empty, is_tabbed, lists_proposals, read_rows
from matcher.types import Proposal

say = Catalogue(__file__)

LONGEST_CELL = settings.characters("readers.batch.longest_cell")
_PLACES = settings.count("readers.batch.places")


@dataclass(frozen=True, slots=True)
class BadRow(OnLine):
    """A row or file that could not be read: its line (from 1), why, for people, and the name of a file."""

    line: int
    reason: Message
    name: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Entry(OnLine):
    """A proposal as it stands in its batch: its line (from 1) and sheet ("" where there are none).

    `extra` maps the fields of EXTRA that the batch has to their text ("" in an empty cell).
    `values` is the row as the file has it, by column. `declared_number` says that the declared topic came as a number, whose last zero a spreadsheet
    drops (1.10 is 1.1); `notes` are sentences for people about this row.
    """

    line: int
    proposal: Proposal
    extra: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    declared_number: bool = False
    notes: tuple[Message, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)


class Batch:
    """The entries of a batch, read as they are asked for; `messages()` then tells what became of all of it."""

    def __init__(
        self,
        path: Path,
        chosen: Mapping[str, str] | None = None,
        header_row: int | None = None,
        sheet: str | None = None,
        is_guide: Callable[[Document], bool] | None = None,
    ) -> None:
        """`chosen` maps fields to columns whose own names are not understood; `header_row` counts from 1; of a workbook
        `sheet` alone is read (None: all). These are for tables: BatchError with a folder or a zip, whose guides `is_guide` tells."""
        self._path = Path(path)
        self.name, self._is_guide = self._path.name, is_guide
        self._chosen, self._header_row, self._sheet = chosen or {}, header_row, sheet
        self.readings: list[FileReading] = []
        self.unread: list[str] = []
        self._first: dict[str, str] = {}
        self._repeated: dict[str, list[str]] = {}
        self._lost: list[str] = []

    def __iter__(self) -> Iterator[Entry | BadRow]:
        """The rows in order: an Entry each, and a BadRow for each row or file that could not be read.

        DocumentError for a file that cannot be read at all, BatchError where no header is found or a folder holds no proposal.
        """
        one = self._zip() if self._path.suffix.lower() == ".zip" else self._table(self._path, "")
        for row in self._folder(self._path) if self._path.is_dir() else one:
            if isinstance(row, Entry):
                self._remember(row)
            yield row

    def messages(self) -> list[Message]:
        """What was read, taken, left out and not read: sentences for people, complete after the last row."""
        again = self._repeated.items()
        repeated = [joined([id_, bracketed(joined(at[:_PLACES], COMMA))]) for id_, at in again]
        return batch_messages(self.name, self.readings, self.unread, repeated, self._lost)

    def _remember(self, entry: Entry) -> None:
        id_, where = entry.proposal.id, entry.place
        if id_ in self._first:
            self._repeated.setdefault(id_, [self._first[id_]]).append(where)
        else:
            self._first[id_] = where
        if entry.values and not entry.proposal.title:
            self.readings[-1].untitled.append(where)

    def _table(self, path: Path, prefix: str, of_document: Sheet | None = None) -> Iterator[Entry | BadRow]:
        """The rows of one table, or of the list of a document; `prefix` stands before its sheets and ids where it is one file of several."""
        self.readings.append(reading := FileReading(prefix or path.name))
        sheets: dict[str, None] = {}
        for row in read_rows(path, reading, self._chosen, self._header_row, self._sheet, of_document):
            if prefix and reported(row.values):  # beside proposals, it holds the same ones again
                self.readings.pop()
                self.unread.append(joined([prefix, bracketed(say("batch.own report"))]))
                return
            sheets[row.sheet] = None
            yield self._entry(row, prefix, several=len(sheets) > 1)

    def _entry(self, row: Row, prefix: str, *, several: bool) -> Entry | BadRow:
        sheet = "/".join(part for part in (prefix, row.sheet) if part)
        if row.error is not None:
            return BadRow(row.line, row.error, sheet=sheet)
        if any(isinstance(value, str) and len(value) > LONGEST_CELL for value in row.values.values()):
            return BadRow(row.line, say("batch.long cell", most=f"{LONGEST_CELL:,}"), sheet=sheet)
        if not row.columns.keys() & TEXTS:
            return BadRow(row.line, say("batch.no title"), sheet=sheet)
        values = {name: first_text(row, name) for name in PROPOSAL}
        above = row.above.get("organisation", "")
        values["organisation"] = values["organisation"] or above or first_text(row, "department")
        declared, number, values["title"] = declared_topic(row, values["title"])
        values["declared"] = without_label("declared", declared) or row.above.get("declared", "")
        if not values["declared"] and row.columns.get("title"):
            values["declared"], values["title"] = beside_title(values["title"])
            if values["declared"]:
                self.readings[-1].take_inside("declared", row.columns["title"][0])
        values["id"] = self._id(row, values["id"], sheet, several=several or bool(prefix))
        extra = {name: first_text(row, name) for name in EXTRA if name in row.columns}
        if "budget" in extra:
            extra["budget"] = with_unit(extra["budget"], row.columns["budget"][0])
        self._fill(row, values, extra)
        part_who(values, extra)
        proposal, notes = with_texts(row, Proposal(**values, sections=()), self.readings[-1].unjudged)
        return Entry(
            row.line, proposal, extra, sheet, number, (*row.notes, *notes, *doubtful(extra)), row.values
        )

    def _fill(self, row: Row, values: dict[str, str], extra: dict[str, str]) -> None:
        """Take what the row lacks from labels inside the cells of its other columns, and note the columns."""
        for name, (text, column) in inside(row).items():
            taken = values if name in values else extra
            if taken.get(name) and column not in row.columns.get(name, ()):
                continue
            taken[name] = text
            self.readings[-1].take_inside(name, column)

    def _id(self, row: Row, written: str, sheet: str, *, several: bool) -> str:
        """The id of a row: as written, but a bare running number that starts again on each sheet takes the sheet's name."""
        if not written:
            return f"{sheet}!{row.line}" if several and sheet else f"line-{row.line}"
        serial = label_key(row.columns["id"][0]) in SERIAL
        return f"{sheet}-{written}" if serial and several and sheet and written in self._first else written

    def _folder(self, folder: Path, names: Mapping[Path, str] | None = None) -> Iterator[Entry | BadRow]:
        """The proposals of a folder and its subfolders in the order of their paths: a form or a table each."""
        if self._chosen or self._header_row is not None or self._sheet is not None:  # those of tables
            raise BatchError(say("batch.options"))
        files, unlisted = source.files_below(folder)
        read = applied = 0
        beside: list[tuple[str, Entry]] = []
        for read, (below, error) in enumerate(unlisted, 1):
            yield BadRow(read, error.message, below)
        for file in files:
            name = (names or {}).get(file) or file.relative_to(folder).as_posix()
            if file.suffix.lower() not in (*source.FORMS, *source.OLD_FORMS, *source.TABLES):
                self.unread.append(joined([name, bracketed(say("batch.other kind"))]))
                continue
            read += 1
            try:
                for entry in self._entries(file, name, read, alone=len(files) == 1):
                    if isinstance(entry, Entry) and not entry.values and is_beside(name, entry.proposal):
                        beside.append((name, entry))
                    else:
                        applied += isinstance(entry, Entry)
                        yield self._noted(entry)
            except (MatcherError, OSError) as error:
                yield BadRow(read, source.closed(name, error).message, name)
        for name, entry in beside:
            if len(beside) < applied:  # a CV, a budget, a word to the panel
                self.unread.append(joined([name, bracketed(say("batch.of nobody"))]))
            else:
                yield self._noted(entry)
        if not read:
            kinds = " ".join((*source.FORMS, *source.TABLES))
            raise BatchError(say("batch.no proposals", name=self._path.name, kinds=kinds))

    def _entries(self, file: Path, name: str, number: int, *, alone: bool) -> Iterator[Entry | BadRow]:
        """The proposals of one file of several: rows of a table or a list, else a form; a table without a header or rows may be one."""
        source.check_regular(file)
        if file.suffix.lower() not in source.TABLES:
            document = read_document(file)
            if sheet := listed(document, alone=alone):
                yield from self._table(file, name, sheet)
            elif self._of_guide(entry := _form_entry(document, name, number), document):
                self.unread.append(joined([name, bracketed(say("batch.guide"))]))
            else:
                yield entry
            return
        readings, refused, first, rows = len(self.readings), None, None, self._table(file, name)
        try:
            first = next(rows, None)
        except BatchError as error:
            refused = error
        if len(self.readings) == readings:  # a report of ours
            return
        titled = isinstance(first, Entry) and first.proposal.title
        second = None if titled or refused else next(rows, None)
        if second is None and not titled and (form := _form_in(file, name, titled=first is not None)):
            self.readings.pop()
            yield form
        elif refused is not None:
            self.readings.pop()
            raise BatchError(refused.message) from refused
        else:
            yield from (row for row in (first, second) if row is not None)
            yield from rows

    def _of_guide(self, entry: Entry | BadRow, document: Document) -> bool:
        """Whether a document does not name who applies and their organisation, and is a guide."""
        if self._is_guide is None or isinstance(entry, BadRow):
            return False
        named = entry.proposal.organisation and entry.proposal.principal_investigator
        return not named and self._is_guide(document)

    def _noted(self, entry: Entry | BadRow) -> Entry | BadRow:
        """The entry of a form, what was left out of it remembered."""
        if isinstance(entry, Entry) and entry.notes and not entry.values:
            self._lost.append(joined([entry.proposal.id, bracketed(joined(entry.notes, SEMICOLON))]))
        return entry

    def _zip(self) -> Iterator[Entry | BadRow]:
        source.check_regular(self._path)
        with source.unpacked(self._path) as (folder, names, refused):
            yield from (BadRow(number, reason, name) for number, (name, reason) in enumerate(refused, 1))
            yield from self._folder(folder, names)


def read_proposal(path: Path, *, piped: bool = False) -> Form:
    """The form of the one proposal that a file holds; DocumentError where it cannot be read or lists several."""
    source.check_regular(path)
    records = (suffix := path.suffix.lower()) in (".json", ".jsonl")
    document: Document | None = None
    rows: list[Entry | BadRow] = []
    if (suffix in source.ROWS and path.stat().st_size) or (suffix in source.TEXT and is_tabbed(path)):
        rows += Batch(path) if lists_proposals(path) else ()
    else:
        document = read_document(path)
        if sheet := listed(document):
            rows += Batch(path)._table(path, "", sheet)
    entries = [row for row in rows if isinstance(row, Entry) and (records or row.proposal.title)]
    if records and not entries:
        broken = (row.reason for row in rows if isinstance(row, BadRow))
        raise DocumentError(next(broken, empty(path.name)))
    way = "piped" if piped else "file"
    if len(entries) > 1:
        count = sum(isinstance(row, Entry) for row in rows)
        raise DocumentError(say(f"batch.several.{way}", name=path.name, count=count))
    if entries:
        (entry,) = entries
        known = {**entry.extra, **{key: str(getattr(entry.proposal, key)) for key in PROPOSAL}}
        return Form({k: v for k, v in known.items() if v}, entry.proposal.sections, entry.notes)
    return form_of(document or read_document(path))


def _form_in(file: Path, name: str, *, titled: bool) -> Entry | None:
    """The form that a table is, `titled` where it must have a title, as in lines of text, which may be several proposals."""
    form = _form_entry(read_document(file), name, 1)
    titled |= file.suffix.lower() not in source.BOOKS
    return form if isinstance(form, Entry) and (form.proposal.title or not titled) else None


def _form_entry(document: Document, name: str, number: int) -> Entry | BadRow:
    """The proposal that one document is; a BadRow where neither title nor text is filled in. DocumentError as `form_of`."""
    form = form_of(document)
    proposal = form.proposal(Path(name).with_suffix("").as_posix())
    if not proposal.text:
        return BadRow(number, say("batch.blank", name=name), name)
    return Entry(number, proposal, form.extra, notes=form.notes)
