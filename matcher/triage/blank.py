"""An empty table for a batch: the columns that are read, for an office to hand out."""

from __future__ import annotations

from pathlib import Path

from matcher.readers.labels import PROPOSAL, first_name
from matcher.sheet import save_workbook, text_cell

_CONTACT = ("phone", "email")  # what letters need besides
_WIDTHS = {"title": 40, "abstract": 80, "organisation": 24}
_WIDTH = 14


def write_blank(path: Path) -> None:
    """Write an .xlsx with the headings of a batch and no row."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("申报汇总表")
    fields = (*PROPOSAL, *_CONTACT)
    for number, field in enumerate(fields, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(field, _WIDTH)
    sheet.freeze_panes = "A2"
    sheet.append([text_cell(sheet, first_name(field)) for field in fields])
    save_workbook(book, path)
