"""A report as a file: .xlsx, .csv, .html or .jsonl, written whole or not at all; or as one for each office.

An office gets the rows that it has to look at, and none of another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from matcher import pages
from matcher.files import plain_name, replacing
from matcher.message import Catalogue, chance
from matcher.screen import json_line
from matcher.sheet import folder_or_zip, write_csv
from matcher.triage import columns
from matcher.triage.columns import NONE, status_name, verdict_name
from matcher.triage.desk import Report, ReportRow, summarise
from matcher.types import Topic

say = Catalogue(__file__)

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
        "note": row.remark,
    }


def _write_jsonl(report: Report, stream: TextIO) -> None:
    for row in report.rows:
        stream.write(json_line(row_json(row)))


def _write_csv(report: Report, stream: TextIO) -> None:
    shown = columns.queue_columns()
    rows = ([column.cell(row) for column in shown] for row in report.rows)
    write_csv(stream, chain([[column.heading for column in shown]], rows))


def _write_html(report: Report, stream: TextIO) -> None:
    """The page of templates/triage.html, made to be printed."""
    most = max(report.summary.confusion.values(), default=1)

    def redness(count: int | None) -> str:
        """How opaque a cell of the heat map is: more for more rows, and seen for one."""
        return f"{0.15 + 0.85 * count / most if count else 0:.2f}"

    values = {
        "title": say("report.title", guide=report.guide.title),
        "report": report,
        "titles": {topic.id: topic.title for topic in report.guide.topics},
        "verdict_name": verdict_name,
        "status_name": status_name,
        "chance": chance,
        "people": lambda p: " · ".join(filter(None, (p.organisation, p.principal_investigator, p.year))),
        "redness": redness,
        "summary": columns.summary_table(report),
        "confusion": list(columns.confusion_table(report)),
        "topics": columns.topic_table(report),
        "organisations": columns.organisation_table(report),
    }
    stream.writelines(pages.page("triage.html", values))


_WRITERS: Mapping[str, Callable[[Report, TextIO], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".html": _write_html,
}


def write_split(report: Report, target: Path, suffix: str = ".xlsx") -> list[tuple[str, int]]:
    """Write a report for each office, in the form that `suffix` names, into a folder or a .zip; (file, rows) of each."""
    files = []
    with folder_or_zip(target) as folder:
        for number, (office, part) in enumerate(split(report), 1):
            name = f"{number:02d}-{plain_name(office or say('report.no office'))}{suffix}"
            write_report(part, folder / name)
            files.append((name, len(part.rows)))
    return files


def split(report: Report) -> Iterator[tuple[str, Report]]:
    """(name of the office, report of its rows), in the guide's order; "" comes last, for rows that have none.

    Every row is in one report: that of the office of the decided topic, else of the suggested one, else of the
    declared one. Counts, and findings on organisations, are those of its rows.
    """
    topics = {topic.id: topic for topic in report.guide.topics}
    rows: dict[str, list[ReportRow]] = {_office(topic): [] for topic in report.guide.topics}
    none = rows.pop("", [])
    for row in report.rows:
        rows.get(_office(topics.get(_topic(row) or "")), none).append(row)
    for office, own in [*rows.items(), ("", none)]:
        if own:
            yield office, _part(report, own)


def _office(topic: Topic | None) -> str:
    return topic.office.name if topic is not None and topic.office is not None else ""


def _topic(row: ReportRow) -> str | None:
    """The topic that a row belongs under, as far as anybody knows."""
    if row.corrected:
        return None if row.corrected == NONE else row.corrected
    return row.judged.suggested or row.judged.declared


def _part(report: Report, rows: Sequence[ReportRow]) -> Report:
    lines = {row.line for row in rows}
    organisations = tuple(
        replace(organisation, lines=own)
        for organisation in report.organisations
        if (own := tuple(line for line in organisation.lines if line in lines))
    )
    summary = summarise(report.guide, rows)
    return replace(report, rows=tuple(rows), summary=summary, organisations=organisations, reading=())
