"""A corrected guide for the season that is open: what it changes is shown before it is taken."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app import engine, files, login, style
from app.words import either, say
from matcher.guide import read_guide
from matcher.season import Correction, Season, take_corrected

_FILE = "season guide"


def panel(season: Season) -> None:
    """A field for the corrected guide, what it changes, and the button that takes it."""
    field = f"{_FILE} {st.session_state.get(f'{_FILE} round', 0)}"
    # Open while a file is there: in another language it is drawn as another panel, which would hide it.
    opened = st.session_state.get(field) is not None
    with st.expander(say("season.guide"), expanded=opened), style.errors_shown():
        style.lede(say("season.guide.help"))
        sent = files.upload(say("season.guide.file"), field)
        if sent is None:
            return
        received = files.receive(sent)
        with files.as_path(received) as document:
            correction = Correction.between(season.guide, read_guide(document))
            correction.check()
            for message in correction.messages():
                style.lede(either(message))
            if st.button(say("season.guide.take"), type="primary", key="season guide take"):
                _take(season, document, correction)


def _take(season: Season, document: Path, correction: Correction) -> None:
    if login.gone():
        st.rerun()
    for message in take_corrected(season, document, correction, engine.of(correction.after), style.progress):
        style.keep_notice("season", either(message))
    # A new field: the old one still holds the file.
    st.session_state[f"{_FILE} round"] = st.session_state.get(f"{_FILE} round", 0) + 1
    st.rerun()
