"""Batches written by hand, with their right reading, as data: tests/cases/batches/*.txt.

A case is written a line a row: `S name` worksheet, `V name` hidden one, `T a|b` row (cells of a delimited text as they stand),
`D a|b` row whose dates are dates of Excel and whose `1.1:0.00` are numbers in that format, `M A1:B2` merged cells, `X C` a hidden column,
`H 3` a hidden row of the sheet above, `W words` what must be said. Its reading is one line a proposal: id|title|words of
the abstract|declared|organisation|person;
`~` is not compared, where nothing stands nothing may be read. `?` before the name of a case marks a known failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from matcher.readers.batch import Batch, Entry
from matcher.segment import fold
from matcher.types import Proposal
from tests.layout_cases import Case, read_cases
from tests.spreadsheets import ods, xls

FOLDER = Path(__file__).parent / "cases" / "batches"
FIELDS = ("id", "title", "abstract", "declared", "organisation", "principal_investigator")


def batches() -> list[Case]:
    """All cases, in the order of their files; `rows` are the proposals."""
    return read_cases(FOLDER, lambda row: row.split("|"))


def write_batch(case: Case, folder: Path) -> Path:
    """The case as a file of its format."""
    form, _, encoding = case.suffix.partition("-")
    path = folder / f"{case.name}.{'xls' if encoding == 'xls' else form}"
    rows = [line[2:].split("|") for line in case.lines if line[:2] in ("T ", "D ")]
    if form == "xlsx":
        _xlsx(path, case.lines)
    elif case.suffix == "xls":
        xls(path, "Sheet1", rows)
    elif form == "ods":
        ods(path, {"表": rows})
    elif encoding == "xls":
        cells = "".join("<tr><td>" + "</td><td>".join(map(escape, row)) + "</td></tr>" for row in rows)
        path.write_text(f"<html><body><table border=1>{cells}</table></body></html>", encoding="utf-8")
    else:
        text = "\r\n".join("|".join(row) for row in rows)
        path.write_text(text, encoding={"gb18030": "gb18030", "utf16": "utf-16"}.get(encoding, "utf-8-sig"))
    return path


def _xlsx(path: Path, lines: Sequence[str]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for line in lines:
        kind, _, text = line.partition(" ")
        if kind in ("S", "V"):
            sheet = book.create_sheet(text)
            sheet.sheet_state = "visible" if kind == "S" else "hidden"
        elif kind == "M":
            sheet.merge_cells(text)
        elif kind == "X":
            sheet.column_dimensions[text].hidden = True
        elif kind == "H":
            sheet.row_dimensions[int(text)].hidden = True
        elif kind in ("T", "D"):
            cells = [_value(cell, typed=kind == "D") for cell in text.replace("\\n", "\n").split("|")]
            sheet.append([value for value, _ in cells])
            for column, (value, shown) in enumerate(cells, 1):
                if shown:
                    sheet.cell(sheet.max_row, column, value).number_format = shown
    book.save(path)


def _value(cell: str, *, typed: bool) -> tuple[Any, str]:
    """A cell and its number format, "" for the usual one."""
    number, _, shown = cell.partition(":")
    if typed and re.fullmatch(r"\d{4}-\d\d-\d\d", number):
        return datetime.fromisoformat(number), shown
    if typed and shown and re.fullmatch(r"\d+(\.\d+)?", number):
        return float(number) if "." in number else int(number), shown
    return (int(cell) if re.fullmatch(r"[1-9]\d{0,3}", cell) else cell or None), ""


def batch_faults(case: Case, batch: Batch) -> Iterator[str]:
    """Every field that a reading has wrong, and how."""
    read = list(batch)
    proposals = [entry.proposal for entry in read if isinstance(entry, Entry)]
    if len(read) != len(proposals) or len(proposals) != len(case.rows):
        yield f"{len(proposals)} proposals and {len(read) - len(proposals)} bad rows for {len(case.rows)}"
    for proposal, row in zip(proposals, case.rows, strict=False):
        yield from _differences(proposal, row)
    said = "\n".join(batch.messages())
    yield from (
        f"{line[2:]!r} is not said" for line in case.lines if line[:2] == "W " and line[2:] not in said
    )


def _differences(proposal: Proposal, row: Sequence[str]) -> Iterator[str]:
    for field, value in zip(FIELDS, row, strict=True):
        read, right = _plain(getattr(proposal, field)), _plain(value)
        exact = field in ("id", "title")
        if value != "~" and (read != right if exact or not right else right not in read):
            yield f"{field} {read!r} for {value!r}"


def _plain(text: str) -> str:
    return re.sub(r"\s", "", fold(text))
