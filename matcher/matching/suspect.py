"""Stretches of a proposal that may have been added to steer the answer: the guide's own words, lists, repetitions.

A stretch is the guide's own if its words stand beside each other as they do in one topic. Neighbours are
sought at a distance of one or two, and each word counts once, so that inserted characters, shuffled
pieces, synonyms here and there and clauses woven into own sentences change little. Short lines are read on as one.
"""

from __future__ import annotations

import re
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
from matcher.segment import HAN, fold, normalise
from matcher.types import Span

COPIED = settings.share("matching.suspect.copied")
_VERBATIM = settings.share("matching.suspect.verbatim")
_NEARLY = settings.share("matching.suspect.nearly")
_REPEATED = settings.count("matching.suspect.repeated")
_STOPS = tuple("。！？.!?")
_GAP = settings.characters("matching.suspect.gap")
_LONGEST_LINE = settings.characters("matching.suspect.longest_line")
# Six or more short items side by side, with next to nothing else: key words rather than a sentence. Clauses
# between Chinese commas may be short too, so items between those must be shorter still. Several ranges of Han
# are slow to compile, so `re` does it for the first text that may have such a list, and keeps it.
_ITEMS = (
    (rf"[{HAN}\w]{{1,8}}", r"[、；;/|\s]\s*"),
    (rf"[{HAN}]{{1,5}}", r"[，,]\s*"),
    (r"[a-zA-Z-]+(?: [a-zA-Z-]+){0,2}", r"[,;/|]\s*"),
)
_LIST = "|".join(f"(?:{item}{mark}){{5,}}{item}" for item, mark in _ITEMS)
# What stands within each of them, from its first separator to its fifth: far fewer places to begin at.
_WITHIN_LIST = "|".join(f"{mark}(?:{item}{mark}){{4}}" for item, mark in _ITEMS)
# A few of them, and nothing else: between sentences they make a list together.
_FEW = rf"[{HAN}\w]{{2,8}}(?:[、/|]\s*[{HAN}\w]{{2,8}})+|[a-zA-Z-]+(?: [a-zA-Z-]+)?(?:[,/|]\s*[a-zA-Z-]+(?: [a-zA-Z-]+)?)+"
_MARKS = "、，,；;/|"
_SEPARATORS = f"{_MARKS} "
_STOP = re.compile(r"[。！？](?=.)|[.!?] (?=.)")
_LATIN_WORDS = re.compile(r"[a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+ [a-zA-Z]+")
_LISTED = settings.share("matching.suspect.listed")
_JOINTS = settings.share("matching.suspect.joints")
_LEAST_ITEMS = settings.count("matching.suspect.separators")
_LONG = settings.count("matching.suspect.long_list")


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


def _listed(parts: Sequence[Part]) -> list[Span]:
    """Where key words are listed."""
    spans = _key_words([part.text for part in parts])
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
    repeated = [part.passage.span for part in again if times[part.text] >= _REPEATED - 1]
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


def _key_words(texts: Sequence[str]) -> list[list[Span]]:
    """Where key words are listed in each of the folded texts, which stand one after another."""
    listed: list[list[Span]] = [[] for _ in texts]
    few: list[tuple[int, Span]] = []
    items = 0
    for number, text in enumerate(texts):
        last = 0
        for stop in [*(m.end() for m in _STOP.finditer(text)), len(text)]:
            sentence, start, last = text[last:stop].strip(" 。."), last, stop
            separators = sum(map(sentence.count, _SEPARATORS))  # the searches below are slow
            if separators >= _LEAST_ITEMS and (span := _list_in(text, start, stop)):
                listed[number].append(span)
            elif separators and (match := re.fullmatch(_FEW, sentence)) and not _LATIN_WORDS.search(match[0]):
                few.append((number, (start, stop)))
                items += 1 + separators
    if len(few) >= _REPEATED and items > _LEAST_ITEMS:
        for number, span in few:
            listed[number].append(span)
    return listed


def _list_in(text: str, start: int, stop: int) -> Span | None:
    """Where in a sentence key words are listed: all of it, or where more stand than a sentence of one's own names."""
    if not re.compile(_WITHIN_LIST).search(text, start, stop):
        return None
    if _is_list(text[start:stop].strip(" 。.")):
        return start, stop
    matches = re.compile(_LIST).finditer(text, start, stop)
    runs = (match for match in matches if sum(map(match[0].count, _MARKS)) >= _LONG)
    return next((run.span() for run in runs), None)


def _is_list(sentence: str) -> bool:
    """Whether most of a sentence is a list of key words."""
    match = re.search(_LIST, sentence)
    if match is None or len(match[0]) < _LISTED * len(sentence):
        return False
    # Four Latin words with nothing but spaces between them are a sentence, and so are Chinese words of which some are
    # one character (的, 和, 把), as a translation service sets them apart.
    words = match[0].split()
    joints = sum(len(word) == 1 and not word.isascii() for word in words)
    return not _LATIN_WORDS.search(match[0]) and joints < _JOINTS * len(words)
