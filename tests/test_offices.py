"""The report split by office: every row in one file, no file with another's rows, names that harm no folder."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from matcher.cli.commands import app
from matcher.engine import Engine
from matcher.errors import OutputError
from matcher.files import check_file_or_folder
from matcher.message import Message
from matcher.readers.batch import BadRow, Entry
from matcher.rules import Rule, Rules
from matcher.triage import Judged, desk, unreadable
from matcher.triage.columns import ID, QUEUE, queue_columns
from matcher.triage.decisions import read_report
from matcher.triage.reports import split, write_split
from matcher.types import Guide, Office, Proposal, Topic
from tests.spreadsheets import fill_in

OFFICES = ("../甲处", "=乙处\x1b", "")
GUIDE = Guide(
    "g", "指南", tuple(Topic(f"1-0{n}", "", n, f"课题{n}", "", Office(name, "1") if name else None, "stated" if name else "none",
    (n, n)) for n, name in enumerate(OFFICES, 1)), (), (), "",
)  # fmt: skip


def judged(declared: str | None, suggested: str | None) -> Judged:
    verdict = "agree" if declared == suggested else "move" if suggested else "outside"
    return Judged(verdict, declared, suggested, 0.1, 0.8, 0.1, 0.8, 0.0, 0.5, Message("因此", "thus"))  # type: ignore[arg-type]


@pytest.fixture
def report() -> desk.Report:
    topics = [("1-01", "1-01"), ("1-01", "1-02"), ("1-02", None), ("1-03", "1-03"), (None, None)]
    received: list[Entry | BadRow] = [
        Entry(
            1 + n % 3, Proposal(f"p{n}", "题", "文", declared or "", "某单位"), sheet="二" if n < 3 else "一"
        )
        for n, (declared, _) in enumerate(topics, 1)
    ]
    rows = [judged(*pair) for pair in topics]
    received.append(BadRow(6, Message("坏", "bad")))
    rows.append(unreadable(Message("坏", "bad")))
    rules = Rules("g", "", (Rule("org", "organisation_limit", "第1条", limit=1),))
    return desk.report(GUIDE, "b.xlsx", received, rows, rules)


def ids(report: desk.Report) -> set[str]:
    return {row.proposal.id for row in report.rows}


def test_every_row_goes_to_one_office(report: desk.Report) -> None:
    parts = dict(split(report))
    assert {office: ids(part) for office, part in parts.items()} == {
        "../甲处": {"p1"},
        "=乙处\x1b": {"p2", "p3"},
        "": {"p4", "p5", "line-6"},
    }
    assert list(parts) == list(OFFICES), "in the guide's order, rows without an office last"
    assert parts["=乙处\x1b"].summary.verdicts["move"] == 1
    assert [found.lines for found in report.organisations] == [("二!2", "二!3", "一!1", "一!2", "一!3")]
    assert [found.lines for found in parts["=乙处\x1b"].organisations] == [("二!3", "一!1")]
    assert [p.id for p in desk.readable(report)] == ["p1", "p2", "p3", "p4", "p5"]  # of sheet 二, then of 一


def test_a_decision_moves_a_row(report: desk.Report) -> None:
    decided = {"p1": "1-02", "p2": desk.NONE, "p3": "1-01"}
    rows = tuple(replace(row, corrected=decided.get(row.proposal.id, "")) for row in report.rows)
    assert [ids(part) for _, part in split(replace(report, rows=rows))] == [
        {"p3"},
        {"p1"},
        {"p2", "p4", "p5", "line-6"},
    ]


def test_the_names_of_files_harm_no_folder(report: desk.Report, tmp_path: Path) -> None:
    folder = tmp_path / "offices"
    written = write_split(report, folder)
    assert written == [("01-___甲处.xlsx", 1), ("02-_乙处_.xlsx", 2), ("03-无处室-no-office.xlsx", 3)]
    assert sorted(file.name for file in folder.iterdir()) == [name for name, _ in written]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["offices"]
    book = load_workbook(folder / "02-_乙处_.xlsx")
    column = [c.heading for c in queue_columns()].index(ID) + 1
    assert {book[QUEUE].cell(row, column).value for row in (2, 3)} == {"p2", "p3"}
    assert book[QUEUE].max_row == 3
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "二!3、一!1" in {cell.value for cell in book["单位 organisations"][2]}


def test_the_zip_holds_the_same_files_and_the_same_bytes_twice(report: desk.Report, tmp_path: Path) -> None:
    write_split(report, tmp_path / "folder", ".csv")
    for name in ("a.zip", "b.zip"):
        write_split(report, tmp_path / name, ".csv")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    assert held == {file.name: file.read_bytes() for file in (tmp_path / "folder").iterdir()}
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_an_office_filled_in_is_read_back(report: desk.Report, tmp_path: Path) -> None:
    write_split(report, tmp_path / "offices")
    file = tmp_path / "offices" / "02-_乙处_.xlsx"
    decisions, problems = read_report(fill_in(file, QUEUE, {("p2", "改为 corrected"): "1-01"}), GUIDE)
    assert ([(d.id, d.topic) for d in decisions], problems) == ([("p2", "1-01")], [])


def test_the_target_is_checked_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"\.zip"):
        check_file_or_folder(tmp_path / "a.xlsx", (".zip",), [], force=False)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(OutputError, match="not empty"):
        check_file_or_folder(tmp_path / "full", (".zip",), [], force=False)
    check_file_or_folder(tmp_path / "full", (".zip",), [], force=True)


def test_triage_writes_a_report_for_each_office(
    desk_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.screen._spoken", ["both"])  # as before, after the test
    batch = tmp_path / "b.csv"
    batch.write_text(
        "编号,项目名称,摘要,申报课题\n1,科技创新券,研究科技创新券对小企业的作用,2-12\n",
        encoding="utf-8",
    )
    out, folder = tmp_path / "r.csv", tmp_path / "offices"
    done = CliRunner().invoke(
        app, ["triage", str(batch), "--out", str(out), "--by-office", str(folder), "--lang", "en"]
    )
    assert done.exit_code == 0, done.output
    assert sorted(file.name for file in folder.iterdir()) == ["01-区域创新处.csv"]
    assert f"{folder / '01-区域创新处.csv'}, rows: 1" in done.output
