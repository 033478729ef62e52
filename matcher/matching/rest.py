"""What is left of a proposal without a part of it, and what that tells of whether an answer hangs on the part."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from matcher import settings
from matcher.arrays import Mask
from matcher.language import han_letters, language_of
from matcher.matching.content import Part, ProposalContent, Reason
from matcher.matching.disavowal import disavowed
from matcher.matching.suspect import Suspect, original, without
from matcher.types import Span

Omission = Literal[
    "suspect", "sentences", "background", "title", "chinese", "english", "nearest", "denied", "disavowed"
]
# In the order in which they are tried.
PARTS: tuple[Omission, ...] = ("title", "background", "english", "chinese", "nearest")
# Letters that the rest of a text must have to be judged alone, Han ones twice.
ENOUGH_LEFT = settings.letters("matching.trial.rest")
# A probability nearer to 0 or 1 says no more.
_CERTAIN = settings.share("matching.trial.certain")
_HIDES: tuple[Reason, ...] = ("reference", "form", "hint")


class Rest(NamedTuple):
    """What is left of the proposal of a row without a part of it; which share of it is text of the guide hardly altered, in [0, 1]."""

    row: int
    part: Omission
    content: ProposalContent
    copied: float


def copied_share(content: ProposalContent, suspect: Suspect) -> float:
    """Which share of a proposal is hardly altered text of the guide."""
    return min(1.0, sum(b - a for a, b in suspect.copied) / max(1, length(content)))


def length(content: ProposalContent) -> int:
    """The characters that count in a proposal."""
    return sum(len(part.passage.text) for part in content.kept)


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
    counting = sum(map(letters_of, content.kept))
    return {
        "share": sum(map(letters_of, rest.content.kept)) / max(counting, 1),
        "title": any(part.reason == "title" for part in rest.content.kept),
        "copied": rest.copied,
        "language": rest.part in ("chinese", "english"),
    }


def without_added(content: ProposalContent, spans: Sequence[Span]) -> ProposalContent:
    """What a proposal says without suspect stretches; where that is nothing, what stands as references or form text.

    Own text may be put there so that it does not count beside pasted text.
    """
    rest = without(content, spans)
    if sum(map(letters_of, rest.kept)) >= ENOUGH_LEFT:
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
