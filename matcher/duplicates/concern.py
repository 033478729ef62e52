"""From evidence to a kind and a level of concern; pure arithmetic, the numbers lie in data/duplicates.json.

Three small logistic regressions, one each for what is copied, reworded and translated; the concern
of a pair is the greatest of them. 0.5 is where reviewers are asked to look; it is never a verdict.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from matcher import shipped
from matcher.duplicates.copied import Copied

Kind = Literal["identical", "copied", "partial", "reworded", "translated"]

# From this concern on a pair is reported unless another threshold is asked for.
DEFAULT_THRESHOLD = 0.5
COPIED_FEATURES = ("log_longest", "log_weight", "share")
# Mean share of both texts from which a copy is of the whole, below it of a passage.
_WHOLE = 0.5
# A text that is reworded throughout keeps no run of this weight; one that long was lifted.
_LIFTED = 30


@dataclass(frozen=True, slots=True)
class Regression:
    """concern = 1 / (1 + exp(-(intercept + sum(coefficients * features))))."""

    intercept: float
    coefficients: tuple[float, ...]

    def __call__(self, features: Sequence[float]) -> float:
        """The concern in [0, 1] for the features in the order they were fitted in."""
        z = self.intercept + sum(c * f for c, f in zip(self.coefficients, features, strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The regressions, the usual backgrounds that stand in where too few texts are near, and how it was fitted.

    `background` maps "same" and "other" language to a usual likeness of sentences; `false_alarms` maps a
    threshold to the false alarms among 1,000 proposals that the fitting found.
    """

    copied: Regression
    reworded: Regression
    translated: Regression
    background: Mapping[str, float]
    false_alarms: Mapping[float, float]
    fitted_on: Mapping[str, Any]


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """The numbers of data/duplicates.json, which training/fit_duplicates.py writes."""
    found = json.loads(shipped.data_file("duplicates.json").read_text("utf-8"))
    return from_json(found)


def from_json(found: Mapping[str, Any]) -> Fitted:
    """The fitted numbers out of their JSON object."""
    copied, reworded, translated = (
        Regression(found[k]["intercept"], tuple(found[k]["coefficients"].values()))
        for k in ("copied", "reworded", "translated")
    )
    return Fitted(
        copied, reworded, translated,
        found["background"],
        {float(threshold): alarms for threshold, alarms in found["false_alarms_per_1000"].items()},
        found["fitted_on"],
    )  # fmt: skip


def copied_features(copied: Copied) -> tuple[float, float, float]:
    """COPIED_FEATURES: log(1 + weight) of the longest passage and of all, and the greater share of the two."""
    return math.log1p(copied.longest), math.log1p(copied.weight), max(copied.a_in_b, copied.b_in_a)


def judge(
    copied: Copied, identical: bool, meaning: Sequence[float] | None, same_language: bool, model: Fitted
) -> tuple[Kind, float]:
    """The kind of a pair and its concern in [0, 1]; `meaning` is None where there is nothing to compare."""
    if identical:
        return "identical", 1.0
    said = model.reworded if same_language else model.translated
    by_words = model.copied(copied_features(copied)) if copied.weight else 0.0
    by_meaning = said(meaning) if meaning is not None else 0.0
    share = (copied.a_in_b + copied.b_in_a) / 2
    if share >= _WHOLE:
        return "copied", max(by_words, by_meaning)
    lifted = by_meaning < DEFAULT_THRESHOLD or copied.longest >= _LIFTED
    if lifted and (by_words >= DEFAULT_THRESHOLD or by_words >= by_meaning):
        return "partial", max(by_words, by_meaning)
    return ("reworded" if same_language else "translated"), max(by_words, by_meaning)
