"""Batches that were uploaded: which column is which, and the rows as records."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app import files, markup, style
from app.files import Received
from app.words import either, say
from matcher.errors import MatcherError
from matcher.proposals import COLUMNS, BadRow, Entry, field_names, read_entries
from matcher.readers import read_rows

TYPES = ["xlsx", "csv", "tsv", "jsonl", "json"]


def upload(label: str, key: str) -> Received | None:
    """The table that was uploaded under `key`, None until there is one.

    It stays when people go to another page and come back, until they remove it or the tab is closed.
    """
    state = st.session_state
    st.file_uploader(
        label, type=TYPES, key=key, max_upload_size=files.LARGEST_MB, on_change=_take, args=(key,)
    )
    if told := state.pop(f"{key} told", ""):
        style.notice(told, "bad")
    kept: Received | None = state.get(f"{key} kept")
    if kept is not None and state[key] is None:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key} line"):
            st.html(markup.notice(say("batch.kept").format(name=kept.name), "calm"), width="content")
            st.button(say("batch.remove"), key=f"{key} remove", on_click=state.pop, args=(f"{key} kept",))
    return kept


def _take(key: str) -> None:
    """Keep what was uploaded, or forget what was removed; a file that is too large changes nothing."""
    upload = st.session_state[key]
    try:
        st.session_state[f"{key} kept"] = files.receive(upload) if upload else None
    except MatcherError as error:
        st.session_state[f"{key} told"] = either(str(error))


def map_columns(table: Received, key: str) -> dict[str, str]:
    """field → column as people set it; those that are understood are filled in. Drawn open if a title is lacking."""
    columns = _columns(table)
    known = field_names(columns)
    lacking = not {"title", "abstract"} & known.keys()
    if lacking:
        style.notice(say("intake.needs columns"))
    chosen: dict[str, str] = {}
    with st.expander(say("intake.columns").format(name=table.name), expanded=lacking):
        style.lede(say("intake.columns.hint"))
        for start in range(0, len(COLUMNS), 4):
            for field, slot in zip(list(COLUMNS)[start : start + 4], st.columns(4), strict=False):
                options = ["", *columns]
                place = options.index(known[field]) if field in known else 0
                with slot:
                    column = st.selectbox(
                        say(f"field.{field}"),
                        options,
                        index=place,
                        format_func=lambda c: c or say("intake.no column"),
                        key=f"{key} {table.sha256[:8]} {field}",
                    )
                if column:
                    chosen[field] = column
    return chosen


def _columns(table: Received) -> Mapping[str, object]:
    """The columns of the first row that can be read; none where there is no such row."""
    with files.as_path(table) as path:
        return next((row.values for row in read_rows(path) if row.error is None), {})


def entries(table: Received, mapping: Mapping[str, str]) -> list[Entry | BadRow]:
    """All rows in order; raises DocumentError or BatchError."""
    with files.as_path(table) as path:
        return list(read_entries(path, mapping))
