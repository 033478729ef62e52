"""What officers decide of rows and reviewers of pairs: where it is kept (this tab, or a season that outlives it), and what reviewers
decide it with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import get_args
from zlib import crc32

import streamlit as st

from app import files, open_row, session, style
from app.markup import either, language, say, texts
from matcher.duplicates import Findings, Pair
from matcher.duplicates.cases import Answer, Case, Cases, Keeper, case_of, merged, read_decided, select
from matcher.duplicates.classifier import Kind
from matcher.duplicates.notes import html, notes, word
from matcher.duplicates.reports import kind_name, team_name
from matcher.duplicates.search import SameTeam
from matcher.files import plain_name
from matcher.season import Season
from matcher.triage.desk import Report, ReportRow
from matcher.triage.notes import Written

Choices = Mapping[str, str]  # place → topic id, 无, or "" for undecided


class TabDecisions:
    """Decisions and notes that end with the tab."""

    @property
    def unsaved(self) -> str:
        """What is lost with the tab, by its mark; "" where nothing is."""
        return _mark(_kept("decisions"), _kept("remarks"))

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
        merged = _kept("decisions") | dict(choices)
        _stroke("decisions", {place: choice for place, choice in merged.items() if choice})

    def undo(self) -> bool:
        """Take the last stroke back; False where there is none."""
        if strokes := st.session_state.get("strokes before"):
            name, before = strokes.pop()
            st.session_state[name] = before
            return True
        return False

    def note(self, row: ReportRow, remark: str) -> None:
        """Note something beside a row, in the place of what stood there."""
        _stroke("remarks", _kept("remarks") | {row.place: remark})

    def keep_letters(self, written: Sequence[Written]) -> None:
        """A tab remembers no letters."""


def _mark(*kept: Mapping[str, object]) -> str:
    """Another text for other contents, "" for none."""
    return f"{crc32(repr(kept).encode('utf-8', 'surrogatepass')):08x}" if any(kept) else ""


def _kept(name: str) -> dict[str, str]:
    """What this tab keeps under `name`, by place."""
    kept: dict[str, str] = st.session_state.setdefault(name, {})
    return kept


def _stroke(name: str, now: dict[str, str]) -> None:
    """Keep `now` under `name`, to be taken back; what changes nothing, as a key pressed twice, is no stroke."""
    if now != (before := _kept(name)):
        st.session_state.setdefault("strokes before", []).append((name, before))
        st.session_state[name] = now


class SeasonDecisions:
    """Decisions and notes of one batch of a season, as this person last saw them; every stroke raises SeasonError."""

    unsaved = ""

    def __init__(self, season: Season, batch: int, seen: int) -> None:
        """`seen` is the version of the season that was drawn."""
        self._season, self._batch, self._seen = season, batch, seen

    def decide(self, choices: Choices) -> None:
        """Set some rows at one stroke; none where somebody was faster, or the batch is gone."""
        self._season.decide(self._batch, choices, seen=self._seen)

    def undo(self) -> bool:
        """Take this person's last stroke in this batch back; False where no row of it was left as they set it."""
        return bool(self._season.undo(self._batch))

    def note(self, row: ReportRow, remark: str) -> None:
        """Note something beside `row`, which holds the note that was seen."""
        self._season.batch(self._batch).note({row.place: remark}, {row.place: row.remark})

    def keep_letters(self, written: Sequence[Written]) -> None:
        """Remember that letters were written; in a connection of its own, for a download is no event of the page."""
        with Season(self._season.file, self._season.who) as season:
            season.batch(self._batch).keep_letters(written)


Decisions = TabDecisions | SeasonDecisions


_DECIDED = "decided"
UNDECIDED = "open"  # the answer of a pair that nobody has decided, where a widget needs a word for it


class TabCases:
    """Cases that end with the tab."""

    @property
    def unsaved(self) -> str:
        """As that of TabDecisions."""
        return _mark(self.read())

    def read(self) -> Cases:
        """What is decided now."""
        kept: Cases = st.session_state.setdefault("cases", {})
        return kept

    def keep(self, decided: Iterable[Case]) -> Cases:
        """All cases after `decided` replaced earlier ones."""
        st.session_state["cases"] = merged(self.read(), decided)
        return self.read()


def shown(answer: Answer | str | None) -> str:
    """An answer in the language of this session."""
    return say(f"case.{answer or UNDECIDED}")


def narrowed(findings: Findings, cases: Cases) -> list[Pair]:
    """The pairs that pass the filters, which are drawn."""
    years = sorted({p.year for p in findings.proposals.values() if p.year})
    kinds = [kind for kind in get_args(Kind) if any(pair.kind == kind for pair in findings.pairs)]
    teams = [team for team in get_args(SameTeam) if any(pair.same_team == team for pair in findings.pairs)]
    slots = st.container(key="filters").columns(4)
    of_kinds = open_row.any_of(slots[0], "pair.kind", kinds, lambda k: either(kind_name(k)))
    of_teams = open_row.any_of(slots[1], "pair.team", teams, lambda t: either(team_name(t)))
    of_years = open_row.any_of(slots[2], "archive.year", years, str)
    answers = open_row.any_of(slots[3], "case.answer", [*get_args(Answer), UNDECIDED], shown)
    wanted = [answer for answer in (*get_args(Answer), None) if (answer or UNDECIDED) in answers]
    return select(findings, cases, of_kinds, of_teams, of_years, wanted)


def decide(findings: Findings, pair: Pair, cases: Cases, keeper: Keeper) -> None:
    """The answer and the note of the open pair."""
    case = case_of(cases, findings, pair)
    answer, note = f"answer {case.key}", f"note {case.key}"
    st.session_state[answer], st.session_state[note] = case.answer or UNDECIDED, case.note

    drawn_in = language()

    def take() -> None:
        if language() != drawn_in:
            return  # the fields hand back what they showed in the other language, which nobody chose
        chosen = next((a for a in get_args(Answer) if a == st.session_state[answer]), None)
        decided = replace(case, answer=chosen, note=st.session_state[note].strip())
        session.press("cases", keeper.keep, [decided])

    with st.container(horizontal=True, vertical_alignment="bottom", key="decide pair"):
        st.radio(
            say("case.answer"),
            [*get_args(Answer), UNDECIDED],
            format_func=shown,
            key=answer,
            horizontal=True,
            on_change=take,
            width="content",
        )
        st.text_input(say("case.note"), key=note, on_change=take)
    style.kept_notices("cases")


def findings_of(findings: Findings, pair: Pair, cases: Cases) -> None:
    """Buttons that download the one-page finding on the first submission of the open pair."""
    (note,) = [n for n in notes(findings, cases) if n.proposal.id == pair.a]
    with st.container(horizontal=True, key="finding"):
        for suffix, form in ((".html", lambda note: "".join(html(note)).encode()), (".docx", word)):
            label, content = say("case.finding", id=pair.a, suffix=suffix), partial(form, note)
            name = f"{plain_name(pair.a)}-finding{suffix}"
            st.download_button(label, content, name, key=f"finding {suffix}", on_click="ignore")


def read_back(findings: Findings, keeper: Keeper) -> None:
    """An upload of a report that reviewers filled in."""
    session.upload(say("case.read back"), _DECIDED, _take, findings, keeper)
    style.file_notices(_DECIDED)


def _take(received: files.Received, findings: Findings, keeper: Keeper) -> None:
    """Keep the answers of the uploaded report, and say what was understood."""
    with files.as_path(received) as path:
        read, problems = read_decided(path, findings, keeper.read())
    keeper.keep(read)
    style.keep_notices(_DECIDED, texts("case.was read", count=len(read)))
    style.keep_first(_DECIDED, problems)
