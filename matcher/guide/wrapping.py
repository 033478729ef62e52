"""Whether a text's lines were broken at the width of a page, and which of them are full."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from matcher import settings

_NARROW = settings.columns("guide.wrapping.narrow")
_FULL = settings.share("guide.wrapping.full")
_WIDEST = settings.columns("guide.wrapping.widest")
_USUAL = settings.columns("guide.wrapping.usual")
_FULL_ONE_IN = settings.count("guide.wrapping.full_one_in")
_FEWEST = settings.lines("guide.wrapping.fewest")
_ENDED_ONE_IN = settings.count("guide.wrapping.narrow_ended_one_in")
_ENDED = settings.count("guide.wrapping.narrow_ended")
_NARROW_FULL = settings.share("guide.wrapping.narrow_full")
_END_ONE_IN = settings.count("guide.wrapping.narrow_full_ends_one_in")
STOPS = "。;；！？!?:：.…"


def width(text: str) -> int:
    """The columns of a line: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text.rstrip())


def full_lines(texts: Sequence[str], widths: Sequence[int]) -> list[bool]:
    """Which lines reach the end of the page; none where only one does: one long line (a title) shows no page's width."""
    longest = max(widths, default=0)
    full = [
        w >= _FULL * longest or _no_room(text, below, longest)
        for w, text, below in zip(widths, texts, [*texts[1:], ""], strict=False)
    ]
    return full if sum(full) >= 2 else [False] * len(texts)


def is_broken(texts: Sequence[str], widths: Sequence[int], full: Sequence[bool]) -> bool:
    """Whether a text with many lines of one length, none of them long, was broken by hand or by a converter."""
    longest = max(widths, default=0)
    if _USUAL <= longest <= _WIDEST:
        return sum(full) * _FULL_ONE_IN >= len(texts) >= _FEWEST
    return _NARROW <= longest < _USUAL and _is_narrow(texts, full)


def _is_narrow(texts: Sequence[str], full: Sequence[bool]) -> bool:
    """Whether the lines of a narrow column are sentences that go on: many are full, and few full ones end one."""
    ended = [text.strip()[-1] in STOPS for text in texts]
    ends = sum(f and e for e, f in zip(ended, full, strict=True))
    sentences = sum(ended) * _ENDED_ONE_IN >= len(texts) and sum(ended) > _ENDED  # a list of titles has none
    return (
        len(texts) >= _FEWEST
        and sum(full) >= _NARROW_FULL * len(texts)
        and ends * _END_ONE_IN <= sum(full)
        and sentences
    )


def _no_room(text: str, below: str, longest: int) -> bool:
    """Whether a line of Latin words ends because the next line's first word did not fit in `longest` columns."""
    word = re.match(r"[!-~]+", below.strip())
    latin = bool(re.search(r"[a-z,(]$", text.strip())) and word is not None
    return latin and word is not None and width(text) + 1 + len(word.group()) > longest
