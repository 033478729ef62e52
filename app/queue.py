"""The queue of a batch as a table with filters, and the row that is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zlib import crc32

import streamlit as st

from app import markup, open_row, session, style
from app.decisions import Decisions
from app.markup import PageLanguage, either, language, minute, say
from matcher import settings
from matcher.engine import Engine
from matcher.message import percent
from matcher.report import topic_ids
from matcher.segment import fold
from matcher.triage import VERDICTS, FilingVerdict
from matcher.triage.columns import choice_name, status_name
from matcher.triage.columns import verdict_name as filing_name
from matcher.triage.desk import NONE, WITHDRAWN, Report, ReportRow, alignments
from matcher.triage.notes import outdated

NAME = "queue"
_STROKES = "strokes so far"
_LONGEST_NOTE = settings.characters("app.queue.longest_note")
_HEADINGS = (
    *("filter.verdict", "queue.id", "queue.title", "queue.declared", "queue.suggested", "queue.corrected"),
    *("queue.margin", "queue.gain", "office"),
)


def verdict_name(verdict: FilingVerdict) -> str:
    """A verdict's sign and name, in the language of this session."""
    return f"{say(f'sign.{verdict}')} {either(filing_name(verdict))}"


def narrowed(report: Report) -> list[ReportRow]:
    """The rows that pass the filters, which are drawn."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="find"):
        sought = st.text_input(say("queue.search"), key="search", width=420).split()
        undecided = st.toggle(say("queue.undecided"), key="undecided")
        remarked = st.toggle(say("queue.remarked"), key="remarked", help=say("queue.remarked.help"))
    offices = sorted({office for row in report.rows if (office := row.office_name)})
    topics = sorted({t for row in report.rows for t in (row.judged.declared, row.judged.suggested) if t})
    present = [v for v in VERDICTS if report.summary.verdicts[v]]
    titles = {topic.id: topic.title for topic in report.guide.topics}
    slots = st.container(key="filters").columns(4)
    verdicts = open_row.any_of(slots[0], "filter.verdict", present, verdict_name)
    wanted = open_row.any_of(slots[1], "filter.office", offices, str)
    about = set(open_row.any_of(slots[2], "filter.topic", topics, lambda t: f"{t} {titles[t]}"))
    margin = slots[3].slider(
        say("filter.margin"), 0.0, 1.0, 1.0, 0.05, help=say("filter.margin.help"), key="margin"
    )
    return [
        row
        for row in report.rows
        if (not verdicts or row.judged.verdict in verdicts)
        and (not wanted or row.office_name in wanted)
        and (not about or about & {row.judged.declared, row.judged.suggested})
        and abs(row.judged.margin) <= margin
        and not (undecided and row.corrected)
        and not (remarked and not is_remarked(row))
        and _holds(row, sought)
    ]


def is_remarked(row: ReportRow) -> bool:
    """Whether there is a warning beside a row or a finding of the rules, which an agreeing row may have too."""
    return bool(row.judged.warnings) or any(finding.status != "unchecked" for finding in row.findings)


def _holds(row: ReportRow, sought: Sequence[str]) -> bool:
    """Whether every word that is sought stands in the row's id, title, unit, person or note, whatever its case."""
    if not sought:
        return True
    p = row.proposal
    text = fold("\n".join((p.id, p.title, p.organisation, p.principal_investigator, row.remark))).lower()
    return all(fold(word).lower() in text for word in sought)


def decided(report: Report) -> int:
    """How many rows are decided."""
    return sum(bool(row.corrected) for row in report.rows)


def strokes(shown: Sequence[ReportRow], report: Report, decisions: Decisions) -> None:
    """How far the work is, what can be done to all listed rows at once, and the way back."""
    rows = [row for row in shown if not row.corrected]
    accept = {row.place: row.accepted for row in rows if row.accepted}
    keep = {row.place: row.judged.declared for row in rows if row.judged.declared}
    with st.container(horizontal=True, vertical_alignment="center", key="strokes"):
        style.quiet(say("queue.progress", decided=decided(report), total=len(report.rows)))
        for key, changes in (("queue.accept all", accept), ("queue.keep all", keep)):
            st.button(
                say(key, count=len(changes)),
                disabled=not changes,
                key=key,
                on_click=_stroke,
                args=(decisions.decide, changes),
            )
        st.button(say("queue.undo"), key="undo", on_click=_stroke, args=(_undo, decisions))


def _stroke(act: Callable[..., object], *args: object) -> None:
    """Decide or undo, and count it; what could not be done is told beside the row."""
    session.press(NAME, act, *args)
    st.session_state[_STROKES] = st.session_state.get(_STROKES, 0) + 1


def _undo(decisions: Decisions) -> None:
    if not decisions.undo():
        style.keep_notices(NAME, say("queue.nothing to undo"), kind="bad")


def _chosen(decisions: Decisions, place: str, key: str, drawn_in: PageLanguage) -> None:
    """Decide what was chosen in the field of one row, unless the language was switched meanwhile.

    The field then hands back its label in the language it was drawn in, which is no choice of anybody's.
    """
    if language() == drawn_in:
        _stroke(decisions.decide, {place: st.session_state[key]})


def table(shown: Sequence[ReportRow], total: int) -> int | None:
    """Draw the rows as a table; the place of the one that is open, None where there are none."""
    if not shown:
        style.notice(say("queue.nothing"))
        return None
    style.lede(say("queue.hint", shown=len(shown), total=total))
    number = st.column_config.NumberColumn
    columns = {
        say("queue.title"): st.column_config.TextColumn(width="large"),
        say("queue.margin"): number(format="%.2f", help=say("filter.margin.help")),
    }
    verdicts = {verdict: verdict_name(verdict) for verdict in VERDICTS}  # once for all rows, as the headings
    cells = open_row.records(_HEADINGS, [(verdicts[row.judged.verdict], *_cells(row)) for row in shown])
    return open_row.pick(NAME, [row.place for row in shown], cells, columns)


def _cells(row: ReportRow) -> tuple[str | float, ...]:
    """What stands below _HEADINGS, but for the verdict."""
    p, judged = row.proposal, row.judged
    choice = either(choice_name(row.corrected)) if row.corrected else ""
    topics = (judged.declared or p.declared, judged.suggested or "", choice)
    return (p.id, markup.headline(p), *topics, judged.margin, percent(judged.gain), row.office_name)


def row(
    opened: Engine, shown: Sequence[ReportRow], place: int, decisions: Decisions
) -> st.delta_generator.DeltaGenerator:
    """The open row: what the desk says, the decision, and room for `why`, which is returned."""
    now = shown[place]
    with st.container(border=True, key="open"):
        open_row.steps(NAME, [row.place for row in shown], place)
        p, verdict = now.proposal, verdict_name(now.judged.verdict)
        who = " · ".join(filter(None, (p.organisation, p.principal_investigator, p.year)))
        st.html(markup.piece("row", now, _tag(now), verdict, markup.headline(p), who, status_name))
        _decide(opened, now, decisions)
        _note(now, decisions)
        if now.letter:
            kind = f"{either(filing_name(now.letter.kind))} {now.letter.topic}".strip()
            style.quiet(say("row.letter", time=minute(now.letter.time), who=now.letter.who, kind=kind))
            if outdated(now):
                style.notice(say("row.letter.outdated"))
        with st.container(key="refused"):  # there in every run, so that what follows stays in its place
            style.kept_notices(NAME)
        return st.container()


@st.fragment
def why(opened: Engine, now: ReportRow) -> None:
    """Both texts of the open row."""
    if not opened.usable(now.proposal):
        style.notice(say("row.no text"))
        return
    # A row of a season from before they were kept is matched again when it is opened, once.
    seen = now.judged.alignments or style.kept(
        f"{NAME} aligned",
        (opened.guide.sha256, now.proposal, now.judged),
        lambda: alignments(opened.answer(now.proposal), now.judged),
    )
    open_row.evidence(opened, now.proposal, seen, f"compared {now.place}")


def _tag(now: ReportRow) -> str:
    """What names a row in the page's markup."""
    return f"{crc32(now.place.encode('utf-8', 'surrogatepass')):08x}"


def _decide(opened: Engine, now: ReportRow, decisions: Decisions) -> None:
    """What the officer decides: one click for the suggestion or the declared topic, or any other."""
    judged, choice = now.judged, now.corrected
    # A new field after each stroke: a browser that has not seen it yet would hand the old choice back as a new one.
    key = f"decision {now.place} {choice} {language()} {st.session_state.get(_STROKES, 0)}"
    names = {"": say("row.undecided")}
    names |= {topic.id: f"{either(topic_ids(topic))} {topic.title}" for topic in opened.guide.topics}
    names |= {NONE: say("row.none"), WITHDRAWN: say("row.withdrawn")}
    names.setdefault(choice, choice)  # a topic of the guide that the batch was judged by
    options = list(names)
    quick = {"row.suggested": now.accepted, "row.keep": judged.declared}
    with st.container(horizontal=True, vertical_alignment="bottom", key="decide"):
        st.selectbox(
            say("row.decide"),
            options,
            options.index(choice),
            format_func=lambda o: names[o],
            key=key,
            on_change=_chosen,
            args=(decisions, now.place, key, language()),
        )
        for text, topic in quick.items():
            if topic and (text == "row.suggested" or topic != now.accepted):
                st.button(
                    say(text, topic=either(choice_name(topic))),
                    key=f"{text} {_tag(now)}",  # of this row: a click on the row before never decides this one
                    on_click=_stroke,
                    args=(decisions.decide, {now.place: topic}),
                )


def _note(now: ReportRow, decisions: Decisions) -> None:
    """What the officer notes beside the decision; it is kept when the field is left."""
    key = f"note {_tag(now)} {crc32(now.remark.encode('utf-8', 'surrogatepass')):08x}"

    def take() -> None:
        session.press(NAME, decisions.note, now, st.session_state[key].strip())

    most = max(_LONGEST_NOTE, len(now.remark))  # one from elsewhere may be longer, and would be cut
    st.text_input(say("row.note"), now.remark, key=key, max_chars=most, on_change=take)
