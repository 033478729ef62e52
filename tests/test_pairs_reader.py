"""The reader of pairs and what it learns from, on toy data."""

from __future__ import annotations

import random

import pytest

# First: without it no process has to load torch, for two seconds, to pass this file over.
pytest.importorskip("onnx")
torch = pytest.importorskip("torch")

from matcher.types import Proposal  # noqa: E402
from training.duplicates_set import Batch  # noqa: E402
from training.e5 import body, pairs_reader  # noqa: E402
from training.e5.pairs_groups import Study, dev_tellings, group, of_families, shared  # noqa: E402

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
    assert pairs_reader.averaged(states).tolist() == [[3.0], [(8 + 4 + 4 + 4) / 4]]


def test_a_pair_reads_the_same_beside_a_longer_one() -> None:
    torch.manual_seed(1)
    reader = pairs_reader.PairsReader(body.untrained(20, SIZES)).eval()
    short, long = ([torch.randn(n, 8), torch.randn(n + 1, 8)] for n in (2, 5))
    with torch.no_grad():
        together, alone = reader([tuple(short), tuple(long)]), reader([tuple(short)])
    assert together[0].item() == pytest.approx(alone[0].item(), abs=1e-4)
    assert len(reader.layers) == SIZES["layers"] - pairs_reader.LOWER


def test_tellings_of_dev_are_what_is_written_anew() -> None:
    names = ["s-1", "s-1-deep", "s-1-light", "s-1-short", "s-1-independent1", "t-1", "b"]
    proposals = tuple(Proposal(name, name, "") for name in names)
    voices = dict.fromkeys(names, "nurse") | {"t-1": "jurist", "b": ""}
    truth = Batch(proposals, {}, frozenset(), dict.fromkeys(names, ""), voices)
    texts = {p.id: p.text for p in proposals}
    assert dev_tellings(truth, ["jurist"]) == [
        (texts["s-1"], texts["s-1-deep"], texts["s-1-short"]),
        (texts["s-1-independent1"],),
    ]


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
