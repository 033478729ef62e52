"""The texts that are compared: a batch, and the earlier submissions that may repeat one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from matcher.archive import Archive, Search
from matcher.duplicates import copied, reworded, shared
from matcher.duplicates.concern import Fitted
from matcher.duplicates.reworded import BACKGROUND, Background, Floats, Meaning
from matcher.embeddings import Encoder
from matcher.shingles import Hashes, Ints, Mask, Units, units, winnow
from matcher.types import Guide, Proposal

# Nearest texts of each language that are looked at sentence by sentence, in the batch and in the archive.
_NEAR, _NEAR_ARCHIVED = 30, 15
# Earlier submissions looked at for one proposal because they share shingles, those with most first.
_SHARING = 20
# A shingle of more texts of a batch than this says nothing, unless more make it a form.
_MOST_SHARING = 50


@dataclass(frozen=True, slots=True)
class Pool:
    """n texts: the `batch` first, then the archived candidates.

    `pairs` (p, 2) are worth comparing; `worded` (p,) says which of them share words enough, or are
    with an archived text, so that copying must be looked for.
    """

    proposals: tuple[Proposal, ...]
    batch: int
    units: tuple[Units, ...]
    shared: tuple[Mask, ...]
    meaning: Meaning
    background: Background
    pairs: Ints
    worded: Mask


def gather(
    proposals: Sequence[Proposal],
    encoder: Encoder,
    model: Fitted,
    archive: tuple[Archive, Search] | None = None,
    guide: Guide | None = None,
) -> Pool:
    """The pool of a batch: what everyone shares is masked, and every pair worth comparing is found."""
    read = [units(p.text) for p in proposals]
    known = shared_shingles(read, archive[1] if archive else None, guide)
    masks = [shared.mask(u, known) for u in read]
    meaning = reworded.read([p.text for p in proposals], read, masks, encoder)
    everything, count = list(proposals), len(proposals)
    links = np.zeros((0, 2), np.int64)
    if archive is not None and count:
        rows, keys = _archived(read, masks, meaning, archive[1])
        wanted = np.unique(keys)
        found = {s.key: s.proposal for s in archive[0].submissions(wanted)}
        place = {key: count + i for i, key in enumerate(found)}
        # A proposal that is itself in the archive, the same in every field, does not repeat itself.
        linked = [
            (row, place[key])
            for row, key in zip(rows.tolist(), keys.tolist(), strict=True)
            if key in found and found[key] != everything[row]
        ]
        links = np.array(linked, np.int64).reshape(-1, 2)
        everything += named_apart(found.values(), proposals, archive[0])
        read += [units(p.text) for p in found.values()]
        masks += [shared.mask(u, known) for u in read[count:]]
        later = reworded.read([p.text for p in everything[count:]], read[count:], masks[count:], encoder)
        meaning = reworded.both(meaning, later)
    near = _near(meaning, count, links)
    worded = _sharing(read[:count], masks[:count])
    background = _background(meaning, near, model, worded)
    pairs, worded_or_linked = _worth(near, background, np.concatenate([worded, links]))
    return Pool(
        tuple(everything), count, tuple(read), tuple(masks), meaning, background, pairs, worded_or_linked
    )


def named_apart(
    archived: Iterable[Proposal], batch: Iterable[Proposal], archive: Archive
) -> Iterator[Proposal]:
    """The archived proposals, called `id (year)` where the id alone could mean another one."""
    taken = {p.id for p in batch}
    for proposal in archived:
        clear = proposal.id not in taken and archive.years(proposal.id) == 1
        yield proposal if clear else replace(proposal, id=f"{proposal.id} ({proposal.year or '—'})")


def shared_shingles(read: Sequence[Units], search: Search | None, guide: Guide | None) -> Hashes:
    """All shingles that nobody owns: of the guide, frequent in the batch, frequent in the archive."""
    found = [shared.frequent(read)]
    if guide is not None:
        found += [units(line.text).hashes for line in guide.audit]
        found += [units(topic.text).hashes for topic in guide.topics]
    if search is not None and search.size:
        kept = np.unique(np.concatenate([u.hashes for u in read])) if read else found[0]
        found.append(kept[search.postings.counts(kept) >= shared.frequent_from(search.size)])
    return np.unique(np.concatenate(found))


def _own_shingles(text: Units, mask: Mask) -> Hashes:
    """The kept shingles of a text that lie outside of what everyone shares."""
    places = winnow(text.hashes)
    return text.hashes[places[~mask[places]]]


def _archived(
    read: Sequence[Units], masks: Sequence[Mask], meaning: Meaning, search: Search
) -> tuple[Ints, Ints]:
    """(row of the batch, key of the archive) pairs that may repeat: near by vector, or sharing shingles."""
    rows, keys = [], []
    for nearest in search.nearest:
        if nearest is not None:
            found, cosines = nearest.search(meaning.whole, _NEAR_ARCHIVED)
            kept = (found >= 0) & (cosines > 0)
            rows.append(np.nonzero(kept)[0])
            keys.append(found[kept])
    most = shared.frequent_from(search.size)
    for row, (text, mask) in enumerate(zip(read, masks, strict=True)):
        own = _own_shingles(text, mask)
        found, counts = search.postings.sharing(own, most)
        found = found[np.argsort(-counts, kind="stable")]
        enough = int((counts >= copied.enough(np.array([len(own)]))[0]).sum())
        found = found[: min(enough, _SHARING)]
        rows.append(np.full(len(found), row))
        keys.append(found)
    pairs = np.unique(np.stack([np.concatenate(rows), np.concatenate(keys)], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


@dataclass(frozen=True, slots=True)
class _Near:
    """For text number i and language l its nearest others and how well its sentences are found in each."""

    rows: dict[tuple[int, int], tuple[Ints, Floats]]


def _near(meaning: Meaning, batch: int, links: Ints) -> _Near:
    """The neighbours of every text of the batch, in the batch and among its own archived candidates."""
    found: dict[tuple[int, int], tuple[Ints, Floats]] = {}
    archived = _lists(links, batch)
    for language in (0, 1):
        members = np.flatnonzero(meaning.han[:batch] == bool(language))
        rows, _ = reworded.nearest(meaning.whole[:batch], meaning.whole[members], _NEAR + 1)
        for text in range(batch):
            others = members[rows[text]] if len(members) else members
            later = archived[text]
            others = np.concatenate([others[others != text], later[meaning.han[later] == bool(language)]])
            if not len(others):
                continue
            found[text, language] = (others, reworded.likeness(meaning, text, others))
    return _Near(found)


def _lists(links: Ints, batch: int) -> list[Ints]:
    """The second members of `links` for each first member 0..batch-1."""
    starts = np.searchsorted(links[:, 0], np.arange(batch + 1))
    return [links[a:b, 1] for a, b in pairwise(starts)]


def _sharing(read: Sequence[Units], masks: Sequence[Mask]) -> Ints:
    """The pairs of texts (lower number first) that share words of their own."""
    own = [_own_shingles(u, m) for u, m in zip(read, masks, strict=True)]
    owners = np.repeat(np.arange(len(own)), [len(o) for o in own])
    hashes = np.concatenate(own) if own else np.zeros(0, np.uint32)
    most = max(_MOST_SHARING, shared.frequent_from(len(own)))
    return copied.candidates(hashes, owners, max(len(own), 1), most)


def _background(meaning: Meaning, near: _Near, model: Fitted, copies: Ints) -> Background:
    """The backgrounds; where fewer than BACKGROUND neighbours are known the usual ones fill up.

    `copies` are pairs that share words: a text sent in many times is no background of itself. An
    archived text's own neighbours are not looked up: it gets the usual background.
    """
    count = len(meaning.han)
    found = np.zeros((count, 2), np.float32)
    for language in (0, 1):
        found[meaning.han == language, language] = model.background["same"]
        found[meaning.han != language, language] = model.background["other"]
    mirrored = np.concatenate([copies, copies[:, ::-1]])
    own = _lists(mirrored[np.argsort(mirrored[:, 0], kind="stable")], count)
    for (text, language), (others, likeness) in near.rows.items():
        foreign = likeness[~np.isin(others, own[text])]
        found[text, language] = _median(foreign, found[text, language])
    return found


def _median(values: Floats, usual: np.float32) -> float:
    """The median of the BACKGROUND greatest; `usual` stands in for those missing."""
    best = np.sort(values)[::-1][:BACKGROUND]
    return float(np.median(np.concatenate([best, np.full(BACKGROUND - len(best), usual)])))


# A text is compared closely with a neighbour that holds its sentences no worse than its neighbours
# usually do. The allowance lets in texts that were sent in so often that their background is themselves.
_LEAST_MARGIN = -0.001


def _worth(near: _Near, background: Background, worded: Ints) -> tuple[Ints, Mask]:
    """The pairs (lower number first) that are `worded` or close in meaning, and which are worded."""
    close = [np.zeros((0, 2), np.int64)]
    for (text, language), (others, likeness) in near.rows.items():
        alike = others[likeness > background[text, language] + _LEAST_MARGIN]
        close.append(np.stack([np.minimum(text, alike), np.maximum(text, alike)], axis=1))
    # Each pair once; np.unique keeps the first place, so what is below len(worded) is worded.
    pairs, first = np.unique(np.concatenate([worded, *close]), axis=0, return_index=True)
    return pairs, first < len(worded)
