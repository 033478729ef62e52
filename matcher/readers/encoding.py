"""Codes to letters: the encodings that offices use, also in files pasted together from several; and what a font draws.

A letter that a file names by its place in a font of signs, by a ligature or by a radical is the letter that it shows.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue

say = Catalogue(__file__)

LONGEST_TEXT_LINE = settings.characters("readers.encoding.longest_line")
_SAMPLE = settings.size("readers.encoding.sample")
# Encodings that are tried where a file is neither UTF-8 nor UTF-16 and hardly Chinese in GB18030.
_ENCODINGS = ["big5hkscs", "gb18030", "cp1252", "shift_jis", "euc_kr"]
# The lead bytes of the everyday characters, sorted by use, in GB 2312 and in Big5, and of their punctuation.
_EVERYDAY = (("gb2312", (0xB0, 0xD7), (0xA1, 0xA3)), ("big5", (0xA4, 0xC6), (0xA1, 0xA2)))
_CHINESE_SAMPLE = settings.size("readers.encoding.chinese_sample")
_CLEARLY = settings.share("readers.encoding.clearly")
_CONTROL_ONE_IN = settings.count("readers.encoding.control_one_in")
_STRANGE_ONE_IN = settings.count("readers.encoding.strange_one_in")
_EVERYDAY_FROM = settings.share("readers.encoding.everyday")
_ZEROS_ONE_IN = settings.count("readers.encoding.zeros_one_in")
_LATIN_LEAST = settings.characters("readers.encoding.latin_least")
_LATIN_ONE_IN = settings.count("readers.encoding.latin_one_in")
_READABLE = settings.share("readers.encoding.readable")
_BLOCK = settings.chunk("readers.encoding.read")
_BROKEN = re.compile("[\udc80-\udcff]")  # a byte that fits no encoding
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
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
_UPRIGHT = {
    c: unicodedata.normalize("NFKC", chr(c)) for c in (*range(0xFE10, 0xFE1A), *range(0xFE31, 0xFE49))
}
# Signs of vertical writing; of one that is a Western sign the wide form is meant.
_JOINED |= {
    c: chr(ord(text) + 0xFEE0) if len(text) == 1 and text.isascii() else text for c, text in _UPRIGHT.items()
}
_RADICALS = _JOINED | str.maketrans(
    "⺟⺠⺩⺫⺬⺼⻁⻂⻄⻅⻆⻉⻊⻋⻌⻏⻐⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "母民王目示肉虎衤西见角贝足车辶邑钅長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)


def decode(raw: bytes, name: str) -> str:
    """Text of bytes in UTF-8, UTF-16, GB18030 or Big5, or of several pasted together; DocumentError if it is none of these."""
    for text in _readings(raw):
        if len(_CONTROL.findall(text)) * _CONTROL_ONE_IN <= len(text):  # a binary file is full of them
            return text
    raise DocumentError(say("text.encoding", name=name))


def decode_input(raw: bytes) -> str:
    """Text that came through a pipe: in the encodings of files; what fits none of them as UTF-8 with marks for bad bytes.

    DocumentError where more than one character in _STRANGE_ONE_IN is a control character or such a mark.
    """
    text = next(_readings(raw, unsure=("utf-32", "cp1252")), raw.decode("utf-8", "replace"))
    strange = len(_CONTROL.findall(text)) + text.count("\ufffd")
    if raw.strip(b"\x00 \t\r\n") and strange * _STRANGE_ONE_IN > len(text):
        raise DocumentError(say("text.encoding", name="stdin"))
    return text


def _readings(raw: bytes, unsure: Sequence[str] = ()) -> Iterator[str]:
    """The texts that bytes may be, best first: by the mark at the start, by zeros, then by what reads as Chinese."""
    marked = ["utf-32"] if raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")) else []
    if utf16 := _utf16(raw[:_SAMPLE]):
        marked.append(utf16)
    yield from _decoded(raw, [name for name in (*marked, "utf-8-sig") if name not in unsure])
    encodings = [name for name in _chinese(raw) if name not in unsure]
    if any(not line.isascii() and _is_utf8(line) for line in raw.splitlines()):  # pasted together
        lines = raw.decode("utf-8-sig", "surrogateescape").splitlines(keepends=True)
        if not _BROKEN.search(text := "".join(_redecoded(line, encodings) for line in lines)):
            yield text
    yield from _decoded(raw, encodings)


def _decoded(raw: bytes, encodings: Sequence[str]) -> Iterator[str]:
    for encoding in encodings:
        with suppress(UnicodeDecodeError, LookupError):
            yield raw.decode(encoding).removeprefix("\ufeff")


def _chinese(raw: bytes) -> list[str]:
    """gb18030 unless another encoding gives clearly more of what Chinese is written with."""
    sample = raw[:_CHINESE_SAMPLE]
    share = _everyday(sample.decode("gb18030", "replace"))
    if _everyday(sample.decode("big5hkscs", "replace")) > share + _CLEARLY:
        return ["big5hkscs", "gb18030"]
    if share > _EVERYDAY_FROM:
        return ["gb18030"]
    from charset_normalizer import from_bytes  # here: nearly every file is known without it

    return [match.encoding for match in from_bytes(sample, cp_isolation=_ENCODINGS)] + ["gb18030"]


def _everyday(text: str) -> float:
    """The share of everyday characters and stops among those beyond ASCII; 1 where there are none of those."""
    beyond = [c for c in text[:_CHINESE_SAMPLE] if not c.isascii()]
    return sum(map(_is_everyday, beyond)) / len(beyond) if beyond else 1.0


def _is_everyday(letter: str) -> bool:
    for encoding, *ranges in _EVERYDAY:
        lead = letter.encode(encoding, "ignore")[:1]
        if lead and any(low <= lead[0] <= high for low, high in ranges):
            return True
    return False


def _utf16(start: bytes) -> str | None:
    """The name of the UTF-16 that bytes begin in: by its mark, or by the zeros of Latin letters and stops."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    zeros = start.count(0)
    if not zeros or (zeros * _ZEROS_ONE_IN < len(start) and _is_utf8(start.replace(b"\x00", b""))):
        return None
    even, odd = start[::2], start[1::2]
    # Commas and line ends have a zero byte on one side; a binary file has them on both.
    for name, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        latin = [b for a, b in zip(high, low, strict=False) if a == 0]
        readable = sum(b in b"\t\r\n" or 0x20 <= b < 0x7F for b in latin)
        many = len(latin) > _LATIN_LEAST and len(latin) * _LATIN_ONE_IN > len(high)
        if many and readable > _READABLE * len(latin):
            return name
        # A text that is nearly all Chinese: the zeros of its line ends, never on the other side.
        one_side = latin and 0 not in low and len(start) % 2 == 0
        if one_side and _everyday(start.decode(name, "replace")) > _EVERYDAY_FROM:
            return name
    return None


def _is_utf8(start: bytes) -> bool:
    """Whether bytes are the beginning of UTF-8; the last character may be cut."""
    try:
        getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def lines(path: Path) -> Iterator[str]:
    """The lines of a text file with their ends, each in its own encoding if several were pasted together.

    Lines end at CR and LF only, never at U+2028. Bytes that fit no encoding break one line only.
    DocumentError for a line longer than LONGEST_TEXT_LINE, and for a file full of zeros.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    encoding = _utf16(start)
    if encoding is None and start.count(0) * _ZEROS_ONE_IN > len(start):
        raise DocumentError(say("text.encoding", name=path.name))
    plain = encoding is not None or _decodes(path)
    encodings = () if plain else _encodings(path)
    try:
        errors = "strict" if plain else "surrogateescape"
        with path.open(encoding=encoding or "utf-8-sig", errors=errors, newline="") as file:
            first = True
            while line := file.readline(LONGEST_TEXT_LINE):
                if len(line) == LONGEST_TEXT_LINE:
                    raise DocumentError(say("text.long line", name=path.name, most=LONGEST_TEXT_LINE))
                line = line.removeprefix("\ufeff") if first else line
                first = False
                yield line if plain else _redecoded(line, encodings)
    except UnicodeError as error:  # half a UTF-16 unit at the end
        raise DocumentError(say("text.UTF-16", name=path.name)) from error


def _decodes(path: Path) -> bool:
    """Whether the whole file is UTF-8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            while text.read(_BLOCK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _encodings(path: Path) -> Sequence[str]:
    """The encodings, best first, of the lines of a file that are not UTF-8."""
    strange: list[bytes] = []
    with path.open("rb") as file:
        while line := file.readline(_CHINESE_SAMPLE):
            if not line.isascii() and not _is_utf8(line):
                strange.append(line)
            if sum(map(len, strange)) > _CHINESE_SAMPLE:
                break
    return _chinese(b"".join(strange))


def _redecoded(line: str, encodings: Sequence[str]) -> str:
    """A line read as UTF-8 in a file that is not all UTF-8: in the first of `encodings` where that is what it is."""
    strange = [c for c in line if not c.isascii()]
    broken = sum("\udc80" <= c <= "\udcff" for c in strange)
    # Chinese in UTF-8 takes three bytes; two-byte letters alone are more likely GB18030 read wrongly.
    longer = any("\u07ff" < c < "\ud800" or c > "\udfff" for c in strange)
    if not strange or (longer and 2 * broken <= len(strange)):
        return line
    return next(_decoded(line.encode("utf-8", "surrogateescape"), encodings), line)


def drawn(text: str, font: str) -> str:
    """A text as its font draws it: signs for letters of the private use area, letters for ligatures and radicals.

    >>> drawn("ﬁne ⽤⽔ ⻓︓︵", ""), drawn("\uf061", "Symbol")
    ('fine 用水 长：（', 'α')
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
