"""The memory of earlier submissions: a folder with one database, opened for search or for change.

Each submission keeps its text, the vector of its whole text and a sample of its shingles; sentence
vectors are made again for the few candidates that a search finds. Vectors hold for one encoder only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from matcher.archive import store
from matcher.archive.nearest import EXACT_UP_TO, Nearest, Postings, build, load, postings, save
from matcher.embeddings import Encoder, Vectors
from matcher.errors import ArchiveError
from matcher.shingles import Ints
from matcher.types import Proposal

_CHUNK = 1000  # submissions encoded and written together


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the proposals given to `add`: stored, already there, and refused.

    A refused id is in the archive for the same year with another text.
    """

    stored: int
    known: int
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """One row of an archive: its key, which never changes nor comes back, and what was submitted."""

    key: int
    proposal: Proposal


class Archive:
    """An archive in a folder, bound to one encoder. Open several to read, one to write."""

    def __init__(self, folder: Path, encoder: Encoder, *, create: bool = False) -> None:
        """Open the archive in `folder`; ArchiveError if there is none or it belongs to another encoder."""
        self.folder, self.encoder = folder, encoder
        self._connection = store.connect(folder, create=create)
        bound = store.about(self._connection, "encoder_fingerprint")
        if bound and bound != encoder.fingerprint:
            name = store.about(self._connection, "encoder")
            self._connection.close()
            raise ArchiveError(
                f"档案库 {folder} 的向量由另一个编码器（{name}）生成，与当前编码器（{encoder.name}）不能比较；"
                f"请运行 matcher archive rebuild {folder}。 / The vectors in {folder} were made by another"
                f" encoder ({name}) and cannot be compared with this one ({encoder.name});"
                f" run matcher archive rebuild {folder}."
            )

    def close(self) -> None:
        """Close the file; what was removed leaves the log now at the latest."""
        self._scrub()
        self._connection.close()

    def __enter__(self) -> Archive:
        """The archive itself, closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @property
    def version(self) -> int:
        """The number of changes so far."""
        return int(store.about(self._connection, "version"))

    def __len__(self) -> int:
        """The number of submissions."""
        return int(self._connection.execute("SELECT count(*) FROM submission").fetchone()[0])

    def add(self, proposals: Iterable[Proposal]) -> Added:
        """Store proposals, all or (on an error or a crash) none; what is there already is not doubled."""
        rest, stored, known = iter(proposals), 0, 0
        refused: list[str] = []
        with store.writing(self._connection):
            self._bind()
            while chunk := list(islice(rest, _CHUNK)):
                new = []
                for proposal in chunk:
                    fields = store.storable(proposal)
                    there = self._same(fields)
                    if there is None:
                        new.append(fields)
                        continue
                    known, refused = (known + 1, refused) if there else (known, [*refused, proposal.id])
                inserted = self._insert(new)
                stored += len(inserted)
                refused += [f[0] for f in new if f not in inserted]
            if stored:
                store.next_version(self._connection)
        self._forget_indexes()
        return Added(stored, known, tuple(refused))

    def _bind(self) -> None:
        if not store.about(self._connection, "encoder_fingerprint"):
            store.tell(self._connection, "encoder", self.encoder.name)
            store.tell(self._connection, "encoder_fingerprint", self.encoder.fingerprint)

    def _same(self, fields: tuple[str, ...]) -> bool | None:
        """Whether the row of this id and year says the same; None if there is no such row."""
        names = ", ".join(store.FIELDS)
        row = self._connection.execute(
            f"SELECT {names} FROM submission WHERE id = ? AND year = ?", (fields[0], fields[-1])
        ).fetchone()
        return None if row is None else tuple(row) == fields

    def _insert(self, rows: Sequence[tuple[str, ...]]) -> set[tuple[str, ...]]:
        """The rows that were new; of two with one id and year the first is."""
        inserted = set()
        names = (*store.FIELDS, "han", "vector", "shingles", "checksum")
        statement = (
            f"INSERT OR IGNORE INTO submission ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        )
        for fields, derived in zip(rows, store.derive(rows, self.encoder), strict=True):
            row = (*fields, derived.han, derived.vector, derived.shingles, derived.checksum)
            if self._connection.execute(statement, row).rowcount:
                inserted.add(fields)
        return inserted

    def remove(self, ids: Sequence[str], year: str | None = None) -> int:
        """How many submissions were removed, text, vector and shingles; ArchiveError naming ids not found.

        Without `year` those of every year go. Nothing is removed if one id is unknown.
        """
        where = "id = ?" if year is None else "id = ? AND year = ?"
        arguments = [(i,) if year is None else (i, year) for i in ids]
        with store.writing(self._connection):
            removed = [
                self._connection.execute(f"DELETE FROM submission WHERE {where}", a).rowcount
                for a in arguments
            ]
            if missing := [i for i, n in zip(ids, removed, strict=True) if not n]:
                listed = ", ".join(missing[:10])
                raise ArchiveError(
                    f"档案库中没有：{listed}；未作任何删除，请用 matcher archive list 核对编号。"
                    f" / Not in the archive: {listed}; nothing was removed, check the ids with matcher archive list."
                )
            store.tell(self._connection, "scrub", "1")
            store.next_version(self._connection)
        self._forget_indexes()
        self._scrub()
        return sum(removed)

    def _scrub(self) -> None:
        """Empty the log if something was removed and no reader needs it any more."""
        if store.about(self._connection, "scrub") and store.empty_log(self._connection):
            with store.writing(self._connection):
                self._connection.execute("DELETE FROM about WHERE name = 'scrub'")
            store.empty_log(self._connection)

    def submissions(self, keys: Ints | None = None) -> Iterator[Submission]:
        """The submissions in order of key; with `keys` those only."""
        names = ", ".join(store.FIELDS)
        chosen = "" if keys is None else f" WHERE key IN ({', '.join(str(int(k)) for k in keys)})"
        for key, *fields in self._connection.execute(
            f"SELECT key, {names} FROM submission{chosen} ORDER BY key"
        ):
            yield Submission(key, Proposal(**dict(zip(store.FIELDS, fields, strict=True))))

    def years(self, name: str) -> int:
        """In how many years a submission with this id stands in the archive."""
        count = self._connection.execute("SELECT count(*) FROM submission WHERE id = ?", (name,))
        return int(count.fetchone()[0])

    def named(self, name: str) -> list[Proposal]:
        """The submissions with this id, by year."""
        names = ", ".join(store.FIELDS)
        rows = self._connection.execute(f"SELECT {names} FROM submission WHERE id = ? ORDER BY year", (name,))
        return [Proposal(**dict(zip(store.FIELDS, row, strict=True))) for row in rows]

    def _forget_indexes(self) -> None:
        """Delete the files that hold copies of vectors; a search makes them again."""
        for file in self.folder.glob("vectors-*"):
            file.unlink(missing_ok=True)

    def search(self, exact_up_to: int = EXACT_UP_TO) -> Search:
        """The archive as it is now, in memory and ready for queries."""
        with store.reading(self._connection):
            version = self.version
            rows = self._connection.execute(
                "SELECT key, han, vector, shingles FROM submission ORDER BY key"
            ).fetchall()
        keys = np.array([row[0] for row in rows], np.int64)
        han = np.array([row[1] for row in rows], bool)
        vectors = np.frombuffer(b"".join(row[2] for row in rows), np.float16).reshape(len(rows), -1)
        kept = [np.frombuffer(row[3], np.uint32) for row in rows]
        del rows
        nearest = tuple(
            self._nearest(
                vectors[han == language].astype(np.float32), keys[han == language], version, exact_up_to
            )
            for language in (False, True)
        )
        return Search(nearest, postings(kept, keys), len(keys))

    def _nearest(self, vectors: Vectors, keys: Ints, version: int, exact_up_to: int) -> Nearest | None:
        if not len(keys):
            return None
        if len(keys) <= exact_up_to:
            return build(vectors, keys, exact_up_to)
        # Only what takes minutes to make is kept; the name carries the state it was made of.
        stem = f"vectors-{version}-{len(keys)}-{int(keys[0])}"
        for file in self.folder.glob(f"{stem}-*.faiss"):
            return load(file, int(file.stem.rpartition("-")[2]) / 1000)
        made = build(vectors, keys, exact_up_to)
        file = self.folder / f"{stem}-{round(1000 * made.recall)}.faiss"
        save(made, file)
        if self.version != version:  # a writer was faster, and what it removed must not stay here
            file.unlink(missing_ok=True)
        return made


@dataclass(frozen=True, slots=True)
class Search:
    """One state of an archive in memory: nearest by language (0 Latin, 1 Han), and postings."""

    nearest: tuple[Nearest | None, ...]
    postings: Postings
    size: int
