"""Files to text: a document as lines and tables, a batch as rows. What a line means is not decided here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from matcher.errors import DocumentError
from matcher.readers.cells import cell_text
from matcher.readers.delimited import csv_lines
from matcher.readers.encoding import decode
from matcher.readers.rows import BOOKS, Row, read_rows
from matcher.readers.source import check_regular, kind_of
from matcher.readers.workbook import sheets

__all__ = ["Document", "Row", "Table", "read_document", "read_rows"]

TEXT = (".txt", ".md", ".text", ".markdown")
KNOWN = (*TEXT, ".docx", ".pdf", *BOOKS, ".csv", ".tsv", ".html", ".htm", ".json", ".jsonl")
# The column names under which topics of a JSON file become a table; a guide reader knows them all.
_JSON_COLUMNS = ("id", "section", "number", "title", "content", "office", "phone")
_LINE_END = re.compile(r"\r\n|\r|\n")

# What a format reader gives: a paragraph, or a table as rows of cells ("" under a merged cell).
Block = str | list[list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document: `rows[i]` are the cells of the row that is line `line_numbers[i]` (from 1)."""

    rows: tuple[tuple[str, ...], ...]
    line_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as text. A row of a table is one line, its cells joined by " | ".

    `name` is the file's stem, `sha256` the hash of its bytes; `wrapped` says that lines were
    broken by the page (a PDF), so that a paragraph may go on in the next line.
    """

    name: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    sha256: str = ""
    wrapped: bool = False


def read_document(path: Path) -> Document:
    """The lines and tables of one file, whatever its format.

    Raises DocumentError, in one line, for a missing file, a folder, an unknown or old format,
    a password, damage, a scanned PDF, or a file without text.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    raw = _bytes_of(path, suffix)
    try:
        blocks = list(_blocks(raw, suffix, path))
    except DocumentError:
        raise
    except Exception as error:  # the parsers of five formats raise whatever they like on damage
        raise _damaged(path, error) from error
    document = assemble(blocks, path.stem, sha256(raw).hexdigest(), wrapped=suffix == ".pdf")
    if not any(line.strip() for line in document.lines):
        raise DocumentError(_no_text(path, suffix))
    return document


def assemble(blocks: Iterable[Block], name: str, digest: str = "", *, wrapped: bool = False) -> Document:
    """A Document of paragraphs and tables in their order; a table of one column is paragraphs."""
    lines: list[str] = []
    tables: list[Table] = []
    for block in blocks:
        if isinstance(block, str):
            lines.extend(_LINE_END.split(block))
            continue
        rows = [row for row in block if any(cell.strip() for cell in row)]
        if all(sum(bool(cell.strip()) for cell in row) == 1 for row in rows):
            lines.extend(
                line for row in rows for cell in row for line in _LINE_END.split(cell) if line.strip()
            )
            continue
        first = len(lines) + 1
        lines.extend(_row_line(row) for row in rows)
        tables.append(Table(tuple(tuple(row) for row in rows), tuple(range(first, first + len(rows)))))
    return Document(name, tuple(lines), tuple(tables), digest, wrapped)


def _row_line(row: Sequence[str]) -> str:
    """The cells of a row as one line; empty cells are left out."""
    return " | ".join(" ".join(cell.split()) for cell in row if cell.strip())


def _bytes_of(path: Path, suffix: str) -> bytes:
    known = " ".join(KNOWN)
    if not path.exists():
        check_regular(path)
    if path.is_dir():
        raise DocumentError(
            f"{path} 是文件夹，需要一个文件（{known}）。 / {path} is a folder; name one file ({known})."
        )
    if suffix in (".doc", ".wps", ".et", ".rtf", ".odt", ".ppt", ".pptx"):
        new = ".xlsx" if suffix == ".et" else ".docx"
        raise DocumentError(
            f"不能读取 {suffix} 格式（{path.name}）：请用 Word、Excel 或 WPS 另存为 {new} 后再试。 / "
            f"{path.name} is in the {suffix} format, which cannot be read; save it as {new} and try again."
        )
    if suffix not in KNOWN:
        raise DocumentError(
            f"不认识的文件类型 {suffix or '（无扩展名）'}（{path.name}）：可读 {known}。 / "
            f"Unknown file type {suffix or '(no extension)'} of {path.name}; readable are {known}."
        )
    check_regular(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"无法打开 {path.name}（{error.strerror}）：请检查权限。 / "
            f"Cannot open {path.name} ({error.strerror}); check its permissions."
        ) from error
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise DocumentError(
            f"{path.name} 是空文件：请换一个有内容的文件。 / {path.name} is empty; choose a file with text in it."
        )
    return raw


def _blocks(raw: bytes, suffix: str, path: Path) -> Iterator[Block]:
    """The paragraphs and tables of a file. The format readers load their libraries themselves."""
    from matcher.readers import formats

    if suffix in BOOKS:
        return _sheet_blocks(path)
    if suffix == ".docx":
        formats.check_zip(raw, suffix, path.name)
        return formats.docx_blocks(raw)
    if suffix == ".pdf":
        return formats.pdf_blocks(raw, path.name)
    if suffix in (".csv", ".tsv"):
        return iter([_csv_table(path)])
    text = decode(raw, path.name)
    if suffix in (".html", ".htm"):
        return formats.html_blocks(text)
    if suffix in (".json", ".jsonl"):
        return iter([_json_table(text, path.name)])
    return iter([text])


def _sheet_blocks(path: Path) -> Iterator[Block]:
    """Each visible sheet as a table, under its name where there are several; formulas as their stored value."""
    kind = kind_of(path)
    if kind == "text":
        yield _csv_table(path)
        return
    read = [(s.name, [[cell_text(c) for c in line.cells] for line in s.lines]) for s in sheets(path, kind)]
    filled = [(name, rows) for name, rows in read if rows]
    for name, rows in filled:
        if len(filled) > 1 and name:
            yield name
        yield rows


def _csv_table(path: Path) -> list[list[str]]:
    """A row whose quotes do not close keeps its place as a row that says so."""
    return [[cell_text(cell) for cell in line.cells] or [line.error or ""] for line in csv_lines(path)]


def _json_table(text: str, name: str) -> list[list[str]]:
    """Topics of JSON as a table: a list, JSON lines, or the object that `guide --json` writes."""
    try:
        loaded = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        loaded = _json_lines(text, name)
    if isinstance(loaded, dict):
        loaded = loaded.get("topics", [loaded])
    if (
        not isinstance(loaded, list)
        or not loaded
        or not all(isinstance(t, dict) and t.get("title") for t in loaded)
    ):
        raise DocumentError(
            f'{name} 不是课题列表：应为 [{{"title": …, "content": …, "office": …, "phone": …}}]。 / '
            f'{name} is not a list of topics; write [{{"title": …, "content": …, "office": …, "phone": …}}].'
        )
    return [list(_JSON_COLUMNS), *(_json_row(topic) for topic in loaded)]


def _json_lines(text: str, name: str) -> list[object]:
    found: list[object] = []
    for number, line in enumerate(_LINE_END.split(text), 1):
        try:
            if line.strip():
                found.append(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            raise DocumentError(
                f"{name} 第 {number} 行不是有效的 JSON：请改正该行。 / "
                f"Line {number} of {name} is not valid JSON; correct that line."
            ) from error
    return found


def _json_row(topic: dict[str, object]) -> list[str]:
    office = topic.get("office")
    if isinstance(office, dict):
        # An office that a group shares was not stated on this row: leave it to the group rule.
        stated = topic.get("office_source", "stated") == "stated"
        topic = {
            **topic,
            "office": office.get("name") if stated else "",
            "phone": office.get("phone") if stated else "",
        }
    return ["" if topic.get(c) is None else str(topic[c]) for c in _JSON_COLUMNS]


def _damaged(path: Path, error: Exception) -> DocumentError:
    why = " ".join(f"{type(error).__name__}: {error}".split())[:120]
    return DocumentError(
        f"{path.name} 已损坏或不是真正的 {path.suffix} 文件（{why}）：请重新下载，或用原软件另存一份。 / "
        f"{path.name} is damaged or no real {path.suffix} file ({why}); fetch it again or save a new copy."
    )


def _no_text(path: Path, suffix: str) -> str:
    if suffix == ".pdf":
        return (
            f"{path.name} 没有文字层（可能是扫描件）：请先做文字识别（OCR），或使用 Word 版。 / "
            f"{path.name} has no text layer (a scan?); run OCR on it or use the Word version."
        )
    return (
        f"{path.name} 里没有文字：请换一个有内容的文件。 / "
        f"{path.name} holds no text; choose a file with text in it."
    )
