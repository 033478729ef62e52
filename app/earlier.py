"""What the reviewers' desk compares with: earlier years in a table or an archive, what can be done with the archive, and the pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from app import files, open_row, style
from app.markup import either, say, texts
from matcher import settings
from matcher.archive import ArchivePlace, Search, open_archive, open_records, place_of, searching
from matcher.credentials import is_local
from matcher.duplicates import Findings, as_themselves, find
from matcher.duplicates.classifier import fitted
from matcher.engine import Engine
from matcher.files import temporary_folder
from matcher.message import Message, joined
from matcher.readers.batch import BadRow, Entry
from matcher.sheet import Cell
from matcher.types import Proposal

_SHOWN = settings.rows("app.archives.listed")
_READERS_SECONDS = settings.seconds("app.archives.wait_for_readers")
_PLACE = "archive"
_ARCHIVE = settings.share("app.archives.reading")
_STEP = settings.share("app.archives.step")
_HEADINGS = ("queue.id", "archive.year", "queue.title", "archive.unit", "archive.person", "archive.text")
MappedTable = tuple[files.Received, files.TableLayout]


def choose() -> tuple[files.Received | None, str]:
    """(a table of earlier submissions, the folder of an archive), either of them "nothing"."""
    table = files.upload_batch(say("reviewers.earlier"), "earlier")
    folder = ""
    # Uploads of anyone who can reach the page are one thing; naming folders of the machine is for whoever sits at it.
    if is_local(st.get_option("server.address") or ""):
        folder = st.text_input(
            say("reviewers.folder"),
            key="archive",
            persist_state="session",
            placeholder=say("reviewers.folder.placeholder"),
        )
    return table, folder.strip()


def mapped(table: files.Received | None) -> MappedTable | None:
    """The earlier submissions with their columns; None where there are none that can be read."""
    return (table, files.map_columns(table, "earlier")) if table else None


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
            st.session_state["findings notes"] += as_themselves(proposals, archive)
            least = min(fitted().false_alarms)
            first, second = opened.readers
            return find(proposals, first, archive, opened.guide, least, progress=progress, reader=second)
    finally:
        bar.empty()


def read(table: MappedTable) -> tuple[list[Proposal], list[Message]]:
    """The proposals of a table, and what is to be said of its reading: rows that cannot be read are named."""
    rows, messages = files.entries(*table)
    notices = list(messages)
    if bad := [row.name or row.place for row in rows if isinstance(row, BadRow)]:
        notices.append(texts("reviewers.bad rows", count=len(bad), lines=joined(bad[:20], texts("comma"))))
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
            repeated = archive.add(before).repeated
            if repeated:
                ids = joined(repeated[:10], texts("comma"))
                st.session_state["findings notes"].append(
                    texts("reviewers.repeated", count=len(repeated), ids=ids)
                )
            yield archive.search()
        return
    with searching(place_of(folder) if folder else None, opened.readers.first) as search:
        notes = search.records.notes if search else ()
        st.session_state["findings notes"] += notes
        yield search


def archive_tools(opened: Engine, folder: str, batch: Callable[[], Sequence[Proposal]] | None) -> None:
    """What can be done with the archive `folder`; `batch` gives the proposals that may be added to it.

    What goes wrong is told in the command line's own words, with its advice.
    """
    place = place_of(folder)
    with st.expander(say("archive"), key="archive tools", on_change="rerun") as tools:
        style.kept_notices(_PLACE)
        if not tools.open:
            return
        with style.errors_shown():
            _contents(place)
        with st.container(horizontal=True, key="archive acts"):
            _act("add", lambda: _add(place, opened, batch() if batch else ()), disabled=batch is None)
            _act("verify", lambda: _verify(place))
            _act("rebuild", lambda: _rebuild(place, opened))


def _act(name: str, work: Callable[[], None], *, disabled: bool = False) -> None:
    """A button that does `work`, which keeps notices of what came of it for the next drawing."""
    if st.button(say(f"archive.{name}"), key=f"archive {name}", disabled=disabled):
        with style.errors_shown(_PLACE), st.spinner(say("archive.working")):
            work()
        st.rerun()


def _contents(place: ArchivePlace) -> None:
    """The submissions that pass the filter, and the removal of those that are chosen."""
    with open_records(place) as records:
        listed = [(row.proposal, row.sound) for row in records.stored()]
        notes, version = records.notes, records.version
    for line in notes:
        style.lede(either(line))
    sought = st.text_input(say("archive.search"), key="archive search").split()
    shown = [
        (p, sound)
        for p, sound in listed
        if all(word in f"{p.id} {p.year} {p.title} {p.organisation}" for word in sought)
    ]
    style.lede(say("archive.count", shown=len(shown), total=len(listed), version=version))
    if not shown:
        return
    chosen = st.dataframe(
        open_row.records(_HEADINGS, [_cells(p, sound) for p, sound in shown[:_SHOWN]]),
        hide_index=True,
        height=240,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"archive list {version} {' '.join(sought)}",
    )["selection"]["rows"]
    going = [shown[i][0] for i in chosen]
    sure = st.checkbox(say("archive.sure", count=len(going)), key=f"archive sure {version}")
    _act("remove", lambda: _remove(place, going), disabled=not (going and sure))


def _cells(p: Proposal, sound: bool) -> tuple[Cell, ...]:
    """What stands below _HEADINGS."""
    state = say("archive.sound" if sound else "archive.damaged")
    return (p.id, p.year, p.title, p.organisation, p.principal_investigator, state)


def _remove(place: ArchivePlace, going: Sequence[Proposal]) -> None:
    with open_records(place) as records:
        st.session_state.pop("findings", None)  # of this tab: they hold the texts that go
        count = sum(records.remove([p.id], p.year, _READERS_SECONDS) for p in going)
        notes = records.notes if records.unerased else [texts("archive.removed", count=count)]
        style.keep_notices(_PLACE, *notes)


def _add(place: ArchivePlace, opened: Engine, proposals: Sequence[Proposal]) -> None:
    with open_archive(place, opened.readers.first, create=True) as archive:
        notes = list(archive.notes)
        added = archive.add(proposals)
    counts, *left_out = added.messages()
    style.keep_notices(_PLACE, *notes, counts)
    style.keep_notices(_PLACE, *left_out, kind="bad")


def _verify(place: ArchivePlace) -> None:
    with open_records(place) as records:
        problems = records.verify()
    style.keep_notices(_PLACE, *(problems or [texts("archive.fine")]), kind="bad" if problems else "calm")


def _rebuild(place: ArchivePlace, opened: Engine) -> None:
    with open_records(place) as records:
        count, notes = records.rebuild(opened.readers.first)
    style.keep_notices(_PLACE, *notes, say("archive.rebuilt", count=count))
