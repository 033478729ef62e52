"""What the reader of pairs says of the pairs that its weight is fitted on, none of whose voices it was trained on.

Of dev by readers that were trained without two thirds of it, of other hands by the shipped one.
"""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from matcher.duplicates.classifier import Fitted, Versions
from matcher.embeddings import Encoder, reads_pairs
from training.duplicates_evidence import (
    AGAIN_WEIGHT,
    HELD,
    Compared,
    Evidence,
    Floats,
    anew,
    beside,
    compared,
    elsewhere,
    joined,
    pair_key,
)
from training.duplicates_set import batch, planted

# Concern from which the reader of pairs reads here, a little of what can still become one to look at.
_SUSPICIOUS = 0.02
# Of pairs of other hands. Below 1, so that cuts are set by those of dev: half of the studies of hands that are none are as
# near as two can be, and a share of them that would alarm says something else.
HANDS_WEIGHT = 0.9


def read_together(pairs: Compared) -> Floats:
    """The log-odds, (p,), of readers of pairs that were trained without the voices of a pair; NaN where none has read it."""
    held = json.loads(HELD.read_text("utf-8"))
    names = [pair_key(pairs.texts[a].text, pairs.texts[b].text) for a, b in pairs.pairs]
    return np.array([held.get(name, np.nan) for name in names])


def of_hands(fast: Encoder, slow: Encoder, model: Fitted, first: Versions) -> Evidence:
    """The evidence `PAIRED` of other hands in one language, the reader's NaN where the `first` have no suspicion.

    Of two languages it ranks pairs as dev's does, and would only move the cut.
    """
    truth, rows = batch("hands"), []
    parts = [
        compared(truth, HANDS_WEIGHT),
        compared(planted(truth), HANDS_WEIGHT * AGAIN_WEIGHT),
        elsewhere(truth, fast, model),
    ]
    for part in map(anew, parts):
        x, same = beside(part, fast, slow, model), part.same_language
        read = same & (first.many(x, same) >= _SUSPICIOUS)
        x = np.column_stack([x, read_now(part, read, slow)])
        rows.append(Evidence(x, part.kinds != "", part.weights, part.voices, part.kinds).of(same))
    return joined(rows)


def read_now(pairs: Compared, read: NDArray[np.bool_], encoder: Encoder) -> Floats:
    """The log-odds, (p,), by the shipped reader of pairs; NaN of those that are not to be `read`."""
    together = reads_pairs(encoder)
    assert together is not None
    members, local = np.unique(pairs.pairs[read], return_inverse=True)
    _, runs = together.documents([pairs.texts[i].text for i in members])
    odds = np.full(len(pairs.pairs), np.nan)
    odds[read] = [together.log_odds(runs[a], runs[b]) for a, b in local.reshape(-1, 2)]
    return odds
