"""Numbers of a calibration fitted to labelled scores, one set for each guide: for all texts, and for those of a few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher import settings
from matcher.arrays import Floats, Ints, Mask
from matcher.matching import calibration as scale
from matcher.matching.calibration import SCOPE_FEATURES, Calibration, Signs

_PRIOR = settings.factor("calibrate.prior")
_SHARPEST = settings.odds("calibrate.sharpest")


@dataclass(frozen=True, slots=True)
class LabelledScores:
    """Labelled proposals as scored over one guide of T topics, m rows.

    `fits` (m, T) marks the acceptable topics, `groups` names who wrote or filed each row (rows of one
    group are held out together), and `kin` (m,) marks rows outside that are of the guide's field or
    genre. `strays` are the scores of research contents of topics that
    do not fit, over all rows. `few` are the rows again, a few words of each, if they are known.
    """

    signs: Signs
    fits: Mask
    groups: Sequence[str]
    kin: Mask
    strays: Floats
    few: LabelledScores | None = None

    @property
    def inside(self) -> Mask:
        """Which rows fit a topic, (m,)."""
        inside: Mask = np.any(self.fits, axis=1)
        return inside

    def rows(self, chosen: Ints) -> LabelledScores:
        """The chosen rows; of a few words those of their groups."""
        groups, few = [self.groups[i] for i in chosen], None
        if self.few is not None:
            few = self.few.rows(np.flatnonzero(np.isin(self.few.groups, groups)))
        return LabelledScores(
            self.signs.rows(chosen), self.fits[chosen], groups, self.kin[chosen], self.strays, few
        )


def logistic(
    table: Floats, positive: Mask, prior: float, weights: Floats | None = None
) -> tuple[Floats, float]:
    """Coefficients (f,) and intercept of a logistic regression of rows (n, f) as they are, fitted to scaled ones.

    The smaller `prior`, the nearer to 0 it draws the coefficients; rows count their `weights` (n,).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=prior, max_iter=2000)
    model.fit(scaler.transform(table), positive, sample_weight=weights)
    coefficients = model.coef_[0] / scaler.scale_
    return coefficients, float(model.intercept_[0] - (coefficients * scaler.mean_).sum())


def fitted(sets: Sequence[LabelledScores]) -> Calibration:
    """The numbers that the rows suggest, without thresholds."""
    few = [s.few for s in sets if s.few is not None]
    sharpness, outside = _numbers(sets, [np.ones(len(s.fits)) for s in sets])
    few_sharpness, few_outside = sharpness, outside
    if few and len(set(np.concatenate([s.inside for s in few]).tolist())) > 1:
        few_sharpness, few_outside = _numbers(few, [scale.few_words(s.signs) for s in few])
    return Calibration(
        sharpness, outside, few_sharpness, few_outside, 1.0, 1.0, 1.0, 1.0, "", "", "", ""
    )  # fmt: skip


def _numbers(sets: Sequence[LabelledScores], counts: Sequence[Floats]) -> tuple[float, dict[str, float]]:
    """The sharpness, and the coefficients of nothing fitting, that the rows suggest, of which each counts so much."""
    from scipy.optimize import minimize_scalar

    table = np.concatenate([scale.features(s.signs) for s in sets])
    outside = np.concatenate([~s.inside for s in sets])
    # A weak prior: seven features against a few hundred rows (chosen by held-out log loss on the dev parts).
    weights = weights_of(sets, [len(s.fits) for s in sets]) * np.concatenate(counts)
    coefficients, intercept = logistic(table, outside, _PRIOR, weights)

    # What short titles leave of it is set, so guides of such tell it only where there are no others.
    every = [(s, each) for s, each in zip(sets, counts, strict=True) if s.inside.any()]
    telling = [(s, each) for s, each in every if scale.tells_sharpness(s.signs.brevity)] or every
    of_each = weights_of([s for s, _ in telling])

    def loss(log_sharpness: float) -> float:
        """Negative log of the shares that the acceptable topics get, in all."""
        steep = float(np.exp(log_sharpness))
        got = [(scale.shares(s.signs, steep, steep) * s.fits)[s.inside].sum(axis=1) for s, _ in telling]
        logs = [np.log(np.maximum(share, 1e-12)) for share in got]
        return -float(of_each @ [each[s.inside] @ log for (s, each), log in zip(telling, logs, strict=True)])

    sharpness = float(np.exp(minimize_scalar(loss, bounds=(0, _SHARPEST), method="bounded").x))
    names = (*SCOPE_FEATURES, "intercept")
    return sharpness, dict(zip(names, [*coefficients.tolist(), intercept], strict=True))


def weights_of(sets: Sequence[LabelledScores], counts: Sequence[int] | int = 1) -> Floats:
    """What so many values of each set count in a fit, in (0, 1): less, the less its guide says of its topics."""
    return np.repeat([(1 - s.signs.brevity) ** 2 for s in sets], counts)
