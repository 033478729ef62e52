"""The seasons of a folder: each at a glance, and one from elsewhere taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matcher.season.season import Season
from matcher.season.store import claim, discard
from matcher.season.tables import Change


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
        return SeasonLine(season.guide.title, len(lines), rows, decided, season.audit.last())


def adopt(copied: Path, file: Path) -> None:
    """Keep a season that was copied from elsewhere as `file`, once all of it was read.

    SeasonError where `file` exists, or `copied` is no season or damaged: what cannot be read cannot be deleted on the page.
    """
    with Season(copied) as season:
        season.guides()
        season.audit.last()
        season.audit.history()
        for line in season.batches():
            season.report(line.id)
            cases = season.cases(line.id)
            cases.findings()
            cases.read()
    claim(file)
    try:
        file.write_bytes(copied.read_bytes())
    except BaseException:
        discard(file)
        raise
