"""What a batch says of its reading: one line a table, Chinese first."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.readers.labels import EXTRA, PROPOSAL, first_name
from matcher.readers.table import Reading
from matcher.segment import visible

_USED = (*PROPOSAL, *EXTRA, "content", "goals", "background")
_MOST = 8  # names that a line lists


def said(
    batch: str,
    readings: Sequence[Reading],
    unread: Sequence[str],
    repeated: Sequence[str],
    lost: Sequence[str] = (),
) -> list[str]:
    """One line for each table with its columns, its sheets and what was left out, then what concerns the whole batch.

    `lost` says what was left out of forms.
    """
    lines = [_one(reading) for reading in readings if reading.columns]
    lines += [f"{reading.name}：{remark}" for reading in readings for remark in reading.remarks]
    if unread:
        lines.append(f"{batch}：未读的文件 / files not read: {_listed(unread)}")
    if lost:
        lines.append(f"{batch}：申报书中未读或未填的 / not read or not filled in: {_listed(lost, 200)}")
    if repeated:
        lines.append(f"{batch}：编号重复 / repeated ids: {_listed(repeated)}")
    return [visible(line).replace("\n", " ") for line in lines]


def _one(reading: Reading) -> str:
    total = sum(reading.rows.values())
    sheets = "，".join(f"{sheet} {count}" for sheet, count in reading.rows.items() if sheet)
    parts = [f"{reading.name}：{total} 行 / rows" + (f"（{sheets}）" if sheets else "")]
    used = {field: names for field, names in reading.columns.items() if field in _USED}
    taken = [f"{'、'.join(names)}→{first_name(field)}" for field, names in used.items()]
    parts.append(f"列 / columns: {'，'.join(taken)}")
    unused = [name for field, names in reading.columns.items() if field not in _USED for name in names]
    if unused or reading.unused:
        parts.append(f"未用的列 / not used: {_listed([*unused, *reading.unused])}")
    parts += [
        f"“{name}”像是{first_name(field)}，如果是请用 --column {first_name(field)}={name} / {name} may be the {field}"
        for name, field in reading.guessed[:3]
    ]
    if reading.unread:
        parts.append(
            "未读的工作表 / sheets not read: " + _listed([f"{name}（{why}）" for name, why in reading.unread])
        )
    if reading.skipped:
        parts.append(
            "不是申报书的行 / rows that are no proposals: "
            + _listed([f"{p}（{why}）" for p, why in reading.skipped])
        )
    if reading.hidden:
        parts.append(f"隐藏的行，已读入 / hidden rows, read: {_listed(reading.hidden)}")
    return "；".join(parts)


def _listed(names: Sequence[str], longest: int = 60) -> str:
    more = f" …（共 {len(names)}）" if len(names) > _MOST else ""
    return "、".join(name[:longest] for name in names[:_MOST]) + more
