"""What reviewers decide of the pairs: filters, answer and note of the open pair, reading back, one-page findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import get_args

import streamlit as st

from app import files, login, picking, style
from app.words import either, language, say
from matcher.duplicates import Findings, Pair
from matcher.duplicates.cases import Answer, Case, Cases, Keeper, case_of, merged, read_decided, select
from matcher.duplicates.concern import Kind
from matcher.duplicates.notes import html, notes, word
from matcher.duplicates.reports import kind_name, team_name
from matcher.duplicates.search import SameTeam

_DECIDED = "decided"
UNDECIDED = "open"  # the answer of a pair that nobody has decided, where a widget needs a word for it


class TabCases:
    """Cases that end with the tab."""

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
    of_kinds = picking.any_of(slots[0], "pair.kind", kinds, lambda k: either(kind_name(k)))
    of_teams = picking.any_of(slots[1], "pair.team", teams, lambda t: either(team_name(t)))
    of_years = picking.any_of(slots[2], "archive.year", years, str)
    answers = picking.any_of(slots[3], "case.answer", [*get_args(Answer), UNDECIDED], shown)
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
        login.press("cases", keeper.keep, [decided])

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
            st.download_button(label, content, f"finding{suffix}", key=f"finding {suffix}", on_click="ignore")


def read_back(findings: Findings, keeper: Keeper) -> None:
    """An upload of a report that reviewers filled in."""
    files.upload(say("case.read back"), _DECIDED, login.press, (_DECIDED, _take, findings, keeper))
    style.kept_notices(_DECIDED)


def _take(findings: Findings, keeper: Keeper) -> None:
    """Keep the answers of the uploaded report, and say what was understood."""
    if (upload := st.session_state[_DECIDED]) is None:
        return
    with files.as_path(files.receive(upload)) as path:
        read, problems = read_decided(path, findings)
    keeper.keep(read)
    style.keep_notice(_DECIDED, say("case.was read", count=len(read)))
    for problem in problems[:10]:
        style.keep_notice(_DECIDED, either(problem), "bad")
