"""The numbers that Word draws before the paragraphs of a numbered list; they are not in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from matcher import numerals, settings
from matcher.readers.formats.ooxml import attribute, child, children, number

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
# Beyond these Word itself falls back to plain digits, or what it draws is no longer a number to anybody.
_MOST_ROMAN, _MOST_LETTERS, _MOST_HAN, _MOST_DRAWN = 3999, 780, 9999, 20
_DRAWN = (("circle", 0x2460), ("enclosedparen", 0x2474), ("enclosedfullstop", 0x2488))  # ① ⑴ ⒈
_SIGNS = {"ideographtraditional": numerals.STEMS, "ideographzodiac": numerals.BRANCHES}
# The formats that an OpenDocument text and a web page name by their first number.
FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "": "none",
    "01": "decimalZero",
    "①": "circle",
    "一": "chineseCounting",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "壹": "chineseLegalSimplified",
}
_BULLETS = "•◦▪"
_DEEPEST = settings.count("readers.numbering.deepest")


def format_number(n: int, style: str) -> str:
    """n as a Word number format writes it: decimal, chineseCounting, upperLetter, lowerRoman …

    What a format cannot write in a few letters (letters above 780, Roman above 3999) is plain digits.
    """
    lowered = style.lower()
    if "letter" in lowered and 1 <= n <= _MOST_LETTERS:
        letter = chr(97 + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return letter.upper() if style.startswith("upper") else letter
    if "roman" in lowered and 1 <= n <= _MOST_ROMAN:
        roman = ""
        for value, sign in _ROMAN:
            roman, n = roman + sign * (n // value), n % value
        return roman.upper() if style.startswith("upper") else roman
    if first := next((first for word, first in _DRAWN if word in lowered and 1 <= n <= _MOST_DRAWN), 0):
        return chr(first + n - 1)
    if lowered in _SIGNS:
        return _SIGNS[lowered][n - 1] if 1 <= n <= len(_SIGNS[lowered]) else str(n)
    if "zodiac" not in lowered and any(
        w in lowered for w in ("chinese", "ideograph", "japanese", "taiwanese")
    ):
        write = numerals.write_formal if "legal" in lowered else numerals.write
        return write(n) if 0 <= n <= _MOST_HAN else str(n)
    if lowered == "decimalfullwidth":
        return str(n).translate({ord("0") + d: 0xFF10 + d for d in range(10)})
    return f"{n:02d}" if style == "decimalZero" else str(n)


def bullet(level: int) -> str:
    """The sign before an item of a list within `level` others, as Word and browsers draw it: another one for each level."""
    return _BULLETS[min(level, len(_BULLETS) - 1)]


class Level(NamedTuple):
    """One level of a list: its number format, its text with %1 … for numbers, its first number."""

    style: str
    text: str
    start: int
    paragraph_style: str
    legal: bool  # all numbers in Arabic digits
    # Counts anew below a level higher than this (from 1; 0 never); None: below any higher one.
    restart: int | None


class Numbering:
    """Counts the numbered paragraphs of one document, in their order."""

    def __init__(self, root: Any | None) -> None:
        """Reads the list definitions of word/numbering.xml; None, or one without any, draws no numbers."""
        self._levels: dict[str, dict[int, Level]] = {}  # numId -> level
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is None:
            return
        lists = {attribute(a, "abstractNumId"): a for a in children(root, "abstractNum")}
        # A list that only names a list style has the levels of the list which that style stands for.
        styled = {attribute(s, "val"): a for a in lists.values() for s in children(a, "styleLink")}
        links = {key: attribute(child(a, "numStyleLink"), "val") for key, a in lists.items()}
        abstract = {key: _read_levels(styled.get(links[key], a)) for key, a in lists.items()}
        for num in children(root, "num"):
            key, base = attribute(num, "numId"), attribute(child(num, "abstractNumId"), "val")
            self._levels[key] = dict(abstract.get(base, {}))
            self._abstract[key] = base
            for override in children(num, "lvlOverride"):
                self._override(key, override)

    def _override(self, key: str, override: Any) -> None:
        level = number(override, "ilvl")
        own, start = child(override, "lvl"), child(override, "startOverride")
        if own is not None:
            self._levels[key][level] = _read_level(own)
        if start is not None and level in self._levels[key]:
            self._levels[key][level] = self._levels[key][level]._replace(start=number(start, "val"))
            self._started.add((key, level))

    def add(self, key: str, levels: Mapping[int, Level]) -> None:
        """A list whose levels were read elsewhere."""
        self._levels[key], self._abstract[key] = dict(levels), key

    def restart(self, key: str) -> None:
        """List `key` counts anew."""
        self._counts.pop(key, None)

    def level_of_style(self, key: str, style: str) -> int:
        """The level of list `key` that paragraphs of a style take; 0 where none names the style."""
        levels = self._levels.get(key, {})
        return next((n for n, level in levels.items() if level.paragraph_style == style), 0)

    def mark(self, key: str, level: int, *, first: int = 0) -> str:
        """What Word draws before the next paragraph of list `key` ("" where the list draws nothing); it is counted.

        `first`, where it is not 0, is the number of this paragraph.
        """
        levels = self._levels.get(key, {})
        if level not in levels:
            return ""
        if first:
            self._counts.setdefault(self._abstract[key], {})[level] = first - 1
        counts = self._counts.setdefault(self._abstract[key], {})
        if (key, level) in self._started:  # this list starts anew although it looks like the one before
            self._started.discard((key, level))
            counts.pop(level, None)
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for deeper in [lower for lower in counts if lower > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or level < restart:
                del counts[deeper]
        if levels[level].style == "bullet":
            return bullet(level)
        if levels[level].style == "none":
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            style = "decimal" if levels[level].legal or at not in levels else levels[at].style
            return format_number(counts.get(at, levels[at].start if at in levels else 1), style)

        return re.sub(r"%(\d)", shown, levels[level].text)


def _read_levels(abstract: Any) -> dict[int, Level]:
    return {min(number(level, "ilvl"), _DEEPEST): _read_level(level) for level in children(abstract, "lvl")}


def _read_level(level: Any) -> Level:
    values = {name: attribute(child(level, name), "val") for name in ("numFmt", "lvlText", "pStyle")}
    start = child(level, "start")
    return Level(
        values["numFmt"] or "decimal",
        values["lvlText"][:200],
        1 if start is None else number(start, "val"),
        values["pStyle"],
        child(level, "isLgl") is not None,
        None if child(level, "lvlRestart") is None else number(child(level, "lvlRestart"), "val"),
    )
