"""What the commands share: their options, what these open and read, and how far long work is, on stderr."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from matcher import settings
from matcher.message import Catalogue, first_of, percent
from matcher.screen import note, note_each, screen, spoken

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from matcher.archive import ArchivePlace
    from matcher.embeddings import Computing
    from matcher.engine import Engine
    from matcher.readers.batch import Batch, Entry
    from matcher.scale.work import Executor
    from matcher.types import Guide

say = Catalogue(__file__)

GuideOption = Annotated[Path | None, typer.Option("--guide", "-g", help="guide-option")]
EncoderOption = Annotated[str | None, typer.Option(help="encoder-option")]
RerankerOption = Annotated[str | None, typer.Option(help="reranker-option")]
FastOption = Annotated[bool, typer.Option("--fast", help="fast-option")]
BatchArgument = Annotated[Path, typer.Argument(metavar="BATCH", help="batch-argument")]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", metavar="FIELD=COLUMN", help="column-option")
]
HeaderRowOption = Annotated[
    int | None, typer.Option("--header-row", metavar="N", min=1, help="header-row-option")
]
SheetOption = Annotated[str | None, typer.Option("--sheet", help="sheet-option")]
ReportOption = Annotated[Path, typer.Option("--out", "-o", help="report-option")]
NotesOption = Annotated[Path | None, typer.Option(help="notes-option")]
ByOfficeOption = Annotated[Path | None, typer.Option(metavar="DIR|ZIP", help="by-office-option")]
TemplatesOption = Annotated[Path | None, typer.Option(help="templates-option")]
WordOption = Annotated[bool, typer.Option("--word", help="word-option")]
ArchiveOption = Annotated[str | None, typer.Option(metavar="ARCHIVE", help="archive-option")]
DeviceOption = Annotated[str | None, typer.Option(metavar="DEVICE[,bf16][,batch=N]", help="device-option")]
ClusterOption = Annotated[str | None, typer.Option(metavar="ADDRESS", help="cluster-option")]
ForceOption = Annotated[bool, typer.Option("--force", help="force-option")]
JsonOption = Annotated[bool, typer.Option("--json", help="json-option")]
LISTED = settings.count("archive.contract.listed")
_NUMBERED = re.compile(r"\d\d(\d\d)?-")
_EVERY = settings.seconds("cli.progress.every")
R = TypeVar("R")


def open_engine(
    guide_file: Path | None,
    encoder: str | None,
    reranker: str | None = None,
    gated: bool = True,
    fast: bool = False,
    device: str | None = None,
) -> Engine:
    """The engine that the options name; what it has to tell (an index rebuilt) goes to stderr."""
    from concurrent.futures import ThreadPoolExecutor

    from matcher.embeddings import FAST, load_encoder

    chosen = encoder_of(encoder, fast=fast)
    computing = computing_of(chosen, device)
    with ThreadPoolExecutor() as threads:  # the shipped models are loaded while the rest is imported
        for shipped in {FAST, chosen} & {FAST, None}:  # what fails is told when the engine asks for it
            threads.submit(lambda name: load_encoder(name).fingerprint, shipped)
        from matcher.engine import Engine
        from matcher.segment import words

        words("")  # reads the dictionary, which each answer needs
    engine = Engine.open(guide_file, chosen, reranker=reranker, gated=gated, computing=computing)
    note_each(engine.notes)
    return engine


def read_guide(file: Path | None) -> Guide:
    """The guide that an option names, the shipped one without."""
    from matcher import guide, shipped

    return guide.read_guide(file or shipped.default_guide())


def encoder_of(encoder: str | None, *, fast: bool) -> str | None:
    """The encoder that the two options name, None for the shipped one; wrong usage with both."""
    from matcher.embeddings import FAST

    if fast and encoder:
        raise typer.BadParameter(say("options.fast"))
    return FAST if fast else encoder


def computing_of(encoder: str | None, device: str | None) -> Computing:
    """Where and how the encoder computes; wrong usage with a shipped one, which reads a text at a time on a core."""
    from matcher.embeddings import CPU, FAST, read_computing

    if device is None:
        return CPU
    if encoder in (None, FAST):
        raise typer.BadParameter(say("options.device"))
    return read_computing(device)


def open_cluster(address: str | None) -> AbstractContextManager[Executor | None]:
    """The cluster of an address, disconnected at the end of the block, with progress on stderr; None without one."""
    if address is None:
        return nullcontext()
    from matcher.scale.cluster import Cluster

    return Cluster(address, note)


def open_batch(
    path: Path, columns: list[str] | None, header_row: int | None, sheet: str | None = None
) -> Batch:
    """The batch that an argument and the options for tables name."""
    from matcher.guide.mistaken import is_guide
    from matcher.readers.batch import Batch
    from matcher.readers.table.columns import read_mapping

    return Batch(path, read_mapping(columns or []), header_row, sheet, is_guide)


def read_batch(
    path: Path, columns: list[str] | None = None, header_row: int | None = None
) -> Iterator[Entry]:
    """The entries of a batch, with progress on stderr; what could not be read is named there."""
    from rich.progress import SpinnerColumn, TimeElapsedColumn

    from matcher.readers.batch import BadRow

    read = bad = 0
    batch = open_batch(path, columns, header_row)
    bars = (SpinnerColumn(), spoken(say("progress.read")), "{task.speed}", TimeElapsedColumn())
    with _bar(*bars) as progress:
        task = progress.add_task("", total=None)
        for row in batch:
            if isinstance(row, BadRow):
                bad += 1
                named = say("row.unread", name=row.name, reason=row.reason)
                note(named if row.name else say("row.unread at", place=row.place, reason=row.reason))
                continue
            read += 1
            progress.advance(task)
            yield row
    note_each(batch.messages())
    note(say("rows.read", read=read, bad=bad))


def place_named(archive: str | Path | None) -> ArchivePlace | None:
    """The archive that is named, None if none is."""
    from matcher.archive import place_of

    return None if archive is None else place_of(archive)


def folder_of(place: ArchivePlace | None) -> Path | None:
    """The folder of an archive: what no output may take the place of."""
    return place if isinstance(place, Path) else None


def _bar(*columns: ProgressColumn | str) -> Progress:
    """A bar of these columns on stderr that is gone at the end; not drawn where that is no terminal."""
    from rich.progress import Progress

    console = screen(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def progress(rows: Iterable[R], total: int, done: int = 0) -> Iterator[R]:
    """The rows as they come, with rate and remaining time; `done` of the `total` were done before."""
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), "{task.fields[rate]}", TimeRemainingColumn())
    with _bar(*columns) as progress:
        task = progress.add_task("", total=total, completed=done, rate="")
        start = noted = 0.0
        for n, row in enumerate(rows):
            yield row
            now = time.monotonic()
            if not n:  # before it the encoder and other processes started: it tells nothing of the rest
                start = noted = now
            rate = n / max(now - start, 1e-9)
            progress.update(task, advance=1, rate=f"{rate:.0f} {spoken(say('progress.rate'))}")
            if progress.disable and now - noted > _EVERY:
                noted = now
                left = (total - done - n - 1) / rate
                note(say("progress.rows", done=done + n + 1, total=total, rate=rate, left=left))


@contextmanager
def share_of_work() -> Iterator[Callable[[float], None]]:
    """Takes the share of the work that is done, in [0, 1], and shows it until the end of the block."""
    from rich.progress import BarColumn, TaskProgressColumn, TimeRemainingColumn

    noted = time.monotonic()
    with _bar(BarColumn(), TaskProgressColumn(), TimeRemainingColumn()) as progress:
        task = progress.add_task("", total=1.0)

        def show(share: float) -> None:
            nonlocal noted
            progress.update(task, completed=share)
            if progress.disable and time.monotonic() - noted > _EVERY:
                noted = time.monotonic()
                note(say("progress.pairs", share=percent(share)))

        yield show


@contextmanager
def leftovers(*folders: Path | None) -> Iterator[list[str]]:
    """A list that holds, after the block, the names of the numbered files that an earlier run wrote into `folders` and the
    block did not write again, which it says: letters and findings that would be sent out with those of now."""
    present = [f for folder in folders if folder and folder.is_dir() for f in folder.iterdir()]
    before = {file: file.stat().st_ino for file in present if _NUMBERED.match(file.name) and file.is_file()}
    left: list[str] = []
    yield left
    left += sorted(
        file.name for file, inode in before.items() if file.exists() and file.stat().st_ino == inode
    )
    if left:
        note(say("leftovers", count=len(left), names=first_of(left, LISTED)))
