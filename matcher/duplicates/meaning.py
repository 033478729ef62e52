"""What two texts say alike in other words, in another order or in another language.

Two studies of one topic are alike all over; a reworded text is alike sentence by sentence. So each sentence's
likeness to its best partner is taken less what that sentence has with any, and less what the partner has with
any: a crowded topic, or an encoder that draws a topic together, moves both alike. Partners may stand in any order,
and who rewords also merges and splits sentences: their clauses are aligned beside them.
Two texts that only share phrases are alike in wording more than in meaning: the wording they share counts against
them here, and for them where copies are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.arrays import Singles
from matcher.duplicates.common import common
from matcher.duplicates.content import Content
from matcher.duplicates.copied import SpanPair
from matcher.duplicates.entities import shares
from matcher.embeddings import Encoder, Vectors, encode, unit
from matcher.shingles import Ints, Mask

# What `features` measures, in order; data/duplicates.json holds a coefficient for each.
FEATURES = ("document", "sentences", "entities", "other entities", "wording")
OF_VECTORS = 2  # the first of these are by the vectors of an encoder
MOST_WORDING = settings.share("duplicates.meaning.most_wording")
_CLAUSE = settings.characters("duplicates.meaning.clause")
_IN_COMMON = settings.share("duplicates.meaning.in_common")
_REST_ONE_IN = settings.count("duplicates.meaning.rest_one_in")
# A comma within a number ends no clause.
_COMMA = re.compile(r"(?<=[,;:，；：])(?!\d)\s*")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The vectors (m, d) of the `parts` of n texts; those of text i are rows starts[i]:starts[i + 1]."""

    vectors: Vectors
    starts: Ints

    def of(self, text: int) -> Vectors:
        """The vectors of one text's sentences, then of their clauses."""
        rows: Vectors = self.vectors[self.starts[text] : self.starts[text + 1]]
        return rows


@dataclass(frozen=True, slots=True)
class Readings:
    """The vectors that one encoder gives n texts, of length 1 or 0.

    `documents` (n, d) are the whole texts less the usual direction of texts, `plain` (n, d) as the encoder gives them.
    """

    documents: Vectors
    plain: Vectors
    sentences: Sentences


def read(texts: Sequence[Content], encoder: Encoder, centre: Singles) -> Readings:
    """The readings of texts; `centre` (d,) is the mean of the vectors of many texts of all kinds.

    Each part is read by itself: beside its neighbours it would sound like them.
    """
    plain = encode(encoder, [text.text for text in texts], "passage")
    split = [parts(text) for text in texts]
    starts = np.cumsum([0, *map(len, split)]).astype(np.int64)
    vectors = encode(encoder, [part for each in split for part in each], "passage")
    return Readings(centred(plain, centre), plain, Sentences(vectors, starts))


def parts(text: Content) -> list[str]:
    """The sentences of a text, then the clauses of those that have several."""
    split = [clauses(sentence) for sentence in text.sentences]
    return [*text.sentences, *(clause for each in split if len(each) > 1 for clause in each)]


def clauses(sentence: str) -> list[str]:
    """A sentence cut at commas, semicolons and colons where that leaves enough on both sides.

    >>> clauses("选六个县的示范田,每块不少于三十亩,共五套,每套两年。")
    ['选六个县的示范田,每块不少于三十亩,', '共五套,每套两年。']
    """
    result = [""]
    for piece in _COMMA.split(sentence):
        if _letters(result[-1]) >= _CLAUSE:
            result.append("")
        result[-1] += piece
    if len(result) > 1 and _letters(result[-1]) < _CLAUSE / _REST_ONE_IN:
        result[-2:] = ["".join(result[-2:])]
    return result


def _letters(text: str) -> int:
    return sum(1 if c.isascii() else 2 for c in text)


def both(first: Readings, second: Readings) -> Readings:
    """The texts of `first`, then those of `second`."""
    one, other = first.sentences, second.sentences
    return Readings(
        np.concatenate([first.documents, second.documents]),
        np.concatenate([first.plain, second.plain]),
        Sentences(
            np.concatenate([one.vectors, other.vectors]),
            np.concatenate([one.starts, one.starts[-1] + other.starts[1:]]),
        ),
    )


def centred(rows: Vectors, centre: Singles) -> Vectors:
    """Rows less the centre, of length 1; rows of zeros stay zeros."""
    known = np.any(rows, axis=1, keepdims=True)
    return unit(np.where(known, rows - centre, 0).astype(np.float32))


def nearest(vectors: Vectors, among: Vectors, k: int) -> Ints:
    """For each of `vectors` the rows of the k nearest of `among`, nearest first, (m, min(k, len(among)))."""
    if not len(among) or not len(vectors):
        return np.zeros((len(vectors), 0), np.int64)
    index = faiss.IndexFlatIP(among.shape[1])
    index.add(np.ascontiguousarray(among, np.float32))
    rows: Ints = index.search(np.ascontiguousarray(vectors, np.float32), min(k, len(among)))[1]
    return rows.astype(np.int64)


def aligned(sentences: Sentences, pairs: Ints) -> Singles:
    """How much better the parts of each pair of texts (p, 2) are paired than any with any, both ways; (p,)."""
    scores = np.zeros(len(pairs), np.float32)
    order = np.argsort(pairs[:, 0], kind="stable")
    bounds = np.flatnonzero(np.diff(pairs[order, 0], prepend=-1, append=-1))
    for begin, end in pairwise(bounds):
        places = order[begin:end]
        scores[places] = _aligned(sentences, int(pairs[places[0], 0]), pairs[places, 1])
    return scores


def _aligned(sentences: Sentences, text: int, candidates: Ints) -> Singles:
    """The mean of the best of doubly centred cosines of `text` with each of `candidates`.

    It is scaled up for few parts, of whose mean their own partners are a large share; 0 where one text has a
    single part.
    """
    own, scores = sentences.of(text), np.zeros(len(candidates), np.float32)
    counts = sentences.starts[candidates + 1] - sentences.starts[candidates]
    filled = np.flatnonzero(counts)
    if len(own) < 2 or not len(filled):
        return scores
    counts = counts[filled]
    starts = np.cumsum(counts) - counts
    owners = np.repeat(np.arange(len(filled)), counts)
    rows = np.arange(len(owners)) - starts[owners] + sentences.starts[candidates[filled]][owners]
    block = own @ sentences.vectors[rows].T
    block -= (np.add.reduceat(block, starts, axis=1) / counts)[:, owners]
    block -= block.mean(axis=0)
    ways = np.maximum.reduceat(block, starts, axis=1).mean(axis=0)
    back = np.add.reduceat(block.max(axis=0), starts) / counts
    fewer = np.maximum(np.minimum(counts, len(own)), 2)
    scores[filled] = np.where(counts > 1, (ways + back) / 2 / (1 - 1 / fewer), 0)
    return scores


def features(texts: Sequence[Content], readings: Readings, pairs: Ints) -> NDArray[np.float64]:
    """The FEATURES of pairs of texts by number, (p, 5); `readings` are of all texts.

    `document`: cosine of the whole texts; `sentences`: as `aligned`; `entities` and `other entities`: the shares of
    numbers and names in common and not, as `entities.shares`; `wording`: the share of common wording in the text with
    less of it, MOST_WORDING at most, 0 for texts in two languages, whose common names are entities.
    """
    table = np.zeros((len(pairs), len(FEATURES)))
    left, right = readings.documents[pairs[:, 0]], readings.documents[pairs[:, 1]]
    table[:, 0] = np.einsum("ij,ij->i", left, right)
    table[:, 1] = aligned(readings.sentences, pairs)
    table[:, 2], table[:, 3] = shares([text.entities for text in texts], pairs)
    shared, fewer = common([text.wording for text in texts], pairs)
    table[:, 4] = np.where(
        same_language(texts, pairs), np.minimum(MOST_WORDING, shared / np.maximum(fewer, 1)), 0
    )
    return table


def same_language(texts: Sequence[Content], pairs: Ints) -> Mask:
    """Which pairs of texts (p, 2) have enough of one language in common to repeat each other without translation; (p,).

    A Chinese text with a long passage in English has something to say to both.
    """
    han = np.array([text.han for text in texts])[pairs].reshape(-1, 2)
    return np.asarray(han.min(axis=1) + (1 - han).min(axis=1) >= _IN_COMMON)


def wording(a: Content, b: Content) -> float:
    """The share of the wording of the text with less of it that both have, in [0, 1]."""
    fewer = min(len(a.wording), len(b.wording))
    return len(a.wording & b.wording) / fewer if fewer else 0.0


def partners(a: Content, b: Content, vectors: tuple[Vectors, Vectors]) -> tuple[float, list[SpanPair]]:
    """The share of both texts in [0, 1] whose sentences are each other's best partners, and these pairs as spans.

    `vectors` are those of the parts of both; spans are in order of a.
    """
    if not len(a.sentences) or not len(b.sentences):
        return 0.0, []
    block = vectors[0][: len(a.sentences)] @ vectors[1][: len(b.sentences)].T
    excess = block - block.mean(axis=0) - block.mean(axis=1)[:, None] + block.mean()
    rows, columns = excess.argmax(axis=1), excess.argmax(axis=0)
    mutual = [(i, int(j)) for i, j in enumerate(rows) if columns[j] == i and block[i, j] > 0]
    weight = sum(float(a.weights[i] + b.weights[j]) for i, j in mutual)
    spans = [(*a.spans[i].tolist(), *b.spans[j].tolist()) for i, j in mutual]
    return min(1.0, weight / float(a.weights.sum() + b.weights.sum())), spans
