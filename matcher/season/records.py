"""A row of a report as the texts that a season keeps, there and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from matcher.rules import Finding
from matcher.triage import Judged, Pair
from matcher.triage.desk import Row
from matcher.types import Proposal, Section, Topic


def texts(row: Row) -> tuple[str, str, str]:
    """(proposal, judged, findings) as JSON in ASCII: a lone surrogate survives the way there and back."""
    return (
        json.dumps(asdict(row.proposal) | {"contact": dict(row.contact)}),
        json.dumps(asdict(row.judged)),
        json.dumps([asdict(finding) for finding in row.findings]),
    )


def row(stored: Mapping[str, Any], topics: Mapping[str, Topic]) -> Row:
    """The row that `texts` made a record of; its topic is the decided one, else the suggested one."""
    proposal = json.loads(stored["proposal"])
    contact = proposal.pop("contact")
    proposal["sections"] = tuple(Section(*section) for section in proposal["sections"])
    judged = json.loads(stored["judged"])
    pair, warnings = judged.pop("pair"), tuple(judged.pop("warnings"))
    made = Judged(**judged, pair=Pair(**pair) if pair else None, warnings=warnings)
    findings = tuple(Finding(**finding) for finding in json.loads(stored["findings"]))
    return Row(
        stored["line"], Proposal(**proposal), made, topics.get(made.suggested or ""), findings,
        stored["choice"], stored["sheet"], contact,
    )  # fmt: skip
