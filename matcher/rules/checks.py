"""Filing rules over a batch: what each says of every row and every organisation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcher import settings
from matcher.message import Catalogue, Message, first_of
from matcher.readers.batch import Entry
from matcher.rules.reading import Finding, Rule, Rules, Status
from matcher.rules.values import SINGLE, is_part_of, organisation, people, unchecked
from matcher.segment import fold
from matcher.types import Proposal

say = Catalogue(__file__)

_LISTED = settings.rows("rules.checks.listed")
_EARLIER = settings.count("rules.checks.earlier")


@dataclass(frozen=True, slots=True)
class OrganisationFinding:
    """What a rule says of an organisation: its name as first written, and where its rows stand."""

    organisation: str
    finding: Finding
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules found: `rows[i]` of entry i, and the findings of organisations."""

    rows: tuple[tuple[Finding, ...], ...]
    organisations: tuple[OrganisationFinding, ...]


@dataclass
class _NamedBatch:
    """The batch with the names that the checks compare, normalised once."""

    entries: Sequence[Entry]
    sections: Sequence[str | None]
    earlier: Sequence[Proposal]
    organisations: list[str] = field(init=False)
    investigators: list[list[str]] = field(init=False)
    before: dict[tuple[str, str], list[Proposal]] = field(init=False)  # (person, year) → in the archive

    def __post_init__(self) -> None:
        self.organisations = [organisation(e.proposal.organisation) for e in self.entries]
        self.investigators = [people(e.proposal.principal_investigator) for e in self.entries]
        self.before = defaultdict(list)
        present = {(e.proposal.id, e.proposal.title) for e in self.entries}
        # The batch itself may be in the archive already: nobody is a repetition of himself.
        for old in (p for p in self.earlier if (p.id, p.title) not in present):
            for name in people(old.principal_investigator):
                self.before[name, _year(old.year)].append(old)


_Results = Iterator[tuple[int, Status, Message]]  # of rows, by number


def check(
    rules: Rules, entries: Sequence[Entry], sections: Sequence[str | None], earlier: Sequence[Proposal] = ()
) -> Checked:
    """The findings of all rules over a batch, in the order of the rules.

    `sections[i]` is the heading that entry i was filed under, None if unknown. `earlier` are the
    proposals of an archive, for the rules that look at past years. No rules give no findings.
    """
    batch = _NamedBatch(entries, sections, earlier)
    rows: list[list[Finding]] = [[] for _ in entries]
    organisations: list[OrganisationFinding] = []
    for rule in rules.rules:
        for i, status, message in _CHECKS.get(rule.kind, _single)(rule, batch):
            rows[i].append(Finding(rule.id, status, message, rule.clause))
        for finding, own, counted in _over_limit(rule, batch) if rule.kind == "organisation_limit" else ():
            lines = tuple(entries[i].place for i in counted)
            organisations.append(OrganisationFinding(entries[own[0]].proposal.organisation, finding, lines))
    return Checked(tuple(map(tuple, rows)), tuple(organisations))


def _single(rule: Rule, batch: _NamedBatch) -> _Results:
    return ((i, *result) for i, e in enumerate(batch.entries) for result in SINGLE[rule.kind](rule, e))


def _lines(batch: _NamedBatch, rows: Sequence[int]) -> str:
    return first_of([batch.entries[i].place for i in rows], _LISTED, ", ")


def _over_limit(rule: Rule, batch: _NamedBatch) -> Iterator[tuple[Finding, list[int], list[int]]]:
    """(what is found, rows of one organisation, rows counted with it) wherever a limit is passed."""

    def finding(status: Status, counted: list[int]) -> Finding:
        where = say("in section", section=rule.section) if rule.section else ""
        lines, limit = _lines(batch, counted), rule.limit
        message = say(f"organisation.{status}", where=where, count=len(counted), limit=limit, lines=lines)
        return Finding(rule.id, status, message, rule.clause)

    groups: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(batch.organisations):
        if name and (not rule.section or batch.sections[i] == rule.section):
            groups[name].append(i)
    for rows in groups.values():
        if len(rows) > rule.limit:
            yield finding("broken", rows), rows, rows
    departments: dict[str, list[int]] = defaultdict(list)
    for name, rows in groups.items():
        for house in (name[:n] for n in range(2, len(name))):
            if house in groups and is_part_of(name, house):
                departments[house] += rows
    for house, parts in departments.items():
        rows = groups[house]
        if len(rows) <= rule.limit < len(rows) + len(parts):
            counted = sorted(rows + parts)
            yield finding("possible", counted), rows, counted


def _organisation_limit(rule: Rule, batch: _NamedBatch) -> _Results:
    for i, name in enumerate(batch.organisations):
        if not name:
            yield i, *unchecked(say("lacking.organisation"))
        elif rule.section and batch.sections[i] is None:
            yield i, *unchecked(say("lacking.topic"))
    for finding, rows, counted in _over_limit(rule, batch):
        for i in rows if finding.status == "broken" else counted:
            yield i, finding.status, finding.message


def _same_person(batch: _NamedBatch, name: str, rows: list[int], rule: Rule, when: str) -> _Results:
    """Rows of one name beyond the limit: the same person within an organisation, possibly so across."""
    for i in rows:
        own = [j for j in rows if batch.organisations[j] and batch.organisations[j] == batch.organisations[i]]
        status: Status = "broken" if len(own) > rule.limit else "possible"
        counted = own if status == "broken" else rows
        count, limit, lines = len(counted), rule.limit, _lines(batch, counted)
        yield i, status, say(f"person.{status}", name=name, when=when, count=count, limit=limit, lines=lines)


def _without_investigator(batch: _NamedBatch) -> _Results:
    for i, names in enumerate(batch.investigators):
        if not names:
            yield i, *unchecked(say("lacking.investigator"))


def _also_member(rule: Rule, batch: _NamedBatch) -> _Results:
    """A principal investigator who is a member of more than `limit` other proposals."""
    yield from _without_investigator(batch)
    member_of: dict[str, list[int]] = defaultdict(list)
    for j, entry in enumerate(batch.entries):
        if "members" not in entry.extra:
            yield j, *unchecked(say("lacking.members"))
        for name in people(entry.extra.get("members", "")):
            member_of[name].append(j)
    for i, names in enumerate(batch.investigators):
        for name in names:
            elsewhere = [j for j in member_of[name] if j != i and name not in batch.investigators[j]]
            if len(elsewhere) <= rule.limit:
                continue
            own = [j for j in elsewhere if batch.organisations[j] == batch.organisations[i] != ""]
            status: Status = "broken" if len(own) > rule.limit else "possible"
            lines = _lines(batch, own if status == "broken" else elsewhere)
            yield i, status, say(f"member.{status}", name=name, lines=lines)


def _person_limit(rule: Rule, batch: _NamedBatch) -> _Results:
    """More than `limit` proposals of one person, by a yearly limit in one year, counting the archive."""
    yield from _without_investigator(batch)
    yearly = rule.kind == "yearly_limit"
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, names in enumerate(batch.investigators):
        year = _year(batch.entries[i].proposal.year) if yearly else ""
        if yearly and names and not year:
            yield i, *unchecked(say("lacking.year"))
            continue
        for name in names:
            groups[name, year].append(i)
    for (name, year), rows in groups.items():
        if len(rows) > rule.limit:
            yield from _same_person(batch, name, rows, rule, say("in year", year=year) if yearly else "")
        elif yearly:
            yield from _with_archive(rule, batch, name, year, rows)


def _with_archive(rule: Rule, batch: _NamedBatch, name: str, year: str, rows: list[int]) -> _Results:
    """Rows within the limit by themselves that pass it together with the archive's of that year."""
    old = batch.before.get((name, year), [])
    if len(rows) + len(old) <= rule.limit:
        return
    ids = ", ".join(p.id for p in old[:_EARLIER])
    for i in rows:
        own = batch.organisations[i]
        same = own and len(rows) + sum(organisation(p.organisation) == own for p in old) > rule.limit
        status: Status = "broken" if same else "possible"
        yield i, status, say(f"earlier.{status}", name=name, year=year, count=len(old), ids=ids)


def _year(text: str) -> str:
    match = re.search(r"(?:19|20)\d\d", fold(text))
    return match[0] if match else ""


_CHECKS: Mapping[str, Callable[[Rule, _NamedBatch], _Results]] = {
    "organisation_limit": _organisation_limit,
    "investigator_limit": _person_limit,
    "investigator_also_member": _also_member,
    "yearly_limit": _person_limit,
}
