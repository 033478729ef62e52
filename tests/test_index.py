"""One contract for all retrievers, held to numpy brute force by value; parity with a reference BM25."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.embeddings import read, static
from matcher.index import Retriever
from matcher.index.corpus import Corpus, DenseRetriever
from matcher.index.lexical import K1, B, LexicalRetriever, terms
from matcher.segment import fold
from matcher.types import Topic
from tests.conftest import ToyEncoder

TOPICS = [
    ["公交线网优化,公交客流", "换乘次数"],
    ["社区食堂的成本与补贴"],
    ["夜市的消防与食品安全", "河道垃圾回收"],
    ["公交与食堂"],
    ["R&D cafe bad cab"],
]
GUIDE_TOPICS = [
    Topic(f"1-{n:02}", "", n, first, "\n".join(rest), None, "none", (n, n))
    for n, (first, *rest) in enumerate(TOPICS, 1)
]
SENTENCES = [s for topic in TOPICS for s in topic]
WHOLES = ["\n".join(topic) for topic in TOPICS]
QUERIES = [
    ["公交怎么优化", "食堂补贴"],
    ["安全"],
    ["dad cab", "线网"],
    ["毫不相干"],
    ["公交线网优化,公交客流", "换乘次数"],
    ["与"],
]
Table = NDArray[np.float64]


def dense_reference(queries: list[str], passages: list[str]) -> Table:
    encoder = ToyEncoder()
    a, b = (encoder.encode(t, "query").astype(np.float64) for t in (queries, passages))
    return np.clip(a @ b.T, 0, 1)


def lexical_reference(queries: list[str], passages: list[str]) -> Table:
    """BM25 written out from its formula, divided by the most that the query could earn."""
    bags = [Counter(terms(t)) for t in SENTENCES + WHOLES]
    average = sum(b.total() for b in bags) / len(bags)

    def idf(term: str) -> float:
        df = sum(term in b for b in bags)
        return float(np.log(1 + (len(bags) - df + 0.5) / (df + 0.5)))

    table = np.zeros((len(queries), len(passages)))
    for i, query in enumerate(queries):
        wanted = terms(query)
        most = sum(idf(t) for t in wanted) * (K1 + 1)
        for j, passage in enumerate(passages):
            bag = Counter(terms(passage))
            norm = K1 * (1 - B + B * bag.total() / average)
            earned = sum(idf(t) * bag[t] * (K1 + 1) / (bag[t] + norm) for t in wanted if bag[t])
            table[i, j] = earned / most if most else 0.0
    return table


def dense() -> Retriever:
    return DenseRetriever(Corpus(GUIDE_TOPICS, ToyEncoder()))


def lexical() -> Retriever:
    return LexicalRetriever(TOPICS)


CONTRACT = [
    pytest.param(dense, dense_reference, id="dense"),
    pytest.param(lexical, lexical_reference, id="lexical"),
]
Make = Callable[[], Retriever]
Reference = Callable[[list[str], list[str]], Table]


@pytest.mark.parametrize(("make", "reference"), CONTRACT)
def test_scores_equal_brute_force(make: Make, reference: Reference) -> None:
    found = make().scores(QUERIES)
    sentences = [s for query in QUERIES for s in query]
    np.testing.assert_allclose(found.pairs, reference(sentences, SENTENCES), atol=1e-5)
    np.testing.assert_allclose(
        found.full_texts, reference(["\n".join(q) for q in QUERIES], WHOLES), atol=1e-5
    )


@pytest.mark.parametrize(("make", "reference"), CONTRACT)
def test_a_score_does_not_depend_on_the_batch(make: Make, reference: Reference) -> None:
    retriever = make()
    for query in QUERIES:
        alone = retriever.scores([query])
        among = retriever.scores([*QUERIES * 30, query, *QUERIES])
        first = 30 * sum(map(len, QUERIES))
        assert among.pairs[first : first + len(query)].tobytes() == alone.pairs.tobytes()
        assert among.full_texts[30 * len(QUERIES)].tobytes() == alone.full_texts.tobytes()
        assert among.known[30 * len(QUERIES)] == alone.known


@pytest.mark.parametrize(("make", "reference"), CONTRACT)
def test_scores_are_absolute(make: Make, reference: Reference) -> None:
    found = make().scores(QUERIES)
    for table in (found.pairs, found.full_texts):
        assert table.min() >= 0
        assert table.max() <= 1
    assert found.full_texts[3].max() == 0, "what shares nothing scores nothing, rather than 1 for the best"


def test_a_corpus_joins_passages_and_vectors_of_two_encoders() -> None:
    corpus = Corpus(GUIDE_TOPICS, ToyEncoder())
    assert [p.text for p in corpus.passages] == SENTENCES + WHOLES
    assert [p.is_full_text for p in corpus.passages] == [False] * len(SENTENCES) + [True] * len(WHOLES)
    assert corpus.texts == [list(map(fold, topic)) for topic in TOPICS]
    assert corpus.topic_of_sentence.tolist() == [0, 0, 1, 2, 2, 3, 4]
    assert [corpus.span(t) for t in range(5)] == [(0, 2), (2, 3), (3, 5), (5, 6), (6, 7)]
    other = corpus.by(static.shipped_encoder())
    for each in (corpus, other):
        sentences, full_texts = read(each.encoder, corpus.texts, "passage")
        np.testing.assert_array_equal(each.sentence_vectors, sentences)
        np.testing.assert_array_equal(each.full_text_vectors, full_texts)
    assert other.passages == corpus.passages
    assert corpus.by(corpus.encoder) is corpus


def test_known_says_what_a_retriever_can_judge() -> None:
    assert dense().scores(QUERIES).known.tolist() == [1, 1, 1, 0, 1, 0]
    # The guide is nearly all Han: an English query cannot be judged by its words, a Chinese one can.
    assert lexical().scores([["公交优化"], ["bus lines"], ["公交", "bus"]]).known.tolist() == [1, 0, 2 / 3]


def test_an_english_index_knows_english() -> None:
    found = LexicalRetriever([["bus lines"], ["night market safety"]]).scores([["the safety of a market"]])
    assert found.full_texts[0, 0] == 0 < found.full_texts[0, 1]
    assert found.known.tolist() == [1]


@given(st.lists(st.text(st.sampled_from("公交食堂夜市ab c"), max_size=12), min_size=1, max_size=5))
def test_lexical_equals_the_formula_on_any_query(query: list[str]) -> None:
    found = lexical().scores([query])
    np.testing.assert_allclose(found.pairs, lexical_reference(query, SENTENCES), atol=1e-5)
    np.testing.assert_allclose(found.full_texts, lexical_reference(["\n".join(query)], WHOLES), atol=1e-5)


def test_ranking_equals_bm25s() -> None:
    """bm25s (method "lucene") sums the same terms, without the bound: scores are proportional."""
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index([terms(t) for t in SENTENCES + WHOLES], show_progress=False)
    ours = lexical()
    for query in ["公交线网怎么优化", "食堂补贴", "夜市安全"]:
        scores = reference.get_scores(terms(query))[: len(SENTENCES)]
        mine = ours.scores([[query]]).pairs[0]
        np.testing.assert_allclose(mine / mine.max(), scores / scores.max(), atol=1e-4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("补贴的对策", ["补贴", "补贴", "对策", "对策"]),
        ("我们如何优化", ["优化", "优化"]),
        ("公交线网x好", ["公交线", "网", "公交", "交线", "线网", "x", "好"]),
        ("The use of an AI policy", ["use", "ai", "policy"]),
    ],
)
def test_terms_are_words_and_pairs_without_function_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
