"""What a PDF's annotations show: the values of form fields, text that was typed onto the page, and remarks."""

from __future__ import annotations

import re
from typing import Any

from pdfminer.pdftypes import resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

from matcher import settings
from matcher.readers.pdf_pieces import Piece

_DEEPEST = settings.count("readers.pdf_forms.deepest")

# Names that makers of forms give by default: they say nothing to people.
_BASIC_FIELD = re.compile(r"(?i:text|undefined|field|fill|topmostsubform|form|input|untitled)?[\W_\d\[\]]*")


def form_fields(page: Any) -> tuple[list[Piece], list[str]]:
    """(values of form fields and typed texts at their places, lines "name：value" of fields with a telling name)."""
    placed: list[Piece] = []
    named: list[str] = []
    for field in page.annots:
        if _kind(field["data"]) == "FreeText":
            value, label = _contents(field["data"]), ""
        else:
            value, label = _value(field["data"]), _label(field["data"])
        if not value:
            continue
        if label:
            named.append(f"{label}：{value}")
        else:
            placed.append(Piece(field["x0"], field["x1"], field["top"], field["bottom"], value))
    return placed, named


def remarks(page: Any) -> list[str]:
    """The texts of notes, highlights and other marks of a page, which a print does not show."""
    return [
        text
        for mark in page.annots
        if _kind(mark["data"]) not in ("FreeText", "Widget", "Link", "Popup")
        and (text := _contents(mark["data"]))
    ]


def _kind(data: Any) -> str:
    return str(getattr(data.get("Subtype"), "name", ""))


def _contents(data: Any) -> str:
    written = resolve1(data.get("Contents"))
    return decode_text(written).strip() if isinstance(written, bytes) else ""


def _value(data: Any) -> str:
    """What a form field shows: its text, its choice, or a ticked or empty box."""
    kind = _inherited(data, "FT")
    if "Widget" not in str(data.get("Subtype")) or kind is None:
        return ""
    value = resolve1(_inherited(data, "V"))
    if "Btn" in str(kind):
        state = data.get("AS", value)
        return "" if state is None else "□" if "Off" in str(state) else "☑"
    values = value if isinstance(value, list) else [value]
    texts = [
        decode_text(v) if isinstance(v, bytes) else v.name if isinstance(v, PSLiteral) else "" for v in values
    ]
    return "\n".join(re.split(r"\r\n|\r|\n", "、".join(str(t) for t in texts if t))).strip()


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
