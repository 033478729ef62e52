"""Which field a column may be by its name: one of the lists, a form's label, a question, or the name below its group's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.readers.form_headings import questioned
from matcher.readers.form_labels import label_of
from matcher.readers.label_questions import requested
from matcher.readers.labels import fields_of, pair_of
from matcher.segment import fold

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
    if pair_of(name):
        return ()
    if places := fields_of(name):
        asked = label_of(name)[:1] if _BRACKET in fold(name) else ()  # 选题（从指南中选）
        return ((asked[0], 0),) if asked in (("declared",), ("organisation",)) else places
    if (bare := name.rstrip("0123456789")) != name and bare[-1:].isalpha() and (places := fields_of(bare)):
        return places  # Microsoft Forms numbers a question whose name an earlier one had
    *before, last = _UNDER.split(name)
    if before and len(last) > 1 and (below := column_fields(last)):
        return below
    question = questioned(name)
    request = requested(name) or (question if question in _OF_QUESTIONS else "")
    return tuple((field, AS_LABEL) for field in label_of(name, column=True) or filter(None, (request,)))
