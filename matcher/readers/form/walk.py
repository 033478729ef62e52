"""Walks the blocks of an application form and collects what stands under its labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.readers.blocks import Document, Table, row_line
from matcher.readers.fields.in_lines import LONG, is_number, label_of, number_of, with_values
from matcher.readers.fields.labels import asked
from matcher.readers.fields.values import (
    BRACKETED,
    closes,
    is_empty,
    is_hint,
    is_own_title,
    is_prose,
    opens,
    value_of,
)
from matcher.readers.fields.words import SAY_IT
from matcher.readers.form.answers import Answers
from matcher.readers.form.directions import directions, limited
from matcher.readers.form.doubts import is_rest
from matcher.readers.form.hard_wrap import ended
from matcher.readers.form.headings import (
    NO_LABEL,
    OpenSection,
    asks,
    contents,
    ends_section,
    heading_fields,
    is_contents,
    is_part,
    is_parting,
    lines_alone,
    request,
    rows_in,
)
from matcher.readers.form.letter_frame import LetterFrame, addresses
from matcher.readers.form.owners import OUTSIDE, Sides
from matcher.readers.form.page_frame import framed
from matcher.readers.form.people_beside import side_by_side
from matcher.readers.form.registers import (
    bare_line,
    field_line,
    heading_lines,
    labels_of_line,
    run_ins,
    terms,
)
from matcher.readers.form.row_heads import by_spaces, by_tab, list_rows, named_reach, with_rows
from matcher.readers.form.rows import Rows
from matcher.readers.form.unread import MOST_LOOKED, WANTED, named_value
from matcher.segment import HAN

_CLAUSE, _GAP = re.compile(r"第[一二三四五六七八九十\d]{1,3}条"), re.compile(r"\t+| {2,}|　{2,}")
_OF_CONTRACT = re.compile(r"^(?:合同|协议)(?=(?:名称|编号)\s*[:：])")
_SIGNED, _OF_SUMS = re.compile("签[字章名]|盖章"), re.compile(r"[\d元]|费")
_BEFORE_ANSWER = re.compile(r"[^?？]{4,80}[?？](?=\s+[^\s(（])")
_SPREAD = re.compile(rf"(?<![{HAN}][{HAN}])(?<=[{HAN}])[ 　]{{2,4}}(?=[{HAN}](?![^\s:：]))")  # 课  题  名  称
_UNTICKED = re.compile(r"(?:[□☐○◯]\s*[^□☐○◯☑☒■●√✓✔]+)+|[-*+•]?\s*[\[［(（]\s*[\]］)）][^\[［(（☑☒√✓✔]+")
_OPTION = re.compile(
    r"[-*+•]?\s*(?:\[\s*[xX√✓✔]?\s*\]|[(（](?:[xX√✓✔●]|\s+)[)）](?=\s)|[□☐☑☒✓✔])(?!.*[□☐☑☒✓✔])\s*\S"
)  # - [x] Theme 2: Speech
_BAR, _BOXED, _NONE_TICKED = (
    re.compile("[|｜]"),
    re.compile("[□☐○◯☑☒■●√✓✔]"),
    re.compile(r"(?:[□☐]\s*[^□☐○◯☑☒■●√✓✔]+){2,}"),
)


class FormWalk(Answers):
    """The fields, sections and loose lines of one document, in its order."""

    def __init__(self, document: Document) -> None:
        """Walk through all blocks."""
        super().__init__(wrapped=document.wrapped)
        self.loose: list[str] = []
        self.unknown: list[tuple[str, str]] = []  # (name, value) of lines whose name nobody knows
        self.frame = LetterFrame()
        self.cover: list[str] = []  # the loose lines above the first section
        self.first, self.leading = "", 0  # the first of all lines, if loose, and how many of the cover are
        self._rows = Rows(self)
        # The field that the line above gave, and whether spaces alone part labels and values.
        self._valued, self._spaced = "", False
        self.above = ""  # the line or the row of one cell above a row
        self.looked = 0  # lines and cells so far
        alone = "\n".join(cells[0] for _, cells, _ in rows_in(document) if len(cells) == 1)
        lines = [text for line in alone.splitlines() if (text := bare_line(line))]
        rows = (row for block in document.blocks if isinstance(block, Table) for row in block.rows)
        self._sides = Sides([*lines, *("：".join(row) for row in rows if len(row) == 2)])
        self._around, self._ended = framed(lines), ended(document)
        self._by_questions, self._contents = asks(lines), contents(lines[:MOST_LOOKED])
        self._headings, self._directions = heading_lines(lines[:MOST_LOOKED]), directions(document)
        self._headings |= {*filter(limited, lines[:MOST_LOOKED]), *terms(document)}
        self._run_ins = run_ins(lines)
        # Headings below an abstract; a page's lines may end in the midst of a sentence.
        self._alone = {line for line, _ in lines_alone(() if document.wrapped else lines[:MOST_LOOKED])}
        self._alone.update(filter(is_part, lines))
        for piece in with_rows(document, MOST_LOOKED):
            if isinstance(piece, Table):
                self._table(piece.rows)
            elif isinstance(piece, list):
                self.open = self.open if self.open and not self.open.lines else None
                self._table(piece)
            elif piece[0][0] == "\t" and self._rows.heads:
                self._rows.read([piece[0].split("\t")])  # below a cell merged over several rows
            else:
                for part in self._sides.parts(piece[0]):
                    self.line(part, level=max(piece[1], 0))
            self.above = piece[0] if isinstance(piece, tuple) else ""
        self.loose = self.frame.text_of(self.loose, ends=self.loose[-1:] == lines[-1:] or not self.parts)

    def _table(self, table: Sequence[Sequence[str]]) -> None:
        """All rows of a table: those of a list below the heading of a section are its text."""
        rows, listed, asked_of = Rows(self), 0, None
        if rows.across(table):
            return
        readings = rows.readings(table := side_by_side(table))
        if not self._wrapped and self._abstract_ended():
            self.open = None
        for n, row in enumerate(table):
            section = self.open
            if section and section is not asked_of and (not n or (section.in_table and not section.lines)):
                # What the head of a list may name is sought elsewhere.
                lacking = set(WANTED) - self.fields.keys()
                wanted = lacking if section.kind in LONG else lacking | SAY_IT
                listed, asked_of = n + list_rows(readings[n:], section.kind, wanted), section
            if n < listed:
                self.text(row_line(row))
            elif len(row) == 2 and self._side("：".join(row)):
                continue
            else:
                rows.take(readings, n)
        if self.open is not None and self.open.in_table and (self.open.lines or not self._wrapped):
            self.open = None  # but a page's lines may be no table where a heading stands alone
        self.waiting = self.waiting if self._wrapped else None
        self.valued = ""

    def looks(self, count: int = 1) -> bool:
        """Whether labels are still looked for in the next line or row of so many cells; who takes no part is named for one alone."""
        self.looked += count
        self.owner = self.block if self.owner in OUTSIDE else self.owner
        return self.looked <= MOST_LOOKED

    def line(self, line: str, *, level: int = 0, in_table: bool = False) -> None:
        """One line of text: labels with values, a heading, a hint, or text of what is open."""
        self._valued, self.valued = self.valued, ""
        text = bare_line(line)
        if not text or self._explains(text) or (not in_table and self._frames(text)):
            return
        if not self.looks() or (self.waiting and _OPTION.match(text)):
            self.text(text)
            return
        text = _OF_CONTRACT.sub("项目", text) if self._sides.two else self._run_ins.get(text, text)
        loose = self._sides.begins(text) or bool(self.fields if self.open is None else self.open.beside)
        labels = labels_of_line(text, self.open, self.fields, loose=loose)
        if not in_table and (cells := self._cells(text, colon=bool(labels))):
            self._rows.read([cells])
            return
        if labels:
            before = text[: labels[0].start].strip()
            self.owned((), before)
            self.text("" if is_number(before) else before)
            for label, value in with_values(text, labels):
                for piece in self.take(label.places, label.text, value, in_table=in_table):
                    self.text(piece)
            return
        marked = text in self._headings or (self._abstract_ended() and not in_table and text in self._alone)
        if not (places := label_of(text, column=text[-1] in "*＊")):
            places = heading_fields(text) if marked or level else request(text, self._by_questions, self.open)
        self.begin(text, heading=marked or level > 0)
        if places and (text[-1] not in NO_LABEL or (text[-1] in "。；" and number_of(text)[0])):
            self.head(places, text, in_table=in_table, level=level)
        elif is_parting(text):
            self.open = self.waiting = None
        elif marked or ends_section(text, level, self.open, begun=bool(self.fields or self.parts)):
            self.start(OpenSection("other", number_of(text)[2], number_of(text)[:2], in_table, level))
        elif named := field_line(text, self.open, self.fields):
            self.start(OpenSection("other", named[0], in_table=in_table, beside=True, lines=[named[1]]))
        else:
            self.text(text)

    def take(
        self, places: tuple[str, ...], label: str, value: str, *, in_table: bool = False, ends: bool = False
    ) -> Sequence[str]:
        """A label with its value as in any form, but of a contract not what is said of who pays."""
        places = ("organisation",) if self._sides.names(label) else places
        if self._sides.theirs(places[0], label):
            self.rivals.append((places[0], label, value.strip()))
            return ()
        return super().take(places, label, value, in_table=in_table, ends=ends)

    def _side(self, text: str) -> bool:
        """Whether a line begins the part of one side of a contract, whose name it takes."""
        if (side := self._sides.named(text)) is not None:
            field_, label, name = side
            self.open = self.waiting = None
            self.set(field_, value_of(name), label)
        return side is not None

    def _frames(self, text: str) -> bool:
        """Whether a line is of the letter or contract around a proposal: how it begins and ends, and whose names stand below."""
        sent = not (self.parts or self.fields) and self.frame.dispatches(text, self.loose, self.cover)
        if sent or (text in self._around and self.ends_at(text)) or self._side(text):
            return True
        begins = opens(text) or addresses(text, "".join(self.loose[-1:]))
        if not (ends := closes(text)) and ((self.open and self.open.kind in LONG) or not begins):
            if self._sides.two and (
                _CLAUSE.match(text) or (_SIGNED.search(text) and self._sides.begins(text))
            ):
                self.open = self.waiting = None
                self._sides.end()
            return False
        self.open = self.waiting = None
        self.frame.goes_on(ends=ends)
        if not ends and not self.parts and text.isascii():  # above one in Chinese stands the title
            self.set("title", self.frame.head(self.loose))
            self.first, self.leading = "", 0
            self.loose, self.cover = [], []
        return True

    def _explains(self, text: str) -> bool:
        """Whether a line lists a heading, or is about the one above it: its name or a hint in brackets, the question it stands for."""
        if is_contents(text) or text in self._contents:
            return True
        if text in self._directions and (self.waiting or (self.open is not None and not self.open.lines)):
            return True
        if text[0] in "（(" and BRACKETED.fullmatch(text):
            return self._names_above(text[1:-1]) or is_hint(text)
        if text in self._headings:
            return False
        below = self.open is not None and not self.open.lines and self.open.heading[-1:] not in "?？"
        rest = self._wrapped and text[0].islower() and text[-1] == "?"  # of a question that the page broke
        return below and (rest or bool(asked(text)))

    def _names_above(self, text: str) -> bool:
        """Whether a text in brackets names the line above it, whose value that is."""
        places = label_of(text)
        if not (places and self.loose and self.open is None) or self.choose(places) in (*LONG, *self.fields):
            return False
        value = self.loose.pop()
        self.first = "" if value == self.first else self.first
        self.take(places, text, value)
        return True

    def _abstract_ended(self) -> bool:
        """Whether the open section is an abstract whose text ends with a sentence: a table or a short field is none of it."""
        return self.open is not None and self.open.kind == "abstract" and self.open.ended

    def _cells(self, text: str, *, colon: bool) -> list[str]:
        """The cells of a line that is a row in all but name, set apart by white space after a label; [] for others."""
        if " | " in text or (_BAR.search(text) and label_of(_BAR.split(text)[0])):
            return re.split(r" \| |[|｜]", text)
        if colon or (apart := by_tab(text)):
            return [] if colon else apart
        if self._by_questions and (question := _BEFORE_ANSWER.match(text)) and heading_fields(question[0]):
            return [question[0], text[question.end() :]]
        cells = _GAP.split(_SPREAD.sub("", text))
        pairs = [cell.split(maxsplit=1) for cell in cells] if len(cells) > 1 else []
        if pairs and all(len(pair) == 2 and label_of(pair[0], column=True) for pair in pairs):
            return [cell for pair in pairs for cell in pair]  # 单位 某某大学    负责人 王某某
        if len(named_reach(text)) == 2:
            return named_reach(text)
        within = self.open is not None and self.open.lines
        if len(cells) == 1 and (not within or self._spaced) and not (label_of(text) or _BOXED.match(text)):
            cells = by_spaces(text, listed=bool(within), spaced=self._spaced)
            self._spaced |= len(cells) > 1
        tabbed = "\t" in text
        named = label_of(cells[0], column=tabbed or (len(cells) == 2 and bool(self.fields))) or (
            tabbed and (heading_fields(cells[0]) or self._rows.begins_with_a_name(cells))
        )
        return [part for cell in cells for part in named_reach(cell)] if len(cells) > 1 and named else []

    def text(self, text: str) -> None:
        """A line without a label: the value that is awaited, a line of the open section, or a loose line."""
        unticked = (_UNTICKED if self.waiting else _NONE_TICKED).fullmatch(text)
        nothing = not text or unticked or is_hint(text) or is_empty(text)
        if nothing or self.answers(text) or self.goes_on(text):
            return
        if self.open is not None and self.open.answered and is_prose(text) and not _OF_SUMS.search(text):
            self.open = None
        if self.open is not None:
            if not self.open.lines:
                text = value_of(text) or text
            self.open.lines.append(text)
        elif is_own_title(text):
            self.frame.names_a_paper()
        elif not self.frame.takes(text, self.loose):
            self.unknown += named_value(text)
            if (above := self._valued) and is_rest(above, text):
                self.cut.setdefault(above, text)
            if not self.parts:
                begun = self.loose or ((self.fields or self.blank) and not self.frame.letter)
                self.first = self.first if begun else text
                self.cover.append(text)
                self.leading += not self.fields
            self.loose.append(text)
