"""The report as .xlsx: the queue, the summary, the heat map, the rules, the topics.

Every text is written as text (never a formula), and nothing in the file depends on the clock, so
the same report gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from matcher.message import Catalogue
from matcher.readers.labels import PROPOSAL, first_name
from matcher.sheet import REMARK, Cell, for_paper, save_workbook, text_cell
from matcher.triage import columns
from matcher.triage.columns import CORRECTED, QUEUE, SUMMARY, TOPICS, VERDICT, verdict_name
from matcher.triage.desk import Report
from matcher.triage.judgement import FilingVerdict

say = Catalogue(__file__)

_BLANK_WIDTHS = {"title": 40, "abstract": 80, "organisation": 24}
_BLANK_WIDTH = 14
_COLOURS: dict[FilingVerdict, str] = {
    "unreadable": "D9D9D9",
    "undeclared": "DDEBF7",
    "move": "FCE4D6",
    "outside": "F8CBAD",
    "ask": "FFF2CC",
    "agree": "E2EFDA",
}


def write_workbook(report: Report, out: Path) -> None:
    """Write the workbook to `out`, replacing it whole."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _queue(book, report)
    _plain(book, SUMMARY, columns.summary_table(report), (44, 14, 14))
    _heat_map(book, report)
    _plain(book, say("sheet.organisations"), columns.organisation_table(report), (30, 20, 14, 70, 50, 30))
    _plain(book, TOPICS, columns.topic_table(report), (10, 16, 50, 20, 16, 12, 12))
    save_workbook(book, out)


def write_blank(path: Path) -> None:
    """Write an empty table for an office to hand out: the columns of a batch that are read, and those that letters need."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    fields = (*PROPOSAL, "phone", "email")
    sheet = _sheet(
        book, say("sheet.blank"), (_BLANK_WIDTHS.get(field, _BLANK_WIDTH) for field in fields), "A2"
    )
    sheet.append([text_cell(sheet, first_name(field)) for field in fields])
    save_workbook(book, path)


def _cells(sheet: Any) -> Callable[[Cell, str], Any]:
    """Makes cells of a sheet in a style: "head", "phone" or a verdict by its name, worked out once and then shared."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    fills: dict[str, str] = {verdict_name(verdict): colour for verdict, colour in _COLOURS.items()}
    fills["head"] = "D9E1F2"

    @cache
    def style(name: str) -> Any:
        cell = WriteOnlyCell(sheet)
        if name == "phone":
            cell.number_format = "@"
        else:
            cell.fill = PatternFill("solid", fgColor=fills[name])
        if name == "head":
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        return cell._style

    def styled(value: Cell, name: str) -> Any:
        cell = text_cell(sheet, value) if isinstance(value, str) and value else WriteOnlyCell(sheet, value)
        cell._style = style(name)
        return cell

    return styled


def _sheet(book: Any, title: str, widths: Iterable[int], freeze: str) -> Any:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = freeze
    for i, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    for_paper(sheet)
    return sheet


def _queue(book: Any, report: Report) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    shown = columns.queue_columns()
    headings = [column.heading for column in shown]
    sheet = _sheet(book, QUEUE, (column.width for column in shown), "B2")
    last = len(report.rows) + 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{last}"
    letter, noted = (get_column_letter(headings.index(name) + 1) for name in (CORRECTED, REMARK))
    sheet.print_area = f"A1:{noted}{last}"  # what is decided; the reasons are read on the screen
    choice = DataValidation(
        "list",
        formula1=f"'{TOPICS}'!$A$2:$A${len(report.guide.topics) + 2}",
        allow_blank=True,
        showErrorMessage=False,
    )
    choice.add(f"{letter}2:{letter}{max(last, 2)}")
    sheet.data_validations.append(choice)
    styled = _cells(sheet)
    sheet.append([styled(heading, "head") for heading in headings])
    verdict, phone = headings.index(VERDICT), headings.index(say("column.phone"))
    for row in report.rows:
        values: list[Any] = [column.cell(row) for column in shown]
        values[verdict] = styled(values[verdict], values[verdict])
        values[phone] = styled(values[phone], "phone")
        sheet.append([text_cell(sheet, value) for value in values])


def _plain(book: Any, title: str, table: Iterable[list[Cell]], widths: tuple[int, ...]) -> None:
    """A sheet of a table whose first row is the heading."""
    _fill(_sheet(book, title, widths, "A2"), table)


def _fill(sheet: Any, table: Iterable[list[Cell]]) -> None:
    rows, styled = iter(table), _cells(sheet)
    sheet.append([styled(str(name), "head") for name in next(rows)])
    for row in rows:
        sheet.append([text_cell(sheet, cell) for cell in row])


def _heat_map(book: Any, report: Report) -> None:
    """Declared topics down, suggested across, counts in cells that redden with the count."""
    from openpyxl.formatting.rule import ColorScaleRule
    from openpyxl.utils import get_column_letter

    table = list(columns.confusion_table(report))
    sheet = _sheet(book, say("sheet.confusion"), [34, *[7] * (len(table[0]) - 1)], "B2")
    if len(table) > 1:
        area = f"B2:{get_column_letter(len(table[0]))}{len(table)}"
        scale = ColorScaleRule(
            start_type="num", start_value=0, start_color="FFFFFF", end_type="max", end_color="F4845F"
        )
        sheet.conditional_formatting.add(area, scale)
    _fill(sheet, table)
