"""Bytes of .docx, .pdf and .html to blocks: paragraphs, and tables as rows of cells.

A cell under or beside a merged one is "": who reads the table decides what a merged cell means.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matcher.errors import DocumentError

if TYPE_CHECKING:
    from bs4 import Tag

Block = str | list[list[str]]

# No guide or batch is this large unpacked; a file that declares more is a mistake or a bomb.
LARGEST_UNPACKED = 500 * 1024 * 1024
_PAGE_NUMBER = re.compile(
    r"[-—–\s·]*(?:第\s*)?\d{1,4}\s*(?:页)?[-—–\s·]*(?:[/共]\s*(?:共\s*)?\d{1,4}\s*页?)?\s*|(?i:page \d+(?: of \d+)?)"
)


def check_zip(file: bytes | Path, suffix: str, name: str) -> None:
    """DocumentError unless the file is a zip folder of a sensible unpacked size."""
    raw = io.BytesIO(file) if isinstance(file, bytes) else file
    with file.open("rb") if isinstance(file, Path) else io.BytesIO(file[:8]) as opened:
        start = opened.read(8)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # the container of locked and of old Office files
        raise DocumentError(
            f"{name} 有密码，或其实是旧格式：请打开后去掉密码，另存为 {suffix}。 / "
            f"{name} is locked by a password or in an old format; open it and save it as {suffix} without one."
        )
    try:
        with zipfile.ZipFile(raw) as folder:
            size = sum(entry.file_size for entry in folder.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DocumentError(
            f"{name} 已损坏或不是真正的 {suffix} 文件：请重新下载，或用原软件另存一份。 / "
            f"{name} is damaged or no real {suffix} file; fetch it again or save a new copy."
        ) from error
    if size > LARGEST_UNPACKED:
        raise DocumentError(
            f"{name} 解压后有 {size >> 20} MB，超过上限 {LARGEST_UNPACKED >> 20} MB：请拆分文件。 / "
            f"{name} unpacks to {size >> 20} MB, over the limit of {LARGEST_UNPACKED >> 20} MB; split it."
        )


def cut_trailing(cells: list[str]) -> list[str]:
    """The cells without the empty ones at the end."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def docx_blocks(raw: bytes) -> Iterator[Block]:
    """Paragraphs, with the numbers that Word only draws, and tables, in the document's order."""
    from docx import Document as open_docx  # here: the command line must start fast
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    from matcher.readers.word import Numbering

    document = open_docx(io.BytesIO(raw))
    numbering = Numbering(document)
    for part in _docx_parts(document.element.body):
        if part.tag.endswith("}p"):
            yield numbering.text(Paragraph(part, document))
        else:
            yield _docx_rows(Table(part, document), numbering)


def _docx_parts(body: Any) -> Iterator[Any]:
    """The paragraphs and tables of a body, also those inside content controls (w:sdt)."""
    for child in body.iterchildren():
        tag = str(child.tag).rpartition("}")[2]
        if tag in ("p", "tbl"):
            yield child
        elif tag in ("sdt", "sdtContent", "ins", "customXml", "smartTag"):
            yield from _docx_parts(child)


def _docx_rows(table: Any, numbering: Any) -> list[list[str]]:
    """Rows of cells on the table's grid; a cell that continues a merged one is ""."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells: list[str] = [""] * row.grid_cols_before
        for tc in row._tr.tc_lst:
            merged = tc.vMerge == "continue"
            cells.append("" if merged else _docx_cell(tc, numbering))
            cells += [""] * (tc.grid_span - 1)
        rows.append(cells)
    return rows


def _docx_cell(tc: Any, numbering: Any) -> str:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    lines: list[str] = []
    for part in _docx_parts(tc):
        if part.tag.endswith("}p"):
            lines.append(numbering.text(Paragraph(part, numbering.document)))
        else:
            lines += [
                " ".join(cut_trailing(row)) for row in _docx_rows(Table(part, numbering.document), numbering)
            ]
    return "\n".join(line for line in lines if line.strip())


def pdf_blocks(raw: bytes, name: str) -> Iterator[Block]:
    """Lines as the page broke them, without page numbers, and ruled tables, from top to bottom."""
    import pdfplumber  # here: the command line must start fast
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        book = pdfplumber.open(io.BytesIO(raw))
    except (PdfminerException, PDFPasswordIncorrect) as error:
        if isinstance(error, PDFPasswordIncorrect) or "PDFPasswordIncorrect" in repr(error):
            raise DocumentError(
                f"{name} 有密码：请去掉密码后再试。 / {name} is locked by a password; remove it and try again."
            ) from error
        raise
    with book:
        for page in book.pages:
            yield from _page_blocks(page)
            page.close()  # frees what the page cached: long files would fill the memory


def _page_blocks(page: Any) -> Iterator[Block]:
    tables = (
        [t for t in page.find_tables() if len(t.rows) > 1 or len(t.rows[0].cells) > 1]
        if page.rects or page.lines
        else []
    )
    boxes = [t.bbox for t in tables]

    def outside(thing: dict[str, Any]) -> bool:
        middle = (thing["top"] + thing["bottom"]) / 2
        return not any(top <= middle <= bottom and x0 <= thing["x0"] <= x1 for x0, top, x1, bottom in boxes)

    text = page.filter(lambda thing: thing.get("object_type") != "char" or outside(thing)) if boxes else page
    lines = text.extract_text_lines(return_chars=False, strip=True)
    found: list[tuple[float, Block]] = [(line["top"], line["text"]) for line in lines]
    edges = [top for top, _ in sorted(found, key=lambda f: f[0])]
    # A bare number is a page number at the top or bottom of the text only.
    found = [
        (top, b) for top, b in found if not (top in (edges[0], edges[-1]) and _PAGE_NUMBER.fullmatch(str(b)))
    ]
    found += [(t.bbox[1], [[_joined(cell or "") for cell in row] for row in t.extract()]) for t in tables]
    for _, block in sorted(found, key=lambda f: f[0]):
        yield block


def _joined(cell: str) -> str:
    """A cell's text without the line ends of its width: Latin words keep a space, Chinese none."""
    return re.sub(r"(?<=[\x21-\x7e])\n(?=[\x21-\x7e])", " ", cell).replace("\n", "")


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
            line.append(_list_mark(child))
        yield from _html_walk(child, line)
        if block and "".join(line).strip():
            yield _one_line(line)


def _list_mark(item: Tag) -> str:
    """The number that a browser draws before an item of an ordered list; a bullet elsewhere."""
    parent = item.parent
    if parent is None or parent.name != "ol":
        return "• "
    items = list(parent.find_all("li", recursive=False))
    start = str(parent.get("start", "1"))
    text = item.get_text().strip()
    if re.match(r"[(（]?(?:\d|[一二三四五六七八九十])+[)）.、．]", text):
        return ""  # the author wrote the number as well
    return (
        f"{(int(start) if start.isdigit() else 1) + next(i for i, tag in enumerate(items) if tag is item)}. "
    )


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
