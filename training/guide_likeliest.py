"""Fit what tells topics from all else that a document lists with one kind of mark: `python -m training.guide_likeliest`.

On the calls of tests/cases/calls, a file a writer (some are only counted), the layouts of tests/cases/layouts, and all documents
without topics that training/guide_kinds.py is fitted to. Prints in how many calls of each writer the likest run by the
numbers of the others holds topics, and writes data/guide_likeliest.json; run it again whenever lists are found otherwise.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from matcher import settings
from matcher.errors import MatcherError
from matcher.guide.lists.likeliest import beside, listed_of
from matcher.guide.opened import opened
from matcher.guide.regression import GuideRegression
from matcher.readers import read_document
from tests.layout_cases import FOLDER as LAYOUTS
from tests.layout_cases import cases_of, plain, write, written
from training.guide_kinds import files
from training.guide_regression import fitted, ship
from training.guide_runs import CALLS, COUNTED

_STRENGTH, _STRENGTH_BESIDE = 0.05, 0.02
_LEAST_SPREAD = 0.05  # of a sign that hardly varies
_THRESHOLD = 0.0  # log-odds from which a run beside the likest one holds topics too
_NONE, _HALF = 0.1, 0.5  # of a run's items: up to the first none are topics, from the second on it holds them
_WEIGHT = {"calls": 3.0, "layouts": 1.0, "others": 0.5}  # of a document


@dataclass(frozen=True)
class Seen:
    """A document: for each kind of marks the signs of its runs, and which share of each are topics."""

    writer: str
    name: str
    weight: float
    lists: list[tuple[list[Mapping[str, float]], list[float]]]

    @property
    def runs(self) -> int:
        """How many there are of all kinds."""
        return sum(len(topics) for _, topics in self.lists)

    def likest(self, by: GuideRegression) -> tuple[list[Mapping[str, float]], list[float], list[float]]:
        """The signs, shares of topics and log-odds of the kind with the likest run."""
        odds = [[by.log_odds(row) for row in signs] for signs, _ in self.lists]
        at = max(range(len(odds)), key=lambda n: max(odds[n]))
        return (*self.lists[at], odds[at])


def seen(writer: str, weight: float, path: Path, titles: Sequence[str]) -> Iterator[Seen]:
    """What is listed in a document with these topics."""
    with suppress(MatcherError):
        wanted, document = {*map(plain, titles)}, opened(read_document(path))
        lists = [
            (listed.signs, [mean(plain(item.title) in wanted for item in run.items) for run in listed.runs])
            for listed in (listed_of(reader) for reader in document.readers if reader.candidates)
        ]
        if lists:
            yield Seen(writer, path.stem, weight, lists)


def all_seen(folder: Path) -> Iterator[Seen]:
    """Every document; `folder` is for files."""
    for file in sorted(CALLS.glob("*.jsonl")):
        for document in written(file, folder):
            yield from seen(file.stem, _WEIGHT["calls"], document.path, document.titles or ())
    for file in sorted(LAYOUTS.glob("*.txt")):
        for case in cases_of(file):
            yield from seen(
                f"layouts: {file.stem}",
                _WEIGHT["layouts"],
                write(case, folder),
                [row[2] for row in case.rows],
            )
    for writer, _, path, guide in files(folder):
        if not guide and not writer.startswith("calls/"):
            yield from seen(f"others: {writer}", _WEIGHT["others"], path, ())


def fit(given: Sequence[Seen]) -> tuple[GuideRegression, GuideRegression]:
    """The regression of the signs of runs, and that of runs beside the likest one."""
    rows = [
        (signs, topics, each.weight / each.runs**0.5)
        for each in given
        for lists in each.lists
        for signs, topics in zip(*lists, strict=True)
    ]
    likest = _fitted(rows, _STRENGTH, 0.0)
    beside_it = []
    for each in given:
        signs, topics, odds = each.likest(likest)
        at = odds.index(max(odds))
        rest = [n for n in range(len(odds)) if n != at and topics[at] > _HALF]
        beside_it += [(beside(signs, odds, at, n), topics[n], each.weight / len(rest) ** 0.5) for n in rest]
    return likest, _fitted(beside_it, _STRENGTH_BESIDE, _THRESHOLD)


def _fitted(
    rows: Sequence[tuple[Mapping[str, float], float, float]], strength: float, threshold: float
) -> GuideRegression:
    """The regression of rows of signs, shares of topics and weights."""
    rows = [row for row in rows if not _NONE < row[1] <= _HALF]
    names = sorted(rows[0][0])
    return fitted(
        names,
        np.array([[signs[name] for name in names] for signs, _, _ in rows]),
        [topics > _HALF for _, topics, _ in rows],
        [weight for _, _, weight in rows],
        strength=strength,
        least_spread=_LEAST_SPREAD,
        threshold=threshold,
    )


def count(given: Sequence[Seen], by: tuple[GuideRegression, GuideRegression]) -> Counter[str]:
    """In how many documents with runs of topics the likest run holds them, and those beside it all others and nothing else."""
    counted = Counter[str]()
    for each in given:
        if max(share for _, topics in each.lists for share in topics) <= _HALF:
            continue
        signs, topics, odds = each.likest(by[0])
        at = odds.index(max(odds))
        kept = [
            n == at or by[1].log_odds(beside(signs, odds, at, n)) >= by[1].threshold for n in range(len(odds))
        ]
        counted["with topics"] += 1
        counted["likest right"] += topics[at] > _HALF
        lost = any(share > _HALF and not keep for share, keep in zip(topics, kept, strict=True))
        more = any(share <= _NONE and keep for share, keep in zip(topics, kept, strict=True))
        counted["all right"] += topics[at] > _HALF and not lost and not more
        counted["lost"] += lost
        counted["more"] += more
    return counted


def main() -> None:
    """Print what is likest in the documents of each writer by the others' numbers; write the numbers of all."""
    with tempfile.TemporaryDirectory() as folder:
        given = list(all_seen(Path(folder)))
    fitted_to = [each for each in given if each.writer not in COUNTED]
    for writer in dict.fromkeys(each.writer for each in fitted_to if ":" not in each.writer):
        own = [each for each in fitted_to if each.writer == writer]
        by_others = fit([each for each in fitted_to if each.writer != writer])
        print(f"{writer:10} left out {dict(count(own, by_others))}")
    regressions = fit(fitted_to)
    for writer in COUNTED:
        own = [each for each in given if each.writer == writer]
        print(f"{writer:10} counted  {dict(count(own, regressions))}")
    for regression, name in zip(regressions, ("weights", "alike"), strict=True):
        ship(regression, settings.file(f"guide.likeliest.{name}"))


if __name__ == "__main__":
    main()
