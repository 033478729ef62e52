"""A report as a file: .xlsx, .csv, .html or .jsonl, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from matcher import pages
from matcher.files import replacing
from matcher.message import chance
from matcher.screen import json_line
from matcher.sheet import write_csv
from matcher.triage.columns import COLUMNS, STATUS_NAMES, VERDICT_NAMES
from matcher.triage.desk import Report, ReportRow
from matcher.triage.summary import confusion_table, organisation_table, summary_table, topic_table

SUFFIXES = (".xlsx", ".csv", ".html", ".jsonl")


def write_report(report: Report, out: Path) -> None:
    """Write the report in the form that `out` ends in; the same report gives the same bytes."""
    suffix = out.suffix.lower()
    if suffix == ".xlsx":
        from matcher.triage.workbook import write_workbook

        write_workbook(report, out)
        return
    with replacing(out) as stream:
        _WRITERS[suffix](report, stream)


def row_json(row: ReportRow) -> dict[str, Any]:
    """A row as the fixed JSON object of `triage --out x.jsonl`, and what stands behind it."""
    judged, office = row.judged, row.topic.office if row.topic else None
    source = row.topic.office_source if row.topic else "none"
    return {
        "id": row.proposal.id,
        "verdict": judged.verdict,
        "declared": judged.declared,
        "suggested": judged.suggested,
        "office": office and office.to_dict(source),
        "confidence": judged.confidence,
        "margin": judged.margin,
        "reason": judged.reason,
        "findings": [asdict(finding) for finding in row.findings],
        "line": row.line,
        "sheet": row.sheet,
        "declared_text": row.proposal.declared,
        "gain": judged.gain,
        "probabilities": {
            "declared": judged.declared_probability,
            "suggested": judged.suggested_probability,
            "none": judged.none_probability,
        },
        "pair": judged.pair and asdict(judged.pair),
        "warnings": list(judged.warnings),
    }


def _write_jsonl(report: Report, stream: TextIO) -> None:
    for row in report.rows:
        stream.write(json_line(row_json(row)))


def _write_csv(report: Report, stream: TextIO) -> None:
    rows = ([column.cell(row) for column in COLUMNS] for row in report.rows)
    write_csv(stream, chain([[column.heading for column in COLUMNS]], rows))


def _write_html(report: Report, stream: TextIO) -> None:
    """The page of templates/triage.html, made to be printed."""
    most = max(report.summary.confusion.values(), default=1)

    def redness(count: int | None) -> str:
        """How opaque a cell of the heat map is: more for more rows, and seen for one."""
        return f"{0.15 + 0.85 * count / most if count else 0:.2f}"

    values = {
        "title": f"申报书分拣 · triage · {report.guide.title}",
        "report": report,
        "titles": {topic.id: topic.title for topic in report.guide.topics},
        "verdict_names": VERDICT_NAMES,
        "status_names": STATUS_NAMES,
        "chance": chance,
        "people": lambda p: " · ".join(filter(None, (p.organisation, p.principal_investigator, p.year))),
        "redness": redness,
        "summary": summary_table(report),
        "confusion": list(confusion_table(report)),
        "topics": topic_table(report),
        "organisations": organisation_table(report),
    }
    stream.writelines(pages.page("triage.html", values))


_WRITERS: Mapping[str, Callable[[Report, TextIO], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".html": _write_html,
}
