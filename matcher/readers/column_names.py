"""Which field a column may be by its name: one of the lists, a form's label, a question, or the name below its group's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.readers.form_headings import questioned
from matcher.readers.form_labels import label_of
from matcher.readers.label_questions import requested
from matcher.readers.labels import fields_of, label_key
from matcher.segment import fold

_LONGEST_NAME = settings.letters("readers.columns.longest_name")
_BRACKET = "("
_UNDER = re.compile(
    r"[（(]\d{1,2}[)）]|\s*[_:：>→|]\s*|(?<=[^\W\d])\s*[-—–]+\s*(?=[^\W\d])"
)  # 基本信息（1）项目名称
# What a column asks for by a question; one for methods or reasons (怎么做) is left to the length of its texts.
_OF_QUESTIONS = frozenset(
    ("title", "abstract", "content", "declared", "organisation", "principal_investigator", "phone")
)
AS_LABEL = settings.count("readers.columns.as_label")


def column_fields(name: str) -> Sequence[tuple[str, int]]:
    """The (field, rank) that a column may be by its name: as a name of the lists, or as a form's label is read."""
    if places := fields_of(name):
        return (
            places
            if _BRACKET not in fold(name) or label_of(name) != ("organisation",)
            else (("organisation", 0),)
        )
    if "/" in name and len(label_key(name)) < _LONGEST_NAME and _is_pair(name):
        return ()
    *before, last = _UNDER.split(name)
    if before and len(last) > 1 and (below := column_fields(last)):
        return below
    question = questioned(name)
    asked = requested(name) or (question if question in _OF_QUESTIONS else "")
    return tuple((field, AS_LABEL) for field in label_of(name, column=True) or filter(None, (asked,)))


def _is_pair(name: str) -> bool:
    """Whether a column's name is two, of which each cell holds both: 负责人/电话."""
    return all(fields_of(part) for part in name.split("/"))
