"""What many texts have in common: text of the guide, form headings and stock phrases, which nobody copied; terms of pairs.

A shingle is shared if it stands in the guide, or in many studies of the batch and of the archive together. Studies, not
texts: a stock text is in texts that otherwise differ, while a study that is sent in many times, or in many years, comes
with all its passages.
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
from matcher.shingles import WINNOWED, Hashes, Ints, Mask, Units, covered, joined, units

LEAST_TEXTS = settings.count("duplicates.shared.least_texts")
SHARE_OF_TEXTS = settings.share("duplicates.shared.of_texts")
_OWN = settings.share("duplicates.shared.own")
_ALWAYS = settings.share("duplicates.shared.always")
_LARGE = settings.count("duplicates.shared.large")
_LEAST_RUN = settings.characters("duplicates.shared.least_run")
_LINKING = settings.share("duplicates.shared.linking")
Sums = NDArray[np.float64]
_CARRIERS = settings.count("duplicates.shared.carriers")
_CHUNK = settings.chunk("duplicates.shared.counted")
_NOBODY = Postings(np.zeros(0, np.uint32), np.zeros(0, np.int32))


def frequent_from(texts: int) -> int:
    """In how many of `texts` texts a phrase must stand to be nobody's own."""
    return max(LEAST_TEXTS, int(np.ceil(texts * SHARE_OF_TEXTS)))


def frequent(texts: Sequence[Units], archive: Search | None = None) -> tuple[Hashes, Postings]:
    """The shingles of a batch that many studies of it and of the archive hold, ascending, and the archive's postings of all.

    Half of what is many here and half of what is many there are many together.
    """
    size, there = archive.size if archive is not None else 0, _NOBODY
    hashes, owners = joined(texts)
    values = distinct(hashes)
    if archive is not None and size and texts:
        # Some of the texts that keep a shingle may be one study.
        there = archive.postings(values, 2 * frequent_from(size))
    counts = _holders(values, hashes, owners)
    often = _many(counts, len(texts), there.counts(values), size)
    values, counts = values[often], counts[often]
    if not len(values):
        return values, there
    own = [text for text in texts if np.isin(text.hashes, values).any()]
    earlier = [] if archive is None else _carriers(values, archive, there)
    studies = _studies([*own, *earlier], values)
    inside = _holders(values, *joined(own), studies)
    archived = joined(earlier)
    read = _holders(values, *archived)
    apart = np.where(read, _holders(values, *archived, studies[len(own) :]) / np.maximum(read, 1), 1)
    form = _many(inside, len(texts), there.counts(values) * apart, size)
    form |= (counts >= _ALWAYS * len(texts)) & (len(texts) >= _LARGE)
    if archive is not None and size >= _LARGE and not form.all():
        most = int(np.ceil(_ALWAYS * size))
        form[~form] = archive.postings(values[~form], most).counts(values[~form]) >= most
    return values[form], there


def _many(inside: Sums | Ints, texts: int, earlier: Sums | Ints, size: int) -> Mask:
    """Whether what stands in so many of the batch's `texts` and of the archive's `size` is nobody's own."""
    return np.asarray(inside / frequent_from(texts) + earlier / frequent_from(size) >= 1)


def _holders(values: Hashes, hashes: Hashes, owners: Ints, studies: Ints | None = None) -> Ints:
    """In how many texts each of `values` (ascending) stands; with `studies`, the number of each text's, in how many of these."""
    held = np.isin(hashes, values)
    rows, groups = np.searchsorted(values, hashes[held]), owners[held]
    if studies is not None:
        groups = studies[groups]
    count = int(groups.max(initial=0)) + 1
    return np.bincount(distinct(rows * count + groups) // count, minlength=len(values))


def _carriers(values: Hashes, archive: Search, there: Postings) -> list[Units]:
    """Archived texts that keep any of `values` (ascending): some of each, spread over all that do, _CARRIERS in all."""
    low, high = np.searchsorted(there.hashes, values), np.searchsorted(there.hashes, values, "right")
    places = np.linspace(low, np.maximum(high - 1, low), frequent_from(0)).astype(np.int64)
    keys, kept = np.unique(there.keys[places[:, high > low]], return_counts=True)
    kept[keys < 0] = 0  # Milvus counts more than it names
    most = np.sort(keys[np.argsort(-kept, kind="stable")[: min(_CARRIERS, np.count_nonzero(kept))]])
    return [units(row.proposal.text) for row in archive.records.submissions(most.astype(np.int64))]


def _studies(texts: Sequence[Units], often: Hashes) -> Ints:
    """A number for each text (texts,), the same for texts of one study.

    These share a good part of what they have beside the shingles that stand `often` (ascending), or have next to nothing
    beside them: what they have in common is what they are.
    """
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.csgraph import connected_components

    masks = [mask(text, often) for text in texts]
    own = [text.hashes[~copied.blocked(marked)] for text, marked in zip(texts, masks, strict=True)]
    _, columns = np.unique(np.concatenate(own), return_inverse=True)
    held = csr_array(
        (np.ones(len(columns)), columns, np.cumsum([0, *map(len, own)])), shape=(len(texts), len(columns) + 1)
    )
    held.sum_duplicates()
    held.data[:] = 1
    kept, common = np.diff(held.indptr), (held @ held.T).tocoo()
    alike = common.data >= _LINKING * np.minimum(kept[common.row], kept[common.col])
    links = coo_array((alike[alike], (common.row[alike], common.col[alike])), shape=common.shape)
    numbers: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    rest = np.array([1 - marked.mean() if len(marked) else 0.0 for marked in masks])
    numbers[rest < _OWN] = len(texts)
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
