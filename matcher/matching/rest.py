"""What is left of a proposal without a part of it, and what that tells of whether an answer hangs on the part."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from matcher import settings
from matcher.arrays import Mask
from matcher.guide.regression import GuideRegression, shipped_regression
from matcher.language import han_letters, language_of
from matcher.matching.content import ENOUGH, Part, ProposalContent, Reason
from matcher.matching.disavowal import disavowed
from matcher.matching.suspect import Suspect, original, without
from matcher.types import Span

Omission = Literal[
    "suspect", "sentences", "background", "title", "chinese", "english", "nearest", "denied", "disavowed"
]
# In the order in which they are tried.
PARTS: tuple[Omission, ...] = ("title", "background", "english", "chinese", "nearest")
# Letters that the rest of a text must have to be judged alone, Han ones twice.
LITTLE = 2 * ENOUGH
ENOUGH_LEFT = settings.letters("matching.trial.rest")
_NUMBERS = {kind: settings.file(f"matching.trial.{kind}") for kind in ("added", "parts")}
_WARY = settings.odds("matching.trial.wary")
# A probability nearer to 0 or 1 says no more.
_CERTAIN = settings.share("matching.trial.certain")
_HIDES: tuple[Reason, ...] = ("reference", "form", "hint")


class Rest(NamedTuple):
    """What is left of the proposal of a row without a part of it; which share of it is text of the guide hardly altered, in [0, 1]."""

    row: int
    part: Omission
    content: ProposalContent
    copied: float


class Doubt(NamedTuple):
    """The part that an answer hangs on, "sentences" nearer to another topic, "denied" or "disavowed", and the topic that comes next.

    None if the rest fits no other topic either.
    """

    part: Omission
    topic: int | None


class Outcome(NamedTuple):
    """The first topic by a rest other than the answer, whether it is ahead of that, whether it fits, and what tells of the doubt."""

    rest: Rest
    topic: int
    moved: bool
    fits: bool
    signs: Mapping[str, float]

    @property
    def kind(self) -> str:
        """Which numbers tell of it: those for what looks "added", or for other "parts"."""
        return "added" if self.rest.part == "suspect" else "parts"

    @property
    def tells(self) -> bool:
        """Whether it speaks against the answer: another topic is ahead, or what looks added is all that fits."""
        return self.moved or (self.kind == "added" and not self.fits)

    @property
    def doubt(self) -> Doubt:
        """The doubt that it is, if it is one."""
        return Doubt(self.rest.part, self.topic if self.moved and self.fits else None)


def copied_share(content: ProposalContent, suspect: Suspect) -> float:
    """Which share of a proposal is hardly altered text of the guide."""
    return min(1.0, sum(b - a for a, b in suspect.copied) / max(1, length(content)))


def length(content: ProposalContent) -> int:
    """The characters that count in a proposal."""
    return sum(len(part.passage.text) for part in content.kept)


def letters_in(content: ProposalContent) -> int:
    """How much a proposal says by what counts in it."""
    return sum(map(letters_of, content.kept))


def own_letters(content: ProposalContent) -> int:
    """How much a proposal says beside background, references and the like."""
    return sum(letters_of(part) for part in content.kept if part.reason in ("", "title"))


class DeniedSpans(dict[int, list[Span]]):
    """Where in the proposals of a batch clauses stand that look denied, by row, looked for when it is first asked."""

    def __init__(self, contents: Sequence[ProposalContent]) -> None:
        """Take the proposals."""
        super().__init__()
        self._contents = contents

    def __missing__(self, row: int) -> list[Span]:
        """Look for those of a row."""
        spans = self[row] = [original(part, *span) for part, span in disavowed(self._contents[row])]
        return spans


def shown(content: ProposalContent, rest: Rest) -> dict[str, float]:
    """How much of a proposal is left, whether its title is, how much of it is the guide's, and if it is one language of two."""
    return {
        "share": letters_in(rest.content) / max(letters_in(content), 1),
        "title": any(part.reason == "title" for part in rest.content.kept),
        "copied": rest.copied,
        "language": rest.part in ("chinese", "english"),
    }


def without_added(content: ProposalContent, spans: Sequence[Span]) -> ProposalContent:
    """What a proposal says without suspect stretches; where that is nothing, what stands as references or form text.

    Own text may be put there so that it does not count beside pasted text.
    """
    rest = without(content, spans)
    if letters_in(rest) >= ENOUGH_LEFT:
        return rest
    hidden = tuple(p._replace(weight=1.0) for p in content.aside if p.reason in _HIDES)
    return replace(content, kept=hidden)


def omissions(kept: Sequence[Part], elsewhere: Mask) -> Iterator[tuple[Omission, Mask]]:
    """Which kept parts of a proposal stay without each part of it; `elsewhere` (n,) is which come nearest to another topic."""
    english = np.array([language_of(part.text) == "en" for part in kept])
    for part in PARTS:
        without = np.array([each.reason != part for each in kept])
        stays = {"english": ~english, "chinese": english, "nearest": elsewhere}.get(part, without)
        if not stays.all():
            yield part, stays


def letters_of(part: Part) -> int:
    """How much a part says: its letters, a Han one as two, since a question of one line says it all in twenty."""
    return sum(map(str.isalpha, part.text)) + han_letters(part.text)


def log_odds(probability: float) -> float:
    """The log-odds of a probability, of one that is nearly certain as far as it tells."""
    chance = min(max(probability, _CERTAIN), 1 - _CERTAIN)
    return math.log(chance / (1 - chance))


def hangs(outcome: Outcome, numbers: Mapping[str, GuideRegression], *, wary: bool = False) -> bool:
    """Whether an answer hangs on a part of its proposal, by the `numbers` for its kind.

    A rest of background, references or what else an honest text adds to itself must be likely to fit the other topic.
    """
    if not outcome.tells:
        return False
    unlikely = outcome.kind == "added" and outcome.signs["chance"] < 0
    if unlikely and own_letters(outcome.rest.content) < enough(wary=wary):
        return False
    known = numbers[outcome.kind]
    return known.log_odds(outcome.signs) >= known.threshold - (_WARY if wary else 0)


def enough(*, wary: bool) -> int:
    """Letters that the rest must have to be judged without a part."""
    return LITTLE if wary else ENOUGH_LEFT


def shipped_numbers() -> Mapping[str, GuideRegression]:
    """The numbers that are shipped, for either kind."""
    return {kind: shipped_regression(name) for kind, name in _NUMBERS.items()}
