"""Tables in web pages and in Excel's XML of 2003, both of which offices' systems save under .xls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from matcher import settings
from matcher.errors import DocumentError
from matcher.readers.encoding import decode
from matcher.readers.html import cell_lines, page_of, spans
from matcher.readers.span_grid import HIGHEST, WIDEST, SpanGrid
from matcher.readers.workbook import Values

_LARGEST = settings.size("readers.markup.largest")


def html_tables(path: Path) -> list[Values]:
    """The tables of a web page that hold no other table, in order."""
    tables = [t for t in page_of(_text(path)).iter("table") if t.find(".//table") is None]
    return [_html_table(table) for table in tables]


def _html_table(table: Any) -> Values:
    grid = SpanGrid()
    for tr in table.iter("tr"):
        grid.begin_row()
        for cell in tr.iterchildren("td", "th"):
            grid.add(cell_lines(cell), *spans(cell))
    return Values("", False, grid.rows, grid.merged)


def xml_sheets(path: Path) -> list[Values]:
    """The sheets of a workbook in Excel's XML of 2003."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    raw = _text(path).lstrip("\ufeff \r\n\t")
    # The declaration named the encoding of the bytes, which are UTF-8 now.
    book = etree.fromstring(
        raw[raw.find("?>") + 2 :].encode() if raw.startswith("<?xml") else raw.encode(), parser
    )
    sheets = []
    for sheet in book.iter("{*}Worksheet"):
        name = _attribute(sheet, "Name") or ""
        hidden = any((e.text or "").startswith("SheetHidden") for e in sheet.iter("{*}Visible"))
        grid = SpanGrid()
        for row in sheet.iter("{*}Row"):
            grid.begin_row(_count(_attribute(row, "Index"), 1_048_576) if _attribute(row, "Index") else None)
            for cell in row.iterchildren("{*}Cell"):
                data = next(cell.iterchildren("{*}Data"), None)
                text = "".join(data.itertext()) if data is not None else ""
                across, down = (_attribute(cell, n) or "0" for n in ("MergeAcross", "MergeDown"))
                index = _attribute(cell, "Index")
                grid.add(
                    _value(text, data),
                    _count(across, WIDEST, least=0) + 1,
                    _count(down, HIGHEST, least=0) + 1,
                    _count(index, 16_384) if index else None,
                )
        sheets.append(Values(name, hidden, grid.rows, grid.merged))
    return sheets


def _value(text: str, data: Any) -> object:
    """The text of a cell, a number as a number, a day without its empty time."""
    kind = _attribute(data, "Type") if data is not None else None
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text.removesuffix("T00:00:00.000") if kind == "DateTime" else text


def _attribute(element: Any, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        raise DocumentError(
            f"{path.name} 是超过 {_LARGEST >> 20} MB 的网页：请另存为 .xlsx。",
            f"{path.name} is a web page of more than {_LARGEST >> 20} MB; save it as .xlsx.",
        )
    return decode(path.read_bytes(), path.name)


def _count(written: str | None, most: int, least: int = 1) -> int:
    return (
        min(max(int(written), least), most) if written and written.isascii() and written.isdigit() else least
    )
