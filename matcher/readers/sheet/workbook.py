"""Workbooks as sheets of rows: .xlsx, .xls, .xlsb, .ods, and the XML and web pages that are saved as .xls.

python-calamine reads the values (10,000 rows of 12 cells: 0.6 s, openpyxl 3.2 s to 4.7 s; Strict Open
XML as well). What it leaves out of a sheet (what is hidden or struck, formulas without a stored value,
error values, formats that show 001) is looked up apart; in an .xlsx that also bounds the work before it
begins, other containers are read in a process with a memory and a time limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from matcher import settings
from matcher.errors import DocumentError, described
from matcher.message import Catalogue, Message
from matcher.readers.blocks import Area, Block, CellGrid, Content, Losses, SpanGrid, excerpt, row_line
from matcher.readers.bounded import read_bounded
from matcher.readers.encoding import decode
from matcher.readers.sheet.delimited import DelimitedLine, cell_text, csv_lines
from matcher.readers.sheet.xlsx import COLUMNS, MOST_CELLS, Marks
from matcher.readers.source import FileKind, check_zip

say = Catalogue(__file__)

MEMORY = settings.size("readers.bounded.memory")
SECONDS = int(settings.seconds("readers.workbook.patience"))
_UNREAD_PARTS = (
    ("xl/comments", "comments"),
    ("xl/threadedcomments/", "comments"),
    ("xl/charts/chart", "charts"),
    ("xl/embeddings/", "objects"),
    ("xl/media/", "pictures"),
    ("xl/diagrams/data", "drawings"),
)
_DRAWING = re.compile(r"xl/drawings/drawing\d*\.xml", re.I)
_BODY = re.compile(r"<(?:\w+:)?txBody\b.*?</(?:\w+:)?txBody>", re.S)
_TEXT = re.compile(r"<a:t(?:\s[^>]*)?>([^<]*)</a:t>")
_LONGEST_DRAWING = settings.size("readers.workbook.longest_drawing")
_MOST_DRAWINGS = settings.count("readers.workbook.most_drawings")
_LARGEST_PAGE = settings.size("readers.workbook.largest_page")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `lines` are read as they are asked for, empty ones left out; `merged` are its merged areas.

    `name` is "" for a file without sheets. `hidden` sheets and charts have no lines. `columns` are the hidden
    columns (from 1), `remarks` sentences for people about cells that hold no value or more than it.
    """

    name: str
    lines: Iterable[DelimitedLine]
    merged: Sequence[Area] = ()
    hidden: bool = False
    columns: frozenset[int] = frozenset()
    remarks: Sequence[Message] = ()


def sheets(path: Path, kind: FileKind) -> Iterator[Sheet]:
    """The sheets of a workbook in order; a file of delimited text is one. DocumentError for damage, a password, or more than the bounds."""
    try:
        yield from _sheets(path, kind)
    except DocumentError:
        raise
    except Exception as error:  # each parser raises whatever it likes on damage
        why = described(error)
        raise DocumentError(say("workbook.damaged", name=path.name, why=why)) from error


def book_blocks(path: Path, kind: FileKind) -> Content:
    """The content of a workbook: each visible sheet as a table, under its name where there are several; formulas as their stored value."""
    filled: list[tuple[str, CellGrid]] = []
    losses: list[Message] = []
    for sheet in sheets(path, kind):
        losses += sheet.remarks
        if sheet.hidden:
            losses.append(say("document.hidden sheet", name=sheet.name))
        unseen = Losses()
        if rows := list(_shown(sheet, unseen)):
            filled.append((sheet.name, rows))
        losses += unseen.messages()
    blocks: list[Block] = []
    for name, rows in filled:
        blocks += [name, rows] if len(filled) > 1 and name else [rows]
    return Content(blocks, [*losses, *unread_parts(path, kind)])


def _shown(sheet: Sheet, unseen: Losses) -> Iterator[list[str]]:
    """The rows of a sheet as they are shown; texts of hidden rows and columns are left out, a row that is broken says so."""
    for line in sheet.lines:
        cells = [cell_text(cell) for cell in line.cells] or [line.error or ""]
        hidden = range(1, len(cells) + 1) if line.hidden else sheet.columns
        unseen.leave("hidden", row_line([cell for n, cell in enumerate(cells, 1) if n in hidden]))
        if any(shown := [cell for n, cell in enumerate(cells, 1) if n not in hidden]):
            yield shown


def _sheets(path: Path, kind: FileKind) -> Iterable[Sheet]:
    if kind == "text":
        return [Sheet("", csv_lines(path))]
    if kind == "xlsx":
        return _read(path, kind)
    if kind in ("html", "xml"):
        return _html_tables(path) if kind == "html" else _xml_sheets(path)
    read: list[Sheet] | None = read_bounded(
        "sheet.workbook", "read_sheets", path.resolve(), kind, patience=SECONDS
    )
    if read is None:
        raise DocumentError(say("workbook.too slow", name=path.name, seconds=SECONDS))
    return read


def read_sheets(path: Path, kind: FileKind, _: Callable[[], None]) -> list[Sheet]:
    """All sheets of a .xls, .xlsb or .ods: what the bounded process works out."""
    read = []
    for sheet in _read(path, kind):
        lines = list(islice(sheet.lines, MOST_CELLS))
        if len(lines) == MOST_CELLS:
            raise MemoryError("a row that is repeated a million times")
        read.append(replace(sheet, lines=lines))
    return read


def _read(path: Path, kind: FileKind) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    from matcher.readers.sheet.marks import marks_of

    marked = marks_of(path, kind)
    with path.open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue  # a chart or a macro holds no cells
            if about.visible != SheetVisibleEnum.Visible:
                yield Sheet(about.name, (), hidden=True)
                continue
            # The marks of an .xlsx also bound the work: without them a sheet is damaged.
            marks = marked[about.name] if kind == "xlsx" else marked.get(about.name, Marks())
            sheet = book.get_sheet_by_name(about.name)
            end = sheet.width + (sheet.start[1] if sheet.start else 0)
            marks.columns = {column for column in marks.columns if column <= end}
            areas = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]
            yield sheet_of(about.name, _rows(sheet), areas or marks.merged, marks)


def _rows(sheet: Any) -> Iterator[list[Any]]:
    """The rows of a calamine sheet from row 1 and column 1 on; the library leaves out empty first columns."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + row


def sheet_of(name: str, rows: Iterable[list[Any]], merged: Sequence[Area], marks: Marks) -> Sheet:
    """A sheet of rows of values from row 1 on, as its marks show them."""
    columns = frozenset(marks.columns)
    return Sheet(name, _lines(rows, marks), merged, columns=columns, remarks=marks.remarks())


def _lines(rows: Iterable[list[Any]], marks: Marks) -> Iterator[DelimitedLine]:
    notes = marks.by_row()
    for number, cells in enumerate(rows, 1):
        values = marks.seen(number, cells)
        if any(value is not None and value != "" for value in values):
            yield DelimitedLine(number, values, None, number in marks.hidden, notes.get(number, ()))


def unread_parts(path: Path, kind: FileKind) -> list[Message]:
    """What an .xlsx or .xlsb holds beside its cells, one line each, Chinese / English; [] for other kinds."""
    if kind not in ("xlsx", "xlsb"):
        return []
    names = check_zip(path, path.suffix, path.name)
    messages = [
        say("workbook.unread", what=say(f"workbook.part.{part}"))
        for start, part in _UNREAD_PARTS
        if any(name.startswith(start) for name in names)
    ]
    if any(map(_DRAWING.fullmatch, names)) and (boxes := _text_boxes(path)):
        shown = excerpt(f"{text} " for text in boxes)
        messages.append(say("workbook.text boxes", count=len(boxes), texts=shown))
    return list(dict.fromkeys(messages))


def _text_boxes(path: Path) -> list[str]:
    """The texts of the shapes that lie over the cells."""
    texts = []
    with ZipFile(path) as folder:
        for name in islice(filter(_DRAWING.fullmatch, folder.namelist()), _MOST_DRAWINGS):
            with folder.open(name) as part:
                xml = part.read(_LONGEST_DRAWING).decode("utf-8", "replace")
            texts += ["".join(map(unescape, _TEXT.findall(body))) for body in _BODY.findall(xml)]
    return [text for text in texts if text.strip()]


def _html_tables(path: Path) -> list[Sheet]:
    """The tables of a web page that hold no other table, in order."""
    from matcher.readers.formats.html import HtmlWalk, page_of

    page = page_of(_text(path))
    walk = HtmlWalk(page)
    tables = []
    for table in (t for t in page.iter("table") if t.find(".//table") is None):
        marks = Marks()
        grid = walk.grid(table, marks.hidden)
        tables.append(sheet_of("", grid.rows, grid.merged, marks))
    return [replace(tables[0], remarks=walk.losses.messages()), *tables[1:]] if tables else []


def _xml_sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook in Excel's XML of 2003."""
    from matcher.readers.formats.ooxml import count, local, parsed, utf8

    sheets = []
    for sheet in parsed(utf8(_text(path).lstrip("\ufeff \r\n\t"))).iter("{*}Worksheet"):
        name = local(sheet, "Name")
        if any((e.text or "").startswith("SheetHidden") for e in sheet.iter("{*}Visible")):
            sheets.append(Sheet(name, (), hidden=True))
            continue
        grid, marks = SpanGrid(), Marks(notes=sum(1 for _ in sheet.iter("{*}Comment")))
        for row in sheet.iter("{*}Row"):
            grid.begin_row(count(row, "Index"))
            if local(row, "Hidden") == "1":
                marks.hidden.add(len(grid.rows))
            for cell in row.iterchildren("{*}Cell"):
                data = next(cell.iterchildren("{*}Data"), None)
                text = "".join(data.itertext()) if data is not None else ""
                across, down = (count(cell, f"Merge{way}", least=0) for way in ("Across", "Down"))
                index = min(count(cell, "Index", least=0), COLUMNS)
                grid.add(_value(text, local(data, "Type")), 1 + across, 1 + down, index)
        sheets.append(sheet_of(name, grid.rows, grid.merged, marks))
    return sheets


def _value(text: str, kind: str) -> object:
    """The text of a cell of a type, a number as a number, a day without its empty time."""
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text.removesuffix("T00:00:00.000") if kind == "DateTime" else text


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST_PAGE:
        raise DocumentError(say("workbook.web page", name=path.name, mb=_LARGEST_PAGE >> 20))
    return decode(path.read_bytes(), path.name)
