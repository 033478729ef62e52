"""A row of a report as the texts that a season keeps, there and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from matcher import typed_json
from matcher.rules import Finding
from matcher.triage import Judged
from matcher.triage.desk import ReportRow
from matcher.types import Proposal, Topic


class _ContactField(Struct):
    """Whom to ask, which a row keeps beside its proposal."""

    contact: dict[str, str]


def texts(row: ReportRow) -> tuple[str, str, str]:
    """(proposal, judged, findings) as JSON in ASCII: a lone surrogate survives the way there and back."""
    return (
        json.dumps(typed_json.plain(row.proposal) | {"contact": dict(row.contact)}),
        json.dumps(typed_json.plain(row.judged)),
        json.dumps(typed_json.plain(row.findings)),
    )


def row(kept: Mapping[str, Any], topics: Mapping[str, Topic]) -> ReportRow:
    """The row that `texts` made a record of; its topic is the decided one, else the suggested one."""
    judged = typed_json.loads(kept["judged"], Judged)
    return ReportRow(
        kept["line"], typed_json.loads(kept["proposal"], Proposal), judged, topics.get(judged.suggested or ""),
        typed_json.loads(kept["findings"], tuple[Finding, ...]), kept["choice"], kept["sheet"],
        typed_json.loads(kept["proposal"], _ContactField).contact,
    )  # fmt: skip
