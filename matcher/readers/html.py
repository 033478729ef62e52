"""Web pages: paragraphs, headings and tables as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from matcher.readers.blocks import Block

if TYPE_CHECKING:
    from bs4 import Tag


def html_blocks(text: str) -> Iterator[Block]:
    """Paragraphs and tables of a page as a reader sees them: no scripts, styles or hidden parts."""
    from bs4 import BeautifulSoup  # here: the command line must start fast

    page = BeautifulSoup(text, "lxml")
    for tag in page(["script", "style", "noscript", "template", "head", "iframe", "svg"]):
        tag.decompose()
    line: list[str] = []
    yield from _html_walk(page.body or page, line)
    if "".join(line).strip():
        yield _one_line(line)


_BLOCKS = {
    "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", "section", "article", "table", "tbody",
    "thead", "tr", "td", "th", "dl", "dt", "dd", "blockquote", "pre", "header", "footer", "main", "nav", "form", "center",
}  # fmt: skip


def _one_line(pieces: list[str]) -> str:
    text = " ".join("".join(pieces).split(" "))
    pieces.clear()
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _html_walk(tag: Tag, line: list[str]) -> Iterator[Block]:
    """Blocks of a tag's children; `line` collects the text of the paragraph that is being read."""
    from bs4 import Comment, Doctype, Tag
    from bs4.element import NavigableString

    place = 0
    for child in tag.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, (Comment, Doctype)):
                line.append(str(child))
            continue
        if not isinstance(child, Tag) or "display:none" in str(child.get("style", "")).replace(" ", ""):
            continue
        block = child.name in _BLOCKS
        if block and "".join(line).strip():
            yield _one_line(line)
        if child.name == "table" and _is_grid(child):
            yield _html_rows(child)
            continue
        if child.name == "li":
            line.append(_list_mark(child, place))
            place += 1
        yield from _html_walk(child, line)
        if block and "".join(line).strip():
            yield _one_line(line)


def _list_mark(item: Tag, place: int) -> str:
    """The number that a browser draws before item number `place` (from 0) of an ordered list; a bullet elsewhere."""
    parent = item.parent
    if parent is None or parent.name != "ol":
        return "• "
    start = str(parent.get("start", "1"))
    text = item.get_text().strip()
    if re.match(r"[(（]?(?:\d|[一二三四五六七八九十])+[)）.、．]", text):
        return ""  # the author wrote the number as well
    return f"{(int(start) if start.isdigit() and len(start) < 9 else 1) + place}. "


def _is_grid(table: Tag) -> bool:
    """Whether a table holds cells and no page: no table inside, two columns at least, no cell full of paragraphs."""
    if table.find("table"):
        return False
    rows = table.find_all("tr")
    widths = [len(row.find_all(["td", "th"])) for row in rows]
    return (
        len(rows) > 1
        and max(widths, default=0) > 1
        and all(len(cell.find_all("p")) < 12 for cell in table.find_all("td"))
    )


def _html_rows(table: Tag) -> list[list[str]]:
    rows: list[list[str]] = []
    spans: dict[int, int] = {}  # column -> rows that a merged cell still covers
    for tr in table.find_all("tr"):
        cells: list[str] = []
        for cell in tr.find_all(["td", "th"]):
            while spans.get(len(cells), 0):
                spans[len(cells)] -= 1
                cells.append("")
            width, height = (_span(cell, name) for name in ("colspan", "rowspan"))
            for i in range(width):
                if height > 1:
                    spans[len(cells)] = height - 1
                cells.append(
                    ""
                    if i
                    else "\n".join(s for s in (t.strip() for t in cell.get_text("\n").split("\n")) if s)
                )
        while spans.get(len(cells), 0):
            spans[len(cells)] -= 1
            cells.append("")
        rows.append(cells)
    return rows


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1"))
    return max(1, min(int(value), 1000)) if value.isascii() and value.isdigit() else 1
