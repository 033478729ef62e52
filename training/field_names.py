"""Learn which field a name stands for that nobody listed: `python -m training.field_names`.

From the names of data/labels.toml, the names that writers wrote down who had seen neither the lists nor the code
(tests/cases/field_names, a file a writer) and those that the applications and batches of tests/cases have in no list, against
all other texts of these. Prints how the names of each writer are read by the numbers of the others, and writes
data/field_names.safetensors; run it again when there are more names.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from safetensors.numpy import save
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from matcher import settings, shipped
from matcher.errors import MatcherError
from matcher.files import replacing_file
from matcher.readers.batch import Batch, read_proposal
from matcher.readers.fields import joined
from matcher.readers.fields.labels import expanded, label_key, names
from matcher.readers.fields.learnt import NONE, Built, FieldNames, name_text, signs
from matcher.readers.fields.words import labels
from tests.application_cases import applications
from tests.batch_cases import batches, write_batch
from tests.layout_cases import write

FOLDER = Path(__file__).parent.parent / "tests" / "cases" / "field_names"
_SIGNS = 8192
_STRENGTH = (
    100.0  # of the regression, scikit-learn's C: 10 to 100 give the same within five names of a hundred
)
_MOST_LISTED = 400  # of the thousands of names that the patterns of a field stand for
_LISTED, _TEXT, _PART, _HERE, _WRITTEN = 0.5, 0.5, 0.1, 8.0, 5.0
_CLAUSE, _LONG = re.compile("[,，.。;；:：、]"), 40
# Writers did not tell the department that applies from the institution.
_DEPARTMENT = re.compile("[科处]室|部门|院系|系所|^(?:二级)?学院|department|faculty|division|school")
_COUNTED = ("fourth",)  # a writer whose names are only counted
_READ_HERE = "cases"  # the file of names from tests/cases, read by no writer
# Of the fields of labels.toml those that writers did not tell apart from no field.
_NO_FIELD = frozenset(
    ("birth", "submitted", "running", "contact", "category", "partners", "recommender", "office", "person", "address",
     "opinion", "instructions", "year", "foundation", NONE)
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A name or other text, as its signs are sought in it, the field that it stands for, and how much it counts."""

    text: str
    field: str
    weight: float


def listed() -> Iterator[Row]:
    """The names of labels.toml, of a field with thousands some."""
    for field, lists in labels().items():
        patterns = [pattern for kind in ("zh", "en", "column") for pattern in lists.get(kind, [])]
        own = sorted({name_text(name) for pattern in patterns for name in expanded(pattern)})
        kept = random.Random(field).sample(own, min(_MOST_LISTED, len(own)))
        yield from (Row(name, field, _LISTED) for name in kept)


def written(file: Path, weight: float = _WRITTEN) -> list[Row]:
    """The names of a file of tests/cases/field_names."""
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return [Row(name_text(row["label"]), row["field"], weight) for row in rows]


def other_texts(named: set[str]) -> Iterator[Row]:
    """What the applications and batches of tests/cases hold beside the names in lists and those that are `named`, and parts of it.

    They are read as if nothing were learnt yet, so that what is learnt does not depend on what was before.
    """
    asked: dict[str, None] = {}

    def spy(name: str, _: Built) -> tuple[tuple[str, int], ...]:
        asked[name] = None
        return ()

    with patch.object(joined, "learnt_fields", spy), tempfile.TemporaryDirectory() as folder:
        for case in applications():
            with suppress(MatcherError):
                read_proposal(write(case, Path(folder)))
        for case in batches():
            with suppress(MatcherError):
                list(Batch(write_batch(case, Path(folder))))
    known = names(column=True)
    weights: dict[str, float] = {}
    for line in (*asked, *_of_proposals("abstract")):
        for part in _CLAUSE.split(line) if len(line) > _LONG else ():
            weights[name_text(part)] = _PART
    weights |= {
        name_text(name): _TEXT for name in (*asked, *_of_proposals("title")) if label_key(name) not in known
    }
    yield from (Row(text, NONE, weight) for text, weight in weights.items() if text and text not in named)


def _of_proposals(field: str) -> Iterator[str]:
    """The titles or abstracts of the proposals that decisions are fitted to."""
    for file in sorted((Path(__file__).parent.parent / "data" / "eval").glob("*-dev.jsonl")):
        rows = map(json.loads, file.read_text("utf-8").splitlines())
        yield from filter(None, (row.get(field) for row in rows))


def fit(rows: Sequence[Row]) -> FieldNames:
    """The regression of these rows; names of no field are first told apart by what a regression of the others says."""
    rows = [row for row in rows if row.text]
    departments = (row.field == "organisation" and _DEPARTMENT.search(row.text) for row in rows)
    rows = [
        replace(row, field="department") if department else row
        for row, department in zip(rows, departments, strict=True)
    ]
    told = [row for row in rows if row.field != "none"]
    first = _fit(told)
    kinds = [n for n, field in enumerate(first.fields) if field in _NO_FIELD]
    likely = {
        row.text: first.fields[kinds[int(first.shares(row.text)[kinds].argmax())]]
        for row in rows
        if row.field == "none"
    }
    return _fit([replace(row, field=likely[row.text]) if row.field == "none" else row for row in rows])


def _fit(rows: Sequence[Row]) -> FieldNames:
    own = [signs(row.text, _SIGNS) for row in rows]
    values = np.concatenate([np.full(len(each), len(each) ** -0.5) for each in own])
    columns, ends = np.concatenate(own), np.cumsum([0, *map(len, own)])
    x = csr_matrix((values, columns, ends), shape=(len(rows), _SIGNS))
    model = LogisticRegression(C=_STRENGTH, max_iter=400)
    model.fit(x, [row.field for row in rows], [row.weight for row in rows])
    return FieldNames(
        model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32), tuple(model.classes_)
    )


def counts(rows: Sequence[Row], learnt: FieldNames) -> str:
    """Of the names of one language how many are taken for their field, another, and of those of none how many for one, by odds."""
    words = []
    for least in (0.5, 0.6, 0.7, 0.8, 0.9):
        seen: Counter[str] = Counter()
        for row in rows:
            shares = learnt.shares(row.text)
            best = learnt.fields[int(shares.argmax())]
            best = "none" if best in _NO_FIELD or shares.max() < least or not row.text else best
            right = best == row.field or (best, row.field) == ("department", "organisation")
            kind = "none" if row.field == "none" else "field"
            seen[kind] += 1
            seen["right"] += right and kind == "field"
            seen["wrong"] += not right and best != "none" and kind == "field"
            seen["taken"] += best != "none" and kind == "none"
        words.append(
            f"{least}: {seen['right']} of {seen['field']} right, {seen['wrong']} wrong, {seen['taken']} of {seen['none']} of none taken"
        )
    return "\n    ".join(words)


def ship(learnt: FieldNames) -> None:
    """Put the numbers into the file of data/, the weights of each field in 255 steps."""
    weights = learnt.weights
    steps = np.abs(weights).max(axis=0) / 127
    tensors = {
        "weights": np.round(weights / steps).astype(np.int8),
        "steps": steps.astype(np.float32),
        "intercepts": learnt.intercepts.astype(np.float32),
        "fields": np.frombuffer(" ".join(learnt.fields).encode(), np.uint8),
    }
    with replacing_file(shipped.data_file(settings.file("readers.learnt_names.weights"))) as part:
        part.write_bytes(save(tensors))


def main() -> None:
    """Write the numbers of all writers but those only counted, and print how each writer's names are read by those of the others."""
    hands = {file.stem: written(file) for file in sorted(FOLDER.glob("*.jsonl"))}
    cases = [replace(row, weight=_HERE) for row in hands.pop(_READ_HERE)]
    common = [*listed(), *cases]
    named = {row.text for rows in (common, *hands.values()) for row in rows}
    shipped_rows = [row for name, own in hands.items() if name not in _COUNTED for row in own]
    common += other_texts(named)
    ship(fit([*common, *shipped_rows]))
    for hand, rows in hands.items():
        others = [row for name, own in hands.items() if name not in (hand, *_COUNTED) for row in own]
        learnt = fit([*common, *others])
        for language in ("zh", "en"):
            own = [
                row
                for row in rows
                if bool(re.search("[a-z]", row.text) and row.text.isascii()) == (language == "en")
            ]
            print(f"{hand} {language}\n    {counts(own, learnt)}", flush=True)


if __name__ == "__main__":
    main()
