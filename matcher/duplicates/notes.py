"""The finding on one submission, on one page: what overlaps, with which, both passages, shares; a reviewer judges.

A note is what `notes` gathers; `html` prints it, and `word`, where the same note gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher import pages, settings
from matcher.duplicates import Findings, Pair
from matcher.duplicates.cases import Case, Cases, answer_name, case_of
from matcher.duplicates.reports import headings, kind_name, team_name
from matcher.files import plain_name, replacing, replacing_file
from matcher.message import CLAUSE, Catalogue, bracketed, joined, share
from matcher.screen import shortened, spoken
from matcher.sheet import packed_document, printable
from matcher.types import Proposal

say = Catalogue(__file__)

MOST_OVERLAPS = settings.count("duplicates.notes.most_others")
MOST_PASSAGES = settings.count("duplicates.notes.most_passages")
LONGEST_QUOTE = settings.characters("duplicates.notes.longest_passage")
_HEADLINE = settings.characters("duplicates.notes.headline")
_WHO = settings.characters("duplicates.notes.who")
_CELL = settings.characters("duplicates.notes.cell")
_REMARK = settings.characters("duplicates.notes.remark")

_OVERLAP = ("other", "kind", "concern", "this in other", "other in this", "sentences alike", "team", "judged")
_SIDES = ("other", "this text", "the other's")
_FONT, _SIZE, _SMALL = "Microsoft YaHei", 9, 8  # points
_MARGIN = 14  # millimetres
NoteTable = tuple[Sequence[str], Sequence[Sequence[str]]]  # what stands over its columns, and its rows
_WIDTHS = ((63, *[17] * 7), (26, 78, 78))  # millimetres of the columns of both tables


@dataclass(frozen=True, slots=True)
class Overlap:
    """One other submission that the note's may repeat, seen from the note's side; shares in [0, 1]."""

    other: Proposal
    archived: bool
    pair: Pair
    case: Case
    this_in_other: float
    other_in_this: float
    passages: tuple[tuple[str, str], ...]

    def cells(self) -> tuple[str, ...]:
        """What the table says of it, under _OVERLAP."""
        p = self.other
        where = say("notes.earlier" if self.archived else "notes.batch")
        who = joined(filter(None, (where, p.year, p.organisation, p.principal_investigator)), CLAUSE)
        named = f"{shortened(p.id, _CELL)} {shortened(p.title, _CELL)}"
        return (
            joined([named, bracketed(who.each(lambda text: shortened(text, _CELL)))]), kind_name(self.pair.kind),
            f"{self.pair.concern:.2f}", share(self.this_in_other), share(self.other_in_this),
            share(self.pair.reworded), team_name(self.pair.same_team),
            joined(filter(None, (answer_name(self.case.answer), shortened(self.case.note, _REMARK))), " "),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A submission and the others that it may repeat, most concerning first."""

    proposal: Proposal
    overlaps: tuple[Overlap, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Who submitted what, and how many others there are."""
        p = self.proposal
        who = "　".join(filter(None, (p.id, p.year, p.organisation, p.principal_investigator, p.declared)))
        hidden = len(self.overlaps) - MOST_OVERLAPS
        more = [say("notes.more", hidden=hidden)] if hidden > 0 else []
        return (
            shortened(p.title, _HEADLINE),
            shortened(who, _WHO),
            joined([say("notes.near", count=len(self.overlaps)), *more]),
        )

    def passages(self) -> Iterator[tuple[str, str, str]]:
        """(id of the other, this text, the other's) for MOST_PASSAGES: the first of each other, then the second …"""
        shown = self.overlaps[:MOST_OVERLAPS]
        depth = max((len(o.passages) for o in shown), default=0)
        ranked = [(o.other.id, *o.passages[i]) for i in range(depth) for o in shown if i < len(o.passages)]
        for name, this, other in ranked[:MOST_PASSAGES]:
            yield shortened(name, _CELL), shortened(this, LONGEST_QUOTE), shortened(other, LONGEST_QUOTE)

    def tables(self) -> tuple[NoteTable, NoteTable]:
        """The others, MOST_OVERLAPS at most, and the passages."""
        overlaps = [overlap.cells() for overlap in self.overlaps[:MOST_OVERLAPS]]
        return (headings(*_OVERLAP), overlaps), (headings(*_SIDES), list(self.passages()))


def notes(findings: Findings, cases: Cases) -> list[Note]:
    """A note for every submission of the batch that is in a pair, in the order of the pairs."""
    gathered: dict[str, list[Overlap]] = {}
    for pair in findings.pairs:
        case = case_of(cases, findings, pair)
        for this, other in ((pair.a, pair.b), (pair.b, pair.a)):
            if not (pair.archived and this == pair.b):
                overlap = _overlap(findings, pair, case, this, other)
                gathered.setdefault(this, []).append(overlap)
    return [Note(findings.proposals[name], tuple(overlaps)) for name, overlaps in gathered.items()]


def _overlap(findings: Findings, pair: Pair, case: Case, this: str, other: str) -> Overlap:
    first = this == pair.a
    mine, theirs = findings.proposals[this].text, findings.proposals[other].text
    sides = [(s[:2], s[2:]) if first else (s[2:], s[:2]) for s in pair.spans]
    longest = sorted(sides, key=lambda s: s[0][0] - s[0][1])
    return Overlap(
        findings.proposals[other],
        pair.archived and first,
        pair,
        case,
        pair.a_in_b if first else pair.b_in_a,
        pair.b_in_a if first else pair.a_in_b,
        tuple((mine[a:b], theirs[c:d]) for (a, b), (c, d) in longest[:MOST_PASSAGES]),
    )


def write_notes(findings: Findings, cases: Cases, folder: Path) -> int:
    """Write each note as .html and .docx into `folder`, numbered in the order of the pairs; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = notes(findings, cases)
    for number, note in enumerate(written, 1):
        name = plain_name(note.proposal.id)
        with replacing(folder / f"{number:04d}-{name}.html") as stream:
            stream.writelines(html(note))
        with replacing_file(folder / f"{number:04d}-{name}.docx") as part:
            part.write_bytes(word(note))
    return len(written)


def word(note: Note) -> bytes:
    """The note as a Word document."""
    judge = (say("notes.advice"), say("notes.fill in"))
    return _document(say("notes.title"), note.lines, note.tables(), judge)


def html(note: Note) -> Iterator[str]:
    """The note as one page (templates/finding.html)."""
    values = {
        "title": say("notes.title"),
        "lines": note.lines,
        "tables": [(*table, kind) for table, kind in zip(note.tables(), ("first", "narrow"), strict=True)],
        "judge": say("notes.advice"),
        "fill_in": say("notes.fill in"),
    }
    return pages.page("finding.html", values)


def _document(title: str, lines: Sequence[str], tables: Sequence[NoteTable], last: Sequence[str]) -> bytes:
    """A page of A4: title, lines (the first bold), tables that have a row, and the last lines."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    page = docx.Document()
    section = page.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN))
    style = page.styles["Normal"]
    style.font.name = _FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(2)
    _paragraph(page, title, 13, bold=True)
    for number, line in enumerate(lines):
        _paragraph(page, line, _SIZE + 2 * (number == 0), bold=number == 0)
    for (heads, rows), widths in zip(tables, _WIDTHS, strict=True):
        if rows:
            _table(page, [heads, *rows], widths)
            _paragraph(page, "", _SMALL)
    for line in last:
        _paragraph(page, line, _SIZE)
    return packed_document(page.save)


def _paragraph(page: Any, text: str, size: float, *, bold: bool = False) -> None:
    from docx.shared import Pt

    run = page.add_paragraph().add_run(printable(spoken(text)))
    run.font.size, run.bold = Pt(size), bold


def _table(page: Any, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    from docx.shared import Mm, Pt

    table = page.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # the grid, which LibreOffice goes by; Word goes by the cells
    for number, row in enumerate(rows):
        for cell, text, width in zip(table.add_row().cells, row, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(printable(spoken(text)))
            run.font.size, run.bold = Pt(_SMALL), number == 0
