from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.embeddings.static import shipped_encoder
from matcher.index import words
from matcher.index.words import WordInteraction

TOPICS = [["创新券政策效果", "评估科技服务机构"], ["湖泊蓝藻水华", "预报饮用水源"], ["。"]]
TEXTS = ["创新券评估", "Innovation vouchers", "蓝藻。", "", "水源 lake", "政策机构预报"]


@pytest.fixture(scope="module")
def interaction() -> WordInteraction:
    return WordInteraction(shipped_encoder(), TOPICS)


def cosine(a: str, b: str) -> float:
    left, right = shipped_encoder().encode([a, b], "query")
    return max(0.0, float(left @ right))


def test_word_cosines_are_those_of_the_vectors() -> None:
    """A text of one word has that word's direction."""
    pieces = np.array([shipped_encoder().pieces([w])[0][0] for w in ("湖泊", "创新", "innovation")])
    found = shipped_encoder().word_cosines(pieces, shipped_encoder().words(pieces[:2]))
    for i, first in enumerate(("湖泊", "创新", "innovation")):
        for j, second in enumerate(("湖泊", "创新")):
            assert found[i, j] == pytest.approx(cosine(first, second), abs=1e-5)


def test_one_word_against_one_word() -> None:
    """Two topics of a word each: every share is the cosine of the words, and so is the score."""
    small = WordInteraction(shipped_encoder(), [["湖泊"], ["创新"]])
    scores = small.scores([["水库"]])
    expected = [cosine("水库", "湖泊"), cosine("水库", "创新")]
    assert scores.topics[0] == pytest.approx(expected, abs=1e-5)
    assert scores.covered[0] == pytest.approx(expected, abs=1e-5)
    assert scores.shared[0] == pytest.approx(expected, abs=1e-5)


def test_both_sides_make_the_score(interaction: WordInteraction) -> None:
    s = interaction.scores([["创新券评估", "预报"]])
    topic_side = np.array(
        [(s.covered * s.covered_weights)[0, :2].sum(), (s.covered * s.covered_weights)[0, 2:4].sum(), 0]
    )
    proposal_side = s.shared_weights @ s.shared
    expected = words.TOPIC_SIDE * topic_side + (1 - words.TOPIC_SIDE) * proposal_side
    assert s.topics[0] == pytest.approx(expected)
    assert s.shared_weights.sum() == pytest.approx(1)
    assert s.covered_weights[:2].sum() == pytest.approx(1)


def test_the_same_words_cover_fully(interaction: WordInteraction) -> None:
    s = interaction.scores([TOPICS[0]])
    assert s.covered[0, :2] == pytest.approx([1, 1], abs=1e-5)
    assert s.topics[0].argmax() == 0


def test_nothing_meets_nothing(interaction: WordInteraction) -> None:
    s = interaction.scores([["", "。！"], ["蓝藻"]])
    assert not s.topics[0].any()
    assert not s.shared_weights[:2].any()
    assert not s.topics[1, 2].any(), "a topic without words is covered by nothing"


@given(st.lists(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3), min_size=1, max_size=6))
def test_a_proposal_does_not_depend_on_its_batch(batch: list[list[str]]) -> None:
    interaction = WordInteraction(shipped_encoder(), TOPICS)
    together = interaction.scores(batch).topics
    alone = np.concatenate([interaction.scores([text]).topics for text in batch])
    np.testing.assert_array_equal(together, alone)
    assert together.min() >= 0
    assert together.max() <= 1 + 1e-9
