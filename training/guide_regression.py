"""Fits a logistic regression on what is seen in guides, and writes it as the file of data/ that the program reads."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from matcher import shipped
from matcher.files import replacing
from matcher.guide.regression import GuideRegression


def fitted(
    names: Sequence[str],
    x: NDArray[np.float64],
    y: Sequence[bool] | NDArray[np.bool_],
    weights: Sequence[float] | NDArray[np.float64] | None,
    *,
    strength: float,
    least_spread: float,
    threshold: float,
    centred: bool = True,
) -> GuideRegression:
    """The regression of rows x, (rows, signs), in units of each sign's spread, `least_spread` for one that hardly varies.

    `strength` is scikit-learn's C. Without `centred` the rows are less a mean of their own and there is no intercept.
    """
    spread = np.maximum(x.std(0), least_spread)
    mean = x.mean(0) if centred else np.zeros(x.shape[1])
    model = LogisticRegression(C=strength, max_iter=3000, fit_intercept=centred)
    model.fit((x - mean) / spread, y, weights)
    scaled = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - scaled @ mean) if centred else 0.0
    return GuideRegression(intercept, threshold, dict(zip(names, map(float, scaled), strict=True)))


def ship(regression: GuideRegression, name: str) -> None:
    """Put the numbers into a file of data/, to four digits."""
    form = {
        "intercept": round(regression.intercept, 4),
        "threshold": regression.threshold,
        "weights": {sign: round(weight, 4) for sign, weight in regression.weights.items()},
    }
    with replacing(shipped.data_file(name)) as stream:
        stream.write(json.dumps(form, indent=1) + "\n")
