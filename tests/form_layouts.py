# ruff: noqa: E501
"""Application forms as agencies lay them out, filled in by a seeded draw, each with what a careful clerk reads from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.word_documents import blank

Cell = str | tuple[str, int] | tuple[str, int, int]  # text, columns, rows


@dataclass(frozen=True, slots=True)
class Filling:
    """What an applicant writes; `text` is the main text, `other` a text that must not be taken for it."""

    title: str
    organisation: str
    person: str
    phone: str
    declared: str
    text: tuple[str, str]
    other: str


_TOPICS = (
    ("城市更新中老旧小区加装电梯的居民协商机制研究", "以六个老旧小区为对象，记录加装电梯中低层与高层住户的协商过程", "比较补偿分摊、公共维修资金与政府补助三种办法对同意率的影响，提出协商规程"),
    ("县域医共体药品统一采购的成本核算", "收集三个县医共体成员单位两年的采购与库存数据", "建立药品配送成本的核算表，测算统一采购后基层缺药率的变化"),
    ("滨海湿地恢复对近岸渔业资源的影响评估", "在四处恢复湿地布设样线，逐月调查仔稚鱼与底栖动物", "用对照前后设计估计恢复措施对渔获量的贡献，并给出监测指标"),
    ("职业院校学生跨企业实习的权益保障", "访谈一百二十名实习生和三十名企业带教人员", "梳理实习协议、工伤保险与报酬支付中的缺口，拟订示范文本"),
    ("农村养老驿站的夜间照护供给模式", "观察十二个村级驿站夜间值守的安排与费用", "比较互助值守、远程呼叫和流动护理三种模式的成本与响应时间"),
    ("公共数据授权运营的收益分配规则", "整理八个城市授权运营的合同条款与收费标准", "以场景价值为基础设计分配公式，并用停车与气象数据试算"),
    ("中小制造企业碳足迹核算的简化方法", "选取纺织、铸造和注塑三个行业共四十家企业", "以能耗台账代替全流程监测，检验简化核算与完整核算的偏差"),
    ("历史街区夜间经济的噪声治理", "在三条街区连续监测夜间声级并记录营业活动", "提出按时段和声源分类的管理办法，评估对商户收入的影响"),
)  # fmt: skip
_ORGANISATIONS = (
    "海河理工大学", "北岭省城乡规划研究院", "临江市第二人民医院", "东浦职业技术学院", "清溪县农业技术推广中心", "云岭大学经济学院",
    "天工智能科技有限公司",
)  # fmt: skip
_PEOPLE = ("周子衡", "欧阳静", "李文博", "陈思远", "吴晓岚", "赵一鸣")
_CODES = ("2-03", "1.2", "ZT-07", "方向三", "B12", "3-11")
_OTHERS = (
    "团队长期从事基层治理调查，完成省级课题五项",
    "项目组已建立覆盖二十个县的调查网络",
    "依托单位拥有专用机房和数据保密制度",
)


def fillings(count: int, seed: int = 20261126) -> list[Filling]:
    """So many fillings, always the same."""
    draw = Random(seed)
    drawn = []
    for _ in range(count):
        title, first, second = draw.choice(_TOPICS)
        phone = f"13{draw.randint(0, 9)}{draw.randint(10_000_000, 99_999_999)}"
        drawn.append(
            Filling(
                title, draw.choice(_ORGANISATIONS), draw.choice(_PEOPLE), phone, draw.choice(_CODES),
                (f"{first}。", f"{second}。"), f"{draw.choice(_OTHERS)}。",
            )
        )  # fmt: skip
    return drawn


# Word


class Word:
    """A document that grows block by block."""

    def __init__(self) -> None:
        self.document = blank()

    def lines(self, *texts: str) -> Word:
        for text in texts:
            self.document.add_paragraph(text)
        return self

    def heading(self, text: str, level: int = 1) -> Word:
        self.document.add_heading(text, level)
        return self

    def table(self, *rows: Sequence[Cell], width: int | None = None) -> Word:
        """Rows of cells; (text, columns) and (text, columns, rows) are merged cells."""
        grid, columns = _placed(rows, width)
        table = self.document.add_table(len(rows), columns)
        for (row, column), (text, wide, high) in grid.items():
            cell = table.cell(row, column)
            if wide > 1 or high > 1:
                cell = cell.merge(table.cell(row + high - 1, column + wide - 1))
            _write(cell, text)
        return self

    def save(self, path: Path) -> Path:
        file = path.with_suffix(".docx")
        self.document.save(file)
        return file


def _write(cell: Any, text: str) -> None:
    first, *rest = text.split("\n")
    cell.paragraphs[0].text = first
    for line in rest:
        cell.add_paragraph(line)


def _placed(
    rows: Sequence[Sequence[Cell]], width: int | None = None
) -> tuple[dict[tuple[int, int], tuple[str, int, int]], int]:
    """(row, column) → (text, columns, rows) of each cell, and the number of columns; the last cell of a row fills it."""
    taken: set[tuple[int, int]] = set()
    sizes = [[(c, 1, 1) if isinstance(c, str) else (*c, 1)[:3] for c in row] for row in rows]
    columns = width or max(sum(int(cell[1]) for cell in row) for row in sizes)
    grid = {}
    for number, row in enumerate(sizes):
        column = 0
        for n, (text, wide, high) in enumerate(row):
            while (number, column) in taken:
                column += 1
            wide = int(wide)
            if n == len(row) - 1:
                end = column
                while end < columns and (number, end) not in taken:
                    end += 1
                wide = max(wide, end - column)
            grid[number, column] = (str(text), wide, int(high))
            taken |= {(r, c) for r in range(number, number + int(high)) for c in range(column, column + wide)}
            column += wide
    return grid, columns


def _book(path: Path, sheets: dict[str, Sequence[Sequence[Cell]]], width: int | None = None) -> Path:
    """A workbook of sheets of rows with merged cells."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for (row, column), (text, wide, high) in _placed(rows, width)[0].items():
            sheet.cell(row + 1, column + 1, text)
            if wide > 1 or high > 1:
                sheet.merge_cells(
                    start_row=row + 1, start_column=column + 1, end_row=row + high, end_column=column + wide
                )
    file = path.with_suffix(".xlsx")
    book.save(file)
    return file


def _text(path: Path, *lines: str, suffix: str = ".txt", encoding: str = "utf-8") -> Path:
    file = path.with_suffix(suffix)
    file.write_bytes("\n".join(lines).encode(encoding))
    return file


# Layouts: each writes a form and gives its file


def social_science_data_sheet(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("国家社会科学研究规划课题申请书", "填写说明", "一、课题名称：应准确、简明反映研究内容，最多不超过40个汉字。", "二、工作单位：填写全称，须与单位公章一致。", "一、数据表")
        .table(
            ["课题名称", (f.title, 7)],
            ["关键词", ("协商；机制；治理", 7)],
            ["项目类别", ("B", 2), "A.重点项目 B.一般项目 C.青年项目"],
            ["负责人姓名", f.person, "性别", "女", "民族", "汉族", "出生日期", "1980年05月"],
            ["行政职务", "无", "专业职称", "教授", "研究专长", ("公共管理", 3)],
            ["工作单位", (f.organisation, 3), "联系电话", (f.phone, 3)],
            [("课题组主要成员", 1, 3), "姓名", "出生年月", "职称", ("工作单位", 4)],
            ["孙悦", "1985.03", "副教授", ("某某学院", 4)],
            ["何川", "1990.11", "讲师", ("另一学院", 4)],
            ["预期成果", ("研究报告", 3), "申请经费（万元）", "20", "计划完成时间", "2027年6月30日"],
        )
        .lines("二、课题设计论证", "1．[选题依据] 国内外相关研究的学术史梳理及研究动态；本课题相对已有研究的独到学术价值和应用价值等。", "已有研究多关注政策文本。",
               "2．[研究内容] 本课题的研究对象、框架思路、重点难点、主要目标等。", *f.text, "3．[参考文献] 开展本课题研究的主要中外参考文献。", "张三. 某研究[J]. 2020.")
        .table(["三、研究基础"], [f.other], ["四、经费概算", "资料费", "2万元"])
        .save(path)
    )  # fmt: skip


def science_fund_groups(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("申 请 书", "资助类别：面上项目", "亚类说明：", f"项目名称：{f.title}", f"申 请 人：{f.person}    电话：{f.phone}", f"依托单位：{f.organisation}", "申报日期：2026年3月1日")
        .table(
            [("申\n请\n人\n信\n息", 1, 3), "姓名", f.person, "性别", "男", "出生年月", "1979年01月"],
            ["学位", "博士", "职称", "研究员", "主要研究领域", "政策评估"],
            ["电话", f.phone, "电子邮箱", ("a@example.org", 3)],
            [("依托单位信息", 1, 2), "名称", (f.organisation, 5)],
            ["联系人", "钱多多", "电话", ("022-88880000", 3)],
            [("项目基本信息", 1, 3), "项目名称", (f.title, 5)],
            ["英文名称", ("A Study of Local Affairs", 5)],
            ["申请代码", f.declared, "研究期限", ("2027年01月01日—2029年12月31日", 3)],
            [("中文摘要", 1), ("（限400字）：\n" + "".join(f.text), 6)],
            [("英文摘要", 1), ("This project studies something local.", 6)],
        )
        .save(path)
    )  # fmt: skip


def soft_science_cover(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("附件2", "北岭省软科学研究计划项目申报书", f"项 目 名 称：____{f.title}____", f"指 南 方 向：    {f.declared}", f"申报单位（盖章）：{f.organisation}", f"项目负责人（签字）：{f.person}", f"联 系 电 话：{f.phone}", "主管部门（盖章）：北岭省教育厅", "北岭省科学技术厅制", "二〇二六年十月")
        .heading("一、立项的背景和意义").lines("（简述项目提出的背景、必要性，不超过500字）", "现有办法缺少依据。")
        .heading("二、国内外研究现状和发展趋势").lines("国外研究较早。")
        .heading("三、主要研究内容、拟解决的关键问题").lines("（应逐条列出，不少于800字）", *f.text)
        .heading("四、现有工作基础和条件").lines(f.other)
        .lines("承诺书", "本人承诺申报材料真实，项目负责人（签字）：          年   月   日")
        .save(path)
    )  # fmt: skip


def labels_above(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("2026年度重点课题申报表")
        .table(
            [("项目名称", 4)], [(f.title, 4)],
            ["申报单位", "项目负责人", "联系电话", "所报课题编号"],
            [f.organisation, f.person, f.phone, f.declared],
            [("主要研究内容（500字以内）", 4)], [("\n".join(f.text), 4)],
            [("前期研究基础", 4)], [(f.other, 4)],
        )
        .save(path)
    )  # fmt: skip


def workbook_form(f: Filling, path: Path) -> Path:
    return _book(path, {"申报表": [
        ["科技计划项目申报表"],
        ["项目名称：", f.title], ["申报单位：", (f.organisation, 2), "单位性质：", "事业单位"],
        ["负责人：", f.person, "职称：", "高级工程师", f"电话：{f.phone}"],
        ["对应指南方向：", f.declared],
        ["研究内容（限1000字）"], ["\n".join(f.text)], ["研究基础"], [f.other], ["填表人：王五", "填表日期：2026年3月"],
    ]}, width=6)  # fmt: skip


def workbook_of_two_sheets(f: Filling, path: Path) -> Path:
    return _book(path, {
        "填表说明": [["填表说明"], ["1. 项目名称：不超过30字。"], ["2. 项目摘要：不超过300字，应概括研究内容。"]],
        "封面": [["课题申报书"], ["课题名称", f.title], ["承担单位", f.organisation], ["课题负责人", f.person], ["手机", f.phone]],
        "正文": [["指南题目编号", f.declared], ["课题摘要", "".join(f.text)], ["工作基础", f.other]],
    })  # fmt: skip


def workbook_with_hints_beside(f: Filling, path: Path) -> Path:
    return _book(path, {"Sheet1": [
        ["栏目", "填写内容", "填写说明"],
        ["项目名称", f.title, "不超过30字，须与指南一致"], ["申报单位", f.organisation, "填写全称"],
        ["负责人", f.person, "须为在职人员"], ["联系电话", f.phone, "填写手机号"], ["申报方向", f.declared, "填写指南编号"],
        ["项目摘要", "".join(f.text), "300字以内，概括研究内容与目标"],
    ]})  # fmt: skip


def outer_and_inner_table(f: Filling, path: Path) -> Path:
    word = Word().lines("城市治理专项申报书")
    outer = word.document.add_table(2, 1)
    inner = outer.cell(0, 0).add_table(3, 4)
    cells = [
        ["项目名称", f.title, "", ""],
        ["申报单位", f.organisation, "负责人", f.person],
        ["指南编号", f.declared, "电话", f.phone],
    ]
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            inner.cell(row, column).text = text
    _write(outer.cell(1, 0), "\n".join(["研究内容：", *f.text, "研究基础：", f.other]))
    return word.save(path)


def english_table(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("Urban Innovation Fund", "Application Form 2026", "Please complete all sections. Maximum 4 pages.")
        .table(
            ["1. Project title", (f.title, 3)], ["2. Lead applicant", f.person, "Telephone", f.phone],
            ["3. Host institution", (f.organisation, 3)], ["4. Topic applied for", (f.declared, 3)],
            ["5. Project summary (max. 250 words)", (" ".join(f.text), 3)], ["6. Track record", (f.other, 3)],
        )
        .save(path)
    )  # fmt: skip


def english_sections(f: Filling, path: Path) -> Path:
    return _text(path, "RESEARCH PROPOSAL", "", "Title of Project:", f.title, "", "Principal Investigator:", f"{f.person}", "", "Institution: " + f.organisation,
                 "Phone: " + f.phone, "Call topic: " + f.declared, "", "Abstract", "(Describe the project in no more than 300 words.)", *f.text, "", "References", "Smith, J. (2020). Some title. Press.")  # fmt: skip


def questionnaire(f: Filling, path: Path) -> Path:
    return _text(path, "项目征集问卷", "1. 您的项目名称是？", f.title, "2. 申报单位（全称）", f.organisation, "3. 项目负责人姓名", f.person, "4. 联系电话", f.phone,
                 "5. 对应的指南方向", f.declared, "6. 请简要介绍项目的主要研究内容（500字以内）", *f.text, "7. 已有的研究基础", f.other)  # fmt: skip


def web_system_page(f: Filling, path: Path) -> Path:
    rows = [
        ("项目名称", f.title),
        ("申报单位", f.organisation),
        ("项目负责人", f.person),
        ("手机号码", f.phone),
        ("申报指南方向", f.declared),
    ]
    page = "<html><head><title>科研管理系统</title></head><body><div class=nav><a>首页</a> <a>退出</a></div><h2>项目申报信息</h2><table>"
    page += "".join(f"<tr><th>{a}<span style='color:red'>*</span></th><td>{b}</td></tr>" for a, b in rows)
    page += f"</table><dl><dt>研究内容</dt><dd>{'<br>'.join(f.text)}</dd><dt>研究基础</dt><dd>{f.other}</dd></dl><input type=hidden value=x></body></html>"
    return _text(path, page, suffix=".html", encoding="gb18030")


def corner_brackets(f: Filling, path: Path) -> Path:
    return _text(path, f"【项目名称】{f.title}", f"【申报单位】{f.organisation}", f"【负责人】{f.person}（{f.phone}）", f"【所报方向】{f.declared}", "【研究内容】", *f.text, "【研究基础】", f.other, encoding="gb18030")  # fmt: skip


def tabs_and_spaces(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("申  报  书", f"课题名称\t{f.title}", f"申报单位\t{f.organisation}", f"负 责 人\t{f.person}\t联系电话\t{f.phone}", f"指南序号\t{f.declared}", "申报日期\t2026年11月")
        .lines("一、研究内容和方法", *f.text, "二、前期基础", f.other)
        .save(path)
    )  # fmt: skip


def tall_labels(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(
            ["项目\n名称", (f.title, 3)], ["申报\n单位", f.organisation, "负责人", f.person], ["选题\n编号", f.declared, "联系\n方式", f.phone],
            [("项\n目\n内\n容\n摘\n要", 1, 2), ("（不超过500字）", 3)], [("\n".join(f.text), 3)],
            ["研\n究\n基\n础", (f.other, 3)], ["单位\n意见", ("同意申报。\n（盖章）\n年  月  日", 3)],
        )
        .save(path)
    )  # fmt: skip


def many_organisations(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("揭榜挂帅项目推荐表")
        .table(
            ["推荐单位", ("北岭省工业和信息化厅", 3)], ["项目名称", (f.title, 3)], ["牵头申报单位", (f.organisation, 3)], ["合作单位", ("另一所大学", 3)],
            ["项目负责人", f.person, "职务", "所长"], ["项目联系人", "钱多多", "联系电话", f.phone], ["对应榜单", (f.declared, 3)],
            ["项目简介", ("".join(f.text), 3)], ["推荐意见", ("该项目符合指南要求，同意推荐。", 3)],
        )
        .save(path)
    )  # fmt: skip


def ticked_topic(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(
            ["项目名称", (f.title, 3)], ["项目类别", ("□重点项目  ☑一般项目  □自筹项目", 3)], ["指南编号", (f"□9-01  ☑{f.declared}  □9-02", 3)],
            ["申报单位", f.organisation, "负责人", f.person], ["研究周期", "☑一年 □两年", "电话", f.phone], ["主要内容", ("\n".join(f.text), 3)],
        )
        .lines("研究基础：" + f.other)
        .save(path)
    )  # fmt: skip


def anonymous_argument(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("课题设计论证活页", f"课题名称：{f.title}", "（本表不得出现负责人姓名、单位等信息）", "1. 选题依据：国内外相关研究的学术史梳理及研究动态", "已有研究多关注政策文本。", "2. 研究内容：本课题的研究对象、主要目标、重点难点、研究计划及其可行性等", *f.text,
               "3. 创新之处：在学术观点、研究方法等方面的特色和创新", "首次测算。", "4. 研究基础：课题负责人前期相关研究成果", f.other, "5. 参考文献：", "[1] 某某. 某书[M]. 2019.")
        .save(path)
    )  # fmt: skip


def instructions_first(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("科研项目申请书", "填 写 说 明", "1. 项目名称：应简明、具体，能反映研究内容，字数不超过25个汉字。", "2. 申报单位：填写法人单位全称。", "3. 负责人：只能填写一人。", "4. 摘要：请用300字以内概括研究目标、研究内容和预期成果。", "5. 本表一式三份，用A4纸打印。")
        .heading("一、基本情况")
        .table(["项目名称", (f.title, 3)], ["申报单位", f.organisation, "负责人", f.person], ["申报课题", f.declared, "联系电话", f.phone])
        .heading("二、摘要").lines(*f.text).heading("三、研究基础").lines(f.other)
        .save(path)
    )  # fmt: skip


def contents_page(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("可行性研究报告", f"项目名称：{f.title}", f"承担单位：{f.organisation}", f"项目负责人：{f.person}  电话：{f.phone}", f"申报方向：{f.declared}", "目  录", "一、立项依据……………………1", "二、研究内容与目标……………………3", "三、工作基础……………………8")
        .heading("一、立项依据").lines("现状不清。").heading("二、研究内容与目标").heading("（一）研究内容", 2).lines(f.text[0]).heading("（二）研究目标", 2).lines(f.text[1]).heading("三、工作基础").lines(f.other)
        .save(path)
    )  # fmt: skip


def traditional(f: Filling, path: Path) -> Path:
    from opencc import OpenCC

    convert = OpenCC("s2tw").convert
    return _text(path, *map(convert, ["研究計畫申請表", f"計畫名稱：{f.title}", f"申請機構：{f.organisation}", f"計畫主持人：{f.person}", f"聯絡電話：{f.phone}", "計畫摘要：", *f.text, "研究基础：", f.other]), encoding="big5")  # fmt: skip


def many_labels_in_a_cell(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(
            [(f"项目名称：{f.title}", 2)], [f"负责人：{f.person}  职称：教授  电话：{f.phone}", f"申报单位：{f.organisation}\n邮编：300000"], [f"指南条目：{f.declared}", "经费：10万元"],
            [("研究内容：（说明研究对象、方法）\n" + "\n".join(f.text), 2)], [(f"研究基础：\n{f.other}", 2)],
        )
        .save(path)
    )  # fmt: skip


def two_languages(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("联合研究计划申请表 Joint Research Programme Application Form")
        .table(
            ["项目名称 Project Title", (f.title, 3)], ["中方负责人\nChinese PI", f.person, "电话 Tel", f.phone], ["中方单位\nChinese Institution", (f.organisation, 3)], ["外方负责人\nForeign PI", "John Smith", "外方单位\nForeign Institution", "Some University"],
            ["合作领域 Topic", (f.declared, 3)], ["项目摘要 Abstract\n（500字以内 within 500 words）", ("".join(f.text), 3)],
        )
        .save(path)
    )  # fmt: skip


def automatic_numbers(f: Filling, path: Path) -> Path:
    word = Word().lines(
        f"项目名称：《{f.title}》",
        f"申报单位：{f.organisation}",
        f"负责人：{f.person}，{f.phone}",
        f"指南编号：{f.declared}",
    )
    for heading, texts in (("研究背景", ["现状不清。"]), ("研究内容", list(f.text)), ("研究基础", [f.other])):
        word.document.add_paragraph(heading, style="List Number")
        word.lines(*texts)
    return word.save(path)


def controls_and_boxes(f: Filling, path: Path) -> Path:
    from docx.oxml import parse_xml

    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    word = Word().lines("项目申请书")
    word.table(
        ["项目名称", (f.title, 3)],
        ["申报单位", f.organisation, "负责人", f.person],
        ["方向编号", f.declared, "联系电话", f.phone],
    )
    table = word.document.tables[0]
    for cell in (table.cell(0, 1), table.cell(1, 1)):  # the values stand in content controls
        paragraph = cell.paragraphs[0]._p
        control = parse_xml(f"<w:sdt {w}><w:sdtPr/><w:sdtContent/></w:sdt>")
        for run in list(paragraph.iterchildren("{*}r")):
            control[1].append(run)
        paragraph.append(control)
    for part in ("研究内容", *f.text, "研究基础", f.other):  # a text box
        word.document.add_paragraph()._p.append(parse_xml(
            f'<w:r {w} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>{part}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>'
        ))  # fmt: skip
    return word.save(path)


def section_table(f: Filling, path: Path) -> Path:
    return (
        Word()
        .lines("年度课题立项申报书", "一、基本信息")
        .table(["申报题目", f.title], ["申报人", f.person], ["所在单位", f.organisation], ["手机", f.phone], ["申报选题编号", f.declared])
        .lines("二、论证")
        .table(
            ["（一）选题的背景、意义及研究现状\n现状不清。"], ["（二）主要研究内容、研究方法和技术路线\n（着重说明）\n" + "\n".join(f.text)], ["（三）研究基础和条件\n" + f.other],
        )
        .table(["支出科目", "金额（万元）", "测算依据"], ["设备费", "2", "采购服务器"], ["差旅费", "1", "调研"], ["合计", "3", ""])
        .save(path)
    )  # fmt: skip


def numbered_cells(f: Filling, path: Path) -> Path:
    return (
        Word()
        .table(
            ["1-1", "项目名称", (f.title, 3)], ["1-2", "申报单位", (f.organisation, 3)], ["1-3", "负责人", f.person, "联系电话", f.phone], ["1-4", "申报方向", (f.declared, 3)],
            ["2-1", "研究内容", ("\n".join(f.text), 3)], ["2-2", "研究基础", (f.other, 3)],
        )
        .save(path)
    )  # fmt: skip


def letter_like(f: Filling, path: Path) -> Path:
    return _text(path, f.title, f"{f.person}（{f.organisation}）", "", "摘要：" + "".join(f.text), "关键词：治理；机制", "", "联系电话：" + f.phone, "参考文献", "[1] 某某. 某书[M]. 2019.", suffix=".md")  # fmt: skip


def pipe_table(f: Filling, path: Path) -> Path:
    return _text(path, "# 项目申报表", "", "| 项目 | 内容 |", "| --- | --- |", f"| 项目名称 | {f.title} |", f"| 申报单位 | {f.organisation} |", f"| 负责人 | {f.person} |", f"| 联系电话 | {f.phone} |", f"| 指南编号 | {f.declared} |", "", "## 研究内容", "", *f.text, "", "## 研究基础", f.other, suffix=".md")  # fmt: skip


def ruled_pdf(f: Filling, path: Path) -> Path:
    from tests.test_readers import write_pdf

    file = path.with_suffix(".pdf")
    grid = [
        ["项目名称", f.title, "", ""],
        ["申报单位", f.organisation, "负责人", f.person],
        ["指南编号", f.declared, "电话", f.phone],
    ]
    grid = [
        ["项目名称", f.title], ["申报单位", f.organisation], ["负责人", f.person], ["指南编号", f.declared], ["联系电话", f.phone],
    ]  # fmt: skip
    lines = [
        "项目申报书",
        "一、研究内容",
        *(t[i : i + 40] for t in f.text for i in range(0, len(t), 40)),
        "二、研究基础",
        f.other,
    ]
    write_pdf(file, lines, grid)
    return file


LAYOUTS: dict[str, Callable[[Filling, Path], Path]] = {
    layout.__name__: layout
    for layout in (
        social_science_data_sheet, science_fund_groups, soft_science_cover, labels_above, workbook_form, workbook_of_two_sheets, workbook_with_hints_beside,
        outer_and_inner_table, english_table, english_sections, questionnaire, web_system_page, corner_brackets, tabs_and_spaces, tall_labels,
        many_organisations, ticked_topic, anonymous_argument, instructions_first, contents_page, traditional, many_labels_in_a_cell, two_languages,
        automatic_numbers, controls_and_boxes, section_table, numbered_cells, letter_like, pipe_table, ruled_pdf,
    )
}  # fmt: skip
# What a layout does not ask for.
LACKING: dict[str, frozenset[str]] = {
    "social_science_data_sheet": frozenset(("declared",)),
    "science_fund_groups": frozenset(("declared",)),
    "anonymous_argument": frozenset(("organisation", "person", "phone", "declared")),
    "traditional": frozenset(("declared",)),
    "letter_like": frozenset(("organisation", "person", "declared")),
    "corner_brackets": frozenset(("phone",)),
    "automatic_numbers": frozenset(("phone",)),
}
