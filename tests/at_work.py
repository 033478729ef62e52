"""Processes of tests that are killed at work, or write at the same time: forked from one that has imported what they use."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from matcher.archive import FolderArchive, open_archive, place_of, rows
from matcher.duplicates import cases
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.guide import read_guide
from matcher.message import Message
from matcher.season import Correction, Season, take_corrected
from matcher.triage import decisions, desk
from matcher.types import Proposal
from tests.archive_kills import submission
from tests.conftest import ToyEncoder

PROCESSES = multiprocessing.get_context("forkserver")


@contextmanager
def at_work(task: Callable[..., None], *args: object) -> Iterator[None]:
    """A process is in the midst of a task, which was given a connection to say so, and is killed in the end."""
    here, there = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=task, args=(there, *args))
    process.start()
    there.close()
    try:
        here.recv()
        yield
    finally:
        process.kill()
        process.join()


def at_once(task: Callable[..., None], *each: tuple[object, ...]) -> None:
    """Processes carry out a task at the same time, with other arguments each; AssertionError if one fails."""
    running = [PROCESSES.Process(target=task, args=args) for args in each]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * len(each)


# What they do


def decide(begun: Connection, file: Path) -> None:
    """Change two decisions on a batch of a season together, again and again."""
    season = Season(file, "kill")
    begun.send("ready")
    for number in range(100_000):
        season.decide(1, {"2": ("1-01", "1-02")[number % 2], "3": ("1-01", "1-02")[number % 2]})


def correct(season: Season, document: Path, meanwhile: Callable[[], object] = lambda: None) -> list[Message]:
    """Take a corrected guide; `meanwhile` happens while the rows are judged anew."""
    correction = Correction.between(season.guide, read_guide(document))
    engine = Engine.open(correction.after, FAST)

    def shown(rows: Iterator[desk.ReportRow], _: int) -> Iterator[desk.ReportRow]:
        meanwhile()
        return rows

    return take_corrected(season, document, correction, engine, shown)


def correct_in_turn(begun: Connection, file: Path, *documents: Path) -> None:
    """Take the guides for a season one after another, again and again."""
    season = Season(file, "kill")
    begun.send("ready")
    while True:
        for document in documents:
            correct(season, document)


def add_without_end(begun: Connection, place: str, chunk: int, chunks: int) -> None:
    """Add to an archive by chunks of so many rows, and say so after some chunks."""
    rows.CHUNK = chunk

    def endless() -> Iterator[Proposal]:
        for i in count():
            if i == chunk * chunks:
                begun.send("writing")
            yield Proposal(f"new-{i}", "夜市", f"安全{i}" * 30)

    with open_archive(place_of(place), ToyEncoder()) as opened:
        opened.add(endless())


def add_submissions(folder: Path, first: int) -> None:
    """Add fifty submissions to an archive, ten at a time."""
    for start in range(first, first + 50, 10):
        with FolderArchive(folder, ToyEncoder()) as archive:
            archive.add(submission(i) for i in range(start, start + 10))


def keep_decisions(file: Path, name: str) -> None:
    """Keep five decisions, one after another."""
    for n in range(5):
        decisions.keep(file, [decisions.OfficerDecision("g", "", name, f"{name} {n}", "text", "1-01", "")])


def keep_cases(file: Path, number: int) -> None:
    """Keep ten cases, one after another."""
    for i in range(10):
        cases.CaseFile(file).keep([cases.Case("a", "b", f"{number}-{i}", "no")])
