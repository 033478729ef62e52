"""One process a core of this machine: most of the work is Python's own, which threads cannot share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from threadpoolctl import threadpool_limits

from matcher import settings
from matcher.errors import EncoderError
from matcher.message import Catalogue
from matcher.scale import work
from matcher.scale.work import Work

say = Catalogue(__file__)

_CHUNK = settings.chunk("scale.processes.rows")
_AHEAD = settings.count("scale.processes.ahead")


def cores() -> int:
    """The processor's cores."""
    return os.cpu_count() or 1


def run(task: Work, rows: Iterable[Any]) -> Iterator[Any]:
    """As `Executor`, by processes that end with this one, however it ends; EncoderError if one was killed, as by too little memory."""
    watched, held = Pipe(duplex=False)
    with held, ProcessPoolExecutor(cores(), get_context("spawn"), _start, (watched, task)) as executor:
        try:
            yield from work.ordered(
                rows,
                _CHUNK,
                lambda chunk: executor.submit(work.perform, task.name, chunk),
                Future.result,
                cores,
                _AHEAD,
            )
        except BrokenProcessPool as error:
            raise EncoderError(say("process died")) from error
        except BaseException:
            held.close()  # nobody waits for answers that are not wanted any more
            raise


def _start(watched: Connection, task: Work) -> None:
    """Take the work of the process that started this one, and end when that one does."""
    Thread(target=_end_with, args=(watched,), daemon=True).start()
    # Each process has a core to itself: threads within it would only be in each other's way.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    threadpool_limits(1)
    work.hold(task)


def _end_with(watched: Connection) -> None:
    """End this process when the other end of the pipe is closed: its holder has, or has died."""
    with suppress(EOFError, OSError):
        watched.recv_bytes()
    os._exit(1)
