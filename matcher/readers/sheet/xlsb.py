"""The marks of the sheets of a binary workbook (.xlsb): what is hidden, struck, not seen or shown otherwise than it is stored.

Source: [MS-XLSB] 2.4.745 (BrtRowHdr), 2.4.323 (BrtColInfo), 2.4.312 (BrtBundleSh), 2.4.657 (BrtFmt), 2.4.876 (BrtXF),
2.4.655 (BrtFont), 2.4.652 (BrtFill), 2.5.11 (BrtColor), 2.5.122 (RichStr).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from matcher.readers.formats.ooxml import Package
from matcher.readers.sheet.xlsx import (
    BUILT_IN,
    COLUMNS,
    CellStyle,
    Marks,
    is_white,
    look_of,
    shown_format,
)

# Records: a row begins; a stretch of columns; a sheet's name and part; a format, a font, a fill, a style, the styles of cells; a text of
# several cells; cells of numbers, of errors, of what else holds something; of those a text of several cells and one with fonts of its own.
_ROW, _COLUMN, _SHEET = 0, 60, 156
_FORMAT, _FONT, _FILL, _STYLE, _CELL_STYLES, _CELL_STYLES_END = 44, 43, 45, 47, 617, 618
_SHARED = 19
_NUMBERS, _ERRORS, _FILLED = (2, 5, 9), (3, 11), (2, 4, 5, 6, 7, 8, 9, 10, 62)
_OF_SHARED, _RICH = 7, 62
_HIDDEN = 0x10  # in the twelfth byte of a row's record: its height is zero
_STRUCK = 0x08  # of a font's marks
_INDEXED, _RGB, _THEME = 1, 2, 3  # kinds of colour


def of_xlsb(package: Package) -> Iterator[tuple[str, Marks]]:
    """(name, marks) of each sheet."""
    styles, struck = _styles(package.stored("styles"))
    texts = (body for kind, body in _records(package.stored("sharedStrings")) if kind == _SHARED)
    of_texts = frozenset(number for number, body in enumerate(texts) if _is_struck(body, 0, struck))
    for kind, body in _records(package.opened().read()):
        if kind == _SHEET:
            relation, end = _wide_string(body, 8)
            name, _ = _wide_string(body, end)
            yield name, _marks(package.opened(relation).read(), styles, struck, of_texts)


def _styles(raw: bytes) -> tuple[list[CellStyle], frozenset[int]]:
    """The style of each kind of cell, and the numbers of the fonts that are struck through."""
    codes: dict[int, str] = {int(number): code for number, code in BUILT_IN.items()}
    fonts, white, bare, styles, of_cells = list[bool](), list[bool](), list[bool](), list[CellStyle](), False
    for kind, body in _records(raw):
        if kind == _FORMAT:
            codes[_short(body, 0)] = _wide_string(body, 2)[0]
        elif kind == _FONT:
            fonts.append(bool(_short(body, 2) & _STRUCK))
            white.append(_is_white(body[12:20]))
        elif kind == _FILL:
            bare.append(body[:4] == bytes(4))
        elif kind in (_CELL_STYLES, _CELL_STYLES_END):
            of_cells = kind == _CELL_STYLES
        elif kind == _STYLE and of_cells:
            code, font, fill = codes.get(_short(body, 2), ""), _short(body, 4), _short(body, 6)
            unseen = _of(white, font) and _of(bare, fill)
            styles.append((shown_format(code), look_of(struck=_of(fonts, font), white=unseen, code=code)))
    return styles, frozenset(number for number, struck in enumerate(fonts) if struck)


def _of(marks: Sequence[bool], number: int) -> bool:
    return number < len(marks) and marks[number]


def _is_white(colour: bytes) -> bool:
    if len(colour) < 8:
        return False
    kind, index = colour[0] >> 1, str(colour[1])
    return is_white(
        rgb=colour[4:7].hex() if kind == _RGB else "",
        theme=index if kind == _THEME else "",
        indexed=index if kind == _INDEXED else "",
        tint=struct.unpack_from("<h", colour, 2)[0],
    )


def _is_struck(body: bytes, at: int, struck: frozenset[int]) -> bool:
    """Whether a part of a text that begins at a place of a record is in one of the fonts that are struck through."""
    if not struck or not _short(body, at) & 1:
        return False
    _, end = _wide_string(
        body, at + 1
    )  # behind it how many runs there are, and of each where it begins and its font
    return any(_short(body, run + 2) in struck for run in range(end + 4, len(body) - 3, 4))


def _marks(sheet: bytes, styles: Sequence[CellStyle], struck: frozenset[int], texts: frozenset[int]) -> Marks:
    """The marks of a sheet; `texts` are those of several cells that are struck in part."""
    marks, row = Marks(), 0
    for kind, body in _records(sheet):
        if kind == _ROW and len(body) > 11:
            row = int(struct.unpack_from("<I", body)[0]) + 1
            if body[11] & _HIDDEN:
                marks.hidden.add(row)
        elif kind in _FILLED:
            place = row, int(struct.unpack_from("<I", body)[0]) + 1
            number = int.from_bytes(body[4:7], "little")
            code, look = styles[number] if number < len(styles) else ("", "")
            if code and kind in _NUMBERS:
                marks.formats[place] = code
            if (kind == _OF_SHARED and struct.unpack_from("<I", body, 8)[0] in texts) or (
                kind == _RICH and _is_struck(body, 8, struck)
            ):
                look = "struck"
            if kind == _RICH:  # the reader of values leaves it out
                marks.stored[place] = _wide_string(body, 9)[0]
            if look:
                marks.looks[place] = look
        elif kind in _ERRORS:
            marks.errors.add((row, int(struct.unpack_from("<I", body)[0]) + 1))
        elif kind == _COLUMN and len(body) > 16 and body[16] & 1:
            first, last = struct.unpack_from("<II", body)
            following = max(marks.columns, default=0)  # stretches of columns follow one another
            marks.columns |= set(range(max(first, following) + 1, min(last + 1, COLUMNS) + 1))
    return marks


def _short(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 2], "little")


def _records(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, body) of each record: both its kind and its size are numbers of seven bits a byte."""
    at = 0
    while at < len(raw):
        kind, at = _seven_bits(raw, at, 2)
        size, at = _seven_bits(raw, at, 4)
        yield kind, raw[at : at + size]
        at += size


def _seven_bits(raw: bytes, at: int, most: int) -> tuple[int, int]:
    """(number, where it ends): seven bits a byte, the lowest first, in `most` bytes at most."""
    number = 0
    for n in range(most):
        byte = raw[at]
        at += 1
        number |= (byte & 0x7F) << (7 * n)
        if not byte & 0x80:
            break
    return number, at


def _wide_string(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end
