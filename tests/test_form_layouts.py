"""Application forms of many agencies, each read as a careful clerk reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.readers.batch import read_proposal
from matcher.readers.form.reading import form_of_text
from matcher.segment import fold
from tests.form_layouts import LACKING, LAYOUTS, fillings
from tests.form_layouts_more import LACKING_MORE, MORE
from tests.form_layouts_offices import ENGLISH_OFFICES, LACKING_OFFICES, OFFICES
from tests.form_layouts_people import ENGLISH_PEOPLE, LACKING_PEOPLE, PEOPLE
from tests.form_layouts_voices import ENGLISH_VOICES, LACKING_VOICES, VOICES, english

FIELDS = {"title": "title", "organisation": "organisation", "principal_investigator": "person", "phone": "phone", "declared": "declared"}  # fmt: skip
HINTS = ("不超过", "不少于", "限", "以内", "max", "应逐条", "说明研究", "no more than")
CHINESE = {**LAYOUTS, **MORE, **VOICES, **PEOPLE, **OFFICES}
ENGLISH = {**ENGLISH_VOICES, **ENGLISH_PEOPLE, **ENGLISH_OFFICES}
ALL = {**CHINESE, **ENGLISH}
ALL_LACKING = {**LACKING, **LACKING_MORE, **LACKING_VOICES, **LACKING_PEOPLE, **LACKING_OFFICES}
NAMES = [*CHINESE, *CHINESE, *ENGLISH, *ENGLISH]
FORMS = [(name, number) for number, name in enumerate(NAMES)]
FILLINGS = [*fillings(2 * len(CHINESE)), *english(2 * len(ENGLISH))]


@pytest.mark.parametrize(("layout", "number"), FORMS, ids=[f"{name}-{number}" for name, number in FORMS])
def test_a_form_of_an_agency(tmp_path: Path, layout: str, number: int) -> None:
    filling = FILLINGS[number]
    form = read_proposal(ALL[layout](filling, tmp_path / "form"))
    asked = {field: name for field, name in FIELDS.items() if name not in ALL_LACKING.get(layout, ())}
    read = {field: fold(form.fields.get(field, "")) for field in asked}
    # A phone or an institution that stands right behind the name on its line stays with it.
    read["principal_investigator"] = read.get("principal_investigator", "")[: len(filling.person)]
    expected = {field: fold(getattr(filling, name)) for field, name in asked.items()}
    assert read == {"principal_investigator": "", **expected}
    abstract = fold(form.fields["abstract"])
    assert [abstract.count(fold(text)) for text in filling.text] == [1, 1]
    assert fold(filling.other) not in abstract
    assert not [hint for hint in HINTS if hint in abstract]
    if layout in NAMES[:number]:
        return  # with its other filling
    # What the page puts into its box is read as the file was.
    again = form_of_text(form.labelled)
    assert [again.fields.get(name) for name in ("title", "abstract")] == [
        form.fields.get(name) for name in ("title", "abstract")
    ]


@pytest.mark.parametrize(
    ("text", "title", "abstract"),
    [
        (
            "Mobile PTR-MS mapping for solvent emitters\nWe map emissions in four parks and test a rotor.",
            "Mobile PTR-MS mapping for solvent emitters",
            "We map emissions in four parks and test a rotor.",
        ),
        (
            "揭榜挂帅\n企业出题张榜、谁行谁揭，负面清单列清楚就行，这套办法怎么推？",
            "揭榜挂帅",
            "企业出题张榜、谁行谁揭，负面清单列清楚就行，这套办法怎么推？",
        ),
        ("负责人：王某某（手机：13800000000）\n研究内容：夜市。", None, "夜市。"),
    ],
)
def test_a_text_that_only_looks_like_labels(text: str, title: str | None, abstract: str) -> None:
    form = form_of_text(text)
    assert (form.fields.get("title"), form.fields.get("abstract")) == (title, abstract)


def test_a_bracket_before_a_heading_within_a_line() -> None:
    form = form_of_text("研究内容：（1）问题：缺少底账。（2）方法：给十座城市打分。（3）产出：报告一份。")
    assert not form.fields["abstract"].endswith("（")


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_line_ends_of_other_systems_shift_no_lines(mark: str) -> None:
    """They end a line for Python, and none of a document: here lines seem broken at one width."""
    broken = "we count the boxes along the ditches each week and write down which of"
    assert "the boxes" in form_of_text(mark.join([broken] * 8)).fields["abstract"]
    parts = f"摘要{mark}【目的】甲。{mark}【方法】乙。\n【结果】丙。\n题目：夜市"
    assert "丙。" in form_of_text(parts).fields["abstract"]
