"""分诊: a batch in, a queue out; each row opens its evidence and takes a decision; reports and letters to download."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import streamlit as st

from app import files, markup, queue, seasons, session, style
from app.decisions import Decisions, TabDecisions
from app.markup import either, say, texts
from matcher.engine import Engine
from matcher.files import temporary_folder
from matcher.message import Message
from matcher.rules import guide_rules
from matcher.triage.columns import QUEUE
from matcher.triage.decisions import UNDECIDED, DecidedReport
from matcher.triage.desk import NONE, Report, judged_rows, report
from matcher.triage.notes import Letter, letters, outdated_letters, undecided_letters, write_notes
from matcher.triage.reports import SUFFIXES, write_report, write_split
from matcher.triage.templates import Templates, text_of
from matcher.types import Guide

_FORMS = (".zip", ".txt", ".csv")
_OWN = "letter templates"  # of the officer's own, called move.docx, outside.txt …; kept for the session


def page() -> None:
    """Draw the desk."""
    with style.desk("intake"):
        season = seasons.choose()
        if season is not None:
            opened = session.engine_of(season.guide)
            style.guide_line(opened.guide, fixed=True)
            if read := seasons.batch(season, opened, _judged):
                _desk(opened, read)
            return
        table = files.upload_batch(say("intake.upload"), "batch")
        opened = session.engine()
        style.guide_line(opened.guide)
        if table is None:
            files.offer("batch")
            return
        chosen = files.map_columns(table, "batch")
        if chosen.usable:
            report = _report(opened, table, chosen)
            tab = TabDecisions()
            _desk(opened, lambda: (tab.report(report), tab))


def _judged(opened: Engine, table: files.Received, chosen: files.TableLayout) -> tuple[Report, list[Message]]:
    """The report of a table, and what is to be said of its reading; with progress."""
    received, messages = files.entries(table, chosen)
    judged = list(style.progress(judged_rows(opened, received, shown=True), len(received)))
    current = report(opened.guide, table.name, received, judged, guide_rules(opened.guide.id))
    return current, [*messages, *current.reading]


def _report(opened: Engine, table: files.Received, chosen: files.TableLayout) -> Report:
    """The report of this session's batch, judged once for table, columns and guide."""
    key = (table.sha256, table.name, chosen.key, opened.guide.sha256)

    def judge() -> tuple[Report, list[Message]]:
        filled = _filled(table, opened.guide) if seasons.is_report_file(table) else None
        current, messages = _judged(opened, table, chosen)
        places = {row.line: row.place for row in current.rows if row.sheet in QUEUE.forms}
        decided, noted = _decided_before(table, opened.guide) or (
            {places[at]: cell for at, cell in kept.items() if at in places} for kept in filled or ({}, {})
        )
        st.session_state.update(
            {"decisions": decided, "remarks": noted, "strokes before": [], f"{queue.NAME} open": None}
        )
        line = texts("batch.filled", decided=len(decided), noted=len(noted))
        return current, [line] if filled else messages

    # A place of its own in every run: what follows stays where it was, and a browser draws nothing anew.
    with st.container(key="reading"):
        current, messages = style.kept("triage", key, judge)
        style.kept_notices("reading")
        for line in messages:
            style.lede(either(line))
    return current


def _decided_before(table: files.Received, guide: Guide) -> tuple[dict[str, str], dict[str, str]] | None:
    """What this tab decided and noted on the table by the guide, so that neither another column, nor another guide and back,
    loses it; None where it was not judged yet. What is decided on the batch in view is put by."""
    state = st.session_state
    put_by = state.setdefault("decided before", {})
    if "triage" in state:
        sha256, *_, by = state["triage"][0]
        put_by[sha256, by] = (state["decisions"], state["remarks"])
    kept: tuple[dict[str, str], dict[str, str]] | None = put_by.get((table.sha256, guide.sha256))
    return kept


def _filled(table: files.Received, guide: Guide) -> tuple[dict[int, str], dict[int, str]]:
    """The decisions and the notes that officers filled into a report, by their lines; what is not understood is said."""
    with files.as_path(table) as path:
        report = DecidedReport(path)
        decisions, problems = report.decisions(guide)
        remarks = {line: remark for line, _, _, remark in report.remarks()}
    style.keep_first("reading", [problem for _, problem in problems])
    choices = {line: NONE if d.topic is None else d.topic for line, d in decisions}
    return {line: choice for line, choice in choices.items() if choice != UNDECIDED}, remarks


def _desk(opened: Engine, read: seasons.Read) -> None:
    report, _ = read()
    if not report.rows:
        style.notice(say("intake.empty", name=report.batch), "bad")
        return
    counts = [(str(len(report.rows)), say("intake.proposals"))]
    counts += [(str(n), queue.verdict_name(v)) for v, n in report.summary.verdicts.items() if n]
    style.figures(counts)
    style.section(say("queue"))
    _work(opened, read)
    _summary(report)


@st.fragment
def _work(opened: Engine, read: seasons.Read) -> None:
    """What a filter, a step or a decision draws anew, and nothing around it: the queue, the open row and the exports."""
    if session.gone():
        st.rerun()
    with style.errors_shown():
        report, decisions = read()
        # Corrected since this was drawn: what a row is opened with stands in the texts of its own guide.
        if report.guide.sha256 != opened.guide.sha256:
            opened = session.engine_of(report.guide)
        shown = queue.narrowed(report)
        queue.strokes(shown, report, decisions)
        place = queue.table(shown, len(report.rows))
        if place is not None:
            room = queue.row(opened, shown, place, decisions)
        _export(report, decisions)
        if place is not None:
            # Last, for it may have to match the row: a decision and the next step need not wait for it.
            with room:
                queue.why(opened, shown[place])


def _export(report: Report, decisions: Decisions) -> None:
    """The report with its decisions in every format, written when it is asked for."""
    style.section(say("export"), say("export.decided", count=queue.decided(report)), decisions.unsaved)
    stem = Path(report.batch).stem
    with st.container(horizontal=True, key="export"):
        for suffix in SUFFIXES:
            label, name = f"{say('download')} {suffix}", f"{stem}-triage{suffix}"
            write = partial(write_report, report)
            files.download(label, name, f"report {suffix}", write, primary=suffix == SUFFIXES[0])
        split = partial(write_split, report)
        files.download(say("export.offices"), f"{stem}-offices.zip", "report offices", split)
    _letters(report, stem, decisions)


def _summary(report: Report) -> None:
    """Counts for the head of office."""
    from app import charts  # the first paint, before there is a batch, waits for less

    summary, rules = report.summary, report.rules
    style.section(say("summary"))
    verdicts = [(queue.verdict_name(v), n) for v, n in summary.verdicts.items() if n]
    offices = [(name or say("office.none"), both) for name, both in summary.offices.items() if any(both)]
    left, right = st.columns(2)
    left.caption(say("summary.verdicts"))
    left.vega_lite_chart(spec=charts.bars(verdicts), key="verdicts")
    right.caption(say("summary.offices"))
    names = (say("summary.declared"), say("summary.suggested"))
    right.vega_lite_chart(spec=charts.paired(offices, names), key="offices")
    if summary.undrawn:
        listed = say("comma").join(summary.undrawn)
        style.lede(say("summary.undrawn", count=len(summary.undrawn), topics=listed))
    if rules and rules.rules:
        style.lede(say("intake.rules", count=len(rules.rules)))
    else:
        style.lede(either(rules.note) if rules else say("intake.no rules"))


def _letters(report: Report, stem: str, decisions: Decisions) -> None:
    """The letters of a report: how many, one of them as it will look, and the download."""
    drafts = list(letters(report))
    style.section(say("letters"), say("letters.count", count=len(drafts)))
    if outdated := outdated_letters(report):
        style.notice(either(outdated))
    if not drafts:
        style.lede(say("letters.none"))
        return
    if undecided := undecided_letters(drafts):
        style.lede(either(undecided))
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
            return text_of(templates.word(draft.kind, draft.language, draft.values))
        return templates.text(draft.kind, draft.language, draft.values)


def _write(report: Report, own: Sequence[files.Received], decisions: Decisions, path: Path) -> None:
    with _templates(own) as templates:
        decisions.keep_letters(write_notes(report, path, templates))
