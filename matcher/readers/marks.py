"""What stands in an .xlsx beside its values: hidden rows, formulas without a stored value, errors, formats.

Read from the sheets' XML, part by part; a sheet beyond the bounds is refused before a reader of
values makes room for it.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from lxml import etree

from matcher.errors import DocumentError

# A sheet has no more rows and columns; a file that says so is an attack or damaged.
_ROWS, _COLUMNS = 1_048_576, 16_384
# Rows times columns that a reader of values makes room for (32 bytes each), and cells that hold something.
MOST_ROOM = 10_000_000
MOST_CELLS = 3_000_000
_MOST_MERGED = 200_000
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,10})")
_TEXT_FORMULA = re.compile(r'"((?:[^"]|"")*)"')
_ZEROS = re.compile(r"0{2,20}")


@dataclass(slots=True)
class Marks:
    """The marks of one sheet; rows and columns count from 1.

    `stored` are texts of formulas that only name a text (="001"), `missing` the formulas without a
    stored value, `errors` the cells that hold #REF! and the like, `formats` the widths of numbers
    that are shown with zeros in front.
    """

    hidden: set[int] = field(default_factory=set)
    stored: dict[tuple[int, int], str] = field(default_factory=dict)
    missing: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    formats: dict[tuple[int, int], int] = field(default_factory=dict)

    def seen(self, row: int, cells: Sequence[Any]) -> Sequence[Any]:
        """The cells of a row as a person sees them."""
        if not (self.stored or self.formats):
            return cells
        shown = list(cells)
        for column, value in enumerate(cells, 1):
            place = (row, column)
            if place in self.stored:
                shown[column - 1] = self.stored[place]
            elif place in self.formats and isinstance(value, float) and value.is_integer() and value >= 0:
                shown[column - 1] = str(int(value)).zfill(self.formats[place])
        return shown

    def remarks(self) -> list[str]:
        """Sentences for people about cells that hold no value."""
        said = []
        if self.missing:
            count, where = len(self.missing), _places(self.missing)
            said.append(
                f"{count} 格是公式而没有保存结果（{where}），读作空格：请用 Excel 或 WPS 打开后保存再试"
                f" / {count} cells hold formulas without a stored value ({where}) and read as empty; open and save the file in Excel or WPS"
            )
        if self.errors:
            count, where = len(self.errors), _places(self.errors)
            said.append(
                f"{count} 格是错误值（{where}），读作空格 / {count} cells hold an error value ({where}) and read as empty"
            )
        return said


def _places(cells: set[tuple[int, int]]) -> str:
    names = [f"{_letters(column)}{row}" for row, column in sorted(cells)[:6]]
    return ", ".join(names) + (" …" if len(cells) > 6 else "")


def _letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def sheet_marks(path: Path) -> Mapping[str, Marks]:
    """Name of each sheet → its marks. DocumentError for a sheet beyond the bounds."""
    with zipfile.ZipFile(path) as folder:
        parts = _parts(folder)
        widths = _number_widths(folder)
        return {name: _marks(folder, part, widths, f"{path.name} [{name}]") for name, part in parts.items()}


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _tree(folder: zipfile.ZipFile, part: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(folder.read(part), parser)


def _parts(folder: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part of the folder."""
    names = {name.lower().lstrip("/"): name for name in folder.namelist()}
    relations = _tree(folder, names["xl/_rels/workbook.xml.rels"])
    targets = {r.get("Id"): r.get("Target", "") for r in relations.iterchildren(tag=etree.Element)}
    found = {}
    for sheet in _tree(folder, names["xl/workbook.xml"]).iter("{*}sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        found[sheet.get("name", "")] = names.get(part.lower(), "")
    return found


def _number_widths(folder: zipfile.ZipFile) -> list[int]:
    """For each cell style the number of digits that it shows at least, 0 where it adds no zeros."""
    part = next((name for name in folder.namelist() if name.lower().lstrip("/") == "xl/styles.xml"), None)
    if part is None:
        return []
    tree = _tree(folder, part)
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in tree.iter("{*}numFmt")}
    styles: Iterable[Any] = next(tree.iter("{*}cellXfs"), ())
    return [len(code) if _ZEROS.fullmatch(code := codes.get(x.get("numFmtId"), "")) else 0 for x in styles]


class _Bounds:
    """How far a sheet reaches; adding to it raises DocumentError once it is too far."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._cells = self._merged = self._row = self._column = 0

    def cell(self, row: int, column: int) -> None:
        """A cell that holds something."""
        self._cells += 1
        self._row, self._column = max(self._row, row), max(self._column, column)
        if self._cells > MOST_CELLS or self._row * self._column > MOST_ROOM or self._column > _COLUMNS:
            raise _beyond(
                self._where,
                f"到第 {self._row} 行第 {self._column} 列，太大",
                f"reaches to row {self._row}, column {self._column}, which is too large",
            )

    def merged(self) -> None:
        """A merged area."""
        self._merged += 1
        if self._merged > _MOST_MERGED:
            raise _beyond(
                self._where,
                f"合并区域超过 {_MOST_MERGED:,} 个",
                f"has more than {_MOST_MERGED:,} merged areas",
            )

    def row(self, row: Any, before: int) -> int:
        """The number of a row's element, the next one where it has none."""
        written = row.get("r", "")
        number = int(written) if written.isascii() and written.isdigit() and len(written) < 15 else before + 1
        if not 1 <= number <= _ROWS:
            raise _beyond(
                self._where,
                f"有第 {number} 行，超出表格的范围",
                f"has a row {number}, beyond what a sheet can hold",
            )
        return number


def _marks(folder: zipfile.ZipFile, part: str, widths: Sequence[int], where: str) -> Marks:
    marks, bounds = Marks(), _Bounds(where)
    if not part:
        return marks
    row = number = column = 0
    inside: Any = None
    with folder.open(part) as stream:
        for element in _elements(stream):
            tag = _tag(element)
            if tag == "mergeCell":
                bounds.merged()
                continue
            owner = element.getparent() if tag == "c" else element
            if owner is not inside:
                inside, column = owner, 0
                row = number = bounds.row(owner, number)
            if tag == "row":
                if element.get("hidden") in ("1", "true"):
                    marks.hidden.add(row)
                inside = None
                continue
            place = _CELL.fullmatch(element.get("r", ""))
            column = _column(place[1]) if place else column + 1
            if len(element):
                bounds.cell(row, column)
                _note(element, (row, column), widths, marks)
    return marks


def _elements(stream: IO[bytes]) -> Iterator[Any]:
    """The cells, rows and merged areas of a sheet's XML, each forgotten after it was looked at."""
    tags = ("{*}c", "{*}row", "{*}mergeCell")
    for _, element in etree.iterparse(
        stream, tag=tags, resolve_entities=False, no_network=True, huge_tree=False
    ):
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _note(cell: Any, place: tuple[int, int], widths: Sequence[int], marks: Marks) -> None:
    """The marks of one cell that holds something."""
    formula, value = cell.find("{*}f"), cell.find("{*}v")
    text = value.text if value is not None else None
    kind = cell.get("t", "n")
    if kind == "e" and text:
        marks.errors.add(place)
    elif formula is not None and not text and not (kind == "str" and value is not None):
        literal = _TEXT_FORMULA.fullmatch(formula.text or "")
        if literal:
            marks.stored[place] = literal[1].replace('""', '"')
        else:
            marks.missing.add(place)
    elif (
        kind == "n"
        and (style := cell.get("s", "")).isdigit()
        and int(style) < len(widths)
        and widths[int(style)]
    ):
        marks.formats[place] = widths[int(style)]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _beyond(where: str, chinese: str, english: str) -> DocumentError:
    return DocumentError(
        f"{where} {chinese}：请删去多余的行列，或拆分后再试。 / {where} {english}; delete the stray cells or split the file."
    )
