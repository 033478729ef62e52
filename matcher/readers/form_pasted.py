"""A table pasted as text with each cell on a line of its own: the names of a row above its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from matcher import settings
from matcher.readers.blocks import CellGrid, Document, Heading, Table
from matcher.readers.form_headings import NO_LABEL
from matcher.readers.form_labels import LONG, label_of, labels_in, number_of
from matcher.readers.value_shapes import fits

_LEAST = settings.count("readers.form_pasted.least")
_MOST = settings.count("readers.form_pasted.most")
_LONGEST = settings.characters("readers.form_labels.longest")
_TEXTS = LONG - {"outcomes", "budget", "schedule"}  # their names stand in no row
_BEGUN = frozenset(("title", *_TEXTS))
# Whose names and phones are not the applicant's, among the names or above them.
_OUTSIDE = frozenset(("partners", "members", "recommender", "opinion"))
_OTHER_PEOPLE = re.compile(
    r"专家|推荐|评审|导师|\b(?i:referee|reviewer|expert|partner|member|supervisor)s?\b"
)
TextLine = tuple[str, int]  # a line and the level of the heading that it is, 0 for none


def with_rows(document: Document, most: int) -> Iterator[TextLine | Table | CellGrid]:
    """The lines and tables of a document in order; names above as many values as the rows of a table.

    Only the first so many (`most`) lines of a stretch are looked at, and none that a page broke.
    """
    most = 0 if document.wrapped else most
    lines: list[TextLine] = []
    begun = False
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _rows_among(lines[:most], begun=begun)
            yield from lines[most:]
            yield block
            lines, begun = [], True
            continue
        level = block.level if isinstance(block, Heading) else 0
        texts = re.split(r"\r\n|\r|\n", block.text)
        lines += [(text.strip(" 　"), level) for text in texts if text.strip()]
    yield from _rows_among(lines[:most], begun=begun)
    yield from lines[most:]


def _rows_among(lines: Sequence[TextLine], *, begun: bool) -> Iterator[TextLine | CellGrid]:
    """`begun` says that a title or a text stands above: what names a title after it is another project's."""
    n = 0
    while n < len(lines):
        names = [line for line, _ in takewhile(_is_name, lines[n : n + _MOST])]
        end = n + max(len(names), 1)
        titled = any("title" in label_of(name, column=True)[:1] for name in names)
        apart = len(names) >= _LEAST and not (begun and titled) and not any(map(_outside, names))
        if apart and not (n and _outside(lines[n - 1][0])):
            values = [line for line, _ in takewhile(_is_value, lines[end : end + len(names) + 1])]
        else:
            values = []
        if values and len(values) == len(names) and all(map(_fits, names, values)):
            yield [names, values]
            end += len(values)
        else:
            yield from lines[n:end]
        begun = begun or titled or any(_begins(line) for line, _ in lines[n:end])
        n = end


def _is_name(line: TextLine) -> bool:
    text, level = line
    if level or text[-1] in NO_LABEL or text[0] in "（(" or not _is_short(text):
        return False
    return not number_of(text)[0] and _TEXTS.isdisjoint(label_of(text, column=True)[:1] or _TEXTS)


def _is_value(line: TextLine) -> bool:
    text, level = line
    return not (level or label_of(text, column=True) or number_of(text)[0] in ("han", "part"))


def _begins(text: str) -> bool:
    """Whether a line names the title or a text of the form."""
    first = next(labels_in(text), None)
    return not _BEGUN.isdisjoint(label_of(text)[:1] or (first.places[:1] if first else ()))


def _outside(text: str) -> bool:
    """Whether a name or a heading says whose names stand below: experts, partners, members."""
    places = label_of(text, column=True)
    return not _OUTSIDE.isdisjoint(places[:1]) or (_is_short(text) and bool(_OTHER_PEOPLE.search(text)))


def _is_short(text: str) -> bool:
    """Whether a line is no longer than a label; Latin letters take twice as many."""
    return len(text) <= _LONGEST * (1 + text.isascii())


def _fits(name: str, value: str) -> bool:
    """Whether a value may be one of the column of that name."""
    places = label_of(name, column=True)
    return not places or any(fits(field, value) for field in places)
