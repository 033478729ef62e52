# ruff: noqa: E501
"""Forms in other voices: English, Commonwealth and Chinese ones in every format, written before the reader was tried on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.form_layouts import Filling, Word, _text

_ENGLISH = (
    ("Night bus routes and the safety of shift workers", "We will interview ninety hospital and warehouse workers about their way home after midnight", "A stated-preference survey then estimates what a later service is worth to them"),
    ("Seagrass nurseries and the return of juvenile cod", "Twelve bays are sampled by beach seine every fortnight for two seasons", "Growth rates inside and outside restored meadows are compared with a before-after design"),
    ("Repair cafes as places of informal learning", "Volunteers at thirty repair cafes keep a diary of the faults they meet and the skills they pass on", "Network analysis shows which skills travel between towns"),
)  # fmt: skip
_HOSTS = ("University of Northmoor", "Harbour Institute of Technology", "St Brannoc's Hospital Trust")
_NAMES = ("Eleanor Whitcombe", "Rajiv Menon", "Siobhan O'Hara", "Karl-Heinz Vogel")
_TRACK = (
    "Our laboratory has run coastal surveys since 2009.",
    "The team completed two national projects on transport.",
)


def english(count: int, seed: int = 20261127) -> list[Filling]:
    """So many English fillings, always the same."""
    draw = Random(seed)
    rows = []
    for _ in range(count):
        title, first, second = draw.choice(_ENGLISH)
        phone = f"+44 20 7946 0{draw.randint(100, 999)}"
        rows.append(Filling(title, draw.choice(_HOSTS), draw.choice(_NAMES), phone, draw.choice(("2-03", "1.2", "B12", "3-11")), (f"{first}.", f"{second}."), draw.choice(_TRACK)))  # fmt: skip
    return rows


def _html(path: Path, body: str, head: str = "") -> Path:
    file = path.with_suffix(".html")
    file.write_text(f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Form</title>{head}</head><body>{body}</body></html>", "utf-8")  # fmt: skip
    return file


def _markdown(path: Path, *lines: str) -> Path:
    file = path.with_suffix(".md")
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def _pdf(path: Path, *lines: tuple[float, str] | str, step: float = 18) -> Path:
    """A page of lines; (x, text) stands at x, a text alone at 60, and a line that starts with ^ on the height of the last."""
    from tests.test_readers import pdf_of, text_at

    pages: list[str] = []
    drawn: list[str] = []
    y = 790.0
    for line in lines:
        x, text = line if isinstance(line, tuple) else (60.0, line)
        if text.startswith("^"):
            text, y = text[1:], y + step
        if y < 60:
            pages.append("\n".join(drawn))
            drawn, y = [], 790.0
        drawn.append(text_at(x, y, text))
        y -= step
    file = path.with_suffix(".pdf")
    file.write_bytes(pdf_of([*pages, "\n".join(drawn)]))
    return file


def _wrap(text: str, width: int) -> list[str]:
    return [text[i : i + width] for i in range(0, len(text), width)]


# Chinese


def ecology_bureau(f: Filling, path: Path) -> Path:
    return (
        Word().lines("附件2", "××省生态环境厅科研项目建议书", "（2026年度）")
        .table(["建议项目名称", (f.title, 5)], ["拟解决的管理需求（对应需求编号）", (f.declared, 5)], ["建议单位", (f.organisation, 3), "单位性质", "事业单位"], ["牵头人", f.person, "职称", "研究员", "联系方式", f.phone])
        .lines("一、需求分析", "管理部门缺少依据。", "二、拟开展的研究任务", "任务一：" + f.text[0], "任务二：" + f.text[1], "三、前期基础和条件保障", f.other, "四、经费估算", "50万元")
        .save(path)
    )  # fmt: skip


def hospital_internal(f: Filling, path: Path) -> Path:
    return (
        Word().heading("院内科研基金申报表", 1)
        .table(
            [("项\n目\n信\n息", 1, 3), "课题名称", (f.title, 3)], ["招标方向", f.declared, "申报类型", "☑面上 □青年"], ["起止年月", ("2026.1—2027.12", 3)],
            [("主\n持\n人", 1, 2), "姓  名", f.person, "科  室", "护理部"], ["依托单位", f.organisation, "手  机", f.phone],
            [("课题设计\n摘要", 1), ("\n".join(f.text), 4)], [("工作条件与前期基础", 1), (f.other, 4)], [("科室意见：\n\n负责人签字：        年   月   日", 5)],
        ).save(path)
    )  # fmt: skip


def social_science_plan(f: Filling, path: Path) -> Path:
    return (
        Word().lines("哲学社会科学规划课题论证活页", "（活页中不得出现个人信息）").table(["课题名称：" + f.title], ["所属指南选题序号：" + f.declared])
        .lines("本表参照以下提纲撰写，要求逻辑清晰，总字数不超过7000字。", "1.[选题依据] 国内外相关研究的学术史梳理及研究动态。", "已有研究不足。", "2.[研究内容] 本课题的研究对象、主要目标、重点难点。", *f.text, "3.[研究基础] 课题负责人前期相关代表性研究成果。", f.other, "4.[参考文献] 开展本课题研究的主要中外参考文献。", "[1] 某某. 某文. 某刊, 2020.")
        .save(path)
    )  # fmt: skip


def municipal_text(f: Filling, path: Path) -> Path:
    return _text(path, "市决策咨询研究课题投标书", "=" * 20, f"【课题名称】{f.title}", f"【投标方向】{f.declared}", f"【投标单位】{f.organisation}", f"【课题组长】{f.person}", f"【联系手机】{f.phone}", "【研究提纲】", *(f"  ● {t}" for t in f.text), "【课题组前期成果】", f"  ● {f.other}", "【经费】5万元")  # fmt: skip


def web_definition_list(f: Filling, path: Path) -> Path:
    rows = [
        ("成果/项目名称", f.title),
        ("申请方向", f.declared),
        ("所在单位", f.organisation),
        ("申请人姓名", f.person),
        ("移动电话", f.phone),
        ("项目摘要（≤800字）", "<br>".join(f.text)),
        ("研究基础", f.other),
    ]
    return _html(path, "<h2>申请书预览</h2><dl>" + "".join(f"<dt>{a}</dt><dd>{b}</dd>" for a, b in rows) + "</dl><p>第1页 共1页</p>")  # fmt: skip


def web_spans(f: Filling, path: Path) -> Path:
    rows = [
        ("项目名称", f.title),
        ("指南代码", f.declared),
        ("承担单位", f.organisation),
        ("负责人", f.person),
        ("联系电话", f.phone),
    ]
    boxes = "".join(
        f"<div class='row'><label>{a}</label><input type='text' value='{b}'></div>" for a, b in rows
    )
    return _html(path, f"<form>{boxes}<div class='row'><label>主要研究内容</label><textarea>{''.join(f.text)}</textarea></div><div class='row'><label>工作基础</label><textarea>{f.other}</textarea></div><button>提交</button></form>")  # fmt: skip


def pdf_label_column(f: Filling, path: Path) -> Path:
    body = _wrap("".join(f.text), 30)
    return _pdf(
        path, (200, "科技计划项目申报书"), "项目名称", (170, "^" + f.title), "申报方向", (170, "^" + f.declared), "申报单位", (170, "^" + f.organisation), "项目负责人", (170, "^" + f.person), (340, "^联系电话"), (420, "^" + f.phone),
        "研究内容", (170, "^" + body[0]), *((170.0, line) for line in body[1:]), "工作基础", (170, "^" + f.other), (280, "- 1 -"),
    )  # fmt: skip


def pdf_prose(f: Filling, path: Path) -> Path:
    return _pdf(path, "软科学研究计划任务建议", f"课题名称：{f.title}", f"建议单位：{f.organisation}", f"负责人：{f.person}（手机：{f.phone}）", f"对应指南方向：{f.declared}", "一、研究背景", "情况不明。", "二、研究思路与主要内容", *_wrap("".join(f.text), 40), "三、研究基础", f.other)  # fmt: skip


def markdown_front_matter(f: Filling, path: Path) -> Path:
    return _markdown(path, "---", f"title: {f.title}", f"topic: {f.declared}", f"organisation: {f.organisation}", f"pi: {f.person}", f"phone: {f.phone}", "---", "", "# 申报书", "", "## 研究内容", "", *f.text, "", "## 研究基础", "", f.other)  # fmt: skip


def markdown_bold_labels(f: Filling, path: Path) -> Path:
    return _markdown(path, "# 青年学者培育项目", "", f"- **项目名称**：{f.title}", f"- **选题方向**：{f.declared}", f"- **所在单位**：{f.organisation}", f"- **主持人**：{f.person}", f"- **手机**：{f.phone}", "", "### 1 研究意义", "", "意义重大。", "", "### 2 研究内容与方法", "", *f.text, "", "### 3 已有成果", "", f.other)  # fmt: skip


def traditional_grant(f: Filling, path: Path) -> Path:
    return Word().lines("專題研究計畫申請書").table(["計畫名稱", (f.title, 3)], ["徵求重點編號", (f.declared, 3)], ["申請機構", f.organisation, "計畫主持人", f.person], ["聯絡電話", (f.phone, 3)], ["計畫摘要（五百字以內）", ("\n".join(f.text), 3)], ["過去研究成果", (f.other, 3)]).save(path)  # fmt: skip


# English


def wellcome_style(f: Filling, path: Path) -> Path:
    return (
        Word().heading("Discovery award: application summary", 1)
        .lines("Application title", f.title, "Proposed start date", "01/10/2026", "Administering organisation", f.organisation, "Lead applicant", f.person, "Telephone", f.phone, "Theme applied for", f.declared, "Summary of your proposed research (max. 200 words)", *f.text, "Your career and research track record", f.other)
        .save(path)
    )  # fmt: skip


def arc_australia(f: Filling, path: Path) -> Path:
    return _text(path, "PART A - Administrative Summary", "A1. Proposal Title", f.title, "A2. Person/Participant Summary", f"Chief Investigator: {f.person}", f"Administering Organisation: {f.organisation}", f"Phone: {f.phone}", "A3. Priority area addressed", f.declared, "A4. Proposal Summary", "(Provide a summary of no more than 750 characters.)", *f.text, "PART B - Capability", "B1. Research environment", f.other)  # fmt: skip


def canada_tri_council(f: Filling, path: Path) -> Path:
    return Word().table([("APPLICATION FOR A GRANT / DEMANDE DE SUBVENTION", 4)], ["Title of proposal / Titre de la proposition", (f.title, 3)], ["Target area / Domaine cible", f.declared, "Telephone", f.phone], ["Applicant / Candidat", f.person, "Institution / Établissement", f.organisation], [("Summary of proposal / Résumé", 4)], [(" ".join(f.text), 4)], [("Previous and current research", 4)], [(f.other, 4)]).save(path)  # fmt: skip


def nih_like_pdf(f: Filling, path: Path) -> Path:
    words = " ".join(f.text).split(" ")
    lines = [" ".join(words[i : i + 12]) for i in range(0, len(words), 12)]
    return _pdf(path, "1. TITLE OF PROJECT", f.title, "2. RESPONSE TO SPECIFIC REQUEST OR TOPIC NUMBER", f.declared, "3. PROGRAM DIRECTOR/PRINCIPAL INVESTIGATOR", f.person, "4. APPLICANT ORGANIZATION", f.organisation, "5. TELEPHONE", f.phone, "6. PROJECT SUMMARY/ABSTRACT", *lines, "7. FACILITIES AND OTHER RESOURCES", f.other)  # fmt: skip


def erc_web(f: Filling, path: Path) -> Path:
    return _html(path, f"<table><tr><th>Acronym</th><td>LUMEN</td></tr><tr><th>Full title of the proposal</th><td>{f.title}</td></tr><tr><th>Call topic</th><td>{f.declared}</td></tr><tr><th>PI name</th><td>{f.person}</td><th>Host institution</th><td>{f.organisation}</td></tr><tr><th>Contact number</th><td>{f.phone}</td></tr></table><h3>Abstract</h3><p>{f.text[0]}</p><p>{f.text[1]}</p><h3>Track record of the PI</h3><p>{f.other}</p>")  # fmt: skip


def charity_questions(f: Filling, path: Path) -> Path:
    return (
        Word().heading("Community research fund", 1).lines("What is the name of your project?", f.title, "Which of our priorities does it address?", f.declared, "Name of your organisation", f.organisation, "Who is leading the project?", f.person, "Phone number", f.phone, "What do you want to do? Please describe your project in plain English (500 words)", *f.text, "What experience do you have of doing this sort of work?", f.other)
        .save(path)
    )  # fmt: skip


def india_dst(f: Filling, path: Path) -> Path:
    return Word().table(["S. No.", "Particulars", "Details"], ["1.", "Title of the Project Proposal", f.title], ["2.", "Thematic Area Code", f.declared], ["3.", "Name of the PI", f.person], ["4.", "Name & Address of the Institute", f.organisation], ["5.", "Mobile No.", f.phone], ["6.", "Objectives & Work Plan (in brief)", "\n".join(f.text)], ["7.", "Expertise available with the group", f.other]).save(path)  # fmt: skip


def markdown_table(f: Filling, path: Path) -> Path:
    return _markdown(path, "# Expression of interest", "", "| Field | Your answer |", "| --- | --- |", f"| Working title | {f.title} |", f"| Challenge addressed | {f.declared} |", f"| Lead organisation | {f.organisation} |", f"| Project lead | {f.person} |", f"| Phone | {f.phone} |", "", "## Outline of the research", "", *f.text, "", "## Team and track record", "", f.other)  # fmt: skip


def latin_email(f: Filling, path: Path) -> Path:
    return _text(path, "From: grants@example.org", "Subject: Submission received", "", "Project title ........ " + f.title, "Topic ref ............ " + f.declared, "Institution .......... " + f.organisation, "Principal applicant .. " + f.person, "Tel .................. " + f.phone, "", "ABSTRACT", "--------", *f.text, "", "PREVIOUS WORK", "-------------", f.other)  # fmt: skip


VOICES: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout
    for layout in (
        ecology_bureau, hospital_internal, social_science_plan, municipal_text, web_definition_list, web_spans, pdf_label_column, pdf_prose, markdown_front_matter, markdown_bold_labels, traditional_grant,
    )
}  # fmt: skip
ENGLISH_VOICES: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout
    for layout in (
        wellcome_style, arc_australia, canada_tri_council, nih_like_pdf, erc_web, charity_questions, india_dst, markdown_table, latin_email,
    )
}  # fmt: skip
LACKING_VOICES: dict[str, frozenset[str]] = {
    "social_science_plan": frozenset(("person", "phone", "organisation"))
}
