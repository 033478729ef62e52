"""Application forms written by hand, with their right reading, as data: tests/cases/applications/*.txt.

A case is written as a layout of a guide is (tests/layout_cases.py). Its reading is one line a field, `name|value`, or
`name|one / other` where both are right: a title is compared as it stands, of any other field the value has to stand in it.
`-` is no value; `in|words` stand in the abstract once, `not|words` not at all, `content|words` in a section of that kind,
`under|heading > words` in a section under a heading with those words, `said|words` in a note, `silent|words` in none.
`?` before the name of a case marks a known failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from matcher.readers.document import read_document
from matcher.readers.form.reading import Form, form_of
from matcher.segment import fold
from tests.layout_cases import Case, read_cases

FOLDER = Path(__file__).parent / "cases" / "applications"


def applications() -> list[Case]:
    """All cases, in the order of their files; `rows` are (field, value)."""
    return read_cases(FOLDER, lambda row: row.split("|", 1))


def read_form(path: Path) -> Form:
    """The form in a file of any readable format."""
    return form_of(read_document(path))


def faults(case: Case, form: Form) -> Iterator[tuple[str, str]]:
    """Every field that a reading has wrong, and how."""
    for field, value in case.rows:
        read = plain(_read(form, "abstract" if field in ("in", "not") else field))
        choices = [plain(choice) for choice in value.split(" / ")]
        if field == "under":
            heading, words = map(plain, value.split(" > "))
            right = any(heading in plain(s.heading) and words in plain(s.text) for s in form.sections)
        elif field in ("said", "silent"):
            read = plain("\n".join(map(str, form.notes)))
            right = (choices[0] in read) is (field == "said")
        elif value == "-":
            right = not read
        elif field == "title":
            right = read in choices
        elif field == "not":
            right = choices[0] not in read
        elif field == "in":
            right = read.count(choices[0]) == 1
        else:
            right = any(choice in read for choice in choices)
        if not right:
            yield field, f"{field} {read!r} for {value!r}"


def _read(form: Form, field: str) -> str:
    """What stands in a field, else in the sections of that kind."""
    return form.fields.get(field) or "\n".join(s.text for s in form.sections if s.kind == field)


def plain(text: str) -> str:
    """A text as it is compared: folded, without white space and hyphens."""
    return re.sub(r"[\s-]", "", fold(text))
