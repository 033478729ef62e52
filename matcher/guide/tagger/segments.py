"""A document's units cut into segments at marks, stops and cells, and what the tagger is told of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from math import log1p
from typing import NamedTuple

import numpy as np

from matcher import settings
from matcher.arrays import Ints
from matcher.embeddings import Vectors
from matcher.embeddings.static import shipped_encoder
from matcher.guide import prior, vocabulary
from matcher.guide.text.blocks import Unit
from matcher.language import HAN_LETTERS
from matcher.readers.blocks import BETWEEN_CELLS

_LONG = settings.characters("guide.tagger.long")
_SHORT = settings.characters("guide.tagger.short")
_SHORTEST = settings.characters("guide.tagger.shortest")
_LONGEST = settings.characters("guide.tagger.longest")
_PARTS = settings.count("guide.tagger.parts")
_LINES = settings.lines("guide.tagger.lines")
_LEVELS = settings.count("guide.tagger.levels")

_CUT = re.compile(
    "[。;|:,()\\[\\]【】!?\t]+|——+|(?<=\\s)[–—-]+(?=\\s)|[–—]|(?<=[\u3400-\u9fff\\d”》)])\\s+(?=[\u3400-\u9fff\\d“《(])"
    "|(?<=[\u3400-\u9fff])\\s+(?=\\S)|\\s{2,}|(?<=[a-z\\d)])\\.\\s+(?=[A-Z\u3400-\u9fff])|\\.$"
)
# What parts segments, by the number that the tagger knows it by; the first is an end of a unit.
_STOPS = (
    "",
    "。",
    ";",
    "|",
    ":",
    ",",
    "(",
    ")",
    "[",
    "]",
    "【",
    "】",
    "!",
    "?",
    "—",
    " ",
    ".",
    "mark",
    "else",
)
_TELLING = "。;|:([【!?)],】."  # of several stops the first of these is told
STOP = {stop: code for code, stop in enumerate(_STOPS)}
_KINDS = (
    *("", "md", "part", "chapter", "roman", "small-roman", "han", "han-is", "ordinal", "stem", "branch", "paren-han", "label"),
    *("number", "no", "dotted", "deep", "paren", "half-paren", "circled", "letter", "coded", "code", "bullet", "word"),
    *("outer-bullet", "else"),
)  # fmt: skip
_KIND = {kind: code for code, kind in enumerate(_KINDS)}
STOPS, KINDS = len(_STOPS), len(_KINDS)


class Segment(NamedTuple):
    """text[start:end] of a unit, the codes of what parts it from its neighbours, its place among the parts of the unit."""

    unit: int
    start: int
    end: int
    before: int
    behind: int
    place: int
    parts: int


class SegmentSigns(NamedTuple):
    """What the tagger is told of n segments: their vectors (n, d), numbers (n, m), and codes: stops and kinds (n, 4), characters (n, 8)."""

    vectors: Vectors
    numbers: Vectors
    codes: Ints
    characters: Ints


def segments_of(units: Sequence[Unit]) -> list[Segment]:
    """The segments of all units, in order."""
    return [segment for at, unit in enumerate(units) for segment in _segments(at, unit)]


def _segments(at: int, unit: Unit) -> list[Segment]:
    text = unit.text
    begins = max((mark.start for mark in unit.marks.values()), default=0)
    spans: list[tuple[int, int, int, int]] = []
    place, before = 0, 0
    if 0 < begins < len(text):
        spans, place, before = [(0, begins, 0, STOP["mark"])], begins, STOP["mark"]
    for cut in _CUT.finditer(text, place):
        stop = _stop(cut.group())
        if cut.start() > place:
            spans.append((place, cut.start(), before, stop))
            before = 0
        before = stop if stop != STOP[" "] or not before else before
        place = cut.end()
    if place < len(text):
        spans.append((place, len(text), before, 0))
    within = [
        (b - len(text[a:b].lstrip()), a + len(text[a:b].rstrip()), ahead, behind)
        for a, b, ahead, behind in spans
        if text[a:b].strip()
    ]
    return [Segment(at, *span, place, len(within)) for place, span in enumerate(within)]


def _stop(text: str) -> int:
    """The code of what parts two segments."""
    text = text.strip()
    if not text:
        return STOP[" "]
    telling = next((c for c in _TELLING if c in text), "")
    return STOP[telling or ("—" if text[0] in "–—-" else "else")]


def kind_of(unit: Unit) -> tuple[int, str]:
    """The code of a unit's innermost mark, and its kind."""
    kinds = [kind for kind in unit.marks if not kind.startswith("md")]
    if not kinds:
        return _KIND["md" if unit.marks else ""], ""
    kind = max(kinds, key=lambda kind: unit.marks[kind].start)
    return _KIND.get("word" if kind.startswith("word:") else kind, _KIND["else"]), kind


def signs_of(units: Sequence[Unit], segments: Sequence[Segment], gridded: Collection[int]) -> SegmentSigns:
    """What the tagger is told of some segments of a document; `gridded`: the lines of its tables."""
    texts = [units[s.unit].text[s.start : s.end] for s in segments]
    kinds = [kind_of(unit) for unit in units]
    lines = _of_units(units, kinds, gridded)
    again = Counter(texts)
    return SegmentSigns(
        shipped_encoder().encode(texts, "passage").astype(np.float16).astype(np.float32),
        np.array(
            [
                _of_segment(s, text, again[text], lines[s.unit])
                for s, text in zip(segments, texts, strict=True)
            ],
            np.float32,
        ),
        np.array(
            [(s.before, s.behind, kinds[s.unit][0], kinds[s.unit][0] * (s.place <= 1)) for s in segments]
        ),
        np.array(
            [
                [*map(ord, text.ljust(3)[:3] + text.rjust(3)[-3:] + units[s.unit].text.ljust(2)[:2])]
                for s, text in zip(segments, texts, strict=True)
            ]
        ),
    )


def _of_units(
    units: Sequence[Unit], kinds: Sequence[tuple[int, str]], gridded: Collection[int]
) -> list[tuple[list[float], bool]]:
    """What is told of each unit, and whether it has a mark that counts."""
    alike, heads = Counter(kind for _, kind in kinds), Counter(unit.text[:2] for unit in units)
    last: dict[str, int] = {}
    rows = []
    for at, (unit, (_, kind)) in enumerate(zip(units, kinds, strict=True)):
        gap, text = at - last.get(kind, -100), unit.text
        last[kind] = at
        rows.append(
            (
                [
                    log1p(len(text)),
                    at / len(units),
                    min(at, _LINES) / _LINES,
                    min(len(units) - at, _LINES) / _LINES,
                    log1p(alike[kind]) * bool(kind),
                    min(gap, _PARTS) / _PARTS * bool(kind),
                    min(unit.source.level, _LEVELS) / _LEVELS,
                    any(kind.startswith("md") for kind in unit.marks),
                    unit.lines[0] in gridded,
                    log1p(heads[text[:2]] - 1),
                    text[-1] in "。.;",
                    text[-1] == ":",
                    vocabulary.PHONE.search(text) is not None,
                    unit.start == 0,
                    text[0] in "([【",
                    BETWEEN_CELLS in text,
                ],
                bool(kind),
            )
        )
    return rows


def _of_segment(segment: Segment, text: str, again: int, line: tuple[list[float], bool]) -> list[float]:
    """What is told of a segment and its unit."""
    own, marked = line
    length = len(text)
    return [
        *own,
        log1p(length),
        min(length, _LONGEST) / _LONGEST,
        length < _SHORTEST,
        length < _SHORT,
        length > _LONG,
        segment.place == 0,
        segment.place == 1,
        marked and segment.place <= 1,
        min(segment.place, _PARTS) / _PARTS,
        segment.parts == 1,
        min(segment.parts, _PARTS) / _PARTS,
        segment.place + 1 == segment.parts,
        segment.start == 0,
        log1p(again - 1),
        sum(map(str.isdigit, text)) / length,
        sum(map(str.isascii, text)) / length,
        text[0].isupper(),
        HAN_LETTERS.search(text) is not None,
        vocabulary.PHONE.search(text) is not None,
        vocabulary.TOPIC_END.search(text) is not None,
        vocabulary.RULE_WORDS.search(text) is not None,
        prior.cue(text) > 0,
        prior.cue(text) < 0,
        "“" in text,
        "《" in text,
    ]
