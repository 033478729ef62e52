"""Topics of JSON as a table: a list, JSON lines, or the object that `guide --json` writes."""

from __future__ import annotations

import json
import re

from matcher.errors import DocumentError
from matcher.message import Catalogue
from matcher.readers.blocks import CellGrid

say = Catalogue(__file__)

# The keys under which topics become a table; a guide reader knows them all.
_COLUMNS = ("id", "section", "number", "title", "content", "office", "phone")
_LINE_END = re.compile(r"\r\n|\r|\n")


def json_table(text: str, name: str) -> CellGrid:
    """The topics in a JSON text, a header and a row for each; DocumentError if it holds no topics."""
    try:
        loaded = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        loaded = _json_lines(text, name)
    if isinstance(loaded, dict):
        loaded = loaded.get("topics", [loaded])
    if (
        not isinstance(loaded, list)
        or not loaded
        or not all(isinstance(t, dict) and t.get("title") for t in loaded)
    ):
        raise DocumentError(say("topics.no list", name=name))
    return [list(_COLUMNS), *(_row(topic) for topic in loaded)]


def _json_lines(text: str, name: str) -> list[object]:
    topics: list[object] = []
    for number, line in enumerate(_LINE_END.split(text), 1):
        try:
            if line.strip():
                topics.append(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            raise DocumentError(say("topics.line", name=name, line=number)) from error
    return topics


def _row(topic: dict[str, object]) -> list[str]:
    office = topic.get("office")
    if isinstance(office, dict):
        # An office that a group shares was not stated on this row: leave it to the group rule.
        stated = topic.get("office_source", "stated") == "stated"
        topic = {
            **topic,
            "office": office.get("name") if stated else "",
            "phone": office.get("phone") if stated else "",
        }
    return ["" if topic.get(c) is None else str(topic[c]) for c in _COLUMNS]
