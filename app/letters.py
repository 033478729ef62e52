"""告知草稿: letters that follow the decisions, as Word documents, one text or a table, with a preview and own templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import streamlit as st

from app import files, markup, style
from app.decisions import Decisions
from app.words import either, say
from matcher.files import temporary_folder
from matcher.triage.desk import Report
from matcher.triage.notes import Letter, letters, outdated_letters, write_notes
from matcher.triage.templates import Templates, text_of

_FORMS = (".zip", ".txt", ".csv")
_OWN = "letter templates"  # of the officer's own, called move.docx, outside.txt …; kept for the session


def draw(report: Report, stem: str, decisions: Decisions) -> None:
    """The letters of a report: how many, one of them as it will look, and the download."""
    drafts = list(letters(report))
    style.section(say("letters"), say("letters.count", count=len(drafts)))
    if outdated := outdated_letters(report):
        style.notice(either(outdated))
    if not drafts:
        style.lede(say("letters.none"))
        return
    # Read here: what writes a download runs outside of the session.
    own = [files.receive(upload) for upload in st.session_state.get(_OWN) or ()]
    with st.container(horizontal=True, vertical_alignment="bottom", key="letters"):
        # The endings are words of both languages: a browser hands a choice back by its words.
        form = st.radio(say("letters.form"), _FORMS, key="letters form", horizontal=True)
        label, name = f"{say('letters.download')} {form}", f"{stem}-letters{form}"
        files.download(label, name, "letters download", partial(_write, report, own, decisions))
    with st.expander(say("letters.preview"), key="letters preview", on_change="rerun") as opened:
        files.upload(say("letters.own"), _OWN, several=True)
        # A letter in Word takes as long as all the rest of the page: it is made where somebody looks.
        if opened.open:
            _preview(drafts, own, form)


@st.fragment
def _preview(drafts: Sequence[Letter], own: Sequence[files.Received], form: str) -> None:
    """One letter as it will look."""
    names = [f"{draft.row.place} · {draft.row.proposal.id}" for draft in drafts]
    chosen = st.selectbox(say("letters.of"), names, key=f"letter of {len(drafts)}")
    with style.errors_shown():
        text = _text(drafts[names.index(chosen)], own, form)
        st.html(markup.piece("letter", text))


@contextmanager
def _templates(own: Sequence[files.Received]) -> Iterator[Templates]:
    """What the letters are made from; ReportError where the officer's own are none."""
    if not own:
        yield Templates()
        return
    with temporary_folder() as folder:
        for each in own:
            (folder / Path(each.name).name.lower()).write_bytes(each.data)
        yield Templates(folder)


def _text(draft: Letter, own: Sequence[files.Received], form: str) -> str:
    with _templates(own) as templates:
        if form == ".zip":
            return text_of(templates.word(draft.kind, draft.values))
        return templates.text(draft.kind, draft.values)


def _write(report: Report, own: Sequence[files.Received], decisions: Decisions, path: Path) -> None:
    with _templates(own) as templates:
        decisions.keep_letters(write_notes(report, path, templates))
