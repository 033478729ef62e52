"""How far long work is, on stderr: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from matcher import settings
from matcher.message import Catalogue, percent
from matcher.screen import note, screen, spoken

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

say = Catalogue(__file__)

_EVERY = settings.seconds("cli.progress.every")
R = TypeVar("R")


def bar(*columns: ProgressColumn | str) -> Progress:
    """A bar of these columns on stderr that is gone at the end; not drawn where that is no terminal."""
    from rich.progress import Progress

    console = screen(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def progress(rows: Iterable[R], done: int, total: int) -> Iterator[R]:
    """The rows as they come, with rate and remaining time."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    start = noted = time.monotonic()
    with bar(*columns) as progress:
        task = progress.add_task("", total=total, completed=done, rate="")
        for n, row in enumerate(rows, 1):
            yield row
            now = time.monotonic()
            rate = n / max(now - start, 1e-9)
            progress.update(task, advance=1, rate=f"{rate:.0f} {spoken(say('progress.rate'))}")
            if progress.disable and now - noted > _EVERY:
                noted = now
                left = (total - done - n) / rate
                note(say("progress.rows", done=done + n, total=total, rate=rate, left=left))


@contextmanager
def share_of_work() -> Iterator[Callable[[float], None]]:
    """Takes the share of the work that is done, in [0, 1], and shows it until the end of the block."""
    from rich.progress import BarColumn, TaskProgressColumn, TimeRemainingColumn

    noted = time.monotonic()
    with bar(BarColumn(), TaskProgressColumn(), TimeRemainingColumn()) as progress:
        task = progress.add_task("", total=1.0)

        def show(share: float) -> None:
            nonlocal noted
            progress.update(task, completed=share)
            if progress.disable and time.monotonic() - noted > _EVERY:
                noted = time.monotonic()
                note(say("progress.pairs", share=percent(share)))

        yield show
