"""What a batch says of its reading: one line a table, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from matcher import settings
from matcher.message import CLAUSE, COLON, COMMA, SEMICOLON, Catalogue, Message, bracketed, joined
from matcher.readers.fields.joined import inferred
from matcher.readers.fields.labels import EXTRA, PROPOSAL, field_name
from matcher.readers.table.body import FileReading
from matcher.readers.table.columns import TEXTS
from matcher.segment import visible

say = Catalogue(__file__)

_USED = (*PROPOSAL, *EXTRA, *TEXTS, "department")
_MOST = settings.count("readers.batch_messages.most")
_LOST = settings.characters("readers.batch_messages.lost")
_LINE = settings.characters("readers.batch_messages.line")
_PLACES = settings.count("readers.batch.places")
_COLUMNS = settings.count("readers.batch_messages.columns")
_GUESSED = settings.count("readers.batch_messages.guessed")


def batch_messages(
    batch: str,
    readings: Sequence[FileReading],
    unread: Sequence[str],
    repeated: Sequence[str],
    lost: Sequence[str],
) -> list[Message]:
    """One line for each table with its columns, its sheets and what was left out, then what concerns the whole batch.

    `lost` says what was left out of forms.
    """
    lines = [_one(reading) for reading in readings if reading.columns]
    lines += [joined([reading.name, remark], COLON) for reading in readings for remark in reading.remarks]
    of_batch = [*_listed("files", unread), *_listed("forms", lost, _LOST), *_listed("ids", repeated)]
    lines += [joined([batch, line], COLON) for line in of_batch]
    return [line.each(lambda text: visible(text).replace("\n", " ")) for line in lines]


def _one(reading: FileReading) -> Message:
    sheets = [f"{sheet} {count}" for sheet, count in reading.rows.items() if sheet]
    rows = say("list total", rows=sum(reading.rows.values()))
    within = bracketed(joined(sheets, CLAUSE)) if sheets else ""
    parts = [joined([reading.name, COLON, rows, within])]
    used = {field: names for field, names in reading.columns.items() if field in _USED}
    taken = [_taken(_first(names, _COLUMNS), field_name(field)) for field, names in used.items()]
    parts.append(_named("columns", joined(taken, Message("，", "; ", "，"))))
    parts += _listed("inferred", [name for f, names in used.items() for name in names if inferred(name, f)])
    unused = [name for field, names in reading.columns.items() if field not in _USED for name in names]
    parts += _listed("unused", [*unused, *reading.unused])
    for kind, counts in (("unnamed", reading.unnamed), ("unjudged", reading.unjudged)):
        parts += _listed(kind, [say("rows of column", name=n, rows=c) for n, c in counts.items()])
    parts += [say("may be", name=name, field=field_name(field)) for name, field in reading.guessed[:_GUESSED]]
    parts += _listed("sheets", _because(reading.unread), _LOST)
    parts += _listed("rows", _because(reading.skipped), _LOST)
    if reading.columns.keys() & {"title", "declared"}:
        parts += _listed("untitled", reading.untitled)
    parts += _listed("hidden", reading.hidden)
    read = {name for names in used.values() for name in names}  # what is not used is named above
    columns = dict.fromkeys(at for name, at in reading.hidden_columns if name in read)
    return joined([*parts, *_listed("hidden columns", list(columns))], SEMICOLON)


def _taken(columns: Message, field: Message) -> Message:
    """The columns that a field was taken from, and the field unless that is how they are called."""
    both = joined([columns, "→", field])
    spoken = zip(columns.forms, field.forms, both.forms, strict=True)
    text, zh, en = (column if column == name else mapped for column, name, mapped in spoken)
    return Message(zh, en, text)


def _because(left_out: Sequence[tuple[str, Message]]) -> list[Message]:
    """What was left out, those with the same reason together."""
    reasons: dict[Message, list[str]] = {}
    for name, why in left_out:
        reasons.setdefault(why, []).append(name)
    return [joined([_first(names, _PLACES), bracketed(why)]) for why, names in reasons.items()]


def _first(names: Sequence[str], most: int, longest: int = _LINE) -> Message:
    """The first of some names, each cut to its `longest`, and how many there are."""
    more = say("list and more", count=len(names)) if len(names) > most else ""
    cut = [
        name.each(lambda text: _cut(text, longest)) if isinstance(name, Message) else _cut(name, longest)
        for name in names[:most]
    ]
    return joined([joined(cut, COMMA), more])


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _named(kind: str, text: str) -> Message:
    """What a line tells under a name of its own."""
    return say("list", name=say(f"list.{kind}"), names=text)


def _listed(kind: str, names: Sequence[str], longest: int = _LINE) -> list[Message]:
    """The first names of a list under its own name; [] of none."""
    return [_named(kind, _first(names, _MOST, longest))] if names else []
