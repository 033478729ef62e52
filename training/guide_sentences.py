"""Fit what tells the topics that a call's sentences name from all else that they enumerate: `python -m training.guide_sentences`.

On the notices of tests/cases/prose, a file a writer, and the texts of tests/cases/layouts that are read by a sentence or
are no guide. Prints what is read of each writer's notices by the numbers of the others, and writes
data/guide_sentences.json; run it again whenever enumerations or signs are read otherwise.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher import settings
from matcher.guide.enumerations import Enumeration, enumerations
from matcher.guide.opened import document_title
from matcher.guide.regression import GuideRegression
from matcher.guide.sentences import NEAR, Listing, calls, chosen, is_announced, signs_of
from matcher.guide.text.blocks import Unit
from matcher.guide.text.lines import heads_of, units_of
from matcher.guide.text.page_lines import without_long_runs
from matcher.readers import read_document
from matcher.segment import fold
from tests.layout_cases import cases, plain, write, written
from training.guide_regression import fitted, ship

PROSE = Path(__file__).parent.parent / "tests" / "cases" / "prose"
# Of the regression: 0.1 and 1 read as many notices, and a few more of those without topics.
_STRENGTH = 0.3
_LEAST_SPREAD = 0.03  # of a sign that hardly varies
# Log-odds: at 0 three notices fewer are read rightly by the others' numbers, at -0.75 five more that have no topics.
_THRESHOLD = -0.3
_ALIKE = 0.5  # an enumeration that holds this share of right titles among wrong ones teaches nothing


@dataclass(frozen=True)
class Seen:
    """An enumeration of a notice: its folded items, its signs, and whether it names topics (None: in part)."""

    unit: Unit
    of: Enumeration
    items: list[str]
    signs: dict[str, float]
    topics: bool | None


@dataclass(frozen=True)
class Notice:
    """A notice by a writer: the folded titles of its topics, None if it has none, and what its sentences enumerate if it is a call."""

    writer: str
    name: str
    topics: list[str] | None
    seen: list[Seen]


def notices(folder: Path) -> Iterator[Notice]:
    """The notices of every writer; `folder` is for files."""
    for file in sorted(PROSE.glob("*.jsonl")):
        for document in written(file, folder):
            yield _notice(file.stem, document.path, document.titles)
    for case in cases():
        of_sentence = case.name.startswith("sentence") and len(case.rows) > 0
        if case.suffix == "txt" and (of_sentence or not case.rows):
            yield _notice("layouts", write(case, folder), [row[2] for row in case.rows] or None)


def _notice(writer: str, path: Path, topics: Sequence[str] | None) -> Notice:
    document = without_long_runs(read_document(path))
    units = units_of(document, heads_of(document))
    title = fold(document_title(units, document.name)[0])
    wanted = None if topics is None else list(map(plain, topics))
    seen = []
    announced = is_announced(units, title)
    for unit in units if calls(units, title) else ():
        for of in enumerations(unit.text):
            items = [plain(unit.text[a:b]) for a, b in of.items]
            share = sum(item in (wanted or ()) for item in items) / len(items)
            named = True if share == 1 else None if share >= _ALIKE else False
            seen.append(Seen(unit, of, items, signs_of(of, unit.text, announced=announced), named))
    return Notice(writer, path.stem, wanted, seen)


def fit(given: Sequence[Notice]) -> GuideRegression:
    """The regression of all enumerations of these notices."""
    rows = [seen for notice in given for seen in notice.seen if seen.topics is not None]
    names = sorted(rows[0].signs)
    x = np.array([[row.signs[name] for name in names] for row in rows])
    y = [bool(row.topics) for row in rows]
    return fitted(names, x, y, None, strength=_STRENGTH, least_spread=_LEAST_SPREAD, threshold=_THRESHOLD)


def read(notice: Notice, by: GuideRegression) -> list[str] | None:
    """The topics that a regression reads in a notice."""
    odds = ((seen, by.log_odds(seen.signs)) for seen in notice.seen)
    likely = [Listing(seen.unit, seen.of, value) for seen, value in odds if value >= NEAR]
    topics = [plain(text) for listing in chosen(likely, by.threshold) for text in listing.texts]
    return topics or None


def counts(given: Sequence[Notice], by: GuideRegression) -> Mapping[str, int]:
    """Of notices with topics: read rightly, otherwise, not at all; of those without: read as guides, refused."""
    counted = dict.fromkeys(("right", "wrong", "refused", "none, read", "none, refused"), 0)
    for notice in given:
        topics = read(notice, by)
        if notice.topics is None:
            counted["none, refused" if topics is None else "none, read"] += 1
        else:
            counted["refused" if topics is None else "right" if topics == notice.topics else "wrong"] += 1
    return counted


def main() -> None:
    """Print what is read of each writer by the others' numbers, and by all; write the numbers of all."""
    with tempfile.TemporaryDirectory() as folder:
        given = list(notices(Path(folder)))
    for writer in dict.fromkeys(notice.writer for notice in given):
        own = [notice for notice in given if notice.writer == writer]
        enumerated = sum(any(s.items == n.topics for s in n.seen) for n in own if n.topics is not None)
        print(f"{writer:10} left out {dict(counts(own, fit([n for n in given if n.writer != writer])))}")
        print(f"{'':10} fitted to {dict(counts(own, fit(given)))}; enumerated {enumerated}")
    by_all = fit(given)
    ship(by_all, settings.file("guide.sentences.weights"))


if __name__ == "__main__":
    main()
