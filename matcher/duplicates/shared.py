"""What many texts have in common: text of the guide, form headings and stock phrases, which nobody copied; terms of pairs.

A shingle is shared if it stands in the guide, or in many texts of the batch or of the archive that have otherwise words
of their own. That last condition keeps one text sent in many times, or in many years, from being taken for a form; and
texts of a batch that have other, rarer phrases in common count as one text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.archive import Search
from matcher.archive.nearest import Postings
from matcher.arrays import distinct, stretches
from matcher.duplicates import copied
from matcher.shingles import WINNOWED, Hashes, Ints, Mask, Units, covered, joined

LEAST_TEXTS = settings.count("duplicates.shared.least_texts")
SHARE_OF_TEXTS = settings.share("duplicates.shared.of_texts")
_OWN = settings.share("duplicates.shared.own")
_ALWAYS = settings.share("duplicates.shared.always")
_LARGE = settings.count("duplicates.shared.large")
_LEAST_RUN = settings.characters("duplicates.shared.least_run")
_LINKING = settings.count("duplicates.shared.linking")
Sums = NDArray[np.float64]
_CHUNK = settings.chunk("duplicates.shared.counted")


def frequent_from(texts: int) -> int:
    """In how many of `texts` texts a phrase must stand to be nobody's own."""
    return max(LEAST_TEXTS, int(np.ceil(texts * SHARE_OF_TEXTS)))


def frequent(texts: Sequence[Units]) -> Hashes:
    """The shingles that many of the texts share without being copies of each other, ascending."""
    hashes, owners = joined(texts)
    if len(texts) < LEAST_TEXTS or not len(hashes):
        return np.zeros(0, np.uint32)
    keys = distinct(hashes.astype(np.int64) * len(texts) + owners)
    values, documents = keys // len(texts), keys % len(texts)
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    studies = distinct(group * len(texts) + _studies(hashes, owners, len(texts))[documents]) // len(texts)
    many = np.bincount(studies, minlength=len(counts)) >= frequent_from(len(texts))
    kept = np.bincount(documents, minlength=len(texts))
    common = np.bincount(documents, weights=many[group], minlength=len(texts))
    own = 1 - common / np.maximum(kept, 1)
    average = np.bincount(group, weights=own[documents]) / counts
    everywhere = (counts >= _ALWAYS * len(texts)) & (len(texts) >= _LARGE)
    form = many & ((average >= _OWN) | everywhere)
    return np.unique(values[form[group]]).astype(np.uint32)


def frequent_there(texts: Sequence[Units], archive: Search, there: Postings) -> Hashes:
    """The shingles of the texts that many archived ones keep, ascending; `there` are the postings of all of them.

    Texts that are nearly nothing else repeat what was sent in year after year, unless as many keep it as keep a form.
    """
    hashes, owners = joined(texts)
    values = np.unique(hashes)
    values = values[there.counts(values) >= frequent_from(archive.size)]
    carried = np.isin(hashes, values)
    group = np.searchsorted(values, hashes[carried])
    carriers, document = np.unique(owners[carried], return_inverse=True)
    own = np.array([1 - mask(texts[carrier], values).mean() for carrier in carriers])
    average = np.bincount(group, weights=own[document]) / np.bincount(group)
    doubtful = values[average < _OWN]
    if len(doubtful) and archive.size >= _LARGE:
        most = int(np.ceil(_ALWAYS * archive.size))
        doubtful = doubtful[archive.postings(doubtful, most).counts(doubtful) < most]
    return np.setdiff1d(values, doubtful)


def _studies(hashes: Hashes, owners: Ints, texts: int) -> Ints:
    """One number for all texts that phrases of fewer than LEAST_TEXTS texts connect, (texts,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = copied.candidates(hashes, owners, texts, LEAST_TEXTS - 1, _LINKING)
    links = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(texts, texts))
    numbers: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    return numbers


def mask(text: Units, shared: Hashes) -> Mask:
    """Which units of `text` stand in a stretch that is shared; `shared` is ascending.

    Gaps up to WINNOWED units between shared shingles are closed (an archive keeps only a sample of
    them); what is then shorter than a phrase counts as the text's own.
    """
    count = len(text.codes)
    if not len(shared) or not len(text.hashes):
        return np.zeros(count, bool)
    place = np.minimum(np.searchsorted(shared, text.hashes), len(shared) - 1)
    marked = covered(shared[place] == text.hashes, count)
    marked = ~_long(~marked, WINNOWED + 1) & _inside(marked) if marked.any() else marked
    return _long(marked, _LEAST_RUN)


def _inside(marked: Mask) -> Mask:
    """True from the first to the last mark: what lies outside is no gap."""
    first, last = np.flatnonzero(marked)[[0, -1]]
    inside = np.zeros(len(marked), bool)
    inside[first : last + 1] = True
    return inside


def _long(marked: Mask, least: int) -> Mask:
    """The stretches of True that are at least `least` long."""
    kept = np.zeros(len(marked), bool)
    for start, end in stretches(marked):
        kept[start:end] = end - start >= least
    return kept


def spans(text: Units, shared: Mask) -> list[tuple[int, int]]:
    """The shared stretches as (start, end) in characters of the original."""
    return [(int(text.starts[s]), int(text.ends[e - 1])) for s, e in stretches(shared)]


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
