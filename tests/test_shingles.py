"""Units, shingles and winnowing: offsets are true, disguises of form change nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.shingles import SIZE, WINNOWED, covered, units, winnow


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("研究大学生的就业问题。", "研究，大学生的 就业问题"),
        ("研究ＡＢＣ模型", "研究abc模型"),
        ("項目設計與實務", "项目设计与实务"),
        ("科\u200b技\u00ad创新", "科技创新"),
        ("Deep Learning, twice", "deep-learning twice"),
    ],
)
def test_width_case_marks_and_traditional_characters_make_no_difference(one: str, other: str) -> None:
    assert units(one).codes.tolist() == units(other).codes.tolist()


def test_a_han_character_is_a_unit_and_a_word_is_a_unit_of_double_weight() -> None:
    found = units("研究 lithium 电池")
    assert found.weights.tolist() == [1, 1, 2, 1, 1]
    assert [(int(a), int(b)) for a, b in zip(found.starts, found.ends, strict=True)] == [
        (0, 1), (1, 2), (3, 10), (11, 12), (12, 13),
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_offsets_lead_back_to_the_same_units(text: str) -> None:
    found = units(text)
    assert (np.diff(found.starts) >= 0).all()
    assert ((found.starts >= 0) & (found.starts < found.ends) & (found.ends <= len(text))).all()
    assert len(found.hashes) == max(0, len(found.codes) - SIZE + 1)


@given(
    st.text("甲乙丙丁", min_size=SIZE + WINNOWED - 1, max_size=30),
    st.text("甲乙", max_size=20),
    st.text("丙丁", max_size=20),
)
def test_texts_with_a_long_enough_common_run_share_a_kept_shingle(run: str, left: str, right: str) -> None:
    a, b = units(left + run + right), units(right + run + left)
    kept = [set(u.hashes[winnow(u.hashes)].tolist()) for u in (a, b)]
    assert kept[0] & kept[1]


def test_a_shingle_covers_its_units() -> None:
    assert covered(np.array([False, True]), SIZE + 3).tolist() == [False] + [True] * SIZE + [False, False]


@given(st.text("研究，。 Aa９ｂ“”…é\u0301ﬁ\n項", max_size=40))
def test_the_short_way_for_plain_texts_gives_the_same_units(text: str) -> None:
    found, long_way = units(text), units(text + "\u200b")
    assert found.codes.tolist() == long_way.codes.tolist()
    assert found.starts.tolist() == long_way.starts.tolist()
    assert [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)] == [
        (text + "\u200b")[a:b].rstrip("\u200b") for a, b in zip(long_way.starts, long_way.ends, strict=True)
    ]
