"""The values of one row of a batch, field by field, also of cells that hold labels: 题目：… and 负责人：… in one, 负责人/电话 as one column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from matcher import settings
from matcher.message import Catalogue, Message
from matcher.readers.columns import TEXTS
from matcher.readers.declared import Claim, settled
from matcher.readers.delimited import cell_text
from matcher.readers.form import form_of_text, judged, long_cells, sections_of
from matcher.readers.form_fields import titled
from matcher.readers.form_headings import OpenSection
from matcher.readers.form_labels import labels_in
from matcher.readers.label_fields import each_of, fields_of, pair_of
from matcher.readers.labels import EXTRA, PROPOSAL, WHO
from matcher.readers.row import Row
from matcher.readers.value_shapes import contacts, dealt, looks_like_a_person, parted, person_and_unit
from matcher.types import Proposal

say = Catalogue(__file__)

_LABEL_WITHIN = settings.characters("readers.row_values.within")
_REMEMBERED = settings.chunk("readers.row_values.remembered")
_MARKS = (":", "：", "【")
_FORENAME, _SURNAME = re.compile("(?:first|given) ?name", re.I), re.compile("(?:last|family|sur) ?name", re.I)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def without_label(field: str, text: str) -> str:
    """A cell without the name of its own column before its value: 方向：2-03 under 申报方向.

    >>> without_label("declared", "方向：2-03"), without_label("title", "夜市：城市的另一半")
    ('2-03', '夜市：城市的另一半')
    """
    if not any(mark in text[:_LABEL_WITHIN] for mark in _MARKS):
        return text
    first = next(labels_in(text), None)
    if first is None or first.start or field not in (*first.places, *_places(first.text)):
        return text
    return text[first.end :].strip()


def inside(row: Row) -> dict[str, tuple[str, str]]:
    """field → (value, column) for what cells of labels hold of a proposal, and columns that are no field of their own."""
    used = {column for columns in row.columns.values() for column in columns}
    texts = {column for field in TEXTS for column in row.columns.get(field, ())}
    within: dict[str, tuple[str, str]] = {}
    for column, value in row.values.items():
        if column in texts or not isinstance(value, str) or not value.strip():
            continue
        own = without_label(WHO[1], cell_text(value))
        pair = () if column in used else pair_of(column)
        each = fields if len({*(fields := each_of(column))}) == len(fields) else ()
        for field, text in (_labelled(value) or dealt(each, own) or parted(pair, own)).items():
            if text:
                within.setdefault(field, (text, column))
    return within


def _labelled(text: str) -> Mapping[str, str]:
    """The fields of a cell that begins with a label and holds several."""
    if not any(mark in text for mark in _MARKS):
        return {}
    labels = [label for line in text.splitlines() for label in labels_in(line.strip())]
    if len({label.places[0] for label in labels}) < 2:
        return {}
    fields = form_of_text(text).fields
    return {field: fields[field] for field in (*PROPOSAL, *EXTRA) if field in fields and field != "id"}


@lru_cache(maxsize=_REMEMBERED)
def _places(name: str) -> tuple[str, ...]:
    return tuple(field for field, _ in fields_of(name))


def _full_name(row: Row) -> str:
    """A person's name of two columns, the given name first; "" where there is one column."""
    parts = {
        bool(_FORENAME.search(column)): cell_text(row.values[column]).strip()
        for column in row.columns["principal_investigator"]
        if _FORENAME.search(column) or _SURNAME.search(column)
    }
    return f"{parts[True]} {parts[False]}" if len(parts) > 1 else ""


def _texts(row: Row, name: str) -> list[str]:
    return [text for column in row.columns.get(name, ()) if (text := cell_text(row.values[column]).strip())]


def first_text(row: Row, name: str) -> str:
    """The text of the best column of a field that has one in this row; "" where none has."""
    texts = _texts(row, name)
    first = next(iter(texts), "")
    if name == "principal_investigator" and len(texts) > 1:
        first = _full_name(row) or first
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
    abstract = "\n".join(text for part in chosen for text in part.lines) or proposal.abstract
    if len(chosen) > 1:
        sections = sections_of({"title": proposal.title, "abstract": abstract}, parts, chosen)
        return replace(proposal, abstract=abstract, sections=sections), ()
    proposal = long_cells(replace(proposal, abstract=abstract))
    # A cell may hold both, the title on its first line.
    both = proposal.title if not proposal.abstract else "" if proposal.title else proposal.abstract
    title, text = titled("", both.splitlines() or [""])
    if not title:
        return proposal, ()
    return replace(proposal, title=title, abstract=text, sections=()), (
        say("unread.first line", title=title),
    )


def declared_topic(row: Row, title: str) -> tuple[str, bool, str]:
    """(the declared topic, whether it came as a number, the title) of the columns that may name the topic."""
    cells = [
        (row.values[c], Claim(c, cell_text(row.values[c]).strip())) for c in row.columns.get("declared", ())
    ]
    topic, own_title = settled([claim for _, claim in cells if claim.text], title=title)
    value = next((value for value, claim in cells if claim.text == topic), None)
    # A table without types writes numbers and texts alike.
    written = not row.typed and isinstance(value, str) and bool(_NUMBER.fullmatch(topic))
    number = written or (isinstance(value, (int, float)) and not isinstance(value, bool))
    return topic, number, title or own_title


def part_who(values: dict[str, str], extra: dict[str, str]) -> None:
    """Part what stands in one cell: a person and an institution, where one of them is lacking, these from phone and address, a name from a phone."""
    if not all(values[field] for field in WHO):
        person, unit = person_and_unit(values["organisation"] or values["principal_investigator"])
        if unit:
            values["organisation"], values["principal_investigator"] = unit, person
    for field in WHO:
        values[field], reached = contacts(values[field])
        extra.update((kind, text) for kind, text in reached.items() if not extra.get(kind))
    person, reached = contacts(extra.get("phone", ""))
    if looks_like_a_person(person) and "phone" in reached:
        extra["phone"] = reached["phone"]


def with_unit(amount: str, column: str) -> str:
    """A bare amount with the unit that its column names, as 经费（万元）."""
    unit = re.search(r"[（(]\s*(?:单位[:：])?\s*(万元|元)\s*[)）]", column)
    return amount + unit[1] if unit and re.fullmatch(r"[\d.,，]+", amount) else amount
