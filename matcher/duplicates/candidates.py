"""Which pairs are worth comparing: near by the fast vectors, sharing words, or nearly equal in title.

Titles that are nearly equal are a reason to look where the texts give none, or where there is no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from matcher import settings
from matcher.archive import Search
from matcher.archive.nearest import Postings
from matcher.duplicates import content, copied, meaning, shared
from matcher.duplicates.classifier import Fitted
from matcher.duplicates.content import OwnText, own_shingles
from matcher.duplicates.meaning import Readings
from matcher.embeddings import Encoder
from matcher.progress import Progress, halves, silent
from matcher.readers.fields.placeholders import is_placeholder
from matcher.segment import NOT_LETTERS, fold
from matcher.shingles import Ints, Mask, units
from matcher.types import Guide, Proposal

_NEAR = settings.count("duplicates.candidates.near")
_NEAR_ARCHIVED = settings.count("duplicates.candidates.near_archived")
_SHARING = settings.count("duplicates.candidates.sharing")
_MOST_SHARING = settings.count("duplicates.candidates.most_sharing")
_NEAR_TITLES = settings.percent("duplicates.titles.near")
_LEAST_LETTERS = settings.letters("duplicates.titles.least")
_RUN = settings.letters("duplicates.titles.run")
_MOST_TITLES = settings.count("duplicates.titles.most_with_a_run")
_LEAST_RUNS = settings.count("duplicates.titles.least_runs")
_LATIN_LETTER = settings.weight("duplicates.titles.latin_letter")
_TITLES_ONE_IN = settings.count("duplicates.titles.most_with_a_run_one_in")


@dataclass(frozen=True, slots=True)
class Candidates:
    """n texts, the `batch` first, then archived ones, and the pairs worth comparing.

    `readings` are the fast vectors. `pairs` (p, 2), lower number first; `same_language` (p,) as of `meaning`; `worded`
    (p,) says which share words or are with an archived text, so that copies must be looked for, `titled` (p,) which have
    titles that are nearly equal.
    """

    proposals: tuple[Proposal, ...]
    batch: int
    texts: tuple[OwnText, ...]
    readings: Readings
    pairs: Ints
    same_language: Mask
    worded: Mask
    titled: Mask


def gather(
    proposals: Sequence[Proposal],
    encoder: Encoder,
    model: Fitted,
    archive: Search | None = None,
    guide: Guide | None = None,
    progress: Progress = silent,
) -> Candidates:
    """The candidates of a batch, within it and with the archive."""
    read, encoded = halves(progress)
    texts, known, postings = content.read([p.text for p in proposals], archive, guide, read)
    centre = model.reader(encoder).centre_for(encoder.dimension)
    readings = meaning.read(texts, encoder, centre, encoded)
    everything, count = list(proposals), len(proposals)
    links = np.zeros((0, 2), np.int64)
    if archive is not None and count:
        rows, keys = _archived(texts, readings, archive, postings)
        archived = {s.key: s.proposal for s in archive.records.submissions(np.unique(keys))}
        place = {key: count + i for i, key in enumerate(archived)}
        # A proposal that is itself in the archive, the same in every field, does not repeat itself.
        linked = [
            (row, place[key])
            for row, key in zip(rows.tolist(), keys.tolist(), strict=True)
            if key in archived and archived[key] != everything[row]
        ]
        links = np.array(linked, np.int64).reshape(-1, 2)
        everything += archived.values()
        later = [content.content(p.text, units(p.text), known) for p in archived.values()]
        texts += later
        readings = meaning.both(readings, meaning.read(later, encoder, centre))
    titles = [title_key(p, t) for p, t in zip(everything, texts, strict=True)]
    worded = np.concatenate([_sharing(texts[:count]), links, titled_pairs(titles[:count])])
    pairs, is_worded = _joined(worded, _near(texts[:count], readings))
    same, titled = meaning.same_language(texts, pairs), _near_titles(titles, pairs)
    return Candidates(tuple(everything), count, tuple(texts), readings, pairs, same, is_worded, titled)


def named_apart(
    archived: Sequence[Proposal], batch: Iterable[Proposal], archive: Search
) -> Iterator[Proposal]:
    """The archived proposals, called `id (year)` where the id alone could mean another one."""
    taken, years = {p.id for p in batch}, archive.records.years({p.id for p in archived})
    for proposal in archived:
        name = proposal.id
        if name in taken or years[name] > 1:
            name = f"{name} ({proposal.year or '—'})"
        while name in taken:  # the batch has an id 9 (2023) too
            name += "*"
        yield replace(proposal, id=name)


def _archived(
    texts: Sequence[OwnText], readings: Readings, archive: Search, postings: Postings
) -> tuple[Ints, Ints]:
    """(row of the batch, key of the archive) pairs that may repeat: near by vector, or sharing shingles."""
    near = archive.nearest(readings.plain, _NEAR_ARCHIVED)
    rows, keys = [near[0]], [near[1]]
    most = shared.frequent_from(archive.size)
    for row, text in enumerate(texts):
        own = own_shingles(text)
        sharing, counts = postings.sharing(own, most)
        sharing = sharing[np.argsort(-counts, kind="stable")]
        enough = int((counts >= copied.enough(np.array([len(own)]))[0]).sum())
        sharing = sharing[: min(enough, _SHARING)]
        rows.append(np.full(len(sharing), row))
        keys.append(sharing)
    pairs = np.unique(np.stack([np.concatenate(rows), np.concatenate(keys)], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _near(texts: Sequence[OwnText], readings: Readings) -> Ints:
    """The pairs of texts of the batch of which one is among the nearest of its language to the other."""
    documents = readings.documents[: len(texts)]
    usable = np.array([len(t.sentences) > 0 for t in texts], bool)
    han = np.array([2 * t.han >= 1 for t in texts], bool)
    everyone = np.flatnonzero(usable)
    pairs = [np.zeros((0, 2), np.int64)]
    for language in (False, True):
        members = np.flatnonzero(usable & (han == language))
        rows = meaning.nearest(documents[everyone], documents[members], _NEAR + 1)
        left, right = np.repeat(everyone, rows.shape[1]), members[rows.ravel()]
        pairs.append(np.stack([np.minimum(left, right), np.maximum(left, right)], axis=1)[left != right])
    return np.concatenate(pairs)


def _sharing(texts: Sequence[OwnText]) -> Ints:
    """The pairs of texts (lower number first) that share words of their own."""
    own = [own_shingles(t) for t in texts]
    owners = np.repeat(np.arange(len(own)), [len(o) for o in own])
    hashes = np.concatenate(own) if own else np.zeros(0, np.uint32)
    most = max(_MOST_SHARING, shared.frequent_from(len(own)))
    return copied.candidates(hashes, owners, max(len(own), 1), most, copied.LEAST_SHARED)


def _joined(worded: Ints, near: Ints) -> tuple[Ints, Mask]:
    """Each pair once, and which are among `worded`."""
    # np.unique keeps the first place, so what is below len(worded) is worded. Whole numbers sort faster than rows.
    rows = np.concatenate([worded, near])
    texts = int(rows.max(initial=0)) + 1
    keys, first = np.unique(rows[:, 0] * texts + rows[:, 1], return_index=True)
    return np.stack([keys // texts, keys % texts], axis=1), first < len(worded)


def title_key(proposal: Proposal, text: OwnText) -> str:
    """The title as it is compared: its letters and digits, folded, in lower case; "" if it does not count.

    A title that the guide or many others of the batch have does not count, nor does a placeholder.
    """
    if not proposal.title.strip() or is_placeholder(proposal.title):
        return ""
    units = int(np.searchsorted(text.units.starts, len(proposal.title)))
    own = int(text.units.weights[:units][~text.uncounted[:units]].sum())
    letters = NOT_LETTERS.sub("", fold(proposal.title).lower())
    size = sum(_LATIN_LETTER if c.isascii() else 1 for c in letters)
    return letters if size >= _LEAST_LETTERS and 2 * own >= int(text.units.weights[:units].sum()) else ""


def _near_titles(keys: Sequence[str], pairs: Ints) -> Mask:
    """The pairs of texts (p, 2) whose keys are nearly equal, (p,)."""
    ratios = (
        fuzz.ratio(keys[a], keys[b], score_cutoff=_NEAR_TITLES) if keys[a] and keys[b] else 0.0
        for a, b in pairs.tolist()
    )
    return np.fromiter(ratios, np.float64, len(pairs)) >= _NEAR_TITLES


def titled_pairs(keys: Sequence[str]) -> Ints:
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
    return likely[_near_titles(keys, likely)]
