"""Rows as files of a spreadsheet, one writer for each format. Of .ods and .xlsb, which no library writes, no more than readers need."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

Rows = Sequence[Sequence[Any]]
Area = tuple[int, int, int, int]  # first and last row, first and last column, from 0

# Record types of MS-XLSB, section 2.3.2.
CELL_TEXT, ROW = 6, 0
BOOK, END_BOOK, SHEETS, SHEET_NAME, END_SHEETS = 131, 132, 143, 156, 144
SHEET, END_SHEET, DIMENSION, DATA, END_DATA = 129, 130, 148, 145, 146
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HIDDEN = 0x10  # of the flags of a row
_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(f'xmlns:{name}="{_URN}{name}:1.0"' for name in ("office", "table", "text", "manifest"))


def workbook(
    path: Path,
    sheets: Mapping[str, Rows],
    merged: Sequence[str] = (),
    change: Callable[[Any], None] | None = None,
) -> Path:
    """An .xlsx; `merged` areas are of its first sheet, `change` a last touch."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    if change:
        change(book)
    file = path.with_suffix(".xlsx")
    book.save(file)
    return file


def fill_in(file: Path, sheet: str, cells: Mapping[Any, str]) -> Path:
    """A report as somebody saves it who wrote into cells of a sheet: by (the row, or what stands first in it; the heading)."""
    from openpyxl import load_workbook

    book = load_workbook(file)
    columns = {cell.value: cell.column for cell in book[sheet][1]}
    rows = {cell.value: cell.row for cell in book[sheet]["A"]}
    for (row, heading), text in cells.items():
        book[sheet].cell(rows.get(row, row), columns[heading]).value = text or None
    book.save(file)
    return file


def xls(path: Path, name: str, rows: Rows, merged: Sequence[Area] = (), hidden: int = 0) -> Path:
    """An .xls of one sheet; row number `hidden`, from 1, is not shown."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    covered = {
        (r, c) for a, b, left, right in merged for r in range(a, b + 1) for c in range(left, right + 1)
    }
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if (r, c) not in covered and value not in ("", None):
                sheet.write(r, c, value)
    for a, b, left, right in merged:
        sheet.write_merge(a, b, left, right, rows[a][left])
    if hidden:
        sheet.row(hidden - 1).hidden = True
    file = path.with_suffix(".xls")
    book.save(str(file))
    return file


def ods(path: Path, sheets: Mapping[str, Rows], hidden: int = 0, after: str = "") -> Path:
    """An .ods; `0.4:%` is a share shown in percent, `after` the XML of rows below those of each sheet."""

    def cell(value: object) -> str:
        text = str(value)
        share = text.removesuffix(":%")
        kind = "string" if share == text else f'percentage" office:value="{share}'
        shown = text if share == text else f"{float(share):.0%}"
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in shown.split("\n"))
        return f'<table:table-cell office:value-type="{kind}">{lines}</table:table-cell>'

    def line(number: int, row: Sequence[Any]) -> str:
        mark = ' table:visibility="collapse"' if number == hidden else ""
        return f"<table:table-row{mark}>{''.join(map(cell, row))}</table:table-row>"

    tables = "".join(
        f'<table:table table:name="{name}">{"".join(line(n, row) for n, row in enumerate(rows, 1))}{after}</table:table>'
        for name, rows in sheets.items()
    )
    file = path.with_suffix(".ods")
    with ZipFile(file, "w") as folder:
        folder.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        folder.writestr("META-INF/manifest.xml", f"<manifest:manifest {_SPACES}/>")
        body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        folder.writestr("content.xml", f"<office:document-content {_SPACES}>{body}</office:document-content>")
    return file


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of an .xlsb: its type and length in seven bits a byte, its body."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(body)
    while length > 127:
        size, length = size + bytes([length & 0x7F | 0x80]), length >> 7
    return head + size + bytes([length]) + body


def wide(text: str) -> bytes:
    """A text as an .xlsb holds it."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def text_cell(column: int, text: str, style: int = 0) -> bytes:
    """A cell of an .xlsb that holds its text itself."""
    return record(CELL_TEXT, struct.pack("<II", column, style) + wide(text))


def xlsb(
    path: Path,
    name: str,
    rows: Sequence[Sequence[str]],
    hidden: int = 0,
    cell: Callable[[int, str], bytes] | None = None,
    **parts_more: bytes,
) -> Path:
    """An .xlsb of one sheet of texts; `cell` draws one of a column, `parts_more` are parts such as styles."""
    cells = b"".join(
        record(ROW, struct.pack("<IIHBBBI", r, 0, 300, 0, _HIDDEN * (r == hidden - 1), 0, 0))
        + b"".join((cell or text_cell)(c, text) for c, text in enumerate(row))
        for r, row in enumerate(rows)
    )
    area = record(DIMENSION, struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1))
    named = record(SHEET_NAME, struct.pack("<II", 0, 1) + wide("rId1") + wide(name))
    types = '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    link = f'<Relationship Id="rId1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.bin"/>'
    link += "".join(f'<Relationship Id="{n}" Type="{RELATED}/{n}" Target="{n}.bin"/>' for n in parts_more)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
        "xl/workbook.bin": record(BOOK) + record(SHEETS) + named + record(END_SHEETS) + record(END_BOOK),
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>',
        "xl/worksheets/sheet1.bin": record(SHEET) + area + record(DATA) + cells + record(END_DATA) + record(END_SHEET),
        **{f"xl/{name}.bin": raw for name, raw in parts_more.items()},
    }  # fmt: skip
    with ZipFile(path, "w") as folder:
        for part, content in parts.items():
            folder.writestr(part, content)
    return path
