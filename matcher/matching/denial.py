"""What a proposal says that it does not study: 本课题不涉及…, 区别于…, "rather than …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcher import settings
from matcher.matching.cues import cues
from matcher.types import Span

_CLAUSE = re.compile(r"[,;:()—]+")
_LEAST = settings.letters("matching.denial.least")


def denied(sentence: str) -> list[Span]:
    """The stretches of a folded sentence that name what is not studied, in order and apart from each other.

    >>> text = "本课题研究数据共享,不涉及科技金融。"
    >>> [text[a:b] for a, b in denied(text)]
    ['不涉及科技金融。']
    """
    low = sentence.lower()
    if len(low) != len(sentence):  # a few letters grow when lowered
        low = sentence
    spans = [*_forward(low), *_beside(low), *_backward(low)]
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _clauses(text: str, start: int = 0) -> Iterator[Span]:
    """The clauses of a sentence from `start` on, each with the mark that ends it."""
    for mark in _CLAUSE.finditer(text, start):
        yield start, mark.end()
        start = mark.end()
    if start < len(text):
        yield start, len(text)


def _forward(text: str) -> Iterator[Span]:
    """From a word of denial to a clause that turns to what is studied, or to the end."""
    for match in cues().denied_after.finditer(text):
        clauses = list(_clauses(text, match.start()))
        end = clauses[0][1]
        for a, b in clauses[1:]:
            if cues().turn.search(text[a:b].lstrip()):
                break
            end = b
        # A turn may stand within the clause of the denial: 不研究甲而研究乙.
        turn = re.search(r"而(?:是|只|仅|研究|关注|重点)|但(?:是)?|\bbut\b", text[match.end() : end])
        yield match.start(), match.end() + turn.start() if turn else end


def _beside(text: str) -> Iterator[Span]:
    """From a word that sets something apart to the end of what it names."""
    for match in cues().denied_beside.finditer(text):
        close = re.compile(r"(?:不同|有别|无关|相区别|区分开)(?:的是|之处|在于)?(?:[,;:]|$|(?=。))").search(
            text, match.end()
        )
        if match[0] in "与和跟同" and close:
            yield match.start(), close.end()
        else:
            yield match.start(), next(b for _, b in _clauses(text, match.start()))


def _backward(text: str) -> Iterator[Span]:
    """The clauses before a word of exclusion, back to the last one that states aims."""
    clauses: list[Span] = []
    for match in cues().denied_before.finditer(text):
        clauses = clauses or list(_clauses(text))  # most sentences exclude nothing
        place = next(i for i, (a, b) in enumerate(clauses) if a <= match.start() < b)
        first = place
        while first and not cues().aims.kinds(text[slice(*clauses[first - 1])]):
            first -= 1
        yield clauses[first][0], clauses[place][1]
