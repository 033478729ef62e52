"""Batches that were uploaded: which column is which, and the rows as records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app import files, markup, style
from app.files import Received
from app.words import either, say
from matcher.errors import MatcherError
from matcher.readers.batch import TEXTS, BadRow, Batch, Entry, preview
from matcher.readers.labels import PROPOSAL

TYPES = ["xlsx", "xls", "xlsb", "ods", "csv", "tsv", "jsonl", "json", "zip"]


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a table is to be read: field → column where people set another one, and the header's row if they named it."""

    columns: Mapping[str, str]
    header_row: int | None
    usable: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two readings of one table the same."""
        return (*sorted(self.columns.items()), self.header_row)


def map_columns(table: Received, key: str) -> Chosen:
    """The columns as they are understood, or as people set them. Drawn open if a title is lacking."""
    if Path(table.name).suffix.lower() == ".zip":
        return Chosen({}, None, usable=True)
    box = f"{key} {table.sha256[:8]}"
    row = st.session_state.get(f"{box} header") or None
    with files.as_path(table) as path:
        names, known = preview(path, row)
    lacking = not known.keys() & TEXTS
    if lacking:
        style.notice(say("intake.needs columns"))
    chosen: dict[str, str] = {}
    with st.expander(say("intake.columns").format(name=table.name), expanded=lacking):
        style.lede(say("intake.columns.hint"))
        for start in range(0, len(PROPOSAL), 4):
            for field, slot in zip(PROPOSAL[start : start + 4], st.columns(4), strict=False):
                with slot:
                    column = _choice(field, names, known.get(field, ""), f"{box} {field} {row}")
                if column and column != known.get(field):
                    chosen[field] = column
        st.number_input(say("intake.header row"), 1, 200, None, 1, key=f"{box} header", width=240)
    return Chosen(chosen, row, bool((known.keys() | chosen.keys()) & TEXTS))


def _choice(field: str, names: Sequence[str], known: str, key: str) -> str:
    """The column that a person names for a field; "" for none."""
    options = ["", *names]
    place = options.index(known) if known in options else 0
    column = st.selectbox(
        say(f"field.{field}"),
        options,
        index=place,
        format_func=lambda c: c or say("intake.no column"),
        key=key,
    )
    # After a change of language the widget hands back the label of "no column" in the other one.
    return column if column in names else ""


def entries(table: Received, chosen: Chosen) -> tuple[list[Entry | BadRow], list[str]]:
    """All rows in order, and what is to be said of the reading; raises DocumentError or BatchError."""
    with files.as_path(table) as path:
        batch = Batch(path, chosen.columns, chosen.header_row)
        return list(batch), batch.said()
