"""The rows of any table file: each with its sheet and line, its cells by column name, and what the columns are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from matcher import settings
from matcher.errors import BatchError, DocumentError, MatcherError
from matcher.message import Message
from matcher.readers import delimited
from matcher.readers.column_names import column_fields
from matcher.readers.columns import (
    HEADER_WITHIN,
    Header,
    assigned,
    check_chosen,
    find_header,
    is_form,
    weak_header,
)
from matcher.readers.delimited import Line
from matcher.readers.labels import first_name
from matcher.readers.open_columns import no_header, with_shapes
from matcher.readers.source import DOCUMENTS, OLD, ROWS, TEXT, check_regular, kind_of, refuse_old
from matcher.readers.table import Reading, Row, Table
from matcher.readers.turned import turned
from matcher.readers.workbook import Sheet, sheets
from matcher.readers.workbook_losses import unread_parts

_REMEMBERED = settings.chunk("readers.rows.remembered")
_BELOW_HEADER = settings.rows("readers.rows.below_header")
_HEAD = settings.size("readers.source.head")
_TURNED = Message(
    "栏目在第一列，每列一份申报书，按列读",
    "the names stand in the first column; each column is read as a proposal",
)

__all__ = ["Reading", "Row", "fields_by_name", "read_rows"]


def read_rows(
    path: Path,
    reading: Reading | None = None,
    chosen: Mapping[str, str] | None = None,
    header_row: int | None = None,
    only: str | None = None,
) -> Iterator[Row]:
    """The rows of a batch in order, read as they are asked for; a broken row carries its error.

    `chosen` names the columns of fields (field → column), `header_row` (from 1) the row that is the
    header, `only` the sheet that is read (None: all). Raises DocumentError (at the first row) when the file cannot be read at all, BatchError
    when no sheet has a header with a title or a text.
    """
    path = Path(path)
    reading = reading if reading is not None else Reading(path.name)
    chosen = chosen or {}
    suffix = path.suffix.lower()
    check_regular(path)
    _check_suffix(path, suffix)
    if path.stat().st_size == 0:
        raise DocumentError(
            f"{path.name} 是空文件：请换一个有内容的文件。",
            f"{path.name} is empty; choose a file with rows in it.",
        )
    kind = "records" if suffix in (".jsonl", ".json") else kind_of(path)
    _check_layout(path, kind, header_row, only)
    if kind == "records":
        yield from _json_rows(path, reading, chosen)
        return
    if kind == "text":
        tables: Iterable[Sheet] = [Sheet("", delimited.csv_lines(path))]
    else:
        tables = sheets(path, kind)
        reading.remarks += unread_parts(path, kind)
        if only is not None:
            tables = _only(path, tables, only, reading)
    yield from _table_rows(path, tables, reading, chosen, header_row, ragged=kind != "text")


def _only(path: Path, tables: Iterable[Sheet], name: str, reading: Reading) -> Iterator[Sheet]:
    """The sheet of that name, the others noted as not chosen; BatchError where there is none."""
    names = []
    for sheet in tables:
        names.append(sheet.name)
        if sheet.name == name:
            yield sheet
        else:
            reading.unread.append((sheet.name, Message("没有选", "not chosen")))
    if name not in names:
        raise BatchError(
            f"{path.name} 没有工作表“{name}”：有 {'、'.join(names)}。",
            f"{path.name} has no sheet {name}; there are {', '.join(names)}.",
        )


def _check_suffix(path: Path, suffix: str) -> None:
    if suffix in ROWS or (suffix in TEXT and _is_tabbed(path)):
        return
    known = " ".join(ROWS)
    if suffix == ".et":
        refuse_old(path)
    if suffix in (*DOCUMENTS, *OLD):
        raise DocumentError(
            f"{path.name} 是单份文书（{suffix}），不能作为批量表格：应为 {known} 之一，或把它放进文件夹后给文件夹。",
            f"{path.name} ({suffix}) is one document, no table; expected one of {known}, or a folder of documents.",
        )
    raise DocumentError(
        f"{path} 不能作为批量输入（{suffix or '无扩展名'}）：应为 {known} 之一。",
        f"{path} cannot be read as a batch ({suffix or 'no extension'}); expected one of {known}.",
    )


def _is_tabbed(path: Path) -> bool:
    """Whether a text file begins as the tables do that Excel saves as text: tabs in each of its first lines."""
    with path.open("rb") as file:
        lines = [line for line in file.read(_HEAD).split(b"\n") if line.strip(b"\r\0 ")]
    return len(lines) > 1 and all(b"\t" in line for line in lines[:2])


def _check_layout(path: Path, kind: str, header_row: int | None, only: str | None) -> None:
    """BatchError for a sheet or a header row chosen in a file that has none; passed over, the choice would seem obeyed."""
    if only and kind in ("records", "text"):
        raise BatchError(
            f"{path.name} 没有工作表：请去掉 --sheet。", f"{path.name} has no worksheets; leave out --sheet."
        )
    if header_row is not None and kind == "records":
        raise BatchError(
            f"{path.name} 没有表头行：请去掉 --header-row。",
            f"{path.name} has no header row; leave out --header-row.",
        )


def _json_rows(path: Path, reading: Reading, chosen: Mapping[str, str]) -> Iterator[Row]:
    names: dict[str, None] = {}
    for record in delimited.json_records(path):
        if record.error is not None:
            yield Row(record.number, {}, record.error)
            continue
        names.update(dict.fromkeys(record.values))
        columns = fields_by_name(tuple(record.values), tuple(chosen.items()))
        reading.take(columns, record.values)
        reading.rows[""] += 1
        yield Row(record.number, record.values, columns=columns)
    check_chosen(path.name, chosen, names)  # a record need not have every column, but one of them must


@lru_cache(maxsize=_REMEMBERED)
def fields_by_name(
    names: tuple[str, ...], chosen: tuple[tuple[str, str], ...] = ()
) -> Mapping[str, tuple[str, ...]]:
    """field → the columns that hold it, the best first, for the columns that are understood."""
    places = assigned([column_fields(name) for name in names], names, dict(chosen))
    return {name: tuple(names[i] for i in indices) for name, indices in places.items()}


def _table_rows(
    path: Path,
    tables: Iterable[Sheet],
    reading: Reading,
    chosen: Mapping[str, str],
    header_row: int | None,
    *,
    ragged: bool,
) -> Iterator[Row]:
    """The rows of all sheets with a header; if none has a sure one, those of the first that may have one."""
    doubtful: list[tuple[Sheet, list[Line], Header | None]] = []
    read = 0
    for sheet in tables:
        if sheet.hidden:
            reading.unread.append((sheet.name, Message("隐藏", "hidden")))
            continue
        first = list(islice(stream := iter(sheet.lines), max(HEADER_WITHIN, header_row or 0) + _BELOW_HEADER))
        sheet, first, header = _headed(sheet, first, chosen, header_row)
        if header is not None and header.usable and not (header.lists_topics and header_row is None):
            read += 1
            table = Table(
                path.name, sheet, _with_shapes(header, first, reading), reading, chosen, ragged=ragged
            )
            yield from table.rows(chain(first, stream))
            continue
        if first:
            doubtful.append((Sheet(sheet.name, chain(first, stream), sheet.merged), first, header))
        else:
            reading.unread.append((sheet.name, Message("空", "empty")))
    for sheet, first, header in doubtful:
        sure = header is not None and header.usable
        weak = header if sure or header_row is not None else weak_header(first, sheet.merged, chosen)
        if read == 0 and weak is not None and weak.usable:
            read += 1
            yield from Table(path.name, sheet, weak, reading, chosen, ragged=ragged).rows(sheet.lines)
        else:
            reading.unread.append((sheet.name, _why_unread(header)))
    if read == 0:
        raise _nothing(path, doubtful, chosen)


def _why_unread(header: Header | None) -> Message:
    if header is not None and header.lists_topics:
        return Message("像是指南的课题表", "looks like a guide's topics")
    return Message("没有表头", "no header")


def _headed(
    sheet: Sheet, first: list[Line], chosen: Mapping[str, str], header_row: int | None
) -> tuple[Sheet, list[Line], Header | None]:
    """A sheet with its header; a short one whose names stand in its first column is turned to rows."""
    header = find_header(first, sheet.merged, chosen, header_row)
    if header is not None and header_row is None and is_form(first, header):
        return sheet, first, None
    if header is not None or len(first) >= HEADER_WITHIN or not (columns := turned(first)):
        return sheet, first, header
    side = Sheet(sheet.name, iter(()), remarks=(*sheet.remarks, _TURNED))
    return side, columns, find_header(columns, (), chosen)


def _with_shapes(header: Header, first: Sequence[Line], reading: Reading) -> Header:
    """The header, with unknown columns as the fields whose values they hold, and that said."""
    header, taken = with_shapes(header, first)
    reading.remarks += [
        Message(
            f"“{column}”一列按其内容作{first_name(field)}读，不是请用 --column 指明",
            f"the column {column} is read as the {field} by what it holds; if it is not, use --column",
        )
        for column, field in taken
    ]
    return header


def _nothing(
    path: Path, doubtful: Sequence[tuple[Sheet, list[Line], Header | None]], chosen: Mapping[str, str]
) -> MatcherError:
    """The error for a file without a header: with the widest of its first rows as what was found."""
    if not doubtful:
        return DocumentError(
            f"{path.name} 里没有可见的内容：工作表都是空的或隐藏的。",
            f"{path.name} shows nothing: its sheets are empty or hidden.",
        )
    sheet, first, header = doubtful[0]
    if header is None:
        widest = max(
            (line for line in first if line.error is None), key=lambda line: len(line.cells), default=None
        )
        header = find_header(first, sheet.merged, chosen, widest.number) if widest is not None else None
    return no_header(path.name, header)
