"""Reports of repeats for people: .html and .xlsx; .jsonl for programs. They say alike how a kind and a team are called.

The page shows advice, thresholds, groups, then each pair side by side: matching passages carry the same number and colour on
both sides; what everyone shares is grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from matcher import pages
from matcher.duplicates import Findings, Pair, clusters, saved
from matcher.duplicates.cases import (
    ANSWER,
    ANSWERS,
    KEY,
    SHEET,
    SIDE_A,
    SIDE_B,
    Case,
    Cases,
    answer_name,
    case_of,
)
from matcher.duplicates.classifier import DEFAULT_THRESHOLD, Fitted, Kind
from matcher.duplicates.search import SameTeam
from matcher.files import replacing
from matcher.message import Catalogue, Message, joined, share
from matcher.screen import spoken
from matcher.sheet import REMARK, new_sheet, offer, save_workbook, text_cell
from matcher.types import Proposal

say = Catalogue(__file__)

FORMATS = (".html", ".xlsx", ".jsonl")
_CURVE = ("threshold", "pairs", "expected false alarms")  # columns of what `thresholds` yields
_COLOURS = ("fff2a8", "c9e7ff", "d5f0c9", "ffd6c9", "e5d6ff", "c8f0ea", "f6d3ea", "e6e2b8")


def kind_name(kind: Kind) -> Message:
    """A kind of pair as people read it."""
    return say(f"kind.{kind}")


def team_name(team: SameTeam) -> Message:
    """Whether the teams of a pair are the same, as people read it."""
    return say(f"team.{team}")


def headings(*columns: str) -> list[Message]:
    """What stands over the columns of a table, by their names."""
    return [say(f"column.{column}") for column in columns]


def advice() -> Message:
    """What every report says of its pairs."""
    return say("advice")


def write(findings: Findings, out: Path, threshold: float, model: Fitted, cases: Cases | None = None) -> int:
    """Write the pairs at or above `threshold`, with their cases, in the format that `out` names; how many there were."""
    known = cases or {}
    chosen = at_least(findings, threshold)
    if out.suffix.lower() == ".jsonl":
        saved.write_lines(chosen, out, known)
    elif out.suffix.lower() == ".html":
        with replacing(out) as stream:
            stream.writelines(_page(chosen, list(thresholds(findings, model)), threshold, known))
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
        yield threshold, count, round(alarms * findings.compared / 1000, 2)


def pair_row(findings: Findings, pair: Pair, case: Case) -> list[str | float]:
    """What a table says of a pair, under `_pair_headings`."""
    a, b = findings.proposals[pair.a], findings.proposals[pair.b]
    return [
        answer_name(case.answer) if case.answer else "", case.note,
        kind_name(pair.kind), pair.concern, a.id, a.title, a.year, a.declared, b.id, b.title, b.year, b.declared,
        say("pair.archive" if pair.archived else "pair.batch"), pair.a_in_b, pair.b_in_a, pair.reworded,
        team_name(pair.same_team), a.principal_investigator, a.organisation, b.principal_investigator, b.organisation,
        case.key,
    ]  # fmt: skip


def _pair_headings() -> list[Message]:
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
    names = _pair_headings()
    answered = _sheet(book, SHEET, names, pairs)
    choices = ",".join(spoken(answer_name(answer)) for answer in ANSWERS)
    offer(answered, names.index(ANSWER) + 1, len(findings.pairs) + 1, f'"{choices}"')
    sides = [SIDE_A, SIDE_B, *headings("number", "text a", "text b")]
    _sheet(book, say("sheet.passages"), sides, _passages(findings))
    groups = (
        [number, len(members), name, findings.proposals[name].title, findings.proposals[name].year]
        for number, members in enumerate(clusters(findings.pairs), 1)
        for name in members
    )
    _sheet(book, say("sheet.clusters"), headings("cluster", "size", "id", "title", "year"), groups)
    _sheet(book, say("sheet.thresholds"), headings(*_CURVE), ([*row] for row in curve))
    _sheet(book, say("sheet.note"), [say("sheet.note")], [[advice()]])
    save_workbook(book, out)


def _passages(findings: Findings) -> Iterator[list[str | float]]:
    for pair in findings.pairs:
        a, b = findings.proposals[pair.a].text, findings.proposals[pair.b].text
        for number, (i, j, k, m) in enumerate(pair.spans, 1):
            yield [pair.a, pair.b, number, a[i:j], b[k:m]]


def _sheet(book: Any, title: Message, heads: Sequence[Message], rows: Any) -> Any:
    """A sheet with a filter on every column."""
    from openpyxl.utils import get_column_letter

    sheet = new_sheet(book, title, [_WIDTHS.get(heading.en, 14) for heading in heads])
    sheet.append([text_cell(sheet, heading) for heading in heads])
    last = 1
    for row in rows:
        sheet.append([text_cell(sheet, value) for value in row])
        last += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{last}"
    return sheet


# By the English of the heading.
_WIDTHS = {REMARK.en: 30, "title a": 36, "title b": 36, "text a": 60, "text b": 60, "title": 40}


def _page(
    findings: Findings, curve: Sequence[tuple[float, int, float]], threshold: float, cases: Cases
) -> Iterator[str]:
    """The page in pieces (templates/duplicates.html)."""
    values = {
        "title": say("page.title", count=len(findings.pairs)),
        "colours": _COLOURS,
        "say": say,
        "curve_headings": headings(*_CURVE),
        "findings": findings,
        "threshold": f"{threshold:g}",
        "curve": [(f"{at:g}", count, f"{alarms:.1f}") for at, count, alarms in curve],
        "clusters": clusters(findings.pairs),
        "pairs": (_shown(findings, pair, case_of(cases, findings, pair)) for pair in findings.pairs),
    }
    return pages.page("duplicates.html", values)


def _shown(findings: Findings, pair: Pair, case: Case) -> dict[str, Any]:
    """What the page says of a pair."""
    kind, team = kind_name(pair.kind), team_name(pair.same_team)
    sides = (
        (pair.a, [s[:2] for s in pair.spans], False),
        (pair.b, [s[2:] for s in pair.spans], pair.archived),
    )
    return {
        "heading": say("page.pair", kind=kind, concern=pair.concern, team=team),
        "shares": say(
            "page.shares", a_in_b=share(pair.a_in_b), b_in_a=share(pair.b_in_a), reworded=share(pair.reworded)
        ),
        "decided": answer_name(case.answer),
        "note": case.note,
        "sides": [
            {
                "who": _who(findings.proposals[name], archived),
                "passages": pages.stretches(
                    findings.proposals[name].text,
                    [(*span, number) for number, span in enumerate(spans, 1)],
                    findings.shared[name],
                ),
            }
            for name, spans, archived in sides
        ],
    }


def _who(proposal: Proposal, archived: bool) -> str:
    parts = [
        say("page.archive" if archived else "page.batch"), proposal.id, proposal.year, proposal.organisation,
        proposal.principal_investigator, proposal.declared and say("page.declared", topic=proposal.declared),
    ]  # fmt: skip
    return joined((part for part in parts if part), " · ")
