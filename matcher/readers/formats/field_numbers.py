"""The numbers that fields of Word draw (AUTONUM, AUTONUMLGL, AUTONUMOUT, LISTNUM); a file does not hold them.

Source: ECMA-376 part 1, 17.16.5.6 to 17.16.5.8 and 17.16.5.36, and what Word says of the fields. What these leave open is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from matcher.readers.formats.look import DEEPEST
from matcher.readers.formats.numbering import Level, Numbering, format_number

_TOKEN = re.compile(r'"([^"]*)"|(\\[*\w]|[^\s"]+)')
_FORMATS = {
    **{"ARABIC": "decimal", "MERGEFORMAT": "decimal", "CHARFORMAT": "decimal", "ROMAN": "upperRoman", "roman": "lowerRoman"},
    **{"CHINESENUM2": "chineseLegalSimplified", "CHINESENUM3": "chineseCounting", "ALPHABETIC": "upperLetter"},
    **{"alphabetic": "lowerLetter"},
}  # fmt: skip
_LEGAL = ["".join(f"%{n}." for n in range(1, level + 2)) for level in range(DEEPEST)]
# The lists that LISTNUM knows without a definition: how each level is written.
_LISTS = {
    "numberdefault": ["1)", "a)", "i)", "(1)", "(a)", "(i)", "1.", "a.", "i."],
    "outlinedefault": ["I.", "A.", "1.", "a)", "(1)", "(a)", "(i)", "(a)", "(i)"],
    "legaldefault": _LEGAL,
}
_STYLES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


class FieldNumbers:
    """Counts such fields of one document in their order."""

    def __init__(self) -> None:
        """None was met yet."""
        self._numbering = Numbering(None)
        for key, texts in _LISTS.items():
            self._numbering.add(key, dict(enumerate(_levels(texts))))
        self._counts: dict[str, list[int]] = {}
        self._level, self._listed = DEEPEST, False
        self._list, self._depth = "numberdefault", -1

    def begin(self, heading: int, *, listed: bool) -> None:
        """A paragraph begins: a heading of a level from 1 or body text (0), or an item of a list."""
        self._level = heading - 1 if heading else DEEPEST
        self._listed = self._listed or listed
        self._depth = -1

    def drawn(self, instruction: str, *, begun: bool) -> str | None:
        """What a field draws, "" for one of another kind; None where that is not known. `begun`: behind text of its paragraph."""
        tokens = [quoted or plain for quoted, plain in _TOKEN.findall(instruction)]
        kind, *rest = tokens or [""]
        if kind.upper() == "LISTNUM":
            return self._of_list(rest, begun=begun)
        return self._automatic(kind.upper(), rest) if kind.upper().startswith("AUTONUM") else ""

    def _automatic(self, kind: str, rest: list[str]) -> str | None:
        counts = self._counts.setdefault(kind, [0] * (DEEPEST + 1))
        level = self._level
        counts[level:] = [counts[level] + 1, *[0] * (DEEPEST - level)]
        behind = rest[rest.index("\\s") + 1 :][:1] if "\\s" in rest else ["."]
        style = _format(rest)
        if style is None or not behind:
            return None
        if kind == "AUTONUM":
            return format_number(counts[level], style) + behind[0]
        if kind == "AUTONUMOUT" and level < DEEPEST:
            (written,) = [*_levels([_LISTS["outlinedefault"][level]])]
            return written.text.replace("%1", format_number(counts[level], written.style))
        if kind != "AUTONUMLGL" or behind != ["."] or style != "decimal":
            return None
        above = counts[:level] if level < DEEPEST else _without_end(counts[:level])
        number = ".".join(str(max(n, 1)) for n in (*above, counts[level]))
        return number if "\\e" in rest else f"{number}."

    def _of_list(self, rest: list[str], *, begun: bool) -> str | None:
        """One that leaves its level or list to what stands before it is known where nothing else does."""
        level, first = (_switch(rest, name) for name in ("\\l", "\\s"))
        name = next((token.lower() for token in rest[:1] if not token.startswith("\\")), "")
        if (name and name not in _LISTS) or (not name and self._listed):
            return None
        if level is None and (self._depth >= 0) == begun:
            level = max(self._depth, 0) + 1
        if level is None or not 1 <= level <= DEEPEST:
            return None
        self._list, self._depth = name or self._list, level - 1
        return self._numbering.mark(self._list, level - 1, first=first or 0)


def _levels(texts: list[str]) -> Iterator[Level]:
    for n, text in enumerate(texts):
        letter = re.search(r"[aAiI]", text)
        shown = text if "%" in text else re.sub(r"[aAiI1]", f"%{n + 1}" if len(texts) > 1 else "%1", text)
        yield Level(_STYLES[letter[0]] if letter else "decimal", shown, 1, "", legal=False, restart=None)


def _format(rest: list[str]) -> str | None:
    """The format that a field asks for, None for one that is not known."""
    asked = [after for star, after in pairwise(rest) if star == "\\*"]
    formats = [_FORMATS.get(name) or _FORMATS.get(name.upper()) for name in asked]
    return next((f for f in formats if f != "decimal"), "decimal")


def _switch(rest: list[str], name: str) -> int | None:
    values = [after for switch, after in pairwise(rest) if switch.lower() == name]
    return int(values[0]) if values and re.fullmatch(r"\d{1,4}", values[0], re.ASCII) else None


def _without_end(counts: list[int]) -> list[int]:
    """The counts down to the last level that was counted."""
    last = max((n for n, count in enumerate(counts, 1) if count), default=0)
    return counts[:last]
