"""Batches that were uploaded: files as people have them, which sheet, row and column is which, and the rows as records."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app import files, markup, style
from app.files import Received
from app.words import say
from matcher import settings, shipped
from matcher.message import Message
from matcher.readers.batch import FORMS, BadRow, Batch, Entry
from matcher.readers.columns import TEXTS
from matcher.readers.labels import PROPOSAL
from matcher.readers.rows import first_rows, preview
from matcher.readers.source import OLD_FORMS
from matcher.readers.workbook import Sheet
from matcher.triage.reports import write_blank

_SAMPLE = settings.rows("app.batches.sample")
_LAST_HEADER = settings.count("app.batches.last_header")


def upload(label: str, key: str) -> Received | None:
    """What was uploaded under `key` as one batch, None until there is any: a table, a zip, or documents packed together.

    It stays when people go to another page and come back, until they remove it or the tab is closed. Files of any kind
    are taken: the reader says of each what is wrong with it, and what to do.
    """
    state, field = st.session_state, files.field(key)
    files.upload(label, field, _take, (key, field), several=True)
    style.kept_notices(key)
    kept: Received | None = state.get(f"{key} kept")
    if kept is not None and not state[field]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key} line"):
            notice = say("batch.kept", name=kept.name)
            st.html(markup.piece("notice", notice, "calm"), width="content")
            st.button(say("batch.remove"), key=f"{key} remove", on_click=state.pop, args=(f"{key} kept",))
    return kept


def done(key: str) -> None:
    """Forget what was uploaded under `key`: it is kept elsewhere, and what comes next comes alone."""
    st.session_state.pop(f"{key} kept", None)
    files.renew(key)  # what is uploaded next would be packed with what the old field holds


def _take(key: str, field: str) -> None:
    """Keep what was uploaded, or forget what was removed; a file that is too large changes nothing."""
    with style.errors_shown(key):
        received = [files.receive(each) for each in st.session_state[field]]
        st.session_state[f"{key} kept"] = together(received) if received else None


def together(received: Sequence[Received]) -> Received:
    """Files as one batch: a table or a zip alone is one, documents and several files are packed into a zip."""
    first = received[0]
    if len(received) == 1 and Path(first.name).suffix.lower() not in (*FORMS, *OLD_FORMS):
        return first
    packed, names = io.BytesIO(), set()
    with zipfile.ZipFile(packed, "w") as folder:
        for number, each in enumerate(received, 1):
            name = each.name if each.name not in names else f"{number}-{each.name}"
            names.add(name)
            folder.writestr(zipfile.ZipInfo(name), each.data)
    more = f" + {len(received) - 1}" if len(received) > 1 else ""
    return Received(f"{Path(first.name).stem}{more}.zip", packed.getvalue())


def offer(key: str) -> None:
    """Before anything is uploaded: an empty table to fill in, and a sample to try."""
    with st.container(horizontal=True, key=f"{key} offer"):
        files.download(say("batch.blank"), "batch.xlsx", f"{key} blank", write_blank)
        st.button(say("batch.sample"), key=f"{key} sample", on_click=_sample, args=(key,))


def _sample(key: str) -> None:
    sample = shipped.data_file("eval/triage-tianjin-dev.jsonl")
    rows = sample.read_bytes().splitlines(keepends=True)[:_SAMPLE]
    st.session_state[f"{key} kept"] = Received("sample.jsonl", b"".join(rows))


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table is to be read: field → column where people set another one, and the header's row and the sheet if they
    named them."""

    columns: Mapping[str, str]
    header_row: int | None
    sheet: str | None
    usable: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two readings of one table the same."""
        return (*sorted(self.columns.items()), self.header_row, self.sheet)


def map_columns(table: Received, key: str) -> TableLayout:
    """The sheet, the header and the columns as they are understood, or as people set them. Drawn open when in doubt."""
    if Path(table.name).suffix.lower() == ".zip":
        return TableLayout({}, None, None, usable=True)
    box = f"{key} {table.sha256[:8]}"
    row, sheet = st.session_state.get(f"{box} header") or None, st.session_state.get(f"{box} sheet") or None
    looks, names, known = _seen(table, box, row, sheet)
    lacking = not known.keys() & TEXTS
    # A header at most: there is no column to name.
    if looks and sum(1 for look in looks for _ in look.lines) < 2:
        style.notice(say("intake.empty", name=table.name), "bad")
        return TableLayout({}, None, None, usable=False)
    if lacking:
        style.notice(say("intake.needs columns"))
    chosen: dict[str, str] = {}
    with st.expander(say("intake.columns", name=table.name), expanded=lacking or len(looks) > 1):
        sheet = _look(looks, box)
        style.lede(say("intake.columns.hint"))
        for start in range(0, len(PROPOSAL), 4):
            for field, slot in zip(PROPOSAL[start : start + 4], st.columns(4), strict=False):
                with slot:
                    column = _choice(field, names, known.get(field, ""), f"{box} {field} {row} {sheet}")
                if column and column != known.get(field):
                    chosen[field] = column
    return TableLayout(chosen, row, sheet, bool((known.keys() | chosen.keys()).intersection(TEXTS)))


Seen = tuple[Sequence[Sheet], Sequence[str], Mapping[str, str]]


def _seen(table: Received, box: str, row: int | None, sheet: str | None) -> Seen:
    """The first rows, the columns and what they are taken for; the file is opened once for each choice of header and sheet."""

    def see() -> Seen:
        with files.as_path(table) as path:
            looks = first_rows(path)
            there = sheet if sheet in [look.name for look in looks] else None
            return looks, *preview(path, row, there)

    return style.kept(f"{box} seen", (row, sheet), see)


def _look(looks: Sequence[Sheet], box: str) -> str | None:
    """The first rows of a sheet, and which sheet and header people choose; the sheet, None for all."""
    sheet = None
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{box} where"):
        if len(looks) > 1:
            # The names of the sheets stand in every language as they are; * is all of them.
            sheet = st.selectbox(
                say("intake.sheet"),
                ["", *(look.name for look in looks)],
                format_func=lambda s: s or "*",
                key=f"{box} sheet",
                width=240,
            )
        st.number_input(say("intake.header row"), 1, _LAST_HEADER, None, 1, key=f"{box} header", width=240)
    for look in looks:
        rows = [[str(line.number), *map(str, line.cells)] for line in look.lines]
        if sheet in (look.name, "", None) and rows:
            width = max(map(len, rows))
            st.html(markup.piece("grid", look.name, [[*row, *[""] * (width - len(row))] for row in rows]))
    return sheet or None


def _choice(field: str, names: Sequence[str], known: str, key: str) -> str:
    """The column that a person names for a field; "" for none."""
    options = ["", *names]
    column = st.selectbox(
        say(f"field.{field}"),
        options,
        index=options.index(known) if known in options else 0,
        format_func=lambda c: c or say("intake.no column"),
        key=key,
    )
    # After a change of language the widget hands back the label of "no column" in the other one.
    return column if column in names else ""


def entries(table: Received, chosen: TableLayout) -> tuple[list[Entry | BadRow], list[Message]]:
    """All rows in order, and what is to be said of the reading; raises DocumentError or BatchError."""
    with files.as_path(table) as path:
        batch = Batch(path, chosen.columns, chosen.header_row, chosen.sheet)
        return list(batch), batch.messages()
