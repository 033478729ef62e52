"""What titles, codes and numbers are compared by."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from matcher import settings
from matcher.segment import fold

DIGITS = "零一二三四五六七八九"
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
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in DIGITS + "十" for c in text) or text.count("十") > 1:
        return None
    if "十" not in text:
        return DIGITS.index(text) if len(text) == 1 else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)
