"""The pages of a PDF one after another: without what runs through all of them, with tables and columns that go on over several.

A line that reaches the end of its column is told from others: its paragraph may go on in the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from matcher import settings
from matcher.readers.blocks import CellGrid, PageLine
from matcher.readers.pdf.cut_rows import join_pages
from matcher.readers.pdf.cut_words import moved_up
from matcher.readers.pdf.headlines import headlines
from matcher.readers.pdf.layout import PageContent, PageItem, Picture, lay_out, text_columns, text_item
from matcher.readers.pdf.lists import Carried
from matcher.readers.pdf.rows import Line, same_column
from matcher.readers.pdf.running import EDGE_LINES, PHONE, edges_of, is_number, key_of, running_lines

_LEAST_CELLS = settings.cells("readers.pdf_layout.least")
_ROOM = settings.factor("readers.pdf_pages.room")
_SAME = settings.factor("readers.pdf_pages.same")
_EVEN_LINES = settings.lines("readers.pdf_pages.even")
_UNEVEN = settings.share("readers.pdf_pages.uneven")
_LETTER = settings.factor("readers.pdf_pages.letter")


@dataclass(frozen=True, slots=True)
class PageParts:
    """What stands on one page: its lines outside tables with rules, these tables, what is named at its end; `picture` is the number
    of a page whose text is in pictures, else 0."""

    lines: list[Line]
    tables: list[PageItem]
    named: list[PageItem]
    width: float
    picture: int = 0


def laid_out(pages: Sequence[PageParts]) -> list[list[PageItem]]:
    """The items of each page in reading order."""
    plain = [[*map(_plain, page.lines)] for page in pages]
    edges = edges_of([[*lines, *page.tables] for lines, page in zip(plain, pages, strict=True)])
    done: list[list[PageItem]] = []
    carried, known = Carried(), text_columns(())
    for page, lines in zip(pages, plain, strict=True):
        inner = [line for line, item in zip(page.lines, lines, strict=True) if id(item) not in edges]
        items = lay_out(inner, carried, known)
        for table in page.tables:
            items.insert(_place_of(table, items), table)
        carried, known = _carried(items, carried), text_columns(items)
        top = items[0].top if items else 0.0
        own = [item for item in lines if id(item) in edges]
        heads = [item for item in own if item.top < top]
        items = [*heads, *items, *(item for item in own if item not in heads), *page.named]
        done.append(
            [PageItem(0.0, Picture(page.picture, [i.block for i in items]))] if page.picture else items
        )
    return done


def _plain(line: Line) -> PageItem:
    """A line as text, one of many cells as a row of a table."""
    item = text_item(line)
    return item if len(line) < _LEAST_CELLS else replace(item, block=[[piece.text for piece in line]])


def _carried(items: Sequence[PageItem], before: Carried) -> Carried:
    """What the table without rules that a page ends with tells of the next; `before` is what the page before told of this one."""
    column = next(
        (item.column for item in reversed(items[-EDGE_LINES:]) if isinstance(item.block, list)), 0.0
    )
    last = items[-1] if items else PageItem(0.0, "")
    if not last.columns or not isinstance(last.block, list):
        return Carried(column)
    goes_on = len(items) == 1 and before.columns
    return Carried(column, last.columns, last.step, before.names if goes_on else tuple(last.block[0]))


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


def contents_of(
    pages: Sequence[Sequence[PageItem]], widths: Sequence[float]
) -> tuple[list[PageContent], list[str]]:
    """(all items that are no running lines, a table that goes on over several pages as one; the running lines that hold a phone)."""
    full, alike, phones = full_lines(pages, widths), headlines(pages), list[str]()
    contents: list[PageContent] = []
    above: PageItem | None = None  # the table that a page ends with
    on = 0
    for page, item in _shown(pages, phones):
        grid, before = item.block, above.block if above else None
        one = above is not None and _is_one_table(above, item, next_page=page > on)
        if above and one and isinstance(grid, list) and isinstance(before, list):
            grid = _spread(grid, _places(item, above)) if len(item.edges) < len(above.edges) else grid
            before[:] = join_pages(before, grid, ruled=bool(item.edges))
        else:
            marks = id(item) in full, id(item) in alike
            contents.append(PageLine(grid, *marks) if isinstance(grid, str) else grid)
            above = item if item.column or item.edges else None
        on = page
    return _with_whole_words(contents), phones


def _with_whole_words(contents: Sequence[PageContent]) -> list[PageContent]:
    """The contents of pages; where an address, a link or a number is cut at a line's end its rest stands in the line that it begins in."""
    moved: list[PageContent] = []
    for item in contents:
        above = moved[-1] if moved else None
        if isinstance(above, PageLine) and isinstance(item, PageLine):
            moved[-1:] = [line for line in moved_up(above, item) if line.text]
        else:
            moved.append(item)
    return moved


def _shown(pages: Sequence[Sequence[PageItem]], phones: list[str]) -> Iterator[tuple[int, PageItem]]:
    """(page, item) without page numbers and running lines, of which those with a phone are added to `phones`, each once.

    A head on the first page stays, for it may be the title.
    """
    running = running_lines(pages)
    first = min((item.top for items in pages[:1] for item in items), default=0.0)
    heads = [item.block for items in pages[:1] for item in items if item.top == first]
    for page, items in enumerate(pages):
        tops = sorted(item.top for item in items)
        for item in items:
            if isinstance(item.block, str):
                # A bare number is a page number at the top or bottom of the text only.
                numbers = item.top in (tops[0], tops[-1]) and is_number(item)
                if numbers or (key_of(item) in running and (page or item.top != first)):
                    if PHONE.search(item.block) and item.block not in (*phones, *heads):
                        phones.append(item.block)
                    continue
            yield page, item


def _is_one_table(above: PageItem, below: PageItem, *, next_page: bool) -> bool:
    """Whether a table goes on with the one before it: its columns are the same; one of no form does so on the next page only.

    Between the same outer rules the rest of a row may stand in some of the columns, where all rows of its page have merged cells.
    """
    if not below.edges:
        return not above.edges and same_column(above.column, below.column)
    places = _places(below, above)
    if len(above.edges) == len(below.edges):
        return next_page and (above.edges == below.edges or bool(places))
    rest = isinstance(below.block, list) and not below.block[0][0] and len(below.block[0]) == len(places)
    return next_page and rest and places[0] == 0 and same_column(above.x1, below.x1)


def _places(below: PageItem, above: PageItem) -> list[int]:
    """Which columns of the table above those of the one below are; [] where one of them is none."""
    places = [n for edge in below.edges for n, other in enumerate(above.edges) if same_column(edge, other)]
    return places if len(places) == len(below.edges) else []


def _spread(grid: CellGrid, places: Sequence[int]) -> CellGrid:
    """The rows with their cells in these columns, and none in the others."""
    cells = [dict(zip(places, row, strict=False)) for row in grid]
    return [[row.get(n, "") for n in range(places[-1] + 1)] for row in cells]


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
        left = min((item.x0 for item in single), default=0.0)
        for items in alike:
            full |= set(_full(items, left, end))
    return full


def _end(lines: Sequence[PageItem], width: float) -> float:
    """Where the lines of a single column end; 0 where nothing shows that they were broken."""
    last = max((item.x1 for item in lines), default=0.0)
    first = min((item.x0 for item in lines), default=0.0)
    size = max((item.size for item in lines), default=0.0)
    even = sum(last - item.x1 <= _SAME * size for item in lines) >= _EVEN_LINES
    return last if even or width - first - last <= _UNEVEN * width else 0.0


def _full(items: Sequence[PageItem], left: float, end: float) -> Iterator[int]:
    """The ids of a page's full lines, where its single column lies between `left` and `end`; one in the middle has room on both sides."""
    lines = [item for item in items if isinstance(item.block, str)]
    for item, below in pairwise([*lines, PageItem(0.0, "")]):
        right = item.column or end
        text, following = str(item.block), str(below.block)
        room = _ROOM * item.size
        word = re.match(r"[!-~]+", following)
        if word and re.search(r"[a-z,;(]$", text):
            room = max(room, _LETTER * item.size * (len(word.group()) + 1))  # the next word had no room
        behind, before = right - item.x1, 0.0 if item.column else item.x0 - left
        centred = before >= item.size and abs(behind - before) <= item.size
        if right and behind + (before if centred else 0.0) <= room:
            yield id(item)
