"""Calls by writers who had not seen the program, and documents with such lists that are no calls (tests/cases/calls)."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from matcher.errors import GuideError
from matcher.guide import read_guide
from matcher.segment import fold
from training.guide_runs import CALLS


def bare(title: str) -> str:
    """A title as it is compared: without a star before it, a remark in brackets behind it, and signs."""
    return re.sub(r"[\W_]+", "", re.sub(r"\([^()]*\)$", "", fold(title).lstrip("*★☆▲△※ ")))


@pytest.mark.parametrize(
    ("writer", "right", "silent", "guides"),
    [
        ("first", 20, 1, 1),
        ("second", 21, 1, 1),
        ("third", 14, 0, 2),
        ("fourth", 14, 0, 1),
        ("fifth", 30, 0, 0),
        ("sixth", 17, 1, 1),
    ],
)
def test_calls(writer: str, right: int, silent: int, guides: int, tmp_path: Path) -> None:
    """So many of the calls at least are read exactly, so many at most wrongly without a word, so many others at most as guides."""
    counts: Counter[str] = Counter()
    for line in (CALLS / f"{writer}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        path = tmp_path / f"{row['name']}.txt"
        path.write_text(row["text"], "utf-8")
        try:
            guide = read_guide(path)
        except GuideError:
            continue
        if row["topics"] is None:
            counts["guides"] += 1
        elif [bare(t.title) for t in guide.topics] == [bare(t["title"]) for t in row["topics"]]:
            counts["right"] += 1
        else:
            counts["silent"] += not guide.findings
    assert (counts["right"] >= right, counts["silent"] <= silent, counts["guides"] <= guides) == (
        True,
    ) * 3, counts
