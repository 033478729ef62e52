"""The page: `matcher app` opens it. Chooses the language and the desk; each desk lies in app/."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from urllib.parse import urlsplit

import streamlit as st

from app import session, style
from app.markup import say

# Each desk by the name of its module and its address; the first is where people start.
DESKS = {
    **{"applicants": "", "intake": "intake", "reviewers": "duplicates", "season_files": "seasons"},
    **{"guide": "guide", "about": "about"},
}


def main() -> None:
    """Draw the masthead and the chosen desk."""
    if _from_elsewhere():
        st.stop()
    style.apply()
    head = st.container(
        key="masthead", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    with head:
        links = st.container(key="links", horizontal=True, vertical_alignment="center", width="content")
        style.choose_language()
    pages = [
        st.Page(desk(name), title=say(f"nav.{name}"), url_path=address, default=not address)
        for name, address in DESKS.items()
    ]
    here = st.navigation(pages, position="hidden")
    with links:
        style.links(pages, here)
    if session.admitted():
        here.run()


def _from_elsewhere() -> bool:
    """Whether a page of another address opened this session; its own address is in allowedHosts of .streamlit/config.toml."""
    origin = st.context.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != st.context.headers.get("Host")


def desk(name: str) -> Callable[[], None]:
    """What draws a desk; its module is loaded when the desk is opened, so that the first paint waits for one only."""

    return lambda: import_module(f"app.{name}").page()


main()
