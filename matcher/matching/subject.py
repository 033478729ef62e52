"""What a proposal's words say of what it studies, beside its scores.

It may take a topic's title for another object: 民营医院 where the guide has 科技型企业. It then has the field and the method of the topic, and
its score is that of a proposal that fits; but neither text has a word for the object of the other. Or all that a few words name
stands in a topic's own text: they are too little to come near the whole of it, and still no study that the guide does not have.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

import numpy as np

from matcher import settings
from matcher.arrays import Floats, Ints, Mask
from matcher.embeddings.static import StaticEncoder
from matcher.language import HAN_LETTERS
from matcher.matching.agreement import titled
from matcher.matching.content import Part
from matcher.matching.mentions import places_in
from matcher.matching.scored import Scored
from matcher.message import Catalogue, Message
from matcher.segment import fold, word_spans, words
from matcher.types import Span, Topic

say = Catalogue(__file__)

# What another object adds to the log-odds that nothing fits.
ODDS = settings.odds("matching.subject.outside")
# What words that all stand in the topic's own text take from them.
ODDS_WITHIN = settings.odds("matching.subject.within")
_FEWEST_WITHIN = settings.letters("matching.subject.fewest_within")
_REMEMBERED = settings.chunk("segment.remembered")
_TITLES = 512  # remembered, those of a guide's topics for all proposals, and the topics' texts
_SAME = settings.share("matching.subject.same")
_LEAST = settings.share("matching.subject.least")
_NAMES = settings.factor("matching.subject.names")
_APART = settings.share("matching.subject.apart")
_ALIKE = settings.share("matching.subject.alike")
_ALIKE_ALONE = settings.share("matching.subject.alike_alone")
# Where a title has parts: 课题名称:…, Tram drivers: evidence from three towns.
_PARTED = re.compile(r"[:,;，；：]|\s[-–]+\s|[—─]")


def replaced(parts: Sequence[Part], topic: Topic, encoder: StaticEncoder) -> tuple[str, str] | None:
    """The object that a topic has in its title, and what a proposal, whose `parts` count, has there instead; None for nothing.

    Much of both titles is the same, and each has a good part of which the other text has nothing. What ends a Chinese title
    is what is done, not what it is done to.
    """
    own, body = titled(parts)
    title, places, theirs = _words(topic.title)
    weights = _weights(theirs, encoder)
    # Most titles are no more alike than that, which letters tell before words are cut; both weigh at least what is the same.
    if not _are_alike(theirs, weights, fold(own).lower()):
        return None
    own_title, own_places, mine = _words(own)
    if not _are_alike(theirs, weights, frozenset(mine)):
        return None
    changes = SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
    shared = sum(weights[a:b].sum() for kind, a, b, *_ in changes if kind == "equal")
    while changes and changes[-1][0] != "equal" and HAN_LETTERS.search(title):
        changes.pop()
    swaps = [
        (a, b, *_nearest(own_title, own_places, c, d)) for kind, a, b, c, d in changes if kind == "replace"
    ]
    new_weights = _weights(mine, encoder)
    if not swaps or 2 * shared <= _SAME * (weights.sum() + new_weights.sum()):
        return None
    old = _unmet(theirs, weights, [part.text for part in parts], encoder)
    new = _unmet(mine, new_weights, [fold(topic.text)], encoder)
    each = [(old[a:b].sum(), new[c:d].sum()) for a, b, c, d in swaps]
    if min(map(sum, zip(*each, strict=True))) < _LEAST:
        return None
    a, b, c, d = swaps[each.index(max(each, key=min))]
    objects = (
        title[places[a][0] : places[b - 1][1]],
        own_title[own_places[c][0] : own_places[d - 1][1]],
    )
    one, other = encoder.encode(objects, "passage")
    return objects if one @ other <= (_ALIKE if body.strip() else _ALIKE_ALONE) else None


def objects(
    scored: Scored, topics: Sequence[Topic], first: Ints, named: Mask, encoder: StaticEncoder
) -> dict[int, tuple[str, str]]:
    """`replaced` by number of proposal, of m proposals with the number of their `first` topic (m,), where one is `named` (m,)."""
    each = {
        row: replaced(scored.contents[row].kept, topics[first[row]], encoder)
        for row in np.flatnonzero(named).tolist()
    }
    return {row: both for row, both in each.items() if both}


def within(parts: Sequence[Part], topic: Topic, encoder: StaticEncoder) -> bool:
    """Whether a proposal, whose `parts` count, names something and nothing but what stands in the topic's own text."""
    (own, latin), letters = _own_text(topic.text), 0
    for part in parts:
        written = words(part.text)
        if any(w not in (latin if w.isascii() else own) and _names(w, encoder) for w in written):
            return False
        letters += sum(len(w) for w in written if _names(w, encoder))
    return letters >= _FEWEST_WITHIN


def inside(
    scored: Scored, topics: Sequence[Topic], first: Ints, doubtful: Mask, encoder: StaticEncoder
) -> list[int]:
    """Which of m proposals that may fit nothing (m,) are `within` their `first` topic (m,)."""
    rows = np.flatnonzero(doubtful).tolist()
    return [row for row in rows if within(scored.contents[row].kept, topics[first[row]], encoder)]


def warnings(objects: tuple[str, str] | None) -> list[Message]:
    """What is said of the object of a topic and the one that a proposal has in its place."""
    return [say("subject", guide=objects[0], text=objects[1])] if objects else []


def _are_alike(words: Sequence[str], weights: Floats, other: Container[str]) -> bool:
    """Whether a title, whose words have these `weights` (n,), may be much the same as an `other`, by its words or its letters."""
    shared = weights @ [word in other for word in words]
    return bool((2 - _SAME) * shared > _SAME * weights.sum())


def _unmet(words: Sequence[str], weights: Floats, texts: Sequence[str], encoder: StaticEncoder) -> Floats:
    """The shares (n,) of the words of a title that name something of which the folded `texts` have nothing; 0 for the others.

    What any title has, 研究, 政策 or 路径, names nothing: the encoder gives such words little weight.
    """
    other = encoder.words(np.unique(np.concatenate(encoder.pieces(texts))))
    unmet = np.zeros(len(words))
    for n, pieces in enumerate(encoder.pieces(words)):
        weight = encoder.word_weights(pieces)
        if weight.max(initial=0) >= _NAMES:
            near = encoder.word_cosines(pieces, other).max(axis=1, initial=0) @ weight
            unmet[n] = weights[n] if near <= _APART * weights[n] else 0
    shares: Floats = unmet / weights.sum()
    return shares


def _nearest(title: str, places: Sequence[Span], first: int, end: int) -> Sequence[int]:
    """Of the words `first` to `end` of a title those up to the first mark that parts it; of its first words those after the last."""
    marked = (n for n in range(first + 1, end) if _PARTED.search(title[places[n - 1][1] : places[n][0]]))
    bounds = [first, *marked, end]
    return bounds[:2] if first else bounds[-2:]


@lru_cache(maxsize=_TITLES)
def _words(title: str) -> tuple[str, Sequence[Span], Sequence[str]]:
    """A title folded, where its n words but for names of places stand, and those words in lower case."""
    text = fold(title)
    named = [(mention.start, mention.end) for mention in places_in(text)]
    spans = [(a, b) for a, b in word_spans(text) if not any(a < end and start < b for start, end in named)]
    return text, spans, tuple(text[a:b].lower() for a, b in spans)


@lru_cache(maxsize=_TITLES)
def _own_text(text: str) -> tuple[str, frozenset[str]]:
    """The text of a topic folded, in lower case, and its words, which a Latin word must be one of."""
    own = fold(text).lower()
    return own, frozenset(words(own))


@lru_cache(maxsize=_REMEMBERED)
def _names(word: str, encoder: StaticEncoder) -> bool:
    """Whether a word by itself names something to the encoder."""
    return bool(encoder.word_weights(encoder.pieces([word])[0]).sum() >= _NAMES)


@lru_cache(maxsize=_TITLES)
def _weights(words: Sequence[str], encoder: StaticEncoder) -> Floats:
    """How much each of the words says to the encoder, (n,)."""
    pieces = encoder.pieces(words)
    ends = np.cumsum([0, *map(len, pieces)]).tolist()
    weights = encoder.word_weights(np.concatenate([np.zeros(0, np.int64), *pieces]))
    return np.fromiter((weights[a:b].sum() for a, b in pairwise(ends)), np.float64, len(pieces))
