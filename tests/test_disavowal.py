"""Clauses that look denied in whatever words, and that an answer does not hang on them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.guide.regression import GuideRegression
from matcher.matching.content import content
from matcher.matching.disavowal import DenialOdds, clauses, disavowed, signs
from matcher.segment import fold
from matcher.shipped import data_file, default_guide
from matcher.types import Match, Proposal

CASES = json.loads((Path(__file__).parent / "cases" / "disavowal.json").read_text(encoding="utf-8"))
# What is denied and what is studied, each with its topic.
PAIRS = {
    "tianjin-2021-soft-science": [
        ("科技创新券政策", "2-12", "大学科技园建设"),
        ("海河实验室体制机制", "1-09", "科研诚信评价"),
        ("科技计划项目资金管理", "2-17", "外国高端人才引进"),
    ],
    "port-calder-2025-coastal-city": [
        ("shore power for ships", "1-01", "short lets and rents"),
        ("open data on moorings", "4-05", "failures of drawbridges"),
        ("eelgrass meadows", "2-02", "plain language in city letters"),
    ],
}


def answers(kind: str) -> list[tuple[str, Match]]:
    """The denied topic and the answer of each sentence of a kind about each pair, by the fast reader."""
    asked = []
    for guide, pairs in PAIRS.items():
        engine = Engine.open(data_file(f"guides/{guide}.txt"), encoder=FAST)
        english = guide.startswith("port")
        for sentence in CASES[kind]:
            if sentence.replace("{denied}", "").replace("{studied}", "").isascii() == english:
                for denied, topic, studied in pairs:
                    text = sentence.format(denied=denied, studied=studied)
                    asked.append((topic, engine.match(Proposal("p", "", text))))
    return asked


@pytest.mark.parametrize(("kind", "most"), [("kept apart", 4), ("denied", 12)])
def test_a_denied_topic_is_hardly_ever_stated(kind: str, most: int) -> None:
    asked = answers(kind)
    stated = [match for topic, match in asked if match.verdict == "topic" and match.topic_id == topic]
    assert len(asked) == 3 * len(CASES[kind])
    assert len(stated) <= most


@pytest.mark.parametrize(("kind", "most"), [("questions", 1), ("questions kept apart", 3)])
def test_questions_are_no_denials(kind: str, most: int) -> None:
    pointed = []
    for sentence in CASES[kind]:
        english = sentence.replace("{first}", "").replace("{second}", "").isascii()
        first, second = (
            ("data sharing rules", "venture funding") if english else ("数据共享机制", "科技金融服务")
        )
        found = content(Proposal("p", "", sentence.format(first=first, second=second)))
        assert not [part for part in found.aside if part.reason == "denied"]
        pointed += [sentence] if disavowed(found) else []
    assert len(pointed) <= most


def test_what_asks_is_one_word_and_so_is_the_mark_of_a_question() -> None:
    run = clauses([fold("光与近视有没有关系？我们看"), "isn't it so, or not?"])
    assert [clause.words for clause in run] == [
        (*"光与近视", "?", *"关系", "?"), (*"我们看",), ("?", "so"), ("?", "?"),
    ]  # fmt: skip


def test_the_reason_says_what_the_answer_hangs_on() -> None:
    text = "放下科技创新券政策不表，单说大学科技园建设。"
    match = Engine.open(default_guide(), encoder=FAST).match(Proposal("p", "", text))
    assert (match.verdict, match.topic_id) == ("close", "2-12")
    assert "去掉看似写明不研究的内容后最接近的是 2-23" in match.reason


def test_what_looks_denied_is_told_with_its_place() -> None:
    parts = disavowed(content(Proposal("p", "", "暂且搁置科技金融，先把数据共享弄清。我们测算企业的投入。")))
    assert [part.text[a:b] for part, (a, b) in parts] == ["暂且搁置科技金融"]


def test_a_clause_ends_at_marks_and_where_it_turns() -> None:
    texts = [fold("我们不从甲入手而从乙入手，再看丙。"), "we skip a but study b. it ends"]
    assert [texts[c.part][c.start : c.end].strip() for c in clauses(texts)] == [
        "我们不从甲入手", "而从乙入手", "再看丙", "we skip a", "but study b", "it ends",
    ]  # fmt: skip


def test_signs_are_words_alone_and_by_twos_and_count_by_whose_they_are() -> None:
    run = clauses(["不做甲,做乙"])
    assert signs(run[0].words) == ["不", "做", "甲", "^ 不", "不 做", "做 甲", "甲 $"]
    weights = {"own:乙": 0.5, "last:不": 2.0, "next:不": 4.0, "next:乙": 8.0, "next:": 16.0, "last:": 32.0}
    assert DenialOdds(GuideRegression(-1.0, 0.0, weights)).of(run) == [-1 + 8 + 32, -1 + 0.5 + 2 + 16]
