"""Spreadsheets as offices have them: every row with its sheet, and a word on whatever was not read."""

from __future__ import annotations

import datetime as dt
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from matcher.errors import BatchError, DocumentError
from matcher.readers.batch import BadRow, Batch, Entry
from tests.batch_cases import write_batch
from tests.layout_cases import Case
from tests.spreadsheets import END_DATA, ods, record, workbook, xlsb

CASES = Path(__file__).parent / "cases" / "tables"
FIELDS = ("id", "title", "abstract", "declared", "organisation", "principal_investigator", "year")
Rows = Sequence[Sequence[object]]


def read(path: Path, **options: Any) -> tuple[list[Entry], list[BadRow], str]:
    """(entries, bad rows, everything that was said)."""
    batch = Batch(path, **options)
    rows = list(batch)
    entries = [row for row in rows if isinstance(row, Entry)]
    return entries, [row for row in rows if isinstance(row, BadRow)], "\n".join(batch.messages())


@pytest.mark.parametrize(
    "case", json.loads((CASES / "expected.json").read_text("utf-8")), ids=lambda case: str(case["file"])
)
def test_a_case(case: Mapping[str, Any]) -> None:
    entries, bad, said = read(CASES / case["file"])
    assert bad == []
    assert len(entries) == case["rows"]
    for entry, place in ((entries[0], "first"), (entries[-1], "last")):
        read_fields = {name: getattr(entry.proposal, name)[:20] for name in case.get(place, ())}
        assert read_fields == case.get(place, {})
    for sheet, count in case.get("sheets", {}).items():
        assert sum(entry.sheet == sheet for entry in entries) == count
    for words in case.get("said", []):
        assert words in said


A, B, C = "评估创新券政策对企业研发的效果。", "海河实验室体制机制怎么设计。", "大学科技园的建设案例调查。"
HEAD: list[object] = ["序号", "项目名称", "摘要", "指南方向", "申报单位", "负责人"]
ONE: list[object] = [1, "创新券", A, "2-12", "甲大学", "王"]
TWO: list[object] = [2, "实验室", B, "1-09", "乙大学", "李"]
PLAIN = [("1", "创新券", A, "2-12", "甲大学", "王"), ("2", "实验室", B, "1-09", "乙大学", "李")]

# name: (rows, merged areas, what is said)
LAYOUTS: dict[str, tuple[Rows, Sequence[str], Sequence[str]]] = {
    "nothing above": ([HEAD, ONE, TWO], [], []),
    "a caption": ([["2021年申报汇总表"], HEAD, ONE, TWO], ["A1:F1"], []),
    "caption, empty row, unit": (
        [["汇总表"], [], ["填报单位：甲厅", None, None, "填报日期：2021年5月"], HEAD, ONE, TWO], ["A1:F1", "A3:C3"], [],
    ),
    "a total": ([HEAD, ONE, TWO, ["合计", "2项"]], [], ["合计"]),
    "a total in the title's column": ([HEAD, ONE, TWO, [None, "总计：2 项"]], [], ["合计"]),
    "a total that is merged": ([HEAD, ONE, TWO, ["共计2项"]], ["A4:F4"], ["合计"]),
    "signatures": ([HEAD, ONE, TWO, ["填表人：赵", None, "审核人：钱", None, "联系电话：022-1234"]], [], ["签字"]),
    "signatures on two rows": (
        [HEAD, ONE, TWO, [], ["单位负责人（签字）：", None, None, "（公章）"], [None, None, None, "2021年 月 日"]],
        [], ["签字"],
    ),
    "a note": ([HEAD, ONE, TWO, ["注：1.本表一式两份。2.请加盖公章。"]], ["A4:F4"], ["说明"]),
    "captions between the rows": ([HEAD, ["一、重点项目"], ONE, ["二、一般项目"], TWO], ["A2:F2", "A4:F4"], ["小标题"]),
    "the header again": ([HEAD, ONE, HEAD, TWO], [], ["重复的表头"]),
    "numbers prepared for more": ([HEAD, ONE, TWO, [3], [4], [5]], [], ["只有序号"]),
    "a sample row": ([HEAD, ["示例", "某某研究", "请在此填写摘要", "1-01"], ONE, TWO], [], ["示例"]),
    "two rows of header": (
        [["序号", "项目信息", None, None, "申请人信息", None], [None, "项目名称", "摘要", "指南方向", "单位", "姓名"], ONE, TWO],
        ["A1:A2", "B1:D1", "E1:F1"], [],
    ),
    "two rows of header, nothing merged": (
        [["序号", "项目信息", None, None, "申请人信息", None], [None, "项目名称", "摘要", "指南方向", "单位", "姓名"], ONE, TWO], [], [],
    ),
    "the second row below a merged cell": (
        [["序号", "项目名称", "摘要", "指南方向", "申请人", None], [None, None, None, None, "工作单位", "姓名"], ONE, TWO],
        ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"], [],
    ),
    "three rows of header": (
        [["汇总"], ["序号", "项目", None, None, "人", None], [None, "项目名称", "内容", None, "单位", "姓名"],
         [None, None, "摘要", "指南方向", None, None], ONE, TWO],
        ["A1:F1", "A2:A4", "B2:D2", "E2:F2", "B3:B4", "C3:D3", "E3:E4", "F3:F4"], [],
    ),
    "stars and hints": (
        [["序号", "*项目名称（必填）", "摘要（500字以内）", "★指南方向【下拉选择】", "申报单位\n(盖章)", "负责人 姓名"], ONE, TWO],
        [], [],
    ),
    "two languages": ([["No.", "项目名称 Title", "摘要/Abstract", "指南方向 Topic", "申报单位\nOrganisation", "负责人PI"], ONE, TWO], [], []),
    "traditional, full width": ([["序號", "項目名稱", "摘　要", "指南方向", "申報單位", "負責人"], ONE, TWO], [], []),
    "numbered names": ([["1.序号", "2.项目名称", "3、摘要", "（4）指南方向", "五、申报单位", "6 负责人"], ONE, TWO], [], []),
    "unknown columns": ([[*HEAD, "颜色", "体重"], [*ONE, "红", 3], [*TWO, "蓝", 4]], [], ["未用的列", "颜色、体重"]),
    "hints below the header": (
        [HEAD, ["（自动）", "（必填，不超过40字）", "（必填）", "（单选）", "（全称）", "（姓名）"], ONE, TWO],
        [], ["填写说明"],
    ),
    "numbers of columns below the header": ([HEAD, [1, 2, 3, 4, 5, 6], ONE, TWO], [], ["填写说明"]),
    "the header in English as well": ([HEAD, ["No.", "Title", "Abstract", "Topic", "Organisation", "PI"], ONE, TWO], [], []),
    "a questionnaire": (
        [["序号", "1、项目名称", "2、请填写项目摘要（500字以内）：", "3、您申报的课题是？", "4、您所在的单位", "5、您的姓名"], ONE, TWO], [], [],
    ),
    "subtotals": ([HEAD, ONE, ["小计", None, None, None, "1项"], TWO, ["小计"], ["总计", "2"]], [], ["合计"]),
    "a total in spaced letters": ([HEAD, ONE, TWO, ["合　计", "", "2"]], [], ["合计"]),
    "a total in a sentence": ([HEAD, ONE, TWO, ["以上共计 2 项"]], [], ["合计"]),
    "a signature beside a seal": (
        [HEAD, ONE, TWO, [None, "填报单位（公章）：甲厅", None, None, "填报人：李"], [None, None, None, None, "2021年6月30日"]],
        [], ["签字"],
    ),
    "an annex number above": ([["申报汇总表", None, None, None, None, "附件2"], ["（单位：万元）"], HEAD, ONE, TWO], [], []),
    "nineteen lines of explanation": ([*[[f"说明{i}"] for i in range(19)], HEAD, ONE, TWO], [], []),
    "one proposal on several rows": (
        [HEAD, ONE, [None, None, None, None, None, "张"], TWO, [None, None, None, None, None, "孙"]],
        ["A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:E5"], ["与上一行同一项目"],
    ),
    "a total under a word nobody lists": ([[*HEAD, "金额"], [*ONE, 3], [*TWO, 4], [None, None, "Summe", None, None, None, "7,25"]], [], ["合计"]),
    "a total among the topics": ([[*HEAD, "金额"], [*ONE, 3], [*TWO, 4], [None, None, None, "Those on longlist", None, None, 2]], [], ["合计"]),
    "who registered it": ([HEAD, ONE, TWO, [None, None, None, "登记：赵明   核对：____"]], [], ["签字"]),
    "a remark with a mark": ([HEAD, ONE, [None, "※ 另有一项因伦理未过，本次不上会。"], TWO], [], ["附注"]),
    "an empty first column": ([["", *HEAD], ["", *ONE], ["", *TWO]], [], []),
    "empty rows between": ([HEAD, [], ONE, [], [], TWO], [], []),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", ["xlsx", "csv", "html"])
def test_a_layout_gives_its_two_proposals(tmp_path: Path, layout: str, form: str) -> None:
    rows, merged, words = LAYOUTS[layout]
    if form == "csv" and layout == "one proposal on several rows":
        pytest.skip("a .csv does not say what is merged")
    if form == "xlsx":
        path = workbook(tmp_path / "b.xlsx", {"表": rows}, merged)
    elif form == "csv":
        path = as_csv(tmp_path / "b.csv", rows)
    else:
        path = as_html(tmp_path / "b.xls", rows, merged)
    entries, bad, said = read(path)
    assert bad == []
    found = [tuple(getattr(e.proposal, name) for name in FIELDS[:6]) for e in entries]
    assert found == PLAIN
    for word in words:
        assert word in said


def as_csv(path: Path, rows: Rows) -> Path:
    import csv

    width = max(map(len, rows))
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([[*row, *[None] * (width - len(row))] for row in rows])
    return path


def as_html(path: Path, rows: Rows, merged: Sequence[str]) -> Path:
    from openpyxl.utils import range_boundaries

    spans, covered = {}, set()
    for area in merged:
        left, top, right, bottom = range_boundaries(area)
        spans[top, left] = f' colspan="{right - left + 1}" rowspan="{bottom - top + 1}"'
        covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} - {(top, left)}
    width = max(map(len, rows))
    lines = []
    for r, row in enumerate(rows, 1):
        cells = [*row, *[None] * (width - len(row))]
        text = "".join(
            f"<td{spans.get((r, c), '')}>{'' if v is None else v}</td>"
            for c, v in enumerate(cells, 1)
            if (r, c) not in covered
        )
        lines.append(f"<tr>{text}</tr>")
    path.write_text(f"<html><meta charset=utf-8><table>{''.join(lines)}</table></html>", encoding="utf-8")
    return path


def test_an_old_xls_and_an_ods_are_read(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("重点")
    sheet_rows: Rows = [["汇总表"], HEAD, ONE, TWO]
    for r, row in enumerate(sheet_rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    sheet.write_merge(5, 6, 0, 5, "合计：2项")
    hidden = book.add_sheet("旧")
    hidden.write(0, 0, "项目名称")
    hidden.visibility = 1
    book.save(str(tmp_path / "b.xls"))
    entries, bad, said = read(tmp_path / "b.xls")
    assert [(e.sheet, e.line, e.proposal.id, e.proposal.title) for e in entries] == [
        ("重点", 3, "1", "创新券"),
        ("重点", 4, "2", "实验室"),
    ]
    assert bad == []
    assert "旧（隐藏" in said


def test_where_no_row_is_surely_the_header_a_close_second_is_said(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("课题,甲1,甲2,甲3,甲4\n名称,乙1,乙2,乙3,乙4\n夜市,一,二,三,四\n", "utf-8")
    entries, _, said = read(tmp_path / "b.csv")
    assert [e.proposal.title for e in entries] == ["名称", "夜市"]
    assert "第 1 行作表头，第 2 行也像表头" in said


def test_percent_in_an_ods_is_read_as_it_is_shown(tmp_path: Path) -> None:
    case = Case("b", "ods", ("T 项目名称|摘要|自筹比例", "T 甲|乙。|0.4:%"), ())
    (entry,), _, _ = read(write_batch(case, tmp_path))
    assert entry.values["自筹比例"] == "40%"


def test_every_visible_sheet_with_a_header_is_read_and_the_others_named(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx",
        {
            "说明": [["请按要求填写"], ["一、不超过30字"]],
            "重点": [HEAD, ONE],
            "一般": [["汇总"], HEAD, TWO],
            "空": [],
            "旧": [HEAD, ONE],
        },
    )
    from openpyxl import load_workbook

    book = load_workbook(path)
    book["旧"].sheet_state = "veryHidden"
    book.save(path)
    entries, _, said = read(path)
    assert [(e.sheet, e.line, e.proposal.id) for e in entries] == [("重点", 2, "1"), ("一般", 3, "2")]
    for words in ("重点 1，一般 1", "说明（没有表头", "空（空", "旧（隐藏"):
        assert words in said


def test_a_list_of_the_guides_topics_beside_the_proposals_is_named(tmp_path: Path) -> None:
    topics: Rows = [
        ["编号", "课题名称", "研究内容", "对接处室", "电话"],
        ["2-12", "创新券", C, "区域处", "123"],
    ]
    entries, _, said = read(workbook(tmp_path / "b.xlsx", {"课题": topics, "申报": [HEAD, ONE]}))
    assert [e.sheet for e in entries] == ["申报"]
    assert "课题（像是指南的课题表" in said
    entries, _, _ = read(workbook(tmp_path / "c.xlsx", {"课题": topics}))
    assert [e.sheet for e in entries] == ["课题"]


def test_running_numbers_that_start_again_on_each_sheet_stay_apart(tmp_path: Path) -> None:
    entries, _, said = read(
        workbook(tmp_path / "b.xlsx", {"重点": [HEAD, ONE], "一般": [HEAD, [1, *TWO[1:]]]})
    )
    assert [e.proposal.id for e in entries] == ["1", "一般-1"]
    assert "编号重复" not in said


def test_repeated_ids_are_named(tmp_path: Path) -> None:
    head: list[object] = ["项目编号", *HEAD[1:]]
    _, _, said = read(workbook(tmp_path / "b.xlsx", {"表": [head, ["A1", *ONE[1:]], ["A1", *TWO[1:]]]}))
    assert "编号重复 / repeated ids: A1（表!2、表!3）" in said
    batch = Batch(workbook(tmp_path / "c.xlsx", {"S": [head, ["A1", *ONE[1:]], ["A1", *TWO[1:]]]}))
    assert len(list(batch)) == 2
    assert batch.messages()[-1].en == "c.xlsx: repeated ids: A1 (S!2, S!3)"


def test_what_was_not_judged_of_two_columns_stands_in_both_languages_once(tmp_path: Path) -> None:
    head: list[object] = ["项目编号", "项目名称", "主要内容", "项目简介", "申报课题"]
    rows = [["A1", "甲", "见附件", "见附件", "1-01"], ["A2", "乙", "内容", "内容", "1-01"]]
    _, _, said = read(workbook(tmp_path / "b.xlsx", {"表": [head, *rows]}))
    assert "says nothing: 主要内容（1 行 rows）、项目简介（1 行 rows）" in said


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book.worksheets[0].row_dimensions[3].hidden = True

    entries, _, said = read(workbook(tmp_path / "b.xlsx", {"Sheet": [HEAD, ONE, TWO]}, change=hide))
    assert [bool(e.notes) for e in entries] == [False, True]
    assert "隐藏的行，已读入 / hidden rows, read: Sheet!3" in said


@pytest.mark.parametrize(("title", "abstract", "read_in"), [
    ("（撤回）自制水火箭", "学生转学。", False), ("旧桥加固", "（按评审要求已撤回）", False),
    ("Withdrawn by applicant 3 May", "x", False), ("TEST ENTRY", "x", False),
    ("重复申报", "无", False), ("性能测试平台", A, True), ("Test of soil sensors", A, True),
])  # fmt: skip
def test_a_hidden_row_that_was_taken_back_is_no_proposal(
    tmp_path: Path, title: str, abstract: str, read_in: bool
) -> None:
    def hide(book: Any) -> None:
        book.worksheets[0].row_dimensions[3].hidden = True

    rows: Rows = [HEAD, ONE, [2, title, abstract, "1-09", "乙大学", "李"]]
    assert len(read(workbook(tmp_path / "shown.xlsx", {"表": rows}))[0]) == 2
    entries, _, said = read(workbook(tmp_path / "b.xlsx", {"表": rows}, change=hide))
    assert [e.proposal.title for e in entries] == ["创新券", *([title] if read_in else [])]
    assert ("隐藏的行，写明“" in said) != read_in


def test_a_hidden_column_is_named_once_by_what_became_of_it(tmp_path: Path) -> None:
    """One that was taken for a field as read, another as not used, or not read for want of a name; never as both."""

    def hide(book: Any) -> None:
        for column in "BDE":
            book.worksheets[0].column_dimensions[column].hidden = True

    rows = [
        ["项目名称", "摘要", "内部意见", "会上打分", ""],
        ["甲", A, "好", "9", "x"],
        ["乙", B, "差", "1", "y"],
    ]
    _, _, said = read(workbook(tmp_path / "b.xlsx", {"表": rows}, change=hide))
    assert said.split("；")[2:] == [
        "未用的列 / not used: 内部意见、会上打分",
        "没有列名、未读的列 / not read, for want of a name: E（2 行 rows）",
        "隐藏的列，已读入 / hidden columns, read: 表!B",
    ]


def test_what_spreadsheets_do_to_cells(tmp_path: Path) -> None:
    """A code that is a date, one whose zero is gone, an id with zeros in front, a share, a phone, an error, a text formula."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["编号", "项目名称", "摘要", "指南编号", "联系电话", "年度", "经费（万元）", "完成"])
    sheet.append([7, "甲", A, dt.date(2026, 2, 19), 13800001234, 2021, 12.5, 0.85])
    sheet.append([8, '="乙"', B, 1.1, "022-5555", dt.date(2021, 1, 1), 3, 0.125])
    sheet.append(["=A2+2", "丙", C, "1.10", None, None, None])
    sheet.append([9, "#REF!", C, "2-24", None, None, None])
    sheet["A2"].number_format = sheet["A3"].number_format = "000"
    sheet["H2"].number_format, sheet["H3"].number_format = "0%", "0.0%"
    sheet["B5"].data_type = "e"
    book.save(tmp_path / "b.xlsx")
    entries, _, said = read(tmp_path / "b.xlsx")
    assert [e.proposal.id for e in entries] == ["007", "008", "line-4", "9"]
    assert [e.proposal.title for e in entries] == ["甲", "乙", "丙", ""]
    assert [(e.proposal.declared, e.declared_number) for e in entries] == [
        ("2026-02-19", False),
        ("1.1", True),
        ("1.10", False),
        ("2-24", False),
    ]
    assert entries[0].extra == {"budget": "12.5万元", "phone": "13800001234"}
    assert [e.values["完成"] for e in entries[:2]] == ["85%", "12.5%"]
    assert "1 格是公式而没有保存结果（A4）" in said
    assert "1 格是错误值（B5）" in said


def test_an_abstract_that_is_empty_gives_way_to_the_contents(tmp_path: Path) -> None:
    rows: Rows = [
        ["项目名称", "摘要", "研究内容", "研究目标"],
        ["甲", "", B, C],
        ["乙", A, B, C],
        ["丙", None, None, C],
    ]
    entries, _, _ = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert [e.proposal.abstract for e in entries] == [f"{B}\n{C}", f"{A}\n{B}\n{C}", C]


def test_a_code_takes_the_title_in_the_column_beside_it(tmp_path: Path) -> None:
    rows: Rows = [
        ["项目名称", "摘要", "指南编号", "指南题目"],
        ["甲", A, "2-12", "创新券政策研究"],
        ["乙", B, "", "海河实验室"],
    ]
    entries, _, _ = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert [e.proposal.declared for e in entries] == ["2-12 创新券政策研究", "海河实验室"]


def test_whose_name_and_phone_it_is(tmp_path: Path) -> None:
    rows: Rows = [
        ["项目名称", "摘要", "项目负责人", None, "联系人", None, "合作单位", None],
        [None, None, "姓名", "单位", "姓名", "电话", "名称", "负责人"],
        ["甲", A, "王", "甲大学", "赵", "123", "丙公司", "孙"],
    ]
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1"]
    (entry,), _, _ = read(workbook(tmp_path / "b.xlsx", {"表": rows}, merged))
    assert (entry.proposal.principal_investigator, entry.proposal.organisation) == ("王", "甲大学")


def test_a_near_name_is_proposed_and_never_taken(tmp_path: Path) -> None:
    rows: Rows = [["编号", "项目名称", "研究摘耍", "申抱课题"], ["1", "甲", A, "2-12"]]
    (entry,), _, said = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert (entry.proposal.abstract, entry.proposal.declared) == ("", "")
    assert "“研究摘耍”像是摘要，如果是请指明（命令行：--column 摘要=研究摘耍）" in said
    assert "“申抱课题”像是申报课题，如果是请指明（命令行：--column 申报课题=申抱课题）" in said


def test_a_column_taken_by_names_like_its_own_is_said(tmp_path: Path) -> None:
    rows: Rows = [["编号", "拟开展的研究题目", "研究摘要"], ["1", "甲", A]]
    (entry,), _, said = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert entry.proposal.title == "甲"
    assert "按相近的列名认的列，请核对 / taken by names like theirs, please check: 拟开展的研究题目" in said


def test_a_column_and_a_header_row_that_people_name(tmp_path: Path) -> None:
    from matcher.readers.table.columns import read_mapping

    rows: Rows = [["填报说明", "甲", "乙"], ["号码", "事情", "经过"], ["P1", "创新券", A]]
    path = workbook(tmp_path / "b.xlsx", {"表": rows})
    (entry,), _, _ = read(path, chosen=read_mapping(["项目名称=事情", "摘要=经过"]), header_row=2)
    assert (entry.line, entry.proposal.title, entry.proposal.abstract) == (3, "创新券", A)


@pytest.mark.parametrize(
    ("name", "text", "options", "told"),
    [
        ("b.csv", "title,abstract\n创新券,研究创新券的政策\n", {"sheet": "表"}, "leave out --sheet"),
        ("b.jsonl", '{"title": "创新券", "abstract": "研究"}\n', {"sheet": "表"}, "leave out --sheet"),
        ("b.csv", "题目,摘要\n创新券,研究\n", {"header_row": 99}, "has a row 99"),
        ("b.jsonl", '{"title": "创新券", "abstract": "研究"}\n', {"header_row": 1}, "leave out --header-row"),
    ],
)
def test_a_choice_that_a_file_cannot_obey_is_refused(
    tmp_path: Path, name: str, text: str, options: dict[str, Any], told: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BatchError, match=told):
        read(tmp_path / name, **options)


@pytest.mark.parametrize(("name", "values", "declared"), [
    ("领域（编号－名称）", ["F-行为与社会科学", "A-物理与工程", "B-化学与材料"], True),
    ("分类代号", ["C", "A", "C"], True), ("类别代码", ["3", "7", "3"], True), ("申报类别", ["A类 校外实践", "B类 课程建设", "A类 校外实践"], True),
    ("Förderlinie", ["II Green therapies", "I Hospital schools", "II Green therapies"], True),
    ("项目类别", ["A类项目", "B类 青年课题", "A类项目"], False), ("批次号", ["1", "2", "1"], False), ("成果形式", ["报告", "论文", "报告"], False),
])  # fmt: skip
def test_kinds_with_codes_are_topics_where_no_other_column_is(
    tmp_path: Path, name: str, values: list[str], declared: bool
) -> None:
    titles = ["校园麻雀对喂食器颜色的选择", "茶垢在不同水质中的形成", "自行车辐条松紧的声音诊断"]
    cells = ([f"P{n}", values[n], title, A] for n, title in enumerate(titles))
    rows: Rows = [["登记号", name, "项目名称", "摘要"], *cells]
    entries, _, said = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert [e.proposal.declared for e in entries] == (values if declared else ["", "", ""])
    assert [e.proposal.id for e in entries] == ["P0", "P1", "P2"]
    assert (f"“{name}”一列按其内容作申报课题读" in said) == declared


def test_topics_that_stand_once_for_several_rows_of_a_document(tmp_path: Path) -> None:
    cells = [("T1", A), ("", B), ("T2", C), ("", A)]
    titles = ["城郊麻雀的喂食器选择", "茶垢在不同水质中的形成", "辐条松紧的声音诊断", "河岸泡沫的来历"]
    lines = ([t, str(n), titles[n], "甲大学", a] for n, (t, a) in enumerate(cells))
    rows = "".join(f"<tr><td>{'</td><td>'.join(line)}</td></tr>" for line in lines)
    head = "<h2>评审清单</h2><p>按指南方向排列。</p><table><tr><th>指南方向</th><th>编号</th><th>项目名称</th><th>申报单位</th><th>摘要</th></tr>"
    (tmp_path / "b.html").write_text(f"<html><body>{head}{rows}</table></body></html>", "utf-8")
    entries, _, _ = read(tmp_path / "b.html")
    assert [e.proposal.declared for e in entries] == ["T1", "T1", "T2", "T2"]


def test_short_captions_that_say_they_are_topics(tmp_path: Path) -> None:
    head: list[object] = ["序号", "项目名称", "摘要", "申报单位", "负责人"]
    rows: Rows = [
        head,
        ["（一）老年医学方向"],
        ["1", "创新券", A, "甲大学", "王"],
        ["（二）重点方向"],
        ["2", "实验室", B, "乙大学", "李"],
    ]
    entries, _, _ = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert [e.proposal.declared for e in entries] == ["老年医学方向", "重点方向"]


def test_a_second_table_below_the_first(tmp_path: Path) -> None:
    second = ["序号", "摘要", "项目名称", "负责人"]
    rows: Rows = [HEAD, ONE, [], ["二、一般项目"], second, [1, B, "实验室", "李"]]
    entries, _, _ = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert [(e.proposal.title, e.proposal.abstract) for e in entries] == [("创新券", A), ("实验室", B)]


def test_a_form_in_a_sheet_is_no_table(tmp_path: Path) -> None:
    rows: Rows = [
        ["项目名称", "创新券研究", "负责人", "王"],
        ["申报单位", "甲大学", "联系电话", "123"],
        ["研究内容", A],
    ]
    path = workbook(tmp_path / "form.xlsx", {"表": rows})
    with pytest.raises(BatchError, match="expected a column"):
        read(path)
    (entry,), bad, _ = read(tmp_path)
    assert bad == []
    assert (entry.proposal.id, entry.proposal.title, entry.proposal.abstract) == ("form", "创新券研究", A)


def test_a_form_of_questions_in_a_sheet_is_no_table(tmp_path: Path) -> None:
    rows: Rows = [
        ["创意征集表"],
        ["您的项目叫什么名字？", "旧课桌书架"],
        ["由谁来牵头？", "祝明月"],
        ["来自哪个单位？", "青禾中学"],
        ["对应征集方向中的哪一项？", "方向二 校园循环"],
        ["请用几句话介绍项目", A],
    ]
    workbook(tmp_path / "form.xlsx", {"表": rows})
    (entry,), bad, _ = read(tmp_path)
    proposal = entry.proposal
    assert bad == []
    assert [proposal.title, proposal.abstract, proposal.principal_investigator, proposal.organisation] == [
        "旧课桌书架", A, "祝明月", "青禾中学",
    ]  # fmt: skip
    assert proposal.declared == "方向二 校园循环"


def test_a_form_on_several_sheets_is_one_form(tmp_path: Path) -> None:
    fields: Rows = [["项目名称", "创新券研究"], ["申报单位", "甲大学"], ["负责人", "王某"]]
    workbook(
        tmp_path / "form.xlsx", {"信息": fields, "摘要": [["项目摘要"], [A]], "经费": [["科目", "金额"]]}
    )
    (entry,), bad, said = read(tmp_path)
    proposal = entry.proposal
    assert (bad, proposal.title, proposal.abstract) == ([], "创新券研究", A)
    assert proposal.organisation == "甲大学"
    assert "没有题目的行" not in said


def test_a_sheet_of_codes_beside_the_proposals_is_named(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"申报": [HEAD, ONE], "方向代码": [["代码", "名称"], ["2-08", "孵化"]]}
    entries, _, said = read(workbook(tmp_path / "b.xlsx", sheets))
    assert [e.proposal.title for e in entries] == ["创新券"]
    assert "方向代码" in said


def test_a_form_in_lines_of_text_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "form.csv").write_text(f"项目名称,创新券研究\n负责人,王某\n研究内容,{A}\n", "utf-8")
    (tmp_path / "rows.csv").write_text(f"1,创新券,{A}\n2,实验室,{B}\n", "utf-8")
    (entry,), (bad,), _ = read(tmp_path)
    assert (entry.proposal.id, entry.proposal.title, entry.proposal.abstract) == ("form", "创新券研究", A)
    assert "expected a column" in bad.reason.en


def test_titles_that_are_questions_are_rows_of_a_table(tmp_path: Path) -> None:
    texts = (A + B + C, C + B + A)
    rows: Rows = [
        ["题目", "要点"],
        ["您的项目怎样做到夜间不扰民？", texts[0]],
        ["您的项目为什么选在码头？", texts[1]],
    ]
    entries, _, _ = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert [e.proposal.title for e in entries] == [row[0] for row in rows[1:]]


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["是否重复", "备注", "类型", "关注度", "甲", "甲题目", "核对码"], "a report of duplicates"),
        (["repeat", "kind", "concern", "a", "title a", "team", "key"], "a report of duplicates"),
        (["编号", "类别", "课题名称", "研究内容", "处室来源 source", "起止行 lines"], "is a guide"),
    ],
)
def test_what_this_program_wrote_of_something_else_is_no_batch(
    tmp_path: Path, names: list[str], what: str
) -> None:
    path = workbook(tmp_path / "b.xlsx", {"表": [names, ["甲"] * len(names)], "成组": [HEAD, ONE]})
    with pytest.raises(DocumentError, match=what):
        read(path)


@pytest.mark.parametrize(
    ("record", "what"),
    [
        ({"a": "1", "b": "2", "kind": "copied", "concern": 0.9, "copied": {"a_in_b": 0.4}}, "duplicates"),
        ({"proposal_id": "1", "verdict": "topic", "none_probability": 0.1, "title": "甲"}, "answers"),
        (
            {"id": "g", "title": "指南", "topics": [{"id": "1-01"}], "audit": [{"role": "title"}]},
            "is a guide",
        ),
    ],
)
def test_lines_that_this_program_wrote_are_no_batch(
    tmp_path: Path, record: dict[str, Any], what: str
) -> None:
    path = tmp_path / "b.jsonl"
    path.write_text(json.dumps(record), "utf-8")
    with pytest.raises(DocumentError, match=what):
        read(path)


def test_a_table_that_may_be_a_guide_is_read_and_asked_about(tmp_path: Path) -> None:
    rows: Rows = [["序号", "题目", "研究内容", "对接处室"], [1, "创新券", A, "农村处"]]
    entries, _, said = read(workbook(tmp_path / "b.xlsx", {"表": rows}))
    assert [e.proposal.title for e in entries] == ["创新券"]
    assert "“表”像是指南的课题表" in said


# Text files


@pytest.mark.parametrize(
    ("text", "bad", "ids"),
    [
        ('id,title,abstract\n1,甲,a\n2,乙,"b\n3,丙,c\n4,丁,d\n', [3], ["1", "3", "4"]),
        ('id,title,abstract\n1,甲,"a\n2,乙,"b\n3,丙,c\n', [2, 3], ["3"]),
        ('id,title,abstract\n1,甲,"a\n2,乙,"b"\n3,丙,"c"\n', [2], ["2", "3"]),
        ('id,title,abstract\n1,甲,"两行\n文字, ""引号"""\n2,乙,b\n', [], ["1", "2"]),
        ('id,title,abstract\n"1,甲,a\n2,乙,b\n', [2], ["2"]),
        ("id,title,abstract\n1,甲\x00,a\n2,乙,\x00b\n", [], ["1", "2"]),
        ("id,title,abstract\n1,甲\u2028乙,a\u2029b\x85c\n2,乙,b\n", [], ["1", "2"]),
        ('sep=;\nid;title;abstract\n="001";甲;a,b,c\n', [], ["001"]),
        ("id|title|abstract\n1|甲|a\n", [], ["1"]),
        ("汇总表\n\nid,title,abstract\n1,甲,a\n合计：1项\n", [], ["1"]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_text_table(tmp_path: Path, text: str, bad: list[int], ids: list[str], encoding: str) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(text.encode(encoding))
    entries, refused, _ = read(path)
    assert [row.line for row in refused] == bad
    assert [entry.proposal.id for entry in entries] == ids
    for row in refused:
        assert "引号没有配对" in row.reason


@pytest.mark.parametrize(
    ("encoding", "names", "title"),
    [
        ("big5", "編號,項目名稱,摘要", "科技成果轉化機制研究"),
        ("gb18030", "编号,项目名称,摘要", "科技成果转化机制研究"),
        ("cp1252", "id,title,abstract", "Les élèves de Genève et leurs résumés"),
    ],
)
def test_a_text_table_in_an_old_encoding(tmp_path: Path, encoding: str, names: str, title: str) -> None:
    (tmp_path / "b.csv").write_bytes(f"{names}\n1,{title},{title}\n".encode(encoding))
    (entry,), bad, _ = read(tmp_path / "b.csv")
    assert bad == []
    assert (entry.proposal.id, entry.proposal.title, entry.proposal.abstract) == ("1", title, title)


def test_a_quote_that_is_never_closed_costs_one_row_of_fifty(tmp_path: Path) -> None:
    rows = [f"{i},题{i},{chr(34) if i in (7, 20) else ''}内容{i}" for i in range(50)]
    (tmp_path / "b.csv").write_text("\n".join(["id,title,abstract", *rows]), encoding="utf-8")
    entries, bad, _ = read(tmp_path / "b.csv")
    assert [row.line for row in bad] == [9, 22]
    assert [e.proposal.id for e in entries] == [str(i) for i in range(50) if i not in (7, 20)]


def test_line_separators_do_not_end_a_json_line(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(
        '{"id": "1", "title": "甲\u2028乙"}\n{"id": "2", "题目": "丙"}\n', "utf-8"
    )
    entries, bad, _ = read(tmp_path / "b.jsonl")
    assert bad == []
    assert [(e.line, e.proposal.title) for e in entries] == [(1, "甲\u2028乙"), (2, "丙")]


def test_a_json_list_is_a_batch(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('[{"id": 1, "项目名称": "甲"}, 3]', "utf-8")
    entries, bad, _ = read(tmp_path / "b.json")
    assert [e.proposal.title for e in entries] == ["甲"]
    assert [row.line for row in bad] == [2]


def test_excel_xml_and_a_tab_table_under_xls(tmp_path: Path) -> None:
    cells = [["编号", "项目名称", "摘要", "指南方向"], ["1", "甲", "内容", "1.1"]]
    kind = {"1": "Number", "1.1": "Number"}
    rows = "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="{kind.get(c, "String")}">{c}</Data></Cell>' for c in row)
        + "</Row>"
        for row in cells
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    (tmp_path / "a.xls").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="项目"><Table>{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    (tmp_path / "b.xls").write_text("\n".join("\t".join(row) for row in cells), encoding="gb18030")
    for name, sheet in (("a.xls", "项目"), ("b.xls", "")):
        (entry,), _, _ = read(tmp_path / name)
        assert (entry.sheet, entry.proposal.id, entry.proposal.title) == (sheet, "1", "甲")
        assert (entry.proposal.declared, entry.declared_number) == ("1.1", True)


@pytest.mark.parametrize(
    ("columns", "taken"),
    [
        (["项目名称（英文）", "项目名称（中文）", "英文摘要", "摘要"], {"title": "项目名称（中文）", "abstract": "摘要"}),
        (["课题名称", "申报项目名称", "内容提要"], {"title": "申报项目名称", "declared": "课题名称", "abstract": "内容提要"}),
        (["申报课题名称", "申报人", "申报单位"], {"title": "申报课题名称", "principal_investigator": "申报人", "organisation": "申报单位"}),
        (["申报日期", "项目编号", "序号", "项目名称"], {"submitted": "申报日期", "id": "项目编号", "title": "项目名称"}),
        (["Project Title", "Abstract (max 300 words)", "PI Name", "Host Institution", "Guide Topic"], {
            "title": "Project Title", "abstract": "Abstract (max 300 words)", "principal_investigator": "PI Name",
            "organisation": "Host Institution", "declared": "Guide Topic",
        }),
        (["申请书名称", "主要研究内容及创新点", "揭榜榜单名称"], {
            "title": "申请书名称", "content": "主要研究内容及创新点", "declared": "揭榜榜单名称",
        }),
        (["项目名称", "负责人/联系电话", "手机/电话"], {"title": "项目名称", "phone": "手机/电话"}),
        (["项目名称", "研究方向", "指南方向"], {"title": "项目名称", "declared": "指南方向"}),
        (["项目名称", "项目联系人", "联系电话", "推荐单位", "备注"], {"title": "项目名称", "contact": "项目联系人", "phone": "联系电话"}),
    ],
)  # fmt: skip
def test_which_column_is_taken(columns: list[str], taken: dict[str, str]) -> None:
    from matcher.readers.table.records import fields_by_name

    found = {name: names[0] for name, names in fields_by_name(tuple(columns)).items()}
    assert {name: found.get(name) for name in taken} == taken
    assert set(found) - set(taken) <= {"recommender", "opinion"}


def test_an_ods_whose_empty_rows_are_repeated_to_the_end(tmp_path: Path) -> None:
    rest = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    broken = [ONE[0], ONE[1], A.replace("企业", "\n企业"), *ONE[3:]]
    ods(tmp_path / "b.ods", {"表": [["汇总表"], HEAD, broken, TWO]}, after=rest)
    entries, bad, _ = read(tmp_path / "b.ods")
    assert bad == []
    assert [(e.sheet, e.line, e.proposal.title) for e in entries] == [
        ("表", 3, "创新券"),
        ("表", 4, "实验室"),
    ]
    assert entries[0].proposal.abstract == A.replace("企业", "\n企业")


def xls_with_error(path: Path, rows: Rows) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for r, texts in enumerate(rows):
        for c, text in enumerate(texts):
            sheet.write(r, c, text)
    sheet.row(1).set_cell_error(3, "#NAME?")
    book.save(str(path))


def ods_with_error(path: Path, rows: Rows) -> None:
    texts = [
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in rows[1]
    ]
    kinds = 'office:value-type="string" office:string-value="" e:value-type="error" xmlns:e="urn:e"'
    wrong = f"<table:table-cell {kinds}><text:p>#N/A</text:p></table:table-cell>"
    ods(path, {"表": rows[:1]}, after=f"<table:table-row>{''.join(texts)}{wrong}</table:table-row>")


def xlsb_with_error(path: Path, rows: Rows) -> None:
    with ZipFile(xlsb(path, "表", [[str(text) for text in row] for row in rows])) as folder:
        parts = {name: folder.read(name) for name in folder.namelist()}
    wrong = record(3, struct.pack("<IIB", 3, 0, 0x2A))
    with ZipFile(path, "w") as folder:
        for name, part in parts.items():
            folder.writestr(name, part.replace(record(END_DATA), wrong + record(END_DATA)))


@pytest.mark.parametrize("write", [xls_with_error, ods_with_error, xlsb_with_error])
def test_an_error_value_is_said_in_every_format(tmp_path: Path, write: Callable[[Path, Rows], None]) -> None:
    path = tmp_path / f"b.{write.__name__.partition('_')[0]}"
    write(path, [["编号", "项目名称", "摘要", "申报课题"], ["1", "夜市治理", "噪声。"]])
    (entry,), _, said = read(path)
    assert entry.proposal.declared == ""
    assert [note.zh for note in entry.notes] == ["D2 是错误值，读作空格。"]
    assert "表：1 格是错误值（D2），读作空格" in said


def test_what_is_printed_at_the_edge_of_a_sheet_is_said(tmp_path: Path) -> None:
    def printed(book: Any) -> None:
        book.worksheets[0].oddHeader.center.text = "&B推荐单位：滨海新区科技局&B"
        book.worksheets[0].oddFooter.center.text = "第 &P 页，共 &N 页"

    entries, _, said = read(workbook(tmp_path / "b", {"表": [HEAD, ONE]}, change=printed))
    assert len(entries) == 1
    assert "页眉页脚或邮件抬头的文字未读（“推荐单位：滨海新区科技局”）" in said


def test_letters_that_a_format_shows_before_a_number_are_read(tmp_path: Path) -> None:
    def shown(book: Any) -> None:
        for place, code in (("A2", '"TJ"000'), ("D2", '"2-"00'), ("E2", '"¥"0')):
            book.worksheets[0][place] = 12
            book.worksheets[0][place].number_format = code

    (entry,), _, _ = read(
        workbook(
            tmp_path / "b",
            {"表": [["编号", "项目名称", "摘要", "申报课题", "经费（万元）"], ["", "创新券", A]]},
            change=shown,
        )
    )
    assert (entry.proposal.id, entry.proposal.declared, entry.extra["budget"]) == ("TJ012", "2-12", "12万元")


def test_a_table_is_not_as_wide_as_a_sheet_can_be(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("项目名称,摘要" + ",列" * 2001 + "\n甲,乙。" + ",丙" * 2001 + "\n", "utf-8")
    with pytest.raises(DocumentError, match="2,003"):
        read(path)
    path.write_text("项目名称,摘要" + "," * 9000 + "\n甲,乙。" + "," * 9000 + "\n", "utf-8")
    assert [entry.proposal.title for entry in read(path)[0]] == ["甲"]


def test_why_a_sheet_is_not_read_is_told_to_its_end(tmp_path: Path) -> None:
    rows: list[list[object]] = [["代码", "名称"], ["B01", "河口湿地水质提升"], ["B02", "挥发性有机物源解析"]]
    head = [*HEAD, "申报单位"]
    _, _, said = read(workbook(tmp_path / "b.xlsx", {"表": [head, [*ONE, "甲大学"]], "课题字典": rows}))
    why = "没有写谁申报的栏，其他工作表有 / no column says who applies, as other sheets do"
    assert f"未读的工作表 / sheets not read: 课题字典（{why}）" in said


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("见附件", ""), ("详见申报书正文第三章", ""), ("/", ""), ("——", ""), ("（略）", ""), ("暂无", ""), ("N/A", ""), ("see attached file", ""),
        ("见义勇为人员保障制度", "见义勇为人员保障制度"), ("无人机巡检", "无人机巡检"), ("略谈物流", "略谈物流"),
        ("参见意识与注意", "参见意识与注意"), ("见《养老条例》实施情况", "见《养老条例》实施情况"),
    ],
)  # fmt: skip
def test_a_text_that_points_elsewhere_is_none(tmp_path: Path, written: str, read_as: str) -> None:
    """The row is judged by its title, and is said to be."""
    entries, _, _ = read(
        workbook(tmp_path / "b.xlsx", {"表": [["项目名称", "摘要"], ["甲题", written], TWO[1:3]]})
    )
    assert entries[0].proposal.abstract == read_as
