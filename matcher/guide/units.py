"""A document as units: stretches of lines that may be a title, a content, an office or a heading.

Mostly a unit is a line. Lines that the page broke are joined; a line into which several items
were run together ("……。(一)……(二)……") is cut at their marks.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from matcher.guide import layouts
from matcher.readers import Document
from matcher.segment import normalise

_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
# Circled and other enclosed digits: width folding turns ① into 1, so they are told by the original.
_ENCLOSED = re.compile("[\u2460-\u2473\u24f5-\u24fe\u2776-\u2793]")
# Zero-width and direction marks, variation selectors, lone surrogates: nobody sees them.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]+"
)
_ODD_SPACE = re.compile("[\x00-\x1f\x7f-\x9f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
# The marks at which a line may be cut, outermost first; the first two may follow any text.
_CUTS = ("han", "paren-han", "number", "paren", "half-paren", "circled")


def clean(text: str) -> str:
    """Original text without invisible marks and outer white space; control characters and odd spaces become spaces."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _ODD_SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


class Source:
    """A logical line: one line of the document, or several that the page broke."""

    def __init__(self, parts: Sequence[tuple[int, str]]) -> None:
        """`parts` are (line number, text) in order."""
        self.original = ""
        self._starts: list[int] = []
        self._numbers = [number for number, _ in parts]
        for _, text in parts:
            text = text.strip() if len(parts) > 1 else text
            if self.original and self.original[-1:].isascii() and text[:1].isascii():
                self.original += " "  # Latin words need the space that the line end stood for
            self._starts.append(len(self.original))
            self.original += text
        normal = normalise(self.original)
        self.text, self._origin = normal.text.replace("\n", " "), normal.origin

    def slice(self, start: int, end: int) -> str:
        """The original characters of text[start:end], cleaned."""
        return clean(self.original[self._origin[start] : self._origin[end]])

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """First and last line number of text[start:end]."""
        first = bisect_right(self._starts, self._origin[start]) - 1
        last = bisect_right(self._starts, max(self._origin[start], self._origin[end] - 1)) - 1
        return self._numbers[first], self._numbers[last]

    def enclosed(self, at: int) -> bool:
        """Whether text[at] was written as ①, ⑫ …"""
        return bool(_ENCLOSED.match(self.original[self._origin[at] : self._origin[at] + 1]))


@dataclass(frozen=True)
class Unit:
    """text[start:end] of a source, without outer white space."""

    source: Source
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        """The normalised text."""
        return self.source.text[self.start : self.end]

    def slice(self, start: int = 0, end: int | None = None) -> str:
        """The original characters of `self.text[start:end]`."""
        return self.source.slice(self.start + start, self.end if end is None else self.start + end)

    @property
    def lines(self) -> tuple[int, int]:
        """First and last line of the document."""
        return self.source.lines(self.start, self.end)

    @cached_property
    def marks(self) -> dict[str, tuple[str, int]]:
        """kind -> (number as written, where the title starts), for the marks this unit begins with."""
        found: dict[str, tuple[str, int]] = {}
        circled = bool(self.text) and self.source.enclosed(self.start)
        for kind, pattern in layouts.MARKS.items():
            if (kind == "circled") != circled:
                continue
            match = pattern.match(self.text)
            if match and (
                match.end() < len(self.text) or kind in ("part", "theme", "direction", "task", "field")
            ):
                found[kind] = (match["n"], match.end())
        return found


def number_of(written: str) -> int:
    """The value of 12, 十二, C, IV, A3, 1.2 (its last part) or HORIZON-…-05; 0 if it has none."""
    digits = re.findall(r"\d+", written)
    if digits:
        return int(digits[-1][:6])
    if written in _ROMAN:
        return _ROMAN.index(written) + 1
    if len(written) == 1 and "A" <= written <= "Z":
        return ord(written) - 64
    return _han_number(written)


def _han_number(written: str) -> int:
    if len(written) > 1 and not set(written) & set("十百"):
        return int("".join(str(_HAN_DIGITS.get(c, 0)) for c in written))
    total, digit = 0, 0
    for c in written:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS.get(c, 0)
    return total + digit


def units_of(document: Document, skip: Iterable[int] = ()) -> list[Unit]:
    """The units of the non-empty lines that are not in `skip` (line numbers), in order."""
    omitted = set(skip)
    kept = [(n, line) for n, line in enumerate(document.lines, 1) if n not in omitted and clean(line)]
    units: list[Unit] = []
    for source in _join(kept, document.wrapped):
        units.extend(_cut(source, 0, len(source.text), _CUTS))
    return units


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text.strip())


def _join(lines: list[tuple[int, str]], wrapped: bool) -> list[Source]:
    """Logical lines: where pages broke lines, a full line goes on in the next one that has no mark."""
    widths = [_width(text) for _, text in lines]
    longest = max(widths, default=0)
    full = [w >= 0.9 * longest for w in widths]
    # A text file with many lines of one length, none of them long, was broken by hand or by a converter.
    if not wrapped and (longest > 130 or longest < 40 or sum(full) * 3 < len(lines) or len(lines) < 8):
        return [Source([line]) for line in lines]
    groups: list[list[tuple[int, str]]] = []
    for i, line in enumerate(lines):
        if groups and full[i - 1] and not _begins(line[1], lines[i - 1][1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [Source(group) for group in groups]


def _begins(text: str, before: str) -> bool:
    """Whether a broken page's line begins something new: it has a mark, a label or an indent."""
    if text[:1].isspace() and not before[:1].isspace():
        return True
    source = Source([(0, text)])
    unit = next(iter(_trimmed(source, 0, len(source.text))), None)
    if unit is None:
        return True
    labels = (
        layouts.MAIN_CONTENT,
        layouts.OTHER_CONTENT,
        layouts.WEAK_CONTENT,
        layouts.STRONG_OFFICE,
        layouts.WEAK_OFFICE,
        layouts.ENGLISH_CONTENT,
        layouts.SECTION_LINE,
    )
    marks = set(unit.marks) - {"coded"}
    return bool(marks) or any(pattern.match(unit.text) for pattern in labels)


def _trimmed(source: Source, start: int, end: int) -> list[Unit]:
    text = source.text
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return [Unit(source, start, end)] if start < end else []


def _cut(source: Source, start: int, end: int, kinds: Sequence[str]) -> list[Unit]:
    """text[start:end] cut at the outermost marks that run on in it, and each piece at the next ones."""
    if not kinds:
        return _cut_labels(source, start, end)
    places = _sequence(source, start, end, kinds[0])
    edges = sorted({start, *places, end})
    return [u for a, b in itertools.pairwise(edges) for u in _cut(source, a, b, kinds[1:])]


def _sequence(source: Source, start: int, end: int, kind: str) -> list[int]:
    """Where the marks of one kind stand in text[start:end], if they count up by one and make a list."""
    pattern = layouts.MARKS[kind]
    places: list[int] = []
    numbers: list[int] = []
    for match in pattern.finditer(source.text, start, end):
        at = match.start()
        if at > start and kind != "circled" and source.text[at - 1] not in "。;: \u3000?!)":
            continue
        # "1 次" and "12 个月" are no marks inside a line: there a mark needs its stop.
        if (kind == "number" and not re.match(r"\d{1,2}[.、]", match.group())) or match.end() >= end:
            continue
        if (kind == "circled") == source.enclosed(at):
            places.append(at)
            numbers.append(number_of(match["n"]))
    counts_up = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
    if len(places) < 2 or not counts_up:
        return []
    before = source.text[start : places[0]].strip()
    if before and (
        _is_content(before) or (kind not in _CUTS[:2] and not _announces(source, start, places[0]))
    ):
        return []
    return places


def _is_content(text: str) -> bool:
    return any(p.match(text) for p in (layouts.MAIN_CONTENT, layouts.OTHER_CONTENT, layouts.ENGLISH_CONTENT))


def _announces(source: Source, start: int, end: int) -> bool:
    """Whether the text before a list is a heading of its own or a sentence such as 选题如下：."""
    unit = next(iter(_trimmed(source, start, end)), None)
    return unit is not None and bool(
        layouts.LEAD_IN.search(unit.text)
        or (set(unit.marks) & {"han", "paren-han", "part"} and len(unit.text) < 40)
    )


def _cut_labels(source: Source, start: int, end: int) -> list[Unit]:
    """Cut before contents and offices that stand in the middle of a line."""
    text = source.text[start:end]
    edges = {start, end} | {start + m.start() for m in layouts.INLINE_CONTENT.finditer(text)}
    for match in layouts.STRONG_OFFICE.finditer(text):
        if match.start() and text[match.start() - 1] in "。;. \u3000)?!":
            edges.add(start + match.start())
    order = sorted(edges)
    return [u for a, b in itertools.pairwise(order) for u in _trimmed(source, a, b)]
