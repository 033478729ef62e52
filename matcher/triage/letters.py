"""What titles, codes and numbers are compared by."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from matcher import numerals, settings
from matcher.segment import fold

_LONG = settings.letters("triage.letters.long")


def share(written: str, title: str) -> float:
    """How much of the shorter text stands in the other (0 to 100): in one stretch, or, of a longer text, in its order."""
    stretch = fuzz.partial_ratio(written, title)
    if min(len(written), len(title)) < _LONG:
        return stretch
    common = LCSseq.similarity(written, title)
    return max(stretch, 100.0 * common / min(len(written), len(title)))


def letters(text: str) -> str:
    """Folded letters and digits, lower case: what two titles are compared by."""
    return "".join(c for c in fold(text).lower() if c.isalnum())


def code_key(code: str) -> str:
    """A document's own code as it is compared: letters and digits, one mark between them."""
    return re.sub(r"[\W_]+", "-", fold(code).lower()).strip("-")


def number_of(text: str) -> int | None:
    """3, 三, 十二, 二十 as a number; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() else numerals.read(text)
