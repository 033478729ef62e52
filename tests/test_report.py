"""What the screen shows of an answer and of a guide, in a terminal of 80 columns."""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from matcher import shipped
from matcher.guide import read_guide
from matcher.message import Language, Message
from matcher.report import _print_discounts, headline, print_evaluation, print_guide, print_match
from matcher.types import Discount, Guide, Hit, Match, Office, Passage, Verdict


@pytest.fixture(scope="module")
def guide() -> Guide:
    return read_guide(shipped.default_guide())


def lines(console: Console) -> list[str]:
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def answer(guide: Guide, ids: tuple[str, ...], width: int = 80) -> list[str]:
    console = Console(width=width, file=StringIO())
    hits = tuple(Hit(id_, 0.5, 0.1, {}, ()) for id_ in ids)
    print_match(
        console,
        Match("p", "topic", ids[0], None, "none", 0.1, hits, Message("所以", "so")),
        {t.id: t for t in guide.topics},
    )
    return lines(console)


@pytest.mark.parametrize(
    ("verdict", "probabilities", "name"),
    [
        ("topic", (0.97, 0.01), "topic"),
        ("topic", (0.6, 0.01), "likely"),
        ("close", (0.84, 0.01), "nearest"),  # nothing of its contents is written, say
        ("close", (0.84,), "nearest"),  # a guide of one topic
        ("close", (0.6, 0.25), "close"),
        ("close", (0.4, 0.1), "close"),  # more likely wrong than right
        ("close", (None, None), "close"),  # scores alone
        ("none", (0.84, 0.01), "none"),
    ],
)
def test_the_text_above_an_answer_speaks_of_several_topics_only_where_several_are_near(
    verdict: Verdict, probabilities: tuple[float | None, ...], name: str
) -> None:
    hits = tuple(Hit(f"1-{n}", 0.5, chance, {}, ()) for n, chance in enumerate(probabilities))
    confidence = probabilities[0] or 0.0
    match = Match("p", verdict, "1-0", None, "none", confidence, hits, Message("", ""), none_probability=0.02)
    assert headline(match) == name


def test_an_office_and_its_phone_stand_on_one_line(guide: Guide) -> None:
    shown = answer(guide, ("2-19", "1-08", "2-24"))
    rows = {line.split()[0]: line for line in shown if re.match(r"\d-\d\d ", line)}
    assert rows["2-19"].endswith("战略规划与政策法规处 58832991")
    assert rows["1-08"].endswith("基础研究处 58832982 *")
    assert rows["2-24"].endswith("科技金融处 58832919")
    assert "对接处室 office：指南明列 / stated in the guide；* 按所在组推定 / by its group" in shown
    assert max(map(cell_len, shown)) <= 80


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "对接处室：指南明列；* 按所在组推定"), ("en", "office: stated in the guide; * by its group")],
)
def test_marks_are_explained_in_the_language(
    guide: Guide, monkeypatch: pytest.MonkeyPatch, language: Language, told: str
) -> None:
    monkeypatch.setattr("matcher.screen._spoken", [language])
    assert told in answer(guide, ("2-24", "1-08"))
    assert "*" not in "".join(answer(guide, ("2-24",)))


def test_a_sentence_that_stands_a_hundred_times_is_shown_once() -> None:
    console = Console(width=80, file=StringIO())
    repeated = Discount(Passage("1", "p", 0, 4, "一样的话"), 0.0, "repeated")
    match = Match("p", "none", None, None, "none", 0.1, (), Message("", ""), discounts=(repeated,) * 100)
    _print_discounts(console, match)
    assert [line.strip() for line in lines(console)] == ["重复，不计 / repeated, not counted: 一样的话"]


@pytest.mark.parametrize(("language", "shown"), [("zh", "2-24（ZT-03）"), ("en", "2-24 (ZT-03)")])
def test_a_topic_stands_with_the_mark_of_its_document(
    guide: Guide, monkeypatch: pytest.MonkeyPatch, language: Language, shown: str
) -> None:
    monkeypatch.setattr("matcher.screen._spoken", [language])
    topics = tuple(replace(t, code="ZT-03") if t.id == "2-24" else t for t in guide.topics)
    marked = replace(guide, topics=topics)
    assert any(line.startswith(f"{shown} ") for line in answer(marked, ("2-24", "1-08")))
    console = Console(width=80, file=StringIO())
    print_guide(console, marked)
    assert any(line.startswith(f"{shown} ") for line in lines(console))
    assert ("topics" in lines(console)[0]) == (language == "en")
    assert ("（" in lines(console)[0].replace("（软科学研究项目）", "")) == (language == "zh")


def test_an_office_without_a_phone_leaves_no_gap(guide: Guide) -> None:
    topics = tuple(replace(t, office=Office("基础研究处")) if t.id == "1-08" else t for t in guide.topics)
    assert any(line.endswith(" 基础研究处 *") for line in answer(replace(guide, topics=topics), ("1-08",)))


def test_a_guide_keeps_its_phones_whole(guide: Guide) -> None:
    console = Console(width=80, file=StringIO())
    print_guide(console, guide)
    shown = lines(console)
    assert max(map(cell_len, shown)) <= 80
    for topic in guide.topics:
        row = next(line for line in shown if line.startswith(topic.id))
        assert topic.office is not None
        assert f"{topic.office.name} {topic.office.phone}" in row


@pytest.mark.parametrize(("width", "cell"), [(80, "0.90–0.97"), (130, "0.94 0.90–0.97")])
def test_figures_of_an_evaluation_are_never_cut(width: int, cell: str) -> None:
    names = ("top-1", "top-3", "MRR", "nDCG@5", "office")
    measures = {name: [0.94, 0.9, 0.97] for name in names}
    groups = {name: {"n": 155, **measures} for name in ("all", "office:战略规划与政策法规处")}
    otherwise = ("top-1", "without", "stated", "right where stated", "none", "denied", "warned")
    figures = {
        "systems": {"lexical": groups, "hybrid": groups},
        "decisions": {"inside": 1, "outside": 0, "verdicts": {}, "reliability": []},
        "invariance": {"references of another topic": {"n": 155, **dict.fromkeys(otherwise, 0.9)}},
    }
    console = Console(width=width, file=StringIO())
    print_evaluation(console, figures)
    shown = lines(console)
    assert max(map(cell_len, shown)) <= width
    assert "…" not in "".join(shown)
    assert [line.count(cell) for line in shown if cell in line] == [5] * 3
    (headings,) = (line for line in shown if "top-1" in line and "stated" in line)  # all on one line
    assert not [word for word in ("without", "and right", "none", "denied", "warned") if word not in headings]
