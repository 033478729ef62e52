"""Failures of an archive, told apart: absent, busy, read-only, disk full, unreadable device, damaged, another's.

Each says what to do about it, and none asks anyone to delete an archive: a sound one that is locked
or lies on a full disk looks the same to a hasty reader as a broken one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from matcher import settings
from matcher.databases import fault
from matcher.embeddings import Encoder
from matcher.errors import ArchiveError
from matcher.message import Catalogue, Message, bracketed, first_of, joined

say = Catalogue(__file__)

_LISTED = settings.count("archive.contract.listed")


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Errors of SQLite inside become the ArchiveError that says what is wrong with the archive in `folder`."""
    try:
        yield
    except sqlite3.Error as error:
        raise failure(folder, error) from error


def failure(folder: Path, error: sqlite3.Error) -> ArchiveError:
    """The ArchiveError for what SQLite reports of the archive in `folder`."""
    match fault(error, folder):
        case "busy":
            return busy(folder)
        case "read-only":
            return ArchiveError(say("read-only", folder=folder))
        case "full":
            return ArchiveError(say("disk full", folder=folder))
        case "failing" | "shut" as kind:
            return ArchiveError(say("unreachable", folder=folder, error=say(f"unreachable.{kind}")))
        case _:
            return damaged(folder, str(error))


def busy(place: object, who: Message | None = None) -> ArchiveError:
    """Another program (named where it is known) writes to the archive."""
    return ArchiveError(say("busy", place=place, who=who or say("writer.unknown")))


def holders(processes: Sequence[int]) -> Message:
    """Who holds an archive, as far as the system tells, for people."""
    numbers = ", ".join(map(str, processes))
    return say("writer.process", numbers=numbers) if processes else say("writer.unknown")


def absent(place: object) -> ArchiveError:
    """There is no archive at a place."""
    return ArchiveError(say("none there", place=place))


def damaged(place: object, why: str) -> ArchiveError:
    """What the archive holds is not what was written."""
    return ArchiveError(say("damaged", place=place, why=why))


def listed(ids: Sequence[str]) -> str:
    """Ids in a message, the first of many."""
    return first_of(ids, _LISTED, ", ", " …")


def unknown(ids: Sequence[str], year: str | None) -> ArchiveError:
    """The error of ids that are to be removed and are not there, or not of the one `year`."""
    named = listed(ids) if year is None else joined([listed(ids), bracketed(year)])
    return ArchiveError(say("not listed", ids=named))


def other_encoder(place: object, bound: str, encoder: Encoder) -> ArchiveError:
    """The error of an archive whose vectors are of the encoder named `bound`."""
    return ArchiveError(say("other encoder", place=place, bound=bound, name=encoder.name))


def other_format(place: object, there: int, known: int) -> ArchiveError:
    """The error of an archive whose format `there` is not the one that this program knows."""
    age = "newer" if there > known else "older"
    return ArchiveError(say(f"format.{age}", place=place, there=there, known=known))
