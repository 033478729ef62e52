"""Tables pasted as text with each cell on a line of its own: the names of a row above its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from matcher import settings
from matcher.readers.blocks import CellGrid, Document, Heading, Table
from matcher.readers.form_headings import NO_LABEL
from matcher.readers.form_labels import LONG, label_of, number_of
from matcher.readers.form_row_heads import of_a_list
from matcher.readers.value_shapes import INSTITUTION, OFFICE_END, fits, like, looks_like_a_person

_LEAST = settings.count("readers.form_pasted.least")
_MOST = settings.count("readers.form_pasted.most")
_LONGEST = settings.characters("readers.form_labels.longest")
_TEXTS = LONG - {"outcomes", "budget", "schedule", "opinion", "members"}  # their names stand in no row
TextLine = tuple[str, int]  # a line and the level of the heading that it is, 0 for none
# Names without a value: one at the beginning (课题组成员 over 姓名), one at the end (签字), both.
_BLANK = ((0, 0), (0, 1), (1, 0), (1, 1))


def with_rows(document: Document, most: int) -> Iterator[TextLine | Table | CellGrid]:
    """The lines and tables of a document in order; names above as many values, or several times as many, as the rows of a table.

    Only the first so many (`most`) lines of a stretch are looked at, and none that a page broke.
    """
    most = 0 if document.wrapped else most
    lines: list[TextLine] = []
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _rows_among(lines[:most])
            yield from lines[most:]
            yield block
            lines = []
            continue
        level = block.level if isinstance(block, Heading) else 0
        texts = re.split(r"\r\n|\r|\n", block.text)
        lines += [(text.strip(" 　"), level) for text in texts if text.strip()]
    yield from _rows_among(lines[:most])
    yield from lines[most:]


def _rows_among(lines: Sequence[TextLine]) -> Iterator[TextLine | CellGrid]:
    n = 0
    while n < len(lines):
        names = [line for line, _ in takewhile(_is_name, lines[n : n + _MOST])]
        end = n + max(len(names), 1)
        below = takewhile(_is_value, lines[end : end + _MOST * _MOST] if len(names) >= _LEAST else ())
        values = [line for line, _ in below]
        if table := _table(names, values):
            yield table
            end += len(values)
        else:
            yield from lines[n:end]
        n = end


def _is_name(line: TextLine) -> bool:
    text, level = line
    if level or text[-1] in NO_LABEL or len(text) > _LONGEST * (1 + text.isascii()):
        return False
    return of_a_list(text) or _TEXTS.isdisjoint(label_of(text, column=True)[:1] or _TEXTS)


def _is_value(line: TextLine) -> bool:
    text, level = line
    return not (level or label_of(text, column=True) or number_of(text)[0] in ("han", "part"))


def _table(names: Sequence[str], values: Sequence[str]) -> CellGrid | None:
    """The names over the values, where these fill its rows and each has the shape of its column; else None.

    Where a name has no value or a row is not the only one, each who applies must have the shape that no other column has.
    """
    for lead, tail in _BLANK if values else ():
        width = len(names) - lead - tail
        rows = [[*[""] * lead, *values[i : i + width], *[""] * tail] for i in range(0, len(values), width)]
        shapes = [_shape(*cell) for row in rows for cell in zip(names, row, strict=False) if cell[1]]
        sure = not (lead or tail) and len(rows) == 1
        if len(rows[-1]) == len(names) and all(shape or (sure and shape is False) for shape in shapes):
            return [list(names), *rows]
    return None


def _shape(name: str, value: str) -> bool | None:
    """Whether a value has the shape of its column (True), may as well be another's (False), or cannot be its value (None)."""
    places = label_of(name, column=True)
    field = next((f for f in places if fits(f, value)), "")
    if field == "principal_investigator":
        return looks_like_a_person(value) and like(field, value)
    if field == "organisation":
        return bool(INSTITUTION.search(value) or OFFICE_END.search(value))
    return True if field or not places else None
