"""The engine of the guide that this session uses, kept by the guide's content."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from app.files import Received, as_path
from app.words import say
from matcher import shipped
from matcher.files import temporary_folder
from matcher.guide import mending
from matcher.types import Guide

if TYPE_CHECKING:
    from matcher.engine import Engine


def shipped_guides() -> Mapping[str, Path]:
    """file name → path of the guides that come with the program, the default one first."""
    first = shipped.default_guide()
    rest = sorted(p for p in first.parent.iterdir() if p != first and p.is_file())
    return {p.name: p for p in (first, *rest)}


def _open(guide: Path | Guide, cache: Path | None = None) -> Engine:
    from matcher.engine import Engine

    return Engine.open(guide, cache=cache)


@st.cache_resource(show_spinner=False)
def _shipped_engine(name: str, edition: str) -> Engine:  # noqa: ARG001 - part of the cache key
    """The engine of a shipped guide; `edition` names the mended guide in its place, if any."""
    return _open(shipped_guides()[name])


@st.cache_resource(
    show_spinner=False, max_entries=2, scope="session", hash_funcs={Received: lambda r: (r.name, r.sha256)}
)
def _own_engine(guide: Received, edition: str) -> Engine:  # noqa: ARG001 - part of the cache key
    """The engine of an uploaded guide, for this session only; its index is not kept on disk."""
    with as_path(guide) as path, temporary_folder() as cache:
        return _open(path, cache)


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs={Guide: lambda g: g.sha256})
def _season_engine(guide: Guide) -> Engine:
    """The engine of a season's guide, as it was read and mended."""
    return _open(guide)


def choose(guide: str | Received) -> None:
    """Use a shipped guide, by file name, or an uploaded one from now on in this session."""
    st.session_state["guide"] = guide


def chosen() -> str | Received:
    """The guide of this session: the file name of a shipped one, or what was uploaded."""
    choice: str | Received = st.session_state.get("guide", shipped.default_guide().name)
    return choice


def engine() -> Engine:
    """The engine of this session's guide; raises what `Engine.open` raises."""
    return of(chosen())


def document() -> Received:
    """The document of this session's guide."""
    guide = chosen()
    return guide if isinstance(guide, Received) else Received(guide, shipped_guides()[guide].read_bytes())


def of(guide: str | Received | Guide) -> Engine:
    """The engine of a guide, made once for its content."""
    with st.spinner(say("reading"), show_time=False):
        if isinstance(guide, Guide):
            return _season_engine(guide)
        if isinstance(guide, str):
            digest = sha256(shipped_guides()[guide].read_bytes()).hexdigest()
            return _shipped_engine(guide, mending.edition(digest))
        return _own_engine(guide, mending.edition(guide.sha256))
