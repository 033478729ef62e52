"""Reports as self-contained HTML pages, from the templates beside this file: no script, nothing fetched.

Every text that a template shows is escaped, without the characters that nobody sees, and keeps its lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.segment import visible

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).with_name("templates")


def page(template: str, values: Mapping[str, object]) -> Iterator[str]:
    """The page in pieces, worked out as they are taken; rows may be iterators, so that a long report is never held as text."""
    yield from environment(FOLDER).get_template(template).generate(values)


@cache
def environment(folder: Path, *, breaks: bool = True) -> Environment:
    """The templates of a folder; without `breaks` the lines of a text are left to the style of the page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup, escape

    def shown(value: object) -> object:
        """What stands for a value in a page: nothing for None, markup of the template's own as it is."""
        if value is None or hasattr(value, "__html__"):
            return "" if value is None else value
        text = escape(visible(str(value)))
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
