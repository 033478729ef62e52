"""Batches in layouts of many kinds, each read to its two proposals."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.readers.batch import Batch, Entry
from tests.batch_layouts import BATCHES

FIELDS = ("id", "title", "abstract", "declared", "organisation", "principal_investigator")


@pytest.mark.parametrize("layout", BATCHES)
def test_a_batch_of_an_office(tmp_path: Path, layout: str) -> None:
    build, expected, words = BATCHES[layout]
    batch = Batch(build(tmp_path / "batch"))
    rows = list(batch)
    assert [row for row in rows if not isinstance(row, Entry)] == []
    read = [tuple(getattr(row.proposal, name) for name in FIELDS) for row in rows if isinstance(row, Entry)]
    # A cell may be broken over lines; what it says stays.
    assert [tuple(text.replace("\n", "") for text in row) for row in read] == list(expected)
    said = "\n".join(batch.messages())
    assert [word for word in words if word not in said] == []
