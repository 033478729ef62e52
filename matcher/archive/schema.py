"""What an archive's database holds, which version of it, and the way from each earlier version to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matcher.archive import rows
from matcher.archive.failures import absent, newer
from matcher.archive.store import Database
from matcher.errors import ArchiveError
from matcher.message import Catalogue, Message

say = Catalogue(__file__)

ARCHIVE_FORMAT = 2
_TABLES = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE submission (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL, declared TEXT NOT NULL,
        organisation TEXT NOT NULL, principal_investigator TEXT NOT NULL, year TEXT NOT NULL,
        han INTEGER NOT NULL, vector BLOB NOT NULL, shingles BLOB NOT NULL, checksum BLOB NOT NULL,
        text_checksum BLOB NOT NULL DEFAULT x'',
        UNIQUE (id, year)
    )""",
)


def number(database: Database, name: str) -> int:
    """A whole number that the archive says of itself; ArchiveError where that is none."""
    value = database.about(name)
    try:
        return int(value)
    except ValueError as error:
        raise ArchiveError(
            say("schema.lacking", folder=database.folder, name=name, value=value[:40] or "∅")
        ) from error


def prepare(database: Database, *, create: bool) -> list[Message]:
    """Bring an open file to ARCHIVE_FORMAT; sentences for people about what was done.

    ArchiveError for a file that is no archive, or one of a later version.
    """
    if not _tables(database):
        if not create:
            raise absent(database.folder)
        _make(database)
    if "about" not in _tables(database):
        raise ArchiveError(say("schema.not an archive", file=database.file))
    return _migrate(database)


def _tables(database: Database) -> set[str]:
    return {name for (name,) in database.rows("SELECT name FROM sqlite_master")}


def _make(database: Database) -> None:
    with database.writing():
        if _tables(database):  # a second process was here first
            return
        for statement in _TABLES:
            database.run(statement)
        database.write_about("format", str(ARCHIVE_FORMAT))
        database.write_about("version", "0")
        write_total(database, rows.Total())


def _migrate(database: Database) -> list[Message]:
    if (there := number(database, "format")) == ARCHIVE_FORMAT:
        return []
    if there not in _STEPS:
        raise newer(database.folder, there, ARCHIVE_FORMAT)
    with database.writing():
        while (step := number(database, "format")) < ARCHIVE_FORMAT:
            _STEPS[step](database)
            database.write_about("format", str(step + 1))
    return [say("schema.upgraded", there=there, format=ARCHIVE_FORMAT)]


def _bind_text(database: Database) -> None:
    """1 → 2: a checksum of the text alone, one of the row with its key, and the sum of these over all rows.

    A row that its old checksum does not fit gets none that fits: damage stays visible.
    """
    database.forget()
    database.run("ALTER TABLE submission ADD COLUMN text_checksum BLOB NOT NULL DEFAULT x''")
    total = rows.Total()
    for key, *fields, han, vector, shingles, old in list(
        database.rows(f"SELECT key, {rows.COLUMNS}, han, vector, shingles, checksum FROM submission")
    ):
        text, checksum = b"", bytes(rows.BYTES)
        parts = (*(field.encode("utf-8", "surrogatepass") for field in fields), vector, shingles)
        if rows.digest(*parts) == old:
            text = rows.text_checksum(fields)
            checksum = rows.Derived(han, vector, shingles).checksum(key, text)
        database.run(
            "UPDATE submission SET text_checksum = ?, checksum = ? WHERE key = ?", text, checksum, key
        )
        total = total.plus(checksum)
    write_total(database, total)


_STEPS: Mapping[int, Callable[[Database], None]] = {1: _bind_text}


def write_total(database: Database, total: rows.Total) -> None:
    """Write down how many rows there are and the sum of their checksums; within `writing`."""
    database.write_about("count", str(total.count))
    database.write_about("total", f"{total.value:x}")


def read_total(database: Database) -> rows.Total:
    """What `write_total` wrote."""
    return rows.Total(number(database, "count"), int(database.about("total") or "0", 16))


def next_version(database: Database) -> None:
    """Count the state up; within `writing`."""
    database.write_about("version", str(number(database, "version") + 1))


def state(database: Database) -> str:
    """A hash of what the archive holds: another submission, vector or encoder is another state."""
    names = ("format", "version", "encoder_fingerprint", "count", "total")
    return rows.digest(*(database.about(name).encode() for name in names)).hex()
