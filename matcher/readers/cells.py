"""A cell of a table as text."""

from __future__ import annotations

import re
from datetime import date, datetime, time

_RETURN = re.compile(r"_x000[Dd]_")


def cell_text(value: object) -> str:
    """A cell as text: 2021.0 as "2021", dates in ISO form, truth as TRUE and FALSE, an empty cell as ""."""
    if isinstance(value, str):
        # Excel writes control characters as _x000D_; they are line ends that nobody sees.
        return _RETURN.sub("", value) if "_x000" in value else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain_text(value: object) -> str:
    """A cell as text in one line, without white space around it."""
    return " ".join(cell_text(value).strip("\ufeff \t\r\n\u3000\x00").split())
