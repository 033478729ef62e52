"""Files that come and go: uploads are held in memory, downloads made when they are asked for; neither stays on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from app.words import texts
from matcher import settings
from matcher.errors import DocumentError
from matcher.files import temporary_folder

LARGEST_MB = settings.count("app.files.largest_mb")
_LONGEST_NAME = settings.size("app.files.longest_name")
_LONGEST_ENDING = settings.characters("app.files.longest_ending")


class Upload(Protocol):
    """What a browser sent: a name and bytes."""

    name: str
    size: int

    def getvalue(self) -> bytes:
        """All bytes."""


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


def receive(upload: Upload) -> Received:
    """The uploaded file; DocumentError, in both languages, if it is larger than LARGEST_MB."""
    if upload.size > LARGEST_MB * 1_000_000:
        size = upload.size / 1_000_000
        raise DocumentError(texts("too big", name=upload.name, size=size, most=LARGEST_MB))
    return Received(Path(upload.name).name, upload.getvalue())


def _safe(name: str) -> str:
    """A name that any file system takes, with the ending that says what the file is."""
    plain = Path("".join(c if c.isprintable() and c not in '\\/:*?"<>|' else "_" for c in name).strip(". "))
    ending = plain.suffix if len(plain.suffix) <= _LONGEST_ENDING else ""
    stem = (
        plain.name.removesuffix(ending).encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    )
    return (stem or "file") + ending


@contextmanager
def as_path(received: Received) -> Iterator[Path]:
    """The file on disk, in a folder that is gone after the block."""
    with temporary_folder() as folder:
        path = folder / _safe(received.name)
        path.write_bytes(received.data)
        yield path
