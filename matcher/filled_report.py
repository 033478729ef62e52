"""Reports that people filled in, read back as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from matcher import settings
from matcher.errors import ReportError, described
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.sheet.xlsx import cell_names
from matcher.readers.source import check_regular, check_zip
from matcher.sheet import forms, known, original

say = Catalogue(__file__)

_HEADER_WITHIN = settings.rows("readers.header.within")


class FilledReport:
    """The sheets of a report, open to be read; every cell is the text that was written, "" where there is none."""

    def __init__(self, report: Path, command: str, *sheets: Message, rest: Iterable[Message] = ()) -> None:
        """Open the .xlsx that `command` wrote, its other sheets being the `rest`; ReportError for a file that is none, lacks one
        of its `sheets`, or has formulas without values in one behind the first, DocumentError for no file."""
        from openpyxl import load_workbook

        from matcher.readers.sheet.marks import marks_of

        self._name, self._command = report.name, command
        if report.suffix.lower() != ".xlsx":
            raise ReportError(say("report.no workbook", report=report, command=command))
        check_regular(report)
        check_zip(report, ".xlsx", report.name)
        try:
            self._book = load_workbook(report, read_only=True, data_only=True)
            self._marks = marks_of(report, "xlsx")
        except Exception as error:  # openpyxl raises whatever its parsers raise on damage
            raise self._damaged(error) from error
        self._titles = {name: title for title, name in forms(self._book.sheetnames, [*sheets, *rest]).items()}
        if not set(sheets) <= set(self._titles):
            lacking = joined(sheets, say("report.and"))
            raise ReportError(say("report.no sheet", name=report.name, command=command, sheets=lacking))
        for sheet in sheets[1:]:
            for _, finding in self.unread(sheet):  # what the report says of itself would pass for nothing
                raise ReportError(finding)

    def unread(self, sheet: Message) -> list[tuple[int, Message]]:
        """The first row with a formula that holds no value, and a sentence about all such cells of a sheet, which read as empty."""
        places = self._marks[self._titles[sheet]].missing
        cells = cell_names(places)
        finding = say("report.formulas", name=self._name, sheet=sheet, cells=cells)
        return [(min(places)[0], finding)] if places else []

    def lines(self, sheet: Message) -> Iterator[list[str]]:
        """The lines of a sheet as a person sees them, headings first; ReportError where the file is damaged."""
        title = self._titles[sheet]
        try:
            for row, line in enumerate(self._book[title].iter_rows(values_only=True), 1):
                yield ["" if v is None else original(str(v)) for v in self._marks[title].seen(row, line)]
        except Exception as error:  # as above: sheets are parsed while they are read
            raise self._damaged(error) from error

    def rows(
        self, sheet: Message, needed: Sequence[Message], optional: Sequence[Message] = ()
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, cells by heading) of every row of a sheet; ReportError unless it has the columns `needed`, none twice.

        Those and the `optional` ones are by their headings in both languages, whichever the report is in; lines above are passed over.
        """
        lines = enumerate(self.lines(sheet), 1)
        first = list(islice(lines, _HEADER_WITHIN))
        heads = [known(line, [*needed, *optional]) for _, line in first] or [[]]
        at = next((at for at, head in enumerate(heads) if set(needed) <= set(head)), 0)
        headings = heads[at]
        named, by = self._name, self._command
        if missing := joined([name for name in needed if name not in headings], COMMA):
            raise ReportError(say("report.columns", name=named, sheet=sheet, missing=missing, command=by))
        if twice := joined([name for name in (*needed, *optional) if headings.count(name) > 1], COMMA):
            raise ReportError(say("report.twice", name=named, sheet=sheet, twice=twice))
        for number, line in chain(first[at + 1 :], lines):
            yield number, dict.fromkeys(headings, "") | dict(zip(headings, line, strict=False))

    def copies(self, needed: Sequence[Message]) -> list[Message]:
        """What is to be said of other sheets with the columns `needed`, as a copy has: nothing that stands there is read."""
        rest = (sheet for sheet in self._book.worksheets if sheet.title not in self._titles.values())
        named = [sheet.title for sheet in rest if _heads(sheet, needed)]
        return [say("report.copies", name=self._name, sheets=joined(named, COMMA))] if named else []

    def _damaged(self, error: Exception) -> ReportError:
        return ReportError(say("report.damaged", name=self._name, why=described(error)))


def _heads(sheet: Any, needed: Sequence[Message]) -> bool:
    """Whether one of the first lines of a sheet has all the headings `needed`."""
    lines = sheet.iter_rows(max_row=_HEADER_WITHIN, values_only=True)
    return any(set(needed) <= set(known([str(v) for v in line if v is not None], needed)) for line in lines)
