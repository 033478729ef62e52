"""Reports as self-contained HTML pages, from the templates beside this file: no script, nothing fetched.

Every text that a template shows is in the language that was chosen, escaped, without the characters that nobody sees, and keeps
its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from matcher.message import Message
from matcher.screen import spoken
from matcher.segment import visible
from matcher.types import Span

if TYPE_CHECKING:
    from jinja2 import Environment

T = TypeVar("T")
FOLDER = Path(__file__).with_name("templates")
_LANGUAGE = Message("zh-CN", "en", "zh-CN")


def page(template: str, values: Mapping[str, object]) -> Iterator[str]:
    """The page in pieces, worked out as they are taken; rows may be iterators, so that a long report is never held as text."""
    yield from environment(FOLDER).get_template(template).generate({"lang": _LANGUAGE, **values})


@cache
def environment(folder: Path, *, breaks: bool = True) -> Environment:
    """The templates of a folder; without `breaks` the lines of a text are left to the style of the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup, escape

    def shown(value: object) -> object:
        """What stands for a value in a page: nothing for None, markup of the template's own as it is."""
        if value is None or hasattr(value, "__html__"):
            return "" if value is None else value
        text = escape(visible(spoken(str(value) if not isinstance(value, str) else value)))
        return Markup(str(text).replace("\n", "<br>")) if breaks and "\n" in text else text

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def stretches(
    text: str, marks: Iterable[tuple[int, int, T]], inner: Iterable[Span]
) -> Iterator[tuple[T | None, list[tuple[bool, str]]]]:
    """The text in order: of each of `marks` (start, end, mark), and of what lies between them (None), its pieces, each with
    whether it lies in one of the spans `inner`.

    Where two marks overlap the earlier keeps its part; one with nothing left is not there. Of two alike the first is.
    """
    spans, end = sorted(inner), 0
    for start, stop, mark in sorted(marks, key=lambda mark: mark[:2]):
        start = max(start, end)
        if start < stop:
            yield None, list(_pieces(text, end, start, spans))
            yield mark, list(_pieces(text, start, stop, spans))
            end = stop
    yield None, list(_pieces(text, end, len(text), spans))


def _pieces(text: str, start: int, end: int, spans: Iterable[Span]) -> Iterator[tuple[bool, str]]:
    for a, b in spans:
        a, b = max(a, start), min(b, end)
        if a < b:
            yield from ((False, text[start:a]), (True, text[a:b]))
            start = b
    yield False, text[start:end]
