"""The memory of earlier submissions: a folder with one database, opened for search or for change.

Each submission keeps its text, the vector of its whole text and a sample of its shingles; sentence
vectors are made again for the few candidates that a search finds. Vectors hold for one encoder only;
listing, checking and removing need none.
"""

from matcher.archive.archive import (
    ArchivePlace,
    FolderArchive,
    open_archive,
    open_records,
    place_of,
    searching,
)
from matcher.archive.contract import Added, Archive, Records, Search
from matcher.archive.records import FolderRecords
from matcher.archive.rows import Submission

__all__ = [
    "Added", "Archive", "ArchivePlace", "FolderArchive", "FolderRecords", "Records", "Search", "Submission", "open_archive",
    "open_records", "place_of", "searching",
]  # fmt: skip
