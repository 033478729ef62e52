"""Whether two proposals come from one team, by the names that they state."""

from __future__ import annotations

from typing import Literal

from matcher.rules.names import is_part_of, organisation, people
from matcher.types import Proposal

SameTeam = Literal["same", "possible", "different", "unknown"]


def same_team(a: Proposal, b: Proposal) -> SameTeam:
    """How the teams of two proposals compare.

    same: one investigator, and no contradicting organisation. possible: one of the two agrees, the
    other differs or is not stated. different: nothing stated agrees. unknown: nothing comparable.
    """
    person = _agree(set(people(a.principal_investigator)), set(people(b.principal_investigator)))
    houses = organisation(a.organisation), organisation(b.organisation)
    house = _agree({houses[0]} - {""}, {houses[1]} - {""})
    if house is False and (is_part_of(*houses) or is_part_of(*reversed(houses))):
        house = True
    if person and house is not False:
        return "same"
    if person or house:
        return "possible"
    return "unknown" if person is None and house is None else "different"


def _agree(a: set[str], b: set[str]) -> bool | None:
    return bool(a & b) if a and b else None
