"""The text of scanned pages, in a PDF or in image files, by the optional library rapidocr, whose models come with it: nothing is sent or fetched."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import islice
from typing import Any

from matcher import settings
from matcher.message import Message, stored
from matcher.readers.pdf_layout import Content, lay_out_boxes

_DOTS = settings.count("readers.ocr.dots_per_inch")
_SCALE = _DOTS / 72  # pixels a point
_MOST_FRAMES = settings.pages("readers.ocr.most")
_LONGEST_SIDE = settings.pixels("readers.ocr.longest_side")
MEMORY = settings.size("readers.ocr.memory")
SECONDS_A_PAGE = settings.seconds("readers.ocr.page")


def is_installed() -> bool:
    """Whether the extra `ocr` is there."""
    return find_spec("rapidocr") is not None


def serve() -> None:
    """Answer requests on standard input until it ends.

    A request is a line [name, size, page numbers from 1] and so many bytes of a PDF, or of an image file, for which
    there are no numbers; the answer is a line
    {"pages": blocks of each page} or {"refused": message}, with {"page": true} before it for each page that was read.
    """
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable(logging.CRITICAL)
    while line := sys.stdin.buffer.readline():
        name, size, numbers = json.loads(line)
        answer = _answer(sys.stdin.buffer.read(size), name, numbers)
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
        sys.stdout.flush()


def _answer(raw: bytes, name: str, numbers: Sequence[int]) -> dict[str, Any]:
    import pypdfium2

    pages = []
    try:
        book = pypdfium2.PdfDocument(raw if numbers else _pdf_of(raw))
        for number in numbers or range(1, min(len(book), _MOST_FRAMES) + 1):
            pages.append(_blocks(book[number - 1]))
            sys.stdout.write('{"page": true}\n')
            sys.stdout.flush()
    except Exception as error:  # two libraries over damaged bytes raise whatever they like
        if not numbers:
            return {
                "refused": stored(
                    Message(
                        f"{name} 已损坏或不是真正的图片：请重新扫描，或使用 Word 版。",
                        f"{name} is damaged or no real picture; scan it again or use the Word version.",
                    )
                )
            }
        why = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        return {
            "refused": stored(
                Message(
                    f"{name} 的扫描页无法识别（{why}）：请使用 Word 版。",
                    f"The scanned pages of {name} cannot be recognised ({why}); use the Word version.",
                )
            )
        }
    return {"pages": pages}


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


def _blocks(page: Any) -> list[Content]:
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
