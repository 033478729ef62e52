"""`matcher triage` and `matcher learn` as people run them, and batches that nobody should send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from matcher import shipped
from matcher.cli import intake, options, quality
from matcher.engine import Engine
from matcher.errors import ReportError
from matcher.labelled import read_labelled
from matcher.season import Season
from matcher.triage import desk
from matcher.triage.columns import CORRECTED, QUEUE
from matcher.triage.decisions import meaning
from tests.bench import EVAL
from tests.bench_triage import figures, judge_all
from tests.spreadsheets import fill_in
from tests.test_cli import one_line_error, run, said
from tests.test_triage import BATCH


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    file = tmp_path / "batch.csv"
    file.write_text(BATCH, encoding="utf-8")
    return file


def test_triage_from_the_command_line(batch: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.jsonl"
    answer = run("triage", batch, "--out", out, "--notes", tmp_path / "notes.txt")
    assert answer.returncode == 0, said(answer)
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(rows) == 7
    assert "7 rows" in said(answer)
    assert "区域创新处，电话 58832826" in (tmp_path / "notes.txt").read_text("utf-8")
    assert [f.name for f in tmp_path.iterdir() if "journal" in f.name] == []
    assert "add --force" in one_line_error(run("triage", batch, "--out", out))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["missing.csv", "--out", "r.csv"], "No such file"),
        (["batch.csv", "--out", "r.pdf"], "must end in one of"),
        (["batch.csv", "--out", "r.csv", "--column", "colour=x"], "with one of the fields"),
        (["batch.csv", "--out", "r.csv", "--column", "title=没有"], "has no column 没有"),
        (["batch.jsonl", "--out", "r.csv", "--column", "title=没有"], "has no column 没有"),
        (["batch.csv", "--out", "r.csv", "--rules", "batch.csv"], "not valid TOML"),
        (["batch.csv", "--out", "r.csv", "--notes", "R.csv"], "two outputs"),
        (
            ["batch.csv", "--out", "r.csv", "--notes", "x.zip", "--by-office", "x.zip"],
            "two outputs",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(
    batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("batch.jsonl").write_text('{"id": "1", "title": "a"}\n', encoding="utf-8")
    assert expected in one_line_error(run("triage", *arguments))


def test_a_guide_without_rules_names_the_option_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    engine: Any = SimpleNamespace(guide=SimpleNamespace(id="other"))
    assert intake._rules_of(None, engine) is None
    assert "give a file of them by matcher triage --rules FILE" in capsys.readouterr().err


def test_other_column_names_are_mapped(desk_engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    file.write_text("号,题,研究摘要,想报\n1,创新券,评估创新券政策效果,2-12\n", encoding="utf-8")
    columns = ["id=号", "title=题", "abstract=研究摘要", "declared=想报"]
    intake.triage(file, tmp_path / "r.jsonl", columns=columns)
    row = json.loads((tmp_path / "r.jsonl").read_text("utf-8"))
    assert (row["id"], row["declared"], row["verdict"]) == ("1", "2-12", "agree")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".html", ".jsonl"])
def test_a_resumed_run_gives_the_same_bytes(
    desk_engine: Engine, batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    whole, out = tmp_path / f"whole{suffix}", tmp_path / f"out{suffix}"
    intake.triage(batch, whole)
    judged_rows = desk.judged_rows

    def stopped(*arguments: Any) -> Iterator[Any]:
        yield from islice(judged_rows(*arguments), 3)
        raise KeyboardInterrupt

    monkeypatch.setattr(desk, "judged_rows", stopped)
    with pytest.raises(SystemExit) as left:
        intake.triage(batch, out)
    assert left.value.code == 130
    assert not out.exists()
    counts: list[int] = []

    def counted(engine: Engine, received: desk.BatchRows) -> Iterator[Any]:
        counts.append(len(received))
        return judged_rows(engine, received)

    monkeypatch.setattr(desk, "judged_rows", counted)
    intake.triage(batch, out, resume=True)
    assert counts == [4], "what was done is not done again"
    assert out.read_bytes() == whole.read_bytes()


def test_a_changed_batch_is_not_resumed(
    desk_engine: Engine, batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    judged_rows = desk.judged_rows
    monkeypatch.setattr(desk, "judged_rows", stopped)
    with pytest.raises(SystemExit):
        intake.triage(batch, tmp_path / "r.csv")
    monkeypatch.setattr(desk, "judged_rows", judged_rows)
    batch.write_text(BATCH.replace("红烧肉", "东坡肉").replace("a1", "a9"), encoding="utf-8")
    with pytest.raises(ReportError, match="without --resume"):
        intake.triage(batch, tmp_path / "r.csv", resume=True)


def test_every_encoding_and_delimiter_gives_the_same_report(desk_engine: Engine, tmp_path: Path) -> None:
    reports = []
    text = "编号,项目名称,摘要,申报课题\n1,创新券,评估创新券政策效果,2-12\n2,乙,海河实验室体制机制,1-09\n"
    mixed = text.splitlines(keepends=True)
    for name, content in {
        "utf8": text.encode(),
        "gb": text.encode("gb18030"),
        "tab": text.replace(",", "\t").encode("utf-8-sig"),
        "semicolon": text.replace(",", ";").encode("utf-16"),
        "mixed": mixed[0].encode() + mixed[1].encode("gb18030") + mixed[2].encode(),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "b.csv").write_bytes(content)
        intake.triage(folder / "b.csv", folder / "r.jsonl")
        reports.append((folder / "r.jsonl").read_text("utf-8"))
    assert len(set(reports)) == 1


def test_a_folder_goes_through_the_desk(desk_engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "a.txt").write_text(
        "项目名称：创新券\n申报课题：2-12\n摘要\n评估创新券政策的效果。", encoding="utf-8"
    )
    (folder / "b.doc").write_bytes(b"old")
    intake.triage(folder, tmp_path / "r.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    assert [(r["id"], r["verdict"]) for r in rows] == [("b.doc", "unreadable"), ("a", "agree")]
    assert "b.doc" in rows[0]["reason"]


def test_a_season_says_what_became_of_the_rows_and_which_could_not_be_read(
    desk_engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Season.new(tmp_path / "2026.season", shipped.default_guide()).close()
    (folder := tmp_path / "forms").mkdir()
    (folder / "a.txt").write_text(
        "项目名称：创新券\n申报课题：2-12\n摘要\n评估创新券政策的效果。", encoding="utf-8"
    )
    for number in range(options.LISTED + 1):
        (folder / f"b{number}.doc").write_bytes(b"old")
    intake.season_add(str(tmp_path / "2026.season"), folder)
    lines = capsys.readouterr().err.splitlines()
    assert (
        f"{options.LISTED + 2} 行：读不出 unreadable {options.LISTED + 1}，相符 agree 1 / {options.LISTED + 2} rows"
        in lines
    )
    assert sum("b" in line and ".doc 未能读取：" in line for line in lines) == options.LISTED
    assert any(line.startswith("另有 1 行未能读取") for line in lines)


def test_one_proposal_a_year_looks_into_the_archive(desk_engine: Engine, batch: Path, tmp_path: Path) -> None:
    from matcher.archive import FolderArchive
    from matcher.types import Proposal

    with FolderArchive(tmp_path / "earlier", desk_engine.readers.first, create=True) as archive:
        archive.add([Proposal("old-7", "旧题", "旧文", "", "甲大学", "张 三", "2021")])
    rules = tmp_path / "rules.toml"
    rules.write_text(
        "guide = 'tianjin-2021-soft-science'\n[[rule]]\nid='year'\nkind='yearly_limit'\nlimit=1\nclause='第4条'",
        encoding="utf-8",
    )
    intake.triage(batch, tmp_path / "r.jsonl", rules_file=rules, archive=str(tmp_path / "earlier"))
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    found = {
        r["line"]: [(f["status"], "old-7" in f["message"]) for f in r["findings"] if f["rule"] == "year"]
        for r in rows
    }
    assert found[2] == [("broken", True)]
    assert found[3] == []
    assert found[5] == [("unchecked", False)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("同意建议", "suggested"), ("按建议改报", "suggested"), ("采纳 建议课题", "suggested"), ("原课题", "declared"),
        ("维持原申报", "declared"), ("指南外", "none"), ("超出指南范围。", "none"), ("都不合适", "none"), ("B02", None), ("指南", None),
    ],
)  # fmt: skip
def test_what_officers_write_in_place_of_a_topic(written: str, meant: str | None) -> None:
    assert meaning(written) == meant


def test_learning_keeps_decisions_and_says_when_there_are_too_few(
    desk_engine: Engine,
    batch: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path / "data"))
    report = tmp_path / "r.xlsx"
    intake.triage(batch, report)
    rows = range(4, load_workbook(report)[QUEUE].max_row + 1)
    quality.learn([fill_in(report, QUEUE, {(row, CORRECTED): "√" for row in rows})])
    told = capsys.readouterr().err
    assert "Decisions read: 5;" in told
    assert "refitted from 20 decisions on" in told
    kept = (tmp_path / "data" / "decisions.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["topic"] for line in kept} == {"2-12", "2-23", "1-09", "2-03", None}
    assert not list((tmp_path / "data").glob("calibration*"))


def test_learning_refits_from_enough_decisions(
    desk_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from matcher.triage.decisions import OfficerDecision, default_file, keep

    monkeypatch.setenv("MATCHER_DATA", str(tmp_path))
    guide = desk_engine.guide
    rows = read_labelled(EVAL / "triage-tianjin-dev.jsonl")[::3]  # more than enough of 20
    keep(default_file(), [
        OfficerDecision(guide.id, guide.sha256, r.proposal.id, r.proposal.title, r.proposal.abstract, next(iter(r.relevant), None), "")
        for r in rows
    ])  # fmt: skip
    report = tmp_path / "r.xlsx"
    (tmp_path / "b.csv").write_text("项目名称,摘要\n甲,创新券\n", encoding="utf-8")
    intake.triage(tmp_path / "b.csv", report)
    quality.learn([report], force=True)
    told = capsys.readouterr()
    assert "log loss" in told.out, "before and after are shown"
    (file,) = tmp_path.glob("calibration*.json")
    assert json.loads(file.read_text("utf-8"))["fitted_on"][0]["rows"] == len(rows)
    assert f"for the guide “{guide.title}” alone" in told.err
    assert Engine.open(guide).calibration != desk_engine.calibration
    assert (
        Engine.open(EVAL.parent / "guides" / "lakeside-2024-health-environment.txt").calibration
        == desk_engine.calibration
    )


def test_misfiled_proposals_of_a_batch_that_nothing_was_chosen_on_are_found(desk_engine: Engine) -> None:
    """Every second row of the test part: 28 of 30 or more, at most 4 rightly filed ones among them, every move right."""
    rows = read_labelled(EVAL / "triage-tianjin-test.jsonl")[::2]
    found = figures(rows, judge_all(desk_engine, rows))
    assert (found.rows, found.misfiled) == (92, 30)
    assert found.recall >= 28 / 30
    assert found.precision >= 30 / 34
    assert found.moves >= 16
    assert found.moves_right == 1
