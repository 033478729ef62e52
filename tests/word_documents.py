"""Documents of Word from lines of a case (tests/layout_cases.py), written as XML: python-docx takes ten times as long.

What python-docx would write, byte for byte, in the parts of a document that it made, but for the looks of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

_BODY = "word/document.xml"
_PAGE = 8640  # width of the text of a page, in twentieths of a point
_STYLES = {"N": "ListNumber", **{str(n): f"Heading{n}" for n in range(1, 10)}}
_MARKUP = re.compile(r"[\t\n\r]|[^\t\n\r]+")


def write_word(path: Path, lines: Sequence[str]) -> None:
    """The lines as a document."""
    levels = tuple(text for kind, _, text in (line.partition(" ") for line in lines) if kind == "=")
    parts = _parts(levels)
    body = "".join(_blocks(line for line in lines if not line.startswith("= "))).encode()
    before, page, after = parts[_BODY].partition(b"<w:sectPr")
    with ZipFile(path, "w") as archive:
        for name, data in parts.items():
            if name == _BODY:
                archive.writestr(name, before + body + page + after, ZIP_DEFLATED)
            else:
                archive.writestr(name, data, ZIP_STORED)


def blank() -> Any:
    """An empty document of python-docx, without the looks of tables."""
    from docx import Document

    return Document(BytesIO(_template()))


@cache
def _template() -> bytes:
    """Nine tenths of the template's styles are looks of tables, which no case has: to read them takes three times as long as all else."""
    from docx import Document

    document, saved = Document(), BytesIO()
    styles, relations = document.styles.element, document.part.rels
    for style in styles.xpath("w:style[@w:type='table']"):
        styles.remove(style)
    for key in [key for key, part in relations.items() if part.reltype.endswith("/stylesWithEffects")]:
        del relations[key]
    document.save(saved)
    return saved.getvalue()


@cache
def _parts(levels: Sequence[str]) -> dict[str, bytes]:
    """The parts of an empty document whose heading styles have these automatic outlines."""
    document, saved = blank(), BytesIO()
    for level in levels:
        _number_headings(document, level.split("|"))
    document.save(saved)
    with ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _number_headings(document: Any, levels: Sequence[str]) -> None:
    """Give Word's heading styles an automatic outline; a level is its text and its kind of number: %1.%2decimal."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    outline = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{m[2]}"/><w:pStyle w:val="Heading{i + 1}"/>'
        f'<w:lvlText w:val="{m[1]}"/></w:lvl>'
        for i, level in enumerate(levels)
        if (m := re.fullmatch(r"(.*?)([A-Za-z]+)", level))
    )
    numbering = document.part.numbering_part.element
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{outline}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for i in range(len(levels)):
        style = document.styles[f"Heading {i + 1}"].element.get_or_add_pPr()
        style.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{i}"/><w:numId w:val="90"/></w:numPr>')
        )


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    for is_table, block in groupby(lines, lambda line: line.split(" ", 1)[0] == "T"):
        if is_table:
            yield _table([_cells(line.partition(" ")[2]) for line in block], _PAGE)
            continue
        for line in block:
            kind, _, text = line.partition(" ")
            if kind == "B":
                yield _text_box(text)
            else:
                yield _paragraph(text, _STYLES.get(str(len(kind)) if kind.startswith("#") else kind))


def _paragraph(text: str, style: str | None = None) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f"<w:r>{_run(text)}</w:r>" if text else ""
    return f"<w:p>{properties}{run}</w:p>" if properties or run else "<w:p/>"


def _run(text: str) -> str:
    """A text with the elements that stand for tabs and line ends."""
    signs = {"\t": "<w:tab/>", "\n": "<w:br/>", "\r": "<w:br/>"}
    return "".join(signs.get(part) or _kept(part) for part in _MARKUP.findall(text))


def _kept(text: str) -> str:
    spaces = "" if text == text.strip() else ' xml:space="preserve"'
    return f"<w:t{spaces}>{escape(text)}</w:t>"


def _text_box(text: str) -> str:
    """A paragraph with a text box, written as Word does: once for itself and once more for older programs."""
    inner = f"<w:txbxContent><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:txbxContent>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>'
        f"{inner}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"{inner}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def _cells(text: str) -> list[str]:
    """The cells of a row; a bar within {{a table in its cell}} parts none."""
    return re.split(r"\|(?![^{]*\}\})", text.replace("\\n", "\n"))


@dataclass
class _Area:
    """A cell, over the rows and columns that were merged to it; its contents as XML."""

    top: int
    left: int
    bottom: int
    right: int
    inner: str = "<w:p/>"
    text: str = ""

    def write(self, text: str) -> None:
        """Let the cell hold a text, and nothing but it."""
        self.text, self.inner = text, f"<w:p><w:r>{_run(text)}</w:r></w:p>".replace("<w:r></w:r>", "<w:r/>")

    def drawn(self, row: int, column_width: int) -> str:
        """The cell as it stands in one of its rows."""
        span, merged = self.right - self.left, ""
        if self.bottom - self.top > 1:
            merged = '<w:vMerge w:val="restart"/>' if row == self.top else "<w:vMerge/>"
        if span > 1:
            merged = f'<w:gridSpan w:val="{span}"/>{merged}'
        return (
            f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{span * column_width}"/>{merged}</w:tcPr>'
            f"{self.inner if row == self.top else '<w:p/>'}</w:tc>"
        )


def _table(rows: Sequence[Sequence[str]], width: int) -> str:
    count = max(map(len, rows))
    each = round(width / count)
    grid = [[_Area(r, c, r + 1, c + 1) for c in range(count)] for r in range(len(rows))]
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell in ("^", "<"):
                _merge(grid, grid[r - 1][c] if cell == "^" else grid[r][c - 1], grid[r][c])
            elif cell.startswith("{{"):
                inner = _table([line.split("|") for line in cell[2:-2].split(";")], each)
                grid[r][c].inner += f"{inner}<w:p/>"
            else:
                grid[r][c].write(cell)
        if len(row) == 1 and count > 1:
            _merge(grid, grid[r][0], grid[r][count - 1])
            grid[r][0].write(row[0])
    columns = f'<w:gridCol w:w="{each}"/>' * count
    drawn = (
        "".join(area.drawn(r, each) for c, area in enumerate(row) if c == area.left)
        for r, row in enumerate(grid)
    )
    return (
        '<w:tbl><w:tblPr><w:tblW w:type="auto" w:w="0"/><w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" '
        'w:lastRow="0" w:noHBand="0" w:noVBand="1" w:val="04A0"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
        f"{''.join(f'<w:tr>{cells}</w:tr>' for cells in drawn)}</w:tbl>"
    )


def _merge(grid: list[list[_Area]], kept: _Area, more: _Area) -> None:
    """One cell of two, over all that lies between them, with the text of the first."""
    area = _Area(
        min(kept.top, more.top),
        min(kept.left, more.left),
        max(kept.bottom, more.bottom),
        max(kept.right, more.right),
    )
    area.write(kept.text)
    for row in grid[area.top : area.bottom]:
        row[area.left : area.right] = [area] * (area.right - area.left)
