"""Tables in which persons or bodies stand beside each other, what is said of each in rows below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise, takewhile

from matcher import settings
from matcher.readers.fields.in_lines import is_short, label_of
from matcher.readers.fields.labels import WHO, label_key
from matcher.readers.form.owners import OF_PERSON, owner_of
from matcher.readers.form.row_heads import PERSON

_LEAST_BESIDE = settings.count("readers.form_row_heads.beside")
# What rows say of the persons whose columns they cross.
_OF_ONE_PERSON = frozenset(
    (field,) for field in (*OF_PERSON, "phone", "email", "person", "address", "department")
)


def side_by_side(table: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """A table whose persons or bodies stand beside each other, each over a column of names and one of values, with one below the other.

    Who applies comes first, named by the name above; what is said of the others has their names in its own.

    >>> side_by_side([["Director", "", "Official", ""], ["Name", "A. Moller", "Name", "R. Katz"], ["Phone", "1", "Phone", "2"]])
    [['Director', 'A. Moller'], ['Phone', '1'], ['Official Name', 'R. Katz'], ['Official Phone', '2']]
    """
    rows: list[Sequence[str]] = []
    n = 0
    while n < len(table):
        heads = [i for i, cell in enumerate(table[n]) if cell.strip()]
        owners = _are_owners(table[n], heads)
        below = list(takewhile(partial(_pairs, heads), table[n + 1 :])) if owners else []
        if len(below) < _LEAST_BESIDE:
            rows.append(table[n])
            n += 1
            continue
        rows += [list(_of_owner(table[n][i], row[i : i + 2], first=not i)) for i in heads for row in below]
        n += 1 + len(below)
    return rows


def _of_owner(head: str, pair: Sequence[str], *, first: bool) -> Iterator[str]:
    """A name and its value below the name of a person or body."""
    named = head if first and label_key(pair[0]) in PERSON else pair[0]
    yield from (named if first else f"{head}{' ' * head.isascii()}{named}", pair[1])


def _are_owners(row: Sequence[str], heads: Sequence[int]) -> bool:
    """Whether the filled cells of a row (`heads`) are persons or bodies, the first one that applies, each over another blank one."""
    apart = len(heads) > 1 and heads[0] == 0 and all(b - a > 1 for a, b in pairwise([*heads, len(row)]))
    return apart and owner_of(row[0]) in WHO and all(label_of(row[i]) or is_short(row[i]) for i in heads)


def _pairs(heads: Sequence[int], row: Sequence[str]) -> bool:
    """Whether a row has a name and its value below each head, of one person's or body's."""
    named = [label_of(row[i], column=True)[:1] for i in heads]
    return all(row[i].strip() and row[i + 1].strip() for i in heads) and all(
        n in _OF_ONE_PERSON for n in named
    )


def across(table: Sequence[Sequence[str]]) -> list[tuple[str, list[list[str]]]]:
    """(name, rows of label and value) of each person or body of a table that has one in each column, what is said of them in rows; [] for others.

    >>> across([["", "Lead applicant", "Partner"], ["Name", "Ada Lovelace", "B. Hu"], ["Email", "a@b.example", "c@d.example"]])
    [('Lead applicant', [['Name', 'Ada Lovelace'], ['Email', 'a@b.example']]), ('Partner', [['Name', 'B. Hu'], ['Email', 'c@d.example']])]
    """
    head, *rows = table or [()]
    labels = [label_of(row[0], column=True)[:1] for row in rows if row]
    several = len(head) > 2 and len(rows) > 1 and all(head[1:])
    leads = several and owner_of(head[1]) in WHO and not label_of(head[0], column=True)
    known = [label for label in labels if label]
    if not leads or not _OF_ONE_PERSON.issuperset(known) or 2 * len(known) <= len(labels):
        return []
    return [(name, [[row[0], row[n]] for row in rows if row[n]]) for n, name in enumerate(head) if n]
