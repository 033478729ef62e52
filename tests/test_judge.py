"""The verdict on one filed proposal, every number of it."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest

from matcher.message import Message
from matcher.triage import FilingVerdict, Judged, SentencePair, chances, judge
from matcher.triage.declared import Declared
from matcher.types import Evidence, Hit, Match, Passage, Topic

TOPIC_IDS = ("1-01", "1-02", "2-01", "2-02")
TOPICS = {t: Topic(t, "", n, f"课题{n}", "", None, "none", (1, 1)) for n, t in enumerate(TOPIC_IDS)}
WARNED = (Message("提醒", "warning"),)


def passage(id_: str, text: str) -> Passage:
    return Passage(id_, id_.partition("#")[0], 0, len(text), text)


def match(none: float | None, shares: tuple[float, ...], scores: tuple[float, ...] = ()) -> Match:
    """A match over four topics, best first; each topic's evidence names it."""
    rows = zip(TOPIC_IDS, shares or [None] * 4, scores or shares, strict=True)
    hits = [
        Hit(t, score, p, {}, (Evidence(passage("p#0", "甲"), passage(f"{t}#0", t), 0.7, 1.0, "dense"),))
        for t, p, score in rows
    ]
    hits.sort(key=lambda h: -h.score)
    distribution = array("d", shares or scores)
    return Match(
        "p",
        "topic",
        hits[0].topic_id,
        None,
        "none",
        0.0,
        tuple(hits),
        WARNED[0],
        WARNED,
        none,
        (),
        distribution,
    )


@pytest.mark.parametrize(
    ("declared", "none", "shares", "verdict", "filed", "suggested", "numbers", "pair"),
    [
        # Filed under the second: its odds count 32 times, 8 of 8.75 in all.
        (Declared("1-02", "1-02"), 0.0625, (0.5, 0.25, 0.125, 0.0625), "agree", "1-02", "1-02",
            (0.25, 0.25, 8 / 8.75, 0.25 - 0.5, 0.75 / 8.75), "1-02"),
        (Declared("1-01", "1-01"), 0.0625, (0.5, 0.25, 0.125, 0.0625), "agree", "1-01", "1-01",
            (0.5, 0.5, 16 / 16.5, 0.5 - 0.25, 0.5 / 16.5), "1-01"),
        # Half of the belief is enough.
        (Declared("1-02", "1-02"), 0.125, (0.5, 0.03125, 0.25, 0.125), "agree", "1-02", "1-02",
            (0.03125, 0.03125, 0.5, 0.03125 - 0.5, 0.5), "1-02"),
        (Declared("1-02", "1-02"), 0.0, (0.7, 0.0, 0.2, 0.1), "move", "1-02", "1-01",
            (0.0, 0.7, 0.7, 0.7, 1.0), "1-01"),
        (Declared("1-02", "1-02"), 0.125, (0.6875, 0.0, 0.125, 0.0625), "ask", "1-02", "1-01",
            (0.0, 0.6875, 0.6875, 0.6875, 1.0), "1-01"),
        # Filed under the likeliest of all, but nothing fits as well or better.
        (Declared("1-01", "1-01"), 1.0, (0.03125, 0.0, 0.0, 0.0), "agree", "1-01", "1-01",
            (0.03125, 0.03125, 0.5, 0.03125, 0.5), "1-01"),
        (Declared("1-01", "1-01"), 1.5, (0.015625, 0.0, 0.0, 0.0), "outside", "1-01", None,
            (0.015625, None, 0.75, 1.5 - 0.015625, 0.75), "1-01"),
        (Declared(""), 0.4, (0.3, 0.2, 0.1, 0.0), "outside", None, None, (None, None, 0.4, 0.1, 1.0), "1-01"),
        (Declared(""), 0.5, (0.125, 0.5, 0.0, 0.0), "outside", None, None,
            (None, None, 0.5 / 1.125, 0.0, 1.0), "1-02"),
        (Declared(""), 0.4375, (0.5, 0.0625, 0.0, 0.0), "undeclared", None, "1-01",
            (None, 0.5, 0.5, 0.4375, 1.0), "1-01"),
        (Declared("随便"), 0.0, (0.125, 0.75, 0.125, 0.0), "ask", None, "1-02",
            (None, 0.75, 0.75, 0.625, 1.0), "1-02"),
        # What could mean two topics: the text tells which, but nobody is told to move.
        (Declared("第2题", None, ("1-02", "2-02")), 0.0, (0.0, 0.25, 0.25, 0.5), "agree", "2-02", "2-02",
            (0.5, 0.5, 16 / 16.5, 0.25, 0.5 / 16.5), "2-02"),
        (Declared("第2题", None, ("1-02", "2-02")), 0.0, (1.0, 0.0, 0.0, 0.0), "ask", "1-02", "1-01",
            (0.0, 1.0, 1.0, 1.0, 1.0), "1-01"),
    ],
)  # fmt: skip
def test_a_verdict_in_full(
    declared: Declared, none: float, shares: tuple[float, ...], verdict: FilingVerdict, filed: str | None,
    suggested: str | None, numbers: tuple[float | None, float | None, float, float, float], pair: str,
) -> None:  # fmt: skip
    judged = judge(match(none, shares), declared, TOPICS)
    p_filed, p_suggested, confidence, margin, gain = numbers
    assert judged == Judged(
        verdict, filed, suggested, p_filed, p_suggested, none,
        round(confidence, 6), round(margin, 6), round(gain, 6),
        judged.reason, SentencePair("甲", pair, 0.7), WARNED,
    )  # fmt: skip


def test_the_margin_over_no_other_topic_is_all_of_it() -> None:
    only = match(0.25, (0.75, 0.0, 0.0, 0.0))
    only = replace(only, distribution=only.distribution[:1])
    judged = judge(only, Declared("1-01", "1-01"), {"1-01": TOPICS["1-01"]})
    assert (judged.verdict, judged.margin, judged.confidence) == ("agree", 0.75, round(24 / 24.25, 6))


def test_numbers_are_told_in_six_decimals() -> None:
    judged = judge(match(1 / 7, (3 / 7, 2 / 7, 1 / 7, 0.0)), Declared("1-02", "1-02"), TOPICS)
    told = (
        judged.declared_probability, judged.suggested_probability, judged.none_probability,
        judged.confidence, judged.margin, judged.gain,
    )  # fmt: skip
    assert told == (0.285714, 0.285714, 0.142857, round(64 / 69, 6), -0.142857, round(5 / 69, 6))


def test_the_reason_rests_on_what_was_judged() -> None:
    """The words themselves are held by the tests of the desk."""
    reason = judge(match(0.05, (0.9, 0.0, 0.03, 0.02)), Declared("1-02", "1-02"), TOPICS).reason
    assert (reason.zh, reason.en) == (
        "所报 1-02 的概率 <0.01；更像 1-01《课题0》（0.90）。", "Declared 1-02 has <0.01; rather 1-01 (0.90)."
    )  # fmt: skip
    reason = judge(match(0.6, (0.3, 0.1, 0.0, 0.0)), Declared("1-02", "1-02"), TOPICS).reason
    assert reason.zh == "不足以改报：所报 1-02 单看文字为 0.10，计入申报人自己的选择为 0.78。"
    reason = judge(match(0.9, (0.05, 0.0, 0.03, 0.02)), Declared(""), TOPICS).reason
    assert reason.en == "No topic of the guide fits (0.90); no usable declared topic, the nearest is 1-01."
    reason = judge(
        match(0.0, (1.0, 0.0, 0.0, 0.0)),
        Declared("甲题", "1-01", (), Message("认作 1-01", "read as 1-01")),
        TOPICS,
    ).reason
    assert reason.zh == "所报 1-01 与内容相符（概率 >0.99）；所报“甲题”认作 1-01。"


def test_no_usable_text_is_unreadable() -> None:
    why = Message("没有可用的文字。", "There is no usable text.")
    empty = Match("p", "empty", None, None, "none", 0.0, (), why)
    expected = Judged("unreadable", "1-01", None, None, None, None, 1.0, 0.0, 1.0, why, None, ())
    assert judge(empty, Declared("1-01", "1-01"), TOPICS) == expected


@pytest.mark.parametrize(
    ("ids", "pair"),
    [
        ([("p#0", "t#0"), ("p#1", "t#1")], ("p#0", "t#0")),
        ([("p#whole", "t#whole"), ("p#1", "t#1")], ("p#1", "t#1")),
        ([("p#whole", "t#0"), ("p#1", "t#1")], ("p#1", "t#1")),
        ([("p#0", "t#whole"), ("p#1", "t#1")], ("p#1", "t#1")),
        ([("p#whole", "t#whole")], None),
        ([], None),
    ],
)
def test_the_pair_that_is_shown_is_of_sentences(
    ids: list[tuple[str, str]], pair: tuple[str, str] | None
) -> None:
    evidence = tuple(Evidence(passage(a, a), passage(b, b), 1 / 3, 1.0, "dense") for a, b in ids)
    hits = tuple(Hit(t, 0.5, 0.25, {}, evidence) for t in TOPIC_IDS)
    match = Match(
        "p", "topic", "1-01", None, "none", 0.0, hits, WARNED[0], (), 0.0, (), array("d", [0.25] * 4)
    )
    assert judge(match, Declared(""), TOPICS).pair == (SentencePair(*pair, 0.333333) if pair else None)


@pytest.mark.parametrize(
    ("scores", "best"),
    [((0.6, 0.58, 0.2, 0.1), 0.6), ((0.24, 0.23, 0.02, 0.01), 0.25), ((0.25, 0.2, 0.2, 0.1), 0.25)],
)
def test_without_calibration_the_scores_stand_in(scores: tuple[float, ...], best: float) -> None:
    """A difference of 0.02 is a factor e in odds; that nothing fits has the score 0.25."""
    topics, none = chances(match(None, (), scores), TOPIC_IDS)
    odds = [math.exp((score - best) / 0.02) for score in (*scores, 0.25)]
    assert list(topics) == list(TOPIC_IDS)
    assert [*topics.values(), none] == pytest.approx([o / math.fsum(odds) for o in odds])


def test_of_equal_chances_the_better_hit_is_the_nearest() -> None:
    judged = judge(match(1.0, (0.0,) * 4, (0.1, 0.3, 0.2, 0.0)), Declared(""), TOPICS)
    assert (judged.verdict, judged.pair) == ("outside", SentencePair("甲", "1-02", 0.7))
    assert judged.reason.en.endswith("the nearest is 1-02.")


def test_with_a_calibration_they_are_its_own() -> None:
    assert chances(match(0.25, (0.5, 0.25, 0.0, 0.0)), TOPIC_IDS) == (
        dict(zip(TOPIC_IDS, (0.5, 0.25, 0.0, 0.0), strict=True)), 0.25
    )  # fmt: skip
