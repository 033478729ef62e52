"""What of a form's words came under none of its fields and sections, so that it can be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise

from matcher import settings
from matcher.message import Message
from matcher.readers.blocks import Document, Heading, Table, row_line
from matcher.readers.form_headings import is_contents
from matcher.readers.form_labels import label_of, labels_in
from matcher.readers.form_values import is_empty, is_hint, is_own_title, value_of
from matcher.segment import NOT_LETTERS, fold
from matcher.types import Section

_SHORTEST = settings.letters("readers.unread.shortest")
_MOST = settings.count("readers.unread.most")
_PIECES = re.compile(r"\t+| {2,}|　+|[,，;；(（]")
_MOST_GAPS = settings.count("readers.unread.most_gaps")
_LATIN = settings.factor("readers.unread.latin")
_COVER = settings.letters("readers.unread.cover")
_MOST_LINES = settings.lines("readers.unread.most_lines")
MOST_LOOKED = settings.lines("readers.unread.most_looked")
_MOST_CELLS = settings.count("readers.unread.most_cells")
_MOST_PIECES = settings.count("readers.unread.most_pieces")
_SHOWN = settings.characters("readers.unread.shown")


def unread(document: Document, fields: Mapping[str, str], sections: Sequence[Section]) -> list[Message]:
    """One note of the texts that are in no field and no section; [] where there is none.

    What stands under a label that is known and of no use to a match (职称, 联系人), a hint of the template and the
    form's own name are none.
    """
    texts = [*fields.values(), *(text for s in sections for text in (s.heading, s.text))]
    lines = {_key(line) for text in texts for line in text.split("\n")}
    used = _Used(lines, "\n".join(_key(text) for text in texts))
    left = list(dict.fromkeys(_left(document, used)))
    if not left:
        return []
    shown = "；".join(text if len(text) <= _SHOWN else text[:_SHOWN] + "…" for text in left[:_MOST])
    many = len(left) > _MOST
    return [
        Message(
            f"未归入任何栏目的文字：{shown}" + (f" …（共 {len(left)} 处）" if many else ""),
            f"text under no known label: {shown}" + (f" … ({len(left)} in all)" if many else ""),
        )
    ]


class _Used:
    """The texts that were read, as they are compared."""

    def __init__(self, lines: set[str], everything: str) -> None:
        self._lines, self._everything = lines, everything

    def __contains__(self, text: str) -> bool:
        key = _key(text)
        return not key or key in self._lines or key in self._everything


def unlooked(count: int) -> list[Message]:
    """The note that the end of a document of `count` lines and cells was read as text only; [] for shorter ones."""
    if count <= MOST_LOOKED:
        return []
    return [
        Message(
            f"第 {MOST_LOOKED:,} 行（格）以后不再找栏目名称，只作正文",
            f"after {MOST_LOOKED:,} lines and cells labels were not looked for: the rest was read as text",
        )
    ]


def _key(text: str) -> str:
    return NOT_LETTERS.sub("", fold(text))


def _left(document: Document, used: _Used) -> Iterator[str]:
    cover = True  # above the first label
    for block in document.blocks:
        if isinstance(block, Table):
            cover = False
            yield from _left_of_table(block, used)
            if block.line_numbers[-1] > _MOST_LINES:
                yield f"> {_MOST_LINES}"
                return
            continue
        for number, line in enumerate(map(str.strip, block.text.splitlines()), block.line):
            if number > _MOST_LINES:
                yield f"> {_MOST_LINES}"
                return
            cover = cover and not label_of(line) and not any(True for _ in labels_in(line))
            standing = isinstance(block, Heading) or cover
            if not _is_read(line, used) and not (standing and len(line) <= _COVER):
                yield " ".join(line.split())


def _is_read(line: str, used: _Used) -> bool:
    """Whether a line was read, stands under a label that is known, or says nothing of the proposal."""
    if (
        line in used
        or is_contents(line)
        or is_hint(line)
        or is_empty(line)
        or is_own_title(line)
        or label_of(line)
    ):
        return True
    labels = list(labels_in(line, loose=True))
    if labels:
        before = line[: labels[0].start].strip()
        return not before or before in used or len(before) < _SHORTEST
    caption = len(line) < (_LATIN if line.isascii() else 1) * _SHORTEST and not re.search("[:：]", line[:-1])
    return caption or _pieces_read(line, used)


def _pieces_read(line: str, used: _Used) -> bool:
    """Whether a line was read cell by cell, behind a label, or without the hints around its value."""
    line = line.lstrip("•·●◆-* ")
    heads = (line[: gap.start()] for gap in islice(re.finditer(" ", line), _MOST_GAPS))
    if any(label_of(head, column=True) for head in heads):
        return True
    return value_of(line) in used or all(
        piece in used or label_of(piece) for piece in _PIECES.split(line, _MOST_PIECES)
    )


def _left_of_table(table: Table, used: _Used) -> Iterator[str]:
    """Rows of a table of which a cell was not read; rows below a row of names are said by that row."""
    names: Sequence[str] = ()
    below = looked = 0
    for number, row in zip(table.line_numbers, table.rows, strict=True):
        cells = [cell.strip() for cell in row if cell.strip()]
        looked += len(cells)
        if number > _MOST_LINES or looked > _MOST_CELLS:
            yield f"> {_MOST_LINES} / {_MOST_CELLS}"
            break
        known = [bool(label_of(cell, column=True, loose=True)) for cell in cells]
        if len(cells) > 2 and 2 * sum(known) > len(cells) and _side_by_side(known):
            yield from _list_left(names, below)
            names, below = cells, 0
        elif unread_cells := list(_unread_cells(cells, known, used)):
            if names and len(cells) > 1 and not any(known):
                below += 1
            else:
                yield row_line(unread_cells)
    yield from _list_left(names, below)


def _list_left(names: Sequence[str], below: int) -> Iterator[str]:
    if below:
        yield f"{'、'.join(names)[:_SHOWN]}（×{below}）"


def _side_by_side(known: Sequence[bool]) -> bool:
    return any(a and b for a, b in pairwise(known))


def _unread_cells(cells: Sequence[str], known: Sequence[bool], used: _Used) -> Iterable[str]:
    """The cells of a row that were not read and do not stand behind a known label."""
    labelled = False
    for cell, is_label in zip(cells, known, strict=True):
        if is_label:
            labelled = True
        elif not labelled and not all(_is_read(line.strip(), used) for line in cell.split("\n")):
            yield cell
