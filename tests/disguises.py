"""Disguises of letters: the text reads the same, its characters are others. Cases for tests and for the benchmark."""

from __future__ import annotations

from collections.abc import Callable

Disguise = Callable[[str], str]
# One of every kind of character that is not seen, or seen only as a mark on its neighbour, and some that break words.
_MARKS = {
    "combining grapheme joiner": "\u034f", "Hangul filler": "\u3164", "Khmer vowel": "\u17b4",
    "Mongolian selector": "\u180b", "private use": "\ue000", "variation selector 17": "\U000e0100",
    "tag": "\U000e0061", "low line": "\u0332", "strike": "\u0336", "zero width space": "\u200b",
    "zero width joiner": "\u200d", "word joiner": "\u2060", "soft hyphen": "\xad", "invisible times": "\u2062",
    "enclosing circle": "\u20dd", "Hebrew point": "\u05b0", "Arabic vowel": "\u064b", "Thai vowel": "\u0e31",
    "Devanagari nukta": "\u093c", "Cyrillic million": "\u0489", "ideographic tone": "\u302a",
    "musical stem": "\U0001d165", "unassigned": "\u0378", "noncharacter": "\ufdd0", "interlinear": "\ufff9",
    "Braille blank": "\u2800", "line separator": "\u2028", "vertical tab": "\x0b", "space": " ", "thin space": "\u2009",
    "full stop": ".", "hyphen": "-", "middle dot": "·", "underscore": "_", "comma": ",",
}  # fmt: skip
_CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
_GREEK = str.maketrans("ovABEZHIKMNOPTXY", "ονΑΒΕΖΗΙΚΜΝΟΡΤΧΥ")
_ACCENTS = str.maketrans("aeiounc", "áéïöüñç")
_SMALL_CAPITALS = str.maketrans("abcdeghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_BOLD = {ord("a") + i: 0x1D41A + i for i in range(26)} | {ord("A") + i: 0x1D400 + i for i in range(26)}
_CIRCLED = {ord("a") + i: 0x24D0 + i for i in range(26)}


def _in_each_word(mark: str) -> Disguise:
    def disguise(text: str) -> str:
        return " ".join(word[: len(word) // 2] + mark + word[len(word) // 2 :] for word in text.split(" "))

    return disguise


def _after_each_letter(mark: str) -> Disguise:
    return lambda text: "".join(c + mark if c.isalnum() else c for c in text)


def _translated(table: dict[int, int]) -> Disguise:
    return lambda text: text.translate(table)


def _traditional(text: str) -> str:
    from opencc import OpenCC

    written: str = OpenCC("s2t").convert(text)
    return written


DISGUISES: dict[str, Disguise] = {
    **{f"{name} in each word": _in_each_word(mark) for name, mark in _MARKS.items()},
    **{f"{name} after each letter": _after_each_letter(mark) for name, mark in _MARKS.items()},
    "Cyrillic": _translated(_CYRILLIC),
    "Greek": _translated(_GREEK),
    "Cyrillic and Greek": lambda text: text.translate(_CYRILLIC).translate(_GREEK),
    "accents": _translated(_ACCENTS),
    "small capitals": _translated(_SMALL_CAPITALS),
    "full width": _translated(_WIDE),
    "mathematical bold": _translated(_BOLD),
    "circled": _translated(_CIRCLED),
    "capitals": str.upper,
    "traditional": _traditional,
    "no spaces": lambda text: text.replace(" ", ""),
}
