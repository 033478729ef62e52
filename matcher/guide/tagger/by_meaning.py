"""The reading of a document by the tagger, beside another reading of it or none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from matcher import settings
from matcher.guide import prior
from matcher.guide.lists.candidates import ListReader
from matcher.guide.lists.drafts import BodyReader
from matcher.guide.lists.headings import headings_of
from matcher.guide.lists.runs import runs_of
from matcher.guide.tagger.network import shipped_network
from matcher.guide.tagger.segments import kind_of, segments_of, signs_of
from matcher.guide.tagger.titles import Tagged, TitleSpans
from matcher.guide.text.blocks import Unit
from matcher.guide.text.marks import UNNUMBERED, number_of
from matcher.segment import NOT_LETTERS, fold

_MOST = settings.count("guide.tagger.most")
_FEWEST = settings.count("guide.tagger.fewest")
_LIKELIER = settings.odds("guide.tagger.likelier")
_AHEAD = settings.characters("guide.tagger.ahead")
_BETWEEN = settings.characters("guide.tagger.between")
# A bracket that is not closed at the end of a title: Storage ($12 million
_OPENED = re.compile(r"(?<=\w)\s*[(\[][^()\[\]]*$")


def tagged_of(units: Sequence[Unit], gridded: Collection[int]) -> Tagged | None:
    """Some units as the tagger sees them, but for the `gridded` lines of tables; None where more segments are left than it reads."""
    units = [unit for unit in units if unit.lines[0] not in gridded]
    segments = segments_of(units)
    if not 0 < len(segments) <= _MOST:
        return None
    return Tagged(units, segments, shipped_network().probabilities(signs_of(units, segments, gridded)))


def read_by_meaning(tagged: Tagged, drafts: Sequence[prior.Draft], *, titled: bool) -> prior.Reading | None:
    """The likeliest topics, where they are far likelier than these drafts and none of them is one; None too where a draft is no row of
    segments."""
    places = [_place(tagged, draft) for draft in drafts]
    own = sorted(place for place in places if place is not None)
    titles = tagged.ended(tagged.beginnings())
    if (
        len(own) < len(places)
        or len(titles) < _FEWEST
        or tagged.score(titles) - tagged.score(own) < _LIKELIER
    ):
        return None
    one, other = (
        {first for first, _ in spans} | {_letters(tagged.text(*title)) for title in spans}
        for spans in (own, titles)
    )
    return _reading(tagged, titles, titled=titled) if one.isdisjoint(other) else None


def _place(tagged: Tagged, draft: prior.Draft) -> tuple[int, int] | None:
    """The segments that a draft's title is, in its lines."""
    title, (begins, ends) = _letters(fold(draft.title)), draft.lines
    for first, segment in enumerate(tagged.segments):
        if begins <= tagged.units[segment.unit].lines[0] <= ends:
            for end in tagged.ends[first]:
                if _letters(tagged.text(first, end.at)) == title:
                    return first, end.at
    return None


def _letters(text: str) -> str:
    return NOT_LETTERS.sub("", text)


def _reading(tagged: Tagged, titles: TitleSpans, *, titled: bool) -> prior.Reading:
    """The reading with these titles: what stands below each is its contents, and lines above are headings, as in any list."""
    by_unit: dict[int, list[tuple[int, int]]] = {}
    for first, last in titles:
        segment = tagged.segments[first]
        span = _closed(tagged.units[segment.unit].text, segment.start, tagged.segments[last].end)
        by_unit.setdefault(segment.unit, []).append(span)
    units: list[Unit] = []
    candidates: prior.ListCandidates = {}
    ends: dict[int, int] = {}
    for at, unit in enumerate(tagged.units):
        for part, start, end in _parts(unit, by_unit.get(at, [])):
            if end:
                mark = next(
                    (m for kind, m in part.marks.items() if m.start == start and kind not in UNNUMBERED), None
                )
                candidates[len(units)] = (number_of(mark.written) if mark else None, start, "")
                ends[len(units)] = end
            units.append(part)
    kinds = Counter(kind_of(units[at])[1] for at in candidates)
    kind, count = kinds.most_common(1)[0]
    kind = kind if kind and count * 2 > len(candidates) else "bare"
    reader = ListReader([], kind, titled)
    reader.units, reader.candidates = units, candidates
    reader.headings = headings_of(units, kind, candidates)
    runs = runs_of(units, reader.candidates, reader.headings)
    for item in (item for run in runs for item in run.items):
        item.end = ends[item.at]
    return BodyReader(reader, runs).read()


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """A title with the bracket at which it was cut, where the other half is in it, or without a bracket that is not closed."""
    if prior.is_half(text[start:end]):
        start -= start > 0 and not prior.is_half(text[start - 1 : end])
        end += prior.is_half(text[start:end]) and not prior.is_half(text[start : end + 1])
    opened = _OPENED.search(text, start, end) if prior.is_half(text[start:end]) else None
    return start, opened.start() if opened else end


def _parts(unit: Unit, spans: Sequence[tuple[int, int]]) -> list[tuple[Unit, int, int]]:
    """A unit cut so that each part has one title at most: (part, start and end of its title, or 0)."""
    cuts, behind = [0], 0
    for start, _ in spans:
        near = len(_letters(unit.text[behind:start])) <= (_BETWEEN if behind else _AHEAD)
        cuts.append(behind if near else start)
        behind = next(end for begin, end in spans if begin == start)
    cuts = sorted({*cuts, len(unit.text)})
    parts = []
    for a, b in pairwise(cuts):
        own = next(((start, end) for start, end in spans if a <= start < b), None)
        text = unit.text[a:b]
        lead = re.match(r"[\W_]*", text) if own and a else None
        begin = a + (min(lead.end(), own[0] - a) if lead and own else len(text) - len(text.lstrip()))
        stop = a + len(text.rstrip())
        stop = own[1] if own and not _letters(unit.text[own[1] : stop]) else stop
        if begin < stop:
            part = Unit(unit.source, unit.start + begin, unit.start + stop)
            parts.append((part, *((own[0] - begin, own[1] - begin) if own else (0, 0))))
    if len(spans) == 1 and len(parts) > 1 and not _letters(unit.text[spans[0][1] :]):
        parts.reverse()  # what stands ahead of a title that ends the line is said of it
    return parts if spans else [(unit, 0, 0)]
