"""分诊: a batch in, a queue out; each row opens its evidence and takes a decision; reports to download."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from app import batches, charts, engine, files, letters, login, queue, seasons, style
from app.decisions import Decisions, TabDecisions
from app.words import either, say
from matcher.engine import Engine
from matcher.message import Message
from matcher.rules import guide_rules
from matcher.triage.desk import Report, judged_rows, report
from matcher.triage.reports import SUFFIXES, write_report, write_split


def page() -> None:
    """Draw the desk."""
    with style.desk("intake"):
        season = seasons.choose()
        if season is not None:
            opened = engine.of(season.guide)
            style.guide_line(opened.guide)
            if read := seasons.batch(season, opened, _judged):
                _desk(opened, read)
            return
        table = batches.upload(say("intake.upload"), "batch")
        opened = engine.engine()
        style.guide_line(opened.guide)
        if table is None:
            batches.offer("batch")
            return
        chosen = batches.map_columns(table, "batch")
        if chosen.usable:
            report = _report(opened, table, chosen)
            tab = TabDecisions()
            _desk(opened, lambda: (tab.report(report), tab))


def _judged(
    opened: Engine, table: files.Received, chosen: batches.TableLayout
) -> tuple[Report, list[Message]]:
    """The report of a table, and what is to be said of its reading; with progress."""
    received, messages = batches.entries(table, chosen)
    judged = list(style.progress(judged_rows(opened, received, shown=True), len(received)))
    return report(opened.guide, table.name, received, judged, guide_rules(opened.guide.id)), messages


def _report(opened: Engine, table: files.Received, chosen: batches.TableLayout) -> Report:
    """The report of this session's batch, judged once for table, columns and guide."""
    key = (table.sha256, table.name, chosen.key, opened.guide.sha256)

    def judge() -> tuple[Report, list[Message]]:
        judged = _judged(opened, table, chosen)
        st.session_state.update(
            {"decisions": {}, "decisions before": [], "remarks": {}, f"{queue.NAME} open": None}
        )
        return judged

    # A place of its own in every run: what follows stays where it was, and a browser draws nothing anew.
    with st.container(key="reading"):
        current, messages = style.kept("triage", key, judge)
        for line in messages:
            style.lede(either(line))
    return current


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
    if login.gone():
        st.rerun()
    with style.errors_shown():
        report, decisions = read()
        # Corrected since this was drawn: what a row is opened with stands in the texts of its own guide.
        if report.guide.sha256 != opened.guide.sha256:
            opened = engine.of(report.guide)
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
    style.section(say("export"), say("export.decided", count=queue.decided(report)))
    stem = Path(report.batch).stem
    with st.container(horizontal=True, key="export"):
        for suffix in SUFFIXES:
            label, name = f"{say('download')} {suffix}", f"{stem}-triage{suffix}"
            write = partial(write_report, report)
            files.download(label, name, f"report {suffix}", write, primary=suffix == SUFFIXES[0])
        split = partial(write_split, report)
        files.download(say("export.offices"), f"{stem}-offices.zip", "report offices", split)
    letters.draw(report, stem, decisions)


def _summary(report: Report) -> None:
    """Counts for the head of office."""
    summary, rules = report.summary, report.rules
    style.section(say("summary"))
    verdicts = [(queue.verdict_name(v), n) for v, n in summary.verdicts.items() if n]
    offices = [(name or say("office.none"), both) for name, both in summary.offices.items() if any(both)]
    left, right = st.columns(2)
    left.caption(say("summary.verdicts"))
    left.altair_chart(charts.bars(verdicts), key="verdicts")
    right.caption(say("summary.offices"))
    names = (say("summary.declared"), say("summary.suggested"))
    right.altair_chart(charts.paired(offices, names), key="offices")
    if summary.undrawn:
        listed = say("comma").join(summary.undrawn)
        style.lede(say("summary.undrawn", count=len(summary.undrawn), topics=listed))
    if rules and rules.rules:
        style.lede(say("intake.rules", count=len(rules.rules)))
    else:
        style.lede(either(rules.note) if rules else say("intake.no rules"))
