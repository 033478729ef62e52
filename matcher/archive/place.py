"""Where an archive is, by what a user writes: a folder, or an address of Milvus."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matcher.archive.archive import FolderArchive
from matcher.archive.contract import ArchivePlace
from matcher.archive.milvus.address import SCHEMES, address_of
from matcher.archive.records import FolderRecords
from matcher.embeddings import Encoder


@dataclass(frozen=True, slots=True)
class Folder:
    """An archive in a folder of this machine."""

    folder: Path

    def __str__(self) -> str:
        """The path."""
        return str(self.folder)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def records(self) -> FolderRecords:
        """The archive there, open; ArchiveError if there is none."""
        return FolderRecords(self.folder)

    def archive(self, encoder: Encoder, *, create: bool = False) -> FolderArchive:
        """The archive there, open with its encoder; as `FolderArchive`."""
        return FolderArchive(self.folder, encoder, create=create)


def place_of(text: str | Path) -> ArchivePlace:
    """The place that a user writes: `milvus://…` or a folder."""
    written = str(text)
    return address_of(written) if written.startswith(SCHEMES) else Folder(Path(text))
