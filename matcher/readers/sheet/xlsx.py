"""The marks of a sheet, and how they are read from the XML of an .xlsx, with the bounds beyond which it is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import IO, Any, Literal
from xml.parsers import expat

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue, Message, first_of
from matcher.numerals import read_digits
from matcher.readers.blocks import Area, Margin, apart, margins_unread

say = Catalogue(__file__)

# A sheet has no more rows and columns; a file that says so is an attack or damaged.
ROWS, COLUMNS = 1_048_576, 16_384
MOST_ROOM = settings.cells("readers.sheet_xml.most_room")
MOST_CELLS = settings.cells("readers.sheet_xml.most")
_MOST_MERGED = settings.count("readers.sheet_xml.most_merged")
_LISTED = settings.cells("readers.sheet_xml.listed")
_REMEMBERED = settings.chunk("readers.remembered")
_CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_SHOWN = re.compile(r'(?:"[^"]{1,20}")?0{2,20}|"(?![¥￥$€£])[^"]{1,20}"0|0(?:\.0{1,10})?%')
BUILT_IN = {"9": "0%", "10": "0.00%"}  # formats that a file need not write out, ECMA-376 part 1, 18.8.30
CellLook = Literal["", "struck", "unseen"]
CellStyle = tuple[str, CellLook]  # `shown_format` and `look_of`
_PLAIN: CellStyle = ("", "")
_NOTHING = re.compile(r';;;\s*|(?:"\s*";){2,3}(?:"\s*")?')
_EDGES = ("Header", "Footer")  # of the printed page: oddHeader, evenFooter …
_EDGE_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|\d+|.)', re.S)  # of fonts, sides, page numbers and dates
_TEXT_FORMULA = re.compile(r'"((?:[^"]|"")*)"')


@dataclass(slots=True)
class Marks:
    """The marks of one sheet; rows and columns count from 1.

    `hidden` are rows and `columns` columns that are not shown; `stored` are texts of formulas that only name a
    text (="001"), `missing` the formulas without a stored value, `errors` the cells that hold #REF! and the like,
    `formats` those of numbers that are shown as 001 or 85%, `looks` the cells that are struck or not seen,
    `merged` are areas that the reader of values does not tell; `notes` counts remarks on cells,
    `edges` are the headers and footers of the printed pages.
    """

    hidden: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    stored: dict[tuple[int, int], str] = field(default_factory=dict)
    missing: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    looks: dict[tuple[int, int], CellLook] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    notes: int = 0
    edges: list[Margin] = field(default_factory=list)

    def seen(self, row: int, cells: Sequence[Any]) -> Sequence[Any]:
        """The cells of a row as a person sees them."""
        if not (self.stored or self.formats):
            return cells
        shown = list(cells)
        for column, value in enumerate(cells, 1):
            place = (row, column)
            if place in self.stored:
                shown[column - 1] = self.stored[place]
            elif place in self.formats and type(value) in (int, float):
                shown[column - 1] = _formatted(value, self.formats[place])
        return shown

    def remarks(self) -> list[Message]:
        """Sentences for people about cells that hold no value, or more than their value."""
        messages = [
            say(f"cells.{kind}", count=len(places), places=cell_names(places))
            for kind, places in self._cells().items()
            if places
        ]
        if self.notes:
            messages.append(say("sheet.comments"))
        return messages + margins_unread(apart(self.edges, ()))

    def by_row(self) -> dict[int, tuple[Message, ...]]:
        """The same for each row that has such cells."""
        notes: dict[int, tuple[Message, ...]] = {}
        for kind, places in self._cells().items():
            for row, cells in groupby(sorted(places), key=itemgetter(0)):
                note = say(f"cells of row.{kind}", places=cell_names(list(cells)))
                notes[row] = (*notes.get(row, ()), note)
        return notes

    def _cells(self) -> dict[str, set[tuple[int, int]]]:
        looks = {look: {at for at, own in self.looks.items() if own == look} for look in ("struck", "unseen")}
        return {"formulas": self.missing, "errors": self.errors, **looks}


def cell_names(cells: Collection[tuple[int, int]]) -> str:
    """The names of the first of some cells, which are given as (row, column) from 1: B2, C3 …"""
    names = [f"{column_letters(column)}{row}" for row, column in sorted(cells)[: _LISTED + 1]]
    return first_of(names, _LISTED, ", ", " …")


def shown_format(code: str) -> str:
    """A format that shows a number otherwise than it is stored, with letters or zeros in front or in percent; "" for others."""
    return code if _SHOWN.fullmatch(code) else ""


def look_of(*, struck: bool, white: bool, code: str) -> CellLook:
    """What a reader sees of a cell's text: white letters on white, or a number format (;;;) that shows nothing."""
    return "struck" if struck else "unseen" if white or _NOTHING.fullmatch(code) else ""


def is_white(*, rgb: str, theme: str, indexed: str, tint: float) -> bool:
    """Whether a colour is written as white, or as the first of a theme, which is its paper's."""
    return tint >= 0 and (rgb.upper().endswith("FFFFFF") or theme == "0" or indexed in ("1", "9"))


def _formatted(value: float, code: str) -> object:
    if code.endswith("%"):
        return f"{value:.{code.count('0') - 1}%}"
    before, _, zeros = code.rpartition('"')
    return before[1:] + str(int(value)).zfill(len(zeros)) if value >= 0 and value == int(value) else value


def column_letters(column: int) -> str:
    """The name of a column: 1 is A, 16384 XFD."""
    from openpyxl.utils import get_column_letter  # here: a workbook is read without it

    return str(get_column_letter(column))


class SheetReader:
    """Collects the marks of one sheet while expat reads its XML (lxml's events take four times as long)."""

    def __init__(self, styles: Sequence[CellStyle], where: str, struck: frozenset[str]) -> None:
        """`styles` are (`shown_format`, `look_of`) of each cell style; `where` names the sheet to people.

        `struck` are the numbers of the shared texts of which a part is struck through.
        """
        self.marks = Marks()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.buffer_text = True
        self._looks = {str(number): look for number, look in enumerate(styles)}
        self._where, self._struck = where, struck
        self._row = self._column = self._cells = self._merged = self._last_row = self._last_column = 0
        self._kind = self._style = ""
        self._value: str | None = None
        self._formula: str | None = None
        self._text: list[str] = []
        self._next_column = 1

    def read(self, stream: IO[bytes]) -> Marks:
        """The marks of a sheet's XML."""
        # The parser asks for 2 KB at a time, which an archive answers as slowly as 8 KB.
        self.parser.ParseFile(io.BufferedReader(stream))  # type: ignore[type-var]
        return self.marks

    def _doctype(self, *_: object) -> None:
        raise DocumentError(say("doctype", where=self._where))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            self._cell(attributes)
        elif name in ("v", "is"):
            self._filled()
            if self._formula is not None or self._kind == "e" or (self._struck and self._kind == "s"):
                self._collect()
        elif name == "f":
            self._filled()
            self._collect()
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            # Stretches of columns follow one another; one that does not adds nothing twice.
            first, last = max(int(attributes["min"]), self._next_column), min(int(attributes["max"]), COLUMNS)
            self.marks.columns.update(range(first, last + 1))
            self._next_column = max(first, last + 1)
        elif name == "strike" and attributes.get("val") not in ("0", "false"):  # of a text within its cell
            self.marks.looks[self._row, self._column] = "struck"
        elif name.endswith(_EDGES):
            self._collect()
        elif name == "mergeCell":
            self._merged += 1
            if self._merged > _MOST_MERGED:
                raise self._beyond(say("beyond.merged", most=_MOST_MERGED))

    def _collect(self) -> None:
        self.parser.EndElementHandler = self._end
        self._text = []
        self.parser.CharacterDataHandler = self._text.append

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "f":
            self._formula = "".join(self._text)
        elif name == "v":
            self._value = "".join(self._text)
        elif name.endswith(_EDGES):
            text = " ".join(_EDGE_CODE.sub(" ", "".join(self._text)).split())
            self.marks.edges += [Margin(text)] if text else []
        elif name == "c":
            if self._formula is not None or self._kind == "e":
                self._note()
            elif self._kind == "s" and self._value in self._struck:
                self.marks.looks[self._row, self._column] = "struck"
            elif self._kind == "n" and (code := self._look()[0]):
                self.marks.formats[self._row, self._column] = code
            self.parser.EndElementHandler = None
            return
        else:
            return
        self.parser.CharacterDataHandler = None

    def _look(self) -> CellStyle:
        return self._looks.get(self._style, _PLAIN)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = read_digits(attributes.get("r", ""))
        self._row = self._row + 1 if number is None else number
        self._column = 0
        if not 1 <= self._row <= ROWS:
            raise self._beyond(say("beyond.row", row=self._row))
        if attributes.get("hidden") in ("1", "true"):
            self.marks.hidden.add(self._row)

    def _cell(self, attributes: dict[str, str]) -> None:
        """A cell begins: where it says it is, which readers of values trust."""
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise self._beyond(say("beyond.cells", most=MOST_CELLS))
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._value = self._formula = None
        asked = self._struck if self._kind == "s" else self._look()[0] if self._kind == "n" else ""
        if asked or self._kind == "e":  # asked of other cells too, it takes a fifth of the time
            self.parser.EndElementHandler = self._end
        written = attributes.get("r")
        if written is None:
            self._column += 1
            return
        place = _CELL.fullmatch(written)
        if place is None or int(place[2]) > ROWS:
            raise self._beyond(say("beyond.cell", cell=written[:20]))
        self._row, self._column = int(place[2]), column_number(place[1])

    def _filled(self) -> None:
        """The cell holds something: there must be room for all rows and columns up to it."""
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if look := self._look()[1]:
            self.marks.looks[self._row, self._column] = look
        if self._last_row * self._last_column > MOST_ROOM or self._last_column > COLUMNS:
            raise self._beyond(say("beyond.range", row=self._last_row, column=self._last_column))

    def _note(self) -> None:
        """A formula or an error value ends."""
        place = (self._row, self._column)
        if self._kind == "e" and self._value:
            self.marks.errors.add(place)
        elif self._formula is not None and (self._value is None if self._kind == "str" else not self._value):
            if literal := _TEXT_FORMULA.fullmatch(self._formula):
                self.marks.stored[place] = literal[1].replace('""', '"')
            else:
                self.marks.missing.add(place)

    def _beyond(self, what: Message) -> DocumentError:
        return beyond(self._where, what)


def beyond(where: str, what: Message) -> DocumentError:
    """The refusal of a workbook, or of a sheet of it, that is more than the bounds."""
    return DocumentError(say("beyond", where=where, what=what))


@lru_cache(maxsize=_REMEMBERED)
def column_number(letters: str) -> int:
    """The number of a column from 1: A is 1, XFD 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter.upper()) - 64
    return number
