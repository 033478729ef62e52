"""What stands above the rows of a table: the name of their section and the office that serves them."""

from __future__ import annotations

from dataclasses import dataclass, field

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.blocks import LONGEST_LINE, Unit
from matcher.guide.columns import flat
from matcher.guide.grids import Grid
from matcher.guide.headings import inner_mark
from matcher.guide.lines import units_of
from matcher.guide.marks import rank
from matcher.guide.offices import Contact, parse_contact
from matcher.guide.prior import cue, is_contact
from matcher.guide.titles import take_brackets
from matcher.readers import Document
from matcher.segment import fold
from matcher.types import Role

_LINES_ABOVE = settings.lines("guide.tables.above")


@dataclass
class Caption:
    """A section's name ("" for none), its contact, and the roles of the lines that gave them.

    `weak`: the contact's line does not say whose it is (联系人：), so it may be the whole document's.
    """

    name: str = ""
    contact: Contact | None = None
    weak: bool = False
    roles: dict[int, Role] = field(default_factory=dict)

    def take(self, text: str, span: tuple[int, int], longest: int) -> bool:
        """Whether a line is a part of the caption, its name at most `longest`: 一、重点项目（信息处 0877-2650191） or 联系处室：信息处."""
        folded, (marked, name) = fold(text), without_mark(text)
        headed = (marked and cue(fold(name)) >= 0) or vocabulary.SECTION_LINE.fullmatch(folded)
        strong = bool(vocabulary.STRONG_OFFICE.match(folded)) or is_contact(folded)
        if strong or vocabulary.WEAK_OFFICE.match(folded):
            contact = parse_contact(text)
            if contact is None or (self.contact is not None and strong <= (not self.weak)):
                return False
            self.contact, self.weak = contact, not strong
            role: Role = "office"
        elif headed and not self.name and len(text) <= longest:  # a mark, or the words of a section
            self.name, contact = named(text)
            if contact is not None:
                self.contact, self.weak = contact, False
            role = "heading"
        else:
            return False
        self.roles.update(dict.fromkeys(range(span[0], span[1] + 1), role))
        return True


def caption_above(document: Document, grid: Grid) -> Caption:
    """The heading right above a table, such as 一、重点项目, and the office's line between them."""
    caption = Caption()
    for line in range(grid.spans[0][0] - 1, max(0, grid.spans[0][0] - _LINES_ABOVE), -1):
        text = flat(document.lines[line - 1])
        if text and (not caption.take(text, (line, line), LONGEST_LINE) or caption.name):
            break
    return caption


def caption_within(grid: Grid, header: int) -> Caption:
    """The last caption and the first office in the rows above a table's header that have one cell."""
    caption = Caption()
    for row, span in zip(grid.rows[:header], grid.spans[:header], strict=True):
        cells = [flat(cell) for cell in row if cell.strip()]
        if len(cells) == 1:
            known, caption.name = caption.name, ""
            caption.take(cells[0], span, len(cells[0]))
            caption.name = caption.name or known
    return caption


def named(text: str) -> tuple[str, Contact | None]:
    """A caption without its mark and without the office in its bracket, and that office."""
    name = without_mark(text)[1]
    plain, contact, _ = take_brackets(name)
    return (name, None) if contact is None else (plain, contact)


def without_mark(text: str) -> tuple[bool, str]:
    """(whether the text begins with a mark, the text without it)."""
    unit = first_unit(text)
    if unit is None:
        return False, text
    for kind in sorted(unit.marks, key=rank):
        start = unit.marks[kind].start
        if kind not in ("code", "bullet", "label") and start < len(unit.text):
            mark = inner_mark(unit.marks) if kind.startswith("md") else None  # ## Theme A – Forest
            return True, unit.slice(mark.start if mark else start).strip("：: ")
    return False, text.strip("：:【】 ")


def first_unit(text: str) -> Unit | None:
    """The first unit of a cell's text; None if it is blank."""
    return next(iter(units_of(Document("", (text,)))), None)
