"""What counts in a proposal: its sentences, each with a weight and the reason for it.

References, routine and form text, hints, key words, headings and repetitions do not count; nor does what is
denied. Background counts less, title and aims fully. The fast reader's scores then say how much a sentence tells about
this guide: one that is near no topic, or near all alike, tells little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from matcher import settings
from matcher.arrays import Floats
from matcher.matching.cues import LIST_ENTRY, LIST_HEADING, cues, reference_marks, registers
from matcher.matching.denial import denied
from matcher.matching.text import READ, chosen, visible
from matcher.readers.fields.in_lines import LONG, label_of, labels_in
from matcher.readers.fields.values import is_hint
from matcher.segment import fold, normalise, passages
from matcher.types import Passage, Proposal, Span

Reason = Literal[
    "",
    "title",
    "background",
    "routine",
    "repeated",
    "reference",
    "form",
    "heading",
    "hint",
    "keywords",
    "denied",
    "topics",
    "unread",
]

BACKGROUND = settings.share("matching.content.background")
_LEAST_SHARE = settings.share("matching.content.least_said")
MANY = settings.count("matching.content.many")
LEAST_MARKS = settings.count("matching.content.least_marks")
ENOUGH = settings.characters("matching.content.enough")
_LEAST_CLAUSE = settings.letters("matching.content.least_clause")
_LONGEST_HEADING = settings.characters("matching.content.longest_heading")
_FAR_TOO_LONG = settings.count("matching.content.far_too_long") * READ
_KEYWORDS = re.compile(
    r"(?:^|(?<=[。；;.\s]))[【\[（(]?(?:关键词|关键字|主题词|[Kk]ey ?[Ww]ords|KEY ?WORDS)[】\])）]?\s*[:：]?"
)
_CLAUSES = re.compile(r"[，,。；;].*[，,。；;.]\s*$", re.DOTALL)
_ARGUED = settings.count("matching.content.argued")
# Fields of data/labels.toml under which people write what they want to study.
_CONTENT = frozenset(("abstract", "content", "goals", "methods", "innovation", "outcomes"))
_BACKGROUND = frozenset(("background", "foundation"))


class Part(NamedTuple):
    """A sentence or clause of a proposal: where it stands, its folded text, what it counts in [0, 1], and why.

    The reason is "" for what counts fully, being neither title nor set aside.
    """

    passage: Passage
    text: str
    weight: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class ProposalContent:
    """A proposal's parts: `kept` are those that count, in order; `aside` those that do not.

    `bare` says that nothing would count, so that what was set aside is judged after all.
    """

    kept: tuple[Part, ...]
    aside: tuple[Part, ...]
    bare: bool = False


def content(proposal: Proposal) -> ProposalContent:
    """The parts of a usable proposal by what they say of themselves, whatever the guide.

    Where what counts has fewer than ENOUGH letters, routine, key words, headings and form text count too; where
    there is still next to nothing, everything does.
    """
    parts = _numbered(proposal, _once(_parts(proposal)))
    for spared in (
        (),
        ("routine", "keywords", "heading", "hint", "form"),
        ("routine", "keywords", "heading", "hint", "form", "reference", "denied"),
    ):
        weighed = [p._replace(weight=1.0) if p.reason in spared else p for p in parts]
        kept = tuple(p for p in weighed if p.weight > 0)
        letters = sum(sum(map(str.isalnum, p.text)) for p in kept)
        # A few words beside a denial say enough: 不想搞咖啡,想搞水稻育种
        if (
            letters >= (_LEAST_CLAUSE if spared else ENOUGH)
            or "denied" in spared
            or all(p.weight > 0 for p in parts)
        ):
            break
    read = {passage.id for passage in chosen([part.passage for part in kept])}
    unread = tuple(p._replace(weight=0.0, reason="unread") for p in kept if p.passage.id not in read)
    aside = tuple(p for p in weighed if p.weight == 0)
    return ProposalContent(tuple(p for p in kept if p.passage.id in read), aside + unread, "denied" in spared)


def _once(parts: Iterable[tuple[Span, str, Reason]]) -> Iterator[tuple[Span, str, Reason]]:
    """The parts, those that say word for word what one before them said as "repeated"."""
    seen: set[str] = set()
    for span, text, reason in parts:
        counts = reason in ("", "title", "background", "routine")
        yield span, text, "repeated" if counts and text in seen else reason
        seen.add(text)


def informed(parts: Sequence[Part], near: Floats) -> Floats:
    """What each of the n parts of a proposal counts in (0, 1], (n,), after what it says about this guide.

    `near` (n, T) are the similarities of each with each topic. A part says as much as its best topic stands
    out from the mean of all: background counts its weight times its share of the most that any part says, and of
    MANY parts or more all but the title do, since methods, schedule and the like are near all topics alike. In
    shorter texts parts count as they are: weighing those took top-1 on the dev parts down by half a point to two.
    """
    counts = np.array([part.weight for part in parts])
    lead = near.max(axis=1) - near.mean(axis=1)
    share = lead / lead.max() if lead.max() > 0 else np.ones_like(lead)
    weighed = ["background", *([""] if len(parts) >= MANY else [])]
    return np.where([part.reason in weighed for part in parts], counts * share.clip(_LEAST_SHARE, 1), counts)


def _numbered(proposal: Proposal, parts: Iterator[tuple[Span, str, Reason]]) -> list[Part]:
    """Parts with the ids and weights that they have."""
    numbered = []
    for n, ((start, end), text, reason) in enumerate(parts):
        passage = Passage(f"{proposal.id}#{n}", proposal.id, start, end, proposal.text[start:end])
        weight = {"": 1.0, "title": 1.0, "background": BACKGROUND}.get(reason, 0.0)
        numbered.append(Part(passage, text, weight, reason))
    return numbered


def _parts(proposal: Proposal) -> Iterator[tuple[Span, str, Reason]]:
    """(place, folded text, reason) of every part with a letter or digit, in order."""
    text = visible(proposal.text)
    lines = _lines(text, len(proposal.title))
    stretches: list[tuple[Span, str, Reason]] = []
    for (start, end), reason in lines:
        if reason == "unread":
            before = stretches.pop()[0][0] if stretches and stretches[-1][2] == "unread" else start
            stretches.append(((before, end), "", reason))
            continue
        if reason and reason != "background":
            piece = text[start:end].strip()
            at = text.index(piece, start)
            if any(c.isalnum() for c in piece):
                stretches.append(((at, at + len(piece)), fold(piece), reason))
            continue
        for p in passages("", text[start:end]):
            a = start + p.start
            if reason:
                stretches.append(((a, start + p.end), fold(p.text), reason))
                continue
            for (b, c), clause, negative in _clauses(p.text):
                why: Reason = "title" if a + c <= len(proposal.title) else _section(proposal, a + b)
                stretches.append(((a + b, a + c), clause, "denied" if negative else why))
    named = registers([text for _, text, _ in stretches], [reason == "" for *_, reason in stretches])
    for (span, text, reason), register in zip(stretches, named, strict=True):
        yield span, text, reason or register


def _section(proposal: Proposal, place: int) -> Reason:
    """ "background" where the section of the form in which a place lies is one."""
    for section in proposal.sections:
        if section.start is not None and section.start <= place < section.start + len(section.text):
            return "background" if section.kind in _BACKGROUND else ""
    return ""


def _clauses(sentence: str) -> Iterator[tuple[Span, str, bool]]:
    """The stretches of a sentence in order, each with its folded text and whether it is denied; none without a letter."""
    plain = fold(sentence)
    if not (spans := denied(plain)):
        yield (0, len(sentence)), plain, False
        return
    origin = range(len(sentence) + 1) if len(plain) == len(sentence) else normalise(sentence).origin
    last = 0
    for a, b in [*spans, (len(plain), len(plain))]:
        for (start, end), negative in (((last, a), False), ((a, b), True)):
            start, end = origin[start], origin[min(end, len(origin) - 1)]
            while start < end and sentence[start].isspace():
                start += 1
            letters = sum(map(str.isalnum, sentence[start:end]))
            if letters >= _LEAST_CLAUSE or (letters and negative):
                yield (start, end), fold(sentence[start:end]), negative
        last = b


def _lines(text: str, title: int) -> Iterator[tuple[Span, Reason]]:
    """The pieces of a text between its line ends and labels, with the reason why one does not count, or ""."""
    field, start, before = "", 0, False
    read = _read(text)
    for line in text.splitlines(keepends=True) or [text]:
        a, start = start, start + len(line)
        if read is not None and a not in read:
            yield (a, start), "unread"
            continue
        if start <= title + 1 or not line.strip():
            yield (a, start), ""
            continue
        alone, goes_on = False, bool(field)
        for (b, c), under, is_label in _pieces(line, field):
            field, alone = under, is_label
            goes_on = goes_on and not is_label
            why: Reason = "heading" if is_label else _why(line[b:c], field, before, goes_on)
            before = why == "reference"
            yield (a + b, a + c), why
        # A short field ends with its line, and so does a budget that stands in it, unless its value stands in the next.
        if not alone and (field not in LONG or (field == "budget" and not goes_on)):
            field = ""


def _read(text: str) -> set[int] | None:
    """Where the lines begin that are looked at, of a text that is far too long; None: all are."""
    if len(text) <= _FAR_TOO_LONG:
        return None
    lines, start = [], 0
    for line in text.splitlines(keepends=True):
        lines.append(Passage("", "", start, start + len(line), line))
        start += len(line)
    if max(len(line.text) for line in lines) > READ // 2:
        return None  # its sentences are chosen later
    return {line.start for line in chosen(lines, _FAR_TOO_LONG)}


def _pieces(line: str, field: str) -> Iterator[tuple[Span, str, bool]]:
    """The pieces of a line in order, each with the field that it stands under and whether it is the label of it."""
    labels = [(m.start(), m.end(), "references") for m in LIST_HEADING.finditer(line)]
    labels += [(m.start(), m.end(), "keywords") for m in _KEYWORDS.finditer(line)]
    if not labels and len(line) <= _LONGEST_HEADING and (places := label_of(line)):
        labels.append((0, len(line), places[0]))
    elif any(mark in line for mark in ":：【[〖"):
        labels += [(label.start, label.end, label.places[0]) for label in labels_in(line)]
    last = 0
    for a, b, next_field in [*sorted(labels), (len(line), len(line), "")]:
        if a < last:
            continue
        cuts = [last, *(m.start() for m in LIST_ENTRY.finditer(line, last, a) if m.start() > last), a]
        for c, d in pairwise(cuts):
            if line[c:d].strip():
                yield (c, d), field, False
        if a < b:
            yield (a, b), next_field, True
            field, last = next_field, b


def _why(piece: str, field: str, after_reference: bool, goes_on: bool) -> Reason:
    """Why a piece under a field does not count, or ""; `goes_on` where it stands in a later line than the field's name."""
    enough = LEAST_MARKS - after_reference
    borne = reference_marks(piece, 1 if field == "references" else enough)
    if borne >= enough or (field == "references" and not (borne == 0 and _is_argued(piece))):
        return "reference"
    if field == "keywords":
        return "keywords"
    if is_hint(piece):
        return "hint"
    if field in _BACKGROUND:
        return "background"
    if field == "title":
        return "title"
    counts = not field or field in _CONTENT | {"references"} or (goes_on and _is_argued(piece))
    return "" if counts else "form"


def _is_argued(piece: str) -> bool:
    """Whether a piece is the text going on below a list of literature, a budget or the like: clauses that state aims."""
    return bool(_CLAUSES.search(piece)) and cues().aims.kinds(fold(piece).lower()) >= _ARGUED
