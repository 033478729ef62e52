"""查重: a batch against itself and earlier years; clusters, pairs side by side, a threshold that acts at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from app import batches, cases, engine, files, markup, picking, style
from app.words import either, say
from matcher.archive import Archive, Search
from matcher.duplicates import Findings, Pair, clusters, find
from matcher.duplicates.cases import Cases, case_of
from matcher.duplicates.concern import DEFAULT_THRESHOLD, fitted
from matcher.duplicates.reports import FORMATS, at_least, thresholds, write
from matcher.duplicates.wording import KINDS, TEAMS
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.errors import MatcherError
from matcher.files import temporary_folder
from matcher.message import share
from matcher.proposals import BadRow, Entry
from matcher.types import Proposal

# Uploads of anyone who can reach the page are one thing; naming folders of the machine is for whoever sits at it.
_LOCAL = ("localhost", "127.0.0.1", "::1")


def page() -> None:
    """Draw the desk."""
    style.title("reviewers")
    left, right = st.columns(2)
    with left:
        batch = batches.upload(say("reviewers.batch"), "reviewed")
    with right:
        earlier = batches.upload(say("reviewers.earlier"), "earlier")
    folder = ""
    if st.get_option("server.address") in _LOCAL:
        folder = st.text_input(
            say("reviewers.folder"),
            key="archive",
            persist_state="session",
            placeholder=say("reviewers.folder.placeholder"),
        )
    try:
        opened = engine.engine()
        style.guide_line(opened.guide)
        if batch is None:
            return
        chosen = batches.map_columns(batch, "reviewed")
        older = batches.map_columns(earlier, "earlier") if earlier else None
        if chosen.usable:
            tables = (earlier, older) if earlier and older else None
            kept = Path(folder.strip()) / "cases.jsonl" if folder.strip() and not tables else None
            _desk(batch.name, _findings(opened, (batch, chosen), tables, folder.strip()), kept)
    except MatcherError as error:
        style.notice(either(str(error)), "bad")


Table = tuple[files.Received, batches.Chosen]


def _findings(opened: Engine, batch: Table, earlier: Table | None, folder: str) -> Findings:
    """What was found in this session's batch, compared once for the same files, columns, archive and guide."""
    sources = [part and (part[0].sha256, part[1].key) for part in (batch, earlier)]
    key = (*sources, folder, opened.guide.sha256)
    state = st.session_state
    if state.get("findings key") != key:
        state["findings notes"] = []
        bar = st.progress(0.0, say("progress.archive"))
        try:
            proposals = _proposals(batch)
            before = _proposals(earlier) if earlier else []
            with _archive(opened, before, folder) as archive:
                if archive is not None:
                    state["findings notes"] += [either(line) for line in archive[0].notes]
                bar.progress(0.1, say("progress.gather"))
                told, least = partial(_tell, bar), min(fitted().false_alarms)
                closer = None if opened.encoder.name == FAST else opened.encoder
                found = find(
                    proposals, opened.reader, archive, opened.guide, least, progress=told, reader=closer
                )
        finally:
            bar.empty()
        state["findings"] = found
        state["findings key"] = key
    for note in state["findings notes"]:
        style.notice(note)
    kept: Findings = state["findings"]
    return kept


def _tell(bar: st.delta_generator.DeltaGenerator, done: int, total: int) -> None:
    bar.progress(0.3 + 0.7 * done / total, say("progress.pairs").format(done=done, total=total))


def _proposals(table: Table) -> list[Proposal]:
    """The proposals of a table; rows that cannot be read are told."""
    rows, said = batches.entries(*table)
    st.session_state["findings notes"] += [either(line) for line in said]
    bad = [row.name or row.place for row in rows if isinstance(row, BadRow)]
    if bad:
        told = say("reviewers.bad rows").format(count=len(bad), lines=say("comma").join(bad[:20]))
        st.session_state["findings notes"].append(told)
    return [row.proposal for row in rows if isinstance(row, Entry)]


@contextmanager
def _archive(
    opened: Engine, before: Sequence[Proposal], folder: str
) -> Iterator[tuple[Archive, Search] | None]:
    """The earlier years: the named folder, or the uploaded proposals in an archive that is gone afterwards.

    Given both, the uploaded ones are compared; given neither there is None.
    """
    if before:
        with (
            temporary_folder() as place,
            Archive(place / "archive", opened.reader, create=True) as archive,
        ):
            refused = archive.add(before).refused
            if refused:
                told = say("reviewers.refused").format(
                    count=len(refused), ids=say("comma").join(refused[:10])
                )
                st.session_state["findings notes"].append(told)
            yield archive, archive.search()
    elif folder:
        with Archive(Path(folder), opened.reader) as archive:
            yield archive, archive.search()
    else:
        yield None


def _desk(name: str, found: Findings, kept: Path | None) -> None:
    """The pairs, the open one, and the exports; decisions are kept in the file `kept`, else in this session."""
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
    listed = at_least(found, threshold)
    pairs = list(listed.pairs)
    groups = clusters(pairs)
    expected = [alarms for at, _, alarms in thresholds(found, fitted()) if at <= threshold + 1e-9]
    counts = [(found.compared, "compared"), (len(pairs), "pairs"), (len(groups), "groups")]
    shown = [(str(count), say(f"reviewers.{word}")) for count, word in counts]
    if expected:
        shown.append((f"≈{expected[-1]:.0f}", say("reviewers.alarms")))
    st.html(markup.figures(shown))
    if not pairs:
        style.notice(say("reviewers.none"), "calm")
        return
    known = cases.known(kept)
    grouped = _of_group(pairs, groups)
    if narrowed := cases.narrowed(replace(listed, pairs=tuple(grouped)), known):
        _pairs(listed, narrowed, known, kept)
    else:
        style.notice(say("case.nothing"))
    cases.read_back(listed, kept)
    _export(name, found, threshold, known)


def _pairs(found: Findings, pairs: Sequence[Pair], known: Cases, kept: Path | None) -> None:
    """The table of pairs and the open one: both texts, the decision, the finding to print."""
    keys = [f"{pair.a}\n{pair.b}" for pair in pairs]
    place = picking.pick("pairs", keys, [_cells(found, pair, known) for pair in pairs], _columns())
    with st.container(border=True, key="open pair"):
        picking.steps("pairs", keys, place)
        cases.decide(found, pairs[place], known, kept)
        st.html(_side_by_side(found, pairs[place]))
        cases.findings_of(found, pairs[place], known)


def _of_group(pairs: list[Pair], groups: list[list[str]]) -> list[Pair]:
    """The pairs of the cluster that people choose, or all."""

    def named(number: int) -> str:
        if number == 0:
            return say("reviewers.every group").format(count=len(groups))
        members = groups[number - 1]
        return say("reviewers.of group").format(number=number, count=len(members), first=members[0])

    chosen = st.selectbox(say("reviewers.group"), range(len(groups) + 1), format_func=named) or 0
    members = set(groups[chosen - 1]) if chosen else set()
    return [pair for pair in pairs if not members or pair.a in members]


def _columns() -> dict[str, object]:
    return {
        say("pair.concern"): st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
        say("pair.title a"): st.column_config.TextColumn(width="medium"),
        say("pair.title b"): st.column_config.TextColumn(width="medium"),
    }


def _cells(found: Findings, pair: Pair, known: Cases) -> dict[str, str | float]:
    case = case_of(known, found, pair)
    a, b = found.proposals[pair.a], found.proposals[pair.b]
    return {
        say("pair.concern"): pair.concern,
        say("pair.kind"): either(KINDS[pair.kind]),
        say("pair.a"): a.id,
        say("pair.title a"): markup.headline(a),
        say("pair.b"): b.id,
        say("pair.title b"): markup.headline(b),
        say("pair.from"): _from(pair.archived),
        say("pair.team"): either(TEAMS[pair.same_team]),
        say("case.answer"): cases.shown(case.answer),
        say("case.note"): case.note,
    }


def _from(archived: bool) -> str:
    return say("pair.archive" if archived else "pair.batch")


def _side_by_side(found: Findings, pair: Pair) -> str:
    """Both texts; passages that belong together carry one number and colour, what everyone shares is grey."""
    shares = say("pair.shares").format(
        a=share(pair.a_in_b), b=share(pair.b_in_a), reworded=share(pair.reworded)
    )
    head = (
        f'<div class="verdict"><span>{markup.text(either(KINDS[pair.kind]))}</span><span class="number">'
        f"{markup.text(say('pair.concern'))} {share(pair.concern)}</span>"
        f'<span class="tag">{markup.text(either(TEAMS[pair.same_team]))}</span></div>'
        f'<p class="reason">{markup.text(shares)}</p><p class="quiet">{markup.text(say("pair.hint"))}</p>'
    )
    numbered = list(enumerate(pair.spans, 1))
    left = [(span[0], span[1], n) for n, span in numbered]
    right = [(span[2], span[3], n) for n, span in numbered]
    both = ((pair.a, "pair.a", False, left), (pair.b, "pair.b", pair.archived, right))
    made = [_side(found, name, say(label), archived, spans) for name, label, archived, spans in both]
    return head + markup.sides(*made)


def _side(
    found: Findings, name: str, label: str, archived: bool, spans: Sequence[tuple[int, int, int]]
) -> str:
    p = found.proposals[name]
    parts = (label, _from(archived), p.id, p.year, p.organisation, p.principal_investigator)
    who = " · ".join(markup.text(part) for part in parts if part)
    return markup.side(who, markup.marked(p.text, spans, found.shared[name], "shared"), f"{label} {p.id}")


def _export(name: str, found: Findings, threshold: float, known: Cases) -> None:
    style.section(say("export"))
    with st.container(horizontal=True, key="export"):
        for suffix in FORMATS:
            st.download_button(
                f"{say('download')} {suffix}",
                partial(_written, found, suffix, threshold, known),
                f"{Path(name).stem}-duplicates{suffix}",
                key=f"pairs {suffix}",
                on_click="ignore",
            )


def _written(found: Findings, suffix: str, threshold: float, known: Cases) -> bytes:
    with temporary_folder() as folder:
        path = folder / f"pairs{suffix}"
        write(found, path, threshold, fitted(), known)
        return path.read_bytes()
