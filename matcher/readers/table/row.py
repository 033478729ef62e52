"""One row of a batch, as its file has it, and its values field by field.

A row may go on with the one above, and rows may stand side by side. Cells may hold labels: 题目：… and 负责人：… in one,
负责人/电话 as one column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from matcher import settings
from matcher.message import Catalogue, Message
from matcher.readers.fields.declared import Claim, settled
from matcher.readers.fields.in_lines import labels_in, leading
from matcher.readers.fields.joined import dealt, each_of, fields_of, pair_of, parted
from matcher.readers.fields.labels import EXTRA, PROPOSAL, WHO
from matcher.readers.fields.people import full_name, led
from matcher.readers.fields.shapes import contacts, looks_like_a_person, person_and_unit
from matcher.readers.fields.values import is_unchosen
from matcher.readers.form.headings import OpenSection
from matcher.readers.form.judged import judged, sections_of
from matcher.readers.form.reading import first_line, form_of_text, long_cells
from matcher.readers.form.unlabelled import titled
from matcher.readers.sheet.delimited import cell_text, plain_text
from matcher.readers.table.columns import TEXTS, table_of
from matcher.readers.table.survey import chosen
from matcher.types import Proposal

say = Catalogue(__file__)

# What every proposal has for itself, where it is not merged with the row above.
OWN = ("id", "title", "abstract", "content", "goals", "background")
_LABEL_WITHIN = settings.characters("readers.row.within")
_MARK = re.compile("[:：【]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class OnLine:
    """What stands on a line (from 1) of a sheet ("" where there are none)."""

    __slots__ = ()
    line: int
    sheet: str

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return place(self.sheet, self.line)


def place(sheet: str, line: int | str) -> str:
    """The place of a line (or of a column) of a sheet: "5", or "重点项目!5" in a workbook."""
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
    texts = {c for field in TEXTS[1:] for r in (row, below) for c in r.columns.get(field, ())}
    filled, above = ({c for c, cell in r.values.items() if plain_text(cell)} for r in (below, row))
    only_texts = bool(filled) and texts >= filled
    lacks = above.isdisjoint(texts) or not texts.union(titles) >= above
    return only_texts and lacks and not above.isdisjoint(named)


def joined_rows(rows: Sequence[Row]) -> Row:
    """A row with the texts of those that go on with it."""
    if len(rows) == 1:
        return rows[0]
    columns = dict.fromkeys(c for row in rows[1:] for c, cell in row.values.items() if plain_text(cell))
    texts = {
        c: "\n".join(filter(None, (cell_text(row.values.get(c)).strip() for row in rows))) for c in columns
    }
    notes = (*rows[0].notes, say("table.longer", line=rows[-1].line))
    under = {field: names for row in rows[1:] for field, names in row.columns.items()}
    return replace(
        rows[0], values={**rows[0].values, **texts}, columns={**under, **rows[0].columns}, notes=notes
    )


def beside(columns: Mapping[str, tuple[str, ...]]) -> list[Mapping[str, tuple[str, ...]]]:
    """The columns of each of the tables that stand side by side, whose names repeat as "项目名称 (2)"; of one table all."""
    numbered: dict[int, dict[str, tuple[str, ...]]] = {}
    for field_, names in columns.items():
        known = frozenset(names)
        for name in names:
            table = numbered.setdefault(table_of(name, known), {})
            table[field_] = (*table.get(field_, ()), name)
    tables = [numbered.get(n, {}) for n in range(1, max(numbered, default=1) + 1)]
    each = columns.keys() & OWN
    # Without either they are one list in two languages, or before and after a change.
    telling = {"id", WHO[1]}
    if len(each) < 2 or any(each - table.keys() or telling.isdisjoint(table) for table in tables):
        return [columns]
    return list(tables)


def without_label(field: str, text: str) -> str:
    """A cell without the name of its own column before its value: 方向：2-03 under 申报方向.

    >>> without_label("declared", "方向：2-03"), without_label("title", "夜市：城市的另一半")
    ('2-03', '夜市：城市的另一半')
    """
    if not _MARK.search(text, 0, _LABEL_WITHIN):
        return text
    first = leading(text)
    if first is None or field not in (*first.places, *dict(fields_of(first.text))):
        return text
    return text[first.end :].strip()


def inside(row: Row) -> dict[str, tuple[str, str]]:
    """field → (value, column) for what cells of labels hold of a proposal, and columns that are no field of their own."""
    used = {column for columns in row.columns.values() for column in columns}
    texts = {column for field in TEXTS[1:] for column in row.columns.get(field, ())}
    titles = row.columns.get("title", ())
    within: dict[str, tuple[str, str]] = {}
    for column, value in row.values.items():
        if column in texts or not isinstance(value, str) or not value.strip():
            continue
        if column in titles:
            held = (
                labelled if "title" in (labelled := _labelled(value)) else _fields_in(_parted_title(value)[1])
            )
            within |= {name: (text, column) for name, text in held.items() if name not in within}
            continue
        pair = () if column in used else pair_of(column)
        each = fields if len({*(fields := each_of(column))}) == len(fields) else ()
        parts = _labelled(value)
        if not parts and (pair or each):
            own = without_label(WHO[1], cell_text(value))
            parts = dealt(each, own) or parted(pair, own)
        for name, text in parts.items():
            if text:
                within.setdefault(name, (text, column))
    return within


def _labelled(text: str) -> Mapping[str, str]:
    """The fields of a cell that begins with a label and holds several."""
    if not _MARK.search(text):
        return {}
    labels = [label for line in text.splitlines() for label in labels_in(line.strip())]
    return _fields_in(text) if len({label.places[0] for label in labels}) > 1 else {}


def _parted_title(text: str) -> tuple[str, str]:
    """(a title, the lines of its cell below it from the first that is a label): Kelp nurseries / PI: Ada Lovelace."""
    lines = text.split("\n")
    heads = (
        n for n, line in enumerate(lines) if n and (label := leading(line)) and label.places[0] not in TEXTS
    )
    first = next(heads, len(lines))
    return "\n".join(lines[:first]), "\n".join(lines[first:])


def _fields_in(text: str) -> Mapping[str, str]:
    """The fields of labelled lines, but for the id."""
    fields = form_of_text(text).fields if text else {}
    return {field: fields[field] for field in (*PROPOSAL, *EXTRA) if field in fields and field != "id"}


def _full_name(row: Row) -> str:
    """A person's name of two columns, the given name first; "" where there is one column."""
    parts = [(column, cell_text(row.values[column]).strip()) for column in row.columns[WHO[1]]]
    return next(filter(None, (full_name(part, parts) for part in parts if part[1])), "")


def first_text(row: Row, name: str) -> str:
    """The text of the best column of a field that has one in this row; "" where none has."""
    columns = row.columns.get(name)
    if not columns:
        return ""
    cells = [cell_text(row.values[column]).strip() for column in columns]
    texts = [text for text in cells if text and not is_unchosen(text)]
    if not texts:
        return ""
    first = (_full_name(row) if name == WHO[1] and len(texts) > 1 else "") or texts[0]
    if name == "title" and not leading(first):
        first = _parted_title(first)[0]
    return first if name in TEXTS else without_label(name, first)


def with_texts(row: Row, proposal: Proposal, unjudged: Counter[str]) -> tuple[Proposal, tuple[Message, ...]]:
    """A proposal with the texts of its row, chosen among all their columns as a form's among its sections; notes for people.

    Of one text also the headings within are read; several are sections under the names of their columns. `unjudged` counts
    by column the texts that were not chosen.
    """
    kinds = {column: field for field in TEXTS[1:] for column in row.columns.get(field, ())}
    texts = {c: cell_text(value).strip() for c, value in row.values.items() if c in kinds}
    parts = [OpenSection(kinds[c], c, lines=[text]) for c, text in texts.items() if text]
    chosen = judged(parts)
    unjudged.update(part.heading for part in parts if part not in chosen)
    abstract = "\n".join(text for part in chosen for text in part.lines) if parts else proposal.abstract
    if len(chosen) > 1:
        sections = sections_of({"title": proposal.title, "abstract": abstract}, parts, chosen)
        return replace(proposal, abstract=abstract, sections=sections), ()
    proposal = long_cells(proposal if abstract == proposal.abstract else replace(proposal, abstract=abstract))
    if proposal.title and proposal.abstract:
        return proposal, ()
    # A cell may hold both, the title on its first line.
    title, text = titled("", (proposal.title or proposal.abstract).splitlines() or [""])
    if not title:
        return proposal, ()
    return replace(proposal, title=title, abstract=text, sections=()), (first_line(title),)


def declared_topic(row: Row, title: str) -> tuple[str, bool, str]:
    """(the declared topic, whether it came as a number, the title) of the columns that may name the topic."""
    cells = [
        (row.values[c], Claim(c, chosen(c, cell_text(row.values[c]).strip())))
        for c in row.columns.get("declared", ())
    ]
    topic, own_title = settled(
        [claim for _, claim in cells if claim.text and not is_unchosen(claim.text)], title=title
    )
    value = next((value for value, claim in cells if claim.text == topic), None)
    # A table without types writes numbers and texts alike.
    written = not row.typed and isinstance(value, str) and bool(_NUMBER.fullmatch(topic))
    number = written or (isinstance(value, (int, float)) and not isinstance(value, bool))
    return topic, number, title or own_title


def part_who(values: dict[str, str], extra: dict[str, str]) -> None:
    """Part what stands in one cell: a person and an institution, where one of them is lacking, these from phone and address, who leads from
    the others, a name from a phone."""
    if not all(values[field] for field in WHO):
        person, unit = person_and_unit(values["organisation"] or values["principal_investigator"])
        if unit:
            values["organisation"], values["principal_investigator"] = unit, person
    for name in WHO:
        values[name], reached = contacts(values[name])
        extra.update((kind, text) for kind, text in reached.items() if not extra.get(kind))
    values[WHO[1]], members = led(values[WHO[1]])
    if members:
        extra["members"] = "、".join(filter(None, (members, extra.get("members"))))
    person, reached = contacts(extra.get("phone", ""))
    if looks_like_a_person(person) and "phone" in reached:
        extra["phone"] = reached["phone"]


def with_unit(amount: str, column: str) -> str:
    """A bare amount with the unit that its column names, as 经费（万元）."""
    unit = re.search(r"[（(]\s*(?:单位[:：])?\s*(万元|元)\s*[)）]", column)
    return amount + unit[1] if unit and re.fullmatch(r"[\d.,，]+", amount) else amount
