"""OpenDocument texts (.odt, as LibreOffice writes them): every character that a reader sees, once, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from matcher import settings
from matcher.readers.blocks import (
    WIDEST,
    Block,
    CellGrid,
    Content,
    Heading,
    Losses,
    Margin,
    SpanGrid,
    apart,
    in_cell,
    row_line,
)
from matcher.readers.encoding import drawn
from matcher.readers.formats.look import PAPER, Look, TextStyles, listed_levels, unseen
from matcher.readers.formats.numbering import Numbering
from matcher.readers.formats.ooxml import Package, count, local, tag
from matcher.readers.formats.word_parts import is_description
from matcher.readers.source import locked

_WIDE = settings.centimetres("readers.word_parts.wide")
_HIGH = settings.centimetres("readers.word_parts.high")
_MOST_SPACES = settings.count("readers.odt.most_spaces")
_LENGTH = re.compile(r"([\d.]{1,12})(cm|mm|in|pt)")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72}
_SIGNS = {"tab": "\t", "line-break": "\n"}
# Elements that hold no text of the page; what is not listed here is looked into.
_SILENT = frozenset(
    ("placeholder", "note-citation", "ruby-text", "forms", "variable-decls", "sequence-decls", "user-field-decls", "index-title-template",
     "dde-connection-decls", "alphabetical-index-auto-mark-file", "table-of-content-source", "illustration-index-source", "event-listeners")
)  # fmt: skip
_ROWS = frozenset(("table-header-rows", "table-rows", "table-row-group"))
_MARGINS = ("header-first", "header", "header-left", "footer", "footer-left", "footer-first")


def odt_blocks(raw: bytes, name: str) -> Content:
    """The content of an .odt.

    Notes and text boxes follow the paragraph that they hang on; deleted, hidden, struck and invisible text is left
    out and said. Errors: DocumentError for a password or beyond the bounds of `ooxml`, and whatever the parsers
    raise on damage.
    """
    package = Package(raw, name, "content.xml")
    manifest = package.part("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise locked(name, ".odt")
    content, common = package.main(), package.part("styles.xml")
    reader = _OdtReader([root for root in (common, content) if root is not None])
    body = next(content.iterfind("{*}body/{*}text"), None)
    blocks = [] if body is None else list(reader.blocks(body, PAPER))
    margins = () if common is None else _margins(common)
    return Content(blocks, reader.losses.messages(), apart(margins, blocks))


def _margins(common: Any) -> Iterator[Margin]:
    for kind in _MARGINS:
        for part in common.iterfind(f"{{*}}master-styles/{{*}}master-page/{{*}}{kind}"):
            for paragraph in part.iter("{*}p"):
                if text := "".join(paragraph.itertext()).strip():
                    yield Margin(text, first=kind == "header-first")


class _OdtReader:
    """Walks one document; keeps what reaches across paragraphs: lists, what was left out."""

    def __init__(self, roots: Sequence[Any]) -> None:
        """`roots` are the parts that hold styles, the common ones first."""
        self._styles = TextStyles(roots)
        self._numbering = Numbering(None)
        for key, levels in listed_levels(roots):
            self._numbering.add(key, levels)
        self.losses = Losses()

    def blocks(self, parent: Any, ground: str) -> Iterator[Block]:
        """The blocks below an element, also those of sections, indexes and shapes."""
        for element in parent:
            name = tag(element)
            if name in ("p", "h"):
                mark = self._heading_mark(element) if name == "h" else ""
                yield from self._paragraph(element, ground, mark)
            elif name == "list":
                yield from self._list(element, ground, "", 0)
            elif name == "table":
                yield self._table(element, ground)
            elif name and not self._beside(element):
                yield from self.blocks(element, ground)

    def _beside(self, element: Any) -> bool:
        """Whether an element is no text of the page; says what it is where that may be missed."""
        name = tag(element)
        hidden = name == "section" and local(element, "display") == "none"
        if hidden or name == "tracked-changes":
            text = " ".join("".join(p.itertext()) for p in element.iter("{*}p", "{*}h"))
            self.losses.leave("hidden" if hidden else "deleted", text)
        elif name == "annotation":
            self.losses.skip("comment")
        elif name == "object":
            self.losses.skip("OLEObject")
        elif name == "image":
            frame = element.getparent()
            sizes = [_centimetres(local(frame, side)) for side in ("width", "height")]
            if sizes[0] >= _WIDE and sizes[1] >= _HIGH and not any(tag(e) == "object" for e in frame):
                self.losses.skip("pic")
        elif name in ("desc", "title") and "svg" in element.tag:
            if is_description(text := "".join(element.itertext()).strip()):
                self.losses.leave("described", text)
        else:
            return name in _SILENT
        return True

    def _paragraph(self, paragraph: Any, ground: str, mark: str) -> Iterator[Block]:
        """The paragraph with its number, then the text boxes and notes that hang on it."""
        key = ("paragraph", local(paragraph, "style-name"))
        ground = self._styles.ground(*key) or ground
        pieces: list[str] = []
        hanging: list[Any] = []
        self._inline(paragraph, self._styles.look(*key), ground, pieces, hanging)
        text = "".join(pieces).lstrip(" ")
        text = f"{mark} {text}" if mark and text.strip() else text
        if text.strip() or not hanging:
            level = min(count(paragraph, "outline-level"), 9)
            yield Heading(text, level) if tag(paragraph) == "h" and text.strip() else text
        for element in hanging:
            yield from self.blocks(element, "none" if "drawing" in element.tag else ground)

    def _inline(self, parent: Any, look: Look, ground: str, pieces: list[str], hanging: list[Any]) -> None:
        """Adds the text of a paragraph or of what is in it, and what hangs on it."""
        self._put(parent.text, look, ground, pieces)
        for part in parent:
            name = tag(part)
            if name == "s":
                pieces.append(" " * min(count(part, "c"), _MOST_SPACES))
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name == "note":
                hanging += part.iterfind("{*}note-body")
            elif name and "drawing" in part.tag:
                hanging.append(part)
            elif name in ("hidden-text", "hidden-paragraph"):
                self.losses.leave("hidden", local(part, "string-value"))
            elif name and not self._beside(part):
                styled = self._styles.look("text", local(part, "style-name")) if name == "span" else Look()
                self._inline(part, styled.over(look), ground, pieces, hanging)
            self._put(part.tail, look, ground, pieces)

    def _put(self, text: str | None, look: Look, ground: str, pieces: list[str]) -> None:
        shown = drawn(re.sub(r"[ \t\r\n]+", " ", text or ""), "")
        why = unseen(look, ground) if shown.strip() else None
        if why is None:
            pieces.append(shown)
        else:
            self.losses.leave(why, shown)

    def _heading_mark(self, heading: Any) -> str:
        """The number that the document's outline draws before a heading outside lists."""
        counted = local(heading, "is-list-header") != "true"
        return self._numbering.mark("", count(heading, "outline-level") - 1) if counted else ""

    def _list(self, element: Any, ground: str, style: str, level: int) -> Iterator[Block]:
        """The items of a list with the numbers that it draws before the first paragraph of each."""
        style = local(element, "style-name") or style
        goes_on = local(element, "continue-numbering") == "true" or local(element, "continue-list")
        if level == 0 and not goes_on:
            self._numbering.restart(style)
        for item in element:
            numbered = tag(item) == "list-item"
            for part in item:
                if tag(part) == "list":
                    yield from self._list(part, ground, style, level + 1)
                elif tag(part) in ("p", "h"):
                    first = count(item, "start-value", least=0)
                    mark = self._numbering.mark(style, level, first=first) if numbered else ""
                    yield from self._paragraph(part, ground, mark)
                    numbered = False
                else:
                    yield from self.blocks([part], ground)

    def _table(self, table: Any, ground: str) -> CellGrid:
        """Rows of cells on the table's grid; a cell that a merged one covers is ""."""
        grid = SpanGrid()
        self._rows(table, self._styles.ground("table", local(table, "style-name")) or ground, grid)
        return [list(row) for row in grid.rows if row]

    def _rows(self, parent: Any, ground: str, grid: SpanGrid) -> None:
        for row in parent:
            if tag(row) in _ROWS:
                self._rows(row, ground, grid)
            elif tag(row) == "table-row":
                cells = [cell for cell in row if tag(cell) == "table-cell"]
                if local(row, "visibility") in ("collapse", "filter"):
                    texts = [in_cell(self.blocks(cell, ground)) for cell in cells]
                    self.losses.leave("hidden", row_line(texts))
                    continue
                grid.begin_row()
                for cell in cells:
                    spans = [count(cell, f"number-{side}-spanned") for side in ("columns", "rows")]
                    behind = self._styles.ground("table-cell", local(cell, "style-name")) or ground
                    text = in_cell(self.blocks(cell, behind))
                    repeated = min(count(cell, "number-columns-repeated"), WIDEST)
                    for _ in range(repeated):
                        grid.add(text, *spans)


def _centimetres(written: str) -> float:
    length = _LENGTH.fullmatch(written)
    return float(length[1]) * _CENTIMETRES[length[2]] if length and length[1].count(".") < 2 else 0.0
