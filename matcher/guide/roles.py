"""The role of each line of a document, for its audit."""

from __future__ import annotations

from matcher.guide.blocks import Unit
from matcher.types import Role

# Where roles meet on one line, the one that matters most to a reader names it.
_RANK: dict[Role, int] = {"outside": 0, "heading": 1, "unread": 2, "content": 3, "office": 4, "title": 5}


class Painter:
    """Collects the role of each line."""

    def __init__(self) -> None:
        """No line has a role yet."""
        self.roles: dict[int, Role] = {}

    def paint(self, unit: Unit, role: Role) -> None:
        """Give the unit's lines a role, unless a weightier one is there."""
        first, last = unit.lines
        for line in range(first, last + 1):
            if line not in self.roles or _RANK[role] > _RANK[self.roles[line]]:
                self.roles[line] = role
