"""Where the decisions on a batch are: in this tab, or in a season's file that outlives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from matcher.season import Season
from matcher.triage.desk import Report, ReportRow
from matcher.triage.notes import Written

Choices = Mapping[str, str]  # place → topic id, 无, or "" for undecided


class TabDecisions:
    """Decisions and notes that end with the tab."""

    def report(self, report: Report) -> Report:
        """The report of the batch with what is decided and noted now."""
        choices, remarks = _kept("decisions"), _kept("remarks")
        rows = tuple(
            replace(row, corrected=choices.get(row.place, ""), remark=remarks.get(row.place, ""))
            if row.place in choices or row.place in remarks
            else row
            for row in report.rows
        )
        return replace(report, rows=rows)

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke."""
        before = dict(_kept("decisions"))
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

    def note(self, row: ReportRow, remark: str) -> None:
        """Note something beside a row, in the place of what stood there."""
        _kept("remarks")[row.place] = remark

    def keep_letters(self, written: Sequence[Written]) -> None:
        """A tab remembers no letters."""


def _kept(name: str) -> dict[str, str]:
    """What this tab keeps under `name`, by place."""
    kept: dict[str, str] = st.session_state.setdefault(name, {})
    return kept


class SeasonDecisions:
    """Decisions and notes of one batch of a season, as this person last saw them; every stroke raises SeasonError."""

    def __init__(self, season: Season, batch: int, seen: int) -> None:
        """`seen` is the version of the season that was drawn."""
        self._season, self._batch, self._seen = season, batch, seen

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke; none where somebody was faster, or the batch is gone."""
        self._season.decide(self._batch, choices, seen=self._seen)

    def undo(self) -> bool:
        """Take this person's last stroke in this batch back; False where no row of it was left as they set it."""
        return self._season.undo(self._batch) > 0

    def note(self, row: ReportRow, remark: str) -> None:
        """Note something beside `row`, which holds the note that was seen."""
        self._season.beside(self._batch).note({row.place: remark}, {row.place: row.remark})

    def keep_letters(self, written: Sequence[Written]) -> None:
        """Remember that letters were written; in a connection of its own, for a download is no event of the page."""
        with Season(self._season.file, self._season.who) as season:
            season.beside(self._batch).keep_letters(written)


Decisions = TabDecisions | SeasonDecisions
