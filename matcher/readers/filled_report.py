"""Reports in workbooks that this program wrote and people filled in, read back as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from matcher.errors import ReportError
from matcher.message import COMMA, Catalogue, joined
from matcher.readers.source import check_zip
from matcher.sheet import original

say = Catalogue(__file__)

REMARK = "备注 note"  # the column for remarks of every such report; the rooms name their other columns


class FilledReport:
    """The sheets of a report, open to be read; every cell is the text that was written, "" where there is none."""

    def __init__(self, report: Path, command: str, *sheets: str) -> None:
        """Open the .xlsx that `command` wrote; ReportError for a file that is none or lacks one of its `sheets`."""
        from openpyxl import load_workbook

        self._name, self._command = report.name, command
        if not report.is_file() or report.suffix.lower() != ".xlsx":
            raise ReportError(say("report.no workbook", report=report, command=command))
        check_zip(report, ".xlsx", report.name)
        try:
            self._book = load_workbook(report, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever its parsers raise on damage
            raise self._damaged(error) from error
        if not set(sheets) <= set(self._book.sheetnames):
            lacking = joined(sheets, say("report.and"))
            raise ReportError(say("report.no sheet", name=report.name, command=command, sheets=lacking))

    def lines(self, sheet: str) -> Iterator[list[str]]:
        """The lines of a sheet, headings first; ReportError where the file is damaged."""
        try:
            for line in self._book[sheet].iter_rows(values_only=True):
                yield ["" if value is None else original(str(value)) for value in line]
        except Exception as error:  # as above: sheets are parsed while they are read
            raise self._damaged(error) from error

    def rows(self, sheet: str, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, cells by heading) of every row of a sheet; ReportError unless it has the columns `needed`."""
        lines = self.lines(sheet)
        headings = next(lines, [])
        if missing := [name for name in needed if name not in headings]:
            raise ReportError(
                say(
                    "report.columns",
                    name=self._name,
                    sheet=sheet,
                    missing=joined(missing, COMMA),
                    command=self._command,
                )
            )
        for number, line in enumerate(lines, 2):
            yield number, dict.fromkeys(headings, "") | dict(zip(headings, line, strict=False))

    def _damaged(self, error: Exception) -> ReportError:
        why = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        return ReportError(say("report.damaged", name=self._name, why=why))
