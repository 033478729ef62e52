from __future__ import annotations

import json
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from matcher.engine import Engine
from matcher.matching.content import BACKGROUND, MANY, ProposalContent, Reason, content, informed
from matcher.matching.denial import denied
from matcher.matching.scoring import TopicList
from matcher.report import discount_name, print_match
from matcher.segment import fold
from matcher.types import Proposal, Section

OWN = "本课题拟走访三个夜市，记录每次险情，提出分类管理办法。"
ROUTINE = "课题组由教授三人、博士生五人组成，专业互补。"
OPENING = "近年来，随着经济社会快速发展，各级政府高度重视民生工作，先后出台多项政策。"


def reasons(abstract: str, title: str = "", sections: tuple[Section, ...] = ()) -> list[tuple[str, str]]:
    found = content(Proposal("p", title, abstract, sections=sections))
    parts = sorted([*found.kept, *found.aside], key=lambda p: p.passage.start)
    return [(p.reason, p.passage.text) for p in parts]


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        (OWN, [("", OWN)]),
        (OPENING + OWN, [("background", OPENING), ("", OWN)]),
        (OWN + ROUTINE, [("", OWN), ("routine", ROUTINE)]),
        (
            "We compare two voucher schemes. The budget covers travel, printing and meetings.",
            [
                ("", "We compare two voucher schemes."),
                ("routine", "The budget covers travel, printing and meetings."),
            ],
        ),
        # What a guide could ask for is no routine: a study of research funds speaks of budgets too.
        (
            "科研人员把精力耗在差旅票据上，我们想比较包干制试点前后青年教师的时间分配。",
            [("", "科研人员把精力耗在差旅票据上，我们想比较包干制试点前后青年教师的时间分配。")],
        ),
        (
            "In recent years governments have attached great importance to innovation. We compare two voucher schemes.",
            [
                ("background", "In recent years governments have attached great importance to innovation."),
                ("", "We compare two voucher schemes."),
            ],
        ),
        # What others have written is background, whatever they did …
        (
            f"国内文献多用问卷与回归分析，样本偏小。{OWN}",
            [("background", "国内文献多用问卷与回归分析，样本偏小。"), ("", OWN)],
        ),
        (
            "Earlier studies compared surveys of two cities. We compare two voucher schemes.",
            [
                ("background", "Earlier studies compared surveys of two cities."),
                ("", "We compare two voucher schemes."),
            ],
        ),
        # … but not an aim that builds on it or names it, nor scholars and papers that are themselves what is studied.
        (
            "在已有研究基础上，构建评价模型并在六家医院检验。",
            [("", "在已有研究基础上，构建评价模型并在六家医院检验。")],
        ),
        ("系统梳理国内外文献，比较三种模型。", [("", "系统梳理国内外文献，比较三种模型。")]),
        (
            "海外学者的签证怎么办？论文买卖如何识别？",
            [("", "海外学者的签证怎么办？"), ("", "论文买卖如何识别？")],
        ),
        # Text that goes on below a field of the form, in lines of its own.
        (
            f"经费预算：设备费3.2万元，差旅费1.1万元。\n{OWN}",
            [("heading", "经费预算："), ("form", "设备费3.2万元，差旅费1.1万元。"), ("", OWN)],
        ),
        (
            "经费预算：设备费3.2万元，差旅费1.1万元。\n夜里收摊后油烟谁来管？",
            [
                ("heading", "经费预算："),
                ("form", "设备费3.2万元，差旅费1.1万元。"),
                ("", "夜里收摊后油烟谁来管？"),
            ],
        ),
        (
            f"{OWN}\n经费预算\n设备费 3.2\n差旅费 1.1",
            [("", OWN), ("heading", "经费预算"), ("form", "设备费 3.2"), ("form", "差旅费 1.1")],
        ),
        (
            f"{OWN}\n参考文献\n王伟, 李强. 科技金融研究[J]. 科学学研究, 2020, 38(4): 601-610.\n陈红：《创新》，2018年版。",
            [
                ("", OWN),
                ("heading", "参考文献"),
                ("reference", "王伟, 李强. 科技金融研究[J]. 科学学研究, 2020, 38(4): 601-610."),
                ("reference", "陈红：《创新》，2018年版。"),
            ],
        ),
        (
            f"{OWN}\n[1] Freeman C. Technology policy[M]. London: Pinter, 1987.",
            [
                ("", OWN),
                ("reference", "[1] Freeman C. Technology policy[M]. London: Pinter, 1987."),
            ],
        ),
        (f"{OWN}关键词：夜市；监管", [("", OWN), ("heading", "关键词："), ("keywords", "夜市；监管")]),
        (
            f"申报单位：某某大学\n一、研究内容\n{OWN}\n（限500字以内）",
            [
                ("heading", "申报单位："),
                ("form", "某某大学"),
                ("heading", "一、研究内容"),
                ("", OWN),
                ("hint", "（限500字以内）"),
            ],
        ),
        (
            "本课题研究夜市的消防安全，不涉及科技金融、创新券。",
            [("", "本课题研究夜市的消防安全，"), ("denied", "不涉及科技金融、创新券。")],
        ),
    ],
)
def test_each_part_has_its_reason(abstract: str, expected: list[tuple[str, str]]) -> None:
    assert reasons(abstract) == expected


def test_what_markup_hides_is_not_read() -> None:
    hidden = r'<span style="display: none">科技金融</span>\textcolor{white}{创新券}'
    (part,) = content(Proposal("p", "", f"夜市<b>安全</b>{hidden}谁来管，p<0.05且q>0.1？")).kept
    assert part.text.split() == ["夜市", "安全", "谁来管,p<0.05且q>0.1?"]


def test_the_section_of_a_form_decides() -> None:
    sections = (
        Section("background", "研究背景", "夜市越来越多。", 5),
        Section("content", "研究内容", OWN, 13),
    )
    assert reasons(f"夜市越来越多。\n{OWN}", "夜市监管", sections) == [
        ("title", "夜市监管"),
        ("background", "夜市越来越多。"),
        ("", OWN),
    ]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("本课题不研究科技金融。", "科技金融"),
        ("本项目不涉及科技金融，也不讨论创新券，而是研究数据共享。", "科技金融 创新券"),
        ("与以往关于科技金融的研究不同，本课题研究数据共享。", "科技金融"),
        ("区别于科技金融，本课题研究数据共享。", "科技金融"),
        ("本课题研究数据共享，科技金融不在研究范围之内。", "科技金融"),
        ("我们看数据共享而非科技金融。", "科技金融"),
        ("科技金融除外。", "科技金融"),
        ("不想做科技金融，想做数据共享。", "科技金融"),
        ("我们没打算报科技金融，数据共享才是我们的。", "科技金融"),
        ("别给我推荐科技金融，我们研究数据共享。", "科技金融"),
        ("不要科技金融方向的，要数据共享。", "科技金融"),
        ("I don't want to study science finance, I study data sharing.", "science finance"),
        ("This project does not address science finance, but studies data sharing.", "science finance"),
        ("We study data sharing rather than science finance.", "science finance"),
        ("Unlike science finance, we study data sharing.", "science finance"),
        ("Science finance is outside the scope, we study data sharing.", "Science finance"),
        ("We study data sharing, excluding science finance.", "science finance"),
    ],
)
def test_what_is_denied(sentence: str, names: str) -> None:
    cut = "".join(sentence[a:b] for a, b in denied(sentence.replace("，", ",")))
    kept = sentence
    for a, b in reversed(denied(sentence.replace("，", ","))):
        kept = kept[:a] + kept[b:]
    for name in names.split() if not names.isascii() else [names]:
        assert name in cut
    assert "科技金融" not in kept
    assert "science finance" not in kept.lower()
    assert ("数据共享" in sentence) == ("数据共享" in kept)
    assert ("data sharing" in sentence) == ("data sharing" in kept)


@pytest.mark.parametrize(
    "sentence",
    [
        "不仅研究科技金融，还研究数据共享。",
        "企业资金不足，问题得不到解决。",
        "Firms that do not innovate need not only money.",
        "用排除法查找原因。",
        "老人不想去养老院，怎样居家照护。",
        "大企业没打算按时付款的账款拖欠。",
        "Farmers do not want plastic left in fields.",
        "小企业不要抵押怎么融资。",
    ],
)
def test_what_is_not_denied(sentence: str) -> None:
    assert denied(sentence.replace("，", ",")) == []


DENIAL = json.loads((Path(__file__).parent / "cases" / "denial.json").read_text(encoding="utf-8"))


def _in_denied(sentence: str, name: str) -> bool:
    """Whether what a sentence names first stands where it denies something."""
    text = fold(sentence)
    at = text.index(name)
    return any(a <= at and at + len(name) <= b for a, b in denied(text))


@pytest.mark.parametrize(
    ("sentence", "case"), [(sentence, case) for case in DENIAL["denied"] for sentence in case["sentences"]]
)
def test_ways_to_deny_a_subject(sentence: str, case: dict[str, str]) -> None:
    assert _in_denied(sentence, case["denied"])
    assert case["studied"] not in sentence or not _in_denied(sentence, case["studied"])


@pytest.mark.parametrize("case", DENIAL["ends"], ids=lambda case: case["text"])
def test_a_denial_ends_where_it_names_nothing_more(case: dict[str, Any]) -> None:
    assert [_in_denied(case["text"], name) for name in case["denied"]] == [True] * len(case["denied"])
    assert [_in_denied(case["text"], name) for name in case["studied"]] == [False] * len(case["studied"])


@pytest.mark.parametrize(
    ("sentence", "case"),
    [(sentence, case) for case in DENIAL["not denied"] for sentence in case["sentences"]],
)
def test_what_others_leave_out_is_not_denied(sentence: str, case: dict[str, list[str]]) -> None:
    assert not any(name in sentence and _in_denied(sentence, name) for name in case["subjects"])


def test_where_nothing_else_stands_key_words_count() -> None:
    found = content(Proposal("p", "", "关键词：夜市；监管；消防；分类"))
    assert "夜市;监管;消防;分类" in [p.text for p in found.kept]
    assert not found.bare
    assert content(Proposal("p", "", "本课题不研究科技金融。")).bare


def test_background_counts_by_what_it_says_about_the_guide() -> None:
    """By hand: of its topics' scores the aim stands out by .3, the first background by .3, the second by 0."""
    parts = content(Proposal("p", "", OPENING + "我国取得显著成效。" + OWN)).kept
    near = np.array([[0.7, 0.1], [0.4, 0.4], [0.8, 0.2]])
    counts = informed(parts, near)
    assert counts == pytest.approx([BACKGROUND, BACKGROUND * 0.05, 1])


@given(st.text("本课题不涉及研究近年来，。;\n关键词：参考文献[1]2020, 3(4)：ab c", max_size=60))
def test_parts_lie_apart_in_the_text(text: str) -> None:
    proposal = Proposal("p", "夜市", text)
    found = content(proposal)
    parts = sorted([*found.kept, *found.aside], key=lambda p: p.passage.start)
    assert found.kept, "a usable text always has something that counts"
    for before, after in pairwise(parts):
        assert before.passage.end <= after.passage.start
    for part in parts:
        assert proposal.text[part.passage.start : part.passage.end] == part.passage.text


def kept_texts(found: ProposalContent) -> list[str]:
    return [part.text for part in found.kept]


def test_form_does_not_decide(tianjin: Engine) -> None:
    """References, key words and a denial of one other topic leave the scores as they are."""
    rival = tianjin.topics["2-04"]
    text = "大学里搞出来的成果总是卡在中试之前拿不到钱，银行和基金能怎么帮忙，收益怎样分。"
    added = f"本课题不涉及{rival.title}。\n关键词：{rival.title}\n参考文献\n[1] 王伟. {rival.title}[J]. 科学学研究, 2020, 38(4): 601-610."
    plain, dressed = (tianjin.scorer.score([Proposal("p", "", t)]) for t in (text, text + added))
    np.testing.assert_array_equal(plain.hybrid, dressed.hybrid)
    np.testing.assert_array_equal(plain.home, dressed.home)
    assert kept_texts(dressed.contents[0]) == kept_texts(plain.contents[0])


def test_the_answer_says_what_did_not_count(tianjin: Engine) -> None:
    proposal = Proposal("p", "", f"{OPENING}{OWN}\n关键词：夜市")
    found = tianjin.match(proposal).to_dict()["discounts"]
    assert [(d["reason"], d["text"]) for d in found] == [
        ("background", OPENING),
        ("heading", "关键词："),
        ("keywords", "夜市"),
    ]
    assert [d["weight"] > 0 for d in found] == [True, False, False]
    assert all(proposal.text[d["start"] : d["end"]] == d["text"] for d in found)


def test_a_long_text_says_what_counts_little(tianjin: Engine) -> None:
    """In MANY parts or more, what is near all topics alike is discounted, with a reason that has words."""
    topic = tianjin.topics["2-04"]
    plain = "".join(f"第{n}步整理第{n}批材料并撰写第{n}份阶段报告。" for n in range(MANY))
    proposal = Proposal("p", topic.title, f"研究{topic.title}。{plain}")
    match, explanation = tianjin.match(proposal), tianjin.explain(proposal, topic.id)
    general = [d for d in match.discounts if d.reason == "general"]
    assert any("阶段报告" in d.passage.text for d in general)
    assert all(0 < d.weight < 1 for d in general)
    print_match(Console(file=(screen := StringIO()), width=100), match, tianjin.topics, explanation)
    assert "与各课题都相近" in screen.getvalue()


def test_every_reason_has_words() -> None:
    assert all(discount_name(reason) for reason in {*get_args(Reason), "general"} - {"", "title"})


@pytest.mark.parametrize(
    ("lines", "listed"),
    [
        (["1. 夜间经济的安全监管研究", "□公交线网优化研究", "2-03 老旧小区停车研究（限2项）"], 3),
        (["夜间经济的安全监管研究；公交线网优化研究；老旧小区停车研究"], 3),
        (["1. 夜间经济的安全监管研究", "2. 公交线网优化研究"], 0),
        (["夜间经济的安全监管研究要同公交线网优化研究和老旧小区停车研究分开，三者的资料与做法都不一样，样本也不同。"], 0),
    ],
)  # fmt: skip
def test_the_guides_own_list_does_not_count(lines: list[str], listed: int) -> None:
    titles = ("夜间经济的安全监管研究", "公交线网优化研究", "老旧小区停车研究")
    found = content(Proposal("p", titles[0], "\n".join([OWN, *lines])))
    rest = TopicList(titles).without(found)
    assert [p.reason for p in rest.aside[len(found.aside) :]] == ["topics"] * listed
    assert [p.passage.text for p in rest.kept[:2]] == [titles[0], OWN]
    only = content(Proposal("p", "", "\n".join(titles)))
    assert TopicList(titles).without(only) == only


def test_a_few_words_beside_a_denial_count_alone() -> None:
    assert [p.text for p in content(Proposal("p", "", "不想搞咖啡，想搞水稻育种")).kept] == ["想搞水稻育种"]
