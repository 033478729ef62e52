"""A note as a Word document: texts are texts, and the same note gives the same bytes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matcher.sheet import printable, repacked

_FONT, _SIZE, _SMALL = "Microsoft YaHei", 9, 8  # points
_MARGIN = 14  # millimetres


def document(
    title: str,
    lines: Sequence[str],
    table: Sequence[Sequence[str]],
    passages: Sequence[Sequence[str]],
    judge: str,
    fill_in: str,
) -> bytes:
    """A page of A4: title, lines, a table whose first row is the heading, passages side by side, the last two lines."""
    import docx
    from docx.shared import Mm, Pt

    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN))
    style = made.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(_SIZE)
    style.paragraph_format.space_after = Pt(2)
    _paragraph(made, title, 13, bold=True)
    for number, line in enumerate(lines):
        _paragraph(made, line, _SIZE + 2 * (number == 0), bold=number == 0)
    _table(made, table)
    if passages:
        made.add_paragraph()
        _table(made, [("对方 other", "本份文字 this text", "对方文字 the other's"), *passages])
    _paragraph(made, judge, _SIZE)
    _paragraph(made, fill_in, _SIZE)
    loose = io.BytesIO()
    made.save(loose)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "note.docx"
        repacked(loose, whole)
        return whole.read_bytes()


def _paragraph(made: Any, text: str, size: float, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = made.add_paragraph().add_run(printable(text))
    run.font.size, run.bold = Pt(size), bold


def _table(made: Any, rows: Sequence[Sequence[str]]) -> None:
    from docx.shared import Pt

    table = made.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(printable(text))
            run.font.size, run.bold = Pt(_SMALL), number == 0
