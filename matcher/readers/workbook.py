"""Workbooks as sheets of rows: .xlsx, .xls, .xlsb, .ods, and the XML and web pages that are saved as .xls.

python-calamine reads the values (10,000 rows of 12 cells: 0.6 s, openpyxl 3.2 s to 4.7 s; Strict Open
XML as well). What it leaves out of a sheet (what is hidden or struck, formulas without a stored value,
error values, formats that show 001) is looked up apart; in an .xlsx that also bounds the work before it
begins, other containers are read in a process with a memory and a time limit.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Message
from matcher.readers.delimited import Line
from matcher.readers.sheet_xml import COLUMNS, Marks, column_letters
from matcher.readers.source import Kind
from matcher.readers.span_grid import Area as Area

T = TypeVar("T")
_MEMORY = settings.size("readers.workbook.memory")
_SECONDS = int(settings.seconds("readers.workbook.patience"))


@dataclass(frozen=True, slots=True)
class Values:
    """A sheet read whole: its rows of values from row 1 on, its merged areas, and its marks."""

    name: str
    hidden: bool
    rows: list[list[Any]]
    merged: list[Area] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `lines` are read as they are asked for, empty ones left out; `merged` are its merged areas.

    `name` is "" for a file without sheets. `hidden` sheets and charts have no lines. `columns` are the hidden
    columns (from 1), `remarks` sentences for people about cells that hold no value or more than it.
    """

    name: str
    lines: Iterator[Line]
    merged: Sequence[Area] = ()
    hidden: bool = False
    columns: frozenset[int] = frozenset()
    remarks: Sequence[Message] = ()

    def columns_read(self) -> list[Message]:
        """The note that columns which are not shown were read as the others."""
        if not self.columns:
            return []
        names = ", ".join(map(column_letters, sorted(self.columns)))
        return [Message(f"隐藏的列，已读入（{names}）", f"the hidden columns {names} were read")]


def sheets(path: Path, kind: Kind) -> Iterator[Sheet]:
    """The sheets of a workbook in order. DocumentError for damage, a password, or more than the bounds."""
    if kind == "xlsx":
        yield from _xlsx_sheets(path)
        return
    if kind in ("html", "xml"):
        from matcher.readers import markup

        read = _guarded(path, lambda: markup.html_tables(path) if kind == "html" else markup.xml_sheets(path))
    else:
        read = _bounded(path)
    for sheet in read:
        widest = max(map(len, sheet.rows), default=0)
        yield (
            _sheet(sheet.name, sheet.rows, sheet.merged, sheet.marks, widest)
            if not sheet.hidden
            else Sheet(sheet.name, iter(()), hidden=True)
        )


def _sheet(name: str, rows: Iterable[list[Any]], merged: Sequence[Area], marks: Marks, widest: int) -> Sheet:
    columns = frozenset(column for column in marks.columns if column <= widest)
    return Sheet(name, _lines(rows, marks), merged, columns=columns, remarks=marks.remarks())


def _lines(rows: Iterable[list[Any]], marks: Marks) -> Iterator[Line]:
    for number, cells in enumerate(rows, 1):
        values = marks.seen(number, cells)
        if any(value is not None and value != "" for value in values):
            yield Line(number, values, hidden=number in marks.hidden)


def _xlsx_sheets(path: Path) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook

    from matcher.readers.marks import sheet_marks

    marks = _guarded(path, lambda: sheet_marks(path))
    with path.open("rb") as file:
        book = _guarded(path, lambda: CalamineWorkbook.from_filelike(file))
        for about in book.sheets_metadata:
            if not _is_table(about):
                continue
            if _is_hidden(about):
                yield Sheet(about.name, iter(()), hidden=True)
                continue
            sheet = _guarded(path, partial(book.get_sheet_by_name, about.name))
            yield _sheet(about.name, _rows(sheet), _areas(sheet), marks[about.name], COLUMNS)


def read_sheets(path: str) -> list[Values]:
    """All sheets of a .xls, .xlsb or .ods: what the bounded process works out."""
    from python_calamine import CalamineWorkbook

    from matcher.readers.container_marks import marks_of

    raw = Path(path).read_bytes()
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    marked = marks_of(raw)
    read = []
    for about in book.sheets_metadata:
        if _is_table(about):
            hidden = _is_hidden(about)
            sheet = book.get_sheet_by_name(about.name)
            rows = [] if hidden else list(_rows(sheet))
            marks, merged = marked.get(about.name, (Marks(), []))
            read.append(Values(about.name, hidden, rows, _areas(sheet) or merged, marks))
    return read


def _is_table(about: Any) -> bool:
    """Whether a sheet holds cells: a chart or a macro holds none."""
    from python_calamine import SheetTypeEnum

    return bool(about.typ == SheetTypeEnum.WorkSheet)


def _is_hidden(about: Any) -> bool:
    from python_calamine import SheetVisibleEnum

    return bool(about.visible != SheetVisibleEnum.Visible)


def _rows(sheet: Any) -> Iterator[list[Any]]:
    """The rows of a calamine sheet from row 1 and column 1 on; the library leaves out empty first columns."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + row


def _areas(sheet: Any) -> list[Area]:
    return [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ()]


def _guarded(path: Path, work: Callable[[], T]) -> T:
    """What `work` gives; a library's own error becomes a DocumentError."""
    try:
        return work()
    except DocumentError:
        raise
    except Exception as error:  # each parser raises whatever it likes on damage
        raise _damaged(path, f"{type(error).__name__}: {error}") from error


def _damaged(path: Path, why: str) -> DocumentError:
    short = " ".join(why.split())[:120]
    return DocumentError(
        f"{path.name} 已损坏或有密码（{short}）：请重新另存为 .xlsx。",
        f"{path.name} is damaged or locked ({short}); save it again as .xlsx.",
    )


_WORKER = """
import pickle, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
sys.path[:0] = {folders!r}
from matcher.readers.workbook import read_sheets
try:
    answer = read_sheets(sys.argv[1])
except MemoryError:
    sys.exit(3)
except Exception as error:
    answer = f"{{type(error).__name__}}: {{error}}"
sys.stdout.buffer.write(pickle.dumps(answer))
"""


def _bounded(path: Path) -> list[Values]:
    """`read_sheets` in a process of its own, which dies at its limits and not at ours."""
    code = _WORKER.format(memory=_MEMORY, seconds=_SECONDS, folders=[p for p in sys.path if p])
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, timeout=2 * _SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large(path) from error
    if done.returncode != 0:
        raise _too_large(path)
    answer: list[Values] | str = pickle.loads(done.stdout)
    if isinstance(answer, str):
        raise _damaged(path, answer)
    return answer


def _too_large(path: Path) -> DocumentError:
    return DocumentError(
        f"{path.name} 太大或已损坏（读取超过 1 GB 内存或 {_SECONDS} 秒）：请删去多余的行列，另存为 .xlsx。",
        f"{path.name} is too large or damaged (more than 1 GB or {_SECONDS} s to read); delete stray cells and save it as .xlsx.",
    )
