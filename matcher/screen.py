"""The one way to print: what people read never obeys the text of a proposal, and what programs read is one line."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.segment import Segment

from matcher import message, settings
from matcher.message import Language
from matcher.segment import visible

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderableType
    from rich.table import Table

_NARROWEST = settings.columns("screen.narrowest")
# Records hold no circle, and to look for one takes a fifth of the time.
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False)
# The languages of this process's messages, chosen once by `speak`.
_spoken: list[Language] = ["both"]
# What a terminal obeys, ends a line somewhere, or turns the reading order; JSON may hold all of it escaped.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def speak(language: Language) -> None:
    """Choose the language of all that people read from now on; programs read both."""
    _spoken[0] = language


def spoken(text: str) -> str:
    """A text in the language that was chosen."""
    return message.spoken(text, _spoken[0])


class Screen(Console):
    """A console whose styles are its own: control characters in the text are shown as spaces, [b] and :key: as they are."""

    def __init__(self, *, stderr: bool, width: int | None = None) -> None:
        """For standard output or `stderr`, as wide as the terminal or of this `width` in columns."""
        super().__init__(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of what is printed, cleaned; those that steer the terminal for a progress bar stay."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(visible(text), style)


def screen(*, stderr: bool = False) -> Screen:
    """Where people read: as wide as the terminal or as COLUMNS says, and never too narrow for a table when piped."""
    console = Screen(stderr=stderr)
    if console.is_terminal or os.environ.get("COLUMNS", "").isdecimal():
        return console
    return Screen(stderr=stderr, width=max(console.width, _NARROWEST))


def plain_table(*headings: str, **columns: Any) -> Table:
    """An empty table without lines, below grey headings; `columns` is what rich makes each of them by."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(spoken(heading), **columns)
    return table


def shortened(text: str, most: int) -> str:
    """The text on one line as it may be shown, cut to `most` characters with … at the end."""
    shown = " ".join(visible(text).split())
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def note(text: str) -> None:
    """One line for people on stderr."""
    if sys.stderr is not None:  # closed: print would turn to standard output
        print(" ".join(visible(spoken(text)).split()), file=sys.stderr)


def note_each(texts: Iterable[str]) -> None:
    """Each text as a line for people on stderr."""
    for text in texts:
        note(text)


def print_row(*cells: str) -> None:
    """One line for people and programs on stdout, with tabs between its cells."""
    print("\t".join(visible(cell).replace("\n", " ") for cell in cells))


def json_line(value: Any) -> str:
    """The value as JSON on one line with its end, safe to show on a terminal and to split at line ends."""
    text = _JSON.encode(value)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
