"""The runs of a document that are likest topics, whatever mark they have: a second look, where the first one fails or is in doubt.

How like topics a run is is told by a regression on its words and build, its place, and how it differs from all other runs of the
document (data/guide_likeliest.json, written by training/guide_likeliest.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, log
from statistics import fmean

from matcher import settings
from matcher.guide import prior
from matcher.guide.lists.candidates import ListReader
from matcher.guide.lists.likeness import signs_of
from matcher.guide.lists.list_items import item_score
from matcher.guide.lists.runs import runs_of
from matcher.guide.regression import shipped_regression
from matcher.guide.text.blocks import Unit

_WEIGHTS = settings.file("guide.likeliest.weights")
_MOST = settings.count("guide.likeliest.most")
_RUNS = settings.count("guide.likeliest.runs")
_HEADINGS = settings.count("guide.likeliest.headings")
_ALIKE = settings.file("guide.likeliest.alike")
# Kinds of marks that hold topics more or less often than others.
_KINDS = (
    *("titled", "bare", "anchor", "run-in", "bullet", "number", "han", "paren-han", "paren", "half-paren", "circled", "letter"),
    *("code", "coded", "dotted", "deep"),
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """The runs of one kind of mark, and what the regression is told of each."""

    reader: ListReader
    runs: list[prior.Run]
    signs: list[Mapping[str, float]]

    @cached_property
    def odds(self) -> list[float]:
        """The log-odds that each run is topics."""
        return [shipped_regression(_WEIGHTS).log_odds(row) for row in self.signs]


def lists_of(first: Sequence[ListReader], units: Sequence[Unit], titled: bool) -> list[Listed]:
    """All that stands in these units as lists do, by the kind of mark; `first`: the readers of the first look."""
    faint = ListReader(units, "bare", titled, faint=True)
    every = [*(reader.again() for reader in first), faint, ListReader(units, "titled", titled)]
    lists = [(r, runs_of(r.units, r.candidates, r.headings)) for r in every if r.candidates]
    for run in (run for _, runs in lists for run in runs):
        for item in run.items:
            item.score = item_score(item)
    titles = [Counter(item.title for run in runs for item in run.items) for _, runs in lists]
    signs = [
        [_signs(reader, run, runs, counts) for run in runs]
        for (reader, runs), counts in zip(lists, titles, strict=True)
    ]
    rows = [row for own in signs for row in own]
    means = {name: fmean(row[name] for row in rows) for name in rows[0]} if rows else {}
    return [
        Listed(
            reader,
            runs,
            [
                {
                    **row,
                    **{f"rest {name}": row[name] - means[name] for name in row if not name.startswith("is ")},
                }
                for row in own
            ],
        )
        for (reader, runs), own in zip(lists, signs, strict=True)
    ]


def _signs(
    reader: ListReader, run: prior.Run, runs: Sequence[prior.Run], titles: Mapping[str, int]
) -> dict[str, float]:
    """What is seen of a run, and where it stands among the `runs` of its kind, which have so many of the same `titles`."""
    count, lines = len(run.items), max(len(reader.units), 1)
    first, last = run.items[0].at, run.items[-1].at + len(run.items[-1].body)
    own = Counter(item.title for item in run.items)
    return {
        **signs_of(run),
        "items": log(min(count, _MOST)) / log(_MOST),
        "one": float(count == 1),
        "two": float(count == 2),
        "begins": first / lines,
        "ends": last / lines,
        "covers": (last - first) / lines,
        "first": float(run is runs[0]),
        "runs": min(len(runs), _RUNS) / _RUNS,
        "announced": float(any(h.cue > 0 for h in run.headings)),
        "of notice": float(any(h.cue < 0 for h in run.headings)),
        "headings": min(len(run.headings), _HEADINGS) / _HEADINGS,
        "from one": float(run.items[0].number in (None, 1)),
        "introduced": float(first > 0 and reader.units[first - 1].text[-1] == ":"),
        "repeated": fmean(titles[item.title] > own[item.title] for item in run.items),
        "is word": float(reader.kind.startswith("word:")),
        "is faint": float(reader.faint),
        **{f"is {kind}": float(reader.kind == kind) for kind in _KINDS},
    }


def beside_likest(lists: Sequence[Listed], runs: Sequence[prior.Run]) -> list[float]:
    """By how much the second regression holds each run of one kind for topics, if the likest of them is; inf for that one."""
    places = [{item.at for item in run.items} for run in runs]
    for listed in lists:
        held = [{item.at for item in run.items} for run in listed.runs]
        own = [next((n for n, at in enumerate(held) if place <= at), -1) for place in places]
        if -1 not in own:
            kept = _beside_likest(listed, own)
            return [kept[at] for at in own]
    return [inf] * len(runs)


def _beside_likest(listed: Listed, among: Iterable[int]) -> dict[int, float]:
    """The log-odds, less the threshold, that these runs are topics if the likest of them is."""
    alike, places, odds = shipped_regression(_ALIKE), list(among), listed.odds
    likest = max(places, key=odds.__getitem__)
    values = {at: alike.log_odds(beside(listed.signs, odds, likest, at)) - alike.threshold for at in places}
    return {**values, likest: inf}


def beside(
    signs: Sequence[Mapping[str, float]], odds: Sequence[float], likest: int, other: int
) -> dict[str, float]:
    """What the second regression is told of a run beside the likest one of its kind, of all of which these are signs and log-odds."""
    one, two = signs[likest], signs[other]
    between = odds[min(likest, other) : max(likest, other) + 1]
    return {
        "behind": odds[likest] - odds[other],
        "odds": odds[other],
        "near": 1 / (1 + abs(likest - other)),
        "next": float(abs(likest - other) == 1),
        "before": float(other < likest),
        "apart": max(one["begins"] - two["ends"], two["begins"] - one["ends"], 0.0),
        "above least": odds[other] - min(between),
        "as deep": float(one["headings"] == two["headings"]),
        **{f"differs {name}": abs(one[name] - two[name]) for name in one if _is_own(name)},
        **{f"more {name}": two[name] - one[name] for name in one if _is_own(name)},
    }


def _is_own(sign: str) -> bool:
    """Whether a sign is of a run itself, not of its place or its kind."""
    return not sign.startswith(("is ", "rest ")) and sign not in ("begins", "ends", "first", "runs")
