"""Calls by writers who had not seen the program, and documents with such lists that are no calls (tests/cases/calls)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from matcher.errors import GuideError
from matcher.guide import read_guide
from matcher.segment import fold
from tests.layout_cases import written
from training.guide_runs import CALLS


def bare(title: str) -> str:
    """A title as it is compared: without a star before it, a remark in brackets behind it, and signs."""
    return re.sub(r"[\W_]+", "", re.sub(r"\([^()]*\)$", "", fold(title).lstrip("*★☆▲△※ ")))


@pytest.mark.parametrize(
    ("writer", "right", "silent", "guides"),
    [
        ("first", 27, 0, 1),
        ("second", 25, 1, 1),
        ("third", 17, 0, 2),
        ("fourth", 24, 0, 0),
        ("fifth", 32, 0, 0),
        ("sixth", 21, 0, 0),
        ("seventh", 25, 0, 3),
        ("eighth", 22, 1, 2),
        ("ninth", 20, 0, 0),
        ("tenth", 22, 1, 1),
        ("eleventh", 23, 0, 0),
        ("twelfth", 19, 0, 0),
    ],
)
def test_calls(writer: str, right: int, silent: int, guides: int, tmp_path: Path) -> None:
    """So many of the calls at least are read exactly, so many at most wrongly without a word, so many others at most as guides."""
    counts: Counter[str] = Counter()
    for document in written(CALLS / f"{writer}.jsonl", tmp_path):
        try:
            guide = read_guide(document.path)
        except GuideError:
            continue
        if document.titles is None:
            counts["guides"] += 1
        elif [bare(t.title) for t in guide.topics] == [*map(bare, document.titles)]:
            counts["right"] += 1
        else:
            counts["silent"] += not guide.findings
    assert (counts["right"] >= right, counts["silent"] <= silent, counts["guides"] <= guides) == (
        True,
    ) * 3, counts
