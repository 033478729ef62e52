"""The audit log of a season: who did what to which row, and when. Lines are only added."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from matcher.season.store import SeasonDatabase


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log: `place` is the row, `before` and `after` its choice; times are local, ISO 8601.

    `id` and `title` are the row's proposal, by which people know it; "" where the line is of no row.
    """

    time: str
    who: str
    action: str
    batch: int | None
    place: str
    before: str
    after: str
    id: str
    title: str


def now() -> str:
    """The local time with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class Audit:
    """The log of a season, in the name of `who`."""

    def __init__(self, database: SeasonDatabase, who: str) -> None:
        """Write in the name of `who`."""
        self._database, self.who = database, who

    def log(self, action: str, batch: int | None, place: str, before: str, after: str, step: int = 0) -> None:
        """Add a line; `step` numbers what was done at one stroke, and can be taken back. Within `writing`."""
        self._database.run(
            "INSERT INTO audit (time, who, action, batch, place, before, after, step)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(now(), self.who, action, batch, place, before, after, step),
        )

    def next_step(self) -> int:
        """The number of a new step."""
        return 1 + int(self._database.run("SELECT coalesce(max(step), 0) FROM audit").fetchone()[0])

    def history(self, batch: int | None = None, place: str = "", last: int = -1) -> list[Change]:
        """The lines, oldest first: all of them, or the `last` few, or those of a batch or of one row.

        SeasonError for a damaged file.
        """
        rows = self._database.rows(
            "SELECT audit.*, row.proposal FROM audit LEFT JOIN row USING (batch, place)"
            " WHERE (? IS NULL OR batch = ?) AND (? = '' OR place = ?) ORDER BY audit.number DESC LIMIT ?",
            *(batch, batch, place, place, last),
        )[::-1]
        with self._database.reading():
            proposals = [json.loads(row["proposal"] or '{"id": "", "title": ""}') for row in rows]
            return [
                Change(
                    row["time"], row["who"], row["action"], row["batch"], row["place"], row["before"], row["after"],
                    proposal["id"], proposal["title"],
                )
                for row, proposal in zip(rows, proposals, strict=True)
            ]  # fmt: skip

    def last(self) -> Change:
        """The last line; SeasonError for a damaged file, which one without any is."""
        with self._database.reading():
            return self.history(last=1)[0]
