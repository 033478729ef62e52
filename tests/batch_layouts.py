# ruff: noqa: E501
"""Batches as offices keep them, each of two proposals, in layouts, formats and encodings of many kinds."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.spreadsheets import Rows, ods, workbook, xls

# id, title, abstract, declared, organisation, principal_investigator
ONE = (
    "001", "老旧小区加装电梯的协商机制", "记录六个小区的协商过程，比较三种补偿办法。", "2-03", "海河理工大学", "周子衡",
)  # fmt: skip
TWO = (
    "002", "县域医共体药品采购核算", "收集两年采购与库存数据，测算缺药率。", "1-07", "清溪县人民医院", "吴晓岚",
)  # fmt: skip
THREE = (
    "003", "社区食堂剩餐转赠", "跟踪三处食堂的剩餐去向，拟订四小时转赠规程。", "2-03", "滨江民政中心", "赵越",
)  # fmt: skip
TONE = (
    "001", "老舊社區加裝電梯的協商機制", "記錄六個社區的協商過程，比較三種補償辦法。", "2-03", "海河理工大學", "周子衡",
)  # fmt: skip
TTWO = (
    "002", "縣域醫療藥品採購核算", "收集兩年採購與庫存資料，測算缺藥率。", "1-07", "清溪縣人民醫院", "吳曉嵐",
)  # fmt: skip
EONE = (
    "P-01", "Night bus routes and shift workers", "Ninety workers are interviewed about their way home.", "2-03",
    "University of Northmoor", "Eleanor Whitcombe",
)  # fmt: skip
ETWO = (
    "P-02", "Seagrass nurseries and juvenile cod", "Twelve bays are sampled every fortnight.", "1-07", "Harbour Institute",
    "Rajiv Menon",
)  # fmt: skip
Proposal = tuple[str, ...]


def _csv(path: Path, rows: Rows, encoding: str, delimiter: str = ",", suffix: str = ".csv") -> Path:
    file = path.with_suffix(suffix)
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    return file


def preface_of_a_page(path: Path) -> Path:
    head = ["申报编号", "拟申报课题名称", "研究内容概述（限300字）", "指南题目编号", "牵头单位全称", "牵头人"]
    return workbook(path, {"汇总": [["2026年度课题申报情况汇总表"], [], ["填表单位（盖章）：", "", "科研处"], ["填表人：", "王老师", "电话：", "58830000"], ["说明：", "1.请按推荐顺序填写。"], ["", "2.每单位限报5项。"], [], head, ONE, TWO, ["合计", 2], ["单位负责人签字：", "", "", "日期：   年  月  日"]]})  # fmt: skip


def three_row_header(path: Path) -> Path:
    rows = [
        ["序号", "课题基本信息", "", "", "申报人信息", ""],
        ["", "名称", "内容", "对应指南", "单位", "负责人"],
        ["", "（全称）", "（300字以内）", "（编号）", "（全称）", "（姓名）"],
        ONE,
        TWO,
    ]
    return workbook(path, {"表": rows}, ["A1:A3", "B1:D1", "E1:F1"])  # fmt: skip


def sheets_with_other_headers(path: Path) -> Path:
    return workbook(path, {"高校": [["编号", "项目名称", "项目简介", "申报方向", "所在学校", "项目负责人"], ONE], "医院": [["说明"], ["流水号", "课题", "摘要内容", "选题号", "医院名称", "主持人"], TWO], "数据字典": [["字段", "取值"], ["类别", "重点/一般"]]})  # fmt: skip


def units_and_stars(path: Path) -> Path:
    head = [
        "*序号", "*项目名称\n(不超过40字)", "*经费（万元）", "*内容摘要\n[500字]", "*申报指南方向〔编号〕", "*申报单位<全称>",
        "*负责人/电话",
    ]  # fmt: skip
    return workbook(path, {"Sheet1": [head, *([p[0], p[1], 20.5, p[2], p[3], p[4], p[5]] for p in (ONE, TWO))]})  # fmt: skip


def english_portal(path: Path) -> Path:
    head = [
        "Application ID", "Submitted at", "Application Title", "Lay summary", "Challenge / topic code", "Lead organisation",
        "Lead applicant name", "Requested amount (GBP)",
    ]  # fmt: skip
    return _csv(path, [head, *([p[0], "2026-03-01T10:00:00Z", p[1], p[2], p[3], p[4], p[5], "12,500.00"] for p in (EONE, ETWO))], "utf-8")  # fmt: skip


def gb18030_semicolons(path: Path) -> Path:
    return _csv(
        path,
        [["序号", "课题名称", "课题摘要", "选题编号", "申报单位", "课题负责人"], ONE, TWO],
        "gb18030",
        ";",
    )


def big5_commas(path: Path) -> Path:
    return _csv(
        path, [["編號", "計畫名稱", "計畫摘要", "徵求主題", "執行機構", "主持人"], TONE, TTWO], "big5"
    )


def utf16_tabs(path: Path) -> Path:
    return _csv(
        path, [["编号", "题目", "摘要", "申报题号", "单位", "姓名"], ONE, TWO], "utf-16", "\t", ".tsv"
    )


def utf16_csv_without_mark(path: Path) -> Path:
    return _csv(path, [["编号", "题目", "摘要", "申报题号", "单位", "姓名"], ONE, TWO], "utf-16-le")


def hidden_rows_and_sheets(path: Path) -> Path:
    def hide(book: Any) -> None:
        book.worksheets[1].sheet_state = "veryHidden"
        book.worksheets[0].row_dimensions[3].hidden = True
        book.worksheets[0].column_dimensions["D"].hidden = True

    head = ["序号", "项目名称", "摘要", "指南方向", "申报单位", "负责人"]
    return workbook(path, {"申报": [head, ONE, TWO], "草稿": [head, ONE]}, change=hide)


def labels_inside_the_cell(path: Path) -> Path:
    rows = [
        [p[0], f"题目：{p[1]}\n负责人：{p[5]}\n单位：{p[4]}", f"摘要：{p[2]}", f"方向：{p[3]}"]
        for p in (ONE, TWO)
    ]
    return workbook(path, {"表": [["编号", "项目信息", "研究摘要", "申报方向"], *rows]})  # fmt: skip


def broken_lines_in_header(path: Path) -> Path:
    head = ["序\n号", "项 目\n名 称", "主要研究\n内容", "申报\n指南\n方向", "第一\n承担单位", "项目\n负责人"]
    return xls(path, "申报汇总", [["项目汇总表", "", "", "", "", ""], head, ONE, TWO], [(0, 0, 0, 5)])


def dates_and_numbers(path: Path) -> Path:
    def formats(book: Any) -> None:
        sheet = book.worksheets[0]
        for row, number in ((2, 1), (3, 2)):
            sheet.cell(row, 1).value = number
            sheet.cell(row, 1).number_format = "000"

    head = ["编号", "申报日期", "名称", "摘要", "指南编号", "单位", "联系人", "主持人", "手机"]
    return workbook(path, {"表": [head, *([p[0], "2026/3/1", p[1], p[2], p[3], p[4], "张秘书", p[5], 13800000000] for p in (ONE, TWO))]}, change=formats)  # fmt: skip


def subtotals_by_group(path: Path) -> Path:
    head = ["序号", "项目名称", "主要内容", "指南方向", "申报单位", "负责人"]
    return workbook(path, {"表": [head, ["一、高等院校", "", "", "", "", ""], ONE, ["小计", "1项", "", "", "", ""], ["二、医疗机构", "", "", "", "", ""], TWO, ["小计", "1项", "", "", "", ""], ["总计：2项", "", "", "", "", ""], ["注：以上项目按收到先后排列。", "", "", "", "", ""], ["审核人：", "", "制表人：李四", "", "", ""]]})  # fmt: skip


def header_repeated_each_page(path: Path) -> Path:
    head = ["序号", "项目名称", "主要内容", "指南方向", "申报单位", "负责人"]
    return ods(path, {"打印": [["汇总表（第1页）", "", "", "", "", ""], head, ONE, ["汇总表（第2页）", "", "", "", "", ""], head, TWO]})  # fmt: skip


def organisation_merged_down(path: Path) -> Path:
    one, two = [ONE[4], *ONE[:4], ONE[5]], ["", *TWO[:4], TWO[5]]
    return workbook(
        path, {"表": [["申报学校", "序号", "课题名称", "摘要", "申报题目", "主持人"], one, two]}, ["A2:A3"]
    )


def unknown_columns_everywhere(path: Path) -> Path:
    head = [
        "审核状态", "提交批次号", "编号", "项目名称（中文）", "项目名称（英文）", "是否涉密", "项目摘要（中文）",
        "项目摘要（英文）", "指南条目号", "单位名称", "二级学院", "负责人姓名", "负责人身份证号", "推荐专家",
    ]  # fmt: skip
    rows = [
        [
            "通过", "B7", p[0], p[1], e[1], "否", p[2], e[2], p[3], p[4], "管理学院", p[5], "120101199001010000", "钱七",
        ]
        for p, e in ((ONE, EONE), (TWO, ETWO))
    ]  # fmt: skip
    return workbook(path, {"导出": [head, *rows]})  # fmt: skip


def transposed_names_english(path: Path) -> Path:
    head = [
        "Ref.", "Project (short title)", "Description of work (max 100 words)", "Topic applied for", "Host institution",
        "PI (surname, first name)",
    ]  # fmt: skip
    return xls(path, "申报汇总", [["Applications received, round 2", "", "", "", "", ""], ["", "", "", "", "", ""], head, EONE, ETWO, ["Total: 2", "", "", "", "", ""]], [(0, 0, 0, 5)])  # fmt: skip


def survey_tool(path: Path) -> Path:
    head = [
        "序号", "提交答卷时间", "所用时间", "来源", "1、您的项目名称是？", "2、项目负责人", "3、所在单位",
        "4、申报哪个选题（编号）", "5、项目内容简介（200-500字）",
    ]  # fmt: skip
    return workbook(path, {"Sheet1": [head, *([p[0], "2026/3/1 10:22", "312秒", "微信", p[1], p[5], p[4], p[3], p[2]] for p in (ONE, TWO))]})  # fmt: skip


def quoted_with_breaks(path: Path) -> Path:
    rows = [[p[0], p[1], p[2].replace("，", "，\n"), p[3], p[4], p[5]] for p in (ONE, TWO)]
    return _csv(
        path, [["序号", "成果名称", "核心内容", "对应选题", "完成单位", "第一作者"], *rows], "utf-8-sig"
    )


def names_in_the_first_column(path: Path) -> Path:
    names = ("编号", "名称", "摘要", "指南方向", "申报单位", "负责人")
    return workbook(path, {"S": [[name, ONE[n], TWO[n]] for n, name in enumerate(names)]})


def program_names(path: Path) -> Path:
    names = ("proposalId", "projectName", "summary", "guideCode", "applicantUnit", "leader")
    file = path.with_suffix(".jsonl")
    file.write_text(
        "\n".join(json.dumps(dict(zip(names, p, strict=True)), ensure_ascii=False) for p in (ONE, TWO)),
        "utf-8",
    )
    return file


def applicant_of_an_organisation(path: Path) -> Path:
    head = [
        "Ref", "Working title", "Applicant (org.)", "Principal applicant", "Priority area", "Abstract (plain text)",
    ]  # fmt: skip
    return workbook(path, {"S": [head, *([p[0], p[1], p[4], p[5], p[3], p[2]] for p in (EONE, ETWO))]})


def texts_under_no_name(path: Path) -> Path:
    head = ["登记号", "调研题目", "选题单位", "组长", "对应指南序号", "想解决什么、怎么做"]
    return workbook(path, {"S": [head, *([p[0], p[1], p[4], p[5], p[3], 4 * p[2]] for p in (ONE, TWO))]})


def text_below_its_proposal(path: Path) -> Path:
    head = ["序号", "课题名称", "指南条目", "申报单位", "负责人"]
    rows = [row for p in (ONE, TWO) for row in ([p[0], p[1], *p[3:]], ["", "项目简介", p[2]])]
    return workbook(path, {"汇总": [head, *rows]}, ["A2:A3", "C3:E3", "A4:A5", "C5:E5"])


def a_team_that_applies(path: Path) -> Path:
    rows = [["", "项目信息", "", "", "承担团队", ""], ["编号", "名称", "条目", "简述", "单位", "负责人"]]
    rows += [[p[0], p[1], p[3], p[2], p[4], p[5]] for p in (ONE, TWO)]
    return workbook(path, {"表": rows}, ["B1:D1", "E1:F1"])


def sheets_of_other_years(path: Path) -> Path:
    head = ["编号", "项目", "摘要", "专题", "单位", "主持人"]
    past = [["2024-018", "煤矸石陶粒轻骨料", "已结题。", "1-02", "晋阳新材公司", "何平"]]
    sheets: dict[str, Rows] = {
        "2026申报": [head, ONE, TWO],
        "2024结题（供查重）": [head, *past],
        "已立项(参考)": [head, *past],
    }
    return workbook(path, {**sheets, "专题对照": [["专题", "名称"], ["2-03", "社区"], ["1-07", "医药"]]})  # fmt: skip


def list_below_a_letter(path: Path) -> Path:
    head = ("编号", "难题名称", "难题描述", "企业/联系人", "对应目录")
    posts = ("县医保局\n谢经理", "海河理工大学\n周主任", "清溪县人民医院\n吴总")
    rows = [(*p[:3], who, kind) for p, who, kind in zip((ONE, TWO, THREE), posts, ("社区治理", "医药改革", "社区治理"), strict=True)]  # fmt: skip
    table = "".join(f"<tr><td>{'<td>'.join(row)}" for row in (head, *rows)).replace("\n", "<br>")
    letter = "<p>各有关单位：根据通知要求，我局会同各镇街道对辖区企业的技术难题进行了征集，现将整理后的清单报上，请审阅。".ljust(
        900, "附"
    )
    file = path.with_suffix(".html")
    file.write_text(f"{letter}<table>{table}</table><p>2026年5月9日", "utf-8")
    return file


def names_merged_over_two_rows(path: Path) -> Path:
    rows = [["指南方向", "课题", "", "依托单位", "内容提要"], ["", "中文", "英文", "", ""]]
    rows += [[p[3], p[1], e[1], p[4], p[2]] for p, e in ((ONE, EONE), (TWO, ETWO), (THREE, EONE))]
    return workbook(path, {"表": rows}, ["A1:A2", "B1:C1", "D1:D2", "E1:E2"])


def names_in_two_languages_and_a_part(path: Path) -> Path:
    rows = [
        ["编号", "学校", "申请人", "项目", "", "评分"],
        ["", "School", "PI", "名称", "做法与成效（200字内）", ""],
    ]
    return workbook(path, {"表": [*rows, *([p[0], p[4], p[5], p[1], p[2], "88"] for p in (ONE, TWO))]}, ["D1:E1"])  # fmt: skip


def who_and_where_in_one(path: Path) -> Path:
    head = ["收件号", "申请人 / 馆", "研究什么", "申请书摘录", "指南条目"]
    return workbook(path, {"S": [head, *([p[0], f"{p[5]} / {p[4]}", p[1], 4 * p[2], p[3]] for p in (ONE, TWO, THREE))]})  # fmt: skip


def texts_under_two_unknown_names(path: Path) -> Path:
    head = [
        "File no",
        "Title",
        "Organisation",
        "Lead",
        "What and why",
        "How",
        "Reviewer remarks",
        "Equipment",
        "Topic",
    ]
    rows = [[p[0], p[1], p[4], p[5], 3 * f"{p[2]} ", 3 * f"{p[2]} ", 9 * "Well argued. ", 9 * "One oven. ", p[3]] for p in (EONE, ETWO)]  # fmt: skip
    return workbook(path, {"S": [head, *rows]})


def remarks_that_say_what_is_done(path: Path) -> Path:
    head = ["申报号", "报送人", "题旨", "对口方向", "说明", "单位"]
    rows = [[p[0], p[5], p[1], p[3], p[2], p[4]] for p in (ONE, TWO, THREE)]
    return workbook(path, {"S": [head, *rows, ["", "", "", "省卫生健康委科教处", "", ""]]})


def a_challenge_in_sentences(path: Path) -> Path:
    rows = [["Application", "", "What it is about", "", "Priority", "Lead", "Body"], ["No.", "Name", "Challenge", "Work planned", "(as ticked)", "", ""]]  # fmt: skip
    why = ("Night workers walk home for an hour.", "Juvenile cod lose their shelter each summer.")
    rows += [[p[0], p[1], w, p[2], p[3], p[5], p[4]] for p, w in zip((EONE, ETWO), why, strict=True)]
    return workbook(path, {"S": rows})


def people_in_records(path: Path) -> Path:
    file = path.with_suffix(".jsonl")
    records = ({"ref": p[0], "heading": p[1], "applicant": {"org": p[4], "name": p[5]}, "theme": [p[3]], "gist": p[2]} for p in (EONE, ETWO))  # fmt: skip
    file.write_text("\n".join(map(json.dumps, records)), "utf-8")
    return file


def few_rows_on_a_later_sheet(path: Path) -> Path:
    head = ["Code", "Proposal", "Summary", "Strand letter", "Host", "Lead"]
    rows = [[f"P-{n}", p[1], p[2], kind, p[4], p[5]] for n, p, kind in zip(range(1, 5), 2 * (EONE, ETWO), "BDAB", strict=True)]  # fmt: skip
    return workbook(path, {"Round 1": [head, *rows[:3]], "Round 2": [head, rows[3]]})


def what_is_hard_and_what_is_wished(path: Path) -> Path:
    head = ["编号", "推荐单位", "难题表述", "背景与现状", "期望做到", "选题方向"]
    wish = ("两年免维护，误差一成以内", "缺药率降至百分之三以下", "剩餐转赠提前到两小时内")
    rows = [[p[0], f"{p[4]}内科", p[1], p[2], w, p[3]] for p, w in zip((ONE, TWO, THREE), wish, strict=True)]
    return workbook(path, {"S": [head, *rows]})


def title_and_contents_in_one_cell(path: Path) -> Path:
    head = ["受理编号", "课题名称及研究内容", "承担单位（负责人）", "拟揭榜单"]
    rows = [[p[0], f"{p[1]}\n研究内容：{p[2]}", f"{p[4]}（{p[5]}）", p[3]] for p in ((*ONE[:5], "周衡"), TWO)]
    return _csv(path, [head, *rows], "gbk")


def labels_of_title_and_text_in_one_cell(path: Path) -> Path:
    rows = [[p[0], f"【题目】{p[1]}\n【简介】{p[2]}", p[5], p[4], p[3]] for p in (ONE, TWO)]
    return workbook(path, {"S": [["序", "项目（题目与简介）", "申报者", "工作单位", "申报方向"], *rows]})


BATCHES: dict[str, tuple[Callable[[Path], Path], tuple[Proposal, ...], tuple[str, ...]]] = {
    build.__name__: (build, wanted, said)
    for build, wanted, said in (
        (preface_of_a_page, (ONE, TWO), ()), (three_row_header, (ONE, TWO), ()), (sheets_with_other_headers, (ONE, TWO), ("数据字典",)), (units_and_stars, (ONE, TWO), ("经费",)), (english_portal, (EONE, ETWO), ("Submitted at",)),
        (gb18030_semicolons, (ONE, TWO), ()), (big5_commas, (TONE, TTWO), ()), (utf16_tabs, (ONE, TWO), ()), (utf16_csv_without_mark, (ONE, TWO), ()), (hidden_rows_and_sheets, (ONE, TWO), ("草稿", "3")),
        (labels_inside_the_cell, (ONE, TWO), ()), (broken_lines_in_header, (ONE, TWO), ()), (dates_and_numbers, (ONE, TWO), ("申报日期",)), (subtotals_by_group, (ONE, TWO), ()), (header_repeated_each_page, (ONE, TWO), ()),
        (organisation_merged_down, (ONE, (*TWO[:4], ONE[4], TWO[5])), ()), (unknown_columns_everywhere, (ONE, TWO), ("推荐专家",)), (transposed_names_english, (EONE, ETWO), ()), (survey_tool, (ONE, TWO), ("所用时间",)), (quoted_with_breaks, (ONE, TWO), ()),
        (names_in_the_first_column, (ONE, TWO), ("按列读",)), (program_names, (ONE, TWO), ()), (applicant_of_an_organisation, (EONE, ETWO), ()), (texts_under_no_name, tuple((*p[:2], 4 * p[2], *p[3:]) for p in (ONE, TWO)), ("按其内容作摘要读",)),
        (text_below_its_proposal, (ONE, TWO), ()), (a_team_that_applies, (ONE, TWO), ()),
        (list_below_a_letter, ((*ONE[:3], "社区治理", "县医保局", "谢经理"), (*TWO[:3], "医药改革", "海河理工大学", "周主任"), (*THREE[:3], "社区治理", "清溪县人民医院", "吴总")), ("对应目录→申报课题",)),
        (names_merged_over_two_rows, tuple((f"line-{n}", *p[1:5], "") for n, p in enumerate((ONE, TWO, THREE), 3)), ()),
        (names_in_two_languages_and_a_part, tuple((*p[:3], "", *p[4:]) for p in (ONE, TWO)), ("“做法与成效（200字内）”一列按其内容作摘要读",)),
        (who_and_where_in_one, tuple((*p[:2], 4 * p[2], *p[3:]) for p in (ONE, TWO, THREE)), ("申请人 / 馆→申报单位",)),
        (texts_under_two_unknown_names, tuple((*p[:2], 2 * (3 * f"{p[2]} ").strip(), *p[3:]) for p in (EONE, ETWO)), ("“How”一列按其内容作摘要读", "Reviewer remarks")),
        (remarks_that_say_what_is_done, (ONE, TWO, THREE), ("“说明”一列按其内容作摘要读",)), (a_challenge_in_sentences, (EONE, ETWO), ("Challenge→研究背景",)),
        (people_in_records, (EONE, ETWO), ()),
        (few_rows_on_a_later_sheet, tuple((f"P-{n}", *p[1:3], kind, *p[4:]) for n, p, kind in zip(range(1, 5), 2 * (EONE, ETWO), "BDAB", strict=True)), ()),
        (what_is_hard_and_what_is_wished, tuple((*p[:4], f"{p[4]}内科", "") for p in (ONE, TWO, THREE)), ("“难题表述”一列按其内容作项目名称读", "推荐单位→申报单位")),
        (title_and_contents_in_one_cell, ((*ONE[:5], "周衡"), TWO), ("课题名称及研究内容→研究内容",)), (labels_of_title_and_text_in_one_cell, (ONE, TWO), ()),
        (sheets_of_other_years, (ONE, TWO), ("2024结题（供查重）、已立项(参考)（按表名不是本次申报的", "专题对照")),
    )
}  # fmt: skip
