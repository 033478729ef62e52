"""The rows of any table file: each with its sheet and line, its cells by column name, and what the columns are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from matcher import settings
from matcher.errors import BatchError, DocumentError, MatcherError
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers import source
from matcher.readers.document import read_document
from matcher.readers.fields.labels import field_name, refuse_own
from matcher.readers.sheet.delimited import DelimitedLine
from matcher.readers.sheet.workbook import Sheet, sheets, unread_parts
from matcher.readers.table.body import FileReading, SheetBody
from matcher.readers.table.captions import group_columns, names_below, read_sheet_name
from matcher.readers.table.columns import TEXTS, Header
from matcher.readers.table.contents import completed
from matcher.readers.table.header import HEADER_WITHIN, SURE, HeaderError, find_header, no_header, turned
from matcher.readers.table.listed import listed
from matcher.readers.table.records import json_rows
from matcher.readers.table.row import Row

say = Catalogue(__file__)

# How sheets are called that list what is called for, and without a column of texts those of what may be chosen.
_OF_TOPICS = r"榜单|需求|指南|^(?:选题|课题|题目)$|(?i:\b(?:themes|topics|priorities|challenges)\b)"
_OF_CHOICES = (
    r"|字典|代码|码表|对照|下拉|选项|枚举|(?i:\b(?:dictionary|lookups?|codes?|options|dropdowns?|lists)\b)"
)
# Those of proposals of another year; what was withdrawn or refused is of this one.
_OF_OTHER_CALLS = (
    r"参考|查重|结题|验收|已立项|[历往上去]一?[年届]"
    r"|(?i:\b(?:previous|past|earlier|last year|archived?|reference|funded|awarded)\b)"
)
HeadedSheet = tuple[Sheet, Header]

_BELOW_HEADER = settings.rows("readers.rows.below_header")
_HEAD = settings.size("readers.source.head")
_SHOWN_CELL = settings.characters("readers.rows.shown_cell")
_SHOWN_ROWS = settings.rows("readers.rows.shown")


def read_rows(
    path: Path,
    reading: FileReading | None = None,
    chosen: Mapping[str, str] | None = None,
    header_row: int | None = None,
    only: str | None = None,
    of_document: Sheet | None = None,
) -> Iterator[Row]:
    """The rows of a batch in order, read as they are asked for; a broken row carries its error.

    `chosen` names the columns of fields (field → column), `header_row` (from 1) the row that is the
    header, `only` the sheet that is read (None: all); `of_document` is the list of a
    document that is read already. Raises DocumentError (at the first row) when the file cannot be read at all, BatchError
    when no sheet has a header with a title or a text.
    """
    path = Path(path)
    reading = reading if reading is not None else FileReading(path.name)
    chosen = chosen or {}
    suffix = path.suffix.lower()
    source.check_regular(path)
    kind = _kind(path, suffix)
    _check_layout(path, kind, header_row, only)
    if kind == "records":
        yield from json_rows(path, reading, chosen)
        return
    if kind == "document":
        tables: Iterable[Sheet] = [of_document or _list_of(path, suffix)]
    else:
        tables = sheets(path, kind)
        reading.remarks += unread_parts(path, kind)
        if only is not None:
            tables = _only(path, tables, only, reading)
    yield from _table_rows(path, tables, reading, chosen, header_row, ragged=kind != "text")


def lists_proposals(path: Path) -> bool:
    """Whether a table surely is a list of proposals by its header; DocumentError for a file that cannot be read."""
    kind = _kind(path, path.suffix.lower())
    if kind == "records":
        return True
    if kind == "document":
        return False  # `listed` tells that
    headers = (_headed(sheet, {}, None)[1] for sheet in sheets(path, kind))
    return any(h is not None and h.score > SURE and not h.lists_topics for h in headers)


def _only(path: Path, tables: Iterable[Sheet], name: str, reading: FileReading) -> Iterator[Sheet]:
    """The sheet of that name, the others noted as not chosen; BatchError where there is none."""
    names = []
    for sheet in tables:
        names.append(sheet.name)
        if sheet.name == name:
            yield sheet
        else:
            reading.unread.append((sheet.name, say("sheet.not chosen")))
    if name not in names:
        raise BatchError(say("sheet.unknown", name=path.name, sheet=name, names=joined(names, COMMA)))


def empty(name: str) -> Message:
    """What to say of a file without rows."""
    return say("rows.empty", name=name)


def _kind(path: Path, suffix: str) -> source.FileKind | Literal["records", "document"]:
    """What holds the rows: "records", "document", or a kind of table; DocumentError for a file that can hold none."""
    if suffix in source.DOCUMENTS and not (suffix in source.TEXT and is_tabbed(path)):
        return "document"
    source.refuse_old(path)
    if suffix not in (*source.ROWS, *source.TEXT):
        ending = suffix or say("rows.no ending")
        raise DocumentError(say("rows.no batch", path=path, suffix=ending, known=" ".join(source.ROWS)))
    if path.stat().st_size == 0:
        raise DocumentError(empty(path.name))
    return "records" if suffix in (".jsonl", ".json") else source.kind_of(path)


def _list_of(path: Path, suffix: str) -> Sheet:
    """The list of proposals that a document is; DocumentError for one proposal's own."""
    # What is read in a picture comes in lines, without tables.
    sheet = None if suffix in source.PICTURES else listed(read_document(path), alone=True)
    if sheet is None:
        raise DocumentError(
            say("rows.one document", name=path.name, suffix=suffix, known=" ".join(source.ROWS))
        )
    return sheet


def is_tabbed(path: Path) -> bool:
    """Whether a text file begins as the tables do that Excel saves as text: tabs in each of its first lines."""
    with path.open("rb") as file:
        lines = [line for line in file.read(_HEAD).split(b"\n") if line.strip(b"\r\0 ")]
    return len(lines) > 1 and all(b"\t" in line for line in lines[:2])


def _check_layout(path: Path, kind: str, header_row: int | None, only: str | None) -> None:
    """BatchError for a sheet or a header row chosen in a file that has none; passed over, the choice would seem obeyed."""
    if only and kind in ("records", "text", "document"):
        raise BatchError(say("rows.no sheets", name=path.name))
    if header_row is not None and kind == "records":
        raise BatchError(say("rows.no header", name=path.name))


def _table_rows(
    path: Path,
    tables: Iterable[Sheet],
    reading: FileReading,
    chosen: Mapping[str, str],
    header_row: int | None,
    *,
    ragged: bool,
) -> Iterator[Row]:
    """The rows of all sheets with a sure header, but beside these of no list of topics or other proposals; else of the likely ones."""
    doubtful, aside, read = list[HeadedSheet](), list[HeadedSheet](), 0

    def rows(sheet: Sheet, header: Header) -> Iterator[Row]:
        nonlocal read
        read += 1
        return SheetBody(path.name, sheet, header, reading, chosen, ragged=ragged).rows(sheet.lines)

    for sheet, header in _alike(_headed(sheet, chosen, header_row) for sheet in tables):
        if header is None:
            why = say("sheet.hidden") if sheet.hidden else say("sheet.empty")
            reading.unread.append((sheet.name, why))
            continue
        refuse_own(path.name, header.names)
        if header.score <= SURE or (header.lists_topics and header_row is None):
            doubtful.append((sheet, header))
        elif _of_topics(sheet, header) or (
            re.search(_OF_OTHER_CALLS, sheet.name) and not read_sheet_name(sheet.name)[0]
        ):
            aside.append((sheet, header))
        else:
            yield from rows(sheet, header)
    later = [] if read else aside or _likely(doubtful)
    for sheet, header in later:
        if header.lists_topics:
            reading.remarks.append(say("rows.topics", sheet=sheet.name or path.name))
        yield from rows(sheet, header)
    if read == 0:
        raise _nothing(path.name, doubtful, header_row)
    reading.unread += [(s.name, _why_unread(s, h)) for s, h in (*aside, *doubtful) if (s, h) not in later]


def _likely(doubtful: Sequence[HeadedSheet]) -> Sequence[HeadedSheet]:
    """Which sheets of doubtful headers are read where no other is: those of a form on each sheet, else the first that may and those like it."""
    forms = [(sheet, header) for sheet, header in doubtful if say("rows.by columns") in sheet.remarks]
    likely = [(sheet, header) for sheet, header in doubtful if header.score > 0]
    alike = [(sheet, header) for sheet, header in likely if header.names == likely[0][1].names]
    return forms if len(forms) > 1 else alike


def _alike(tables: Iterable[tuple[Sheet, Header | None]]) -> Iterator[tuple[Sheet, Header | None]]:
    """Sheets with their headers, one of the same names as that of an earlier sheet read as that was: by a few rows less can be told."""
    earlier: dict[tuple[str, ...], Header] = {}
    for sheet, header in tables:
        first = earlier.setdefault(header.names, header) if header else None
        more = header and first and first.columns.keys() > header.columns.keys()
        yield sheet, replace(header, columns=first.columns) if header and first and more else header


def _of_topics(sheet: Sheet, header: Header) -> bool:
    """Whether a sheet lists what is called for, or what may be chosen, by its name and a header that does not say who applies."""
    kinds = _OF_TOPICS + _OF_CHOICES * header.columns.keys().isdisjoint(TEXTS[1:])
    return not header.names_applicants and re.search(kinds, sheet.name) is not None


def _why_unread(sheet: Sheet, header: Header) -> Message:
    """Why a sheet beside others is not read."""
    if header.lists_topics:
        return say("sheet.topics")
    if header.score <= SURE:
        return say("sheet.no header")
    return say("sheet.of nobody") if _of_topics(sheet, header) else say("sheet.of others")


def _nothing(name: str, doubtful: Sequence[HeadedSheet], header_row: int | None) -> MatcherError:
    """Why no sheet of a table is read."""
    if doubtful:
        return no_header(name, doubtful[0][1])
    if header_row:
        return BatchError(say("rows.no row", name=name, row=header_row))
    return DocumentError(say("rows.nothing shown", name=name))


def _headed(sheet: Sheet, chosen: Mapping[str, str], header_row: int | None) -> tuple[Sheet, Header | None]:
    """A sheet with its header, None for one without rows; a short one whose names stand in its first column is turned to rows."""
    first = list(islice(stream := iter(sheet.lines), max(HEADER_WITHIN, header_row or 0) + _BELOW_HEADER))
    header = find_header(first, sheet.merged, chosen, header_row)
    remarks: list[Message] = []
    if header_row is None and header and header.score <= SURE and (columns := turned(first)):
        side = find_header(columns, (), chosen)
        if len(columns) > 2 or (side and side.score > SURE and header.score == 0):
            # A form alone is read by the reader of forms.
            header = side if len(columns) > 2 or not side else replace(side, score=0.0)
            first, sheet = columns, replace(sheet, merged=(), columns=frozenset())
            remarks.append(say("rows.by columns"))
    if header and header.rivals:
        rivals = "、".join(map(str, header.rivals))
        remarks.append(say("rows.header rivals", row=header.row, rivals=rivals))
    if header and header.score > 0:
        header, taken = completed(header, first, chosen)
        groups = group_columns(header, first, sheet.merged)
        header = replace(header, groups=frozenset(groups.values()), below=names_below(header, first))
        remarks += taken
        for field, place in groups.items():
            remarks.append(say("rows.group", name=header.names[place], field=field_name(field)))
    return replace(sheet, lines=chain(first, stream), remarks=(*sheet.remarks, *remarks)), header


def first_rows(path: Path) -> list[Sheet]:
    """The visible sheets of a table with the first lines that hold something, cells as short texts; DocumentError where it cannot be read.

    [] for JSON, whose records carry their names.
    """
    source.check_regular(path)
    if path.suffix.lower() not in source.TABLES or path.stat().st_size == 0:
        return []
    return [
        replace(sheet, lines=[_short(line) for line in islice(sheet.lines, _SHOWN_ROWS)])
        for sheet in sheets(path, source.kind_of(path))
        if not sheet.hidden
    ]


def _short(line: DelimitedLine) -> DelimitedLine:
    return replace(line, cells=[text[:_SHOWN_CELL] for text in line.texts])


def preview(
    path: Path, header_row: int | None = None, sheet: str | None = None
) -> tuple[list[str], dict[str, str]]:
    """(the columns of a table, field → the column that is understood for it), for people to look at and change.

    Where no header is found the columns are those of the first row with several cells, and nothing is
    understood. DocumentError for a file that cannot be read.
    """
    try:
        rows = read_rows(path, header_row=header_row, only=sheet)
        row = next((row for row in rows if row.error is None), None)
    except HeaderError as error:
        return list(error.names), {}
    if row is None:
        return [], {}
    known = {name: columns[0] for name, columns in row.columns.items()}
    longer = [known[field] for field in ("content", "goals", "background") if field in known]
    if longer:
        known.setdefault("abstract", longer[0])
    return list(row.values), known
