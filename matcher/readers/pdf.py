"""PDF files and pictures of pages, read in processes of their own: letters by pdfplumber, pictures by OCR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message
from matcher.readers import ocr
from matcher.readers.blocks import Block, Picture
from matcher.readers.bounded import UnreadableError, read_bounded

say = Catalogue(__file__)

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
        raise DocumentError(say("PDF.too slow", name=name, seconds=_SECONDS, mb=_MEMORY >> 20))
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
        raise DocumentError(say("picture.no OCR", name=name))
    read = _recognised(raw, name, [])
    note = say("picture.read by OCR")
    return [block for blocks in read for block in blocks], [note]


def _of_pictures(raw: bytes, name: str, pages: Sequence[Picture]) -> tuple[Iterator[list[Block]], Message]:
    """(blocks of each page whose text is in pictures, a note on them)."""
    numbers = [page.number for page in pages]
    listed = ", ".join(map(str, numbers[:_LISTED])) + (" …" if len(numbers) > _LISTED else "")
    if not ocr.is_installed():
        return iter([page.blocks for page in pages]), say("PDF.scans unread", pages=listed)
    note = say("PDF.scans", pages=listed)
    return iter(_recognised(raw, name, numbers)), note


def _recognised(raw: bytes, name: str, numbers: list[int]) -> list[list[Block]]:
    """The blocks of each page, by OCR; of an image file (no numbers) those of all its pages."""
    try:
        read: list[list[Block]] | None = read_bounded(
            "ocr", "read_pages", raw, numbers, patience=ocr.PATIENCE
        )
    except UnreadableError as error:
        raise DocumentError(say("PDF.unrecognised", name=name, error=error)) from error
    if read is None:
        raise DocumentError(say("PDF.scans too slow", name=name, seconds=ocr.PATIENCE))
    return read
