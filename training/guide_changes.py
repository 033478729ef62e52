"""Right guides changed as converters and people change them, in other ways than tests/disturbed_layouts.py."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.disturbed_layouts import MARK, titles_of, with_lines
from tests.layout_cases import Case

_WIDTHS = (24, 28, 32, 36)  # characters of a narrow page in Han; Latin lines take twice as many
_PHONE = re.compile(r"[,，(（]?\s*(?:(?:联系|咨询)?电话[:：])?\s*(?:0\d{2,4}[- ])?\d{7,8}[)）]?$")
_OFFICE_NAMES = re.compile(
    r"(?:对接|联系|责任|业务|主管|归口|牵头|咨询|发榜|需求)(?:处室|部门|单位|科室|司局)|(?:联系|咨询)(?:人|电话|方式)"
    r"|(?:Contact|Lead|Office|Enquiries|Supervisor)(?=[:\s])"
)
_REMARKS = {
    True: ("Preference is given to joint teams", "Partners welcome"),
    False: ("优先支持产学研联合申报", "鼓励青年人员牵头"),
}


def changed(case: Case) -> Iterator[tuple[str, Case]]:
    """(kind, changed case) for every kind of change that a text case allows; the same case gives the same changes."""
    titles = titles_of(case)
    for change in _CHANGES if titles else ():
        other = change(case, titles, random.Random(f"{case.name} {change.__name__}"))
        if other is not None and other.lines != case.lines:
            yield change.__name__.strip("_"), other


def _torn_title(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """One title broken over two lines in its middle."""
    line = case.lines[at := rng.choice(titles)].rstrip()
    places = [i for i in range(len(line)) if 0.45 * len(line) < i < 0.75 * len(line)]
    if line.isascii():
        places = [i for i in places if line[i] == " "]
    cut = rng.choice(places) if places and len(line) >= 16 else 0
    return with_lines(case, at, line[:cut], line[cut:].strip()) if cut else None


def _glued_line(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """The line below a title at its end."""
    plain = [
        i for i in titles if i + 1 < len(case.lines) and i + 1 not in titles and case.lines[i + 1].strip()
    ]
    at = rng.choice(plain) if plain else 0
    return (
        with_lines(case, at, f"{case.lines[at].rstrip()} {case.lines[at + 1].strip()}", instead_of=2)
        if plain
        else None
    )


def _glued_titles(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """Two titles on one line, with another mark between them."""
    pairs = [i for i in titles if i + 1 in titles]
    at = rng.choice(pairs) if pairs else 0
    between = rng.choice(("；", "  ", "\u3000"))
    return (
        with_lines(case, at, case.lines[at].rstrip() + between + case.lines[at + 1].strip(), instead_of=2)
        if pairs
        else None
    )


def _other_mark(case: Case, titles: Sequence[int], rng: random.Random) -> Case | None:
    """The mark of one title in another style."""
    mark = MARK.match(case.lines[at := rng.choice(titles)])
    style = rng.choice(("（{}）", "{}) ", "{}、", "[{}]", "{} "))
    return (
        with_lines(case, at, style.format(mark["a"] or mark["b"]) + case.lines[at][mark.end() :])
        if mark
        else None
    )


def _no_marks(case: Case, titles: Sequence[int], _rng: random.Random) -> Case | None:
    """All titles without their numbers, which no reading can give then."""
    lines = list(case.lines)
    for at in titles:
        mark = MARK.match(lines[at])
        if mark is None:
            return None
        lines[at] = lines[at][mark.end() :]
    rows = tuple((row[0], "~", *row[2:5], "~", *row[6:]) for row in case.rows)
    return replace(case, lines=tuple(lines), rows=rows)


def _page_number(case: Case, titles: Sequence[int], rng: random.Random) -> Case:
    """The number of a page above a title."""
    return with_lines(
        case, rng.choice(titles[1:]), rng.choice(("- 2 -", "第 3 页 共 9 页", "4")), instead_of=0
    )


def _narrow_page(case: Case, _titles: Sequence[int], rng: random.Random) -> Case:
    """All lines broken at the width of a narrow page."""
    width = rng.choice(_WIDTHS) * (2 if all(line.isascii() for line in case.lines) else 1)
    lines: list[str] = []
    for line in case.lines:
        while len(line) > width:
            space = line.rfind(" ", 0, width) if line.isascii() else -1
            cut = space if space > 0 else width
            lines.append(line[:cut])
            line = line[cut:].lstrip()
        lines.append(line)
    return replace(case, lines=tuple(lines))


def _loose_remark(case: Case, titles: Sequence[int], rng: random.Random) -> Case:
    """A remark without brackets or stop above a title."""
    remarks = _REMARKS[all(row[2].isascii() for row in case.rows)]
    return with_lines(case, rng.choice(titles[1:]), rng.choice(remarks), instead_of=0)


def _cut_file(case: Case, titles: Sequence[int], _rng: random.Random) -> Case | None:
    """The file ends within the last title."""
    line = case.lines[titles[-1]].rstrip()
    end = re.match(rf".{{{int(0.6 * len(line))}}}", line)
    return replace(case, lines=(*case.lines[: titles[-1]], end[0])) if end and len(line) >= 14 else None


def _odd_office_names(case: Case, _titles: Sequence[int], _rng: random.Random) -> Case:
    """The names of offices and contacts in words that nobody uses."""
    odd = "Ask for" if all(row[2].isascii() for row in case.rows) else "去找"
    return replace(case, lines=tuple(_OFFICE_NAMES.sub(odd, line) for line in case.lines))


def _phones_below(case: Case, _titles: Sequence[int], _rng: random.Random) -> Case:
    """The phone at the end of a line on one of its own."""
    lines: list[str] = []
    for line in case.lines:
        phone = _PHONE.search(line)
        lines += (
            [line[: phone.start()], phone.group().lstrip(",， ")] if phone and phone.start() > 3 else [line]
        )
    return replace(case, lines=tuple(lines))


_CHANGES: tuple[Callable[[Case, Sequence[int], random.Random], Case | None], ...] = (
    _torn_title, _glued_line, _glued_titles, _other_mark, _no_marks, _page_number, _narrow_page, _loose_remark, _cut_file,
    _odd_office_names, _phones_below,
)  # fmt: skip
