"""Application forms of many agencies, each read as a careful clerk reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.readers.form import read_form
from matcher.segment import fold
from tests.form_layouts import LACKING, LAYOUTS, fillings
from tests.form_layouts_more import LACKING_MORE, MORE
from tests.form_layouts_people import ENGLISH_PEOPLE, LACKING_PEOPLE, PEOPLE
from tests.form_layouts_voices import ENGLISH_VOICES, LACKING_VOICES, VOICES, english

FIELDS = {"title": "title", "organisation": "organisation", "principal_investigator": "person", "phone": "phone", "declared": "declared"}  # fmt: skip
HINTS = ("不超过", "不少于", "限", "以内", "max", "应逐条", "说明研究", "no more than")
CHINESE = {**LAYOUTS, **MORE, **VOICES, **PEOPLE}
ENGLISH = {**ENGLISH_VOICES, **ENGLISH_PEOPLE}
ALL = {**CHINESE, **ENGLISH}
ALL_LACKING = {**LACKING, **LACKING_MORE, **LACKING_VOICES, **LACKING_PEOPLE}
NAMES = [*CHINESE, *CHINESE, *ENGLISH, *ENGLISH]
FORMS = [(name, number) for number, name in enumerate(NAMES)]
FILLINGS = [*fillings(2 * len(CHINESE)), *english(2 * len(ENGLISH))]


@pytest.mark.parametrize(("layout", "number"), FORMS, ids=[f"{name}-{number}" for name, number in FORMS])
def test_a_form_of_an_agency(tmp_path: Path, layout: str, number: int) -> None:
    filling = FILLINGS[number]
    form = read_form(ALL[layout](filling, tmp_path / "form"))
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
