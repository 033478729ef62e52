"""A character that stands ten thousands of times in a row: a form takes time in proportion, not by its square."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from matcher.readers.form import read_form
from tests.conftest import slowness

MANY = 20_000
FORM = (
    "项目名称：夜间经济{0}监管研究\n申请人：李{0}明\n单位：天津{0}大学\n摘要：研究夜间经济{0}的安全监管。\n"
)
RUNS = [" ", "\t", "　", ".", "·", "…", "_", "（", " *", "/", " /", "、"]


@pytest.mark.parametrize("run", RUNS)
def test_a_run_in_a_form(run: str, tmp_path: Path) -> None:
    file = tmp_path / "form.txt"
    file.write_text(FORM.format(run * (MANY // len(run))), "utf-8")
    start = time.process_time()
    read_form(file)
    assert (time.process_time() - start) / slowness() < 3
