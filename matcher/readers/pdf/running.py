"""What every page of a PDF repeats at its edges: running heads and feet, and the numbers of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from matcher import settings
from matcher.readers.pdf.layout import PageItem

_CODE = re.compile(r"[A-Z]+[A-Z0-9]*(?:[-_.][A-Z0-9]+)*[-_.]\d{2,6}")
_PAGE_NUMBER = re.compile(
    r"[-—–\s·]*(?:第\s*)?\d{1,4}\s*(?:页)?[-—–\s·]*(?:[/共]\s*(?:共\s*)?\d{1,4}\s*页?)?\s*|(?i:page \d+(?: of \d+)?)"
)
# The page's number within a running line.
_NUMBERED = re.compile(
    r"第\s*\d+\s*页|\d+\s*/\s*\d+|(?i:page\s*\d+)|^\d+(?=\s)|(?<=[\s·|—–-])\d+(?=[\s—–-]*$)"
)
# What is said of a topic: a phone, whom to ask; a head gives a number too (项目编号：…).
PHONE = re.compile(r"\d{7}|\d{3,4}[- ]\d{4}|\d{3}[- ]\d{3}[- ]\d{3}")
_TELLING = re.compile(rf"{PHONE.pattern}|(?:联系|咨询|对接|承办|处室)[^:：]{{0,6}}[:：]|\b(?i:contact)\b")
_RUNNING = settings.share("readers.pdf_running.running")
_FEW_PAGES = settings.pages("readers.pdf_running.few")
_APART = settings.factor("readers.pdf_running.apart")
EDGE_LINES = settings.lines("readers.pdf_running.edge")
_HEIGHT = settings.points("readers.pdf_running.height")


def key_of(item: PageItem) -> tuple[str, int]:
    """What a running line has on every page: its words and its height; a code (DTA341-001) is read with its numbers."""
    text = str(item.block)
    return text if _CODE.fullmatch(text) else _NUMBERED.sub("#", text), round(item.top / _HEIGHT)


def running_lines(pages: Sequence[Sequence[PageItem]]) -> set[tuple[str, int]]:
    """The lines that stand at the same height at the top or bottom of most pages, as `key_of` gives them.

    On a few pages those that say something of a topic are no such lines unless they stand apart from the text.
    """
    counts: Counter[tuple[str, int]] = Counter()
    ordered = [sorted(items, key=lambda item: item.top) for items in pages]
    for items in ordered:
        lines = [item for item in items if isinstance(item.block, str)]
        counts.update({key_of(i) for i in (*lines[:EDGE_LINES], *lines[-EDGE_LINES:])})
    running = {key for key, count in counts.items() if count >= max(2, _RUNNING * len(pages))}
    if len(pages) > _FEW_PAGES:
        return running
    # Few pages may be alike in what they say: a contact below each topic.
    gaps = (b.top - a.top for items in ordered for a, b in pairwise(items))
    steps = [gap for gap in gaps if gap > _HEIGHT]
    apart = _APART * median(steps) if steps else 0.0
    inner = {key_of(i) for items in ordered for i in _inner(items, running, apart)}
    return {key for key in running if key not in inner or not _TELLING.search(key[0])}


def edges_of(pages: Sequence[Sequence[PageItem]]) -> set[int]:
    """The ids of the lines at the top and bottom of pages that run through them or are nothing but a page's number, from outside in.

    They are no part of a table without rules that a page begins or ends with, whose head each page may repeat.
    """
    running = running_lines(pages)
    edges: set[int] = set()
    for items in pages:
        ordered = sorted(items, key=lambda item: item.top)
        steps = [b.top - a.top for a, b in pairwise(ordered)]
        apart = _APART * median(steps) if steps else 0.0
        for outer in (ordered, ordered[::-1]):
            for n, (item, inner) in enumerate(pairwise(outer[: EDGE_LINES + 1])):
                number = n == 0 and is_number(item) and abs(item.top - inner.top) > apart
                if not (number or (isinstance(item.block, str) and key_of(item) in running)):
                    break
                edges.add(id(item))
    return edges


def _inner(items: Sequence[PageItem], running: set[tuple[str, int]], apart: float) -> Sequence[PageItem]:
    """The items of a page from top to bottom without the running lines and numbers at its edges, which stand `apart` from the text."""
    plain = [i for i, item in enumerate(items) if not (key_of(item) in running or is_number(item))]
    first, last = (plain[0], plain[-1]) if plain else (0, len(items) - 1)
    while first > 0 and items[first].top - items[first - 1].top <= apart:
        first -= 1
    while last + 1 < len(items) and items[last + 1].top - items[last].top <= apart:
        last += 1
    return items[first : last + 1]


def is_number(item: PageItem) -> bool:
    """Whether a line is nothing but the number of its page, if it stands at the page's edge."""
    return isinstance(item.block, str) and bool(_PAGE_NUMBER.fullmatch(item.block))
