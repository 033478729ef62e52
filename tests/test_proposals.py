from __future__ import annotations

import json
from pathlib import Path

import pytest

from matcher import read_proposals
from matcher.errors import BatchError
from matcher.labelled import Labelled, check_topics, read_labelled
from matcher.readers.batch import BadRow, Batch
from matcher.readers.table.records import fields_by_name
from matcher.types import Proposal
from tests.conftest import shipped_guide


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        (["编号", "项目名称", "摘要"], {"id": "编号", "title": "项目名称", "abstract": "摘要"}),
        (["ＩＤ", "Title", " Abstract "], {"id": "ＩＤ", "title": "Title", "abstract": " Abstract "}),
        (["項目名稱", "申报 单位", "项目负责人（签字）"], {
            "title": "項目名稱", "organisation": "申报 单位", "principal_investigator": "项目负责人（签字）",
        }),
        (["principal_investigator", "年度", "申报课题"], {
            "principal_investigator": "principal_investigator", "year": "年度", "declared": "申报课题",
        }),
        (["颜色", "体重"], {}),
    ],
)  # fmt: skip
def test_column_names(columns: list[str], fields: dict[str, str]) -> None:
    assert {name: found[0] for name, found in fields_by_name(tuple(columns)).items()} == fields


def test_rows_in_order_and_none_dropped(tmp_path: Path) -> None:
    file = write(
        tmp_path / "batch.jsonl",
        '{"id": "a", "title": "甲", "abstract": "摘要一", "year": 2021}',
        "{broken",
        '{"title": "乙"}',
        '["a list"]',
        '{"id": "d", "note": "neither"}',
        '{"id": "e", "title": null, "abstract": "=1+1"}',
    )
    rows = [row if isinstance(row, BadRow) else row.proposal for row in Batch(file)]
    assert rows[0] == Proposal("a", "甲", "摘要一", year="2021")
    assert rows[2] == Proposal("line-3", "乙", "")
    assert rows[5] == Proposal("e", "", "=1+1")
    bad = [row for row in rows if isinstance(row, BadRow)]
    assert [row.line for row in bad] == [2, 4, 5]
    assert "neither title nor abstract" in bad[2].reason


def test_a_table_with_chinese_columns(tmp_path: Path) -> None:
    file = tmp_path / "batch.csv"
    file.write_bytes('编号,项目名称,摘要\n1,甲,"两行\n摘要"\n2,乙,丙\n'.encode("gb18030"))
    assert read_proposals(file) == [Proposal("1", "甲", "两行\n摘要"), Proposal("2", "乙", "丙")]


def test_missing_columns_are_named(tmp_path: Path) -> None:
    file = write(tmp_path / "batch.csv", "颜色,体重", "红,3")
    with pytest.raises(BatchError, match="expected a column title or abstract, found 颜色, 体重"):
        list(Batch(file))


def test_labelled_rows(tmp_path: Path) -> None:
    row = {"id": "a", "title": "", "abstract": "甲", "relevant": {"1-01": 2, "1-02": 0}, "style": "plain"}
    file = write(tmp_path / "labelled.jsonl", json.dumps(row))
    assert read_labelled(file) == [Labelled(Proposal("a", "", "甲"), {"1-01": 2}, "plain", "", "")]


@pytest.mark.parametrize(
    "relevant", ["", ', "relevant": ["1-01"]', ', "relevant": {"1-01": "2"}', ', "relevant": {"1-01": 5}']
)
def test_an_unlabelled_row_stops_an_evaluation(tmp_path: Path, relevant: str) -> None:
    file = write(tmp_path / "labelled.jsonl", '{"id": "a", "abstract": "甲"' + relevant + "}")
    with pytest.raises(BatchError, match="line 1 cannot be evaluated"):
        read_labelled(file)


def test_rows_judged_by_another_guide_stop_an_evaluation() -> None:
    rows = [Labelled(Proposal(each, "", "甲"), {each: 2}, "", "", "") for each in ("1-01", "2-99", "1-1")]
    check_topics(rows[:1], shipped_guide())
    with pytest.raises(BatchError) as lacking:
        check_topics(rows, shipped_guide())
    assert "The rows name topics in relevant that the guide lacks: 1-1, 2-99." in str(lacking.value)
    assert "1-01 至 2-24" in str(lacking.value)
