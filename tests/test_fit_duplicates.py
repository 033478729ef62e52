"""The fit of the concern, on pairs made up for it."""

from __future__ import annotations

import numpy as np
import pytest

from training.duplicates_evidence import Evidence
from training.fit_duplicates import fit

FOLDS, REPEATS, NEAR, FAR, SHARE = 4, 20, 20, 780, 0.001
ALL = REPEATS + NEAR + FAR


def _evidence() -> Evidence:
    """Repeats, near pairs that only the second feature tells from them, and many far ones, told by the first alone."""
    draw = np.random.default_rng(3)
    sizes, first, second = (REPEATS, NEAR, FAR), (2.0, 2.0, -3.0), (0.5, -0.5, 0.5)
    x = np.column_stack([np.repeat(means, sizes) + draw.normal(0, 0.5, ALL) for means in (first, second)])
    y = np.arange(ALL) < REPEATS
    return Evidence(
        x, y, np.ones(ALL), np.array([f"voice {i % FOLDS}" for i in range(ALL)]), np.where(y, "deep", "")
    )


def test_the_second_fit_knows_only_pairs_in_doubt() -> None:
    given = _evidence()
    # As many of the false pairs are in doubt as are near.
    again, _ = fit(given, SHARE, doubtful=(NEAR - 0.5) / (NEAR + FAR))
    near, _ = fit(given.of(np.arange(ALL) < REPEATS + NEAR), SHARE)
    assert again.coefficients == pytest.approx(near.coefficients)
    assert again.coefficients != pytest.approx(fit(given, SHARE)[0].coefficients, rel=0.1)
