"""Spreadsheets written: every text is a text and never a formula, and the same content gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TextIO, TypeVar

from matcher.files import DAWN, replacing_file
from matcher.message import Catalogue, Message
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
