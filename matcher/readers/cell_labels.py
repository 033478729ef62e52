"""Labels inside the cells of a table: 题目：… and 负责人：… in one cell, 负责人/电话 as one column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from matcher import settings
from matcher.readers.columns import TEXTS
from matcher.readers.delimited import cell_text
from matcher.readers.form import form_of_text
from matcher.readers.form_labels import labels_in
from matcher.readers.labels import EXTRA, PROPOSAL, fields_of, pair_of
from matcher.readers.table import Row
from matcher.readers.value_shapes import parted

_LABEL_WITHIN = settings.characters("readers.cell_labels.within")
_REMEMBERED = settings.chunk("readers.cell_labels.remembered")

_MARKS = (":", "：", "【")


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
        pair = () if column in used else pair_of(column)
        for field, text in (_labelled(value) or parted(pair, cell_text(value))).items():
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
