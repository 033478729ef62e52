"""Uploads: held in memory, written to a temporary folder only while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from app.words import words
from matcher import settings
from matcher.errors import DocumentError
from matcher.files import temporary_folder

LARGEST_MB = settings.count("app.files.largest_mb")
_LONGEST_NAME = settings.size("app.files.longest_name")
_LONGEST_ENDING = settings.characters("app.files.longest_ending")


class Upload(Protocol):
    """What a browser sent: a name and bytes."""

    name: str
    size: int

    def getvalue(self) -> bytes:
        """All bytes."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file in memory. `sha256` names its content."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the bytes."""
        return sha256(self.data).hexdigest()


def receive(upload: Upload) -> Received:
    """The uploaded file; DocumentError, in both languages, if it is larger than LARGEST_MB."""
    if upload.size > LARGEST_MB * 1_000_000:
        size = upload.size / 1_000_000
        zh, en = (m.format(name=upload.name, size=size, most=LARGEST_MB) for m in words()["too big"])
        raise DocumentError(zh, en)
    return Received(Path(upload.name).name, upload.getvalue())


def _safe(name: str) -> str:
    """A name that any file system takes, with the ending that says what the file is."""
    plain = Path("".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name).strip(". "))
    ending = plain.suffix if len(plain.suffix) <= _LONGEST_ENDING else ""
    stem = (
        plain.name.removesuffix(ending).encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    )
    return (stem or "file") + ending


@contextmanager
def as_path(received: Received) -> Iterator[Path]:
    """The file on disk, in a folder that is gone after the block."""
    with temporary_folder() as folder:
        path = folder / _safe(received.name)
        path.write_bytes(received.data)
        yield path
