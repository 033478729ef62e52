"""What an officer is told for given probabilities and scores, word for word."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from matcher.matching import decide
from matcher.matching.decide import Ranked
from matcher.message import percent
from matcher.types import Match, Office, OfficeSource, Topic
from tests.test_calibration import PLAIN

# Fractions of two, so that a threshold can be met to the last bit.
NUMBERS = changed(PLAIN, none_from=0.5, sure_from=0.75)


def topic(number: int, office: str | None) -> Topic:
    named = Office(f"{office}处", "1") if office else None
    return Topic(
        f"1-{number:02d}", "", number, f"课题{number}", "", named, "list" if named else "none", (1, 1)
    )


def ranked(chances: tuple[float, ...], offices: str = "甲乙丙丁戊己庚") -> list[Ranked]:
    """Topics with these probabilities; an office by each letter, none by a dash."""
    return [
        Ranked(topic(i, o if o != "-" else None), 0.5, p)
        for i, (p, o) in enumerate(zip(chances, offices, strict=False), 1)
    ]


def told(made: Match) -> tuple[object, ...]:
    return (
        made.verdict, made.topic_id, made.office.name if made.office else None, made.office_source,
        made.confidence, made.reason.zh, made.reason.en,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chances", "none", "expected"),
    [
        ((0.9, 0.05), 0.05, ("topic", "1-01", "甲处", "list", 0.9,
            "与 1-01《课题1》 最接近（90%），其次 1-02，5%。", "Closest to 1-01 (90%), then 1-02, 5%.")),
        ((0.9,), 0.05, ("topic", "1-01", "甲处", "list", 0.9,
            "与 1-01《课题1》 最接近（90%）。", "Closest to 1-01 (90%).")),
        ((0.3, 0.2), 0.5, ("none", None, None, "none", 0.5,
            "没有合适的课题（把握 50%）；相对最近的是 1-01《课题1》。",
            "No topic fits (50% sure); the nearest is 1-01.")),
        ((0.7, 0.05), 0.25, ("topic", "1-01", "甲处", "list", 0.7,
            "与 1-01《课题1》 最接近（70%），其次 1-02，5%；也可能不在指南范围内（25%）。",
            "Closest to 1-01 (70%), then 1-02, 5%; it may be outside the guide (25%).")),
        ((0.85, 0.05), 0.1, ("topic", "1-01", "甲处", "list", 0.85,
            "与 1-01《课题1》 最接近（85%），其次 1-02，5%；也可能不在指南范围内（10%）。",
            "Closest to 1-01 (85%), then 1-02, 5%; it may be outside the guide (10%).")),
        ((0.86, 0.05), 0.09, ("topic", "1-01", "甲处", "list", 0.86,
            "与 1-01《课题1》 最接近（86%），其次 1-02，5%。", "Closest to 1-01 (86%), then 1-02, 5%.")),
        ((0.5, 0.45), 0.05, ("close", "1-01", None, "none", 0.5,
            "最接近的依次是 1-01（50%）、1-02（45%），但不足以确定，请核对。",
            "Nearest are 1-01 (50%), 1-02 (45%), none of them sure; please check.")),
        ((0.4, 0.35), 0.25, ("close", "1-01", None, "none", 0.4,
            "与 1-01（40%）、1-02（35%） 相差很小，请核对；也可能不在指南范围内（25%）。",
            "Close between 1-01 (40%), 1-02 (35%); please check; it may be outside the guide (25%).")),
    ],
)  # fmt: skip
def test_a_decision_in_full(chances: tuple[float, ...], none: float, expected: tuple[object, ...]) -> None:
    assert told(decide.decide(ranked(chances), NUMBERS, none)) == expected


@pytest.mark.parametrize(
    ("chances", "none", "zh", "en"),
    [
        ((0.9, 0.05), 0.05, "与 1-01《课题1》 最接近（90%），其次 1-02，5%", "Closest to 1-01 (90%), then 1-02, 5%"),
        ((0.3, 0.2), 0.5, "没有合适的课题（把握 50%）；相对最近的是 1-01《课题1》", "No topic fits (50% sure); the nearest is 1-01"),
        ((0.5, 0.45), 0.05, "最接近的依次是 1-01（50%）、1-02（45%），但不足以确定，请核对",
            "Nearest are 1-01 (50%), 1-02 (45%), none of them sure; please check"),
        ((0.4, 0.35), 0.25, "与 1-01（40%）、1-02（35%） 相差很小，请核对；也可能不在指南范围内（25%）",
            "Close between 1-01 (40%), 1-02 (35%); please check; it may be outside the guide (25%)"),
    ],
)  # fmt: skip
def test_a_guide_that_only_names_its_topics_gives_hints(
    chances: tuple[float, ...], none: float, zh: str, en: str
) -> None:
    named = decide.decide(ranked(chances), NUMBERS, none, brevity=0.235)
    assert named.reason.zh == f"{zh}；指南只列名称，结果仅供参考。"
    assert named.reason.en == f"{en}; the guide only names its topics: take this as a hint."
    whole = decide.decide(ranked(chances), NUMBERS, none, brevity=0.23)
    assert (whole.reason.zh, whole.reason.en) == (f"{zh}。", f"{en}.")
    assert replace(named, reason=whole.reason) == whole, "what is decided stays"


def test_a_decision_looks_at_no_more_than_it_is_shown() -> None:
    assert told(decide.decide(ranked((0.9, 0.05)), NUMBERS)) == told(
        decide.decide(ranked((0.9, 0.05)), NUMBERS, none=0.0, office=0.0)
    )
    assert decide.decide(ranked((0.5, 0.4), "甲甲"), NUMBERS).office is None


@pytest.mark.parametrize(
    ("chances", "none", "named"),
    [
        ((0.5, 0.25, 0.25), 0.0, 2),  # enough to the last bit
        ((0.5, 0.125, 0.125), 0.375, 1),  # more likely than not, and enough
        ((0.484375, 0.125, 0.125), 0.4, 2),  # enough, but more likely wrong than right: the next beside it
        ((0.4, 0.3, 0.1, 0.1), 0.0, 3),
        ((0.4, 0.25, 0.07, 0.05, 0.05), 0.0, 4),
        ((0.4, 0.0, 0.0), 0.25, 3),  # what has no probability holds none
        ((0.0, 0.0), 0.25, 2),
        ((0.3, 0.2), 0.0, 2),  # not enough in all of them
        ((0.1,) * 7, 0.0, 5),  # more would be no answer
    ],
)
def test_topics_are_close_that_hold_enough_together(
    chances: tuple[float, ...], none: float, named: int
) -> None:
    made = decide.decide(ranked(chances), NUMBERS, none)
    assert made.verdict == ("topic" if named == 1 else "close")
    assert made.confidence == chances[0]
    if named > 1:
        ids = [f"1-{n:02d}" for n in range(1, named + 1)]
        assert re.findall(r"1-\d\d", made.reason.en) == ids
        assert re.findall(r"1-\d\d（[^）]+）", made.reason.zh) == [
            f"{id_}（{percent(chance)}）" for id_, chance in zip(ids, chances, strict=False)
        ]


@pytest.mark.parametrize(
    ("chances", "ahead"),
    [
        ((0.5, 0.45), True),  # more likely than not
        ((0.4, 0.35), False),
        ((0.375, 0.125, 0.125, 0.125), False),  # three times the next, no more
        ((0.4, 0.125, 0.125, 0.125), True),
        ((0.4, 0.0), True),
        ((0.0, 0.0), False),
    ],
)
def test_what_is_far_ahead_is_not_called_close(chances: tuple[float, ...], ahead: bool) -> None:
    reason = decide.decide(ranked(chances), NUMBERS).reason
    assert ("但不足以确定" in reason.zh, "none of them sure" in reason.en) == (ahead, ahead)
    assert ("相差很小" in reason.zh, "Close between" in reason.en) == (not ahead, not ahead)


@pytest.mark.parametrize(
    ("offices", "office", "name", "end", "end_english"),
    [
        ("甲甲", 0.75, "甲处", "，请核对；处室较明确：甲处。", "; please check; the office is clear: 甲处."),
        ("甲甲", 0.74, None, "，请核对。", "; please check."),
        ("--", 0.95, None, "，请核对。", "; please check."),
    ],
)
def test_an_office_can_be_sure_when_no_topic_is(
    offices: str, office: float, name: str | None, end: str, end_english: str
) -> None:
    made = decide.decide(ranked((0.5, 0.45), offices), NUMBERS, 0.0, office)
    assert (made.office.name if made.office else None) == name
    assert made.office_source == ("list" if name else "none")
    assert made.reason.zh.endswith(f"不足以确定{end}")
    assert made.reason.en.endswith(f"none of them sure{end_english}")


@pytest.mark.parametrize(
    ("scores", "offices", "expected"),
    [
        ((0.9, 0.4, 0.3), "甲乙丙", ("topic", "1-01", "甲处", "list", 0.9,
            "与 1-01《课题1》 最接近（相似度 0.90），其次 1-02，0.40。",
            "Closest to 1-01 (similarity 0.90), then 1-02, 0.40.")),
        ((0.9,), "甲", ("topic", "1-01", "甲处", "list", 0.9,
            "与 1-01《课题1》 最接近（相似度 0.90）。", "Closest to 1-01 (similarity 0.90).")),
        ((decide.NONE_BELOW, 0.1), "甲乙", ("topic", "1-01", "甲处", "list", decide.NONE_BELOW,
            "与 1-01《课题1》 最接近（相似度 0.22），其次 1-02，0.10。",
            "Closest to 1-01 (similarity 0.22), then 1-02, 0.10.")),
        ((0.21, 0.2), "甲甲", ("none", None, None, "none", 0.21,
            "没有合适的课题；相对最近的是 1-01《课题1》，相似度仅 0.21。", "No topic fits; the nearest is 1-01 at 0.21.")),
        ((0.9, 0.89, 0.5), "甲甲乙", ("close", "1-01", "甲处", "list", 0.9,
            "与 1-01、1-02 相差很小，请核对。", "Close between 1-01, 1-02; please check.")),
        ((0.9, 0.89, 0.885), "甲甲乙", ("close", "1-01", None, "none", 0.9,
            "与 1-01、1-02、1-03 相差很小，请核对。", "Close between 1-01, 1-02, 1-03; please check.")),
    ],
)  # fmt: skip
def test_scores_decide_where_nothing_is_calibrated(
    scores: tuple[float, ...], offices: str, expected: tuple[object, ...]
) -> None:
    best = [Ranked(topic(i, o), s, None) for i, (s, o) in enumerate(zip(scores, offices, strict=True), 1)]
    assert told(decide.decide(best, None)) == expected


SURE = decide.decide(ranked((0.9, 0.05)), NUMBERS, 0.05)


def test_another_object_makes_an_answer_close() -> None:
    assert told(decide.elsewhere(SURE)) == (
        "close", "1-01", "甲处", "list", 0.9,
        "与 1-01 最接近（90%），但题目中的对象不是该课题的，请核对。",
        "Closest to 1-01 (90%), but the title has another object than the topic; please check.",
    )  # fmt: skip


def test_no_item_covered_makes_an_answer_close() -> None:
    assert told(decide.uncovered(SURE, 3)) == (
        "close", "1-01", "甲处", "list", 0.9,
        "与 1-01 最接近（90%），但其 3 项研究内容均未写清，请核对。",
        "Closest to 1-01 (90%), but the text covers none of its 3 items of research contents; please check.",
    )  # fmt: skip
    assert told(decide.uncovered(SURE, 1))[-2:] == (
        "与 1-01 最接近（90%），但没有写到它的研究内容，请核对。",
        "Closest to 1-01 (90%), but the text says nothing clear of what that topic is to study; please check.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("part", "chinese", "english"),
    [
        (
            "suspect",
            "去掉与指南相近、罗列或重复的文字后最接近的是",
            "without text that is near the guide's, listed or repeated the nearest is",
        ),
        ("background", "去掉研究背景后最接近的是", "without the background the nearest is"),
        ("title", "去掉题目后最接近的是", "without the title the nearest is"),
        ("chinese", "去掉中文部分后最接近的是", "without its Chinese part the nearest is"),
        ("english", "去掉英文部分后最接近的是", "without its English part the nearest is"),
        (
            "nearest",
            "去掉与前者最接近的句子后最接近的是",
            "without the sentences nearest to the former the nearest is",
        ),
        ("sentences", "有的句子明显更接近", "some sentences are far nearer to"),
    ],
)
def test_an_answer_that_hangs_on_a_part_is_close(part: str, chinese: str, english: str) -> None:
    assert told(decide.doubted(SURE, topic(2, "乙"), part)) == (
        "close", "1-01", None, "none", 0.9,
        f"与 1-01、1-02 都可能，请核对：{chinese} 1-02《课题2》。",
        f"Between 1-01 and 1-02; please check: {english} 1-02.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("office", "without", "name", "source"),
    [
        (Office("甲处", "1"), "甲", "甲处", "list"),
        (Office("甲处", "1"), "乙", None, "none"),
        (None, "甲", None, "none"),
        (None, None, None, "none"),
    ],
)
def test_a_doubt_leaves_the_office_of_both_topics(
    office: Office | None, without: str | None, name: str | None, source: OfficeSource
) -> None:
    sure = replace(SURE, office=office, office_source="list" if office else "none")
    made = decide.doubted(sure, topic(2, without), "english")
    assert (made.office.name if made.office else None, made.office_source) == (name, source)
