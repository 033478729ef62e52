"""The batches of the desks, in one process, in one a core, or on a cluster: the same bytes each way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice, tee
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher import settings
from matcher.archive import Added, Archive
from matcher.archive.rows import derive
from matcher.arrays import Singles
from matcher.embeddings import CPU, FAST, SHIPPED, Computing, Encoder, PairReaders, TextKind, Vectors
from matcher.engine import Engine
from matcher.readers.batch import BadRow, Entry
from matcher.scale.work import Executor, Work, cores, encoder_source, run_on_cores
from matcher.screen import json_line
from matcher.types import Match, Proposal

if TYPE_CHECKING:
    from matcher.triage import Judged
    from matcher.triage.desk import BatchRows

# Fewer rows are answered before other processes would have started, by encoder.
LARGE = {name: settings.rows(f"scale.batches.large.{name}") for name in ("shipped", FAST)}
_FEW = settings.count("scale.batches.few")
_TOPICS = settings.count("engine.topics")


def answer_lines(
    engine: Engine, rows: Iterable[Entry], k: int, explained: int = 1,
    cluster: Executor | None = None, large: int | None = None,
) -> Iterator[str]:  # fmt: skip
    """One JSON line for each row, in order; the first `explained` of the k hits carry their evidence.

    From `large` proposals on (None: LARGE), and with an encoder that is shipped, every core has a process of its own;
    a `cluster` takes all of them.
    """
    yield from _answered(engine, _lines, (k, explained), rows, cluster, large)


def answers(
    engine: Engine, proposals: Iterable[Proposal], k: int = _TOPICS,
    cluster: Executor | None = None,
) -> Iterator[Match]:  # fmt: skip
    """The answer for each proposal, in order, with the evidence of all k hits."""
    yield from _answered(engine, Engine.match_many, (k,), proposals, cluster)


def judged_rows(
    engine: Engine, received: BatchRows, start: int = 0, cluster: Executor | None = None
) -> Iterator[Judged]:
    """What the intake desk says of each row from number `start` on, in order; a bad row never stops the rest."""
    yield from _answered(engine, _judged, (), received[start:], cluster)


def add(
    archive: Archive,
    proposals: Iterable[Proposal],
    cluster: Executor | None = None,
    computing: Computing = CPU,
) -> Added:
    """Store proposals in an archive; a `cluster` works out vectors and shingles, the rows are written here."""
    if cluster is None:
        return archive.add(proposals)
    work = Work(encoder_source(archive.encoder, computing), derive)
    return archive.add(proposals, lambda _, fields: list(cluster.run(work, fields)))


def spread(readers: PairReaders, cluster: Executor | None, computing: Computing = CPU) -> PairReaders:
    """Encoders that `load_encoder` gave, read on a cluster if there is one; the vectors are the same."""
    if cluster is None:
        return readers
    first = _SpreadEncoder(readers.first, cluster, computing)
    return PairReaders(first, readers.second and _SpreadEncoder(readers.second, cluster, computing))


class _SpreadEncoder:
    """An encoder whose texts are read on a cluster; the vectors are those of `encoder`."""

    def __init__(self, encoder: Encoder, cluster: Executor, computing: Computing) -> None:
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self.fits, self._cluster = encoder.fits, cluster
        self._encoder, self._source = encoder, encoder_source(encoder, computing)

    def encode(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """As `Encoder`; few texts are read here."""
        if len(texts) < _FEW:
            return self._encoder.encode(texts, kind)
        return np.stack(list(self._cluster.run(Work(self._source, _vectors, (kind,)), texts)))


def _answered(
    engine: Engine, task: Any, arguments: tuple[object, ...], rows: Iterable[Any], cluster: Executor | None,
    large: int | None = None,
) -> Iterator[Any]:  # fmt: skip
    """What `task` makes of each row: on the cluster, or here while rows are few or the encoder is not shipped."""
    if cluster is not None:
        yield from cluster.run(Work(partial(Engine.reopen, engine.identity), task, arguments), rows)
        return
    rest = iter(rows)
    large = LARGE.get(engine.encoder.name, 0) if large is None else large
    first = list(islice(rest, large))
    everything = chain(first, rest)
    if len(first) < large or cores() < 2 or engine.encoder.name not in SHIPPED:
        yield from task(engine, everything, *arguments)
        return
    source = partial(Engine.reopen, engine.identity, engine.cache)
    yield from run_on_cores(Work(source, task, arguments), everything)


def matched(engine: Engine, rows: Iterable[Entry], k: int, explained: int | None = None) -> Iterator[Match]:
    """The answer for each row, in order, what its reading has to say among the warnings; as `Engine.match_many`."""
    proposals, noted = tee(rows)
    answered = engine.match_many((row.proposal for row in proposals), k, explained)
    for row, answer in zip(noted, answered, strict=True):
        yield replace(answer, warnings=(*answer.warnings, *row.notes)) if row.notes else answer


def _lines(engine: Engine, rows: Iterable[Entry], k: int, explained: int) -> Iterator[str]:
    for answer in matched(engine, rows, k, explained):
        yield json_line(answer.to_dict())


def _judged(engine: Engine, received: Iterable[Entry | BadRow]) -> Iterator[Judged]:
    from matcher.triage import desk  # here: who answers a batch without a desk starts in less time

    return desk.judged_rows(engine, list(received))


def _vectors(encoder: Encoder, texts: Sequence[str], kind: TextKind) -> Iterable[Singles]:
    return encoder.encode(texts, kind)
