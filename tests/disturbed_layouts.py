"""Right cases of layouts, changed as copying, converting and typing change a guide, with what is still their right reading."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from matcher.segment import fold
from tests.layout_cases import Case

MARK = re.compile(r"\s*(?:(?P<a>\d{1,2})\s*[.．、]\s*|[（(](?P<b>\d{1,2})[)）]\s*)(?=\S)")
_STYLES = ("{}.", "{}、", "（{}）", "{}）", "[{}]", "No.{} ", "{}—", "#{} ")
_LABELS = {"主要研究内容": "攻关要点", "研究内容": "攻关要点", "考核指标": "达标线", "研究目标": "要达到的"}
_LABELS |= {"Scope": "What we have in mind", "Description": "In short", "Objective": "Aim here"}


def disturbed(case: Case) -> Iterator[tuple[str, Case]]:
    """(kind, changed case) for every kind of change that a text case allows; the same case gives the same changes."""
    titles = titles_of(case)
    for name, change in _CHANGES.items():
        changed = change(case, titles, random.Random(f"{case.name} {name}")) if titles else None
        if changed is not None and changed.lines != case.lines:
            yield name, changed


def _plain(text: str) -> str:
    return re.sub(r"\s", "", fold(text))


def titles_of(case: Case) -> list[int]:
    """The line of each topic's title; none where two share one, or a title is not on one line."""
    places: list[int] = []
    for row in case.rows:
        after = range(places[-1] + 1 if places else 0, len(case.lines))
        places += [i for i in after if _plain(row[2]) in _plain(case.lines[i])][:1]
    return places if len(places) == len(case.rows) and len(places) > 2 else []


def with_lines(case: Case, at: int, *lines: str, instead_of: int = 1) -> Case:
    return replace(case, lines=(*case.lines[:at], *lines, *case.lines[at + instead_of :]))


def _broken(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """One title broken over two lines near its end."""
    ends = [
        i
        for i, row in zip(titles, case.rows, strict=True)
        if _plain(case.lines[i]).endswith(_plain(row[2])[-6:])
    ]
    line = case.lines[at := rng.choice(ends)].rstrip() if ends else ""
    cut = line.rfind(" ") if line.isascii() else len(line) - rng.randrange(3, 8)
    return with_lines(case, at, line[:cut], line[cut:].strip()) if cut > 10 else None


def _joined(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """Two titles on one line."""
    pairs = [i for i in titles if i + 1 in titles]
    at = rng.choice(pairs) if pairs else 0
    return (
        with_lines(case, at, f"{case.lines[at].rstrip()} {case.lines[at + 1].strip()}", instead_of=2)
        if pairs
        else None
    )


def _renumbered(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """The marks of one section in another style."""
    section, style = rng.choice(case.rows)[0], rng.choice(_STYLES)
    lines = list(case.lines)
    for at, row in zip(titles, case.rows, strict=True):
        mark = MARK.match(lines[at])
        if row[0] == section and mark is None:
            return None
        if row[0] == section and mark is not None:
            lines[at] = style.format(mark["a"] or mark["b"]) + lines[at][mark.end() :]
    return replace(case, lines=tuple(lines))


def _unnumbered(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """One title without its number."""
    mark = MARK.match(case.lines[at := rng.choice(titles)])
    return with_lines(case, at, case.lines[at][mark.end() :]) if mark else None


def _remarked(case: Case, titles: Sequence[int], rng: random.Random) -> Case:
    """A remark between two topics."""
    english = all(row[2].isascii() for row in case.rows)
    return with_lines(
        case,
        rng.choice(titles[1:]),
        "(new this year)" if english else "（本组课题须与企业联合申报）",
        instead_of=0,
    )


def _relabelled(case: Case, titles: Sequence[int], rng: random.Random) -> Case:
    """The names of contents in words that nobody uses."""
    pattern = re.compile(rf"^(\W*)({'|'.join(_LABELS)})(?=\s*[:：])")
    return replace(
        case, lines=tuple(pattern.sub(lambda m: m[1] + _LABELS[m[2]], line) for line in case.lines)
    )


def _unmarked(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """One section's heading without its mark."""
    sections = list(dict.fromkeys(row[0] for row in case.rows))
    section = rng.choice(sections)
    first = titles[[row[0] for row in case.rows].index(section)]
    heads = [i for i in range(first) if section and _plain(section) in _plain(case.lines[i])]
    near = bool(heads) and len(case.lines[heads[-1]]) < len(section) + 8
    return with_lines(case, heads[-1], section) if near and len(sections) > 1 else None


_CHANGES: dict[str, Callable[[Case, Sequence[int], random.Random], Case | None]] = {
    "broken title": _broken,
    "two titles on a line": _joined,
    "a section renumbered": _renumbered,
    "a number lost": _unnumbered,
    "a remark between": _remarked,
    "unknown labels": _relabelled,
    "a heading without its mark": _unmarked,
}
