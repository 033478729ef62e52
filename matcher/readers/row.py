"""One row of a batch, as its file has it: what goes on with the row above, and rows that stand side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from matcher.message import Catalogue, Message
from matcher.readers.columns import TEXTS, table_of
from matcher.readers.delimited import cell_text, plain_text
from matcher.readers.labels import WHO

say = Catalogue(__file__)

# What every proposal has for itself, where it is not merged with the row above.
OWN = ("id", "title", "abstract", "content", "goals", "background")


class OnLine:
    """What stands on a line (from 1) of a sheet ("" where there are none)."""

    __slots__ = ()
    line: int
    sheet: str

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return place(self.sheet, self.line)


def place(sheet: str, line: int) -> str:
    """The place of a line of a sheet: "5", or "重点项目!5" in a workbook."""
    return f"{sheet}!{line}" if sheet else str(line)


@dataclass(frozen=True, slots=True)
class Row(OnLine):
    """One row of a batch: `line` is where it starts in its sheet or file (from 1), `sheet` "" where there are none.

    `values` maps column names to what the file says ({} for a broken row), `columns` each field to
    its columns, the best first; `error` says why a row could not be read (Chinese / English), None
    for a good one. `typed` says that the file tells numbers from texts. `above` are fields
    that stand once, above the table or in a line between its rows. `notes` are sentences for people about this row.
    """

    line: int
    values: Mapping[str, object]
    error: Message | None = None
    sheet: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    typed: bool = True
    above: Mapping[str, str] = field(default_factory=dict)


def goes_on(row: Row, below: Row) -> bool:
    """Whether a row below holds nothing but texts, where the row has an id or a title; in a table of titles and texts
    alone the row then has no text of its own."""
    titles = row.columns.get("title", ())
    named = [*row.columns.get("id", ()), *titles]
    if any(plain_text(below.values.get(c)) for c in named):
        return False
    texts = {column for field in TEXTS[1:] for column in row.columns.get(field, ())}
    filled, above = ({c for c, cell in r.values.items() if plain_text(cell)} for r in (below, row))
    only_texts = bool(filled) and texts >= filled
    lacks = above.isdisjoint(texts) or not texts.union(titles) >= above
    return only_texts and lacks and not above.isdisjoint(named)


def joined_rows(rows: Sequence[Row]) -> Row:
    """A row with the texts of those that go on with it."""
    if len(rows) == 1:
        return rows[0]
    columns = {c for row in rows[1:] for c, cell in row.values.items() if plain_text(cell)}
    texts = {
        c: "\n".join(filter(None, (cell_text(row.values.get(c)).strip() for row in rows))) for c in columns
    }
    notes = (*rows[0].notes, say("table.longer", line=rows[-1].line))
    return replace(rows[0], values={**rows[0].values, **texts}, notes=notes)


def beside(columns: Mapping[str, tuple[str, ...]]) -> list[Mapping[str, tuple[str, ...]]]:
    """The columns of each of the tables that stand side by side, whose names repeat as "项目名称 (2)"; of one table all."""
    numbers = {name: table_of(name, names) for names in columns.values() for name in names}
    tables = [
        {f: own for f, names in columns.items() if (own := tuple(c for c in names if numbers[c] == n))}
        for n in range(1, max(numbers.values(), default=1) + 1)
    ]
    each = columns.keys() & OWN
    telling = {
        "id",
        WHO[1],
    }  # without either they are one list in two languages, or before and after a change
    if len(each) < 2 or any(each - table.keys() or telling.isdisjoint(table) for table in tables):
        return [columns]
    return list(tables)
