"""A table of which one row is open: by choosing it, or by stepping to the previous or next."""

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
    picked = state[widget]["selection"]["rows"] if widget in state else []
    # Only a new choice opens a row: the buttons may have moved on since.
    if picked and state.get(f"{name} picked") != (widget, picked):
        state[f"{name} open"] = keys[picked[0]]
    state[f"{name} picked"] = (widget, picked)
    place = keys.index(state[f"{name} open"])
    st.dataframe(
        [{_OPEN: "▶" if i == place else "", **_texts(row)} for i, row in enumerate(cells)],
        hide_index=True,
        height=min(_HEIGHT, 38 + 35 * len(keys)),
        on_select="rerun",
        selection_mode="single-row",
        key=widget,
        column_config={_OPEN: st.column_config.TextColumn(width=28), **columns},
    )
    return place


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a row as a spreadsheet may hold them: the table can be downloaded as it stands."""
    return {key: harmless(cell) if isinstance(cell, str) else cell for key, cell in row.items()}


def steps(name: str, keys: Sequence[Key], place: int) -> None:
    """Buttons to the previous and the next row, and where in the table the open one stands."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name} steps"):
        for word, step in (("previous", -1), ("next", 1)):
            inside = 0 <= place + step < len(keys)
            there = keys[place + step] if inside else keys[place]
            st.button(
                say(f"{name}.{word}"),
                disabled=not inside,
                on_click=_open,
                args=(name, there),
                key=f"{name} {word}",
            )
        told = say("row.place").format(place=place + 1, total=len(keys))
        st.html(f'<span class="quiet">{markup.text(told)}</span>')


def _open(name: str, key: Key) -> None:
    st.session_state[f"{name} open"] = key
