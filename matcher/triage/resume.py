"""A journal beside the output: what was judged so far, so that a stopped run can go on.

One JSON line per row, numbered in the order of the batch, after a first line that says which batch,
guide, encoder and settings they belong to. It holds sentences of the proposals and is removed when
the report is written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from matcher import typed_json
from matcher.errors import DocumentError, OutputError, ReportError, naming, reason
from matcher.locks import try_lock
from matcher.message import Catalogue
from matcher.readers.source import check_regular, files_below
from matcher.triage.judgement import Judged

say = Catalogue(__file__)

_FORMAT = 4


def journal_of(out: Path) -> Path:
    """Where the journal of a report is kept."""
    return out.with_name(f".{out.name}.journal")


def _report_of(path: Path) -> Path:
    """The report that a journal is of, by which people know it."""
    return path.with_name(path.name.removeprefix(".").removesuffix(".journal"))


def fingerprint(*parts: object) -> str:
    """A hash of everything that decides the rows of a report."""
    return sha256(json.dumps([_FORMAT, *map(str, parts)]).encode("utf-8", "surrogatepass")).hexdigest()


def digest(batch: Path, start: bytes = b"") -> str:
    """A hash of a batch: the bytes of a file after `start`, or the names and bytes of all files of a folder, of what is not read
    the reason."""
    if not batch.is_dir():
        total = sha256(start)
        with batch.open("rb") as stream:
            return file_digest(stream, lambda: total).hexdigest()
    files, unlisted = files_below(batch)
    total = sha256("".join(f"{name}{error}" for name, error in unlisted).encode("utf-8", "surrogateescape"))
    for file in files:
        total.update(str(file.relative_to(batch)).encode("utf-8", "surrogateescape"))
        try:
            check_regular(file)
            with file.open("rb") as stream:
                file_digest(stream, lambda: total)
        except (DocumentError, OSError) as error:
            total.update(str(reason(error)).encode("utf-8", "surrogateescape"))
    return total.hexdigest()


class Journal:
    """The journal of one run: `done` are the rows that an earlier run judged, `dropped` how many were there that this run
    does not go on after; `write` adds one."""

    def __init__(self, stream: BinaryIO, done: list[Judged], dropped: int) -> None:
        """Go on after the rows that are `done`."""
        self._stream, self._written = stream, len(done)
        self.done, self.dropped = done, dropped

    def write(self, row: Judged) -> None:
        """One row as one line, which reaches the disk by itself."""
        # ASCII: a lone surrogate of a damaged file survives the way there and back.
        self._stream.write(json.dumps([self._written, typed_json.plain(row)]).encode() + b"\n")
        self._stream.flush()
        self._written += 1


@contextmanager
def journal(path: Path, key: str, *, resume: bool) -> Iterator[Journal]:
    """The journal under `path`, for this run alone; with `resume` it begins with what is there.

    A last line that a crash cut short is taken away. OutputError while another run writes the same
    report; with `resume` ReportError for a journal of another batch, guide, encoder or setting, or a damaged one.
    """
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with naming(_report_of(path), path), open(os.open(path, flags, 0o666), "r+b") as stream:  # noqa: PTH123 - of a handle, not a name
        if not try_lock(stream.fileno()):
            raise OutputError(say("report.busy", name=_report_of(path).name))
        # What follows the last line end was cut short.
        there = stream.read().split(b"\n")[:-1]
        lines = there if resume else []
        done = _rows(path, lines, key)
        stream.seek(0)
        stream.truncate(sum(len(line) + 1 for line in lines))
        stream.seek(0, os.SEEK_END)
        if not lines:
            stream.write(json.dumps([_FORMAT, key]).encode() + b"\n")
        yield Journal(stream, done, max(0, len(there) - 1 - len(done)))


def _rows(path: Path, lines: list[bytes], key: str) -> list[Judged]:
    if not lines:
        return []
    try:
        if typed_json.loads(lines[0], tuple[int, str]) != (_FORMAT, key):
            raise ReportError(say("resume.other", name=_report_of(path).name))
        rows = [typed_json.loads(line, tuple[int, Judged]) for line in lines[1:]]
        if [number for number, _ in rows] != list(range(len(rows))):
            raise ValueError("row")
        return [row for _, row in rows]
    except ValueError as error:
        raise ReportError(say("resume.damaged", name=_report_of(path).name)) from error
