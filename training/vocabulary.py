"""The tokenizer: a Unigram whose pieces are jieba words, characters and English words with their counts.

Unigram's most probable cut over word counts is jieba's own algorithm, so texts are cut as jieba
would cut them, at the speed of the tokenizers library and in the same file as the model.
"""

from __future__ import annotations

import logging
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import rjieba
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from training.corpora import HAN

log = logging.getLogger(__name__)
UNKNOWN = "[UNK]"
LONGEST_CHINESE = 6  # characters of a piece: longer ones are rare, and slow the search down
LONGEST_ENGLISH = 18
_RUN = re.compile(r"[\u4e00-\u9fff]+|[^\W_\u4e00-\u9fff]+")


def count(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """How often each word occurs in `texts`, and each single character; Latin words count as one word."""
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        for run in _RUN.findall(text):
            if HAN.match(run):
                words.update(rjieba.cut(run))
            else:
                words[run] += 1
            characters.update(run)
    return words, characters


def choose(
    words: Counter[str],
    characters: Counter[str],
    known: Iterable[str],
    terms: Iterable[str],
    chinese: int,
    english: int,
) -> list[tuple[str, float]]:
    """The pieces with their log probabilities, the unknown piece first, then by falling count.

    `chinese` and `english` bound the numbers of words by count; words in `known` (dictionary
    headwords) are kept when they occur at all, every letter and common character always, and so are
    `terms`, the words of the field.
    """
    known = set(known)
    chosen: dict[str, int] = {c: n for c, n in characters.items() if n >= (1 if HAN.match(c) else 30)}
    chosen.update({c: max(characters[c], 1) for c in "abcdefghijklmnopqrstuvwxyz0123456789"})
    room = {True: chinese, False: english}
    for word, n in words.most_common():
        han = bool(HAN.match(word))
        if len(word) < 2 or len(word) > (LONGEST_CHINESE if han else LONGEST_ENGLISH):
            continue
        if (han and word in known and n >= 4) or (room[han] > 0 and n >= 4):
            chosen[word] = n
            room[han] -= 1
    for term in terms:
        if 1 < len(term) <= (LONGEST_CHINESE if HAN.match(term) else LONGEST_ENGLISH):
            chosen.setdefault(term, max(words[term], 2))
    # A character's count as a word of its own, not its count inside words: else "的确" would be cut.
    chosen.update({c: max(words[c], 1) for c in chosen if len(c) == 1})
    total = sum(chosen.values())
    ordered = sorted(chosen.items(), key=lambda item: (-item[1], item[0]))
    return [(UNKNOWN, 0.0), *((piece, math.log(n / total)) for piece, n in ordered)]


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """The tokenizer over `pieces`: NFKC and lower case, cut at punctuation and spaces."""
    made = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    # Scripts are not split: the search itself cuts "基于bert的", and splitting costs as much as searching.
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("removed")]
    )
    return made


def save(made: Tokenizer, folder: Path) -> None:
    """Write tokenizer.json without indentation: it loads faster and is a third smaller."""
    made.save(str(folder / "tokenizer.json"), pretty=False)
