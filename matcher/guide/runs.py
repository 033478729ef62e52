"""Titles to runs: those that count on under the same headings, and the sentence that announces them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from matcher.guide import vocabulary
from matcher.guide.blocks import Unit
from matcher.guide.prior import Candidate, Heading, Item, Run, is_content, title_end


def runs_of(
    units: Sequence[Unit], candidates: Mapping[int, Candidate], headings: Mapping[int, Heading]
) -> list[Run]:
    """The titles that count on under the same headings; a restart, a heading or 选题如下 begins another run."""
    runs: list[Run] = []
    stack: list[Heading] = []
    last: int | None = None
    key: object = None
    follows = dict(pairwise([*sorted(candidates), len(units)]))
    for at, unit in enumerate(units):
        if at in headings:
            heading = headings[at]
            stack = [*(h for h in stack if h.rank < heading.rank), heading]
        elif at in candidates:
            number, start, code = candidates[at]
            restarted = number is not None and number <= 1 and last is not None and last >= 1
            if not runs or key != tuple(stack) or restarted:
                runs.append(Run(tuple(stack), [], _lead(units, candidates, headings, at, stack)))
            key, last = tuple(stack), number
            end, _ = title_end(unit.text, start)
            body_end = next((h for h in range(at + 1, follows[at]) if h in headings), follows[at])
            runs[-1].items.append(Item(at, unit, number, start, end, units[at + 1 : body_end], code=code))
        elif vocabulary.LEAD_IN.search(unit.text) and not is_content(unit):
            key, last = None, None  # what follows is a new list even without a heading
    return runs


def _lead(
    units: Sequence[Unit],
    candidates: Mapping[int, Candidate],
    headings: Mapping[int, Heading],
    at: int,
    stack: Sequence[Heading],
) -> bool:
    """Whether a sentence such as 选题指南如下 stands right above (one line may lie between)."""
    if stack and stack[-1].lead and at - stack[-1].at <= 2:
        return True
    above = [i for i in range(max(0, at - 2), at) if i not in candidates]
    return any(
        vocabulary.LEAD_IN.search(units[i].text) and (not is_content(units[i]) or units[i].text[-1] == ")")
        for i in above
        if not any(h in headings for h in range(i + 1, at))
    )
