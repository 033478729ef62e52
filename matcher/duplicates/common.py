"""What the sets of terms of many pairs of texts have in common, all pairs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.shingles import Ints

Sums = NDArray[np.float64]
_CHUNK = settings.chunk("duplicates.common.counted")


def common(
    terms: Sequence[frozenset[str]], pairs: Ints, weights: Mapping[str, float] | None = None
) -> tuple[Sums, Sums]:
    """What the terms that both texts of each pair (p, 2) have weigh, and those of the text with less; (p,) both.

    `terms` are those of all texts; without `weights` each weighs 1.
    """
    from scipy.sparse import csr_array  # a second to import, and of no use to most commands of a season

    numbers: dict[str, int] = {}
    columns = [numbers.setdefault(term, len(numbers)) for each in terms for term in each]
    starts = np.cumsum([0, *map(len, terms)])
    worth = np.ones(len(numbers)) if weights is None else np.array([weights[term] for term in numbers])
    present = csr_array(
        (np.ones(len(columns)), np.array(columns, np.int64), starts), shape=(len(terms), max(1, len(numbers)))
    )
    weighed = csr_array((worth[present.indices], present.indices, starts), shape=present.shape)
    own = np.asarray(weighed.sum(axis=1))
    shared = [
        np.asarray(present[part[:, 0]].multiply(weighed[part[:, 1]]).sum(axis=1))
        for part in np.split(pairs, range(_CHUNK, len(pairs), _CHUNK))
    ]
    return np.concatenate(shared), own[pairs].min(axis=1, initial=np.inf)
