# ruff: noqa: E501
"""More forms of agencies: those that were written after the reader was mended for `form_layouts`, to measure it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.form_layouts import Filling, Word, _book, _text


def culture_ministry(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("文化艺术研究项目申请书", "项目批准号：", "项目名称", f.title, "项目负责人", f.person, "项目承担单位", f.organisation, "填表日期    2026年5月")
        .lines("申请人承诺：我承诺对本申请书填写的各项内容的真实性负责。", "申请人（签章）：", "年   月   日")
        .table(
            ["项目名称", (f.title, 5)], ["项目类别", "一般项目", "选题编号", f.declared, "学科", "公共管理"], ["姓名", f.person, "性别", "男", "联系手机", f.phone], ["工作单位", (f.organisation, 5)],
        )
        .lines("三、项目设计论证（4000字以内）", "（一）本项目研究的意义", "现状不清。", "（二）本项目研究的主要内容、基本观点、研究思路和方法", *f.text, "（三）前期相关研究成果", f.other)
        .save(path)
    )  # fmt: skip


def health_commission(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(
            [("项目基本情况", 1, 5), "项目中文名称", (f.title, 3)], ["项目英文名称", ("A local study", 3)], ["申请者", f.person, "手机号码", f.phone], ["第一申请单位", (f.organisation, 3)], ["申报指南代码", (f.declared, 3)],
            [("项目摘要", 1), ("（包括研究目的、内容、方法，限400字）\n" + "".join(f.text), 4)],
            [("工作基础", 1), (f.other, 4)],
        )
        .save(path)
    )  # fmt: skip


def enterprise_needs(f: Filling, path: Path) -> Path:
    return _book(path, {"技术需求": [
        ["企业技术需求征集表", "", "", ""], ["需求名称", (f.title, 3)], ["单位名称", (f.organisation, 3)], ["联系人", f.person, "联系电话", f.phone],
        ["所属领域", ("□新材料 ☑装备制造", 3)], ["需求内容（包括主要技术问题、指标等）", ("\n".join(f.text), 3)], ["已有基础", (f.other, 3)], ["（单位盖章）", "", "2026年 月 日", ""],
    ]}, width=4)  # fmt: skip


def foundation_letter_of_intent(f: Filling, path: Path) -> Path:
    return (
        Word()
        .heading("Letter of Intent", 1)
        .table(["Project name", f.title], ["Applicant organisation", f.organisation], ["Contact person", "Ann Other"], ["Principal investigator", f.person], ["Mobile", f.phone], ["Call topic code", f.declared])
        .heading("Background", 2).lines("Little is known.").heading("Objectives and scope of work", 2).lines(*f.text).heading("Track record", 2).lines(f.other)
        .save(path)
    )  # fmt: skip


def horizon_part_b(f: Filling, path: Path) -> Path:
    return _text(path, "Proposal template (technical description)", f"Proposal title: {f.title}", f"Topic: {f.declared}", f"Coordinator: {f.person}", f"Host organisation: {f.organisation}", f"Tel.: {f.phone}", "", "1. Project summary", "[Please describe the project in one page.]", *f.text, "", "2. Previous work", f.other)  # fmt: skip


def one_line_each(f: Filling, path: Path) -> Path:
    return _text(path, f"题目：{f.title}", f"单位：{f.organisation}；负责人：{f.person}；电话：{f.phone}", f"申报方向：{f.declared}", f"内容提要：{''.join(f.text)}", f"工作基础：{f.other}")  # fmt: skip


def education_planning(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("教育科学规划课题立项申请·评审书", "学科分类：教育经济", f"课题名称：{f.title}", f"申 请 人：{f.person}", f"申请人所在单位：{f.organisation}", "填表时间：2026年4月")
        .table(
            ["课 题 名 称", (f.title, 5)], ["主 题 词", ("一至三个", 5)], ["选 题 序 号", (f.declared, 5)], ["主持人姓名", f.person, "性别", "女", "出生日期", "1981.2"], ["联系电话", f.phone, "单位电话", "0571-88880000", "邮编", "310000"],
            [("主要参加者", 1, 3), "姓名", "职务", "职称", ("单位", 2)], ["孙悦", "教师", "讲师", ("某中学", 2)], ["何川", "主任", "高级教师", ("某小学", 2)],
        )
        .lines("二、课题论证", "1．研究的背景与意义。", "现状不清。", "2．研究的主要内容与目标。（限2000字）", *f.text, "3．研究的基础与条件。", f.other)
        .save(path)
    )  # fmt: skip


def soft_topic_card(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(["选题名称", f.title], ["建议单位", f.organisation], ["建议人及联系方式", f"{f.person}，{f.phone}"], ["对应方向", f.declared], ["选题简要说明\n（研究背景、内容，300字左右）", "\n".join(f.text)])
        .save(path)
    )  # fmt: skip


def printed_system_form(f: Filling, path: Path) -> Path:
    rows = [
        ["申报编号", "2026A00123", "申报批次", "第一批"],
        ["项目名称", f.title, "", ""],
        ["申报主体", f.organisation, "主体类型", "事业单位"],
        ["项目负责人", f.person, "手机", f.phone],
        ["指南方向名称", f.declared, "", ""],
    ]
    table = "".join(
        "<tr>"
        + "".join(
            f"<td{' colspan=3' if c and row[2] == '' and n == 1 else ''}>{c}</td>"
            for n, c in enumerate(row)
            if c
        )
        + "</tr>"
        for row in rows
    )
    page = f"<!DOCTYPE html><html><meta charset=utf-8><body><h1>申报信息表</h1><table border=1>{table}</table><h3>项目概述（不超过800字）</h3><div>{'</div><div>'.join(f.text)}</div><h3>申报基础</h3><p>{f.other}</p><button>打印</button></body></html>"
    return _text(path, page, suffix=".html")


def comma_list(f: Filling, path: Path) -> Path:
    return _text(path, "一、课题名称", f.title, "二、课题负责人及单位", f"{f.person}，{f.organisation}", "三、联系电话", f.phone, "四、申报课题序号", f.declared, "五、研究内容", *f.text, "六、研究基础", f.other, encoding="utf-16")  # fmt: skip


def agriculture_sheet(f: Filling, path: Path) -> Path:
    return _book(path, {"Sheet1": [
        ["附件3：农业科技推广项目申报书"], ["一、项目概况"], ["项目名称", (f.title, 4)], ["实施单位", (f.organisation, 4)], ["负责人", "姓名", f.person, "电话", f.phone], ["推荐单位", ("市农业农村局", 4)], ["申报方向序号", (f.declared, 4)],
        ["二、实施内容"], ["\n".join(f.text)], ["三、实施基础"], [f.other],
    ]}, width=5)  # fmt: skip


def intellectual_property(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("知识产权软科学研究项目申报书")
        .table(["课题名称", (f.title, 3)], [("课题申报单位", 1, 2), "名称", (f.organisation, 2)], ["地址", ("某路1号", 2)], [("课题负责人", 1, 2), "姓名", (f.person, 2)], ["联系电话", (f.phone, 2)], ["申报课题编号", (f.declared, 3)])
        .table(["一、研究的目的、意义"], ["现状不清。"], ["二、研究的主要内容"], ["\n".join(f.text)], ["三、已有的相关研究基础"], [f.other])
        .save(path)
    )  # fmt: skip


def weather_bureau(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("项目编号：", "气象软科学项目任务书", f"项 目 名 称 ： {f.title}", f"申 报 单 位 ： {f.organisation}", f"项 目 负 责 人 ： {f.person}", f"电 话 ： {f.phone}", f"方 向 ： {f.declared}", "起 止 年 限 ： 2026.01-2027.12")
        .lines("1 项目背景", "现状不清。", "2 研究内容", *f.text, "3 研究基础", f.other)
        .save(path)
    )  # fmt: skip


def two_blocks_side_by_side(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(["成果名称", f.title, "拟报选题", f.declared], ["完成单位", f.organisation, "第一完成人", f.person], ["联系方式", f.phone, "完成时间", "2026年6月"], [("成果简介（500字内）", 4)], [("\n".join(f.text), 4)], [("推广基础", 4)], [(f.other, 4)])
        .save(path)
    )  # fmt: skip


def social_organisations(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(["项目\n名称", (f.title, 4)], ["申报\n组织", ("名  称", 1), (f.organisation, 3)], ["项目\n负责人", "姓  名", f.person, "手  机", f.phone], ["服务\n方向", (f.declared, 4)], ["项目\n概要", ("".join(f.text), 4)], ["执行\n基础", (f.other, 4)])
        .save(path)
    )  # fmt: skip


def long_title_over_two_cells(f: Filling, path: Path) -> Path:
    half = len(f.title) // 2
    return Word().table(["课题名称", (f.title[:half] + "\n" + f.title[half:], 3)], ["负责人", f.person, "电话", f.phone], ["单位（全称）", (f.organisation, 3)], ["指南选题号", (f.declared, 3)], ["主要研究内容", ("1. " + f.text[0] + "\n2. " + f.text[1], 3)], ["相关基础", (f.other, 3)]).save(path)  # fmt: skip


def markdown_headings(f: Filling, path: Path) -> Path:
    return _text(path, f"# {f.title}", "", f"**申报单位**：{f.organisation}  ", f"**负责人**：{f.person}  ", f"**电话**：{f.phone}  ", f"**申报方向**：{f.declared}", "", "## 1 研究内容", *f.text, "", "## 2 研究基础", f.other, suffix=".md")  # fmt: skip


def colon_in_own_cell(f: Filling, path: Path) -> Path:
    return Word().table(["项目名称", "：", f.title], ["承担单位", "：", f.organisation], ["负责人", "：", f.person], ["电话", "：", f.phone], ["方向代码", "：", f.declared], ["内容摘要", "：", "".join(f.text)], ["前期工作基础", "：", f.other]).save(path)  # fmt: skip


def footnoted_labels(f: Filling, path: Path) -> Path:
    return Word().lines("课题申报书", f"课题名称①：{f.title}", f"申报单位②：{f.organisation}", f"负责人：{f.person}", f"联系电话：{f.phone}", f"课题方向：{f.declared}", "研究内容③：", *f.text, "研究基础：", f.other, "①课题名称应与指南一致。", "②填写全称。", "③不超过1000字。").save(path)  # fmt: skip


def checklist_and_annex(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("附件1", "申报材料清单", "1.申报书（一式三份）", "2.单位营业执照复印件", "附件2", "项目申报书")
        .table(["项目名称", f.title], ["申报单位", f.organisation], ["项目负责人", f.person], ["联系电话", f.phone], ["指南任务", f.declared], ["拟开展的研究内容", "\n".join(f.text)], ["现有研究基础", f.other])
        .save(path)
    )  # fmt: skip


def museum_grant(f: Filling, path: Path) -> Path:
    return Word().lines("2026 Small Grants Scheme", f"Applicant's name: {f.person}", f"Institution/Employer: {f.organisation}", f"Daytime telephone: {f.phone}", f"Title of proposed research: {f.title}", f"Priority area: {f.declared}", "Description of proposed research (up to 500 words):", *f.text, "Relevant experience:", f.other).save(path)  # fmt: skip


def numbered_table_sections(f: Filling, path: Path) -> Path:
    return Word().table(["一、项目基本信息"], ["1.项目名称：" + f.title], ["2.承担单位：" + f.organisation], ["3.负责人：" + f.person + "    联系电话：" + f.phone], ["4.申报指南方向：" + f.declared], ["二、项目实施方案"], ["1.主要研究内容（800字以内）："], ["\n".join(f.text)], ["2.工作基础："], [f.other]).save(path)  # fmt: skip


def disabled_federation(f: Filling, path: Path) -> Path:
    return Word().lines("残疾人事业研究课题申请书").table(["课题题目", (f.title, 3)], ["课题类型", "一般课题", "课题选项编号", f.declared], ["课题负责人", f.person, "职务/职称", "副教授"], ["所在单位", f.organisation, "联系电话", f.phone], [("课题组成员（不含负责人）", 4)], ["姓名", "单位", "职称", "分工"], ["孙悦", "某院", "讲师", "调研"]).lines("课题研究设计论证", "一、选题的目的和意义", "现状不清。", "二、课题研究的基本内容", *f.text, "三、课题负责人和主要成员的研究基础", f.other).save(path)  # fmt: skip


def policy_consultation(f: Filling, path: Path) -> Path:
    return _text(path, "决策咨询课题投标书", "", f"投标课题：{f.declared}", f"课题名称：{f.title}", f"投标单位：{f.organisation}", f"首席专家：{f.person}", f"联系手机：{f.phone}", "", "一、问题提出", "现状不清。", "二、拟解决的主要问题和研究内容", *f.text, "三、团队研究基础", f.other)  # fmt: skip


def sheet_with_side_label(f: Filling, path: Path) -> Path:
    return _book(path, {"申请表": [["科研项目申请表"], [("基本信息", 1, 4), "项目名称", (f.title, 3)], ["申请单位", f.organisation, "申请人", f.person], ["联系手机", f.phone, "职称", "教授"], ["指南方向编号", (f.declared, 3)], [("研究方案", 1, 2), "研究内容", ("\n".join(f.text), 3)], ["研究基础", (f.other, 3)]]}, width=5)  # fmt: skip


def vertical_english(f: Filling, path: Path) -> Path:
    return _text(path, "PROJECT PROPOSAL FORM", "", "PROJECT TITLE", f.title, "", "NAME OF APPLICANT", f.person, "", "NAME OF INSTITUTION", f.organisation, "", "TELEPHONE NUMBER", f.phone, "", "CALL THEME", f.declared, "", "PROJECT DESCRIPTION", "(maximum 1 page)", *f.text, "", "PREVIOUS WORK", f.other)  # fmt: skip


def science_popularisation(f: Filling, path: Path) -> Path:
    return Word().table(["项目名称", (f.title, 3)], ["申报主体名称", f.organisation, "统一社会信用代码", "91120000MA0"], ["项目责任人", f.person, "手机号", f.phone], ["申报类别", "☐科普 ☒研究", "申报条目", f.declared], ["项目内容\n（包括背景、内容、方法）", ("".join(f.text), 3)], ["申报单位基础条件", (f.other, 3)], ["备注", ("无", 3)]).save(path)  # fmt: skip


def web_text_export(f: Filling, path: Path) -> Path:
    return _text(path, "提交编号：20261101001", "提交时间：2026-11-01 10:22:31", f"1、项目名称（必填）：{f.title}", f"2、所在单位（必填）：{f.organisation}", f"3、负责人（必填）：{f.person}", f"4、手机号（必填）：{f.phone}", f"5、申报题目编号（必填）：{f.declared}", f"6、项目简介（必填，500字以内）：{''.join(f.text)}", f"7、研究基础（选填）：{f.other}")  # fmt: skip


def merged_header_pairs(f: Filling, path: Path) -> Path:
    return Word().table([("项目信息", 4)], ["名称", (f.title, 3)], ["对应指南", (f.declared, 3)], [("承担单位信息", 4)], ["单位名称", (f.organisation, 3)], [("负责人信息", 4)], ["姓名", f.person, "手机", f.phone], [("研究内容", 4)], [("\n".join(f.text), 4)], [("研究基础", 4)], [(f.other, 4)]).save(path)  # fmt: skip


def chapter_book(f: Filling, path: Path) -> Path:
    return Word().lines("可行性研究报告", f"项目名称：{f.title}", f"申报单位：{f.organisation}", f"项目负责人：{f.person}", f"联系电话：{f.phone}", f"申报专题：{f.declared}").lines("第一章  总论", "现状不清。", "第二章  研究内容", *f.text, "第三章  工作基础", f.other).save(path)  # fmt: skip


MORE: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout
    for layout in (
        culture_ministry, health_commission, enterprise_needs, foundation_letter_of_intent, horizon_part_b, one_line_each, education_planning, soft_topic_card, printed_system_form, comma_list,
        agriculture_sheet, intellectual_property, weather_bureau, two_blocks_side_by_side, social_organisations, long_title_over_two_cells, markdown_headings, colon_in_own_cell, footnoted_labels, checklist_and_annex,
        museum_grant, numbered_table_sections, disabled_federation, policy_consultation, sheet_with_side_label, vertical_english, science_popularisation, web_text_export, merged_header_pairs, chapter_book,
    )
}  # fmt: skip
LACKING_MORE: dict[str, frozenset[str]] = {
    "enterprise_needs": frozenset(("declared", "person")),
    "soft_topic_card": frozenset(("phone", "person", "organisation")),
    "comma_list": frozenset(("organisation", "person")),
}
