"""One file to a Document: chooses the reader of its format, and names what cannot be read."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from matcher.errors import DocumentError
from matcher.readers import formats
from matcher.readers.blocks import Block, Document, Grid, assemble
from matcher.readers.bounded import read_bounded
from matcher.readers.json_topics import json_table
from matcher.readers.rows import sniff
from matcher.readers.text import decode, markdown_blocks, text_blocks

_TEXT, _MARKDOWN = (".txt", ".text"), (".md", ".markdown")
KNOWN = (
    *_TEXT, *_MARKDOWN, ".docx", ".docm", ".dotx", ".pdf", ".xlsx", ".csv", ".tsv", ".html", ".htm", ".json", ".jsonl",
)  # fmt: skip
_WORD = (".docx", ".docm", ".dotx")
OLD = (".doc", ".dot", ".xls", ".wps", ".wpt", ".et", ".rtf", ".odt", ".ppt", ".pptx", ".pages", ".ofd")
# No document is this large; reading on would only fill the memory.
LARGEST_FILE = 200 * 1024 * 1024


def read_document(path: Path) -> Document:
    """The blocks, lines and tables of one file, whatever its format.

    Raises DocumentError, in one line, for a missing file, a folder, a pipe or device, an unknown or old
    format, a password, damage, a size beyond the bounds, a scanned PDF, or a file without text.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    raw = _bytes_of(path, suffix)
    try:
        blocks, losses = _blocks(raw, suffix, path)
        document = assemble(
            blocks, path.stem, sha256(raw).hexdigest(), wrapped=suffix == ".pdf", losses=losses
        )
    except DocumentError:
        raise
    except Exception as error:  # the parsers of five formats raise whatever they like on damage
        raise _damaged(path, error) from error
    if not any(line.strip() for line in document.lines):
        raise DocumentError(_no_text(path, suffix, document.losses))
    return document


def read_text(text: str, name: str = "") -> Document:
    """A text that was typed or pasted as a Document."""
    return assemble(text_blocks(text), name)


def _bytes_of(path: Path, suffix: str) -> bytes:
    _check_file(path)
    known = " ".join(KNOWN)
    if suffix in OLD:
        new = ".xlsx" if suffix in (".xls", ".et") else ".docx"
        raise DocumentError(
            f"不能读取 {suffix} 格式（{path.name}）：请用 Word、Excel 或 WPS 另存为 {new} 后再试。 / "
            f"{path.name} is in the {suffix} format, which cannot be read; save it as {new} and try again."
        )
    if suffix not in KNOWN:
        raise DocumentError(
            f"不认识的文件类型 {suffix or '（无扩展名）'}（{path.name}）：可读 {known}。 / "
            f"Unknown file type {suffix or '(no extension)'} of {path.name}; readable are {known}."
        )
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


def _check_file(path: Path) -> None:
    """DocumentError, at once, for what is no file that ends, or one too large."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        raise DocumentError(
            f"找不到文件 {path}：请检查路径。 / No such file: {path}; check the path."
        ) from error
    if stat.S_ISDIR(status.st_mode):
        known = " ".join(KNOWN)
        raise DocumentError(
            f"{path} 是文件夹，需要一个文件（{known}）。 / {path} is a folder; name one file ({known})."
        )
    if not stat.S_ISREG(status.st_mode):
        raise DocumentError(
            f"{path.name} 是管道或设备，没有尽头：请给一个普通文件。 / "
            f"{path.name} is a pipe or a device without an end; name an ordinary file."
        )
    if status.st_size > LARGEST_FILE:
        raise DocumentError(
            f"{path.name} 有 {status.st_size >> 20} MB，超过上限 {LARGEST_FILE >> 20} MB：请拆分文件。 / "
            f"{path.name} has {status.st_size >> 20} MB, over the limit of {LARGEST_FILE >> 20} MB; split it."
        )


def _blocks(raw: bytes, suffix: str, path: Path) -> tuple[Iterable[Block], list[str]]:
    """(blocks, losses) of a file. The format readers load their libraries themselves: the command line starts fast."""
    if suffix in _WORD:
        from matcher.readers.word import docx_blocks

        formats.check_zip(raw, ".docx", path.name)
        return docx_blocks(raw, path.name)
    if suffix == ".xlsx":
        formats.check_zip(raw, suffix, path.name)
        return formats.xlsx_blocks(raw), []
    if suffix == ".pdf":
        return read_bounded(raw, path.name)
    text = decode(raw, path.name)
    if suffix in (".html", ".htm"):
        from matcher.readers.html import html_blocks

        return html_blocks(text), []
    if suffix in (".csv", ".tsv"):
        return [_csv_table(text, suffix)], []
    if suffix in (".json", ".jsonl"):
        return [json_table(text, path.name)], []
    return (markdown_blocks(text) if suffix in _MARKDOWN else text_blocks(text)), []


def _csv_table(text: str, suffix: str) -> Grid:
    csv.field_size_limit(1 << 30)
    delimiter = "\t" if suffix == ".tsv" else sniff(text)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def _damaged(path: Path, error: Exception) -> DocumentError:
    why = " ".join(f"{type(error).__name__}: {error}".split())[:120]
    return DocumentError(
        f"{path.name} 已损坏或不是真正的 {path.suffix} 文件（{why}）：请重新下载，或用原软件另存一份。 / "
        f"{path.name} is damaged or no real {path.suffix} file ({why}); fetch it again or save a new copy."
    )


def _no_text(path: Path, suffix: str, losses: tuple[str, ...]) -> str:
    if suffix == ".pdf":
        return (
            f"{path.name} 没有文字层（可能是扫描件）：请先做文字识别（OCR），或使用 Word 版。 / "
            f"{path.name} has no text layer (a scan?); run OCR on it or use the Word version."
        )
    chinese = "".join(f"；{loss.partition(' / ')[0]}" for loss in losses)
    english = "".join(f"; {loss.partition(' / ')[2]}" for loss in losses)
    return (
        f"{path.name} 里没有可读的文字{chinese}：请换一个有内容的文件。 / "
        f"{path.name} holds no text to read{english}; choose a file with text in it."
    )
