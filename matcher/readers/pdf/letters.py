"""What stands on a PDF page: its letters, drawn within bounds, upright, each once, and whether a reader sees them.

And what its annotations show: the values of form fields, text that was typed onto the page, and remarks.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import decode_text
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue
from matcher.readers.blocks import LINE_END
from matcher.readers.pdf.pieces import Piece

say = Catalogue(__file__)

INVISIBLE = "invisible"
_FAINT = -1  # a rendering mode of our own, beside the format's: letters without opacity
_MOST_LETTERS = settings.letters("readers.pdf_letters.most")
_MOST_INSTRUCTIONS = settings.size("readers.pdf_letters.most_instructions")
_SMALLEST = settings.points("readers.pdf_letters.smallest")
_SAME_COLOUR = settings.share("readers.pdf_letters.same_colour")
_TWICE = settings.factor("readers.pdf_letters.twice")
_CELL = settings.points("readers.pdf_letters.cell")
_FAINTEST = settings.share("readers.pdf_letters.faintest")
_LEVEL = settings.share("readers.pdf_letters.level")
_DEEPEST = settings.count("readers.pdf_letters.deepest")

# Names that makers of forms give by default: they say nothing to people.
_BASIC_FIELD = re.compile(r"(?i:text|undefined|field|fill|topmostsubform|form|input|untitled)?[\W_\d\[\]]*")


def upright(page: Any, name: str) -> Any:
    """The page with its objects, turned where most of its lines run up or down it or stand on their heads: tables laid sideways,
    vertical writing, pages fed in the wrong way.

    `name` is the file's, for messages. DocumentError for more than _MOST_LETTERS or _MOST_INSTRUCTIONS.
    """
    _lay_out(page, name)
    directions = Counter(direction(c) for c in page.chars if c["text"].strip())
    turn = {"up": 90, "down": 270, "over": 180}.get(
        max(directions, key=lambda d: directions[d], default=""), 0
    )
    if not turn:
        return page
    page.page_obj.rotate = page.page_obj.attrs["Rotate"] = (page.rotation + turn) % 360
    turned = type(page)(page.pdf, page.page_obj, page.page_number, page.initial_doctop)
    _lay_out(turned, name)
    return turned


def direction(char: dict[str, Any]) -> str:
    """Where the line of a letter runs on its page: "level", "over" (level upside down), "up" or "down", "slanted" for a watermark's."""
    along, across, _, upward, *_ = char["matrix"]
    if abs(across) <= _LEVEL * abs(along):
        return "over" if along < 0 and upward < 0 else "level"
    return "slanted" if abs(along) > _LEVEL * abs(across) else "up" if across > 0 else "down"


def _lay_out(page: Any, name: str) -> None:
    """Give the page its objects as pdfminer finds them, with invisible letters marked."""
    if _instructions(page.page_obj) > _MOST_INSTRUCTIONS:
        raise _beyond(name, page.page_number)
    device = _Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    device.name = name
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()


class _Device(PDFPageAggregatorWithMarkedContent):  # type: ignore[misc]
    """Marks the letters that are drawn without ink (rendering mode 3 and 7, no opacity).

    The matrix of a letter of vertical writing begins with the direction in which its line runs.
    """

    name = ""
    mode = letters = 0

    def render_string(self, textstate: Any, *rest: Any) -> None:
        """Remember how the letters are drawn."""
        self.mode = textstate.render
        super().render_string(textstate, *rest)

    def render_char(self, matrix: Any, font: Any, *rest: Any) -> float:
        """Mark the letter that was added."""
        self.letters += 1
        if self.letters > _MOST_LETTERS:
            raise _beyond(self.name, self.pageno)
        advance: float = super().render_char(matrix, font, *rest)
        letter = self.cur_item._objs[-1]
        if self.mode in (3, 7, _FAINT):
            letter.tag = INVISIBLE
        if font.is_vertical():
            a, b, c, d, *place = letter.matrix
            letter.matrix = (-c, -d, a, b, *place)
        return advance


class _Interpreter(PDFPageInterpreter):  # type: ignore[misc]
    """Marks the text state where nothing is opaque, which pdfminer passes over."""

    def do_gs(self, name: Any) -> None:
        """Take the opacity of a named state."""
        states = resolve1(self.resources.get("ExtGState"))
        state = resolve1(states.get(literal_name(name))) if isinstance(states, dict) else None
        opacity = resolve1(state.get("ca")) if isinstance(state, dict) else None
        if isinstance(opacity, (int, float)) and opacity < _FAINTEST:
            self.textstate.render = _FAINT
        elif isinstance(opacity, (int, float)) and self.textstate.render == _FAINT:
            self.textstate.render = 0


def _instructions(page: Any) -> int:
    """How many bytes the page's instructions unpack to, counted up to just above the bound."""
    size = 0
    for stream in map(resolve1, page.contents):
        if isinstance(stream, PDFStream):
            raw = stream.rawdata or b""
            size += max(len(raw), _unpacked(raw, _MOST_INSTRUCTIONS + 1 - size))
        if size > _MOST_INSTRUCTIONS:
            break
    return size


def _unpacked(raw: bytes, most: int) -> int:
    """The size, up to `most`, of what deflated bytes unpack to; 0 for bytes that are packed in another way."""
    try:
        return len(zlib.decompressobj().decompress(raw, most)) if most > 0 else 0
    except zlib.error:
        return 0


def _beyond(name: str, number: int) -> DocumentError:
    return DocumentError(
        say("PDF.page too full", name=name, page=number, most=_MOST_LETTERS, mb=_MOST_INSTRUCTIONS // 1000000)
    )


def once(chars: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The letters without those drawn again in nearly the same place."""
    places: dict[tuple[str, int, int], list[dict[str, Any]]] = {}
    kept = []
    for char in chars:
        reach = max(1.0, _TWICE * char["size"])
        x, y = int(char["x0"] // _CELL), int(char["top"] // _CELL)
        around = ((char["text"], x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        near = (c for place in around for c in places.get(place, ()))
        again = any(abs(c["x0"] - char["x0"]) <= reach and abs(c["top"] - char["top"]) <= reach for c in near)
        if not again or not char["text"].strip():
            places.setdefault((char["text"], x, y), []).append(char)
            kept.append(char)
    return kept


def unseen(char: dict[str, Any], page: Any) -> bool:
    """Whether a letter cannot be seen: without ink, too small, off the page, or white on white."""
    if char["tag"] == INVISIBLE or char["size"] < _SMALLEST:
        return True
    x0, top, x1, bottom = page.cropbox
    if char["x1"] < x0 or char["x0"] > x1 or char["bottom"] < top or char["top"] > bottom:
        return True
    if not _is_white(char["non_stroking_color"]):
        return False
    middle = ((char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2)
    behind = [*page.rects, *page.images, *page.curves]
    return not any(
        shape["x0"] <= middle[0] <= shape["x1"] and shape["top"] <= middle[1] <= shape["bottom"]
        for shape in behind
        if shape["object_type"] == "image"
        or (shape.get("fill") and not _is_white(shape.get("non_stroking_color")))
    )


def _is_white(colour: Any) -> bool:
    """Whether a colour is white in grey, RGB (all channels 1) or CMYK (all 0); patterns and names are not."""
    if not isinstance(colour, (tuple, list)) or not all(isinstance(c, (int, float)) for c in colour):
        return False
    if len(colour) == 4:
        return all(c <= _SAME_COLOUR for c in colour)
    return len(colour) in (1, 3) and all(c >= 1 - _SAME_COLOUR for c in colour)


class Annotations(NamedTuple):
    """What the annotations of a page hold: values of form fields and typed texts at their places, lines "name：value" of fields with a
    telling name, and the texts of notes, highlights and other marks, which a print does not show.
    """

    placed: list[Piece]
    named: list[str]
    remarks: list[str]


def annotations_of(page: Any) -> Annotations:
    """The texts of a page's annotations."""
    texts = Annotations([], [], [])
    for mark in page.annots:
        data = mark["data"]
        kind = str(getattr(data.get("Subtype"), "name", ""))
        label = _label(data) if kind == "Widget" else ""
        text = _value(data) if kind == "Widget" else _contents(data)
        if text and label:
            texts.named.append(f"{label}：{text}")
        elif text and kind in ("Widget", "FreeText"):
            texts.placed.append(Piece(mark["x0"], mark["x1"], mark["top"], mark["bottom"], text))
        elif text and kind not in ("Link", "Popup"):
            texts.remarks.append(text)
    return texts


def _contents(data: Any) -> str:
    written = resolve1(data.get("Contents"))
    return decode_text(written).strip() if isinstance(written, bytes) else ""


def _value(data: Any) -> str:
    """What a form field shows: its text, its choice, or a ticked or empty box."""
    kind = _inherited(data, "FT")
    if kind is None:
        return ""
    value = resolve1(_inherited(data, "V"))
    if "Btn" in str(kind):
        state = data.get("AS", value)
        return "" if state is None else "□" if "Off" in str(state) else "☑"
    values = value if isinstance(value, list) else [value]
    texts = [
        decode_text(v) if isinstance(v, bytes) else v.name if isinstance(v, PSLiteral) else "" for v in values
    ]
    return LINE_END.sub("\n", "、".join(str(t) for t in texts if t)).strip()


def _label(data: Any) -> str:
    """The name that a form field has for people; "" for a number or a name of its maker's."""
    for key in ("TU", "T"):
        name = data.get(key)
        if isinstance(name, bytes):
            label: str = decode_text(name).strip().strip(":：")
            if not _BASIC_FIELD.fullmatch(label) and not label.isascii():
                return label
    return ""


def _inherited(data: Any, key: str) -> Any:
    for _ in range(_DEEPEST):
        if not isinstance(data, dict):
            return None
        if key in data:
            return resolve1(data[key])
        data = resolve1(data.get("Parent"))
    return None
