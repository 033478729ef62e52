"""What a step of fine-tuning reads: problems in families with their topics, and pairs of one corpus."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from training.e5 import objects
from training.e5.settings import BROAD, Settings
from training.e5.views import Problem, Views

Pair = tuple[str, str]
TERMS = "tm-"  # what the families of training/terms begin with
NEIGHBOURS = 0.8  # share of the families of a hard batch that share method words with one that is in it


class Swapped(NamedTuple):
    """A topic with another object, and the family that the object is of."""

    text: str
    source: str


class Own(NamedTuple):
    """Proposals, what each belongs to, the families of both, and topics that are none of theirs.

    A swapped topic may fit the family that its object is of: there it is no negative.
    """

    proposals: list[str]
    topics: list[str]
    families: list[str]
    swapped: list[Swapped]


class Batches:
    """Draws the batches of a run; a step draws the same wherever the run went on from."""

    def __init__(
        self, problems: Sequence[Problem], siblings: Sequence[Sequence[int]], pairs: dict[str, list[Pair]],
        views: Views, settings: Settings,
    ) -> None:  # fmt: skip
        """Draw from `problems`, each with the places of its `siblings`, and from the `pairs` of each corpus of BROAD."""
        self.problems, self._siblings, self._pairs = problems, siblings, pairs
        self._views, self._settings = views, settings
        self._titles, self._neighbours = objects.read(problems) if settings.hard else ([], [])
        self._terms = [place for place, p in enumerate(problems) if p.family.startswith(TERMS)]
        self._draw = random.Random(settings.seed)

    def begin(self, step: int) -> None:
        """Draw what belongs to `step` from here on."""
        self._draw.seed(self._settings.seed * 1_000_003 + step)

    def own(self) -> Own:
        """Problems with their siblings, so that the nearest wrong topic is always there."""
        settings, draw = self._settings, self._draw
        hard = settings.hard > 0 and draw.random() < settings.hard
        chosen = self._chosen(hard)
        proposals, topics = [], []
        for place in chosen:
            problem = self.problems[place]
            sibling = self.problems[draw.choice(self._siblings[place] or [place])]
            proposals.append(self._views.proposal(problem, sibling))
            # Reviewers compare proposals with proposals.
            if draw.random() < settings.twins:
                topics.append(self._views.proposal(problem, sibling))
            else:
                topics.append(self._views.topic(problem))
        families = [self.problems[place].family for place in chosen]
        return Own(proposals, topics, families, self._swapped(chosen) if hard else [])

    def _chosen(self, hard: bool) -> list[int]:
        """Places of problems, with their siblings; of a hard batch most families are neighbours of one before."""
        chosen: dict[int, None] = {}
        while len(chosen) < 3 * self._settings.families:
            near: list[int] = []
            if hard and chosen and self._draw.random() < NEIGHBOURS:
                near = self._neighbours[self._draw.choice(list(chosen))]
            place = self._draw.choice(near) if near else self._anywhere()
            chosen |= dict.fromkeys([place, *self._siblings[place]])
        return list(chosen)

    def _anywhere(self) -> int:
        """The place of a problem, by the share of them that are about official terms."""
        if self._settings.terms > 0 and self._draw.random() < self._settings.terms:
            return self._draw.choice(self._terms)
        return self._draw.randrange(len(self.problems))

    def _swapped(self, chosen: Sequence[int]) -> list[Swapped]:
        """For each problem with an object its topic with that of another family, of a neighbour where one is there."""
        swapped = []
        for place in chosen:
            title, problem = self._titles[place], self.problems[place]
            rest = [p for p in chosen if self.problems[p].family != problem.family and self._titles[p]]
            near = [p for p in rest if p in self._neighbours[place]] or rest
            if title is None or not near:
                continue
            source = self._draw.choice(near)
            other, new = self.problems[source], self._titles[source]
            assert new is not None  # what has no object is not in `rest`
            text = objects.swapped(problem, title, other, new.object, self._draw)
            swapped.append(Swapped(text, other.family))
        return swapped

    def broad(self) -> tuple[list[str], list[str]]:
        """Pairs of one corpus; a corpus with an order (one paper after another) gives neighbours at times."""
        name = self._draw.choices(list(BROAD), list(BROAD.values()))[0]
        pairs = self._pairs[name]
        chosen: dict[str, str] = {}
        used: set[str] = set()
        while len(chosen) < self._settings.broad:
            first, second = self._draw.choice(pairs)
            if first not in used and second not in used:
                used |= {first, second}
                chosen[first] = second
        return list(chosen), list(chosen.values())
