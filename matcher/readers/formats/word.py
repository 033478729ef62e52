"""Word documents (.docx): every character that a reader sees, once, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from matcher import settings
from matcher.errors import DocumentError
from matcher.message import Catalogue
from matcher.readers.blocks import (
    UNREAD,
    Block,
    CellGrid,
    Content,
    Heading,
    Left,
    Losses,
    apart,
    in_cell,
    row_line,
)
from matcher.readers.encoding import drawn, sign
from matcher.readers.formats.embedded import Embedded, EmbeddedReader
from matcher.readers.formats.look import (
    PAPER,
    Styles,
    Unseen,
    filled_shape,
    ground_of,
    is_hidden_shape,
    is_squeezed,
    unseen,
)
from matcher.readers.formats.numbering import Numbering
from matcher.readers.formats.ooxml import Package, attribute, child, children, number, tag
from matcher.readers.formats.word_parts import (
    beside_text,
    drawn_field,
    form_field,
    is_page,
    margins_of,
    shown,
    signs,
    within,
)

say = Catalogue(__file__)

_WIDEST = settings.columns("readers.word.widest")
_MOST_CELLS = settings.cells("readers.word.most")
_INSTRUCTION = settings.characters("readers.word.instruction")
_LEFT_ROWS: tuple[tuple[str, Left], ...] = (("del", "deleted"), ("hidden", "hidden"))
_COUNTED = re.compile(r"\s*(?i:AUTONUM|LISTNUM)")
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def docx_blocks(raw: bytes, name: str, read: EmbeddedReader | None) -> Content:
    """The content of a .docx; `read` opens the documents that it embeds, None where it is itself one.

    Footnotes and text boxes follow the paragraph that they hang on. Deleted text of tracked changes
    and hidden, struck and invisible text is left out and said. Errors: DocumentError beyond the
    bounds of `ooxml`, and whatever the parsers raise on damage.
    """
    package = Package(raw, name)
    reader = _WordReader(package, Embedded(package, read))
    main = package.main()
    body = child(main, "body")
    blocks = list(reader.blocks(main if body is None else body, reader.paper(main)))
    for why, text in beside_text(main, reader.notes):
        reader.losses.leave(why, text)
    for kind, where in (("comment", package.every("comments")), ("subDoc", [main])):
        for _ in (element for root in where for element in root.iter(f"{{*}}{kind}")):
            reader.losses.skip(kind)
    losses = [*reader.losses.messages(), *reader.embedded.losses]
    return Content(blocks, losses, apart(margins_of(package, main), blocks))


class _WordReader:
    """Walks one document; keeps what reaches across paragraphs: lists, fields, what was left out."""

    def __init__(self, package: Package, embedded: Embedded) -> None:
        self.embedded = embedded
        self._styles = Styles(package.related("styles"))
        self._numbering = Numbering(package.related("numbering"))
        self.notes = {
            (kind, attribute(note, "id")): note
            for kind in ("footnote", "endnote")
            if (root := package.related(f"{kind}s")) is not None
            for note in children(root, kind)
        }
        self.losses = Losses()
        self._cells = 0
        self._fields: list[bool] = []  # for each open field whether its result has begun
        self._instruction = ""  # of the field that was opened last
        self._carried = ""  # the text of a paragraph whose end was deleted: it goes on in the next

    def paper(self, main: Any) -> str:
        """The colour of the page."""
        colour = attribute(child(main, "background"), "color")
        kinds = [attribute(mark, "fldCharType") for mark in main.iter("{*}fldChar")]
        # In a damaged file no field may swallow the rest.
        self._whole_fields = kinds.count("begin") == kinds.count("end")
        return colour if len(colour) == 6 else PAPER

    def blocks(self, parent: Any, ground: str) -> Iterator[Block]:
        """The blocks below an element, also those inside content controls and tracked insertions."""
        for name, element in shown(parent):
            if name == "p":
                yield from self._paragraph(element, ground)
            elif name == "tbl":
                yield self._table(element, ground)
            elif name == "altChunk":
                if (embedded := self.embedded.blocks(element)) is None:
                    self.losses.skip(name)
                yield from embedded or ()
            else:
                yield from self.blocks(element, ground)

    def _paragraph(self, paragraph: Any, ground: str) -> Iterator[Block]:
        """The paragraph with its number, then the text boxes and notes that hang on it."""
        properties = child(paragraph, "pPr")
        style = attribute(child(properties, "pStyle"), "val")
        line = _WordLine(style, ground_of(properties, ground))
        level = self._styles.outline(properties, style)
        key, depth, named = self._styles.listed(properties, style)
        line.squeezed = "tiny" if is_squeezed(child(properties, "spacing")) else None
        self._inline(paragraph, line)
        text = self._carried + "".join(line.pieces)
        self._carried = ""
        if child(child(properties, "rPr"), "del") is not None and not line.hanging:
            self._carried = text
            return
        is_hidden = not text.strip() and line.left == {"hidden"}
        if depth is None:
            depth = self._numbering.level_of_style(key, named) if named else 0
        mark = "" if is_hidden or not key else self._numbering.mark(key, depth)
        if mark and text.strip():
            text = f"{mark} {text}"
        if not line.hanging or text.strip():
            yield Heading(text, level) if level and text.strip() else text
        for content, behind in line.hanging:
            yield from self.blocks(content, behind)

    def _inline(self, parent: Any, line: _WordLine) -> None:
        """Adds the text of runs, wherever they are wrapped."""
        for name, element in shown(parent):
            if name == "r":
                self._run(element, line)
            elif name in ("drawing", "pict", "object"):
                self._drawing(element, line, line.ground)
            elif name == "t" and "/math" in element.tag:
                line.pieces.append(element.text or "")
            elif name == "fldSimple" and not len(element):
                line.pieces.append(self._drawn(attribute(element, "instr")[:_INSTRUCTION]))
            else:
                before, after = signs(element)
                line.pieces.append(before)
                self._inline(element, line)
                line.pieces.append(after)

    def _run(self, run: Any, line: _WordLine) -> None:
        properties = child(run, "rPr")
        character = attribute(child(properties, "rStyle"), "val")
        why = unseen(self._styles.look(line.style, character, properties), line.ground) or line.squeezed
        pieces: list[str] = []
        self._run_parts(run, line, pieces)
        text = "".join(pieces)
        if not text:
            return
        if why is None:
            line.pieces.append(text)
        elif text.strip():
            line.left.add(why)
            self.losses.leave(why, text)

    def _run_parts(self, run: Any, line: _WordLine, pieces: list[str]) -> None:
        for name, part in shown(run):
            if name == "fldChar":
                pieces.append(self._field(part))
            elif not all(self._fields):  # the instruction of a field, which is not shown
                if name == "instrText" and len(self._instruction) < _INSTRUCTION:
                    self._instruction += part.text or ""
            elif name == "t":
                pieces.append(drawn(part.text or "", attribute(child(child(run, "rPr"), "rFonts"), "ascii")))
            elif name in _SIGNS:
                pieces.append(_SIGNS[name])
            elif name == "br":
                pieces.append("" if attribute(part, "type") in ("page", "column") else "\n")
            elif name == "sym":
                pieces.append(sign(attribute(part, "char"), attribute(part, "font")))
            elif name in ("footnoteReference", "endnoteReference"):
                # Each once: notes may refer to notes, and to one another.
                note = self.notes.pop((name.removesuffix("Reference"), attribute(part, "id")), None)
                if note is not None:
                    line.hanging.append((note, line.ground))
            elif name in ("drawing", "pict", "object"):
                self._drawing(part, line, line.ground)
            elif name == "ruby":
                self._inline(part, line)

    def _drawn(self, instruction: str) -> str:
        """What a field without a result draws; a number that only Word counts is named as not read."""
        if _COUNTED.match(instruction):
            self.losses.skip("fieldNumber")
        return drawn_field(instruction)

    def _field(self, mark: Any) -> str:
        """Notes where a field begins and ends; gives what a form field without text shows."""
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            text = form_field(child(mark, "ffData")) if all(self._fields) else ""
            self._instruction = ""
            if self._whole_fields:
                self._fields.append(False)
            return text
        if self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end" and not self._fields.pop() and all(self._fields):
            return self._drawn(self._instruction[:_INSTRUCTION])
        return ""

    def _drawing(self, drawing: Any, line: _WordLine, ground: str) -> None:
        """The text boxes of a drawing, each once; what holds text in another way is counted as not read."""
        ground = "none" if filled_shape(drawing) else ground
        for name, element in shown(drawing):
            if is_hidden_shape(element):
                self.losses.leave("hidden", "".join(e.text or "" for e in element.iter("{*}t")))
            elif name == "txbxContent":
                line.hanging.append((element, ground))
            elif name in ("pic", "imagedata"):
                if is_page(element):
                    self.losses.skip("pic")
            elif name in UNREAD:
                self.losses.skip(name)
            elif name == "txBody":
                line.pieces += ["".join(p.itertext()) + "\n" for p in element if tag(p) == "p"]
            elif name == "textpath":
                line.pieces.append(element.get("string") or "")
            else:
                self._drawing(element, line, ground)

    def _table(self, table: Any, ground: str) -> CellGrid:
        """Rows of cells on the table's grid; a cell that continues a merged one is ""."""
        properties = child(table, "tblPr")
        if self._styles.shaded(attribute(child(properties, "tblStyle"), "val")):
            ground = "none"
        ground = ground_of(properties, ground)
        return [cells for row in within(table, "tr") if (cells := self._row(row, ground))]

    def _row(self, row: Any, ground: str) -> list[str]:
        properties = child(row, "trPr")
        cells = [""] * min(max(number(child(properties, "gridBefore"), "val"), 0), _WIDEST)
        for cell in within(row, "tc"):
            own = child(cell, "tcPr")
            if child(own, "cellDel") is not None:
                self.losses.leave("deleted", in_cell(self.blocks(cell, ground)))
                continue
            merges = [child(own, name) for name in ("vMerge", "hMerge")]
            continued = any(m is not None and attribute(m, "val") in ("", "continue") for m in merges)
            text = in_cell(self.blocks(cell, ground_of(own, ground)))
            if continued:
                self.losses.leave("hidden", text)
            cells.append("" if continued else text)
            span = number(child(own, "gridSpan"), "val") or number(child(cell, "gridSpan"), "val")
            cells += [""] * min(max(span - 1, 0), max(_WIDEST - len(cells), 0))
        self._cells += len(cells)
        if self._cells > _MOST_CELLS:
            raise DocumentError(say("Word.tables too large", most=_MOST_CELLS))
        low: Left | None = "tiny" if is_squeezed(child(properties, "trHeight")) else None
        if left := next((why for mark, why in _LEFT_ROWS if child(properties, mark) is not None), low):
            self.losses.leave(left, row_line(cells))
            return []
        return cells


class _WordLine:
    """One paragraph while it is read: its text, what hangs on it, why parts of it were left out."""

    def __init__(self, style: str, ground: str) -> None:
        self.style, self.ground = style, ground
        self.pieces: list[str] = []
        self.hanging: list[tuple[Any, str]] = []
        self.left: set[Unseen] = set()
        self.squeezed: Unseen | None = None  # where its lines are too low for letters
