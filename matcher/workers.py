"""A large batch answered by one process a core: most of the work is Python's own, which threads cannot share."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from itertools import chain, islice
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from threading import Thread

from threadpoolctl import threadpool_limits

from matcher.embeddings import FAST, SHIPPED
from matcher.engine import Engine, Opened
from matcher.errors import CalibrationError, EncoderError
from matcher.report import match_json
from matcher.screen import json_line
from matcher.types import Proposal

# Fewer proposals are answered before other processes would have started, by encoder.
LARGE = {"shipped": 200, FAST: 3000}
_CHUNK = 128


def answer_lines(
    engine: Engine, proposals: Iterable[Proposal], k: int, explained: int = 1, large: int | None = None
) -> Iterator[str]:
    """One JSON line for each proposal, in order; the same lines whatever the number of processes.

    The first `explained` of the k hits carry their evidence.

    From `large` proposals on (None: LARGE), and with an encoder that is shipped, every core has a process of
    its own, which opens the same engine again; else `engine` answers here. The processes end with this one,
    however it ends. CalibrationError if the guide or the calibration was changed meanwhile.
    """
    rest = iter(proposals)
    large = LARGE.get(engine.encoder.name, 0) if large is None else large
    first = list(islice(rest, large))
    everything = chain(first, rest)
    cores = os.cpu_count() or 1
    if len(first) < large or cores < 2 or engine.opened is None or engine.encoder.name not in SHIPPED:
        yield from _lines(engine, everything, k, explained)
        return
    watched, held = Pipe(duplex=False)
    settings = (watched, engine.opened, _hash(engine))
    with held, ProcessPoolExecutor(cores, get_context("spawn"), _start, settings) as pool:
        try:
            yield from _spread(pool, everything, k, explained)
        except BrokenProcessPool as error:
            raise EncoderError(
                "并行的进程中途结束（内存不足？）：请关闭其他程序后再运行，或加 --fast。"
                " / One of the processes ended (too little memory?); close other programs and run again, or use --fast."
            ) from error
        except BaseException:
            held.close()  # nobody waits for answers that are not wanted any more
            raise


def _spread(
    pool: ProcessPoolExecutor, proposals: Iterator[Proposal], k: int, explained: int
) -> Iterator[str]:
    waiting: deque[Future[list[str]]] = deque()
    while chunk := list(islice(proposals, _CHUNK)):
        waiting.append(pool.submit(_answer, chunk, k, explained))
        if len(waiting) > 2 * (os.cpu_count() or 1):
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _lines(engine: Engine, proposals: Iterable[Proposal], k: int, explained: int) -> Iterator[str]:
    for answer in engine.match_many(proposals, k, explained):
        yield json_line(match_json(answer))


def _hash(engine: Engine) -> str:
    return sha256(repr(engine.identity).encode("utf-8", "surrogatepass")).hexdigest()


_settings: list[tuple[Opened, str]] = []  # of this process: the engine to open, and its hash


def _start(watched: Connection, opened: Opened, identity: str) -> None:
    """Take the settings of the process that started this one, and end when that one does."""
    Thread(target=_end_with, args=(watched,), daemon=True).start()
    # Each process has a core to itself: threads within it would only be in each other's way.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    threadpool_limits(1)
    _settings[:] = [(opened, identity)]


@lru_cache(maxsize=1)
def _engine() -> Engine:
    """The engine of this process, opened with its first proposals so that an error reaches whoever asked."""
    opened, identity = _settings[0]
    engine = Engine.open(*opened)
    if _hash(engine) != identity:
        raise CalibrationError(
            "运行中指南或校准被改变，答案会前后不一：请再运行一次。"
            " / The guide or the calibration was changed meanwhile, and the answers would not agree; run it again."
        )
    return engine


def _end_with(watched: Connection) -> None:
    """End this process when the other end of the pipe is closed: its holder has, or has died."""
    with suppress(EOFError, OSError):
        watched.recv_bytes()
    os._exit(1)


def _answer(proposals: list[Proposal], k: int, explained: int) -> list[str]:
    return list(_lines(_engine(), proposals, k, explained))
