"""The items of a list to runs: those that count on under the same headings, and which runs count on from one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf

from matcher.guide import prior
from matcher.guide.lists.other_lists import is_called
from matcher.guide.prior import OF_FIELD, TopicStart
from matcher.guide.text.blocks import Unit
from matcher.guide.text.marks import number_of
from matcher.guide.vocabulary import LEAD_IN


def runs_of(
    units: Sequence[Unit], candidates: prior.ListCandidates, headings: prior.Headings
) -> list[prior.Run]:
    """The titles that count on under the same headings; a restart, a heading or 选题如下 begins another run."""
    runs: list[prior.Run] = []
    stack: list[prior.RunHeading] = []
    last: int | None = None
    key: object = None
    codes: set[str] = set()  # of the run
    follows = dict(pairwise([*sorted(candidates), len(units)]))
    for at, unit in enumerate(units):
        if at in headings:
            heading = headings[at]
            stack = [*(h for h in stack if h.rank < heading.rank), heading]
        elif at in candidates:
            number, start, code = candidates[at]
            restarted = number is not None and number <= 1 and last is not None and last >= 1
            # An index of the topics stands above them.
            restarted = restarted or (code != "" and code in codes)
            codes = set() if restarted else codes
            codes.add(code)
            if not runs or key != tuple(stack) or restarted:
                runs.append(prior.Run(tuple(stack), [], _lead(units, candidates, headings, at, stack)))
            key, last = tuple(stack), number
            end, _ = prior.title_end(unit.text, start)
            other = follows[at] - 1 if not is_called(units[follows[at] - 1].text) else at  # who may apply: …
            body_end = next(
                (h for h in range(at + 1, follows[at]) if h in headings or h == other), follows[at]
            )
            body = units[at + 1 : body_end]
            runs[-1].items.append(prior.TopicStart(at, unit, number, start, end, body, code=code))
        elif (at + 1 in candidates and not is_called(unit.text)) or (
            {at + 1, at + 2} & candidates.keys() and LEAD_IN.search(unit.text) and not prior.is_content(unit)
        ):
            key, last = None, None  # what follows is a new list even without a heading
    _widen([item for run in runs for item in run.items])
    return runs


def _widen(items: Sequence[TopicStart]) -> None:
    """Let a title run on behind its field where several items are of that field: 智慧城市领域：桥梁、隧道的监测."""
    counts = Counter(item.title for item in items)
    for item in items:
        if counts[item.title] > 1 and OF_FIELD.fullmatch(item.title) and item.rest[-1:] not in "。;":
            item.end = len(item.unit.text)


def _lead(
    units: Sequence[Unit],
    candidates: prior.ListCandidates,
    headings: prior.Headings,
    at: int,
    stack: Sequence[prior.RunHeading],
) -> bool:
    """Whether a sentence such as 选题指南如下 stands right above (one line may lie between)."""
    if stack and stack[-1].lead and at - stack[-1].at <= 2:
        return True
    above = [i for i in range(max(0, at - 2), at) if i not in candidates]
    near = [units[i] for i in above if not any(h in headings for h in range(i + 1, at))]
    leads = [unit for unit in near if LEAD_IN.search(unit.text)]
    return any(not prior.is_content(unit) or unit.text[-1] == ")" for unit in leads)


def counts_on(run: prior.Run, following: prior.Run | None) -> bool:
    """Whether the next run goes on with the number behind a run's last one: no item between them is missing."""
    last = run.items[-1].number
    return last is not None and following is not None and following.items[0].number == last + 1


def counts_in_parents(units: Sequence[Unit], runs: Sequence[prior.Run]) -> bool:
    """Whether the codes of several runs begin with the number of the heading above them: 2.1 below 二、, B1 below Theme B."""
    pairs = []
    for run in runs:
        heading = units[run.headings[-1].at].marks if run.headings else {}
        numbers = {number_of(mark.written) for mark in heading.values() if mark.written}
        parents = [re.match(r"\d+|[A-Z]+", item.code) for item in run.items]
        pairs += [p is not None and number_of(p.group()) in numbers for p in parents]
    return len(runs) > 1 and all(pairs)


class Sisters:
    """The accepted runs, as one that is not is compared with all of them at once."""

    def __init__(self, runs: Sequence[prior.Run]) -> None:
        """Where each number ends a run first, and begins one last; and how their headings rank."""
        self.ranks = {h.rank for run in runs for h in run.headings}
        self._ends: dict[int | None, float] = {}
        self._starts: dict[int | None, int] = {}
        for first, last in ((run.items[0], run.items[-1]) for run in runs):
            self._ends[last.number] = min(last.at, self._ends.get(last.number, inf))
            self._starts[first.number] = max(first.at, self._starts.get(first.number, -1))

    def count_on(self, run: prior.Run) -> bool:
        """Whether a run has the number behind the last one of a run above it, or before the first one of a run below it."""
        first, last = run.items[0], run.items[-1]
        number = first.number or 0
        follows = number > 1 and self._ends.get(number - 1, inf) < first.at
        return follows or (last.number is not None and self._starts.get(last.number + 1, -1) > last.at)
