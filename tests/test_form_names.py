"""Forms of ministries, universities, hospitals and funders whose labels are in no list; the layouts are data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from matcher.readers.batch import read_proposal
from matcher.readers.fields.in_lines import label_of
from matcher.readers.fields.joined import fields_of
from matcher.readers.form.reading import form_of_text
from matcher.readers.table.columns import column_fields
from matcher.segment import fold
from tests.form_layouts import Word, _book

LAYOUTS = json.loads((Path(__file__).parent / "cases" / "layouts_by_words.json").read_text("utf-8"))
FIELDS = {"title": "title", "organisation": "organisation", "person": "principal_investigator", "phone": "phone", "declared": "declared"}  # fmt: skip
CHINESE = {
    "title": "低空物流航线噪声的居民暴露评价", "organisation": "浙东师范学院", "person": "甘露", "phone": "13777210456", "declared": "2-07",
    "first": "课题组在三条无人机配送航线下方布设声级计，逐时记录居民窗外的噪声", "second": "据此建立暴露人口的估算模型，提出航线高度与时段的限值建议",
    "other": "课题组成员曾参与省级噪声地图编制",
}  # fmt: skip
ENGLISH = {
    "title": "Night-time cooling of social housing blocks", "organisation": "Marlow Institute of Technology", "person": "Helena Brandt",
    "phone": "+44 20 7946 0911", "declared": "T4.2", "first": "We monitor indoor temperatures in forty flats during two summers.",
    "second": "A simple ventilation schedule is then tested against the usual practice.", "other": "The group has run field campaigns since 2012.",
}  # fmt: skip


def _filled(body: Any, filling: Mapping[str, str]) -> Any:
    if isinstance(body, str):
        return re.sub(r"\{(\w+)\}", lambda m: filling[m[1]], body)
    if isinstance(body, list):
        return [_filled(part, filling) for part in body]
    return {key: _filled(part, filling) for key, part in body.items()} if isinstance(body, dict) else body


def _row(cells: list[Any]) -> list[Any]:
    """Cells as `Word.table` takes them: [text, columns, rows] is a merged one."""
    return [tuple(cell) if isinstance(cell, list) else cell for cell in cells]


def _write(layout: Mapping[str, Any], filling: Mapping[str, str], path: Path) -> Path:
    if "text" in layout:
        file = path.with_suffix(f".{layout['format']}")
        file.write_text(_filled(layout["text"], filling), encoding="utf-8")
        return file
    if "sheets" in layout:
        sheets: dict[str, Any] = {
            name: [_row(r) for r in rows] for name, rows in _filled(layout["sheets"], filling).items()
        }
        return _book(path, sheets)
    word = Word()
    for block in _filled(layout["blocks"], filling):
        if "line" in block:
            word.lines(block["line"])
        elif "heading" in block:
            word.heading(block["heading"], block["level"])
        else:
            word.table(*[_row(row) for row in block["table"]])
    return word.save(path)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: str(layout["name"]))
def test_a_form_of_names_in_no_list(layout: Mapping[str, Any], tmp_path: Path) -> None:
    filling = ENGLISH if layout["name"].startswith("en_") else CHINESE
    form = read_proposal(_write(layout, filling, tmp_path / "form"))
    written = json.dumps({k: layout.get(k) for k in ("text", "sheets", "blocks")})
    asked = [name for name in filling if f"{{{name}}}" in written and name not in layout["not_asked"]]
    wanted = {FIELDS[name]: fold(filling[name]) for name in asked if name in FIELDS}
    read = {field: fold(form.fields.get(field, "")) for field in wanted}
    if "principal_investigator" in read:  # a title or phone may stand behind the name
        read["principal_investigator"] = read["principal_investigator"][: len(fold(filling["person"]))]
    assert read == wanted
    abstract = fold(form.fields["abstract"])
    assert all(abstract.count(fold(filling[name])) == 1 for name in ("first", "second") if name in asked)
    assert fold(filling["other"]) not in abstract
    assert not [text for text in layout["absent"] if fold(text) in abstract]


@pytest.mark.parametrize(("name", "field"), [
    ("拟开展的研究题目", "title"), ("对应选题指南序号", "declared"), ("设站单位", "organisation"), ("团队已有业绩", "foundation"),
    ("外方合作单位", "partners"), ("单位负责人", "person"), ("企业单位", ""), ("环境监测方法", ""), ("我们研究内容", ""),
    ("name of the pi's host institution", "organisation"), ("track record of the team", "foundation"), ("soil carbon title", ""),
    ("研究技术路径", "methods"), ("主要内容和观点", "content"), ("chosen topic number", "declared"), ("preferred topic number", "declared"),
])  # fmt: skip
def test_a_name_in_no_list_is_understood(name: str, field: str) -> None:
    assert [place for place, _ in fields_of(name)] == [field] * bool(field)


@pytest.mark.parametrize(("label", "field"), [
    ("对应课题编码", "declared"), ("所选选题代号", "declared"), ("申报指南课题编码", "declared"), ("课题编码", "id"), ("search terms", "keywords"),
    ("执行人", "principal_investigator"), ("内线", "phone"), ("Who applies", "principal_investigator"), ("Head of project", "principal_investigator"),
    ("Person we should talk to", "principal_investigator"), ("Programme line", "declared"), ("What is your organisation called?", "organisation"),
    ("What is your name?", "principal_investigator"), ("What is your project called?", "title"),
])  # fmt: skip
def test_a_label_of_the_list(label: str, field: str) -> None:
    assert label_of(label if label[-1] == "?" else f"{label}：")[0] == field


def test_several_names_under_one_with_an_extension(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        ("申请课题", "谵妄的预警评分"),
        ("申请者 / 科室 / 内线", "丁慕白 / 骨二科 / 6317"),
    ]
    word = Word()
    word.table(*rows)
    fields = read_proposal(word.save(tmp_path / "form.docx")).fields
    names = ("principal_investigator", "department", "phone")
    assert [fields[name] for name in names] == ["丁慕白", "骨二科", "6317"]


@pytest.mark.parametrize(("column", "field"), [
    ("form.q_theme.label", "declared"), ("project.lead.name", "principal_investigator"),
    ("Give your project a name a patient would understand", "title"),
    ("What is your organisation called?", "organisation"),
])  # fmt: skip
def test_a_column_named_by_a_path_or_a_request(column: str, field: str) -> None:
    assert column_fields(column)[0][0] == field


@pytest.mark.parametrize("sentence", [
    "I compare the plan and the three-year action programme: which tasks are on schedule, and what worked.",
    "影印、录文、校勘、标引。目的在文献：使志书可查、可比、可引。",
])  # fmt: skip
def test_words_in_the_midst_of_a_text_are_no_label(sentence: str) -> None:
    form = form_of_text(sentence)
    assert (form.sections, form.fields["abstract"]) == ((), sentence)


def test_note_names_the_sections_that_rest_on_a_learnt_heading() -> None:
    """The abstract and the other parts of the study as well as the title; not those under a name of the lists, nor what is no part of it."""
    text = (
        "拟开展的研究题目：低空物流航线噪声的居民暴露评价\n一、解题思路概述\n课题组在三条无人机配送航线下方布设声级计，逐时记录。\n"
        "二、具体工作安排\n据此建立暴露人口的估算模型，提出航线高度与时段的限值建议。\n三、研究方法\n逐时记录，回归分析。\n四、经费\n五万元。"
    )
    notes = [note.zh for note in form_of_text(text).notes if "相近的栏目" in note.zh]
    assert notes == [
        "按相近的栏目名称读出，请核对：项目名称（取自“拟开展的研究题目”）；摘要（取自“解题思路概述”）；研究内容（取自“具体工作安排”）"
    ]
    known = "项目名称：低空物流航线噪声的居民暴露评价\n一、摘要\n课题组在三条无人机配送航线下方布设声级计，逐时记录。"
    assert not any("相近的栏目" in note.zh for note in form_of_text(known).notes)
