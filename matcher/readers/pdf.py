"""PDF files and pictures of pages, read in processes of their own: letters by pdfplumber, pictures by OCR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Message
from matcher.readers import ocr
from matcher.readers.blocks import Block, Picture
from matcher.readers.bounded import read_bounded
from matcher.readers.worker import UnreadableError

_SECONDS = settings.seconds("readers.bounded.reader")
_MEMORY = settings.size("readers.bounded.memory")
_PATIENCE = settings.seconds("readers.bounded.patience")
_LISTED = settings.count("readers.bounded.listed")


def pdf_blocks(raw: bytes, name: str) -> tuple[list[Block], list[Message]]:
    """(blocks, losses) of a PDF; DocumentError if it cannot be read within its limits of time and memory.

    Pages that are pictures are read by OCR where that is installed, and else named.
    """
    answer = read_bounded("pdf_pages", "read_pdf", raw, name, ocr.is_installed(), patience=_PATIENCE)
    if answer is None:
        raise DocumentError(
            f"{name} 在 {_SECONDS:.0f} 秒和 {_MEMORY >> 20} MB 之内读不完（可能已损坏）：请另存一份，或使用 Word 版。",
            f"{name} cannot be read within {_SECONDS:.0f} s and {_MEMORY >> 20} MB (damaged?); save it anew or use the Word version.",
        )
    read, losses = answer
    scanned = [block for block in read if isinstance(block, Picture)]
    if not scanned:
        return read, losses
    texts, note = _of_pictures(raw, name, scanned)
    return [b for block in read for b in (next(texts) if isinstance(block, Picture) else [block])], [
        *losses,
        note,
    ]


def picture_blocks(raw: bytes, name: str) -> tuple[list[Block], list[Message]]:
    """(blocks, losses) of a page that was scanned or photographed into an image file; DocumentError without OCR."""
    if not ocr.is_installed():
        raise DocumentError(
            f"{name} 是图片，读它的文字要装文字识别（pip install 'proposal-matcher[ocr]'）：也可以改用 Word 版。",
            f"{name} is a picture; to read its text install OCR (pip install 'proposal-matcher[ocr]'), or use the Word version.",
        )
    read = _recognised(raw, name, [])
    note = Message(
        "图片里的文字由 OCR 识别，可能有错字", "the text of the picture was read by OCR and may hold errors"
    )
    return [block for blocks in read for block in blocks], [note]


def _of_pictures(raw: bytes, name: str, pages: Sequence[Picture]) -> tuple[Iterator[list[Block]], Message]:
    """(blocks of each page whose text is in pictures, a note on them)."""
    numbers = [page.number for page in pages]
    listed = ", ".join(map(str, numbers[:_LISTED])) + (" …" if len(numbers) > _LISTED else "")
    if not ocr.is_installed():
        unread = (
            f"第 {listed} 页是图片，其中的文字未读",
            f"pages {listed} are pictures, whose text was not read",
        )
        return iter([page.blocks for page in pages]), Message(*unread)
    note = Message(
        f"第 {listed} 页是扫描图片，文字由 OCR 识别，可能有错字",
        f"pages {listed} are scans read by OCR, whose text may hold errors",
    )
    return iter(_recognised(raw, name, numbers)), note


def _recognised(raw: bytes, name: str, numbers: list[int]) -> list[list[Block]]:
    """The blocks of each page, by OCR; of an image file (no numbers) those of all its pages."""
    try:
        read: list[list[Block]] | None = read_bounded(
            "ocr", "read_pages", raw, numbers, patience=ocr.PATIENCE
        )
    except UnreadableError as error:
        raise DocumentError(
            f"{name} 已损坏、不是真正的图片，或扫描页无法识别（{error}）：请重新扫描，或使用 Word 版。",
            f"{name} is damaged, no real picture, or cannot be recognised ({error}); scan it again or use the Word version.",
        ) from error
    if read is None:
        raise DocumentError(
            f"{name} 的扫描页识别太慢（每页超过 {ocr.PATIENCE:.0f} 秒）：请使用 Word 版。",
            f"The scanned pages of {name} took more than {ocr.PATIENCE:.0f} s each; use the Word version.",
        )
    return read
