"""Fit a calibration on labelled proposals, and keep it only if it does no harm on rows it has not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace as with_numbers

from matcher import reliability, settings
from matcher.arrays import Floats, Mask
from matcher.engine import Engine
from matcher.errors import CalibrationError
from matcher.evaluate import KIN
from matcher.files import replacing
from matcher.fit import LabelledScores, fitted, weights_of
from matcher.labelled import Labelled, check_topics, in_few_words
from matcher.matching import calibration as scale
from matcher.matching.calibration import Calibration, Provenance, Signs
from matcher.message import Catalogue

say = Catalogue(__file__)

FOLDS = settings.count("calibrate.folds")
FEWEST = settings.count("calibrate.fewest_labelled")
_LOST = settings.share("calibrate.lost")
_RIGHT = settings.share("calibrate.right")
_STRAY_PARTLY = settings.share("calibrate.stray_partly")
_STRAY_COVERED = settings.share("calibrate.stray_covered")
_TOLERANCE = settings.share("calibrate.tolerance")
_LEAST_NONE = settings.share("calibrate.least_none_from")
_MOST_NONE = settings.share("calibrate.most_none_from")
_LEAST_SURE = settings.share("calibrate.least_sure_from")
_MOST_SURE = settings.share("calibrate.most_sure_from")


@dataclass(frozen=True, slots=True)
class Refit:
    """A calibration fitted anew, its figures on held-out rows beside the old one's, and whether it harms."""

    calibration: Calibration
    before: Mapping[str, float]
    after: Mapping[str, float]

    @property
    def harms(self) -> bool:
        """Whether the old calibration did better on the rows that the new one had not seen."""
        return bool(self.before) and self.after["log loss"] > self.before["log loss"] + _TOLERANCE


def scored(engine: Engine, labelled: Sequence[Labelled]) -> LabelledScores:
    """The scores of the labelled proposals that hold usable text, also by a few words of each; BatchError for a topic that the guide lacks."""
    check_topics(labelled, engine.guide)
    return replace(_scored(engine, labelled), few=_scored(engine, in_few_words(labelled)))


def _scored(engine: Engine, labelled: Sequence[Labelled]) -> LabelledScores:
    rows = [row for row in labelled if engine.usable(row.proposal)]
    place = engine.place
    fits = np.zeros((len(rows), len(place)), bool)
    for i, row in enumerate(rows):
        fits[i, [place[topic] for topic in row.relevant]] = True
    groups = [row.author or row.proposal.id for row in rows]
    if not rows:
        none = np.zeros(0)
        nothing = Signs(np.zeros((0, len(place))), none, none, none, none, none, none, 1.0, 1.0)
        return LabelledScores(nothing, fits, groups, np.zeros(0, bool), np.zeros(0))
    scored_rows = engine.scorer.score([row.proposal for row in rows])
    strays = scored_rows.items(~fits)
    kin = np.array([row.style in KIN and not row.relevant for row in rows])
    return LabelledScores(scored_rows.signs(), fits, groups, kin, strays)


def refit(
    sets: Sequence[LabelledScores],
    provenance: Provenance,
    before: Calibration | None,
    fitted_on: Sequence[Mapping[str, Any]] = (),
    old_sets: Sequence[LabelledScores] | None = None,
) -> Refit:
    """A calibration fitted on `sets`, one for each guide, compared with `before` on rows not seen.

    `old_sets` are the same rows as scored without the reranker that is tried: what it is compared with
    is then a calibration fitted to them on the same folds.

    Raises CalibrationError if there are fewer than FEWEST proposals, or not both kinds among them:
    such that fit a topic and such that fit none.
    """
    inside = np.concatenate([s.inside for s in sets])
    if len(inside) < FEWEST or inside.all() or not inside.any():
        raise CalibrationError(
            say("calibrate.too few", fewest=FEWEST, count=len(inside), fitting=inside.sum())
        )
    held = _held_out(sets)
    none_from, sure_from = _thresholds(held, sets)
    strays, counts = np.concatenate([s.strays for s in sets]), [len(s.strays) for s in sets]
    partly_from, covered_from = _quantiles(
        strays, [1 - _STRAY_PARTLY, 1 - _STRAY_COVERED], weights_of(sets, counts)
    )
    after = figures(held, sets)
    calibration = with_numbers(
        fitted(sets), **provenance._asdict(), fitted_on=tuple(fitted_on), held_out=after,
        none_from=none_from, sure_from=sure_from, covered_from=covered_from, partly_from=partly_from,
    )  # fmt: skip
    # Both ways are fitted anew: a fit to these very rows must not pass for the reranker's merit.
    if old_sets is not None:
        return Refit(calibration, figures(_held_out(old_sets), sets), after)
    old = [scale.probabilities(before, s.signs) for s in sets] if before else []
    return Refit(calibration, figures(old, sets) if before else {}, after)


def left_out(sets: Sequence[LabelledScores], guides: Sequence[str]) -> dict[str, dict[str, float | None]]:
    """What a calibration makes of each guide that it was not fitted on, and the mean of all, by guide.

    `guides` names the guide of each set. Everything is fitted on the sets of the other guides, the
    thresholds too. Raises CalibrationError if there are fewer than two guides.
    """
    names = list(dict.fromkeys(guides))
    if len(names) < 2:
        raise CalibrationError(say("calibrate.guides", count=len(names)))
    table: dict[str, dict[str, float | None]] = {}
    for name in names:
        rest = [s for s, guide in zip(sets, guides, strict=True) if guide != name]
        own = [s for s, guide in zip(sets, guides, strict=True) if guide == name]
        numbers = refit(rest, Provenance("", "", ""), None).calibration
        predictions = [scale.probabilities(numbers, s.signs) for s in own]
        table[name] = {**figures(predictions, own), **_scope(predictions, own, numbers.none_from)}
    columns = [[row[key] for row in table.values()] for key in table[names[0]]]
    table["mean"] = {
        key: float(np.mean(known)) if (known := [v for v in column if v is not None]) else None
        for key, column in zip(table[names[0]], columns, strict=True)
    }
    return table


def _scope(
    predictions: Sequence[tuple[Floats, Floats]], sets: Sequence[LabelledScores], none_from: float
) -> dict[str, float | None]:
    """`reliability.scope` over all rows, and the area under ROC without those far outside."""
    from sklearn.metrics import roc_auc_score

    none, confidence, right, inside = _outcomes(predictions, sets)
    kin = np.concatenate([s.kin for s in sets])
    near = float(roc_auc_score(kin[inside | kin], none[inside | kin])) if kin.any() else None
    return {"near AUROC": near, **reliability.scope(confidence, right, none >= none_from, inside, kin)}


def save(calibration: Calibration, file: Path) -> None:
    """Write the calibration to a file whole or not at all; its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with replacing(file) as stream:
        stream.write(scale.text(calibration))


def figures(predictions: Sequence[tuple[Floats, Floats]], sets: Sequence[LabelledScores]) -> dict[str, float]:
    """Log loss, top-1, calibration error, and area under ROC for "nothing fits", over all rows.

    `predictions` are P(topic) and P(none) for each set. A row counts its acceptable topics
    together, or none; its answer is the best topic, whose confidence is P(topic).
    """
    from sklearn.metrics import roc_auc_score

    none, confidence, right, inside = _outcomes(predictions, sets)
    acceptable = [(topics * s.fits).sum(axis=1) for (topics, _), s in zip(predictions, sets, strict=True)]
    likelihoods = np.where(inside, np.concatenate(acceptable), none)
    return {
        "rows": float(len(inside)),
        "log loss": float(-np.log(np.maximum(likelihoods, 1e-12)).mean()),
        "top-1": float(right[inside].mean()),
        "calibration error": reliability.expected_calibration_error(confidence, right),
        "outside AUROC": float(roc_auc_score(~inside, none)),
    }


def _outcomes(
    predictions: Sequence[tuple[Floats, Floats]], sets: Sequence[LabelledScores]
) -> tuple[Floats, Floats, Mask, Mask]:
    """Of all rows (P(none), P(best topic), whether that is acceptable, whether any topic is), in order."""
    best = [topics.argmax(axis=1) for topics, _ in predictions]
    return (
        np.concatenate([outside for _, outside in predictions]),
        np.concatenate([topics.max(axis=1) for topics, _ in predictions]),
        np.concatenate([s.fits[np.arange(len(b)), b] for b, s in zip(best, sets, strict=True)]),
        np.concatenate([s.inside for s in sets]),
    )


def _quantiles(values: Floats, shares: Sequence[float], weights: Floats) -> list[float]:
    """The values below which these shares of the weights lie, to three decimals."""
    below: list[float] = np.quantile(values, shares, weights=weights, method="inverted_cdf").round(3).tolist()
    return below


def _held_out(sets: Sequence[LabelledScores]) -> list[tuple[Floats, Floats]]:
    """P(topic) and P(none) for every row of every set, by a fit that has seen no row of its group."""
    from sklearn.model_selection import GroupKFold

    predictions = [(np.zeros(s.fits.shape), np.zeros(len(s.fits))) for s in sets]
    owner = np.repeat(np.arange(len(sets)), [len(s.fits) for s in sets])
    row = np.concatenate([np.arange(len(s.fits)) for s in sets])
    groups = [f"{i} {group}" for i, s in enumerate(sets) for group in s.groups]
    for train, test in GroupKFold(min(FOLDS, len(set(groups)))).split(row, groups=groups):
        numbers = fitted([s.rows(row[train[owner[train] == i]]) for i, s in enumerate(sets)])
        for i, s in enumerate(sets):
            rows = row[test[owner[test] == i]]
            if len(rows):
                part = scale.probabilities(numbers, s.signs.rows(rows))
                predictions[i][0][rows], predictions[i][1][rows] = part
    return predictions


def _thresholds(held: Sequence[tuple[Floats, Floats]], sets: Sequence[LabelledScores]) -> tuple[float, float]:
    """From which P(none) nothing fits, and from which share of the topics' probability one is sure."""
    none, confidence, right, inside = _outcomes(held, sets)
    none, share = none[inside], confidence[inside] / (1 - none[inside])
    curve = reliability.risk_coverage(share, right[inside])
    # The largest coverage that is right often enough; among the very sure few, one slip weighs too much.
    covered = max((c for c, accuracy in curve if accuracy >= _RIGHT), default=0.0)
    sure = np.quantile(share, 1 - covered)
    counts = [int(s.inside.sum()) for s in sets]
    (lost,) = _quantiles(none, [1 - _LOST], weights_of(sets, counts))
    return float(np.clip(lost, _LEAST_NONE, _MOST_NONE)), round(
        float(np.clip(sure, _LEAST_SURE, _MOST_SURE)), 3
    )
