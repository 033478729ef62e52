"""Spreadsheets written: every text is a text and never a formula, and the same content gives the same bytes; and reports
that people filled in, read back as text.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, TextIO, TypeVar

from matcher import settings
from matcher.errors import ReportError, described
from matcher.files import DAWN, replacing_file
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.sheet.xlsx import cell_names
from matcher.readers.source import check_regular, check_zip
from matcher.screen import spoken
from matcher.segment import fold, visible

say = Catalogue(__file__)

Cell = str | float | int | None
T = TypeVar("T")

# A spreadsheet runs a cell that begins with one of these, or with a wide or small form of them.
_RUNS = "=+-@"
# What a spreadsheet that separates by ;, as in much of Europe, may make a cell of.
_PART = re.compile(r"[^;\n]+")
# Characters that Excel takes in one cell.
LONGEST = 32_767
_HEADER_WITHIN = settings.rows("readers.header.within")
_A4 = 9  # the number of the paper in the file format
# No XML file may hold these two.
_NOT_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
# What people write where they have not decided yet, or are not sure, as `answer_word` gives it.
OPEN = ("未定", "待定", "待议", "再议", "待核", "待核实", "待查", "open", "undecided", "pending", "tbd")
UNSURE = ("存疑", "?", "不确定", "拿不准", "unsure")


def heading(zh: str, en: str) -> Message:
    """What stands over a column or on a sheet, which is read back in either language and in both."""
    return Message(zh, en, f"{zh} {en}")


# The column for remarks of every such report; the rooms name their other columns.
REMARK = heading("备注", "note")


def harmless(text: str) -> str:
    """Text that no spreadsheet runs as a formula: one that begins like a formula gets a ' in front.

    It is cleaned first and judged after: control characters become spaces, what cannot be seen goes. `original` takes the ' away.

    >>> harmless("=1+1"), harmless("'=x"), harmless("+86 22"), harmless("1-03")
    ("'=1+1", "''=x", "'+86 22", '1-03')
    >>> harmless(chr(0x200B) + " =1+1")
    "' =1+1"
    """
    shown = printable(text)
    return f"'{shown}" if _runs(shown) else shown


def printable(text: str) -> str:
    """Text as an office document may hold it: what cannot be seen or no XML may hold is gone."""
    return visible(text).translate(_NOT_XML)


def original(cell: str) -> str:
    """The text that `harmless` made a cell of.

    >>> original(harmless("=1+1")), original(harmless("'=x")), original("'quoted'")
    ('=1+1', "'=x", "'quoted'")
    """
    return cell[1:] if cell.startswith("'") and _runs(cell) else cell


def _runs(text: str) -> bool:
    """Whether the first character that counts begins a formula; spaces, marks and quotes before it do not count."""
    first = next((c for c in text if c not in "'\"" and unicodedata.category(c)[0] not in "CMZ"), "")
    return first != "" and unicodedata.normalize("NFKC", first)[0] in _RUNS


def write_csv(stream: TextIO, rows: Iterable[Iterable[Cell]]) -> None:
    """Write rows that a spreadsheet will open, every text as a `csv_cell`."""
    stream.write("\ufeff")  # without it Excel takes UTF-8 for the system's own encoding
    csv.writer(stream, lineterminator="\n").writerows(map(csv_cell, row) for row in rows)


def csv_cell(value: Cell) -> Cell:
    """A cell of a table that commas separate, in the language that was chosen: every part that may become a cell is `harmless`.

    >>> csv_cell("a;=1+1"), csv_cell("a,=1+1"), csv_cell(0.5)
    ("a;'=1+1", 'a,=1+1', 0.5)
    """
    if not isinstance(value, str):
        return value
    return _PART.sub(lambda part: harmless(part[0]), printable(spoken(value)))


def new_sheet(book: Any, title: str, widths: Iterable[float], frozen: str = "A2") -> Any:
    """A sheet with columns of these widths, in characters; what stands above and left of the cell `frozen` stays in sight.

    It is set up to be printed: A4 across, as wide as the paper, headings and a page number on every page.
    """
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = book.create_sheet(spoken(title))
    sheet.freeze_panes = frozen
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&P / &N"
    return sheet


def offer(sheet: Any, column: int, last: int, choices: str) -> None:
    """Offer `choices`, a list or a range as a formula, in a column (from 1) down to the row `last`; other texts may be written too."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation("list", formula1=choices, allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(column)
    offered.add(f"{letter}2:{letter}{max(last, 2)}")
    sheet.data_validations.append(offered)


def text_cell(sheet: Any, value: Cell) -> Any:
    """A cell of a write-only sheet: a text as a string in the language that was chosen, cut to what it takes; empty for ""."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    if not value:
        return None  # an empty cell takes no room in the file
    cell = WriteOnlyCell(sheet, value=_fitted(spoken(value)))
    cell.data_type = "s"
    return cell


def _fitted(text: str) -> str:
    """What a cell holds of a text."""
    safe = harmless(text)
    return safe if len(safe) <= LONGEST else safe[: LONGEST - 1] + "…"


def read_again(text: str) -> str:
    """What `FilledReport` reads of a cell that was written from `text`: a report holds no text exactly.

    >>> read_again("=1" + chr(0x200B)), read_again("one" + chr(9) + "two")
    ('=1', 'one two')
    """
    return original(_fitted(text))


def answer_word(written: str) -> str:
    """What somebody filled into a cell as answers are compared: folded, in lower case, without the stop behind it."""
    return fold(written).strip(" 。.").lower()


def meant(written: str, words: Mapping[str, T]) -> T | None:
    """What somebody filled in, by the `words` that say it, one or the two that a report in both languages has; None for others."""
    word = answer_word(written)
    one, *rest = {words.get(part) for part in (word.split() or [""])}
    return words.get(word) or (None if rest else one)


def save_workbook(book: Any, path: Path) -> None:
    """Write an openpyxl workbook to `path`, whole or not at all, with nothing of the clock in it."""
    from openpyxl.writer.excel import ExcelWriter

    with replacing_file(path) as part, tempfile.TemporaryFile() as loose:
        # Stored, not packed: the parts are packed once, when they get their fixed times.
        with zipfile.ZipFile(loose, "w", zipfile.ZIP_STORED) as folder:
            ExcelWriter(book, folder).write_data()
        _repack(loose, part)


def packed_document(save: Callable[[IO[bytes]], object]) -> bytes:
    """What a document's own `save` writes, packed, with nothing of the clock in it: the same bytes for the same content."""
    with io.BytesIO() as loose, io.BytesIO() as packed:
        save(loose)
        _repack(loose, packed)
        return packed.getvalue()


def _repack(loose: IO[bytes], packed: Path | IO[bytes]) -> None:
    with zipfile.ZipFile(loose) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, DAWN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content, compresslevel=6)


class FilledReport:
    """The sheets of a report, open to be read; every cell is the text that was written, "" where there is none."""

    def __init__(self, report: Path, command: str, *sheets: Message, rest: Iterable[Message] = ()) -> None:
        """Open the .xlsx that `command` wrote, its other sheets being the `rest`; ReportError for a file that is none, lacks one
        of its `sheets`, or has formulas without values there, DocumentError for no file."""
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
        for sheet in sheets:
            if places := self._marks[self._titles[sheet]].missing:  # such a cell would pass for an empty one
                cells = cell_names(places)
                raise ReportError(say("report.formulas", name=report.name, sheet=sheet, cells=cells))

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


def forms(written: Sequence[str], names: Sequence[Message]) -> dict[str, str]:
    """What is written, in capitals or not → which of `names` it is, each in the language in which most of them are: a column in
    another may be somebody's own."""
    seen = {answer_word(text): text for text in reversed(written)} | {text: text for text in written}
    by_language = zip(*(name.forms for name in names), strict=True)
    languages = sorted(by_language, key=lambda texts: -sum(text in seen for text in texts))
    present = ([seen[t] for t in texts if t in seen] for texts in zip(*languages, strict=True))
    return {texts[0]: str(name) for name, texts in zip(names, present, strict=True) if texts}


def known(written: Sequence[str], names: Sequence[Message]) -> list[str]:
    """What is written, each of `names` that is among it, in any language, as in both."""
    names_of = forms(written, names)
    return [names_of.get(text, text) for text in written]
