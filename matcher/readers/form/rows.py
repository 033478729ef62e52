"""The rows of a form's table: which cells are labels, and which are their values beside, in or below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, cast

from matcher.readers.blocks import row_line
from matcher.readers.fields.in_lines import Places, about_whom, label_of, labels_in
from matcher.readers.fields.labels import WHO
from matcher.readers.fields.shapes import SEVERAL, mentioned, names_one
from matcher.readers.fields.words import LONG, REACHED
from matcher.readers.form import row_heads
from matcher.readers.form.directions import over_text, undirected
from matcher.readers.form.headings import OpenSection
from matcher.readers.form.owners import NO_PART, OF_PERSON, OUTSIDE, grouped, owner_of
from matcher.readers.form.people_beside import across
from matcher.readers.form.roles import CellRole, FormCell, FormRow, is_labelled, places_of, rows_of
from matcher.readers.form.row_heads import heads_people, of_one
from matcher.readers.form.unread import MOST_LOOKED

if TYPE_CHECKING:
    from matcher.readers.form.walk import FormWalk

# Fields whose people have names, posts and phones of their own in the cells beside them.
_GROUPS = frozenset(("principal_investigator", "members", "contact", "partners", "organisation", "declared"))
_BELOW = -1  # where a group's name stands that no column has: in the row of names
# Of several in a list none is the form's own.
_OF_ONE = frozenset((field,) for field in ("title", "declared", WHO[1], *REACHED))
# What stands in a list beside these is of steps and costs.
_OF_PLAN = frozenset(("schedule", "year", "budget"))
# Of the one in a list of people or bodies who leads them.
_COORDINATES = re.compile(r"(?i:\b(?:coordinator|lead(?:er)?|pi)\b)|牵头|主持|组长|负责人")
_OF_LEADER = OF_PERSON - {"organisation"} | {"members"}


class Rows:
    """Reads the rows of one table, in order, into the walk through its document."""

    def __init__(self, walk: FormWalk) -> None:
        """`walk` takes what the rows say."""
        self._walk = walk
        self.heads: dict[int, tuple[Places, str]] = {}  # column → label, below a row of labels only
        self._rows_below = 0
        self._list: OpenSection | None = None  # several rows below such a row
        self._group: tuple[int, str] | None = None  # (column, field) of a label over several others
        self._columns: set[int] = set()  # where labels stood with their values beside them
        self._several: tuple[int, str] | None = None  # (column, field) of the last label that names several
        self._hints: set[int] = set()  # columns that tell how to fill in the others

    def read(self, table: Sequence[Sequence[str]]) -> None:
        """The rows of a table: labels with their values beside, in or below them."""
        rows = self.readings(table)
        for n in range(len(rows)):
            self.take(rows, n)

    def readings(self, table: Sequence[Sequence[str]]) -> list[FormRow]:
        """The rows of a table as they are read, below the rows so far."""
        head = {i: cell for i, (_, cell) in self.heads.items()}
        table = [[row_heads.reach_marked(undirected(cell)) for cell in row] for row in table]
        return rows_of(table, head, self._columns, self._hints, MOST_LOOKED - self._walk.looked)

    def take(self, rows: Sequence[FormRow], n: int) -> None:
        """What row n says."""
        row, filled = rows[n], list(rows[n].cells)
        if row.kind == "text" or not self._walk.looks(len(filled)):
            self._walk.text(row_line([cell for _, cell in filled]))
            return
        if row.kind in ("empty", "columns"):
            return
        line_above, self._walk.above = self._walk.above, filled[0][1] if row.kind == "single" else ""
        if self._group is not None and filled[0][0] == self._group[0]:
            whose = label_of(filled[0][1])[:1] if row.kind == "below" else ()  # 负责人 above, 成员 here
            self._group = (self._group[0], whose[0]) if whose and whose[0] in _GROUPS else None
            row = row._replace(cells=row.cells[1:]) if self._group else row
            filled = list(row.cells)
        if row.kind == "head":
            below = list(takewhile(lambda under: under.kind == "below", rows[n + 1 :]))
            self._labels_only(row, below, line_above)
        elif not self._goes_on(filled):
            self._row(row, filled)

    def _row(self, row: FormRow, filled: list[FormCell]) -> None:
        """A row that heads no others, as it is read among all of its table."""
        if row.kind == "single" and self._alone(filled[0][1], label_of(filled[0][1], column=row.wide)):
            return
        if row.kind == "below":
            self._leads(row)
            self._below(filled)
            return
        self.heads, self._list = {}, None
        self._group = None if self._group == (_BELOW, "members") else self._group
        roles = row.roles or ("label" if row.kind == "single" else "value",) * len(filled)
        if len(filled) <= 2 or set(roles) - {"value"}:
            self._beside(filled, roles, row.places or [places_of(filled[0][1])])
            return
        if self._walk.open is None or self._walk.waiting is not None:
            self._walk.start(OpenSection("other", filled.pop(0)[1], in_table=True))
        self._walk.text(row_line([cell for _, cell in filled]))

    def _goes_on(self, filled: list[FormCell]) -> bool:
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
        first, _, rest = text.partition("\n")
        self._walk.begin(text, heading=bool(places))
        if about_whom(text) is not None:
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
        elif rest and (heading := over_text(first, rest, within=bool(above and above.in_table))):
            self._walk.head(heading, first, in_table=True)
            self._labelled(rest, "")
        else:
            self._labelled(text, "")
        return True

    def _labels_only(self, row: FormRow, below: Sequence[FormRow], line_above: str) -> None:
        """A row of labels without values: a header whose values stand below, or fields that were left blank."""
        filled = row.cells
        self.heads = {i: (places, cell) for (i, cell), places in zip(filled, row.places, strict=True)}
        self._rows_below, self._several = 0, None
        above = self._walk.open
        self._walk.open = self._walk.waiting = None
        known = [places for places in row.places if places]
        first = known[0][0] if known else ""
        above_whose = owner_of(line_above)
        apart = above_whose in NO_PART or self._walk.block in NO_PART
        led = WHO[1] in self._walk.fields and not apart
        takes_part = above_whose == "members" or (not apart and heads_people(row, below if led else ()))
        if takes_part and label_of(filled[0][1])[:1] != (WHO[1],):
            self._group = (_BELOW, "members")  # until another row of labels
        elif filled[0][0] == 0 and first in _GROUPS and len(filled) > 2:
            self._group = (0, first)  # until a value stands below it
        people = self._group is not None and self._group[1] == "members"
        self._list = None
        if people or not known or len(below) > 1:
            if above is None or above.kind != "members":
                above = OpenSection(
                    "members" if people else "other", filled[0][1], in_table=True, listed=True
                )
                self._walk.parts.append(above)
            self._list = above
            above.lines.append(row_line([cell for _, cell in filled]))
        for places in () if len(below) > 1 and not people else known:
            if (field_ := self._walk.choose(places)) not in LONG or field_ in ("abstract", "content"):
                self._walk.blank.add(field_)

    def _leads(self, row: FormRow) -> None:
        """Set who applies where a row of a list of people is the one who leads them, by the task that it names."""
        if self._group == (_BELOW, "members") and (WHO[1],) in (places[:1] for places in row.places):
            named = [(*self.heads[i], cell) for i, cell in row.cells if i in self.heads]
            for field_, kinds in ((WHO[1], _OF_LEADER), ("organisation", {"organisation"})):
                label, cell = next(
                    ((k, c) for places, k, c in named if kinds.issuperset(places[:1] or "-")), ("", "")
                )
                self._walk.set(field_, cell, label)

    def _below(self, filled: list[FormCell]) -> None:
        """Values below a row of labels, column by column; a list of people is a section as well."""
        self._rows_below += 1
        if self._list is not None:
            self._list.lines.append(row_line([cell for _, cell in filled]))
        here = {i for i, _ in filled}
        planned = self._list is not None and any(
            not _OF_PLAN.isdisjoint(places[:1]) for places, _ in self.heads.values()
        )
        people = self._list is not None and self._list.kind == "members"
        before_row = len(self._walk.parts)
        for i, cell in filled:
            head = max((column for column in self.heads if column <= i), default=None)
            if head is None or (head != i and head in here):
                continue
            places, label = self.heads[head]
            places = grouped(places, label, self._group and self._group[1])
            if self._list is not None and places[:1] == ("organisation",):
                leads = self._walk.fields.get("organisation", cell)
                places = places if leads == cell and self._rows_below == 1 else ("partners",)
            if people and places and places[0] in LONG - {"members"}:
                continue  # what each does is in the list's own section, and no content of the proposal
            if self._list is None or (places and places[:1] not in _OF_ONE):
                self._value(places, label, [cell])
            elif places[:1] == (WHO[1],) and any(_COORDINATES.search(c) for _, c in filled if c != cell):
                self._walk.set(WHO[1], cell, label)
            elif places and places[0] not in self._walk.fields:
                self._walk.rivals.append((places[0], label, cell))
        for part in self._walk.parts[before_row:]:
            part.listed = planned
        self._walk.open = None

    def _beside(self, filled: list[FormCell], roles: Sequence[CellRole], known: Sequence[Places]) -> None:
        """Labels with their values to the right; cells before the first label go on with what is open or stands above."""
        current, values = cast("tuple[Places, str] | None", None), list[str]()
        for n, ((i, cell), role, places) in enumerate(zip(filled, roles, known, strict=True)):
            if role == "label":
                if current is not None:
                    self._value(current[0], current[1], values)
                    near = not values and (i == filled[n - 1][0] + 1 or current[0][:1] != ("declared",))
                    if near and (whose := _whose(*current)):
                        self._group = (filled[n - 1][0], whose)
                current, values = (grouped(places, cell, self._group and self._group[1]), cell), []
                if current[0][:1] and current[0][0] in SEVERAL:
                    self._several = (i, current[0][0])
                elif n == 0:
                    self._several = None
            elif role == "labelled":
                nearest = current and (not values or owner_of(current[1]) in OUTSIDE)
                whose = _whose(*current) if current and nearest else ""
                if current is not None and (values or not whose):
                    self._value(current[0], current[1], values)
                    current, values = None, []
                self._labelled(cell, whose or self._walk.block)
            elif current is None:
                self._before(cell, i)
            else:
                values.append(cell)
        if current is not None:
            self._value(current[0], current[1], values, ends=len(filled) > 1)
        if self._walk.open is not None and roles.count("label") > 1 and self._walk.open.lines:
            self._walk.open = None  # what stands in one row with other fields ends there

    def across(self, table: Sequence[Sequence[str]]) -> bool:
        """Whether a table has a person or body in each column: what is said of each in its rows is then read."""
        columns = across(table)
        for head, pairs in columns:
            self._walk.open = None
            self._walk.block = self._walk.owner = owner_of(head) or "members"
            Rows(self._walk).read(pairs)
            self._walk.block = self._walk.owner = ""
        return bool(columns)

    def begins_with_a_name(self, cells: Sequence[str]) -> bool:
        """Whether a line's cells begin with a name that nobody knows, where other lines have their labels."""
        return 0 in self._columns and self.readings([cells])[0].roles[:1] == ("label",)

    def _labelled(self, cell: str, group: str) -> None:
        """The lines of a cell; labels in it are those of the person or institution beside it (`group`)."""
        inner, above = Rows(self._walk), self._walk.block
        self._walk.block = group or above
        self._walk.owner = group or self._walk.owner
        for is_row, lines in groupby(cell.split("\n"), lambda line: " | " in line):  # of a table in the cell
            if is_row:
                inner.read([line.split(" | ") for line in lines])
            elif group:
                inner.read([re.split("[:：]", line, maxsplit=1) for line in lines])
            else:
                for line in lines:
                    self._walk.line(line, in_table=True)
        self._walk.block = above

    def _before(self, text: str, column: int) -> None:
        """Text of a row that begins without a label: labels in the same cell, or the open section goes on."""
        if any(True for _ in labels_in(text)):
            self._labelled(text, "")
        elif self._walk.open and not self._walk.waiting and (column or not self._walk.open.in_table):
            for line in text.split("\n"):
                self._walk.text(line.strip())

    def _value(self, places: Places, label: str, values: list[str], *, ends: bool = True) -> None:
        """A label of a table with the cells beside or below it; no places are those of a name that nobody knows."""
        if not (places := self._walk.owned(places, label)):
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


def _whose(places: Places, label: str) -> str:
    """Whose the cells beside a label without a value are: a person's or body's that take part or not, "" for nobody's."""
    owner = owner_of(label) or ""
    return owner if owner in OUTSIDE else next((field for field in places[:1] if field in _GROUPS), "")
