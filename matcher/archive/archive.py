"""An archive in a folder bound to one encoder: filled, and opened for search; and where an archive is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.archive import failures, rows
from matcher.archive.contract import Added, Archive, HeldSearch, Records, Search
from matcher.archive.milvus.connection import SCHEMES, Address, address_of
from matcher.archive.nearest import EXACT_UP_TO, Nearest, build, postings
from matcher.archive.records import FolderRecords
from matcher.arrays import Ints, Mask
from matcher.embeddings import Encoder
from matcher.errors import ArchiveError, reason
from matcher.message import Catalogue
from matcher.types import Proposal

say = Catalogue(__file__)


class FolderArchive(FolderRecords):
    """An archive in a folder whose vectors are of one encoder. An empty one takes any."""

    def __init__(self, folder: Path, encoder: Encoder, *, create: bool = False) -> None:
        """Open the archive in `folder`; ArchiveError if there is none or its vectors are of another encoder."""
        super().__init__(folder, create=create)
        self.encoder = encoder
        bound = self.database.about("encoder_fingerprint")
        if bound and bound != encoder.fingerprint and len(self):
            name = self.database.about("encoder")
            self.database.close()
            raise failures.other_encoder(folder, name, encoder)

    def add(self, proposals: Iterable[Proposal], derive: rows.Derive = rows.derive) -> Added:
        """As `Archive.add`."""
        added = Added()
        with self.database.writing():
            if not len(self):
                self._bind(self.encoder)
            total = self.database.total()
            for chunk in rows.chunks(proposals):
                same_ids = self.stored(ids={rows.storable(proposal)[0] for proposal in chunk})
                there = {(row.fields[0], row.fields[-1]): row.fields for row in same_ids}
                total = self._insert(added.new(chunk, there), total, derive)
            if added.stored:
                self.database.forget()
                self.database.next_state(total)
        return added

    def _insert(self, new: Sequence[rows.Fields], total: rows.Total, derive: rows.Derive) -> rows.Total:
        """Write rows under new keys; the total with them."""
        last = self.database.row("SELECT seq FROM sqlite_sequence WHERE name = 'submission'") or (0,)
        names = ("key", *rows.FIELDS, "han", "vector", "shingles", "checksum", "text_checksum")
        statement = f"INSERT INTO submission ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        for key, fields, derived in zip(
            range(last[0] + 1, last[0] + 1 + len(new)), new, derive(self.encoder, new), strict=True
        ):
            text = rows.text_checksum(fields)
            checksum = derived.checksum(key, text)
            self.database.run(
                statement, key, *fields, derived.han, derived.vector, derived.shingles, checksum, text
            )
            total = total.plus(checksum)
        return total

    def search(self, exact_up_to: int = EXACT_UP_TO) -> HeldSearch:
        """The archive as it is now, in memory and ready for queries.

        Every vector and shingle is checked against its checksum, and all rows against the total that
        was written down with them: ArchiveError where something does not fit. A vector file that is
        damaged or of another state is made again, with a note.
        """
        with self.database.reading():
            state = self.database.state()
            contents = _read(self)
            self.check_reading(self._rows(first=rows.READ_AGAIN, derived=True))
        of_languages = (self._nearest(contents, language, state, exact_up_to) for language in rows.SCRIPTS)
        indexes = tuple(index for index in of_languages if index is not None)
        recall = min((index.recall for index in indexes), default=1.0)
        kept = postings(contents.shingles, contents.counts, contents.keys)
        return HeldSearch(self, len(contents.keys), recall, indexes, kept)

    def _nearest(
        self, contents: _Contents, language: rows.Script, state: str, exact_up_to: int
    ) -> Nearest | None:
        chosen = contents.han == (language == "han")
        count = int(chosen.sum())
        if not count:
            return None
        if count > exact_up_to:
            condition = self.database.condition(language, state)
            if condition == "sound":
                return self.database.load(language)
            if condition == "unfit":
                self.notes.append(say("vectors.rebuilt"))
        nearest = build(contents.vectors[chosen], contents.keys[chosen], exact_up_to)
        if count > exact_up_to:
            self._keep(nearest, language, state)
        return nearest

    def _keep(self, nearest: Nearest, language: rows.Script, state: str) -> None:
        """Keep an index that took minutes to make, unless the archive has changed or cannot be written."""
        try:
            with self.database.writing():
                if self.database.state() == state:
                    self.database.save(nearest, language, state)
        except (ArchiveError, OSError) as error:
            self.notes.append(say("vectors.not kept", error=reason(error)))


# Where an archive is: a folder of this machine, or in Milvus. As a text, for people, it holds no password.
ArchivePlace = Path | Address


def place_of(text: str | Path) -> ArchivePlace:
    """The place that a user writes: `milvus://…` or a folder; ArchiveError for nothing, which as a path is this folder."""
    written = str(text)
    if not written:
        raise ArchiveError(say("place.empty"))
    return address_of(written) if written.startswith(SCHEMES) else Path(text)


def open_records(place: ArchivePlace) -> Records:
    """The archive at a place; ArchiveError if there is none."""
    if isinstance(place, Path):
        return FolderRecords(place)
    from matcher.archive.milvus.archive import MilvusRecords

    return MilvusRecords(place)


def open_archive(place: ArchivePlace, encoder: Encoder, *, create: bool = False) -> Archive:
    """The archive at a place with its encoder; ArchiveError if there is none or its vectors are of another one."""
    if isinstance(place, Path):
        return FolderArchive(place, encoder, create=create)
    from matcher.archive.milvus.archive import MilvusArchive

    return MilvusArchive(place, encoder, create=create)


@contextmanager
def searching(place: ArchivePlace | None, encoder: Encoder) -> Iterator[Search | None]:
    """The archive at a place, ready for queries within the block; None where there is no place."""
    if place is None:
        yield None
        return
    with open_archive(place, encoder) as opened:
        yield opened.search()


@dataclass(frozen=True, slots=True)
class _Contents:
    """What search needs of n rows: keys, languages, vectors (n, dimension) and kept shingles, `counts` of them each."""

    keys: Ints
    han: Mask
    vectors: NDArray[np.float16]
    shingles: NDArray[np.uint32]
    counts: Ints


def _read(records: FolderRecords) -> _Contents:
    """Every row, checked against its checksum and against the total; within `reading`."""
    stated = records.database.total()
    keys, han, counts = np.zeros(stated.count, np.int64), np.zeros(stated.count, bool), []
    joined, shingles, total = bytearray(), bytearray(), rows.Total()
    unfit = []
    for key, language, vector, words, checksum, text, name in records.database.rows(
        "SELECT key, han, vector, shingles, checksum, text_checksum, id FROM submission ORDER BY key"
    ):
        if total.count >= stated.count:
            break
        if rows.Derived(language, vector, words).checksum(key, text) != checksum:
            unfit.append(str(name))
        keys[total.count], han[total.count] = key, bool(language)
        joined += vector
        shingles += words
        counts.append(len(words) // 4)
        total = total.plus(checksum)
    if unfit:
        where, shown = records.place, failures.listed(unfit)
        raise ArchiveError(say("derived.unfit", folder=where, count=len(unfit), ids=shown))
    if total != stated or len(records) != stated.count:
        raise records.damaged(say("damaged.count", there=len(records), stated=stated.count))
    width = len(joined) // 2 // max(1, stated.count)
    matrix = np.frombuffer(joined, np.float16).reshape(stated.count, width)
    return _Contents(keys, han, matrix, np.frombuffer(shingles, np.uint32), np.array(counts, np.int64))
