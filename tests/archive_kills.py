"""Kills in the middle of changes to an archive, and what must hold after each: the old or the new state.

Every state is held against a fresh build of the same submissions: rows, neighbours and postings. The
vector files are in use all the while, and what was removed must be in no file once the archive was opened.
"""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from matcher.archive import ArchivePlace, FolderArchive, FolderRecords, open_records, place_of
from matcher.embeddings import Encoder
from matcher.message import Message
from matcher.types import Proposal
from tests.conftest import ToyEncoder

COUNT = 60  # submissions that are there before
LETTERS = ToyEncoder.letters


def submission(number: int) -> Proposal:
    """A submission whose words, vector and shingles are its own."""
    rng = random.Random(number)
    text = "".join(rng.choice(LETTERS) for _ in range(80))
    return Proposal(f"n{number}", f"第{number}号", text, year="2020")


@dataclass(frozen=True, slots=True)
class Change:
    """A change under the knife: its name and the submissions that are there before and after it."""

    name: str
    before: tuple[Proposal, ...]
    after: tuple[Proposal, ...]


_OLD = tuple(submission(i) for i in range(COUNT))
CHANGES = (
    Change("add", _OLD, (*_OLD, *(submission(COUNT + i) for i in range(COUNT)))),
    Change("remove", _OLD, _OLD[: COUNT // 2]),
    Change("rebuild", _OLD, _OLD),
    Change("search", _OLD, _OLD),
)


def verify(place: ArchivePlace, encoder: Encoder | None = None) -> list[Message]:
    """What is wrong with the archive there."""
    with open_records(place) as records:
        return records.verify(encoder)


def rebuild(place: ArchivePlace, encoder: Encoder) -> tuple[int, list[Message]]:
    """Make vectors and shingles of the archive there again."""
    with open_records(place) as records:
        return records.rebuild(encoder)


def perform(folder: Path, change: Change) -> None:
    """Carry out a change; the process that does it is killed somewhere in between. "search" makes the vector file."""
    if change.name == "rebuild":
        rebuild(place_of(folder), ToyEncoder("toy-2"))
        return
    with FolderArchive(folder, ToyEncoder()) as archive:
        if change.name == "add":
            archive.add(change.after)
        elif change.name == "remove":
            kept = {p.id for p in change.after}
            archive.remove([p.id for p in change.before if p.id not in kept])
        else:
            with archive.database.writing():  # what a search then makes and keeps is under the knife
                archive.database.forget()
            archive.search(exact_up_to=0)


def _performed(folder: Path, change: Change, told: Connection) -> None:
    """`perform`, telling when it begins and how many seconds it took."""
    told.send("begins")
    began = time.perf_counter()
    perform(folder, change)
    told.send(time.perf_counter() - began)


def campaign(place: Path, kills: int, seed: int) -> str:
    """A table of what was there after each change undisturbed and after each of `kills`; AssertionError where it was neither state, or not sound."""
    rng = random.Random(seed)
    processes = multiprocessing.get_context("forkserver")
    starts, seconds = {}, {}
    for change in CHANGES:
        starts[change.name] = _build(place / f"start-{change.name}", change.before)
    seen: Counter[tuple[str, str]] = Counter()
    for number in range(len(CHANGES) + kills):
        change = CHANGES[number % len(CHANGES)]
        folder = place / "archive"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(starts[change.name], folder)
        here, there = processes.Pipe()
        process = processes.Process(target=_performed, args=(folder, change, there))
        process.start()
        here.recv()
        if number < len(CHANGES):  # once undisturbed: how long it takes, and what it leaves
            seconds[change.name] = here.recv()
        else:
            time.sleep(rng.uniform(0, seconds[change.name]))
            process.kill()
        process.join()
        seen[change.name, _state(folder, change, place)] += 1
    return "\n".join(f"{name}: {state} {count}" for (name, state), count in sorted(seen.items()))


def _build(folder: Path, proposals: Sequence[Proposal], encoder: ToyEncoder | None = None) -> Path:
    with FolderArchive(folder, encoder or ToyEncoder(), create=True) as archive:
        archive.add(proposals)
        archive.search(exact_up_to=0)
    return folder


def _state(folder: Path, change: Change, place: Path) -> str:
    """ "old" or "new", after a check of everything that can be checked."""
    with FolderRecords(folder) as records:
        there = tuple(s.proposal for s in records.submissions())
        version = records.version
    assert there in (change.before, change.after), f"{change.name}: neither the old nor the new state"
    new = version > 1
    encoder = ToyEncoder("toy-2") if change.name == "rebuild" and new else ToyEncoder()
    assert verify(place_of(folder), encoder) == []
    _compare(folder, there, encoder, place)
    gone = {p.title for p in change.before} - {p.title for p in there}
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert not [title for title in gone if title.encode() in kept]
    if gone:
        vectors = ToyEncoder().encode([p.text for p in change.before if p.title in gone], "passage")
        assert not [v for v in vectors.astype(np.float16) if v.tobytes() in kept]
    return "new" if new else "old"


def _compare(folder: Path, there: Sequence[Proposal], encoder: ToyEncoder, place: Path) -> None:
    """Neighbours and postings are those of a fresh build of the same submissions."""
    other = place / f"fresh-{len(there)}-{encoder.fingerprint}"
    if not other.exists():
        _build(other, there, encoder)
    queries = encoder.encode([p.text for p in _OLD[:20]], "query")
    answers = []
    for each in (folder, other):
        with FolderArchive(each, encoder) as archive:
            search = archive.search(exact_up_to=0)
            ids = {s.key: s.proposal.id for s in archive.submissions()}
            assert not archive.notes, archive.notes
        nearest = search.indexes[-1]
        assert nearest is not None
        keys, cosines = nearest.search(queries, 5)
        owners = [ids[int(key)] for key in search.kept.keys]
        words = sorted(zip(search.kept.hashes.tolist(), owners, strict=True))
        answers.append(([[ids[k] for k in row] for row in keys.tolist()], cosines.tolist(), words))
    assert answers[0] == answers[1]
