"""Where the decisions on a batch are: in this tab, or in a season's file that outlives it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.words import either, say
from matcher.errors import SeasonError
from matcher.season import Season

Choices = Mapping[str, str]  # place → topic id, 无, or "" for undecided


class TabDecisions:
    """Decisions that end with the tab. A stroke that could not be done says why; "" is one that was done."""

    def choices(self) -> Choices:
        """What is decided now."""
        kept: Choices = st.session_state.setdefault("decisions", {})
        return kept

    def decide(self, choices: Choices) -> str:
        """Set some rows at one stroke."""
        before = dict(self.choices())
        st.session_state.setdefault("decisions before", []).append(before)
        merged = before | dict(choices)
        st.session_state["decisions"] = {place: choice for place, choice in merged.items() if choice}
        return ""

    def undo(self) -> str:
        """Take the last stroke back."""
        if not st.session_state.get("decisions before"):
            return say("queue.nothing to undo")
        st.session_state["decisions"] = st.session_state["decisions before"].pop()
        return ""


class SeasonDecisions:
    """Decisions of one batch of a season, as this person last saw them."""

    def __init__(self, season: Season, batch: int, choices: Choices, seen: int) -> None:
        """`choices` are those of version `seen` of the season."""
        self._season, self._batch, self._choices, self._seen = season, batch, choices, seen

    def choices(self) -> Choices:
        """What was decided when the page was drawn."""
        return self._choices

    def decide(self, choices: Choices) -> str:
        """Set some rows at one stroke; none where somebody was faster, or the batch is gone."""
        try:
            self._season.decide(self._batch, choices, seen=self._seen)
        except SeasonError as error:
            return either(error.message)
        return ""

    def undo(self) -> str:
        """Take this person's last stroke back."""
        try:
            return "" if self._season.undo() else say("season.nothing to undo")
        except SeasonError as error:
            return either(error.message)


Decisions = TabDecisions | SeasonDecisions
