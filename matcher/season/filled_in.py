"""Decisions of a report that people filled in, taken home to the season that it came from."""

from __future__ import annotations

from pathlib import Path

from matcher.message import Message
from matcher.season.correction import Correction
from matcher.season.season import Season
from matcher.triage.columns import NONE
from matcher.triage.decisions import batch_name, guide_of, read_remarks, read_report
from matcher.triage.desk import ReportRow

# id, title and abstract → the batch that they are decided in, and its rows of that text.
_Homes = dict[tuple[str, str, str], tuple[int, list[ReportRow]]]


def bring(season: Season, report: Path) -> tuple[list[tuple[str, str]], list[Message]]:
    """Decisions and notes filled in a report of `season`, taken home by id and text.

    A text that stands in several rows is decided in those of the report's own batch; in the last batch that holds it
    where none has the report's name. A report from before a correction of the guide names that guide's topics: they are
    taken under their ids of now. Returns (what was understood as (id, choice or note), sentences about what was not).
    ReportError for a file that is no report of the season's guide.
    """
    seen, guides = season.version, season.guides()
    guide_then = guide_of(report, guides)
    decisions, problems = read_report(report, guide_then)
    same = Correction.between(guide_then, guides[0]).same
    homes = _homes(season, batch_name(report))
    understood: list[tuple[str, str]] = []
    replaced: list[str] = []
    choices: dict[int, dict[str, str]] = {}
    for decision in decisions:
        home = homes.get((decision.id, decision.title, decision.abstract))
        choice = same.get(decision.topic) if decision.topic else NONE
        if home is None:
            problems.append(_homeless(decision.id))
        elif choice is None:
            problems.append(
                Message(
                    f"{decision.id} 定为 {decision.topic}，更正后的指南已没有这个课题，未采用。",
                    f"{decision.id} was decided as {decision.topic}, which the corrected guide has no more; not taken.",
                )
            )
        else:
            choices.setdefault(home[0], {}).update({row.place: choice for row in home[1]})
            understood.append((decision.id, choice))
            before = {row.corrected for row in home[1]} - {"", choice}
            replaced += (f"{decision.id}：{old} → {choice}" for old in before)
    for batch, rows in choices.items():
        season.decide(batch, rows, seen)
    if replaced:
        chinese, english = "、".join(replaced), ", ".join(replaced)
        problems.append(
            Message(f"改了原有的决定：{chinese}。", f"Decisions that stood otherwise before: {english}.")
        )
    noted, lost = _take_remarks(season, report, homes)
    return understood + noted, problems + [m for m in lost if m not in problems]


def _take_remarks(season: Season, report: Path, homes: _Homes) -> tuple[list[tuple[str, str]], list[Message]]:
    """The notes of a report that the season does not hold yet, taken home; as `bring`.

    One that stood in the season before is no news: it was changed there after the report was written.
    """
    noted: list[tuple[str, str]] = []
    problems: list[Message] = []
    for place, key, remark in read_remarks(report):
        if key not in homes:
            problems.append(_homeless(key[0]))
            continue
        batch, rows = homes[key]
        for row in [row for row in rows if row.place == place] or rows:
            if row.remark == remark:
                continue
            if _stood(season, batch, row.place, remark):
                problems.append(_kept(row, remark))
                continue
            season.beside(batch).note({row.place: remark}, {row.place: row.remark})
            noted.append((key[0], f"“{remark}”"))
            if row.remark:
                problems.append(_lost(row, remark))
    return noted, problems


def _stood(season: Season, batch: int, place: str, remark: str) -> bool:
    """Whether a row had this note before."""
    changes = season.audit.history(batch, place)
    return any(change.action == "note" and remark in (change.before, change.after) for change in changes)


def _kept(row: ReportRow, remark: str) -> Message:
    return Message(
        f"{row.proposal.id} 的备注在写报告之后已改为“{row.remark}”，报告中原来的“{remark}”未采用。",
        f"The note of {row.proposal.id} was changed to {row.remark!r} after the report was written; its {remark!r} is not taken.",
    )


def _lost(row: ReportRow, remark: str) -> Message:
    return Message(
        f"{row.proposal.id} 原有的备注“{row.remark}”已改为报告中的“{remark}”。",
        f"The note of {row.proposal.id} was {row.remark!r}; the report's {remark!r} takes its place.",
    )


def _homeless(id_: str) -> Message:
    return Message(
        f"{id_} 不在本申报季的任何一批中，未采用。",
        f"{id_} is in no batch of this season; not taken.",
    )


def _homes(season: Season, own: str) -> _Homes:
    """Where each text is at home; the batch `own` goes before others."""
    homes: _Homes = {}
    for line in sorted(season.batches(), key=lambda line: (line.name == own, line.id)):
        for row in season.report(line.id).rows:
            key = (row.proposal.id, row.proposal.title, row.proposal.abstract)
            number, rows = homes.get(key, (0, []))
            homes[key] = (line.id, [*(rows if number == line.id else ()), row])
    return homes
