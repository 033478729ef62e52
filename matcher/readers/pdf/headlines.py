"""Which lines of a page stand out as the one above them does, larger or in another font: a title has several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from matcher import settings
from matcher.readers.pdf.layout import PageItem

_LARGER = settings.factor("readers.pdf_headlines.larger")
_SAME = settings.share("readers.pdf_headlines.same")
_STEP = settings.factor("readers.pdf_headlines.step")


def headlines(pages: Sequence[Sequence[PageItem]]) -> set[int]:
    """The ids of lines that stand out from the text as the line right above them does."""
    sizes, fonts = Counter[float](), Counter[str]()
    for item in (item for items in pages for item in items):
        letters = len(item.block) if isinstance(item.block, str) else 0
        sizes[round(item.size, 1)] += letters
        fonts[item.font] += letters
    usual = (
        max(sizes, key=lambda size: sizes[size], default=0.0),
        max(fonts, key=lambda f: fonts[f], default=""),
    )
    return {n for items in pages for n in _of_page(items, *usual)}


def _of_page(items: Sequence[PageItem], size: float, font: str) -> Iterator[int]:
    for above, item in pairwise(items):
        if not (isinstance(above.block, str) and isinstance(item.block, str)):
            continue
        alike = abs(above.size - item.size) <= _SAME * item.size and above.font == item.font
        near = 0 < item.top - above.top <= _STEP * item.size
        out = item.size >= _LARGER * size or item.font != font
        if alike and near and out:
            yield id(item)
