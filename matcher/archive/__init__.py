"""The memory of earlier submissions: a folder with one database, opened for search or for change.

Each submission keeps its text, the vector of its whole text and a sample of its shingles; sentence
vectors are made again for the few candidates that a search finds. Vectors hold for one encoder only;
listing, checking and removing need none.
"""

from matcher.archive.archive import Added, Archive, Search
from matcher.archive.records import Records, Submission

__all__ = ["Added", "Archive", "Records", "Search", "Submission"]
