"""A proposal's text as it is read: without tags and what they hide, and of one that no proposal is as long as, stretches."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.types import Passage

_NAME = "[a-zA-Z][a-zA-Z0-9]*"
# A tag as a browser reads it ("p < 0.05 and q > 0.1" holds none), or a command of TeX that can hide what follows;
# others stand in formulas.
MARKUP = re.compile(
    rf"</?{_NAME}(?:\s+[\w:-]+=[^<>]{{0,200}}|\s+hidden)?\s*/?>"
    r"|\}?\\(?:textcolor|color)(?:\[[^\]\n]{0,30}\])?\{[^{}\n]{0,60}\}\{?|\}?\\[hv]?phantom\{"
)
_UNSEEN = re.compile(
    rf"<({_NAME})\s[^<>]{{0,200}}(?:display:\s*none|visibility:\s*hidden|font-size:\s*0|color:\s*(?:white|#fff))[^<>]{{0,200}}>"
    r"[^<>]{0,2000}</\1>|\\(?:textcolor(?:\[[^\]\n]{0,30}\])?\{white\}|[hv]?phantom)\{[^{}]{0,2000}\}"
)
READ = settings.characters("longtext.read")
_STRETCH = settings.characters("longtext.stretch")


def visible(text: str) -> str:
    """The text with spaces in place of tags and of what they hide, as long as before.

    >>> visible('甲<b>乙</b>丙<i style="display:none">丁</i>').split()
    ['甲', '乙', '丙']
    """
    if "<" not in text and "\\" not in text:  # most texts have none
        return text
    return MARKUP.sub(_blank, _UNSEEN.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def chosen(passages: Sequence[Passage], most: int = READ) -> list[Passage]:
    """The passages of one text that are read, in order: all, or some `most` characters of them.

    Half of those are the beginning, where a proposal says what it is about; the rest are stretches at
    even distances up to the end.
    """
    if sum(len(p.text) for p in passages) <= most:
        return list(passages)
    end = passages[-1].end
    start = next(p.end for p in passages if p.end >= min(most // 2, end // 2))
    apart = (end - start) / (most // 2 / _STRETCH)
    kept, size = [], 0
    for passage in passages:
        beyond = passage.start - start
        if passage.end > start and (beyond + _STRETCH) % apart >= _STRETCH and passage is not passages[-1]:
            continue
        size += len(passage.text)
        if size > most:
            break
        kept.append(passage)
    return kept
