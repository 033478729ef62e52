"""An archive as records: listed, checked, removed. No encoder is needed for any of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matcher.archive import failures, rows, schema, vectors
from matcher.archive.contract import READERS_SECONDS, Records, Submission, unknown
from matcher.archive.store import Database
from matcher.arrays import Ints
from matcher.types import Proposal


class FolderRecords(Records):
    """The submissions of an archive in a folder. Open several to read, one to write.

    `notes` are sentences for people about what was done beside what was asked for.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the archive in `folder`; ArchiveError, with its own advice, for each way in which that fails."""
        self.folder = folder
        self.database = Database(folder, create=create)
        try:
            self.notes = schema.prepare(self.database, create=create)
            # What an earlier removal could not erase because somebody was reading, or was killed before it did.
            self._erase(0)
        except BaseException:
            self.database.close()
            raise

    def close(self) -> None:
        """Close the file; what was removed leaves the log now at the latest."""
        try:
            self._erase(0)
        finally:
            self.database.close()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Close it; a failure on the way does not hide the first one."""
        if error is None:
            self.close()
        else:
            self.database.close()

    @property
    def version(self) -> int:
        """The number of changes so far."""
        return schema.number(self.database, "version")

    @property
    def unerased(self) -> bool:
        """Whether the log may still hold what was removed."""
        return bool(self.database.about("scrub"))

    def __len__(self) -> int:
        """The number of submissions."""
        return int(self._row("SELECT count(*) FROM submission")[0])

    def _row(self, statement: str, *values: object) -> tuple[Any, ...]:
        row = self.database.row(statement, *values)
        assert row is not None, "a count always yields a row"
        return row

    def submissions(self, keys: Ints | None = None) -> Iterator[Submission]:
        """The submissions in order of key, with `keys` those only; ArchiveError at a text that was damaged."""
        chosen = "" if keys is None else f" WHERE key IN ({', '.join(str(int(k)) for k in keys)})"
        for submission, sound in self._checked(chosen):
            if not sound:
                raise failures.damaged_rows(self.folder, [submission.proposal.id], text=True)
            yield submission

    def listing(self) -> Iterator[tuple[Proposal, bool]]:
        """Every submission in order of key, and whether its text fits its checksum."""
        for submission, sound in self._checked(""):
            yield submission.proposal, sound

    def _checked(self, chosen: str) -> Iterator[tuple[Submission, bool]]:
        statement = f"SELECT key, text_checksum, {rows.COLUMNS} FROM submission{chosen} ORDER BY key"
        for key, checksum, *fields in self.database.rows(statement):
            texts = [str(field) for field in fields]
            yield Submission(key, rows.proposal_of(texts)), rows.text_checksum(texts) == checksum

    def years(self, names: Collection[str]) -> Mapping[str, int]:
        """In how many years a submission with each of these ids stands in the archive."""
        statement = "SELECT count(*) FROM submission WHERE id = ?"
        return {name: int(self._row(statement, name)[0]) for name in names}

    def named(self, name: str) -> list[Proposal]:
        """The submissions with this id, by year."""
        statement = f"SELECT {rows.COLUMNS} FROM submission WHERE id = ? ORDER BY year"
        return [rows.proposal_of(row) for row in self.database.rows(statement, name)]

    def remove(self, ids: Sequence[str], year: str | None = None, seconds: float = READERS_SECONDS) -> int:
        """How many submissions were removed and are gone from every file: text, vector and shingles.

        Without `year` those of every year go. Nothing is removed if one id is unknown. Waits up to
        `seconds` for readers of the state before; ArchiveError naming them if they stay, and ids not found.
        """
        where, more = ("id = ?", ()) if year is None else ("id = ? AND year = ?", (year,))
        with self.database.writing():
            total, missing, removed = schema.read_total(self.database), [], 0
            for name in dict.fromkeys(ids):
                checksums = self.database.rows(f"SELECT checksum FROM submission WHERE {where}", name, *more)
                for (checksum,) in list(checksums):
                    total = total.minus(checksum)
                deleted = self.database.run(f"DELETE FROM submission WHERE {where}", name, *more)
                removed += deleted
                if not deleted:
                    missing.append(name)
            if missing:
                raise unknown(missing)
            vectors.forget(self.database)  # before the commit: see there
            schema.write_total(self.database, total)
            self.database.write_about("scrub", "1")
            schema.next_version(self.database)
        if not self._erase(seconds):
            raise failures.still_read(self.folder, removed, self.database.readers())
        return removed

    def _erase(self, seconds: float) -> bool:
        """Empty the log if something was removed; False while a reader or writer stays longer than `seconds`."""
        if self.database.read_only or not self.unerased:
            return True
        if not self.database.empty_log(seconds):
            return False
        with self.database.writing():
            self.database.write_about("scrub", "")
        return True
