"""A passage put whole into another text is a reason to look, whatever else either text states."""

from __future__ import annotations

import pytest

from matcher.duplicates import find
from matcher.duplicates.copied import Copied
from matcher.duplicates.lifted import lifted
from matcher.embeddings import FAST, Encoder, load_encoder
from matcher.types import Proposal

PASSAGE = "每条试验带按月收集凋落物并称干重，用网袋法测分解速率，同时记下蚯蚓的种类与密度，折算成还林后土壤有机碳的年增量。"
FIRST = "在七个县的退耕坡地布置120个样方，比较柠条、沙棘与山杏三种配置的成活率和蒸散量。"
# With other figures and names and without.
OTHERS = [
    "对4片人工油松纯林做带状间伐，看林下灌草多样性能恢复几成。",
    "对人工纯林做带状间伐，看林下灌草的多样性能恢复几成。",
    "在陇东2个林场用LiDAR估算油松林的郁闭度，分3级间伐。",
]
STOCK = "采用文献研究法、问卷调查法、专家访谈法、比较分析法相结合的方法，提交研究报告一份，发表学术论文两篇，培养研究生三名。"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(FAST)


def concern(encoder: Encoder, first: str, second: str) -> float:
    pairs = find(
        [Proposal("a", "坡地还林", first), Proposal("b", "油松间伐", second)], encoder, threshold=0
    ).pairs
    return max((pair.concern for pair in pairs), default=0.0)


@pytest.mark.parametrize("other", OTHERS)
def test_half_of_a_text_is_told_whatever_else_it_states(encoder: Encoder, other: str) -> None:
    assert concern(encoder, FIRST + PASSAGE, other + PASSAGE) >= 0.5
    assert concern(encoder, FIRST + PASSAGE, PASSAGE + other) >= 0.5


def test_what_any_project_says_is_nobodys_passage() -> None:
    texts = (FIRST + STOCK, FIRST + PASSAGE)
    found = [lifted(Copied(0.5, 0.5, 56, 56, ((len(FIRST), len(text), 0, 0),)), text) for text in texts]
    assert found == [False, True]


@pytest.mark.parametrize(
    ("common", "expected"),
    [
        (Copied(0.45, 0.1, 40, 40, ((0, 40, 0, 40),)), True),
        (Copied(0.1, 0.45, 40, 40, ((0, 40, 0, 40),)), True),
        (Copied(0.45, 0.1, 39, 39, ((0, 39, 0, 39),)), False),
        (Copied(0.44, 0.44, 60, 60, ((0, 60, 0, 60),)), False),
        # By hand: of .6 of the text two thirds are one passage, which is .4 of it.
        (Copied(0.6, 0.6, 60, 40, ((0, 40, 0, 40), (50, 70, 50, 70))), False),
        (Copied(0.7, 0.6, 60, 40, ((0, 40, 0, 40), (50, 70, 50, 70))), True),
    ],
)
def test_a_passage_is_long_and_a_good_part_of_a_text(common: Copied, expected: bool) -> None:
    assert lifted(common, FIRST + PASSAGE) is expected
