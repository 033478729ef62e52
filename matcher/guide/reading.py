"""A document to a Guide: its title, readings, the choice among them, ids, offices, the role of every line, findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from matcher import settings
from matcher.errors import GuideError
from matcher.guide import vocabulary
from matcher.guide.checks.doubt import doubts, shared_signs
from matcher.guide.checks.findings import findings_of, inner_lists, loose_contents, uncounted
from matcher.guide.checks.office_findings import odd_contacts, offices_of
from matcher.guide.checks.places import GuideLines, outside
from matcher.guide.choice import are_of_index, choose, drop_index
from matcher.guide.document_kind import OtherKind, is_call, other_kind
from matcher.guide.lists.candidates import readers
from matcher.guide.lists.closed import drop_closed
from matcher.guide.lists.drafts import BodyReader
from matcher.guide.lists.likeliest import beside_likest
from matcher.guide.lists.likeness import names_contents, topical
from matcher.guide.lists.other_marks import with_other_marks
from matcher.guide.lists.titles import drop_editions
from matcher.guide.offices.assignment import Assigned, assign
from matcher.guide.opened import Opened, opened
from matcher.guide.prior import LAST_BRACKET, Draft, Reading, cue
from matcher.guide.sentences import listings, read_sentence
from matcher.guide.tables.layouts import read_forms, read_page
from matcher.guide.tables.parted import read_parted
from matcher.guide.tables.seasons import is_of_results
from matcher.guide.tables.tables import read_tables
from matcher.guide.tagger.by_meaning import read_by_meaning
from matcher.guide.text.blocks import Source, Unit, clean
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers import Document
from matcher.readers.blocks import BETWEEN_CELLS
from matcher.segment import fold
from matcher.types import AuditLine, Guide, Office, Topic

say = Catalogue(__file__)

_TITLE_WITHIN = settings.characters("guide.reading.title_within")
_NEAR = settings.lines("guide.reading.near")
_SHOWN = settings.characters("guide.reading.shown")
_FEW = settings.count("guide.reading.few")
_BETWEEN_TABS = re.compile(r"(?<=\S)\s*\t\s*(?=\S)")  # cells of a row that was pasted
_UNLISTED = ("table", "form", "page", "parted", "sentence")


class _GuideLook(NamedTuple):
    """What came of one reading of a document: the guide or none, what the document is if it is no guide, whether it may be none."""

    guide: Guide | None
    other: OtherKind | None
    unsure: bool = False


def parse_document(document: Document) -> Guide:
    """The guide in a document; GuideError, with the nearest lines, if it holds no list of topics."""
    seen = opened(document)
    best, notes = _listed(seen)
    best = best or read_sentence(seen.below, seen.title)
    first = _read(seen, best, notes)
    if first.guide is not None and (not first.guide.findings or (best and best.layout in _UNLISTED)):
        return first.guide
    guide = _by_meaning(seen, first, best) or first.guide
    if guide is None:
        raise GuideError(_no_guide(seen.units, seen.document.name, seen.title, first.other))
    return guide


def _by_meaning(seen: Opened, first: _GuideLook, best: Reading | None) -> Guide | None:
    """What the tagger reads, where the first look is in doubt or reads nothing."""
    if seen.tagged is None or (first.guide is None and first.other not in (None, "article")):
        return None
    drafts = best.drafts if best is not None and first.guide is not None else []
    other = read_by_meaning(seen.tagged, drafts, titled=seen.titled)
    if other is None or are_of_index([draft.title for draft in other.drafts], leaders=True):
        return None
    second = _read(seen, other, [])
    if second.guide is None or second.unsure:
        return None
    return replace(second.guide, findings=(say("reading.by meaning"), *second.guide.findings))


def _read(seen: Opened, best: Reading | None, notes: Sequence[Message]) -> _GuideLook:
    """A reading as a guide, if it is one."""
    document, title, units = seen.document, seen.title, seen.units
    other, unsure = other_kind(document, units, title if seen.title_units else "", seen.grids, best)
    if best is None or other is not None:
        return _GuideLook(None, other)
    for unit in seen.title_units:
        for line in range(unit.lines[0], unit.lines[1] + 1):
            if best.roles.get(line, "outside") in ("outside", "unread"):
                best.roles[line] = "heading"
    for line in seen.heads:
        best.roles[line] = "heading"
    editions = drop_editions(best, document.lines, title)
    drop_index(best)
    closed = drop_closed(best)
    headings = {draft.heading for draft in best.drafts if draft.heading}
    sections = len(headings) > 1 and bool(vocabulary.SECTION_LINE.fullmatch(fold(title)))
    plain = LAST_BRACKET.sub("", fold(title))
    own = {name for name in headings if seen.titled and fold(name) in (fold(title), plain) and not sections}
    if len(headings) == 1 and title.endswith(tuple(headings)):
        own = headings  # the title, or its last line, heads all topics
    elif title in headings and (sections or not seen.titled):
        title = document.name  # the first section's name stands where a title would
    for draft in best.drafts:
        draft.heading = "" if draft.heading in own else draft.heading
    doubtful = [*notes, *closed, *([say("reading.unsure")] if unsure else [])]
    return _GuideLook(_guide(seen, title, best, doubtful, editions), None, unsure)


def _listed(seen: Opened) -> tuple[Reading | None, list[Message]]:
    """The best reading of a document as lists of topics, and what is to be said of it."""
    readings, lists = _readings(seen)
    (best, notes), unusual = choose(readings), False
    if best is None and is_call([seen.title, *(u.text for u in seen.units)]):
        readings, lists = _readings(seen, faint=True)
        best, notes = choose(readings, faint=True)
        # A list of nothing but titles is read by its order as rightly as by words, unless it is short.
        unusual = best is not None and (len(best.drafts) < _FEW or any(d.contents for d in best.drafts))
    notes += [say("reading.unusual")] if unusual else []
    body = lists.get(best.layout) if best is not None else None
    if body is not None and len(body.runs) > 1:
        runs = topical(body.runs)
        beside = beside_likest(body.reader, runs)
        kept = [run for run, odds in zip(runs, beside, strict=True) if odds >= 0 or names_contents(run)]
        left = [run for run in runs if run not in kept]
        if len(kept) < len(body.runs):
            best = BodyReader(body.reader, kept).read()
        notes += [
            say(
                "reading.left out",
                count=len(run.items),
                line=run.items[0].unit.lines[0],
                title=run.items[0].title[:_SHOWN],
            )
            for run in left[:1]
        ]
    if best is not None and body is not None:
        best = with_other_marks(best, body, lists.values(), seen.is_likely)
    return best, notes


def _readings(seen: Opened, *, faint: bool = False) -> tuple[list[Reading], dict[str, BodyReader]]:
    """Every reading of the document, and what read its lists, by their kind."""
    forms, covered = read_forms(seen.grids)
    grids = [grid for grid in seen.grids if not grid.lines_of() & covered]
    readings = [] if forms is None else [forms]
    readings += read_tables(seen.document, [grid for grid in grids if not is_of_results(grid, seen.below)])
    loose = seen.loose
    lists = {
        reader.kind: BodyReader(reader, runs)
        for reader in (readers(loose, seen.titled, faint=True) if faint else seen.readers)
        if reader.candidates and (runs := reader.runs())
    }
    readings += [body.read() for body in lists.values()]
    parted = read_parted(loose)
    readings += [parted] if parted is not None else []
    page = read_page(loose)
    if page is not None and not any(len(r.drafts) > 1 and r.score >= 2 * page.score for r in readings):
        readings.append(page)
    return readings, lists


def _guide(
    seen: Opened, title: str, best: Reading, notes: Sequence[Message], editions: Sequence[Message]
) -> Guide:
    """The guide of a reading."""
    document, units = seen.document, seen.units
    inside = {n for d in best.drafts for n in range(d.lines[0], d.lines[1] + 1)}
    free = [source for source in dict.fromkeys(u.source for u in units) if not inside & {*_lines(source)}]
    assigned = assign(
        best.drafts, [(_lines(s)[0], clean(_BETWEEN_TABS.sub(BETWEEN_CELLS, s.original))) for s in free]
    )
    topics, repeated = _topics(best.drafts, assigned)
    called = dict.fromkeys(t.office for t in topics if t.office and t.office.name and t.office.phone)
    for source in free:
        for n in _lines(source):
            if best.roles.get(n, "outside") == "outside" and _is_listed(source.original, called):
                best.roles[n] = "office"
    kept = [u for u in units if u.lines[0] not in best.dropped]
    for line in loose_contents(kept, best.roles):
        best.roles[line] = "unread"
    texts = ((n, clean(line)) for n, line in enumerate(document.lines, 1))
    audit = tuple(AuditLine(n, best.roles.get(n, "outside"), text) for n, text in texts if text)
    lines = GuideLines(topics, audit, best.dropped)
    listed = [*best.notes, *uncounted(kept, len(topics)), *inner_lists(best.drafts), *repeated]
    # A phone that is none is told with the office that it belongs to.
    offices = [
        *odd_contacts([(t, c) for t, (c, _) in zip(topics, assigned, strict=True)]),
        *offices_of(lines),
    ]
    doubted = [*findings_of(lines), *shared_signs(lines), *outside(lines), *doubts(lines)]
    findings = tuple(dict.fromkeys([*document.losses, *notes, *editions, *listed, *offices, *doubted]))
    return Guide(slug(document.name), title, topics, audit, findings, document.sha256)


def _lines(source: Source) -> range:
    """The lines of the document that a logical line was joined of."""
    first, last = source.lines(0, len(source.text) - 1)
    return range(first, last + 1)


def _is_listed(text: str, offices: Iterable[Office]) -> bool:
    """Whether a line outside the topics gave one of them its office."""
    return any(o.name in text and o.phone.split("、")[0] in fold(text) for o in offices)


def slug(name: str) -> str:
    """A file's name as an id: letters, digits, - and _."""
    return re.sub(r"[^\w]+", "-", fold(name).lower()).strip("-_") or "guide"


def _topics(drafts: Sequence[Draft], assigned: Sequence[Assigned]) -> tuple[tuple[Topic, ...], list[Message]]:
    """Topics with ids and offices, and notes on numbers that could not be kept."""
    printed: dict[int, set[int]] = {}
    for draft in drafts:
        if draft.number is not None:
            printed.setdefault(draft.group, set()).add(draft.number)
    sections = {group: i for i, group in enumerate(dict.fromkeys(d.group for d in drafts), 1)}
    taken: set[tuple[int, int]] = set()
    free: Counter[int] = Counter()  # of a group, below which no number is
    topics: list[Topic] = []
    notes: list[Message] = []
    for draft, (contact, source) in zip(drafts, assigned, strict=True):
        office = contact.office() if contact is not None else None
        number = draft.number
        if number is None or (draft.group, number) in taken or number < 1:
            used = printed.get(draft.group, set())
            start = count(free[draft.group] + 1)
            number = next(n for n in start if n not in used and (draft.group, n) not in taken)
            free[draft.group] = number
            if draft.number is not None:
                notes.append(
                    say("reading.number taken", title=draft.title, taken=draft.number, number=number)
                )
        taken.add((draft.group, number))
        slots = tuple((name, "\n".join(texts)) for name, texts in sorted(draft.slots.items()))
        topics.append(
            Topic(
                f"{sections[draft.group]}-{number:02d}", draft.heading, number, draft.title, "\n".join(draft.contents),
                office, source if office is not None else "none", draft.lines, draft.code, slots,
            )
        )  # fmt: skip
    return tuple(topics), notes


def _no_guide(units: Sequence[Unit], name: str, title: str, other: OtherKind | None) -> Message:
    """One line: what was looked for, or what `other` thing it is, and the lines that come nearest."""

    def nearness(unit: Unit) -> float:
        return (
            2 * bool(unit.marks)
            + cue(unit.text)
            + bool(vocabulary.TOPIC_END.search(unit.text[:_TITLE_WITHIN]))
        )

    likely = listings(units, fold(title))
    sentences = {listing.unit: listing.unit.slice(listing.of.start)[:_SHOWN] for listing in likely}
    near = sorted(units, key=lambda u: (u not in sentences, -nearness(u), u.lines[0]))[:_NEAR]
    shown = [
        (u.lines[0], sentences.get(u, u.slice()[:_SHOWN])) for u in near if u in sentences or nearness(u) > 0
    ]
    nearest = joined((say("reading.line", line=n, text=text) for n, text in shown), COMMA) or say(
        "reading.no line"
    )
    if other is not None:
        return say("reading.other document", name=name, other=say(f"other.{other}"), lines=nearest)
    return say("reading.no list", name=name, lines=nearest)
