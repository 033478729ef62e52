"""Which rows of an .xls, .xlsb or .ods are hidden: the reader of values does not tell.

Sources: [MS-XLSB] 2.4.745 (BrtRowHdr) and 2.4.312 (BrtBundleSh), OpenDocument 1.3 part 3, 19.749 (table:visibility).
"""

from __future__ import annotations

import io
import os
import posixpath
import struct
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

_ROW, _SHEET = 0, 156  # records of an .xlsb: a row begins; a sheet's name and part
_HIDDEN = 0x10  # in the twelfth byte of a row's record: its height is zero
_MOST_ROWS = 1_048_576


def hidden_rows(raw: bytes) -> Mapping[str, set[int]]:
    """Name of each sheet → its hidden rows, from 1. Whatever the parsers raise on damage."""
    if not raw.startswith(b"PK"):
        return _of_xls(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as folder:
        names = {name.lower().lstrip("/"): name for name in folder.namelist()}
        if "content.xml" in names:
            return _of_ods(folder.read(names["content.xml"]))
        return {name: set(_of_xlsb(folder.read(part))) for name, part in _xlsb_sheets(folder, names)}


def _of_xls(raw: bytes) -> dict[str, set[int]]:
    import xlrd

    with open(os.devnull, "w") as silent:  # noqa: PTH123  the library writes warnings to a stream
        book = xlrd.open_workbook(file_contents=raw, formatting_info=True, logfile=silent)
    return {s.name: {row + 1 for row, about in s.rowinfo_map.items() if about.hidden} for s in book.sheets()}


def _of_ods(content: bytes) -> dict[str, set[int]]:
    hidden: dict[str, set[int]] = {}
    table, row = "", 0
    for event, element in etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True
    ):
        kind = etree.QName(element).localname
        if kind == "table" and event == "start":
            table, row = _attribute(element, "name"), 0
            hidden[table] = set()
        elif kind == "table-row" and event == "end":
            written = _attribute(element, "number-rows-repeated")
            count = int(written) if written.isascii() and written.isdigit() else 1
            if _attribute(element, "visibility") in ("collapse", "filter"):
                hidden[table] |= set(range(row + 1, min(row + count, _MOST_ROWS) + 1))
            row += count
            element.clear()
    return hidden


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _xlsb_sheets(folder: zipfile.ZipFile, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(sheet name, its part) in order."""
    relations = etree.fromstring(
        folder.read(names["xl/_rels/workbook.bin.rels"]), etree.XMLParser(resolve_entities=False)
    )
    targets = {r.get("Id"): r.get("Target", "") for r in relations.iterchildren(tag=etree.Element)}
    for kind, body in _records(folder.read(names["xl/workbook.bin"])):
        if kind == _SHEET:
            relation, end = _wide_string(body, 8)
            name, _ = _wide_string(body, end)
            target = targets.get(relation, "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            yield name, names[part.lower()]


def _of_xlsb(sheet: bytes) -> Iterator[int]:
    for kind, body in _records(sheet):
        if kind == _ROW and len(body) > 11 and body[11] & _HIDDEN:
            yield int(struct.unpack_from("<I", body)[0]) + 1


def _records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each record: both its kind and its size are numbers of seven bits a byte."""
    at = 0
    while at < len(raw):
        kind, at = _number(raw, at, 2)
        size, at = _number(raw, at, 4)
        yield kind, raw[at : at + size]
        at += size


def _number(raw: bytes, at: int, most: int) -> tuple[int, int]:
    """(number, where it ends): seven bits a byte, the lowest first, in `most` bytes at most."""
    number = 0
    for n in range(most):
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << (7 * n)
        if not byte & 0x80:
            break
    return number, at


def _wide_string(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end
