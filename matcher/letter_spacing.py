"""Words whose letters are set apart by spaces, joined again: 高 校 科 技, t r a n s f e r, t h e s t u d y, dis guise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matcher import settings, word_breaks
from matcher.types import Span

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Single letters with spaces between them: four or more Chinese characters, or Latin letters.
_APART = re.compile(
    f"(?<![{HAN}])[{HAN}](?: {{1,2}}[{HAN}](?![{HAN}])){{3,}}|(?<![^\\W_])[A-Za-z](?: [A-Za-z](?![^\\W_])){{3,}}"
)
# Characters that all stand alone; wider spaces may part the words.
_STRETCH = re.compile(r"(?<!\S)\S(?:[^\S\n]{1,3}\S(?!\S))+")
_GAP = re.compile(r"[^\S\n]+")
_LEAST = settings.characters("letter_spacing.stretch")
_SPREAD = settings.share("letter_spacing.spread")
_WIDE = settings.share("letter_spacing.wide")
_CLOSES, _OPENS, _JOINS = frozenset(".,;:!?)]%’”"), frozenset("([“"), frozenset("-'’/")


def joined(text: str) -> str:
    """A text without the spaces in words whose letters are set apart: 高 校 科 技, t r a n s f e r."""
    if " " not in text:
        return text
    return "".join(text[start:end] for start, end in unspaced(text))


def unspaced(text: str) -> Iterator[Span]:
    """The stretches of a text between the spaces that `joined` leaves out, in order."""
    yield from _between(_left_out(text), len(text))


def is_spread(text: str) -> bool:
    """Whether nearly all characters of a text stand alone, as in what some programs copy from a PDF.

    >>> is_spread("研 究 内 容 ： 用 2 0 台 传 感 器"), is_spread("研究内容：用 20 台传感器")
    (True, False)
    """
    pieces = text.split()
    count = sum(map(len, pieces))
    return count >= _LEAST and len(pieces) >= _SPREAD * count and 2 * _letters(text) >= count


def unspread(text: str) -> str:
    """A part of a spread text, however short, with its characters joined to words.

    >>> unspread("研 究 内 容 ： 2 0 台"), unspread("l o w - c o s t  p u m p s")
    ('研究内容：20台', 'low-cost pumps')
    """
    spaces = (space for m in _STRETCH.finditer(text) for space in _false(text, m.span()))
    return "".join(text[start:end] for start, end in _between(spaces, len(text)))


def _between(spaces: Iterator[Span], length: int) -> Iterator[Span]:
    last = 0
    for start, end in spaces:
        if start >= last:
            yield last, start
            last = end
    yield last, length


def _left_out(text: str) -> Iterator[Span]:
    """The spaces that part no words, in order."""
    least = 0 if is_spread(text) else _LEAST
    stretches = [m.span() for m in _STRETCH.finditer(text) if _letters(m[0]) >= least]
    words = [w.span() for w in _APART.finditer(text)]
    if not stretches and word_breaks.is_suspect(text) and (latin := word_breaks.false_spaces(text)):
        han = [(a, b) for a, b in words if not text[a].isascii()]
        yield from sorted([*_within(text, han), *((place, place + 1) for place in latin)])
        return
    alone = [(a, b) for a, b in words if not any(start <= a < end for start, end in stretches)]
    spaces = [space for stretch in stretches for space in _false(text, stretch)]
    yield from sorted([*spaces, *_within(text, alone)])


def _letters(text: str) -> int:
    """How many letters a text has: a row of numbers of one digit is no word."""
    return sum(map(str.isalpha, text))


def _within(text: str, words: Sequence[Span]) -> Iterator[Span]:
    last = 0
    for start, end in words:
        for space in _GAP.finditer(text, max(start, last), end):
            yield space.span()
            last = space.end()


def _false(text: str, stretch: Span) -> Iterator[Span]:
    """The spaces of a stretch that part no words: all but the wide ones, or by what stands on both sides of each."""
    gaps = [gap.span() for gap in _GAP.finditer(text, *stretch)]
    if sum(b - a > 1 for a, b in gaps) >= _WIDE * len(gaps):
        yield from ((a if b - a == 1 else a + 1, b) for a, b in gaps)
        return
    latin = frozenset(word_breaks.false_between(text, stretch))
    for a, b in gaps:
        if b - a == 1 and (a in latin or _parts_nothing(text, a)):
            yield a, b


def _parts_nothing(text: str, space: int) -> bool:
    """Whether a space between two characters that stand alone parts no words, by what they are."""
    left, right = text[space - 1], text[space + 1]
    if not (left.isascii() and right.isascii()):
        return True
    if left.isdigit():
        return not right.isalpha() and right not in _OPENS
    if right.isdigit():
        return left.isupper() or left in "./" or left in _OPENS  # PM2.5
    return right in _CLOSES or left in _OPENS or (right in _JOINS or left in _JOINS)
