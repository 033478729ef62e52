"""The reader of pairs and what it learns from, on toy data."""

from __future__ import annotations

import random

import pytest

# First: without it no process has to load torch, for two seconds, to pass this file over.
pytest.importorskip("onnx")
torch = pytest.importorskip("torch")

import onnxruntime  # noqa: E402

from matcher.embeddings import pairs  # noqa: E402
from training.duplicates_set import Batch  # noqa: E402
from training.e5 import body, pairs_export, pairs_reader  # noqa: E402
from training.e5.pairs_groups import (  # noqa: E402
    DevGroups,
    DevPair,
    PublicGroups,
    Study,
    grafted,
    group,
    of_families,
    shared,
    thirds,
)

SIZES = {"hidden": 8, "layers": 10, "heads": 2, "inner": 16, "positions": 32, "types": 2}


def test_a_text_loses_whole_sentences_and_never_all() -> None:
    ids, ends = [5, 6, 9, 5, 9, 7, 7, 7], {9}
    spans = [[0, 1, 2], [3, 4], [5, 6, 7]]
    drawn = [pairs_reader.thinned(ids, ends, random.Random(i)) for i in range(200)]
    possible = [[p for span, kept in zip(spans, mask, strict=True) if kept for p in span] for mask in
                [(1, 1, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 0, 0), (0, 1, 0), (0, 0, 1)]]  # fmt: skip
    assert all(places in possible for places in drawn)
    assert drawn.count(possible[0]) > 50
    assert any(places != possible[0] for places in drawn)


def test_runs_of_states_are_averaged_and_the_last_is_filled_up() -> None:
    states = torch.tensor([[1.0], [2.0], [3.0], [6.0], [8.0], [4.0]])
    expected = [[3.0], [(8 + 4 + 4 + 4) / 4]]
    assert pairs_reader.averaged(states).tolist() == expected
    assert pairs.averaged(states.numpy()).tolist() == expected
    long = torch.arange(300.0)[:, None].numpy()
    assert pairs.averaged(long)[-1].tolist() == [(216 + 217 + 218 + 299) / 4]


def test_a_short_text_is_never_empty_where_it_begins_anywhere() -> None:
    lower = pairs_reader.Lower.__new__(pairs_reader.Lower)
    lower._kept, lower._ends = {"x": pairs_reader.Alone([1, 9], torch.ones(2, 8))}, {9}
    assert {len(lower.runs("x", random.Random(i))) for i in range(50)} == {1}


def test_a_pair_reads_the_same_beside_a_longer_one() -> None:
    torch.manual_seed(1)
    reader = pairs_reader.PairsReader(body.untrained(20, SIZES)).eval()
    short, long = ([torch.randn(n, 8), torch.randn(n + 1, 8)] for n in (2, 5))
    with torch.no_grad():
        together, alone = reader([tuple(short), tuple(long)]), reader([tuple(short)])
    assert together[0].item() == pytest.approx(alone[0].item(), abs=1e-4)
    assert len(reader.layers) == SIZES["layers"] - pairs.LOWER


def test_the_exported_graph_says_what_the_reader_says() -> None:
    torch.manual_seed(2)
    model = body.untrained(20, SIZES)
    reader = pairs_reader.PairsReader(model).eval()
    torch.nn.init.normal_(reader.head.weight)
    left, right = torch.randn(3, 8), torch.randn(5, 8)
    with torch.no_grad():
        expected = reader([(left, right)]).item()
    for quantised, near in ((False, 1e-4), (True, 0.2)):
        graph = pairs_export.graph(reader, model.config, quantised).SerializeToString()
        session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
        (odds,) = session.run(None, {"left": left.numpy(), "right": right.numpy()})
        assert odds.tolist() == [pytest.approx(expected, abs=near)]


def test_groups_of_dev_leave_voices_out_and_have_the_nearest_that_are_none() -> None:
    made = [
        ("a", "A", "deep", "nurse", 0.9), ("a", "b", "", "nurse", 0.8), ("c", "d", "", "nurse", 0.1),
        ("e", "E", "deep", "jurist", 0.9), ("e", "f", "", "jurist", 0.7),
    ]  # fmt: skip
    every = [
        DevPair(one, other, kind, frozenset([voice]), concern) for one, other, kind, voice, concern in made
    ]
    public = PublicGroups.__new__(PublicGroups)
    public._parts = [[Study(("p", "P"), (1,)), Study(("q",), (0,))]] * 4
    groups, draw = DevGroups(every, public, ["jurist"]), random.Random(3)
    drawn = [groups.draw(draw) for _ in range(60)]
    assert {text for pairs in drawn for one, other, _ in pairs for text in (one, other)} == set(
        "abcdApPq"
    ) - {"B"}
    assert {same for pairs in drawn for _, _, same in pairs[:1]} == {True}
    assert not any(same for pairs in drawn for _, _, same in pairs[1:])


def test_a_text_is_given_a_clause_of_the_other_now_and_then() -> None:
    one = "我们在六个县布设了温度节点,并训练识别模型。"
    other = "果园遭霜。农户来不及熏烟;仪器提前半天报警。"
    drawn = [grafted(one, other, random.Random(i))[1] for i in range(100)]
    assert 20 < sum(text != other for text in drawn) < 50
    assert all("布设了温度节点" in text or "训练识别模型" in text for text in drawn if text != other)
    assert any("果园" not in text for text in drawn)


def test_voices_that_share_a_topic_stay_in_one_third() -> None:
    topics = {"1": "frost", "2": "frost", "3": "reef", "4": "law", "b": ""}
    voices = {"1": "nurse", "2": "jurist", "3": "miner", "4": "smith", "b": ""}
    truth = Batch((), {}, frozenset(), topics, voices)
    assert sorted(map(sorted, thirds(truth))) == [["jurist", "nurse"], ["miner"], ["smith"]]


def test_a_group_is_a_study_twice_and_beside_its_neighbours() -> None:
    studies = [Study(("a", "A"), (1, 2)), Study(("b",), (0,)), Study(("c",), (0,))]
    pairs = group(studies, random.Random(2))
    assert {pairs[0][0], pairs[0][1]} == {"a", "A"}
    assert [same for _, _, same in pairs] == [True, False, False]
    assert {other for _, other, same in pairs if not same} == {"b", "c"}
    assert {one for one, _, _ in pairs} == {pairs[0][0]}


def test_members_of_a_family_are_near_each_other() -> None:
    studies = of_families({"x": [("a",), ("b",)], "y": [("c",)]})
    assert [study.near for study in studies] == [(1,), (0,), ()]


def test_the_share_of_common_pairs_of_characters() -> None:
    assert shared("abcd", "abx") == pytest.approx(1 / 2)
    assert shared("", "ab") == 0
