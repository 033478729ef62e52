"""Which elements of a Word document are shown (branches, content controls, rows and cells, form fields), and what it holds beside
its text, which no page or only its margins show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from matcher import settings
from matcher.readers.blocks import Left, Margin
from matcher.readers.encoding import sign
from matcher.readers.fields.values import is_empty, is_hint
from matcher.readers.formats.ooxml import Package, attribute, child, children, count, number, switch, tag

# Elements that hold no text of the page; what is not listed here or below is looked into.
_SILENT = {
    "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "delText",
    "delInstrText", "rt", "annotationRef", "footnoteRef", "endnoteRef", "commentReference", "tblPrEx", "ffData",
}  # fmt: skip

# Fields of old Word that draw what their instruction says and hold no result: EQ stacks, rings and annotates letters (\\* jc: a phonetic guide).
_FORMATS = re.compile(r'\\\*\s*(?:"[^"]*"|\S+)')
_PHONETIC = re.compile(r"\\s\\up\s*\d+\s*\([^()]*\)\s*,")
_RING = re.compile(r"\\ac\s*\([^\w,()]\s*,([^()]*)\)")
_STACKED = re.compile(r"\\f\s*\(([^(),]*),([^(),]*)\)")
_ARGUMENTS = re.compile(r"\\[A-Za-z]+\s*\d*|(?<!\\)[(),]|\\")
_SYMBOL = re.compile(r'\s*(\d{1,4}|0x[0-9a-f]{1,4})\b(?:.*?\\f\s*"?([^"\\]*))?', re.I)
_SIGNS = re.compile(r"symbol|w(?:ing|eb)dings", re.I)

_OFFICE = (
    "http://schemas.microsoft.com/",
    "http://schemas.openxmlformats.org/",
    "urn:schemas-microsoft-com:",
)
# The signs of a formula's parts that their properties need not name.
_FORMULA_SIGNS = {"d": ("(", ")"), "nary": ("∫", ""), "rad": ("√", "")}
_CENTIMETRE, _POINT = 360_000, 12_700  # units of a drawing
_POINTS = re.compile(r"\b(width|height):(\d+(?:\.\d+)?)pt")
_WIDE = settings.centimetres("readers.word_parts.wide") * _CENTIMETRE
_HIGH = settings.centimetres("readers.word_parts.high") * _CENTIMETRE
# What programs write as the description of a picture: its number, its file, a guess at what it shows.
_NO_DESCRIPTION = re.compile(
    r"(?:图片|图|picture|image|grafik|shape|text ?box|文本框|logo|表格|table)?[\W\d_]*|\S+\.(?:png|jpe?g|gif|bmp|emf|wmf|tiff?|svg)"
    r"|.*(?:自动生成|automatically generated|AI[- ]generated).*|.{1,15}",
    re.I | re.S,
)


def shown(parent: Any) -> Iterator[tuple[str, Any]]:
    """(local name, element) of what may be shown right below an element.

    Of alternatives that is what a modern Word shows, and no content control that only holds its own request to fill it in.
    """
    for element in parent:
        name = tag(element)
        if name == "AlternateContent":
            yield from shown(_chosen(element))
        elif name == "sdt" and is_prompt(element):
            continue
        elif name and name not in _SILENT:
            yield name, element


def is_prompt(control: Any) -> bool:
    """Whether a content control shows its own request to fill it in."""
    return child(child(control, "sdtPr"), "showingPlcHdr") is not None


def _chosen(alternate: Any) -> Any:
    """The branch of mc:AlternateContent that a modern Word shows: the first choice of what it understands, else the fallback."""
    branches = {tag(branch): branch for branch in reversed(list(alternate))}
    choice, fallback = branches.get("Choice"), branches.get("Fallback")
    if choice is not None and fallback is not None and not _is_understood(choice):
        return fallback
    if choice is not None and (fallback is None or _says(choice) or not _says(fallback)):
        return choice
    return alternate if fallback is None else fallback


def _is_understood(choice: Any) -> bool:
    """Whether a choice asks for nothing but formats of Office."""
    asked = (choice.nsmap.get(prefix, "") for prefix in (choice.get("Requires") or "").split())
    return all(not space or space.startswith(_OFFICE) for space in asked)


def _says(branch: Any) -> bool:
    return any(tag(e) in ("t", "sym", "fldChar") for e in branch.iter())


def within(parent: Any, wanted: str) -> Iterator[Any]:
    """The rows ("tr") of a table or the cells ("tc") of a row, also those inside content controls; not those of tables in its cells."""
    for name, element in shown(parent):
        if name == wanted:
            yield element
        elif name not in ("p", "tbl"):
            yield from within(element, wanted)


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
        states = (switch(box, name) for name in ("checked", "default"))
        return "☑" if next((state for state in states if state is not None), False) else "□"
    if choices is None:
        return ""
    entries = [attribute(entry, "val") for entry in children(choices, "listEntry")]
    chosen = number(child(choices, "result"), "val")
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def drawn_field(instruction: str) -> str:
    """What a field of old Word draws that has no result: EQ its letters, SYMBOL a sign, others nothing."""
    kind, _, rest = instruction.strip().partition(" ")
    if kind.upper() == "SYMBOL" and (symbol := _SYMBOL.match(rest)):
        place, font = int(symbol[1], 16 if "x" in symbol[1].lower() else 10), symbol[2] or ""
        return sign(f"{place:04X}", font) if _SIGNS.match(font) else chr(place) * chr(place).isprintable()
    if kind.upper() != "EQ":
        return ""
    drawn = _PHONETIC.sub("", rest) if re.search(r"\\\*\s*jc\d", rest) else rest
    drawn = _STACKED.sub(r"\1/\2", _RING.sub(r"（\1）", _FORMATS.sub("", drawn)))
    return _ARGUMENTS.sub("", drawn).strip()


def is_page(picture: Any) -> bool:
    """Whether a picture is large enough to be a page or a table, and no logo or photograph of a person.

    A pic:pic has its sizes below it, a v:imagedata in the style of the shape around it.
    """
    style = dict(_POINTS.findall(picture.getparent().get("style") or ""))
    sizes = [(float(count(e, "cx")), float(count(e, "cy"))) for e in picture.iter("{*}ext")]
    sizes.append((float(style.get("width", 0)) * _POINT, float(style.get("height", 0)) * _POINT))
    return any(wide >= _WIDE and high >= _HIGH for wide, high in sizes)


def beside_text(main: Any, notes: Mapping[tuple[str, str], Any]) -> Iterator[tuple[Left, str]]:
    """(why, text) of what a document holds and no page shows: deletions, descriptions, notes nobody refers to.

    `notes` maps (footnote or endnote, its id) to the note.
    """
    for deleted in main.iter("{*}del"):
        if text := "".join(e.text or "" for e in deleted.iter("{*}delText")).strip():
            yield "deleted", text
    for control in main.iter("{*}sdt"):  # filled in by a program that left it marked as a prompt
        text = "".join(e.text or "" for e in control.iter() if tag(e) == "t").strip()
        if is_prompt(control) and not (is_hint(text) or is_empty(text)):
            yield "prompt", text
    for element in main.iter("{*}docPr", "{*}tblCaption", "{*}tblDescription"):
        text = (element.get("descr") or attribute(element, "val")).strip()
        if is_description(text):
            yield "described", text
    referred = {
        (tag(e).removesuffix("Reference"), attribute(e, "id"))
        for e in main.iter("{*}footnoteReference", "{*}endnoteReference")
    }
    for key, note in notes.items():
        if key not in referred and (text := "".join(_paragraphs(note))):
            yield "unreferred", text


def is_description(text: str) -> bool:
    """Whether a description of a picture or table says something, and was not written by a program."""
    return _NO_DESCRIPTION.fullmatch(text) is None


def margins_of(package: Package, main: Any) -> list[Margin]:
    """The paragraphs of the headers and footers; the first page's header before all."""
    titled = (section for section in main.iter("{*}sectPr") if switch(section, "titlePg"))
    references = [r for section in titled for r in children(section, "headerReference")]
    own = [package.referred(r) for r in references if attribute(r, "type") == "first"]
    first = [Margin(text, first=True) for root in own[:1] for text in _paragraphs(root)]
    rest = (root for kind in ("header", "footer") for root in package.every(kind))
    return [*first, *(Margin(text) for root in rest for text in _paragraphs(root))]


def _paragraphs(root: Any | None) -> Iterable[str]:
    """The texts of the paragraphs of a part, without the instructions of fields."""
    for paragraph in () if root is None else root.iter("{*}p"):
        text = "".join(e.text or "" for e in paragraph.iter() if tag(e) == "t").strip()
        if text:
            yield text
