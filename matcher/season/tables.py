"""The tables of a season: its batches and their rows, notes and letters beside rows, and the pairs that reviewers decide."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import Struct

from matcher import typed_json
from matcher.duplicates import Findings
from matcher.duplicates.cases import Case, answer_of, merged
from matcher.errors import SeasonError
from matcher.message import Catalogue, Message
from matcher.rules import Finding
from matcher.season.log import Audit, Change, now, place_name
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


def _in_letters(topic: Topic) -> tuple[object, ...]:
    """What of a topic its letters say, and the id that they are kept by."""
    return topic.id, topic.mark, topic.title, topic.office


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

    def ids(self) -> set[str]:
        """The ids of its proposals."""
        stored = self._database.rows("SELECT proposal FROM row WHERE batch = ?", self._batch)
        with self._database.reading():
            return {json.loads(row["proposal"])["id"] for row in stored}

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
                    raise SeasonError(
                        say("note.too long", place=place_name(place), count=len(remark), most=LONGEST - 1)
                    )
                where = "FROM row WHERE batch = ? AND place = ?"
                known = self._database.rows(f"SELECT note {where}", self._batch, place)
                if not known:
                    raise KeyError(place)
                before = known[0]["note"]
                if before == remark:
                    continue
                if before != seen[place]:
                    raise StaleError(
                        say("note.changed", place=place_name(place), before=before, remark=remark)
                    )
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
        """Let letters that name a topic which the second of `guides` has under another id, mark, title or office (by `same`), or no
        more, keep its id with its title, which is the topic of no letter of now. Within `writing`."""
        now = {topic.id: topic for topic in guides[1].topics}
        for old in guides[0].topics:
            new = now.get(same.get(old.id, ""))
            if new is None or _in_letters(new) != _in_letters(old):
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
            return {r["key"]: Case(r["a"], r["b"], r["key"], answer_of(r["answer"]), r["note"]) for r in rows}

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
