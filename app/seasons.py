"""The season of a session: chosen or made here, named in the address, its batches, and its corrected guide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

import streamlit as st

from app import files, session, style
from app.decisions import Decisions, SeasonDecisions
from app.markup import either, say
from matcher.engine import Engine
from matcher.guide import read_guide
from matcher.message import Message
from matcher.readers.table.rows import preview
from matcher.season import (
    FORMER_START,
    SUFFIX,
    BatchLine,
    Correction,
    Season,
    bring,
    default_folder,
    take_corrected,
)
from matcher.triage.columns import is_report
from matcher.triage.desk import Report

_NEW, _OWN = "+", "~"  # no name of a season holds either
_SHARED = "season shared"
CHOSEN = "season name"  # where a session keeps which one it works in
Judge = Callable[[Engine, files.Received, files.TableLayout], tuple[Report, list[Message]]]
Read = Callable[[], tuple[Report, Decisions]]
_FILE = "season guide"


def choose() -> Season | None:
    """The season that this session works in; None where decisions stay in the tab. Raises SeasonError."""
    known = names()
    options = ["", *known, _NEW]
    shown = {"": say("season.none"), _NEW: say("season.new")} | {name: shown_name(name) for name in known}
    asked = st.query_params.get("season", "")
    first = options.index(asked) if asked in known and CHOSEN not in st.session_state else 0
    style.relabel(CHOSEN)
    with st.container(horizontal=True, vertical_alignment="bottom", key="season line"):
        name = st.selectbox(
            say("season"), options, first,
            format_func=lambda n: shown.get(n, n), key=CHOSEN, help=say("season.help"), width=340,
        )  # fmt: skip
        # After a change of language the widget hands back a label of the other one. An address is anybody's words.
        name = name if name in options else asked if asked in known else ""
        if name == _NEW:
            make(known)
            return None
    if not name and asked and asked not in known:
        style.notice(say("season.gone", name=asked), "bad")
    elif name != asked:
        st.query_params.clear()
        if name:
            st.query_params["season"] = name
    return _opened(name) if name else None


def _opened(name: str) -> Season:
    """The season, open once for the session."""
    season: Season | None = st.session_state.get("season")
    file = file_of(name)
    # Another account may log in where the session of the one before it has run out.
    same = season is not None and (season.file, season.who) == (file, session.person() or season.who)
    if season is None or not same or season.replaced:
        if season is not None:
            season.close()
        season = st.session_state["season"] = Season(file, session.person())
    return season


def names() -> list[str]:
    """The seasons that this person may open, by name: those that everybody shares, then their own."""
    return [
        mark + stem
        for mark, folder in _folders().items()
        for stem in sorted(file.stem for file in folder.glob(f"*{SUFFIX}"))
    ]


def shown_name(name: str) -> str:
    """A season's name as people read it."""
    return name.removeprefix(_OWN) + say("season.own") if name.startswith(_OWN) else name


def _folders() -> dict[str, Path]:
    """mark of a name → the folder of such seasons: those that everybody shares, and a person's own."""
    person = session.person()
    return {"": default_folder()} | ({_OWN: default_folder() / "own" / person} if person else {})


def file_of(name: str) -> Path:
    """The file of a season; only a person's own name leads into their folder."""
    mark = _OWN if name.startswith(_OWN) and _OWN in _folders() else ""
    return _folders()[mark] / f"{name.removeprefix(mark)}{SUFFIX}"


def make(known: list[str]) -> None:
    """A field and a button for a new season on the guide of this session."""
    typed = st.text_input(say("season.name"), key="season new name", max_chars=60, width=240)
    if session.person() is not None:
        st.toggle(say("season.shared"), True, key=_SHARED)
    name = named(typed)
    st.button(
        say("season.make"),
        disabled=not name or name in known,
        on_click=session.press,
        args=("season", _create, name),
        key="season make",
    )


def named(typed: str) -> str:
    """The name of a season that somebody wrote so, of what may stand in one; their own where it is not to be shared."""
    name = "".join(c for c in typed.strip() if c.isalnum() or c in "-_ ·（）()").strip()
    return name if st.session_state.get(_SHARED, True) or not name else _OWN + name


def _create(name: str) -> None:
    with files.as_path(session.guide_document()) as guide:
        Season.new(file_of(name), guide, session.person()).close()
    st.query_params["season"] = name
    # Set, not deleted: the browser would hand "new season" back with its next event.
    st.session_state[CHOSEN] = name


def batch(season: Season, opened: Engine, judge: Judge) -> Read | None:
    """What reads the batch of the season that is open, with its decisions of now; None where there is none yet.

    What is uploaded is judged and kept; a report of this season that is dropped here brings its decisions home.
    """
    with st.container(key="season told line"):  # there in every run, so that what follows stays in its place
        style.kept_notices("season")
    _take_in(season, opened, judge)
    _correct(season)
    line = choose_batch(season)
    if line is None:
        style.lede(say("season.no batch"))
        return None
    read = partial(_read, season, line.id)
    for message in read()[0].reading:
        style.lede(either(message))
    return read


def choose_batch(season: Season) -> BatchLine | None:
    """The batch of the season that is open, named in the address; None where there is none yet."""
    lines = {line.id: line for line in season.batches()}
    if not lines:
        return None
    asked = st.query_params.get("batch", "")
    ids = list(lines)
    place = ids.index(int(asked)) if asked.isdecimal() and int(asked) in lines else len(ids) - 1
    number: int = st.selectbox(
        say("season.batch"),
        ids,
        place,
        format_func=lambda i: _named(lines[i]),
        key=f"batch of {season.file.stem} {len(ids)}",
    )
    st.query_params["batch"] = str(number)
    return lines[number]


def _named(line: BatchLine) -> str:
    """The same in every language and after every decision: a browser hands the label back."""
    return f"{line.id} · {line.name} · {line.received[:10]}"


def _read(season: Season, number: int) -> tuple[Report, SeasonDecisions]:
    """The report of a batch, read once, and its decisions, read again when the season has changed."""
    now = season.version
    report: Report | None
    # Of this very season: one that was deleted and made again may have the same name, batch and guide.
    of, batch, seen, report = st.session_state.get("season report", (None, 0, 0, None))
    if report is None or (of, batch) != (season, number):
        report = season.report(number)
    elif seen != now:
        report = season.updated(report, number)
    st.session_state["season report"] = (season, number, now, report)
    return report, SeasonDecisions(season, number, now)


def _take_in(season: Season, opened: Engine, judge: Judge) -> None:
    """Judge and keep what was uploaded, or take the decisions of a filled-in report home."""
    waiting = st.session_state.get("batch kept") is not None  # in another language the panel is drawn anew
    lines = season.batches()
    with st.expander(say("season.add"), expanded=waiting or not lines):
        table = files.upload_batch(say("intake.upload"), "batch")
        if table is None:
            files.offer("batch")
            return
        # An event of the browser may end a run after the batch was added and before its table is put away.
        former = sha256(FORMER_START + table.data).hexdigest()
        if (again := season.held(table.name, table.sha256, former)) is not None:
            style.keep_notices("season", again)
            files.done("batch")
            st.rerun()
        if is_report_file(table):
            _bring(season, table)
            return
        chosen = files.map_columns(table, "batch")
        if chosen.usable and st.button(
            say("season.keep", name=table.name), type="primary", key="season keep"
        ):
            report, messages = judge(opened, table, chosen)
            st.query_params["batch"] = str(season.add(report, table.sha256, messages))
            files.done("batch")
            st.rerun()


def is_report_file(table: files.Received) -> bool:
    """Whether this is a report of the program, by its own columns."""
    if not table.name.lower().endswith((".xlsx", ".csv")):
        return False
    with files.as_path(table) as path:
        return is_report(preview(path)[0])


def _bring(season: Season, table: files.Received) -> None:
    with files.as_path(table) as path:
        understood, problems = bring(season, path)
    listed = say("comma").join(f"{id_} → {either(choice)}" for id_, choice in understood[:12]) or "—"
    style.keep_notices("season", say("season.brought", count=len(understood), listed=listed))
    style.keep_first("season", problems)
    files.done("batch")
    st.rerun()


def _correct(season: Season) -> None:
    """A field for the corrected guide, what it changes, and the button that takes it."""
    field = files.field(_FILE)
    # Open while a file is there: in another language it is drawn as another panel, which would hide it.
    opened = st.session_state.get(field) is not None
    with st.expander(say("season.guide"), expanded=opened), style.errors_shown():
        style.lede(say("season.guide.help"))
        sent = files.upload(say("season.guide.file"), field)
        if sent is None:
            return
        received = files.receive(sent)
        with files.as_path(received) as document:
            correction = Correction.between(season.guide, read_guide(document))
            correction.check()
            for message in correction.messages():
                style.lede(either(message))
            if st.button(say("season.guide.take"), type="primary", key="season guide take"):
                _take_corrected(season, document, correction)


def _take_corrected(season: Season, document: Path, correction: Correction) -> None:
    if session.gone():
        st.rerun()
    engine = session.engine_of(correction.after)
    messages = take_corrected(season, document, correction, engine, style.progress)
    style.keep_notices("season", *messages)
    files.renew(_FILE)
    st.rerun()
