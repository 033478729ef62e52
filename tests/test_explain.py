from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matcher.embeddings import Encoder, Text, TextKind
from matcher.embeddings.onnx import OnnxEncoder
from matcher.embeddings.static import StaticEncoder
from matcher.engine import Engine
from matcher.matching import explain
from matcher.types import Proposal, Section

VOUCHERS = "2-12"
TEXT = (
    "我们收集近三年创新券的发放和兑付记录，与企业研发费用数据匹配，评价创新券对企业创新行为的影响。"
    "企业不愿意领，是因为能买的服务太少。"
)


def test_links_name_words_where_they_stand(tianjin: Engine) -> None:
    proposal = Proposal("p", "凭证的撬动效应", TEXT)
    topic = tianjin.topics[VOUCHERS]
    links = tianjin.explain(proposal, VOUCHERS).links
    assert links
    for link in links:
        assert {topic.text[a:b] for a, b in link.topic_spans} >= {link.topic_word}
        assert {proposal.text[a:b] for a, b in link.query_spans} >= {link.query_word}
        assert 0.4 <= link.similarity <= 1
    same = {link.topic_word for link in links if link.similarity == 1}
    assert "记录" in same
    assert sum(link.share for link in links) <= 1 + 1e-9


def test_an_answer_is_explained_without_reading_the_proposal_again(
    tianjin: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    for kind in (OnnxEncoder, StaticEncoder):
        for name in ("encode", "read"):
            monkeypatch.setattr(kind, name, _counted(getattr(kind, name), read))
    proposal = Proposal("p", "凭证有没有撬动效应", TEXT)  # not asked about before
    answer = tianjin.match(proposal)
    assert read
    read.clear()
    explained = [tianjin.explain(proposal, hit.topic_id) for hit in answer.hits[:3]]
    assert read == []
    for other in (
        Proposal("q", "", TEXT),
        replace(proposal, sections=(Section("background", "背景", TEXT, 10),)),
    ):
        tianjin.explain(other, VOUCHERS)
        assert read
        read.clear()
    assert [tianjin.explain(proposal, hit.topic_id) for hit in answer.hits[:3]] == explained


def _counted(reads: Callable[..., object], read: list[object]) -> Callable[..., object]:
    """A method of an encoder that notes what it reads."""

    def counted(self: Encoder, texts: Sequence[Text], kind: TextKind) -> object:
        read.extend(texts)
        return reads(self, texts, kind)

    return counted


def test_links_cross_languages(tianjin: Engine) -> None:
    proposal = Proposal("p", "", "Records of vouchers and the innovation of small technology enterprises")
    met = {link.topic_word: link.query_word.lower() for link in tianjin.explain(proposal, VOUCHERS).links}
    assert met["记录"] == "records"


def test_offsets_survive_marks_and_widths(tianjin: Engine) -> None:
    proposal = Proposal("p", "", "創\u200b新券的發放記錄，ＲＥＣＯＲＤＳ")
    links = {link.topic_word: link for link in tianjin.explain(proposal, VOUCHERS).links}
    assert [proposal.text[a:b] for a, b in links["记录"].query_spans] == ["記錄"]


def test_every_item_of_the_contents_is_judged(tianjin: Engine) -> None:
    topic = tianjin.topics[VOUCHERS]
    found = tianjin.explain(Proposal("p", "", TEXT), VOUCHERS)
    assert "".join(item.passage.text for item in found.items) == "".join(topic.content.split())
    for item in found.items:
        assert topic.text[item.passage.start : item.passage.end] == item.passage.text
        assert (item.by is None) == (item.state == "missing")
        if item.by:
            assert TEXT[item.by.start : item.by.end] == item.by.text
    states = {item.passage.text[:6]: item.state for item in found.items}
    assert states["以企业发展客"] == "covered", "the text says that very thing"
    count = sum(item.state == "covered" for item in found.items)
    assert f"{count} 项已写到" in found.advice
    assert f"covered {count}, " in found.advice


def test_an_unrelated_text_covers_nothing(tianjin: Engine) -> None:
    found = tianjin.explain(
        Proposal("p", "", "如何在家里用面粉和酵母烤出松软的面包，火候怎样掌握。"), VOUCHERS
    )
    assert {item.state for item in found.items} == {"missing"}


def test_no_text_explains_nothing(tianjin: Engine) -> None:
    found = tianjin.explain(Proposal("p", "", " …！"), VOUCHERS)
    assert (found.links, found.items, found.advice) == ((), (), "")


def test_an_unknown_topic_is_an_error(tianjin: Engine) -> None:
    with pytest.raises(KeyError):
        tianjin.explain(Proposal("p", "", "创新券"), "9-99")


def test_the_json_carries_the_explanation(tianjin: Engine, tmp_path: Path) -> None:
    proposal = Proposal("p", "", TEXT)
    match = tianjin.match(proposal)
    assert match.topic_id == VOUCHERS
    found = tianjin.explain(proposal, VOUCHERS)
    read = json.loads(json.dumps(found.to_dict()))
    assert read["topic_id"] == VOUCHERS
    assert [item["state"] for item in read["items"]] == [item.state for item in found.items]
    assert read["links"][0]["query_word"] == found.links[0].query_word


def test_a_sentence_backs_no_more_items_than_it_has_clauses() -> None:
    """By hand: the first sentence has two clauses and is nearest to all three items; the third gets the other sentence."""
    pairs = np.array([[0.9, 0.8, 0.7], [0.1, 0.2, 0.3]])
    assert explain.backed(pairs, [2, 1]) == [(0.9, 0), (0.8, 0), (0.3, 1)]
    assert explain.backed(pairs, [1, 1]) == [(0.9, 0), (0.0, None), (0.3, 1)]
    assert explain.clauses("评估夜市消防安全，比较三种管理办法，给出建议。") == 3
    assert explain.clauses("夜市") == 1


def test_one_sentence_does_not_cover_every_item(tianjin: Engine) -> None:
    """Said once without detail, a topic is not covered item by item."""
    topic = max(tianjin.guide.topics, key=lambda t: t.content.count("。"))
    said = tianjin.explain(Proposal("p", "", topic.content.split("。")[0]), topic.id)
    whole = tianjin.explain(Proposal("p", "", topic.content), topic.id)
    covered = [sum(item.state == "covered" for item in found.items) for found in (said, whole)]
    assert 1 <= covered[0] < covered[1] == len(whole.items)


def test_a_topic_of_which_nothing_is_covered_is_no_sure_answer(tianjin: Engine) -> None:
    match = tianjin.match(Proposal("p", "", "创新券"))
    covered = sum(
        item.state == "covered" for item in tianjin.explain(Proposal("p", "", "创新券"), VOUCHERS).items
    )
    assert (match.hits[0].topic_id, covered) == (VOUCHERS, 0)
    assert match.verdict != "topic"


def test_the_advice_names_what_is_missing(tianjin: Engine) -> None:
    found = tianjin.explain(Proposal("p", "", "评价创新券对企业创新行为的影响。"), VOUCHERS)
    missing = [item.passage.text for item in found.items if item.state == "missing"]
    assert missing
    assert all(text[:12] in found.advice for text in missing[:3])
