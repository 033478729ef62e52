"""Letters that look like Latin ones: accents, the Cyrillic, Greek and Armenian letters and the figures of a disguise.

The pairs are those of Unicode's confusables.txt (UTS #39, version 15.1) whose target is one Latin letter,
as far as a common font draws them alike; mathematical, circled and full-width letters are NFKC's work.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_CYRILLIC = (
    "АВЕЅІЈКМНОРСТУХҮԌԚԜӀаеѕіјкмнорстухүһԁԛԝӏвѵґ",
    "ABESIJKMHOPCTYXYGQWIaesijkmhopctyxyhdqwlbvr",
)
_GREEK = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεικνορτυχω", "ABEZHIKMNOPTYXabyeikvoptuxw")
_ARMENIAN = ("ՕՍԼՏօսհոցզլ", "OULSouhngql")
_LATIN = ("ɑɡıɩȷʋᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢøØłŁđĐħĦŧŦƒƄɓɗɛɩ", "agiijvabcdeghijklmnoprstuvwyzoOlLdDhHtTfbbdei")
_FOREIGN = str.maketrans(
    "".join(pair[0] for pair in (_CYRILLIC, _GREEK, _ARMENIAN)),
    "".join(pair[1] for pair in (_CYRILLIC, _GREEK, _ARMENIAN)),
)
# Greek letters stand alone in formulas: a word of them is no disguise unless Latin letters are among them.
_ALONE = frozenset(map(ord, _CYRILLIC[0] + _ARMENIAN[0]))
_OTHER_LETTER = re.compile("[\u0370-\u058f]")
_WORD = re.compile("[A-Za-z\u0370-\u058f]*[\u0370-\u058f][A-Za-z\u0370-\u058f]*")
# Figures and a capital within a word of small letters: tr4nsp0rt, transIation. Names like H2O have no such letters.
_FIGURES = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "I": "l"}
_WITHIN = re.compile("(?<=[a-z])[013457I]{1,2}(?=[a-z])")
_NOT_ASCII_LATIN = re.compile("[\u00c0-\u02af\u1d00-\u1d7f\u1e00-\u1eff\ua730-\ua731\U0001f150-\U0001f189]")


def plain(text: str) -> str:
    """The text with Latin letters for those that look like them, letter for letter: offsets stay true.

    Accents of Latin letters go, and figures between small letters are the letters that they look like. Letters of
    other alphabets change in words that mix them with Latin ones, and in words all of look-alikes where the text has
    no real word of that alphabet.

    >>> plain("\u0441an\u0441er r\u00e9sum\u00e9"), plain("\u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0441\u043e\u0440"), plain("\u03b1-\u03b2")
    ('cancer resume', '\u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0441\u043e\u0440', '\u03b1-\u03b2')
    """
    if text.isascii():
        return _unfigured(text)
    if _NOT_ASCII_LATIN.search(text):
        text = text.translate(_accents())
    text = _unfigured(text)
    if not _OTHER_LETTER.search(text):
        return text
    words = [match[0] for match in _WORD.finditer(text)]
    real = any(not _ALONE.issuperset(_foreign_codes(w)) and not any(c.isascii() for c in w) for w in words)
    return _WORD.sub(lambda m: _undisguised(m[0], real=real), text)


def _unfigured(text: str) -> str:
    return _WITHIN.sub(lambda m: "".join(map(_FIGURES.__getitem__, m[0])), text)


def _foreign_codes(word: str) -> list[int]:
    return [ord(c) for c in word if not c.isascii()]


def _undisguised(word: str, *, real: bool) -> str:
    """A word in Latin letters if it is a disguise; `real` says that the text has words of another alphabet."""
    codes = _foreign_codes(word)
    if not all(code in _FOREIGN for code in codes):
        return word
    mixed = len(codes) < len(word)
    alone = not real and len(word) > 1 and _ALONE.issuperset(codes)
    return word.translate(_FOREIGN) if mixed or alone else word


@lru_cache(maxsize=1)
def _accents() -> dict[int, str]:
    """Latin letters with accents or strokes, each with its plain letter."""
    plain_letters = dict(zip(map(ord, _LATIN[0]), _LATIN[1], strict=True))
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = "".join(c for c in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(c))
        if len(base) == 1 and base.isascii() and base.isalpha():
            plain_letters[code] = base
    for first in (
        0x1F150,
        0x1F170,
    ):  # white on black, in circles and in squares, which NFKC leaves as they are
        plain_letters |= {first + n: chr(ord("A") + n) for n in range(26)}
    return plain_letters
