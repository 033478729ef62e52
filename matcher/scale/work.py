"""What is done to the rows of a chunk, and what is opened for it: both are sent once a process, by content.

Of this machine one process a core takes part: most of the work is Python's own, which threads cannot share.
"""

from __future__ import annotations

import gc
import math
import os
import pickle
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from itertools import islice
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any, NamedTuple, Protocol, TypeVar

from threadpoolctl import threadpool_limits

from matcher import settings
from matcher.embeddings import CPU, FAST, SHIPPED, Computing, Encoder, load_encoder
from matcher.errors import EncoderError
from matcher.message import Catalogue

say = Catalogue(__file__)

F = TypeVar("F")

_MOST_OPEN = settings.count("scale.work.most_open")
CHUNK = settings.chunk("scale.work.rows")
_AHEAD = settings.count("scale.work.ahead")


# Opens what chunks need, once a process; sent pickled, so it names nothing that only one machine has.
WorkSource = Callable[[], Any]


def encoder_source(encoder: Encoder, computing: Computing = CPU) -> WorkSource:
    """What opens an encoder that `load_encoder` gave by the name that `--encoder` takes."""
    name = None if encoder.name in SHIPPED and encoder.name != FAST else encoder.name
    return partial(same_encoder, name, encoder.fingerprint, computing)


def same_encoder(name: str | None, fingerprint: str, computing: Computing = CPU) -> Encoder:
    """The encoder called so with this fingerprint; EncoderError if the weights under its name are others here."""
    encoder = load_encoder(name, computing)
    if encoder.fingerprint != fingerprint:
        raise EncoderError(say("other encoder", name=encoder.name))
    return encoder


@dataclass(frozen=True)
class Work:
    """`task(opened, rows, *arguments)` yields one answer a row, in order; none may depend on the rows around it.

    `changes` are the settings of the process that sends the rows, as `settings.overrides` gives them.
    """

    source: WorkSource
    task: Callable[..., Iterable[Any]]
    arguments: tuple[object, ...] = ()
    changes: Mapping[str, settings.Value] = field(default_factory=settings.overrides)

    @cached_property
    def name(self) -> str:
        """A hash by which processes know it."""
        return sha256(pickle.dumps((self.source, self.task, self.arguments))).hexdigest()


class Executor(Protocol):
    """Who carries chunks out. Answers do not depend on it."""

    def run(self, work: Work, rows: Iterable[Any]) -> Iterator[Any]:
        """The answer for each row, in order, while `rows` are read only as far as there is room for."""


class Chunk(NamedTuple):
    """Rows on their way, which a message or a log shows by number and never by their text."""

    rows: list[Any]

    def __repr__(self) -> str:
        """How many there are."""
        return f"<{len(self.rows)} rows>"


def ordered(
    rows: Iterable[Any], size: int, submit: Callable[[Chunk], F], answer: Callable[[F], Sequence[Any]],
    workers: Callable[[], int], ahead: int,
) -> Iterator[Any]:  # fmt: skip
    """The answers to rows in order, by chunks of at most `size`, while each worker has one and `ahead` wait for it.

    Each turn has a chunk for every worker, alike in length: none is idle while another has the last long one.
    """
    rest, away = iter(rows), deque[F]()
    while (count := workers()) and (turn := list(islice(rest, size * count))):
        length = math.ceil(len(turn) / count)
        for start in range(0, len(turn), length):
            away.append(submit(Chunk(turn[start : start + length])))
            while len(away) > (1 + ahead) * workers():
                yield from answer(away.popleft())
    while away:
        yield from answer(away.popleft())


# Of this process: what it was sent, what it has open, and one chunk at a time, for the same reason.
_held: dict[str, Work] = {}
_open: OrderedDict[str, Any] = OrderedDict()
_alone = Lock()


def hold(work: Work) -> None:
    """Take a work that chunks will name."""
    _held[work.name] = work


def release(name: str) -> None:
    """Forget a work; what it opened stays open for the next."""
    _held.pop(name, None)


def perform(name: str, chunk: Chunk) -> list[Any]:
    """The answers to a chunk by the work called `name`, which this process holds; SettingsError if it goes by others."""
    work = _held[name]
    settings.adopt(work.changes)
    with _alone:
        return list(work.task(_opened(work.source), chunk.rows, *work.arguments))


def _opened(source: WorkSource) -> Any:
    name = sha256(pickle.dumps(source)).hexdigest()
    if name not in _open:
        while len(_open) >= _MOST_OPEN:
            _open.popitem(last=False)
        _open[name] = source()
    _open.move_to_end(name)
    return _open[name]


def cores() -> int:
    """The processor's cores."""
    return os.cpu_count() or 1


def run_on_cores(task: Work, rows: Iterable[Any]) -> Iterator[Any]:
    """As `Executor`, by processes that end with this one, however it ends; EncoderError if one was killed, as by too little memory."""
    watched, held = Pipe(duplex=False)
    begun_with = watched, task, gc.get_threshold()[0]
    with held, ProcessPoolExecutor(cores(), get_context("spawn"), _start, begun_with) as executor:

        def submit(chunk: Chunk) -> Future[list[Any]]:
            return executor.submit(perform, task.name, chunk)

        try:
            yield from ordered(rows, CHUNK, submit, Future.result, cores, _AHEAD)
        except BrokenProcessPool as error:
            raise EncoderError(say("process died")) from error
        except BaseException:
            held.close()  # nobody waits for answers that are not wanted any more
            raise


def _start(watched: Connection, task: Work, objects: int) -> None:
    """Take the work of the process that started this one, and end when that one does.

    Cycles are looked for after as many new `objects` as there.
    """
    gc.set_threshold(objects)
    Thread(target=_end_with, args=(watched,), daemon=True).start()
    # Each process has a core to itself: threads within it would only be in each other's way.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    threadpool_limits(1)
    hold(task)


def _end_with(watched: Connection) -> None:
    """End this process when the other end of the pipe is closed: its holder has, or has died."""
    with suppress(EOFError, OSError):
        watched.recv_bytes()
    os._exit(1)
