"""A section of a form while it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_METHODS = re.compile("方法|路线|方案")


@dataclass(slots=True)
class Part:
    """A section as it is read: its kind, its heading, how that was numbered, its lines."""

    kind: str
    heading: str
    number: tuple[str, int] = ("", 0)
    in_table: bool = False
    level: int = 0  # of its heading, where the document says so
    beside: bool = False  # its text began on the line of its heading
    lines: list[str] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether it stands in a table and its text ends with a sentence: a short row below may head the next section."""
        return self.in_table and bool(self.lines) and self.lines[-1][-1] in "。！？"

    def holds(self, other: Part) -> bool:
        """Whether another section that follows stands below this one's heading: it is numbered in another way."""
        return other.number[0] not in ("", self.number[0]) or 0 < self.level < other.level


def join_outlines(parts: Sequence[Part]) -> None:
    """Make the sections of an outline below a bare heading what that heading says: 二、研究内容 over （一）研究对象 （二）框架思路.

    Only those whose names nobody knows, or that name methods where the heading does not.
    """
    for n, part in enumerate(parts):
        if part.kind != "content" or part.lines or not part.number[0]:
            continue
        below = ("other",) if _METHODS.search(part.heading) else ("other", "methods")
        for inner in parts[n + 1 :]:
            if not part.holds(inner):
                break
            inner.kind = part.kind if inner.kind in below else inner.kind
