"""What every format becomes: paragraphs, headings and tables in their order, with the lines they stand on; and what was not read.

Cells that cover several columns or rows stand on one grid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Literal, NamedTuple

from matcher import settings
from matcher.errors import DocumentError
from matcher.letter_spacing import is_spread, unspread
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

BETWEEN_CELLS = " | "  # in a row of a table as a line
Left = Literal[
    "hidden", "struck", "coloured", "tiny", "deleted", "described", "unreferred", "embedded", "alt", "prompt"
]
UNREAD = frozenset(("altChunk", "subDoc", "OLEObject", "relIds", "chart", "comment", "pic", "fieldNumber"))
_SHOWN = settings.characters("readers.blocks.shown")
LINE_END, _BETWEEN_LATIN = re.compile(r"\r\n|\r|\n"), re.compile(r"(?<=[!-~])\s*\n\s*(?=[!-~])")
_PAGE_NUMBER = re.compile(
    r"[\W\d_]*(?:第[\W\d_]*页)?[\W\d_]*(?:共[\W\d_]*页)?[\W\d_]*|(?i:[\W\d]*page[\W\d]*(?:of)?[\W\d]*)"
)

# A table as a format reader gives it: rows of cells on one grid, "" under or beside a merged cell.
CellGrid = list[list[str]]
WIDEST = settings.columns("readers.blocks.widest")
_HIGHEST, _MOST_CELLS = settings.rows("readers.blocks.highest"), settings.cells("readers.blocks.most")
Area = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


class Losses:
    """Collects what was left out while a document is read."""

    def __init__(self) -> None:
        """Nothing is lost yet."""
        self._left: dict[Left, list[str]] = {}
        self._unread: dict[str, int] = {}

    def leave(self, why: Left, text: str) -> None:
        """A text that a reader does not see was left out."""
        if text.strip():
            self._left.setdefault(why, []).append(text)

    def skip(self, what: str) -> None:
        """An element of UNREAD was met."""
        self._unread[what] = self._unread.get(what, 0) + 1

    def messages(self) -> list[Message]:
        """One line for each kind of loss, Chinese / English."""
        left = [
            say("losses.left", what=say(f"losses.left.{why}"), count=len(pieces), text=excerpt(pieces))
            for why, pieces in self._left.items()
        ]
        unread = (
            say("losses.unread", what=say(f"losses.unread.{what}"), count=count)
            for what, count in self._unread.items()
        )
        return [*left, *unread]


def excerpt(pieces: Iterable[str]) -> str:
    """The beginning of texts that were left out, for a note on them."""
    text = " ".join("".join(pieces).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass(frozen=True, slots=True)
class Heading:
    """A paragraph that the document itself calls a heading of `level` (1 is the highest).

    `mark` is what stands before it in the document's line, such as "## ": a guide reads by it.
    """

    text: str
    level: int
    line: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that begins on line `line` (from 1) of the document; `term` says that it was a `Term`."""

    text: str
    line: int = 0
    term: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A paragraph that the document sets apart as a name: all of it bold, or a term above its description."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a document: `rows[i]` are the cells of the row that is line `line_numbers[i]` (from 1).

    A merged cell keeps its place on the grid: its text stands at its first place, the others are "".
    """

    rows: tuple[tuple[str, ...], ...]
    line_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page: `full` where it reaches its column's end (its paragraph may go on), `alike` where it stands out as the one above."""

    text: str
    full: bool
    alike: bool = False


Block = str | Term | Heading | PageLine | CellGrid
Placed = Paragraph | Heading | Table


class Margin(NamedTuple):
    """A paragraph of a page's header or footer; `first` is that of the first page alone, which is no running one."""

    text: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document as text. A row of a table is one line, its cells joined by " | ".

    `name` is the file's stem, `sha256` the hash of its bytes; `wrapped` says that lines were
    broken by the page (a PDF), so that a paragraph may go on in the next line. `losses` say what
    the file holds and was not read, each in one line, Chinese / English; the text of headers and
    footers that the pages do not repeat is among them, and stands in `margins` for whoever wants it.
    `full` are a PDF's lines that reach their column's end (None without places), `alike` those that stand out as the one above.
    """

    name: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    sha256: str = ""
    wrapped: bool = False
    blocks: tuple[Placed, ...] = ()
    losses: tuple[Message, ...] = ()
    margins: tuple[Margin, ...] = ()
    full: frozenset[int] | None = None
    alike: frozenset[int] = frozenset()


class Content(NamedTuple):
    """What the reader of a format gives: blocks in their order, notes on what was left out, the paragraphs of headers and footers."""

    blocks: Iterable[Block]
    losses: Sequence[Message] = ()
    margins: Sequence[Margin] = ()


def assemble(
    blocks: Iterable[Block],
    name: str,
    digest: str = "",
    *,
    wrapped: bool = False,
    losses: Sequence[Message] = (),
    margins: Sequence[Margin] = (),
) -> Document:
    """A Document of paragraphs, headings and tables in their order, letters set apart joined; a table of one column is paragraphs."""
    lines: list[str] = []
    placed: list[Placed] = []
    ends: list[tuple[int, PageLine]] = []
    for block in _unspread(list(blocks)):
        line = len(lines) + 1
        if isinstance(block, PageLine):
            ends.append((line, block))
        for part in _placed(block, line):
            placed.append(part)
            if isinstance(part, Table):
                lines += map(row_line, part.rows)
            else:
                lines += LINE_END.split((part.mark if isinstance(part, Heading) else "") + part.text)
    tables = tuple(part for part in placed if isinstance(part, Table))
    messages = (*losses, *margins_unread(margins))
    full = frozenset(n for n, line in ends if line.full) if ends else None
    alike = frozenset(n for n, line in ends if line.alike)
    return Document(
        name, tuple(lines), tables, digest, wrapped, tuple(placed), messages, tuple(margins), full, alike
    )


def _unspread(blocks: list[Block]) -> list[Block]:
    """The blocks, with the letters joined where those of the document are set apart: 研 究 内 容."""
    texts = (chain.from_iterable(b) if isinstance(b, list) else [text_of(b)] for b in blocks)
    every = "\n".join(chain.from_iterable(texts))
    return [_joined(block) for block in blocks] if is_spread(every) else blocks


def _joined(block: Block) -> Block:
    if isinstance(block, str):
        return unspread(block)
    if isinstance(block, list):
        return [[unspread(cell) for cell in row] for row in block]
    return replace(block, text=unspread(block.text))


def apart(margins: Iterable[Margin], blocks: Iterable[Block]) -> list[Margin]:
    """Those of the headers and footers, each once, that the pages do not repeat and that are no page's number."""
    first: dict[str, Margin] = {}
    for margin in margins:
        if not _PAGE_NUMBER.fullmatch(margin.text):
            first.setdefault(margin.text, margin)
    body = "".join("".join(map(text_of, blocks)).split()) if first else ""
    return [margin for text, margin in first.items() if "".join(text.split()) not in body]


def margins_unread(margins: Sequence[Margin]) -> list[Message]:
    """The note that headers and footers were not read, Chinese / English; [] where nothing stands there."""
    return [say("margins", shown=excerpt(margin.text for margin in margins))] if margins else []


def _placed(block: Block, line: int) -> Iterator[Placed]:
    """A block on its line; a table of one column as the paragraphs that it is."""
    if not isinstance(block, list):
        if isinstance(block, Heading):  # a title goes on behind a line's end within it
            yield replace(block, line=line, text=without_line_ends(block.text))
        else:
            yield Paragraph(text_of(block), line, isinstance(block, Term))
        return
    rows = [row for row in block if any(cell.strip() for cell in row)]
    if all(sum(bool(cell.strip()) for cell in row) == 1 for row in rows):
        texts = (text for row in rows for cell in row for text in LINE_END.split(cell) if text.strip())
        yield from (Paragraph(text, line + n) for n, text in enumerate(texts))
    else:
        yield Table(tuple(tuple(row) for row in rows), tuple(range(line, line + len(rows))))


def text_of(block: Block) -> str:
    """The text of a block; the rows of a table are its lines."""
    if isinstance(block, list):
        return "\n".join(filter(None, map(row_line, block)))
    return block if isinstance(block, str) else block.text


def in_cell(blocks: Iterable[Block]) -> str:
    """The blocks within a cell as its lines."""
    return "\n".join(text for text in map(text_of, blocks) if text.strip())


def row_line(row: Sequence[str]) -> str:
    """The cells of a row as one line; empty cells are left out."""
    return BETWEEN_CELLS.join(" ".join(cell.split()) for cell in row if cell.strip())


def without_line_ends(text: str) -> str:
    """A text that was broken over lines on one: at a line's end Latin words keep a space, Chinese none."""
    return _BETWEEN_LATIN.sub(" ", text).replace("\n", "")


class SpanGrid:
    """Rows of cells that grow cell by cell, with the merged areas among them."""

    def __init__(self) -> None:
        """A grid without rows."""
        self.rows: list[list[Any]] = []
        self.merged: list[Area] = []
        self._taken: dict[int, int] = {}  # column from 0 → the last row (from 1) that a merged cell covers
        self._cells = 0

    def begin_row(self, index: int = 0) -> None:
        """A new row; at `index` (from 1) it leaves empty rows before it."""
        count = max(1, index - len(self.rows))
        self._room(count)
        self.rows += [[] for _ in range(count)]

    def _room(self, cells: int) -> None:
        self._cells += cells
        if self._cells > _MOST_CELLS:
            raise DocumentError(say("table.too large", most=_MOST_CELLS))

    def add(self, value: object, width: int, height: int, index: int = 0) -> None:
        """A cell after those of the row, or at column `index` (from 1); merged over `width` and `height`, within what a table may have."""
        row, number = self.rows[-1], len(self.rows)
        width, height = max(1, min(width, WIDEST)), max(1, min(height, _HIGHEST))
        self._room((skipped := max(0, index - 1 - len(row))) + width)
        row += [""] * skipped
        while self._taken.get(len(row), 0) >= number:
            row.append("")
        start = len(row)
        row += [value, *[""] * (width - 1)]
        if width > 1 or height > 1:
            self.merged.append((number, start + 1, number + height - 1, start + width))
        if height > 1:
            self._taken.update(dict.fromkeys(range(start, start + width), number + height - 1))
