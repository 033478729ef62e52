"""Batches of rows, streamed: .csv .tsv .xlsx .jsonl. A row that cannot be read is reported, never dropped."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from matcher.errors import DocumentError

ROWS = (".csv", ".tsv", ".jsonl", ".xlsx")
_SAMPLE = 65536  # bytes looked at to tell the encoding and the delimiter
LONGEST_LINE = 20_000_000  # characters; a batch has cells of thousands, and memory must not be one cell's
_LONGEST_TAG = 500  # bytes; the tag of a merged area has some fifty
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]+)(\d+):[A-Z]+(\d+)"')


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a batch: `line` is where it starts in the file (from 1).

    `values` maps column names to what the file says ({} for a broken row); `error` says why a row
    could not be read (Chinese / English), None for a good one.
    """

    line: int
    values: Mapping[str, object]
    error: str | None = None


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a batch in order, read as they are asked for; a broken row carries its error.

    Raises DocumentError (at the first row) when the file cannot be read at all.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if not path.is_file() or suffix not in ROWS:
        known = " ".join(ROWS)
        found = (
            "文件夹 / a folder" if path.is_dir() else suffix if path.is_file() else "不存在 / no such file"
        )
        raise DocumentError(
            f"{path} 不能作为批量输入（{found}）：应为 {known} 之一。 / "
            f"{path} cannot be read as a batch ({found}); expected one of {known}."
        )
    if suffix == ".xlsx":
        return _xlsx_rows(path)
    return _jsonl_rows(path) if suffix == ".jsonl" else _csv_rows(path, suffix)


def sniff(text: str) -> str:
    """The delimiter of a table: whichever of comma, tab, semicolon the first lines hold most evenly."""
    lines = [line for line in text[:_SAMPLE].splitlines() if line.strip()][:20]
    if not lines:
        return ","
    # The header decides: a comma inside an abstract must not outvote it.
    counts = {d: lines[0].count(d) for d in ",\t;"}
    if not any(counts.values()):
        counts = {d: min(line.count(d) for line in lines) for d in ",\t;"}
    return max(",\t;", key=lambda d: counts[d])


def encoding_of(path: Path) -> str:
    """utf-8-sig, utf-16 or gb18030: what the whole file decodes as; DocumentError if none does."""
    with path.open("rb") as file:
        start = file.read(2)
    if start in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise DocumentError(
        f"{path.name} 不是文本（应为 UTF-8、UTF-16 或 GB18030）：请另存为 UTF-8。 / "
        f"{path.name} is not text in UTF-8, UTF-16 or GB18030; save it as UTF-8."
    )


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text file, each in its own encoding if the file was pasted together from several.

    Bytes that fit no encoding break one line only. DocumentError for a line longer than LONGEST_LINE.
    """
    try:
        encoding = encoding_of(path)
    except DocumentError:
        encoding = "mixed"
    plain = encoding in ("utf-8-sig", "utf-16")
    try:
        with path.open(
            encoding=encoding if plain else "utf-8-sig", errors="surrogateescape", newline=""
        ) as file:
            while line := file.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE:
                    raise DocumentError(
                        f"{path.name} 有一行超过 {LONGEST_LINE:,} 个字符：请检查这一格，或拆分文件。 / "
                        f"{path.name} has a line of more than {LONGEST_LINE:,} characters; check that cell or split the file."
                    )
                yield line if plain else _redecoded(line)
    except UnicodeError as error:  # half a UTF-16 unit at the end
        raise DocumentError(
            f"{path.name} 的 UTF-16 编码不完整：请另存为 UTF-8。 / "
            f"{path.name} is damaged UTF-16; save it as UTF-8."
        ) from error


def _redecoded(line: str) -> str:
    """A line read as UTF-8 in a file that is not all UTF-8: as GB18030 where that is what it is."""
    strange = [c for c in line if not c.isascii()]
    broken = sum("\udc80" <= c <= "\udcff" for c in strange)
    # Chinese in UTF-8 takes three bytes; two-byte letters alone are more likely GB18030 read wrongly.
    if not strange or (2 * broken <= len(strange) and any(c > "\u07ff" for c in strange)):
        return line
    try:
        return line.encode("utf-8", "surrogateescape").decode("gb18030")
    except UnicodeDecodeError:
        return line


def _jsonl_rows(path: Path) -> Iterator[Row]:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip("\ufeff \t\r\n\x00"):
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Row(number, {}, f"第 {number} 行不是有效的 JSON。 / Line {number} is not valid JSON.")
            continue
        if isinstance(value, dict):
            yield Row(number, value)
        else:
            yield Row(number, {}, f"第 {number} 行应为 JSON 对象。 / Line {number} should be a JSON object.")


def _csv_rows(path: Path, suffix: str) -> Iterator[Row]:
    csv.field_size_limit(1 << 30)
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    encoding = "utf-16" if sample[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    delimiter = "\t" if suffix == ".tsv" else sniff(sample.decode(encoding, "replace"))
    reader = csv.reader(_lines(path), delimiter=delimiter)
    header: list[str] | None = None
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(
                start, {}, f"第 {start} 行无法解析（{error}）。 / Line {start} cannot be parsed ({error})."
            )
            start = reader.line_num + 1
            continue
        line, start = start, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(cells)
        else:
            yield _table_row(line, header, cells)


def _header(cells: list[str]) -> list[str]:
    """Column names without outer white space; a repeated name gets its number, so no column hides another."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for cell in cells:
        name = cell.strip("\ufeff \t\r\n\u3000")
        seen[name] += 1
        names.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return names


def _table_row(line: int, header: list[str], cells: list[str]) -> Row:
    extra = [cell for cell in cells[len(header) :] if cell.strip()]
    if len(cells) < len(header) or extra:
        return Row(
            line,
            {},
            f"第 {line} 行有 {len(cells)} 格，应为 {len(header)} 格。 / "
            f"Line {line} has {len(cells)} cells; {len(header)} were expected.",
        )
    return Row(line, {name: cell for name, cell in zip(header, cells, strict=False) if name})


def _xlsx_rows(path: Path) -> Iterator[Row]:
    from matcher.readers.formats import check_zip

    check_zip(path, ".xlsx", path.name)
    try:
        yield from _sheet_rows(path)
    except Exception as error:  # openpyxl raises whatever its parsers raise on damage
        why = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        raise DocumentError(
            f"{path.name} 已损坏或有密码（{why}）：请重新另存为 .xlsx。 / "
            f"{path.name} is damaged or locked ({why}); save it again as .xlsx."
        ) from error


def _sheet_rows(path: Path) -> Iterator[Row]:
    """The rows of the first visible sheet that has a header."""
    from openpyxl import load_workbook  # here: a slow import that text batches do not need

    from matcher.readers.formats import cut_trailing

    book = load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # a wrong stored size would hide rows
        merged = _merged(sheet)
        header: list[str] | None = None
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = [cell_text(value) for value in values]
            if header is not None:
                merged.fill(number, cells)
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                if sum(bool(cell.strip()) for cell in cells) > 1:  # a lone cell is the sheet's caption
                    header = _header(cut_trailing(cells))
                continue
            # Excel stores no cells after the last filled one, so a short row is a row with empty ends.
            yield _table_row(number, header, cells + [""] * (len(header) - len(cells)))
        if header is not None:
            return


@dataclass
class _Merged:
    """Cells that are merged downwards: each row that one covers gets its text."""

    areas: list[tuple[int, int, int]]  # (column from 0, first row, last row)
    texts: dict[int, str] = field(default_factory=dict)

    def fill(self, number: int, cells: list[str]) -> None:
        """Put the texts of merged cells into row `number`, and remember those that begin there."""
        for column, first, last in self.areas:
            if first == number and column < len(cells):
                self.texts[column] = cells[column]
            elif first < number <= last and column in self.texts:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = cells[column] or self.texts[column]


def _merged(sheet: Any) -> _Merged:
    """The merged areas of a sheet; the reader of large files leaves them out, so they are looked up in its XML."""
    from openpyxl.utils import column_index_from_string

    areas = []
    tail = b""
    with sheet._get_source() as xml:
        while block := xml.read(1 << 20):
            # An entry may lie across two blocks: what follows the last closed tag is looked at again.
            text, _, rest = (tail + block).rpartition(b">")
            tail = rest[-_LONGEST_TAG:]
            for left, top, bottom in _MERGED.findall(text + b">"):
                if top != bottom:
                    areas.append((column_index_from_string(left.decode()) - 1, int(top), int(bottom)))
    return _Merged(areas)


def cell_text(value: object) -> str:
    """A cell as text: 2021.0 as "2021", dates in ISO form, an empty cell as ""."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    # Excel writes control characters as _x000D_; they are line ends that nobody sees.
    return re.sub(r"_x000[Dd]_", "", str(value))
