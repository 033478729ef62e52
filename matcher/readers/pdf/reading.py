"""PDF files and pictures of pages, read in processes of their own: letters by pdfplumber, pictures by OCR.

That is the optional library rapidocr, whose models come with it: nothing is sent or fetched.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import chain, islice
from typing import Any

from matcher import settings
from matcher.errors import DocumentError, described
from matcher.message import Catalogue, first_of
from matcher.readers.blocks import Block, Content
from matcher.readers.bounded import UnreadableError, read_bounded
from matcher.readers.pdf.layout import PageContent, Picture, lay_out_boxes

say = Catalogue(__file__)

_READER_SECONDS = settings.seconds("readers.bounded.reader")
_READER_MEMORY = settings.size("readers.bounded.memory")
_READER_PATIENCE = settings.seconds("readers.bounded.patience")
_LISTED = settings.count("readers.bounded.listed")
_DOTS = settings.count("readers.ocr.dots_per_inch")
_SCALE = _DOTS / 72  # pixels a point
_MOST_FRAMES = settings.pages("readers.ocr.most")
_LONGEST_SIDE = settings.pixels("readers.ocr.longest_side")
MEMORY = settings.size("readers.ocr.memory")
SECONDS = 0  # of the processor; what a page may take is PATIENCE, by the clock
PATIENCE = settings.seconds("readers.ocr.page")


def pdf_blocks(raw: bytes, name: str) -> Content:
    """The content of a PDF; DocumentError if it cannot be read within its limits of time and memory.

    Pages that are pictures are read by OCR where that is installed, and else named.
    """
    recognised = is_installed()
    answer = read_bounded("pdf.pages", "read_pdf", raw, name, recognised, patience=_READER_PATIENCE)
    if answer is None:
        raise DocumentError(say("PDF.too slow", name=name, seconds=_READER_SECONDS, mb=_READER_MEMORY >> 20))
    blocks, losses = answer
    pages = {block.number: block.blocks for block in blocks if isinstance(block, Picture)}
    if pages:
        numbers = list(pages)
        listed = first_of(numbers, _LISTED, ", ", " …")
        losses.append(say("PDF.scans" if recognised else "PDF.scans unread", pages=listed))
        if recognised:
            pages = dict(zip(numbers, _recognised(raw, name, numbers), strict=True))
    shown = (pages[block.number] if isinstance(block, Picture) else [block] for block in blocks)
    return Content(chain.from_iterable(shown), losses)


def picture_blocks(raw: bytes, name: str) -> Content:
    """The content of a page that was scanned or photographed into an image file; DocumentError without OCR."""
    if not is_installed():
        raise DocumentError(say("picture.no OCR", name=name))
    return Content(chain.from_iterable(_recognised(raw, name, [])), [say("picture.read by OCR")])


def _recognised(raw: bytes, name: str, numbers: list[int]) -> list[list[Block]]:
    """The blocks of each page, by OCR; of an image file (no numbers) those of all its pages."""
    try:
        read: list[list[Block]] | None = read_bounded(
            "pdf.reading", "read_pages", raw, numbers, patience=PATIENCE
        )
    except UnreadableError as error:
        raise DocumentError(say("PDF.unrecognised", name=name, error=described(error))) from error
    if read is None:
        raise DocumentError(say("PDF.scans too slow", name=name, seconds=PATIENCE))
    return read


def is_installed() -> bool:
    """Whether the extra `ocr` is there."""
    return find_spec("rapidocr") is not None


def read_pages(raw: bytes, numbers: Sequence[int], next_page: Callable[[], None]) -> list[list[PageContent]]:
    """The blocks of pages of a PDF (`numbers` from 1), or of all pages of an image file, for which there are no numbers."""
    import pypdfium2

    book = pypdfium2.PdfDocument(raw if numbers else _pdf_of(raw))
    pages = []
    for number in numbers or range(1, min(len(book), _MOST_FRAMES) + 1):
        pages.append(_blocks(book[number - 1]))
        next_page()
    return pages


def _pdf_of(picture: bytes) -> bytes:
    """The pages of an image file as those of a PDF, each turned as its camera says, at most _LONGEST_SIDE long."""
    from PIL import Image, ImageOps, ImageSequence

    pages = []
    for frame in islice(ImageSequence.Iterator(Image.open(io.BytesIO(picture))), _MOST_FRAMES):
        page = ImageOps.exif_transpose(frame).convert("RGB")
        page.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        pages.append(page)
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=_DOTS)
    return out.getvalue()


def _blocks(page: Any) -> list[PageContent]:
    """The lines and tables of a page; what stands apart on one line becomes cells of a row."""
    scale = min(_SCALE, _LONGEST_SIDE / max(page.get_size()))
    read = _engine()(page.render(scale=scale).to_numpy()[:, :, :3])
    if read.boxes is None:
        return []
    boxes = [
        {
            "text": text,
            "x0": min(x for x, _ in box) / scale,
            "x1": max(x for x, _ in box) / scale,
            "top": min(y for _, y in box) / scale,
            "bottom": max(y for _, y in box) / scale,
            "size": (max(y for _, y in box) - min(y for _, y in box)) / scale,
        }
        for box, text in zip(read.boxes.tolist(), read.txts, strict=True)
    ]
    return [item.block for item in lay_out_boxes(boxes)]


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})
