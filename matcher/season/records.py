"""What a season keeps, as it is read: its batches, and a row of a report as texts, there and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from matcher import typed_json
from matcher.message import Message
from matcher.rules import Finding
from matcher.triage import Judged
from matcher.triage.desk import ReportRow
from matcher.types import Proposal, Topic


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of a season: how many of its rows are decided; `messages` are what was said when it was read."""

    id: int
    name: str
    received: str
    rows: int
    decided: int
    guide: str
    messages: tuple[Message, ...]


class _Beside(Struct):
    """What a row keeps beside its proposal: whom to ask, and how the batch had it."""

    contact: dict[str, str]
    declared_number: bool = False
    notes: tuple[Message, ...] = ()


def texts(row: ReportRow) -> tuple[str, str, str]:
    """(proposal, judged, findings) as JSON in ASCII: a lone surrogate survives the way there and back."""
    beside = _Beside(dict(row.extra), row.declared_number, row.notes)
    return (
        json.dumps(typed_json.plain(row.proposal) | typed_json.plain(beside)),
        json.dumps(typed_json.plain(row.judged)),
        json.dumps(typed_json.plain(row.findings)),
    )


def row(kept: Mapping[str, Any], topics: Mapping[str, Topic]) -> ReportRow:
    """The row that `texts` made a record of; its topic is the decided one, else the suggested one."""
    judged, beside = (
        typed_json.loads(kept["judged"], Judged),
        typed_json.loads(kept["proposal"], _Beside),
    )
    return ReportRow(
        kept["line"], typed_json.loads(kept["proposal"], Proposal), beside.contact, kept["sheet"],
        beside.declared_number, beside.notes, judged=judged, topic=topics.get(judged.suggested or ""),
        findings=typed_json.loads(kept["findings"], tuple[Finding, ...]), corrected=kept["choice"], remark=kept["note"],
    )  # fmt: skip
