"""What the reviewers' desk compares: the batch, the earlier years that it is held against, and the pairs of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from app import batches, files
from app.words import either, say
from matcher.accounts import is_local
from matcher.archive import Search, open_archive, place_of, searching
from matcher.duplicates import Findings, find
from matcher.duplicates.concern import fitted
from matcher.engine import Engine
from matcher.files import temporary_folder
from matcher.readers.batch import BadRow, Entry
from matcher.types import Proposal

_ARCHIVE = 0.1  # of the bar, for an archive of the earlier years
_STEP = 0.01  # of the bar, between two movements
MappedTable = tuple[files.Received, batches.TableLayout]


def earlier() -> tuple[files.Received | None, str]:
    """(a table of earlier submissions, the folder of an archive), either of them "nothing"."""
    earlier = batches.upload(say("reviewers.earlier"), "earlier")
    folder = ""
    # Uploads of anyone who can reach the page are one thing; naming folders of the machine is for whoever sits at it.
    if is_local(st.get_option("server.address") or ""):
        folder = st.text_input(
            say("reviewers.folder"),
            key="archive",
            persist_state="session",
            placeholder=say("reviewers.folder.placeholder"),
        )
    return earlier, folder.strip()


def mapped(earlier: files.Received | None) -> MappedTable | None:
    """The earlier submissions with their columns; None where there are none that can be read."""
    return (earlier, batches.map_columns(earlier, "earlier")) if earlier else None


def compared(
    opened: Engine, proposals: Sequence[Proposal], years: MappedTable | None, folder: str
) -> Findings:
    """The pairs among proposals and with earlier ones, down to the lowest threshold; with progress."""
    bar = st.progress(0.0, say("progress.archive"))
    shown = _ARCHIVE

    def progress(share: float) -> None:
        nonlocal shown
        share = _ARCHIVE + (1 - _ARCHIVE) * share
        if share >= shown:  # one message a step: each crosses the network
            shown = share + _STEP
            bar.progress(share, say("progress.pairs"))

    try:
        before, notices = read(years) if years else ([], [])
        st.session_state["findings notes"] += notices
        with _archive(opened, before, folder) as archive:
            least = min(fitted().false_alarms)
            first, second = opened.readers
            return find(proposals, first, archive, opened.guide, least, progress=progress, reader=second)
    finally:
        bar.empty()


def read(table: MappedTable) -> tuple[list[Proposal], list[str]]:
    """The proposals of a table, and what is to be said of its reading: rows that cannot be read are named."""
    rows, messages = batches.entries(*table)
    notices = [either(line) for line in messages]
    if bad := [row.name or row.place for row in rows if isinstance(row, BadRow)]:
        notices.append(say("reviewers.bad rows", count=len(bad), lines=say("comma").join(bad[:20])))
    return [row.proposal for row in rows if isinstance(row, Entry)], notices


@contextmanager
def _archive(opened: Engine, before: Sequence[Proposal], folder: str) -> Iterator[Search | None]:
    """The earlier years: the named folder, or the uploaded proposals in an archive that is gone afterwards.

    Given both, the uploaded ones are compared; given neither there is None.
    """
    if before:
        with (
            temporary_folder() as place,
            open_archive(place / "archive", opened.readers.first, create=True) as archive,
        ):
            refused = archive.add(before).refused
            if refused:
                notice = say("reviewers.refused", count=len(refused), ids=say("comma").join(refused[:10]))
                st.session_state["findings notes"].append(notice)
            yield archive.search()
        return
    with searching(place_of(folder) if folder else None, opened.readers.first) as search:
        notes = search.records.notes if search else ()
        st.session_state["findings notes"] += [either(line) for line in notes]
        yield search
