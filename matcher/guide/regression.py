"""A logistic regression on what is seen in a guide, as a file of data/ has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matcher import shipped, typed_json


@dataclass(frozen=True)
class GuideRegression:
    """The weight of each sign, and the log-odds from which what is asked holds."""

    intercept: float
    threshold: float
    weights: Mapping[str, float]

    def log_odds(self, signs: Mapping[str, float]) -> float:
        """The log-odds that what is asked holds, for values of the signs."""
        return self.intercept + sum(weight * signs[name] for name, weight in self.weights.items())


@cache
def shipped_regression(name: str) -> GuideRegression:
    """The numbers of a file of data/, such as guide_doubts.json."""
    return typed_json.loads(shipped.data_file(name).read_bytes(), GuideRegression)
