"""A table of which one row is open: by a click anywhere in it, or by stepping to the previous or next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import markup
from app.words import say
from matcher.sheet import harmless

Key = int | str
_HEIGHT = 380
_OPEN = " "  # the heading of the column that marks the open row


def pick(
    name: str, keys: Sequence[Key], cells: Sequence[Mapping[str, Any]], columns: Mapping[str, Any]
) -> int:
    """Draw the rows as the table `name`, one for each of `keys`; the place of the row that is open.

    The open row stays open while filters change, as long as it is shown; else the first is.
    """
    state, widget = st.session_state, f"{name} {hash(tuple(keys))}"
    if state.get(f"{name} open") not in keys:
        state[f"{name} open"] = keys[0]
    row = _chosen(name, widget)
    if row is not None:
        state[f"{name} open"] = keys[row]
    place = keys.index(state[f"{name} open"])
    _tick(name, widget, place)
    st.dataframe(
        [{_OPEN: "▶" if i == place else "", **_texts(row)} for i, row in enumerate(cells)],
        hide_index=True,
        height=min(_HEIGHT, 38 + 35 * len(keys)),
        on_select="rerun",
        selection_mode=["single-row", "single-cell"],
        key=widget,
        column_config={_OPEN: st.column_config.TextColumn(width=28), **columns},
    )
    return place


def _chosen(name: str, widget: str) -> int | None:
    """The row that was chosen since the last drawing, by one of its cells or its checkbox; None where none was.

    A browser hands every choice back with each event: only a new one counts, for the buttons may have moved on.
    """
    state = st.session_state
    known, ticked, clicked = state.get(f"{name} chosen", ("", None, []))
    if known != widget or widget not in state:
        return None
    rows, cells = state[widget]["selection"]["rows"], state[widget]["selection"]["cells"]
    state[f"{name} chosen"] = (widget, ticked, cells)
    if cells and cells != clicked:
        row: int = cells[0][0]
        return row
    return rows[0] if rows and rows[0] != ticked else None


def _tick(name: str, widget: str, place: int) -> None:
    """Tick the open row and no cell, so that the table shows it and the next click on any cell is a choice."""
    state, selection = st.session_state, {"rows": [place], "columns": [], "cells": []}
    if widget not in state or state[widget]["selection"] != selection:
        state[widget] = {"selection": selection}
    before, ticked, clicked = state.get(f"{name} chosen", ("", None, []))
    # The browser takes what is ticked, and gives its cell up, where that has changed.
    state[f"{name} chosen"] = (widget, place, clicked if (before, ticked) == (widget, place) else [])


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a row as a spreadsheet may hold them: the table can be downloaded as it stands."""
    return {key: harmless(cell) if isinstance(cell, str) else cell for key, cell in row.items()}


def steps(name: str, keys: Sequence[Key], place: int) -> None:
    """Buttons to the previous and the next row, and where in the table the open one stands."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name} steps"):
        for word, step in (("previous", -1), ("next", 1)):
            st.button(
                say(f"{name}.{word}"),
                disabled=not 0 <= place + step < len(keys),
                on_click=_step,
                args=(name, keys, step),
                key=f"{name} {word}",
            )
        place_line = say("row.place").format(place=place + 1, total=len(keys))
        st.html(f'<span class="quiet">{markup.text(place_line)}</span>')


def _step(name: str, keys: Sequence[Key], step: int) -> None:
    """Open the row beside the one that is open now.

    Not beside the one that was drawn: a second press may come before the first has been drawn, and each counts.
    """
    state = st.session_state
    if state[f"{name} open"] in keys:
        place = keys.index(state[f"{name} open"]) + step
        state[f"{name} open"] = keys[max(0, min(place, len(keys) - 1))]
