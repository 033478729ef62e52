"""The fields of a form that only its headers and footers hold."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.readers.blocks import Margin
from matcher.readers.form_labels import LONG, labels_in
from matcher.readers.form_values import value_of
from matcher.readers.form_walk import Walk


def take_margins(walk: Walk, margins: Sequence[Margin]) -> list[Margin]:
    """Set the fields that only headers and footers hold (项目名称：…); what was of no use there."""
    unread = []
    for margin in margins:
        labels = list(labels_in(margin.text))
        ends = [label.start for label in labels[1:]] + [len(margin.text)]
        new = False
        for label, end in zip(labels, ends, strict=False):
            field_, value = walk.choose(label.places), value_of(margin.text[label.end : end])
            if value and field_ not in LONG and field_ not in walk.fields:
                walk.set(field_, value)
                new = True
        if not new:
            unread.append(margin)
    return unread
