"""Scores to probabilities: topics plus "none of these", one distribution, its numbers in a text file.

P(none) is a logistic function of how far the best score leads, in units of how far the guide's topics
lie apart; how near the nearest topic is, by each reader; how many times nearer it is than topics of elsewhere;
how far it has another object under that topic's title; and how little the guide says of its topics.
The rest is shared among the topics by a softmax of their scores, the flatter, the less is said of them, and in English: names of
two words tell less apart than contents do, and where nothing but names is there, a lead says less still
(`sharpness_over`). A text of a few words tells less too, and the same scores say other things of it: it has numbers of
its own, and a text a little longer is judged by both (`few_words`). None of these numbers belongs to one guide, so the
same file serves guides it has never seen. `calibrate` fits it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from matcher import settings, shipped, typed_json
from matcher.errors import CalibrationError, reason
from matcher.files import data_folder
from matcher.matching.rank import Floats
from matcher.message import Catalogue
from matcher.readers.source import LARGEST_FILE, check_regular
from matcher.typed_json import Share
from matcher.types import Guide

say = Catalogue(__file__)

SCOPE_FEATURES = ("lead", "near", "alike", "home", "swapped", "within", "brevity")
_FORMAT = 7
# Fitted for the shipped transformer and for the fast reader alone.
SHIPPED_FILES = ("calibration.json", "calibration-fast.json")
_FEW_LETTERS = settings.letters("matching.calibration.few_letters")
_RUNNERS_UP = settings.count("matching.calibration.runners_up")
_LARGEST = settings.weight("matching.calibration.largest")
_FALLS = settings.share("matching.calibration.falls")
_NAMED = settings.share("matching.calibration.named")
_NAMES = settings.share("matching.calibration.names")
_LEFT = settings.share("matching.calibration.left_of_sharpness")
_IN_LATIN = settings.share("matching.calibration.in_latin")


class Provenance(NamedTuple):
    """What made the scores: fingerprints of the encoder, the topics of elsewhere and the scoring; the reranker's name or ""."""

    encoder: str
    elsewhere: str
    scoring: str
    reranker: str = ""

    def differing(self, other: Provenance) -> str:
        """The names of what is another one in both, for people; "" if nothing is."""
        return "、".join(name for name, a, b in zip(self._fields, self, other, strict=True) if a != b)


Coefficients = Mapping[str, Annotated[float, Meta(ge=-_LARGEST, le=_LARGEST)]]


class Calibration(Struct, frozen=True, forbid_unknown_fields=True, tag_field="format", tag=_FORMAT):
    """The numbers that turn scores into probabilities and verdicts.

    `sharpness`, less by the guide's brevity (`sharpness_over`), multiplies scores before the softmax. `outside` are the coefficients of the
    log-odds that nothing fits, by feature and "intercept"; `few_sharpness` and `few_outside` are those for a text of a few words.
    Thresholds are probabilities: from
    `none_from` on P(none) means that nothing fits; a topic or an office is sure from `sure_from` on.
    An item of research contents is covered, or partly so, from the two last scores on, which few
    items of topics that do not fit reach.
    `encoder`, `elsewhere`, `scoring` and `reranker` say what made the scores (Provenance); `fitted_on` and
    `held_out` say on what, and how well it did on rows it had not seen.
    """

    sharpness: Annotated[float, Meta(ge=0, le=_LARGEST)]
    outside: Coefficients
    few_sharpness: Annotated[float, Meta(ge=0, le=_LARGEST)]
    few_outside: Coefficients
    none_from: Share
    sure_from: Share
    covered_from: Share
    partly_from: Share
    encoder: str
    elsewhere: str
    scoring: str
    reranker: str
    fitted_on: Sequence[Mapping[str, Any]] = ()
    held_out: Mapping[str, float] = {}

    def __post_init__(self) -> None:
        """ValueError where a coefficient is missing."""
        for name, known in (("outside", self.outside), ("few_outside", self.few_outside)):
            if missing := {*SCOPE_FEATURES, "intercept"} - known.keys():
                raise ValueError(f"{name}: {', '.join(sorted(missing))}")

    @property
    def provenance(self) -> Provenance:
        """What made the scores that it was fitted to."""
        return Provenance(self.encoder, self.elsewhere, self.scoring, self.reranker)


class _Head(Struct):
    """What a calibration of any format says of itself."""

    format: Any = None
    encoder: Any = None
    elsewhere: Any = None
    scoring: Any = None
    reranker: Any = None


@dataclass(frozen=True, slots=True)
class Signs:
    """What m proposals show: `scores` (m, T) and the signs of scope, each (m,).

    `near` is the fast reader's best score in [0, 1], whichever reader made the scores; `alike` the best score in [0, 1]
    of the reader beside it, 0 where there is none. `letters` are how much of each counts, in Chinese characters; `home` is the logarithm of how
    many times nearer a proposal is to the guide than to topics of elsewhere; `swapped` how far it has another object
    under its first topic's title, in [0, 1]; `within` the log-odds that what it names lies within that topic, 0 where nothing says so.
    `spread` is how far the guide's topics lie apart, in (0, 1]; `brevity` is how little it says of each, in (0, 1]
    (`Corpus.brevity`); `latin` the share of its topics without a Chinese character.
    """

    scores: Floats
    near: Floats
    alike: Floats
    letters: Floats
    home: Floats
    swapped: Floats
    within: Floats
    spread: float
    brevity: float
    latin: float = 0.0

    def rows(self, chosen: NDArray[np.int64]) -> Signs:
        """The chosen rows."""
        return Signs(
            self.scores[chosen], self.near[chosen], self.alike[chosen], self.letters[chosen], self.home[chosen],
            self.swapped[chosen], self.within[chosen], self.spread, self.brevity, self.latin,
        )  # fmt: skip


def features(signs: Signs) -> Floats:
    """What tells whether anything fits, (m, 7) in the order of SCOPE_FEATURES.

    The best score's lead over the mean of the next five (over 0 if there is no other topic), divided
    by the guide's spread; `near`; `alike`; `home`; `swapped`; and `within`: each times 1 less the guide's `brevity`, since it says the
    less of whether a topic fits, the less is said of topics; and this itself.
    training/README.md has what else was tried.
    """
    ranked = -np.sort(-signs.scores, axis=1)
    runners_up = ranked[:, 1 : 1 + _RUNNERS_UP]
    lead = ranked[:, 0] - (runners_up.mean(axis=1) if runners_up.shape[1] else 0.0)
    columns = [lead / signs.spread, signs.near, signs.alike, signs.home, signs.swapped, signs.within]
    table: Floats = np.stack(columns, axis=1) * (1 - signs.brevity)
    return np.column_stack([table, np.full(len(lead), signs.brevity)])


def probabilities(calibration: Calibration, signs: Signs) -> tuple[Floats, Floats]:
    """P(topic), (m, T), and P(none), (m,).

    Each row of topics and its none add up to 1.
    """
    table, few = features(signs), few_words(signs)
    odds, few_odds = (
        (table * [known[name] for name in SCOPE_FEATURES]).sum(axis=1) + known["intercept"]
        for known in (calibration.outside, calibration.few_outside)
    )
    none = 1 / (1 + np.exp(-np.clip(odds * (1 - few) + few_odds * few, -700, 700)))
    return (1 - none)[:, None] * shares(signs, calibration.sharpness, calibration.few_sharpness), none


def few_words(signs: Signs) -> Floats:
    """How far each text is no more than a few words, (m,) in [0, 1]: a phrase is all of it, a whole title hardly."""
    few: Floats = np.exp(-((signs.letters / _FEW_LETTERS) ** 2))
    return few


def only_named(brevity: float) -> bool:
    """Whether a guide of this brevity only names its topics."""
    return brevity >= _NAMED


def tells_sharpness(brevity: float) -> bool:
    """Whether a guide of this brevity says so much of its topics that what is left of the sharpness is not set."""
    return brevity <= _FALLS


def sharpness_over(sharpness: float, brevity: float, latin: float = 0.0) -> float:
    """What multiplies scores over a guide: `sharpness` times 1 less its brevity, where topics are only named a set share of it.

    Between both it falls evenly, so that guides whose titles differ by a letter are answered nearly alike. Where topics have
    no Chinese character (`latin` of them), a set share of that: readers taught mostly on Chinese tell English ones less apart.
    """
    left = np.interp(brevity, (0, _FALLS, _NAMES), (1, 1 - _FALLS, _LEFT))
    return sharpness * min(float(left), 1 - brevity) * (1 - latin * (1 - _IN_LATIN))


def shares(signs: Signs, sharpness: float, few_sharpness: float) -> Floats:
    """What of P(any topic) each topic has, (m, T): the rows of a softmax."""
    few = few_words(signs)
    steep = (sharpness * (1 - few) + few_sharpness * few) * sharpness_over(1.0, signs.brevity, signs.latin)
    share: Floats = np.exp(steep[:, None] * (signs.scores - signs.scores.max(axis=1, keepdims=True)))
    share /= share.sum(axis=1, keepdims=True)
    return share


def likelier_none(table: Floats, none: Floats, rows: Sequence[int], odds: float) -> tuple[Floats, Floats]:
    """P(topic), (m, T), and P(none), (m,), once something beside the scores adds `odds` to the log-odds of none in `rows`."""
    more = np.zeros(len(none))
    more[list(rows)] = odds
    likelier = none * np.exp(more) / (1 + none * np.expm1(more))
    left = np.divide(1 - likelier, 1 - none, out=np.ones_like(none), where=none < 1)
    return table * left[:, None], likelier


def read(path: Path) -> Calibration:
    """The calibration in a file; CalibrationError if it is missing a number or is no such file."""
    check_regular(path, LARGEST_FILE)
    try:
        content = path.read_bytes()
        if typed_json.loads(content, _Head).format is None:  # msgspec takes a record without its tag
            raise ValueError("missing field: format")
        return typed_json.loads(content, Calibration)
    except (OSError, ValueError) as error:
        raise CalibrationError(say("calibration.unusable", path=path, error=reason(error))) from error


def text(calibration: Calibration) -> str:
    """The file's content."""
    return json.dumps(typed_json.plain(calibration), ensure_ascii=False, indent=2) + "\n"


def user_file(provenance: Provenance, guide: Guide | None = None) -> Path:
    """Where the user's own calibration is kept, in $MATCHER_DATA or in the user's data folder: for one guide, or for any.

    A guide is known by its topics' titles.
    """
    titles = [topic.title for topic in guide.topics] if guide else ()
    named = sha256(repr((*provenance, *titles)).encode()).hexdigest()[:16]
    return data_folder() / f"calibration-{named}.json"


def fitting(provenance: Provenance, guide: Guide, named: Path | None = None) -> Calibration | None:
    """The calibration for scores so made: the named file, else the user's own for this guide or for any, else the shipped one.

    None if none of the latter was fitted with the same. CalibrationError for a named file that was not.
    """
    if named is not None:
        calibration = read(named)
        if other := calibration.provenance.differing(provenance):
            raise CalibrationError(say("calibration.stale", named=named, other=other))
        return calibration
    own = (user_file(provenance, guide), user_file(provenance))
    for file in (*own, *(shipped.data_file(name) for name in SHIPPED_FILES)):
        kept = _if_current(file) if file.exists() else None
        if kept is not None and kept.provenance == provenance:
            return kept
    return None


def stale(provenance: Provenance) -> list[Path]:
    """The user's own calibrations for the same encoder and reranker that what makes the scores has outlived."""
    outlived = []
    for file in sorted(data_folder().glob("calibration-*.json")):
        try:
            head = typed_json.loads(file.read_bytes(), _Head)
        except (OSError, ValueError):
            continue  # whatever it is, it is no calibration for these scores
        origin = Provenance(head.encoder, head.elsewhere, head.scoring, head.reranker)
        same = (origin.encoder, origin.reranker) == (provenance.encoder, provenance.reranker)
        if same and origin != provenance:
            outlived.append(file)
    return outlived


def _if_current(file: Path) -> Calibration | None:
    """The calibration in a file that was not named; None for one of an earlier format, which is outlived."""
    try:
        format_ = typed_json.loads(file.read_bytes(), _Head).format
    except (OSError, ValueError):
        return read(file)  # which says what is wrong with it
    return read(file) if format_ == _FORMAT else None
