"""A report as a file: .xlsx, .csv, .html or .jsonl, written whole or not at all; or as one for each office.

An office gets the rows that it has to look at, and none of another's. The workbook has the queue, the summary, the heat map, the
rules and the topics. The same report gives the same bytes, whatever the kind: nothing in a file depends on the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from matcher import pages
from matcher.files import folder_or_zip, plain_name, replacing
from matcher.message import COLON, Catalogue, Message, bracketed, chance, joined
from matcher.readers.fields.labels import PROPOSAL, first_name
from matcher.screen import json_line, spoken
from matcher.sheet import REMARK, Cell, new_sheet, offer, save_workbook, text_cell, write_csv
from matcher.triage import columns
from matcher.triage.columns import CORRECTED, QUEUE, SUMMARY, TOPICS, VERDICT, status_name, verdict_name
from matcher.triage.desk import WITHOUT_TOPIC, Report, ReportRow, summarise
from matcher.triage.judgement import FilingVerdict

say = Catalogue(__file__)

SUFFIXES = (".xlsx", ".csv", ".html", ".jsonl")
_BLANK_WIDTHS = {"title": 40, "abstract": 80, "organisation": 24}
_BLANK_WIDTH = 14
_COLOURS: dict[FilingVerdict, str] = {
    "unreadable": "D9D9D9",
    "undeclared": "DDEBF7",
    "move": "FCE4D6",
    "outside": "F8CBAD",
    "ask": "FFF2CC",
    "agree": "E2EFDA",
}


def write_report(report: Report, out: Path) -> None:
    """Write the report in the form that `out` ends in; the same report gives the same bytes."""
    suffix = out.suffix.lower()
    if suffix == ".xlsx":
        write_workbook(report, out)
        return
    with replacing(out) as stream:
        if suffix == ".jsonl":
            stream.writelines(json_line(row_json(row)) for row in report.rows)
        elif suffix == ".csv":
            shown = columns.queue_columns()
            rows = ([column.cell(row) for column in shown] for row in report.rows)
            write_csv(stream, chain([[column.heading for column in shown]], rows))
        else:
            stream.writelines(pages.page("triage.html", _page(report)))


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
        "corrected": row.corrected,
        "note": row.remark,
    }


def _page(report: Report) -> dict[str, object]:
    """What templates/triage.html, a page made to be printed, is filled in with."""
    most = max(report.summary.confusion.values(), default=1)

    def redness(count: int | None) -> str:
        """How opaque a cell of the heat map is: more for more rows, and seen for one."""
        return f"{0.15 + 0.85 * count / most if count else 0:.2f}"

    def verdict_lines(verdict: FilingVerdict) -> Message:
        """A verdict with each language on a line of its own."""
        name = verdict_name(verdict)
        return Message(name.zh, name.en, f"{name.zh}\n{name.en}")

    return {
        "title": say("report.title", guide=report.guide.title),
        "say": say,
        "headings": (
            VERDICT, say("page.proposal"), say("count.declared"), say("count.suggested"), say("column.office"), say("page.why"),
        ),
        "corrected": CORRECTED,
        "choice_name": columns.choice_name,
        "note": REMARK,
        "report": report,
        "titles": {topic.id: topic.title for topic in report.guide.topics},
        "verdict_lines": verdict_lines,
        "status_name": status_name,
        "bracketed": bracketed,
        "named": lambda name, text: joined([name, COLON, text]),
        "chance": chance,
        "people": lambda p: " · ".join(filter(None, (p.organisation, p.principal_investigator, p.year))),
        "redness": redness,
        "summary": columns.summary_table(report),
        "confusion": list(columns.confusion_table(report)),
        "topics": columns.topic_table(report),
        "organisations": columns.organisation_table(report),
    }  # fmt: skip


def write_split(report: Report, target: Path, suffix: str = ".xlsx") -> list[tuple[str, int]]:
    """Write a report for each office, in the form that `suffix` names, into a folder or a .zip; (file, rows) of each."""
    files = []
    with folder_or_zip(target) as folder:
        for number, (office, part) in enumerate(split(report), 1):
            name = f"{number:02d}-{plain_name(office or spoken(say('report.no office')))}{suffix}"
            write_report(part, folder / name)
            files.append((name, len(part.rows)))
    return files


def split(report: Report) -> Iterator[tuple[str, Report]]:
    """(name of the office, report of its rows), in the guide's order; "" comes last, for rows that have none.

    Every row is in one report: that of the office of the decided topic, else of the suggested one, else of the
    declared one. Counts, and findings on organisations, are those of its rows.
    """
    topics = {topic.id: topic for topic in report.guide.topics}
    rows: dict[str, list[ReportRow]] = {topic.office_name: [] for topic in report.guide.topics}
    none = rows.pop("", [])
    for row in report.rows:
        # The topic that a row belongs under, as far as anybody knows; a row without one has no office.
        id_ = row.corrected or row.judged.suggested or row.judged.declared
        own = rows.get(topics[id_].office_name, none) if id_ in topics else none
        own.append(row)
    for office, own in [*rows.items(), ("", none)]:
        if own:
            yield office, _part(report, own)


def _part(report: Report, rows: Sequence[ReportRow]) -> Report:
    lines = {row.place for row in rows}
    organisations = tuple(
        replace(organisation, lines=own)
        for organisation in report.organisations
        if (own := tuple(line for line in organisation.lines if line in lines))
    )
    summary = summarise(report.guide, rows)
    return replace(report, rows=tuple(rows), summary=summary, organisations=organisations, reading=())


def write_workbook(report: Report, out: Path) -> None:
    """Write the workbook to `out`, replacing it whole."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _queue(book, report)
    _fill(new_sheet(book, SUMMARY, (44, 14, 14)), columns.summary_table(report))
    _heat_map(book, report)
    organisations = new_sheet(book, say("sheet.organisations"), (30, 20, 14, 70, 50, 30))
    _fill(organisations, columns.organisation_table(report))
    _fill(new_sheet(book, TOPICS, (10, 10, 16, 50, 20, 16, 12, 12)), columns.topic_table(report))
    save_workbook(book, out)


def write_blank(path: Path) -> None:
    """Write an empty table for an office to hand out: the columns of a batch that are read, and those that letters need."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    fields = (*PROPOSAL, "phone", "email")
    sheet = new_sheet(book, say("sheet.blank"), [_BLANK_WIDTHS.get(field, _BLANK_WIDTH) for field in fields])
    sheet.append([text_cell(sheet, first_name(field)) for field in fields])
    save_workbook(book, path)


def _cells(sheet: Any) -> Callable[[Cell, str], Any]:
    """Makes cells of a sheet in a style: "head", "phone" or a verdict by its name, worked out once and then shared."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    fills: dict[str, str] = {verdict_name(verdict): colour for verdict, colour in _COLOURS.items()}
    fills["head"] = "D9E1F2"

    @cache
    def style(name: str) -> Any:
        cell = WriteOnlyCell(sheet)
        if name == "phone":
            cell.number_format = "@"
        else:
            cell.fill = PatternFill("solid", fgColor=fills[name])
        if name == "head":
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        return cell._style

    def styled(value: Cell, name: str) -> Any:
        cell = text_cell(sheet, value) if isinstance(value, str) and value else WriteOnlyCell(sheet, value)
        cell._style = style(name)
        return cell

    return styled


def _queue(book: Any, report: Report) -> None:
    from openpyxl.utils import get_column_letter

    shown = columns.queue_columns()
    headings = [column.heading for column in shown]
    sheet = new_sheet(book, QUEUE, (column.width for column in shown), "B2")
    last = len(report.rows) + 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{last}"
    # What is decided is printed; the reasons are read on the screen.
    sheet.print_area = f"A1:{get_column_letter(headings.index(REMARK) + 1)}{last}"
    offer(
        sheet,
        headings.index(CORRECTED) + 1,
        last,
        f"'{spoken(TOPICS)}'!$A$2:$A${len(report.guide.topics) + len(WITHOUT_TOPIC)}",
    )
    styled = _cells(sheet)
    sheet.append([styled(heading, "head") for heading in headings])
    verdict, phone = headings.index(VERDICT), headings.index(say("column.phone"))
    for row in report.rows:
        values: list[Any] = [column.cell(row) for column in shown]
        values[verdict] = styled(values[verdict], values[verdict])
        values[phone] = styled(values[phone], "phone")
        sheet.append([text_cell(sheet, value) for value in values])


def _fill(sheet: Any, table: Iterable[list[Cell]]) -> None:
    """Write a table whose first row is the heading."""
    rows, styled = iter(table), _cells(sheet)
    sheet.append([styled(name, "head") for name in next(rows)])
    for row in rows:
        sheet.append([text_cell(sheet, cell) for cell in row])


def _heat_map(book: Any, report: Report) -> None:
    """Declared topics down, suggested across, counts in cells that redden with the count."""
    from openpyxl.formatting.rule import ColorScaleRule
    from openpyxl.utils import get_column_letter

    table = list(columns.confusion_table(report))
    sheet = new_sheet(book, say("sheet.confusion"), [34, *[7] * (len(table[0]) - 1)], "B2")
    if len(table) > 1:
        area = f"B2:{get_column_letter(len(table[0]))}{len(table)}"
        scale = ColorScaleRule(
            start_type="num", start_value=0, start_color="FFFFFF", end_type="max", end_color="F4845F"
        )
        sheet.conditional_formatting.add(area, scale)
    _fill(sheet, table)
