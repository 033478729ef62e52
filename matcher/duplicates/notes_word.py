"""A note as a Word document: texts are texts, and the same note gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from matcher.sheet import printable, repacked

_FONT, _SIZE, _SMALL = "Microsoft YaHei", 9, 8  # points
_MARGIN = 14  # millimetres
_WIDTHS = ((63, *[17] * 7), (26, 78, 78))  # millimetres of the columns of both tables


def document(
    title: str,
    lines: Sequence[str],
    overlaps: Sequence[Sequence[str]],
    passages: Sequence[Sequence[str]],
    last: Sequence[str],
) -> bytes:
    """A page of A4: title, lines (the first bold), two tables whose first rows are headings, and the last lines."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    page = docx.Document()
    section = page.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN))
    style = page.styles["Normal"]
    style.font.name = _FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(2)
    _paragraph(page, title, 13, bold=True)
    for number, line in enumerate(lines):
        _paragraph(page, line, _SIZE + 2 * (number == 0), bold=number == 0)
    for rows, widths in zip((overlaps, passages), _WIDTHS, strict=True):
        if len(rows) > 1:
            _table(page, rows, widths)
            _paragraph(page, "", _SMALL)
    for line in last:
        _paragraph(page, line, _SIZE)
    loose = io.BytesIO()
    page.save(loose)
    with io.BytesIO() as packed:
        repacked(loose, packed)
        return packed.getvalue()


def _paragraph(page: Any, text: str, size: float, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = page.add_paragraph().add_run(printable(text))
    run.font.size, run.bold = Pt(size), bold


def _table(page: Any, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    from docx.shared import Mm, Pt

    table = page.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # the grid, which LibreOffice goes by; Word goes by the cells
    for number, row in enumerate(rows):
        for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(printable(text))
            run.font.size, run.bold = Pt(_SMALL), number == 0
