"""Hidden rows of .xls, .xlsb and .ods are read and named, as those of .xlsx are."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.readers.batch import Batch, Entry
from tests.spreadsheets import ods, xls, xlsb

ROWS = [
    ["编号", "项目名称", "摘要"],
    ["1", "甲类研究", "内容一"],
    ["2", "乙类研究", "内容二"],
    ["3", "丙类研究", "内容三"],
]
HIDDEN = 3


@pytest.mark.parametrize("suffix", ["xls", "xlsb", "ods"])
def test_a_hidden_row_is_read_and_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"b.{suffix}"
    if suffix == "ods":
        ods(path, {"表": ROWS}, HIDDEN)
    elif suffix == "xls":
        xls(path, "表", ROWS, hidden=HIDDEN)
    else:
        xlsb(path, "表", ROWS, hidden=HIDDEN)
    batch = Batch(path)
    entries = [row for row in batch if isinstance(row, Entry)]
    assert [(e.line, e.proposal.title, e.proposal.abstract) for e in entries] == [
        (2, "甲类研究", "内容一"), (3, "乙类研究", "内容二"), (4, "丙类研究", "内容三"),
    ]  # fmt: skip
    assert [bool(e.notes) for e in entries] == [False, True, False]
    assert "隐藏的行，已读入 / hidden rows, read: 表!3" in batch.messages()[0]
