"""The library as a program uses it: what it gives is what the command line writes."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import pytest
from pandas import DataFrame

import matcher
from matcher import (
    BatchWarning,
    Matcher,
    MatcherError,
    Proposal,
    library,
    read_proposals,
    to_dicts,
    to_frame,
)
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import ArgumentError, GuideError

DOCS = Path(__file__).parent.parent / "docs" / "library.md"
TEXTS = ["想研究科技创新券对小企业的作用", "大学的成果在中试之前拿不到钱，银行和基金能怎么帮忙"]


@pytest.fixture(scope="module")
def opened() -> Matcher:
    return Matcher.open(fast=True)


def test_what_the_documents_say_is_so() -> None:
    assert doctest.testfile(str(DOCS), module_relative=False, encoding="utf-8").failed == 0
    assert doctest.testmod(library).failed == 0


def test_every_exported_name_is_there() -> None:
    for name in matcher.__all__:
        assert getattr(matcher, name).__name__ == name
    with pytest.raises(AttributeError, match="Matchers"):
        _ = matcher.Matchers


def test_importing_the_package_reads_nothing_else() -> None:
    code = "import matcher, sys; print([m for m in sys.modules if m.startswith('matcher.') or m == 'numpy'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_one_and_several_are_answered_alike(opened: Matcher) -> None:
    several = opened.match(TEXTS)
    assert [m.topic_id for m in several] == [opened.match(text).topic_id for text in TEXTS]
    assert [m.proposal_id for m in several] == ["1", "2"]
    assert to_dicts(several[0]) == [several[0].to_dict()]


def test_a_pasted_form_is_read_as_one(opened: Matcher) -> None:
    text = f"项目名称：小企业与创新券\n申报人：王小明\n摘要：{TEXTS[0]}"
    asked = Proposal("", "小企业与创新券", TEXTS[0])
    assert opened.match(text).hits == opened.match(asked).hits


def test_a_frame_has_a_row_for_each_answer(opened: Matcher) -> None:
    frame = to_frame(opened.match(TEXTS))
    assert frame["topic_id"].tolist() == ["2-12", "2-24"]
    assert frame["office.phone"].tolist() == ["58832826", "58832919"]
    assert "hits" not in frame.columns


def test_a_bad_row_is_told_and_the_rest_is_read(opened: Matcher, tmp_path: Path) -> None:
    rows = [{"id": "1", "abstract": TEXTS[0]}, "no row", {"id": "2", "abstract": TEXTS[0]}]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with pytest.warns(BatchWarning, match="2"):
        assert [p.id for p in read_proposals(batch)] == ["1", "2"]
    with pytest.warns(BatchWarning, match="第 2 行|^2：|2："):
        pairs = opened.find_duplicates(batch).pairs
    assert [(p.a, p.b, p.kind) for p in pairs] == [("1", "2", "identical")]
    with pytest.warns(BatchWarning, match="摘要"):
        verdicts = [row.judged.verdict for row in opened.triage(batch).rows]
    assert sorted(verdicts) == ["undeclared", "undeclared", "unreadable"]


ONE = Proposal("a", "创新券", TEXTS[0])


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda m: m.match(None), "proposal should be a text (str) or a Proposal"),
        (lambda m: m.match({"title": "创新券"}), "Proposal(**row)"),
        (lambda m: m.match(DataFrame({"title": ["创新券"]})), "Proposal(**row)"),
        (lambda m: m.match(["创新券", 3]), "not 3"),
        (lambda m: m.match(b"voucher"), "not bytes"),
        (lambda m: m.match(Path("one.docx")), "read_proposals"),
        (lambda m: m.match(Proposal("a", "b", None)), "Proposal.abstract should be a text"),  # type: ignore[arg-type]
        *(
            (lambda m, k=k: m.match("创新券", k=k), f"whole number from 1, not {k}")
            for k in (0, -1, 1.5, None)
        ),
        (lambda m: m.match(TEXTS, k="3"), "whole number from 1, not str"),
        (lambda m: m.explain("创新券", "9-99"), "has no topic 9-99; matcher.guide.topics"),
        (lambda m: m.explain("创新券", ["2-12"]), "has no topic ['2-12']"),
        (lambda m: m.explain(None, "2-12"), "proposal should be"),
        (lambda m: m.triage(None), "batch should be the path of a table"),
        (lambda m: m.triage([{"title": "a"}]), "proposal should be a Proposal, not dict"),
        (lambda m: m.triage(DataFrame({"title": ["创新券"]})), "or a list of Proposal, not DataFrame"),
        (lambda m: m.find_duplicates(ONE), "or a list of Proposal, not Proposal"),
        (lambda m: m.find_duplicates(["a", "b"]), "proposal should be a Proposal, not str"),
        *(
            (lambda m, t=t: m.find_duplicates([ONE], threshold=t), "in [0, 1]")
            for t in (2, -0.1, float("nan"), "1")
        ),
        (lambda m: m.find_duplicates([ONE], archive=5), "archive should be the path"),
        (lambda _: Matcher("a.docx"), "Engine (Matcher.open opens a guide), not str"),  # type: ignore[arg-type]
        (lambda _: Matcher.open(5), "guide should be the path"),  # type: ignore[arg-type]
        (lambda _: Matcher.open(fast=True, encoder="org/model"), "without fast=True"),
        (lambda _: Matcher.open(cluster="tcp://a:1"), "a matcher.scale.cluster.Cluster, not str"),  # type: ignore[arg-type]
        (lambda _: read_proposals(None), "batch should be the path"),  # type: ignore[arg-type]
        (lambda _: to_dicts([1]), "results should be what match"),  # type: ignore[list-item]
        (lambda _: to_frame("x"), "results should be what match"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_argument_is_a_named_error(
    opened: Matcher, call: Callable[[Any], object], expected: str
) -> None:
    with pytest.raises(ArgumentError) as error:
        call(opened)
    assert expected in error.value.message.en
    assert isinstance(error.value, MatcherError)


def test_answers_may_come_one_by_one(opened: Matcher) -> None:
    answers = opened.match(TEXTS)
    assert to_dicts(iter(answers)) == to_dicts(answers)
    assert len(to_frame(answer for answer in answers)) == len(TEXTS)


@pytest.mark.filterwarnings("ignore::matcher.library.BatchWarning")
def test_a_path_may_be_of_any_kind(opened: Matcher, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("编号,项目名称\na,创新券\n")
    batch = PurePath(tmp_path / "one.csv")
    assert [proposal.id for proposal in read_proposals(batch)] == ["a"]
    assert [row.proposal.id for row in opened.triage(batch).rows] == ["a"]
    with pytest.raises(MatcherError, match="nowhere"):
        opened.find_duplicates([ONE], archive=PurePath("nowhere"))
    with pytest.raises(MatcherError, match="nowhere"):
        Matcher.open(encoder=PurePath("/nowhere"))


def test_a_missing_guide_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(MatcherError, match=r"nowhere\.docx"):
        Matcher.open(tmp_path / "nowhere.docx")


def test_a_guide_put_together_by_a_program_is_named_where_it_holds_no_title(opened: Matcher) -> None:
    first, *_ = opened.guide.topics
    bare = replace(opened.guide, topics=(replace(first, title=" ", content=""),))
    for guide, words in ((bare, "has no title"), (replace(opened.guide, topics=()), "has no topics")):
        with pytest.raises(GuideError, match=words):
            Engine.open(guide, FAST)


def test_a_topic_may_be_named_by_the_mark_of_the_guide(opened: Matcher) -> None:
    first, second, *others = opened.guide.topics
    topics = (replace(first, code="A1"), replace(second, code="A2"), *(replace(t, code="A3") for t in others))
    marked = Matcher(Engine.open(replace(opened.guide, topics=topics), FAST))
    assert marked.explain(TEXTS[0], "A2") == marked.explain(TEXTS[0], second.id)
    with pytest.raises(ArgumentError, match="has no topic A3"):
        marked.explain(TEXTS[0], "A3")
