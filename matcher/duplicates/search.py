"""The pairs of a batch, and of batch and archive, that may repeat each other.

texts without what does not count → candidate pairs → what is copied → meaning, by the fast vectors and, of what
words leave open, again by the transformer → kind and concern
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.archive import Search
from matcher.duplicates import candidates, copied, meaning, rerank
from matcher.duplicates.candidates import Candidates, named_apart
from matcher.duplicates.classifier import (
    DEFAULT_THRESHOLD,
    TITLE_CONCERN,
    Fitted,
    Kind,
    copied_features,
    fitted,
    judge,
)
from matcher.duplicates.copied import Copied, SpanPair
from matcher.duplicates.lifted import lifted
from matcher.embeddings import Encoder
from matcher.message import Catalogue, Message, first_of
from matcher.progress import Progress, part, silent, steps
from matcher.rules.values import is_part_of, organisation, person_in_common, scripts
from matcher.shingles import Ints
from matcher.types import Guide, Proposal

say = Catalogue(__file__)

# The shares of the time after which gathering, comparing words and reading by the transformer have ended.
_GATHERED = settings.share("duplicates.progress.gathered")
_COMPARED = settings.share("duplicates.progress.compared")
_READ = settings.share("duplicates.progress.read")
_LATIN = re.compile("[A-Za-z0-9\u00c0-\u024f]")
_LONGEST_TITLE = settings.characters("duplicates.search.longest_title")
_THEMSELVES = settings.count("duplicates.search.themselves")
SameTeam = Literal["same", "possible", "different", "unknown"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two proposals that may repeat each other; `archived` says that b is an earlier submission.

    `concern` is in [0, 1]. `a_in_b` and `b_in_a` are the shares copied, `reworded` the share of both
    texts whose sentences pair up, all in [0, 1] and without what does not count. `spans` are the
    matching passages as characters of `Proposal.text`: (a_start, a_end, b_start, b_end).
    """

    a: str
    b: str
    kind: Kind
    concern: float
    a_in_b: float
    b_in_a: float
    reworded: float
    spans: tuple[SpanPair, ...]
    same_team: SameTeam
    archived: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """The pairs of a batch, most concerning first, and what a report shows with them.

    `proposals` maps the ids in `pairs` to their proposals, `shared` to the spans that do not count
    (start, end in characters of the text). `compared` counts the proposals of the batch.
    """

    pairs: tuple[Pair, ...]
    proposals: Mapping[str, Proposal]
    shared: Mapping[str, tuple[tuple[int, int], ...]]
    compared: int


def find(
    proposals: Iterable[Proposal],
    encoder: Encoder,
    archive: Search | None = None,
    guide: Guide | None = None,
    threshold: float = DEFAULT_THRESHOLD,
    model: Fitted | None = None,
    progress: Progress = silent,
    reader: Encoder | None = None,
) -> Findings:
    """The pairs of concern at or above `threshold`, in the batch and between batch and archive.

    `encoder` gives the vectors of all texts and of the archive; the slower `reader` reads again what they find
    suspicious. Texts without a letter or digit are compared with nothing. A proposal that is itself in the
    archive (the same in every field) is not a repeat of itself.
    """
    numbers = model or fitted()
    gathering, comparing = part(progress, 0.0, _GATHERED), part(progress, _GATHERED, _COMPARED)
    reading, last = part(progress, _COMPARED, _READ), part(progress, _READ, 1.0)
    gathered = candidates.gather(distinct(proposals), encoder, numbers, archive, guide, gathering)
    worded = np.flatnonzero(gathered.worded).tolist()
    words = {number: _copied(gathered, number) for number in steps(worded, comparing)}
    signs = meaning.features(gathered.texts, gathered.readings, gathered.pairs)
    by_words = {n: _by_words(gathered, n, common, signs[n], numbers) for n, common in words.items()}
    undecided = np.ones(len(signs), bool)  # what words do not already make a reason to look
    for number, concern in by_words.items():
        undecided[number] = concern < DEFAULT_THRESHOLD
    by_meaning = rerank.concerns(gathered, signs, undecided, numbers, encoder, reader, reading)
    pairs = {}
    for number in steps(range(len(gathered.pairs)), last):
        if number in words or by_meaning[number] >= threshold:
            common = words.get(number) or _copied(gathered, number)
            if number not in by_words:
                by_words[number] = _by_words(gathered, number, common, signs[number], numbers)
            if pair := _pair(
                gathered, number, common, by_words[number], float(by_meaning[number]), threshold
            ):
                pairs[number] = pair
    return _findings(gathered, pairs, archive)


def as_themselves(proposals: Iterable[Proposal], archive: Search | None) -> list[Message]:
    """What is to be said of proposals that `find` takes for the archived ones though neither states a year, which would tell
    last year's submission from this one; nothing if there are none."""
    undated = {p for p in proposals if not p.year.strip()}
    if archive is None or not undated:
        return []
    ids = [p.id for p in undated]
    same = sorted(row.proposal.id for row in archive.records.stored(ids=ids) if row.proposal in undated)
    return [say("archived themselves", count=len(same), ids=first_of(same, _THEMSELVES))] if same else []


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


def _copied(gathered: Candidates, number: int) -> Copied:
    """What the texts of a pair share word for word. A title in common is told as such: it makes no copy."""
    a, b = gathered.pairs[number].tolist()
    titled = bool(gathered.titled[number])
    first, second = gathered.texts[a], gathered.texts[b]
    uncounted = [
        text.uncounted | (titled & (text.units.starts < len(gathered.proposals[i].title)))
        for text, i in ((first, a), (second, b))
    ]
    return copied.compare(first.units, second.units, *uncounted)


def _by_words(
    gathered: Candidates, number: int, common: Copied, signs: NDArray[np.float64], model: Fitted
) -> float:
    """The concern of what a pair has in common word for word; `signs` as `meaning.features`."""
    if not common.weight:
        return 0.0
    a, b = gathered.pairs[number].tolist()
    wording = meaning.wording(gathered.texts[a], gathered.texts[b])
    *features, otherwise = copied_features(common, wording, signs.tolist())
    if lifted(common, gathered.proposals[a].text):  # what else either states tells nothing of the passage
        return max(model.copied((*features, 0.0)), DEFAULT_THRESHOLD)
    return model.copied((*features, otherwise))


def _pair(
    gathered: Candidates, number: int, words: Copied, by_words: float, by_meaning: float, threshold: float
) -> Pair | None:
    """What there is to say of a pair by its number; None if its concern is below `threshold`."""
    a, b = gathered.pairs[number].tolist()
    first, second = gathered.texts[a], gathered.texts[b]
    one, other = gathered.proposals[a], gathered.proposals[b]
    titled = gathered.titled[number]
    kind, concern = _judged(gathered, number, words, by_words, by_meaning)
    if titled and concern < TITLE_CONCERN:
        kind, concern = "title", TITLE_CONCERN
    if concern < threshold:
        return None
    vectors = gathered.readings.sentences[a], gathered.readings.sentences[b]
    share, alike = meaning.partners(first, second, vectors)
    spans = [(*_whole_words(one.text, i, j), *_whole_words(other.text, k, m)) for i, j, k, m in words.spans]
    if kind in ("reworded", "translated"):
        spans += [s for s in alike if not any(_overlaps(s, t) for t in words.spans)]
    if titled:
        spans.append((0, len(one.title), 0, len(other.title)))
    return Pair(
        one.id, other.id, kind, round(concern, 4), round(words.a_in_b, 4), round(words.b_in_a, 4),
        round(share, 4), tuple(sorted(spans)), same_team(one, other), b >= gathered.batch,
    )  # fmt: skip


def _judged(
    gathered: Candidates, number: int, words: Copied, by_words: float, by_meaning: float
) -> tuple[Kind, float]:
    """The kind and concern of a pair by its texts; rows that are a title and no more have no text."""
    a, b = gathered.pairs[number].tolist()
    first, second = gathered.texts[a], gathered.texts[b]
    if any(_bare(gathered.proposals[i]) for i in (a, b)):
        return "title", 0.0
    if first.sentences and np.array_equal(first.units.codes, second.units.codes):
        return "identical", 1.0
    same = bool(gathered.same_language[number])
    return judge(words, by_words, by_meaning, same_language=same)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch whose ends do not cut Latin words: units of Latin letters are no words."""
    while start > 0 and _LATIN.match(text[start]) and _LATIN.match(text[start - 1]):
        start -= 1
    while end < len(text) and _LATIN.match(text[end - 1]) and _LATIN.match(text[end]):
        end += 1
    return start, end


def _bare(proposal: Proposal) -> bool:
    """Whether a row is a title and no more."""
    return not proposal.abstract.strip() and len(proposal.title) <= _LONGEST_TITLE


def _overlaps(one: SpanPair, other: SpanPair) -> bool:
    return (one[0] < other[1] and other[0] < one[1]) or (one[2] < other[3] and other[2] < one[3])


def _findings(gathered: Candidates, pairs: Mapping[int, Pair], archive: Search | None) -> Findings:
    """The pairs by their numbers, most concerning first; archived proposals are told apart by name."""
    named = _named(gathered, gathered.pairs[list(pairs)], archive)
    ends = gathered.pairs[list(pairs)].tolist()
    called = [
        replace(pair, a=named[a].id, b=named[b].id) for (a, b), pair in zip(ends, pairs.values(), strict=True)
    ]
    called.sort(key=lambda p: (-p.concern, -max(p.a_in_b, p.b_in_a), -p.reworded, p.a, p.b))
    numbers = sorted(named, key=lambda i: named[i].id)
    return Findings(
        tuple(called),
        {named[i].id: named[i] for i in numbers},
        {named[i].id: gathered.texts[i].uncounted_spans for i in numbers},
        gathered.batch,
    )


def _named(gathered: Candidates, pairs: Ints, archive: Search | None) -> dict[int, Proposal]:
    """The proposals of pairs (p, 2) by their numbers: an archive is asked for the years of these alone."""
    numbers, batch = np.unique(pairs), gathered.proposals[: gathered.batch]
    named = {i: gathered.proposals[i] for i in numbers.tolist()}
    earlier = [i for i in named if i >= len(batch)]
    if archive is not None and earlier:
        named.update(zip(earlier, named_apart([named[i] for i in earlier], batch, archive), strict=True))
    return named


def clusters(pairs: Sequence[Pair]) -> list[list[str]]:
    """Groups of ids that pairs connect, the largest first."""
    group: dict[str, list[str]] = {}
    for pair in pairs:
        one, other = (group.setdefault(name, [name]) for name in (pair.a, pair.b))
        if one is not other:
            one += other
            group.update(dict.fromkeys(other, one))
    groups = {id(members): sorted(members) for members in group.values()}
    return sorted(groups.values(), key=lambda members: (-len(members), members))


def same_team(a: Proposal, b: Proposal) -> SameTeam:
    """How the teams of two proposals compare.

    same: one investigator, and no contradicting organisation. possible: one of the two agrees, the other differs or is not
    known to agree. different: nothing stated agrees. unknown: nothing is stated on both sides, or the investigators, or
    nothing but organisations, are written in two scripts, of which one may be the other's.
    """
    names = a.principal_investigator, b.principal_investigator
    person, house = (
        person_in_common(*names),
        _one_house(organisation(a.organisation), organisation(b.organisation)),
    )
    if person and house is not False:
        return "same"
    if person or house:
        return "possible"
    return "unknown" if person is None and (house is None or all(names)) else "different"


def _one_house(a: str, b: str) -> bool | None:
    """Whether two organisations are one, or one a part of the other; None where one is not stated or their scripts differ."""
    if not (a and b):
        return None
    if a == b or is_part_of(a, b) or is_part_of(b, a):
        return True
    return False if scripts(a) == scripts(b) else None
