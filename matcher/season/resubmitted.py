"""Rows that came in an earlier batch of the season: named with what was decided there, neither merged nor dropped.

A row is one that came before by its id, or by its title where nothing says that somebody else filed it. A number that only
counts the rows of its batch is nobody's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from msgspec import Struct

from matcher import settings, typed_json
from matcher.message import COMMA, SEMICOLON, Catalogue, Message, joined
from matcher.rules import Finding
from matcher.screen import shortened
from matcher.season.log import place_name
from matcher.season.store import SeasonDatabase
from matcher.segment import fold
from matcher.triage.desk import Report, summarise
from matcher.triage.patterns import letters

say = Catalogue(__file__)

_RULE = "resubmitted"
_LISTED = settings.rows("rules.checks.listed")
_NOTE = settings.characters("season.resubmitted.note")


class _Who(Struct):
    """What says whether two rows are one proposal."""

    id: str
    title: str
    organisation: str = ""
    principal_investigator: str = ""


FiledRows = dict[int, dict[str, _Who]]  # batch → place → who filed what: what no row ever changes


@dataclass(frozen=True, slots=True)
class _Filing:
    """A row of a batch of the season, and what was decided of it and noted; `key` is its id as it is compared, "" for none."""

    batch: int
    place: str
    choice: str
    remark: str
    filed: _Who
    key: str
    title: str

    @property
    def decided(self) -> Message:
        """Where it is, and what was decided and noted there."""
        choice = say("resubmitted.decided", choice=self.choice) if self.choice else say("decide.undecided")
        if self.remark:
            choice = say("resubmitted.noted", choice=choice, remark=shortened(self.remark, _NOTE))
        place = place_name(self.place)
        return say("resubmitted.row", batch=self.batch, id=self.filed.id, place=place, choice=choice)

    def is_filed_by(self, other: _Filing) -> bool | None:
        """Whether both were filed by the same person or organisation; None where they do not both say who."""
        here, there = self.filed, other.filed
        who = (
            (letters(here.principal_investigator), letters(there.principal_investigator)),
            (letters(here.organisation), letters(there.organisation)),
        )
        stated = [a == b for a, b in who if a and b]
        return any(stated) if stated else None


def is_marked(report: Report) -> bool:
    """Whether the report of a batch names a row that came before."""
    return any(finding.rule == _RULE for row in report.rows for finding in row.findings)


class Resubmissions:
    """What of a batch came in an earlier one of its season."""

    def __init__(self, database: SeasonDatabase, batch: int, known: FiledRows) -> None:
        """The batch `batch` of a season; what the file holds is read when it is asked for, and kept in `known`."""
        self._database, self._batch, self._known = database, batch, known

    def messages(self) -> list[Message]:
        """One line that names the rows, and one where an earlier batch has the name of this one; [] where there are none."""
        statement = (
            "SELECT old.id, old.name FROM batch AS old JOIN batch AS new ON new.id = ? AND old.name = new.name"
            " AND old.id < new.id"
        )
        lines = [
            say("add.same name", name=name, batch=id_)
            for id_, name in self._database.rows(statement, self._batch)
        ]
        if self._marks:
            listed = list(self._marks.values())
            rows = joined([*(m for _, m in listed[:_LISTED]), *["…"][: len(listed) > _LISTED]], SEMICOLON)
            lines.append(say("resubmitted", count=len(listed), rows=rows))
        return lines

    def complete(self, report: Report) -> Report:
        """The report of the batch with what was said when it was read and what came before, in the place of earlier marks."""
        stored = self._database.rows("SELECT said FROM batch WHERE id = ?", self._batch)
        with self._database.reading():
            read = typed_json.loads(stored[0]["said"], tuple[Message, ...])
        rows = tuple(
            replace(row, findings=(*(f for f in row.findings if f.rule != _RULE), *self._finding(row.place)))
            for row in report.rows
        )
        reading = (*read, *self.messages())
        return replace(report, rows=rows, summary=summarise(report.guide, rows), reading=reading)

    def _finding(self, place: str) -> Iterator[Finding]:
        if place in self._marks:
            yield Finding(_RULE, "possible", self._marks[place][0], "")

    @cached_property
    def _marks(self) -> dict[str, tuple[Message, Message]]:
        """place → what is said of a row beside it, and in a list."""
        before: dict[str, list[_Filing]] = {}
        marks: dict[str, tuple[Message, Message]] = {}
        for row in self._rows():
            if row.batch < self._batch:
                for key in (f"id {row.key}", f"title {row.title}"):
                    before.setdefault(key, []).append(row)
                continue
            by_id = before.get(f"id {row.key}", []) if row.key else []
            alike = before.get(f"title {row.title}", []) if row.title else []
            by_title = [old for old in alike if old not in by_id and row.is_filed_by(old) is not False]
            if by_id or by_title:
                marks[row.place] = _messages(row, by_id, by_title)
        return marks

    def _rows(self) -> Iterator[_Filing]:
        """The rows of this batch and of those before it, in the order of their arrival."""
        stored = self._database.rows(
            "SELECT batch, place, choice, note FROM row WHERE batch <= ? ORDER BY batch, number", self._batch
        )
        if not stored or stored[0]["batch"] == self._batch:
            return
        for batch, place, choice, remark in stored:
            rows = self._filed_in(batch)
            filed = rows[place]
            key = "" if _counts(filed.id, place, len(rows)) else "".join(fold(filed.id).lower().split())
            yield _Filing(batch, place, choice, remark, filed, key, letters(filed.title))

    def _filed_in(self, batch: int) -> dict[str, _Who]:
        """place → who filed what, of a batch."""
        if batch not in self._known:
            stored = self._database.rows("SELECT place, proposal FROM row WHERE batch = ?", batch)
            with self._database.reading():
                self._known[batch] = {place: typed_json.loads(proposal, _Who) for place, proposal in stored}
        return self._known[batch]


def _counts(id_: str, place: str, rows: int) -> bool:
    """Whether an id is only the place of its row, or a number that counts the `rows` of its batch."""
    number = id_.strip().lstrip("0")
    running = number.isdecimal() and len(number) <= len(str(rows)) and int(number) <= rows
    return running or id_ in (place, f"line-{place}")


def _messages(row: _Filing, by_id: Sequence[_Filing], by_title: Sequence[_Filing]) -> tuple[Message, Message]:
    """(what is said of a row beside it, and in a list)."""
    earlier = joined((old.decided for old in (*by_id, *by_title)), COMMA)
    if not by_id:
        how = say("resubmitted.by title")
    elif any(old.title == row.title or row.is_filed_by(old) for old in by_id):
        how = say("resubmitted.by id")
    else:
        how = say("resubmitted.by id alone")
    beside = say("resubmitted.beside", how=how, earlier=earlier)
    return beside, say("resubmitted.listed", id=row.filed.id, how=how, earlier=earlier)
