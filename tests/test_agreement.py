from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from matcher.matching.agreement import Scope, disagreements
from matcher.matching.content import content
from matcher.matching.mentions import cuts_words, places_in
from matcher.message import Message
from matcher.shipped import data_file
from matcher.types import AuditLine, Guide, Proposal, Topic
from tests.bench import GUIDES
from tests.conftest import shipped_guide

CASES = json.loads((Path(__file__).parent / "cases" / "agreement.json").read_text(encoding="utf-8"))


@cache
def _tianjin() -> Scope:
    return Scope(shipped_guide())


def said(title: str, abstract: str, of: Scope | None = None, topic: str = "") -> list[Message]:
    return disagreements(content(Proposal("p", title, abstract)).kept, of or _tianjin(), topic)


def guide(title: str, *topics: str) -> Guide:
    made = [Topic(f"1-{n:02}", "", n, text, "", None, "none", (n, n)) for n, text in enumerate(topics, 1)]
    return Guide("g", title, tuple(made), (), (), "")


@pytest.mark.parametrize("case", CASES["warned"], ids=lambda case: case["comment"])
def test_what_disagrees_is_said_in_words(case: dict[str, str]) -> None:
    (warning,) = said(case["title"], case["abstract"])
    assert warning.startswith(case["said"])
    assert " / The guide is " in warning


@pytest.mark.parametrize("case", CASES["honest"], ids=lambda case: case["comment"])
def test_an_honest_mention_is_no_disagreement(case: dict[str, str]) -> None:
    assert said(case["title"], case["abstract"], topic=case.get("topic", "")) == []


def test_a_place_of_the_region_that_the_topic_names_is_no_disagreement() -> None:
    title, topic = "{}成果转化的承接机制", "京津冀协同创新共同体研究"
    for place, warned in (("北京", False), ("石家庄", False), ("重庆", True)):
        assert bool(said(title.format(place), "", topic=topic)) == warned, place
        assert said(title.format(place), "", topic="科研诚信评价研究")


def test_the_place_before_a_name_of_several_tells_which_is_meant() -> None:
    of = Scope(guide("深圳市南山区2026年软科学课题指南", "加装电梯政策研究"))
    assert of.place is not None
    assert of.place.codes == ("440305",)
    for title, warned in (
        ("福田区加装电梯补贴", True), ("鹤岗市南山区加装电梯", True), ("南山区加装电梯", False),
        ("深圳市加装电梯政策", False), ("广东省深圳市南山区加装电梯", False),
    ):  # fmt: skip
        assert bool(said(title, "", of)) == warned, title


def test_rivers_and_roads_are_no_cities() -> None:
    assert [m.by_name for m in places_in("苏州河、南京路、北京路径、河南河北")] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("name", sorted(GUIDES.keys() - {"calder"}))
def test_no_labelled_proposal_is_warned(name: str) -> None:
    """None of 831 proposals of the parts that nothing was chosen on."""
    read = shipped_guide(Path(GUIDES[name]).stem)
    of, topics = Scope(read), {topic.id: topic.text for topic in read.topics}
    rows = [
        json.loads(line)
        for part in ("test", "scope-test", "judge")
        for line in data_file(f"eval/{name}-{part}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    warned = [
        row["id"]
        for row in rows
        if said(row["title"], row["abstract"], of, topics.get(next(iter(row["relevant"]), ""), ""))
    ]
    assert warned == []


@pytest.mark.parametrize(
    ("title", "topics", "place", "plans", "year"),
    [
        ("2021年天津市科技计划智库项目申报指南", (), "天津", {14}, 2021),
        ("上海市松江区2023年软课题申报指南", (), "松江区", {14}, 2023),
        ("百河省哲学社会科学规划课题指南（2025年）", (), "百河", {14, 15}, 2025),
        ("浙江省“十五五”规划前期研究课题", (), "浙江", {15}, None),
        ("软科学课题指南", ("杭州市交通研究", "杭州市教育研究", "杭州市养老研究"), "杭州", set(), None),
        ("国家社会科学基金项目2024年度课题指南", ("数字经济研究",), None, {14, 15}, 2024),
    ],
)
def test_a_guide_says_what_it_is_for(
    title: str, topics: tuple[str, ...], place: str | None, plans: set[int], year: int | None
) -> None:
    made = Scope(guide(title, *topics))
    assert (made.place and made.place.chinese, set(made.plans), made.year) == (place, plans, year)


def test_a_notice_says_what_its_guide_is_for() -> None:
    """Where the document has no title, and is called after its file."""
    lines = ("借鉴上海经验。", "根据区委工作，现发布松江区2023年度软课题研究项目指南。")
    audit = tuple(AuditLine(n, "outside", text) for n, text in enumerate(lines, 1))
    made = Scope(replace(guide("notice", "新型研发机构研究"), audit=audit))
    assert (made.place and made.place.chinese, set(made.plans), made.year) == ("松江区", {14}, 2023)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("冷凉山区的蔬菜", []),
        ("长江西岸与黄河南岸", []),
        ("朝阳产业、日照时数与白银价格", []),
        ("建立山区气象站", []),
        ("广州市黄埔区与重庆", ["广州", "黄埔区", "重庆"]),
        ("鼓楼区", ["鼓楼区"]),
        ("The Xi'an and Inner Mongolia cases", ["西安", "内蒙古"]),
    ],
)
def test_places_are_words(text: str, names: list[str]) -> None:
    assert [m.places[0].chinese for m in places_in(text) if not (m.by_name or cuts_words(text, m))] == names


def test_of_places_in_one_another_the_widest_is_named() -> None:
    """The same in every process: a set of places stands in another order in each."""
    (warning,) = said(
        "北京市与京津冀的产业协同", "梳理京津冀的产业链。", Scope(guide("广州市软科学指南", "产业"))
    )
    assert warning.startswith("指南针对广州，文中为京津冀")
