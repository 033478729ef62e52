"""How far long work is: told so often that whoever listens can also stop it, by an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

# Takes the share of the work that is done, in [0, 1], never less than before.
Progress = Callable[[float], None]
T = TypeVar("T")


def silent(share: float) -> None:
    """Nobody listens."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a step that takes the work from the share `start` to `end`."""
    return lambda share: progress(start + (end - start) * share)


def halves(progress: Progress) -> tuple[Progress, Progress]:
    """The progress of two steps that take as long."""
    return part(progress, 0.0, 0.5), part(progress, 0.5, 1.0)


def steps(items: Sequence[T], progress: Progress) -> Iterator[T]:
    """The items in order; before each is told how far they are."""
    for number, item in enumerate(items):
        progress(number / len(items))
        yield item
