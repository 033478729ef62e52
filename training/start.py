"""Where training starts: every piece in the teacher's space, before any pair is seen.

A Chinese word stands where the teacher puts its CC-CEDICT gloss, an English word where the teacher
puts the word; a word without an entry is the mean of its longest known parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training import teacher
from training.corpora import HAN

Vectors = NDArray[np.float32]
_ENDINGS = (
    ("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("ly", ""), ("al", ""),
    ("ization", "ize"), ("ation", "ate"), ("ment", ""), ("ive", "e"),
)  # fmt: skip


def parts(word: str, known: Mapping[str, object]) -> list[str]:
    """The longest known parts of `word`, left to right; never the word itself. Unknown characters go."""
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            if word[start:end] in known and word[start:end] != word:
                found.append(word[start:end])
                start = end
                break
        else:
            start += 1
    return found


def directions(pieces: list[str], glosses: Mapping[str, str], cache: Path) -> Vectors:
    """One unit row a piece (zeros where nothing is known), each language centred on its own mean."""
    chinese = sorted(glosses)
    made = teacher.vectors([glosses[w] for w in chinese], cache, 32)
    known = dict(zip(chinese, _centred(made), strict=True))
    english = [p for p in pieces if not HAN.search(p) and len(p) > 1]
    latin = dict(zip(english, _centred(teacher.vectors(english, cache, 16)), strict=True))
    table = np.zeros((len(pieces), teacher.WIDTH), np.float32)
    for i, piece in enumerate(pieces):
        if piece in latin:
            table[i] = latin[piece]
        elif piece in known:
            table[i] = known[piece]
        elif found := parts(piece, known):
            table[i] = np.mean([known[part] for part in found], axis=0)
    return _unit(table)


def weights(log_probabilities: NDArray[np.float64], a: float = 3e-4) -> Vectors:
    """Smooth inverse frequency of each piece, a / (a + p), 0 to 1 (Arora et al. 2017)."""
    return (a / (a + np.exp(log_probabilities))).astype(np.float32)


def _unit(table: Vectors) -> Vectors:
    scaled: Vectors = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return scaled


def _centred(table: Vectors) -> Vectors:
    return _unit(table - table.mean(0))


def inheritance(pieces: list[str]) -> csr_matrix:
    """Which pieces each piece is made of, as shares that add up to 1 in a row; a character has none.

    Chinese: the longest known parts. English: the same word without its ending, where that is a piece.
    """
    place = {piece: i for i, piece in enumerate(pieces)}
    row, column, share = [], [], []
    for i, piece in enumerate(pieces[1:], 1):
        found = parts(piece, place) if HAN.search(piece) else _stem(piece, place)
        for part in found if len(piece) > 1 else []:
            row.append(i)
            column.append(place[part])
            share.append(1 / len(found))
    return csr_matrix((np.array(share, np.float32), (row, column)), shape=(len(pieces),) * 2)


def _stem(word: str, known: Mapping[str, int]) -> list[str]:
    """`word` without a common English ending, if that is known and long enough; else nothing."""
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(stem) > 3 and stem in known and stem != word:
            return [stem]
    return []
