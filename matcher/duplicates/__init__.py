"""Proposals that repeat another, in a batch or in earlier years, however they were disguised.

texts → what everyone shares, masked → pairs worth comparing → copied, reworded → kind and concern

A similarity is a reason for a reviewer to look, never a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.archive import Archive, Search
from matcher.duplicates import copied, pool, reworded, shared
from matcher.duplicates.concern import DEFAULT_THRESHOLD, Fitted, Kind, fitted, judge
from matcher.duplicates.copied import Span
from matcher.duplicates.pool import Pool
from matcher.duplicates.teams import SameTeam, same_team
from matcher.embeddings import Encoder
from matcher.shingles import Units
from matcher.types import Guide, Proposal

_TELL_EVERY = 250  # pairs between two words of progress


@dataclass(frozen=True, slots=True)
class Pair:
    """Two proposals that may repeat each other; `archived` says that b is an earlier submission.

    `concern` is in [0, 1]. `a_in_b` and `b_in_a` are the shares copied, `reworded` the share of both
    texts whose sentences pair up, all in [0, 1] and without what everyone shares. `spans` are the
    matching passages as characters of `Proposal.text`: (a_start, a_end, b_start, b_end).
    """

    a: str
    b: str
    kind: Kind
    concern: float
    a_in_b: float
    b_in_a: float
    reworded: float
    spans: tuple[Span, ...]
    same_team: SameTeam
    archived: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """The pairs of a batch, most concerning first, and what a report shows with them.

    `proposals` maps the ids in `pairs` to their proposals, `shared` to the spans that everyone shares
    (start, end in characters of the text). `compared` counts the proposals of the batch.
    """

    pairs: tuple[Pair, ...]
    proposals: Mapping[str, Proposal]
    shared: Mapping[str, tuple[tuple[int, int], ...]]
    compared: int


def find(
    proposals: Iterable[Proposal],
    encoder: Encoder,
    archive: tuple[Archive, Search] | None = None,
    guide: Guide | None = None,
    threshold: float = DEFAULT_THRESHOLD,
    model: Fitted | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Findings:
    """The pairs of concern at or above `threshold`, in the batch and between batch and archive.

    Texts without a letter or digit are compared with nothing. A proposal that is itself in the
    archive (the same in every field) is not a repeat of itself. `progress` is told now and then how
    many pairs were compared, and of how many.
    """
    numbers = model or fitted()
    batch = distinct(proposals)
    gathered = pool.gather(batch, encoder, numbers, archive, guide)
    found = []
    for done, (a, b) in enumerate(gathered.pairs.tolist()):
        worded = bool(gathered.worded[done])
        if progress is not None and done % _TELL_EVERY == 0:
            progress(done, len(gathered.pairs))
        if (pair := _pair(gathered, a, b, worded, numbers, threshold)) is not None:
            found.append(pair)
    found.sort(key=lambda p: (-p.concern, -max(p.a_in_b, p.b_in_a), -p.reworded, p.a, p.b))
    return _findings(gathered, found)


def distinct(proposals: Iterable[Proposal]) -> list[Proposal]:
    """The proposals with ids made distinct: the second "7" of a batch becomes "7 (2)"."""
    result: dict[str, Proposal] = {}
    for proposal in proposals:
        name, count = proposal.id, 1
        while name in result:
            count += 1
            name = f"{proposal.id} ({count})"
        result[name] = proposal if count == 1 else replace(proposal, id=name)
    return list(result.values())


def _pair(gathered: Pool, a: int, b: int, worded: bool, model: Fitted, threshold: float) -> Pair | None:
    """What there is to say of texts number a and b; None if their concern is below `threshold`.

    Copying is looked for if the pair is `worded` or its meaning alone gives concern.
    """
    first, second = gathered.proposals[a], gathered.proposals[b]
    units_a, units_b = gathered.units[a], gathered.units[b]
    meaning = gathered.meaning
    starts = meaning.sentences.starts
    comparable = starts[a] < starts[a + 1] and starts[b] < starts[b + 1]
    said = reworded.features(meaning, a, b) if comparable else None
    same_language = bool(meaning.han[a] == meaning.han[b])
    if not worded and judge(copied.NOTHING, False, said, same_language, model)[1] < threshold:
        return None
    words = copied.compare(units_a, units_b, gathered.shared[a], gathered.shared[b])
    kind, concern = judge(words, _identical(units_a, units_b), said, same_language, model)
    if concern < threshold:
        return None
    share, alike = reworded.aligned(meaning, gathered.background, a, b) if comparable else (0.0, [])
    spans = list(words.spans)
    if kind in ("reworded", "translated"):
        spans += [s for s in alike if not any(_overlaps(s, t) for t in words.spans)]
    return Pair(
        first.id, second.id, kind, round(concern, 4), round(words.a_in_b, 4), round(words.b_in_a, 4),
        round(share, 4), tuple(sorted(spans)), same_team(first, second), b >= gathered.batch,
    )  # fmt: skip


def _identical(a: Units, b: Units) -> bool:
    return len(a.codes) > 0 and np.array_equal(a.codes, b.codes)


def _overlaps(one: Span, other: Span) -> bool:
    return (one[0] < other[1] and other[0] < one[1]) or (one[2] < other[3] and other[2] < one[3])


def _findings(gathered: Pool, pairs: Sequence[Pair]) -> Findings:
    place = {p.id: i for i, p in enumerate(gathered.proposals)}
    named = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    return Findings(
        tuple(pairs),
        {name: gathered.proposals[place[name]] for name in named},
        {
            name: tuple(shared.spans(gathered.units[place[name]], gathered.shared[place[name]]))
            for name in named
        },
        gathered.batch,
    )


def clusters(pairs: Sequence[Pair]) -> list[list[str]]:
    """Groups of ids that pairs connect, the largest first."""
    group: dict[str, list[str]] = {}
    for pair in pairs:
        one, other = (group.setdefault(name, [name]) for name in (pair.a, pair.b))
        if one is not other:
            one += other
            group.update(dict.fromkeys(other, one))
    found = {id(members): sorted(members) for members in group.values()}
    return sorted(found.values(), key=lambda members: (-len(members), members))
