from __future__ import annotations

from dataclasses import replace

import pytest

from matcher import evaluate, settings
from matcher.engine import Engine
from matcher.labelled import PERTURBATIONS, Labelled, few_words, in_few_words, perturbed
from matcher.segment import words
from matcher.shipped import data_file
from matcher.types import Guide, Proposal, Topic
from tests.conftest import shipped_guide

ROWS = [
    Labelled(
        Proposal(
            f"p{n}",
            "创新券的作用",
            "评估科技创新券对小企业购买检测服务的作用，比较领券与未领券企业的研发投入，提出完善发放办法的建议。",
        ),
        {"2-12": 2},
        "formal",
        "zh",
        "",
    )
    for n in range(12)
]
ENGLISH = Labelled(
    Proposal("e", "Innovation vouchers", "We study how small firms use them."), {"2-12": 2}, "", "en", ""
)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_row_keeps_its_text_and_gives_the_same_each_time(name: str) -> None:
    made = perturbed([*ROWS, ENGLISH], shipped_guide(), name)
    assert made == perturbed([*ROWS, ENGLISH], shipped_guide(), name)
    assert [p.row for p in made] == [*ROWS, ENGLISH]
    assert all(p.proposal.id == p.row.proposal.id and p.proposal != p.row.proposal for p in made)
    if name != "typos":
        assert all(p.row.proposal.abstract in p.proposal.abstract for p in made)
        assert all(p.row.proposal.title in p.proposal.text for p in made)
    assert len({p.proposal.text for p in made[:-1]}) > 6, "rows do not all get the same text"


def test_a_row_is_written_otherwise_whatever_stands_beside_it() -> None:
    assert (
        perturbed(ROWS[3:4], shipped_guide(), "opening") == perturbed(ROWS, shipped_guide(), "opening")[3:4]
    )


def test_denials_and_references_name_a_topic_that_does_not_fit() -> None:
    titles = {topic.id: topic.title for topic in shipped_guide().topics}
    for made in perturbed(ROWS, shipped_guide(), "denial"):
        assert made.denied not in ("", "2-12")
        assert titles[made.denied] in made.proposal.abstract
    for made in perturbed(ROWS, shipped_guide(), "references of another topic"):
        (named,) = {t for t in titles.values() if t in made.proposal.abstract}
        assert named != titles["2-12"]
        assert made.proposal.abstract.count(named) == 3


def test_english_rows_get_english_phrases() -> None:
    (made,) = perturbed([ENGLISH], shipped_guide(), "long opening")
    assert made.proposal.abstract.isascii()


def test_rows_that_fit_nothing_or_everything_are_left_out() -> None:
    outside = replace(ROWS[0], relevant={})
    one = Guide("g", "", (Topic("2-12", "", 12, "创新券", "", None, "none", (1, 1)),), (), (), "")
    assert perturbed([outside], shipped_guide(), "opening") == perturbed(ROWS, one, "opening") == []


def test_typos_are_few() -> None:
    long = replace(ROWS[0].proposal, abstract=ROWS[0].proposal.abstract * 10)
    (made,) = perturbed([replace(ROWS[0], proposal=long)], shipped_guide(), "typos")
    assert abs(len(made.proposal.abstract) - len(long.abstract)) <= len(long.abstract) / 30


@pytest.fixture(scope="module")
def fast() -> Engine:
    return Engine.open(data_file("guides/tianjin-2021-soft-science.txt"), "fast")


def test_invariance_by_hand(fast: Engine) -> None:
    """Twelve times the same clear proposal: every figure can be told beforehand."""
    found = evaluate.Evaluation(fast, ROWS).invariance()
    assert list(found) == list(PERTURBATIONS)
    assert {row["n"] for row in found.values()} == {12}
    assert {row["without"] for row in found.values()} == {1.0}
    assert found["denial"]["denied"] == 0.0
    assert found["typos"]["top-1"] >= 0.75
    assert found["other places"]["warned"] == 0.0


@pytest.mark.parametrize(
    ("title", "abstract", "within"),
    [
        ("科技创新券对小微企业购买检测服务的作用机制与发放办法研究", "正文。", "科技创新券对小微企业购买检测服务的作用机制与发放办法研究"),
        ("", "比较领券企业的投入。提出建议。", "比较领券企业的投入"),
        ("Innovation vouchers for small firms", "", "Innovation vouchers for small firms"),
    ],
)  # fmt: skip
def test_a_few_words_stand_next_to_each_other(title: str, abstract: str, within: str) -> None:
    drawn = [few_words(Proposal(f"p{n}", title, abstract, "2-12")) for n in range(60)]
    for proposal in drawn:
        assert proposal.title
        assert proposal.title in within
        assert len(words(proposal.title)) <= settings.count("perturb.most_words")
        assert (proposal.abstract, proposal.declared) == ("", "2-12")
    counts = {len(words(proposal.title)) for proposal in drawn}
    assert min(counts) == 1
    assert max(counts) == min(settings.count("perturb.most_words"), len(words(within)))


def test_rows_in_few_words_keep_their_judgement() -> None:
    rows = in_few_words([*ROWS, ENGLISH])
    assert [(row.relevant, row.language) for row in rows[-4:]] == [({"2-12": 2}, "zh")] * 2 + [
        ({"2-12": 2}, "en")
    ] * 2
    assert rows == in_few_words([*ROWS, ENGLISH])
    assert few_words(Proposal("p", "——", "")).text == ""
