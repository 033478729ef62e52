"""Guides to topics: the real guide by value, layouts of our own as cases, every format, and any text at all."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matcher.errors import GuideError, MatcherError
from matcher.guide import read_guide, to_json
from matcher.guide.reading import parse_document
from matcher.guide.text.blocks import clean
from matcher.guide.text.page_lines import undressed
from matcher.readers import Document, assemble
from matcher.segment import fold
from matcher.types import Guide, Office
from tests.test_readers import write_docx, write_pdf, write_xlsx

ROOT = Path(__file__).parent.parent
AGENCIES = ROOT / "data" / "eval" / "agencies-test"
TIANJIN = ROOT / "data" / "guides" / "tianjin-2021-soft-science.txt"
CASES = sorted((Path(__file__).parent / "cases" / "guides").glob("*.json"))


def parse(text: str) -> Guide:
    return parse_document(Document("test", tuple(text.split("\n"))))


@pytest.fixture(scope="module")
def tianjin() -> Guide:
    return read_guide(TIANJIN)


def test_tianjin_ids_titles_and_contents(tianjin: Guide) -> None:
    ids = [f"1-{n:02d}" for n in range(1, 13)] + [f"2-{n:02d}" for n in range(1, 25)]
    assert [t.id for t in tianjin.topics] == ids
    lines = TIANJIN.read_text(encoding="utf-8").split("\n")
    titles = [m[1].strip() for line in lines if (m := re.match(r"\d+\.(.*)", line))]
    contents = [line.removeprefix("研究内容：").strip() for line in lines if line.startswith("研究内容：")]
    assert [t.title for t in tianjin.topics] == titles
    assert [t.content for t in tianjin.topics] == contents
    assert {t.section for t in tianjin.topics[:12]} == {"重点项目"}
    assert {t.section for t in tianjin.topics[12:]} == {"一般项目"}
    assert tianjin.title == "2021年天津市科技计划智库项目（软科学研究项目）申报指南"


def test_tianjin_offices(tianjin: Guide) -> None:
    sources = [t.office_source for t in tianjin.topics]
    assert (sources.count("stated"), sources.count("group")) == (21, 15)
    offices = {t.id: t.office for t in tianjin.topics}
    assert offices["1-01"] == Office("战略规划与政策法规处", "58832991")
    assert offices["1-08"] == Office("基础研究处", "58832982")
    assert offices["2-01"] == Office("高新技术处", "58832971")
    assert offices["2-11"] == Office("区域创新处", "58832826")
    assert offices["2-20"] == Office("引智育才处", "83605283")
    assert offices["2-23"] == offices["2-24"] == Office("科技金融处", "58832919")


def test_tianjin_audit_and_findings(tianjin: Guide) -> None:
    roles = [a.role for a in tianjin.audit]
    assert {r: roles.count(r) for r in set(roles)} == {
        "title": 36,
        "content": 36,
        "office": 21,
        "heading": 4,
        "outside": 2,
    }
    assert len(tianjin.findings) == 1
    assert all(part in tianjin.findings[0] for part in ("区域创新处", "58832926", "58832826"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_layouts(case: Path) -> None:
    expected = json.loads(case.read_text(encoding="utf-8"))
    file = case.with_suffix(".txt")
    if "error" in expected:
        with pytest.raises(GuideError) as caught:
            read_guide(file)
        assert "\n" not in str(caught.value)
        return
    guide = read_guide(file)
    assert [t.title for t in guide.topics] == expected["titles"]
    assert [t.section for t in guide.topics] == expected["sections"]
    assert [f"{a.line}:{a.role}" for a in guide.audit] == [
        f"{i}:{r}" for i, r in enumerate(expected["roles"].split(), 1)
    ]


def test_contents_are_whole_and_without_their_marks() -> None:
    guide = read_guide(CASES[0].parent / "numbered-sub-items.txt")
    assert guide.topics[0].content == (
        "（1）研究积雪路面可行驶区域识别技术；\n（2）研究编队作业路径规划方法；\n（3）开展不少于1000公里实车测试。"
    )
    assert guide.topics[0].slots == (
        ("indicators", "考核指标：识别准确率不低于95%，申请发明专利不少于3项。"),
    )
    assert [t.office for t in guide.topics] == [
        Office("高新技术处", "0455-8123456"),
        Office("农村科技处", "0455-8123457、8123458"),
        Office("社会发展处", "8123459 转 602"),
    ]


def test_what_looks_wrong_is_found() -> None:
    guide = read_guide(CASES[0].parent / "lost-number.txt")
    assert [t.id for t in guide.topics] == ["1-01", "1-02", "1-03", "1-04"]
    text = "\n".join(guide.findings)
    assert "没有编号" in text
    assert "编号重复" in text
    assert "未能读懂" in text


def test_findings_on_offices_titles_and_gaps() -> None:
    guide = parse(
        "指南\n一、重点课题\n1.甲对策研究\n对接处室：东处 66010001\n2.甲对策研究\n对接处室：西处 66010001\n4.乙路径研究\n对接处室：西处 66010002"
    )
    text = "\n".join(guide.findings)
    for part in ("66010001 属于多个处室：东处、西处", "西处有 2 个电话", "标题重复：1-01 与 1-02", "缺 3"):
        assert part in text


def test_a_second_reading_that_is_close_is_shown_beside_the_one_taken() -> None:
    titles = ("夜间经济的消费者画像研究", "加装电梯的协商机制研究", "社区食堂的持续运营研究")
    others = ("海洋文化遗产的保护研究", "青年返乡创业的支持研究", "台风灾后的心理援助研究")
    lists = [*(f"{n}. {t}" for n, t in enumerate(titles, 1)), "备选题目"]
    guide = parse("\n".join(("2026年度课题指南", *lists, *(f"（{n}）{t}" for n, t in enumerate(others, 1)))))
    assert [topic.title for topic in guide.topics] == list(titles)
    assert "3 个课题，如“海洋文化遗产的保护研究”；现读为 3 个，如“夜间经济的消费者画像研究”" in str(
        guide.findings[0]
    )


@pytest.mark.parametrize("name", ["road-research", "state-education", "heritage-fund"])
def test_a_list_of_long_titles_is_not_cut_off(name: str) -> None:
    """Its last line is a title, which nobody ends as a sentence: 26. Wildlife Crossing Structures and Reduction of …"""
    assert not read_guide(AGENCIES / f"{name}.txt").findings


def test_cut_off_file_is_found() -> None:
    guide = parse(
        "指南\n方向1：甲技术\n研究内容：研究一种新的方法，形成样机。\n方向2：乙技术\n研究内容：研究另一种新的方法，并且在三个县区开展"
    )
    assert "中断" in guide.findings[-1]


def test_numbers_that_run_on_keep_the_printed_number() -> None:
    guide = read_guide(CASES[0].parent / "title-list-running-on.txt")
    assert [t.id for t in guide.topics] == ["1-01", "1-02", "2-03", "2-04", "2-05", "3-06", "3-07"]
    assert guide.findings == ()


@pytest.mark.parametrize("form", ["{}.甲{}研究", "{}、甲{}研究", "课题{}：甲{}研究"])
def test_a_list_counts_on_beyond_999(form: str) -> None:
    guide = parse("\n".join(["选题指南", *(form.format(n, n) for n in range(997, 1004))]))
    assert [(t.id, t.number) for t in guide.topics] == [(f"1-{n}", n) for n in range(997, 1004)]


def test_rows_count_on_beyond_999(tmp_path: Path) -> None:
    rows: list[list[object]] = [["序号", "课题名称"], *([n, f"甲{n}研究"] for n in range(1, 1003))]
    write_xlsx(tmp_path / "a.xlsx", rows)
    assert [(t.number, t.code) for t in read_guide(tmp_path / "a.xlsx").topics[-2:]] == [
        (1001, ""),
        (1002, ""),
    ]


@pytest.mark.parametrize(("name", "code"), [("榜单编号", "K-01"), ("处室代码", ""), ("申请代码", "")])
def test_codes_stand_in_a_column_beside_the_numbers(name: str, code: str) -> None:
    rows = (f"| {n} | K-0{n} | 第{n}类灌区量水研究 | 水利处 |" for n in (1, 2, 3))
    guide = parse(
        "\n".join(("# 2031年度课题指南", f"| 序号 | {name} | 课题名称 | 处室 |", "|-|-|-|-|", *rows))
    )
    assert [t.number for t in guide.topics] == [1, 2, 3]
    assert guide.topics[0].code == code


def test_many_repeated_titles_are_counted_in_one_finding() -> None:
    guide = parse("\n".join(["选题指南", *(f"{n}.甲课题研究" for n in range(1, 20))]))
    repeated = [f for f in map(str, guide.findings) if "重复" in f]
    assert len(repeated) == 11
    assert "另有 8 个" in repeated[-1]


def test_an_office_serves_the_topics_above_it_in_its_section() -> None:
    guide = parse(
        "指南\n一、重点课题\n1.甲研究\n2.乙研究\n对接处室：东处 66010001\n3.丙研究\n二、一般课题\n1.丁研究\n对接处室：西处 66010002"
    )
    found = [(t.office.name if t.office else None, t.office_source) for t in guide.topics]
    assert found == [("东处", "group"), ("东处", "stated"), (None, "none"), ("西处", "stated")]


GRID = [
    ["序号", "课题名称", "研究内容", "对接处室", "联系方式"],
    ["1", "海岛垃圾外运成本研究", "测算船运费用。", "资环处", "66010001"],
    ["2", "渔港错峰作业管理研究", "观察进港时段。", "", ""],
    ["3", "渔村民宿安全标准研究", "比较三地标准。", "农村处", "66010002"],
]
HEAD = ["海州市2025年软科学课题申报指南", "一、重点课题"]
WANTED = [
    ("1-01", "海岛垃圾外运成本研究", "测算船运费用。", "资环处", "66010001", "stated"),
    ("1-02", "渔港错峰作业管理研究", "观察进港时段。", "资环处", "66010001", "group"),
    ("1-03", "渔村民宿安全标准研究", "比较三地标准。", "农村处", "66010002", "stated"),
]


def write_table(path: Path) -> None:
    suffix = path.suffix
    if suffix == ".docx":
        write_docx(path, HEAD, GRID)
    elif suffix == ".pdf":
        write_pdf(path, HEAD, GRID)
    elif suffix == ".xlsx":
        write_xlsx(
            path, [["海州市2025年软科学课题申报指南"], ["一、重点课题"], *([*map(str, row)] for row in GRID)]
        )
    elif suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(GRID)
    else:
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in GRID)
        path.write_text(
            "".join(f"<p>{line}</p>" for line in HEAD) + f"<table>{rows}</table>", encoding="utf-8"
        )


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".xlsx", ".csv", ".html"])
def test_the_same_table_in_every_format(tmp_path: Path, suffix: str) -> None:
    write_table(tmp_path / f"a{suffix}")
    guide = read_guide(tmp_path / f"a{suffix}")
    found = [
        (t.id, t.title, t.content, t.office.name, t.office.phone, t.office_source)
        for t in guide.topics
        if t.office
    ]
    assert found == WANTED
    assert [t.section for t in guide.topics] == ["" if suffix == ".csv" else "重点课题"] * 3
    assert "unread" not in {a.role for a in guide.audit}


@pytest.mark.parametrize("suffix", [".docx", ".pdf", ".html", ".md"])
def test_the_same_text_in_every_format(tmp_path: Path, suffix: str) -> None:
    text = (CASES[0].parent / "title-list-restarting.txt").read_text(encoding="utf-8")
    path = tmp_path / f"a{suffix}"
    if suffix == ".docx":
        write_docx(path, text.split("\n"))
    elif suffix == ".pdf":
        write_pdf(path, text.split("\n"), per_page=9)
    else:
        path.write_text(
            text if suffix == ".md" else "".join(f"<p>{t}</p>" for t in text.split("\n")), encoding="utf-8"
        )
    plain = read_guide(CASES[0].parent / "title-list-restarting.txt")
    assert summary(read_guide(path)) == summary(plain)


def test_lines_broken_by_the_page_are_joined(tmp_path: Path) -> None:
    text = "研究内容：调查海岛居民与游客的垃圾产生量和季节变化，测算船运、焚烧与堆肥三种处理方式的费用和排放，提出外运补贴和分类办法。"
    broken = [text[i : i + 30] for i in range(0, len(text), 30)]
    write_pdf(
        tmp_path / "a.pdf",
        ["海州市课题指南", "方向1：海岛垃圾治理", *broken, "方向2：渔港治理", "研究内容：观察进港时段。"],
    )
    guide = read_guide(tmp_path / "a.pdf")
    assert [t.content for t in guide.topics] == [text.removeprefix("研究内容："), "观察进港时段。"]
    assert guide.topics[0].lines == (2, 5)


def test_json_of_a_guide_reads_back_as_the_same_topics(tmp_path: Path, tianjin: Guide) -> None:
    (tmp_path / "a.json").write_text(json.dumps(to_json(tianjin), ensure_ascii=False), encoding="utf-8")
    again = read_guide(tmp_path / "a.json")
    assert [(t.id, t.section, t.title, t.content) for t in again.topics] == [
        (t.id, t.section, t.title, t.content) for t in tianjin.topics
    ]
    stated = [t for t in tianjin.topics if t.office_source == "stated"]
    assert [t.office for t in again.topics if t.office_source == "stated"] == [t.office for t in stated]


def test_json_form(tianjin: Guide) -> None:
    form = to_json(tianjin)
    assert list(form) == ["id", "title", "topics", "audit", "findings"]
    assert form["id"] == "tianjin-2021-soft-science"
    topics = form["topics"]
    assert isinstance(topics, list)
    assert {**topics[1], "content": ""} == {
        "id": "1-02", "section": "重点项目", "number": 2, "title": "天津市打造区域创新中心的路径研究", "content": "",
        "office": {"name": "战略规划与政策法规处", "phone": "58832991"}, "office_source": "group", "lines": [12, 13],
        "code": "", "slots": {},
    }  # fmt: skip


def test_english_columns_and_captions_inside_a_table() -> None:
    rows = [
        ["Programme 2026", "", "", ""], ["No.", "Topic", "Scope", "Contact"], ["Theme A: Water", "", "", ""],
        ["1", "Leak detection", "Find leaks.", "Water Office 5550 1234"], ["2", "Reuse of rain", "Store rain.", ""],
        ["Theme B: Air", "", "", ""], ["1", "Quiet fans", "Reduce noise.", ""],
    ]  # fmt: skip
    guide = parse_document(assemble([rows], "call"))
    assert [(t.id, t.title, t.content) for t in guide.topics] == [
        ("1-01", "Leak detection", "Find leaks."), ("1-02", "Reuse of rain", "Store rain."), ("2-01", "Quiet fans", "Reduce noise."),
    ]  # fmt: skip
    assert [t.office_source for t in guide.topics] == ["stated", "group", "none"]


def test_a_table_of_materials_is_no_guide() -> None:
    rows = [["序号", "名称", "份数"], ["1", "申报书", "3"], ["2", "承诺书", "1"]]
    with pytest.raises(GuideError):
        parse_document(assemble(["关于申报课题的通知", rows], "notice"))


def summary(guide: Guide) -> list[tuple[str, str, str, str, Office | None, str]]:
    return [(t.id, t.section, t.title, t.content, t.office, t.office_source) for t in guide.topics]


SEEDS = [
    case.with_suffix(".txt").read_text(encoding="utf-8")
    for case in CASES
    if '"error"' not in case.read_text("utf-8")
]
PLAIN = [text for text in SEEDS if "各学会" not in text]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def disturb(text: str, draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """The text as another editor would save it: the marks are the same to a reader."""
    lines: list[str] = []
    for line in text.split("\n"):
        mark = re.match(r"\d+(?=[.、)）])", line)
        if mark and draw(st.booleans()):
            line = mark.group().translate(WIDE) + line[mark.end() :]
        lines += [""] * draw(st.integers(0, 2))
        lines.append(
            draw(st.sampled_from(["", "\u00a0", "\u200b", "\ufeff", "\u3000"]))
            + line
            + draw(st.sampled_from(["", "\u00a0", "\r", "\u200b"]))
        )
    return "\n".join(lines)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_invisible_changes_do_not_change_topics(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(PLAIN))
    changed = disturb(text, data.draw)
    assert summary(parse(changed)) == summary(parse(text))


def test_a_ruled_line_and_one_space_join_nothing() -> None:
    """A line without a word is no part of a title, and one space ahead of a line is how an editor saved it."""
    text = "白石县课题指南\n1.县域商贸物流模式研究\n研究内容：分析商贸物流的堵点。\n————◇◇————\n林下经济发展路径研究\n研究内容：提出路径。\n"
    for line in ("————◇◇————", "林下"):
        for space in "\u00a0\u3000":
            assert summary(parse(text.replace(line, space + line))) == summary(parse(text))


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", " "])
def test_one_space_before_a_bullet_makes_no_level_of_its_own(space: str) -> None:
    text = "白石县课题指南\n• 县域商贸物流模式研究\n• 林下经济发展路径研究\n• 水源地生态补偿标准研究\n• 产业链延伸研究\n"
    moved = text.replace("• 林下", f"{space}• 林下").replace("• 产业", f"{space}• 产业")
    assert [t.title for t in parse(moved).topics] == [t.title for t in parse(text).topics]
    assert len(parse(text).topics) == 4


FRAGMENTS = st.sampled_from(
    ["一、", "（一）", "1.", "1、", "（1）", "①", "方向1：", "课题名称：", "研究内容：", "对接处室：", "重点课题", "选题如下：", "甲技术研究", "。",
     "Scope: ", "Topic 1: ", "申报要求", "附件", "58832991", "\n", "\n", " ", "\u200b", "2021年", "A1 ", "• ", "http://x", "\ud800", "😀", "|",
     "第一部分 "]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(FRAGMENTS, max_size=40).map("".join)))
@example(" \U0001f000")  # nothing is left of a tile when it is folded
def test_any_text_gives_a_guide_or_a_named_error(text: str) -> None:
    try:
        guide = parse(text)
    except MatcherError:
        return
    assert [a.line for a in guide.audit] == [n for n, line in enumerate(text.split("\n"), 1) if clean(line)]
    lines = (
        clean(undressed(line)) for line in text.split("\n")
    )  # no title has the pictures that dress up a line
    whole = "".join("".join(map(fold, lines)).split())
    assert all("".join(fold(t.title).split()) in whole and t.title for t in guide.topics)
    assert len({t.id for t in guide.topics}) == len(guide.topics)


def test_every_line_of_every_case_is_accounted_for_once() -> None:
    for text in SEEDS:
        wanted = [n for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        assert [a.line for a in parse(text).audit] == wanted


def test_no_guide_names_the_nearest_lines() -> None:
    with pytest.raises(GuideError, match=r"第 2 行.*line 2"):
        parse("会议纪要\n一、出席人员\n张三、李四")


def test_more_lines_than_a_guide_has_are_refused_before_they_are_read() -> None:
    lines = ("申报指南", *["这是一行没有什么内容的文字"] * 20_000)
    with pytest.raises(GuideError, match="长 有 20001 行，读指南最多 20000 行"):
        parse_document(Document("长", lines))


def test_empty_document_is_no_guide() -> None:
    with pytest.raises(GuideError):
        parse("")


@pytest.mark.parametrize(
    "text",
    [
        "2033年度开放课题指南\n专题一 染整\n课题1 低温前处理的助剂筛选\n课题2 喷墨印花的墨滴铺展\n本专题咨询：染整部，邮箱 rz@zzy.example.cn\n"
        "专题二 织物结构\n课题1 三向织物的面内剪切\n课题2 间隔织物的压缩回弹\n本专题咨询：结构部，邮箱 jg@zzy.example.cn\n",
        "2033年度开放课题指南\n方向一：低温前处理的助剂筛选\n形成规程。\n方向二：喷墨印花的墨滴铺展\n形成规程。\n方向三：三向织物的面内剪切\n形成规程。\n"
        "方向四：间隔织物的压缩回弹\n形成规程。\n方向\t处室\t邮箱\n方向一\t染整处\trz@zzy.example.cn\n方向二\t染整处\trz@zzy.example.cn\n"
        "方向三\t结构处\tjg@zzy.example.cn\n方向四\t结构处\tjg@zzy.example.cn\n",
        "2033年度开放课题指南\n序号\t课题名称\t联系人\t邮箱\n1\t低温前处理的助剂筛选\t阮青\trz@zzy.example.cn\n2\t喷墨印花的墨滴铺展\t\t\n"
        "3\t三向织物的面内剪切\t柏舟\tjg@zzy.example.cn\n4\t间隔织物的压缩回弹\t\t\n",
        "2033年度开放课题指南\n序号\t课题名称\t责任处室\n1\t低温前处理的助剂筛选\t染整处\n2\t喷墨印花的墨滴铺展\t染整处\n"
        "3\t三向织物的面内剪切\t结构处\n4\t间隔织物的压缩回弹\t结构处\n各处室联系方式\n处室\t联系人\t邮箱\n染整处\t阮青\trz@zzy.example.cn\n"
        "结构处\t柏舟\tjg@zzy.example.cn\n",
        "Open call for research topics 2033\n\nTopic 1: Dyeing below sixty degrees\nContact: Ann Lee, rz@zzy.example.cn\n\n"
        "Topic 2: How ink drops spread\nContact: Ann Lee, rz@zzy.example.cn\n\nTopic 3: Shear of triaxial cloth\n"
        "Contact: Bo Marsh, jg@zzy.example.cn\n\nTopic 4: Recovery of spacer cloth\nContact: Bo Marsh, jg@zzy.example.cn\n",
    ],
)
def test_an_office_without_a_phone_keeps_its_address(text: str, tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text(text, encoding="utf-8")
    guide = read_guide(tmp_path / "g.txt")
    addresses = [topic.office.reached_at if topic.office else "" for topic in guide.topics]
    assert addresses == ["rz@zzy.example.cn", "rz@zzy.example.cn", "jg@zzy.example.cn", "jg@zzy.example.cn"]
    assert json.loads(json.dumps(to_json(guide)))["topics"][0]["office"]["email"] == "rz@zzy.example.cn"


def test_a_list_of_contacts_gives_an_office_its_address_beside_the_phone() -> None:
    topics = "序号\t课题名称\t责任处室\n1\t低温前处理的助剂筛选\t染整处\n2\t三向织物的面内剪切\t结构处\n"
    called = "处室\t联系人\t电话\t邮箱\n染整处\t阮青\t87011111\trz@zzy.example.cn\n结构处\t柏舟\t87012345\tjg@zzy.example.cn\n"
    guide = parse(f"2033年度开放课题指南\n{topics}联系方式\n{called}")
    assert [topic.office and topic.office.to_dict("stated") for topic in guide.topics] == [
        {
            "name": "染整处",
            "phone": "87011111",
            "email": "rz@zzy.example.cn",
            "source": "stated",
        },
        {
            "name": "结构处",
            "phone": "87012345",
            "email": "jg@zzy.example.cn",
            "source": "stated",
        },
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "邮箱：rz@zzy.ex\nample.cn",
        "邮箱：rz\n@zzy.example.cn",
        "邮箱：rz@zzy\n.example.cn",
        "邮箱：\nrz@zzy.example.cn",
        "rz@zzy.example.\ncn",
    ],
)
def test_an_address_that_a_line_broke_is_whole(broken: str) -> None:
    guide = parse(
        f"2033年度开放课题指南\n1.低温前处理的助剂筛选\n联系处室：染整部，{broken}\n2.三向织物的面内剪切\n联系处室：结构部，邮箱：jg@zzy.example.cn\n"
    )
    assert [topic.office and topic.office.email for topic in guide.topics] == [
        "rz@zzy.example.cn",
        "jg@zzy.example.cn",
    ]


def test_sections_below_one_that_is_not_understood_are_not_all_of_a_list() -> None:
    guide = parse(
        "2033年度国际产业技术研发合作征集\n支持领域\n（一）新一代信息技术：光通信芯片，详见附件2，由园区办另行通知\n"
        "（二）生物技术：抗体药物；合成生物；体外诊断\n（三）新能源：固态电池；海上风电；氢能储运\n申报要求\n项目执行期不超过3年。"
    )
    assert any("从 2 开始" in finding.zh for finding in guide.findings)


def test_an_office_that_has_the_name_of_its_section_keeps_it_beside_a_person() -> None:
    lists = "一、农业农村\n1.低温前处理的助剂筛选\n2.喷墨印花的墨滴铺展\n二、文化旅游\n1.三向织物的面内剪切\n2.间隔织物的压缩回弹\n"
    guide = parse(
        f"2033年度开放课题指南\n{lists}农业农村处 阮青 87011111\n联系人：文化旅游处 柏舟 87012345\n"
    )
    assert [
        topic.office and (topic.office.name, topic.office.person, topic.office.phone)
        for topic in guide.topics
    ] == [
        *[("农业农村处", "阮青", "87011111")] * 2,
        *[("文化旅游处", "柏舟", "87012345")] * 2,
    ]
