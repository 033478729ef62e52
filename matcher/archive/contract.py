"""What the desks ask of an archive, wherever it is kept: in a folder, or in Milvus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from matcher import settings
from matcher.archive import failures, rows
from matcher.archive.nearest import Nearest, Postings
from matcher.archive.rows import Submission
from matcher.arrays import Ints
from matcher.embeddings import Encoder, Vectors
from matcher.errors import ArchiveError
from matcher.message import Catalogue, Message
from matcher.shingles import Hashes
from matcher.types import Proposal

say = Catalogue(__file__)

READERS_SECONDS = settings.seconds("archive.contract.wait_for_readers")
_CHECKED = settings.rows("archive.rows.checked")


@dataclass
class Added:
    """What became of the proposals given to `add` so far: stored, there already, refused, and repeated.

    A refused id was in the archive for the same year with another text; a repeated one stands for the same year with
    another text before it among the proposals. `names` are those whose text is one of these proposals'.
    """

    stored: int = 0
    known: int = 0
    refused: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Nobody's text yet."""
        self.names = set[rows.Name]()

    def new(self, chunk: Sequence[Proposal], there: Mapping[rows.Name, rows.Fields]) -> list[rows.Fields]:
        """What of a chunk is new, in order; `there` holds the rows of the archive by (id, year), also those of chunks before."""
        new: dict[rows.Name, rows.Fields] = {}
        refused, repeated = list[str](), list[str]()
        for proposal in chunk:
            fields = rows.storable(proposal)
            name = (fields[0], fields[-1])
            before = new.get(name) or there.get(name)
            if before is not None and before != fields:
                (repeated if name in self.names else refused).append(proposal.id)
                continue
            self.names.add(name)
            if before is None:
                new[name] = fields
            else:
                self.known += 1
        self.stored += len(new)
        self.refused += tuple(refused)
        self.repeated += tuple(repeated)
        return list(new.values())

    def messages(self) -> list[Message]:
        """The counts, then whose text was left out, and what to do, for people."""
        left_out = {"refused": self.refused, "repeated": self.repeated}
        return [
            say("added", stored=self.stored, known=self.known),
            *(say(f"added.{why}", count=len(i), ids=failures.listed(i)) for why, i in left_out.items() if i),
        ]


class Records(Protocol):
    """The submissions of an archive, listed, checked, removed and worked out anew; closed at the end of a block.

    `place` is where it is, for people; `notes` are sentences for them about what was done beside what was asked for.
    """

    place: object
    notes: list[Message]

    def close(self) -> None:
        """Let go of the archive."""

    def __enter__(self) -> Self:
        """The archive itself, closed at the end of the block."""
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Close it."""
        self.close()

    @property
    def version(self) -> int:
        """The number of changes so far."""

    @property
    def unerased(self) -> bool:
        """Whether what was removed may still be in a file that nobody reads any more."""

    def __len__(self) -> int:
        """The number of submissions."""

    def stored(
        self, keys: Sequence[int] | Ints | None = None, ids: Collection[str] | None = None
    ) -> Iterator[Submission]:
        """The submissions, damaged or not, in order of key; with `keys` or `ids` those only."""

    def damaged(self, why: str) -> ArchiveError:
        """The error that says that what the archive holds is not what was written, and what to do."""
        return failures.damaged(self.place, why)

    def checked(self, stored: Iterable[Submission]) -> list[Submission]:
        """The rows; ArchiveError naming those whose text was damaged."""
        read = list(stored)
        if unfit := [row.fields[0] for row in read if not row.sound]:
            raise self.damaged(say("damaged.text", ids=failures.listed(unfit)))
        return read

    def submissions(self, keys: Ints | None = None) -> Iterator[Submission]:
        """The submissions in order of key, with `keys` those only; ArchiveError at a text that was damaged."""
        for row in self.stored(keys):
            yield from self.checked([row])

    def named(self, name: str) -> list[Proposal]:
        """The submissions with this id, by year."""
        return sorted((row.proposal for row in self.stored(ids=[name])), key=lambda p: p.year)

    def years(self, names: Collection[str]) -> Mapping[str, int]:
        """In how many years a submission with each of these ids stands in the archive."""
        return {**dict.fromkeys(names, 0), **Counter(row.fields[0] for row in self.stored(ids=names))}

    def remove(self, ids: Sequence[str], year: str | None = None, seconds: float = READERS_SECONDS) -> int:
        """How many submissions were removed; nothing is if one id is unknown. Without `year` those of every year go.

        ArchiveError where the text stays readable after `seconds`; `unerased` says whether bytes may be left.
        """

    def verify(self, encoder: Encoder | None = None) -> list[Message]:
        """What is wrong with the archive, as sentences for people; empty if nothing is.

        Checksums need no encoder; with one the vectors of some rows are computed again.
        """

    def kept(self, derived: rows.Derived) -> rows.Derived:
        """What is worked out, as this archive gives it back."""
        return derived

    def check_reading(self, stored: Iterable[Submission]) -> None:
        """ArchiveError if another version of the program cut the texts of these rows into other shingles."""
        for row in stored:
            again = self.kept(rows.Derived(0, b"", rows.kept_shingles(row.proposal.text)[1]))
            if row.derived is None or row.derived.shingles != again.shingles:
                raise ArchiveError(say("shingles.other version", place=self.place))

    def examined(
        self, stored: Iterable[Submission], stated: rows.Total, bound: str, encoder: Encoder | None
    ) -> Iterator[Message]:
        """What is wrong with the rows, which come with what is worked out from them, and with their number.

        `stated` is the total that was written down, `bound` the fingerprint of the encoder that made the vectors: by
        that `encoder` some rows are worked out again.
        """
        if encoder and stated.count and encoder.fingerprint != bound:
            yield say("row.other encoder")
        again = encoder if encoder and encoder.fingerprint == bound else None
        total, step = rows.Total(), max(1, stated.count // _CHECKED)
        for row in stored:
            name = row.fields[0]
            if not row.sound:
                yield say("row.text", name=name)
            elif row.derived is None or row.derived.checksum(row.key, row.text_checksum) != row.checksum:
                yield say("row.derived", name=name)
            elif (
                again
                and total.count % step == 0
                and not rows.alike(row.derived, self.kept(rows.derive(again, [row.fields])[0]))
            ):
                yield say("row.vector", name=name)
            total = total.plus(row.checksum)
        if total != stated:
            yield rows.missing(stated.count, total.count)

    def rebuild(self, encoder: Encoder) -> tuple[int, list[Message]]:
        """Make vectors and shingles again from the texts: (of how many submissions, what people should know).

        The archive is bound to `encoder` from then on. ArchiveError, and nothing changed, where a text was damaged.
        """


class Search(Protocol):
    """One state of an archive of `size` submissions, ready for queries; `records` are those that it is of.

    `recall` is the share of the true nearest that `nearest` finds by its own measure; 1 if exact, None if not measured.
    """

    records: Records
    size: int
    recall: float | None

    def nearest(self, vectors: Vectors, k: int) -> tuple[Ints, Ints]:
        """Rows of `vectors` and keys of their k nearest of each language, as pairs; cosines above 0 only."""

    def postings(self, hashes: Hashes, most: int) -> Postings:
        """Which submissions keep which of these shingles; of a shingle that more than `most` keep, more than `most`."""


@dataclass(frozen=True, slots=True)
class HeldSearch(Search):
    """One state of an archive in memory: the vectors of each language that it has, Latin first, and all postings."""

    records: Records
    size: int
    recall: float | None
    indexes: tuple[Nearest, ...]
    kept: Postings

    def nearest(self, vectors: Vectors, k: int) -> tuple[Ints, Ints]:
        """Rows of `vectors` and keys of their k nearest of each language, as pairs; cosines above 0 only."""
        rows, keys = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for index in self.indexes:
            near, cosines = index.search(vectors, k)
            close = (near >= 0) & (cosines > 0)
            rows.append(np.nonzero(close)[0])
            keys.append(near[close])
        return np.concatenate(rows), np.concatenate(keys)

    def postings(self, hashes: Hashes, most: int) -> Postings:
        """The postings of all shingles: they are in memory."""
        return self.kept


class Archive(Records, Protocol):
    """An archive whose vectors are of one encoder. An empty one takes any."""

    encoder: Encoder

    def add(self, proposals: Iterable[Proposal], derive: rows.Derive = rows.derive) -> Added:
        """Store proposals, all or (on an error or a crash) none; what is there already is not doubled.

        `derive` works out vectors and shingles; another one than the default gives the same elsewhere.
        """

    def search(self) -> Search:
        """The archive as it is now; ArchiveError where it is damaged or made by another version of the program."""
