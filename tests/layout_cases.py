"""Layouts of guides written by hand, with their right reading, as data: tests/cases/layouts/*.txt.

A case is `@@ name suffix`, the document, `@=`, and one line a topic: section|number|title|office|phone|code|words,
the last of which stand in its contents; `error` where the document is no guide. `~` is not compared, nor is a
section or an office that ends in ? (such an office may be missing, but no other one may stand there); `-` is no office.

Documents other than text are written a line a block: `# text` heading, `P text` paragraph, `T a|b` row of
a table (^ is merged with the cell above), `N text` paragraph that Word numbers, `S name` worksheet, `H text` what
a page repeats above its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.segment import fold
from matcher.types import Guide, Topic
from tests.test_readers import pdf_of, text_at

FOLDER = Path(__file__).parent / "cases" / "layouts"
_COLUMNS = 88  # half-width columns of a page
_LINES = 17  # lines of a page


@dataclass(frozen=True)
class Case:
    """A document as written, and the rows of its right reading; none where it is no guide."""

    name: str
    suffix: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def cases() -> list[Case]:
    """All cases, in the order of their files."""
    return [case for file in sorted(FOLDER.glob("*.txt")) for case in _of_file(file.read_text("utf-8"))]


def _of_file(text: str) -> Iterator[Case]:
    for block in re.split(r"(?m)^@@ ", text)[1:]:
        head, _, body = block.partition("\n")
        name, suffix = head.split()
        document, _, wanted = body.partition("\n@=")
        wanted = wanted.strip("\n")
        rows = (
            ()
            if wanted == "error"
            else tuple(tuple(f"{row}||||".split("|")[:7]) for row in wanted.split("\n"))
        )
        yield Case(name, suffix, tuple(document.rstrip("\n").split("\n")), rows)


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
        _docx(path, lines)
    elif path.suffix == ".xlsx":
        _xlsx(path, lines)
    elif path.suffix == ".pdf":
        _pdf(path, lines)
    else:
        path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _docx(path: Path, lines: Sequence[str]) -> None:
    from docx import Document as new

    document = new()
    rows: list[list[str]] = []

    def table() -> None:
        if not rows:
            return
        width = max(map(len, rows))
        grid = document.add_table(len(rows), width)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell == "^":
                    above = grid.cell(r - 1, c)
                    text = above.text
                    above.merge(grid.cell(r, c)).text = text
                else:
                    grid.cell(r, c).text = cell
            if len(row) == 1 and width > 1:
                grid.cell(r, 0).merge(grid.cell(r, width - 1)).text = row[0]
        rows.clear()

    for line in lines:
        kind, _, text = line.partition(" ")
        if kind == "T":
            rows.append(text.split("|"))
            continue
        table()
        if kind.startswith("#"):
            document.add_heading(text, len(kind))
        else:
            document.add_paragraph(text, "List Number" if kind == "N" else None)
    table()
    document.save(str(path))


def _xlsx(path: Path, lines: Sequence[str]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for line in lines:
        kind, _, text = line.partition(" ")
        if kind == "S":
            sheet = book.create_sheet(text)
        else:
            sheet.append([cell or None for cell in text.split("|")])
    book.save(path)


def _pdf(path: Path, lines: Sequence[str]) -> None:
    head, rows = lines[0][2:], [line[2:].split("|") for line in lines if line.startswith("T ")]
    if rows:
        drawn = [
            text_at(50 + 110 * c, 780 - 22 * r, cell)
            for r, row in enumerate(rows)
            for c, cell in enumerate(row)
        ]
        path.write_bytes(pdf_of(["\n".join(drawn)]))
        return
    body = [part for line in lines[1:] for part in _broken(line)]
    pages = []
    for first in range(0, len(body), _LINES):
        page = [text_at(50, 760 - 18 * i, text) for i, text in enumerate(body[first : first + _LINES])]
        pages.append(
            "\n".join([text_at(50, 800, head), *page, text_at(290, 30, f"- {first // _LINES + 1} -")])
        )
    path.write_bytes(pdf_of(pages))


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
        found += _differences(row, topic)
    return found


def _differences(row: Sequence[str], topic: Topic) -> Iterator[str]:
    section, number, title, name, phone, code, words = map(_plain, row)
    if section != "~" and not section.endswith("?") and _plain(topic.section) != section:
        yield f"section {topic.section!r} for {section!r}"
    if number not in ("~", str(topic.number)):
        yield f"number {topic.number} for {number}"
    if _plain(topic.title) != title:
        yield f"title {topic.title!r} for {title!r}"
    if code not in ("", "~", _plain(topic.code)):
        yield f"code {topic.code!r} for {code!r}"
    if words not in _plain(topic.content):
        yield f"contents {topic.content!r} without {words!r}"
    own = None if topic.office is None else (_plain(topic.office.name), _plain(topic.office.phone))
    if name == "?" or (name.endswith("?") and own is None):
        return
    wanted = None if name == "-" else (name.rstrip("?"), phone)
    if own != wanted and not (name == "~" and own is not None and own[1] == phone):
        yield f"office {own} for {wanted}"


def _plain(text: str) -> str:
    return re.sub(r"\s", "", fold(text))
