"""The language that a text is written in, as far as its letters tell."""

from __future__ import annotations

import re
from typing import Literal

from matcher import settings
from matcher.letter_spacing import HAN

HAN_LETTERS = re.compile(f"[{HAN}]+")
_LATIN = re.compile(r"[A-Za-z]+")
_LATIN_FOR_HAN = settings.factor("language.latin_for_han")


def han_letters(text: str) -> int:
    """How many Chinese characters a text has: run by run, of which there are far fewer."""
    return sum(map(len, HAN_LETTERS.findall(text)))


def is_latin(text: str) -> bool:
    """Whether a text holds no Chinese character, so that it is as long as texts in Latin letters are: Größe – a measure."""
    return HAN_LETTERS.search(text) is None


def as_characters(text: str) -> float:
    """How much a text says, in Chinese characters: without any it says as much as a part of its length."""
    return len(text) / _LATIN_FOR_HAN if is_latin(text) else len(text)


def language_of(text: str) -> Literal["zh", "en"] | None:
    """Which of the two a text is written in; None for neither: no letters, another alphabet, or both and one as much as the other.

    A Chinese character says as much as three letters. A text is Chinese where its characters say at least as much as all
    its other letters, English where its letters from a to z say more than all others, each as much as a character.

    >>> [language_of(text) for text in ("创新券", "vouchers 创新券", "vouchers for small firms 创新券", "ваучеры", "2023")]
    ['zh', 'zh', 'en', None, None]
    """
    letters, han, latin = sum(map(str.isalpha, text)), han_letters(text), sum(map(len, _LATIN.findall(text)))
    if 0 < letters <= han * (1 + _LATIN_FOR_HAN):
        return "zh"
    return "en" if latin > _LATIN_FOR_HAN * (letters - latin) else None
