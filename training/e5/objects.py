"""What a title is about, apart from what is done to it, and topics with another object.

Words that stand in the titles of many families name methods and aims (路径, 评价, 机制); the longest run of words that
stand in few is the object. The same method on another object is another problem, though most of both texts is the same.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

import rjieba

from training.corpora import HAN
from training.e5.views import CLAUSE, Problem

COMMON = 8  # families from which on a word of their titles is none of an object
# Words that make titles neighbours stand in so many families at least, and in such a share at most.
LEAST, MOST = 6, 0.2
NEAREST = 60  # neighbours of a title


@dataclass(frozen=True)
class Title:
    """A title around its object; `before` and `after` may be empty, the object is not."""

    before: str
    object: str
    after: str

    def about(self, other: str) -> str:
        """The title with another object."""
        return self.before + other + self.after


def read(problems: Sequence[Problem]) -> tuple[list[Title | None], list[list[int]]]:
    """The titles of the problems around their objects, and the places of each one's neighbours."""
    titles, families = [rjieba.cut(p.title) for p in problems], [p.family for p in problems]
    counts = spread(titles, families)
    return [split(title, counts) for title in titles], neighbours(titles, families, counts)


def spread(titles: Sequence[Sequence[str]], families: Sequence[str]) -> Counter[str]:
    """How many families have each word in a title; `families` names the family of each title."""
    pairs = zip(titles, families, strict=True)
    return Counter(word for word, _ in {(word, family) for title, family in pairs for word in title})


def split(title: Sequence[str], counts: Counter[str]) -> Title | None:
    """The title, cut into words, around its object by what `spread` counted; None where no word can be of an object.

    Of runs of one length the last is the object. Single characters and words that are not Chinese are of none.
    """
    best = max(_runs(title, counts), default=None)
    if best is None:
        return None
    _, start, end = best
    return Title("".join(title[:start]), "".join(title[start:end]), "".join(title[end:]))


def _runs(title: Sequence[str], counts: Counter[str]) -> Iterator[tuple[int, int, int]]:
    """(characters, start, end) of each run of words that stand in few families."""
    start = 0
    for place, word in enumerate([*title, ""]):
        if not HAN.search(word) or len(word) == 1 or counts[word] >= COMMON:
            if start < place:
                yield sum(map(len, title[start:place])), start, place
            start = place + 1


def neighbours(
    titles: Sequence[Sequence[str]], families: Sequence[str], counts: Counter[str]
) -> list[list[int]]:
    """For each title the places of at most NEAREST titles of other families that share method words with it.

    Nearest first: a shared word weighs as it is rare, and a title with many such words counts for less.
    """
    total = len(set(families))
    weights = {
        word: math.log(total / count)
        for word, count in counts.items()
        if LEAST <= count <= MOST * total and len(word) > 1
    }
    methods = [[word for word in dict.fromkeys(title) if word in weights] for title in titles]
    holders = defaultdict(list)
    for place, method in enumerate(methods):
        for word in method:
            holders[word].append(place)
    near = []
    for place, method in enumerate(methods):
        shared: defaultdict[int, float] = defaultdict(float)
        for word in method:
            for other in holders[word]:
                if families[other] != families[place]:
                    shared[other] += weights[word] / math.sqrt(1 + len(methods[other]))
        near.append(nlargest(NEAREST, shared, key=shared.__getitem__))
    return near


def swapped(problem: Problem, title: Title, other: Problem, new: str, draw: random.Random) -> str:
    """A topic with the title of `problem` about `new`, the object of `other`.

    With the contents of the other, with none, or with its own, in which the object is exchanged where it stands; where it
    does not, half of the other's clauses come in their place.
    """
    about, chance = title.about(new), draw.random()
    if chance < 0.4:
        return f"{about} {other.content}"
    if chance < 0.6:
        return about
    if title.object in problem.content:
        return f"{about} {problem.content.replace(title.object, new)}"
    clauses = CLAUSE.split(other.content)
    return f"{about} {''.join(draw.sample(clauses, max(1, len(clauses) // 2)))}"
