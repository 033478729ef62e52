"""What is taken into a season's folder from outside: the decisions of a report that people filled in, and a season that was copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matcher.message import Catalogue, Message
from matcher.screen import shortened
from matcher.season.correction import Correction
from matcher.season.season import Season
from matcher.season.store import claim, discard
from matcher.triage.decisions import OfficerDecision, batch_name, guide_of, read_remarks, read_report
from matcher.triage.desk import NONE, ReportRow

say = Catalogue(__file__)

_SHOWN = 60  # characters of a note in a sentence; the log has it whole
_RowText = tuple[str, str, str]  # id, title and abstract
# The batch that a text is decided in, and its rows of that text.
_Homes = dict[_RowText, tuple[int, list[ReportRow]]]


def bring(season: Season, report: Path) -> tuple[list[tuple[str, str]], list[Message]]:
    """Decisions and notes filled in a report of `season`, taken home by id and text.

    A text that stands in several rows is decided in those of the report's own batch; in the last batch that holds it
    where none has the report's name. A report from before a correction of the guide names that guide's topics: they are
    taken under their ids of now. Returns (what was understood as (id, choice or note), sentences about what was not, or stood otherwise).
    ReportError for a file that is no report of the season's guide.
    """
    seen, guides = season.version, season.guides()
    guide_then = guide_of(report, guides)
    decisions, problems = read_report(report, guide_then)
    same = Correction.between(guide_then, guides[0]).same
    homes = _homes(season, batch_name(report))
    understood, lost = _take_decisions(season, decisions, homes, same, seen)
    noted, older = _take_remarks(season, report, homes)
    problems += lost
    return understood + noted, problems + [m for m in older if m not in problems]


def _take_decisions(
    season: Season, decisions: Sequence[OfficerDecision], homes: _Homes, same: Mapping[str, str], seen: int
) -> tuple[list[tuple[str, str]], list[Message]]:
    """The decisions of a report, taken home under the ids of now; as `bring`."""
    topics: dict[_RowText, set[str | None]] = {}
    for d in decisions:
        topics.setdefault((d.id, d.title, d.abstract), set()).add(d.topic)
    understood: list[tuple[str, str]] = []
    problems: list[Message] = []
    choices: dict[int, dict[str, str]] = {}
    for d in decisions:
        key = (d.id, d.title, d.abstract)
        choice = same.get(d.topic) if d.topic else NONE
        if key not in homes:
            problems.append(say("report.unknown", id=d.id))
        elif choice is None:
            problems.append(say("report.topic gone", id=d.id, topic=d.topic))
        elif len(topics[key]) > 1:
            problems.append(say("report.rows differ", id=d.id, choice=choice))
        else:
            batch, rows = homes[key]
            choices.setdefault(batch, {}).update({row.place: choice for row in rows})
            understood.append((d.id, choice))
            problems += (
                say("report.decision changed", id=d.id, before=old, choice=choice)
                for old in {row.corrected for row in rows} - {"", choice}
            )
    for batch, decided in choices.items():
        season.decide(batch, decided, seen)
    return understood, problems


def _take_remarks(season: Season, report: Path, homes: _Homes) -> tuple[list[tuple[str, str]], list[Message]]:
    """The notes of a report that the season does not hold yet, taken home; as `bring`.

    One that stood in the season before is no news: it was changed there after the report was written.
    """
    noted: list[tuple[str, str]] = []
    problems: list[Message] = []
    for place, key, remark in read_remarks(report):
        if key not in homes:
            problems.append(say("report.unknown", id=key[0]))
            continue
        batch, rows = homes[key]
        for row in [row for row in rows if row.place == place] or rows:
            if row.remark == remark:
                continue
            if _stood(season, batch, row.place, remark):
                problems.append(_kept(row, remark))
                continue
            season.beside(batch).note({row.place: remark}, {row.place: row.remark})
            noted.append((key[0], f"“{shortened(remark, _SHOWN)}”"))
            if row.remark:
                problems.append(_lost(row, remark))
    return noted, problems


def _stood(season: Season, batch: int, place: str, remark: str) -> bool:
    """Whether a row had this note before."""
    changes = season.audit.history(batch, place)
    return any(change.action == "note" and remark in (change.before, change.after) for change in changes)


def _kept(row: ReportRow, remark: str) -> Message:
    now, then = shortened(row.remark, _SHOWN), shortened(remark, _SHOWN)
    return say("report.note newer", id=row.proposal.id, now=now, then=then)


def _lost(row: ReportRow, remark: str) -> Message:
    then, now = shortened(row.remark, _SHOWN), shortened(remark, _SHOWN)
    return say("report.note replaced", id=row.proposal.id, then=then, now=now)


def _homes(season: Season, own: str) -> _Homes:
    """Where each text is at home; the batch `own` goes before others."""
    homes: _Homes = {}
    for line in sorted(season.batches(), key=lambda line: (line.name == own, line.id)):
        for row in season.report(line.id).rows:
            key = (row.proposal.id, row.proposal.title, row.proposal.abstract)
            number, rows = homes.get(key, (0, []))
            homes[key] = (line.id, [*(rows if number == line.id else ()), row])
    return homes


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
