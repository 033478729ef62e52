"""Fit what tells guides from all other documents: `python -m training.guide_kinds`.

On the documents of tests/cases/calls, a file a writer, on the layouts, guides, notices and prose of tests/cases, and on
the forms and tables of tests/bench_no_guides.py. Prints how many documents with a reading are decided wrongly by the
numbers of others, and writes data/guide_kinds.json; run it again whenever guides are read otherwise.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch
from zlib import crc32

import numpy as np

from matcher import settings
from matcher.errors import MatcherError
from matcher.guide import reading
from matcher.guide.document_kind import document_signs, heads_of, named_kind
from matcher.guide.prior import Reading
from matcher.guide.regression import GuideRegression
from matcher.guide.tables.grids import Grid
from matcher.guide.text.blocks import Unit
from matcher.readers import Document, read_document
from tests.application_cases import applications
from tests.bench_no_guides import documents
from tests.layout_cases import cases, write, written
from training.guide_regression import fitted, ship

CASES = Path(__file__).parent.parent / "tests" / "cases"
_COUNTED = {
    ("calls", "third"),
    ("calls", "sixth"),
    ("calls", "eighth"),
    ("calls", "tenth"),
}  # writers whose documents are only counted
_FOLDS = 12
_STRENGTH = 0.3  # of the regression: with 1 six guides of the cases more are refused by the numbers of others
_LEAST_SPREAD = 0.03  # of a sign that hardly varies
# Log-odds: at 0 ten guides more are refused by the numbers of others, for nine other documents fewer that are accepted.
_THRESHOLD = -0.5
# What writers wrote as whole documents counts more than short cases; forms and tables, of which there are many alike, less.
_WHOLE, _ALIKE = 3.0, 0.5


@dataclass(frozen=True)
class Seen:
    """A document: whether it is a guide, its signs, whether topics are read in it, and what else than the regression refuses it."""

    writer: str
    name: str
    weight: float
    guide: bool
    signs: dict[str, float]
    read: bool
    named: str | None


def files(folder: Path) -> Iterator[tuple[str, float, Path, bool]]:
    """(writer, weight, file, whether it is a guide) of every document; `folder` is for files."""
    for folder_name, weight in (("calls", _WHOLE), ("prose", 1.0)):
        for file in sorted((CASES / folder_name).glob("*.jsonl")):
            if (folder_name, file.stem) in _COUNTED:
                continue
            for document in written(file, folder):
                yield f"{folder_name}/{file.stem}", weight, document.path, bool(document.titles)
    for case in cases():
        weight = _WHOLE if case.file == "no-guides-10" else 1.0
        yield case.file, weight, write(case, folder), bool(case.rows)
    for path in sorted((CASES / "guides").glob("*.txt")):
        yield "guides", 1.0, path, not path.stem.startswith("negative")
    for expected in sorted((CASES / "notices").glob("*.expected.json")):
        name = expected.name.removesuffix(".expected.json")
        path = next(p for p in expected.parent.glob(f"{name}.*") if p != expected)
        yield "notices", 1.0, path, "error" not in json.loads(expected.read_text("utf-8"))
    for path in sorted((CASES / "first_sight").glob("*.txt")):
        yield "first sight", 1.0, path, True
    writers = {case.name: case.file for case in applications()}
    for kind, path in documents(folder):
        yield writers.get(path.stem, kind), _ALIKE if "file" not in kind else 1.0, path, False


def seen(folder: Path) -> Iterator[Seen]:
    """Every document that can be read, as the decision sees it; `folder` is for files."""
    kept: list[tuple[dict[str, float], bool, str | None]] = []

    def keep(
        document: Document, units: Sequence[Unit], title: str, grids: Sequence[Grid], best: Reading | None
    ) -> tuple[None, bool]:
        heads = heads_of(document, units, title, best)
        signs = document_signs(document, units, best, heads)
        kept.append((signs, best is not None, named_kind(document, grids, best, heads)))
        return None, False

    with patch.object(reading, "other_kind", keep):
        for writer, weight, path, guide in files(folder):
            with suppress(MatcherError):
                reading.parse_document(read_document(path))
            if kept:  # of the first look, not of a second one
                yield Seen(writer, path.stem, weight, guide, *kept[0])
            kept.clear()


def fit(given: Sequence[Seen]) -> GuideRegression:
    """The regression of these documents, those without any topics read too, but not of the tables of a season."""
    given = [row for row in given if row.named != "batch"]
    names = sorted(given[0].signs)
    x = np.array([[row.signs[name] for name in names] for row in given])
    y, weights = [row.guide for row in given], [row.weight for row in given]
    return fitted(names, x, y, weights, strength=_STRENGTH, least_spread=_LEAST_SPREAD, threshold=_THRESHOLD)


def counts(given: Sequence[Seen], odds: Sequence[float]) -> str:
    """Of the documents in which topics are read, how many guides are refused, and how many others accepted; how many with a finding."""
    rows = [(row, value) for row, value in zip(given, odds, strict=True) if row.read]
    words = []
    for guide, name in ((True, "guides"), (False, "others")):
        own = [(row, value) for row, value in rows if row.guide == guide]
        taken = [value for row, value in own if row.named is None and value >= _THRESHOLD]
        doubted = sum(value < settings.odds("guide.document_kind.sure") for value in taken)
        words.append(f"{len(taken)} of {len(own)} {name} accepted ({doubted} in doubt)")
    return ", ".join(words)


def main() -> None:
    """Print what is decided of each writer's documents by the numbers of others, and by all; write the numbers of all."""
    with tempfile.TemporaryDirectory() as folder:
        given = list(seen(Path(folder)))
    by_all = fit(given)
    # Each writer of whole documents alone, the many files of cases in twelve parts.
    parts = [
        row.writer if "calls/" in row.writer else str(crc32(row.writer.encode()) % _FOLDS) for row in given
    ]
    by_part = {
        part: fit([row for row, own in zip(given, parts, strict=True) if own != part]) for part in {*parts}
    }
    writers = [row.writer if "calls/" in row.writer else "cases" for row in given]
    for writer in dict.fromkeys(writers):
        own = [(row, part) for row, part, name in zip(given, parts, writers, strict=True) if name == writer]
        rows = [row for row, _ in own]
        print(
            f"{writer:14} left out: {counts(rows, [by_part[part].log_odds(row.signs) for row, part in own])}"
        )
        print(f"{'':14} fitted: {counts(rows, [by_all.log_odds(row.signs) for row in rows])}")
    ship(by_all, settings.file("guide.document_kind.weights"))


if __name__ == "__main__":
    main()
