"""A character, or a line, that stands thousands of times: a form or a guide takes time in proportion, not by its square."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from matcher.errors import BatchError, GuideError
from matcher.guide.reading import parse_document
from matcher.readers import Document
from matcher.readers.batch import Batch
from tests.application_cases import read_form
from tests.conftest import within

MANY = 20_000
FORM = (
    "项目名称：夜间经济{0}监管研究\n申请人：李{0}明\n单位：天津{0}大学\n摘要：研究夜间经济{0}的安全监管。\n"
)
RUNS = [" ", "\t", "　", ".", "·", "…", "_", "（", " *", "/", " /", "、"]


@pytest.mark.parametrize("run", RUNS)
def test_a_run_in_a_form(run: str, tmp_path: Path) -> None:
    file = tmp_path / "form.txt"
    file.write_text(FORM.format(run * (MANY // len(run))), "utf-8")
    with within(3):
        read_form(file)


TABLE = (
    "编号,题旨{0}甲,说明,申请人 / 馆,主持{0}人\nA-1,盐碱地水稻{0}耐盐筛选,对四十份材料{0}做评价，选出三份。,王{0}磊 / 某大学,李{0}明\n"
    "A-2,苗圃土壤{0}改良,比较三种肥料{0}的费用。,赵{0}敏 / 某学院,孙{0}悦\n合{0}计,,,,\n"
)


@pytest.mark.parametrize("run", RUNS)
def test_a_run_in_a_table(run: str, tmp_path: Path) -> None:
    file = tmp_path / "batch.csv"
    file.write_text(TABLE.format(run * (MANY // len(run))), "utf-8")
    with within(3), suppress(BatchError):  # which column is the title nobody may tell
        list(Batch(file))


GUIDE = (
    "2041年度省软科学研究项目申报指南{0}|一、农业领域{0}|1. 农田防护林网{0}更新对策研究|研究内容：针对林网{0}退化的问题，提出方案。"
    "|联系处室：农村处{0} 0531-51781001|2. 果园土壤培肥路径研究|研究内容：针对土壤板结的问题，提出办法。|联系处室：农村处 0531-51781002{0}"
)


@pytest.mark.parametrize("run", [*RUNS, "[", "-", "0", "a", "一", "①", "a ", "研究"])
def test_a_run_in_a_guide(run: str) -> None:
    """A run is cut short in every place of a guide, and that is said."""
    lines = tuple(GUIDE.format(run * (MANY // len(run))).split("|"))
    with within(2):
        guide = parse_document(Document("guide", lines))
    assert len(guide.topics) == 2
    assert any("150 times" in str(finding) for finding in guide.findings)


@pytest.mark.parametrize("characters", ["0123456789", "城乡水土，"])
def test_a_long_title_of_a_guide(characters: str) -> None:
    """A title of thousands of different characters takes no longer than as many short ones."""
    long = "".join(Random(5).choices(characters, k=MANY // 2))
    lines = tuple(GUIDE.replace("林网{0}更新", f"林网{long}更新").format("").split("|"))
    with within(2):
        guide = parse_document(Document("guide", lines))
    assert len(guide.topics) == 2


@pytest.mark.parametrize(
    "line",
    [
        "1. 农田防护林网更新对策研究",
        "{part}.{number} 农田防护林网第{at}区更新对策研究",
        "研究{at}：林网{at}更新对策研究",
    ],
)
def test_many_lines_of_a_guide(line: str) -> None:
    """Thousands of items, runs, or lines that the last item goes on in are each looked at a few times."""
    written = (line.format(at=at, part=at // 9 + 1, number=at % 9 + 1) for at in range(4000))
    document = Document("guide", ("2041年度省软科学研究项目申报指南", "请从以下选题中选择：", *written))
    with within(8), suppress(GuideError):
        parse_document(document)
