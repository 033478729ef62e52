"""Which clauses of a proposal look as if they named what it does not study, in whatever words.

`denial` knows how most people say so, and what it finds does not count. Here it is numbers learnt from many ways of saying
so that tell, by the words of a clause and of those beside it (`training/denials.py`). They are less sure: what they point
to is only left out to see whether the answer hangs on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from matcher import settings
from matcher.guide.regression import GuideRegression, shipped_regression
from matcher.matching.content import Part, ProposalContent
from matcher.segment import HAN
from matcher.types import Span

_WEIGHTS = settings.file("matching.disavowal.weights")
_CLAUSE = re.compile(r"[,;:()—。!?|\n\"“”]+|(?<=[a-z])\.(?= |$)")
# A turn within a clause: 不研究甲而研究乙.
_TURN = re.compile(
    r"(?<=.)(?=而(?:是|只|仅|研究|关注|重点|以|从)|但(?:是)?|\bbut\b|\band (?:we|it|this|keep|turn|treat|go|study))"
)
_WORD = re.compile(rf"[{HAN}]|[a-z]+")


class Clause(NamedTuple):
    """A clause of a part of a proposal: the part's number, where it stands in its folded text, and its words."""

    part: int
    start: int
    end: int
    words: tuple[str, ...]


def clauses(texts: Sequence[str]) -> list[Clause]:
    """The clauses of folded texts that follow each other, each with a word at least."""
    every = []
    for number, text in enumerate(texts):
        low = lower if len(lower := text.lower()) == len(text) else text
        marks = [(m.start(), m.end()) for m in _CLAUSE.finditer(low)]
        for (_, start), (end, _) in pairwise([(0, 0), *marks, (len(low), len(low))]):
            cuts = [start, *(start + m.start() for m in _TURN.finditer(low[start:end])), end]
            for a, b in pairwise(cuts):
                if words := tuple(_WORD.findall(low, a, b)):
                    every.append(Clause(number, a, b, words))
    return every


def signs(run: Sequence[Clause], place: int) -> Iterator[str]:
    """The words of a clause and those beside it, alone and two by two, each with whose they are: its own, or of which neighbour."""
    for whose, at in (("own", place), ("last", place - 1), ("next", place + 1)):
        if not 0 <= at < len(run):
            yield f"{whose}:"
            continue
        words = ("^", *run[at].words, "$")
        yield from dict.fromkeys(f"{whose}:{word}" for word in words[1:-1])
        yield from dict.fromkeys(f"{whose}:{a} {b}" for a, b in pairwise(words))


def odds(run: Sequence[Clause], place: int, numbers: GuideRegression) -> float:
    """The log-odds that a clause names what is not studied."""
    return numbers.intercept + sum(numbers.weights.get(sign, 0.0) for sign in signs(run, place))


def disavowed(content: ProposalContent) -> list[tuple[Part, Span]]:
    """The clauses that count in a proposal and look denied: the part that each stands in, and where in its folded text."""
    numbers = shipped_regression(_WEIGHTS)
    parts = sorted((*content.kept, *content.aside), key=lambda part: part.passage.start)
    run = clauses([part.text for part in parts])
    return [
        (parts[clause.part], (clause.start, clause.end))
        for place, clause in enumerate(run)
        if parts[clause.part].weight > 0 and odds(run, place, numbers) >= numbers.threshold
    ]
