"""Tables and rows that go on over pages of a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from matcher.readers import Table, read_document
from matcher.readers.pdf.cut_rows import join_pages
from tests.test_readers import pdf_of, text_at

LEFT = (50, 120, 160, 290, 460)  # of the columns
RULES = (45, 115, 155, 285, 455, 560)
HEAD = ("专题", "序号", "研究方向", "主要内容", "处室")
Cells = tuple[str, ...]  # of a row, each with its lines

ZH: list[Cells] = [
    HEAD,
    ("人口健康", "1", "社区慢病早筛", "研究筛查流程与设备质控。\n建立分级管理方案。", "社会处 6213301"),
    ("", "2", "跌倒风险评估", "研究步态与居家环境评估。", ""),
    ("", "3", "青少年近视防控\n技术研究", "研究校园光环境影响，\n建立屈光发育档案与预\n测模型。", ""),
    ("生态环境", "4", "残膜回收与替代", "研究残膜遥感调查，\n评估微塑料累积。", "环境处 6213302"),
    ("", "5", "适老化家居", "研究异常行为识别，\n制定界面准则。", ""),
]  # fmt: skip
EN: list[Cells] = [
    ("Theme", "No.", "Topic", "Scope", "Contact"),
    ("People", "1", "Night buses", "Compare two timetables\nfor shift workers.", "Ann Field"),
    ("", "2", "Village halls", "Count who comes in winter.", ""),
    ("", "3", "Slate roofs after\nmild winters", "Say what each method\ncosts over ten years\nand who repairs.", ""),
    ("Places", "4", "Bee pastures", "Map what flowers when.", "Bob Moss"),
]  # fmt: skip


def whole(rows: Sequence[Cells]) -> list[list[str]]:
    """The rows with each cell on one line."""
    latin = rows[0][0].isascii()
    return [[cell.replace("\n", " " if latin else "") for cell in row] for row in rows]


def tables_of(path: Path, pages: list[str]) -> list[list[list[str]]]:
    """The tables of these pages, with each cell on one line: where cells are wide, lines end as their writer did."""
    path.write_bytes(pdf_of(pages))
    return [whole(block.rows) for block in read_document(path).blocks if isinstance(block, Table)]


def pages_of(
    rows: Sequence[Cells], ends: Sequence[int], *, ruled: bool, repeated: bool, running: str = ""
) -> list[str]:
    """The rows drawn line by line; `ends` are the numbers of lines (from 1, of all rows together) after which a new page begins."""
    drawn: list[list[str]] = [[]]
    y, count = 760 - 60 * (not repeated), 0

    def draw(cells: Sequence[str], top: float, bottom: float) -> None:
        edges = pairwise(RULES)
        drawn[-1].extend(text_at(x, y, cell) for x, cell in zip(LEFT, cells, strict=True))
        drawn[-1].extend(f"{a} {bottom} {b - a} {top - bottom} re S" for a, b in edges if ruled and top)

    for row in rows:
        cells = [cell.split("\n") for cell in row]
        top = y + 14
        for line in range(max(map(len, cells))):
            last = line + 1 == max(map(len, cells))
            count += 1
            ended = last or count in ends
            draw([cell[line] if line < len(cell) else "" for cell in cells], top * ended, y - 6)
            y -= 20 if ended else 14
            if count in ends:
                drawn.append([])
                y = 760
                if repeated:
                    draw(rows[0], y + 14, y - 6)
                    y -= 20
            top = y + 14 if ended else top
    edges = [text_at(50, 815, running), text_at(300, 30, "— {} —")]
    return ["\n".join([*edges, *page]).replace(_hex("{}"), _hex(str(n))) for n, page in enumerate(drawn, 1)]


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


@pytest.mark.parametrize("running", ["", "科技计划申报指南"])
@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("rows", [ZH, EN], ids=["zh", "en"])
def test_a_row_that_a_page_cuts_is_one(
    tmp_path: Path, rows: list[Cells], ruled: bool, repeated: bool, running: str
) -> None:
    lines = sum(max(cell.count("\n") + 1 for cell in row) for row in rows)
    for end in range(3, lines):
        pages = pages_of(rows, [end], ruled=ruled, repeated=repeated, running=running)
        assert tables_of(tmp_path / "a.pdf", pages) == [whole(rows)], end


def test_a_list_goes_on_in_one_row_of_a_page(tmp_path: Path) -> None:
    pages = pages_of(ZH, [4, 7, 9], ruled=False, repeated=False)
    assert tables_of(tmp_path / "a.pdf", pages) == [whole(ZH)]


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        (("", "", "", "的应用。", ""), 0),  # the rest of a sentence
        (("", "", "技术", "的应用。", ""), 0),
        (("", "4", "乙课题", "研究乙。", ""), 1),  # it has a number
        (("", "合计", "", "三项", ""), 1),
        (("甲", "4", "乙课题", "研究乙。", "某处"), 1),
    ],
)
def test_which_row_is_the_rest_of_the_last_one(row: Cells, rows: int) -> None:
    above = [
        ["专题", "序号", "名称", "内容", "处室"],
        ["甲", "1", "子课题", "研究子。", "某处"],
        ["", "2", "丑课题", "研究丑。", ""],
        ["", "3", "寅课题", "研究寅", ""],
    ]
    assert len(join_pages(above, [[*row]], ruled=True)) == len(above) + rows
