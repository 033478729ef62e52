from __future__ import annotations

from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.evaluate import MEASURES, Qrels, TrecRun, interval, measure, write_trec
from matcher.types import Office

TOPICS = [f"1-{n:02d}" for n in range(1, 9)]
OFFICES = {t: Office(f"office {i % 3}") for i, t in enumerate(TOPICS)}


def ranking(topics: list[str]) -> list[tuple[str, float]]:
    return [(t, 1 - i / 10) for i, t in enumerate(topics)]


def test_worked_example() -> None:
    """Two relevant topics (grades 2 and 1), found at places 2 and 4.

    DCG@5 = 2 / log2(3) + 1 / log2(5) = 1.692; ideal = 2 + 1 / log2(3) = 2.631.
    """
    run = {"p": ranking(["1-03", "1-01", "1-04", "1-02"])}
    values = measure(run, {"p": {"1-01": 2, "1-02": 1}}, OFFICES)["p"]
    assert values == pytest.approx(
        {"top-1": 0, "top-3": 1, "MRR": 0.5, "nDCG@5": 1.692536 / 2.630930, "office": 0}
    )


def test_the_right_office_counts_without_the_right_topic() -> None:
    values = measure({"p": ranking(["1-04"])}, {"p": {"1-01": 2}}, OFFICES)["p"]
    assert (values["top-1"], values["office"]) == (0, 1)


def test_an_omitted_proposal_scores_zero_and_one_where_nothing_fits_is_no_ranking() -> None:
    values = measure({}, {"p": {"1-01": 2}, "outside": {}}, OFFICES)
    assert values == {"p": dict.fromkeys(MEASURES, 0.0)}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.permutations(TOPICS), max_size=6),
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.dictionaries(st.sampled_from(TOPICS), st.integers(1, 2), min_size=1),
        min_size=1,
    ),
)
def test_measures_equal_ir_measures(orders: dict[str, list[str]], qrels: Qrels) -> None:
    run: TrecRun = {p: ranking(order) for p, order in orders.items()}
    ours = measure(run, qrels, OFFICES)
    references = {
        "top-1": ir_measures.Success @ 1,
        "top-3": ir_measures.Success @ 3,
        "MRR": ir_measures.RR,
        "nDCG@5": ir_measures.nDCG @ 5,
    }
    plain_run = {p: dict(ranked) for p, ranked in run.items()} or {"none": {"1-01": 1.0}}
    for name, reference in references.items():
        expected = {m.query_id: m.value for m in ir_measures.iter_calc([reference], qrels, plain_run)}
        for proposal in qrels:
            assert ours[proposal][name] == pytest.approx(expected.get(proposal, 0.0)), name


def test_trec_files_are_read_back_by_ir_measures(tmp_path: Path) -> None:
    run = {"p 1": ranking(["1-03", "1-01"]), "q": ranking(["1-02"])}
    qrels = {"p 1": {"1-01": 2}, "q": {"1-02": 1}}
    write_trec(tmp_path, qrels, {"hybrid": run})
    read = ir_measures.calc_aggregate(
        [ir_measures.RR],
        list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.txt"))),
        list(ir_measures.read_trec_run(str(tmp_path / "hybrid.run"))),
    )
    assert read[ir_measures.RR] == pytest.approx(0.75)


def test_interval() -> None:
    assert interval([1.0] * 10) == (1, 1, 1)
    assert interval([]) == (0, 0, 0)
    mean, low, high = interval([0.0, 1.0] * 50)
    assert mean == 0.5
    # The normal approximation gives 0.5 ± 1.96 * 0.05.
    assert low == pytest.approx(0.402, abs=0.02)
    assert high == pytest.approx(0.598, abs=0.02)
    assert interval([0.0, 1.0] * 50) == (mean, low, high)
