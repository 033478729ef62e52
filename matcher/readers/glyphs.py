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
# Ligatures and radicals, which fonts draw as letters and everyday characters; Unicode holds some radicals equal to none.
_JOINED = {c: unicodedata.normalize("NFKC", chr(c)) for c in (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))}
_RADICALS = _JOINED | str.maketrans(
    "⺟⺠⺩⺫⺬⺼⻁⻂⻄⻅⻆⻉⻊⻋⻌⻏⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "母民王目示肉虎衤西见角贝足车辶邑钅長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)


def drawn(text: str, font: str) -> str:
    """A text as its font draws it: signs for letters of the private use area, letters for ligatures and radicals.

    >>> drawn("ﬁne ⽤⽔ ⻓", ""), drawn("\uf061", "Symbol")
    ('fine 用水 长', 'α')
    """
    if text.isascii():
        return text
    symbols = font.rpartition("+")[2].startswith("Symbol")
    return text.translate(_SYMBOL if symbols else _WINGDINGS).translate(_RADICALS)


def sign(code: str, font: str) -> str:
    """The letter at a place of a font, in four hexadecimal figures, as w:sym names it; "" for another code."""
    if len(code) != 4:
        return ""
    place = int(code, 16)
    return drawn(chr(place if place > 0xFF else 0xF000 + place), font)
