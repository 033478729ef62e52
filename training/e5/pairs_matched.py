"""What the reader of pairs learns from studies whose neighbours are written as their tellings are.

In all other parts of data/eval/duplicates the other studies of a topic are shorter than tellings and in another voice: who learns from those
alone learns voices and lengths.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matcher.duplicates.content import content
from matcher.shingles import units
from matcher.types import Proposal
from training.duplicates_edits import alternated
from training.duplicates_set import Batch
from training.e5.pairs_groups import DevGroups, Group, grafted

# Which telling each of the three other studies is written as; the second row where nothing is retold.
_AS = (("deep", "retold", "short"), ("deep", "short", "source"))
# How often a telling stands beside the study that is written as it is, and how often tellings are what both stand beside.
LIKE = {"deep": 1.0, "retold": 1.0, "short": 0.8, "source": 1.0, "merged": 0.5}
BESIDE = {"source": 2.0, "deep": 1.0, "retold": 1.0, "short": 0.6, "translated": 1.0}
# Of the third pair of a group: a telling beside a study written as another is, two of these, else another study of the hand.
_ANY, _TWO = 0.5, 0.25


class Told(NamedTuple):
    """A study: who wrote it, its tellings by kind, and by kind another study that is written as that telling is."""

    hand: str
    tellings: dict[str, str]
    others: dict[str, str]


class MatchedGroups:
    """Draws groups of three pairs without the studies of some voices."""

    def __init__(self, studies: Iterable[Told], left_out: Collection[str]) -> None:
        """Take the studies of other hands than those of the voices `left_out`."""
        hands = {hand_of(voice) for voice in left_out}
        self._studies = [study for study in studies if study.hand not in hands]
        self._by_hand: dict[str, list[Told]] = defaultdict(list)
        for study in self._studies:
            self._by_hand[study.hand].append(study)

    def draw(self, draw: random.Random) -> Group:
        """Two tellings, one of them beside the study written as the other is, and a third pair that is no study either."""
        study = draw.choice(self._studies)
        like = _drawn(LIKE, study.others, draw)
        # Who merges copies what is told: beside the deep telling, half of a merged one would be the same words.
        given = study.tellings.keys() - {like} - ({"deep"} if like == "merged" else set())
        beside = study.tellings[_drawn(BESIDE, given, draw)]
        rows = [
            (beside, study.tellings[like], True),
            (beside, study.others[like], False),
            (*self._third(study, beside, like, draw), False),
        ]
        return [(*grafted(one, other, draw), same) for one, other, same in rows]

    def _third(self, study: Told, beside: str, like: str, draw: random.Random) -> tuple[str, str]:
        chance, others = draw.random(), [kind for kind in study.others if kind != "merged"]
        if chance < _ANY:
            return study.tellings[_drawn(BESIDE, study.tellings, draw)], study.others[draw.choice(others)]
        if chance < _ANY + _TWO:
            one, other = draw.sample(others, 2)
            return study.others[one], study.others[other]
        far = [other for other in self._by_hand[study.hand] if other is not study] or [study]
        # Never a merged one, which may tell half of this study.
        tellings = draw.choice(far).tellings
        return beside, tellings["deep" if like == "merged" else like if like in tellings else "source"]


class Mixed:
    """Draws groups of both, a share of them of matched."""

    def __init__(self, matched: MatchedGroups, rest: DevGroups, share: float) -> None:
        """Take both."""
        self._matched, self._rest, self._share = matched, rest, share

    def draw(self, draw: random.Random) -> Group:
        """A group of either."""
        return (self._matched if draw.random() < self._share else self._rest).draw(draw)


def _drawn(weights: dict[str, float], kinds: Collection[str], draw: random.Random) -> str:
    """One of the kinds by its weight."""
    known = [kind for kind in weights if kind in kinds]
    return draw.choices(known, [weights[kind] for kind in known])[0]


def told(truth: Batch) -> list[Told]:
    """The studies of a batch of the form of matched."""
    proposals = {p.id: p for p in truth.proposals}
    sources = [
        name for name in proposals if f"{name}-deep" in proposals and f"{name}-independent3" in proposals
    ]
    found = []
    for number, name in enumerate(sources):
        kinds = ("deep", "retold", "short", "merged", "translated")
        tellings = {kind: proposals[f"{name}-{kind}"] for kind in kinds if f"{name}-{kind}" in proposals}
        tellings["source"] = proposals[name]
        order = _AS["retold" not in tellings]
        others = {kind: proposals[f"{name}-independent{i}"] for i, kind in enumerate(order, 1)}
        if "merged" in tellings:
            # Merged as the study is, with the same one before it.
            first, before = others["deep"], proposals[f"{sources[number - 1]}-deep"]
            others["merged"] = replace(first, abstract=alternated(first.abstract, before.abstract))
        both = ({kind: _text(p) for kind, p in each.items()} for each in (tellings, others))
        found.append(Told(hand_of(truth.voices[name]), *both))
    return found


def _text(proposal: Proposal) -> str:
    """What of a proposal is read."""
    return content(proposal.text, units(proposal.text), np.zeros(0, np.uint32)).text


def hand_of(voice: str) -> str:
    """Who wrote a voice of matched: the second half of its name counts studies."""
    return voice.split()[0]


def halves(truth: Batch) -> list[frozenset[str]]:
    """The voices of every second hand, in the order of the file, and those of the others."""
    voices = dict.fromkeys(voice for voice in truth.voices.values() if voice)
    hands = list(dict.fromkeys(map(hand_of, voices)))
    return [frozenset(v for v in voices if hand_of(v) in hands[first::2]) for first in (0, 1)]
