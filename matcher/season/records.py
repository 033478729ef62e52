"""A row of a report as the texts that a season keeps, there and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from matcher.message import restored, stored
from matcher.rules import Finding
from matcher.triage import from_record, to_record
from matcher.triage.desk import Row
from matcher.types import Proposal, Section, Topic


def texts(row: Row) -> tuple[str, str, str]:
    """(proposal, judged, findings) as JSON in ASCII: a lone surrogate survives the way there and back."""
    findings = [asdict(finding) | {"message": stored(finding.message)} for finding in row.findings]
    return (
        json.dumps(asdict(row.proposal) | {"contact": dict(row.contact)}),
        json.dumps(to_record(row.judged)),
        json.dumps(findings),
    )


def row(kept: Mapping[str, Any], topics: Mapping[str, Topic]) -> Row:
    """The row that `texts` made a record of; its topic is the decided one, else the suggested one."""
    proposal = json.loads(kept["proposal"])
    contact = proposal.pop("contact")
    proposal["sections"] = tuple(Section(*section) for section in proposal["sections"])
    judged = from_record(json.loads(kept["judged"]))
    findings = tuple(
        Finding(**finding | {"message": restored(finding["message"])})
        for finding in json.loads(kept["findings"])
    )
    return Row(
        kept["line"], Proposal(**proposal), judged, topics.get(judged.suggested or ""), findings,
        kept["choice"], kept["sheet"], contact,
    )  # fmt: skip
