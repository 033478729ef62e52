"""Which lines of a PDF reach the end of their column, so that a paragraph may go on in the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from matcher import settings
from matcher.readers.pdf_layout import PageItem

_ROOM = settings.factor("readers.pdf_margins.room")
_SAME = settings.factor("readers.pdf_margins.same")
_EVEN_LINES = settings.lines("readers.pdf_margins.even")
_UNEVEN = settings.share("readers.pdf_margins.uneven")
_LETTER = settings.factor("readers.pdf_margins.letter")


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
