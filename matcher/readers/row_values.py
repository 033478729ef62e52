"""The values of one row of a batch, field by field."""

from __future__ import annotations

import re

from matcher.readers.cell_labels import without_label
from matcher.readers.columns import TEXTS
from matcher.readers.declared import Claim, settled
from matcher.readers.delimited import cell_text
from matcher.readers.table import Row

_FORENAME, _SURNAME = re.compile("(?:first|given) ?name", re.I), re.compile("(?:last|family|sur) ?name", re.I)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


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


def with_unit(amount: str, column: str) -> str:
    """A bare amount with the unit that its column names, as 经费（万元）."""
    unit = re.search(r"[（(]\s*(?:单位[:：])?\s*(万元|元)\s*[)）]", column)
    return amount + unit[1] if unit and re.fullmatch(r"[\d.,，]+", amount) else amount
