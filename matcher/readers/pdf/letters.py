"""What stands on a PDF page: its letters, drawn within bounds, upright, each once, with marks of what a reader cannot see."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue

say = Catalogue(__file__)

INVISIBLE, OFF, VEIL = "invisible", "off", "veil"
_PLAIN = ("None", "/'Normal'", "/'Compatible'", "/'None'")  # ways to blend that cover what is below
_FAINT = -1  # a rendering mode of our own, beside the format's: letters without opacity
_MOST_LETTERS = settings.letters("readers.pdf_letters.most")
_MOST_INSTRUCTIONS = settings.size("readers.pdf_letters.most_instructions")
_TWICE = settings.factor("readers.pdf_letters.twice")
_CELL = settings.points("readers.pdf_letters.cell")
_FAINTEST = settings.share("readers.pdf_letters.faintest")
_ASIDE = settings.share("readers.pdf_letters.aside")
_LEVEL = settings.share("readers.pdf_letters.level")


def upright(page: Any, name: str) -> Any:
    """The page with its objects, turned where most of its lines run up or down it or stand on their heads: tables laid sideways,
    vertical writing, pages fed in the wrong way.

    `name` is the file's, for messages. DocumentError for more than _MOST_LETTERS or _MOST_INSTRUCTIONS.
    """
    _lay_out(page, name)
    directions = Counter(direction(c) for c in page.chars if c["text"].strip())
    most = max(directions, key=lambda d: directions[d], default="")
    most = "down" if most == "level" and _runs_down(page.chars) else most
    turn = {"up": 90, "down": 270, "over": 180}.get(most, 0)
    if not turn:
        return page
    page.page_obj.rotate = page.page_obj.attrs["Rotate"] = (page.rotation + turn) % 360
    turned = type(page)(page.pdf, page.page_obj, page.page_number, page.initial_doctop)
    _lay_out(turned, name)
    return turned


def _runs_down(chars: Sequence[dict[str, Any]]) -> bool:
    """Whether most letters of a page stand upright right below the one that was drawn before, as browsers write from top to bottom."""
    letters = [c for c in chars if c["text"].strip()]
    steps = (
        (abs(b["x0"] + b["x1"] - a["x0"] - a["x1"]) / 2, b["top"] - a["top"], a["size"])
        for a, b in pairwise(letters)
    )
    below = sum(aside <= _ASIDE * size and size / 2 <= down <= 2 * size for aside, down, size in steps)
    return bool(2 * below > len(letters))


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
    device.name, device.off = name, _switched_off(page.pdf.doc.catalog)
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()


class _Device(PDFPageAggregatorWithMarkedContent):  # type: ignore[misc]
    """Marks the letters that are drawn without ink (rendering mode 3 and 7, no opacity) or on a layer that is switched off.

    The matrix of a letter of vertical writing begins with the direction in which its line runs.
    """

    name = ""
    mode = letters = 0
    off: frozenset[int] = frozenset()

    def __init__(self, *args: Any, **options: Any) -> None:
        """No layer has begun."""
        super().__init__(*args, **options)
        self.layers: list[
            bool
        ] = []  # for each part that has begun whether it or one around it is switched off
        self._drawn = 0

    def begins(self, *, off: bool) -> None:
        """A part of a page begins."""
        self.layers.append(off or self.layers[-1:] == [True])

    def tag_cur_item(self) -> None:
        """Number what was drawn last, in place of its mark in the tree of contents, which nobody asks for."""
        super().tag_cur_item()
        self._drawn += 1
        if self.cur_item._objs:
            self.cur_item._objs[-1].mcid = self._drawn

    def paint_path(self, graphicstate: Any, *rest: Any) -> None:
        """Mark what lets shine through what is below it."""
        super().paint_path(graphicstate, *rest)
        if self.cur_item._objs and graphicstate.intent == VEIL:
            self.cur_item._objs[-1].tag = VEIL

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
        if self.layers[-1:] == [True]:
            letter.tag = OFF
        elif self.mode in (3, 7, _FAINT):
            letter.tag = INVISIBLE
        if font.is_vertical():
            a, b, c, d, *place = letter.matrix
            letter.matrix = (-c, -d, a, b, *place)
        return advance


class _Interpreter(PDFPageInterpreter):  # type: ignore[misc]
    """Marks states in which nothing is opaque or all is blended, and layers that are switched off, which pdfminer passes over."""

    def do_BMC(self, tag: Any) -> None:
        """A part of no layer begins."""
        self.device.begins(off=False)
        super().do_BMC(tag)

    def do_BDC(self, tag: Any, props: Any) -> None:
        """A part begins, which may be a layer."""
        named = resolve1(self.resources.get("Properties"))
        group = named.get(literal_name(props)) if isinstance(named, dict) else None
        self.device.begins(off=isinstance(props, PSLiteral) and _is_off(group, self.device.off))
        super().do_BDC(tag, props)

    def do_EMC(self) -> None:
        """The part ends."""
        del self.device.layers[-1:]
        super().do_EMC()

    def do_Do(self, xobjid_arg: Any) -> None:
        """Draw a form, which may be of a layer; parts that it leaves open end with it."""
        form = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        outer = len(self.device.layers)
        self.device.begins(off=isinstance(form, PDFStream) and _is_off(form.get("OC"), self.device.off))
        super().do_Do(xobjid_arg)
        del self.device.layers[outer:]

    def do_gs(self, name: Any) -> None:
        """Take the opacity of a named state."""
        states = resolve1(self.resources.get("ExtGState"))
        state = resolve1(states.get(literal_name(name))) if isinstance(states, dict) else None
        if not isinstance(state, dict):
            return
        opacity = resolve1(state.get("ca"))
        if isinstance(opacity, (int, float)) or {"BM", "SMask"} & state.keys():
            plain = opacity in (None, 1) and all(str(state.get(k)) in _PLAIN for k in ("BM", "SMask"))
            self.graphicstate.intent = None if plain else VEIL  # q and Q keep it; nobody asks for its own
        if isinstance(opacity, (int, float)) and opacity < _FAINTEST:
            self.textstate.render = _FAINT
        elif isinstance(opacity, (int, float)) and self.textstate.render == _FAINT:
            self.textstate.render = 0


def _switched_off(catalog: Any) -> frozenset[int]:
    """The numbers of the layers that a viewer does not show when the file is opened."""
    layers = resolve1(catalog.get("OCProperties"))
    shown = resolve1(layers.get("D")) if isinstance(layers, dict) else None
    if not isinstance(shown, dict):
        return frozenset()
    every, on, off = (_numbers(resolve1(v)) for v in (layers.get("OCGs"), shown.get("ON"), shown.get("OFF")))
    return every - on if "OFF" in str(shown.get("BaseState")) else off


def _numbers(references: Any) -> frozenset[int]:
    listed = references if isinstance(references, list) else [references]
    return frozenset(r.objid for r in listed if isinstance(r, PDFObjRef))


def _is_off(layer: Any, off: frozenset[int]) -> bool:
    """Whether a layer is switched off; of several together, whether all are."""
    about = resolve1(layer) if off else None
    numbers = _numbers(about["OCGs"] if isinstance(about, dict) and "OCGs" in about else layer)
    return bool(numbers) and numbers <= off


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
