"""Exports of survey tools: a second row that names the parts of questions, and a column for each choice of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# Below a question without parts; its name is the question above.
_UNPARTED = re.compile(r"(?:Open-Ended Response|Response|Other \(please specify\))")
_CHOICE = re.compile(r"\(choice=(.+)\)$")
_TICKED = re.compile(r"(?i:checked|true|yes|x|1)|[✓√☑是]")


def with_questions(rows: Mapping[int, Sequence[str]]) -> dict[int, Sequence[str]]:
    """Rows of texts by their numbers, with the question itself where a row below it says that it has no parts."""
    asked = dict(rows)
    for number, texts in rows.items():
        if any(map(_UNPARTED.fullmatch, texts)):
            above = [*rows.get(number - 1, ()), *texts]
            asked[number] = [above[n] if _UNPARTED.fullmatch(t) else t for n, t in enumerate(texts)]
    return asked


def chosen(column: str, text: str) -> str:
    """The text of a cell; of a column for one choice the choice where it is ticked, else "".

    >>> chosen("Area (choice=Vector control)", "Checked"), chosen("Area (choice=Water)", "Unchecked"), chosen("Area", "Water")
    ('Vector control', '', 'Water')
    """
    choice = _CHOICE.search(column)
    return text if choice is None else choice[1] if _TICKED.fullmatch(text) else ""
