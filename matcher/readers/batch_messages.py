"""What a batch says of its reading: one line a table, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from matcher import settings
from matcher.message import CLAUSE, COLON, COMMA, SEMICOLON, Message, bracketed, joined
from matcher.readers.labels import EXTRA, PROPOSAL, first_name
from matcher.readers.table import FileReading
from matcher.segment import visible

_USED = (*PROPOSAL, *EXTRA, "content", "goals", "background", "department")
_MOST = settings.count("readers.batch_messages.most")
_LOST = settings.characters("readers.batch_messages.lost")
_LINE = settings.characters("readers.batch_messages.line")
_GUESSED = settings.count("readers.batch_messages.guessed")


def batch_messages(
    batch: str,
    readings: Sequence[FileReading],
    unread: Sequence[str],
    repeated: Sequence[str],
    lost: Sequence[str] = (),
) -> list[Message]:
    """One line for each table with its columns, its sheets and what was left out, then what concerns the whole batch.

    `lost` says what was left out of forms.
    """
    lines = [_one(reading) for reading in readings if reading.columns]
    lines += [joined([reading.name, remark], COLON) for reading in readings for remark in reading.remarks]
    if unread:
        lines.append(joined([batch, _listed("未读的文件", "files not read", unread)], COLON))
    if lost:
        lines.append(
            joined([batch, _listed("申报书中未读或未填的", "not read or not filled in", lost, _LOST)], COLON)
        )
    if repeated:
        lines.append(joined([batch, _listed("编号重复", "repeated ids", repeated)], COLON))
    return [line.each(lambda text: visible(text).replace("\n", " ")) for line in lines]


def _one(reading: FileReading) -> Message:
    total = sum(reading.rows.values())
    sheets = [f"{sheet} {count}" for sheet, count in reading.rows.items() if sheet]
    rows = Message(f"{total} 行", f"{total} rows", f"{total} 行 / rows")
    parts: list[str] = [
        joined([reading.name, COLON, rows, bracketed(joined(sheets, CLAUSE)) if sheets else ""])
    ]
    used = {field: names for field, names in reading.columns.items() if field in _USED}
    taken = [
        joined([joined(names, COMMA), "→", Message(name := first_name(field), field, name)])
        for field, names in used.items()
    ]
    parts.append(_named("列", "columns", joined(taken, Message("，", "; ", "，"))))
    unused = [name for field, names in reading.columns.items() if field not in _USED for name in names]
    if unused or reading.unused:
        parts.append(_listed("未用的列", "not used", [*unused, *reading.unused]))
    parts += [
        Message(
            f"“{name}”像是{first_name(field)}，如果是请用 --column {first_name(field)}={name}",
            f"{name} may be the {field}; if so, --column {field}={name}",
        )
        for name, field in reading.guessed[:_GUESSED]
    ]
    if reading.unread:
        parts.append(_listed("未读的工作表", "sheets not read", _because(reading.unread)))
    if reading.skipped:
        parts.append(_listed("不是申报书的行", "rows that are no proposals", _because(reading.skipped)))
    if reading.hidden:
        parts.append(_listed("隐藏的行，已读入", "hidden rows, read", reading.hidden))
    return joined(parts, SEMICOLON)


def _because(left_out: Sequence[tuple[str, Message]]) -> list[Message]:
    return [joined([name, bracketed(why)]) for name, why in left_out]


def _named(zh: str, en: str, text: str) -> Message:
    """What a line tells under a name of its own."""
    return joined([Message(zh, en), Message("：", ": ", ": "), text])


def _listed(zh: str, en: str, names: Sequence[str], longest: int = _LINE) -> Message:
    """The first names of a list, each cut to its `longest`, and how many there are."""
    count = len(names)
    more = Message(f" …（共 {count}）", f" … ({count} in all)", f" …（共 {count}）") if count > _MOST else ""
    cut = [
        name.each(lambda text: text[:longest]) if isinstance(name, Message) else name[:longest]
        for name in names[:_MOST]
    ]
    return joined([_named(zh, en, joined(cut, COMMA)), more])
