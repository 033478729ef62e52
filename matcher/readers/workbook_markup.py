"""Tables in web pages and in Excel's XML of 2003, both of which offices' systems save under .xls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue
from matcher.readers.blocks import HIGHEST, WIDEST, SpanGrid
from matcher.readers.encoding import decode
from matcher.readers.html import HtmlWalk, page_of
from matcher.readers.sheet_xml import COLUMNS, ROWS, Marks
from matcher.readers.workbook import Sheet, sheet_of
from matcher.readers.workbook_marks import local_attribute

say = Catalogue(__file__)

_LARGEST = settings.size("readers.workbook_markup.largest")


def html_tables(path: Path) -> list[Sheet]:
    """The tables of a web page that hold no other table, in order."""
    page = page_of(_text(path))
    walk = HtmlWalk(page)
    tables = [_html_table(t, walk) for t in page.iter("table") if t.find(".//table") is None]
    return [replace(tables[0], remarks=walk.losses.messages()), *tables[1:]] if tables else []


def _html_table(table: Any, walk: HtmlWalk) -> Sheet:
    marks = Marks()
    grid = walk.grid(table, marks.hidden)
    return sheet_of("", grid.rows, grid.merged, marks)


def xml_sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook in Excel's XML of 2003."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    raw = _text(path).lstrip("\ufeff \r\n\t")
    # The declaration named the encoding of the bytes, which are UTF-8 now.
    book = etree.fromstring(
        raw[raw.find("?>") + 2 :].encode() if raw.startswith("<?xml") else raw.encode(), parser
    )
    sheets = []
    for sheet in book.iter("{*}Worksheet"):
        name = local_attribute(sheet, "Name")
        if any((e.text or "").startswith("SheetHidden") for e in sheet.iter("{*}Visible")):
            sheets.append(Sheet(name, (), hidden=True))
            continue
        grid, marks = SpanGrid(), Marks(notes=sum(1 for _ in sheet.iter("{*}Comment")))
        for row in sheet.iter("{*}Row"):
            grid.begin_row(
                _count(local_attribute(row, "Index"), ROWS) if local_attribute(row, "Index") else None
            )
            if local_attribute(row, "Hidden") == "1":
                marks.hidden.add(len(grid.rows))
            for cell in row.iterchildren("{*}Cell"):
                data = next(cell.iterchildren("{*}Data"), None)
                text = "".join(data.itertext()) if data is not None else ""
                across, down = (local_attribute(cell, n) for n in ("MergeAcross", "MergeDown"))
                index = local_attribute(cell, "Index")
                grid.add(
                    _value(text, data),
                    _count(across, WIDEST, least=0) + 1,
                    _count(down, HIGHEST, least=0) + 1,
                    _count(index, COLUMNS) if index else None,
                )
        sheets.append(sheet_of(name, grid.rows, grid.merged, marks))
    return sheets


def _value(text: str, data: Any) -> object:
    """The text of a cell, a number as a number, a day without its empty time."""
    kind = local_attribute(data, "Type") if data is not None else ""
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text.removesuffix("T00:00:00.000") if kind == "DateTime" else text


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise DocumentError(say("workbook.web page", name=path.name, mb=_LARGEST >> 20))
    return decode(path.read_bytes(), path.name)


def _count(written: str, most: int, least: int = 1) -> int:
    return min(max(int(written), least), most) if written.isascii() and written.isdigit() else least
