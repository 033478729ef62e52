"""The numbers that Word draws before the paragraphs of a numbered list; they are not in the text."""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN = "零一二三四五六七八九"


def format_number(n: int, style: str) -> str:
    """n as a Word number format writes it: decimal, chineseCounting, upperLetter, lowerRoman …"""
    lowered = style.lower()
    if "letter" in lowered:
        letter = chr(97 + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return letter.upper() if style.startswith("upper") else letter
    if "roman" in lowered:
        values = (
            (100, "c"),
            (90, "xc"),
            (50, "l"),
            (40, "xl"),
            (10, "x"),
            (9, "ix"),
            (5, "v"),
            (4, "iv"),
            (1, "i"),
        )
        roman = ""
        for value, sign in values:
            roman, n = roman + sign * (n // value), n % value
        return roman.upper() if style.startswith("upper") else roman
    if "circle" in lowered and 1 <= n <= 20:
        return chr(0x245F + n)
    if (
        any(word in lowered for word in ("chinese", "ideograph", "japanese", "taiwanese"))
        and "zodiac" not in lowered
    ):
        return _han(n)
    return f"{n:02d}" if style == "decimalZero" else str(n)


def _han(n: int) -> str:
    if n >= 100:
        rest = n % 100
        return (
            _HAN[n // 100 % 10]
            + "百"
            + (
                ""
                if not rest
                else (
                    "零" + _HAN[rest]
                    if rest < 10
                    else _HAN[rest // 10] + _han(rest)[-2:]
                    if rest % 10
                    else _HAN[rest // 10] + "十"
                )
            )
        )
    tens, ones = divmod(n, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


class Numbering:
    """Counts the numbered paragraphs of one document, in their order."""

    def __init__(self, document: Any) -> None:
        """Reads the list definitions; a document without any draws no numbers."""
        self.document = document
        self._levels: dict[
            str, dict[int, tuple[str, str, int]]
        ] = {}  # numId -> level -> (format, text, start)
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {a.get(f"{_W}abstractNumId"): _read_levels(a) for a in root.iter(f"{_W}abstractNum")}
        for num in root.findall(f"{_W}num"):
            key, base = num.get(f"{_W}numId"), num.find(f"{_W}abstractNumId").get(f"{_W}val")
            self._levels[key] = dict(abstract.get(base, {}))
            self._abstract[key] = base
            for override in num.findall(f"{_W}lvlOverride"):
                self._override(key, override)

    def _override(self, key: str, override: Any) -> None:
        level, start = int(override.get(f"{_W}ilvl")), override.find(f"{_W}startOverride")
        if start is not None and level in self._levels[key]:
            style, text, _ = self._levels[key][level]
            self._levels[key][level] = (style, text, int(start.get(f"{_W}val")))
            self._started.add((key, level))

    def text(self, paragraph: Any) -> str:
        """The paragraph's text with the number before it, if Word draws one."""
        text: str = paragraph.text
        key, level = _number_of(paragraph)
        if key is None or level not in self._levels.get(key, {}):
            return text
        mark = self._next(key, level)
        return f"{mark} {text}" if mark and text.strip() else text

    def _next(self, key: str, level: int) -> str:
        levels = self._levels[key]
        counts = self._counts.setdefault(self._abstract[key], {})
        if (key, level) in self._started:  # this list starts anew although it looks like the one before
            self._started.discard((key, level))
            counts.pop(level, None)
        counts[level] = counts[level] + 1 if level in counts else levels[level][2]
        for deeper in [lower for lower in counts if lower > level]:
            del counts[deeper]
        style, pattern, _ = levels[level]
        if style == "bullet":
            return "•"
        if style == "none":
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            kind = levels[at][0] if at in levels else "decimal"
            return format_number(counts.get(at, levels[at][2] if at in levels else 1), kind)

        return re.sub(r"%(\d)", shown, pattern)


def _read_levels(abstract: Any) -> dict[int, tuple[str, str, int]]:
    found: dict[int, tuple[str, str, int]] = {}
    for level in abstract.findall(f"{_W}lvl"):
        values = {name: level.find(f"{_W}{name}") for name in ("numFmt", "lvlText", "start")}
        style, text, start = (None if v is None else v.get(f"{_W}val") for v in values.values())
        found[int(level.get(f"{_W}ilvl"))] = (style or "decimal", text or "", int(start or 1))
    return found


def _number_of(paragraph: Any) -> tuple[str | None, int]:
    """(numId, level) of a paragraph, its own or its style's; (None, 0) without numbering."""
    properties = paragraph._p.pPr
    chain = [properties]
    style = paragraph.style
    while style is not None:  # a style inherits the list of the style that it is based on
        chain.append(style.element.pPr)
        style = style.base_style
    key: str | None = None
    level: int | None = None
    for one in chain:
        number = None if one is None else one.numPr
        if number is None:
            continue
        if level is None and number.ilvl is not None:
            level = number.ilvl.val
        if number.numId is not None:
            key = str(number.numId.val)
            break
    return (None if key in (None, "0") else key), level or 0
