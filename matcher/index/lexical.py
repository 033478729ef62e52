"""Lexical retrieval: BM25 over jieba words and character pairs, bounded to [0, 1].

BM25 as in Robertson & Zaragoza 2009, with Lucene's idf, which is never negative. The sum is
divided by the most the query could earn (every term saturated), so that a score means the same
for every query and a query of which the index knows nothing scores nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import add
from typing import TYPE_CHECKING

import numpy as np

from matcher import settings, shipped
from matcher.arrays import Floats
from matcher.embeddings import Text
from matcher.index.scores import Scores, absolute, joined
from matcher.segment import runs

if TYPE_CHECKING:
    from scipy.sparse import csr_array

K1 = settings.factor("index.lexical.k1")
B = settings.share("index.lexical.b")
_RARITY = settings.factor("index.lexical.rarity")


@lru_cache(maxsize=1)
def _stopwords() -> frozenset[str]:
    """Function words (data/stopwords.txt): they say how something is said, not what."""
    lines = (
        shipped.data_file(settings.file("index.lexical.stopwords")).read_text(encoding="utf-8").splitlines()
    )
    return frozenset(word for line in lines for word in line.partition("#")[0].split())


def terms(text: str) -> list[str]:
    """The terms of folded text: its words, and the character pairs of Han words that stand together.

    Function words are left out, and no pair reaches across one.
    """
    stopwords = _stopwords()
    index_terms: list[str] = []
    for run in runs(text):
        stretch = ""
        for word in run:
            if word in stopwords:
                index_terms += _pairs(stretch)
                stretch = ""
            else:
                index_terms.append(word)
                stretch += word
        index_terms += _pairs(stretch)
    return index_terms


def _pairs(stretch: str) -> list[str]:
    """Pairs of neighbouring characters; none of a Latin word, whose letters mean nothing in pairs."""
    if stretch < "\u2e80":
        return []
    return list(map(add, stretch, stretch[1:]))


class LexicalRetriever:
    """BM25 in [0, 1] between texts."""

    def __init__(self, topics: Sequence[Text]) -> None:
        """Index the sentences of `topics` in order, and then each topic as a whole."""
        lists = [terms(s) for topic in topics for s in topic]
        self._sentences = len(lists)
        lists += [terms(joined(topic)) for topic in topics]
        vocabulary = dict.fromkeys(term for each in lists for term in each)
        # The last number is that of every term that no passage holds: nothing is earned by it, its idf is the highest.
        self._numbers = {term: number for number, term in enumerate(vocabulary)}
        earned = self._counted(lists)
        lengths = np.asarray(earned.sum(axis=1))
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
        frequencies = np.bincount(earned.indices, minlength=len(vocabulary) + 1)
        self._idf = np.log1p((len(lists) - frequencies + _RARITY) / (frequencies + _RARITY))
        length_of = np.repeat(norm, np.diff(earned.indptr))
        earned.data *= self._idf[earned.indices] * (K1 + 1) / (earned.data + length_of)
        self._earned = earned.T.tocsr()
        # A script that the passages hardly use cannot be judged: R&D in a Chinese guide is no English.
        latin = _latin(vocabulary) / max(len(vocabulary), 1)
        self._knows_latin, self._knows_han = latin >= _SCRIPT_USED, 1 - latin >= _SCRIPT_USED

    def scores(self, texts: Sequence[Text], counts: Floats | None = None) -> Scores:
        """The share of what each text could earn that it earns.

        `known` is the share of the text's terms in a script that the topics are written in.
        """
        lists = [terms(s) for text in texts for s in text]
        counts = np.ones(len(lists)) if counts is None else counts
        starts = np.cumsum([0] + [len(text) for text in texts[:-1]])
        counted = self._counted(lists)
        earned, most = (counted @ self._earned).toarray(), counted @ self._idf * (K1 + 1)
        # BM25 is a sum over the query's terms, so a whole text earns what its sentences earn.
        full_texts = np.add.reduceat(earned[:, self._sentences :] * counts[:, None], starts, axis=0)
        most_of_text = np.add.reduceat(most * counts, starts)
        sizes = np.add.reduceat([len(each) for each in lists] * counts, starts)
        latin = np.add.reduceat([_latin(each) for each in lists] * counts, starts)
        known = (latin * self._knows_latin + (sizes - latin) * self._knows_han) / np.maximum(sizes, 1e-12)
        return Scores(
            absolute(earned[:, : self._sentences] / np.maximum(most, 1e-12)[:, None]),
            absolute(full_texts / np.maximum(most_of_text, 1e-12)[:, None]),
            known,
        )

    def _counted(self, lists: Sequence[Sequence[str]]) -> csr_array:
        """How often each list has each term, (lists, terms + 1)."""
        from scipy.sparse import csr_array

        numbers = [self._numbers.get(term, len(self._numbers)) for each in lists for term in each]
        starts = np.cumsum([0, *map(len, lists)])
        shape = len(lists), len(self._numbers) + 1
        counted = csr_array((np.ones(len(numbers)), np.array(numbers, np.int64), starts), shape=shape)
        counted.sum_duplicates()
        return counted


_SCRIPT_USED = settings.share("index.lexical.script_used")


def _latin(index_terms: Iterable[str]) -> int:
    """How many of the terms are in Latin or another alphabet, rather than Han characters."""
    return sum(map("\u2e80".__gt__, index_terms))
