"""Words whose letters are set apart by spaces, joined again: 高 校 科 技, t r a n s f e r, dis guise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from matcher import settings, word_breaks
from matcher.types import Span

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Single letters with spaces between them: four or more Chinese characters, or Latin letters.
_APART = re.compile(
    f"(?<![{HAN}])[{HAN}](?: {{1,2}}[{HAN}](?![{HAN}])){{3,}}|(?<![^\\W_])[A-Za-z](?: [A-Za-z](?![^\\W_])){{3,}}"
)
# A text of which every Latin word is spread, so that wider spaces part the words: d i s g u i s e  e a c h  o n e.
_SPREAD = re.compile("[A-Za-z](?: [A-Za-z])*[,.:;]?")
_LEAST_SPREAD = settings.words("letter_spacing.least_spread")


def joined(text: str) -> str:
    """A text without the spaces in words whose letters are set apart: 高 校 科 技, t r a n s f e r."""
    if " " not in text:
        return text
    return "".join(text[start:end] for start, end in unspaced(text))


def unspaced(text: str) -> Iterator[Span]:
    """The stretches of a text between the spaces that `joined` leaves out, in order."""
    last = 0
    for start, end in _left_out(text):
        if start >= last:
            yield last, start
            last = end
    yield last, len(text)


def _left_out(text: str) -> Iterator[Span]:
    """The spaces that part no words."""
    words = [word.span() for word in _APART.finditer(text)]
    spread = [*_spread(text)] if "  " in text else []
    if not spread and word_breaks.is_suspect(text) and (latin := word_breaks.false_spaces(text)):
        han = [(a, b) for a, b in words if not text[a].isascii()]
        yield from sorted([*_within(text, han), *((place, place + 1) for place in latin)])
        return
    yield from _within(text, sorted({*words, *spread}))


def _within(text: str, words: Sequence[Span]) -> Iterator[Span]:
    last = 0
    for start, end in words:
        for space in re.compile(" +").finditer(text, max(start, last), end):
            yield space.span()
            last = space.end()


def _spread(text: str) -> Iterator[Span]:
    """Latin words whose letters are set apart, also short ones, where wider spaces part several such words."""
    run: list[Span] = []
    start = 0
    for gap in chain(re.finditer("\n| {2,}", text), [None]):
        end = len(text) if gap is None else gap.start()
        if spread := _SPREAD.fullmatch(text, start, end):
            run.append((start, end))
        if gap is None or not spread:
            if len(run) >= _LEAST_SPREAD and any(b - a > 2 for a, b in run):
                yield from run
            run = []
        start = end if gap is None else gap.end()
