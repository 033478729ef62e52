"""Which clauses of a proposal look as if they named what it does not study, in whatever words.

`denial` knows how most people say so, and what it finds does not count. Here it is numbers learnt from many ways of saying
so that tell, by the words of a clause and of those beside it (`training/denials.py`). They are less sure: what they point
to is only left out to see whether the answer hangs on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from matcher import settings
from matcher.guide.regression import GuideRegression, shipped_regression
from matcher.matching.content import Part, ProposalContent
from matcher.matching.cues import cues
from matcher.segment import HAN
from matcher.types import Span

_WEIGHTS = settings.file("matching.disavowal.weights")
_CLAUSE = re.compile(r"[,;:()—。!?|\n\"“”]+|(?<=[a-z])\.(?= |$)")
# A turn within a clause: 不研究甲而研究乙.
_TURN = re.compile(
    r"而(?:是|只|仅|研究|关注|重点|以|从)|但|\bbut\b|\band (?:we|it|this|keep|turn|treat|go|study)"
)
# Whose a sign is: the clause's own, of the one before it, of the one behind it.
WHOSE = ("own", "last", "next")
# A word in which 不, 无 or 非 denies nothing is one.
_WORD = re.compile(rf"不[少断错小久仅但只]|不得不|无论|非[常但]|[{HAN}]|[a-z]+")


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
            turns = (start + m.start() for m in _TURN.finditer(low[start:end]) if m.start())
            cuts = [start, *turns, end]
            for a, b in pairwise(cuts):
                if words := _words(low, a, b):
                    every.append(Clause(number, a, b, words))
    return every


def _words(text: str, start: int, end: int) -> tuple[str, ...]:
    """The words of a clause; what asks is "?" as the mark of a question is, whatever words of denial it has (有没有, isn't it)."""
    words, place = list[str](), start
    for asks in cues().asks.finditer(text, start, end):
        words += [*_WORD.findall(text, place, asks.start()), "?"]
        place = asks.end()
    words += _WORD.findall(text, place, end)
    return (*words, "?") if words and text.startswith("?", end) else tuple(words)


def signs(words: Sequence[str]) -> list[str]:
    """The words of a clause, alone and two by two with its beginning and end, each once."""
    ends = ("^", *words, "$")
    return list(dict.fromkeys([*words, *(f"{a} {b}" for a, b in pairwise(ends))]))


class DenialOdds:
    """How likely clauses name what is not studied, by what their signs weigh in a clause and in those beside it."""

    def __init__(self, numbers: GuideRegression) -> None:
        """Take the numbers of signs, each with whose it is: of the clause `own:`, of its neighbours `last:` and `next:`."""
        self._intercept = numbers.intercept
        self._weights: dict[str, list[float]] = {}
        for name, weight in numbers.weights.items():
            whose, sign = name.split(":", 1)
            self._weights.setdefault(sign, [0.0] * len(WHOSE))[WHOSE.index(whose)] = weight

    def of(self, run: Sequence[Clause]) -> list[float]:
        """The log-odds of each clause of a text."""
        nobody = [self._sums([""])]  # beside the first and the last one
        sums = nobody + [self._sums(signs(clause.words)) for clause in run] + nobody
        return [
            self._intercept + own[0] + last[1] + following[2]
            for last, own, following in zip(sums, sums[1:], sums[2:], strict=False)
        ]

    def _sums(self, signs: Iterable[str]) -> list[float]:
        """What signs say together of their clause, of the one behind it and of the one before it."""
        known = [self._weights[sign] for sign in signs if sign in self._weights]
        return [sum(each) for each in zip(*known, strict=True)] or [0.0] * len(WHOSE)


@cache
def _shipped() -> DenialOdds:
    return DenialOdds(shipped_regression(_WEIGHTS))


def disavowed(content: ProposalContent) -> list[tuple[Part, Span]]:
    """The clauses that count in a proposal and look denied: the part that each stands in, and where in its folded text."""
    least = shipped_regression(_WEIGHTS).threshold
    parts = sorted((*content.kept, *content.aside), key=lambda part: part.passage.start)
    run = clauses([part.text for part in parts])
    return [
        (parts[clause.part], (clause.start, clause.end))
        for clause, odds in zip(run, _shipped().of(run), strict=True)
        if odds >= least and parts[clause.part].weight > 0
    ]
