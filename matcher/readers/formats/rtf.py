"""Rich text (.rtf), as Word, WPS and LibreOffice save it: paragraphs, headings and tables as a reader sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue
from matcher.readers.blocks import BETWEEN_CELLS, Block, Content, Heading, Losses, Margin, apart
from matcher.readers.encoding import drawn
from matcher.readers.formats.grid import on_grid
from matcher.readers.formats.look import PAPER, Look, unseen

say = Catalogue(__file__)

_MOST = settings.count("readers.rtf.most")
_TOKEN = re.compile(
    r"\\(?:(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|'(?P<byte>[\da-fA-F]{2})|(?P<sign>[^a-z]))|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)|[\r\n]+",
    re.S,
)
# Groups that hold no text of the paper, and what shows the same again for older programs.
_NO_TEXT = frozenset(
    ("stylesheet", "info", "pict", "listtable", "listoverridetable", "generator", "themedata", "datastore",
     "latentstyles", "revtbl", "rsidtbl", "xmlnstbl", "filetbl", "object", "objdata", "shprslt", "nonesttables", "bkmkstart",
     "bkmkend", "annotation", "tc", "xe")
)  # fmt: skip
_MARGINS = frozenset(f"{part}{page}" for part in ("header", "footer") for page in ("", "l", "r", "f"))
_TABLES = {"fonttbl": "fonts", "colortbl": "colours", "fldinst": "field"}
# Fields whose numbers Word draws and no file holds.
_DRAWN_NUMBER = re.compile(r"\s*(?:AUTONUM|LISTNUM)", re.I)
_PLAIN = Look()
_PARTS = ("red", "green", "blue")
_SWITCHES = {"v": "vanish", "strike": "strike", "striked": "strike"}
_COLOURED = {"cf": "colour", "cb": "ground", "chcbpat": "ground", "highlight": "ground"}
_LETTERS = {
    **{"tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“"},
    **{"rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "~": " ", "_": "-"},
    **{"\\": "\\", "{": "{", "}": "}", "line": "\n", "nestcell": BETWEEN_CELLS},
}  # fmt: skip
_CELLS = {"cell": BETWEEN_CELLS, "row": "\n"}
_PARAGRAPH = frozenset(("par", "sect", "page", "\r", "\n"))
# What the number of a font's character set means, and that of the whole paper.
_OF_FONT = {
    134: "gb18030",
    136: "big5",
    128: "cp932",
    129: "cp949",
    238: "cp1250",
    204: "cp1251",
    161: "cp1253",
}
_OF_PAPER = {936: "gb18030", 950: "big5", 65001: "utf-8", 10000: "mac_roman"}
_WESTERN = "cp1252"


@dataclass(frozen=True, slots=True)
class _Writing:
    """What holds within a group: where its text goes ("" for the paper itself), how it is written, whether it is seen."""

    goes: str = ""
    codepage: str = ""
    fallback: int = 1  # letters that stand in for one in Unicode
    look: Look = _PLAIN
    deleted: bool = False
    ground: str = PAPER  # "none" where it is not known
    in_table: bool = False
    level: int = 0


def rtf_blocks(raw: bytes, name: str) -> Content:
    """The content of a rich text; hidden, struck and deleted text is left out and said. DocumentError for what is none or too long."""
    raw = raw.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if not raw.startswith(b"{\\rtf"):
        raise DocumentError(say("rtf.none", name=name))
    walk = _Walk(name)
    text, at, count = raw.decode("latin-1"), 0, 0
    while token := _TOKEN.search(text, at):
        count += 1
        if count > _MOST:
            raise DocumentError(say("rtf.too long", name=name, most=_MOST))
        at = token.end() + (max(int(token["number"] or 0), 0) if token["word"] == "bin" else 0)
        walk.take(token)
    blocks = walk.blocks()
    return Content(blocks, walk.losses.messages(), apart(map(Margin, walk.margins), blocks))


class _Walk:
    """Reads the marks of a rich text in their order."""

    def __init__(self, name: str) -> None:
        self.losses = Losses()
        self.margins: list[str] = []
        self._name = name
        self._state, self._outer = _Writing(), list[_Writing]()
        self._starred = False  # whether the group begins with \*: whoever does not know it leaves it out
        self._skip = 0  # letters yet to come that only stand in for one in Unicode
        self._paper, self._fonts, self._font = _WESTERN, dict[int, str](), 0
        self._colours, self._colour = list[str](), dict[str, int]()
        self._bytes, self._units = bytearray(), list[int]()
        self._line: list[str] = []
        self._beside: dict[str, list[str]] = {"note": [], "margin": []}
        self._cells: list[str] = []
        self._edges: list[int] = []
        self._shaded = False  # whether cells of the row have a ground of their own
        self._rows: list[tuple[list[str], list[int]]] = []
        self._blocks: list[Block] = []

    def take(self, token: re.Match[str]) -> None:
        """One mark, or letters between marks."""
        if (brace := token["brace"]) is not None:
            self._flush()
            self._skip = 0
            if brace == "{":
                self._outer.append(self._state)
            elif self._outer:
                self._ends_group(self._outer.pop())
        elif token["byte"] is not None:
            self._letters(bytes.fromhex(token["byte"]))
        elif (text := token["text"]) is not None:
            self._letters(text.encode("latin-1"))
        elif (word := token["word"] or token["sign"]) == "*":
            self._starred = True
        elif word is not None:
            self._mark(word, int(token["number"]) if token["number"] else None)

    def _ends_group(self, outer: _Writing) -> None:
        goes, self._state = self._state.goes, outer
        if goes == "margin" != outer.goes:
            self.margins += filter(None, map(str.strip, "".join(self._beside["margin"]).split("\n")))
            self._beside["margin"].clear()

    def _mark(self, word: str, number: int | None) -> None:
        """A control word with its number, or a control sign."""
        if word == "u" and number is not None:
            self._flush_bytes()
            self._units.append(number & 0xFFFF)
            self._skip = self._state.fallback
            return
        self._flush()
        starred, self._starred = self._starred, False
        if word == "nestrow" and self._line[-1:] == [BETWEEN_CELLS]:
            self._line[-1] = "\n"  # it stands in a group that holds no text
        if word == "annotation":
            self.losses.skip("comment")
        if word == "shptxt":  # a box that stands within what else is left out
            self._state = replace(self._state, goes="", ground="none")
        elif word in _MARGINS or word == "footnote":  # LibreOffice writes \*\footnote
            goes = "margin" if word in _MARGINS else "nowhere" if self._state.deleted else "note"
            self._state = replace(self._state, goes=goes, in_table=False)
        elif starred or word in _NO_TEXT or word in _TABLES:
            self._state = replace(self._state, goes=_TABLES.get(word, "nowhere"))
        elif self._state.goes == "fonts":
            self._of_font(word, number)
        elif self._state.goes == "colours":
            self._colour[word] = number or 0
        elif self._state.goes not in ("nowhere", "field"):
            self._of_text(word, number)

    def _of_font(self, word: str, number: int | None) -> None:
        if word == "f" and number is not None:
            self._font = number
        elif word == "fcharset" and number in _OF_FONT:
            self._fonts[self._font] = _OF_FONT[number]

    def _of_text(self, word: str, number: int | None) -> None:
        """A mark among the text: a letter, the end of a paragraph, cell or row, or how the text that follows is written."""
        if word in _LETTERS:
            self._put(_LETTERS[word])
        elif word in _PARAGRAPH:
            self._ends_paragraph()
        elif word in _CELLS and self._state.goes:
            self._put(_CELLS[word])  # of a table in a note or a margin
        elif word == "cell":
            self._cells.append(self._taken().strip())
        elif word == "row":
            self._rows.append((self._cells, self._edges))
            self._cells = []
        elif word == "trowd":
            self._edges, self._shaded = [], False
        elif word in ("clcbpat", "clcfpat", "clshdng"):
            self._shaded = True
        elif word == "cellx" and number is not None:
            self._edges.append(number)
        elif word == "ansicpg" and number is not None:
            self._paper = _OF_PAPER.get(number, f"cp{number}")
        else:
            self._style(word, number)

    def _style(self, word: str, number: int | None) -> None:
        state, look = self._state, self._state.look
        if word in _SWITCHES:
            state = replace(state, look=Look(**look._asdict() | {_SWITCHES[word]: number != 0}))
        elif word in _COLOURED:
            state = replace(state, look=Look(**look._asdict() | {_COLOURED[word]: self._named(number)}))
        elif word == "fs" and number is not None:
            state = replace(state, look=look._replace(size=number))
        elif word in ("cbpat", "cfpat", "shading"):
            state = replace(state, ground=self._named(number) if word == "cbpat" else "none")
        elif word == "deleted":
            state = replace(state, deleted=number != 0)
        elif word == "plain":
            state = replace(state, look=_PLAIN, deleted=False)
        elif word == "pard":
            state = replace(state, in_table=False, level=0, ground=PAPER)
        elif word == "intbl":
            state = replace(state, in_table=True)
        elif word == "outlinelevel" and number is not None:
            state = replace(state, level=(number + 1) % 10)  # 9 is the body
        elif word == "uc" and number is not None:
            state = replace(state, fallback=number)
        elif word == "f" and number is not None:
            state = replace(state, codepage=self._fonts.get(number, ""))
        self._state = state

    def _named(self, number: int | None) -> str:
        """A colour of the paper's table, "" for the one that is taken of itself."""
        return self._colours[number] if number is not None and 0 <= number < len(self._colours) else ""

    def _letters(self, letters: bytes) -> None:
        skipped = min(self._skip, len(letters))
        self._skip -= skipped
        if letters := letters[skipped:]:
            self._flush_units()
            self._bytes += letters

    def _flush(self) -> None:
        self._flush_bytes()
        if not (
            self._units and 0xD800 <= self._units[-1] < 0xDC00
        ):  # else its other half comes behind a mark
            self._flush_units()

    def _flush_bytes(self) -> None:
        if self._bytes:
            raw, self._bytes = bytes(self._bytes), bytearray()
            try:
                self._put(raw.decode(self._state.codepage or self._paper))
            except UnicodeDecodeError:  # a font of Western letters among Chinese ones
                self._put(raw.decode(_WESTERN, "replace"))
            except LookupError as error:
                raise DocumentError(say("rtf.none", name=self._name)) from error

    def _flush_units(self) -> None:
        if self._units:
            raw = b"".join(unit.to_bytes(2, "little") for unit in self._units)
            self._units = []
            self._put(drawn(raw.decode("utf-16-le", "replace"), ""))

    def _put(self, text: str) -> None:
        """Text where that of its group goes."""
        goes, state = self._state.goes, self._state
        if goes == "colours" and ";" in text:
            rgb = [f"{self._colour[part]:02X}"[-2:] for part in _PARTS if part in self._colour]
            self._colours.append("".join(rgb) if len(rgb) == len(_PARTS) else "")
            self._colour.clear()
        if goes == "field" and _DRAWN_NUMBER.match(text):
            self.losses.skip("fieldNumber")
        if goes in ("nowhere", "fonts", "colours", "field"):
            return
        ground = "none" if state.in_table and self._shaded else state.ground or PAPER
        if why := "deleted" if state.deleted else unseen(state.look, ground):
            self.losses.leave(why, text)
        else:
            (self._beside[goes] if goes else self._line).append(text)

    def _taken(self) -> str:
        """The line so far, with the notes that it refers to below it."""
        notes = "".join(self._beside["note"]).strip()
        text = "".join(self._line)
        self._line.clear()
        self._beside["note"].clear()
        return f"{text}\n{notes}" if notes else text

    def _ends_paragraph(self) -> None:
        if self._state.goes:
            self._beside[self._state.goes].append("\n")
        elif self._state.in_table:
            self._line.append("\n")
        else:
            self._ends_table()
            text, level = self._taken(), self._state.level
            self._blocks.append(Heading(text.strip(), level) if level and text.strip() else text)

    def _ends_table(self) -> None:
        if self._rows:
            self._blocks.append(on_grid(self._rows))
            self._rows = []

    def blocks(self) -> list[Block]:
        """The blocks of the whole paper."""
        self._flush()
        self._ends_table()
        self._blocks.append("\n".join([*self._cells, self._taken()]))
        return [block for block in self._blocks if not isinstance(block, str) or block.strip()]
