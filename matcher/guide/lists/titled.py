"""Titles that only their place tells: short lines without a mark, each right above a text, below headings that stand above titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from matcher.guide import prior
from matcher.guide.lists.unmarked import is_plain
from matcher.guide.text.blocks import LONGEST_TITLE, Unit
from matcher.guide.text.marks import RANK

_INNER, _OUTER = RANK["words"], RANK["words"] - 0.5


def titled_blocks(units: Sequence[Unit]) -> tuple[dict[int, prior.Candidate], dict[int, prior.RunHeading]]:
    """The titles, by the place of the unit, and the headings above them."""
    names = Counter(prior.label_of(unit.text) for unit in units)
    short = [is_plain(u) and len(u.text) > 1 and names[prior.label_of(u.text) or "-"] < 2 for u in units]
    gaps = [below.lines[0] - unit.lines[1] - 1 for unit, below in pairwise(units)]
    titles = {
        at
        for at, (unit, below) in enumerate(pairwise(units))
        if short[at]
        and not gaps[at]
        and not below.marks
        and not prior.states_office(unit.text)
        and (not short[at + 1] or _indent(below) > _indent(unit))
    }
    titles -= {at for at in titles if at + 1 in titles}  # what stands above a title heads it
    headings: dict[int, prior.RunHeading] = {}
    for at in reversed(range(len(units) - 1)):
        text = units[at].text
        if at in titles or not (short[at] or (text[-1] == ":" and len(text) <= LONGEST_TITLE)):
            continue
        outer = at + 1 in headings and headings[at + 1].rank == _INNER
        if at + 1 in titles or outer or (at and gaps[at] and gaps[at - 1]):
            headings[at] = prior.RunHeading(
                _OUTER if outer else _INNER, at, text.strip("【】[]《》<>: "), prior.cue(text)
            )
    return dict.fromkeys(sorted(titles), (None, 0, "")), dict(sorted(headings.items()))


def _indent(unit: Unit) -> int:
    original = unit.source.original
    return len(original) - len(original.lstrip())
