"""Layouts of guides written by hand, with their right reading, as data: tests/cases/layouts/*.txt.

A case is `@@ name suffix`, the document, `@=`, and one line a topic: section|number|title|office|phone|code|words,
the last of which stand in its contents; `error` where the document is no guide. `~` is not compared, nor is a
section or an office that ends in ? (such an office may be missing, but no other one may stand there); `-` is no office.

Documents other than text are written a line a block: `# text` heading, `P text` paragraph, `T a|b` row of
a table (^ is merged with the cell above, < with the one to its left, {{a|b;c|d}} is a table in a cell, \\n a line
end in it), `N text` paragraph that Word numbers, `B text` text box, `M text` row of a worksheet merged
over all columns, `S name` worksheet, `H text` what a page repeats above its text, `@x text@x text` what stands at
these places of a line of a PDF, `%` a new page of it, `= %1、chineseCounting|%1.%2decimal` the automatic numbers
of Word's heading styles, `1 text` such a heading.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.segment import fold
from matcher.types import Guide, Topic
from tests.test_readers import pdf_of, text_at
from tests.word_documents import write_word

FOLDER = Path(__file__).parent / "cases" / "layouts"
_COLUMNS = 88  # half-width columns of a page
_LINES = 17  # lines of a page
_WIDTH = 5  # columns over which a row of a worksheet is merged


@dataclass(frozen=True)
class Case:
    """A document as written, and the rows of its right reading; none where it is no guide."""

    name: str
    suffix: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    known_failure: bool = False
    file: str = ""


def cases() -> list[Case]:
    """All guides, in the order of their files."""
    return [case for file in sorted(FOLDER.glob("*.txt")) for case in cases_of(file)]


def cases_of(file: Path) -> list[Case]:
    """The guides of one file, in order."""
    return list(_of_file(file, lambda row: f"{row}||||".split("|")[:7]))


def read_cases(folder: Path, parts: Callable[[str], list[str]]) -> list[Case]:
    """The cases in the files of a folder, in order; `parts` cuts a line of their right reading."""
    return [case for file in sorted(folder.glob("*.txt")) for case in _of_file(file, parts)]


@dataclass(frozen=True)
class Written:
    """A document by a writer who had not seen the program: its file, and the titles of its topics, None if it is no call."""

    name: str
    path: Path
    titles: list[str] | None


def written(file: Path, folder: Path) -> Iterator[Written]:
    """The documents of a writer (tests/cases/calls, tests/cases/prose), each as a file in `folder`."""
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        path = folder / f"{file.parent.name}-{file.stem}-{row['name']}.txt"
        path.write_text(row["text"], "utf-8")
        topics = row["topics"] and [t if isinstance(t, str) else t["title"] for t in row["topics"]]
        yield Written(row["name"], path, topics)


def by_file(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """The cases of each file, by its name: a test of a file, since one of each costs as much as to read a small case."""
    files: dict[str, list[Case]] = {}
    for case in cases:
        files.setdefault(case.file, []).append(case)
    return files


def _of_file(file: Path, parts: Callable[[str], list[str]]) -> Iterator[Case]:
    for block in re.split(r"(?m)^@@ ", file.read_text("utf-8"))[1:]:
        head, _, body = block.partition("\n")
        name, suffix = head.split()
        document, _, wanted = body.partition("\n@=")
        rows = wanted.strip("\n").split("\n")
        yield Case(
            name.lstrip("?"),
            suffix,
            tuple(document.rstrip("\n").split("\n")),
            () if rows == ["error"] else tuple(tuple(parts(row)) for row in rows),
            name.startswith("?"),
            file.stem,
        )


def write(case: Case, folder: Path, suffix: str = "") -> Path:
    """The case as a file; with `suffix`, a text as paragraphs of Word or HTML or as broken lines of a PDF."""
    path = folder / f"{case.name}.{suffix or case.suffix}"
    lines = case.lines
    if suffix == "html":
        lines = ("<html><body>", *(f"<p>{line}</p>" for line in lines), "</body></html>")
    elif suffix == "pdf":
        lines = ("H 内部资料 请妥善保存", *(line.replace("\t", "  ") for line in lines))
    elif suffix == "docx":
        lines = tuple(f"P {line}" for line in lines)
    if path.suffix == ".docx":
        write_word(path, lines)
    elif path.suffix == ".xlsx":
        _xlsx(path, lines)
    elif path.suffix == ".pdf":
        _pdf(path, lines)
    else:
        path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _xlsx(path: Path, lines: Sequence[str]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for line in lines:
        kind, _, text = line.partition(" ")
        if kind == "S":
            sheet = book.create_sheet(text)
            continue
        row = sheet.max_row + 1 if sheet["A1"].value else 1
        for column, cell in enumerate(text.split("|"), 1):
            if cell == "^":
                _merge_up(sheet, row, column)
            elif cell:
                sheet.cell(row, column, cell)
        if kind == "M":
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=_WIDTH)
    book.save(path)


def _merge_up(sheet: Any, row: int, column: int) -> None:
    for area in list(sheet.merged_cells.ranges):
        if area.min_col == area.max_col == column and area.max_row == row - 1:
            sheet.unmerge_cells(str(area))
            sheet.merge_cells(start_row=area.min_row, start_column=column, end_row=row, end_column=column)
            return
    sheet.merge_cells(start_row=row - 1, start_column=column, end_row=row, end_column=column)


def _pdf(path: Path, lines: Sequence[str]) -> None:
    if any(line.startswith("@") for line in lines):
        path.write_bytes(pdf_of(_placed(lines)))
        return
    head, rows = lines[0][2:], [line[2:].split("|") for line in lines if line.startswith("T ")]
    if rows:
        drawn = [
            text_at(50 + 110 * c, 780 - 22 * r, cell)
            for r, row in enumerate(rows)
            for c, cell in enumerate(row)
        ]
        path.write_bytes(pdf_of(["\n".join(drawn)]))
        return
    body = [part for line in lines[1:] for part in _broken(line.removeprefix("P "))]
    pages = []
    for first in range(0, len(body), _LINES):
        page = [text_at(50, 760 - 18 * i, text) for i, text in enumerate(body[first : first + _LINES])]
        pages.append(
            "\n".join([text_at(50, 800, head), *page, text_at(290, 30, f"- {first // _LINES + 1} -")])
        )
    path.write_bytes(pdf_of(pages))


def _placed(lines: Sequence[str]) -> list[str]:
    """Pages of lines whose parts stand at the places they name, under the head that the first line may give."""
    head = lines[0][2:] if lines[0].startswith("H ") else ""
    pages: list[list[str]] = [[]]
    for line in lines[bool(head) :]:
        if line == "%":
            pages.append([])
        else:
            pages[-1].append(line)
    return [
        "\n".join(
            [text_at(50, 810, head)]
            + [
                text_at(int(x), 780 - 18 * i, text)
                for i, line in enumerate(page)
                for x, text in re.findall(r"@(\d+) ([^@]*)", line)
            ]
            + [text_at(290, 30, str(number))]
        )
        for number, page in enumerate(pages, 1)
    ]


def _broken(line: str) -> list[str]:
    parts = [""]
    for word in re.findall(r"[!-~]+ ?|.", line):
        if sum(1 if ord(c) < 256 else 2 for c in parts[-1] + word) > _COLUMNS:
            parts.append("")
        parts[-1] += word
    return parts


def faults(case: Case, guide: Guide) -> list[str]:
    """What a reading has wrong, in words; spaces and the width of marks are not compared."""
    found = (
        [] if len(guide.topics) == len(case.rows) else [f"{len(guide.topics)} topics for {len(case.rows)}"]
    )
    for row, topic in zip(case.rows, guide.topics, strict=False):
        found += differences(row, topic)
    return found


def differences(row: Sequence[str], topic: Topic) -> Iterator[str]:
    section, number, title, name, phone, code, words = map(plain, row)
    if section != "~" and not section.endswith("?") and plain(topic.section) != section:
        yield f"section {topic.section!r} for {section!r}"
    if number not in ("~", str(topic.number)):
        yield f"number {topic.number} for {number}"
    if plain(topic.title) != title:
        yield f"title {topic.title!r} for {title!r}"
    if code not in ("", "~", plain(topic.code)):
        yield f"code {topic.code!r} for {code!r}"
    if words not in plain(topic.content):
        yield f"contents {topic.content!r} without {words!r}"
    own = None if topic.office is None else (plain(topic.office.name), plain(topic.office.phone))
    if name == "?" or (name.endswith("?") and own is None):
        return
    wanted = None if name == "-" else (name.rstrip("?"), phone)
    if own != wanted and not (name.rstrip("?") == "~" and own is not None and own[1] == phone):
        yield f"office {own} for {wanted}"


def plain(text: str) -> str:
    return re.sub(r"\s", "", fold(text))
