"""Which runs of one kind of mark are topics, accepted or not: how like topics the likest is, and how like that one the others are.

The one is told by a regression on the words and build of a run, its place, and how it differs from the others of its kind
(data/guide_likeliest.json), the other by one on how two runs differ (data/guide_alike.json); training/guide_likeliest.py writes both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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

_WEIGHTS = settings.file("guide.likeliest.weights")
_MOST = settings.count("guide.likeliest.most")
_RUNS = settings.count("guide.likeliest.runs")
_HEADINGS = settings.count("guide.likeliest.headings")
_ALIKE = settings.file("guide.likeliest.alike")
# Kinds of marks that hold topics more or less often than others.
_KINDS = (
    *("bare", "anchor", "run-in", "bullet", "number", "han", "paren-han", "paren", "half-paren", "circled", "letter"),
    *("code", "coded", "dotted", "deep"),
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """The runs of one kind of mark, and what the regression is told of each."""

    runs: list[prior.Run]
    signs: list[Mapping[str, float]]

    @cached_property
    def odds(self) -> list[float]:
        """The log-odds that each run is topics."""
        return [shipped_regression(_WEIGHTS).log_odds(row) for row in self.signs]


def listed_of(reader: ListReader) -> Listed:
    """The runs of a kind of mark, accepted or not, with their signs."""
    runs = runs_of(reader.units, reader.candidates, reader.headings)
    for item in (item for run in runs for item in run.items):
        item.score = item_score(item)
    titles = Counter(item.title for run in runs for item in run.items)
    rows = [_signs(reader, run, runs, titles) for run in runs]
    means = {name: fmean(row[name] for row in rows) for name in rows[0] if not name.startswith("is ")}
    rest = [{f"rest {name}": row[name] - mean for name, mean in means.items()} for row in rows]
    return Listed(runs, [{**row, **more} for row, more in zip(rows, rest, strict=True)])


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
        **{f"is {kind}": float(reader.kind == kind) for kind in _KINDS},
    }


def beside_likest(reader: ListReader, runs: Sequence[prior.Run]) -> list[float]:
    """The log-odds, less the threshold, that each run of a kind is topics if the likest of them is; inf for that one."""
    listed, alike = listed_of(reader), shipped_regression(_ALIKE)
    held = [{item.at for item in run.items} for run in listed.runs]
    own = [next((n for n, at in enumerate(held) if {i.at for i in run.items} <= at), -1) for run in runs]
    if -1 in own:
        return [inf] * len(runs)
    odds = listed.odds
    likest = max(own, key=odds.__getitem__)
    return [
        inf if at == likest else alike.log_odds(beside(listed.signs, odds, likest, at)) - alike.threshold
        for at in own
    ]


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
