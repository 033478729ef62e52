"""查重: a batch against itself and earlier years; clusters, pairs side by side, a threshold that acts at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from app import decisions, earlier, files, markup, open_row, seasons, session, style
from app.markup import either, say
from matcher.archive import place_of
from matcher.duplicates import Findings, Pair, clusters
from matcher.duplicates.cases import CaseFile, Cases, Keeper, case_of
from matcher.duplicates.classifier import DEFAULT_THRESHOLD, fitted
from matcher.duplicates.reports import FORMATS, at_least, kind_name, team_name, thresholds, write
from matcher.engine import Engine
from matcher.message import Message
from matcher.season import Season
from matcher.sheet import Cell
from matcher.triage.desk import readable

_HEADINGS = (
    *("pair.concern", "pair.kind", "pair.a", "pair.title a", "pair.b", "pair.title b", "pair.from"),
    *("pair.team", "case.answer", "case.note"),
)


def page() -> None:
    """Draw the desk."""
    with style.desk("reviewers"):
        season = seasons.choose()
        if season is not None:
            _of_season(season)
            return
        left, right = st.columns(2)
        with left:
            batch = files.upload_batch(say("reviewers.batch"), "reviewed")
        with right:
            years, folder = earlier.choose()
        opened = session.engine()
        style.guide_line(opened.guide)
        if batch is None:
            if folder:
                earlier.archive_tools(opened, folder, None)
            return
        chosen = files.map_columns(batch, "reviewed")
        table, tables = (batch, chosen), earlier.mapped(years)
        if folder:
            earlier.archive_tools(opened, folder, (lambda: earlier.read(table)[0]) if chosen.usable else None)
        if chosen.usable:
            archive = place_of(folder) if folder and not tables else None
            beside = CaseFile(archive / "cases.jsonl") if isinstance(archive, Path) else decisions.TabCases()
            _desk(batch.name, _findings(opened, table, tables, folder), beside)


def _of_season(season: Season) -> None:
    """A batch of a season: compared when somebody asks, and kept there with what reviewers decide."""
    opened = session.engine_of(season.guide)
    style.guide_line(opened.guide, fixed=True)
    line = seasons.choose_batch(season)
    if line is None:
        style.lede(say("reviewers.no batch"))
        return
    kept = season.batch(line.id).findings()
    with st.expander(say("reviewers.compare"), expanded=kept is None):
        years, folder = earlier.choose()
        tables = earlier.mapped(years)
        if st.button(say("reviewers.compare now"), type="primary", key="compare"):
            proposals = readable(season.report(line.id))
            st.session_state["findings notes"] = []
            findings = earlier.compared(opened, proposals, tables, folder)
            with_ = tables[0].name if tables else place_of(folder).name if folder else ""
            season.batch(line.id).keep_findings(findings, with_)
            kept = findings, with_
    if folder:
        earlier.archive_tools(opened, folder, lambda: readable(season.report(line.id)))
    _notes(st.session_state.get("findings notes", ()) if kept else ())
    if kept is not None:
        style.lede(say("reviewers.compared with", name=kept[1] or say("reviewers.itself")))
        _desk(line.name, kept[0], season.batch(line.id))


def _findings(
    opened: Engine, batch: earlier.MappedTable, years: earlier.MappedTable | None, folder: str
) -> Findings:
    """What was found in this session's batch, compared once for the same files, columns, archive and guide."""
    sources = [part and (part[0].sha256, part[1].key) for part in (batch, years)]
    key = (*sources, folder, opened.guide.sha256)
    state = st.session_state

    def compare() -> Findings:
        proposals, state["findings notes"] = earlier.read(batch)
        return earlier.compared(opened, proposals, years, folder)

    findings = style.kept("findings", key, compare)
    _notes(state["findings notes"])
    return findings


def _notes(notes: Iterable[Message]) -> None:
    """What is to be said of the reading, in the language of now: quiet, as at the intake desk."""
    for note in notes:
        style.lede(either(note))


@st.fragment
def _desk(name: str, findings: Findings, keeper: Keeper) -> None:
    """The pairs, the open one, and the exports, drawn anew alone; decisions are kept by `keeper`."""
    if session.gone():
        st.rerun()
    with style.errors_shown():
        least = min(fitted().false_alarms)
        threshold = st.slider(
            say("reviewers.threshold"),
            least,
            1.0,
            DEFAULT_THRESHOLD,
            0.05,
            help=say("reviewers.threshold.help"),
            key="threshold",
            persist_state="session",
        )
        listed = at_least(findings, threshold)
        pairs = list(listed.pairs)
        groups = clusters(pairs)
        expected = [alarms for at, _, alarms in thresholds(findings, fitted()) if at <= threshold + 1e-9]
        counts = [(findings.compared, "compared"), (len(pairs), "pairs"), (len(groups), "groups")]
        shown = [(str(count), say(f"reviewers.{word}")) for count, word in counts]
        if expected:
            shown.append((f"≈{expected[-1]:.0f}", say("reviewers.alarms")))
        style.figures(shown)
        if not pairs:
            style.notice(say("reviewers.none"), "calm")
            return
        known = keeper.read()
        grouped = _of_group(pairs, groups)
        if narrowed := decisions.narrowed(replace(listed, pairs=tuple(grouped)), known):
            _pairs(listed, narrowed, known, keeper)
        else:
            style.notice(say("case.nothing"))
        decisions.read_back(listed, keeper)
        unsaved = keeper.unsaved if isinstance(keeper, decisions.TabCases) else ""
        _export(name, findings, threshold, known, unsaved)


def _pairs(findings: Findings, pairs: Sequence[Pair], known: Cases, keeper: Keeper) -> None:
    """The table of pairs and the open one: both texts, the decision, the finding to print."""
    keys = [f"{pair.a}\n{pair.b}" for pair in pairs]
    cells = open_row.records(_HEADINGS, [_cells(findings, pair, known) for pair in pairs])
    columns = {
        say("pair.concern"): st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1),
        say("pair.title a"): st.column_config.TextColumn(width="medium"),
        say("pair.title b"): st.column_config.TextColumn(width="medium"),
    }
    place = open_row.pick("pairs", keys, cells, columns)
    with st.container(border=True, key="open pair"):
        open_row.steps("pairs", keys, place)
        decisions.decide(findings, pairs[place], known, keeper)
        st.html(_side_by_side(findings, pairs[place]))
        decisions.findings_of(findings, pairs[place], known)


def _of_group(pairs: list[Pair], groups: list[list[str]]) -> list[Pair]:
    """The pairs of the cluster that people choose, or all."""

    def named(number: int) -> str:
        if number == 0:
            return say("reviewers.every group", count=len(groups))
        members = groups[number - 1]
        return say("reviewers.of group", number=number, count=len(members), first=members[0])

    chosen = st.selectbox(say("reviewers.group"), range(len(groups) + 1), format_func=named) or 0
    members = set(groups[chosen - 1]) if chosen else set()
    return [pair for pair in pairs if not members or pair.a in members]


def _cells(findings: Findings, pair: Pair, known: Cases) -> tuple[Cell, ...]:
    """What stands below _HEADINGS."""
    case = case_of(known, findings, pair)
    a, b = findings.proposals[pair.a], findings.proposals[pair.b]
    sides = (a.id, markup.headline(a), b.id, markup.headline(b), _from(pair.archived))
    kind, team = either(kind_name(pair.kind)), either(team_name(pair.same_team))
    return (pair.concern, kind, *sides, team, decisions.shown(case.answer), case.note)


def _from(archived: bool) -> str:
    return say("pair.archive" if archived else "pair.batch")


def _side_by_side(findings: Findings, pair: Pair) -> str:
    """Both texts; passages that belong together carry one number and colour, what everyone shares is grey."""
    head = markup.piece("pair", pair, either(kind_name(pair.kind)), either(team_name(pair.same_team)))
    numbered = list(enumerate(pair.spans, 1))
    left = [(span[0], span[1], n) for n, span in numbered]
    right = [(span[2], span[3], n) for n, span in numbered]
    both = ((pair.a, "pair.a", False, left), (pair.b, "pair.b", pair.archived, right))
    columns = [_side(findings, name, say(label), archived, spans) for name, label, archived, spans in both]
    return head + markup.piece("sides", *columns)


def _side(
    findings: Findings, name: str, label: str, archived: bool, spans: Sequence[tuple[int, int, int]]
) -> tuple[str, str, str]:
    """What the piece "side" shows of one text."""
    p = findings.proposals[name]
    parts = (label, _from(archived), p.id, p.year, p.organisation, p.principal_investigator)
    body = markup.marked(p.text, spans, findings.shared[name], "shared")
    return " · ".join(filter(None, parts)), body, f"{label} {p.id}"


def _export(name: str, findings: Findings, threshold: float, known: Cases, unsaved: str) -> None:
    style.section(say("export"), "", unsaved)
    with st.container(horizontal=True, key="export"):
        for suffix in FORMATS:
            label, file = f"{say('download')} {suffix}", f"{Path(name).stem}-duplicates{suffix}"
            save = partial(write, findings, threshold=threshold, model=fitted(), cases=known)
            files.download(label, file, f"pairs {suffix}", save)
