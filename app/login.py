"""Who is at the page: asked for a name and a password wherever others than this machine can reach it."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import streamlit as st

from app import style
from app.words import say
from matcher import settings
from matcher.accounts import LONGEST_NAME, LONGEST_PASSWORD, Accounts, is_local

_COOKIE = "matcher-session"
_SESSION = int(settings.seconds("app.login.session"))


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    until: float


@st.cache_resource(show_spinner=False)
def _sessions() -> dict[str, _Session]:
    """hash of a secret → whose it is; kept while the server runs, so that a reload need not ask again."""
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
    session = _sessions().get(_hashed(_secret()))
    if session is None or session.until < time.time() or session.name not in Accounts().names():
        return None
    return session.name


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


def admitted() -> bool:
    """Whether the page may be drawn; else it asks for name and password."""
    if not needed():
        return True
    name = _named()
    if name is not None:
        _line(name)
        return True
    _ask()
    return False


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
        for old in [key for key, session in _sessions().items() if session.until < now]:
            _sessions().pop(old, None)
        _sessions()[_hashed(secret)] = _Session(name.strip(), now + _SESSION)
        st.session_state["login secret"] = st.session_state["login cookie"] = secret
        st.rerun()


def _line(name: str) -> None:
    """Who is logged in, and the way out; the browser keeps the secret so that a reload comes back."""
    if secret := st.session_state.pop("login cookie", ""):
        _keep_in_browser(secret, _SESSION)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", key="who"):
        style.quiet(say("login.as", name=name))
        st.button(say("login.leave"), on_click=_leave, key="leave")


def _keep_in_browser(secret: str, seconds: int) -> None:
    secure = "; Secure" if st.get_option("server.sslCertFile") else ""
    cookie = f"{_COOKIE}={secret}; path=/; max-age={seconds}; SameSite=Strict{secure}"
    st.html(f"<script>document.cookie = '{cookie}';</script>", unsafe_allow_javascript=True)


def _leave() -> None:
    _sessions().pop(_hashed(_secret()), None)
    season = st.session_state.get("season")
    if season is not None:
        season.close()
    st.session_state.clear()
