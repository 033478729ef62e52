"""How far stated probabilities can be trusted: pure functions over confidences and outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matcher import settings
from matcher.arrays import Floats, Mask

_BINS = settings.count("reliability.bins")


class Bin(NamedTuple):
    """One row of a reliability table: answers whose confidence lay in low..high: how many, their mean confidence, the share that was right."""

    low: float
    high: float
    answers: int
    confidence: float
    right: float


def table(confidence: Floats, right: Mask) -> list[Bin]:
    """The reliability table: equal-width bins over [0, 1] that hold at least one answer."""
    place = np.minimum((np.asarray(confidence) * _BINS).astype(int), _BINS - 1)
    return [
        Bin(b / _BINS, (b + 1) / _BINS, int(m.sum()), float(confidence[m].mean()), float(right[m].mean()))
        for b in range(_BINS)
        if (m := place == b).any()
    ]


def expected_calibration_error(confidence: Floats, right: Mask) -> float:
    """Mean distance of confidence from the share that was right, weighted by bin (Naeini et al. 2015)."""
    bands = table(confidence, right)
    return sum(b.answers * abs(b.confidence - b.right) for b in bands) / max(sum(b.answers for b in bands), 1)


def risk_coverage(confidence: Floats, right: Mask) -> list[tuple[float, float]]:
    """(coverage, accuracy) when only the most confident answers are given, one point an answer.

    Equal confidences keep their order (El-Yaniv & Wiener 2010).
    """
    order = np.argsort(-np.asarray(confidence), kind="stable")
    counts = np.arange(1, len(order) + 1)
    accuracy = np.cumsum(np.asarray(right)[order]) / counts
    return [(float(n / len(order)), float(a)) for n, a in zip(counts, accuracy, strict=True)]


def accuracy_at(curve: Sequence[tuple[float, float]], coverage: float) -> float:
    """The accuracy among the share `coverage` of answers that are most confident, by `risk_coverage`; 0 without answers."""
    return next((a for c, a in curve if c >= coverage - 1e-9), 0.0)


STATED = settings.share("reliability.stated")


def scope(confidence: Floats, right: Mask, refused: Mask, inside: Mask, kin: Mask) -> dict[str, float | None]:
    """How far "nothing fits" and stated answers can be trusted; None where there are no such rows.

    Over m proposals: `confidence` of the first topic, whether it is `right`, whether the proposal is
    `refused` (told that nothing fits), whether it is `inside`, and whether it is `kin`: outside, but of
    the genre or field of the guide.
    """
    stated = confidence >= STATED

    def share(of: Mask, among: Mask) -> float | None:
        return float(of[among].mean()) if among.any() else None

    return {
        "right where stated": share(right, stated),
        "in-scope stated": share(stated, inside),
        "in-scope none": share(refused, inside),
        "same-genre none": share(refused, kin),
        "same-genre stated": share(stated, kin),
    }
