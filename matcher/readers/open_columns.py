"""What a table's header leaves open: a column of texts without a name that is known, names to ask about, no header at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher import settings
from matcher.errors import BatchError
from matcher.readers.cells import plain_text
from matcher.readers.columns import HEADER_WITHIN, TEXTS, Header
from matcher.readers.delimited import Line
from matcher.readers.labels import WHO, first_name, near
from matcher.readers.value_shapes import INSTITUTION, shaped

_MOST_GUESSED = settings.columns("readers.columns.most_guessed")
_PROSE = settings.letters("readers.open_columns.prose")


def with_shapes(header: Header, lines: Sequence[Line]) -> tuple[Header, list[tuple[str, str]]]:
    """The header with unknown columns as the fields it lacks whose values they hold, and those as (column, field).

    Long texts are an abstract, institutions and persons who applies. Of several such columns none is taken.
    """
    rows = [line.cells for line in lines if line.error is None and line.number > header.row]
    columns, taken = dict(header.columns), []
    for field in ("abstract", *WHO):
        if field in columns or (field == "abstract" and not columns.keys().isdisjoint(TEXTS[1:])):
            continue
        used = {place for places in columns.values() for place in places}
        fitting = [
            i
            for i, name in enumerate(header.names)
            if name and i not in used and _mostly(field, name, [plain_text(r[i]) for r in rows if i < len(r)])
        ]
        if len(fitting) == 1:
            columns[field] = (fitting[0],)
            taken.append((header.names[fitting[0]], field))
    return replace(header, columns=columns), taken


def _mostly(field: str, name: str, cells: Sequence[str]) -> bool:
    """Whether most values of a column are such as the field has."""
    filled = [cell for cell in cells if cell]
    if field == "abstract":
        fit = [cell for cell in filled if len(cell) >= _PROSE and re.search("[。；;.]", cell)]
    else:
        bare = [cell for cell in filled if len(cell) < _PROSE and not re.search("[:：。]", cell)]
        fit = [
            c for c in bare if shaped(name, c) == field or (field == "organisation" and INSTITUTION.search(c))
        ]
    return 2 * len(fit) > len(filled)


def guesses(header: Header) -> list[tuple[str, str]]:
    """(column, field) for the columns that nobody knows and that may be a field which has none."""
    used = {place for places in header.columns.values() for place in places}
    wanted = tuple(f for f in ("title", "abstract", "declared") if f not in header.columns)
    if "abstract" in wanted and "content" in header.columns:
        wanted = tuple(f for f in wanted if f != "abstract")
    unknown = [name for i, name in enumerate(header.names) if i not in used and name and wanted]
    named = [(name, near(name, wanted)) for name in unknown[:_MOST_GUESSED]]
    return [(name, guess) for name, guess in named if guess is not None]


class HeaderError(BatchError):
    """No row of a table is its header; `names` are the cells of the row that comes nearest."""

    def __init__(self, zh: str, en: str, names: Sequence[str] = ()) -> None:
        """`zh` and `en` are for people."""
        super().__init__(zh, en)
        self.names = tuple(name for name in names if name)


def no_header(name: str, header: Header | None) -> HeaderError:
    """The error for a table without a title or a text, with the names that come near."""
    listed = "、".join(n[:40] for n in (header.names if header else ()) if n) or "∅"
    hints = [
        f"--column {first_name(field)}={column}" for column, field in (guesses(header) if header else [])
    ]
    hint = f"；如果是，可用 {' '.join(hints)}" if hints else "；请改列名，或用 --column title=列名"
    english = f"; perhaps {' '.join(hints)}" if hints else "; rename the columns or use --column title=COLUMN"
    return HeaderError(
        f"{name} 缺少列：前 {HEADER_WITHIN} 行里没有 title（项目名称）或 abstract（摘要），只有 {listed}{hint}，"
        "或用 --header-row 指明表头在第几行。",
        f"{name}: expected a column title or abstract, found {listed.replace('、', ', ')}{english},"
        " or name the header with --header-row.",
        header.names if header else (),
    )
