"""What a letter shows that a file names by its place in a font of signs, by a ligature, or by a radical."""

from __future__ import annotations

import unicodedata

# Ticks and boxes of the fonts Wingdings and Wingdings 2, as programs write them: in the private use area.
_WINGDINGS = str.maketrans(
    {"\uf0fe": "☑", "\uf0fd": "☒", "\uf0a8": "□", "\uf06f": "□", "\uf0fc": "✓", "\uf0fb": "✗", "\uf052": "☑", "\uf053": "☒",
     "\uf054": "☒", "\uf0a3": "□", "\uf050": "✓", "\uf030": "□", "\uf0b7": "•", "\uf06c": "•", "\uf0d8": "•", "\uf020": " "}
)  # fmt: skip
# The font Symbol (PDF 32000-1, annex D.5): its letters are Greek, its other signs those of formulas.
_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_FORMULA = {"\uf0a3": "≤", "\uf0a5": "∞", "\uf0ae": "→", "\uf0b0": "°", "\uf0b1": "±", "\uf0b3": "≥", "\uf0b4": "×", "\uf0b5": "∝",
            "\uf0b6": "∂", "\uf0b7": "•", "\uf0b8": "÷", "\uf0b9": "≠", "\uf0ba": "≡", "\uf0bb": "≈", "\uf0ce": "∈", "\uf0d6": "√",
            "\uf0e5": "∑", "\uf0f2": "∫"}  # fmt: skip
_SYMBOL = str.maketrans(
    {chr(0xF000 + code): chr(code) for code in range(0x20, 0x7F)}
    | {chr(0xF041 + n): letter for n, letter in enumerate(_GREEK[0])}
    | {chr(0xF061 + n): letter for n, letter in enumerate(_GREEK[1])}
    | _FORMULA
)
# Radicals that fonts draw as the everyday character, and that Unicode does not hold equal to it.
_RADICALS = str.maketrans(
    "⺟⺠⺩⺫⺬⺼⻁⻂⻄⻅⻆⻉⻊⻋⻌⻏⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "母民王目示肉虎衤西见角贝足车辶邑钅長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)


def signs(text: str, font: str) -> str:
    """A text with the signs that its font draws for letters of the private use area."""
    return text.translate(_SYMBOL if font.rpartition("+")[2].startswith("Symbol") else _WINGDINGS)


def sign(code: str, font: str) -> str:
    """The letter at a place of a font, in four hexadecimal figures, as w:sym names it; "" for another code."""
    if len(code) != 4:
        return ""
    place = int(code, 16)
    return signs(chr(place if place > 0xFF else 0xF000 + place), font)


def shown(text: str) -> str:
    """A text with the letters of its ligatures, and the characters that its radicals are drawn as.

    >>> shown("ﬁne ⽤⽔ ⻓")
    'fine 用水 长'
    """
    if text.isascii():
        return text
    return "".join(
        unicodedata.normalize("NFKC", c) if "\u2e80" <= c <= "\u2fdf" or "\ufb00" <= c <= "\ufb06" else c
        for c in text.translate(_RADICALS)
    )
