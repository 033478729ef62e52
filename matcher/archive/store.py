"""The file of an archive: one SQLite database, opened, locked, and written all or nothing.

A transaction is all that crash safety needs: after kill -9 the old or the new state is there.
Readers see the state they began with while one writer writes. Deleted rows are overwritten with
zeros (secure_delete), and the log that might still hold them can be emptied.

Beside it lie files that keep approximate indexes of the vectors: copies that may be made again at any time. The
database says which file it believes: the checksum of its bytes and the state of the archive that it was made of. A file
that does not fit is never read. They are written and deleted only under the write lock, and deleted before a removal is
committed: no kill leaves a removed vector behind.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import faiss

from matcher import settings, typed_json
from matcher.archive import failures
from matcher.archive.nearest import Nearest
from matcher.archive.rows import SCRIPTS, Script, Total, digest
from matcher.embeddings import digest_of
from matcher.errors import ArchiveError
from matcher.message import Catalogue

say = Catalogue(__file__)

ARCHIVE_FILE = "archive.sqlite"
ARCHIVE_FORMAT = 2
_SECONDS = settings.seconds("databases.wait_for_writer")
# Bytes of the shared-memory file that SQLite locks (walformat, section 2.3.1): the writer, and readers.
_WRITER, _READERS = (120, 120), (123, 127)
Condition = Literal["absent", "unfit", "sound"]
_OWNER = 0o600  # the mode of a new archive
_TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE submission (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL, declared TEXT NOT NULL,
        organisation TEXT NOT NULL, principal_investigator TEXT NOT NULL, year TEXT NOT NULL,
        han INTEGER NOT NULL, vector BLOB NOT NULL, shingles BLOB NOT NULL, checksum BLOB NOT NULL,
        text_checksum BLOB NOT NULL,
        UNIQUE (id, year)
    )""",
)


class Database:
    """An open archive file. Every error of SQLite leaves it as an ArchiveError with its own advice."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the file in `folder`; ArchiveError if there is none or it cannot be opened. `create` makes one."""
        self.folder, self.file = folder, folder / ARCHIVE_FILE
        if folder.is_file():
            raise ArchiveError(say("place.is a file", folder=folder))
        if self.file.is_dir():
            raise failures.damaged(folder, say("damaged.directory", file=ARCHIVE_FILE))
        if not self.file.exists() and not create:
            raise failures.absent(folder)
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        self.read_only = not create and not (os.access(folder, os.W_OK) and os.access(self.file, os.W_OK))
        with failures.named(folder):
            self._connection = sqlite3.connect(
                self._place(), timeout=_SECONDS, isolation_level=None, check_same_thread=False, uri=True
            )
        try:
            self._set_up(create=create)
        except BaseException:
            self.close()
            raise

    def _place(self) -> str:
        place = f"file:{quote(os.fsencode(self.file.absolute()))}"  # a folder's name need not be Unicode

        if not self.read_only:
            return place
        # Where nothing can be written, SQLite reads only a file that nobody changes, or a log that is open already.
        logged = self.file.with_name(f"{ARCHIVE_FILE}-wal").exists()
        return f"{place}?mode=ro" if logged else f"{place}?mode=ro&immutable=1"

    def _set_up(self, *, create: bool) -> None:
        """Make the tables of a new archive; ArchiveError for a file that is no archive, or one of another format."""
        self.run("PRAGMA secure_delete = ON")
        self.run("PRAGMA temp_store = MEMORY")
        self.run("PRAGMA synchronous = FULL")
        # Another program's database is refused by whoever reads its format, and stays as it is.
        names = self._tables()
        if not self.read_only and not self.file.stat().st_size:
            self.file.chmod(_OWNER)  # before its log is made, which takes its mode
        own = not names or "submission" in names
        if own and not self.read_only and self.row("PRAGMA journal_mode") != ("wal",):
            self.run("PRAGMA journal_mode = WAL")
        if not names and not create:
            raise failures.absent(self.folder)
        if not names:
            self._make()
        elif "about" not in names:
            raise ArchiveError(say("schema.not an archive", file=self.file))
        if (there := self.number("format")) != ARCHIVE_FORMAT:
            raise failures.other_format(self.folder, there, ARCHIVE_FORMAT)

    def _tables(self) -> set[str]:
        return {name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def _make(self) -> None:
        with self.writing():
            if self._tables():  # a second process was here first
                return
            for statement in _TABLES:
                self.run(statement)
            self.write_about("format", str(ARCHIVE_FORMAT))
            self.write_about("version", "0")
            self._write_total(Total())

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def run(self, statement: str, *values: object) -> int:
        """Run one statement; how many rows it changed."""
        with failures.named(self.folder):
            return self._connection.execute(statement, values).rowcount

    def rows(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows that a statement yields, read as they are asked for."""
        with failures.named(self.folder):
            yield from self._connection.execute(statement, values)

    def row(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        """The first row that a statement yields, None if it yields none."""
        return next(self.rows(statement, *values), None)

    def about(self, name: str) -> str:
        """What the archive says of itself under `name`; "" where it says nothing."""
        row = self.row("SELECT value FROM about WHERE name = ?", name)
        return "" if row is None else str(row[0])

    def write_about(self, name: str, value: str) -> None:
        """Write down what `about` will answer, "" to say nothing; within `writing`."""
        if value:
            self.run("INSERT OR REPLACE INTO about VALUES (?, ?)", name, value)
        else:
            self.run("DELETE FROM about WHERE name = ?", name)

    def number(self, name: str) -> int:
        """A whole number that the archive says of itself; ArchiveError where that is none."""
        value = self.about(name)
        try:
            return int(value)
        except ValueError as error:
            raise ArchiveError(
                say("schema.lacking", folder=self.folder, name=name, value=value[:40] or "∅")
            ) from error

    def total(self) -> Total:
        """How many rows there are and the sum of their checksums, as written down."""
        return Total(self.number("count"), int(self.about("total") or "0", 16))

    def next_state(self, total: Total) -> None:
        """Write down the total after a change, and count the versions up; within `writing`."""
        self._write_total(total)
        self.write_about("version", str(self.number("version") + 1))

    def _write_total(self, total: Total) -> None:
        self.write_about("count", str(total.count))
        self.write_about("total", f"{total.value:x}")

    def state(self) -> str:
        """A hash of what the archive holds: another submission, vector or encoder is another state."""
        names = ("format", "version", "encoder_fingerprint", "count", "total")
        return digest(*(self.about(name).encode() for name in names)).hex()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that happens inside is kept, or nothing of it; ArchiveError while another process writes."""
        if self.read_only:
            raise ArchiveError(say("read-only", folder=self.folder))
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise failures.busy(self.folder, failures.holders(self._holding(*_WRITER))) from error
            raise failures.failure(self.folder, error) from error
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # SQLite itself rolls back on a full disk
                self.run("ROLLBACK")
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read inside is one state of the archive, whatever is written meanwhile."""
        self.run("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self.run("COMMIT")

    def empty_log(self, seconds: float) -> bool:
        """Whether the write-ahead log could be emptied, so that nothing removed is left in it.

        Waits up to `seconds` for readers that still need it; False if one stays.
        """
        self.run(f"PRAGMA busy_timeout = {round(1000 * seconds)}")
        try:
            with failures.named(self.folder):
                return not self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            self.run(f"PRAGMA busy_timeout = {round(1000 * _SECONDS)}")

    def readers(self) -> list[int]:
        """Process ids of those that read a state of the archive now; [] where the system does not tell."""
        return self._holding(*_READERS)

    def _holding(self, first: int, last: int) -> list[int]:
        """Processes that hold a lock on bytes `first` to `last` of the shared-memory file, from Linux's list."""
        locks, shared = Path("/proc/locks"), self.file.with_name(f"{ARCHIVE_FILE}-shm")
        if not locks.exists() or not shared.exists():
            return []
        inode = str(shared.stat().st_ino)
        holders = set()
        for line in locks.read_text().splitlines():
            *_, process, place, start, end = line.split()
            if place.rpartition(":")[2] == inode and int(process) > 0:
                reaches = float("inf") if end == "EOF" else int(end)
                if int(start) <= last and first <= reaches:
                    holders.add(int(process))
        return sorted(holders)

    def condition(self, language: Script, state: str) -> Condition:
        """Whether there is an index of the archive's `state`; unfit is one that is damaged or of another state."""
        file, stated = self._index(language), self._stated(language)
        if not file.exists() or not stated:
            return "absent"
        fits = stated.get("state") == state and stated.get("checksum") == digest_of([file])
        return "sound" if fits else "unfit"

    def load(self, language: Script) -> Nearest:
        """The index of a file whose condition is sound."""
        recall = float(self._stated(language)["recall"])
        with self._index(language).open("rb") as stream:
            return Nearest(faiss.read_index(faiss.PyCallbackIOReader(stream.read)), recall)

    def save(self, nearest: Nearest, language: Script, state: str) -> None:
        """Keep an index made of `state`; within `writing`. OSError where it cannot be written."""
        # Opened here: FAISS itself takes no name that is not Unicode, nor on Windows a Chinese one.
        file, mode = self._index(language), stat.S_IMODE(self.file.stat().st_mode)
        try:
            with open(file, "wb", opener=lambda path, flags: os.open(path, flags, mode)) as stream:
                faiss.write_index(nearest.index, faiss.PyCallbackIOWriter(stream.write))
        except OSError:  # a full disk
            file.unlink(missing_ok=True)
            raise
        stated = {"state": state, "recall": str(nearest.recall), "checksum": digest_of([file])}
        self.write_about(f"vectors {language}", json.dumps(stated))

    def forget(self) -> None:
        """Delete every index; within `writing`."""
        for file in self.folder.glob("vectors-*"):
            file.unlink(missing_ok=True)
        for language in SCRIPTS:
            self.write_about(f"vectors {language}", "")

    def _index(self, language: Script) -> Path:
        return self.folder / f"vectors-{language}.faiss"

    def _stated(self, language: Script) -> dict[str, str]:
        """What is written down of an index: state, recall, checksum."""
        written = self.about(f"vectors {language}")
        return typed_json.loads(written, dict[str, str]) if written else {}
