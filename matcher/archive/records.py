"""An archive in a folder as records: listed, checked, removed, and worked out anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path

from matcher.archive import failures, rows
from matcher.archive.contract import READERS_SECONDS, Records
from matcher.archive.rows import Submission
from matcher.archive.store import Database
from matcher.arrays import Ints
from matcher.embeddings import Encoder
from matcher.errors import ArchiveError
from matcher.message import Catalogue, Message

say = Catalogue(__file__)


class FolderRecords(Records):
    """The submissions of an archive in a folder. Open several to read, one to write."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the archive in `folder`; ArchiveError, with its own advice, for each way in which that fails."""
        self.place: object = folder
        self.database = Database(folder, create=create)
        self.notes: list[Message] = []
        try:
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
        return self.database.number("version")

    @property
    def unerased(self) -> bool:
        """Whether the log may still hold what was removed."""
        return bool(self.database.about("scrub"))

    def __len__(self) -> int:
        """The number of submissions."""
        ((count,),) = self.database.rows("SELECT count(*) FROM submission")
        return int(count)

    def stored(
        self, keys: Sequence[int] | Ints | None = None, ids: Collection[str] | None = None
    ) -> Iterator[Submission]:
        """The submissions, damaged or not, in order of key; with `keys` or `ids` those only."""
        if ids is not None:
            return chain.from_iterable(self._rows("WHERE id = ?", name) for name in ids)
        return self._rows("" if keys is None else f"WHERE key IN ({', '.join(str(int(k)) for k in keys)})")

    def _rows(
        self, chosen: str = "", *values: object, first: int = -1, derived: bool = False
    ) -> Iterator[Submission]:
        """The rows of a condition in order of key, all or the first; with `derived` vectors and shingles too."""
        columns = f"{rows.COLUMNS}, han, vector, shingles" if derived else rows.COLUMNS
        columns = f"key, checksum, text_checksum, {columns}"
        statement = f"SELECT {columns} FROM submission {chosen} ORDER BY key LIMIT {first}"
        for key, checksum, text, *rest in self.database.rows(statement, *values):
            fields, more = tuple(map(str, rest[: len(rows.FIELDS)])), rest[len(rows.FIELDS) :]
            yield Submission(key, fields, checksum, text, rows.Derived(*more) if derived else None)

    def remove(self, ids: Sequence[str], year: str | None = None, seconds: float = READERS_SECONDS) -> int:
        """As `Records.remove`: gone from every file, or ArchiveError naming who still reads the state before."""
        # By the checksums alone: a row whose text cannot be read any more can be taken out too.
        where, more = ("id = ?", ()) if year is None else ("id = ? AND year = ?", (year,))
        with self.database.writing():
            total, missing, removed = self.database.total(), [], 0
            for name in dict.fromkeys(ids):
                checksums = self.database.rows(f"SELECT checksum FROM submission WHERE {where}", name, *more)
                for (checksum,) in list(checksums):
                    total = total.minus(checksum)
                deleted = self.database.run(f"DELETE FROM submission WHERE {where}", name, *more)
                removed += deleted
                if not deleted:
                    missing.append(name)
            if missing:
                raise failures.unknown(missing, year)
            self.database.forget()  # before the commit: see there
            self.database.next_state(total)
            self.database.write_about("scrub", "1")
        if not self._erase(seconds):
            who = failures.holders(self.database.readers())
            raise ArchiveError(say("still read", removed=removed, folder=self.place, who=who))
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

    def verify(self, encoder: Encoder | None = None) -> list[Message]:
        """What is wrong with the archive; as `Records.verify`."""
        with self.database.reading():
            problems = [
                say("verify.structure", fault=fault)
                for (fault,) in self.database.rows("PRAGMA integrity_check(5)")
                if fault != "ok"
            ]
            stated, bound = self.database.total(), self.database.about("encoder_fingerprint")
            problems += self.examined(self._rows(derived=True), stated, bound, encoder)
            state = self.database.state()
            problems += [
                say("verify.vectors", language=language)
                for language in rows.SCRIPTS
                if self.database.condition(language, state) == "unfit"
            ]
        if self.unerased:
            readers = ", ".join(map(str, self.database.readers())) or "∅"
            problems.append(say("verify.log", readers=readers))
        return problems

    def rebuild(self, encoder: Encoder) -> tuple[int, list[Message]]:
        """Make vectors and shingles again from the texts; as `Records.rebuild`."""
        total, statement = rows.Total(), "han = ?, vector = ?, shingles = ?, checksum = ? WHERE key = ?"
        with self.database.writing():
            stated = self.database.total()
            self.database.forget()
            for keys in rows.chunks([key for (key,) in self.database.rows("SELECT key FROM submission")]):
                chunk = self.checked(self.stored(keys))
                derived = rows.derive(encoder, [row.fields for row in chunk])
                for row, part in zip(chunk, derived, strict=True):
                    checksum = part.checksum(row.key, row.text_checksum)
                    parts = (part.han, part.vector, part.shingles, checksum, row.key)
                    self.database.run(f"UPDATE submission SET {statement}", *parts)
                    total = total.plus(checksum)
            self._bind(encoder)
            self.database.next_state(total)
        missing = [rows.missing(stated.count, total.count)] if total.count != stated.count else []
        return total.count, [*self.notes, *missing]

    def _bind(self, encoder: Encoder) -> None:
        """Write down whose vectors the archive holds; within `writing`."""
        self.database.write_about("encoder", encoder.name)
        self.database.write_about("encoder_fingerprint", encoder.fingerprint)
