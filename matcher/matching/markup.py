"""Tags of HTML and commands of TeX in a text: they say nothing, nor does what they hide from people."""

from __future__ import annotations

import re

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
