"""Tables and rows that go on over pages of a PDF, titles on several lines, and words that a line's end cuts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from matcher.readers import Table, read_document
from matcher.readers.form.reading import form_of
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


@pytest.mark.parametrize("rows", [ZH, EN], ids=["zh", "en"])
def test_a_row_that_a_browser_leaves_open_at_the_pages_end_is_one(tmp_path: Path, rows: list[Cells]) -> None:
    """It draws the rules between the columns, and none across where it cuts the fourth row after its second line."""
    pages = pages_of(rows, [7 if rows is ZH else 6], ruled=True, repeated=False)
    parts = [page.split("\n") for page in pages]
    shapes = [n for n, line in enumerate(parts[0]) if line.endswith("re S")][-5:]
    for part, numbers in (
        (parts[0], shapes),
        (parts[1], [n for n, line in enumerate(parts[1]) if "re S" in line][:5]),
    ):
        for n in numbers:
            x, y, wide, high = map(float, part[n].split()[:4])
            part[n] = f"{x} {y} m {x} {y + high} l S {x + wide} {y} m {x + wide} {y + high} l S"
    pages = ["\n".join(part) for part in parts]
    assert tables_of(tmp_path / "a.pdf", pages) == [whole(rows)]


def test_the_rest_of_a_forms_row_goes_on_where_its_page_has_merged_cells_alone(tmp_path: Path) -> None:
    def row(y: float, places: Sequence[int], cells: Sequence[str]) -> str:
        boxes = [f"{a} {y - 6} {b - a} 20 re S" for a, b in pairwise(places)]
        return "\n".join([*boxes, *(text_at(x + 4, y, text) for x, text in zip(places, cells, strict=False))])

    fine, merged = (50, 120, 250, 320, 500), (50, 120, 500)
    above = [
        row(780, fine, ("项目名称", "湿地水位调控", "申报单位", "澜州大学")),
        row(760, merged, ("研究内容", "布设观测井，记录")),
    ]
    below = [row(780, merged, ("", "水位变化。")), row(760, merged, ("预期成果", "调度建议一份。"))]
    assert tables_of(tmp_path / "a.pdf", ["\n".join(above), "\n".join(below)]) == [
        [
            ["项目名称", "湿地水位调控", "申报单位", "澜州大学"],
            ["研究内容", "布设观测井，记录水位变化。", "", ""],
            ["预期成果", "调度建议一份。", "", ""],
        ]
    ]
    below[0] = row(780, merged, ("经费", "三万元。"))
    assert len(tables_of(tmp_path / "a.pdf", ["\n".join(above), "\n".join(below)])) == 2


def test_a_list_goes_on_in_one_row_of_a_page(tmp_path: Path) -> None:
    pages = pages_of(ZH, [4, 7, 9], ruled=False, repeated=False)
    assert tables_of(tmp_path / "a.pdf", pages) == [whole(ZH)]


def paper(title: Sequence[str], below: Sequence[str], *, size: int, centred: bool) -> str:
    """A page that begins with a title in letters of this size, and a line of the text that fills it."""
    drawn, y = [], 780
    for text, high in [*((line, size) for line in title), *((line, 10) for line in below)]:
        wide = sum(high / 2 if c.isascii() else high for c in text)
        drawn.append(text_at((595 - wide) / 2 if centred and text not in below[-2:] else 57, y, text, high))
        y -= 2 * high
    return "\n".join(drawn)


ABSTRACT = (
    "摘要：在民勤沙区的电站内布设板下、板间和对照样地，连续监测土壤含水量、风速和输沙量并调查成活率与",
    "盖度。",
)
SUMMARY = (
    "Abstract: We pool the minibuses of four charities behind one booking line and compare a timetable",
    "with routing on demand.",
)


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize(
    ("size", "title", "below"),
    [
        (16, ("光伏阵列下沙地土壤水分动态与固沙灌木定植响应及电站区植被", "重建模式研究"), ("李娟，王浩", *ABSTRACT)),
        (16, ("光伏阵列下沙地土壤水分动态", "固沙灌木定植响应"), ("李娟", "澜州大学", *ABSTRACT)),
        (10, ("光伏阵列下沙地土壤水分动态与固沙灌木定植响应及电站区植被重建模式及其在河西走廊的示范应用及推广", "效果研究"), ("澜州大学", *ABSTRACT)),
        (
            16,
            ("Restoring drained peat above the tree line with coir logs,", "sheep fences and patience: evidence from many", "catchments"),
            ("Jane Doe, Ann Lee", "University of Northmoor", *SUMMARY),
        ),
        (14, ("Minibus pooling in three upland valleys:", "timetables and routing on demand"), ("Jane Doe1, Ann Lee2", *SUMMARY)),
    ],
)  # fmt: skip
def test_a_title_of_several_lines_is_whole(
    tmp_path: Path, size: int, title: Sequence[str], below: Sequence[str], centred: bool
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of([paper(title, below, size=size, centred=centred)]))
    form = form_of(read_document(tmp_path / "a.pdf"))
    assert form.fields["title"] == (" " if title[0].isascii() else "").join(title)
    assert form.fields["abstract"].endswith(("盖度。", "demand."))


def test_the_lines_of_a_cover_are_no_title_together(tmp_path: Path) -> None:
    cover = ("澜州市科学技术局", "科技计划项目申报书", "（社会发展领域）", "盐碱滩涂碱蓬种植试验")
    below = ("申报单位：澜州大学", "项目负责人：李娟", *ABSTRACT)
    (tmp_path / "a.pdf").write_bytes(pdf_of([paper(cover, below, size=18, centred=True)]))
    fields = form_of(read_document(tmp_path / "a.pdf")).fields
    assert (fields["title"], fields["organisation"]) == ("盐碱滩涂碱蓬种植试验", "澜州大学")


def cell(lines: Sequence[str], width: float) -> str:
    """A row of a label and a cell whose right rule stands so many points behind the left one."""
    drawn = [text_at(65, 688 - 12 * n, line) for n, line in enumerate(lines)]
    low = 690 - 12 * len(lines)
    return "\n".join(
        [
            text_at(12, 688, "电子邮箱"),
            f"10 {low} 50 {702 - low} re S 60 {low} {width} {702 - low} re S",
            *drawn,
        ]
    )


@pytest.mark.parametrize(
    ("lines", "width", "text"),
    [
        (("fengjg@lz.exam", "ple"), 80, "fengjg@lz.example"),
        (("fengjg@lz.exa", "mple"), 80, "fengjg@lz.exa mple"),  # a letter more had room: who knows
        (("fengjg@lz.com", "QQ 1234"), 80, "fengjg@lz.com QQ 1234"),
        (("li@mail.lan-", "zhou.cn"), 80, "li@mail.lan-zhou.cn"),
        (("https://a.cn/", "dunes/1"), 80, "https://a.cn/dunes/1"),
        (("0935-", "5550000"), 50, "0935-5550000"),
        (("91620602MA7200", "001X"), 80, "91620602MA7200001X"),
        (("a low-", "cost pump"), 60, "a low-cost pump"),
        (("low- and", "high water"), 60, "low- and high water"),
        (("a pump of", "a hall"), 60, "a pump of a hall"),
    ],
)
def test_what_the_end_of_a_cells_line_cuts(
    tmp_path: Path, lines: Sequence[str], width: float, text: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of([cell(lines, width)]))
    (table,) = read_document(tmp_path / "a.pdf").tables
    assert table.rows == (("电子邮箱", text),)


def test_what_the_end_of_a_pages_line_cuts(tmp_path: Path) -> None:
    lines = (
        "来访请先约定时间，地点在主楼西侧二层会议室，联系请写信至feng@mail.lanzhou-",
        "university.cn，三日内答复。",
        "电话 0935-",
        "5550000",
    )
    drawn = [text_at(57, 780 - 15 * n, line) for n, line in enumerate(lines)]
    (tmp_path / "a.pdf").write_bytes(pdf_of(["\n".join(drawn)]))
    read = read_document(tmp_path / "a.pdf").lines
    assert "feng@mail.lanzhou-university.cn" in read[0]
    assert read[1:] == ("，三日内答复。", "电话 0935-5550000")


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
