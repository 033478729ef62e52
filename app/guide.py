"""指南: a guide's topics and offices, what became of each line, the map, topics that are easily confused, and their editor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from app import charts, files, markup, open_row, session, style
from app.markup import either, language, say
from matcher import settings
from matcher.engine import Engine
from matcher.guide import mending, read_guide, serial
from matcher.matching.explain import alignment
from matcher.message import share
from matcher.segment import fold
from matcher.types import Guide, Proposal, Topic

_TABS = ("topics", "map", "audit", "alike", "mend")
_ALIKE = settings.count("app.guide.alike")
_BRIEF = settings.characters("app.guide.brief")
_ROWS, _TURN, _PLACE = "mend topics", "mend turn", "mend"


def page() -> None:
    """Draw the desk."""
    with style.desk("guide"):
        _choose()
        opened = session.engine()
        guide = opened.guide
        style.section(guide.title, say("guide.mended") if guide.mended else "")
        _figures(guide)
        topics, chart, audit, alike, mend = _tabs()
        with topics:
            _unread(guide)
            _topics(guide)
        with chart:
            _map(opened)
        with audit:
            _audit(guide)
        with alike:
            _alike(opened)
        with mend:
            _mend(guide)


def _tabs() -> Sequence[st.delta_generator.DeltaGenerator]:
    """The tabs; the one in view stays in view in another language, where they have other names."""
    labels = [say(f"guide.tab.{name}") for name in _TABS]
    place, key = st.session_state.get("guide tab", 0), f"guide tabs {language()}"

    def take() -> None:
        st.session_state["guide tab"] = labels.index(st.session_state[key])

    return st.tabs(labels, default=labels[place], key=key, on_change=take)


def _choose() -> None:
    """The shipped guides and the one that was brought along; an unreadable one leaves the choice as it was."""
    shipped = list(session.shipped_guides())
    own: files.Received | None = st.session_state.get("own guide")
    names = [*shipped, *([own.name] if own else [])]
    now = session.chosen_guide()
    left, right = st.columns(2)
    with left:
        place = len(shipped) if not isinstance(now, str) else shipped.index(now)
        picked = st.selectbox(
            say("guide.choose"),
            range(len(names)),
            index=place,
            format_func=lambda i: (
                _title(names[i]) if i < len(shipped) else say("guide.uploaded", name=names[i])
            ),
        )
    session.choose_guide(own if own and picked == len(shipped) else names[picked or 0])
    with right:
        session.upload(say("guide.own"), "guide file", _take)
    style.file_notices("guide file")


@st.cache_data(show_spinner=False)
def _title(name: str) -> str:
    return read_guide(session.shipped_guides()[name]).title


def _take(received: files.Received) -> None:
    """Use the uploaded guide if it is one."""
    session.engine_of(received)
    st.session_state["own guide"] = received
    session.choose_guide(received)


def _figures(guide: Guide) -> None:
    unread = sum(line.role == "unread" for line in guide.audit)
    offices = {topic.office.name for topic in guide.topics if topic.office}
    counts = (
        ("topics", len(guide.topics)),
        ("sections", len({topic.section for topic in guide.topics})),
        ("offices", len(offices)),
        ("lines", len(guide.audit)),
        ("unread", unread),
    )
    style.figures([(str(count), say(f"guide.{name}")) for name, count in counts])


def _unread(guide: Guide) -> None:
    """The lines that were not understood, in view."""
    unread = [line for line in guide.audit if line.role == "unread"]
    if unread:
        st.html(markup.piece("unread", unread))


def _topics(guide: Guide) -> None:
    """Topics by section, each opening its contents, narrowed by office and by words."""
    offices = sorted({topic.office.name for topic in guide.topics if topic.office})
    left, right = st.columns(2)
    everything = say("guide.all")
    office = left.selectbox(say("guide.by"), [everything, *offices])
    sought = fold(right.text_input(say("guide.search"))).lower()
    matching = [
        topic
        for topic in guide.topics
        if (office == everything or (topic.office and topic.office.name == office))
        and sought in fold(topic.text).lower()
    ]
    sections: dict[str, list[Topic]] = {}
    for topic in matching:
        sections.setdefault(topic.section, []).append(topic)
    st.html(markup.piece("topics", len(matching), sections))


def _audit(guide: Guide) -> None:
    """What became of every line, those not understood and the findings first."""
    if not guide.findings and not any(line.role == "unread" for line in guide.audit):
        style.notice(say("audit.clean"), "calm")
    _unread(guide)
    if guide.findings:
        style.section(say("audit.findings"))
        st.html("".join(markup.piece("notice", either(finding)) for finding in guide.findings))
    style.section(say("audit.every", count=len(guide.audit)))
    headings = (say("audit.line"), say("audit.role"), say("audit.text"))
    rows = [(str(line.line), say(f"role.{line.role}"), line.text) for line in guide.audit]
    st.html(markup.piece("table", headings, rows))


def _map(opened: Engine) -> None:
    """The map, and a box whose text lands on it."""
    style.lede(say("map.hint"))
    by = st.segmented_control(
        say("map.colour"),
        ["section", "office"],
        default="section",
        required=True,
        format_func=lambda name: say(f"map.{name}"),
    )
    text: str = st.text_area(
        say("map.drop"),
        key="dropped",
        persist_state="session",
        height=80,
        placeholder=say("map.drop.placeholder"),
    )
    spread, dropped = charts.places(opened), None
    if text.strip() and (match := opened.match(Proposal("-", "", text))).hits:
        dropped = charts.landing(opened, match, spread)
        near = say("comma").join(hit.topic_id for hit in match.hits[:3])
        outside = match.verdict == "none"
        style.notice(
            say("map.outside") if outside else say("map.landed", topics=near), "" if outside else "calm"
        )
    drawn = charts.topic_map(opened.guide.topics, spread, by or "section", dropped)
    st.vega_lite_chart(spec=drawn, alt=say("map.alt", count=len(spread)))


def _alike(opened: Engine) -> None:
    """Pairs of topics that are nearest in meaning, side by side."""
    topics = opened.guide.topics
    if len(topics) < 2:
        style.notice(say("alike.few"))
        return
    style.lede(say("alike.hint"))
    pairs = charts.alike(opened, _ALIKE)
    names = [f"{topic.id} {markup.brief(topic.title, _BRIEF)}" for topic in topics]
    named = [f"{share(score)}　{names[a]} ↔ {names[b]}" for a, b, score in pairs]
    place = st.selectbox(say("alike.pair"), range(len(pairs)), format_func=lambda i: named[i]) or 0
    one, other = topics[pairs[place][0]], topics[pairs[place][1]]
    # The first topic asks as a proposal would: its pairs with the second are then the engine's own.
    asking = Proposal(one.id, one.title, one.content)
    st.html(open_row.two_topics(one, other, alignment(opened.answer(asking), other.id)))


def _mend(guide: Guide) -> None:
    """The editor for the guide of this session; what is saved is used from then on."""
    if st.session_state.get("mend guide") != guide.sha256:
        st.session_state["mend guide"] = guide.sha256
        st.session_state[_ROWS] = guide.topics
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    style.kept_notices(_PLACE)
    style.lede(say("mend.hint"))
    tools = st.container()
    topics: tuple[Topic, ...] = st.session_state[_ROWS]
    table = [serial.topic_record(t) for t in topics]
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
    with tools:
        _tools(guide, records if records != table else None)
    left, right = st.columns(2)
    if left.button(say("mend.save"), type="primary"):
        _save(guide, records)
    if guide.mended and right.button(say("mend.forget")):
        mending.forget(session.guide_document().sha256)
        st.session_state.pop("mend guide", None)
        st.rerun()


def _tools(guide: Guide, records: Sequence[dict[str, str]] | None) -> None:
    """Pick a topic, see its lines in the document, split it, merge it with the next, renumber all.

    `records` are the rows of the table if they were edited; a tool works on them, so that no edit is lost.
    """
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
    split, merge, count = st.columns(3, vertical_alignment="bottom")
    line = split.number_input(say("mend.at"), min_value=1, value=topic.lines[1], step=1)
    with style.errors_shown(_PLACE):
        if split.button(say("mend.split")):
            now, place = _edited(guide, records, topic)
            _show(mending.split(now, place, int(line), guide.audit))
        if merge.button(say("mend.merge")):
            _show(mending.merge(*_edited(guide, records, topic)))
        if count.button(say("mend.renumber")):
            _show(mending.renumber(_edited(guide, records, topic)[0]))


def _edited(
    guide: Guide, records: Sequence[dict[str, str]] | None, topic: Topic
) -> tuple[tuple[Topic, ...], int]:
    """The topics as they stand in the table, and where `topic` is among them; the last one where its row was deleted."""
    topics: tuple[Topic, ...] = st.session_state[_ROWS]
    if records is not None:
        topics = _mended(guide, records).topics
    places = [i for i, t in enumerate(topics) if t.lines == topic.lines or t.id == topic.id]
    return topics, [*places, len(topics) - 1][0]


def _mended(guide: Guide, records: Sequence[dict[str, str]]) -> Guide:
    return serial.from_records([r for r in records if any(map(str.strip, r.values()))], guide, guide.id)


def _show(topics: tuple[Topic, ...]) -> None:
    st.session_state[_ROWS] = topics
    st.session_state[_TURN] += 1
    st.rerun()


def _save(guide: Guide, records: Sequence[dict[str, str]]) -> None:
    with style.errors_shown(_PLACE):
        mended = _mended(guide, records)
        document = session.guide_document()
        mending.save(mended, document.data, Path(document.name).suffix.lower())
        st.session_state.pop("mend guide", None)
        style.keep_notices(_PLACE, say("mend.saved", count=len(mended.topics)))
    st.rerun()
