"""Batches of proposals: rows of a table or JSON lines to records, in order, none dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from matcher.errors import BatchError
from matcher.readers import Row, read_rows
from matcher.segment import fold
from matcher.types import Proposal

# The column names that people use for each field, as `_key` folds them.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "项目编号", "申请编号", "申报编号", "受理编号", "序号", "no", "number", "proposalid"),
    "title": ("title", "项目名称", "课题名称", "题目", "名称", "标题", "项目题目", "projecttitle", "name"),
    "abstract": (
        "abstract", "摘要", "项目摘要", "内容摘要", "中文摘要", "项目简介", "简介", "研究内容", "主要研究内容", "内容",
        "summary", "description", "text",
    ),
    "declared": ("declared", "申报课题", "申报方向", "所报课题", "选题", "申报指南方向", "指南方向", "课题编号", "topic", "declaredtopic"),
    "organisation": ("organisation", "organization", "申报单位", "单位", "承担单位", "依托单位", "单位名称", "institution"),
    "principal_investigator": ("principalinvestigator", "负责人", "项目负责人", "课题负责人", "申请人", "主持人", "姓名", "pi", "applicant"),
    "year": ("year", "年度", "年份", "申报年度"),
}  # fmt: skip

# Columns that no match needs but that filing rules ask for, and the column that they are kept under.
RULE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "members": ("members", "成员", "项目组成员", "课题组成员", "主要成员", "项目成员", "参加人员", "参与人员", "参与人", "团队成员"),
    "budget": ("budget", "经费", "申请经费", "申报经费", "申请金额", "经费预算", "预算", "资助经费", "申请资助经费", "申请财政经费"),
    "submitted": ("submitted", "提交时间", "提交日期", "申报日期", "申报时间", "报送时间", "报送日期", "填报时间", "受理时间"),
    "running": ("running", "在研项目", "在研", "未结题项目", "在研项目情况", "是否有在研项目", "承担在研项目", "runningprojects"),
    "born": ("born", "出生日期", "出生年月", "出生年月日", "dateofbirth", "birthdate"),
}  # fmt: skip
# What one cell may hold: no proposal is near it, and a longer cell is a mistake or an attack.
LONGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: its line in the file (from 1) and why, for people."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposal as it stands in its batch: its line (from 1), and what only filing rules ask for.

    `extra` maps the names of RULE_COLUMNS that the batch has to their text ("" in an empty cell).
    """

    line: int
    proposal: Proposal
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A proposal with its judgement: `relevant` maps topic ids to grades (2 best, 1 acceptable).

    An empty `relevant` says that nothing in the guide fits. `style`, `language` and `author`
    group the figures of an evaluation; "" where unknown.
    """

    proposal: Proposal
    relevant: Mapping[str, int]
    style: str
    language: str
    author: str


def _key(name: str) -> str:
    """A column name as it is compared: folded, lower case, without spaces, marks or brackets."""
    return "".join(c for c in fold(name).lower().partition("(")[0] if c.isalnum())


def field_names(columns: Mapping[str, object], *, for_rules: bool = False) -> dict[str, str]:
    """field → the column that holds it, for the columns that are understood; of RULE_COLUMNS if `for_rules`."""
    return dict(_field_names(tuple(columns), for_rules))


@lru_cache(maxsize=64)
def _field_names(columns: tuple[str, ...], for_rules: bool) -> tuple[tuple[str, str], ...]:
    """`field_names`, once for all rows of a table."""
    keys = {_key(column): column for column in reversed(columns)}
    known = RULE_COLUMNS if for_rules else COLUMNS
    found = ((name, next((keys[n] for n in names if n in keys), None)) for name, names in known.items())
    return tuple((name, column) for name, column in found if column is not None)


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """field → column of options such as "abstract=研究摘要"; BatchError for a field that does not exist."""
    mapping: dict[str, str] = {}
    fields = (*COLUMNS, *RULE_COLUMNS)
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column or name not in fields:
            raise BatchError(
                f"--column {pair}：应写成 字段=列名，字段为 {'、'.join(fields)} 之一。 / "
                f"--column {pair}: write FIELD=COLUMN with one of the fields {', '.join(fields)}."
            )
        mapping[name] = column
    return mapping


def _rows(path: Path, mapping: Mapping[str, str] | None = None) -> Iterator[tuple[Row, dict[str, str]]]:
    """Rows with the columns of their fields; a row without title and abstract gets an error.

    BatchError when that is so from the first readable row on: then the file is another kind of table.
    """
    any_read = False
    for row in read_rows(path):
        if row.error is not None:
            yield row, {}
            continue
        fields = field_names(row.values)
        for name, column in (mapping or {}).items():
            if column in row.values:
                fields[name] = column
            elif not any_read:
                raise BatchError(
                    f"{path.name} 没有 --column 所说的列 {column}：只有 {_listed(row)}。 / "
                    f"{path.name} has no column {column} as --column says; found {_listed(row)}."
                )
        if {"title", "abstract"} & fields.keys():
            any_read = True
            yield row, fields
        elif any_read:
            missing = "缺少 title（项目名称）和 abstract（摘要） / neither title nor abstract"
            yield Row(row.line, row.values, missing), {}
        else:
            raise BatchError(
                f"{path.name} 第 {row.line} 行缺少列：需要 title（项目名称）或 abstract（摘要），"
                f"只有 {_listed(row)}；请改列名，或用 --column title=列名。 / {path.name} line {row.line}: expected a"
                f" column title or abstract, found {_listed(row)}; rename the columns or use --column title=COLUMN."
            )


def _listed(row: Row) -> str:
    return ", ".join(str(c)[:40] for c in list(row.values)[:12]) or "∅"


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _proposal(row: Row, fields: Mapping[str, str]) -> Proposal:
    values = {name: _text(row.values[fields[name]]) if name in fields else "" for name in COLUMNS}
    return Proposal(**{**values, "id": values["id"] or f"line-{row.line}"})


def _extra(row: Row, fields: Mapping[str, str]) -> dict[str, str]:
    """The cells that rules ask for; a bare amount takes the unit that its column names, as 经费（万元）."""
    columns = {
        **field_names(row.values, for_rules=True),
        **{n: c for n, c in fields.items() if n in RULE_COLUMNS},
    }
    extra = {name: _text(row.values[column]) for name, column in columns.items()}
    unit = re.search(r"[（(]\s*(万元|元)\s*[)）]", columns.get("budget", ""))
    if unit and re.fullmatch(r"[\d.,，]+", extra["budget"]):
        extra["budget"] += unit[1]
    return extra


def _too_long(row: Row) -> bool:
    return any(isinstance(value, str) and len(value) > LONGEST_CELL for value in row.values.values())


def read_entries(path: Path, mapping: Mapping[str, str] | None = None) -> Iterator[Entry | BadRow]:
    """The rows of a batch in order: an Entry each, and a BadRow for each that could not be read.

    `mapping` names the columns of fields whose own names are not understood. A row without an id
    is called `line-<n>`. Raises DocumentError for a file that cannot be read and BatchError,
    naming the columns found, where title and abstract are both missing.
    """
    for row, fields in _rows(path, mapping):
        if row.error is not None:
            yield BadRow(row.line, row.error)
        elif _too_long(row):
            most = f"{LONGEST_CELL:,}"
            yield BadRow(row.line, f"有一格超过 {most} 个字符 / a cell holds more than {most} characters")
        else:
            yield Entry(row.line, _proposal(row, fields), _extra(row, fields))


def read_proposals(path: Path) -> Iterator[Proposal | BadRow]:
    """The proposals of a batch in order, without what only filing rules ask for; errors as `read_entries`."""
    for row in read_entries(path):
        yield row if isinstance(row, BadRow) else row.proposal


def read_labelled(path: Path) -> list[Labelled]:
    """The labelled proposals of an evaluation file (JSON lines with `relevant`).

    Raises BatchError naming the line of the first row that is unreadable or has no valid
    `relevant`: an evaluation that skips rows is no evaluation.
    """
    labelled = []
    for row, fields in _rows(path):
        relevant = row.values.get("relevant") if row.error is None else None
        if not isinstance(relevant, dict) or not all(
            type(g) is int and g in (0, 1, 2) for g in relevant.values()
        ):
            why = row.error or "relevant"
            raise BatchError(
                f'{path.name} 第 {row.line} 行不能用于评测（{why}）：每行须有 "relevant": {{课题编号: 2 或 1}}，无合适课题写 {{}}。'
                f' / {path.name} line {row.line} cannot be evaluated ({why}): each row needs "relevant": {{topic id: 2 or 1}},'
                " {} where nothing fits."
            )
        text = {name: str(row.values.get(name) or "") for name in ("style", "language", "author")}
        labelled.append(Labelled(_proposal(row, fields), {k: g for k, g in relevant.items() if g}, **text))
    return labelled
