"""The tables of a season: its batches and their rows, the log, notes and letters beside rows, and the pairs that reviewers decide."""

from __future__ import annotations

import getpass
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args

from msgspec import Struct

from matcher import typed_json
from matcher.duplicates import Findings
from matcher.duplicates.cases import Answer, Case, merged
from matcher.errors import SeasonError
from matcher.message import Catalogue, Message
from matcher.rules import Finding
from matcher.season.store import SeasonDatabase, StaleError
from matcher.sheet import LONGEST, harmless, printable
from matcher.triage import Judged
from matcher.triage.desk import ReportRow, WrittenLetter
from matcher.triage.notes import Written
from matcher.types import Guide, Proposal, Topic

say = Catalogue(__file__)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of a season, by the `digest` of its file: how many of its rows are decided; `messages` are what was said when
    it was read."""

    id: int
    name: str
    received: str
    rows: int
    decided: int
    digest: str
    messages: tuple[Message, ...]


class _Beside(Struct):
    """What a row keeps beside its proposal: whom to ask, and how the batch had it."""

    contact: dict[str, str]
    declared_number: bool = False
    notes: tuple[Message, ...] = ()
    number: int = 0  # rows of seasons from before it was kept go by their lines


def texts(row: ReportRow) -> tuple[str, str, str]:
    """(proposal, judged, findings) as JSON in ASCII: a lone surrogate survives the way there and back."""
    beside = _Beside(dict(row.extra), row.declared_number, row.notes, row.number)
    return (
        json.dumps(typed_json.plain(row.proposal) | typed_json.plain(beside)),
        json.dumps(typed_json.plain(row.judged)),
        json.dumps(typed_json.plain(row.findings)),
    )


def row(kept: sqlite3.Row, topics: Mapping[str, Topic], letter: WrittenLetter | None) -> ReportRow:
    """The row that `texts` made a record of; its topic is the suggested one."""
    judged, beside = typed_json.loads(kept["judged"], Judged), typed_json.loads(kept["proposal"], _Beside)
    row = ReportRow(
        kept["line"], typed_json.loads(kept["proposal"], Proposal), beside.contact, kept["sheet"],
        beside.declared_number, beside.notes, judged=judged, topic=topics.get(judged.suggested or ""),
        findings=typed_json.loads(kept["findings"], tuple[Finding, ...]), number=beside.number,
    )  # fmt: skip
    return as_of(row, kept, letter)


def as_of(row: ReportRow, kept: sqlite3.Row, letter: WrittenLetter | None) -> ReportRow:
    """A row with what officers have done with it by now."""
    return replace(row, corrected=kept["choice"], remark=kept["note"], letter=letter)


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


@dataclass(frozen=True, slots=True)
class SeasonLine:
    """How far a season is: its guide's title, its batches and rows, how many are decided, and its last change."""

    guide: str
    batches: int
    rows: int
    decided: int
    last: Change


class SeasonBatch:
    """What stands beside the rows of one batch: notes and letters, and the pairs of concern with their cases.

    All methods raise SeasonError, named, for what is wrong with the file. Cases are kept as `duplicates.cases.CaseFile` does
    beside an archive, and it is logged who decided: StaleError for a pair that somebody else decided after it was read here.
    """

    def __init__(self, database: SeasonDatabase, audit: Audit, batch: int) -> None:
        """The rows of `batch` in the file of a season."""
        self._database, self._audit, self._batch = database, audit, batch
        self._seen: dict[str, Case] | None = None

    def note(self, remarks: Mapping[str, str], seen: Mapping[str, str]) -> None:
        """Set notes, place → text, "" for none, as a report can hold them: all of them or none of them.

        StaleError for one that is neither this one by now nor the one in `seen`, place → text that the person looked at;
        SeasonError for one that is too long for a cell; KeyError for a place that the batch does not have.
        """
        with self._database.writing():
            step = self._audit.next_step()
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
                self._audit.log("note", self._batch, place, before, remark, step)

    def keep_letters(self, written: Sequence[Written]) -> None:
        """Remember that these letters were written now."""
        with self._database.writing():
            for letter, digest in written:
                topic = letter.topic.id if letter.topic else ""
                self._database.insert(
                    "letter", batch=self._batch, place=letter.row.place, time=now(), who=self._audit.who,
                    kind=letter.kind, topic=topic, sha256=digest,
                )  # fmt: skip
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
        statement = "SELECT place, time, who, kind, topic FROM letter WHERE batch = ? ORDER BY number"
        return {place: WrittenLetter(*rest) for place, *rest in self._database.rows(statement, self._batch)}

    def keep_findings(self, findings: Findings, compared_with: str) -> None:
        """Keep what was found, in the place of an earlier comparison; what was decided of a pair stays."""
        with self._database.writing():
            kept = json.dumps(typed_json.plain(findings))
            self._database.run("DELETE FROM findings WHERE batch = ?", self._batch)
            self._database.insert("findings", batch=self._batch, compared_with=compared_with, findings=kept)
            self._audit.log("pairs", self._batch, "", "", str(len(findings.pairs)))

    def findings(self) -> tuple[Findings, str] | None:
        """(what was found, what the batch was compared with); None before it was."""
        rows = self._database.rows(
            "SELECT findings, compared_with FROM findings WHERE batch = ?", self._batch
        )
        if not rows:
            return None
        with self._database.reading():
            return typed_json.loads(rows[0]["findings"], Findings), rows[0]["compared_with"]

    def read(self) -> dict[str, Case]:
        """What is decided now, by key."""
        self._seen = self._stored()
        return self._seen

    def _stored(self) -> dict[str, Case]:
        rows = self._database.rows("SELECT * FROM pair WHERE batch = ? ORDER BY key", self._batch)
        with self._database.reading():
            return {r["key"]: Case(r["a"], r["b"], r["key"], _answer(r["answer"]), r["note"]) for r in rows}

    def keep(self, decided: Iterable[Case]) -> dict[str, Case]:
        """All cases after `decided` replaced earlier ones; an open one without a note is taken out."""
        with self._database.writing():
            before = self._stored()
            for case in decided:
                old = before.get(case.key)
                if self._seen is not None and old not in (case, self._seen.get(case.key)):
                    raise StaleError(say("case.changed", a=case.a, b=case.b))
                self._database.run("DELETE FROM pair WHERE batch = ? AND key = ?", self._batch, case.key)
                if merged({}, [case]):
                    self._database.insert(
                        "pair", batch=self._batch, key=case.key, a=case.a, b=case.b, answer=case.answer or "",
                        note=case.note,
                    )  # fmt: skip
                answers = (old.answer or "" if old else "", case.answer or "")
                self._audit.log("pair", self._batch, f"{case.a} {case.b}", *answers)
        return self.read()


def _answer(text: str) -> Answer | None:
    return next((answer for answer in get_args(Answer) if answer == text), None)
