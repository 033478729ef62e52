"""The command of the reviewers' desk: duplicates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from matcher.cli import options
from matcher.cli.season import BatchNumberOption, FileArgument, batch_of, open_season, path_of
from matcher.files import check_apart, check_output, check_output_folder, gather_temporary_files
from matcher.message import Catalogue, bracketed, joined
from matcher.screen import note, note_each, plain_table, screen, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.archive import ArchivePlace
    from matcher.duplicates import Findings
    from matcher.duplicates.cases import Cases, Keeper
    from matcher.embeddings import PairReaders
    from matcher.scale.work import Executor
    from matcher.types import Guide, Proposal

say = Catalogue(__file__)

PairsOption = Annotated[Path | None, typer.Option("--out", "-o", help="pairs-option")]
ThresholdOption = Annotated[
    float | None, typer.Option(metavar="N", min=0.0, max=1.0, help="threshold-option")
]
DecidedOption = Annotated[Path | None, typer.Option(metavar="REPORT", help="decided-option")]
FindingsOption = Annotated[Path | None, typer.Option(metavar="DIR", help="findings-option")]


def duplicates(
    batch: options.BatchArgument,
    archive: options.ArchiveOption = None,
    guide_file: options.GuideOption = None,
    out: PairsOption = None,
    threshold: ThresholdOption = None,
    rethreshold: Annotated[Path | None, typer.Option(metavar="JSONL", help="rethreshold-option")] = None,
    decided: DecidedOption = None,
    cases: Annotated[Path | None, typer.Option(metavar="JSONL", help="cases-option")] = None,
    notes: FindingsOption = None,
    encoder: options.EncoderOption = None,
    fast: options.FastOption = False,
    device: options.DeviceOption = None,
    cluster: options.ClusterOption = None,
    force: options.ForceOption = False,
) -> None:
    """Example:  matcher duplicates proposals.xlsx --archive earlier --out report.html
    matcher duplicates proposals.xlsx --rethreshold pairs.jsonl --threshold 0.8 --out report.html
    matcher duplicates proposals.xlsx --decided report.xlsx --out again.xlsx --notes findings
    """
    from matcher.duplicates.cases import CaseFile, beside
    from matcher.duplicates.classifier import DEFAULT_THRESHOLD

    encoder, place = options.encoder_of(encoder, fast=fast), options.place_named(archive)
    if rethreshold is not None and (device is not None or cluster is not None):
        raise typer.BadParameter(say("duplicates.rethreshold"))  # how to compare, where nothing is compared
    kept = cases or beside(batch, options.folder_of(place))
    inputs = [batch, guide_file, rethreshold, decided, kept]
    _check_files(out, notes, inputs, kept, decided=decided, archive=options.folder_of(place), force=force)
    least = DEFAULT_THRESHOLD if threshold is None else threshold
    if rethreshold is not None:
        findings = _read_back(rethreshold, batch, place, guide_file, encoder)
    else:
        with options.open_cluster(cluster) as workers:
            readers = _readers(encoder, device, workers)
            proposals = (row.proposal for row in options.read_batch(batch))
            findings = _find(proposals, place, options.read_guide(guide_file), readers, least)
    _write(findings, _cases(findings, CaseFile(kept), kept, decided), out, notes, least)


def season_duplicates(
    file: FileArgument,
    archive: options.ArchiveOption = None,
    batch: BatchNumberOption = None,
    out: PairsOption = None,
    threshold: ThresholdOption = None,
    decided: DecidedOption = None,
    notes: FindingsOption = None,
    encoder: options.EncoderOption = None,
    fast: options.FastOption = False,
    force: options.ForceOption = False,
) -> None:
    """Example:  matcher season duplicates 2026 --archive earlier --out report.html"""
    from matcher.duplicates.classifier import DEFAULT_THRESHOLD, fitted
    from matcher.triage.desk import readable

    encoder, place = options.encoder_of(encoder, fast=fast), options.place_named(archive)
    inputs, folder = [path_of(file), decided], options.folder_of(place)
    _check_files(out, notes, inputs, decided=decided, archive=folder, force=force)
    with open_season(file) as opened:
        number = batch_of(opened, batch)
        proposals = readable(opened.report(number))
        # As low as the page goes, so that its slider finds all pairs in the season.
        readers = _readers(encoder, None, None)
        findings = _find(proposals, place, opened.guide, readers, min(fitted().false_alarms))
        pairs = opened.batch(number)
        pairs.keep_findings(findings, place.name if place else "")
        known = _cases(findings, pairs, opened.file, decided)
    _write(findings, known, out, notes, DEFAULT_THRESHOLD if threshold is None else threshold)


def _check_files(
    out: Path | None,
    notes: Path | None,
    inputs: list[Path | None],
    kept: Path | None = None,
    *,
    decided: Path | None,
    archive: Path | None,
    force: bool,
) -> None:
    """Outputs that may not be written, and a filled-in report that is none, are told before anything is compared."""
    from matcher.duplicates import reports
    from matcher.duplicates.cases import check_decided

    check_apart(out, notes, kept)
    gather_temporary_files()
    if out is not None:
        check_output(out, reports.FORMATS, [*inputs, archive], force=force)
    if notes is not None:
        check_output_folder(notes, inputs, force=force, archive=archive)
    if decided is not None:
        check_decided(decided)


def _cases(findings: Findings, keeper: Keeper, place: Path, decided: Path | None) -> Cases:
    """What was decided before, and in the report that is read back, which `keeper` keeps in `place` from then on."""
    from matcher.duplicates.cases import read_decided

    if decided is None:
        return keeper.read()
    read, problems = read_decided(decided, findings, keeper.read())
    note_each(problems)
    known = keeper.keep(read)
    note(say("duplicates.read back", count=len(read), place=place))
    return known


def _write(findings: Findings, cases: Cases, out: Path | None, notes: Path | None, threshold: float) -> None:
    from matcher.duplicates import reports
    from matcher.duplicates.classifier import fitted
    from matcher.duplicates.notes import write_notes

    if notes is not None:
        with options.leftovers(notes):
            count = write_notes(reports.at_least(findings, threshold), cases, notes)
            note(say("duplicates.notes", count=count, notes=notes))
    if out is None:
        _print(findings, threshold)
        return
    count = reports.write(findings, out, threshold, fitted(), cases)
    note(say("duplicates.pairs", compared=findings.compared, count=count, threshold=threshold))


def _find(
    proposals: Iterable[Proposal],
    place: ArchivePlace | None,
    guide: Guide,
    readers: PairReaders,
    threshold: float,
) -> Findings:
    from matcher.archive import searching
    from matcher.duplicates import as_themselves, find

    (first, second), batch = readers, list(proposals)
    with searching(place, first) as search:
        note_each(search.records.notes if search else ())
        if search is not None and search.recall is not None and search.recall < 1:
            note(say("duplicates.recall", recall=search.recall))
        with options.share_of_work() as progress:
            findings = find(batch, first, search, guide, threshold, progress=progress, reader=second)
        note_each(as_themselves(batch, search))
        return findings


def _readers(encoder: str | None, device: str | None, workers: Executor | None) -> PairReaders:
    """Who reads the submissions; on the cluster if there is one."""
    from matcher.embeddings import PairReaders, load_encoder
    from matcher.scale.batches import spread

    computing = options.computing_of(encoder, device)
    return spread(PairReaders.of(load_encoder(encoder, computing)), workers, computing)


def _read_back(
    saved: Path, batch: Path, place: ArchivePlace | None, guide: Path | None, encoder: str | None
) -> Findings:
    from matcher.archive import searching
    from matcher.duplicates.saved import read_back
    from matcher.embeddings import FAST, load_encoder

    proposals = [row.proposal for row in options.read_batch(batch)]
    with searching(place, load_encoder(encoder or FAST)) as search:
        return read_back(saved, proposals, search, options.read_guide(guide))


def _print(findings: Findings, threshold: float) -> None:
    from matcher.duplicates.reports import advice, kind_name, team_name
    from matcher.segment import visible

    headings = (say(f"duplicates.column.{column}") for column in ("concern", "kind", "a", "b", "team"))
    table = plain_table(*headings, overflow="fold")
    shown = [p for p in findings.pairs if p.concern >= threshold]
    for pair in shown:
        a, b = (findings.proposals[name] for name in (pair.a, pair.b))
        earlier = spoken(bracketed(say("duplicates.earlier"))) if pair.archived else ""
        cells = [Text(visible(text)) for text in (f"{a.id} {a.title}", f"{b.id}{earlier} {b.title}")]
        kind, team = spoken(kind_name(pair.kind)), spoken(team_name(pair.same_team))
        table.add_row(f"{pair.concern:.2f}", kind, *cells, team)
    console = screen()
    console.print(table)
    console.print(Text(spoken(joined([say("duplicates.listed", count=len(shown)), advice()]))))
