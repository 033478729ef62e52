"""The report as one page: advice, thresholds, groups, then each pair side by side.

Matching passages carry the same number and colour on both sides; what everyone shares is grey.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matcher import pages
from matcher.duplicates import Findings, Pair, clusters
from matcher.duplicates.cases import ANSWERS, Case, Cases, case_of
from matcher.duplicates.wording import advice, kind_name, team_name
from matcher.message import Catalogue, share
from matcher.types import Proposal

say = Catalogue(__file__)

_COLOURS = ("fff2a8", "c9e7ff", "d5f0c9", "ffd6c9", "e5d6ff", "c8f0ea", "f6d3ea", "e6e2b8")
# A stretch of text: the number of its span (0: it is in none), and its pieces, each with whether everyone shares it.
Stretch = tuple[int, list[tuple[bool, str]]]


@dataclass(frozen=True, slots=True)
class _Side:
    who: str
    passages: Iterator[Stretch]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page says of a pair."""

    heading: str
    shares: str
    decided: str
    note: str
    sides: tuple[_Side, _Side]


def page(
    findings: Findings, curve: Sequence[tuple[float, int, float]], threshold: float, cases: Cases
) -> Iterator[str]:
    """The page in pieces (templates/duplicates.html)."""
    values = {
        "title": say("page.title", count=len(findings.pairs)),
        "colours": _COLOURS,
        "advice": advice(),
        "findings": findings,
        "threshold": f"{threshold:g}",
        "curve": [(f"{at:g}", count, f"{alarms:.1f}") for at, count, alarms in curve],
        "clusters": clusters(findings.pairs),
        "pairs": (_shown(findings, pair, case_of(cases, findings, pair)) for pair in findings.pairs),
    }
    return pages.page("duplicates.html", values)


def _shown(findings: Findings, pair: Pair, case: Case) -> _Shown:
    spans = [(s[:2], s[2:]) for s in pair.spans]
    return _Shown(
        say("page.pair", kind=kind_name(pair.kind), concern=pair.concern, team=team_name(pair.same_team)),
        say(
            "page.shares", a_in_b=share(pair.a_in_b), b_in_a=share(pair.b_in_a), reworded=share(pair.reworded)
        ),
        ANSWERS[case.answer] if case.answer else say("case.open"),
        case.note,
        (
            _side(findings, pair.a, [a for a, _ in spans], archived=False),
            _side(findings, pair.b, [b for _, b in spans], archived=pair.archived),
        ),
    )


def _side(findings: Findings, name: str, spans: Sequence[tuple[int, int]], *, archived: bool) -> _Side:
    proposal = findings.proposals[name]
    return _Side(_who(proposal, archived), _stretches(proposal.text, spans, findings.shared[name]))


def _who(proposal: Proposal, archived: bool) -> str:
    parts = [
        say("page.archive" if archived else "page.batch"), proposal.id, proposal.year, proposal.organisation,
        proposal.principal_investigator, proposal.declared and say("page.declared", topic=proposal.declared),
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


def _stretches(
    text: str, spans: Sequence[tuple[int, int]], shared: Sequence[tuple[int, int]]
) -> Iterator[Stretch]:
    """The text with its spans numbered from 1; where two overlap the earlier keeps its part."""
    end = 0
    for start, stop, number in sorted((s, e, n) for n, (s, e) in enumerate(spans, 1)):
        start = max(start, end)
        if start >= stop:
            continue
        yield 0, list(_pieces(text, end, start, shared))
        yield number, list(_pieces(text, start, stop, shared))
        end = stop
    yield 0, list(_pieces(text, end, len(text), shared))


def _pieces(text: str, start: int, end: int, shared: Sequence[tuple[int, int]]) -> Iterator[tuple[bool, str]]:
    """text[start:end], cut where what everyone shares begins and ends."""
    for a, b in shared:
        a, b = max(a, start), min(b, end)
        if a < b:
            yield False, text[start:a]
            yield True, text[a:b]
            start = b
    yield False, text[start:end]
