"""Groups of studies whose neighbours are written as their tellings are, on toy data."""

from __future__ import annotations

import random

import pytest

# Without it no process has to load torch, for two seconds, to pass this file over.
pytest.importorskip("onnx")
pytest.importorskip("torch")

from matcher.types import Proposal
from training.duplicates_set import Batch
from training.e5.pairs_groups import DevGroups, DevPair, PublicGroups, Study
from training.e5.pairs_matched import MatchedGroups, Mixed, Told, halves, told


def _study(hand: str, name: str) -> Told:
    """A study that is told four times, a merged one among them."""
    kinds = ("source", "deep", "short", "merged")
    others = {kind: f"{name} other {kind}" for kind in ("deep", "short", "merged")}
    return Told(hand, {kind: f"{name} {kind}" for kind in kinds}, others)


def test_two_tellings_stand_before_one_of_them_beside_what_is_written_as_the_other() -> None:
    groups = MatchedGroups([_study("s1", "frost"), _study("s1", "reef"), _study("s2", "law")], ["s2 0"])
    drawn = [groups.draw(random.Random(number)) for number in range(300)]
    assert [[same for _, _, same in rows] for rows in drawn] == [[True, False, False]] * 300
    for (one, like, _), (beside, other, _), (third, last, _) in drawn:
        study, kind = like.split()
        assert (one.split()[0], beside, other) == (study, one, f"{study} other {kind}")
        assert one.split()[1] not in (kind, "merged")
        assert (kind, one) != ("merged", f"{study} deep")  # half of it is the same words
        assert third.split()[0] != last.split()[0] or "other" in last
        assert "merged" not in last or "other" not in last
    assert {text.split()[0] for rows in drawn for one, other, _ in rows for text in (one, other)} == {
        "frost",
        "reef",
    }


def test_what_is_told_and_which_study_is_written_as_which_telling() -> None:
    names = ["a", "a-deep", "a-retold", "a-short", "a-independent1", "a-independent2", "a-independent3"]
    names += [name.replace("a", "b", 1) for name in names if name != "a-retold"] + ["b-merged", "c"]
    texts = {name: f"第一句写的是{name}的霜。第二句写的是{name}的果园。" for name in names}
    voices = {name: "s1 0" if name != "c" else "" for name in names}
    proposals = tuple(Proposal(name, "果园", text) for name, text in texts.items())
    first, second = told(Batch(proposals, {}, frozenset(), {}, voices))
    assert first.hand == second.hand == "s1"
    assert set(first.tellings) == {"deep", "retold", "short", "source"}
    assert set(second.tellings) == {"deep", "short", "merged", "source"}
    assert all("a的霜" in first.tellings["source"] and "第二句" in text for text in first.tellings.values())
    for kind, number in (("deep", 1), ("retold", 2), ("short", 3)):
        assert f"a-independent{number}的霜" in first.others[kind]
    assert "b-independent3的霜" in second.others["source"]
    # With the study before it, as the merged telling is.
    merged = second.others["merged"]
    assert "b-independent1的霜" in merged
    assert "a-deep的果园" in merged
    assert "b-independent1的果园" not in merged


def test_hands_are_left_out_by_halves() -> None:
    voices = {str(i): f"s{i // 2} {i}" for i in range(6)} | {"background": ""}
    truth = Batch((), {}, frozenset(), {}, voices)
    assert [sorted(half) for half in halves(truth)] == [["s0 0", "s0 1", "s2 4", "s2 5"], ["s1 2", "s1 3"]]


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.5, 30, 70), (1.0, 100, 100)])
def test_a_share_of_the_groups_is_of_matched(share: float, least: int, most: int) -> None:
    public = PublicGroups.__new__(PublicGroups)
    public._parts = [[Study(("p", "P"), (1,)), Study(("q",), (0,))]] * 4
    pairs = [
        DevPair("a", "A", "deep", frozenset(["nurse"]), 0.9),
        DevPair("a", "b", "", frozenset(["nurse"]), 0.8),
        DevPair("a", "far", "", frozenset(["nurse"]), 0.1, elsewhere=True),
    ]
    matched = MatchedGroups([_study("s1", "frost"), _study("s1", "reef")], [])
    groups, draw = Mixed(matched, DevGroups(pairs, public, []), share), random.Random(1)
    drawn = [groups.draw(draw) for _ in range(100)]
    assert least <= sum(rows[0][0].startswith(("frost", "reef")) for rows in drawn) <= most
    if not share:
        assert any(other == "far" for rows in drawn for _, other, _ in rows)
