"""The parts of a sentence that lists several things, and how far a proposal has the words of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matcher.embeddings import FAST, load_encoder
from matcher.embeddings.static import StaticEncoder
from matcher.engine import Engine
from matcher.matching.item_parts import parts, words_met
from matcher.types import Passage, Proposal

GUIDE = """# 指南

1. 山区茶园绿色防控技术研究
面向三个产茶县，研究小绿叶蝉的发生规律与天敌昆虫的释放技术，研制诱虫色板的回收机具，建立农药残留的快速检测方法，并在不少于五个合作社示范。
2. 城市内涝预警研究
研究暴雨时下穿隧道的积水过程，研发低成本水位计，建立交警与排水部门的联动办法。
3. 乡村幼儿园师资研究
调查乡村幼儿园教师的流动原因，比较几种补贴办法的效果，编写家园共育的读本。
"""


@pytest.mark.parametrize(
    "expected",
    [
        ["研究甲乙丙丁的规律，", "研制戊己庚辛的机具，", "建立壬癸子丑的方法。"],
        # Two things are told together.
        ["研究甲乙丙丁的规律，研制戊己庚辛的机具。"],
        # Where it is done stays with what is done, and so does what is short.
        ["面向三个县城，研究甲乙丙丁的规律，", "研制戊己庚辛机具，", "建立壬癸的方法，等。"],
        ["Test leaky barriers on farms, ", "hedgerow planting and soil aeration, ", "and payment schemes."],
    ],
)
def test_a_sentence_is_cut_into_what_it_lists(expected: list[str]) -> None:
    text = "".join(expected)
    cut = parts(Passage("t#1", "t", 10, 10 + len(text), text))
    assert [part.text for part in cut] == [part.strip() for part in expected]
    assert all(text[part.start - 10 : part.end - 10] == part.text for part in cut)


def test_words_of_the_title_count_little_in_a_part() -> None:
    """Both parts are about tea; only one of the proposal's words is a part's own."""
    encoder = load_encoder(FAST)
    assert isinstance(encoder, StaticEncoder)
    texts = ["茶园天敌昆虫", "茶园农药残留"]
    known = {int(piece): 1.0 for pieces in encoder.pieces(texts) for piece in pieces}
    plain, less = (words_met(encoder, known, title, ["茶园里的农药"], texts)[0] for title in ("电梯", "茶园"))
    assert less[0] < plain[0]
    assert less[1] > less[0]
    assert not words_met(encoder, known, "茶园", [""], texts).any()
    assert words_met(encoder, {}, "茶园", ["茶园"], texts).tolist() == [[0, 0]]
    assert words_met(encoder, known, "茶园", texts, texts).diagonal() == pytest.approx(np.ones(2), abs=1e-5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    file: Path = tmp_path_factory.mktemp("guide") / "guide.md"
    file.write_text(GUIDE, encoding="utf-8")
    return Engine.open(file, encoder=FAST)


def test_one_thing_of_a_long_sentence_covers_that_alone(engine: Engine) -> None:
    said = engine.explain(Proposal("p", "", "只做一件事：用试纸快速检测茶叶上的农药残留。"), "1-01")
    states = {item.passage.text: item.state for item in said.items}
    assert states.pop("建立农药残留的快速检测方法，") == "covered"
    assert len(states) == 3
    assert "covered" not in states.values()
    assert "共 4 项：1 项已写到" in said.advice
    assert "建议补充" in said.advice
    assert "诱虫色板" in said.advice


def test_a_long_sentence_that_is_said_in_full_is_covered_in_every_part(engine: Engine) -> None:
    for topic in engine.guide.topics:
        said = engine.explain(Proposal("p", topic.title, topic.content), topic.id)
        assert len(said.items) >= 3
        assert {item.state for item in said.items} == {"covered"}
