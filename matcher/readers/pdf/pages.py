"""PDF files: every letter that a reader sees, once, without running headers and page numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import resolve1
from pdfplumber.utils.exceptions import PdfminerException

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message
from matcher.readers.blocks import excerpt
from matcher.readers.encoding import drawn
from matcher.readers.pdf.annotations import annotations_of
from matcher.readers.pdf.bands import Edges, with_rows_between
from matcher.readers.pdf.layout import PageContent, PageItem, Picture, lines_of
from matcher.readers.pdf.letters import INVISIBLE, direction, once, upright
from matcher.readers.pdf.open_tables import tables_within_rules
from matcher.readers.pdf.rows import ruled_cells
from matcher.readers.pdf.sequence import PageParts, contents_of, laid_out
from matcher.readers.pdf.visibility import unseen

say = Catalogue(__file__)

_UNDECODED = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]|[\U000f0000-\U0010ffff]")
_MOST_UNDECODED = settings.share("readers.pdf_pages.most_undecoded")
_COVERED = settings.share("readers.pdf_pages.covered")
_MOST_ADDED = settings.characters("readers.pdf_pages.most_added")
_DRAWN = settings.count("readers.pdf_pages.drawn")
MEMORY = settings.size("readers.bounded.memory")
SECONDS = settings.seconds("readers.bounded.reader")


def read_pdf(
    raw: bytes, name: str, recognised: bool, next_page: Callable[[], None]
) -> tuple[list[PageContent], list[Message]]:
    """(lines and tables from top to bottom, notes on what was left out); `next_page` is called after each.

    `recognised` says that OCR will read what cannot be read here.
    DocumentError for a password or glyphs without characters; whatever pdfminer raises on damage.
    """

    try:
        book = pdfplumber.open(io.BytesIO(raw))
    except (PdfminerException, PDFPasswordIncorrect) as error:
        if isinstance(error, PDFPasswordIncorrect) or "PDFPasswordIncorrect" in repr(error):
            raise DocumentError(say("PDF.password", name=name)) from error
        raise
    reader = _PageReader(name, attached=_check_catalog(book.doc.catalog, name))
    with book:
        for page in book.pages:
            reader.read(page)
            next_page()
            page.close()  # frees what the page cached: long files would fill the memory
    if reader.undecoded > _MOST_UNDECODED * max(reader.letters, 1):
        if recognised:
            return [Picture(n, []) for n in range(1, len(reader.pages) + 1)], []
        raise DocumentError(say("PDF.letters", name=name))
    contents, phones = contents_of(laid_out(reader.pages), [page.width for page in reader.pages])
    return contents, reader.losses(phones)


def _check_catalog(catalog: Any, name: str) -> bool:
    """Whether files are attached to a PDF; DocumentError for a form whose pages only one program can draw."""

    form, names = (resolve1(catalog.get(key)) for key in ("AcroForm", "Names"))
    if catalog.get("NeedsRendering") and isinstance(form, dict) and "XFA" in form:
        raise DocumentError(say("PDF.XFA", name=name))
    return isinstance(names, dict) and "EmbeddedFiles" in names


class _PageReader:
    """Reads page after page; keeps what stands on each and the counts of what was left out."""

    def __init__(self, name: str, *, attached: bool) -> None:
        self._name, self._attached = name, attached
        self.pages: list[PageParts] = []
        self.letters = self.undecoded = 0
        self._remarks: list[str] = []
        self._unseen: list[str] = []
        self._recognised = False
        self._slanted = 0
        self._bands: set[Edges] = set()

    def read(self, page: Any) -> None:
        """Add one page."""
        page = upright(page, self._name)
        chars = self._seen(page)
        kept = {id(c) for c in chars}
        seen = page.filter(lambda shape: shape.get("object_type") != "char" or id(shape) in kept)
        ruled = page.rects or page.lines or page.curves
        grids = with_rows_between(seen, tables_within_rules(seen), self._bands) if ruled else []
        tables = [t for t in grids if len(t.rows) > 1 or len(t.rows[0].cells) > 1]
        marks = annotations_of(page)
        self._remarks += marks.remarks
        self._unseen += marks.hidden
        taken = {id(c) for t in tables for c in _in_cells(t, chars)}
        outside = [c for c in chars if id(c) not in taken]
        size = median(c["size"] for c in chars) if chars else 0.0
        self.pages.append(
            PageParts(
                lines_of(outside, marks.placed),
                [_ruled(t, size) for t in sorted(tables, key=lambda t: t.bbox[1])],
                [PageItem(page.height, line) for line in marks.named],
                float(page.width),
                page.page_number if _is_picture(page, len(_letters(chars))) else 0,
            )
        )

    def _seen(self, page: Any) -> list[dict[str, Any]]:
        """The letters of a page that a reader sees, each once."""
        lost = {id(c) for c in unseen(page)}
        # What is drawn again below or above the same letter is seen.
        chars = once(sorted(page.chars, key=lambda c: id(c) in lost))
        level = [c for c in chars if direction(c) == "level"]
        if len(level) * 2 >= len(chars):
            self._slanted += len(_letters(chars)) - len(_letters(level))
            chars = level
        hidden = [c for c in chars if id(c) in lost]
        behind = [c for c in hidden if c["tag"] == INVISIBLE]
        inked = len(_letters(chars)) - len(_letters(behind))
        if page.images and behind and (not inked or (inked <= _MOST_ADDED and _covered(page) >= _COVERED)):
            self._recognised = True  # a scan with its recognised text behind it
            hidden = [c for c in hidden if c["tag"] != INVISIBLE]
        gone = {id(c) for c in hidden}
        text = "".join(c["text"] for c in hidden)
        if text.strip():
            self._unseen.append(text)
        kept = []
        for char in chars:
            if id(char) in gone:
                continue
            char["text"] = drawn(char["text"], char["fontname"])
            self.letters += bool(char["text"].strip())
            if _UNDECODED.search(char["text"]):
                self.undecoded += 1
            else:
                kept.append(char)
        return kept

    def losses(self, phones: Sequence[str]) -> list[Message]:
        """What was left out or not read, one line each, Chinese / English; `phones` are running lines that hold one."""
        unseen = " ".join("".join(self._unseen).split())
        counts = {
            "attached": int(self._attached), "remarks": len(self._remarks), "unseen": len(unseen), "recognised": int(self._recognised),
            "undecoded": self.undecoded, "slanted": self._slanted, "running": len(phones),
        }  # fmt: skip
        texts = {
            "remarks": excerpt(f"{text} " for text in self._remarks),
            "unseen": excerpt([unseen]),
            "running": excerpt(phones),
        }
        return [
            say(f"PDF.loss.{kind}", count=count, text=texts.get(kind, ""))
            for kind, count in counts.items()
            if count
        ]


def _ruled(table: Any, size: float) -> PageItem:
    """A table within rules, on a page whose letters are so high."""
    edges = tuple(sorted({round(cell[0]) for cell in table.cells}))
    return PageItem(table.bbox[1], ruled_cells(table, size), table.bbox[0], table.bbox[2], edges=edges)


def _is_picture(page: Any, letters: int) -> bool:
    """Whether the text of a page is in pictures, which only OCR reads."""
    return (letters <= _MOST_ADDED and _covered(page) >= _COVERED) or (
        letters == 0 and bool(page.images or len(page.curves) >= _DRAWN)
    )


def _covered(page: Any) -> float:
    """The share of a page that its pictures cover."""
    return float(sum(i["width"] * i["height"] for i in page.images) / (page.width * page.height))


def _letters(chars: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [char for char in chars if char["text"].strip()]


def _in_cells(table: Any, chars: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The letters that stand in a cell of a table: what its frame leaves open, or runs over its edge, is text of the page."""
    for row in table.rows:
        beside = [c for c in chars if _inside(c, row.bbox)]
        yield from (c for c in beside if any(_inside(c, cell) for cell in row.cells if cell))


def _inside(char: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    """Whether the middle of a letter lies in a box, as pdfplumber asks it of a cell."""
    x0, top, x1, bottom = box
    middle = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(x0 <= middle[0] < x1 and top <= middle[1] < bottom)
