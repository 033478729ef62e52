from __future__ import annotations

import numpy as np
import pytest

from matcher.matching import rank


def test_worked_example() -> None:
    """Two query passages (a title, a sentence), three passages of two topics.

    Title: best pairs .9 (topic 1), .2 (topic 2). Sentence: .1, .8. Weights .75 and .25 give
    .9 * .75 + .1 * .25 = .7 and .2 * .75 + .8 * .25 = .35.
    """
    table = np.array([[0.9, 0.5, 0.2], [0.1, 0.0, 0.8]])
    best = rank.best_pairs(table, np.array([0, 2]))
    np.testing.assert_allclose(best, [[0.9, 0.2], [0.1, 0.8]])
    scores = rank.add_up(best, np.array([0.75, 0.25]), np.array([0]))
    np.testing.assert_allclose(scores, [[0.7, 0.35]])


def test_whole_texts_and_sentences_share_a_score() -> None:
    full_texts, sentences = np.array([[1.0, 0.25, 0.5]]), np.array([[0.25, 1.0, 0.5]])
    share = rank.FULL_TEXT
    wanted = [[share + (1 - share) / 4, share / 4 + 1 - share, 0.5]]
    np.testing.assert_allclose(rank.both(full_texts, sentences), wanted)


def test_what_is_ahead_of_the_first_topic() -> None:
    """Two proposals, of two sentences and one: topic 2 leads in the second sentence by .5, topic 3 in the third by .2."""
    values = np.array([[0.9, 0.2, 0.1], [0.1, 0.6, 0.3], [0.4, 0.5, 0.6]])
    weights, starts = np.array([0.75, 0.25, 1.0]), np.array([0, 2])
    ahead = rank.ahead(values, weights, starts, np.array([0, 0]))
    np.testing.assert_allclose(ahead, [[0.0, 0.125, 0.05], [0.0, 0.1, 0.2]])
    ahead = rank.ahead(values, weights, starts, np.array([1, 2]))
    np.testing.assert_allclose(ahead, [[0.525, 0.0, 0.0], [0.0, 0.0, 0.0]])


def test_proposals_do_not_mix() -> None:
    values = np.array([[1.0], [0.5], [0.2]])
    np.testing.assert_allclose(
        rank.add_up(values, np.array([0.5, 0.5, 1.0]), np.array([0, 2])), [[0.75], [0.2]]
    )


def test_weights_sum_to_one_and_favour_titles() -> None:
    weights = rank.passage_weights(np.array([16, 16, 64]), np.ones(3), [True, False, False], np.array([0]))
    assert weights.sum() == pytest.approx(1)
    assert weights[0] / weights[1] == pytest.approx(rank.TITLE)
    assert weights[2] / weights[1] == pytest.approx(2)


def test_a_retriever_that_knows_nothing_has_no_share() -> None:
    known = {"dense": np.array([1.0, 1.0, 0.0]), "lexical": np.array([1.0, 0.0, 0.0])}
    used = [np.full(3, 9.0) for _ in range(8)]
    del used  # so that an array that nobody filled holds something
    share = rank.shares(known, {"dense": 3.0, "lexical": 1.0})
    np.testing.assert_allclose(share["dense"], [0.75, 1.0, 0.0])
    np.testing.assert_allclose(share["lexical"], [0.25, 0.0, 0.0])


def test_equal_scores_keep_the_order_of_topics() -> None:
    assert rank.order(np.array([[0.3, 0.5, 0.5, 0.1]])).tolist() == [[1, 2, 0, 3]]


def test_reciprocal_ranks() -> None:
    fused = rank.reciprocal_ranks({"a": np.array([[0.9, 0.1]]), "b": np.array([[0.3, 0.4]])})
    np.testing.assert_allclose(fused, [[1 / 61 + 1 / 62, 1 / 62 + 1 / 61]])


def test_a_passage_counts_by_what_its_content_counts() -> None:
    """Two proposals; square roots of the lengths are 4, 3, 2, 1, 5, their counts 1, ½, 1, ¼, 1."""
    lengths, counts = np.array([16, 9, 4, 1, 25]), np.array([1.0, 0.5, 1.0, 0.25, 1.0])
    weights = rank.passage_weights(lengths, counts, [False] * 5, np.array([0, 3]))
    np.testing.assert_allclose(weights, [4 / 7.5, 1.5 / 7.5, 2 / 7.5, 0.25 / 5.25, 5 / 5.25])


def test_a_share_is_of_what_is_known_however_little() -> None:
    share = rank.shares({"a": np.array([0.25]), "b": np.array([0.25])}, {"a": 1.0, "b": 3.0})
    np.testing.assert_allclose([share["a"], share["b"]], [[0.25], [0.75]])


def test_fused_scores_are_weighted_means_in_six_decimals() -> None:
    parts = {"a": np.array([[0.9, 0.1], [0.4, 0.6]]), "b": np.array([[0.3, 0.7], [0.2, 1 / 3]])}
    fused = rank.fuse(parts, {"a": np.array([0.75, 0.0]), "b": np.array([0.25, 1.0])})
    assert fused.tolist() == [[0.75, 0.25], [0.2, 0.333333]]


def test_many_equal_scores_keep_the_order_of_topics_in_every_row() -> None:
    scores = np.array([[0.5, 0.25] * 40, [0.25, 0.5] * 40])
    even, odd = list(range(0, 80, 2)), list(range(1, 80, 2))
    assert rank.order(scores).tolist() == [even + odd, odd + even]
