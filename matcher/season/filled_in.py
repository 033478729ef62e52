"""Decisions of a report that people filled in, taken home to the season that it came from."""

from __future__ import annotations

from pathlib import Path

from matcher.message import Message
from matcher.season.correction import Correction
from matcher.season.season import Season
from matcher.triage.columns import NONE
from matcher.triage.decisions import batch_name, guide_of, read_report


def bring(season: Season, report: Path) -> tuple[list[tuple[str, str]], list[Message]]:
    """Decisions filled in a report of `season`, taken home by id and text.

    A text that stands in several rows is decided in those of the report's own batch; in the last batch that holds it
    where none has the report's name. A report from before a correction of the guide names that guide's topics: they are
    taken under their ids of now. Returns (what was understood as (id, choice), sentences about what was not).
    ReportError for a file that is no report of the season's guide.
    """
    seen, guides = season.version, season.guides()
    guide_then = guide_of(report, guides)
    decisions, problems = read_report(report, guide_then)
    same = Correction.between(guide_then, guides[0]).same
    homes = _homes(season, batch_name(report))
    understood: list[tuple[str, str]] = []
    choices: dict[int, dict[str, str]] = {}
    for decision in decisions:
        home = homes.get((decision.id, decision.title, decision.abstract))
        if home is None:
            problems.append(
                Message(
                    f"{decision.id} 不在本申报季的任何一批中，未采用。",
                    f"{decision.id} is in no batch of this season; not taken.",
                )
            )
            continue
        choice = same.get(decision.topic) if decision.topic else NONE
        if choice is None:
            problems.append(
                Message(
                    f"{decision.id} 定为 {decision.topic}，更正后的指南已没有这个课题，未采用。",
                    f"{decision.id} was decided as {decision.topic}, which the corrected guide has no more; not taken.",
                )
            )
            continue
        choices.setdefault(home[0], {}).update(dict.fromkeys(home[1], choice))
        understood.append((decision.id, choice))
    for batch, rows in choices.items():
        season.decide(batch, rows, seen)
    return understood, problems


def _homes(season: Season, own: str) -> dict[tuple[str, str, str], tuple[int, list[str]]]:
    """id, title and abstract → the batch that they are decided in, and the places of the rows; `own` goes before others."""
    homes: dict[tuple[str, str, str], tuple[int, list[str]]] = {}
    for line in sorted(season.batches(), key=lambda line: (line.name == own, line.id)):
        for row in season.report(line.id).rows:
            key = (row.proposal.id, row.proposal.title, row.proposal.abstract)
            number, places = homes.get(key, (0, []))
            homes[key] = (line.id, [*(places if number == line.id else ()), row.place])
    return homes
