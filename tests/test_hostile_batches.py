"""Batches as spreadsheets mangle them, and batches that nobody should send: handled, or refused in one line."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from matcher.cli import intake
from matcher.engine import Engine
from matcher.errors import DocumentError
from tests.spreadsheets import Rows, workbook


def test_what_spreadsheets_do_to_a_batch(desk_engine: Engine, tmp_path: Path) -> None:
    """A caption, a hidden sheet, merged organisations, an id that became a date, a formula, numbers as text."""
    import datetime as dt

    rows: Rows = [
        ["2021年申报汇总表"], ["编号", "项目名称", "摘要", "申报课题", "申报单位"],
        [1.0, "创新券", "评估创新券政策对企业研发的效果", dt.datetime(2021, 2, 12), "甲大学"],
        [2.0, "实验室", "海河实验室体制机制怎么设计", "1-09", None],
        [3.0, '=HYPERLINK("http://x")', "大学科技园的建设案例调查", "2-23", "乙"],
    ]  # fmt: skip

    def hide(book: Any) -> None:
        book.worksheets[1].sheet_state = "hidden"
        book.move_sheet("Sheet", -1)  # the first one, which areas are merged in, is the other
        book.active = 1

    sheets = {"申报汇总": rows, "Sheet": [["项目名称", "摘要"], ["旧的", "去年的"]]}
    workbook(tmp_path / "b.xlsx", sheets, ["A1:E1", "E3:E4"], hide)
    report = tmp_path / "r.csv"
    rules = tmp_path / "rules.toml"
    rules.write_text(
        "guide = 'tianjin-2021-soft-science'\n[[rule]]\nid='org'\nkind='organisation_limit'\nlimit=1\nclause='第1条'",
        encoding="utf-8",
    )
    intake.triage(tmp_path / "b.xlsx", report, rules_file=rules)
    text = report.read_text("utf-8-sig")
    assert "旧的" not in text
    assert text.count("单位共 2 项，限 1 项") == 2, "the merged cell names the organisation of both rows"
    assert "2021-02-12" in text
    assert "=HYPERLINK" not in text
    assert [line.split(",")[4] for line in text.splitlines()[1:]].count("2-12") == 1


def zipped(tmp_path: Path, name: str, change: Any) -> Path:
    """A small .xlsx whose sheet XML went through `change`."""
    workbook(tmp_path / "base.xlsx", {"Sheet": [["项目名称", "摘要"], ["甲", "XXXX"]]})
    with (
        zipfile.ZipFile(tmp_path / "base.xlsx") as old,
        zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if b"XXXX" in content else content)
    return tmp_path / name


def test_an_entity_bomb_is_one_line(desk_engine: Engine, tmp_path: Path) -> None:
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
    )

    def bomb(content: bytes) -> bytes:
        return f"<!DOCTYPE x [{entities}]>".encode() + content.replace(b"XXXX", b"&j;")

    file = zipped(tmp_path, "bomb.xlsx", bomb)
    with pytest.raises(DocumentError, match="damaged: it has a document type") as error:
        intake.triage(file, tmp_path / "r.csv")
    assert "\n" not in str(error.value)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    desk_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.readers.source.LARGEST_UNPACKED", 1_000_000)
    file = zipped(tmp_path, "bomb.xlsx", lambda content: content.replace(b"XXXX", b"X" * 2_000_000))
    assert file.stat().st_size < 20_000
    with pytest.raises(DocumentError, match="over the limit"):
        intake.triage(file, tmp_path / "r.csv")


def test_a_giant_cell_is_one_unreadable_row(desk_engine: Engine, tmp_path: Path) -> None:
    file = zipped(tmp_path, "giant.xlsx", lambda content: content.replace(b"XXXX", b"X" * 1_000_001))
    intake.triage(file, tmp_path / "r.jsonl")
    row = json.loads((tmp_path / "r.jsonl").read_text("utf-8"))
    assert (row["verdict"], row["line"]) == ("unreadable", 2)
    assert "more than 1,000,000 characters" in row["reason"]


def test_a_giant_line_is_refused_without_reading_it_whole(
    desk_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.readers.encoding.LONGEST_TEXT_LINE", 1000)
    (tmp_path / "b.csv").write_text("项目名称,摘要\n甲," + "长" * 2000 + "\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="a line of more than 1,000 characters"):
        intake.triage(tmp_path / "b.csv", tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("case", "verdicts"),
    [
        ("declared-code-became-a-date-dates.csv", ["agree"] * 4),
        ("declared-office-or-year-declared.jsonl", ["ask"] * 4),
    ],
)
def test_weak_evidence_never_tells_an_applicant_to_move(
    desk_engine: Engine, tmp_path: Path, case: str, verdicts: list[str]
) -> None:
    intake.triage(Path(__file__).parent / "cases" / "tables" / case, tmp_path / "r.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    assert [row["verdict"] for row in rows] == verdicts
