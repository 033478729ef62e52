"""Fit the measure of doubt about a guide's topics: `python -m training.guide_doubts`.

On the cases of tests/cases/layouts as written, and the texts among them, where they are read rightly, changed as
tests/disturbed_layouts.py and training/guide_changes.py change them, some also in Word and HTML. Prints what it finds in
the files that were left out, and writes data/guide_doubts.json; run it again whenever guides are read otherwise.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.errors import GuideError
from matcher.guide import read_guide
from matcher.guide.checks.doubt import say
from matcher.guide.checks.oddity import features
from matcher.guide.checks.places import GuideLines
from matcher.guide.regression import GuideRegression
from matcher.types import Guide
from tests.disturbed_layouts import disturbed
from tests.layout_cases import FOLDER, Case, cases_of, differences, faults, plain, write
from training.guide_changes import changed
from training.guide_regression import fitted, ship

_FOLDS = 5
_FORMATS = ("docx", "html")
_FORMATTED = 6  # one case in so many of each file is read in them; with all of them the numbers find as much
_STRENGTH = 0.3  # of the regression: 0.1 to 3 give the same within chance
_LEAST_SPREAD = 0.03  # of a feature that hardly varies
# A right topic beside a wrong one says less than one of a guide that is right.
_BESIDE = 0.5
# The share of the cases as written, read rightly and without any other finding, that the measure may name.
_FALSE = 0.03


@dataclass
class Evidence:
    """A reading: the file of its case, what became of it, the features of its topics and which are wrong (None: not used)."""

    file: str
    kind: str
    right: bool
    noted: bool  # something else than the measure speaks of it
    rows: list[dict[str, float]]
    wrong: list[bool | None]


def evidence() -> Iterator[Evidence]:
    """Every reading of two topics or more of a case, as written and changed; not those that are wrong in codes only."""
    with tempfile.TemporaryDirectory() as folder:
        for file in sorted(FOLDER.glob("*.txt")):
            for number, case in enumerate(case for case in cases_of(file) if case.rows):
                yield from _of_case(file.stem, case, Path(folder), formatted=number % _FORMATTED == 0)


def _of_case(file: str, case: Case, folder: Path, *, formatted: bool) -> Iterator[Evidence]:
    """The readings of a case; `formatted`: those of a text in other formats too."""
    written = _read(file, "as written", case, folder)
    yield from written
    if case.suffix not in ("txt", "md") or not written or not written[0].right:
        return
    suffixes = _FORMATS if formatted and case.suffix == "txt" else ()
    for suffix in suffixes:
        yield from _read(file, f"as written, {suffix}", case, folder, suffix)
    for kind, other in chain(disturbed(case), changed(case)):
        yield from _read(file, kind, other, folder)
        for suffix in suffixes:
            yield from _read(file, f"changed, {suffix}", other, folder, suffix)


def _read(file: str, kind: str, case: Case, folder: Path, suffix: str = "") -> list[Evidence]:
    try:
        guide = read_guide(write(case, folder, suffix))
    except GuideError:
        return []
    wrong = faults(case, guide)
    if len(guide.topics) == 1 or (wrong and all(f.startswith("code") for f in wrong)):
        return []
    noted = any(not f.startswith(say("doubt.heading").zh) for f in guide.findings)
    rows = features(GuideLines(guide.topics, guide.audit))
    return [Evidence(file, kind, not wrong, noted, rows, wrong_topics(case, guide))]


def wrong_topics(case: Case, guide: Guide) -> list[bool | None]:
    """Which topics are wrong, or are followed by one that was not read; None below another one of a section that is wrong."""
    rows = {plain(row[2]): row for row in case.rows}
    read = [plain(t.title) for t in guide.topics]
    wrong: list[bool | None] = []
    for title, topic in zip(read, guide.topics, strict=True):
        wrong.append(title not in rows or any(differences(rows[title], topic)))
    pairs = list(zip(guide.topics, wrong, strict=True))
    sections = all(f.startswith("section") for f in faults(case, guide))
    for i, ((before, first), (topic, second)) in enumerate(pairwise(pairs), 1):
        if sections and first and second and before.section == topic.section:
            wrong[i] = None
    last = 0
    for title in rows:
        last = read.index(title) if title in read else last
        if title not in read and not any(wrong[last : last + 2]):
            wrong[last] = True
    return wrong


def _matrix(readings: Sequence[Evidence], names: Sequence[str]) -> tuple[NDArray[np.float64], ...]:
    """Features, which topics are wrong, and weights: the wrong topics of a reading count as one."""
    x, y, weights = [], [], []
    for reading in readings:
        count = sum(w is True for w in reading.wrong)
        for row, wrong in zip(reading.rows, reading.wrong, strict=True):
            if wrong is not None:
                x.append([row[name] for name in names])
                y.append(wrong)
                weights.append(1 / count if wrong else _BESIDE if count else 1.0)
    return np.array(x), np.array(y), np.array(weights)


def fit(readings: Sequence[Evidence], names: Sequence[str]) -> GuideRegression:
    """The regression of the features as they are measured, without a threshold yet."""
    x, y, weights = _matrix(readings, names)
    return fitted(names, x, y == 1, weights, strength=_STRENGTH, least_spread=_LEAST_SPREAD, threshold=0.0)


def highest(reading: Evidence, by: GuideRegression) -> float:
    """The log-odds of the most doubtful topic."""
    return max(map(by.log_odds, reading.rows))


def main() -> None:
    """Fit, print what the measure says of files that it was not fitted on, and write it."""
    readings = list(evidence())
    names = sorted(readings[0].rows[0])
    files = sorted({r.file for r in readings})
    fold = {file: i % _FOLDS for i, file in enumerate(files)}
    apart = [fit([r for r in readings if fold[r.file] != i], names) for i in range(_FOLDS)]
    odds = np.array([highest(r, apart[fold[r.file]]) for r in readings])
    right, noted = np.array([r.right for r in readings]), np.array([r.noted for r in readings])
    written = np.array([r.kind == "as written" for r in readings])
    threshold = round(float(np.quantile(odds[written & right & ~noted], 1 - _FALSE)), 2)
    for kind in dict.fromkeys(r.kind for r in readings):
        own = np.array([r.kind == kind for r in readings])
        named = noted | (odds >= threshold)
        print(
            f"{kind:28} right {(own & right).sum():4}, named {(own & right & named).sum():3}"
            f" wrong {(own & ~right).sum():4}, in silence {(own & ~right & ~named).sum():3}"
        )
    ship(replace(fit(readings, names), threshold=threshold), settings.file("guide.doubt.weights"))


if __name__ == "__main__":
    main()
