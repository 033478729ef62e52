"""Fit what tells whether an answer hangs on a part of a proposal: `python -m training.trials [--rows N]`.

On the dev parts of data/eval about the five guides of data/guides, as they are and with a rival topic or another proposal put
into them in all ways of tests/attacks.py, tests/mixtures.py and tests/dressed.py, and on proposals that four hands wrote for
this in the terms of ten guides (training/honest): honest ones, and some that pretend to a topic. What there is to learn
from is what the answer becomes without each part (`matcher/matching/trial.py`), by either reader: of an attacked text whose
answer was moved it should be doubted, of an honest one whose answer is right it should not.
Prints of texts about each guide by the numbers of the rest how many are doubted, and writes data/trials_added.json
and data/trials_parts.json. Run it again after a calibration is fitted.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from matcher import settings
from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.guide.regression import GuideRegression
from matcher.labelled import Labelled, read_labelled
from matcher.matching import rank
from matcher.matching.calibration import probabilities
from matcher.matching.rest import DeniedSpans, Outcome, hangs
from matcher.matching.trial import Trials
from matcher.shipped import data_file
from matcher.types import Proposal
from tests.attacks import ATTACKS
from tests.bench import EVAL, GUIDES
from tests.bench_attacks import attacked, is_sure, mixed, rivals
from tests.dressed import DRESSED
from tests.mixtures import MIXTURES
from training.guide_regression import fitted, ship

HONEST = Path(__file__).parent / "honest"
ROOT = Path(__file__).parent.parent
_ROWS = {
    FAST: 40,
    "": 10,
}  # sure answers to each guide that are attacked; the transformer takes fifty times as long
_SIGNS = {
    "added": ("chance", "itself", "none", "ahead", "backed", "share", "title", "copied"),
    "parts": ("chance", "none", "ahead", "backed", "share", "title", "language"),
}
_THRESHOLDS = {"added": -1.8, "parts": 1.5}
_STRENGTH, _LEAST_SPREAD = 1.0, 1e-6
_HONEST_WEIGHT = 3.0  # of a text in a guide's own terms beside one of the dev parts


class Case(NamedTuple):
    """A text: the guide it is about, what was done to it ("" for nothing), whether its answer was moved, and its outcomes."""

    guide: str
    kind: str
    moved: bool
    weight: float
    outcomes: Sequence[Outcome]


def asked(engine: Engine, most: int, rows: Sequence[Labelled]) -> Iterator[tuple[Proposal, str, list[str]]]:
    """Proposals to a guide, honest ones and attacked ones, each with what was done to it and the topics that fit."""
    fits = [row for row in rows if row.relevant]
    for row in fits:
        yield row.proposal, "", list(row.relevant)
    shuffled = random.Random(5).sample(fits, len(fits))
    answers = [engine.match(row.proposal, 1) for row in shuffled]
    sure = [row for row, match in zip(shuffled, answers, strict=True) if is_sure(row, match)][:most]
    for name, attack in ATTACKS.items():
        for row, rival in zip(sure, rivals(engine, sure, name), strict=True):
            yield attacked(row.proposal, attack, rival), name, list(row.relevant)
    for name, mixture in MIXTURES.items():
        for number, proposal in enumerate(mixed(sure, fits, name, mixture)):
            yield proposal, f"mixture: {name}", list(sure[number // 2].relevant)
    outside = [row for row in rows if not row.relevant and row.proposal.abstract][:most]
    for name, dress in DRESSED.items():
        for row, rival in zip(outside + sure, rivals(engine, outside + sure, name), strict=True):
            yield dress(row.proposal, rival), f"dressed: {name}", list(row.relevant)


def outcomes(engine: Engine, trials: Trials, proposal: Proposal) -> tuple[str, list[Outcome]]:
    """The first topic of a proposal and what it becomes without each part, where it would be named; else none."""
    assert engine.calibration is not None
    scored = engine.scorer.score([proposal])
    best = rank.order(scored.hybrid)[:, 0]
    topic = engine.guide.topics[int(best[0])].id
    table, none = probabilities(engine.calibration, scored.signs())
    if none[0] >= engine.calibration.none_from or table[0].max() < 0.5:
        return topic, []
    denied = DeniedSpans(scored.contents)
    rests = trials.added(scored, best, trials.suspects(scored), denied)
    rests += trials.parts(scored, best, [0], denied)
    return topic, trials.outcomes(scored, best, rests)


def opened(guide: Path, encoder: str | None) -> tuple[Engine, Trials]:
    """The engine for a guide, and what tries its answers: no numbers are needed for what becomes of them."""
    engine = Engine.open(guide, encoder=encoder)
    return engine, Trials(engine.guide.topics, engine.scorer, engine.calibration, numbers={})


def cases(encoder: str | None, most: int) -> Iterator[Case]:
    """All texts with their outcomes by one reader; those of which the answer is neither moved nor right are left out."""
    engines = dict[Path, tuple[Engine, Trials]]()
    for start, name in GUIDES.items():
        engine, trials = opened(data_file("guides") / name, encoder)
        rows = [row for file in sorted(EVAL.glob(f"{start}-*dev.jsonl")) for row in read_labelled(file)]
        for proposal, kind, relevant in asked(engine, most, rows):
            topic, every = outcomes(engine, trials, proposal)
            if (topic in relevant) == (not kind):
                yield Case(name, kind, bool(kind), 1.0, every)
    for file in sorted(HONEST.glob("*.jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            guide = ROOT / row["guide"]
            if row["kind"] == "outside":
                continue
            if guide not in engines:
                engines[guide] = opened(guide, encoder)
            engine, trials = engines[guide]
            topic, every = outcomes(engine, trials, Proposal(row["id"], row["title"], row["abstract"]))
            pretends = row["kind"] == "pasted"
            if engine.topics[topic].title == row["topic"]:
                yield Case(guide.name, "pretends" if pretends else "", pretends, _HONEST_WEIGHT, every)


def learnt(every: Sequence[Case], kind: str) -> GuideRegression:
    """The regression for one kind of parts: of each text the outcome that is furthest ahead if it was moved, else all."""
    signs, x, y, weights = _SIGNS[kind], [], [], []
    counts = Counter(case.kind for case in every)
    for case in every:
        own = [each for each in case.outcomes if each.kind == kind and each.tells]
        own = sorted(own, key=lambda each: -each.signs["ahead"])[:1] if case.moved else own
        for each in own:
            x.append([float(each.signs[sign]) for sign in signs])
            y.append(case.moved)
            weights.append(1 / counts[case.kind] if case.moved else case.weight)
    w, moved = np.array(weights), np.array(y)
    w[moved] *= w[~moved].sum() / w[moved].sum()
    return fitted(
        signs, np.array(x), moved, w, strength=_STRENGTH, least_spread=_LEAST_SPREAD, threshold=_THRESHOLDS[kind]
    )  # fmt: skip


def doubted(case: Case, numbers: dict[str, GuideRegression]) -> bool:
    """Whether a text is doubted by the numbers of either kind."""
    return any(hangs(each, numbers) for each in case.outcomes)


def main() -> None:
    """Fit, print and write."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=0)
    chosen = parser.parse_args()
    every = [
        case for reader, most in _ROWS.items() for case in cases(reader or None, chosen.rows or most)
    ]  # fmt: skip
    shares: defaultdict[str, list[bool]] = defaultdict(list)
    for guide in sorted({case.guide for case in every}):
        rest = [case for case in every if case.guide != guide]
        numbers = {kind: learnt(rest, kind) for kind in _SIGNS}
        for case in every:
            if case.guide == guide:
                shares[case.kind or ("honest" if case.weight == 1 else "honest, in its terms")].append(
                    doubted(case, numbers)
                )
    for name, each in sorted(shares.items()):
        print(f"{name:<60}{len(each):>6}{sum(each) / len(each):>8.1%}")
    for kind in _SIGNS:
        numbers_of_all = learnt(every, kind)
        print(kind, {sign: round(weight, 2) for sign, weight in numbers_of_all.weights.items()})
        ship(numbers_of_all, settings.file(f"matching.trial.{kind}"))


if __name__ == "__main__":
    main()
