"""One row of an archive: what was submitted, what is worked out from it, and the checksums that bind both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Literal, TypeVar

import numpy as np

from matcher import settings
from matcher.embeddings import Encoder, encode
from matcher.message import Catalogue, Message
from matcher.segment import fold
from matcher.shingles import units, winnow
from matcher.types import Proposal

say = Catalogue(__file__)

FIELDS = ("id", "title", "abstract", "declared", "organisation", "principal_investigator", "year")
COLUMNS = ", ".join(FIELDS)  # of the database
Fields = tuple[str, ...]
Name = tuple[str, str]  # id and year
Script = Literal["latin", "han"]
SCRIPTS: tuple[Script, ...] = ("latin", "han")  # by Derived.han
BYTES = 16  # of a checksum
CHUNK = settings.chunk("archive.rows.together")
READ_AGAIN = settings.count("archive.rows.read_again")
_ROUNDING = settings.share("archive.rows.rounding")
_TOTALS = 1 << 8 * BYTES

T = TypeVar("T")


def storable(proposal: Proposal) -> Fields:
    """The FIELDS of a proposal as SQLite can hold them: a lone surrogate becomes the replacement mark."""
    values = (getattr(proposal, field) for field in FIELDS)
    return tuple(v.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for v in values)


def proposal_of(fields: Sequence[str]) -> Proposal:
    """The proposal that `storable` made FIELDS of."""
    return Proposal(**dict(zip(FIELDS, fields, strict=True)), sections=())


@dataclass(frozen=True, slots=True)
class Derived:
    """What is worked out from a text: its language, vector (float16) and kept shingles (uint32), as bytes."""

    han: int
    vector: bytes
    shingles: bytes

    def checksum(self, key: int, text: bytes) -> bytes:
        """A hash that binds this to the key of its row and to the checksum of its text."""
        return digest(key.to_bytes(8, "little"), bytes([self.han]), text, self.vector, self.shingles)


def alike(stored: Derived, again: Derived) -> bool:
    """Whether what is worked out from a text again is what was stored, but for the last digits of its vector."""
    new, old = (np.frombuffer(each.vector, np.float16) for each in (again, stored))
    return again.shingles == stored.shingles and np.allclose(new, old, atol=_ROUNDING)


def derive(encoder: Encoder, rows: Sequence[Fields]) -> list[Derived]:
    """What belongs to rows of FIELDS, in order."""
    texts = [proposal_of(row).text for row in rows]
    vectors = encode(encoder, [fold(text) for text in texts], "passage").astype(np.float16)
    return [
        Derived(han, vector.tobytes(), shingles)
        for vector, (han, shingles) in zip(vectors, map(kept_shingles, texts), strict=True)
    ]


def kept_shingles(text: str) -> tuple[int, bytes]:
    """(whether a text is Chinese, its kept shingles as bytes)."""
    read = units(text)
    return int(read.han), read.hashes[winnow(read.hashes)].tobytes()


Derive = Callable[[Encoder, Sequence[Fields]], Sequence[Derived]]


def digest(*parts: bytes) -> bytes:
    """A hash of parts in order, their lengths included."""
    hashed = blake2b(digest_size=BYTES)
    for part in parts:
        hashed.update(len(part).to_bytes(8, "little"))
        hashed.update(part)
    return hashed.digest()


def text_checksum(fields: Sequence[str]) -> bytes:
    """A hash of all that was submitted."""
    return digest(*(field.encode("utf-8", "surrogatepass") for field in fields))


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows there are and the sum of their checksums: a row that is lost, or came from elsewhere, shows."""

    count: int = 0
    value: int = 0

    def plus(self, checksum: bytes) -> Total:
        """With one more row."""
        return Total(self.count + 1, (self.value + int.from_bytes(checksum, "little")) % _TOTALS)

    def minus(self, checksum: bytes) -> Total:
        """With one row less."""
        return Total(self.count - 1, (self.value - int.from_bytes(checksum, "little")) % _TOTALS)


@dataclass(frozen=True, slots=True)
class Submission:
    """A row that was read: its key, which never changes nor comes back, what was submitted, and the checksums.

    `derived` is there only where it was asked for, and None where it is missing.
    """

    key: int
    fields: Fields
    checksum: bytes
    text_checksum: bytes
    derived: Derived | None = None

    @property
    def proposal(self) -> Proposal:
        """What was submitted."""
        return proposal_of(self.fields)

    @property
    def sound(self) -> bool:
        """Whether the text fits its checksum."""
        return text_checksum(self.fields) == self.text_checksum


def chunks(items: Iterable[T], size: int | None = None) -> Iterator[list[T]]:
    """The items, `size` at a time; None: as many as are read, encoded and written together."""
    rest = iter(items)
    while chunk := list(islice(rest, size or CHUNK)):
        yield chunk


def missing(stated: int, there: int) -> Message:
    """That rows are missing, that there are too many, or that one is another."""
    return say("row.count", stated=stated, there=there)
