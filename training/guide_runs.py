"""Fit what tells topics from all else that a document counts in one way: `python -m training.guide_runs`.

On the calls of tests/cases/calls, a file a writer (two are only counted), and the layouts of tests/cases/layouts. Prints
what is dropped of each writer's lists by the numbers of the others, and writes data/guide_runs.json; run it again whenever
lists are found or signs are read otherwise.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.guide import vocabulary
from matcher.guide.lists.candidates import readers
from matcher.guide.lists.likeness import signs_of
from matcher.guide.lists.runs import runs_of
from matcher.guide.opened import document_title
from matcher.guide.regression import GuideRegression
from matcher.guide.tables.grids import grids_of
from matcher.guide.text.lines import heads_of, units_of
from matcher.guide.text.page_lines import without_long_runs
from matcher.readers import read_document
from matcher.segment import fold
from tests.layout_cases import FOLDER as LAYOUTS
from tests.layout_cases import cases_of, plain, write, written
from training.guide_regression import fitted, ship

CALLS = Path(__file__).parent.parent / "tests" / "cases" / "calls"
# Writers whose calls nothing is fitted to or chosen on.
COUNTED = ("third", "sixth", "eighth", "tenth", "twelfth")
# Of the regression: .03 drops fewer of either, .1 and 1 drop more topics for the same others.
_STRENGTH = 0.05
_LEAST_SPREAD = 0.05  # of a sign that hardly varies
# Log-odds: at 3.5 a list of a writer left out loses topics, at 4.5 a fifteenth fewer of the others are dropped.
_THRESHOLD = 4.0
_OF_CALLS = 3.0  # weight of a call beside a layout, which is short and was written for one rule
_HALF = 0.5  # of a run's items, from which it holds topics


@dataclass(frozen=True)
class Listed:
    """The runs of one kind in a document: their signs, (runs, signs), and which hold topics."""

    writer: str
    names: tuple[str, ...]
    signs: NDArray[np.float64]
    topics: NDArray[np.bool_]


def listed(writer: str, path: Path, titles: Sequence[str]) -> Iterator[Listed]:
    """The kinds of marks with several runs in a document with these topics, some of which hold topics."""
    document = without_long_runs(read_document(path))
    units, wanted = units_of(document, heads_of(document)), {*map(plain, titles)}
    gridded = {line for grid in grids_of(document) for line in grid.lines_of(2)}
    loose = [unit for unit in units if unit.lines[0] not in gridded]
    title, _ = document_title(units, document.name)
    for reader in readers(loose, vocabulary.TITLE_WORDS.search(fold(title)) is not None):
        runs = runs_of(reader.units, reader.candidates, reader.headings) if reader.candidates else []
        topics = np.array([mean(plain(item.title) in wanted for item in run.items) > _HALF for run in runs])
        if len(topics) > 1 and topics.any():
            rows = [dict(sorted(signs_of(run).items())) for run in runs]
            yield Listed(writer, (*rows[0],), np.array([[*row.values()] for row in rows]), topics)


def all_lists(folder: Path) -> list[Listed]:
    """Those of every call and layout; `folder` is for files."""
    lists: list[Listed] = []
    for file in sorted(CALLS.glob("*.jsonl")):
        for document in written(file, folder):
            lists += listed(file.stem, document.path, document.titles or ())
    for file in sorted(LAYOUTS.glob("*.txt")):
        for case in cases_of(file):
            lists += listed(f"layouts: {file.stem}", write(case, folder), [row[2] for row in case.rows])
    return lists


def fit(given: Sequence[Listed]) -> GuideRegression:
    """The regression of the signs of runs, each less the mean of its list."""
    given = [each for each in given if not each.topics.all()]
    x = np.concatenate([each.signs - each.signs.mean(0) for each in given])
    weights = [
        (1.0 if each.writer.startswith("layouts") else _OF_CALLS) / len(each.topics) ** 0.5
        for each in given
        for _ in each.topics
    ]
    y = np.concatenate([each.topics for each in given])
    return fitted(
        given[0].names,
        x,
        y,
        weights,
        strength=_STRENGTH,
        least_spread=_LEAST_SPREAD,
        threshold=_THRESHOLD,
        centred=False,
    )


def counts(given: Sequence[Listed], by: GuideRegression) -> Counter[str]:
    """Runs of topics and others that are kept and dropped."""
    weights, counted = np.array([*by.weights.values()]), Counter[str]()
    for each in given:
        odds = each.signs @ weights
        for topics, dropped in zip(each.topics, odds < odds.max() - by.threshold, strict=True):
            counted[f"{'topics' if topics else 'others'} {'dropped' if dropped else 'kept'}"] += 1
    return counted


def main() -> None:
    """Print what is dropped of each writer by the others' numbers, and of those that are only counted; write the numbers."""
    with tempfile.TemporaryDirectory() as folder:
        given = all_lists(Path(folder))
    fitted_to = [each for each in given if each.writer not in COUNTED]
    parts = dict.fromkeys(each.writer.partition(":")[0] for each in fitted_to)
    for part in parts:
        if part == "layouts":
            files = sorted({each.writer for each in fitted_to if each.writer.startswith(part)})
            folds = [{*files[n::5]} for n in range(5)]
        else:
            folds = [{part}]
        counted = Counter[str]()
        for fold_ in folds:
            own = [each for each in fitted_to if each.writer in fold_]
            counted += counts(own, fit([each for each in fitted_to if each.writer not in fold_]))
        print(f"{part:10} left out {dict(sorted(counted.items()))}")
    regression = fit(fitted_to)
    for writer in COUNTED:
        own = [each for each in given if each.writer == writer]
        print(f"{writer:10} counted  {dict(sorted(counts(own, regression).items()))}")
    ship(regression, settings.file("guide.likeness.weights"))


if __name__ == "__main__":
    main()
