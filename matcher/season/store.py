"""The database of a season: one SQLite file that several people may have open, one of them writing at a time.

Every change goes through `writing`, which counts the season's version up, so that a page can tell
whether what it shows is still what the file holds. Removed rows are overwritten with zeros.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from matcher import settings
from matcher.databases import fault
from matcher.errors import SeasonError
from matcher.files import data_folder
from matcher.message import Catalogue

say = Catalogue(__file__)

SCHEMA_VERSION = 4
SUFFIX = ".season"
# Before the page and the command line told a batch by one hash, that of the latter began with the file's place in itself.
FORMER_START = b"."
_APPLICATION = 0x4D534E31  # "MSN1": tells a season from any other SQLite file
_SECONDS = settings.seconds("databases.wait_for_writer")
_PRAGMAS = (
    *("secure_delete = ON", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"),
    "trusted_schema = OFF",
)
_SCHEMA = """
CREATE TABLE season (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE guide (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, document BLOB NOT NULL, read BLOB NOT NULL);
CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
    guide TEXT NOT NULL REFERENCES guide (sha256), received TEXT NOT NULL, made_with TEXT NOT NULL,
    said TEXT NOT NULL, rules TEXT NOT NULL, filed_under TEXT NOT NULL REFERENCES guide (sha256)
);
CREATE TABLE row (
    batch INTEGER NOT NULL REFERENCES batch (id) ON DELETE CASCADE, place TEXT NOT NULL, number INTEGER NOT NULL,
    line INTEGER NOT NULL, sheet TEXT NOT NULL, proposal TEXT NOT NULL, judged TEXT NOT NULL, findings TEXT NOT NULL,
    choice TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (batch, place)
) WITHOUT ROWID;
CREATE TABLE findings (
    batch INTEGER PRIMARY KEY REFERENCES batch (id) ON DELETE CASCADE, compared_with TEXT NOT NULL,
    findings TEXT NOT NULL
);
CREATE TABLE pair (
    batch INTEGER NOT NULL REFERENCES batch (id) ON DELETE CASCADE, key TEXT NOT NULL, a TEXT NOT NULL,
    b TEXT NOT NULL, answer TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (batch, key)
) WITHOUT ROWID;
CREATE TABLE letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT, batch INTEGER NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    place TEXT NOT NULL, time TEXT NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL, topic TEXT NOT NULL,
    sha256 TEXT NOT NULL
);
CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    batch INTEGER, place TEXT NOT NULL DEFAULT '', before TEXT NOT NULL DEFAULT '', after TEXT NOT NULL DEFAULT '',
    step INTEGER NOT NULL, undone INTEGER NOT NULL DEFAULT 0
);
"""


class StaleError(SeasonError):
    """Somebody else decided a row or a pair after it was last looked at."""


def default_folder() -> Path:
    """Where seasons without a folder in their name are kept: in $MATCHER_DATA or the user's data folder."""
    return data_folder() / "seasons"


def create(file: Path) -> None:
    """Make a new, empty season that only its owner can read; SeasonError where the file exists or cannot be made."""
    claim(file)
    try:
        with closing(_connect(file)) as connection, _naming(file):
            connection.executescript(
                f"PRAGMA application_id = {_APPLICATION}; BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION};"
                " INSERT INTO season VALUES ('version', '0'); COMMIT;"
            )
    except BaseException:
        discard(file)
        raise


def claim(file: Path) -> None:
    """Make an empty file that only its owner can read; SeasonError where there is one."""
    if file.exists():
        raise SeasonError(say("file.exists", file=file))
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def erase(file: Path) -> None:
    """Delete a season for good, its bytes overwritten; whoever has it open is told with their next step."""
    with closing(_connect(file)) as connection, _naming(file):
        connection.execute("BEGIN IMMEDIATE")  # nobody is in the middle of writing
        for name in ("", "-wal"):
            with file.with_name(file.name + name).open("r+b") as stream:
                stream.write(bytes(os.fstat(stream.fileno()).st_size))
                os.fsync(stream.fileno())
    discard(file)


def discard(file: Path) -> None:
    """Remove a season that could not be made whole, so that its name is free again."""
    for name in ("", "-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)


class SeasonDatabase:
    """The open file of a season. What is wrong with it leaves it as a SeasonError with its own advice."""

    def __init__(self, file: Path) -> None:
        """Open a season that exists; SeasonError where there is none, it is no season, or of another format."""
        self.file = file
        self._connection = _connect(file)
        self._connection.row_factory = sqlite3.Row
        self._inode = file.stat().st_ino
        try:
            with self.reading():
                self._check()
        except SeasonError:
            self._connection.close()
            raise

    def _check(self) -> None:
        """SeasonError for another file, or one whose format is another than this program writes."""
        if self.run("PRAGMA application_id").fetchone()[0] != _APPLICATION:
            raise SeasonError(say("file.no season", file=self.file, suffix=SUFFIX))
        schema = self.run("PRAGMA user_version").fetchone()[0]
        if schema != SCHEMA_VERSION:
            age = "newer" if schema > SCHEMA_VERSION else "older"
            raise SeasonError(say(f"format.{age}", file=self.file, schema=schema, known=SCHEMA_VERSION))

    def close(self) -> None:
        """Close the file and empty its log."""
        # On a full disk what was kept is safe in the log, and the next who opens it empties it.
        with suppress(SeasonError):
            self.empty_log()
        self._connection.close()

    def empty_log(self) -> bool:
        """Whether nothing that was removed is left in the write-ahead log; False while somebody else has the season open."""
        with _naming(self.file):
            return not self.run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def run(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Run one statement; within `writing` or `reading`, which name what goes wrong."""
        return self._connection.execute(statement, values)

    def insert(self, table: str, **values: object) -> int | None:
        """Add a row; its number, if the table counts. Within `writing`."""
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        return self.run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values()).lastrowid

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """All rows that a statement gives."""
        with self.reading():
            return self.run(statement, *values).fetchall()

    @property
    def replaced(self) -> bool:
        """Whether another file stands in the place of the one that was opened."""
        return self.file.exists() and self.file.stat().st_ino != self._inode

    def _check_there(self) -> None:
        """SeasonError where the file was deleted or replaced since it was opened: SQLite would write where nobody looks."""
        if not self.file.exists() or self.replaced:
            raise SeasonError(say("file.moved", stem=self.file.stem))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read of the file inside raises SeasonError, named, where the file or what it holds is damaged, or gone."""
        self._check_there()
        with _naming(self.file):
            try:
                yield
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
                raise sqlite3.DatabaseError(type(error).__name__) from error

    @contextmanager
    def writing(self) -> Iterator[int]:
        """The number of the season's next version; all that happens inside is kept, or nothing of it."""
        self._check_there()
        with _naming(self.file):
            try:
                self.run("BEGIN IMMEDIATE")
                version = 1 + int(self.run("SELECT value FROM season WHERE name = 'version'").fetchone()[0])
                self.run("UPDATE season SET value = ? WHERE name = 'version'", str(version))
                yield version
                self.run("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self.run("ROLLBACK")
                raise


def _connect(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise SeasonError(say("file.missing", file=file))
    # Else one that is deleted this moment is made anew, empty.
    address = f"{file.absolute().as_uri()}?mode=rw"
    with _naming(file):
        connection = sqlite3.connect(
            address, timeout=_SECONDS, isolation_level=None, check_same_thread=False, uri=True
        )
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """What goes wrong with the file inside is told for people; nothing ever advises to delete it."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        advice = say(f"fault.{fault(error, file.parent)}", error=error)
        raise SeasonError(say("file.fault", name=file.name, advice=advice)) from error
