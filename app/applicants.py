"""选题: which topic a text fits, whom to call, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from app import files, markup, open_row, session, style
from app.markup import either, say, texts
from app.mistaken import refuse_guide
from matcher import settings, shipped, typed_json
from matcher.matching.explain import aligned
from matcher.message import Message, joined, percent
from matcher.readers.batch import read_proposal
from matcher.readers.form.reading import Form, form_of_text
from matcher.report import headline, topic_ids
from matcher.types import Match, Proposal, Topic

if TYPE_CHECKING:
    from matcher.engine import Engine


_HITS = settings.count("engine.topics")
_AS_READ = "proposal as read"  # (what a file put into the box, its form)


def page() -> None:
    """Draw the desk."""
    with style.desk("applicants"):
        with st.container(key="ask"):
            text = _box()
        opened = session.engine()
        style.guide_line(opened.guide)
        if text.strip():
            form, notes = _form(text)
            _answer(opened, form.proposal("-"), notes)
        style.answered(text)


def _box() -> str:
    """The text that was pasted, typed, read from a file, or chosen as an example."""
    written: str = st.text_area(
        say("applicants.box"),
        key="proposal",
        persist_state="session",
        height=190,
        placeholder=say("applicants.placeholder"),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="examples"):
        asked = st.button(say("applicants.ask"), type="primary")
        style.quiet(say("applicants.try"))
        for number, example in enumerate(_examples()):
            st.button(
                say(f"applicants.example {number}"), key=f"example {number}", on_click=_write, args=(example,)
            )
    if asked and not written.strip():
        style.notice(say("applicants.empty"))
    session.upload(say("applicants.upload"), "proposal file", _read)
    style.file_notices("proposal file")
    return written


@st.cache_data(show_spinner=False)
def _examples() -> list[str]:
    """The texts of the sample proposals that come with the program."""
    lines = shipped.data_file("demo.jsonl").read_text(encoding="utf-8").splitlines()
    return [typed_json.loads(line, Proposal).text for line in lines]


def _form(text: str) -> tuple[Form, tuple[Message, ...]]:
    """The proposal in the box, as its file was read, with what was changed of its text since, and the notes that are not above it."""
    written, form = st.session_state.get(_AS_READ, ("", None))
    if form is not None and written == text:
        return form, ()
    if form is not None and (edited := form.edited(text)) is not None:
        st.session_state[_AS_READ] = (text, edited)
        return edited, ()
    form = form_of_text(text)
    return form, form.notes


def _write(text: str) -> None:
    st.session_state["proposal"] = text


def _read(received: files.Received) -> None:
    """Put the text of the uploaded file into the box, where its reader sees what will be matched."""
    with files.as_path(received) as path:
        form = read_proposal(path)
        refuse_guide(path, form)
    _write(form.labelled)
    st.session_state[_AS_READ] = (form.labelled, form)
    read = texts("applicants.read", name=received.name, count=len(form.labelled))
    notice = joined([read, *form.notes], "　")
    style.keep_notices("proposal file", notice, kind="bad" if form.blank else "calm")


def _answer(opened: Engine, proposal: Proposal, notes: tuple[Message, ...]) -> None:
    answered = opened.answer(proposal, _HITS)
    match = replace(answered.match, warnings=(*answered.match.warnings, *notes))
    st.html(answer(opened, match))
    if not match.hits:
        return
    st.html(chances(opened, match))
    open_row.evidence(opened, proposal, aligned(answered, [hit.topic_id for hit in match.hits]), "compared")


def answer(opened: Engine, match: Match) -> str:
    """The verdict, the topic and the office as a card; an honest "nothing fits" with the nearest topic."""
    calibrated = opened.calibration is not None
    sure = say(f"sure.{match.verdict}" if calibrated else "similar", number=percent(match.confidence))
    sign = _SIGNS[match.verdict]
    if not match.hits:
        return markup.piece("answer", match, headline(match), None, sign, sure, None, "", "")
    topic = opened.topics[match.hits[0].topic_id]
    # Where nothing fits the office of the nearest topic may know better.
    called = topic if match.verdict == "none" else match
    office = (called.office, called.office_source)
    return markup.piece("answer", match, headline(match), topic, sign, sure, *office, _plain(opened, match))


_SIGNS = {"topic": "●", "close": "◐", "none": "○", "empty": "○"}


def _plain(opened: Engine, match: Match) -> str:
    """The answer as lines of text, for the clipboard."""
    lines = [f"{say(f'verdict.{headline(match)}')}　{percent(match.confidence)}"]
    for hit in match.hits[:3]:
        topic = opened.topics[hit.topic_id]
        lines.append(
            f"{either(topic_ids(topic))} {topic.title}　{percent(hit.confidence)}　{markup.office_line(topic)}"
        )
    return "\n".join([*lines, either(match.reason)])


def chances(opened: Engine, match: Match) -> str:
    """How the probability is shared among the best topics, the others, and none of them."""
    rows: list[tuple[str, Topic | str, float]]
    rows = [("", opened.topics[hit.topic_id], hit.confidence) for hit in match.hits]
    if match.none_probability is None:
        return markup.piece("chances", say("chances.score"), rows)
    rest = 1 - match.none_probability - sum(hit.confidence for hit in match.hits)
    if count := len(opened.topics) - len(match.hits):
        rows.append(("", say("chances.rest", count=count), max(rest, 0.0)))
    rows.append(("none", say("chances.none"), match.none_probability))
    return markup.piece("chances", say("chances"), rows)
