"""The declared topic, however it was written."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.triage.declared import Declared, DeclaredReader
from matcher.triage.patterns import codes_of_date
from tests.conftest import shipped_guide

TIANJIN, LAKESIDE = "tianjin-2021-soft-science", "lakeside-2024-health-environment"


@cache
def _reader() -> DeclaredReader:
    return DeclaredReader(shipped_guide().topics)


def read(written: str, *, number: bool = False) -> Declared:
    """What somebody wrote, read against the shipped guide."""
    return _reader().read(written, number=number)


@pytest.mark.parametrize(
    ("written", "topic"),
    [
        ("1-03", "1-03"),
        ("１－３", "1-03"),
        ("2—05 天津市信创产业创新生态体系深度优化研究", "2-05"),
        ("重点项目第3题", "1-03"),
        ("重点3", "1-03"),
        ("一般项目 第二十题", "2-20"),
        ("二、17", "2-17"),
        ("（二）17", "2-17"),
        ("17", "2-17"),  # only one section reaches 17
        ("3.科技创新引领制造业立市的路径研究", "1-03"),
        ("2021年天津市科技创新“十四五”规划的实施跟踪研究", "1-01"),  # a title that begins with a number
        ("《海河实验室体制机制创新研究》", "1-09"),
        ("海河实验室", "1-09"),
        ("天津市創新券政策對科技型中小企業技術創新的促進作用研究", "2-12"),
        ("天津市创新劵政策对科技形中小企业的促进作用", "2-12"),
        ("十四五规划实施跟踪", "1-01"),
        ("2024-01-03", "1-03"),  # what Excel makes of 1-03
        ("2026-02-24 00:00:00", "2-24"),
    ],
)
def test_a_topic_is_understood_as_id_number_or_title(written: str, topic: str) -> None:
    assert read(written).topic_id == topic


@pytest.mark.parametrize(
    ("written", "topic"),
    [
        ("重点项目（2-03）", None),
        ("2-03（重点项目）", None),
        ("2-03（一般项目）", "2-03"),
        ("一般项目（2-03）", "2-03"),
        ("重点项目 1-03", "1-03"),
    ],
)
def test_a_code_beside_the_name_of_a_section(written: str, topic: str | None) -> None:
    declared = read(written)
    assert declared.topic_id == topic
    if topic is None:
        assert declared.candidates == ("2-03",)
        assert declared.note is not None
        assert declared.note.zh == "编号与类别说的不是同一部分"


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("第3题", {"1-03", "2-03"}),
        ("12", {"1-12", "2-12"}),
        ("Topic No. 3", {"1-03", "2-03"}),
        ("人工智能", {"2-03", "2-04"}),
        ("一般项目第3题 大学科技园实践案例", {"2-03", "2-23"}),
        ("创新券", {"2-12"}),  # a few letters of one title
        ("科研诚信", {"2-15"}),
        ("大学科技园", {"2-23"}),  # less than a third of one title
        ("十四五", {"1-01", "2-14"}),  # a plan, no number
    ],
)
def test_what_could_be_two_topics_is_told_as_such(written: str, candidates: set[str]) -> None:
    declared = read(written)
    assert declared.topic_id is None
    assert set(declared.candidates) == candidates
    assert " / " in str(declared.note)


@pytest.mark.parametrize(
    "written",
    [
        "2021/2/12", "2021.2.12", "2021-02-12", "2021年2月12日", "2月12日", "2月12号", "Feb-12", "12-Feb", "Feb 12, 2021", "12-Feb-2021",
        "12-Feb-21", "February 12", "2021-02-12T00:00:00", "2021/2/12 0:00", "２０２１／２／１２", "2/12/2021", "2021-2-12 00:00:00.000",
    ],
)  # fmt: skip
def test_a_code_that_became_a_date_in_any_spelling(written: str) -> None:
    declared = read(written)
    assert declared.topic_id == "2-12"
    assert "日期" in str(declared.note)


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("44239", ("2-12",)),  # the number of the day
        ("1/2/2021", ("1-02", "2-01")),  # which is the month?
        ("2012-12-02", ()),
    ],
)
def test_a_date_that_is_only_a_guess_is_asked_about(written: str, candidates: tuple[str, ...]) -> None:
    declared = read(written)
    assert (declared.topic_id, declared.candidates) == (None, candidates)


def test_a_date_of_the_last_century_was_a_number_above_31() -> None:
    assert codes_of_date("1932-01-01") == [(1, 32)]
    assert codes_of_date("Jan-32") == [(1, 32)]


@pytest.mark.parametrize(
    "written",
    [
        "基础研究处", "区域创新处", "科技金融处", "科技局", "某某办公室", "2021", "2021年", "2021年度", "重点", "重点项目",
        "一般项目", "2021年度重点项目",
        "青年项目", "自选课题", "软科学研究计划",
    ],
)  # fmt: skip
def test_an_office_a_year_or_a_category_is_no_topic(written: str) -> None:
    declared = read(written)
    assert (declared.text, declared.topic_id, declared.candidates) == (written, None, ())
    assert " / " in str(declared.note)


@pytest.mark.parametrize(
    "written",
    [
        "1.9；1.11",
        "1-09、1-11",
        "1-09,1-11",
        "1-09 1-11",
        "1.9/1.11",
        "1-09和1-11",
        "重点第9题；重点第11题",
        "1-09\n1-11",
        "1-09 或者 1-11",
        "首选1-09，备选1-11",
        "1.9 and 1.11",
        "Topic 1.9 or topic 1.11",
        "海河实验室体制机制；深化科技体制改革",  # of each title a part
    ],
)
def test_several_topics_at_once_are_said(written: str) -> None:
    declared = read(written)
    assert (declared.topic_id, declared.candidates) == (None, ("1-09", "1-11"))
    assert "同时报了 1-09、1-11" in str(declared.note)


@pytest.mark.parametrize(
    ("written", "candidates", "lacking"),
    [
        ("2-03、2-99", ("2-03",), "2-99"),
        ("2-99; 2-03", ("2-03",), "2-99"),
        ("1-09；1-11；1-13", ("1-09", "1-11"), "1-13"),
        ("2-03 或 2-99", ("2-03",), "2-99"),
        ("topic 3 or topic 99", ("1-03", "2-03"), "topic 99"),
        ("2-03至2-05", ("2-03", "2-04", "2-05"), ""),
        ("2-03-2-05", ("2-03", "2-04", "2-05"), ""),
        ("2-23～25", ("2-23", "2-24"), "25"),
        ("2-03、05", ("2-03", "2-05"), ""),
        ("2-03/05", ("2-03", "2-05"), ""),
        ("2-03与2-05两个方向", ("2-03", "2-05"), ""),
        ("重点项目第3、5题", ("1-03", "1-05"), ""),
        ("一般项目第3题和第5题", ("2-03", "2-05"), ""),
        ("第3题和第5题", ("1-03", "2-03", "1-05", "2-05"), ""),
        ("topics 3 and 5", ("1-03", "2-03", "1-05", "2-05"), ""),
        ("topics 9-11", ("1-09", "2-09", "1-10", "2-10", "1-11", "2-11"), ""),
        (
            "第1-3题",
            ("1-03", "1-01", "2-01", "1-02", "2-02", "2-03"),
            "",
        ),  # the id 1-03, or three of either section
        ("一般项目第3-5题", ("2-03", "2-04", "2-05"), ""),
        ("第三、五题", ("1-03", "2-03", "1-05", "2-05"), ""),
        ("一般项目第三至五题", ("2-03", "2-04", "2-05"), ""),
        ("1.1-1.3", ("1-01", "1-02", "1-03"), ""),
        ("1.1, 1.2, and 1.4", ("1-01", "1-02", "1-04"), ""),
        ("2-03 to 2-05", ("2-03", "2-04", "2-05"), ""),
        ("首选：2-03 备选：2-05", ("2-03", "2-05"), ""),
        ("2-03改2-05（2-05优先）", ("2-03", "2-05"), ""),
        ("介于2-03和2-05", ("2-05", "2-03"), ""),
    ],
)
def test_several_in_any_form_and_those_that_the_guide_lacks(
    written: str, candidates: tuple[str, ...], lacking: str
) -> None:
    declared = read(written)
    assert (declared.topic_id, declared.candidates) == (None, candidates)
    assert "several" in declared.note.en  # type: ignore[union-attr]
    assert declared.note.en.endswith(f"and {lacking}, which the guide does not have") == bool(lacking)  # type: ignore[union-attr]


@pytest.mark.parametrize("written", ["2-03等", "2-03？", "2-03或其他", "2-03, etc."])
def test_a_topic_that_is_left_open_is_asked_about(written: str) -> None:
    declared = read(written)
    assert (declared.topic_id, declared.candidates) == (None, ("2-03",))


@pytest.mark.parametrize(
    "written", ["2-03（经费5.5万，1-2年）", "2-03 张三 13800138000", "2-03, ML", "第二部分第3题", "2~03"]
)
def test_what_stands_beside_a_topic_is_no_other(written: str) -> None:
    assert read(written).topic_id == "2-03"


def test_a_number_without_a_section_may_be_of_any() -> None:
    running = DeclaredReader(shipped_guide(LAKESIDE).topics)
    assert running.read("第7至9题").candidates == ("1-07", "1-08", "2-09")


def test_several_codes_of_the_document() -> None:
    topics = shipped_guide().topics[:3]
    coded = DeclaredReader([replace(t, code=f"{1011 + n}") for n, t in enumerate(topics)])
    assert coded.read("1011、1013").candidates == (topics[0].id, topics[2].id)


@pytest.mark.parametrize(
    ("written", "topic"),
    [
        ("A2", "1-02"), ("Topic A2", "1-02"), ("topic: a-2", "1-02"), ("A 2", "1-02"), ("Theme A.2", "1-02"), ("Ａ２", "1-02"),
        ("Call topic no. A3: Whatever", "1-03"), ("A2/A9", None), ("Topic A2 or A3", None), ("Topic A9", None), ("A2a", None),
        ("Priority 2", None), ("see form A2", None),
    ],
)  # fmt: skip
def test_a_code_may_stand_behind_a_label_or_in_two_parts(written: str, topic: str | None) -> None:
    topics = [replace(t, code=f"A{t.number}", section="Water") for t in shipped_guide().topics[:3]]
    assert DeclaredReader(topics).read(written).topic_id == topic


@pytest.mark.parametrize(
    ("written", "topics"),
    [
        ("B3", ["1-03"]), ("b-3", ["1-03"]), ("B 3 Whatever", ["1-03"]), ("B12", ["1-12"]), ("B1", ["1-01"]), ("B003", []), ("B30", []),
        ("B01, B03", ["1-01", "1-03"]), ("B1 and B3", ["1-01", "1-03"]), ("B01 后备 B03", ["1-01", "1-03"]), ("B01与B03", ["1-01", "1-03"]),
        ("B01 (vitamin B99)", ["1-01"]),
    ],
)  # fmt: skip
def test_codes_without_their_zero_and_several_codes(written: str, topics: list[str]) -> None:
    """B3 is B03; a second code behind the first is not passed over."""
    reader = DeclaredReader([replace(t, code=f"B{t.number:02d}") for t in shipped_guide().topics[:12]])
    declared = reader.read(written)
    assert [t for t in (declared.topic_id, *declared.candidates) if t] == topics
    assert (declared.topic_id is None) == (len(topics) != 1)


def test_many_topics_at_once_are_not_the_first_of_them() -> None:
    ids = tuple(topic.id for topic in shipped_guide().topics)
    assert read("、".join(ids)).candidates == ids


@pytest.mark.parametrize(
    ("written", "number", "topic", "candidates"),
    [
        ("1.1", True, None, ("1-01", "1-10")),
        ("1.1", False, "1-01", ()),
        ("1.10", True, "1-10", ()),
        ("2.2", True, None, ("2-02", "2-20")),
        ("2.5", True, "2-05", ()),  # the section does not reach 50
        ("12", True, None, ("1-12", "2-12")),
    ],
)
def test_a_number_may_have_lost_its_last_zero(
    written: str, number: bool, topic: str | None, candidates: tuple[str, ...]
) -> None:
    declared = read(written, number=number)
    assert (declared.topic_id, declared.candidates) == (topic, candidates)


@pytest.mark.parametrize(
    "written",
    [
        "编号2-05", "方向2.5", "（2-05）", "【2-05】", "No.2-05", "指南2-05", "2-5题", "2/5", "2_05",
        "天津市信创产业创新生态体系深度优化研究（2-05）",
    ],
)  # fmt: skip
def test_a_code_in_other_clothes(written: str) -> None:
    assert read(written).topic_id == "2-05"


@pytest.mark.parametrize(
    "written",
    ["", "  ", "无", "待定", "/", "N/A", "（空）", "未填写", "尚未确定", "无对应课题", "not yet decided"],
)
def test_nothing_declared(written: str) -> None:
    assert read(written).text == ""


@pytest.mark.parametrize(
    "written",
    ["2-25", "9-01", "养老院布局研究", "创新", "研究", "重点项目第13题", "2024-12-31", "A-1", "2-0", "同上"],
)
def test_what_is_no_topic_of_the_guide_is_not_guessed(written: str) -> None:
    declared = read(written)
    assert (declared.text, declared.topic_id, declared.candidates) == (written, None, ())


def test_numbers_that_run_through_all_sections() -> None:
    assert DeclaredReader(shipped_guide(LAKESIDE).topics).read("方向17").topic_id == "3-17"
    assert DeclaredReader(shipped_guide(LAKESIDE).topics).read("现代农业与食品安全第17题").topic_id == "3-17"


@pytest.mark.parametrize("guide", [TIANJIN, LAKESIDE])
def test_every_full_title_is_its_own_topic(guide: str) -> None:
    topics = shipped_guide(guide).topics
    reader = DeclaredReader(topics)
    assert [reader.read(t.title).topic_id for t in topics] == [t.id for t in topics]


@given(st.deferred(lambda: st.sampled_from(shipped_guide().topics)), st.data())
def test_one_slip_in_a_title_never_leads_to_another_topic(topic: object, data: st.DataObject) -> None:
    title: str = topic.title  # type: ignore[attr-defined]
    place = data.draw(st.integers(0, len(title) - 1))
    slip = data.draw(st.sampled_from(["", "的", "新", title[place] * 2]))
    found = read(title[:place] + slip + title[place + 1 :])
    assert found.topic_id == topic.id  # type: ignore[attr-defined]


@given(st.text(max_size=40))
def test_any_text_is_answered_and_names_only_topics_that_exist(text: str) -> None:
    declared = read(text)
    known = {t.id for t in shipped_guide().topics}
    assert {declared.topic_id, *declared.candidates} - {None} <= known
