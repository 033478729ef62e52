"""Whole documents by writers who saw no program: no call is taken for something else, and what is no call is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.errors import GuideError
from matcher.guide import read_guide
from tests.layout_cases import FOLDER, written

CALLS = FOLDER.parent / "calls"
# What is no call and read as one still: questions and answers about a call, a call whose list is in an attachment, awards that were made.
READ = {"first": {"26"}, "second": {"33"}, "fourth": set(), "fifth": set()}
# A call whose clauses are counted as its topics are: without them its list is taken for an article's.
REFUSED = {"fourth": {"36"}}


@pytest.mark.parametrize("writer", READ)
def test_calls_are_told_from_all_else(writer: str, tmp_path: Path) -> None:
    """No call but those above is refused as of another kind, though its list may not be found; of others those above are read, and doubted."""
    refused, read = set(), set()
    for document in written(CALLS / f"{writer}.jsonl", tmp_path):
        try:
            guide = read_guide(document.path)
        except GuideError as error:
            if document.titles and "像是" in error.message.zh:
                refused.add(document.name)
            continue
        if not document.titles:
            read.add(document.name)
            assert guide.findings, document.name
    assert (refused, read) == (REFUSED.get(writer, set()), READ[writer])
