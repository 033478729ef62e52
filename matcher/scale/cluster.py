"""A cluster of machines by Dask: `--cluster tcp://scheduler:8786`.

What workers need (guide and calibration, by content) goes to each of them once as a plugin, to those that join or
start again later too; rows follow in chunks. The worker that dies loses nothing: its chunks go to another. Who can
reach a scheduler can run code on its workers: docs/operating.md says how to guard one.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from matcher import settings
from matcher.errors import ClusterError, MatcherError, require
from matcher.message import Catalogue
from matcher.scale import work
from matcher.scale.work import Chunk, Work

if TYPE_CHECKING:
    from distributed import Client, Future

say = Catalogue(__file__)

_AHEAD = settings.count("scale.cluster.ahead")
_CONNECTING = settings.seconds("scale.cluster.connecting")
_WITHOUT_WORKERS = settings.seconds("scale.cluster.without_workers")
_EVERY = settings.seconds("scale.cluster.progress_every")
_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")
_PROGRAM = "proposal-matcher"


class Cluster(AbstractContextManager["Cluster"]):
    """An executor over the workers of a Dask scheduler, connected until it is closed."""

    def __init__(self, address: str, report: Callable[[str], None] = lambda _: None) -> None:
        """Connect to a scheduler at tcp://HOST:PORT or tls://HOST:PORT; `report` gets progress in sentences for people.

        Raises ExtraError without dask.distributed, ClusterError if no scheduler or no worker answers in ten seconds.
        """
        require("scale", "distributed")
        if not _ADDRESS.fullmatch(address):
            raise ClusterError(say("cluster.address", address=address))
        from distributed import Client

        # What goes wrong is said here in a sentence; Dask would write pages, some of them with the rows.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._address, self._report = address, report
        connect = partial(Client, address, timeout=_CONNECTING, set_as_default=False, name="matcher")
        try:
            try:
                self._client: Client = connect()
            except (
                AssertionError
            ):  # Dask asserts that the greeting comes alone: of a busy scheduler it may not
                self._client = connect()
        except (OSError, ValueError, RuntimeError, AssertionError) as error:
            raise ClusterError(say("cluster.unreachable", address=address, error=_first(error))) from error
        try:
            self._client.wait_for_workers(1, timeout=_CONNECTING)
        except BaseException as error:
            self.close()
            raise self._no_workers() if isinstance(error, TimeoutError) else error from None

    def __exit__(self, *_: object) -> None:
        """Disconnect."""
        self.close()

    def close(self) -> None:
        """Disconnect; chunks that are still away are given up, workers go on."""
        with suppress(OSError, TimeoutError):
            self._client.close(timeout=_CONNECTING)

    def run(self, task: Work, rows: Iterable[Any]) -> Iterator[Any]:
        """As `Executor`; ClusterError if the cluster goes away or kills whoever takes a chunk, else the error of a chunk."""

        away: set[Future] = set()
        started = reported = time.monotonic()
        done = 0

        def submit(chunk: Chunk) -> Future:
            future = self._client.submit(work.perform, task.name, chunk, key=f"matcher-{uuid4().hex}")
            away.add(future)
            return future

        def answer(future: Future) -> Any:
            away.discard(future)
            return self._answer(future)

        with self._held(task):
            try:
                for row in work.ordered(rows, work.CHUNK, submit, answer, self._threads, _AHEAD):
                    yield row
                    done += 1
                    if time.monotonic() - reported > _EVERY:
                        reported = time.monotonic()
                        workers, rate = len(self._client.nthreads()), done / (reported - started)
                        self._report(say("cluster.progress", workers=workers, done=done, rate=rate))
            finally:
                with suppress(Exception):  # the first error is the one to tell
                    self._client.cancel(list(away))

    def _threads(self) -> int:
        """Threads of all workers, at least 1."""
        threads: int = sum(self._client.nthreads().values())
        return max(1, threads)

    def _answer(self, future: Future) -> Any:
        """The answers to a chunk, however long its workers take; ClusterError once there is nobody to give them."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        seen = time.monotonic()
        while True:
            try:
                return future.result(timeout=_EVERY)
            except TimeoutError:
                if future.status == "error":
                    raise  # of the chunk itself, as it would be here
                if self._client.status != "running":
                    raise self._gone() from None
                if self._client.nthreads():
                    seen = time.monotonic()
                elif time.monotonic() - seen > _WITHOUT_WORKERS:
                    raise self._no_workers() from None
            except KilledWorker as error:
                raise ClusterError(say("cluster.worker died", address=self._address)) from error
            except FutureCancelledError as error:  # what a lost connection makes of what is away
                raise self._gone() from error

    @contextmanager
    def _held(self, task: Work) -> Iterator[None]:
        """Every worker has `task`, those that join later too."""
        from matcher.scale.plugin import WorkPlugin

        try:
            self._client.register_plugin(WorkPlugin(task), name=task.name)
        except Exception as error:  # whatever a worker without the program, or with another one, raises
            if isinstance(error, MatcherError):
                raise  # a sentence of our own
            address, why, here = self._address, _first(error), version(_PROGRAM)
            message = say("cluster.version", address=address, error=why, program=_PROGRAM, version=here)
            raise ClusterError(message) from error
        try:
            yield
        finally:
            with suppress(Exception):  # the first error is the one to tell
                self._client.unregister_worker_plugin(task.name)

    def _gone(self) -> ClusterError:
        return ClusterError(say("cluster.lost", address=self._address))

    def _no_workers(self) -> ClusterError:
        return ClusterError(say("cluster.no worker", address=self._address))


def _first(error: BaseException) -> str:
    """The first line of what an error says."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__
