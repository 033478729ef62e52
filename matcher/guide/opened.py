"""A document opened as a guide: its lines as units, its tables, its title, and what of it may be a list in text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from matcher import settings
from matcher.errors import GuideError
from matcher.guide import vocabulary
from matcher.guide.lists.candidates import ListReader, readers
from matcher.guide.prior import Run
from matcher.guide.tables.grids import Grid, grids_of
from matcher.guide.tables.layouts import read_forms
from matcher.guide.tagger.by_meaning import tagged_of
from matcher.guide.tagger.titles import Tagged
from matcher.guide.text.blocks import LONGEST_TITLE, SHORT_LINE, Unit
from matcher.guide.text.lines import heads_of, units_of
from matcher.guide.text.page_lines import INDEX_ENTRY, without_long_runs
from matcher.message import Catalogue
from matcher.readers import Document
from matcher.segment import fold

say = Catalogue(__file__)

_MOST_LINES = settings.lines("guide.opened.most")
_WORDS = settings.words("guide.titles.fewest")
_LATIN = settings.factor("guide.titles.latin")
_INDEX = re.compile(rf"^目\s*[录次]$|{INDEX_ENTRY.pattern}")
_HEAD = settings.lines("guide.titles.head")
_NO_TITLE = re.compile(
    r"附件|附:|附录|首页|当前位置|您的位置|来源|发布|时间:|点击|浏览|字号|打印|索引号|文号|\d{4}[-年/.]\d|\W*$"
    r"|.{0,12}[〔\[(]\d{4}[〕\])]\s*\d+号"
)


@dataclass(frozen=True)
class Opened:
    """What a reading of a document starts from: `heads` are lines that are no text, `below` the units from its title on."""

    document: Document
    heads: set[int]
    units: list[Unit]
    grids: list[Grid]
    title: str
    title_units: list[Unit]
    titled: bool  # its title says that it is a guide
    below: list[Unit]

    @cached_property
    def loose(self) -> list[Unit]:
        """The units that stand in no table."""
        _, covered = read_forms(self.grids)
        grids = [grid for grid in self.grids if not grid.lines_of() & covered]
        # A table with two columns may be a form (课题名称 | …), which reads like text; others are not text.
        gridded = {n for grid in grids for n in grid.lines_of(2)} | covered
        return [unit for unit in self.below if unit.lines[0] not in gridded]

    @cached_property
    def tagged(self) -> Tagged | None:
        """Its text as the tagger sees it."""
        return tagged_of(self.below, {line for grid in self.grids for line in grid.lines_of(2)})

    def is_likely(self, run: Run) -> bool:
        """Whether the tagger holds the items of a run for topics."""
        return self.tagged is not None and self.tagged.odds_of(run) >= 0

    @cached_property
    def readers(self) -> list[ListReader]:
        """One reader for every kind of mark in its text."""
        return readers(self.loose, self.titled)


def opened(document: Document) -> Opened:
    """A document as its reading starts; GuideError for one of more lines than a guide has, before they are read."""
    if (count := len(document.lines)) > _MOST_LINES:
        raise GuideError(say("opened.long", name=document.name, count=count, most=_MOST_LINES))
    document = without_long_runs(document)
    no_text = heads_of(document)
    units = units_of(document, no_text)
    grids = grids_of(document)
    gridded = {n for grid in grids for n in grid.lines_of(1)}
    title, title_units = document_title([u for u in units if u.lines[0] not in gridded], document.name)
    heads = [fold(title), *(u.text for u in title_units)] if title_units else []  # broken over lines
    titled = any(vocabulary.TITLE_WORDS.search(text) for text in heads)
    below = [u for u in units if not titled or u.lines[0] >= title_units[0].lines[0]]  # its lists
    return Opened(document, no_text, units, grids, title, title_units, titled, below)


def document_title(units: Sequence[Unit], name: str) -> tuple[str, list[Unit]]:
    """(title, its units): the short lines at the top up to the one that says 指南 or 通知; else `name`, the file's."""
    head: list[Unit] = []
    for unit in units[:_HEAD]:
        text = unit.text
        if not any(c.isalnum() for c in text) or _INDEX.search(text):
            continue
        if _NO_TITLE.match(text) or vocabulary.ADDRESSEE.match(text) or _length(text) > LONGEST_TITLE:
            if head and len(text) > LONGEST_TITLE:
                break
            head = []
            continue
        numbered = any(not k.startswith("md") and k not in ("coded", "code", "label") for k in unit.marks)
        if not head and not numbered and text[-1] in "。;":
            continue  # a notice's sentence above the guide that it sends
        if numbered or text[-1] in "。;" or vocabulary.LEAD_IN.search(text):
            break
        head.append(unit)
        if vocabulary.TITLE_WORDS.search(text) and not (
            len(head) > 1 and vocabulary.SECTION_LINE.fullmatch(text)
        ):
            # A title broken over lines: 2021年……项目 / （……）申报指南; the name of an office above is none.
            if text.isascii() and len(text.split()) < _WORDS and len(head) > 1:
                return _plain(head[0]), head  # Program Solicitation, below the programme's name
            goes_on = text[0] in "(《" or len(text) <= SHORT_LINE
            joined = head[-2:] if goes_on else head[-1:]
            return "".join(_plain(u) for u in joined), joined
    if head and head[0] is units[0]:
        return _plain(head[0]), head[:1]
    return name, []


def _length(text: str) -> float:
    """The characters of a text as if all were Chinese: Latin ones say less than half as much."""
    latin = sum(c.isascii() for c in text)
    return len(text) - latin + _LATIN * latin


def _plain(unit: Unit) -> str:
    """A unit's text without the marks of Markdown."""
    mark = next((m for k, m in unit.marks.items() if k.startswith("md")), None)
    return unit.slice(mark.start if mark else 0).strip("*")
