"""The report split by office: each gets the rows that it has to look at, and none of another's, in a file of its own."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from matcher.files import plain_name, replacing_file, temporary_folder
from matcher.sheet import DAWN
from matcher.triage.columns import NONE
from matcher.triage.desk import Report, ReportRow, summarise
from matcher.triage.reports import write_report
from matcher.types import Topic

# What the file of the rows is called that no office is named for.
NO_OFFICE = "无处室-no-office"


def write_split(report: Report, target: Path, suffix: str = ".xlsx") -> list[tuple[str, int]]:
    """Write a report for each office, in the form that `suffix` names, into a folder or a .zip; (file, rows) of each."""
    if target.suffix.lower() == ".zip":
        with (
            temporary_folder() as folder,
            replacing_file(target) as written,
            zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed,
        ):
            files = write_split(report, folder, suffix)
            for name, _ in files:
                content = (folder / name).read_bytes()
                packed.writestr(zipfile.ZipInfo(name, DAWN), content, zipfile.ZIP_DEFLATED)
        return files
    target.mkdir(parents=True, exist_ok=True)
    files = []
    for number, (office, part) in enumerate(split(report), 1):
        name = f"{number:02d}-{plain_name(office or NO_OFFICE)}{suffix}"
        write_report(part, target / name)
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
    return replace(
        report, rows=tuple(rows), summary=summarise(report.guide, rows), organisations=organisations
    )
