"""Reports of repeats for people: .html and .xlsx; .jsonl for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from matcher.duplicates import Findings, Pair, clusters, page, saved
from matcher.duplicates.cases import ANSWER, ANSWERS, KEY, SHEET, SIDE_A, SIDE_B, Case, Cases, case_of
from matcher.duplicates.concern import DEFAULT_THRESHOLD, Fitted
from matcher.duplicates.wording import advice, headings, kind_name, team_name
from matcher.files import replacing
from matcher.message import Catalogue, spoken
from matcher.readers.filled_report import REMARK
from matcher.sheet import for_paper, save_workbook, text_cell

say = Catalogue(__file__)

FORMATS = (".html", ".xlsx", ".jsonl")


def write(findings: Findings, out: Path, threshold: float, model: Fitted, cases: Cases | None = None) -> int:
    """Write the pairs at or above `threshold`, with their cases, in the format that `out` names; how many there were."""
    known = cases or {}
    chosen = at_least(findings, threshold)
    if out.suffix.lower() == ".jsonl":
        saved.write_lines(chosen, out, known)
    elif out.suffix.lower() == ".html":
        with replacing(out) as stream:
            stream.writelines(page.page(chosen, list(thresholds(findings, model)), threshold, known))
    else:
        _workbook(chosen, list(thresholds(findings, model)), out, known)
    return len(chosen.pairs)


def at_least(findings: Findings, threshold: float) -> Findings:
    """The findings with the pairs at or above `threshold` only."""
    return replace(findings, pairs=tuple(p for p in findings.pairs if p.concern >= threshold))


def thresholds(findings: Findings, model: Fitted) -> Iterator[tuple[float, int, float]]:
    """(threshold, pairs found at it, false alarms to expect in a batch of this size).

    Thresholds below what the findings hold are left out: those pairs were not kept.
    The expectation is the rate measured when the concern was fitted.
    """
    least = min([DEFAULT_THRESHOLD, *(p.concern for p in findings.pairs)])
    for threshold, alarms in sorted(model.false_alarms.items()):
        if threshold < least:
            continue
        count = sum(p.concern >= threshold for p in findings.pairs)
        yield threshold, count, alarms * findings.compared / 1000


def pair_row(findings: Findings, pair: Pair, case: Case) -> list[str | float]:
    """What a table says of a pair, under `_pair_headings`."""
    a, b = findings.proposals[pair.a], findings.proposals[pair.b]
    return [
        ANSWERS[case.answer] if case.answer else "", case.note,
        kind_name(pair.kind), pair.concern, a.id, a.title, a.year, a.declared, b.id, b.title, b.year, b.declared,
        say("pair.archive" if pair.archived else "pair.batch"), pair.a_in_b, pair.b_in_a, pair.reworded,
        team_name(pair.same_team), a.principal_investigator, a.organisation, b.principal_investigator, b.organisation,
        case.key,
    ]  # fmt: skip


def _pair_headings() -> list[str]:
    return [
        ANSWER, REMARK, *headings("kind", "concern"),
        SIDE_A, *headings("title a", "year a", "declared a"), SIDE_B, *headings("title b", "year b", "declared b"),
        *headings("b from", "a in b", "b in a", "reworded", "team"),
        *headings("PI a", "organisation a", "PI b", "organisation b"), KEY,
    ]  # fmt: skip


def _workbook(findings: Findings, curve: list[tuple[float, int, float]], out: Path, cases: Cases) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    pairs = (pair_row(findings, p, case_of(cases, findings, p)) for p in findings.pairs)
    _choice(_sheet(book, SHEET, _pair_headings(), pairs), len(findings.pairs))
    sides = [SIDE_A, SIDE_B, *headings("number", "text a", "text b")]
    _sheet(book, say("sheet.passages"), sides, _passages(findings))
    groups = (
        [number, len(members), name, findings.proposals[name].title, findings.proposals[name].year]
        for number, members in enumerate(clusters(findings.pairs), 1)
        for name in members
    )
    _sheet(book, say("sheet.clusters"), headings("cluster", "size", "id", "title", "year"), groups)
    heads = headings("threshold", "pairs", "expected false alarms")
    _sheet(book, say("sheet.thresholds"), heads, ([*row] for row in curve))
    _sheet(book, say("sheet.note"), [say("sheet.note")], [[advice()]])
    save_workbook(book, out)


def _passages(findings: Findings) -> Iterator[list[str | float]]:
    for pair in findings.pairs:
        a, b = findings.proposals[pair.a].text, findings.proposals[pair.b].text
        for number, (i, j, k, m) in enumerate(pair.spans, 1):
            yield [pair.a, pair.b, number, a[i:j], b[k:m]]


def _sheet(book: Any, title: str, heads: Sequence[str], rows: Any) -> Any:
    """A sheet with a frozen heading and a filter on every column."""
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for_paper(sheet)
    for number, heading in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(spoken(heading, "en"), 14)
    sheet.append(list(heads))
    last = 1
    for row in rows:
        sheet.append([text_cell(sheet, value) for value in row])
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{last}"
    return sheet


# By the English of the heading.
_WIDTHS = {REMARK: 30, "title a": 36, "title b": 36, "text a": 60, "text b": 60, "title": 40}


def _choice(sheet: Any, count: int) -> None:
    """The column of answers offers the three that there are."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(_pair_headings().index(ANSWER) + 1)
    listed = f'"{",".join(ANSWERS.values())}"'
    choice = DataValidation("list", formula1=listed, allow_blank=True, showErrorMessage=False)
    choice.add(f"{letter}2:{letter}{max(count + 1, 2)}")
    sheet.data_validations.append(choice)
