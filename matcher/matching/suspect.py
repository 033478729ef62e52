"""Stretches of a proposal that may have been added to steer the answer: the guide's own words, lists, repetitions.

A stretch is the guide's own if its words stand beside each other as they do in one topic. Neighbours are
sought at a distance of one or two, and each word counts once, so that inserted characters, shuffled
pieces, synonyms here and there and clauses woven into own sentences change little. Short lines are read on as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from matcher import settings
from matcher.arrays import Ints, Singles, stretches
from matcher.language import han_letters
from matcher.matching.content import Part, ProposalContent
from matcher.matching.density import DENSE_WINDOW, LEAST, PASTED, PASTED_WINDOW, Densities, units
from matcher.matching.key_words import REPEATED, key_words
from matcher.segment import fold, normalise
from matcher.types import Span

COPIED = settings.share("matching.suspect.copied")
_VERBATIM = settings.share("matching.suspect.verbatim")
_NEARLY = settings.share("matching.suspect.nearly")
_STANDS = settings.share("matching.suspect.stands")
_FEWEST = settings.share("matching.suspect.few")
_ALONE = settings.share("matching.suspect.alone")
_STOPS = tuple("。！？.!?")
_GAP = settings.characters("matching.suspect.gap")
_LONGEST_LINE = settings.characters("matching.suspect.longest_line")


@dataclass(frozen=True, slots=True)
class Suspect:
    """Stretches that may have been added to steer the answer: how they look, and where they stand.

    Those `copied` are the pasted ones that are hardly altered; if most of one stands there word for word, it is `verbatim`.
    `topics` are, for each pasted stretch, the numbers of the topics whose words it holds nearly as densely as those of the nearest.
    """

    copied: tuple[Span, ...]
    pasted: tuple[Span, ...]
    listed: tuple[Span, ...]
    repeated: tuple[Span, ...]
    topics: tuple[frozenset[int], ...] = ()
    verbatim: bool = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """All of them in order."""
        return tuple(sorted({*self.pasted, *self.listed, *self.repeated}))

    def behind(self, topic: int) -> tuple[Span, ...]:
        """Those that an answer of topic number `topic` may hang on: what is pasted of other topics is not among them."""
        of_it = [span for span, topics in zip(self.pasted, self.topics, strict=True) if topic in topics]
        return tuple(sorted({*of_it, *self.listed, *self.repeated}))


class _Copy(NamedTuple):
    """A stretch that is dense in words of topics: the greatest density, the topics that come near it, and the share that is verbatim."""

    span: Span
    density: float
    topics: frozenset[int]
    verbatim: float


class Suspicion:
    """Finds suspect stretches in proposals to one guide."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Remember which words stand beside each other in the topics of a guide."""
        self._densities = Densities([fold(text).lower() for text in texts])

    def find(self, contents: Sequence[ProposalContent]) -> list[Suspect | None]:
        """The suspect stretches among the parts of each proposal that count; None where there are none."""
        lists = [_listed(each.kept) for each in contents]
        sizes = _sizes(contents)
        running = [
            _read_on(_lines(each, set(spans), sizes), sizes)
            for each, spans in zip(contents, lists, strict=True)
        ]
        near = self._pasted([part for parts in running for part in parts])
        return [
            _suspect(each, listed, [copy for _ in parts for copy in next(near)])
            for each, listed, parts in zip(contents, lists, running, strict=True)
        ]

    def added(self, content: ProposalContent, suspect: Suspect, topic: int) -> tuple[Span, ...]:
        """Where a proposal says what an answer of topic number `topic` may hang on.

        Of what looks pasted it is what stands as in the topic, without the own words between, and what stands so beside it,
        though too short to look pasted alone.
        """
        spans, beside = suspect.behind(topic), {*suspect.listed, *suspect.repeated}
        if beside.issuperset(spans):
            return spans
        sizes = _sizes([content])
        parts = _read_on(_lines(content, set(suspect.listed), sizes), sizes)
        every, pieces = units([part.text for part in parts]), list[Span]()
        for i, (part, window) in enumerate(zip(parts, every.windows().tolist(), strict=True)):
            codes, starts = every.of(i)
            ends = [*starts.tolist(), len(part.text)]
            for first, last in _standing(self._densities.of(codes)[:, topic], _FEWEST * window):
                a, b = original(part, ends[first], ends[last])
                if last - first >= _ALONE * window or any(a < end and b > start for start, end in spans):
                    pieces.append((a, b))
        return tuple(sorted({*(pieces or spans), *beside}))

    def _pasted(self, parts: Sequence[Part]) -> Iterator[Sequence[_Copy]]:
        """For each part: itself if it is the guide's own as a whole, else the stretches of it that are."""
        every = units([part.text for part in parts])
        windows = every.windows().tolist()
        for i, dense in enumerate(self._densities.may_be_dense(every).tolist()):
            yield list(self._copies(parts[i], *every.of(i), windows[i])) if dense else ()

    def _copies(self, part: Part, codes: Ints, starts: Ints, window: int) -> Iterator[_Copy]:
        """The part if it is dense as a whole, else its dense stretches."""
        count = len(codes)
        met = self._densities.of(codes)
        mean = met.mean(axis=0)
        if mean.max(initial=0) >= PASTED:
            yield self._copy(part.passage.span, mean, codes)
            return
        if count <= window:
            return
        sums = np.cumsum(np.vstack([np.zeros((1, met.shape[1]), np.float32), met]), axis=0)
        dense = ((sums[window:] - sums[:-window]) / window).max(axis=1, initial=0)
        for first, last in stretches(
            np.convolve(dense >= PASTED_WINDOW, np.ones(window)) > 0
        ):  # those that meet as one
            end = int(starts[last]) if last < count else len(part.text)
            span, mean = original(part, int(starts[first]), end), (sums[last] - sums[first]) / (last - first)
            yield self._copy(span, mean, codes[first:last])

    def _copy(self, span: Span, densities: Singles, codes: Ints) -> _Copy:
        """A stretch of these units with its densities (T,) in the topics."""
        nearest = int(densities.argmax())
        most = float(densities[nearest])
        topics = frozenset(np.flatnonzero(densities >= _NEARLY * most).tolist())
        return _Copy(span, most, topics, self._densities.verbatim(codes, nearest))


def _standing(met: Singles, few: float) -> list[tuple[int, int]]:
    """Where units stand as in a topic by these weights (n,): fewer than `few` others between are altered ones, so few of it are chance."""
    standing = met >= _STANDS
    for kind in (False, True):
        for start, end in stretches(standing == kind):
            if end - start < few:
                standing[start:end] = not kind
    return stretches(standing)


def _listed(parts: Sequence[Part]) -> list[Span]:
    """Where key words are listed."""
    spans = key_words([part.text for part in parts])
    return [original(part, *span) for part, some in zip(parts, spans, strict=True) for span in some]


def _sizes(contents: Sequence[ProposalContent]) -> dict[str, int]:
    """The units of each text of a part that has fewer than are looked at together; each Han character is one."""
    parts = (part for each in contents for part in (*each.kept, *each.aside))
    texts = [p.text for p in parts if len(p.text) <= _LONGEST_LINE and han_letters(p.text) < DENSE_WINDOW]
    if not texts:
        return {}
    counts = np.diff(units(texts).bounds).tolist()
    return {text: count for text, count in zip(texts, counts, strict=True) if count < DENSE_WINDOW}


def _lines(content: ProposalContent, listed: Collection[Span], short: Collection[str]) -> list[Part]:
    """The parts that count and are no lists, and the `short` ones among them that look like routine, in order.

    A line of a few characters may look like anything: 性债务风险 is a piece of a title.
    """
    routine = [part for part in content.aside if part.reason == "routine" and part.text in short]
    counting = [part for part in content.kept if part.passage.span not in listed]
    return sorted(counting + routine, key=lambda part: part.passage.start)


def _read_on(parts: Sequence[Part], short: Mapping[str, int]) -> list[Part]:
    """The parts; lines that follow each other as one, if they are `short` and no sentences."""
    runs: list[list[Part]] = []
    for part in parts:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and (last.reason == "title") == (part.reason == "title")
            and part.passage.start - last.passage.end <= _GAP
            and last.text in short
            and part.text in short
            # What ends as a sentence does, and is long enough, is judged alone.
            and not (short[last.text] >= LEAST and last.text.rstrip().endswith(_STOPS))
        ):
            runs[-1].append(part)
        else:
            runs.append([part])
    return [_as_one(run) for run in runs]


def _as_one(run: Sequence[Part]) -> Part:
    """Parts that follow each other as one, with spaces for what stands between them."""
    if len(run) == 1:
        return run[0]
    text, end = "", run[0].passage.start
    for part in run:
        text += " " * (part.passage.start - end) + part.passage.text
        end = part.passage.end
    return run[0]._replace(passage=run[0].passage._replace(end=end, text=text), text=fold(text))


def _suspect(content: ProposalContent, listed: Sequence[Span], near: Sequence[_Copy]) -> Suspect | None:
    """What is suspect of one proposal, in which the stretches `listed` are lists; None for nothing."""
    copied = [copy.span for copy in near if copy.density >= COPIED]
    again = [part for part in content.aside if part.reason == "repeated"]
    times = Counter(part.text for part in again)
    repeated = [part.passage.span for part in again if times[part.text] >= REPEATED - 1]
    suspect = Suspect(
        tuple(copied), tuple(copy.span for copy in near), tuple(listed), tuple(repeated),
        tuple(copy.topics for copy in near),
        any(copy.density >= COPIED and copy.verbatim >= _VERBATIM for copy in near),
    )  # fmt: skip
    return suspect if suspect.spans else None


def original(part: Part, start: int, end: int) -> Span:
    """Where a stretch of a part's folded text stands in the proposal."""
    if len(part.text) != len(part.passage.text):
        origin = normalise(part.passage.text).origin
        start, end = origin[min(start, len(origin) - 1)], origin[min(end, len(origin) - 1)]
    return part.passage.start + start, part.passage.start + end


def without(content: ProposalContent, spans: Sequence[Span]) -> ProposalContent:
    """A proposal's parts less some stretches of its text; what is left of a part is a part of its own."""
    kept: list[Part] = []
    for part in content.kept:
        start, end = part.passage.span
        cuts = [(a, b) for a, b in spans if a < end and b > start]
        if not cuts:
            kept.append(part)
            continue
        last = start
        for a, b in [*cuts, (end, end)]:
            piece = part.passage.text[last - start : max(a, last) - start]
            if sum(c.isalnum() for c in piece) > 1:
                kept.append(
                    part._replace(
                        passage=part.passage._replace(start=last, end=a, text=piece), text=fold(piece)
                    )
                )
            last = max(last, b)
    return replace(content, kept=tuple(kept))
