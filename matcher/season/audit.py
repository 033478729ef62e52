"""The audit log of a season: who did what to which row, and when. Lines are only added."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from matcher.season import store


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log: `place` is the row, `before` and `after` its choice; times are local, ISO 8601."""

    time: str
    who: str
    action: str
    batch: int | None
    place: str
    before: str
    after: str


def now() -> str:
    """The local time with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Audit:
    """The log in the database `connection`, in the name of `who`."""

    def __init__(self, connection: sqlite3.Connection, file: Path, who: str) -> None:
        """Write in the name of `who` into the season `file`."""
        self._connection, self._file, self._who = connection, file, who

    def log(self, action: str, batch: int | None, place: str, before: str, after: str, step: int = 0) -> None:
        """Add a line; `step` numbers what was done at one stroke, and can be taken back. Within `store.writing`."""
        self._connection.execute(
            "INSERT INTO audit (time, who, action, batch, place, before, after, step)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (now(), self._who, action, batch, place, before, after, step),
        )

    def next_step(self) -> int:
        """The number of a new step."""
        return 1 + int(self._connection.execute("SELECT coalesce(max(step), 0) FROM audit").fetchone()[0])

    def history(self, batch: int | None = None, place: str = "") -> list[Change]:
        """The lines, oldest first: all of them, or those of a batch or of one row. SeasonError for a damaged file."""
        rows = store.rows(
            self._connection,
            self._file,
            "SELECT * FROM audit WHERE (? IS NULL OR batch = ?) AND (? = '' OR place = ?) ORDER BY number",
            (batch, batch, place, place),
        )
        names = Change.__dataclass_fields__
        return [Change(**{name: row[name] for name in names}) for row in rows]
