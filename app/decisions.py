"""Where the decisions on a batch are: in this tab, or in a season's file that outlives it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from matcher.season import Season

Choices = Mapping[str, str]  # place → topic id, 无, or "" for undecided


class TabDecisions:
    """Decisions that end with the tab."""

    def choices(self) -> Choices:
        """What is decided now."""
        kept: Choices = st.session_state.setdefault("decisions", {})
        return kept

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke."""
        before = dict(self.choices())
        merged = {place: choice for place, choice in (before | dict(choices)).items() if choice}
        if merged != before:  # a key pressed twice is one stroke to take back
            st.session_state.setdefault("decisions before", []).append(before)
            st.session_state["decisions"] = merged

    def undo(self) -> bool:
        """Take the last stroke back; False where there is none."""
        if before := st.session_state.get("decisions before"):
            st.session_state["decisions"] = before.pop()
            return True
        return False


class SeasonDecisions:
    """Decisions of one batch of a season, as this person last saw them; both strokes raise SeasonError."""

    def __init__(self, season: Season, batch: int, choices: Choices, seen: int) -> None:
        """`choices` are those of version `seen` of the season."""
        self._season, self._batch, self._choices, self._seen = season, batch, choices, seen

    def choices(self) -> Choices:
        """What was decided when the page was drawn."""
        return self._choices

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke; none where somebody was faster, or the batch is gone."""
        self._season.decide(self._batch, choices, seen=self._seen)

    def undo(self) -> bool:
        """Take this person's last stroke in this batch back; False where no row of it was left as they set it."""
        return self._season.undo(self._batch) > 0


Decisions = TabDecisions | SeasonDecisions
