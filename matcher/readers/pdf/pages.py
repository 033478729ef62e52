"""PDF files: every letter that a reader sees, once, without running headers and page numbers.

A line that reaches the end of its column is told from others: its paragraph may go on in the next one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import resolve1
from pdfplumber.utils.exceptions import PdfminerException

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message
from matcher.readers.blocks import PageLine, excerpt
from matcher.readers.encoding import drawn
from matcher.readers.pdf.annotations import annotations_of
from matcher.readers.pdf.bands import Edges, with_rows_between
from matcher.readers.pdf.layout import PageContent, PageItem, Picture, lay_out, text_columns
from matcher.readers.pdf.letters import INVISIBLE, direction, once, upright
from matcher.readers.pdf.rows import join_pages, ruled_cells, same_column
from matcher.readers.pdf.running import EDGE_LINES, PHONE, is_number, key_of, running_lines
from matcher.readers.pdf.visibility import unseen

say = Catalogue(__file__)

_UNDECODED = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]|[\U000f0000-\U0010ffff]")
_MOST_UNDECODED = settings.share("readers.pdf_pages.most_undecoded")
_COVERED = settings.share("readers.pdf_pages.covered")
_MOST_ADDED = settings.characters("readers.pdf_pages.most_added")
_DRAWN = settings.count("readers.pdf_pages.drawn")
MEMORY = settings.size("readers.bounded.memory")
SECONDS = settings.seconds("readers.bounded.reader")
_ROOM = settings.factor("readers.pdf_pages.room")
_SAME = settings.factor("readers.pdf_pages.same")
_EVEN_LINES = settings.lines("readers.pdf_pages.even")
_UNEVEN = settings.share("readers.pdf_pages.uneven")
_LETTER = settings.factor("readers.pdf_pages.letter")


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
    return reader.blocks(), reader.losses()


def _check_catalog(catalog: Any, name: str) -> bool:
    """Whether files are attached to a PDF; DocumentError for a form whose pages only one program can draw."""

    form, names = (resolve1(catalog.get(key)) for key in ("AcroForm", "Names"))
    if catalog.get("NeedsRendering") and isinstance(form, dict) and "XFA" in form:
        raise DocumentError(say("PDF.XFA", name=name))
    return isinstance(names, dict) and "EmbeddedFiles" in names


class _PageReader:
    """Reads page after page; keeps the items of each and the counts of what was left out."""

    def __init__(self, name: str, *, attached: bool) -> None:
        self._name, self._attached = name, attached
        self.pages: list[list[PageItem]] = []
        self._widths: list[float] = []
        self.letters = self.undecoded = 0
        self._remarks: list[str] = []
        self._unseen: list[str] = []
        self._recognised = False
        self._phones: list[str] = []  # running lines that hold one, each once
        self._slanted = 0
        self._bands: set[Edges] = set()

    def read(self, page: Any) -> None:
        """Add the items of one page."""
        page = upright(page, self._name)
        chars = self._seen(page)
        kept = {id(c) for c in chars}
        seen = page.filter(lambda shape: shape.get("object_type") != "char" or id(shape) in kept)
        ruled = page.rects or page.lines or page.curves
        grids = with_rows_between(seen, seen.find_tables(), self._bands) if ruled else []
        tables = [t for t in grids if len(t.rows) > 1 or len(t.rows[0].cells) > 1]
        marks = annotations_of(page)
        self._remarks += marks.remarks
        self._unseen += marks.hidden
        taken = {id(c) for t in tables for c in _in_cells(t, chars)}
        outside = [c for c in chars if id(c) not in taken]
        above = self.pages[-1][-EDGE_LINES:] if self.pages else []
        carried = next((item.column for item in reversed(above) if isinstance(item.block, list)), 0.0)
        items = lay_out(outside, marks.placed, carried, text_columns(self.pages[-1] if self.pages else ()))
        size = median(c["size"] for c in chars) if chars else 0.0
        for t in sorted(tables, key=lambda t: t.bbox[1]):
            edges = tuple(sorted({round(cell[0]) for cell in t.cells}))
            table = PageItem(t.bbox[1], ruled_cells(t, size), t.bbox[0], t.bbox[2], edges=edges)
            items.insert(_place_of(table, items), table)
        items += [PageItem(page.height, line) for line in marks.named]
        if _is_picture(page, len(_letters(chars))):
            items = [PageItem(0.0, Picture(page.page_number, [item.block for item in items]))]
        self.pages.append(items)
        self._widths.append(float(page.width))

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

    def blocks(self) -> list[PageContent]:
        """All items that are no running lines, a table that goes on over several pages as one."""
        full = full_lines(self.pages, self._widths)
        contents: list[PageContent] = []
        above: PageItem | None = None  # the table that a page ends with
        on = 0
        for page, item in self._shown():
            grid, before = item.block, above.block if above else None
            one = above is not None and _is_one_table(above, item, next_page=page > on)
            if one and isinstance(grid, list) and isinstance(before, list):
                before[:] = join_pages(before, grid, ruled=bool(item.edges))
            else:
                contents.append(PageLine(grid, id(item) in full) if isinstance(grid, str) else grid)
                above = item if item.column or item.edges else None
            on = page
        return contents

    def _shown(self) -> Iterator[tuple[int, PageItem]]:
        """(page, item) without page numbers and running lines; a head on the first page stays, for it may be the title."""
        running = running_lines(self.pages)
        first = min((item.top for items in self.pages[:1] for item in items), default=0.0)
        heads = [item.block for items in self.pages[:1] for item in items if item.top == first]
        for page, items in enumerate(self.pages):
            tops = sorted(item.top for item in items)
            for item in items:
                if isinstance(item.block, str):
                    # A bare number is a page number at the top or bottom of the text only.
                    numbers = item.top in (tops[0], tops[-1]) and is_number(item)
                    if numbers or (key_of(item) in running and (page or item.top != first)):
                        if PHONE.search(item.block) and item.block not in (*self._phones, *heads):
                            self._phones.append(item.block)
                        continue
                yield page, item

    def losses(self) -> list[Message]:
        """What was left out or not read, one line each, Chinese / English."""
        unseen = " ".join("".join(self._unseen).split())
        counts = {
            "attached": int(self._attached), "remarks": len(self._remarks), "unseen": len(unseen), "recognised": int(self._recognised),
            "undecoded": self.undecoded, "slanted": self._slanted, "running": len(self._phones),
        }  # fmt: skip
        texts = {
            "remarks": excerpt(f"{text} " for text in self._remarks),
            "unseen": excerpt([unseen]),
            "running": excerpt(self._phones),
        }
        return [
            say(f"PDF.loss.{kind}", count=count, text=texts.get(kind, ""))
            for kind, count in counts.items()
            if count
        ]


def _is_one_table(above: PageItem, below: PageItem, *, next_page: bool) -> bool:
    """Whether a table goes on with the one before it: its columns are the same; one of no form does so on the next page only."""
    if below.edges:
        return next_page and above.edges == below.edges
    return not above.edges and same_column(above.column, below.column)


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


def _place_of(table: PageItem, items: Sequence[PageItem]) -> int:
    """Where among the lines of a page a ruled table is read: before what stands below it, in columns below it in its own."""
    in_columns = any(item.column and isinstance(item.block, str) for item in items)
    beside = [
        (n, item.top)
        for n, item in enumerate(items)
        if not in_columns or (item.x0 < table.x1 and item.x1 > table.x0)
    ]
    below = (n for n, top in beside if top > table.top)
    return next(below, beside[-1][0] + 1 if beside else len(items))


def full_lines(pages: Sequence[Sequence[PageItem]], widths: Sequence[float]) -> set[int]:
    """The ids of the items that are full lines; `widths` are those of the pages, in points.

    A column ends where its longest line ends. A single column is believed to break lines only if that end
    lies as far from the page's edge as its beginning, or if several lines end there: a list of short titles does neither.
    """
    full: set[int] = set()
    for width in set(map(round, widths)):
        alike = [items for items, own in zip(pages, widths, strict=True) if round(own) == width]
        lines = [item for items in alike for item in items if isinstance(item.block, str)]
        single = [item for item in lines if not item.column]
        end = _end(single, width)
        for items in alike:
            full |= set(_full(items, end))
    return full


def _end(lines: Sequence[PageItem], width: float) -> float:
    """Where the lines of a single column end; 0 where nothing shows that they were broken."""
    last = max((item.x1 for item in lines), default=0.0)
    first = min((item.x0 for item in lines), default=0.0)
    size = max((item.size for item in lines), default=0.0)
    even = sum(last - item.x1 <= _SAME * size for item in lines) >= _EVEN_LINES
    return last if even or width - first - last <= _UNEVEN * width else 0.0


def _full(items: Sequence[PageItem], end: float) -> Iterator[int]:
    """The ids of a page's full lines, where its single column ends at `end`."""
    lines = [item for item in items if isinstance(item.block, str)]
    for item, below in pairwise([*lines, PageItem(0.0, "")]):
        right = item.column or end
        text, following = str(item.block), str(below.block)
        room = _ROOM * item.size
        word = re.match(r"[!-~]+", following)
        if word and re.search(r"[a-z,;(]$", text):
            room = max(room, _LETTER * item.size * (len(word.group()) + 1))  # the next word had no room
        if right and right - item.x1 <= room:
            yield id(item)
