"""What two texts say alike in other words, in another order or in another language.

Two studies of one topic are alike all over; a reworded text is alike sentence by sentence. So each sentence's
likeness to its best partner is taken less what that sentence has with any, and less what the partner has with
any: a crowded topic, or an encoder that draws a topic together, moves both alike. Partners may stand in any order,
and who rewords also merges and splits sentences: their clauses are aligned beside them.
Two texts that only share phrases are alike in wording more than in meaning: the wording they share counts against
them here, and for them where copies are looked for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import faiss
import numpy as np
from numpy.typing import NDArray

from matcher import settings
from matcher.arrays import Singles
from matcher.duplicates.content import OwnText
from matcher.duplicates.copied import SpanPair
from matcher.duplicates.entities import shares
from matcher.duplicates.shared import common
from matcher.embeddings import Encoder, Vectors, encode, unit
from matcher.language import language_of
from matcher.progress import Progress, silent, steps
from matcher.shingles import Ints, Mask

# What `features` measures, in order; data/duplicates.json holds a coefficient for each.
FEATURES = ("document", "sentences", "entities", "other entities", "wording")
MOST_WORDING = settings.share("duplicates.meaning.most_wording")
_CLAUSE = settings.characters("duplicates.meaning.clause")
_IN_COMMON = settings.share("duplicates.meaning.in_common")
_REST_ONE_IN = settings.count("duplicates.meaning.rest_one_in")
_TOGETHER = settings.count("duplicates.progress.together")
_SLOW = settings.weight("duplicates.meaning.slow_cosines")
# For each text the vectors (m, d) of its `parts`.
Sentences = Sequence[Vectors]
# Parts of a text in a language that make it one of two languages: a single one would be its own mean.
_IN_TWO = 2
# A comma within a number ends no clause.
_COMMA = re.compile(r"(?<=[,;:，；：])(?!\d)\s*")


@dataclass(frozen=True, slots=True)
class Readings:
    """The vectors that one encoder gives n texts, of length 1 or 0.

    `documents` (n, d) are the whole texts less the usual direction of texts, `plain` (n, d) as the encoder gives them.
    """

    documents: Vectors
    plain: Vectors
    sentences: Sentences


def read(
    texts: Sequence[OwnText], encoder: Encoder, centre: Singles, progress: Progress = silent
) -> Readings:
    """The readings of texts; `centre` (d,) is the mean of the vectors of many texts of all kinds.

    Each part is read by itself: beside its neighbours it would sound like them.
    """
    rows: list[Vectors] = [np.zeros((0, encoder.dimension), np.float32)]
    sentences: list[Vectors] = []
    for start in steps(range(0, len(texts), _TOGETHER), progress):
        some = texts[start : start + _TOGETHER]
        split = [parts(text) for text in some]
        rows.append(encode(encoder, [text.text for text in some], "passage"))
        sentences += by_text(encode(encoder, [part for each in split for part in each], "passage"), split)
    plain = np.concatenate(rows)
    return Readings(centred(plain, centre), plain, sentences)


def by_text(vectors: Vectors, split: Sequence[Sequence[str]]) -> list[Vectors]:
    """The vectors of all parts as those of each text."""
    return [vectors[i:j] for i, j in pairwise(np.cumsum([0, *map(len, split)]).tolist())]


def parts(text: OwnText) -> list[str]:
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
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


def both(first: Readings, second: Readings) -> Readings:
    """The texts of `first`, then those of `second`."""
    return Readings(
        np.concatenate([first.documents, second.documents]),
        np.concatenate([first.plain, second.plain]),
        [*first.sentences, *second.sentences],
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


def aligned(texts: Sequence[OwnText], sentences: Sentences, pairs: Ints) -> Singles:
    """How much better the parts of each pair of texts (p, 2) are paired than any with any, both ways; (p,).

    The mean of the best of doubly centred cosines. It is scaled up for few parts, of whose mean their own partners
    are a large share; 0 where one text has a single part.
    """
    scores = np.zeros(len(pairs), np.float32)
    own = {i: _less_mean(parts(texts[i]), sentences[i]) for i in np.unique(pairs).tolist()}
    for place, (a, b) in enumerate(pairs.tolist()):
        fewer = min(len(sentences[a]), len(sentences[b]))
        if fewer > 1:
            block = _products(own[a], own[b])
            # As .max() and .mean(), without their calls in Python, which for so few numbers cost more than the sums.
            rows, columns = np.maximum.reduce(block, axis=1), np.maximum.reduce(block, axis=0)
            best = np.add.reduce(rows) / len(rows) + np.add.reduce(columns) / len(columns)
            scores[place] = best / 2 / (1 - 1 / fewer)
    return scores


def one_to_one(texts: Sequence[OwnText], fast: Sentences, slow: Sentences, pairs: Ints) -> Singles:
    """As `aligned`, of sentences, each with one partner at most on whom both readers of the texts agree; (p,).

    A sentence that is like many, or like another to one reader only, is no sign of a repeat.
    """
    from scipy.optimize import linear_sum_assignment

    scores, own = np.zeros(len(pairs), np.float32), {}
    for i in np.unique(pairs).tolist():
        count = len(texts[i].sentences)
        read_by_both = np.hstack([fast[i][:count], math.sqrt(_SLOW) * slow[i][:count]])
        own[i] = _less_mean(texts[i].sentences, read_by_both)
    for place, (a, b) in enumerate(pairs.tolist()):
        fewer = min(len(texts[a].sentences), len(texts[b].sentences))
        if fewer > 1:
            block = _products(own[a], own[b])
            matched = block[linear_sum_assignment(block, maximize=True)]
            scores[place] = matched.mean() / (1 - 1 / fewer)
    return scores


def _less_mean(written: Sequence[str], vectors: Vectors) -> tuple[Vectors, Vectors | None]:
    """The vectors of the parts `written` of one text less their mean: products of those of two texts are cosines centred both ways.

    Then less the mean of the parts in their language; None unless several are in Chinese and several in English.
    """
    if not len(vectors):
        return vectors, None
    plain, languages = vectors - vectors.mean(axis=0), [language_of(part) for part in written]
    if min(languages.count("zh"), languages.count("en")) < _IN_TWO:
        return plain, None
    apart = plain.copy()
    for language in ("zh", "en"):
        own = np.array([each == language for each in languages])
        apart[own] -= plain[own].mean(axis=0)
    return plain, apart


def _products(one: tuple[Vectors, Vectors | None], other: tuple[Vectors, Vectors | None]) -> Vectors:
    """The products of two texts `_less_mean`. Where both are in two languages, the one in common makes no partners."""
    if one[1] is not None and other[1] is not None:
        return one[1] @ other[1].T
    return one[0] @ other[0].T


def features(texts: Sequence[OwnText], readings: Readings, pairs: Ints) -> NDArray[np.float64]:
    """The FEATURES of pairs of texts by number, (p, 5); `readings` are of all texts.

    `document`: cosine of the whole texts; `sentences`: as `aligned`; `entities` and `other entities`: the shares of
    numbers and names in common and not, as `entities.shares`; `wording`: the share of common wording in the text with
    less of it, MOST_WORDING at most, 0 for texts in two languages, whose common names are entities.
    """
    table = np.zeros((len(pairs), len(FEATURES)))
    table[:, 0] = np.einsum("ij,ij->i", *readings.documents[pairs.T])
    table[:, 1] = aligned(texts, readings.sentences, pairs)
    table[:, 2], table[:, 3] = shares([text.entities for text in texts], pairs)
    shared, fewer = common([text.wording for text in texts], pairs)
    table[:, 4] = np.where(
        same_language(texts, pairs), np.minimum(MOST_WORDING, shared / np.maximum(fewer, 1)), 0
    )
    return table


def same_language(texts: Sequence[OwnText], pairs: Ints) -> Mask:
    """Which pairs of texts (p, 2) have enough of one language in common to repeat each other without translation; (p,).

    A Chinese text with a long passage in English has something to say to both.
    """
    han = np.array([text.han for text in texts])[pairs].reshape(-1, 2)
    return np.asarray(han.min(axis=1) + (1 - han).min(axis=1) >= _IN_COMMON)


def wording(a: OwnText, b: OwnText) -> float:
    """The share of common wording in the text with less of it, in [0, 1]."""
    both = len(a.wording & b.wording)
    return both / min(len(a.wording), len(b.wording)) if both else 0.0


def partners(a: OwnText, b: OwnText, vectors: tuple[Vectors, Vectors]) -> tuple[float, list[SpanPair]]:
    """The share of both texts in [0, 1] whose sentences are each other's best partners, and these pairs as spans.

    `vectors` are those of the parts of both; spans are in order of a.
    """
    if not len(a.sentences) or not len(b.sentences):
        return 0.0, []
    own, other = vectors[0][: len(a.sentences)], vectors[1][: len(b.sentences)]
    block = own @ other.T
    excess = _products(_less_mean(a.sentences, own), _less_mean(b.sentences, other))
    rows, columns = excess.argmax(axis=1), excess.argmax(axis=0)
    mutual = [(i, int(j)) for i, j in enumerate(rows) if columns[j] == i and block[i, j] > 0]
    weight = sum(float(a.weights[i] + b.weights[j]) for i, j in mutual)
    spans = [(*a.spans[i].tolist(), *b.spans[j].tolist()) for i, j in mutual]
    return min(1.0, weight / float(a.weights.sum() + b.weights.sum())), spans
