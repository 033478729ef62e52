"""Commands of the archive of earlier submissions: add, list, remove, verify, rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from matcher import settings
from matcher.cli import options
from matcher.cli.help import Commands
from matcher.message import Catalogue
from matcher.screen import note, note_each, print_row

if TYPE_CHECKING:
    from matcher.archive import Records

say = Catalogue(__file__)

_WAIT = settings.seconds("archive.contract.wait_for_readers")

PlaceArgument = Annotated[str, typer.Argument(metavar="ARCHIVE", help="place-argument")]

archive = Commands("archive")


def _records(place: str) -> Records:
    from matcher.archive import open_records, place_of

    return open_records(place_of(place))


@archive.command()
def add(
    place: PlaceArgument,
    batch: options.BatchArgument,
    encoder: options.EncoderOption = None,
    device: options.DeviceOption = None,
    cluster: options.ClusterOption = None,
) -> None:
    """Example:  matcher archive add earlier proposals-2023.xlsx"""
    from matcher.archive import open_archive, place_of
    from matcher.embeddings import FAST, load_encoder
    from matcher.scale.batches import add

    computing = options.computing_of(encoder, device)
    loaded = load_encoder(encoder or FAST, computing)
    with (
        options.open_cluster(cluster) as workers,
        open_archive(place_of(place), loaded, create=True) as opened,
    ):
        note_each(opened.notes)
        added = add(opened, (row.proposal for row in options.read_batch(batch)), workers, computing)
    note_each(added.messages())


@archive.command("list")
def list_(place: PlaceArgument) -> None:
    """Example:  matcher archive list earlier"""
    damaged = 0
    with _records(place) as opened:
        for row in opened.stored():
            p = row.proposal
            print_row(p.id, p.year, p.title, p.organisation, p.principal_investigator)
            if not row.sound:
                damaged += 1
                note(say("archive.text", id=p.id))
        note_each(opened.notes)
        note(say("archive.listed", count=len(opened), version=opened.version))
    if damaged:
        raise typer.Exit(1)


@archive.command()
def remove(
    place: PlaceArgument,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="archive-remove-ids")],
    year: Annotated[str | None, typer.Option(help="archive-remove-year")] = None,
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="archive-remove-wait")] = _WAIT,
) -> None:
    """Example:  matcher archive remove earlier 2023-017"""
    with _records(place) as opened:
        count = opened.remove(ids, year, wait)
        note_each(opened.notes)
        erased = not opened.unerased
    if erased:
        note(say("archive.removed", count=count))


@archive.command()
def verify(
    place: PlaceArgument, encoder: Annotated[str | None, typer.Option(help="archive-verify-encoder")] = None
) -> None:
    """Example:  matcher archive verify earlier"""
    from matcher.embeddings import load_encoder

    with _records(place) as opened:
        problems = opened.verify(load_encoder(encoder) if encoder else None)
    note_each(problems)
    if problems:
        raise typer.Exit(1)
    note(say("archive.sound"))


@archive.command()
def rebuild(place: PlaceArgument, encoder: options.EncoderOption = None) -> None:
    """Example:  matcher archive rebuild earlier"""
    from matcher.embeddings import FAST, load_encoder

    with _records(place) as opened:
        count, notes = opened.rebuild(load_encoder(encoder or FAST))
    note_each(notes)
    note(say("archive.rebuilt", count=count))
