"""Commands of the intake desk: sort a batch into a queue, for a report or in a season, and a season's corrected guide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli import options
from matcher.cli.season import BatchNumberOption, FileArgument, batch_of, open_season, path_of
from matcher.errors import INTERRUPTED, BatchError
from matcher.files import check_apart, check_file_or_folder, check_output, gather_temporary_files
from matcher.guide import read_guide
from matcher.message import CLAUSE, Catalogue, joined
from matcher.screen import note, note_each

if TYPE_CHECKING:
    from matcher.archive import ArchivePlace
    from matcher.engine import Engine
    from matcher.readers.batch import Batch
    from matcher.rules import Rules
    from matcher.scale.work import Executor
    from matcher.triage import Judged
    from matcher.triage.desk import BatchRows, Report
    from matcher.triage.notes import Written
    from matcher.triage.templates import Templates
    from matcher.types import Proposal

say = Catalogue(__file__)


def triage(
    batch: options.BatchArgument,
    out: options.ReportOption,
    guide_file: options.GuideOption = None,
    encoder: options.EncoderOption = None,
    fast: options.FastOption = False,
    device: options.DeviceOption = None,
    cluster: options.ClusterOption = None,
    columns: options.ColumnOption = None,
    header_row: options.HeaderRowOption = None,
    sheet: options.SheetOption = None,
    rules_file: Annotated[Path | None, typer.Option("--rules", help="rules-option")] = None,
    archive: options.ArchiveOption = None,
    by_office: options.ByOfficeOption = None,
    notes: options.NotesOption = None,
    templates: options.TemplatesOption = None,
    word: options.WordOption = False,
    force: options.ForceOption = False,
    resume: Annotated[bool, typer.Option("--resume", help="resume-option")] = False,
) -> None:
    """Example:  matcher triage proposals.xlsx --out report.xlsx"""
    from matcher.triage import desk
    from matcher.triage.templates import Templates

    drafts, place = Templates(templates), options.place_named(archive)
    inputs = [batch, guide_file, rules_file, options.folder_of(place)]
    _check_targets(out, by_office, notes, inputs, force=force, word=word, templates=templates)
    opened = options.open_batch(batch, columns, header_row, sheet)
    received = _received_rows(opened)
    engine = options.open_engine(guide_file, encoder, fast=fast, device=device)
    rules, earlier = _rules_of(rules_file, engine), _earlier(place)
    note_each(reading := opened.messages())
    with options.open_cluster(cluster) as workers:
        judged = _judged(engine, batch, received, (columns, header_row, sheet), out, workers, resume=resume)
    report = desk.report(engine.guide, batch.name, received, judged, rules, earlier, reading)
    _deliver(report, out, by_office, notes, drafts, word=word)
    _end(report, out)


def _end(report: Report, out: Path) -> None:
    """The journal has done its work; how many rows came to which verdict is said."""
    from matcher.triage.desk import guide_doubt
    from matcher.triage.resume import journal_of

    journal_of(out).unlink(missing_ok=True)
    _tell_counts(report)
    note_each(guide_doubt(report.guide, [row.judged for row in report.rows]))


def _tell_counts(report: Report) -> None:
    """How many rows came to which verdict, and why those that nobody can read could not be."""
    from matcher.triage.columns import verdict_name

    verdicts = ((verdict_name(verdict), count) for verdict, count in report.summary.verdicts.items())
    counts = joined((joined([name, f" {count}"]) for name, count in verdicts if count), CLAUSE)
    note(say("triage.counts", rows=len(report.rows), counts=counts))
    unread = [row for row in report.rows if row.judged.verdict == "unreadable"]
    for row in unread[: options.LISTED]:
        note(say("row.unread", name=row.proposal.id, reason=row.judged.reason))
    if len(unread) > options.LISTED:
        note(say("triage.more unread", more=len(unread) - options.LISTED))


def _check_targets(
    out: Path,
    by_office: Path | None,
    notes: Path | None,
    inputs: Sequence[Path | None],
    *,
    force: bool,
    word: bool,
    templates: Path | None,
) -> None:
    """Whatever is in the way is told before the work, not after it."""
    from matcher.triage.notes import check_notes
    from matcher.triage.reports import SUFFIXES

    if notes is None and (word or templates is not None):
        raise typer.BadParameter(say("triage.letters"))
    check_apart(out, by_office, notes)
    gather_temporary_files()
    check_output(out, SUFFIXES, inputs, force=force)
    if by_office is not None:
        check_file_or_folder(by_office, (".zip",), inputs, force=force)
    if notes is not None:
        check_notes(notes, inputs, force=force, word=word)


def _deliver(
    report: Report, out: Path, by_office: Path | None, notes: Path | None, templates: Templates, *, word: bool
) -> list[Written]:
    """Write the report, a part of it for each office, and the drafts, which are returned; say where they are."""
    from matcher.triage.notes import undecided_letters, write_notes
    from matcher.triage.reports import write_report, write_split

    write_report(report, out)
    note(say("written", out=out))
    written: list[Written] = []
    with options.leftovers(by_office, notes):
        if by_office is not None:
            for name, rows in write_split(report, by_office, out.suffix.lower()):
                note(say("triage.office rows", file=by_office / name, rows=rows))
        if notes is not None:
            written = write_notes(report, notes, templates, word=word)
            note(say("triage.notes", count=len(written), notes=notes))
            if undecided := undecided_letters([letter for letter, _ in written]):
                note(undecided)
    return written


def _received_rows(batch: Batch) -> BatchRows:
    """The rows of a batch, all read before the engine is made: a wrong file answers at once."""
    received = list(batch)
    if not received:
        raise BatchError(say("triage.empty", name=batch.name))
    return received


def _rules_of(named: Path | None, engine: Engine) -> Rules | None:
    """The rules that are named, or else those of the guide; what they do not cover is told."""
    from matcher.rules import read_rules, rules_for

    file = named or rules_for(engine.guide.id)
    if file is None:
        note(say("triage.no rules", id=engine.guide.id))
        return None
    rules = read_rules(file)
    if rules.guide != engine.guide.id:
        note(say("triage.other rules", guide=rules.guide, id=engine.guide.id))
    if rules.note:
        note(say("triage.rules", note=rules.note))
    return rules


def _earlier(place: ArchivePlace | None) -> list[Proposal]:
    """The submissions of earlier years, without their texts: rules ask who and when."""
    if place is None:
        return []
    from matcher.archive import open_records

    with open_records(place) as opened:
        return [replace(s.proposal, abstract="") for s in opened.submissions()]


def _judged(
    engine: Engine,
    batch: Path,
    received: BatchRows,
    chosen: object,
    out: Path,
    workers: Executor | None,
    *,
    resume: bool,
) -> list[Judged]:
    """What the desk says of every row, journalled beside `out` while it is worked out."""
    from matcher.scale.batches import judged_rows
    from matcher.triage import desk
    from matcher.triage.resume import digest, fingerprint, journal, journal_of

    key = fingerprint(digest(batch), chosen, *desk.basis(engine))
    judged: list[Judged] = []
    try:
        with journal(journal_of(out), key, resume=resume) as kept:
            judged += kept.done
            if resume:
                note(say("triage.going on", count=len(judged)))
            elif kept.dropped:
                note(say("triage.dropped", count=kept.dropped))
            done = len(judged)
            for row in options.progress(judged_rows(engine, received, done, workers), len(received), done):
                kept.write(row)
                judged.append(row)
    except KeyboardInterrupt:
        note(say("triage.stopped", count=len(judged)))
        raise SystemExit(INTERRUPTED) from None
    return judged


def season_add(
    file: FileArgument,
    batch: options.BatchArgument,
    fast: options.FastOption = False,
    columns: options.ColumnOption = None,
    header_row: options.HeaderRowOption = None,
    sheet: options.SheetOption = None,
) -> None:
    """Example:  matcher season add 2026 proposals.xlsx"""
    from matcher.engine import Engine
    from matcher.readers.batch import Entry
    from matcher.season import FORMER_START
    from matcher.triage import desk
    from matcher.triage.columns import is_report
    from matcher.triage.resume import digest

    with open_season(file) as opened:
        read = options.open_batch(batch, columns, header_row, sheet)
        received = _received_rows(read)
        if any(is_report(row.values) for row in received if isinstance(row, Entry)):
            raise BatchError(say("season.is report", name=batch.name, season=file))
        note_each(read.messages())
        key = digest(batch)
        opened.check_new(batch.name, key, digest(batch, FORMER_START))
        engine = Engine.open(opened.guide, options.encoder_of(None, fast=fast))
        judged = list(options.progress(desk.judged_rows(engine, received, shown=True), len(received)))
        report = desk.report(engine.guide, batch.name, received, judged, _rules_of(None, engine))
        note_each(report.reading)
        number = opened.add(report, key, [*read.messages(), *report.reading], repr(desk.basis(engine)[0]))
        note(say("season.added", number=number, count=len(report.rows)))
        _tell_counts(report)
        note_each(opened.resubmissions(number).messages())


def season_report(
    file: FileArgument,
    out: options.ReportOption,
    batch: BatchNumberOption = None,
    by_office: options.ByOfficeOption = None,
    notes: options.NotesOption = None,
    templates: options.TemplatesOption = None,
    word: options.WordOption = False,
    force: options.ForceOption = False,
) -> None:
    """Example:  matcher season report 2026 --out report.xlsx --notes letters"""
    from matcher.triage.notes import outdated_letters
    from matcher.triage.templates import Templates

    _check_targets(out, by_office, notes, [path_of(file)], force=force, word=word, templates=templates)
    drafts = Templates(templates)
    with open_season(file) as opened:
        number = batch_of(opened, batch)
        report = opened.report(number)
        if written := _deliver(report, out, by_office, notes, drafts, word=word):
            opened.batch(number).keep_letters(written)
        elif outdated := outdated_letters(report):
            note(outdated)


def season_guide(
    file: FileArgument,
    guide_file: Annotated[Path, typer.Argument(metavar="GUIDE", help="season-guide-file")],
    fast: options.FastOption = False,
) -> None:
    """Example:  matcher season guide 2026 corrected-guide.docx"""
    from matcher.engine import Engine
    from matcher.season import Correction, take_corrected

    with open_season(file) as opened:
        correction = Correction.between(opened.guide, read_guide(guide_file))
        correction.check()
        note_each(correction.messages())
        engine = Engine.open(correction.after, options.encoder_of(None, fast=fast))
        note_each(take_corrected(opened, guide_file, correction, engine, options.progress))
