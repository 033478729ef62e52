# ruff: noqa: E501
"""Forms as people fill them in: other orders, free letters, questions, slips, several languages, long instructions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.form_layouts import Filling, Word, _text
from tests.form_layouts_voices import _html, _markdown, _pdf, _wrap


def answers_below_questions(f: Filling, path: Path) -> Path:
    return Word().lines("创意征集问卷", "1. 您的课题叫什么？", f.title, "2. 您来自哪个单位？", f.organisation, "3. 由谁负责？", f.person, "4. 怎样联系您（手机）？", f.phone, "5. 您选择哪个指南方向？", f.declared, "6. 您打算研究什么？（300字以内）", *f.text, "7. 您有哪些研究基础？", f.other).save(path)  # fmt: skip


def label_line_value_line_colon(f: Filling, path: Path) -> Path:
    return _text(path, "科研项目立项申请", "", "项目名称：", "    " + f.title, "申请单位：", "    " + f.organisation, "申请人：", "    " + f.person, "联系电话：", "    " + f.phone, "所属指南方向：", "    " + f.declared, "研究内容摘要：", *("    " + t for t in f.text), "研究工作基础：", "    " + f.other)  # fmt: skip


def two_tables_person_first(f: Filling, path: Path) -> Path:
    return (
        Word().heading("申请人简况", 2).table(["申请人姓名", f.person, "出生年月", "1980.02"], ["所在单位", f.organisation, "手机号码", f.phone], ["学术简历", (f.other, 3)])
        .heading("申请课题", 2).table(["申请课题名称", f.title], ["选题来源", "指南选题"], ["指南选题编号", f.declared], ["课题研究主要内容和创新之处", "\n".join(f.text)])
        .save(path)
    )  # fmt: skip


def long_instructions(f: Filling, path: Path) -> Path:
    return (
        Word().lines("填报说明", "一、本表用A4纸双面打印。", "二、“项目名称”应简明，不超过25个汉字。", "三、“研究内容”请逐条填写。", "四、申报单位应为独立法人。", "科技计划项目申报表")
        .table(["项目名称", f.title], ["申报单位", f.organisation], ["项目负责人", f.person], ["联系手机", f.phone], ["申报指南代码", f.declared], ["研究内容", "\n".join(f.text)], ["研究基础", f.other])
        .save(path)
    )  # fmt: skip


def numbered_cells(f: Filling, path: Path) -> Path:
    return Word().table([("一、基本信息", 4)], ["（1）项目名称", (f.title, 3)], ["（2）申报单位", f.organisation, "（3）负责人", f.person], ["（4）联系电话", f.phone, "（5）指南方向", f.declared], [("二、研究内容与目标", 4)], [("\n".join(f.text), 4)], [("三、已有工作基础", 4)], [(f.other, 4)]).save(path)  # fmt: skip


def wps_text_lines(f: Filling, path: Path) -> Path:
    return Word().lines("项  目  名  称 ： " + f.title, "申  报  单  位 ： " + f.organisation + "     （公章）", "项 目 负 责 人 ： " + f.person, "联  系  电  话 ： " + f.phone, "申  报  方  向 ： " + f.declared, "二〇二六年三月", "1 研究内容", *f.text, "2 研究基础", f.other).save(path)  # fmt: skip


def mixed_script(f: Filling, path: Path) -> Path:
    return Word().table(["项目名称\nProject Title", f.title], ["承担单位\nHost Institution", f.organisation], ["负责人\nPrincipal Investigator", f.person], ["电话\nTel.", f.phone], ["指南编号\nTopic No.", f.declared], ["项目摘要\nAbstract", "\n".join(f.text)], ["研究基础\nPrevious Work", f.other]).save(path)  # fmt: skip


def hints_after_values(f: Filling, path: Path) -> Path:
    return Word().table(["项目名称", f.title + "（不超过30字）"], ["申报单位", f.organisation + "（与公章一致）"], ["负责人", f.person + "（限1人）"], ["手机", f.phone], ["申报方向", f.declared + "（填写指南编号）"], ["研究内容", "（简述本项目拟开展的研究，不超过500字）\n" + "\n".join(f.text)], ["前期基础", f.other]).save(path)  # fmt: skip


def portal_print_html(f: Filling, path: Path) -> Path:
    return _html(path, f"<style>.print-hide{{display:none}} .k{{color:gray}}</style><div class='print-hide'>请在线填写，不要打印本行。</div><table><tr><td class='k'>项目名称</td><td colspan=3>{f.title}</td></tr><tr><td class='k'>申报单位</td><td>{f.organisation}</td><td class='k'>负责人</td><td>{f.person}</td></tr><tr><td class='k'>手机</td><td>{f.phone}</td><td class='k'>指南方向</td><td>{f.declared}</td></tr></table><h3>研究内容</h3><p>{f.text[0]}</p><p>{f.text[1]}</p><h3>研究基础</h3><p>{f.other}</p>")  # fmt: skip


def pdf_single_column_report(f: Filling, path: Path) -> Path:
    return _pdf(path, (180, "决策咨询课题申请书"), (60, "课题名称：" + f.title), (60, "申请单位：" + f.organisation), (60, "申请人：" + f.person), (60, "手机：" + f.phone), (60, "申报选题：" + f.declared), "（一）选题依据", *_wrap("现有研究没有说明这一问题的成因和后果，各地做法不一。", 40), "（二）研究内容", *_wrap("".join(f.text), 40), "（三）前期成果", *_wrap(f.other, 40))  # fmt: skip


def markdown_quotes(f: Filling, path: Path) -> Path:
    return _markdown(path, f"# {f.title}", "", f"> 申报方向：{f.declared}  ", f"> 申报单位：{f.organisation}  ", f"> 负责人：{f.person}（电话 {f.phone}）", "", "## 一、为什么做", "", "原因很多。", "", "## 二、研究内容", "", *(f"{n}. {t}" for n, t in enumerate(f.text, 1)), "", "## 三、研究基础", "", f.other)  # fmt: skip


def letter_to_office(f: Filling, path: Path) -> Path:
    return Word().lines(f"关于申报“{f.title}”课题的函", "市科技局：", f"根据贵局指南，我单位拟申报{f.declared}课题，现将有关情况报告如下。", "一、主要研究内容", *f.text, "二、前期工作基础", f.other, f"联系人：{f.person}", f"联系电话：{f.phone}", f"申报单位：{f.organisation}").save(path)  # fmt: skip


# English


def nsf_cover(f: Filling, path: Path) -> Path:
    return _text(path, "COVER SHEET FOR PROPOSAL", f"PROGRAM ANNOUNCEMENT/TOPIC NO.: {f.declared}", f"NAME OF ORGANIZATION TO WHICH AWARD SHOULD BE MADE: {f.organisation}", f"TITLE OF PROPOSED PROJECT: {f.title}", f"PI/PD NAME: {f.person}", f"TELEPHONE NUMBER: {f.phone}", "", "PROJECT SUMMARY", "Overview:", f.text[0], "Intellectual Merit:", f.text[1], "", "FACILITIES, EQUIPMENT AND OTHER RESOURCES", f.other)  # fmt: skip


def new_zealand(f: Filling, path: Path) -> Path:
    return Word().table([("1. Proposal title", 2)], [(f.title, 2)], [("2. Contracting organisation", 2)], [(f.organisation, 2)], [("3. Science leader", 2)], [(f.person, 2)], [("4. Contact phone", 2)], [(f.phone, 2)], [("5. Investment signal addressed (topic code)", 2)], [(f.declared, 2)], [("6. Executive summary (280 words)", 2)], [("\n".join(f.text), 2)], [("7. Team ability to deliver", 2)], [(f.other, 2)]).save(path)  # fmt: skip


def eu_part_a(f: Filling, path: Path) -> Path:
    return Word().heading("1 - General information", 1).table(["Topic", f.declared], ["Type of action", "RIA"], ["Acronym", "NOVA"], ["Proposal title", f.title]).heading("Abstract", 2).lines("Short summary (max. 2,000 characters, with spaces) to clearly explain:", *f.text).heading("2 - Participants", 1).table(["Organisation legal name", f.organisation], ["Main contact person", "Ann Other"], ["Principal investigator", f.person], ["Phone", f.phone]).heading("3 - Previous projects", 1).lines(f.other).save(path)  # fmt: skip


def questions_english(f: Filling, path: Path) -> Path:
    return _markdown(path, "# Ideas fund", "", "**What is your project called?**", "", f.title, "", "**Which organisation are you from?**", "", f.organisation, "", "**Who will lead the work?**", "", f.person, "", "**What number can we reach you on? (phone)**", "", f.phone, "", "**Which of the call topics does your idea address?**", "", f.declared, "", "**What will you do?**", "", *f.text, "", "**Why is your team best placed to do this?**", "", f.other)  # fmt: skip


def email_reply(f: Filling, path: Path) -> Path:
    return _text(path, "Dear programme office,", "", "Please find our outline below.", "", f"Title - {f.title}", f"Topic - {f.declared}", f"Institution - {f.organisation}", f"PI - {f.person}", f"Phone - {f.phone}", "", "Abstract", *f.text, "", "Track record", f.other, "", "Kind regards,", f.person)  # fmt: skip


def xml_like_web(f: Filling, path: Path) -> Path:
    return _html(path, f"<ul><li><b>Project title</b> {f.title}</li><li><b>Topic code</b> {f.declared}</li><li><b>Lead institution</b> {f.organisation}</li><li><b>Lead applicant</b> {f.person}</li><li><b>Telephone</b> {f.phone}</li></ul><h2>Project description</h2><p>{f.text[0]}</p><p>{f.text[1]}</p><h2>Relevant experience</h2><p>{f.other}</p>")  # fmt: skip


def two_columns_of_labels(f: Filling, path: Path) -> Path:
    return Word().table([("SECTION A: SUMMARY INFORMATION", 4)], ["Project Title:", (f.title, 3)], ["Institution:", f.organisation, "Theme No.:", f.declared], ["Lead Investigator:", f.person, "Cell:", f.phone], [("SECTION B: TECHNICAL PROPOSAL", 4)], ["B.1 Project abstract:", ("\n".join(f.text), 3)], ["B.2 Institutional capacity:", (f.other, 3)]).save(path)  # fmt: skip


def pdf_english_report(f: Filling, path: Path) -> Path:
    words = " ".join(f.text).split(" ")
    lines = [" ".join(words[i : i + 11]) for i in range(0, len(words), 11)]
    return _pdf(path, (200, "Grant application form"), "Project title", (220, "^" + f.title), "Research theme", (220, "^" + f.declared), "Host organisation", (220, "^" + f.organisation), "Principal investigator", (220, "^" + f.person), "Telephone", (220, "^" + f.phone), "", "Summary of research", *lines, "", "Previous achievements", f.other)  # fmt: skip


PEOPLE: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout
    for layout in (
        answers_below_questions, label_line_value_line_colon, two_tables_person_first, long_instructions, numbered_cells, wps_text_lines, mixed_script, hints_after_values, portal_print_html, pdf_single_column_report, markdown_quotes, letter_to_office,
    )
}  # fmt: skip
ENGLISH_PEOPLE: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout
    for layout in (
        nsf_cover, new_zealand, eu_part_a, questions_english, email_reply, xml_like_web, two_columns_of_labels, pdf_english_report,
    )
}  # fmt: skip
# Who signs a letter is its contact, and a letter names the topic in its text.
LACKING_PEOPLE: dict[str, frozenset[str]] = {"letter_to_office": frozenset(("person", "phone", "declared"))}
