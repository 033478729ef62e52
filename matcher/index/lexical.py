"""Lexical retrieval: BM25 over jieba words and character pairs, bounded to [0, 1].

BM25 as in Robertson & Zaragoza 2009, with Lucene's idf, which is never negative. The sum is
divided by the most the query could earn (every term saturated), so that a score means the same
for every query and a query of which the index knows nothing scores nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import add

import numpy as np

from matcher import settings, shipped
from matcher.arrays import Floats
from matcher.embeddings import Text
from matcher.index.scores import Scores, absolute, joined
from matcher.segment import runs

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
        bags = [Counter(terms(s)) for topic in topics for s in topic]
        self._sentences = len(bags)
        self._topics = len(topics)
        bags += [Counter(terms(joined(topic))) for topic in topics]
        self._vocabulary: dict[str, int] = {}
        for bag in bags:
            for term in bag:
                self._vocabulary.setdefault(term, len(self._vocabulary))
        lengths = np.array([bag.total() for bag in bags], np.float64)
        norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
        rows = np.array([i for i, bag in enumerate(bags) for _ in bag], np.int64)
        columns = np.array([self._vocabulary[t] for bag in bags for t in bag], np.int64)
        counts = np.array([n for bag in bags for n in bag.values()], np.float64)
        # The last term is every term that no passage holds: no postings, the highest idf.
        frequencies = np.bincount(columns, minlength=len(self._vocabulary) + 1)
        self._idf = np.log1p((len(bags) - frequencies + _RARITY) / (frequencies + _RARITY))
        # Postings, term by term: which passages hold it and what it earns there.
        order = np.argsort(columns, kind="stable")
        self._passages = rows[order]
        self._earned = (self._idf[columns] * counts * (K1 + 1) / (counts + norm[rows]))[order]
        self._starts = np.concatenate([[0], np.cumsum(frequencies)])
        # A script that the passages hardly use cannot be judged: R&D in a Chinese guide is no English.
        latin = _latin(self._vocabulary) / max(len(self._vocabulary), 1)
        self._knows_latin, self._knows_han = latin >= _SCRIPT_USED, 1 - latin >= _SCRIPT_USED

    def scores(self, texts: Sequence[Text], counts: Floats | None = None) -> Scores:
        """The share of what each text could earn that it earns.

        `known` is the share of the text's terms in a script that the topics are written in.
        """
        term_lists = [terms(s) for text in texts for s in text]
        counts = np.ones(len(term_lists)) if counts is None else counts
        starts = np.cumsum([0] + [len(text) for text in texts[:-1]])
        earned, most = self._earn(term_lists)
        # BM25 is a sum over the query's terms, so a whole text earns what its sentences earn.
        full_texts = np.add.reduceat(earned[:, self._sentences :] * counts[:, None], starts, axis=0)
        most_of_text = np.add.reduceat(most * counts, starts)
        sizes = np.add.reduceat([len(f) for f in term_lists] * counts, starts)
        latin = np.add.reduceat([_latin(f) for f in term_lists] * counts, starts)
        known = (latin * self._knows_latin + (sizes - latin) * self._knows_han) / np.maximum(sizes, 1e-12)
        return Scores(
            absolute(earned[:, : self._sentences] / most[:, None]),
            absolute(full_texts / most_of_text[:, None]),
            known,
        )

    def _earn(self, queries: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
        """What each query earns in each passage (queries, passages), and the most it could earn (queries,)."""
        size, unseen = self._sentences + self._topics, len(self._vocabulary)
        term = np.array([self._vocabulary.get(t, unseen) for query in queries for t in query], np.int64)
        query = np.repeat(np.arange(len(queries)), [len(q) for q in queries])
        most = np.bincount(query, self._idf[term], len(queries)) * (K1 + 1)
        # All postings of all terms, one after another: start + 0, 1, 2, … for each term.
        sizes = self._starts[term + 1] - self._starts[term]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        posting = np.repeat(self._starts[term], sizes) + within
        cell = np.repeat(query, sizes) * size + self._passages[posting]
        earned = np.bincount(cell, self._earned[posting], len(queries) * size).astype(np.float64, copy=False)
        return earned.reshape(len(queries), size), np.maximum(most, 1e-12)


_SCRIPT_USED = settings.share("index.lexical.script_used")


def _latin(index_terms: Iterable[str]) -> int:
    """How many of the terms are in Latin or another alphabet, rather than Han characters."""
    return sum(map("\u2e80".__gt__, index_terms))
