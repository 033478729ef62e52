"""Where the words of Latin text begin whose spaces cannot be trusted: dis guise t ext, a l l l e t t e r s."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import inf, log

from matcher import settings, shipped
from matcher.types import Span

_SUSPECT = settings.factor("word_breaks.suspect")
_LEAST_SPACES = settings.count("word_breaks.least_spaces")
_MOST_OTHER = settings.share("word_breaks.most_other")
_COMMON = settings.odds("word_breaks.common")
_MOST_WORDS = settings.share("word_breaks.most_words")
_LEAST_FALSE = settings.share("word_breaks.least_false")
_STRETCH = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)+")
_ALONE = re.compile(r"(?<!\S)[A-Za-z](?: [A-Za-z](?!\S))+")
_CAPITAL = re.compile(r"(?<=[a-z]) (?=[A-Z])")
_LONGEST_PIECE = settings.letters("word_breaks.longest_piece")
_INNER = settings.odds("word_breaks.inner")
_UNKNOWN = settings.odds("word_breaks.unknown")


def is_suspect(text: str) -> bool:
    """Whether most words of a text are too short to be words; costs a count for all other texts.

    >>> is_suspect("Co nt ra ct s a re n ot t he sa me a s l aw s i n a ll o f th em"), is_suspect("One of the laws we have is in use as it is.")
    (True, False)
    """
    spaces = text.count(" ")
    if spaces < _LEAST_SPACES or len(text) >= _SUSPECT * spaces:
        return False
    letters = sum(c.isascii() and c.isalpha() for c in text)
    return letters >= (1 - _MOST_OTHER) * (len(text) - spaces)


def false_spaces(text: str) -> list[int]:
    """Where the spaces of a suspect text stand that part no words, ascending; [] where its short words are words."""
    begins, _ = _pieces()
    written = re.findall("[a-z]+", text.lower())
    words = sum((len(w) > 1 or w in "ai") and begins.get(w, -inf) >= _COMMON for w in written)
    if words > _MOST_WORDS * len(written):
        return []
    places = [place for stretch in _STRETCH.finditer(text) for place in _false(text, stretch.span())]
    return places if len(places) >= _LEAST_FALSE * text.count(" ") else []


def false_between(text: str, span: Span) -> Iterator[int]:
    """Where the spaces between letters that all stand alone part no words, ascending: t h e s t u d y.

    Between a small letter and a capital a word ends.
    """
    for letters in _ALONE.finditer(text, *span):
        ends = [cap.start() for cap in _CAPITAL.finditer(text, *letters.span())]
        for start, end in zip([letters.start(), *(e + 1 for e in ends)], [*ends, letters.end()], strict=True):
            yield from _false(text, (start, end))


def _false(text: str, span: Span) -> Iterator[int]:
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
    begins, inner = _pieces()
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
def _pieces() -> tuple[Mapping[str, float], Mapping[str, float]]:
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
