"""A report that comes back filled in: its decisions go home to the rows of the season."""

from __future__ import annotations

from pathlib import Path

from matcher.message import Message
from matcher.season.season import Season
from matcher.triage.columns import NONE
from matcher.triage.decisions import read_report


def bring(season: Season, report: Path) -> tuple[list[tuple[str, str]], list[Message]]:
    """Decisions filled in a report of `season`, taken home by id and text.

    Returns (what was understood as (id, choice), sentences about what was not). ReportError for a file
    that is no report of the season's guide.
    """
    decisions, problems = read_report(report, season.guide)
    homes = {
        (row.proposal.id, row.proposal.title, row.proposal.abstract): (batch.id, row.place)
        for batch in season.batches()
        for row in season.report(batch.id).rows
    }
    understood: list[tuple[str, str]] = []
    choices: dict[int, dict[str, str]] = {}
    for decision in decisions:
        home = homes.get((decision.id, decision.title, decision.abstract))
        if home is None:
            problems.append(
                Message(
                    f"{decision.id} 不在本季度的任何一批中，未采用。",
                    f"{decision.id} is in no batch of this season; not taken.",
                )
            )
            continue
        choices.setdefault(home[0], {})[home[1]] = decision.topic or NONE
        understood.append((decision.id, decision.topic or NONE))
    for batch, rows in choices.items():
        season.decide(batch, rows)
    return understood, problems
