"""Long work of the service: one job at a time, with progress, results for an hour, and a way to stop it."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

from matcher import settings
from matcher.errors import MatcherError, ServiceError
from matcher.message import Catalogue
from matcher.progress import Progress

say = Catalogue(__file__)

log = logging.getLogger(__name__)
JobKind = Literal["triage", "duplicates"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
Task = Callable[[Progress], Sequence[dict[str, Any]]]
KEPT_SECONDS = settings.seconds("service.jobs.kept")
MOST_WAITING = settings.count("service.jobs.most_waiting")


class Cancelled(Exception):
    """Raised inside a job that was asked to stop."""


@dataclass(slots=True)
class Job:
    """A job of one token; `rows` are its results when `state` is "done"."""

    id: str
    kind: JobKind
    owner: str
    total: int
    state: JobState = "waiting"
    done: int = 0
    error: str | None = None
    rows: Sequence[dict[str, Any]] = ()
    ended: float = 0.0
    work: Task | None = None
    stop: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """The jobs of a running service, in memory only: proposals are kept nowhere else."""

    def __init__(self) -> None:
        """Start without a job."""
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="job")

    def submit(self, kind: JobKind, owner: str, total: int, work: Task) -> Job:
        """A job that runs `work`, which tells how far it is; ServiceError when too many wait."""
        job = Job(secrets.token_hex(8), kind, owner, total, work=work)
        with self._lock:
            self._forget_old()
            if sum(not j.ended for j in self._jobs.values()) >= MOST_WAITING:
                raise ServiceError(say("jobs.too many", most=MOST_WAITING))
            self._jobs[job.id] = job
        self._worker.submit(self._run, job)
        return job

    def find(self, id_: str, owner: str) -> Job | None:
        """The job of this id if it belongs to `owner`."""
        with self._lock:
            self._forget_old()
            job = self._jobs.get(id_)
        return job if job is not None and job.owner == owner else None

    def remove(self, job: Job) -> None:
        """Stop a job and forget it with its proposals, which else wait with it in the worker's queue, and its rows."""
        job.stop.set()
        job.work = None
        with self._lock:
            self._jobs.pop(job.id, None)

    def close(self) -> None:
        """Ask every job to stop, and wait for the one that runs."""
        for job in list(self._jobs.values()):
            job.stop.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _forget_old(self) -> None:
        limit = time.monotonic() - KEPT_SECONDS
        for id_ in [i for i, job in self._jobs.items() if job.ended and job.ended < limit]:
            del self._jobs[id_]

    def _run(self, job: Job) -> None:
        def progress(share: float) -> None:
            if job.stop.is_set():
                raise Cancelled
            job.done = int(job.total * share)

        try:
            work, job.work = job.work, None
            if work is None:
                raise Cancelled
            progress(0)
            job.state = "running"
            job.rows = work(progress)
            job.done, job.state = job.total, "done"
        except Cancelled:
            job.state = "cancelled"
        except MatcherError as error:
            job.state, job.error = "failed", str(error)
        except Exception:  # the caller must learn that the job ended, whatever the fault
            log.exception("job %s", job.id)
            job.state, job.error = "failed", say("failed")
        job.ended = time.monotonic()
