"""The seasons of a folder at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matcher.season.audit import Change
from matcher.season.season import Season


@dataclass(frozen=True, slots=True)
class SeasonLine:
    """How far a season is: its guide's title, its batches and rows, how many are decided, and its last change."""

    guide: str
    batches: int
    rows: int
    decided: int
    last: Change


def season_line(file: Path) -> SeasonLine:
    """The season `file` at a glance; SeasonError where it is none, or damaged."""
    with Season(file) as season:
        lines = season.batches()
        rows, decided = (sum(counts) for counts in ([b.rows for b in lines], [b.decided for b in lines]))
        return SeasonLine(season.guide.title, len(lines), rows, decided, season.audit.history(last=1)[0])
