"""Words whose letters are set apart by spaces, joined again: 高 校 科 技, t r a n s f e r, t h e s t u d y, dis guise.

Where Latin words begin whose spaces cannot be trusted is told by the likeliest reading of their letters.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import inf, log

from matcher import settings, shipped
from matcher.types import Span

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Single letters with spaces between them: four or more Chinese characters, or Latin letters.
# Not compiled before a text has such: four sets of all Chinese characters take as long as most other patterns together.
_APART = f"(?<![{HAN}])[{HAN}](?: {{1,2}}[{HAN}](?![{HAN}])){{3,}}|(?<![^\\W_])[A-Za-z](?: [A-Za-z](?![^\\W_])){{3,}}"
# Characters that all stand alone; wider spaces may part the words.
_STRETCH = re.compile(r"(?<!\S)\S(?:[^\S\n]{1,3}\S(?!\S))+")
_LONE = re.compile(r"(?<!\S)\S[^\S\n]")  # without one there are none of these
_GAP = re.compile(r"[^\S\n]+")
_LEAST = settings.characters("letter_spacing.stretch")
_SPREAD = settings.share("letter_spacing.spread")
_WIDE = settings.share("letter_spacing.wide")
_CLOSES, _OPENS, _JOINS = frozenset(".,;:!?)]%’”"), frozenset("([“"), frozenset("-'’/")
_SUSPECT = settings.factor("word_breaks.suspect")
_LEAST_SPACES = settings.count("word_breaks.least_spaces")
_MOST_OTHER = settings.share("word_breaks.most_other")
_COMMON = settings.odds("word_breaks.common")
_MOST_WORDS = settings.share("word_breaks.most_words")
_LEAST_FALSE = settings.share("word_breaks.least_false")
_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)+")
_ALONE = re.compile(r"(?<!\S)[A-Za-z](?: [A-Za-z](?!\S))+")
_CAPITAL = re.compile(r"(?<=[a-z]) (?=[A-Z])")
_LONGEST_PIECE = settings.letters("word_breaks.longest_piece")
_INNER = settings.odds("word_breaks.inner")
_UNKNOWN = settings.odds("word_breaks.unknown")


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
    if not _LONE.search(text) and not _is_suspect(text):
        return
    least = 0 if is_spread(text) else _LEAST
    stretches = [m.span() for m in _STRETCH.finditer(text) if _letters(m[0]) >= least]
    words = [w.span() for w in re.finditer(_APART, text)]
    if not stretches and _is_suspect(text) and (latin := _false_spaces(text)):
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
    latin = frozenset(_false_between(text, stretch))
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


def _is_suspect(text: str) -> bool:
    """Whether most words of a text are too short to be words; costs a count for all other texts.

    >>> _is_suspect("Co nt ra ct s a re n ot t he sa me a s l aw s i n a ll o f th em"), _is_suspect("One of the laws we have is in use as it is.")
    (True, False)
    """
    spaces = text.count(" ")
    if spaces < _LEAST_SPACES or len(text) >= _SUSPECT * spaces:
        return False
    letters = sum(c.isascii() and c.isalpha() for c in text)
    return letters >= (1 - _MOST_OTHER) * (len(text) - spaces)


def _false_spaces(text: str) -> list[int]:
    """Where the spaces of a suspect text stand that part no words, ascending; [] where its short words are words."""
    begins, _ = _word_pieces()
    written = re.findall("[a-z]+", text.lower())
    words = sum((len(w) > 1 or w in "ai") and begins.get(w, -inf) >= _COMMON for w in written)
    if words > _MOST_WORDS * len(written):
        return []
    places = [place for stretch in _WORDS.finditer(text) for place in _false_within(text, stretch.span())]
    return places if len(places) >= _LEAST_FALSE * text.count(" ") else []


def _false_between(text: str, span: Span) -> Iterator[int]:
    """Where the spaces between letters that all stand alone part no words, ascending: t h e s t u d y.

    Between a small letter and a capital a word ends.
    """
    for letters in _ALONE.finditer(text, *span):
        ends = [cap.start() for cap in _CAPITAL.finditer(text, *letters.span())]
        for start, end in zip([letters.start(), *(e + 1 for e in ends)], [*ends, letters.end()], strict=True):
            yield from _false_within(text, (start, end))


def _false_within(text: str, span: Span) -> Iterator[int]:
    """The spaces of one stretch that the likeliest reading of its letters leaves out.

    The likeliest sequence of pieces of the shipped tokenizer (a unigram model: Kudo 2018), where a word may
    begin only at a space; found by dynamic programming.
    """
    letters: list[str] = []
    starts = {0: span[0]}  # letter that a word may begin with → place of the space before it
    for place in range(*span):
        if text[place] == " ":
            starts[len(letters)] = place
        else:
            letters.append(text[place].lower())
    kept = _word_starts("".join(letters), frozenset(starts))
    yield from (place for letter, place in starts.items() if letter and letter not in kept)


def _word_starts(letters: str, allowed: frozenset[int]) -> frozenset[int]:
    """The letters that begin words in the likeliest reading."""
    begins, inner = _word_pieces()
    count = len(letters)
    best = [-inf] * (count + 1)
    back: list[tuple[int, bool]] = [(0, False)] * (count + 1)
    best[0] = 0.0
    for end in range(1, count + 1):
        for start in range(max(0, end - _LONGEST_PIECE), end):
            piece = letters[start:end]
            lone = _UNKNOWN if end - start == 1 else -inf
            options = [(inner.get(piece, lone) - _INNER, False)] if start else []
            if start in allowed:
                options.append((begins.get(piece, lone), True))
            for score, word in options:
                if best[start] + score > best[end]:
                    best[end], back[end] = best[start] + score, (start, word)
    words, end = set(), count
    while end:
        end, word = back[end]
        if word:
            words.add(end)
    return frozenset(words)


@lru_cache(maxsize=1)
def _word_pieces() -> tuple[Mapping[str, float], Mapping[str, float]]:
    """(pieces that begin a word, pieces within one) of Latin letters → their log-probability.

    The tokenizer's are of a hundred languages; the words of our own research topics in English count as often as
    they stand there.
    """
    file = shipped.default_encoder() / "tokenizer.json"
    begins: dict[str, float] = {}
    inner: dict[str, float] = {}
    for piece, score in json.loads(file.read_text("utf-8"))["model"]["vocab"]:
        bare = piece.removeprefix("▁").lower()
        if bare.isascii() and bare.isalpha():
            lists = begins if piece.startswith("▁") else inner
            lists[bare] = max(score, lists.get(bare, -inf))
    words = Counter(_english_words())
    total = words.total()
    for word, count in words.items():
        if len(word) > 1 or word in "ai":
            begins[word] = max(log(count / total), begins.get(word, -inf))
    return begins, inner


def _english_words() -> Iterator[str]:
    """The words of the topics of other guides that are of our own writing (data/paraphrases/), in lower case."""
    for file in sorted(shipped.data_file(settings.file("index.elsewhere.paraphrases")).glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            yield from re.findall("[a-z]+", str(json.loads(line).get("english", "")).lower())
