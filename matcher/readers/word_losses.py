"""What a Word document holds beside its text, and no page or only its margins show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from matcher.readers.blocks import Block, Margin, row_line
from matcher.readers.losses import Left
from matcher.readers.ooxml import Package, attribute, children, switch, tag

# What programs write as the description of a picture: its number, its file, a guess at what it shows.
_NO_DESCRIPTION = re.compile(
    r"(?:图片|图|picture|image|grafik|shape|text ?box|文本框|logo|表格|table)?[\W\d_]*|\S+\.(?:png|jpe?g|gif|bmp|emf|wmf|tiff?|svg)"
    r"|.*(?:自动生成|automatically generated|AI[- ]generated).*|.{1,15}",
    re.I | re.S,
)
_PAGE_NUMBER = re.compile(
    r"[\W\d_]*(?:第[\W\d_]*页)?[\W\d_]*(?:共[\W\d_]*页)?[\W\d_]*|(?i:[\W\d]*page[\W\d]*(?:of)?[\W\d]*)"
)


def beside_text(main: Any, notes: Mapping[tuple[str, str], Any]) -> Iterator[tuple[Left, str]]:
    """(why, text) of what a document holds and no page shows: deletions, descriptions, notes nobody refers to.

    `notes` maps (footnote or endnote, its id) to the note.
    """
    for deleted in main.iter("{*}del"):
        if text := "".join(e.text or "" for e in deleted.iter("{*}delText")).strip():
            yield "deleted", text
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


def margins_of(package: Package, main: Any, blocks: Sequence[Block]) -> list[Margin]:
    """What stands in the headers and footers alone, and is no page's number; the first page's header before all."""
    titled = (section for section in main.iter("{*}sectPr") if switch(section, "titlePg"))
    references = [r for section in titled for r in children(section, "headerReference")]
    own = [package.referred(r) for r in references if attribute(r, "type") == "first"]
    first = [Margin(text, first=True) for root in own[:1] for text in _paragraphs(root)]
    rest = (root for kind in ("header", "footer") for root in package.every(kind))
    return apart([*first, *(Margin(text) for root in rest for text in _paragraphs(root))], blocks)


def apart(margins: Iterable[Margin], blocks: Sequence[Block]) -> list[Margin]:
    """Those of the headers and footers, each once, that the pages do not repeat and that are no page's number."""
    margins = list(margins)
    if not margins:
        return []
    body = "".join(_plain(_text(block)) for block in blocks)
    seen = {margin.text: margin for margin in reversed(margins)}
    return [
        seen[text]
        for text in dict.fromkeys(margin.text for margin in margins)
        if not _PAGE_NUMBER.fullmatch(text) and _plain(text) not in body
    ]


def _paragraphs(root: Any | None) -> Iterable[str]:
    """The texts of the paragraphs of a part, without the instructions of fields."""
    for paragraph in () if root is None else root.iter("{*}p"):
        text = "".join(e.text or "" for e in paragraph.iter() if tag(e) == "t").strip()
        if text:
            yield text


def _text(block: Block) -> str:
    if isinstance(block, list):
        return "".join(row_line(row) for row in block)
    return block if isinstance(block, str) else block.text


def _plain(text: str) -> str:
    return "".join(text.split())
