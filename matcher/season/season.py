"""A season: batches with their answers, and decisions that outlive a tab, a language and a restart."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from matcher import typed_json
from matcher.errors import SeasonError
from matcher.guide import read_guide
from matcher.guide.serial import as_bytes, loads
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.rules import guide_rules
from matcher.season import store, tables
from matcher.season.log import Audit, Change, local_time, now, place_name, user
from matcher.season.resubmitted import FiledRows, Resubmissions, is_marked
from matcher.season.store import StaleError
from matcher.season.tables import BatchLine, SeasonBatch
from matcher.triage.columns import choice_name
from matcher.triage.desk import WITHOUT_TOPIC, Report, ReportRow, summarise
from matcher.types import Guide

say = Catalogue(__file__)


class Season(AbstractContextManager["Season"]):
    """An open season; every method is one transaction, kept on disk when it returns.

    All methods raise SeasonError, naming what is wrong with the file and what to do.
    """

    def __init__(self, file: Path, who: str | None = None) -> None:
        """Open the season `file`; `who` stands in the audit log (None: the user of this machine)."""
        self.file = file
        self.who = who or user()
        self._database = store.SeasonDatabase(file)
        self.audit = Audit(self._database, self.who)
        self._filed: FiledRows = {}

    @classmethod
    def new(cls, file: Path, guide: Path, who: str | None = None) -> Season:
        """A new season on a guide document; GuideError where that is no guide."""
        read, who = read_guide(guide), who or user()
        store.create(file)
        season = cls(file, who)
        try:
            with season._database.writing():
                season._take(guide, read)
        except BaseException:
            season.close()
            store.discard(file)
            raise
        return season

    def close(self) -> None:
        """Close the file and empty its log."""
        self._database.close()

    def copy(self, target: Path) -> None:
        """Write the season as it is now into a new file, to be kept or carried elsewhere."""
        with self._database.reading():
            self._database.run("VACUUM INTO ?", str(target))

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def version(self) -> int:
        """The number of changes so far: a page that shows an older one is stale."""
        return int(self._about("version"))

    @property
    def replaced(self) -> bool:
        """Whether another file stands where this one was opened: the season was deleted, and one of its name made since."""
        return self._database.replaced

    @property
    def guide(self) -> Guide:
        """The guide that new batches are judged by, as it was read and mended when the season took it."""
        return self._guide(self._about("guide"))

    def filed_under(self, batch: int) -> Guide:
        """The guide of the day when a batch came, which its applicants had before them."""
        return self._guide(self._one("SELECT filed_under FROM batch WHERE id = ?", batch)[0])

    def guides(self) -> list[Guide]:
        """The guide, and before it in time those that it was corrected from."""
        now = self._about("guide")
        earlier = self._database.rows("SELECT sha256 FROM guide WHERE sha256 <> ? ORDER BY rowid DESC", now)
        return [self._guide(key) for key in (now, *(row[0] for row in earlier))]

    def _take(self, document: Path, guide: Guide) -> None:
        """Make a guide the season's own, beside those it had; within `writing`."""
        as_read = as_bytes(guide)
        key = sha256(as_read).hexdigest()
        kept = "INSERT OR IGNORE INTO guide VALUES (?, ?, ?, ?)"
        self._database.run(kept, key, document.name, document.read_bytes(), as_read)
        self._database.run("INSERT OR REPLACE INTO season VALUES ('guide', ?)", key)
        self.audit.log("guide", None, "", "", f"{document.name} {key[:12]}")

    def _guide(self, key: str) -> Guide:
        row = self._one("SELECT name, read FROM guide WHERE sha256 = ?", key)
        with self._database.reading():
            guide = loads(row["read"], row["name"], key)
            if guide is None:
                raise sqlite3.DatabaseError("guide")
        return guide

    def add(self, report: Report, digest: str, messages: Sequence[Message] = (), provenance: str = "") -> int:
        """Keep a judged batch; its id. SeasonError as `check_new`, and where the guide was corrected while it was judged."""
        with self._database.writing():
            self.check_new(report.batch, digest)
            if report.guide.topics != self.guide.topics:
                raise SeasonError(say("add.guide corrected"))
            guide, rules = self._about("guide"), report.rules.guide if report.rules else ""
            batch = self._database.insert(
                "batch", name=report.batch, digest=digest, guide=guide, received=now(), made_with=provenance,
                said=json.dumps(typed_json.plain(messages)), rules=rules, filed_under=guide,
            )  # fmt: skip
            for number, row in enumerate(report.rows):
                proposal, judged, findings = tables.texts(row)
                self._database.insert(
                    "row", batch=batch, place=row.place, number=number, line=row.line, sheet=row.sheet,
                    proposal=proposal, judged=judged, findings=findings,
                )  # fmt: skip
            self.audit.log("add", batch, "", "", f"{report.batch}: {len(report.rows)}")
        assert batch is not None
        return batch

    def check_new(self, name: str, *digests: str) -> None:
        """SeasonError where a batch with one of the `digests` is there already: to be asked before minutes of judging."""
        if (again := self.held(name, *digests)) is not None:
            raise SeasonError(again)

    def held(self, name: str, *digests: str) -> Message | None:
        """That the file `name` is a batch of the season, by one of its `digests`; None where it is none."""
        line = next((line for line in self.batches() if line.digest in digests), None)
        if line is None:
            return None
        return say("add.again", name=name, batch=line.id, known=line.name, received=local_time(line.received))

    def batches(self) -> list[BatchLine]:
        """The batches in the order of their arrival."""
        rows = self._database.rows(
            "SELECT id, name, received, count(row.place), count(nullif(row.choice, '')), digest, said FROM batch"
            " LEFT JOIN row ON row.batch = batch.id GROUP BY batch.id ORDER BY batch.id"
        )
        with self._database.reading():
            return [BatchLine(*(*line, typed_json.loads(kept, tuple[Message, ...]))) for *line, kept in rows]

    def report(self, batch: int) -> Report:
        """The report of a batch as it was judged, with the decisions of today."""
        head = self._one("SELECT * FROM batch WHERE id = ?", batch)
        guide = self._guide(head["guide"])
        topics = {topic.id: topic for topic in guide.topics}
        stored = self._database.rows("SELECT * FROM row WHERE batch = ? ORDER BY number", batch)
        letters = self.batch(batch).letters()
        with self._database.reading():
            rows = tuple(tables.row(r, topics, letters.get(r["place"])) for r in stored)
        summary, rules = summarise(guide, rows), guide_rules(head["rules"])
        report = Report(guide, head["name"], rows, summary, (), rules, logged=self.audit.logged(batch))
        return self.resubmissions(batch).complete(report)

    def resubmissions(self, batch: int) -> Resubmissions:
        """What of a batch came in an earlier one."""
        return Resubmissions(self._database, batch, self._filed)

    def updated(self, report: Report, batch: int) -> Report:
        """The report of a batch that was read before, with the decisions of today: else it changes with the guide alone."""
        if self._one("SELECT guide FROM batch WHERE id = ?", batch)[0] != report.guide.sha256:
            return self.report(batch)
        stored = self._database.rows("SELECT place, choice, note FROM row WHERE batch = ?", batch)
        kept, letters = {row["place"]: row for row in stored}, self.batch(batch).letters()
        rows = tuple(tables.as_of(row, kept[row.place], letters.get(row.place)) for row in report.rows)
        current = replace(report, rows=rows, logged=self.audit.logged(batch))
        return self.resubmissions(batch).complete(current) if is_marked(current) else current

    def decide(self, batch: int, choices: Mapping[str, str], seen: int | None = None) -> None:
        """Set the choices of rows, place → topic id, NONE, WITHDRAWN or "" for undecided; all of them or none.

        A row that stands so already is left alone: a key pressed twice is one step to take back. With `seen`, the
        version that the person looked at, StaleError if one of these rows was decided since by somebody else.
        KeyError for a place that the batch does not have; SeasonError for a topic that its guide lacks.
        """
        guide = self._guide(self._one("SELECT guide FROM batch WHERE id = ?", batch)[0])
        topics = {topic.id for topic in guide.topics}
        if unknown := sorted({c for c in choices.values() if c not in topics.union(WITHOUT_TOPIC)}):
            raise SeasonError(say("decide.no topic", unknown=joined(unknown, COMMA)))
        with self._database.writing() as version:
            step = self.audit.next_step()
            for place, choice in choices.items():
                where = "WHERE batch = ? AND place = ?"
                known = self._database.rows(f"SELECT choice, version FROM row {where}", batch, place)
                if not known:
                    raise KeyError(place)
                before, changed = known[0]
                if before == choice:
                    continue
                if seen is not None and changed > seen:
                    named = choice_name(before)
                    raise StaleError(say("decide.changed", place=place_name(place), before=named))
                statement = f"UPDATE row SET choice = ?, version = ? {where}"
                self._database.run(statement, choice, version, batch, place)
                self.audit.log("decide", batch, place, before, choice, step)

    def correct(
        self,
        document: Path,
        guides: tuple[Guide, Guide],
        same: Mapping[str, str],
        rejudged: Mapping[int, Sequence[ReportRow]],
    ) -> list[tuple[int, str]]:
        """Put the second of `guides` in the place of the first, the season's: every batch with its answers, in this order.

        Decisions stay, by `same` (id before → id now), else are undecided again; the guide keeps its id, whatever its file is
        called. Returns the rows undecided, (batch, place). No step before is taken back. SeasonError, and nothing is changed,
        where somebody was faster: the guide is another, or the batches are not those of `rejudged`.
        """
        undecided: list[tuple[int, str]] = []
        with self._database.writing() as version:
            if {line.id for line in self.batches()} != set(rejudged) or self.guide.sha256 != guides[0].sha256:
                raise SeasonError(say("guide.meanwhile"))
            self._take(document, replace(guides[1], id=guides[0].id))  # by which its filing rules are known
            for batch, rows in rejudged.items():
                self._database.run("UPDATE batch SET guide = ? WHERE id = ?", self._about("guide"), batch)
                self.batch(batch).outdate_letters(guides, same)
                for number, row in enumerate(rows):
                    where = "WHERE batch = ? AND place = ?"
                    before = self._one(f"SELECT choice FROM row {where}", batch, row.place)[0]
                    choice = before if before in WITHOUT_TOPIC else same.get(before, "")
                    self._database.run(
                        f"UPDATE row SET number = ?, judged = ?, choice = ?, version = ? {where}",
                        *(number, tables.texts(row)[1], choice, version, batch, row.place),
                    )
                    if choice != before:
                        self.audit.log("guide", batch, row.place, before, choice)
                    if before and not choice:
                        undecided.append((batch, row.place))
            self._database.run("UPDATE audit SET undone = 1")
        return undecided

    def undo(self, batch: int | None = None) -> list[Change]:
        """Take back this person's last step, decisions or a note, in `batch` if named; a line of the log for each row of it, []
        when nothing is left.

        A row that somebody changed since stays as it is.
        """
        with self._database.writing() as version:
            last = self._one(
                "SELECT max(step) FROM audit WHERE who = ? AND step > 0 AND NOT undone AND batch = ifnull(?, batch)",
                self.who,
                batch,
            )[0]
            if last is None:
                return []
            taken = 0
            for line in self._database.rows("SELECT * FROM audit WHERE step = ?", last):
                noted = line["action"] == "note"
                column, changed = ("note", "note = ?1") if noted else ("choice", "choice = ?1, version = ?2")
                if self._database.run(
                    f"UPDATE row SET {changed} WHERE batch = ?3 AND place = ?4 AND {column} = ?5",
                    *(line["before"], version, line["batch"], line["place"], line["after"]),
                ).rowcount:
                    action = "undo note" if noted else "undo"
                    self.audit.log(action, line["batch"], line["place"], line["after"], line["before"])
                    taken += 1
            self._database.run("UPDATE audit SET undone = 1 WHERE step = ?", last)
            return self.audit.history(last=taken)

    def batch(self, batch: int) -> SeasonBatch:
        """What stands beside the rows of a batch, and its pairs of concern."""
        self._one("SELECT id FROM batch WHERE id = ?", batch)
        return SeasonBatch(self._database, self.audit, batch)

    def remove(self, batch: int) -> None:
        """Delete a batch for good: rows, decisions, pairs and its lines of the audit log, also from the file's log."""
        with self._database.writing():
            name = self._one("SELECT name FROM batch WHERE id = ?", batch)[0]
            for table in ("audit", "letter", "findings", "pair", "row"):
                self._database.run(f"DELETE FROM {table} WHERE batch = ?", batch)
            self._database.run("DELETE FROM batch WHERE id = ?", batch)
            self.audit.log("remove", None, "", name, "")
        if not self._database.empty_log():
            raise SeasonError(say("remove.held", name=name))

    def _about(self, name: str) -> str:
        return str(self._one("SELECT value FROM season WHERE name = ?", name)[0])

    def _one(self, statement: str, *values: object) -> sqlite3.Row:
        rows = self._database.rows(statement, *values)
        if not rows:
            missing = " ".join(map(str, values))
            raise SeasonError(say("no batch", missing=missing))
        return rows[0]
