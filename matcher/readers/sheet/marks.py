"""The marks of the sheets of a workbook, which the reader of values does not tell: what is hidden, struck, merged, noted.

Source: OpenDocument 1.3 part 3, 19.749 (table:visibility), 19.678 (number-rows-spanned).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

from matcher.message import Catalogue
from matcher.readers.blocks import Area
from matcher.readers.formats.ooxml import Package, count, local
from matcher.readers.sheet.xlsb import of_xlsb
from matcher.readers.sheet.xlsx import (
    BUILT_IN,
    COLUMNS,
    MOST_ROOM,
    ROWS,
    CellLook,
    CellStyle,
    Marks,
    SheetReader,
    beyond,
    is_white,
    look_of,
    shown_format,
)
from matcher.readers.source import FileKind

say = Catalogue(__file__)

_NUMBERED = re.compile(r"0\d{1,20}|(?![¥￥$€£])[^\W\d_][^\d\s]{0,19}\d{1,20}")


def marks_of(path: Path, kind: FileKind) -> dict[str, Marks]:
    """Name of each sheet → its marks. DocumentError for a sheet beyond the bounds; whatever the parsers raise on damage."""
    raw = path.read_bytes()
    if kind == "xls":
        return dict(_of_xls(raw))
    if kind == "ods":
        with ZipFile(io.BytesIO(raw)) as folder:
            return _of_ods(folder.read("content.xml"))
    package = Package(raw, path.name, f"xl/workbook.{'xml' if kind == 'xlsx' else 'bin'}")
    return dict(_of_xlsx(package, path.name) if kind == "xlsx" else of_xlsb(package))


def _of_xlsx(package: Package, file: str) -> Iterator[tuple[str, Marks]]:
    """A sheet's XML is read part by part; beyond the bounds it is refused before a reader of values makes room for it."""
    for texts in package.beginnings("sharedstrings.xml"):  # room is made for as many as it says
        if count(texts, "uniqueCount") > MOST_ROOM:
            raise beyond(file, say("beyond.texts", most=MOST_ROOM))
    styles, struck = _styles(package.related("styles")), _struck_texts(package)
    for sheet in package.main().iter("{*}sheet"):
        name = sheet.get("name", "")
        with package.opened(local(sheet, "id")) as stream:
            yield name, SheetReader(styles, f"{file} [{name}]", struck).read(stream)


def _styles(root: Any | None) -> list[CellStyle]:
    """For each cell style its `shown_format` and its `look_of`."""
    if root is None:
        return []
    codes = BUILT_IN | {f.get("numFmtId"): f.get("formatCode", "") for f in root.iter("{*}numFmt")}
    fonts: list[Any] = list(next(root.iter("{*}fonts"), ()))
    struck = {str(n) for n, font in enumerate(fonts) if _strikes(font.find("{*}strike"))}
    white = {str(n) for n, font in enumerate(fonts) if _is_white(font.find("{*}color"))}
    fills = enumerate(next(root.iter("{*}fills"), ()))
    bare = {
        str(n)
        for n, f in fills
        if (p := f.find("{*}patternFill")) is not None and p.get("patternType") in (None, "none")
    }
    styles: Iterable[Any] = next(root.iter("{*}cellXfs"), ())
    return [_style(x, codes.get(x.get("numFmtId"), ""), struck, white, bare) for x in styles]


def _style(style: Any, code: str, struck: set[str], white: set[str], bare: set[str]) -> CellStyle:
    font, fill = style.get("fontId"), style.get("fillId", "0")
    return shown_format(code), look_of(struck=font in struck, white=font in white and fill in bare, code=code)


def _is_white(colour: Any | None) -> bool:
    if colour is None:
        return False
    kinds = {key: colour.get(key, "") for key in ("rgb", "theme", "indexed")}
    return is_white(**kinds, tint=float(colour.get("tint") or 0))


def _strikes(mark: Any | None) -> bool:
    return mark is not None and mark.get("val") not in ("0", "false")


def _struck_texts(package: Package) -> frozenset[str]:
    """The numbers of the texts of which a part is struck through."""
    if b"strike" not in package.stored("sharedStrings") or (root := package.related("sharedStrings")) is None:
        return frozenset()
    texts = enumerate(root.iter("{*}si"))
    return frozenset(str(n) for n, text in texts if any(map(_strikes, text.iter("{*}strike"))))


def _of_xls(raw: bytes) -> Iterator[tuple[str, Marks]]:
    import xlrd

    with open(os.devnull, "w") as silent:  # noqa: PTH123  the library writes warnings to a stream
        book = xlrd.open_workbook(file_contents=raw, formatting_info=True, logfile=silent)
    codes = [book.format_map[x.format_key].format_str for x in book.xf_list]
    fonts = [book.font_list[x.font_index] for x in book.xf_list]
    white = [
        set(book.colour_map.get(font.colour_index) or ()) == {255} and not x.background.fill_pattern
        for font, x in zip(fonts, book.xf_list, strict=True)
    ]
    shown = [shown_format(code) for code in codes]
    seen = [
        look_of(struck=bool(font.struck_out), white=bare, code=code)
        for font, bare, code in zip(fonts, white, codes, strict=True)
    ]
    looks = any(seen) or any(shown)
    for sheet in book.sheets():
        marks = Marks(
            hidden={row + 1 for row, about in sheet.rowinfo_map.items() if about.hidden},
            columns={column + 1 for column, about in sheet.colinfo_map.items() if about.hidden},
            notes=len(sheet.cell_note_map),
        )
        for row in range(sheet.nrows):
            if xlrd.XL_CELL_ERROR not in (types := sheet.row_types(row)) and not looks:
                continue
            errors = (column for column, kind in enumerate(types, 1) if kind == xlrd.XL_CELL_ERROR)
            marks.errors.update((row + 1, column) for column in errors)
            for column, cell in enumerate(sheet.row(row)) if looks else ():
                if (look := seen[cell.xf_index]) and cell.value != "":
                    marks.looks[row + 1, column + 1] = look
                if cell.ctype == xlrd.XL_CELL_NUMBER and shown[cell.xf_index]:
                    marks.formats[row + 1, column + 1] = shown[cell.xf_index]
        yield sheet.name, marks


def _of_ods(content: bytes) -> dict[str, Marks]:
    read: dict[str, Marks] = {}
    looks: dict[str, CellLook] = {}
    marks, row, column = Marks(), 0, 0
    for event, element in etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True
    ):
        kind = etree.QName(element).localname
        if kind == "table" and event == "start":
            marks, row, column = Marks(), 0, 0
            read[local(element, "name")] = marks
        elif kind == "style" and event == "end":
            looks[local(element, "name")] = _written_look(element)
        elif kind == "table-column" and event == "end":
            repeated = count(element, "number-columns-repeated")
            if local(element, "visibility") in ("collapse", "filter"):
                marks.columns |= set(range(column + 1, min(column + repeated, COLUMNS) + 1))
            column += repeated
        elif kind == "table-row" and event == "end":
            repeated = count(element, "number-rows-repeated")
            if local(element, "visibility") in ("collapse", "filter"):
                marks.hidden |= set(range(row + 1, min(row + repeated, ROWS) + 1))
            marks.merged += _merged(element, row + 1)
            marks.stored.update(_as_shown(element, row + 1))
            marks.looks.update({(row + 1, at): look for at, look in _looks(element, looks)})
            marks.errors.update(
                (row + 1, column) for column, cell in _cells(element) if "error" in _kinds(cell)
            )
            marks.notes += sum(1 for _ in element.iter("{*}annotation"))
            row += repeated
            element.clear()
    return read


def _written_look(style: Any) -> CellLook:
    text = next(style.iterchildren("{*}text-properties"), None)
    cell = next(style.iterchildren("{*}table-cell-properties"), None)
    white = local(text, "color").lower() == "#ffffff" and local(cell, "background-color") in (
        "",
        "transparent",
    )
    line = local(text, "text-line-through-style") or local(text, "text-line-through-type")
    return look_of(struck=line not in ("", "none"), white=white, code="")


def _looks(row: Any, looks: Mapping[str, CellLook]) -> Iterator[tuple[int, CellLook]]:
    """(column, look) of the cells of a row that are struck, also in part, or not seen."""
    for column, cell in _cells(row) if any(looks.values()) else ():
        spans = {looks.get(local(span, "style-name"), "") for span in cell.iter("{*}span")}
        look = looks.get(local(cell, "style-name"), "") or ("struck" if "struck" in spans else "")
        if look and "".join(cell.itertext()).strip():
            yield column, look


def _kinds(cell: Any) -> list[str]:
    """What a cell says of its value's kind, to all programs and to LibreOffice, which alone tells an error."""
    return [str(kind) for key, kind in cell.attrib.items() if key.endswith("}value-type")]


def _merged(row: Any, number: int) -> Iterator[Area]:
    """The merged areas that begin in a row."""
    for column, cell in _cells(row):
        wide, high = (count(cell, f"number-{side}-spanned") for side in ("columns", "rows"))
        if wide > 1 or high > 1:
            yield number, column, number + high - 1, column + wide - 1


def _as_shown(row: Any, number: int) -> Iterator[tuple[tuple[int, int], str]]:
    """(place, text) of the cells of several paragraphs, which the reader of values joins without a line end, of those in percent, and of
    numbers with letters or zeros in front."""
    for column, cell in _cells(row):
        paragraphs = ["".join(p.itertext()) for p in cell.iterchildren("{*}p")]
        kind = local(cell, "value-type")
        numbered = kind == "float" and _NUMBERED.fullmatch("".join(paragraphs))
        if len(paragraphs) > 1 or numbered or (paragraphs and kind == "percentage"):
            yield (number, column), "\n".join(paragraphs)


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    """(column from 1, cell) of a row."""
    column = 1
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        yield column, cell
        column += count(cell, "number-columns-repeated")
