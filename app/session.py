"""A session of the page: who is at it, asked for a name and a password wherever others than this machine can reach it, and the
engine of the guide that it uses, kept by the guide's content.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from app import files, style
from app.markup import say
from matcher import settings, shipped
from matcher.credentials import LONGEST_NAME, LONGEST_PASSWORD, Accounts, is_local
from matcher.files import temporary_folder
from matcher.guide import mending
from matcher.types import Guide

if TYPE_CHECKING:
    from matcher.engine import Engine

_COOKIE = "matcher-session"
_SESSION = int(settings.seconds("app.session.session"))


@st.cache_resource(show_spinner=False)
def _sessions() -> dict[str, tuple[str, float]]:
    """hash of a secret → (whose it is, until when); kept while the server runs, so that a reload need not ask again."""
    return {}


def _hashed(secret: str) -> str:
    """What the server keeps of a secret: whoever reads its memory cannot log in with it."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _secret() -> str:
    """The secret of this session, "" where nobody is logged in."""
    return st.session_state.get("login secret") or str(st.context.cookies.get(_COOKIE, ""))


def needed() -> bool:
    """Whether the page asks who is there: on an address that others reach, or where the command said so."""
    return bool(os.environ.get("MATCHER_LOGIN")) or not is_local(st.get_option("server.address") or "")


def person() -> str | None:
    """The account that is logged in; None where the page asks nobody (this machine alone)."""
    return _named() if needed() else None


def _named() -> str | None:
    """Whose session this is, if the account still exists."""
    name, until = _sessions().get(_hashed(_secret()), ("", 0.0))
    return name if time.time() <= until and name in Accounts().names() else None


def gone() -> bool:
    """Whether the account of this session has ended while its page is in view."""
    return needed() and _named() is None


def press(place: str, act: Callable[..., object], *args: object) -> None:
    """Do what answers a press of a widget; what goes wrong is said where the notices of `place` are drawn.

    It runs before the page asks who is there: a press of an account that has ended does nothing.
    """
    if not gone():
        with style.errors_shown(place):
            act(*args)


def upload(label: str, key: str, take: Callable[..., object], *args: object, place: str = "") -> None:
    """A field for a file, of which `take` gets what is sent; what goes wrong is said at `place`, by default its key."""
    files.upload(label, key, press, (place or key, _received, key, take, *args))


def _received(key: str, take: Callable[..., object], *args: object) -> None:
    st.session_state.pop(f"{key} notices", None)
    if (sent := st.session_state[key]) is not None:  # else it was removed
        take(files.receive(sent), *args)


def admitted() -> bool:
    """Whether the page may be drawn; else it asks for name and password."""
    if not needed():
        return True
    if (name := _named()) is not None:
        if st.session_state.get("account", name) != name:
            _forget()  # the browser's login is another's by now: what was uploaded and written here is not theirs
        st.session_state["account"] = name
        _line(name)
    else:
        _ask()
    return name is not None


def _ask() -> None:
    st.title(say("login.title"), anchor=False)
    style.lede(say("login.lede"))
    with st.form("login", width=420):
        name = st.text_input(
            say("login.name"), key="login name", max_chars=LONGEST_NAME, autocomplete="username"
        )
        password = st.text_input(
            say("login.password"),
            key="login password",
            type="password",
            max_chars=LONGEST_PASSWORD,
            autocomplete="current-password",
        )
        if not st.form_submit_button(say("login.enter"), type="primary"):
            return
    with style.errors_shown():
        if not Accounts().login(name.strip(), password):
            style.notice(say("login.wrong"), "bad")
            return
        secret = secrets.token_urlsafe(32)
        now = time.time()
        for old in [key for key, (_, until) in _sessions().items() if until < now]:
            _sessions().pop(old, None)
        _sessions()[_hashed(secret)] = (name.strip(), now + _SESSION)
        if st.session_state.get("account", name.strip()) != name.strip():
            _forget()  # another's session ran out in this tab: what they uploaded and wrote is theirs
        st.session_state["login secret"] = st.session_state["login cookie"] = secret
        st.rerun()


def _line(name: str) -> None:
    """Who is logged in, and the way out; the browser keeps the secret so that a reload comes back."""
    if secret := st.session_state.pop("login cookie", ""):
        secure = "; Secure" if st.get_option("server.sslCertFile") else ""
        cookie = f"{_COOKIE}={secret}; path=/; max-age={_SESSION}; SameSite=Strict{secure}"
        st.html(f"<script>document.cookie = '{cookie}';</script>", unsafe_allow_javascript=True)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", key="who"):
        style.quiet(say("login.as", name=name))
        st.button(say("login.leave"), on_click=_leave, key="leave")


def _leave() -> None:
    _sessions().pop(_hashed(_secret()), None)
    _forget()


def _forget() -> None:
    """Empty this tab of everything that an account left in it."""
    season = st.session_state.get("season")
    if season is not None:
        season.close()
    st.session_state.clear()


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
    show_spinner=False,
    max_entries=2,
    scope="session",
    hash_funcs={files.Received: lambda r: (r.name, r.sha256)},
)
def _own_engine(guide: files.Received, edition: str) -> Engine:  # noqa: ARG001 - part of the cache key
    """The engine of an uploaded guide, for this session only; its index is not kept on disk."""
    with files.as_path(guide) as path, temporary_folder() as cache:
        return _open(path, cache)


@st.cache_resource(show_spinner=False, max_entries=4, hash_funcs={Guide: lambda g: g.sha256})
def _season_engine(guide: Guide) -> Engine:
    """The engine of a season's guide, as it was read and mended."""
    return _open(guide)


def choose_guide(guide: str | files.Received) -> None:
    """Use a shipped guide, by file name, or an uploaded one from now on in this session."""
    st.session_state["guide"] = guide


def chosen_guide() -> str | files.Received:
    """The guide of this session: the file name of a shipped one, or what was uploaded."""
    choice: str | files.Received = st.session_state.get("guide", shipped.default_guide().name)
    return choice


def engine() -> Engine:
    """The engine of this session's guide; raises what `Engine.open` raises."""
    return engine_of(chosen_guide())


def guide_document() -> files.Received:
    """The document of this session's guide."""
    guide = chosen_guide()
    return (
        guide
        if isinstance(guide, files.Received)
        else files.Received(guide, shipped_guides()[guide].read_bytes())
    )


def engine_of(guide: str | files.Received | Guide) -> Engine:
    """The engine of a guide, made once for its content."""
    with st.spinner(say("reading"), show_time=False):
        if isinstance(guide, Guide):
            return _season_engine(guide)
        if isinstance(guide, str):
            digest = sha256(shipped_guides()[guide].read_bytes()).hexdigest()
            return _shipped_engine(guide, mending.edition(digest))
        return _own_engine(guide, mending.edition(guide.sha256))
