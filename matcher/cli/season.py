"""Commands of a season, a file that keeps a filing season's batches and decisions; `commands` names them, with those of intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli.help import Commands
from matcher.errors import SeasonError
from matcher.message import COMMA, Catalogue, Message, bracketed, joined
from matcher.screen import note, note_each, print_row, spoken

if TYPE_CHECKING:
    from matcher.season import Season
    from matcher.triage.desk import ReportRow

say = Catalogue(__file__)

season = Commands("season")
FileArgument = Annotated[str, typer.Argument(metavar="SEASON", help="file-argument")]
BatchNumberOption = Annotated[
    int | None, typer.Option("--batch", metavar="N", min=1, help="batch-number-option")
]


def open_season(name: str) -> Season:
    """The season that a name stands for, to be closed at the end of a block; SeasonError where there is none."""
    from matcher.season import Season

    return Season(path_of(name))


def path_of(name: str) -> Path:
    """The file that a season's name stands for: a path as it is, a bare name in the user's data folder."""
    from matcher.season import SUFFIX, default_folder

    path = Path(name)
    if path.name in ("", ".."):
        raise SeasonError(say("season.no name", name=name))
    file = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
    if path.parent != Path() or (file == path and path.exists()):
        return file
    # A folder called 2026 that happens to be here is no season of that name; 2026.season is, where there is no other.
    there = default_folder() / file
    return file if file.is_file() and not there.exists() else there


def new(
    file: FileArgument,
    guide_file: Annotated[Path, typer.Option("--guide", "-g", help="season-new-guide-file")],
) -> None:
    """Example:  matcher season new 2026 --guide guide.docx"""
    from matcher.season import Season

    with Season.new(path_of(file), guide_file) as opened:
        note(say("season.made", file=opened.file, count=len(opened.guide.topics)))


def list_(folder: Annotated[Path | None, typer.Argument(help="season-list-folder")] = None) -> None:
    """Example:  matcher season list"""
    from matcher.season import SUFFIX, default_folder, local_time, season_line

    folder = folder or default_folder()
    if not (files := sorted(folder.glob(f"*{SUFFIX}"))):
        note(say("season.none", folder=folder))
    for file in files:
        try:
            line = season_line(file)
            counts, last = say("season.decided", decided=f"{line.decided}/{line.rows}"), line.last
            print_row(file.stem, spoken(counts), line.guide, local_time(last.time), last.who)
        except SeasonError as error:
            note(error.message)


def open_(file: FileArgument) -> None:
    """Example:  matcher season open 2026"""
    from matcher.report import counted
    from matcher.season import local_time

    with open_season(file) as opened:
        print_row(opened.guide.title + spoken(bracketed(counted(len(opened.guide.topics)))))
        for line in opened.batches():
            decided = say("season.decided", decided=f"{line.decided}/{line.rows}")
            print_row(str(line.id), line.name, local_time(line.received), spoken(decided))
            note_each([*line.messages, *opened.resubmissions(line.id).messages()])


def decide(
    file: FileArgument,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="season-decide-ids")],
    topic: Annotated[str, typer.Option(help="season-decide-topic")],
    batch: BatchNumberOption = None,
) -> None:
    """Example:  matcher season decide 2026 p-17 p-18 --topic 建议
    matcher season decide 2026 p-17 p-18 --topic suggested
    """
    from matcher.season import NONE, WITHDRAWN
    from matcher.triage.columns import choice_name
    from matcher.triage.decisions import UNDECIDED, meaning
    from matcher.triage.declared import DeclaredReader

    with open_season(file) as opened:
        seen, number = opened.version, batch_of(opened, batch)
        rows = _rows(opened, number, ids)
        word = meaning(topic) if topic else "undecided"
        written = DeclaredReader(opened.guide.topics).read(topic).topic_id or topic
        choices = {}
        for row in (rows[id_] for id_ in ids):
            named = {
                "declared": row.judged.declared,
                "suggested": row.accepted,
                "none": NONE,
                "withdrawn": WITHDRAWN,
                "undecided": UNDECIDED,
            }
            choice = named[word] if word else written
            if choice is None or (word == "suggested" and not choice):
                # Else what was decided before would be lost.
                raise SeasonError(say("season.no choice", id=row.proposal.id, topic=topic))
            choices[row.place] = choice
        opened.decide(number, choices, seen)
        for id_ in ids:
            row = rows[id_]
            before, after = choice_name(row.corrected), choice_name(choices[row.place])
            note(say("season.set", row=id_, before=before, after=after))


def note_(
    file: FileArgument,
    id_: Annotated[str, typer.Argument(metavar="ID", help="season-note-id")],
    words: Annotated[list[str], typer.Argument(metavar="TEXT...", help="season-note-text")],
    batch: BatchNumberOption = None,
) -> None:
    """Example:  matcher season note 2026 p-17 等补交合作协议
    matcher season note 2026 p-17 waits for the agreement
    """
    text = " ".join(words).strip()
    with open_season(file) as opened:
        number = batch_of(opened, batch)
        row = _rows(opened, number, [id_])[id_]
        opened.batch(number).note({row.place: text}, {row.place: row.remark})
        none = say("season.no note")
        note(say("season.set", row=id_, before=row.remark or none, after=text or none))


def _rows(opened: Season, number: int, ids: Sequence[str]) -> dict[str, ReportRow]:
    """The rows of a batch by id, by @place, which is no other row's id, and in a workbook by place; SeasonError for one of `ids`
    that none of them has, or several. A bare number is an id and no place."""
    from matcher.season import place_name

    stored = opened.report(number).rows
    rows = {key: row for row in stored for key in (row.place, f"@{row.place}") if not key.isdecimal()}
    rows |= {row.proposal.id: row for row in stored}
    if unknown := [id_ for id_ in ids if id_ not in rows]:
        places = [f"@{id_}" for id_ in unknown if f"@{id_}" in rows]
        raise SeasonError(_nowhere(opened, number, unknown, places))
    for id_ in ids:
        places = [
            joined([f"'@{row.place}'", bracketed(place_name(row.place))])
            for row in stored
            if row.proposal.id == id_
        ]
        if (count := len(places)) > 1:
            raise SeasonError(say("season.several rows", id=id_, count=count, places=joined(places, COMMA)))
    return rows


def _nowhere(opened: Season, number: int, unknown: Sequence[str], rows: Sequence[str]) -> Message:
    """That a batch has no rows of these ids, and which other batches do; `rows` are places that may be meant."""
    elsewhere = [
        joined([f"--batch {line.id}", bracketed(joined(there, COMMA))])
        for line in opened.batches()
        if line.id != number
        and (held := opened.batch(line.id).ids())
        and (there := [id_ for id_ in unknown if id_ in held])
    ]
    if not elsewhere:
        rows_meant = say("season.row meant", rows=joined(rows, COMMA)) if rows else ""
        return say("season.no id", number=number, unknown=joined(unknown, COMMA), rows=rows_meant)
    places = joined(elsewhere, COMMA)
    return say("season.id elsewhere", number=number, unknown=joined(unknown, COMMA), places=places)


def undo(file: FileArgument, batch: BatchNumberOption = None) -> None:
    """Example:  matcher season undo 2026"""
    with open_season(file) as opened:
        if batch is not None:
            opened.batch(batch)  # named if there is none
        taken = opened.undo(batch)
        for row in taken:
            now, named = row.words, f"{row.id} {row.title}"
            of_row = say("season.note of", row=named) if row.action == "undo note" else named
            note(say("season.undone row", batch=row.batch, row=of_row, before=now.before, after=now.after))
        note(say("season.undone", count=len(taken)) if taken else say("season.nothing undone"))


def bring(
    file: FileArgument,
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT...", help="season-bring-reports")],
) -> None:
    """Example:  matcher season bring 2026 report.xlsx"""
    from matcher.season import bring as bring_home

    with open_season(file) as opened:
        for report in reports:
            understood, problems = bring_home(opened, report)
            for id_, choice in understood:
                note(joined([id_, choice], " → "))
            note_each(problems)
            note(say("season.read", name=report.name, count=len(understood)))


def log(
    file: FileArgument,
    batch: Annotated[int | None, typer.Option("--batch", metavar="N", min=1, help="season-log-batch")] = None,
) -> None:
    """Example:  matcher season log 2026"""
    from matcher.season import Change

    with open_season(file) as opened:
        if batch is not None:
            opened.batch(batch)  # refuses one that is not there
        note(joined([say(f"season.log.{field.name}") for field in fields(Change)], " · "))
        for change in opened.audit.history(batch):
            cells = astuple(change.words)
            print_row(*(spoken(cell) if isinstance(cell, str) else str(cell or "") for cell in cells))


def remove(
    file: FileArgument,
    batch: Annotated[int, typer.Option("--batch", metavar="N", min=1, help="season-remove-batch")],
) -> None:
    """Example:  matcher season remove 2026 --batch 2"""
    with open_season(file) as opened:
        lines = {line.id: line for line in opened.batches()}
        opened.remove(batch)
        line = lines[batch]
        note(say("season.removed", batch=batch, name=line.name, count=line.rows, decided=line.decided))


def batch_of(opened: Season, number: int | None) -> int:
    """The id of the batch that an option names, by default the last one, which is said; SeasonError where there is none."""
    lines = opened.batches()
    if not lines:
        raise SeasonError(say("season.no batch"))
    if number is None and len(lines) > 1:
        note(say("season.last batch", number=lines[-1].id, name=lines[-1].name, count=len(lines)))
    return lines[-1].id if number is None else number
