"""What a season keeps, as it is read: its batches, and a row of a report as texts, there and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

from msgspec import Struct

from matcher import typed_json
from matcher.message import Message
from matcher.rules import Finding
from matcher.triage import Judged
from matcher.triage.desk import ReportRow, WrittenLetter
from matcher.types import Proposal, Topic


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch of a season, by the `digest` of its file: how many of its rows are decided; `messages` are what was said when
    it was read."""

    id: int
    name: str
    received: str
    rows: int
    decided: int
    guide: str
    digest: str
    messages: tuple[Message, ...]


def batch_line(kept: sqlite3.Row) -> BatchLine:
    """The line of a batch, with its `rows` and how many are `decided`."""
    messages = typed_json.loads(kept["said"], tuple[Message, ...])
    counts = kept["rows"], int(kept["decided"])
    return BatchLine(
        kept["id"], kept["name"], kept["received"], *counts, kept["guide"], kept["digest"], messages
    )


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


def row(kept: sqlite3.Row, topics: Mapping[str, Topic], letter: WrittenLetter | None) -> ReportRow:
    """The row that `texts` made a record of; its topic is the decided one, else the suggested one."""
    judged, beside = (
        typed_json.loads(kept["judged"], Judged),
        typed_json.loads(kept["proposal"], _Beside),
    )
    row = ReportRow(
        kept["line"], typed_json.loads(kept["proposal"], Proposal), beside.contact, kept["sheet"],
        beside.declared_number, beside.notes, judged=judged, topic=topics.get(judged.suggested or ""),
        findings=typed_json.loads(kept["findings"], tuple[Finding, ...]),
    )  # fmt: skip
    return as_of(row, kept, letter)


def as_of(row: ReportRow, kept: sqlite3.Row, letter: WrittenLetter | None) -> ReportRow:
    """A row with what officers have done with it by now."""
    return replace(row, corrected=kept["choice"], remark=kept["note"], letter=letter)
