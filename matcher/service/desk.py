"""What stands behind the routes: guides by content, their engines, and the desks over them; long work is a job, one at a time."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException

from matcher import settings, shipped
from matcher.archive import ArchivePlace, open_archive, open_records, searching
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import MatcherError, ServiceError
from matcher.files import plain_name, replacing_file, temporary_folder
from matcher.guide import read_guide
from matcher.library import to_dicts
from matcher.message import Catalogue
from matcher.progress import Progress
from matcher.readers.batch import Entry
from matcher.readers.form.reading import long_cells
from matcher.service.guard import Overdue
from matcher.service.models import GuideOut, JobKind, JobRequest, JobState, MatchRequest, ProposalIn
from matcher.types import Proposal

say = Catalogue(__file__)

log = logging.getLogger(__name__)
Task = Callable[[Progress], Sequence[dict[str, Any]]]
KEPT_SECONDS = settings.seconds("service.jobs.kept")
MOST_WAITING = settings.count("service.jobs.most_waiting")
ENGINES = settings.count("service.desk.engines")
_TOGETHER = settings.count("service.desk.together")
_SUFFIX = settings.characters("service.desk.suffix")
_PATIENCE = settings.seconds("databases.wait_for_writer")
_ID = 16  # hexadecimal digits of a guide's hash that name it


def proposal(sent: ProposalIn) -> Proposal:
    """The program's own record of a proposal that was sent; a form sent as its abstract is read as one in a table's cell is."""
    return long_cells(Proposal(**sent.model_dump()))


class Guides:
    """Guide documents that were sent, by content, in a folder; the shipped guide is always there."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, which is made when the first guide comes."""
        self._folder = folder

    def add(self, name: str, content: bytes) -> GuideOut:
        """Keep a document; named errors where it is no guide, which call it by its name."""
        suffix = Path(name).suffix.lower()
        if not suffix.isascii() or not 1 < len(suffix) <= _SUFFIX or not suffix[1:].isalnum():
            raise ServiceError(say("guide.name"))
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{sha256(content).hexdigest()[:_ID]}{suffix}"
        if not file.exists():
            with temporary_folder() as folder:  # under its own name, by which a refusal calls it
                trial = folder / f"{plain_name(Path(name).stem) or 'guide'}{suffix}"
                trial.write_bytes(content)
                read_guide(trial)
            with replacing_file(file) as part:
                part.write_bytes(content)
        return self._described(file)

    def path(self, id_: str | None) -> Path:
        """The document of a guide; the shipped one for None; ServiceError for an unknown id."""
        if id_ is None:
            return shipped.default_guide()
        for file in self._files():
            if file.stem == id_:
                return file
        raise ServiceError(say("guide.unknown"))

    def listed(self) -> list[GuideOut]:
        """Every guide that was sent, by id."""
        return [self._described(file) for file in self._files()]

    def _files(self) -> list[Path]:
        return sorted(file for file in self._folder.glob("*") if len(file.stem) == _ID)

    @staticmethod
    def _described(file: Path) -> GuideOut:
        guide = read_guide(file)
        return GuideOut(
            id=file.stem, title=guide.title, topics=len(guide.topics), findings=list(guide.findings)
        )


class Desks:
    """Engines by guide and reader, opened once, and the work of each desk."""

    def __init__(self, guides: Guides, archive: ArchivePlace | None) -> None:
        """Answer over `guides`; `archive` holds earlier submissions, if there is one."""
        self.guides, self.archive = guides, archive
        self._engine = lru_cache(ENGINES)(lambda path, fast: Engine.open(path, FAST if fast else None))
        self._opening = threading.Lock()
        self._archive_lock = threading.Lock()

    def engine(self, guide: str | None, fast: bool) -> Engine:
        """The engine of a guide; opening one takes a second, and only one is opened at a time."""
        path = self.guides.path(guide)
        with self._opening:
            return self._engine(path, fast)

    def match(self, asked: MatchRequest, overdue: Overdue) -> dict[str, Any]:
        """The title of the guide, and the answers in order, in the form of `match --json`; it stops soon after nobody waits for them any more."""
        engine = self.engine(asked.guide, asked.fast)
        proposals = list(map(proposal, asked.proposals))
        title = engine.guide.title
        if len(proposals) == 1:
            return {"guide": title, "matches": [engine.match(proposals[0], asked.k).to_dict()]}
        matches: list[dict[str, Any]] = []
        for start in range(0, len(proposals), _TOGETHER):
            if overdue():
                raise HTTPException(413, say("too slow"))
            some = engine.match_many(proposals[start : start + _TOGETHER], asked.k)
            matches += [match.to_dict() for match in some]
        return {"guide": title, "matches": matches}

    def triage(self, asked: JobRequest, progress: Progress) -> list[dict[str, Any]]:
        """The rows of a triage report, most in need of a look first, in the form of `triage --out x.jsonl`."""
        from matcher.rules import guide_rules
        from matcher.triage import Judged, desk
        from matcher.triage.declared import DeclaredReader

        engine = self.engine(asked.guide, asked.fast)
        received = [Entry(line, proposal(sent)) for line, sent in enumerate(asked.proposals, 1)]
        judged: list[Judged] = []
        reader = DeclaredReader(engine.guide.topics)
        for start in range(0, len(received), _TOGETHER):  # a job that is to stop learns it from its progress
            judged += desk.judged_rows(engine, received[start : start + _TOGETHER], reader)
            progress(len(judged) / len(received))
        earlier = self._submissions(-1) if asked.archive else []
        report = desk.report(engine.guide, "service", received, judged, guide_rules(engine.guide.id), earlier)
        return to_dicts(report)

    def duplicates(self, asked: JobRequest, progress: Progress) -> list[dict[str, Any]]:
        """The pairs of concern, the most concerning first, in the form of `duplicates --out x.jsonl`."""
        from matcher.duplicates import find

        engine = self.engine(asked.guide, asked.fast)
        first, second = engine.readers
        batch = list(map(proposal, asked.proposals))
        place = self._named_archive() if asked.archive else None
        with self._alone(-1) if place else nullcontext(), searching(place, first) as search:
            findings = find(batch, first, search, engine.guide, progress=progress, reader=second)
        return to_dicts(findings)

    def archive_list(self) -> list[dict[str, str]]:
        """Id, year and title of every submission in the archive."""
        return [{"id": p.id, "year": p.year, "title": p.title} for p in self._submissions()]

    def archive_add(self, proposals: Sequence[ProposalIn]) -> dict[str, Any]:
        """How many were stored and how many were there, and the ids that were refused or stand twice in it."""
        encoder = self.engine(None, False).readers.first
        with self._alone(), open_archive(self._named_archive(), encoder, create=True) as opened:
            added = opened.add(map(proposal, proposals))
        return asdict(added)

    def archive_remove(self, id_: str, year: str | None) -> dict[str, Any]:
        """How many submissions were removed, and whether their bytes are gone for sure."""
        with self._alone(), open_records(self._named_archive()) as opened:
            return {"removed": opened.remove([id_], year), "erased": not opened.unerased}

    def _submissions(self, seconds: float = _PATIENCE) -> list[Proposal]:
        with self._alone(seconds), open_records(self._named_archive()) as opened:
            return [s.proposal for s in opened.submissions()]

    @contextmanager
    def _alone(self, seconds: float = _PATIENCE) -> Iterator[None]:
        """The archive for one at a time; a request gives up after `seconds` with a 429, a job waits for ever (-1).

        A job may hold it for minutes: requests that wait as long would take the turns of all others.
        """
        if not self._archive_lock.acquire(timeout=seconds):
            raise HTTPException(429, say("archive.busy"))
        try:
            yield
        finally:
            self._archive_lock.release()

    def _named_archive(self) -> ArchivePlace:
        if self.archive is None:
            raise ServiceError(say("archive.none"))
        return self.archive


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
        self._lock = threading.RLock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="job")

    def submit(self, kind: JobKind, owner: str, total: int, work: Task) -> Job:
        """A job that runs `work`, which tells how far it is; HTTPException (429) when too many wait."""
        job = Job(secrets.token_hex(8), kind, owner, total, work=work)
        with self._lock:
            self.forget_old()
            if sum(not j.ended for j in self._jobs.values()) >= MOST_WAITING:
                raise HTTPException(429, say("jobs.too many", most=MOST_WAITING))
            self._jobs[job.id] = job
        self._worker.submit(self._run, job)
        return job

    def find(self, id_: str, owner: str) -> Job | None:
        """The job of this id if it belongs to `owner`."""
        with self._lock:
            self.forget_old()
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

    def forget_old(self) -> None:
        """Forget what ended long ago; else nobody does while nobody asks."""
        limit = time.monotonic() - KEPT_SECONDS
        with self._lock:
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
