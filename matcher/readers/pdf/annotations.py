"""What the annotations of a PDF page show: the values of form fields, text that was typed onto the page, and remarks."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

from matcher import settings
from matcher.readers.blocks import LINE_END
from matcher.readers.pdf.pieces import Piece

_DEEPEST = settings.count("readers.pdf_letters.deepest")
_HIDDEN = 0x02 | 0x20  # the flags of an annotation that no viewer shows, ISO 32000-1, 12.5.3

# Names that makers of forms give by default: they say nothing to people.
_BASIC_FIELD = re.compile(r"(?i:text|undefined|field|fill|topmostsubform|form|input|untitled)?[\W_\d\[\]]*")


class Annotations(NamedTuple):
    """What the annotations of a page hold: values of form fields and typed texts at their places, lines "name：value" of fields with a
    telling name, the texts of notes, highlights and other marks, which a print does not show, and those of annotations that are hidden.
    """

    placed: list[Piece]
    named: list[str]
    remarks: list[str]
    hidden: list[str]


def annotations_of(page: Any) -> Annotations:
    """The texts of a page's annotations."""
    texts = Annotations([], [], [], [])
    for mark in page.annots:
        data = mark["data"]
        kind = str(getattr(data.get("Subtype"), "name", ""))
        label = _label(data) if kind == "Widget" else ""
        text = _value(data) if kind == "Widget" else _contents(data)
        if text and _flags(data) & _HIDDEN:
            texts.hidden.append(text)
        elif text and label:
            texts.named.append(f"{label}：{text}")
        elif text and kind in ("Widget", "FreeText"):
            texts.placed.append(Piece(mark["x0"], mark["x1"], mark["top"], mark["bottom"], text))
        elif text and kind not in ("Link", "Popup"):
            texts.remarks.append(text)
    return texts


def _flags(data: Any) -> int:
    flags = resolve1(data.get("F"))
    return flags if isinstance(flags, int) else 0


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
    values = [_choice(data, resolve1(v)) for v in (value if isinstance(value, list) else [value])]
    texts = [
        decode_text(v) if isinstance(v, bytes) else v.name if isinstance(v, PSLiteral) else "" for v in values
    ]
    return LINE_END.sub("\n", "、".join(str(t) for t in texts if t)).strip()


def _choice(data: Any, value: Any) -> Any:
    """What a list of choices shows of a value that it exports under another name; any other value as it is."""
    choices = resolve1(_inherited(data, "Opt"))
    pairs = [resolve1(choice) for choice in choices] if isinstance(choices, list) else []
    named = (pair for pair in pairs if isinstance(pair, list) and len(pair) == 2)
    return next((resolve1(shown) for exported, shown in named if resolve1(exported) == value), value)


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
