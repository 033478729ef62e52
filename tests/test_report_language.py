"""Files for people are in the language that was asked for, and read back in whichever they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from matcher.duplicates import Findings, Pair, reports
from matcher.duplicates.cases import ANSWER, SHEET, SIDE_A, case_of, read_decided
from matcher.duplicates.classifier import fitted
from matcher.duplicates.notes import write_notes as write_findings
from matcher.errors import ReportError
from matcher.guide import serial
from matcher.language import HAN_LETTERS
from matcher.message import Language, Message
from matcher.readers.batch import BadRow, Batch, Entry
from matcher.rules import Finding, Rule, Rules
from matcher.screen import speak
from matcher.sheet import REMARK
from matcher.triage import Judged, SentencePair, desk, unreadable
from matcher.triage.columns import CORRECTED, ID, QUEUE, is_report, queue_columns
from matcher.triage.decisions import DecidedReport, read_report
from matcher.triage.notes import write_notes
from matcher.triage.reports import write_report, write_split
from matcher.types import Guide, Office, Proposal, Topic
from tests.spreadsheets import fill_in

GUIDE = Guide(
    "harbour",
    "Harbour call",
    (
        Topic("1-01", "Water", 1, "Safe ferries", "Study safe ferries.", Office("Ferries", "555-0101"), "stated", (1, 2), "H1"),
        Topic("1-02", "Water", 2, "Clean quays", "Study clean quays.", None, "none", (3, 4), "H2"),
    ),
    (),
    (Message("有一行没有读", "A line was not read"),),
    "0" * 64,
)  # fmt: skip
LANGUAGES: tuple[Language, ...] = ("zh", "en", "both")


@pytest.fixture
def language(request: pytest.FixtureRequest) -> Language:
    speak(request.param)
    chosen: Language = request.param
    return chosen


def judged(verdict: str, declared: str | None, suggested: str | None) -> Judged:
    pair = SentencePair("ferries sail", "safe ferries", 0.5)
    why, warning = Message("因此。", "Thus."), Message("留意。", "Mind this.")
    return Judged(verdict, declared, suggested, 0.1, 0.8, 0.1, 0.8, -0.2, 0.9, why, pair, (warning,))  # type: ignore[arg-type]


@pytest.fixture
def report() -> desk.Report:
    received: list[Entry | BadRow] = [
        Entry(2, Proposal("a", "Ferries", "Ferries sail.", "H2", "Port School", "Ann Lee", "2030"), {"budget": "90"}),
        Entry(3, Proposal("b", "Owls", "Owls fly.", "1-01", "Port School", "Bo Day"), {}),
        BadRow(4, Message("第 4 行有 2 格", "line 4 has 2 cells")),
    ]  # fmt: skip
    rows = [
        judged("move", "1-02", "1-01"),
        judged("outside", "1-01", None),
        unreadable(Message("读不出", "unreadable")),
    ]
    rules = Rules(
        "harbour",
        "",
        (
            Rule("org", "organisation_limit", "Clause 1", limit=1),
            Rule("money", "budget_limit", "Clause 2", most=80),
        ),
    )
    reading = (Message("共三行", "three rows"),)
    sorted_ = desk.report(GUIDE, "batch.xlsx", received, rows, rules, (), reading)
    extra = Finding("seen", "possible", Message("以前有过", "was here before"), "")
    return replace(sorted_, rows=tuple(replace(row, findings=(*row.findings, extra)) for row in sorted_.rows))


@pytest.fixture
def findings() -> Findings:
    sides = [Proposal("a", "Ferries", "Ferries sail at dawn."), Proposal("b", "Boats", "Ferries sail at dawn.", year="2020")]  # fmt: skip
    pair = Pair("a", "b", "partial", 0.93, 0.6, 0.7, 0.4, ((8, 20, 6, 18),), "unknown", True)
    return Findings((pair,), {p.id: p for p in sides}, {"a": (), "b": ()}, 2)


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """(where, text) of every name and text of the files in a folder."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield file.name, file.name
        if file.suffix == ".xlsx":
            book = load_workbook(file)
            for sheet in book:
                yield file.name, sheet.title
                for row in sheet.iter_rows():
                    yield from ((f"{file.name} {cell.coordinate}", str(cell.value or "")) for cell in row)
                for offered in sheet.data_validations.dataValidation:
                    yield file.name, offered.formula1
        elif file.suffix == ".docx":
            yield file.name, ZipFile(file).read("word/document.xml").decode()
        else:
            yield file.name, file.read_text("utf-8")


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_a_reader_without_chinese_meets_none(
    report: desk.Report, findings: Findings, language: Language, tmp_path: Path
) -> None:
    rows = tuple(replace(row, corrected="无" if row.proposal.id == "b" else "") for row in report.rows)
    decided = replace(report, rows=rows)
    for suffix in (".xlsx", ".csv", ".html"):
        write_report(decided, tmp_path / f"report{suffix}")
    write_split(decided, tmp_path / "offices")
    write_notes(decided, tmp_path / "letters.csv")
    cases = {(case := replace(case_of({}, findings, findings.pairs[0]), answer="unsure")).key: case}
    for suffix in (".xlsx", ".html"):
        reports.write(findings, tmp_path / f"pairs{suffix}", 0.5, fitted(), cases)
    write_findings(findings, cases, tmp_path / "findings")
    serial.write_workbook(replace(GUIDE, findings=()), tmp_path / "guide.xlsx")
    fonts = str.maketrans({"□": "", "＿": "", "　": ""})
    chinese = [(at, text) for at, text in texts(tmp_path) if HAN_LETTERS.search(text.translate(fonts))]
    assert chinese == []
    assert (tmp_path / "offices" / "02-no-office.xlsx").is_file()
    assert '<html lang="en">' in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES, indirect=True)
@pytest.mark.parametrize("back", LANGUAGES)
def test_what_was_filled_in_is_read_back_in_any_language(
    report: desk.Report, findings: Findings, language: Language, back: Language, tmp_path: Path
) -> None:
    write_report(replace(report, logged=7), file := tmp_path / "report.xlsx")
    corrected = CORRECTED.of(language)
    written = {("a", corrected): "H1", ("b", corrected): "ok", ("a", REMARK.of(language)): "ask again"}
    fill_in(file, QUEUE.of(language), written)
    reports.write(findings, pairs := tmp_path / "pairs.xlsx", 0.5, fitted())
    sheet = load_workbook(pairs)[SHEET.of(language)]
    assert sheet.cell(2, [cell.value for cell in sheet[1]].index(SIDE_A.of(language)) + 1).value == "a"
    (offered,) = sheet.data_validations.dataValidation
    answer = offered.formula1.strip('"').split(",")[2]
    fill_in(pairs, SHEET.of(language), {(2, ANSWER.of(language)): answer})
    speak(back)
    decisions, problems = read_report(file, GUIDE)
    assert {d.id: (d.topic, d.declared) for d in decisions} == {"a": ("1-01", "1-02"), "b": (None, "1-01")}
    assert problems == []
    opened = DecidedReport(file)
    assert (opened.batch, opened.logged, opened.guide_of([GUIDE])) == ("batch.xlsx", 7, GUIDE)
    assert [(place, remark) for _, place, _, remark in opened.remarks()] == [("2", "ask again")]
    cases, problems = read_decided(pairs, findings)
    assert ([case.answer for case in cases], problems) == (["unsure"], [])


@pytest.mark.parametrize("language", LANGUAGES, indirect=True)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_report_is_known_as_one_in_any_language(
    report: desk.Report, language: Language, suffix: str, tmp_path: Path
) -> None:
    """What the program answered is not taken for what applicants wrote."""
    write_report(report, file := tmp_path / f"report{suffix}")
    columns = [column.heading.of(language) for column in queue_columns()]
    assert is_report(columns)
    assert not is_report([name for name in columns if name != CORRECTED.of(language)]), "as its refusal says"
    read = {row.proposal.id: row.proposal for row in Batch(file) if isinstance(row, Entry)}
    assert [read[row.proposal.id] for row in desk.in_queue(report.rows) if row.proposal.text] == [
        row.proposal for row in report.rows if row.proposal.text
    ]


@pytest.mark.parametrize("language", LANGUAGES, indirect=True)
@pytest.mark.parametrize("back", LANGUAGES)
def test_a_guide_as_a_workbook_is_read_back_in_any_language(
    language: Language, back: Language, tmp_path: Path
) -> None:
    serial.write_workbook(GUIDE, file := tmp_path / "guide.xlsx")
    speak(back)
    again = serial.from_workbook(file.read_bytes(), "guide")
    assert again is not None
    assert (again.title, again.topics) == (GUIDE.title, GUIDE.topics)
    assert again.findings[0] == GUIDE.findings[0]


@pytest.mark.parametrize("sheets", [("课题", "指南"), ("topics", "guide")])
def test_a_workbook_of_somebodys_own_is_not_taken_for_the_programs(
    sheets: tuple[str, str], tmp_path: Path
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = sheets[0]
    book.active.append(["编号", "课题名称", "id", "title"])
    book.active.append(["1", "渡船安全", "1", "Safe ferries"])
    book.create_sheet(sheets[1])
    book.save(tmp_path / "own.xlsx")
    assert serial.from_workbook((tmp_path / "own.xlsx").read_bytes(), "own") is None


def test_a_line_above_the_headings_is_passed_over(report: desk.Report, tmp_path: Path) -> None:
    write_report(report, file := tmp_path / "report.xlsx")
    book = load_workbook(fill_in(file, QUEUE, {("a", CORRECTED): "H1"}))
    book[QUEUE].insert_rows(1, 2)
    book[QUEUE]["A1"] = "Please fill in by Friday"
    book.save(file)
    decisions, problems = read_report(file, GUIDE)
    assert ([(d.id, d.topic) for d in decisions], problems) == ([("a", "1-01")], [])


@pytest.mark.parametrize("language", ["zh", "en"], indirect=True)
def test_a_column_or_sheet_of_somebodys_own_in_the_other_language_is_left_alone(
    report: desk.Report, language: Language, tmp_path: Path
) -> None:
    other: Language = "zh" if language == "en" else "en"
    write_report(report, file := tmp_path / "report.xlsx")
    written = {("a", CORRECTED.of(language)): "H1", ("a", REMARK.of(language)): "ask again"}
    book = load_workbook(fill_in(file, QUEUE.of(language), written))
    sheet = book[QUEUE.of(language)]
    row = next(cell.row for cell in sheet["A"] if cell.value == "a")
    for at, heading in enumerate((CORRECTED, ID, REMARK), sheet.max_column + 1):
        sheet.cell(1, at).value = heading.of(other)
        sheet.cell(row, at).value = "H2"
    book.create_sheet(QUEUE.of(other), 0)
    book.save(file)
    decisions, problems = read_report(file, GUIDE)
    assert ([(d.id, d.topic) for d in decisions], problems) == ([("a", "1-01")], [])
    assert [remark for *_, remark in DecidedReport(file).remarks()] == ["ask again"]


@pytest.mark.parametrize("language", ["zh", "en"], indirect=True)
def test_so_is_a_sheet_beside_the_pairs_but_of_two_columns_of_one_name_none_is_taken(
    findings: Findings, language: Language, tmp_path: Path
) -> None:
    reports.write(findings, file := tmp_path / "pairs.xlsx", 0.5, fitted())
    book = load_workbook(fill_in(file, SHEET.of(language), {(2, ANSWER.of(language)): "yes"}))
    sheet = book[SHEET.of(language)]
    book.create_sheet(SHEET.of("zh" if language == "en" else "en"), 0)
    book.save(file)
    cases, problems = read_decided(file, findings)
    assert ([case.answer for case in cases], problems) == (["yes"], [])
    sheet.cell(1, sheet.max_column + 1).value = REMARK.of(language)
    book.save(file)
    with pytest.raises(ReportError, match=rf"more than one column .*{REMARK.of('en')}"):
        read_decided(file, findings)


@pytest.mark.parametrize("language", LANGUAGES, indirect=True)
def test_a_heading_may_be_in_capitals(report: desk.Report, language: Language, tmp_path: Path) -> None:
    write_report(report, file := tmp_path / "report.xlsx")
    book = load_workbook(fill_in(file, QUEUE.of(language), {(2, REMARK.of(language)): "ask again"}))
    for cell in book[QUEUE.of(language)][1]:
        cell.value = f"{cell.value} ".upper()
    book.save(file)
    assert [remark for *_, remark in DecidedReport(file).remarks()] == ["ask again"]


@pytest.mark.parametrize("language", LANGUAGES, indirect=True)
def test_a_report_that_is_a_batch_again_loses_and_gains_nothing(
    report: desk.Report, language: Language, tmp_path: Path
) -> None:
    """Its other sheets are no proposals, and how an applicant is reached stays beside each."""
    reached = {"phone": "555-0199", "email": "ann@port.example"}
    rows = tuple(replace(row, extra=reached) for row in report.rows if row.proposal.text)
    write_report(replace(report, rows=rows), file := tmp_path / "report.xlsx")
    read = list(Batch(file))
    assert sorted(row.proposal.id for row in read if isinstance(row, Entry)) == ["a", "b"]
    assert [row.extra for row in read if isinstance(row, Entry)] == [reached, reached]
