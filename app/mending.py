"""The topics of the guide as a table that people edit: split, merge, renumber, add, delete, set an office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from app import engine, style
from app.words import language, say
from matcher.guide import edits, mending
from matcher.types import Guide, Topic

_ROWS, _TURN, _PLACE = "mend topics", "mend turn", "mend"


def panel(guide: Guide) -> None:
    """The editor for the guide of this session; what is saved is used from then on."""
    if st.session_state.get("mend guide") != guide.sha256:
        _start(guide)
    style.kept_notices(_PLACE)
    style.lede(say("mend.hint"))
    _tools(guide)
    topics: tuple[Topic, ...] = st.session_state[_ROWS]
    table = [mending.topic_record(t) for t in topics]
    # The key changes with each tool's use: an editor keeps the edits of the rows that it was given.
    edited = st.data_editor(
        table,
        num_rows="dynamic",
        hide_index=True,
        key=f"mend {guide.sha256[:12]} {st.session_state[_TURN]}",
        height=420,
        column_config={name: name.split(" ", 1)[language() == "en"] for name in table[0]} if table else None,
    )
    records = [{k: "" if v is None or v != v else str(v) for k, v in row.items()} for row in edited]
    left, right = st.columns(2)
    if left.button(say("mend.save"), type="primary"):
        _save(guide, records)
    if guide.mended and right.button(say("mend.forget")):
        mending.forget(engine.document().sha256)
        st.session_state.pop("mend guide", None)
        st.rerun()


def _start(guide: Guide) -> None:
    st.session_state["mend guide"] = guide.sha256
    st.session_state[_ROWS] = guide.topics
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _tools(guide: Guide) -> None:
    """Pick a topic, see its lines in the document, split it, merge it with the next, renumber all."""
    topics: Sequence[Topic] = st.session_state[_ROWS]
    if not topics:
        return
    names = [f"{topic.id} {topic.title[:40]}" for topic in topics]
    at = st.selectbox(say("topic"), range(len(topics)), format_func=lambda i: names[i]) or 0
    topic = topics[min(at, len(topics) - 1)]
    lines = [a for a in guide.audit if topic.lines[0] - 1 <= a.line <= topic.lines[1] + 1]
    headings = (say("audit.line"), say("audit.role"), say("audit.text"))
    rows = [dict(zip(headings, (a.line, say(f"role.{a.role}"), a.text), strict=True)) for a in lines]
    with st.expander(say("mend.lines")):
        st.dataframe(rows, hide_index=True)
    split, merge, count = st.columns(3)
    line = split.number_input(say("mend.at"), min_value=1, value=topic.lines[1], step=1)
    if split.button(say("mend.split")):
        _edit(lambda: edits.split(topics, at, int(line), guide.audit))
    if merge.button(say("mend.merge")):
        _edit(lambda: edits.merge(topics, at))
    if count.button(say("mend.renumber")):
        _edit(lambda: edits.renumber(topics))


def _edit(change: Callable[[], tuple[Topic, ...]]) -> None:
    with style.errors_shown(_PLACE):
        st.session_state[_ROWS] = change()
        st.session_state[_TURN] += 1
    st.rerun()


def _save(guide: Guide, records: Sequence[dict[str, str]]) -> None:
    filled = [r for r in records if any(value.strip() for value in r.values())]
    with style.errors_shown(_PLACE):
        mended = mending.from_records(filled, guide, guide.id)
        document = engine.document()
        mending.save(mended, document.data, Path(document.name).suffix.lower())
        st.session_state.pop("mend guide", None)
        style.keep_notice(_PLACE, say("mend.saved", count=len(mended.topics)))
    st.rerun()
