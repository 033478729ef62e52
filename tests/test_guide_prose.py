"""Notices that name their topics in running prose, and ones that list other things in the same words (tests/cases/prose)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from matcher.errors import GuideError
from matcher.guide import read_guide
from tests.layout_cases import plain, written
from training.guide_sentences import PROSE


@pytest.mark.parametrize(
    ("writer", "right", "guides"), [("first", 35, 1), ("second", 21, 0), ("third", 20, 1)]
)
def test_topics_in_prose(writer: str, right: int, guides: int, tmp_path: Path) -> None:
    """So many of the notices with topics are read exactly, so many without any at most are read; whatever is read is said."""
    counts: Counter[str] = Counter()
    for document in written(PROSE / f"{writer}.jsonl", tmp_path):
        try:
            guide = read_guide(document.path)
        except GuideError:
            continue
        assert guide.findings, document.name
        if document.titles is None:
            counts["guides"] += 1
        else:
            counts["right"] += [plain(t.title) for t in guide.topics] == [*map(plain, document.titles)]
    assert counts["right"] >= right
    assert counts["guides"] <= guides
