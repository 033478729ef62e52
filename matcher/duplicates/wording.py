"""How reports call kinds, teams and what to make of a similarity."""

from __future__ import annotations

from matcher.duplicates.concern import Kind
from matcher.duplicates.teams import SameTeam
from matcher.message import Catalogue, Message

say = Catalogue(__file__)


def kind_name(kind: Kind) -> Message:
    """A kind of pair as people read it."""
    return say(f"kind.{kind}")


def team_name(team: SameTeam) -> Message:
    """Whether the teams of a pair are the same, as people read it."""
    return say(f"team.{team}")


def headings(*columns: str) -> list[Message]:
    """What stands over the columns of a table, by their names."""
    return [say(f"column.{column}") for column in columns]


def advice() -> Message:
    """What every report says of its pairs."""
    return say("advice")
