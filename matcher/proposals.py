"""Batches of proposals: rows of a table or JSON lines to records, in order, none dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.documents import Row, read_rows
from matcher.errors import BatchError
from matcher.segment import fold
from matcher.types import Proposal

# The column names that people use for each field, as `_key` folds them.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "序号", "项目编号", "申请编号", "申报编号", "受理编号", "no", "number", "proposalid"),
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


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: its line in the file (from 1) and why, for people."""

    line: int
    reason: str


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


def field_names(columns: Mapping[str, object]) -> dict[str, str]:
    """field of Proposal → the column that holds it, for the columns that are understood."""
    found: dict[str, str] = {}
    keys = {_key(column): column for column in reversed(list(columns))}
    for field, names in COLUMNS.items():
        column = next((keys[n] for n in names if n in keys), None)
        if column is not None:
            found[field] = column
    return found


def _rows(path: Path) -> Iterator[tuple[Row, dict[str, str]]]:
    """Rows with the columns of their fields; a row without title and abstract gets an error.

    BatchError when that is so from the first readable row on: then the file is another kind of table.
    """
    any_read = False
    for row in read_rows(path):
        if row.error is not None:
            yield row, {}
            continue
        fields = field_names(row.values)
        if {"title", "abstract"} & fields.keys():
            any_read = True
            yield row, fields
        elif any_read:
            missing = "缺少 title（项目名称）和 abstract（摘要） / neither title nor abstract"
            yield Row(row.line, row.values, missing), {}
        else:
            raise BatchError(
                f"{path.name} 第 {row.line} 行缺少列：需要 title（项目名称）或 abstract（摘要），"
                f"只有 {_listed(row)}；请改列名后重试。 / {path.name} line {row.line}: expected a column"
                f" title or abstract, found {_listed(row)}; rename the columns."
            )


def _listed(row: Row) -> str:
    return ", ".join(str(c)[:40] for c in list(row.values)[:12]) or "∅"


def _proposal(row: Row, fields: Mapping[str, str]) -> Proposal:
    values = dict.fromkeys(COLUMNS, "")
    for field, column in fields.items():
        cell = row.values[column]
        values[field] = "" if cell is None else str(cell).strip()
    return Proposal(**{**values, "id": values["id"] or f"line-{row.line}"})


def read_proposals(path: Path) -> Iterator[Proposal | BadRow]:
    """The proposals of a batch in order, and a BadRow for each row that could not be read.

    A row without an id is called `line-<n>`. Raises DocumentError for a file that cannot be
    read and BatchError, naming the columns found, where title and abstract are both missing.
    """
    for row, fields in _rows(path):
        yield BadRow(row.line, row.error) if row.error is not None else _proposal(row, fields)


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
