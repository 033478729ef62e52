"""Whether what a proposal names lies within what its first topic names."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.embeddings.onnx import shipped_encoder
from matcher.embeddings.static import shipped_encoder as fast_reader
from matcher.matching.content import content
from matcher.matching.within import LONGEST, WithinTopics, topic_text
from matcher.types import Proposal, Topic

TOPICS = {
    "茶园病虫害绿色防控技术": "",
    "乡村教师队伍稳定与专业发展支持研究": "分析乡村教师的流动、待遇和培训。",
    "Grading of chronic obstructive pulmonary disease in primary care": "",
}


def topics() -> list[Topic]:
    return [
        Topic(str(n), "", n, title, text, None, "none", (1, 1))
        for n, (title, text) in enumerate(TOPICS.items())
    ]


@pytest.fixture(scope="module")
def reader() -> WithinTopics:
    return WithinTopics(topics(), shipped_encoder())


def odds(reader: WithinTopics, topic: int, *proposals: tuple[str, str]) -> list[float]:
    contents = [content(Proposal("", title, abstract)) for title, abstract in proposals]
    return list(map(float, reader.log_odds(contents, np.full(len(contents), topic))))


def test_a_kind_of_what_a_topic_names_lies_within_and_its_sibling_does_not(reader: WithinTopics) -> None:
    """Titles that training/objects does not have."""
    for topic, kind, sibling in (
        (0, "龙井茶园茶尺蠖绿色防控", "可可园病虫害绿色防控技术"),
        (1, "小学全科乡村教师队伍稳定研究", "乡村兽医队伍稳定与专业发展支持研究"),
        (2, "Staging of emphysema in primary care", "Grading of chronic kidney disease in primary care"),
    ):
        near, far = odds(reader, topic, (kind, ""), (sibling, ""))
        assert near > 0 > far


def test_without_a_title_the_first_sentence_is_read(reader: WithinTopics) -> None:
    text = "可可园病虫害绿色防控技术。三年里在两个县试验。"
    assert odds(reader, 0, ("", text)) == odds(reader, 0, ("", text + "咖啡园也试过。"))
    assert odds(reader, 0, ("", text))[0] < 0


def test_batches_and_length_change_nothing(reader: WithinTopics) -> None:
    """One answer alone or beside others; of an endless title its beginning counts, and no odds are beyond the bound."""
    proposals = [("茶园病虫害绿色防控技术", ""), ("咖啡", "一句话。"), ("茶园绿色防控" * 400, "")]
    assert odds(reader, 0, *proposals) == [odds(reader, 0, each)[0] for each in proposals]
    assert len(shipped_encoder().states("茶园绿色防控" * 400, LONGEST)) == LONGEST
    assert max(map(abs, odds(reader, 0, *proposals))) <= 4


def test_an_encoder_that_it_was_not_learnt_on_says_nothing() -> None:
    class Another:
        name, dimension, fingerprint = "another", 384, "0"
        states = shipped_encoder().states
        fits, encode = shipped_encoder().fits, shipped_encoder().encode

    for encoder in (fast_reader(), Another()):
        assert odds(WithinTopics(topics(), encoder), 0, ("咖啡园病虫害防控", "")) == [0]


def test_a_topic_is_read_by_its_title_and_what_it_says_first() -> None:
    assert topic_text("ＡＢ茶园", "一\n二") == "AB茶园。一 二"
    assert topic_text("茶园", " ") == "茶园"


def test_the_networks_say_what_torch_says() -> None:
    torch = pytest.importorskip("torch")
    from matcher.matching.within import Networks
    from training.within import Network, tensors

    torch.manual_seed(5)
    learnt = [Network(384).eval() for _ in range(2)]
    draw = np.random.default_rng(5)
    states = [draw.normal(size=(rows, 384)).astype(np.float32) for rows in (7, 12)]
    own, topic = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in states)
    pair = (torch.from_numpy(own), torch.from_numpy(topic))
    longer = (torch.from_numpy(topic), torch.from_numpy(topic))  # beside which the pair is padded
    with torch.no_grad():
        expected = np.mean([float(each([pair, longer])[0]) for each in learnt])
    assert Networks(tensors(learnt)).log_odds(own, topic) == pytest.approx(
        expected, abs=2e-3
    )  # 16-bit weights
