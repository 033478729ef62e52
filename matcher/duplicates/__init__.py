"""Proposals that repeat another, in a batch or in earlier years, however they were disguised.

A similarity is a reason for a reviewer to look, never a verdict.
"""

from matcher.duplicates.search import Findings, Pair, as_themselves, clusters, distinct, find

__all__ = ["Findings", "Pair", "as_themselves", "clusters", "distinct", "find"]
