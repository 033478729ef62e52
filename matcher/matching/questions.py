"""Which denials of a proposal are questions: 与近视有没有关系, "does it differ from …?", 是不是, "whether … or not"."""

from __future__ import annotations

import re

from matcher.matching.cues import cues

# What may stand between what asks and the word of denial that it is about: 是不是真的没有关系.
_BETWEEN = re.compile(r"(?:真的?|确实|完全|根本|毫|就|都|也|是)*")
_CLAUSE = re.compile(r"[,;:()—]+")
# A question by its end …
_ENDS = re.compile(r"[?](?:[\s\"'”’」』)]*)$|(?<![什怎这那多要])[吗么]$")
# … and one that asks from its first word on.
_ASKS_FROM_START = re.compile(
    r"\W*(?:(?:and|or|but|so|then|yet) )?(?:who|what|when|where|why|how|which|do|does|did|is|are|was|were|can|could|should|would"
    r"|will|has|have|had|may|might|must)(?:n't)?\b"
)


def asks_before(text: str, start: int, *, of_it: bool = False) -> bool:
    """Whether a word of denial that starts at a place is within a question that began before it in its clause.

    The proposal's own word between them ends the question (有没有用我们不研究). With `of_it` only what
    overlaps the word of denial counts, since what stands before may be what is denied: 在不在范围内.
    """
    first = _start(text, start)
    for asks in cues().asks.finditer(text, first):
        if asks.start() >= start:
            break
        if asks.end() > start or not (of_it or cues().of_itself.search(text, asks.end(), start)):
            return True
    return not of_it and cues().opens.match(text, first) is not None


def asks_at(text: str, start: int, place: int) -> bool:
    """Whether what asks stands just before a place behind `start`, or overlaps it: 与近视有没有关系."""
    return any(
        asks.start() < place and (asks.end() > place or _BETWEEN.fullmatch(text, asks.end(), place))
        for asks in cues().asks.finditer(text, start)
    )


def is_question(text: str, place: int) -> bool:
    """Whether the clause of a place ends as a question does, or the sentence is one from its first word on."""
    end = next((mark.start() for mark in _CLAUSE.finditer(text, place)), len(text))
    if _ENDS.search(text[place:end].rstrip("。. ")):
        return True
    return _ENDS.search(text) is not None and _ASKS_FROM_START.match(text) is not None


def _start(text: str, place: int) -> int:
    """Where the clause of a place begins, without space."""
    start = max((mark.end() for mark in _CLAUSE.finditer(text, 0, place)), default=0)
    while start < place and text[start].isspace():
        start += 1
    return start
