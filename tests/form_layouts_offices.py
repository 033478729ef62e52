# ruff: noqa: E501
"""Forms as offices of many kinds make them, written before the reader was tried on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.form_layouts import Filling, Word, _text


def building_office(f: Filling, path: Path) -> Path:
    return (
        Word().lines("附表1-2", "建设系统科研立项申报表")
        .table(["立项名称", (f.title, 5)], ["申报主体", (f.organisation, 2), "统一社会信用代码", ("12330000MB0000", 2)], [("课题负责人", 1, 2), "姓名", f.person, "出生年月", ("1979.06", 2)], ["职务/职称", "所长/正高", "联系电话", (f.phone, 2)], ["拟对应的指南方向", (f.declared, 5)], ["课题主要内容简述", ("\n".join(f.text), 5)], ["申报主体意见", ("同意申报。（盖章）", 5)])
        .save(path)
    )  # fmt: skip


def asked_in_words(f: Filling, path: Path) -> Path:
    return _text(path, "【项目征集问卷】", "1. 您申报的项目叫什么名字？", f.title, "2. 申报单位是哪家？", f.organisation, "3. 项目负责人是谁？", f.person, "4. 您拟申报指南中的哪个课题？", f.declared, "5. 请用一段话介绍项目：", *f.text, "6. 您有哪些前期基础？", f.other, "7. 怎样联系您（手机）？", f.phone)  # fmt: skip


def challenge_list(f: Filling, path: Path) -> Path:
    return (
        Word().lines("科技成果转化与揭榜挂帅项目申报表")
        .table(["揭榜项目（榜单序号和名称）", f.declared], ["揭榜方案名称", f.title], ["揭榜单位", f.organisation], ["揭榜团队带头人及电话", f"{f.person}，{f.phone}"], ["方案概述", "\n".join(f.text)], ["已有基础", f.other], ["效益预测", "年处理五千吨。"])
        .save(path)
    )  # fmt: skip


def signature_before(f: Filling, path: Path) -> Path:
    return (
        Word().lines("申请人承诺：我对填写的各项内容的真实性负责。", "申请人（签章）：______    2026年5月6日")
        .table([("一、数据表", 4)], ["课题名称", (f.title, 3)], ["负责人姓名", f.person, "民族", "汉"], ["工作单位", f.organisation, "联系电话", f.phone], ["指南题号", (f.declared, 3)])
        .lines("二、课题设计论证", "1. 选题依据：缺少依据。", "2. 研究内容：" + "".join(f.text), "3. 思路方法：问卷与访谈。", "4. 研究基础：" + f.other)
        .save(path)
    )  # fmt: skip


def two_abstracts(f: Filling, path: Path) -> Path:
    return (
        Word().table(["项目名称", f.title], ["申请人", f.person], ["依托单位", f.organisation], ["指南代码", f.declared], ["单位电话", f.phone], ["中文摘要", "\n".join(f.text)], ["英文摘要", "The project measures what nobody has measured so far, in four parks."])
        .lines("报告正文", "（一）立项依据与研究内容（建议8000字以内）：", "1．项目的立项依据（研究意义、国内外研究现状及发展动态分析；附主要参考文献目录）；", "现状不明。", "2．研究基础与工作条件；", f.other)
        .save(path)
    )  # fmt: skip


def one_line_of_labels(f: Filling, path: Path) -> Path:
    return (
        Word().lines("青年人才托举工程申报材料", f"申报题目：{f.title}；申报人：{f.person}；所在单位：{f.organisation}；电话：{f.phone}；指南方向：{f.declared}", "一、摘要：" + "".join(f.text), "二、前期工作积累：" + f.other)
        .save(path)
    )  # fmt: skip


def corners_nobody_knows(f: Filling, path: Path) -> Path:
    return _text(path, "【项目标题】", f.title, "【报送单位】", f.organisation, "【项目统筹人】", f.person, "【联系电话】", f.phone, "【申报专题】", f.declared, "【项目内容】", *f.text, "【风险与对策】", f.other)  # fmt: skip


def parts_of_a_survey(f: Filling, path: Path) -> Path:
    return (
        Word().lines("党校系统调研课题", "立 项 申 报 表")
        .table(["调研题目", (f.title, 3)], ["题目来源", "☑指南选题  □自拟", "指南序号", f.declared], ["执笔人", f.person, "手机", f.phone], ["选送单位", (f.organisation, 3)], ["调研的主要内容和拟突破的重点", ("\n".join(f.text), 3)], ["已具备的条件", (f.other, 3)], ["校（院）审核意见", ("同意。", 3)])
        .save(path)
    )  # fmt: skip


def outline_in_brackets(f: Filling, path: Path) -> Path:
    return (
        Word().lines("项目课题论证活页", "课题名称：" + f.title, "申请人：" + f.person, "单位：" + f.organisation, "1. [选题依据] 国内外相关研究的学术史梳理。", "现状不明。", "2. [研究内容] 本课题的研究对象、主要目标、重点难点、总体框架等。", *f.text, "3. [创新之处] 在学术观点、研究方法等方面的特色和创新。", "方法新。", "4. [研究基础] 前期成果。", f.other)
        .save(path)
    )  # fmt: skip


def page_codes(f: Filling, path: Path) -> Path:
    return (
        Word().lines("技术攻关项目可行性研究报告", "项目名称：" + f.title, "编制单位：" + f.organisation, "项目负责：" + f.person, "联系电话：" + f.phone, "指南代码：" + f.declared, "二〇二六年四月", "目 录", "一、研究内容 ........ 1", "二、工作基础 ........ 5")
        .heading("一、研究内容").lines(*f.text).heading("二、工作基础").lines(f.other).heading("三、投资估算").lines("总投资三千万元。")
        .save(path)
    )  # fmt: skip


def numbered_questions(f: Filling, path: Path) -> Path:
    return _text(path, "Open Cities Fund", "Q1. What is the name of your project?", f.title, "Q2. Which organisation is applying?", f.organisation, "Q3. Who will lead the work?", f.person, "Q4. Which theme does your project address?", f.declared, "Q5. Tell us about your project in plain language (maximum 150 words)", *f.text, "Q6. What experience does the team have?", f.other, "Q7. What is your phone number?", f.phone)  # fmt: skip


def person_with_place(f: Filling, path: Path) -> Path:
    return (
        Word().lines("Seed Fund", "Working title: " + f.title, f"Lead investigator: {f.person}, {f.organisation}", "Phone: " + f.phone, "Call topic: " + f.declared)
        .heading("Plain English summary").lines(*f.text).heading("State of the art and objectives").lines("Nothing is known.").heading("Experience of the applicant").lines(f.other)
        .save(path)
    )  # fmt: skip


def headings_in_two_languages(f: Filling, path: Path) -> Path:
    return (
        Word().lines("Joint programme · summary page", "Project title / 项目名称", f.title, "Principal investigator / 负责人", f.person, "Home institution / 所在单位", f.organisation, "Telephone / 电话", f.phone, "Topic / 指南方向", f.declared, "Summary / 摘要", *f.text, "Ethics / 伦理", f.other)
        .save(path)
    )  # fmt: skip


OFFICES: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout
    for layout in (
        building_office, asked_in_words, challenge_list, signature_before, two_abstracts, one_line_of_labels, corners_nobody_knows, parts_of_a_survey, outline_in_brackets, page_codes,
    )
}  # fmt: skip
ENGLISH_OFFICES: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout for layout in (numbered_questions, person_with_place, headings_in_two_languages)
}
LACKING_OFFICES: dict[str, frozenset[str]] = {"outline_in_brackets": frozenset(("phone", "declared"))}
