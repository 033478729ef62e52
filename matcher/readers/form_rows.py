"""The rows of a form's table: which cells are labels, and which are their values beside, in or below them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from matcher import settings
from matcher.readers.blocks import row_line
from matcher.readers.form_headings import OpenSection
from matcher.readers.form_labels import LONG, Places, about_whom, label_of, labels_in
from matcher.readers.form_row_heads import (
    OF_PERSON,
    SERIAL,
    column_heads,
    grouped,
    heads_a_list,
    heads_people,
    is_labelled,
    labels_of_row,
    numbers_rows,
    of_one,
    take_no_part,
)
from matcher.readers.value_shapes import SEVERAL, mentioned, names_one

if TYPE_CHECKING:
    from matcher.readers.form_walk import FormWalk

_LONGEST_NAME = settings.characters("readers.form_rows.longest_name")
_NO_NAME = re.compile(r"^[\d.、\s年月至~—-]*$|[。；;！!]")  # a number of a list, a time, a sentence
_MOST_HEADS = settings.count("readers.form_rows.most_heads")
_LATIN_NAME = settings.factor("readers.form_rows.latin_name")
# Fields whose people have names, posts and phones of their own in the cells beside them.
_GROUPS = frozenset(("principal_investigator", "members", "contact", "partners", "organisation", "declared"))
_GROUPED = frozenset((field,) for field in _GROUPS)
_TEXTS = LONG - {"outcomes", "budget", "schedule", "opinion"}  # may have several cells
# Where a group's name stands that no column has: in the row of names, beside the table.
_BELOW, _OUTSIDE = -1, -2
_LEADS = re.compile(
    r"(?:项目|课题|研究)?(?:总|主要)?(?:负责人|主持人?|组长)|(?i:(?:project |team )?lead(?:er)?|pi|principal investigator)"
)
_LEADER = "principal_investigator"


class Rows:
    """Reads the rows of one table, in order, into the walk through its document."""

    def __init__(self, walk: FormWalk) -> None:
        """`walk` takes what the rows say."""
        self._walk = walk
        self.heads: dict[int, tuple[Places, str]] = {}  # column → label, below a row of labels only
        self._rows_below = 0
        self._people: OpenSection | None = None  # the list of people below such a row
        self._numbered = False  # whether they are numbered on: of several things none is the form's own
        self._group: tuple[int, str] | None = None  # (column, field) of a label over several others
        self._columns: set[int] = set()  # where labels stood with their values beside them
        self._several: tuple[int, str] | None = (
            None  # (column, field) of the last label whose field holds several
        )
        self._above = ""  # the line or the row of one cell above
        self._hints: set[int] = set()  # columns that tell how to fill in the others

    def read(self, cells: Sequence[str], below: Sequence[Sequence[str]] = ()) -> None:
        """One row of a table, above the two rows `below`: labels with their values beside, in or below them."""
        if not self._walk.looks(len(cells)):
            self._walk.text(row_line(cells))
            return
        filled = [(i, c.strip()) for i, c in enumerate(cells) if c.strip(" :：\n　") and i not in self._hints]
        if not filled:
            return
        self._above, self._walk.above = self._walk.above, filled[0][1] if len(filled) == 1 else ""
        if counted := len(filled) > 2 and SERIAL.fullmatch(filled[0][1]) is not None:
            filled = filled[1:]  # 1. | 项目名称 | …
        if self._group is not None and any(i == self._group[0] for i, _ in filled):
            self._group = None
        if (hints := column_heads(filled)) is not None:
            self._hints |= hints  # what stands below their head is no value
            return
        if self._goes_on(filled):
            return
        if len(filled) == 1 and self._alone(filled[0][1], label_of(filled[0][1], column=len(cells) > 1)):
            return
        known = labels_of_row(filled)
        if len(filled) > 1 and (all(known) or heads_a_list(known, below[0] if below else ())):
            self._labels_only(filled, known, below)
            return
        leads, people = self._leads(filled, known), self._group == (_BELOW, "members")
        goes_on = (
            not known[0]
            if people or (counted and self._rows_below)
            else self._rows_below < _MOST_HEADS and not any(known)
        )
        if self.heads and (leads or goes_on):
            self._below(filled)
            return
        self.heads, self._people, self._group = {}, None, None if people else self._group
        if len(filled) <= 2 or any(known) or self.is_name(filled) or any(is_labelled(c) for _, c in filled):
            self._beside(filled, known)
            return
        if self._walk.open is None or self._walk.waiting is not None:
            self._walk.start(OpenSection("other", filled.pop(0)[1], in_table=True))
        self._walk.text(row_line([cell for _, cell in filled]))

    def _goes_on(self, filled: list[tuple[int, str]]) -> bool:
        """Whether a row names one more of the people or institutions whose label stands in a row above."""
        column, field_ = self._several or (0, "")
        cells = [cell for _, cell in filled]
        if not field_ or filled[0][0] <= column or label_of(cells[0], column=True) or is_labelled(cells[0]):
            return False
        if not any(label_of(c, column=True) or is_labelled(c) for c in cells) and field_ == "members":
            self._value((field_,), "", cells)
            return True
        if names_one(field_, cells[0]):
            self._walk.add(field_, cells[:1])  # with what is said of it in the cells behind
        return False

    def _alone(self, text: str, places: Places) -> bool:
        """Whether a row of one cell is read: a name over the rows below (承担单位信息), lines of text, but no label."""
        whose = about_whom(text)
        if whose is not None or places[:1] == ("principal_investigator",):
            self._group = (_OUTSIDE, whose or "".join(places[:1]))  # until the next such row
        if whose is not None:
            self._walk.open = self._walk.waiting = None
        elif places:
            return False
        elif (
            (above := self._walk.open)
            and above.in_table
            and above.ended
            and (heading := label_of(text, loose=True))
        ):
            self._walk.head(heading, text, in_table=True)
        else:
            self._labelled(text, "")
        return True

    def _labels_only(
        self, filled: list[tuple[int, str]], known: list[Places], below: Sequence[Sequence[str]]
    ) -> None:
        """A row of labels without values: a header whose values stand below, or fields that were left blank."""
        self._numbered = numbers_rows(filled, below)
        self.heads = {i: (places, cell) for (i, cell), places in zip(filled, known, strict=True)}
        self._rows_below, self._several = 0, None
        above = self._walk.open
        self._walk.open = self._walk.waiting = None
        known = [places for places in known if places]
        first = known[0][0]
        led = _LEADER in self._walk.fields and not take_no_part(self._above)
        if heads_people(filled, below if led else ()) and label_of(filled[0][1])[:1] != (_LEADER,):
            self._group = (_BELOW, "members")  # until another row of labels
        elif filled[0][0] == 0 and first in _GROUPS and len(filled) > 2:
            self._group = (0, first)  # until a value stands below it
        people = self._group is not None and self._group[1] == "members"
        self._numbered &= self._group is None or self._group[1] not in SEVERAL
        if people or self._numbered:
            if above is None or above.kind != "members":
                above = OpenSection("members" if people else "other", filled[0][1], in_table=True)
                self._walk.parts.append(above)
            self._people = above
            above.lines.append(row_line([cell for _, cell in filled]))
        for places in () if self._numbered else known:
            if (field_ := self._walk.choose(places)) not in LONG or field_ in ("abstract", "content"):
                self._walk.blank.add(field_)

    def _leads(self, filled: list[tuple[int, str]], known: list[Places]) -> bool:
        """Whether a row of a list of people is the one who leads them, by the task that it names; sets who applies."""
        of_task = any(_LEADS.fullmatch(cell) for _, cell in filled[1:])
        if self._group != (_BELOW, "members") or known[0] or not of_task:
            return False
        heads = {i: places[:1] for i, (places, _) in self.heads.items()}
        named = (cell for i, cell in filled if OF_PERSON.intersection(heads.get(i, ())))
        self._walk.set(_LEADER, next(named, ""))
        return True

    def _below(self, filled: list[tuple[int, str]]) -> None:
        """Values below a row of labels, column by column; a list of people is a section as well."""
        self._rows_below += 1
        if self._people is not None:
            self._people.lines.append(row_line([cell for _, cell in filled]))
        heads, here = sorted(self.heads), {i for i, _ in filled}
        for i, cell in filled:
            before = bisect_right(heads, i)
            if not before or (heads[before - 1] != i and heads[before - 1] in here):
                continue
            places, label = self.heads[heads[before - 1]]
            if not self._numbered and (
                self._people is None or places
            ):  # a list's other columns are in its section
                self._value(grouped(places, label, self._group and self._group[1]), label, [cell])
        self._walk.open = None

    def _beside(self, filled: list[tuple[int, str]], known: list[Places]) -> None:
        """Labels with their values to the right; cells before the first label go on with what is open or stands above."""
        current: tuple[Places, str] | None = None
        values: list[str] = []
        self._columns |= {
            i for (i, _), here, after in zip(filled, known, known[1:], strict=False) if here and not after
        }
        for n, ((i, cell), places) in enumerate(zip(filled, known, strict=True)):
            may_be_name = current is None or self._has_value(current[0], values)
            if places or (may_be_name and self.is_name(filled, n)):
                if current is not None:
                    self._value(current[0], current[1], values)
                    beside = i == filled[n - 1][0] + 1 or current[0][:1] != ("declared",)
                    if not values and beside and current[0] and current[0][0] in _GROUPS:
                        self._group = (filled[n - 1][0], current[0][0])
                current, values = (grouped(places, cell, self._group and self._group[1]), cell), []
                if current[0][:1] and current[0][0] in SEVERAL:
                    self._several = (i, current[0][0])
                elif n == 0:
                    self._several = None
            elif is_labelled(cell):
                if current is not None and (values or current[0][:1] not in _GROUPED):
                    self._value(current[0], current[1], values)
                    current, values = None, []
                outside = self._group[1] if self._group and self._group[0] == _OUTSIDE else ""
                self._labelled(cell, current[0][0] if current else outside)
            elif current is None:
                self._before(cell, i)
            else:
                values.append(cell)
        if current is not None:
            self._value(current[0], current[1], values, ends=len(filled) > 1)

    def _has_value(self, places: Places, values: Sequence[str]) -> bool:
        """Whether a label has its value: what follows may be another's name."""
        field_ = self._walk.choose(places) if places else ""
        return (
            len(values) == 1
            and field_ not in _TEXTS
            and (field_ != "budget" or bool(re.search(r"\d", values[0])))
        )

    def is_name(self, filled: list[tuple[int, str]], n: int = 0) -> bool:
        """Whether cell n is a name that nobody knows, before a value: a short cell where other rows have their labels."""
        column, cell = filled[n]
        return (
            len(filled) > n + 1
            and column in self._columns
            and all(len(n) <= _LONGEST_NAME * (_LATIN_NAME if n.isascii() else 1) for n in cell.split("\n"))
            and not _NO_NAME.search(cell)
            and not is_labelled(cell)
        )

    def _labelled(self, cell: str, group: str) -> None:
        """The lines of a cell; labels in it are those of the person or institution beside it (`group`)."""
        inner = Rows(self._walk)
        inner._group = (_OUTSIDE, group)
        lines = cell.split("\n")
        for n, line in enumerate(lines, 1):
            if " | " in line:  # a row of a table in the cell
                inner.read(line.split(" | "), [row.split(" | ") for row in lines[n : n + 2]])
            elif group:
                inner.read(re.split("[:：]", line, maxsplit=1))
            else:
                self._walk.line(line, in_table=True)

    def _before(self, text: str, column: int) -> None:
        """Text of a row that begins without a label: labels in the same cell, or the open section goes on."""
        if any(True for _ in labels_in(text)):
            self._labelled(text, "")
        elif self._walk.open and not self._walk.waiting and (column or not self._walk.open.in_table):
            for line in text.split("\n"):
                self._walk.text(line.strip())

    def _value(self, places: Places, label: str, values: list[str], *, ends: bool = True) -> None:
        """A label of a table with the cells beside or below it; no places are those of a name that nobody knows."""
        if not places:
            self._walk.start(OpenSection("other", label, in_table=True))
            for line in (line.strip() for value in values for line in value.split("\n")):
                self._walk.text(line)
            return
        field_ = self._walk.choose(places)
        joined = "\n".join(values if field_ in LONG else of_one(field_, values))
        if field_ == "members" and any(map(str.isalpha, joined)):
            self._walk.open = self._walk.waiting = None
            self._walk.add(field_, values)
            return
        self._walk.rivals += [(field_, label, v) for v in values if v not in joined and mentioned(v)]
        for line in self._walk.take(places, label, joined, in_table=True, ends=ends):
            self._walk.line(line, in_table=True)
