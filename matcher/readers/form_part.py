"""A section of a form while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field


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
