"""How far a proposal has another object than a topic under the topic's own title."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.embeddings.static import shipped_encoder
from matcher.index.words import WordInteraction
from matcher.matching.content import content
from matcher.matching.swapped import TopicTitles
from matcher.segment import fold
from matcher.types import Proposal, Topic

TOPICS = {
    "科技型企业成长": "分析瞪羚企业的融资。",
    "湖泊蓝藻水华预报": "",
    "Oral history of the cannery workers": "Interview women who worked in the fish canneries.",
}


@pytest.fixture(scope="module")
def titles() -> TopicTitles:
    topics = [
        Topic(str(n), "", n, title, text, None, "none", (1, 1))
        for n, (title, text) in enumerate(TOPICS.items())
    ]
    texts = [[fold(line) for line in (topic.title, topic.content) if line] for topic in topics]
    return TopicTitles(topics, shipped_encoder(), WordInteraction(shipped_encoder(), texts))


def swapped(titles: TopicTitles, topic: int, *proposals: tuple[str, str]) -> list[float]:
    contents = [content(Proposal("", title, abstract)) for title, abstract in proposals]
    return list(map(float, titles.swapped(contents, np.full(len(contents), topic))))


def cosine(a: str, b: str) -> float:
    left, right = shipped_encoder().encode([a, b], "query")
    return max(0.0, float(left @ right))


def test_by_hand(titles: TopicTitles) -> None:
    """TopicTitles of two words, one in common: what the other word weighs is what is not shared, and its nearness is to all words."""
    encoder = shipped_encoder()
    topic = Topic("1", "", 1, "湖泊预报", "", None, "none", (1, 1))
    own = TopicTitles([topic], encoder, WordInteraction(encoder, [["湖泊预报"]]))
    lake, port, forecast = (
        float(encoder.word_weights(encoder.pieces([w])[0])[0]) for w in ("湖泊", "港口", "预报")
    )
    shared = min(forecast / (lake + forecast), forecast / (port + forecast))
    lacking = [
        weight / (weight + forecast) * (1 - max(cosine(word, each) for each in near))
        for word, weight, near in (("湖泊", lake, ("港口", "预报", "码头")), ("港口", port, ("湖泊", "预报")))
    ]
    assert swapped(own, 0, ("港口预报", "码头")) == pytest.approx([shared * min(lacking)], abs=1e-5)


def test_another_object_under_the_title(titles: TopicTitles) -> None:
    other, narrower, same = swapped(
        titles,
        0,
        ("民宿成长", "看房东与客源。"),
        ("瞪羚企业成长", "看融资。"),
        ("科技型企业成长", "看融资。"),
    )
    assert other > 0.15 > 0.1 > narrower >= same == 0
    assert swapped(titles, 2, ("Oral history of the midwives", "Record them at home."))[0] > 0.1


def test_what_has_nothing_of_the_title_or_no_text_under_it_tells_nothing(titles: TopicTitles) -> None:
    told = swapped(
        titles,
        0,
        ("水库的鱼", "看民宿。"),
        ("", "民宿成长。看房东。"),
        ("民宿成长", ""),
        ("", "。"),
        ("。", "民宿成长"),
    )
    assert told == [0.0] * 5


def test_a_proposal_is_told_alike_in_any_batch(titles: TopicTitles) -> None:
    proposals = [("民宿成长", "看房东与客源。"), ("水库的鱼", "看民宿。"), ("瞪羚企业成长", "看融资。")]
    assert swapped(titles, 0, *proposals) == [swapped(titles, 0, each)[0] for each in proposals]
