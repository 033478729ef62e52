"""Where the decisions on a batch are: in this tab, or in a season's file that outlives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import streamlit as st

from app.words import either
from matcher.season import Season, StaleError

Choices = Mapping[str, str]  # place → topic id, 无, or "" for undecided


class Decisions(Protocol):
    """What the queue asks of either."""

    def choices(self) -> Choices:
        """What is decided now."""

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke."""

    def undo(self) -> None:
        """Take the last stroke back."""


class TabDecisions:
    """Decisions that end with the tab."""

    def choices(self) -> Choices:
        """What is decided now."""
        kept: Choices = st.session_state.setdefault("decisions", {})
        return kept

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke."""
        before = dict(self.choices())
        st.session_state.setdefault("decisions before", []).append(before)
        merged = before | dict(choices)
        st.session_state["decisions"] = {place: choice for place, choice in merged.items() if choice}

    def undo(self) -> None:
        """Take the last stroke back."""
        if st.session_state.get("decisions before"):
            st.session_state["decisions"] = st.session_state["decisions before"].pop()


class SeasonDecisions:
    """Decisions of one batch of a season, as this person last saw them."""

    def __init__(self, season: Season, batch: int, choices: Choices, seen: int) -> None:
        """`choices` are those of version `seen` of the season."""
        self._season, self._batch, self._choices, self._seen = season, batch, choices, seen

    def choices(self) -> Choices:
        """What was decided when the page was drawn."""
        return self._choices

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke; where somebody was faster, nothing is set and the page says so."""
        try:
            self._season.decide(self._batch, choices, seen=self._seen)
        except StaleError as error:
            st.session_state["season told"] = either(error.message)

    def undo(self) -> None:
        """Take this person's last stroke back."""
        self._season.undo()
