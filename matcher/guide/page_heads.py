"""What is no text of a document's own: running heads, the numbers of pages, and a table of contents with leaders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from matcher import settings
from matcher.guide.blocks import clean
from matcher.guide.titles import INDEX_ENTRY
from matcher.guide.wrapping import STOPS
from matcher.readers import Document
from matcher.segment import fold

_LONGEST_HEAD = settings.characters("guide.page_heads.longest")
_REPEATED = settings.characters("guide.page_heads.repeated")
PAGE = re.compile(
    r"(?:^\W*[-—–·]\s*\d{1,3}\s*[-—–·]\W*|第\s*\d{1,3}\s*页(?:\W*共\s*\d{1,3}\s*页)?\W*|(?i:\bpage)\s+\d{1,3}(?:\s*(?i:of|/)\s*\d{1,3})?\W*)$"
)


def running_heads(document: Document, begins: Callable[[str, str], bool]) -> set[int]:
    """The lines that a page repeats above its text (all but the first of each), and its numbers.

    Where nothing was wrapped, only lines with a page's number are such. `begins` says of a line (and the one
    before) whether it has a mark or a label: such lines are a list's, however often they come.
    """
    texts = [clean(line) for line in document.lines]
    heads = _numbers_of_pages(texts) | _index(texts)
    if not document.wrapped:
        return heads
    counts = Counter(texts)
    seen: set[str] = set()
    for n, text in enumerate(texts, 1):
        valued = ":" in fold(text)  # Maximum award: 200,000 is said of each topic
        if counts[text] < 2 or len(text) < _REPEATED or text[-1] in STOPS or valued or begins(text, text):
            continue
        if text in seen:
            heads.add(n)
        seen.add(text)
    return heads


def _index(texts: Sequence[str]) -> set[int]:
    """The lines of a table of contents, each a heading with leaders and its page's number that comes again below."""
    words = [fold(text) for text in texts]
    entries = {
        n: INDEX_ENTRY.sub("", text).strip() for n, text in enumerate(words, 1) if INDEX_ENTRY.search(text)
    }
    last = max(entries, default=0)
    again = {n for n, entry in entries.items() if any(text.startswith(entry) for text in words[last:])}
    if len(again) < 2 or len(again) * 2 < len(entries):
        return set()
    return {n for n in range(min(entries), last + 1) if texts[n - 1]}


def _numbers_of_pages(texts: Sequence[str]) -> set[int]:
    """The lines with a page's number: alone (- 2 -), or behind words that every page repeats (all but the first)."""
    heads: set[int] = set()
    seen: set[str] = set()
    for n, text in enumerate(texts, 1):
        match = PAGE.search(fold(text)) if len(text) < _LONGEST_HEAD else None
        if match is None:
            continue
        words = fold(text)[: match.start()].strip()
        if not words or words in seen:
            heads.add(n)
        seen.add(words)
    return heads
