"""What stands beside the rows of a batch: what officers noted, and the letters that were written to applicants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcher.errors import SeasonError
from matcher.message import Catalogue
from matcher.season.audit import Audit, now
from matcher.season.store import SeasonDatabase, StaleError
from matcher.sheet import LONGEST, harmless, printable
from matcher.triage.desk import WrittenLetter
from matcher.triage.notes import Written
from matcher.types import Guide

say = Catalogue(__file__)


class BesideRows:
    """The notes and letters of one batch; all methods raise SeasonError, named, for what is wrong with the file."""

    def __init__(self, database: SeasonDatabase, audit: Audit, batch: int) -> None:
        """The rows of `batch` in the file of a season."""
        self._database, self._audit, self._batch = database, audit, batch

    def note(self, remarks: Mapping[str, str], seen: Mapping[str, str]) -> None:
        """Set notes, place → text, "" for none, as a report can hold them: all of them or none of them.

        StaleError for one that is neither this one by now nor the one in `seen`, place → text that the person looked at;
        SeasonError for one that is too long for a cell; KeyError for a place that the batch does not have.
        """
        with self._database.writing():
            for place, written in remarks.items():
                remark = printable(written).strip()
                if len(harmless(remark)) > LONGEST:
                    raise SeasonError(say("note.too long", place=place, count=len(remark), most=LONGEST - 1))
                where = "FROM row WHERE batch = ? AND place = ?"
                known = self._database.rows(f"SELECT note {where}", self._batch, place)
                if not known:
                    raise KeyError(place)
                before = known[0]["note"]
                if before == remark:
                    continue
                if before != seen[place]:
                    raise StaleError(say("note.changed", place=place, before=before, remark=remark))
                statement = "UPDATE row SET note = ? WHERE batch = ? AND place = ?"
                self._database.run(statement, remark, self._batch, place)
                self._audit.log("note", self._batch, place, before, remark)

    def keep_letters(self, written: Sequence[Written]) -> None:
        """Remember that these letters were written now."""
        with self._database.writing():
            for letter, digest in written:
                self._database.run(
                    "INSERT INTO letter (batch, place, time, who, kind, topic, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    *(self._batch, letter.row.place, now(), self._audit.who, letter.kind),
                    *(letter.topic.id if letter.topic else "", digest),
                )
            self._audit.log("letters", self._batch, "", "", str(len(written)))

    def outdate_letters(self, guides: tuple[Guide, Guide], same: Mapping[str, str]) -> None:
        """Let letters that name a topic which the second of `guides` has under another id, title or office (by `same`), or no
        more, keep its id with its title, which is the topic of no letter of now. Within `writing`."""
        now = {topic.id: topic for topic in guides[1].topics}
        for old in guides[0].topics:
            new = now.get(same.get(old.id, ""))
            if new is None or (new.id, new.title, new.office) != (old.id, old.title, old.office):
                statement = "UPDATE letter SET topic = ? WHERE batch = ? AND topic = ?"
                self._database.run(statement, f"{old.id}《{old.title}》", self._batch, old.id)

    def letters(self) -> dict[str, WrittenLetter]:
        """place → the last letter that was written."""
        rows = self._database.rows("SELECT * FROM letter WHERE batch = ? ORDER BY number", self._batch)
        return {
            row["place"]: WrittenLetter(*(row[f] for f in ("time", "who", "kind", "topic"))) for row in rows
        }
