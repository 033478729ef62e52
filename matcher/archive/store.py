"""The file of an archive: one SQLite database that holds texts, vectors and shingles of each submission.

All of a submission is one row, so that a transaction is all that crash safety needs: after kill -9
the old or the new state is there. Readers see the state they began with while one writer writes.
Removed rows are overwritten with zeros, and the log that might still hold them is emptied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from matcher.embeddings import Encoder, encode
from matcher.errors import ArchiveError
from matcher.segment import fold
from matcher.shingles import units, winnow
from matcher.types import Proposal

FORMAT = 1
FILE = "archive.sqlite"
FIELDS = ("id", "title", "abstract", "declared", "organisation", "principal_investigator", "year")
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE submission (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL, declared TEXT NOT NULL,
    organisation TEXT NOT NULL, principal_investigator TEXT NOT NULL, year TEXT NOT NULL,
    han INTEGER NOT NULL, vector BLOB NOT NULL, shingles BLOB NOT NULL, checksum BLOB NOT NULL,
    UNIQUE (id, year)
);
"""
_SECONDS = 5.0  # how long a second writer waits for the first


def connect(folder: Path, *, create: bool = False) -> sqlite3.Connection:
    """An open archive; ArchiveError if there is none, or one that cannot be read. `create` makes a new one."""
    file = folder / FILE
    if not file.exists() and not create:
        raise ArchiveError(
            f"{folder} 中没有档案库（应有 {FILE}）；请先用 matcher archive add 建立。"
            f" / There is no archive in {folder} (expected {FILE}); make one with matcher archive add."
        )
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        _check_format(connection, folder, create)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise damaged(folder, str(error)) from error
    return connection


def _check_format(connection: sqlite3.Connection, folder: Path, create: bool) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'about'").fetchone()[0]
    if not tables and create:
        with writing(connection):
            # A second process may have been here first.
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                tell(connection, "format", str(FORMAT))
                tell(connection, "version", "0")
    found = about(connection, "format") if tables or create else ""
    if found != str(FORMAT):
        connection.close()
        raise ArchiveError(
            f"{folder} 的档案库格式为 {found or '∅'}，本程序使用 {FORMAT}；请用写入它的版本打开。"
            f" / The archive in {folder} has format {found or '∅'}, this program reads {FORMAT};"
            " open it with the version that wrote it."
        )


def damaged(folder: Path, why: str) -> ArchiveError:
    """The error that says an archive cannot be trusted."""
    return ArchiveError(
        f"{folder} 的档案库已损坏（{why}）；请从备份恢复，或删除后重新添加。"
        f" / The archive in {folder} is damaged ({why}); restore a backup, or delete it and add again."
    )


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """All that happens inside is kept, or nothing of it; ArchiveError while another process writes."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise ArchiveError(
            "档案库正由另一个程序写入；请等它结束后再试。"
            " / Another process is writing to the archive; try again when it has finished."
        ) from error
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is one state of the archive, whatever is written meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def about(connection: sqlite3.Connection, name: str) -> str:
    """What the archive says of itself under `name`; "" where it says nothing."""
    row = connection.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
    return "" if row is None else str(row[0])


def tell(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Write down what `about` will answer; within `writing`."""
    connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))


def next_version(connection: sqlite3.Connection) -> None:
    """Count the state up; within `writing`."""
    tell(connection, "version", str(int(about(connection, "version")) + 1))


def empty_log(connection: sqlite3.Connection) -> bool:
    """Whether the write-ahead log could be emptied, so that nothing removed is left in it.

    False while a reader still needs it; the next writer tries again.
    """
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def checksum(fields: tuple[str, ...], vector: bytes, shingles: bytes) -> bytes:
    """A hash of all that a row holds."""
    digest = blake2b(digest_size=16)
    for part in (*(f.encode("utf-8", "surrogatepass") for f in fields), vector, shingles):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


@dataclass(frozen=True, slots=True)
class Derived:
    """What is made of a row's text: its language, vector (float16), kept shingles (uint32), and a hash of all."""

    han: int
    vector: bytes
    shingles: bytes
    checksum: bytes


def derive(rows: Sequence[tuple[str, ...]], encoder: Encoder) -> list[Derived]:
    """What belongs to rows of FIELDS, in order."""
    texts = [Proposal(row[0], row[1], row[2]).text for row in rows]
    vectors = encode(encoder, [fold(text) for text in texts], "passage").astype(np.float16)
    found = []
    for row, text, values in zip(rows, texts, vectors, strict=True):
        read, vector = units(text), values.tobytes()
        shingles = read.hashes[winnow(read.hashes)].tobytes()
        found.append(Derived(int(read.han), vector, shingles, checksum(row, vector, shingles)))
    return found


def storable(proposal: Proposal) -> tuple[str, ...]:
    """The FIELDS of a proposal as SQLite can hold them: a lone surrogate becomes the replacement mark."""
    values = (getattr(proposal, field) for field in FIELDS)
    return tuple(v.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for v in values)
