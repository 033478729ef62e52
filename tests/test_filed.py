"""The topic that a form is filed under, by whoever has the guide: also where it stands under no name of a topic."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from matcher.readers.form.reading import form_of_text
from matcher.triage.declared import Declared, DeclaredReader
from matcher.triage.filed import filed, named
from tests.conftest import shipped_guide

_CASES: dict[str, Any] = tomllib.loads(Path("tests/cases/filed.toml").read_text(encoding="utf-8"))


@cache
def _reader(guide: str) -> DeclaredReader:
    return DeclaredReader(shipped_guide(guide).topics)


def _filed(guide: str, text: str) -> Declared:
    return filed(_reader(guide), form_of_text(text).proposal("-"))


@pytest.mark.parametrize("name", _CASES)
def test_the_topic_that_a_form_is_filed_under(name: str) -> None:
    case = _CASES[name]
    declared = _filed(case["guide"], case["text"])
    answer = declared.topic_id or ("ask" if len(declared.candidates) > 1 else "")
    assert answer in case["want"], declared


def test_what_is_taken_from_another_place_is_said_with_it() -> None:
    declared = _filed(_CASES["d16"]["guide"], _CASES["d16"]["text"])
    assert declared.text == "【现代农业·方向1.6 高原冷水鱼工厂化循环水养殖技术】"
    assert (
        str(declared.note)
        == "不在申报课题一栏，但写明了 1-06 / not under the declared topic, but it names 1-06"
    )


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("生物医药 > 道地药材活性成分发现与创新中药研制（代码 2.1）", "2-01"),
        ("方向2.1", "2-01"),
        ("道地药材活性成分发现与创新中药研制课题组采纳", None),
        ("同意调剂到 方向2.1 道地药材活性成分发现与创新中药研制", None),
        ("方向2.2 道地药材活性成分发现与创新中药研制", None),
        ("道地药材", None),
        ("2026-02-01", None),
    ],
)
def test_a_name_of_one_topic_and_no_more(text: str, topic: str | None) -> None:
    assert named(_reader("yunling-2026-key-rd"), text) == topic
