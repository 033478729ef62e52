"""Proposals with judgements, for evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import BatchError
from matcher.message import Catalogue
from matcher.readers.batch import BadRow, Batch, Entry
from matcher.types import Proposal

say = Catalogue(__file__)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A proposal with its judgement: `relevant` maps topic ids to grades (2 best, 1 acceptable).

    An empty `relevant` says that nothing in the guide fits. `style`, `language` and `author`
    group the figures of an evaluation; "" where unknown.
    """

    proposal: Proposal
    relevant: Mapping[str, int]
    style: str
    language: str
    author: str


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled proposals of an evaluation file (JSON lines with `relevant`).

    Raises BatchError naming the line of the first row that is unreadable or has no valid
    `relevant`: an evaluation that skips rows is no evaluation.
    """
    labelled = []
    for entry in Batch(path):
        relevant = entry.values.get("relevant") if isinstance(entry, Entry) else None
        if (
            isinstance(entry, BadRow)
            or not isinstance(relevant, dict)
            or not all(type(g) is int and g in (0, 1, 2) for g in relevant.values())
        ):
            why = entry.reason if isinstance(entry, BadRow) else "relevant"
            raise BatchError(say("proposals.relevant", name=path.name, line=entry.line, why=why))
        text = {name: str(entry.values.get(name) or "") for name in ("style", "language", "author")}
        labelled.append(Labelled(entry.proposal, {k: g for k, g in relevant.items() if g}, **text))
    return labelled
