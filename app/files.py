"""Files that come and go: uploads are held in memory, downloads made when they are asked for; neither stays on the disk.

A batch that was uploaded: which sheet, row and column is which, and its rows as records. What reads
one is loaded where one is: the first paint of a page without a batch waits for less.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import markup, style
from app.markup import say, texts
from matcher import settings, shipped
from matcher.errors import DocumentError
from matcher.files import temporary_folder
from matcher.message import Message
from matcher.readers.fields.labels import PROPOSAL
from matcher.readers.table.columns import TEXTS

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from matcher.readers.batch import BadRow, Entry
    from matcher.readers.sheet.workbook import Sheet

LARGEST_MB = settings.count("app.files.largest_mb")
_SAMPLE = settings.rows("app.files.sample")
_LAST_HEADER = settings.count("app.files.last_header")
_LONGEST_NAME = settings.size("app.files.longest_name")
_LONGEST_ENDING = settings.characters("app.files.longest_ending")


@dataclass(frozen=True, slots=True)
class Received:
    """A file in memory. `sha256` names its content."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the bytes."""
        return sha256(self.data).hexdigest()


def upload(
    label: str,
    key: str,
    on_change: Callable[..., None] | None = None,
    args: tuple[object, ...] = (),
    *,
    several: bool = False,
) -> Any:
    """A field for a file of at most LARGEST_MB, or for `several`; what was sent, None or [] until there is any."""
    return st.file_uploader(
        label,
        accept_multiple_files=several,
        key=key,
        on_change=on_change,
        args=args,
        max_upload_size=LARGEST_MB,
    )


def field(key: str) -> str:
    """The key of the upload field `key`: another one after each `renew`, for the old one still holds its files."""
    return f"{key} {st.session_state.get(f'{key} round', 0)}"


def renew(key: str) -> None:
    """Draw an empty field `key` from now on."""
    st.session_state[f"{key} round"] = st.session_state.get(f"{key} round", 0) + 1


def download(
    label: str, name: str, key: str, write: Callable[[Path], object], *, primary: bool = False
) -> None:
    """A button for the file `name`, which `write` writes to a path of the same ending when it is asked for."""
    st.download_button(
        label,
        partial(written, write, Path(name).suffix),
        name,
        key=key,
        type="primary" if primary else "secondary",
        on_click="ignore",
    )


def written(write: Callable[[Path], object], suffix: str) -> bytes:
    """The bytes that `write` writes to a path with this ending."""
    with temporary_folder() as folder:
        path = folder / f"file{suffix}"
        write(path)
        return path.read_bytes()


def receive(upload: UploadedFile) -> Received:
    """The uploaded file; DocumentError, in both languages, if it is larger than LARGEST_MB."""
    if upload.size > LARGEST_MB * 1_000_000:
        size = upload.size / 1_000_000
        raise DocumentError(texts("too big", name=upload.name, size=size, most=LARGEST_MB))
    return Received(Path(upload.name).name, upload.getvalue())


def _safe(name: str) -> str:
    """A name that any file system takes, with the ending that says what the file is."""
    plain = Path("".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name).strip(". "))
    ending = plain.suffix if len(plain.suffix) <= _LONGEST_ENDING else ""
    stem = plain.name.removesuffix(ending).encode("utf-8", "replace")[:_LONGEST_NAME]
    return (stem.decode("utf-8", "ignore") or "file") + ending


@contextmanager
def as_path(received: Received) -> Iterator[Path]:
    """The file on disk, in a folder that is gone after the block."""
    with temporary_folder() as folder:
        path = folder / _safe(received.name)
        path.write_bytes(received.data)
        yield path


def upload_batch(label: str, key: str) -> Received | None:
    """What was uploaded under `key` as one batch, None until there is any: a table, a zip, or documents packed together.

    It stays when people go to another page and come back, until they remove it or the tab is closed. Files of any kind
    are taken: the reader says of each what is wrong with it, and what to do.
    """
    state, here = st.session_state, field(key)
    upload(label, here, _take, (key, here), several=True)
    style.kept_notices(key)
    kept: Received | None = state.get(f"{key} kept")
    if kept is not None and not state[here]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key} line"):
            notice = say("batch.kept", name=kept.name)
            st.html(markup.piece("notice", notice, "calm"), width="content")
            st.button(say("batch.remove"), key=f"{key} remove", on_click=state.pop, args=(f"{key} kept",))
    return kept


def done(key: str) -> None:
    """Forget what was uploaded under `key`: it is kept elsewhere, and what comes next comes alone."""
    st.session_state.pop(f"{key} kept", None)
    renew(key)  # what is uploaded next would be packed with what the old field holds


def _take(key: str, field: str) -> None:
    """Keep what was uploaded, or forget what was removed; a file that is too large, or a guide, changes nothing."""
    from app.mistaken import refuse_guides

    with style.errors_shown(key):
        refuse_guides(received := [receive(each) for each in st.session_state[field]])
        st.session_state[f"{key} kept"] = together(received) if received else None


def together(received: Sequence[Received]) -> Received:
    """Files as one batch: a table or a zip alone is one, documents and several files are packed into a zip."""
    from matcher.readers.source import FORMS, OLD_FORMS

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
    from matcher.triage.reports import write_blank

    with st.container(horizontal=True, key=f"{key} offer"):
        download(say("batch.blank"), "batch.xlsx", f"{key} blank", write_blank)
        st.button(say("batch.sample"), key=f"{key} sample", on_click=_sample, args=(key,))


def _sample(key: str) -> None:
    rows = shipped.data_file("eval/triage-tianjin-dev.jsonl").read_bytes().splitlines(keepends=True)[:_SAMPLE]
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
    from matcher.triage.columns import is_report

    box = f"{key} {table.sha256[:8]}"
    row, sheet = st.session_state.get(f"{box} header") or None, st.session_state.get(f"{box} sheet") or None
    looks, names, known = _seen(table, box, row, sheet)
    if is_report(names):  # the program's own: there is nothing to name
        return TableLayout({}, None, None, usable=True)
    if looks and sum(1 for look in looks for _ in look.lines) < 2:  # a header at most: no column to name
        style.notice(say("intake.empty", name=table.name), "bad")
        return TableLayout({}, None, None, usable=False)
    if not known.keys() & TEXTS:
        style.notice(say("intake.needs columns"))
    chosen: dict[str, str] = {}
    with st.expander(say("intake.columns", name=table.name), expanded="title" not in known or len(looks) > 1):
        sheet = _look(looks, box)
        style.lede(say("intake.columns.hint"))
        for start in range(0, len(PROPOSAL), 4):
            for field, slot in zip(PROPOSAL[start : start + 4], st.columns(4), strict=False):
                with slot:
                    column = _choice(field, names, known.get(field, ""), f"{box} {field} {row} {sheet}")
                if column and column != known.get(field):
                    chosen[field] = column
    return TableLayout(chosen, row, sheet, bool((known.keys() | chosen.keys()).intersection(TEXTS)))


Seen = tuple[Sequence["Sheet"], Sequence[str], Mapping[str, str]]


def _seen(table: Received, box: str, row: int | None, sheet: str | None) -> Seen:
    """The first rows, the columns and what they are taken for; the file is opened once for each choice of header and sheet."""
    from matcher.readers.table.rows import first_rows, preview

    def see() -> Seen:
        with as_path(table) as path:
            looks = first_rows(path)
            there = sheet if sheet in [look.name for look in looks] else None
            return looks, *preview(path, row, there)

    return style.kept(f"{box} seen", (row, sheet), see)


def _look(looks: Sequence[Sheet], box: str) -> str | None:
    """The first rows of a sheet, and which sheet and header people choose; the sheet, None for all."""
    sheet = None
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{box} where"):
        if len(looks) > 1:
            sheet = st.selectbox(
                say("intake.sheet"),
                ["", *(look.name for look in looks)],  # names stand in every language as they are; * is all
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
    style.relabel(key)
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
    from matcher.guide.mistaken import is_guide
    from matcher.readers.batch import Batch

    with as_path(table) as path:
        batch = Batch(path, chosen.columns, chosen.header_row, chosen.sheet, is_guide)
        return list(batch), batch.messages()
