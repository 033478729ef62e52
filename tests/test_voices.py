"""Proposals in voices unlike those of data/eval: the first topic, and what is said of place, plan period, year and object.

What fits no topic (`relevant` empty) is there for who measures with a calibration, and for what stands in it in place of
a topic's object.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.shipped import data_file
from matcher.types import Match, Proposal
from tests.conftest import named, none_wrong

LINES = (Path(__file__).parent / "cases" / "voices.jsonl").read_text(encoding="utf-8").splitlines()
ROWS: dict[str, dict[str, Any]] = {row["id"]: row for row in map(json.loads, LINES)}
SAID = {
    "object": "The topic says ",
    "place": "The guide is for ",
    "plan": "Five-Year Plan, the text",
    "year": "The guide is of ",
}


def guide_file(guide: str) -> Path:
    """The file of a guide that rows name: one of the tests' own, or one that is shipped."""
    own = Path(__file__).parent / "cases" / "guides" / f"{guide}.txt"
    return own if own.exists() else data_file("guides") / own.name


@cache
def engine(guide: str) -> Engine:
    return Engine.open(guide_file(guide), encoder=FAST)


@cache
def answer(row_id: str) -> Match:
    """What is said of a row: read once for both tests of it."""
    row = ROWS[row_id]
    with named(row_id):
        return engine(row["guide"]).match(Proposal(row["id"], row["title"], row["abstract"]))


FITTING = [row for row in ROWS.values() if row["relevant"]]
GUIDES = sorted({row["guide"] for row in ROWS.values()})


def _first_is_right(row: dict[str, Any]) -> bool:
    return answer(row["id"]).hits[0].topic_id in row["relevant"]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_first_topic_is_right(guide: str) -> None:
    rows = [row for row in FITTING if row["guide"] == guide and not row.get("missed")]
    none_wrong({row["id"]: ["another topic is first"] for row in rows if not _first_is_right(row)})


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in FITTING if row.get("missed")])
@pytest.mark.xfail(strict=True, raises=AssertionError, reason="the fast reader alone takes another topic")
def test_the_first_topic_is_another(row: dict[str, Any]) -> None:
    assert _first_is_right(row)


def _said(row: dict[str, Any]) -> set[str]:
    """What the warnings speak of."""
    warnings = answer(row["id"]).warnings
    plan = [w for w in warnings if SAID["plan"] in w]
    said = {name for name, words in SAID.items() if any(words in w for w in warnings if w not in plan)}
    return said | ({"plan"} if plan else set())


@pytest.mark.parametrize("guide", GUIDES)
def test_disagreements_are_said_and_no_others(guide: str) -> None:
    none_wrong({i: _said(row) ^ {*row["warns"]} for i, row in ROWS.items() if row["guide"] == guide})
