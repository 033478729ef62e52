"""Layouts written by hand, unlike those of the generator: read rightly, in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.errors import GuideError
from matcher.guide import read_guide
from tests.layout_cases import FOLDER, Case, cases, faults, write

CASES = cases()
# Cases that are still read wrongly; a name here that is read rightly fails, so that a mend is noticed.
KNOWN = (FOLDER / "known-failures").read_text("utf-8").split()
TEXTS = [case for case in CASES if case.suffix == "txt" and case.rows and case.name not in KNOWN]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[pytest.mark.xfail(strict=True)] if case.name in KNOWN else [])
        for case in CASES
    ],
    ids=lambda case: case.name,
)
def test_layouts(case: Case, tmp_path: Path) -> None:
    path = write(case, tmp_path)
    if not case.rows:
        with pytest.raises(GuideError) as caught:
            read_guide(path)
        assert "\n" not in str(caught.value)
        return
    assert faults(case, read_guide(path)) == []


@pytest.mark.parametrize(("suffix", "share"), [("docx", 0.97), ("html", 0.95), ("pdf", 0.88)])
def test_texts_in_other_formats(suffix: str, share: float, tmp_path: Path) -> None:
    """The same text as paragraphs of Word and HTML, and as lines of a PDF broken by the page under a running head."""
    right = 0
    some = TEXTS[::3]  # every third is enough to see a format lose something, and takes a third of the time
    for case in some:
        try:
            right += not faults(case, read_guide(write(case, tmp_path, suffix)))
        except GuideError:
            continue
    assert right >= share * len(some)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in KNOWN and case.rows], ids=lambda case: case.name
)
def test_wrong_readings_are_said(case: Case, tmp_path: Path) -> None:
    """A case that is still read wrongly is refused, or its guide says that something is to be checked."""
    try:
        guide = read_guide(write(case, tmp_path))
    except GuideError:
        return
    assert guide.findings
