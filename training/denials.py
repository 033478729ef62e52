"""Fit what tells clauses that name what a proposal does not study: `python -m training.denials`.

On sentences written for it, questions among them (tests/cases/disavowal.json), and those by which the word lists are
tested (tests/cases/denial.json), each about many things that topics of data/guides name, and on the clauses of the dev
parts of data/eval that the word lists do not take for denied. Prints what is told of each fifth of the sentences by the
numbers of the rest, and writes data/denials.json; run it again whenever clauses or their signs are read otherwise.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from matcher import settings, shipped
from matcher.guide.regression import GuideRegression
from matcher.labelled import read_labelled
from matcher.matching.denial import denied
from matcher.matching.disavowal import WHOSE, Clause, clauses, signs
from matcher.segment import HAN, fold
from training.guide_regression import ship

CASES = Path(__file__).parent.parent / "tests" / "cases"
_TIMES = 12  # that each sentence is filled with other things
_DEV_WEIGHT = 0.3  # of a clause of the dev parts beside a sentence written for this
_STRENGTH = 1.0  # scikit-learn's C; 0.3 and 3 tell as many
_FEWEST = 3  # sentences of which a sign must be
_LEAST = 0.1  # weight of a sign that is kept: of 1,092 some 830, which tell as many
_THRESHOLD = -1.0  # log-odds: at -0.5 a tenth fewer are told, at -1.5 twice as many clauses of the dev parts
_FOLDS = 5
_NAMED = "zqx"  # stands for a name where its words do not matter
_DENYING = re.compile(r"[不非无没另]|\b(?:not|without|no|other|out|left|away)\b")


class Row(NamedTuple):
    """A clause by its signs, the sentence that it is from, whether it is denied, and what it weighs."""

    source: str
    signs: frozenset[str]
    denied: bool
    weight: float


def _signs(run: Sequence[Clause], place: int) -> Iterator[str]:
    """The signs of a clause and those of its neighbours, each with whose it is."""
    for whose, at in zip(WHOSE, (place, place - 1, place + 1), strict=True):
        yield from (f"{whose}:{sign}" for sign in (signs(run[at].words) if 0 <= at < len(run) else [""]))


def sentences() -> dict[bool, list[str]]:
    """The sentences that deny {0} and study {1}, and those that deny neither."""
    own = json.loads((CASES / "disavowal.json").read_text(encoding="utf-8"))
    both = {
        True: [s.replace("{denied}", "{0}").replace("{studied}", "{1}") for s in own["denied"]],
        False: [
            s.replace("{first}", "{0}").replace("{second}", "{1}")
            for s in own["not denied"] + own["questions"]
        ],
    }
    listed = json.loads((CASES / "denial.json").read_text(encoding="utf-8"))
    for case in listed["denied"]:
        both[True] += [_blank(s, case["denied"], case["studied"]) for s in case["sentences"]]
    for case in listed["not denied"]:
        both[False] += [_blank(s, *case["subjects"]) for s in case["sentences"]]
    return both


def _blank(sentence: str, first: str, second: str) -> str:
    for place, name in (("{0}", first), ("{1}", second)):
        sentence = re.sub(re.escape(name), place, sentence, flags=re.IGNORECASE)
    return sentence


def subjects() -> dict[bool, list[str]]:
    """What topics of data/guides name, in Chinese and (True) in English."""
    names: dict[bool, list[str]] = {False: [], True: []}
    for file in sorted(shipped.data_file("guides").glob("*.txt")):
        text = fold(file.read_text(encoding="utf-8")).lower()
        names[False] += [
            n for n in re.split(rf"[^{HAN}]|研究(?![{HAN}])|[和与及等的]", text) if 4 <= len(n) <= 12
        ]
        if len(re.findall(f"[{HAN}]", text)) < len(text) / 10:
            names[True] += re.findall(r"(?<=[;:,]) ?([a-z][a-z' -]{8,40})(?=[;:,.])", text)
    return {language: [n for n in some if not _DENYING.search(n)] for language, some in names.items()}


def filled(names: dict[bool, list[str]]) -> Iterator[Row]:
    """The clauses of all sentences that name one of their two things."""
    for denies, templates in sentences().items():
        for template in templates:
            choice = random.Random(template)  # whatever sentences are added
            known = names[not re.search(f"[{HAN}]", template)]
            for _ in range(_TIMES):
                first, second = choice.sample(known, 2)
                text = fold(template.format(first, second)).lower()
                run = clauses(text.split("\n"))
                for place, clause in enumerate(run):
                    words = text.split("\n")[clause.part][clause.start : clause.end]
                    if (first in words) != (second in words):
                        yield Row(
                            template, frozenset(_signs(run, place)), denies and first in words, 1 / _TIMES
                        )


def of_dev() -> Iterator[Row]:
    """The clauses of the dev parts of which the word lists take nothing for denied."""
    for file in sorted(shipped.data_file("eval").glob("*-dev.jsonl")):
        if file.name.startswith("triage"):
            continue
        for row in read_labelled(file):
            texts = [fold(line) for line in row.proposal.text.splitlines()]
            spans = [denied(text) for text in texts]
            run = clauses(texts)
            for place, c in enumerate(run):
                if not any(a < c.end and b > c.start for a, b in spans[c.part]):
                    yield Row(row.proposal.id, frozenset(_signs(run, place)), False, _DEV_WEIGHT)


def known() -> list[str]:
    """The signs that several sentences have beside the names of what they speak of."""
    counts = Counter(
        sign
        for templates in sentences().values()
        for template in templates
        for run in [clauses(fold(template.format(_NAMED, _NAMED)).lower().split("\n"))]
        for sign in {sign for place in range(len(run)) for sign in _signs(run, place)}
    )
    return sorted(sign for sign, count in counts.items() if count >= _FEWEST and _NAMED not in sign)


def fitted(rows: Sequence[Row], names: Sequence[str]) -> GuideRegression:
    """The regression of rows on signs of these names, fitted once more with those of some weight."""
    first = _fit(rows, names)
    return _fit(rows, [name for name, weight in first.weights.items() if abs(weight) > _LEAST])


def _fit(rows: Sequence[Row], names: Sequence[str]) -> GuideRegression:
    model = LogisticRegression(C=_STRENGTH, max_iter=2000, solver="liblinear", random_state=0)
    model.fit(_matrix(rows, names), [row.denied for row in rows], [row.weight for row in rows])
    weights = dict(zip(names, map(float, model.coef_[0]), strict=True))
    return GuideRegression(float(model.intercept_[0]), _THRESHOLD, weights)


def _matrix(rows: Sequence[Row], names: Sequence[str]) -> csr_matrix:
    place = {name: n for n, name in enumerate(names)}
    at = [(r, place[sign]) for r, row in enumerate(rows) for sign in row.signs if sign in place]
    i, j = zip(*at, strict=True)
    return csr_matrix((np.ones(len(at)), (i, j)), (len(rows), len(names)))


def _odds(rows: Sequence[Row], numbers: GuideRegression) -> NDArray[np.float64]:
    return np.array([numbers.intercept + sum(numbers.weights.get(s, 0.0) for s in r.signs) for r in rows])


def main() -> None:
    """Fit, print and write."""
    names = subjects()
    written, dev = list(filled(names)), list(of_dev())
    rows, chosen = [*written, *dev], known()
    sources = sorted({row.source for row in rows})
    random.Random(1).shuffle(sources)
    part = {source: n % _FOLDS for n, source in enumerate(sources)}
    counts: Counter[str] = Counter()
    for n in range(_FOLDS):
        numbers = fitted([row for row in rows if part[row.source] != n], chosen)
        left = [row for row in rows if part[row.source] == n]
        for row, high in zip(left, _odds(left, numbers) >= _THRESHOLD, strict=True):
            kind = "denied" if row.denied else "dev" if row.weight == _DEV_WEIGHT else "not denied"
            counts[kind] += 1
            counts[f"{kind}, told"] += int(high)
    print(dict(sorted(counts.items())))
    numbers = fitted(rows, chosen)
    print(f"{len(chosen)} signs, {len(numbers.weights)} kept")
    ship(numbers, settings.file("matching.disavowal.weights"))


if __name__ == "__main__":
    main()
