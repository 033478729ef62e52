"""Batches written by hand, with their right reading, as data: tests/cases/batches/*.txt.

A case is written a line a row: `S name` worksheet, `T a|b` row (cells of a delimited text as they stand), `D a|b` row
whose dates are dates of Excel, `M A1:B2` merged cells and `X C` a hidden column of the first sheet. Its reading is one line a
proposal: id|title|words of the abstract|declared|organisation|person; `~` is not compared. `?` before the
name of a case marks a known failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from matcher.readers.batch import Batch, Entry
from matcher.segment import fold
from matcher.types import Proposal
from tests.layout_cases import Case, read_cases

FOLDER = Path(__file__).parent / "cases" / "batches"
FIELDS = ("id", "title", "abstract", "declared", "organisation", "principal_investigator")


def batches() -> list[Case]:
    """All cases, in the order of their files; `rows` are the proposals."""
    return read_cases(FOLDER, lambda row: row.split("|"))


def write_batch(case: Case, folder: Path) -> Path:
    """The case as a file of its format."""
    form, _, encoding = case.suffix.partition("-")
    if form == "xlsx":
        return _xlsx(folder / f"{case.name}.xlsx", case.lines)
    rows = [line[2:] for line in case.lines if line.startswith("T ")]
    path = folder / f"{case.name}.{'xls' if encoding == 'xls' else form}"
    if case.suffix == "xls":
        _xls(path, [row.split("|") for row in rows])
    elif encoding == "xls":
        cells = "".join("<tr><td>" + "</td><td>".join(row.split("|")) + "</td></tr>" for row in rows)
        path.write_text(f"<html><body><table border=1>{cells}</table></body></html>", encoding="utf-8")
    else:
        path.write_text("\r\n".join(rows), encoding="gb18030" if encoding == "gb18030" else "utf-8-sig")
    return path


def _xlsx(path: Path, lines: Sequence[str]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for line in lines:
        kind, _, text = line.partition(" ")
        if kind == "S":
            sheet = book.create_sheet(text)
        elif kind == "M":
            book.worksheets[0].merge_cells(text)
        elif kind == "X":
            book.worksheets[0].column_dimensions[text].hidden = True
        else:
            sheet.append([_value(cell, dated=kind == "D") for cell in text.replace("\\n", "\n").split("|")])
    book.save(path)
    return path


def _value(cell: str, *, dated: bool) -> Any:
    if dated and re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return datetime.fromisoformat(cell)
    return int(cell) if re.fullmatch(r"[1-9]\d{0,3}", cell) else cell or None


def _xls(path: Path, rows: Sequence[Sequence[str]]) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell:
                sheet.write(r, c, cell)
    book.save(str(path))


def batch_faults(case: Case, batch: Batch) -> Iterator[str]:
    """Every field that a reading has wrong, and how."""
    read = list(batch)
    proposals = [entry.proposal for entry in read if isinstance(entry, Entry)]
    if len(read) != len(proposals) or len(proposals) != len(case.rows):
        yield f"{len(proposals)} proposals and {len(read) - len(proposals)} bad rows for {len(case.rows)}"
    for proposal, row in zip(proposals, case.rows, strict=False):
        yield from _differences(proposal, row)


def _differences(proposal: Proposal, row: Sequence[str]) -> Iterator[str]:
    for field, value in zip(FIELDS, row, strict=True):
        read, right = _plain(getattr(proposal, field)), _plain(value)
        exact = field in ("id", "title")
        if value != "~" and (read != right if exact else right not in read):
            yield f"{field} {read!r} for {value!r}"


def _plain(text: str) -> str:
    return re.sub(r"\s", "", fold(text))
