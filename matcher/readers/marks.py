"""What stands in an .xlsx beside its values: hidden rows, formulas without a stored value, errors, formats.

Read from the sheets' XML, part by part; a sheet beyond the bounds is refused before a reader of
values makes room for it.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from lxml import etree

from matcher import settings
from matcher.readers.sheet_xml import (
    COLUMNS,
    MOST_CELLS,
    MOST_ROOM,
    ROWS,
    Marks,
    SheetReader,
    column_number,
    zeros,
)

# In the bytes of a sheet: what only the reader of XML can judge, and where rows and cells say they are.
_MARKED = (b"<f", b":f", b"hidden", b'"e"', b"'e'", b"<!", b":c", b":row", b"<mergeCells", b"\x00")
_TAGS = (b"<c ", b"<c>", b"<c/", b"<row ", b"<row>", b"<row/")
_PLACE = re.compile(rb'<(?:c|row) [^>]*?\br="([^">]*)"')
_BARE_PLACE = re.compile(rb"([A-Z]{0,3})(\d{1,7})")
_LONGEST_TAG = settings.size("readers.marks.longest_tag")
_BLOCK = settings.chunk("readers.marks.read")


def sheet_marks(path: Path) -> Mapping[str, Marks]:
    """Name of each sheet → its marks. DocumentError for a sheet beyond the bounds."""
    with zipfile.ZipFile(path) as folder:
        parts = _parts(folder)
        styles = _styles(folder)
        return {name: _marks(folder, part, styles, f"{path.name} [{name}]") for name, part in parts.items()}


def _tree(folder: zipfile.ZipFile, part: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(folder.read(part), parser)


def _parts(folder: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part of the folder."""
    names = {name.lower().lstrip("/"): name for name in folder.namelist()}
    relations = _tree(folder, names["xl/_rels/workbook.xml.rels"])
    targets = {r.get("Id"): r.get("Target", "") for r in relations.iterchildren(tag=etree.Element)}
    paths = {}
    for sheet in _tree(folder, names["xl/workbook.xml"]).iter("{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        paths[sheet.get("name", "")] = names.get(part.lower(), "")
    return paths


def _styles(folder: zipfile.ZipFile) -> list[tuple[int, bool]]:
    """For each cell style the number of digits that it shows at least (0: it adds no zeros), and whether it strikes."""
    part = next((name for name in folder.namelist() if name.lower().lstrip("/") == "xl/styles.xml"), None)
    if part is None:
        return []
    tree = _tree(folder, part)
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in tree.iter("{*}numFmt")}
    fonts = [font.find("{*}strike") for font in next(tree.iter("{*}fonts"), ())]
    struck = {
        str(n) for n, mark in enumerate(fonts) if mark is not None and mark.get("val") not in ("0", "false")
    }
    styles: Iterable[Any] = next(tree.iter("{*}cellXfs"), ())
    return [(zeros(codes.get(x.get("numFmtId"), "")), x.get("fontId") in struck) for x in styles]


def _marks(folder: zipfile.ZipFile, part: str, styles: Sequence[tuple[int, bool]], where: str) -> Marks:
    if not part:
        raise ValueError("a sheet without its part")
    if not any(width or struck for width, struck in styles):
        with folder.open(part) as stream:
            if _is_bare(stream):
                return Marks()
    with folder.open(part) as stream:
        return SheetReader(styles, where).read(stream)


def _is_bare(stream: IO[bytes]) -> bool:
    """Whether a sheet's XML surely has no marks and stays within the bounds, by a look at its bytes.

    Most sheets are so, and reading their XML as XML takes ten times as long. Whatever is not plain
    (another encoding, a strange place of a cell) is for the reader of XML to judge.
    """
    tail = b""
    cells = last_row = last_column = 0
    while block := stream.read(_BLOCK):
        # A tag may lie across two blocks: what follows the last closed one is looked at again.
        text, closed, tail = (tail + block).rpartition(b">")
        places = _PLACE.findall(text + closed)
        tags = sum(text.count(tag) for tag in _TAGS)
        if not closed or len(tail) > _LONGEST_TAG or len(places) != tags or any(m in text for m in _MARKED):
            return False
        for written in places:
            place = _BARE_PLACE.fullmatch(written)
            if place is None or int(place[2]) > ROWS:
                return False
            cells += bool(place[1])
            last_column = max(last_column, column_number(place[1].decode()))
            last_row = max(last_row, int(place[2]))
        if cells > MOST_CELLS or last_row * last_column > MOST_ROOM or last_column > COLUMNS:
            return False
    return True
