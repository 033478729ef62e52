"""Web pages: paragraphs, headings and tables as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree, html

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue
from matcher.numerals import read_digits
from matcher.readers.blocks import (
    Block,
    Content,
    Heading,
    Left,
    Losses,
    Margin,
    SpanGrid,
    Term,
    apart,
    in_cell,
    without_line_ends,
)
from matcher.readers.formats.numbering import FORMATS, bullet, format_number
from matcher.readers.formats.page_look import PageLook

say = Catalogue(__file__)

_BLOCKS = {
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", "section", "article", "table", "tbody",
    "thead", "tfoot", "tr", "td", "th", "dl", "dt", "dd", "blockquote", "pre", "header", "footer", "main", "nav", "form",
    "center", "caption", "fieldset", "legend", "address", "figure", "figcaption", "aside", "details", "summary", "textarea",
}  # fmt: skip
_NO_TEXT = {"script", "style", "head", "map", "audio", "video", "datalist", "rt", "rp"}
# Text that a browser shows in part or not at all.
_EMBEDDED = {"noscript", "template", "iframe", "svg", "object", "embed", "frame", "noframes"}
_NO_PAGE = ("about:", "javascript:", "data:")
# Fields whose value is not shown, or says nothing of a proposal.
_UNSEEN_VALUES = {"hidden", "button", "submit", "reset", "image", "file", "password", "range", "color"}
_NO_VALUES = _UNSEEN_VALUES | {"checkbox", "radio"}
_MARGINS = {"header", "footer"}  # titles of divisions, as LibreOffice writes them
_BOLD = {"b", "strong"}
_STRUCK = {"del", "s", "strike"}
_NUMBERED = re.compile(r"[(（]?(?:\d|[一二三四五六七八九十])+[)）.、．]")
_HEADING = re.compile("h[1-6]")
_NOTED = settings.count("readers.html.noted")
_FIRST_PIECES = settings.count("readers.html.first_pieces")
_LAYOUT_PARAGRAPHS = settings.count("readers.html.layout_paragraphs")


def html_blocks(text: str) -> Content:
    """The content of a page.

    Scripts and styles are no text; hidden and struck text is left out and said. Of a web form's fields
    their values are read. Headers and footers are those of a document that an office program saved as a page.
    """
    page = page_of(text)
    walk = HtmlWalk(page)
    margins: list[Margin] = []
    for part in page.findall("body/div"):
        if part.get("title") in _MARGINS:
            margins += map(Margin, walk.cell(part).splitlines())
            part.drop_tree()
    blocks = list(walk.blocks(page))
    return Content(blocks, walk.losses.messages(), apart(margins, blocks))


def page_of(text: str) -> Any:
    """The root of a page's tree; a page without any element is an empty one.

    DocumentError for a page that nests deeper than the parser goes (some 2,000 elements).
    """
    # Without huge_tree the parser stops at a depth of 255, which a page made by a program can have.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # nothing but comments and white space
        return etree.Element("html")
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise DocumentError(say("HTML.too deep"))
    return page


class HtmlWalk:
    """Walks a page in its order, without recursion: pages nest as deep as they like."""

    def __init__(self, page: Any) -> None:
        """Takes the style sheets of a page."""
        self._look = PageLook(page)
        self._line: list[str] = []
        self._counts: dict[Any, int] = {}  # list → how many of its items have begun
        self.losses = Losses()

    def blocks(self, root: Any) -> Iterator[Block]:
        """The blocks below an element."""
        skipped = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is not None and element is not skipped:
                continue
            titled = element.tag == "br" and _HEADING.fullmatch(str(element.getparent().tag))
            block = element.tag in _BLOCKS and not titled
            if event == "start":
                self._line += ["\n"] * bool(titled)
                if block or (element.tag == "label" and self._ends_a_field()):
                    yield from self._flush(None)
                if element.tag == "table" and element is not root and _is_grid(element):
                    yield from filter(None, map(self.cell, element.iterchildren("caption")))
                    yield self.grid(element).rows
                    skipped = element
                elif self._is_unseen(element):
                    skipped = element
                else:
                    if _is_labelled(element) or _stands_apart(element):
                        self._line.append("\t")
                    self._add(_before(element, self._counts), element.text, element)
            else:
                if skipped is None and block:
                    yield from self._flush(element)
                elif skipped is None and element.tag == "label" and not any(map(_is_labelled, element)):
                    self._line.append("\t")  # its value stands apart
                skipped = None
                if element is not root:
                    self._add("", element.tail, element.getparent())
        yield from self._flush(None)

    def _add(self, mark: str, text: str | None, parent: Any) -> None:
        text = (text or "").replace("\xad", "")
        if parent is not None and parent.tag not in ("pre", "textarea"):
            text = re.sub(r"[ \t\r\n]+", " ", text)
        if parent is not None and text.strip() and self._look.is_ground(parent):
            self.losses.leave("coloured", text)
            text = ""
        self._line.append(mark + text)

    def _ends_a_field(self) -> bool:
        """Whether a label with its value stands before a label, and no box that the label is of."""
        return "\t" in self._line and "".join(self._line).rstrip()[-1:] not in "□☑"

    def _flush(self, ended: Any | None) -> Iterator[Block]:
        """The paragraph that ends here; the lines of a preformatted text stay lines."""
        lines = "".join(self._line).splitlines()
        self._line.clear()
        level = ended.tag[1:] if ended is not None and _HEADING.fullmatch(ended.tag) else ""
        term = ended is not None and (ended.tag == "dt" or _is_bold(ended))
        if level:  # a title goes on behind <br>
            lines = [without_line_ends("\n".join(filter(None, map(str.strip, lines))))]
        for line in lines:
            line = re.sub(r"(?<=[^\s:：?？])\s*\t\s*$", "：", re.sub(r" +", " ", line))
            if line := re.sub(r" *\t[ \t]*", "\t", line).strip():
                yield Heading(line, int(level)) if level else Term(line) if term else line

    def _is_unseen(self, element: Any) -> bool:
        """Whether an element is not shown; its text, if it has any, is noted."""
        if element.tag in _EMBEDDED:
            text = "".join(islice(element.itertext(), _NOTED))
            page = next((page for key in ("srcdoc", "src", "data") if (page := element.get(key))), "")
            shown = text if page.startswith(_NO_PAGE) else page or text
            self.losses.leave("embedded", f"{shown} ")
            return True
        if element.tag == "img":
            self.losses.leave("alt", element.get("alt") or "")
        if element.tag in _NO_TEXT or (element.tag == "option" and not _is_chosen(element)):
            return True
        why: Left = "struck" if element.tag in _STRUCK else "hidden"
        if why == "hidden" and not self._look.hides(element):
            return False
        self.losses.leave(why, "".join(islice(element.itertext(), _NOTED)))
        return True

    def grid(self, table: Any, hidden: set[int] | None = None) -> SpanGrid:
        """The rows of a table without those that are hidden; `hidden` takes their numbers (from 1) where they shall stay."""
        grid = SpanGrid()
        for tr in table.iter("tr"):
            if hidden is not None and self._look.hides(tr):
                hidden.add(len(grid.rows) + 1)
            elif self._is_unseen(tr):
                continue
            grid.begin_row()
            for cell in tr.iterchildren("td", "th"):
                if not self._is_unseen(cell):
                    width, height = (_integer(cell.get(name), 1) for name in ("colspan", "rowspan"))
                    grid.add(self.cell(cell), width, height)
        return grid

    def cell(self, cell: Any) -> str:
        """What a reader sees of a cell, its paragraphs as lines."""
        return in_cell(self.blocks(cell))


def _is_labelled(field: Any) -> bool:
    """Whether a field stands in its label, behind its name."""
    label = field.getparent()
    box = field.tag == "input" and (field.get("type") or "").lower() in _NO_VALUES
    named = label is not None and label.tag == "label" and (label.text or "").strip()
    return field.tag in ("input", "select") and not box and bool(named) and field.getprevious() is None


def _stands_apart(element: Any) -> bool:
    """Whether a style sheet sets a span apart from the one before it, as a portal does name and value: they are of two classes."""
    before = element.getprevious()
    if before is None or (before.tag, element.tag, element.getparent().tag) != ("span", "span", "div"):
        return False
    classes = {before.get("class", ""), element.get("class", "")}
    return not ((before.tail or "") + (element.tail or "")).strip() and "" not in classes and len(classes) > 1


def _is_bold(paragraph: Any) -> bool:
    """Whether all of a paragraph is bold."""
    if paragraph.tag != "p" or len(paragraph) != 1 or paragraph[0].tag not in _BOLD:
        return False
    return not ((paragraph.text or "") + (paragraph[0].tail or "")).strip()


def _before(element: Any, counts: dict[Any, int]) -> str:
    """What a browser draws where an element begins: the mark of a list's item, the value of a form's field."""
    if element.tag == "li":
        parent = element.getparent()
        start = _integer(parent.get("start"), 1) if parent is not None else 1
        counts[parent] = _integer(element.get("value"), counts.get(parent, start - 1) + 1)
        return _list_mark(element, parent, counts[parent])
    if element.tag != "input":
        return ""
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if element.get("checked") is not None else "□"
    return "" if kind in _UNSEEN_VALUES else element.get("value") or ""


def _integer(written: str | None, otherwise: int) -> int:
    known = read_digits(written or "")
    return otherwise if known is None else known


def _list_mark(item: Any, parent: Any, number: int) -> str:
    """The number before an item of an ordered list, a bullet elsewhere; "" if the author wrote one."""
    if parent is None or parent.tag != "ol":
        outer = parent.iterancestors("ul", "ol") if parent is not None else ()
        return f"{bullet(sum(1 for _ in outer))} "
    if _NUMBERED.match("".join(islice(item.itertext(), _FIRST_PIECES)).strip()):
        return ""
    return f"{format_number(number, FORMATS.get(parent.get('type') or '', 'decimal'))}. "


def _is_chosen(option: Any) -> bool:
    """Whether an entry of a list is the one that is shown: the selected one, else the first."""
    if option.get("selected") is not None:
        return True
    parent = option.getparent()
    return parent is not None and parent.find(".//option[@selected]") is None and option.getprevious() is None


def _is_grid(table: Any) -> bool:
    """Whether a table holds cells and no page: no table inside, two columns at least, no cell full of paragraphs."""
    if table.find(".//table") is not None:
        return False
    widths = [sum(1 for _ in row.iterchildren("td", "th")) for row in table.iter("tr")]
    if len(widths) < 2 or max(widths) < 2:
        return False
    return all(sum(1 for _ in cell.iter("p")) < _LAYOUT_PARAGRAPHS for cell in table.iter("td"))
