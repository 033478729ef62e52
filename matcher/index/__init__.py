"""Retrievers: texts in, a score for every topic's sentences and whole out. Dense (FAISS), lexical (BM25, a baseline)."""

from matcher.index.scores import DECIMALS, Retriever, Scores, absolute, joined

__all__ = ["DECIMALS", "Retriever", "Scores", "absolute", "joined"]
