"""The measure of doubt about a guide's topics: what it names, and that its numbers are of the features it measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.guide import read_guide
from matcher.guide.checks.doubt import doubts
from matcher.guide.checks.oddity import features
from matcher.guide.checks.places import GuideLines
from matcher.guide.reading import parse_document
from matcher.guide.regression import shipped_regression
from matcher.readers import Document
from matcher.types import Guide
from tests.layout_cases import Case, read_cases, write

SIGNS = read_cases(Path(__file__).parent / "cases" / "signs", lambda row: [row])

RIGHT = (
    "Call for proposals 2029|Topics|1. Bus priority and the emergency services|Which junctions delay them most?"
    "|2. Repair cafés and the price of spare parts|Who pays, and for how long?"
    "|3. Street markets after the night economy|What would traders need?"
)


def guide_of(text: str) -> Guide:
    return parse_document(Document("guide", tuple(text.split("|"))))


def test_the_numbers_are_of_the_features() -> None:
    guide = guide_of(RIGHT)
    rows = features(GuideLines(guide.topics, guide.audit))
    assert all(row.keys() == shipped_regression("guide_doubts.json").weights.keys() for row in rows)


def test_a_right_guide_is_not_doubted() -> None:
    guide = guide_of(RIGHT)
    assert [t.title for t in guide.topics] == [
        "Bus priority and the emergency services",
        "Repair cafés and the price of spare parts",
        "Street markets after the night economy",
    ]
    assert list(doubts(GuideLines(guide.topics, guide.audit))) == []


@pytest.mark.parametrize(
    ("text", "topic", "line"),
    [
        (RIGHT.replace("price of spare parts", "price of spare parts in towns without any||workshop of their own."), "1-02", "第 7 行“workshop"),
        (
            "2029年度课题指南|一、民生|1.社区助餐点可持续运营研究|2.城市公园夜间开放管理研究 老旧电梯更新资金分担研究|3.家庭病床服务价格机制研究",
            "1-02",
            "第 4 行",
        ),
        # A file that ends within its last title.
        (
            "2031 ideas|Topics|1. Rooftop beehives in summer|2. Night mooring on canals|3. Street markets after dark|4. Urban apiaries and w",
            "1-04",
            "第 6 行",
        ),
    ],
)  # fmt: skip
def test_the_most_doubtful_topic_is_named_with_its_line(text: str, topic: str, line: str) -> None:
    guide = guide_of(text)
    (finding,) = doubts(GuideLines(guide.topics, guide.audit))
    assert finding.startswith(f"可能没有读对，请核对，或导出表格修订：{topic}（{line}")


def test_one_topic_is_compared_with_nothing() -> None:
    guide = guide_of(RIGHT)
    assert list(doubts(GuideLines(guide.topics[:1], guide.audit))) == []


@pytest.mark.parametrize("case", SIGNS, ids=lambda case: case.name)
def test_a_fault_that_all_topics_share_is_said(case: Case, tmp_path: Path) -> None:
    """Each row is a part of a finding; none where titles are so by style."""
    found = [finding.zh for finding in read_guide(write(case, tmp_path)).findings]
    assert [any(words in text for text in found) for (words,) in case.rows] == [True] * len(case.rows)
    assert case.rows or not found
