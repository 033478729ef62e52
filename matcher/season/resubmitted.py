"""Rows that came in an earlier batch of the season: named with what was decided there, neither merged nor dropped.

A row is one that came before by its id, or by its title where nothing says that somebody else filed it. A number that only
counts the rows of its batch is nobody's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from msgspec import Struct

from matcher import settings, typed_json
from matcher.message import SEMICOLON, Catalogue, Message, first_of
from matcher.rules import Finding
from matcher.screen import shortened
from matcher.season.log import place_name
from matcher.season.store import SeasonDatabase
from matcher.segment import fold
from matcher.triage.columns import choice_name
from matcher.triage.desk import Report, ReportRow, summarise
from matcher.triage.patterns import letters

say = Catalogue(__file__)

_RULE = "resubmitted"
_LISTED = settings.rows("rules.checks.listed")
_NOTE = settings.characters("season.resubmitted.note")


class _Stored(Struct):
    """What of a stored proposal says who filed what."""

    id: str
    title: str
    organisation: str = ""
    principal_investigator: str = ""


@dataclass(frozen=True, slots=True)
class _Filed:
    """Who filed what, as it is compared: no row ever changes it. `key` is that of the `id`, "" for none."""

    id: str
    key: str
    title: str
    who: tuple[str, str]

    @classmethod
    def of(cls, stored: _Stored, place: str, rows: int) -> _Filed:
        """That of a row at `place` in a batch of so many rows."""
        key = "" if _counts(stored.id, place, rows) else "".join(fold(stored.id).lower().split())
        who = letters(stored.principal_investigator), letters(stored.organisation)
        return cls(stored.id, key, letters(stored.title), who)

    def is_by(self, other: _Filed) -> bool | None:
        """Whether both were filed by the same person or organisation; None where they do not both say who."""
        stated = [a == b for a, b in zip(self.who, other.who, strict=True) if a and b]
        return any(stated) if stated else None


FiledRows = dict[int, dict[str, _Filed]]  # batch → place → who filed what


@dataclass(frozen=True, slots=True)
class _Filing:
    """A row of a batch of the season, and what was decided of it and noted."""

    batch: int
    place: str
    choice: str
    remark: str
    filed: _Filed

    @property
    def decided(self) -> Message:
        """Where it is, and what was decided and noted there."""
        choice = (
            say("resubmitted.decided", choice=choice_name(self.choice)) if self.choice else choice_name("")
        )
        if self.remark:
            choice = say("resubmitted.noted", choice=choice, remark=shortened(self.remark, _NOTE))
        place = place_name(self.place)
        return say("resubmitted.row", batch=self.batch, id=self.filed.id, place=place, choice=choice)


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
            listed = [message for _, message in self._marks.values()]
            lines.append(say("resubmitted", count=len(listed), rows=first_of(listed, _LISTED, SEMICOLON)))
        return lines

    def complete(self, report: Report) -> Report:
        """The report of the batch with what was said when it was read and what came before, in the place of earlier marks."""
        stored = self._database.rows("SELECT said FROM batch WHERE id = ?", self._batch)
        with self._database.reading():
            read = typed_json.loads(stored[0]["said"], tuple[Message, ...])
        rows = tuple(map(self._marked, report.rows))
        reading = (*read, *self.messages())
        return replace(report, rows=rows, summary=summarise(report.guide, rows), reading=reading)

    def _marked(self, row: ReportRow) -> ReportRow:
        """A row with what is to be seen of it now."""
        mark = self._marks.get(row.place)
        kept = tuple(finding for finding in row.findings if finding.rule != _RULE)
        now = (*kept, Finding(_RULE, "possible", mark[0], "")) if mark else kept
        return row if now == row.findings else replace(row, findings=now)

    @cached_property
    def _marks(self) -> dict[str, tuple[Message, Message]]:
        """place → what is said of a row beside it, and in a list."""
        ids: dict[str, list[_Filing]] = {}
        titles: dict[str, list[_Filing]] = {}
        marks: dict[str, tuple[Message, Message]] = {}
        for row in self._rows():
            filed = row.filed
            if row.batch < self._batch:
                ids.setdefault(filed.key, []).append(row)
                titles.setdefault(filed.title, []).append(row)
                continue
            by_id = ids.get(filed.key, [])[: _LISTED + 1] if filed.key else []
            alike = titles.get(filed.title, []) if filed.title else []
            known = {(old.batch, old.place) for old in by_id}
            by_title = (
                old
                for old in alike
                if (old.batch, old.place) not in known and filed.is_by(old.filed) is not False
            )
            before = (by_id, list(islice(by_title, _LISTED + 1)))
            if any(before):
                marks[row.place] = _messages(row, *before)
        return marks

    def _rows(self) -> Iterator[_Filing]:
        """The rows of this batch and of those before it, in the order of their arrival."""
        stored = self._database.rows(
            "SELECT batch, place, choice, note FROM row WHERE batch <= ? ORDER BY batch, number", self._batch
        )
        if not stored or stored[0]["batch"] == self._batch:
            return
        for batch, place, choice, remark in stored:
            if filed := self._filed_in(batch).get(place):  # not where somebody deletes the batch this moment
                yield _Filing(batch, place, choice, remark, filed)

    def _filed_in(self, batch: int) -> dict[str, _Filed]:
        """place → who filed what, of a batch."""
        if batch not in self._known:
            stored = self._database.rows("SELECT place, proposal FROM row WHERE batch = ?", batch)
            with self._database.reading():
                self._known[batch] = {
                    place: _Filed.of(typed_json.loads(proposal, _Stored), place, len(stored))
                    for place, proposal in stored
                }
        return self._known[batch]


def _counts(id_: str, place: str, rows: int) -> bool:
    """Whether an id is only the place of its row, or a number that counts the `rows` of its batch."""
    number = id_.strip().lstrip("0")
    running = number.isdecimal() and len(number) <= len(str(rows)) and int(number) <= rows
    return running or id_ in (place, f"line-{place}")


def _messages(row: _Filing, by_id: Sequence[_Filing], by_title: Sequence[_Filing]) -> tuple[Message, Message]:
    """(what is said of a row beside it, and in a list)."""
    every = (*by_id, *by_title)
    earlier = first_of([old.decided for old in every], _LISTED)
    same_who = any(row.filed.is_by(old.filed) for old in by_id or by_title)
    if not by_id:
        how = say("resubmitted.by title") if same_who else say("resubmitted.by title alone")
    elif same_who or any(old.filed.title == row.filed.title for old in by_id):
        how = say("resubmitted.by id")
    else:
        how = say("resubmitted.by id alone")
    beside = say("resubmitted.beside", how=how, earlier=earlier)
    return beside, say("resubmitted.listed", id=row.filed.id, how=how, earlier=earlier)
