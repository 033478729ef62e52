"""The page: `matcher app` opens it. Chooses the language and the desk; each desk lies in app/."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import streamlit as st

from app import style
from app.words import say

# Each desk by the name of its module and its address; the first is where people start.
DESKS = {"applicants": "", "intake": "intake", "reviewers": "duplicates", "guide": "guide", "about": "about"}


def main() -> None:
    """Draw the masthead and the chosen desk."""
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
    here.run()


def desk(name: str) -> Callable[[], None]:
    """What draws a desk; its module is loaded when the desk is opened, so that the first paint waits for one only."""

    def draw() -> None:
        import_module(f"app.{name}").page()

    return draw


main()
