"""Repeats are found however they were disguised; other studies of the same topic stay quiet."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.duplicates import Findings, clusters, find, shared
from matcher.duplicates.copied import LEAST_RUN, compare
from matcher.duplicates.facts import common_share, facts, weigh
from matcher.duplicates.reworded import features, in_order, read
from matcher.duplicates.teams import same_team
from matcher.embeddings import FAST, Encoder, load_encoder
from matcher.guide import read_guide
from matcher.shingles import units
from matcher.shipped import default_guide
from matcher.types import Proposal
from training.duplicates_set import batch, harder

SOURCE = Proposal(
    "s", "盐碱地水稻节水灌溉制度研究",
    "滨海盐碱地淡水紧缺，传统淹灌用水量大。课题在三个农场设置间歇灌溉、湿润灌溉和淹灌对照，测定土壤含盐量与水稻产量。"
    "利用稳定同位素区分蒸发与蒸腾，建立水盐运移模型。提出不同返盐程度下的灌水下限，编制农户灌溉日历，并核算每亩节水效益。",
)  # fmt: skip
OTHER = Proposal(
    "o", "城市老旧小区加装电梯的协商机制",
    "加装电梯常因低层住户反对而搁置。本研究访谈四十个小区的业主与街道干部，归纳补偿、采光与噪声三类争议，"
    "比较不同投票规则的通过率，设计分摊费用的计算办法，在六个楼栋试行并跟踪一年。",
)  # fmt: skip


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(FAST)


@pytest.fixture(scope="module")
def dev(encoder: Encoder) -> Findings:
    return find(batch("dev").proposals, encoder)


@pytest.mark.parametrize("kind", ["identical", "light", "reordered", "reworded", "translated", "partial"])
def test_disguised_repeats_of_the_dev_part_are_found_under_their_kind(dev: Findings, kind: str) -> None:
    called = {"light": "copied", "reordered": "copied"}.get(kind, kind)
    found = {frozenset((p.a, p.b)) for p in dev.pairs if p.kind == called}
    wanted = {pair for pair, disguise in batch("dev").repeats.items() if disguise == kind}
    assert len(wanted & found) >= 0.9 * len(wanted)


# A little below what is reached (14, 20, 15 and 20 of 20). Of rewordings with only two sentences 7 are
# found: the README of the benchmark says so.
@pytest.mark.parametrize(
    ("change", "kind", "least"),
    [(1, "reworded", 12), (1, "translated", 18), (2, "reworded", 13), (2, "translated", 18)],
    ids=["three sentences", "three sentences, translated", "another order", "another order, translated"],
)
def test_rewordings_are_found_in_short_texts_and_in_another_order(
    encoder: Encoder, change: int, kind: str, least: int
) -> None:
    changed = list(harder(batch("dev")))[change]
    found = {frozenset((p.a, p.b)) for p in find(changed.proposals, encoder).pairs if p.kind == kind}
    assert len({pair for pair, disguise in changed.repeats.items() if disguise == kind} & found) >= least


def test_independent_studies_of_a_topic_stay_quiet(dev: Findings) -> None:
    truth = batch("dev")
    alarms = [p for p in dev.pairs if frozenset((p.a, p.b)) not in {*truth.repeats, *truth.related}]
    assert len(alarms) <= 2


def test_spans_are_the_same_passage_in_both_original_texts(encoder: Encoder) -> None:
    passage = "利用稳定同位素区分蒸发与蒸腾，建立水盐运移模型。提出不同返盐程度下的灌水下限，编制农户灌溉日历"
    disguised = passage.replace("区分", " 區分").replace("，", ";")
    host = replace(OTHER, abstract=OTHER.abstract + disguised + "！")
    (pair,) = find([SOURCE, host], encoder).pairs
    ((a, b, c, d),) = pair.spans
    assert (pair.kind, SOURCE.text[a:b]) == ("partial", passage)
    assert host.text[c:d] == disguised
    assert pair.a_in_b == pytest.approx(len(units(passage).codes) / len(units(SOURCE.text).codes), abs=1e-4)


@pytest.mark.parametrize("text", ["", "。，！", "　"])
def test_a_text_without_a_letter_is_compared_with_nothing(encoder: Encoder, text: str) -> None:
    assert find([Proposal("a", "", text), Proposal("b", "", text), SOURCE], encoder).pairs == ()


def test_two_rows_with_one_id_are_told_apart(encoder: Encoder) -> None:
    (pair,) = find([SOURCE, SOURCE], encoder).pairs
    assert (pair.a, pair.b, pair.kind, pair.concern) == ("s", "s (2)", "identical", 1.0)


def test_the_order_of_the_batch_does_not_matter(encoder: Encoder) -> None:
    proposals = list(batch("dev").proposals[:40])
    shuffled = proposals[:]
    random.Random(3).shuffle(shuffled)
    plain, mixed = (
        {frozenset((p.a, p.b)): p.concern for p in find(x, encoder).pairs} for x in (proposals, shuffled)
    )
    assert plain.keys() == mixed.keys()
    assert all(plain[k] == pytest.approx(mixed[k], abs=1e-3) for k in plain)


def test_the_text_of_the_guide_does_not_count(encoder: Encoder) -> None:
    guide = read_guide(default_guide())
    common = guide.topics[5].content
    pair = [replace(p, abstract=f"{common}{p.abstract}") for p in (SOURCE, OTHER)]
    assert find(pair, encoder).pairs != ()
    assert find(pair, encoder, guide=guide).pairs == ()


FORM = "本项目负责人承诺所填内容真实有效，如有不实之处愿意承担由此产生的一切后果，并同意按照管理办法接受监督检查。"


def test_a_form_that_a_whole_batch_carries_does_not_count(encoder: Encoder) -> None:
    proposals = [
        replace(p, abstract=p.abstract + FORM) for p in batch("dev").proposals if "independent" in p.id
    ]
    assert find(proposals, encoder).pairs == ()
    assert shared.mask(units(FORM), shared.frequent([units(p.text) for p in proposals])).all()


def test_one_text_sent_in_many_times_is_no_form(encoder: Encoder) -> None:
    others = [p for p in batch("dev").proposals if "independent" in p.id]
    ring = [replace(SOURCE, id=f"r{i}") for i in range(8)]
    found = find([*others, *ring], encoder).pairs
    assert len(found) == 28
    assert {p.kind for p in found} == {"identical"}


def test_clusters_are_connected_pairs(encoder: Encoder) -> None:
    proposals = [replace(p, id=f"{p.id}{i}") for i in range(3) for p in (SOURCE, OTHER)]
    assert clusters(find(proposals, encoder).pairs) == [["o0", "o1", "o2"], ["s0", "s1", "s2"]]


def _nothing(text: str) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.zeros(len(units(text).codes), bool)


def longest_common_run(a: str, b: str) -> int:
    """The reference: every start in a against every start in b."""
    best = 0
    for i in range(len(a)):
        for j in range(len(b)):
            n = 0
            while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
                n += 1
            best = max(best, n)
    return best


@given(st.text("甲乙丙", min_size=1, max_size=40), st.text("甲乙丙", min_size=1, max_size=40))
def test_tiling_finds_the_longest_run_and_matches_nothing_twice(a: str, b: str) -> None:
    found = compare(units(a), units(b), _nothing(a), _nothing(b))
    longest = longest_common_run(a, b)
    assert (found.weight >= longest) if longest >= LEAST_RUN else (found.weight == 0)
    assert found.weight <= min(len(a), len(b))
    assert found.a_in_b == pytest.approx(found.weight / len(a))
    assert all(0 <= s[0] < s[1] <= len(a) and 0 <= s[2] < s[3] <= len(b) for s in found.spans)


def test_moved_passages_count_in_full() -> None:
    one, two = "甲乙丙丁戊己庚辛壬癸子丑", "天地玄黄宇宙洪荒日月盈昃"
    found = compare(units(one + two), units(f"{two}。{one}"), _nothing(one + two), _nothing(two + one))
    assert (found.a_in_b, found.b_in_a) == (1.0, 1.0)
    assert found.spans == ((0, 12, 13, 25), (12, 24, 0, 12))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("六百家企业，1,600份问卷，三万元", {"600", "1600", "30000"}),
        ("forty firms, six hundred and five visits, twenty-four months", {"40", "605", "24"}),
        ("百分之九十五；零点五毫米；二〇二三年", {"95", "0.5", "2023"}),
        ("eight thousand records, 4.5 V, DID, PM2.5", {"8000", "4.5", "DID", "2.5"}),
        ("一个千万不要、万一、十分", {"10"}),
    ],
)  # fmt: skip
def test_numbers_are_the_same_in_figures_in_han_and_in_english(text: str, expected: set[str]) -> None:
    assert facts(text) == expected


def test_telling_facts_in_common_weigh_more_than_small_numbers() -> None:
    def share(one: set[str], other: set[str]) -> float:
        both = (frozenset(one), frozenset(other))
        return common_share(*both, weigh(both))

    assert share({"480", "12"}, {"480", "7"}) == pytest.approx(3 / (3.5 + 4))
    assert share({"12"}, {"12", "480"}) == pytest.approx(0.5 / (0.5 + 4))
    assert share(set(), {"480"}) == 0


def test_a_fact_that_everyone_states_tells_nothing() -> None:
    texts = [frozenset({"480", str(101 + i)}) for i in range(8)]
    telling = weigh(texts)
    assert telling["480"] == pytest.approx(3 * (1 - np.log(4) / np.log(8)))
    assert telling["101"] == 3


def test_partners_in_order_cannot_be_taken_backwards() -> None:
    block = np.array([[0.1, 0.9], [0.8, 0.1]], np.float32)
    weights = np.ones(2, np.float32)
    # Both free choices (0.9, 0.8) cross; in order the best is 0.9 then 0.1.
    assert in_order(block, weights) == pytest.approx((0.9 + 0.1) / 2)
    assert in_order(block[::-1], weights) == pytest.approx((0.8 + 0.9) / 2)


def test_features_are_greatest_for_the_same_text_in_the_same_order(encoder: Encoder) -> None:
    sentences = [s + "。" for s in SOURCE.abstract.split("。") if s]
    texts = ["".join(sentences), "".join(sentences[::-1]), OTHER.abstract]
    meaning = read(texts, [units(t) for t in texts], [_nothing(t) for t in texts], encoder)
    same, turned, other = (features(meaning, 0, i) for i in range(3))
    whole, contrast, order, common = same
    assert whole == pytest.approx(1, abs=1e-3)
    # Sentences and clauses count no more than 0.7 even if they are the same.
    own = slice(*meaning.sentences.starts[:2])
    vectors, weights = meaning.sentences.vectors[own], meaning.sentences.weights[own]
    usual = weights @ np.minimum(vectors @ vectors.T, 0.7) @ weights / weights.sum() ** 2
    assert contrast == pytest.approx(0.7 - usual, abs=1e-3)
    assert 0 < order < 0.7
    assert common == turned[3]
    assert contrast == pytest.approx(turned[1], abs=1e-3)
    assert turned[2] < 0
    assert all(a > b for a, b in zip(same[:3], other[:3], strict=True))


def test_a_chinese_form_around_an_english_text_does_not_make_it_chinese(encoder: Encoder) -> None:
    texts = [p.abstract + FORM * 6 for p in batch("dev").proposals if p.id.endswith("-translated")]
    read_ = [units(t) for t in texts]
    form = shared.frequent(read_)
    assert all(u.han for u in read_)
    meaning = read(texts, read_, [shared.mask(u, form) for u in read_], encoder)
    assert not meaning.han.any()


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (("张三", "天津大学"), ("张三教授", "天津大学"), "same"),
        (("张三", "天津大学经济学院"), ("张 三", "天津大学"), "same"),
        (("张三", ""), ("张三", "南开大学"), "same"),
        (("张三", "天津大学"), ("张三", "南开大学"), "possible"),
        (("张三", "天津大学"), ("李四", "天津大学"), "possible"),
        (("张三", "天津大学"), ("李四", "南开大学"), "different"),
        (("", ""), ("李四", "南开大学"), "unknown"),
    ],
)
def test_teams_are_compared_by_investigator_and_organisation(
    a: tuple[str, str], b: tuple[str, str], expected: str
) -> None:
    one, other = (
        Proposal("x", "", "", principal_investigator=pi, organisation=house) for pi, house in (a, b)
    )
    assert same_team(one, other) == same_team(other, one) == expected
