"""申报季: the seasons at a glance, their logs, and what is done with a season as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from app import files, intake, open_row, seasons, session, style
from app.markup import either, minute, say, texts
from matcher import settings
from matcher.errors import SeasonError
from matcher.season import SUFFIX, Change, Season, SeasonLine, adopt, erase, season_line
from matcher.sheet import Cell

_NAME = "season files"
_SEASONS = (
    *("season", "season_files.guide", "season_files.batches", "season_files.rows", "season_files.decided"),
    *("season_files.undecided", "season_files.changed", "season_files.who"),
)
_CHANGES = (
    *("season_files.time", "season_files.who", "season_files.action", "season.batch", "season_files.place"),
    *("queue.id", "queue.title", "season_files.before", "season_files.after"),
)
_LOG = settings.lines("app.season_files.log")


def page() -> None:
    """Draw the page."""
    with style.desk("season_files"):
        style.kept_notices(_NAME)
        style.kept_notices("season")
        known = seasons.names()
        lines = _lines(known)
        if lines:
            names = list(lines)
            cells = open_row.records(_SEASONS, [_cells(name, line) for name, line in lines.items()])
            name = names[open_row.pick(_NAME, names, cells, {})]
            _acts(name)
            _log(seasons.file_of(name))
        else:
            style.lede(say("season_files.none"))
        with st.expander(say("season_files.new"), expanded=not known):
            style.lede(say("season_files.new.guide", name=session.guide_document().name))
            seasons.make(known)
            session.upload(say("season_files.bring"), files.field(_NAME), _bring, place=_NAME)


def _lines(names: Sequence[str]) -> dict[str, SeasonLine]:
    """Each season at a glance; of one that cannot be read it is said why."""
    lines: dict[str, SeasonLine] = {}
    for name in names:
        with style.errors_shown():
            lines[name] = season_line(seasons.file_of(name))
    return lines


def _cells(name: str, line: SeasonLine) -> tuple[Cell, ...]:
    """What stands below _SEASONS."""
    counts = (line.batches, line.rows, line.decided, line.rows - line.decided)
    return (seasons.shown_name(name), line.guide, *counts, minute(line.last.time), line.last.who)


def _acts(name: str) -> None:
    """Open, download and delete the season of the chosen row."""
    file = seasons.file_of(name)
    with st.container(horizontal=True, key="season acts"):
        if st.button(say("season_files.open"), type="primary", key="season open"):
            st.session_state[seasons.CHOSEN] = name
            st.switch_page(st.Page(intake.page, url_path="intake"))
        files.download(
            f"{say('download')} {SUFFIX}", file.name, f"season copy {name}", lambda path: _copy(file, path)
        )
        with st.popover(say("season_files.delete")):
            typed = st.text_input(say("season_files.delete.type", name=file.stem), key=f"delete {name}")
            st.button(
                say("season_files.delete.sure"),
                disabled=typed.strip() != file.stem,
                on_click=session.press,
                args=(_NAME, _delete, name),
                key="season delete",
            )


def _copy(file: Path, target: Path) -> None:
    with Season(file) as season:
        season.copy(target)


def _delete(name: str) -> None:
    file, mine = seasons.file_of(name), st.session_state.get("season")
    if mine is not None and mine.file == file:
        mine.close()
        del st.session_state["season"]
    st.session_state.pop(seasons.CHOSEN, None)
    erase(file)
    style.keep_notices(_NAME, say("season_files.deleted", name=seasons.shown_name(name)))


def _bring(received: files.Received) -> None:
    """Keep an uploaded season under the name of its file."""
    name = seasons.named(Path(received.name).stem)
    if not received.name.endswith(SUFFIX) or not name:
        raise SeasonError(texts("season_files.suffix", suffix=SUFFIX))
    with files.as_path(received) as path:
        adopt(path, seasons.file_of(name))
    files.renew(_NAME)
    style.keep_notices(_NAME, say("season_files.brought", name=seasons.shown_name(name)))


def _log(file: Path) -> None:
    """Who did what, newest first."""
    with Season(file) as season:
        changes = season.audit.history(last=_LOG)
    style.section(say("season_files.log"), say("season_files.log.last", count=len(changes)))
    cells = open_row.records(_CHANGES, [_line(change) for change in reversed(changes)])
    st.dataframe(cells, hide_index=True, height=min(380, 38 + 35 * len(cells)))


def _line(change: Change) -> tuple[str, ...]:
    """What stands below _CHANGES."""
    now, batch = change.words, str(change.batch or "")
    line = (
        minute(change.time),
        now.who,
        now.action,
        batch,
        now.place,
        now.id,
        now.title,
        now.before,
        now.after,
    )
    return tuple(map(either, line))
