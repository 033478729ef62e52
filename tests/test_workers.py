from __future__ import annotations

import json
import sys
from types import ModuleType

import pytest

from matcher.engine import Engine
from matcher.report import match_json
from matcher.types import Proposal
from matcher.workers import answer_lines

TEXTS = (
    "创新券对小企业有没有用",
    "",
    "Talent visas for overseas scientists",
    "湖里的蓝藻",
    "\ud800坏字符",
    "😀" * 30,
)


def test_several_processes_give_the_same_lines_as_one(
    tianjin: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # New processes import the main module again; tests of the page leave the page in its place.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    proposals = [Proposal(f"p{i}", "", TEXTS[i % len(TEXTS)] + "。" * (i % 3)) for i in range(40)]
    answers = tianjin.match_many(proposals, 3)
    expected = [json.dumps(match_json(answer), ensure_ascii=False) + "\n" for answer in answers]
    assert list(answer_lines(tianjin, proposals, 3, explained=3)) == expected
    assert list(answer_lines(tianjin, iter(proposals), 3, explained=3, large=8)) == expected


def test_the_first_hit_carries_its_evidence(tianjin: Engine) -> None:
    (line,) = answer_lines(tianjin, [Proposal("p", "", TEXTS[0])], 3)
    hits = json.loads(line)["hits"]
    assert [bool(hit["evidence"]) for hit in hits] == [True, False, False]
    assert hits[0]["score"] > hits[1]["score"] > hits[2]["score"]
