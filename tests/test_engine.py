from __future__ import annotations

import itertools
import json
import math
import random
from collections import Counter
from pathlib import Path

import faiss
import numpy as np
import pytest

from matcher import shipped
from matcher.embeddings import FAST, PairReaders, static
from matcher.engine import SURE_ALONE, Engine
from matcher.evaluate import SYSTEMS, Evaluation
from matcher.files import cache_folder
from matcher.guide import read_guide
from matcher.index import background, folder
from matcher.labelled import Labelled, read_labelled
from matcher.matching import scoring, subject
from matcher.matching.calibration import Provenance, probabilities
from matcher.matching.content import ProposalContent, content
from matcher.matching.identity import Chosen, Identity
from matcher.matching.scoring import FastReader, Scorer
from matcher.matching.text import READ, chosen
from matcher.matching.weights import full_weights
from matcher.segment import passages
from matcher.types import Office, Proposal
from tests.conftest import GUIDE, ToyEncoder, within

EVAL = Path(__file__).parent.parent / "data" / "eval" / "tianjin-dev.jsonl"


def engine_of(guide_file: Path, cache: Path, encoder: ToyEncoder | None = None) -> Engine:
    encoder = encoder or ToyEncoder()
    guide = read_guide(guide_file)
    words = static.shipped_encoder()
    corpus, _ = folder.open_or_build(guide, encoder, cache)
    fast = FastReader(corpus, words, background.open_or_build(words, cache_folder()))
    return Engine(Identity(guide, Chosen(), Provenance("", "", ""), None, None), Scorer(corpus, fast))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    own = tmp_path_factory.mktemp("engine")
    (own / "hudong-2030.txt").write_text(GUIDE, encoding="utf-8")
    return engine_of(own / "hudong-2030.txt", own)


def ask(engine: Engine, text: str) -> dict[str, object]:
    return engine.match(Proposal("p", "", text)).to_dict()


def test_the_best_topic_comes_with_its_office(engine: Engine) -> None:
    match = engine.match(Proposal("p", "夜市怎样才安全", "夜间经济里消防和食品安全的治理"))
    assert match.verdict == "topic"
    assert match.topic_id == "2-01"
    assert match.office == Office("环境处", "0571-1003")
    assert match.office_source == "group"
    assert match.hits[0].topic_id == "2-01"
    assert len(match.hits) == 4


def test_the_evidence_makes_the_score(engine: Engine, tianjin: Engine) -> None:
    for each, text in (
        (engine, "公交线网；社区食堂 abc"),
        (tianjin, "创新券政策对小企业研发有没有用？Innovation vouchers"),
    ):
        proposal = Proposal("p", "标题", text)
        for hit in each.match(proposal, k=40).hits:
            assert hit.score == pytest.approx(sum(e.weight * e.score for e in hit.evidence), abs=2e-6)
            for e in hit.evidence:
                assert proposal.text[e.query.start : e.query.end] == e.query.text
                topic = each.topics[hit.topic_id]
                assert topic.text[e.topic.start : e.topic.end] == e.topic.text


def test_evidence_scores_are_the_retrievers_own(engine: Engine) -> None:
    for hit in engine.match(Proposal("p", "", "公交线网优化，食堂"), k=4).hits:
        for e in hit.evidence:
            if e.by == "dense":
                a, b = ToyEncoder().encode([e.query.text, e.topic.text], "query")
                assert e.score == pytest.approx(float(a @ b), abs=1e-5)


@pytest.mark.parametrize(
    "text",
    ["", "   \n\t", "，。！", "😀😀", "\ud800", "\x00\x01", "\u200b", '<p class="x"></p>', r"\phantom{藏}"],
)
def test_no_usable_text_is_empty(engine: Engine, text: str) -> None:
    answer = ask(engine, text)
    assert answer["verdict"] == "empty"
    assert answer["hits"] == []
    assert answer["topic_id"] is None


@pytest.mark.parametrize("text", ["𓀀𓀁𓀂", "Привет мир", "毫不相干之论"])
def test_what_nothing_knows_is_none_with_hits(engine: Engine, text: str) -> None:
    match = engine.match(Proposal("p", "", text))
    assert match.verdict == "none"
    assert match.topic_id is None
    assert match.office is None
    assert len(match.hits) == 4


def test_ties_break_by_topic(engine: Engine) -> None:
    hits = engine.match(Proposal("p", "", "Привет мир")).hits
    assert [h.topic_id for h in hits] == ["1-01", "1-02", "2-01", "2-02"]
    assert {h.score for h in hits} == {0.0}


def test_unreadable_characters_are_a_warning(engine: Engine) -> None:
    assert "1 characters are unreadable" in engine.match(Proposal("p", "", "公交\ud800线网")).warnings[0]


LONG = {  # made where they are asked for: every process would make them when it imports this
    "a megabyte": lambda: "".join(
        f"研究创新券政策的实施绩效之{i}。其他内容{i}，没有关系。\n" for i in range(36_000)
    ),
    "one word": lambda: "".join(random.Random(1).choices("abcdefgh", k=1_000_000)),
    "short sentences": lambda: "".join(f"创新券{i}。" for i in range(50_000)),
}


@pytest.mark.parametrize("name", LONG)
def test_a_text_of_any_length_is_answered_and_what_was_not_read_is_said(tianjin: Engine, name: str) -> None:
    assert tianjin.first is not None
    text = LONG[name]()
    proposal = Proposal("p", "", text)
    with within(5):
        match = tianjin.first.match(proposal)
        tianjin.first.explain(proposal, match.hits[0].topic_id)
    said = f"The text has {len(text):,} characters, more than {READ:,}"
    assert any(said in warning for warning in match.warnings)
    assert "创新券" not in text or match.hits[0].topic_id == "2-12"
    read = {e.query for e in match.hits[0].evidence if not e.query.id.endswith("#whole")}
    assert all(text[p.start : p.end] == p.text for p in read)


def test_of_a_long_text_the_beginning_and_even_parts_are_read() -> None:
    for sentence in ("创新券。", "x" * 400 + "。"):
        text = sentence * (300_000 // len(sentence))
        kept = chosen(passages("p", text))
        assert READ * 0.9 < sum(len(p.text) for p in kept) <= READ
        assert sum(len(p.text) for p in kept if p.end <= READ // 2) > READ * 0.45
        gaps = [b.start - a.end for a, b in itertools.pairwise(kept)]
        assert max(gaps) < 1.2 * (len(text) / (READ / 2 / 1000)), "no long part is passed over"
        assert len(text) - kept[-1].end < 35_000
    short = passages("p", "创新券。" * 4000)
    assert chosen(short) == short


@pytest.fixture(scope="module")
def alone(tianjin: Engine) -> dict[str, str]:
    """The answers to some proposals, each asked by itself."""
    proposals = [row.proposal for row in read_labelled(EVAL)][:40:2]
    return {p.id: json.dumps(next(tianjin.match_many([p])).to_dict()) for p in proposals}


@pytest.mark.parametrize("threads", [1, 4])
def test_the_same_bytes_whatever_the_batch(tianjin: Engine, alone: dict[str, str], threads: int) -> None:
    proposals = [row.proposal for row in read_labelled(EVAL)][:40:2]
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(threads)
    try:
        for seed in (1, 2):
            shuffled = random.Random(seed).sample(proposals * 2, len(proposals) * 2)
            for answer in tianjin.match_many(shuffled):
                assert json.dumps(answer.to_dict()) == alone[answer.proposal_id]
    finally:
        faiss.omp_set_num_threads(before)


def test_a_batch_asks_the_transformer_where_the_fast_reader_is_not_sure(tianjin: Engine) -> None:
    """What the fast reader is sure of it answers; every other answer is the one that `match` gives."""
    proposals = [row.proposal for row in read_labelled(EVAL)][::4]
    assert tianjin.first is not None
    quick = 0
    for proposal, answer in zip(proposals, tianjin.match_many(proposals), strict=True):
        alone = tianjin.first.match(proposal)
        if alone.verdict == "topic" and alone.confidence >= SURE_ALONE and not alone.warnings:
            quick += 1
            assert answer.to_dict() == alone.to_dict()
        else:
            assert answer.to_dict() == tianjin.match(proposal).to_dict()
    assert 0 < quick < len(proposals)


def test_a_batch_and_an_evaluation_score_each_row_once(
    tianjin: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*read_labelled(EVAL)[::15], Labelled(Proposal("empty", "", "。"), {}, "", "", "")]
    proposals, scored = [row.proposal for row in rows], Counter[str]()

    def counted(proposal: Proposal) -> ProposalContent:
        scored[proposal.id] += 1
        return content(proposal)

    monkeypatch.setattr(scoring, "content", counted)
    answers = list(tianjin.match_many(proposals, 1, 0))
    assert scored == {p.id: 1 for p in proposals[:-1]}
    evaluation = Evaluation(tianjin, rows)
    assert scored == {p.id: 2 for p in proposals[:-1]}
    assert evaluation.matches == answers
    hybrid = tianjin.scorer.score(proposals[:1]).hybrid[0]
    assert [score for _, score in evaluation.runs["hybrid"][proposals[0].id]] == sorted(hybrid, reverse=True)
    assert {name: len(run) for name, run in evaluation.runs.items()} == dict.fromkeys(SYSTEMS, len(rows) - 1)


def test_who_reads_for_the_reviewers_desk(tianjin: Engine) -> None:
    fast, toy = static.shipped_encoder(), ToyEncoder()
    assert tianjin.readers == (fast, tianjin.encoder)
    assert tianjin.first is not None
    assert tianjin.first.readers == (fast, None)
    assert PairReaders.of(toy) == (toy, tianjin.encoder)


def test_order_and_empties_are_kept(engine: Engine) -> None:
    proposals = [Proposal(str(i), "", "" if i % 3 else f"公交 {i}") for i in range(700)]
    answers = list(engine.match_many(proposals))
    assert [a.proposal_id for a in answers] == [p.id for p in proposals]
    assert [a.verdict == "empty" for a in answers] == [p.abstract == "" for p in proposals]


def test_english_goes_by_meaning_alone(tianjin: Engine) -> None:
    match = tianjin.match(Proposal("p", "", "Innovation vouchers for small technology firms"))
    assert {e.by for h in match.hits for e in h.evidence} == {"dense", "static", "words"}, (
        "Latin terms earn nothing"
    )


def test_scores_are_weighted_means(engine: Engine) -> None:
    weights = full_weights(engine.scorer.corpus)
    for hit in engine.match(Proposal("p", "", "公交线网食堂")).hits:
        mean = sum(weights[name] * s for name, s in hit.scores.items())
        assert hit.score == pytest.approx(mean, abs=2e-6)
        assert 0 <= hit.score <= 1


def test_a_stale_answer_is_impossible(guide_file: Path, tmp_path: Path) -> None:
    before = engine_of(guide_file, tmp_path).match(Proposal("p", "", "河道垃圾"))
    assert before.topic_id == "2-02"
    text = guide_file.read_text(encoding="utf-8").replace("河道垃圾", "老旧电梯")
    guide_file.write_text(text, encoding="utf-8")
    after = engine_of(guide_file, tmp_path).match(Proposal("p", "", "河道垃圾"))
    assert after.hits[0].score < before.hits[0].score


def test_another_object_in_the_title_speaks_for_none(tianjin: Engine) -> None:
    proposal = Proposal(
        "p",
        "天津市人工智能与临床诊疗深度融合路径研究",
        "我院影像科已用肺结节软件四年。想走访市内十家三甲和六家二级医院，看人工智能在读片、分诊、病历质控里用到什么程度，"
        "医生信不信、出了错谁担责、医保认不认这笔钱，挑两个做得好的科室写成案例，提出由点到面推开的路径。",
    )
    match = tianjin.match(proposal)
    assert (match.verdict, match.topic_id) == ("none", None)
    narrower = Proposal(
        "q",
        "高校教师科研诚信评价指标体系研究",
        "以论文撤稿、数据造假案例为样本，设计高校教师诚信评分指标，研究评价结果如何用于项目评审和风险预警。",
    )
    match = tianjin.match(narrower)  # a fit, in spite of the doubt
    assert (match.verdict, match.topic_id, len(match.warnings)) == ("close", "2-15", 1)
    assert "The topic says " in match.warnings[0]
    assert tianjin.calibration
    _, scores_alone = probabilities(tianjin.calibration, tianjin.scorer.score([narrower]).signs())
    odds = [math.log(none / (1 - none)) for none in (match.none_probability or 0, float(scores_alone[0]))]
    assert odds[0] - odds[1] == pytest.approx(subject.ODDS)
    assert sum(match.distribution) == pytest.approx(1 - (match.none_probability or 0), abs=1e-4)


def test_arrays_and_hits_agree(engine: Engine) -> None:
    proposals = [Proposal("a", "公交", "夜市安全。河道垃圾"), Proposal("b", "", "食堂")]
    scored = engine.scorer.score(proposals)
    for row, match in enumerate(engine.match_many(proposals, k=4)):
        by_id = {h.topic_id: h.score for h in match.hits}
        np.testing.assert_allclose(scored.hybrid[row], [by_id[t] for t in engine.topics])
        assert match.distribution.tolist() == scored.hybrid[row].tolist(), "scores until calibrated"


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("eval/short-names/baihe-2025-social-science.txt", True),
        ("guides/baihe-2025-social-science.txt", False),
    ],
)
def test_the_reason_says_where_a_guide_only_names_its_topics(file: str, hint: bool) -> None:
    engine = Engine.open(shipped.data_file(file), FAST)
    rows = [row.proposal for row in read_labelled(shipped.data_file("eval") / "baihe-dev.jsonl")[:12]]
    decided = [match for match in engine.match_many(rows) if match.verdict in ("topic", "none")]
    assert {match.reason.en.endswith(": take this as a hint.") for match in decided} == {hint}
