"""A large batch answered by one process a core: most of the work is Python's own, which threads cannot share."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from matcher.embeddings import FAST, SHIPPED
from matcher.engine import Engine
from matcher.report import match_json
from matcher.types import Proposal

# Fewer proposals are answered before other processes would have started, by encoder.
LARGE = {"shipped": 200, FAST: 3000}
_CHUNK = 128


def answer_lines(
    engine: Engine,
    guide: Path | None,
    proposals: Iterable[Proposal],
    k: int,
    explained: int = 1,
    large: int | None = None,
) -> Iterator[str]:
    """One JSON line for each proposal, in order; the same lines whatever the number of processes.

    The first `explained` of the k hits carry their evidence.

    From `large` proposals on (None: LARGE), and with an encoder that is shipped, every core has a process of its own,
    which opens `guide` again (None: the default one); else `engine` answers here.
    """
    rest = iter(proposals)
    large = LARGE.get(engine.encoder.name, 0) if large is None else large
    first = list(islice(rest, large))
    everything = chain(first, rest)
    cores = os.cpu_count() or 1
    if len(first) < large or cores < 2 or engine.made_with.reranker or engine.encoder.name not in SHIPPED:
        yield from _lines(engine, everything, k, explained)
        return
    # Each process has a core to itself: threads within it would only be in each other's way.
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")
    with ProcessPoolExecutor(cores, get_context("spawn"), _open, (guide, engine.encoder.name)) as pool:
        waiting: deque[Future[list[str]]] = deque()
        while chunk := list(islice(everything, _CHUNK)):
            waiting.append(pool.submit(_answer, chunk, k, explained))
            if len(waiting) > 2 * cores:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _lines(engine: Engine, proposals: Iterable[Proposal], k: int, explained: int) -> Iterator[str]:
    for answer in engine.match_many(proposals, k, explained):
        yield json.dumps(match_json(answer), ensure_ascii=False) + "\n"


_engine: list[Engine] = []  # the one of this process


def _open(guide: Path | None, encoder: str) -> None:
    _engine[:] = [Engine.open(guide, FAST if encoder == FAST else None)]


def _answer(proposals: list[Proposal], k: int, explained: int) -> list[str]:
    return list(_lines(_engine[0], proposals, k, explained))
