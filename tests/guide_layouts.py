"""Guides of random layout with their right reading: numbering, sections, labels, offices, widths, tables, English."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from matcher.readers import Document

_THINGS = (
    "湖泊湿地", "老旧小区", "智能座舱", "海上风电", "乡镇卫生院", "耐盐水稻", "工业废热", "跨境电商", "稀土永磁", "中小学课后服务", "碳纤维叶片",
    "农村电网", "县域物流", "医保基金", "低空航线", "冷链仓储", "非遗工坊", "地下管廊", "生物质炉渣", "养殖尾水", "科技特派员", "职业院校",
    "社区食堂", "城市更新", "钙钛矿组件", "肿瘤早筛", "种质资源", "公共数据", "氢能重卡", "智慧港口",
)  # fmt: skip
_WHAT = (
    "风险识别", "成本测算", "供需匹配", "性能退化", "协同治理", "装备研制", "标准体系", "运行机制", "数据共享", "绿色改造", "安全预警", "质量提升",
    "空间布局", "价值转化", "人才培养", "投融资", "服务供给", "能效提升", "资源化利用", "精准管控",
)  # fmt: skip
_ENDS = (
    "研究", "对策研究", "关键技术", "技术研究", "路径研究", "机制研究", "技术与装备", "应用示范", "", "及应用", "的影响",
    "评价方法",
)  # fmt: skip
_FIELDS = (
    "新一代信息技术", "高端装备", "生物医药", "现代农业", "生态环境",
    "社会治理", "新材料", "民生保障", "区域经济", "文化旅游", "公共安全", "现代能源",
)  # fmt: skip
_OFFICES = (
    "高新技术处", "农村科技处", "社会发展处", "成果转化处", "基础研究处", "政策法规处", "资源配置处", "国际合作处", "产业发展科",
    "科技金融处",
)  # fmt: skip
_PEOPLE = ("张工", "李老师", "王磊", "赵科长", "陈静", "刘洋")
_VERBS = (
    "针对{}运行中的突出问题，研究{}方法",
    "调查{}现状，分析{}的影响因素",
    "研制面向{}的样机，开展{}试验",
    "梳理{}的典型案例，提出{}方案",
    "构建{}模型，验证{}效果",
)
_HAN = "一二三四五六七八九十"
_EN_A = (
    "Quiet", "Low-cost", "Shared", "Early", "Robust", "Small-scale", "Long-term", "Portable", "Safer", "Adaptive",
)  # fmt: skip
_EN_B = (
    "sensors", "pumps", "archives", "forecasts", "batteries", "clinics", "ferries", "greenhouses", "membranes", "schools",
)  # fmt: skip
_EN_C = (
    "for coastal towns", "in dry regions", "under extreme heat", "for rural clinics", "at village level", "for older people",
    "in cold climates",
)  # fmt: skip
_EN_FIELDS = ("Water and soil", "Health at home", "Clean transport", "Digital heritage", "Resilient housing")


@dataclass
class Wanted:
    """A topic as it should be read; office is (name, phone) or None."""

    section: str
    number: int | None
    title: str
    office: tuple[str, str] | None = None


@dataclass
class Layout:
    """One generated guide: its lines and what it says."""

    lines: list[str]
    wanted: list[Wanted] = field(default_factory=list)
    what: dict[str, str] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        """The guide as a document of text."""
        return Document("made", tuple(self.lines))


def generate(seed: int) -> Layout:
    """The guide of a seed: the same seed gives the same guide."""
    rng = random.Random(seed)
    if rng.random() < 0.2:
        return _english(rng)
    return _pasted(rng) if rng.random() < 0.15 else _chinese(rng)


def _title(rng: random.Random) -> str:
    title = rng.choice(_THINGS) + rng.choice(_WHAT) + rng.choice(_ENDS)
    odd = rng.random()
    if odd < 0.25:
        title = (
            rng.choice(
                ("2035年", "5G+", "“双碳”背景下", "基于大模型的", "面向老龄社会的", "3D打印", "进一步完善")
            )
            + title
        )
    elif odd < 0.35:
        title += rng.choice(("——以海州为例", "（一期）", "、" + rng.choice(_WHAT) + "及协同", "：现状与展望"))
    return title


def _titles(rng: random.Random, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        title = _title(rng)
        if title not in found:
            found.append(title)
    return found


def _sentence(rng: random.Random) -> str:
    return (
        rng.choice(_VERBS).format(rng.choice(_THINGS), rng.choice(_WHAT))
        + rng.choice(("", "，形成报告1份", "，在三个县开展试点"))
        + "。"
    )


def _phone(rng: random.Random) -> str:
    last = rng.randrange(10_000_000, 99_999_999) % 70_000_000 + 20_000_000
    return rng.choice(
        (
            str(last),
            f"0{rng.randrange(310, 999)}-{last % 10_000_000 + 2_000_000 if last % 10_000_000 < 2_000_000 else last % 10_000_000}",
            f"021-{last}",
        )
    )


# Marks of topics: name -> (text of the mark, whether a section restarts it freely)
def _mark(style: str, section: int, number: int, count: int) -> str:
    return {
        "1.": f"{number}.", "1、": f"{number}、", "（1）": f"（{number}）", "方向1：": f"方向{number}：", "方向1.1": f"方向{section}.{number} ",
        "1.1": f"{section}.{number} ", "课题一：": f"课题{_HAN[number - 1]}：" if number <= 10 else f"课题{number}：", "任务1": f"任务{number} ",
        "榜单1：": f"榜单{number}：", "（一）": f"（{_HAN[(number - 1) % 10]}）",
        "A1": f"{'ABCDEFGH'[section - 1]}{number}. ", "code": f"XQ-2031-{count:03d} ",
        "选题1.": f"选题{number}. ", "议题1：": f"议题{number}：", "①": "①②③④⑤⑥⑦⑧⑨⑩"[number - 1 if number <= 10 else 9], "bare": "",
        "揭榜任务1：": f"揭榜任务{number}：",
    }[style]  # fmt: skip


_SECTIONS = {
    "一、": lambda i, n: f"{_HAN[i]}、{n}", "（一）": lambda i, n: f"（{_HAN[i]}）{n}", "专题一：": lambda i, n: f"专题{_HAN[i]}：{n}",
    "第一部分": lambda i, n: f"第{_HAN[i]}部分 {n}", "领域1：": lambda i, n: f"领域{i + 1}：{n}", "专题1、": lambda i, n: f"专题{i + 1}、{n}",
    "板块一：": lambda i, n: f"板块{_HAN[i]}：{n}",
}  # fmt: skip


def _chinese(rng: random.Random) -> Layout:
    sections = rng.choice((1, 1, 2, 2, 3, 4))
    style = rng.choice(
        (
            "1.", "1.", "1、", "（1）", "方向1：", "方向1.1", "1.1", "课题一：", "任务1", "榜单1：", "（一）", "A1", "code",
            "选题1.", "议题1：", "①", "bare", "揭榜任务1：",
        )
    )  # fmt: skip
    heading = rng.choice([k for k in _SECTIONS if not (k == "（一）" and style == "（一）")])
    numbered = sections > 1 or rng.random() < 0.5
    if style in ("方向1.1", "1.1", "A1"):
        sections, numbered = max(2, sections), True
        heading = rng.choice(("专题一：", "专题1、", "一、", "领域1：")) if style != "1.1" else "1."
    if style == "（一）":
        heading = "一、" if numbered else heading
    runs_on = sections > 1 and style in ("1.", "1、", "课题一：", "方向1：", "选题1.") and rng.random() < 0.3
    contents = rng.choice(("label", "label", "label", "plain", "bracket", "own line", "none"))
    if style in ("bare", "任务1", "榜单1：", "揭榜任务1：") and contents in ("none", "plain"):
        contents = "label"
    office = rng.choice(
        ("none", "stated", "stated", "group", "bracket", "heading", "under heading", "foot", "list")
    )
    if office in ("heading", "under heading", "foot", "list") and (sections < 2 or not numbered):
        office = "stated"
    if contents == "own line" and style == "（1）":
        contents = "label"  # steps marked like the topics above them are no guide's layout
    if contents == "none" and style == "code":
        contents = "label"
    layout = Layout(
        [],
        what={
            "style": style,
            "heading": heading if numbered else "",
            "contents": contents,
            "office": office,
            "on": str(runs_on),
        },
    )
    _preamble(rng, layout)
    outer = _opening(rng, layout, heading, style)
    _body(rng, layout, sections, numbered, style, heading, runs_on, contents, office)
    _closing(rng, layout, outer)
    _restyle(rng, layout)
    return layout


def _preamble(rng: random.Random, layout: Layout) -> None:
    city, year = rng.choice(("海州市", "青岚省", "云岭市", "临江区")), rng.randrange(2022, 2027)
    kind = rng.choice(
        (
            "软科学研究项目", "重点研发计划项目", "科技攻关专项", "社科规划课题", "决策咨询课题", "“揭榜挂帅”项目",
        )
    )  # fmt: skip
    form = rng.choice(
        (
            "{c}{y}年度{k}申报指南",
            "关于发布{c}{y}年度{k}申报指南的通知",
            "{c}{y}年{k}选题指南",
            "{y}年度{c}{k}指南",
        )
    )
    layout.lines.append(form.format(c=city, y=year, k=kind))
    if rng.random() < 0.4:
        layout.lines += [
            "各有关单位：",
            f"为做好{year}年度项目组织工作，现将有关事项通知如下，请认真组织申报。",
        ]


def _rules(rng: random.Random, mark: str) -> list[str]:
    rules = [
        "申报单位应当是在本市注册的独立法人。", "项目负责人年龄不超过60周岁，每人限报1项。", "申报书须经单位审核盖章，一式三份。",
        "申报截止时间为5月20日，逾期不予受理。",
        "财政资助每项不超过50万元。",
    ]  # fmt: skip
    chosen = rng.sample(rules, rng.randrange(2, 4))
    return [f"{mark.format(i, _HAN[i - 1])}{rule}" for i, rule in enumerate(chosen, 1)]


def _opening(rng: random.Random, layout: Layout, heading: str, style: str) -> int:
    """Rules before the list, below an outer heading of its own; how many outer headings were used."""
    if heading in ("一、", "1.") or style == "（一）" or rng.random() < 0.5:
        return 0
    layout.lines += [
        "一、申报要求",
        *_rules(rng, rng.choice(("{0}. ", "（{1}）", "{0}、"))),
        "二、" + rng.choice(("支持方向", "选题方向", "重点任务", "项目指南")),
    ]
    return 2


def _body(
    rng: random.Random,
    layout: Layout,
    sections: int,
    numbered: bool,
    style: str,
    heading: str,
    runs_on: bool,
    contents: str,
    office: str,
) -> None:
    names = rng.sample(_FIELDS, sections)
    titles = iter(_titles(rng, sections * 6))
    label = rng.choice(("研究内容", "主要研究内容", "研究要点", "主要内容", "需求描述"))
    extra = rng.choice((False, True))
    offices = [(rng.choice(_OFFICES), _phone(rng)) for _ in range(sections * 6)]
    per = list(dict(offices).items())
    name_of = rng.choice(("对接处室", "联系处室", "责任部门", "业务处室"))
    counted, total, listed = 0, 0, []
    outer_name = {"支持方向", "选题方向", "重点任务", "项目指南"}
    for s in range(sections):
        name = names[s] if numbered else ""
        who = per[s % len(per)]
        if numbered:
            line = f"{s + 1}. {name}" if heading == "1." else _SECTIONS[heading](s, name)
            layout.lines.append(
                line + (f"（联系处室：{who[0]}，联系电话：{who[1]}）" if office == "heading" else "")
            )
            if office == "under heading":
                layout.lines.append(f"{name_of}：{who[0]}，{who[1]}")
        elif layout.lines[-1][2:] in outer_name:
            name = layout.lines[-1][2:]
        if not runs_on:
            counted = 0
        group: list[Wanted] = []
        count = rng.randrange(2, 6)
        for t in range(count):
            counted, total = counted + 1, total + 1
            title = next(titles)
            number: int | None = None if style in ("bare",) else (total if style == "code" else counted)
            wanted = Wanted(name, number, title)
            layout.wanted.append(wanted)
            group.append(wanted)
            own = offices[total % len(offices)]
            own = (own[0], dict(per)[own[0]])
            bracket = f"（{own[0]}，{own[1]}）" if office == "bracket" else ""
            layout.lines.append(
                _mark(style, s + 1, counted if style != "①" else t + 1, total) + title + bracket
            )
            layout.lines += _contents(rng, contents, label, extra)
            if (
                office == "stated"
                or (office == "group" and (t % 2 == 1 or t == count - 1))
                or (office == "foot" and t == count - 1)
            ):
                giving = who if office == "foot" else own
                layout.lines.append(
                    f"{name_of}：{giving[0]}"
                    + rng.choice((" {}", "，联系人：张工，{}", "（{}）", "，电话：{}")).format(giving[1])
                )
                own = giving
            if office in ("stated", "bracket"):
                wanted.office = own
            elif office == "group" and (t % 2 == 1 or t == count - 1):
                for w in group:
                    w.office = w.office or own
            elif office in ("heading", "under heading", "foot", "list"):
                wanted.office = who
        if office == "list":
            mark = line.split("：")[0] if "：" in line and heading not in ("一、",) else name
            listed.append(
                f"{mark}咨询：{who[0]} {rng.choice(_PEOPLE)} {who[1]}"
                if "专题" in mark or "领域" in mark or "板块" in mark
                else f"{name}：{who[0]} {who[1]}"
            )
    layout.what["list"] = "\n".join(listed)


def _contents(rng: random.Random, contents: str, label: str, extra: bool) -> list[str]:
    text = _sentence(rng) + _sentence(rng)
    lines = {
        "label": [f"{label}：{text}"], "plain": [text], "bracket": [f"【{label}】{text}"],
        "own line": [f"{label}：", f"（1）{_sentence(rng)}", f"（2）{_sentence(rng)}"], "none": [],
    }[contents]  # fmt: skip
    if extra and contents in ("label", "own line"):
        lines = [
            *lines,
            f"考核指标：{rng.choice(('研究报告1份', '样机1套', '专利3项'))}，{rng.choice(('效率不低于90%', '发表论文2篇'))}。",
        ]
    return lines


def _closing(rng: random.Random, layout: Layout, outer: int) -> None:
    listed = [line for line in layout.what.pop("list").split("\n") if line]
    if rng.random() < 0.6 or listed:
        han = layout.what["heading"] == "一、"
        sections = len({w.section for w in layout.wanted})
        number = (sections if han else outer) + 1
        named = rng.choice(("申报要求", "申报条件", "申报程序", "有关要求"))
        layout.lines.append(f"{_HAN[number - 1]}、{named}" if han or outer else named)
        # Rules marked like the topics are what a reader must tell from them.
        same = {"1.": "{0}.", "1、": "{0}、", "（1）": "（{0}）", "（一）": "（{1}）"}.get(
            layout.what["style"]
        )
        layout.lines += _rules(
            rng, same if same and rng.random() < 0.5 else rng.choice(("{0}.", "（{1}）", "{0}、"))
        )
    if listed:
        layout.lines += [rng.choice(("业务咨询", "联系方式：")), *listed]
    if rng.random() < 0.3:
        layout.lines += ["附件：申报书模板", "海州市科学技术局", "2025年3月1日"]


def _restyle(rng: random.Random, layout: Layout) -> None:
    """Indents and blank lines, which change nothing."""
    indent = rng.choice(("", "", "    ", "　　"))
    blank = rng.random() < 0.3
    lines: list[str] = []
    for line in layout.lines:
        lines.append(indent + line)
        if blank:
            lines.append("")
    layout.lines = lines


def _pasted(rng: random.Random) -> Layout:
    """A table pasted into text: pipes, tabs, or one cell a line."""
    count = rng.randrange(3, 8)
    form = rng.choice(("pipes", "tabs", "cells"))
    columns = [
        "序号",
        rng.choice(("课题名称", "选题名称", "题目")),
        rng.choice(("研究内容", "研究要点")),
        rng.choice(("责任处室", "对接部门", "牵头部门")),
    ]
    if rng.random() < 0.5:
        del columns[2]
    titles = _titles(rng, count)
    layout = Layout(
        ["2031年度调研课题一览表"],
        what={"style": form, "office": "column", "contents": str(len(columns) > 3), "heading": "", "on": ""},
    )
    rows = [columns]
    for i, title in enumerate(titles, 1):
        office = rng.choice(_OFFICES)
        rows.append([str(i), title, *([_sentence(rng)] if len(columns) > 3 else []), office])
        layout.wanted.append(Wanted("", i, title, (office, "")))
    if form == "pipes":
        layout.lines += [f"| {' | '.join(row)} |" for row in rows]
        layout.lines.insert(2, "|" + "---|" * len(columns))
    elif form == "tabs":
        layout.lines += ["\t".join(row) for row in rows]
    else:
        layout.lines += [cell for row in rows for cell in row]
    return layout


def _english(rng: random.Random) -> Layout:
    word, numbers = rng.choice(
        (
            ("Topic", "1"), ("Track", "A"), ("Challenge", "1"), ("Theme", "one"), ("Area of Interest", "1"), ("Focus area", "1"),
            ("Research question", "1"), ("", "1."), ("Lot", "1"),
        )
    )  # fmt: skip
    named = {
        "1": [str(i) for i in range(1, 9)],
        "A": list("ABCDEFGH"),
        "one": ["one", "two", "three", "four", "five", "six", "seven", "eight"],
    }
    layout = Layout(
        [
            rng.choice(
                ("Call for proposals: {} 2031", "{} Fund: Call for Applications", "Request for proposals: {}")
            ).format(rng.choice(_EN_FIELDS))
        ]
    )
    layout.what = {"style": word or "1.", "heading": "", "contents": "", "office": "", "on": ""}
    layout.lines += ["About the fund", "The fund supports early ideas from universities and small firms."]
    heading = rng.choice(("Research topics", "Priority areas", ""))
    contents = rng.choice(("plain", "scope"))
    if heading:
        layout.lines.append(heading)
    elif not word:
        heading = "Research topics"
        layout.lines.append(heading)
    separator = rng.choice((": ", " – ", ": "))
    titles = list(
        dict.fromkeys(f"{rng.choice(_EN_A)} {rng.choice(_EN_B)} {rng.choice(_EN_C)}" for _ in range(12))
    )[: rng.randrange(2, 7)]
    for i, title in enumerate(titles):
        layout.lines.append(f"{word} {named[numbers][i]}{separator}{title}" if word else f"{i + 1}. {title}")
        text = f"Projects should test {rng.choice(_EN_B)} with residents and publish what they learn."
        layout.lines += (
            [f"Scope: {text}", "Expected outcomes: A working model and open data."]
            if contents == "scope"
            else [text]
        )
        layout.wanted.append(Wanted(heading, i + 1, title))
    layout.lines += [
        "Eligibility",
        "1. Applicants must be based at a university.",
        "2. Each team may submit one application.",
        "How to apply",
        "Send two pages by 3 March.",
    ]
    return layout
