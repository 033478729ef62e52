"""From evidence to a kind and a level of concern; pure arithmetic, the numbers lie in data/duplicates.json.

Small logistic regressions: one for what is copied, and for each encoder one for what is reworded and one for what
is translated, by its vectors alone, by those of the fast reader too, and by what its reader of pairs says. The concern
of a pair is the greatest of them. 0.5 is where reviewers are asked to look; it is never a verdict.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matcher import settings, shipped
from matcher.duplicates.copied import Copied
from matcher.duplicates.meaning import FEATURES
from matcher.embeddings import FAST, Encoder, reads_pairs
from matcher.errors import CalibrationError
from matcher.message import Catalogue

say = Catalogue(__file__)

Kind = Literal["identical", "copied", "partial", "reworded", "translated", "title"]

DEFAULT_THRESHOLD = settings.share("duplicates.concern.threshold")
TITLE_CONCERN = settings.share("duplicates.concern.equal_title")
# What a slower encoder's regressions weigh where the fast reader has read the pair before it.
BESIDE = (*FEATURES, "document by the fast reader", "one to one by both")
# … and where the reader of pairs has read both texts together.
PAIRED = (*BESIDE, "pair")
COPIED_FEATURES = ("log_longest", "log_weight", "share", "wording", "otherwise")
_LONG = settings.characters("duplicates.copied.long")
_ON_TOPIC = settings.score("duplicates.copied.on_topic")
_FULL_COPY = settings.share("duplicates.concern.short_of_a_copy")
_LIFTED = settings.characters("duplicates.concern.lifted")
_LIFTED_SHARE = settings.share("duplicates.concern.lifted_share")
# The settings that make the features.
_TABLES = ("duplicates.content", "duplicates.copied", "duplicates.entities", "duplicates.meaning")


@dataclass(frozen=True, slots=True)
class Regression:
    """concern = 1 / (1 + exp(-(intercept + sum(coefficients * features))))."""

    intercept: float
    coefficients: tuple[float, ...]

    def __call__(self, features: Sequence[float]) -> float:
        """The concern in [0, 1] for the features in the order they were fitted in."""
        return float(self.many(np.array([features], np.float64))[0])

    def many(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The concern of each row of features."""
        z = self.intercept + rows @ np.array(self.coefficients)
        return np.asarray(1 / (1 + np.exp(-np.clip(z, -60, 60))))


@dataclass(frozen=True, slots=True)
class Versions:
    """The regressions for texts in one language and in two."""

    reworded: Regression
    translated: Regression

    def many(self, rows: NDArray[np.float64], same_language: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The concern of each row of features."""
        return np.where(same_language, self.reworded.many(rows), self.translated.many(rows))


@dataclass(frozen=True, slots=True)
class MeaningFit:
    """What holds for the vectors of one encoder: the mean of its vectors of texts, and the regressions.

    `fingerprint` names the encoder that they were fitted to, `pairs` its reader of pairs. `alone` weighs
    `meaning.FEATURES`, `beside` BESIDE, `paired` PAIRED; None where there is nothing to weigh. `highest` are the values
    that hardly a pair exceeds of `sentences`, of `one to one` and of `pair`.
    """

    fingerprint: str
    centre: NDArray[np.float32]
    highest: tuple[float, ...]
    alone: Versions
    beside: Versions | None = None
    paired: Versions | None = None
    pairs: str = ""

    def centre_for(self, dimension: int) -> NDArray[np.float32]:
        """The centre; zeros for an encoder of another dimension, which these numbers were not fitted to."""
        return self.centre if len(self.centre) == dimension else np.zeros(dimension, np.float32)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The regressions and how they were fitted.

    `readers` maps the names of the shipped encoders to what holds for them. A pair is read again by the slower
    one from a concern of `again` by the faster one. `false_alarms` maps a threshold to the false alarms among
    1,000 proposals that the fitting found.
    """

    copied: Regression
    readers: Mapping[str, MeaningFit]
    again: float
    false_alarms: Mapping[float, float]
    fitted_on: Mapping[str, Any]

    def reader(self, encoder: Encoder) -> MeaningFit:
        """What holds for an encoder; for one that is not shipped the numbers of the fast reader.

        CalibrationError if a shipped one is not the encoder that these numbers were fitted to, EncoderError if what reads
        its pairs is damaged.
        """
        fit = self.readers.get(encoder.name)
        if fit is not None and fit.fingerprint != encoder.fingerprint:
            raise _stale(f"encoder {encoder.name}")
        together = reads_pairs(encoder)
        if fit is not None and together is not None and fit.pairs not in ("", together.pairs):
            together.documents([])  # a damaged file is no other reader
            raise _stale(f"reader of pairs of {encoder.name}")
        return fit or self.readers[FAST]


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """The numbers of data/duplicates.json, which training/fit_duplicates.py writes."""
    return from_json(json.loads(shipped.data_file("duplicates.json").read_text("utf-8")))


def from_json(written: Mapping[str, Any]) -> Fitted:
    """The fitted numbers out of their JSON object; CalibrationError if they are of other features or settings."""
    if written.get("settings") != settings_digest():
        raise _stale("settings")
    readers = {
        name: MeaningFit(
            each["fingerprint"], np.array(each["centre"], np.float32), tuple(each["highest"]),
            versions_of(each["alone"], FEATURES), versions_of(each["beside"], BESIDE) if "beside" in each else None,
            versions_of(each["paired"], PAIRED) if "paired" in each else None, each.get("pairs", ""),
        )
        for name, each in written["readers"].items()
    }  # fmt: skip
    alarms = {float(threshold): count for threshold, count in written["false_alarms_per_1000"].items()}
    copied = _regression(written["copied"], COPIED_FEATURES)
    return Fitted(copied, readers, written["again"], alarms, written["fitted_on"])


def settings_digest() -> str:
    """A hash of the settings that make the features: numbers fitted with others say nothing."""
    return settings.digest(_TABLES)


def _stale(other: str) -> CalibrationError:
    return CalibrationError(say("not fitted", other=other))


def versions_of(written: Mapping[str, Any], names: Sequence[str]) -> Versions:
    """Both regressions as data/duplicates.json has them; the error of a stale file where their features are not `names`."""
    return Versions(_regression(written["reworded"], names), _regression(written["translated"], names))


def _regression(written: Mapping[str, Any], names: Sequence[str]) -> Regression:
    if tuple(written["coefficients"]) != tuple(names):
        raise _stale("features")
    return Regression(written["intercept"], tuple(written["coefficients"].values()))


def copied_features(copied: Copied, wording: float, signs: Sequence[float]) -> tuple[float, ...]:
    """COPIED_FEATURES: log(1 + weight) of the longest passage and of all, the greater share of the two, wording, otherwise.

    `signs` are the FEATURES of the pair by the fast vectors. Who follows another's plan or fills in a template anew has pieces
    in common and states other figures and names on the same topic, who lifts a passage does so on another topic, who copies
    states the same. Beside a long passage it tells nothing, and the more the shorter the longest is.
    """
    share, longest = max(copied.a_in_b, copied.b_in_a), math.log1p(copied.longest)
    document, _, _, other, _ = signs
    otherwise = other * max(0.0, document - _ON_TOPIC) * max(0.0, math.log1p(_LONG) - longest)
    return longest, math.log1p(copied.weight), share, wording, otherwise


def judge(copied: Copied, by_words: float, by_meaning: float, *, same_language: bool) -> tuple[Kind, float]:
    """The kind of a pair that is not identical, and its concern in [0, 1].

    `by_words` is the concern of what is copied, `by_meaning` that of its meaning.
    """
    concern = max(by_words, by_meaning)
    # Not by wording: of an English text told anew half of the stems stay, and nothing is copied.
    share = (copied.a_in_b + copied.b_in_a) / 2
    if share >= _FULL_COPY:
        return "copied", concern
    lifted = by_meaning < DEFAULT_THRESHOLD or copied.longest >= _LIFTED or share >= _LIFTED_SHARE
    if copied.weight and lifted and (by_words >= DEFAULT_THRESHOLD or by_words >= by_meaning):
        return "partial", concern
    return ("reworded" if same_language else "translated"), concern
