"""The log of a season: who did what and when, as it is kept and as people read it."""

from __future__ import annotations

import getpass
import json
from dataclasses import dataclass, replace
from datetime import datetime

from matcher.duplicates.cases import answer_name, answer_of
from matcher.errors import SeasonError
from matcher.message import Catalogue, Message
from matcher.season.store import SeasonDatabase
from matcher.triage.columns import choice_name

say = Catalogue(__file__)


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

    @property
    def words(self) -> Change:
        """The line as people read it: what was done in both languages, the time as it is here, choices and rows in words."""
        place, before, after = self.place, self.before, self.after
        if self.action == "pair":
            before, after = (answer_name(answer_of(text)) for text in (before, after))
        elif self.place:
            place = place_name(place)
            if "note" in self.action:
                before, after = before or say("note.none"), after or say("note.none")
            else:
                before, after = choice_name(before), choice_name(after)
        action = say(f"action.{self.action}") if f"action.{self.action}" in say else self.action
        time = local_time(self.time)
        return replace(self, time=time, action=action, place=place, before=before, after=after)


def place_name(place: str) -> Message:
    """The place of a row in words.

    >>> place_name("重点项目!5").zh, place_name("5").en
    ('工作表 重点项目 第 5 行', 'row 5')
    """
    sheet, _, line = place.rpartition("!")
    return say("place.of sheet", sheet=sheet, line=line) if sheet else say("place", line=line)


def now() -> str:
    """The local time with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def local_time(time: str) -> str:
    """A time that `now` wrote, as it is here, with the zone: 2026-11-29 14:40:45+08:00."""
    return datetime.fromisoformat(time).astimezone().isoformat(" ", "seconds")


def user() -> str:
    """The user of this machine; SeasonError where the system has no name for them, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:  # which, depends on Python and the system
        raise SeasonError(say("who.unknown")) from error


class Audit:
    """The log of a season, in the name of `who`."""

    def __init__(self, database: SeasonDatabase, who: str) -> None:
        """Write in the name of `who`."""
        self._database, self.who = database, who

    def log(self, action: str, batch: int | None, place: str, before: str, after: str, step: int = 0) -> None:
        """Add a line; `step` numbers what was done at one stroke, and can be taken back. Within `writing`."""
        change = {"batch": batch, "place": place, "before": before, "after": after, "step": step}
        self._database.insert("audit", time=now(), who=self.who, action=action, **change)

    def next_step(self) -> int:
        """The number of a new step."""
        return 1 + int(self._database.run("SELECT coalesce(max(step), 0) FROM audit").fetchone()[0])

    def history(self, batch: int | None = None, place: str = "", last: int = -1) -> list[Change]:
        """The lines, oldest first: all of them, or the `last` few, or those of a batch or of one row.

        SeasonError for a damaged file.
        """
        rows = self._database.rows(
            "SELECT time, who, action, batch, place, before, after, proposal FROM audit LEFT JOIN row USING (batch, place)"
            " WHERE (? IS NULL OR batch = ?) AND (? = '' OR place = ?) ORDER BY audit.number DESC LIMIT ?",
            *(batch, batch, place, place, last),
        )[::-1]
        with self._database.reading():
            proposals = [json.loads(row["proposal"] or '{"id": "", "title": ""}') for row in rows]
            named = [(p["id"], p["title"]) for p in proposals]
            return [Change(*(*row[:-1], *names)) for row, names in zip(rows, named, strict=True)]

    def logged(self, batch: int) -> int:
        """The number of the last line on a row of a batch, 0 where there is none."""
        statement = "SELECT ifnull(max(number), 0) FROM audit WHERE batch = ? AND place <> ''"
        return int(self._database.rows(statement, batch)[0][0])

    def choice_then(self, batch: int, place: str, logged: int) -> str:
        """The choice of a row as it was when the line `logged` was the last."""
        rows = self._database.rows(
            "SELECT after FROM audit WHERE batch = ? AND place = ? AND number <= ? AND action IN ('decide', 'undo', 'guide')"
            " ORDER BY number DESC LIMIT 1",
            *(batch, place, logged),
        )
        return str(rows[0]["after"]) if rows else ""

    def last(self) -> Change:
        """The last line; SeasonError for a damaged file, which one without any is."""
        with self._database.reading():
            return self.history(last=1)[0]
