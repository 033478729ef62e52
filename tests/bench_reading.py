"""`make bench-reading`: how long a folder of forms and a large workbook take to be read, as a table.

Before them a form is read whose time does not count, so that what is imported once is.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import docx
from openpyxl import Workbook

from matcher.readers.batch import Batch
from matcher.types import Proposal
from tests.application_cases import read_form
from tests.bench import abstracts
from tests.bench_archive import clocks

FORMS, ROWS = 200, 10_000
PAGES = 2_400  # characters of the sections of a form: three pages with its table


def form(path: Path, proposal: Proposal, texts: list[str]) -> None:
    """A form in Word of a table of labels and three sections."""
    document = docx.Document()
    document.add_heading("软科学研究计划项目申报书", 0)
    values = {"项目名称": proposal.abstract[:24], "申报单位": "河口大学", "项目负责人": "王某某", "联系电话": "022-58830000"}  # fmt: skip
    table = document.add_table(rows=0, cols=2)
    for label, value in values.items():
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    for heading, text in zip(("一、立项依据", "二、研究内容", "三、预期成果"), texts, strict=True):
        document.add_heading(heading, 1)
        document.add_paragraph(text)
    document.save(str(path))


def workbook(path: Path, proposals: list[Proposal]) -> None:
    """A sheet with a header and a row a proposal."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("申报")
    sheet.append(["编号", "项目名称", "摘要", "申报课题", "申报单位", "负责人", "年度"])
    for number, p in enumerate(proposals, 1):
        sheet.append([f"S{number:05}", p.abstract[:24], p.abstract, "2-24", "河口大学", "王某某", 2026])
    book.save(path)


def read(path: Path) -> tuple[int, float, float]:
    """(entries, seconds by the clock, seconds of the processor) of a batch."""
    start = clocks()
    count = sum(1 for _ in Batch(path))
    clock, work = (clocks() - start).tolist()
    return count, clock, work


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder, book = Path(name) / "forms", Path(name) / "rows.xlsx"
        long = [p.abstract for p in abstracts(3 * FORMS, PAGES // 3)]
        proposals = abstracts(ROWS)
        folder.mkdir()
        for number in range(FORMS):
            form(folder / f"{number:03}.docx", proposals[number], long[3 * number : 3 * number + 3])
        workbook(book, proposals)
        read_form(folder / "000.docx")
        for words, path, goal in (
            (f"{FORMS} forms of three pages in Word", folder, "≤ 20 s"),
            (f"{ROWS:,} rows of .xlsx", book, "≤ 4 s"),
        ):
            count, clock, work = read(path)
            print(f"{words:36} {count:>7,} read {clock:6.2f} s, processor {work:6.2f} s   {goal}")


if __name__ == "__main__":
    main()
