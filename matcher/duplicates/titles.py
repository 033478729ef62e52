"""Titles that are nearly equal: a reason to look where the texts give none, or where there is no text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from matcher import settings
from matcher.duplicates import copied
from matcher.duplicates.boilerplate import is_placeholder
from matcher.duplicates.content import OwnText
from matcher.segment import NOT_LETTERS, fold
from matcher.shingles import Ints
from matcher.types import Proposal

_NEAR = settings.percent("duplicates.titles.near")
_LEAST_LETTERS = settings.letters("duplicates.titles.least")
_RUN = settings.letters("duplicates.titles.run")
_MOST_TITLES = settings.count("duplicates.titles.most_with_a_run")
_LEAST_RUNS = settings.count("duplicates.titles.least_runs")
_LATIN = settings.weight("duplicates.titles.latin_letter")
_TITLES_ONE_IN = settings.count("duplicates.titles.most_with_a_run_one_in")


def key(proposal: Proposal, text: OwnText) -> str:
    """The title as it is compared: its letters and digits, folded, in lower case; "" if it does not count.

    A title that the guide or many others of the batch have does not count, nor does a placeholder.
    """
    if not proposal.title.strip() or is_placeholder(proposal.title):
        return ""
    units = int(np.searchsorted(text.units.starts, len(proposal.title)))
    own = int(text.units.weights[:units][~text.uncounted[:units]].sum())
    letters = NOT_LETTERS.sub("", fold(proposal.title).lower())
    size = sum(_LATIN if c.isascii() else 1 for c in letters)
    return letters if size >= _LEAST_LETTERS and 2 * own >= int(text.units.weights[:units].sum()) else ""


def near(one: str, other: str) -> bool:
    """Whether two keys are nearly equal."""
    return bool(one and other) and fuzz.ratio(one, other, score_cutoff=_NEAR) >= _NEAR


def pairs(keys: Sequence[str]) -> Ints:
    """The pairs (lower number first) of texts whose keys are nearly equal, (p, 2)."""
    numbers: dict[str, int] = {}
    runs = [
        [numbers.setdefault(each[i : i + _RUN], len(numbers)) for i in range(len(each) - _RUN + 1)]
        for each in keys
    ]
    hashes = np.array([h for each in runs for h in each], np.uint32)
    owners = np.repeat(np.arange(len(keys)), [len(each) for each in runs])
    likely = copied.candidates(
        hashes, owners, max(len(keys), 1), max(_MOST_TITLES, len(keys) // _TITLES_ONE_IN), _LEAST_RUNS
    )
    kept = [near(keys[a], keys[b]) for a, b in likely.tolist()]
    return likely[np.array(kept, bool)] if len(likely) else likely
