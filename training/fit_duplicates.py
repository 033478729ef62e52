"""Fit the concern of pairs: `python -m training.fit_duplicates [FOLDER OF CORPORA]`.

Repeats are those of the dev part of the benchmark. Pairs that are none are its other pairs and,
where the corpora of training/README.md are at hand, pairs of published abstracts: far more of them,
so each counts little. Writes data/duplicates.json; run it again whenever the shipped encoder changes.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from matcher import shipped
from matcher.duplicates import copied, pool, reworded
from matcher.duplicates.concern import COPIED_FEATURES, Fitted, Regression, copied_features
from matcher.embeddings import FAST, Encoder, load_encoder
from matcher.files import replacing
from matcher.types import Proposal
from training.duplicates_set import Batch, batch, harder

Floats = NDArray[np.float64]
_FOLDS = 5
# The cut is set where, on folds not fitted on, false alarms are at most this share of true repeats.
_FALSE = 0.05
# file → columns of title and abstract; how many rows are read, and what each pair of theirs counts.
_CORPORA = {
    "chinaxiv_meta.jsonl.gz": ("title_zh", "abstract_zh"),
    "sbir_awards.jsonl.gz": ("title", "abstract"),
}
_ROWS, _SHORTEST, _LONGEST = 1200, 150, 700
_CORPUS_WEIGHT = 0.03
# Texts cut short, shuffled or sharing one sentence are the same texts again.
_HARDER_WEIGHT = 0.5
# Published abstracts with a common run of this weight may well repeat each other: they prove nothing.
_DOUBTFUL = 25
# A lifted passage is one in longer texts too, where it is a smaller share: the set has only short ones.
_LONGER = (1, 3, 6)
# A copy edited more often has shorter passages, by this much on the scale of log(weight).
_BROKEN = 1.5
_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_KINDS = {
    "copied": ("light", "reordered", "partial"),
    "reworded": ("reworded",),
    "translated": ("translated",),
}


def usual(gathered: pool.Pool) -> dict[str, float]:
    """The median backgrounds of the batch, to the same and to the other language."""
    rows, own = np.arange(len(gathered.background)), gathered.meaning.han.astype(int)
    return {
        name: float(np.median(gathered.background[rows, column]))
        for name, column in (("same", own), ("other", 1 - own))
    }


def published(folder: Path | None) -> dict[str, list[Proposal]]:
    """Titles and abstracts of other people's work, by language and mixed; {} without a folder."""
    if folder is None:
        return {}
    found = {name: list(islice(_read(folder / name, *columns), _ROWS)) for name, columns in _CORPORA.items()}
    return {**found, "mixed": [p for rows in found.values() for p in rows[: _ROWS // 3]]}


def _read(file: Path, title: str, abstract: str) -> Iterator[Proposal]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            text = row.get(abstract) or ""
            # Formulas in TeX are not what proposals look like.
            if row.get(title) and len(text) >= _SHORTEST and "$" not in text:
                yield Proposal(f"{file.stem}-{number}", row[title], text[:_LONGEST])


def unrelated(proposals: Sequence[Proposal], encoder: Encoder, model: Fitted) -> dict[str, Floats]:
    """The features of the pairs worth comparing among proposals that do not repeat each other."""
    gathered = pool.gather(proposals, encoder, model)
    meaning, starts = gathered.meaning, gathered.meaning.sentences.starts
    rows: dict[str, list[Sequence[float]]] = {"copied": [], "reworded": [], "translated": []}
    for a, b in gathered.pairs.tolist():
        words = copied.compare(gathered.units[a], gathered.units[b], gathered.shared[a], gathered.shared[b])
        if words.longest < _DOUBTFUL and starts[a] < starts[a + 1] and starts[b] < starts[b + 1]:
            name = "reworded" if meaning.han[a] == meaning.han[b] else "translated"
            rows[name].append(reworded.features(meaning, a, b))
            rows["copied"].append(copied_features(words))
    return {name: np.array(found) for name, found in rows.items() if found}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Pairs that one regression may judge: features (n, features), whether each is a repeat, what it
    weighs in the fit, and its topic."""

    x: Floats
    y: NDArray[np.bool_]
    weights: Floats
    topics: list[str]


def gathered_evidence(truth: Batch, encoder: Encoder, model: Fitted) -> dict[str, Evidence]:
    """The evidence for each regression: the batch as written and, for meaning, made harder."""
    found = {
        name: [e] for name, e in evidence(truth, pool.gather(truth.proposals, encoder, model), 1.0).items()
    }
    for changed in harder(truth):
        gathered = pool.gather(changed.proposals, encoder, model)
        for name, rows in evidence(changed, gathered, _HARDER_WEIGHT).items():
            if name != "copied":
                found[name].append(rows)
    return {
        name: Evidence(
            np.concatenate([e.x for e in parts]), np.concatenate([e.y for e in parts]),
            np.concatenate([e.weights for e in parts]), [t for e in parts for t in e.topics],
        )
        for name, parts in found.items()
    }  # fmt: skip


def evidence(truth: Batch, gathered: pool.Pool, counts: float) -> dict[str, Evidence]:
    """For each regression all pairs of the batch that it may judge; each weighs `counts`."""
    ids = [p.id for p in gathered.proposals]
    place = {name: i for i, name in enumerate(ids)}
    pairs = {(int(a), int(b)) for a, b in gathered.pairs}
    pairs |= {tuple(sorted(place[name] for name in pair)) for pair in truth.repeats}  # type: ignore[misc]
    rows: dict[str, list[tuple[Sequence[float], bool, str]]] = {name: [] for name in _KINDS}
    for a, b in sorted(pairs):
        names = frozenset((ids[a], ids[b]))
        kind = truth.repeats.get(names, "")
        if names in truth.related or kind == "identical":
            continue
        topic = truth.topics[ids[a]] or truth.topics[ids[b]]
        words = copied.compare(gathered.units[a], gathered.units[b], gathered.shared[a], gathered.shared[b])
        if kind in ("", *_KINDS["copied"]):
            longest, weight, share = copied_features(words)
            times = _LONGER if kind == "partial" else (1,)
            rows["copied"] += [((longest, weight, share / n), bool(kind), topic) for n in times]
            if kind == "light":
                rows["copied"].append(((longest - _BROKEN, weight, share), True, topic))
        name = "reworded" if gathered.meaning.han[a] == gathered.meaning.han[b] else "translated"
        if kind in ("", name):
            said = reworded.features(gathered.meaning, a, b)
            rows[name].append((said, bool(kind), topic))
    return {
        name: Evidence(
            np.array([r[0] for r in found]), np.array([r[1] for r in found]),
            np.full(len(found), counts), [r[2] for r in found],
        )
        for name, found in rows.items()
    }  # fmt: skip


def fit(given: Evidence, others: Floats) -> tuple[Regression, Floats, Floats]:
    """The regression cut at concern 0.5, and the concern of each row and of `others` from folds without it.

    Rows are left out by topic; `others` are pairs of published abstracts, none a repeat.
    """
    order = sorted(set(given.topics))
    fold = np.array([order.index(t) % _FOLDS for t in given.topics])
    fold_of_others = np.arange(len(others)) % _FOLDS
    held, held_others = np.zeros(len(fold)), np.zeros(len(others))
    for f in range(_FOLDS):
        coefficients, intercept = _logistic(given, fold != f, others[fold_of_others != f])
        held[fold == f] = given.x[fold == f] @ coefficients + intercept
        held_others[fold_of_others == f] = others[fold_of_others == f] @ coefficients + intercept
    cut = _cut(held, given.y, held_others)
    coefficients, intercept = _logistic(given, np.ones(len(fold), bool), others)
    regression = Regression(intercept - cut, tuple(coefficients.tolist()))
    return regression, _concern(held - cut), _concern(held_others - cut)


def _cut(held: Floats, y: NDArray[np.bool_], held_others: Floats) -> float:
    """The decision that becomes concern 0.5, half way between what must stay out and what stays in."""
    repeats, false = held[y], np.sort(held[~y])[::-1]
    loudest = max(float(false[0]), float(held_others.max(initial=-np.inf)))
    if loudest < repeats.min():
        return (loudest + float(repeats.min())) / 2
    # No cut keeps all apart: few false alarms on proposals count, published abstracts come in the fit.
    loudest = float(false[int(_FALSE * y.sum())])
    return (loudest + float(repeats[repeats > loudest].min())) / 2


def _concern(decision: Floats) -> Floats:
    return 1 / (1 + np.exp(-decision))


def _logistic(given: Evidence, chosen: NDArray[np.bool_], others: Floats) -> tuple[Floats, float]:
    """Coefficients and intercept for features as they are, from the chosen rows and the others."""
    rows = np.concatenate([given.x[chosen], others])
    labels = np.concatenate([given.y[chosen], np.zeros(len(others), bool)])
    weights = np.concatenate([given.weights[chosen], np.full(len(others), _CORPUS_WEIGHT)])
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=1.0, max_iter=2000).fit(
        scaler.transform(rows), labels, sample_weight=weights
    )
    coefficients = model.coef_[0] / scaler.scale_
    return coefficients, float(model.intercept_[0] - coefficients @ scaler.mean_)


def settled(truth: Batch, encoder: Encoder) -> Fitted:
    """A model with the usual backgrounds of the batch."""
    nothing = Regression(0.0, (0.0,) * len(reworded.FEATURES))
    model = Fitted(nothing, nothing, nothing, {"same": 0.25, "other": 0.2}, {}, {})
    for _ in range(3):  # they stand in for missing neighbours themselves, so they settle in a few rounds
        gathered = pool.gather(truth.proposals, encoder, model)
        model = replace(model, background=usual(gathered))
    return model


def main(folder: Path | None) -> None:
    """Fit, write data/duplicates.json and say what was found."""
    encoder, truth = load_encoder(FAST), batch("dev")
    model = settled(truth, encoder)
    corpora = published(folder)
    pairs = [unrelated(proposals, encoder, model) for proposals in corpora.values()]
    regressions: dict[str, Any] = {}
    false: list[Floats] = []
    for name, given in gathered_evidence(truth, encoder, model).items():
        others = np.concatenate(
            [np.zeros((0, given.x.shape[1])), *(found[name] for found in pairs if name in found)]
        )
        regression, held, held_others = fit(given, others)
        names = COPIED_FEATURES if name == "copied" else reworded.FEATURES
        regressions[name] = {
            "intercept": round(regression.intercept, 4),
            "coefficients": {k: round(v, 4) for k, v in zip(names, regression.coefficients, strict=True)},
        }
        held, y = held[given.weights == 1], given.y[given.weights == 1]
        false += [held[~y], held_others]
        print(
            f"{name}: {(held[y] >= 0.5).mean():.3f} of {y.sum()} repeats, {(held[~y] >= 0.5).sum()} false alarms of"
            f" {(~y).sum()} pairs, {(held_others >= 0.5).sum()} of {len(others)} published pairs"
        )
    read = len(truth.proposals) + sum(map(len, corpora.values()))
    alarms = np.concatenate(false)
    written = {
        "fitted_on": {
            "part": "data/eval/duplicates/dev.jsonl", "proposals": len(truth.proposals),
            "repeats": len(truth.repeats), "published": {name: len(rows) for name, rows in corpora.items()},
            "encoder": encoder.name, "encoder_fingerprint": encoder.fingerprint,
            "date": datetime.now(UTC).date().isoformat(), "command": "python -m training.fit_duplicates CORPORA",
        },
        "background": {k: round(v, 4) for k, v in model.background.items()},
        **regressions,
        "false_alarms_per_1000": {str(t): round(1000 * float((alarms >= t).sum()) / read, 1) for t in _THRESHOLDS},
    }  # fmt: skip
    with replacing(shipped.data_file("duplicates.json")) as stream:
        json.dump(written, stream, ensure_ascii=False, indent=2)
        stream.write("\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
