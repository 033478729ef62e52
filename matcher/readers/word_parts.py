"""Which elements of a Word document are shown: branches, content controls, rows and cells, form fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from matcher import settings
from matcher.readers.ooxml import attribute, child, children, number, tag

# Elements that hold no text of the page; what is not listed here or below is looked into.
SILENT = {
    "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "delText",
    "instrText", "delInstrText", "rt", "annotationRef", "footnoteRef", "endnoteRef", "commentReference", "tblPrEx", "ffData",
}  # fmt: skip

# The signs of a formula's parts that their properties need not name.
_FORMULA_SIGNS = {"d": ("(", ")"), "nary": ("∫", ""), "rad": ("√", "")}
_CENTIMETRE, _POINT = 360_000, 12_700  # units of a drawing
_POINTS = re.compile(r"\b(width|height):(\d+(?:\.\d+)?)pt")
_WIDE = settings.centimetres("readers.word_parts.wide") * _CENTIMETRE
_HIGH = settings.centimetres("readers.word_parts.high") * _CENTIMETRE


def chosen(alternate: Any) -> Any:
    """The branch of mc:AlternateContent that a modern Word shows: the first choice, else the fallback."""
    branches = {tag(branch): branch for branch in reversed(list(alternate))}
    choice, fallback = branches.get("Choice"), branches.get("Fallback")
    if choice is not None and (fallback is None or _says(choice) or not _says(fallback)):
        return choice
    return alternate if fallback is None else fallback


def _says(branch: Any) -> bool:
    return any(tag(e) in ("t", "sym", "fldChar") for e in branch.iter())


def is_prompt(control: Any) -> bool:
    """Whether a content control shows only its own request to fill it in."""
    if tag(control) != "sdt":
        return False
    return child(child(control, "sdtPr"), "showingPlcHdr") is not None


def rows_of(table: Any) -> Iterator[Any]:
    """The rows of a table, also those inside content controls; not those of tables in its cells."""
    return _wrapped(table, "tr")


def cells_of(row: Any) -> Iterator[Any]:
    """The cells of a row, also those inside content controls."""
    return _wrapped(row, "tc")


def _wrapped(parent: Any, wanted: str) -> Iterator[Any]:
    for element in parent:
        name = tag(element)
        if name == wanted:
            yield element
        elif name == "AlternateContent":
            yield from _wrapped(chosen(element), wanted)
        elif name and name not in SILENT and name not in ("p", "tbl"):
            yield from _wrapped(element, wanted)


def signs(element: Any) -> tuple[str, str]:
    """The signs that Word draws before and behind a part of a formula: brackets, a sum, a root."""
    if "/math" not in element.tag or tag(element) not in _FORMULA_SIGNS:
        return "", ""
    before, after = _FORMULA_SIGNS[tag(element)]
    named = {tag(e): next(iter(e.attrib.values()), "") for e in element.iterfind("{*}*/{*}*")}
    return named.get("begChr", named.get("chr", before)), named.get("endChr", after)


def form_field(data: Any | None) -> str:
    """What a form field of old Word shows that has no text: its tick, or the chosen entry of its list."""
    box, choices = child(data, "checkBox"), child(data, "ddList")
    if box is not None:
        states = [child(box, name) for name in ("checked", "default")]
        state = next((s for s in states if s is not None), None)
        return "☑" if state is not None and attribute(state, "val") not in ("0", "false", "off") else "□"
    if choices is None:
        return ""
    entries = [attribute(entry, "val") for entry in children(choices, "listEntry")]
    chosen = number(child(choices, "result"), "val")
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def is_page(picture: Any) -> bool:
    """Whether a picture is large enough to be a page or a table, and no logo or photograph of a person.

    A pic:pic has its sizes below it, a v:imagedata in the style of the shape around it.
    """
    style = dict(_POINTS.findall(picture.getparent().get("style") or ""))
    sizes = [(_length(e.get("cx")), _length(e.get("cy"))) for e in picture.iter("{*}ext")]
    sizes.append((float(style.get("width", 0)) * _POINT, float(style.get("height", 0)) * _POINT))
    return any(wide >= _WIDE and high >= _HIGH for wide, high in sizes)


def _length(written: str | None) -> float:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 13 else 0
