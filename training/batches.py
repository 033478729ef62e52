"""Which pairs meet in a batch: random ones, or near ones, so that negatives are hard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from training.bags import Places, Vectors


@dataclass(frozen=True)
class Source:
    """Pairs of one kind: places of texts, and the teacher's vectors where the second side is one."""

    first: Places
    second: Places
    target: Vectors | None = None  # rows that `second` points into
    dropout: float = 0.1  # share of pieces left out, so that no single word decides

    @property
    def groups(self) -> Places:
        """Pairs linked through a shared text (one paper, one law) have the same number: no negatives."""
        shift = 0 if self.target is None else int(self.first.max()) + 1
        second = self.second + shift
        size = int(max(self.first.max(), second.max())) + 1
        links = coo_matrix((np.ones(len(second), np.int8), (self.first, second)), shape=(size, size))
        found: Places = connected_components(links, directed=False)[1][self.first].astype(np.int64)
        return found


def near_order(vectors: Vectors, leaf: int, rng: np.random.Generator) -> Places:
    """An order in which neighbours are similar: a tree that splits at the median along two members' difference."""
    order = np.arange(len(vectors))
    stack = [(0, len(vectors))]
    while stack:
        start, end = stack.pop()
        if end - start <= leaf:
            continue
        part = order[start:end]
        one, other = rng.choice(part, 2, replace=False)
        along = vectors[part] @ (vectors[one] - vectors[other])
        middle = (end - start) // 2
        order[start:end] = part[np.argpartition(along, middle)]
        stack += [(start, start + middle), (start + middle, end)]
    return order


def plan(
    sources: dict[str, Source],
    repeat: dict[str, float],
    batch: int,
    near: float,
    leaf: int,
    encode: Callable[[Places], Vectors],
    rng: np.random.Generator,
) -> Iterator[tuple[str, Places]]:
    """The batches of one pass in random order, each of one source.

    A share `near` of them is put together from groups of `leaf` similar pairs, the rest at random.
    """
    made: list[tuple[str, Places]] = []
    for name, source in sources.items():
        size = len(source.first)
        wanted = round(size * repeat.get(name, 1.0))
        order = np.concatenate([rng.permutation(size) for _ in range(wanted // size + 1)])[:wanted]
        split = round(wanted * near)
        close, rest = order[:split], order[split:]
        if split:
            close = close[near_order(encode(source.first[close]), leaf, rng)]
            blocks = np.array_split(close, max(1, split // leaf))
            close = np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])
        for part in (close, rest):
            if len(part):
                made += [(name, chosen) for chosen in np.array_split(part, max(1, round(len(part) / batch)))]
    for place in rng.permutation(len(made)):
        yield made[place]
