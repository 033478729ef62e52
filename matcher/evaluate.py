"""Quality on labelled proposals: the usual measures, by group, with bootstrap intervals.

A run maps proposal ids to topics ranked best first; the judgements (qrels) decide the
denominator, so a proposal that a run leaves out scores 0. Measures follow trec_eval (a test
holds them to ir_measures): a topic is relevant from grade 1, nDCG gains are the grades.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from matcher import reliability, settings
from matcher.arrays import Floats, Ints, Mask
from matcher.engine import Engine
from matcher.files import replacing
from matcher.index.lexical import LexicalRetriever
from matcher.labelled import PERTURBATIONS, Labelled, perturbed
from matcher.matching import rank
from matcher.matching.scored import Scored
from matcher.segment import fold
from matcher.types import Match, Office

TrecRun = Mapping[str, Sequence[tuple[str, float]]]
Qrels = Mapping[str, Mapping[str, int]]

MEASURES = ("top-1", "top-3", "MRR", "nDCG@5", "office")
SYSTEMS = ("lexical", "dense", "static", "words", "rrf", "hybrid")  # those that the engine has
_GROUP_KINDS = ("all", "style", "language", "section", "office")
KIN = ("near", "genre")  # styles of proposals outside a guide that are of its field or genre
_RESAMPLES = settings.count("evaluate.resamples")
_SEED = settings.count("evaluate.seed")
_CONFIDENCE = settings.percent("evaluate.confidence")
_COVERAGE = settings.share("evaluate.coverage")


class Evaluation:
    """What an engine says of labelled proposals, each scored once.

    `runs` has a full ranking for each retriever alone and for their hybrid; BM25 and reciprocal rank fusion are the
    baselines. Proposals without usable text are left out there, which scores 0. `matches` are the answers of a batch.
    """

    def __init__(self, engine: Engine, labelled: Sequence[Labelled]) -> None:
        """Score and answer the proposals."""
        self._engine, self._labelled = engine, labelled
        scored, self.matches = engine.scored_answers([row.proposal for row in labelled])
        self.runs = _runs(engine, scored, [m.proposal_id for m in self.matches if m.verdict != "empty"])

    @property
    def qrels(self) -> Qrels:
        """The judgements."""
        return {row.proposal.id: row.relevant for row in self._labelled}

    def summary(self) -> dict[str, object]:
        """All figures: the rankings by group and system, and the decisions.

        {"rows", "systems": {system: {group: {"n", measure: [mean, low, high]}}}, "decisions": {...}};
        groups are "all", "style:…", "language:…", "section:…" and "office:…", the last two of the best topic.
        """
        qrels = self.qrels
        offices = {topic.id: topic.office for topic in self._engine.guide.topics}
        groups: dict[str, list[str]] = {"all": list(qrels)}
        for row in self._labelled:
            for group in _groups(self._engine, row):
                groups.setdefault(group, []).append(row.proposal.id)
        systems = {}
        for system, run in self.runs.items():
            values = measure(run, qrels, offices)
            systems[system] = {
                group: {
                    "n": len(judged),
                    **{m: list(interval([values[i][m] for i in judged])) for m in MEASURES},
                }
                for group, members in sorted(
                    groups.items(), key=lambda g: _GROUP_KINDS.index(g[0].partition(":")[0])
                )
                if (judged := [i for i in members if i in values])
            }
        return {"rows": len(self._labelled), "systems": systems, "decisions": self.decisions()}

    def decisions(self) -> dict[str, object]:
        """How far verdicts and probabilities can be trusted.

        A proposal's answer is its first topic, right if it is acceptable; its confidence is P(topic),
        or the score where there is no calibration. "calibration error" (expected calibration error) and
        "reliability" are over all proposals, of which those that fit nothing have no right answer.
        "risk-coverage" and "top-1 at 90 % coverage" are over those that fit. "outside AUROC" is how well
        P(none) tells those that fit nothing, also for near and far ones by style; of the rest see
        `reliability.scope`.
        """
        matches, labelled = self.matches, self._labelled
        inside = np.array([bool(row.relevant) for row in labelled])
        right = np.array([_first(m) in row.relevant for m, row in zip(matches, labelled, strict=True)])
        sure = np.array([_confidence(m) for m in matches])
        none = np.array(
            [1 - _confidence(m) if m.none_probability is None else m.none_probability for m in matches]
        )
        styles = np.array([row.style for row in labelled])
        kin = np.isin(styles, KIN) & ~inside
        curve = reliability.risk_coverage(sure[inside], right[inside])
        return {
            "inside": int(inside.sum()),
            "outside": int((~inside).sum()),
            "calibrated": self._engine.calibration is not None,
            "verdicts": {
                verdict: {"n": int(m.sum()), "right": float(right[m].mean()) if m.any() else 0.0, "outside": int((m & ~inside).sum())}
                for verdict in ("topic", "close", "none", "empty")
                for m in [np.array([match.verdict == verdict for match in matches])]
            },
            "calibration error": reliability.expected_calibration_error(sure, right),
            "reliability": [list(b) for b in reliability.table(sure, right)],
            "top-1 at 90 % coverage": reliability.accuracy_at(curve, _COVERAGE),
            "risk-coverage": [[round(c, 4), round(a, 4)] for c, a in curve],
            "outside AUROC": _auroc(none, ~inside),
            "near AUROC": _auroc(none[styles != "far"], ~inside[styles != "far"]),
            "far AUROC": _auroc(none[~kin], ~inside[~kin]),
            **reliability.scope(sure, right, np.array([m.verdict == "none" for m in matches]), inside, kin),
        }  # fmt: skip

    def invariance(self) -> dict[str, dict[str, float]]:
        """How the answers hold when the same proposals are written otherwise, a line a perturbation (`labelled`).

        Over the rows that fit a topic: "top-1", "without" (the same rows as they are), "stated" and "right
        where stated" by P(topic), "none" (told that nothing fits), "denied" (the topic that the proposal
        denies comes first), "warned" (a warning that the row as it is does not have).
        """
        figures = {}
        plain = {row.proposal.id: match for row, match in zip(self._labelled, self.matches, strict=True)}
        for name in PERTURBATIONS:
            rows = perturbed(self._labelled, self._engine.guide, name)
            matches = list(self._engine.match_many([row.proposal for row in rows], k=1, explained=0))
            if not rows:
                continue
            before = [plain[row.proposal.id] for row in rows]
            right = np.array([_first(m) in r.row.relevant for r, m in zip(rows, matches, strict=True)])
            sure = np.array([_confidence(m) for m in matches]) >= reliability.STATED
            figures[name] = {
                "n": len(rows),
                "top-1": float(right.mean()),
                "without": float(np.mean([_first(m) in r.row.relevant for r, m in zip(rows, before, strict=True)])),
                "stated": float(sure.mean()),
                "right where stated": float(right[sure].mean()) if sure.any() else 0.0,
                "none": float(np.mean([m.verdict == "none" for m in matches])),
                "denied": float(np.mean([bool(r.denied) and _first(m) == r.denied for r, m in zip(rows, matches, strict=True)])),
                "warned": float(np.mean([len(m.warnings) > len(b.warnings) for m, b in zip(matches, before, strict=True)])),
            }  # fmt: skip
        return figures


def _runs(engine: Engine, scored: Scored | None, proposals: Sequence[str]) -> dict[str, TrecRun]:
    """A full ranking of each of the scored proposals by each system."""
    if scored is None:
        return {name: {} for name in SYSTEMS}
    bm25 = LexicalRetriever([[fold(topic.text)] for topic in engine.guide.topics]).scores(scored.texts)
    fused = rank.reciprocal_ranks(scored.parts)
    tables = {**scored.parts, "lexical": bm25.full_texts, "rrf": fused, "hybrid": scored.hybrid}
    ids = [topic.id for topic in engine.guide.topics]
    return {
        name: {
            id_: [(ids[t], float(tables[name][i, t])) for t in order]
            for i, (id_, order) in enumerate(zip(proposals, rank.order(tables[name]), strict=True))
        }
        for name in SYSTEMS
        if name in tables
    }


def _groups(engine: Engine, row: Labelled) -> Iterator[str]:
    if row.style:
        yield f"style:{row.style}"
    if row.language:
        yield f"language:{row.language}"
    best = max(row.relevant, key=lambda topic: row.relevant[topic], default=None)
    if best in engine.topics:
        topic = engine.topics[best]
        yield f"section:{topic.section}"
        yield f"office:{topic.office.name if topic.office else '–'}"


def measure(run: TrecRun, qrels: Qrels, offices: Mapping[str, Office | None]) -> dict[str, dict[str, float]]:
    """Each judged proposal's value of each of MEASURES, in [0, 1]; 0 where the run has no answer.

    Only proposals with a relevant topic count: where nothing fits there is nothing to rank.
    """
    values = {}
    for proposal, grades in qrels.items():
        if not any(g > 0 for g in grades.values()):
            continue
        ranked = [topic for topic, _ in run.get(proposal, ())]
        gains = [grades.get(topic, 0) for topic in ranked]
        first = next((i for i, g in enumerate(gains, 1) if g > 0), None)
        ideal = _dcg(sorted(grades.values(), reverse=True)[:5])
        wanted = {offices.get(topic) for topic, g in grades.items() if g > 0} - {None}
        values[proposal] = {
            "top-1": float(first == 1),
            "top-3": float(first is not None and first <= 3),
            "MRR": 1 / first if first else 0.0,
            "nDCG@5": _dcg(gains[:5]) / ideal,
            "office": float(bool(ranked) and offices.get(ranked[0]) in wanted),
        }
    return values


def _dcg(gains: Sequence[int]) -> float:
    return sum(g / math.log2(i + 1) for i, g in enumerate(gains, 1))


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """(mean, low, high): the mean and its 95 % bootstrap interval (percentiles of 2,000 resamples).

    No values give (0, 0, 0).
    """
    if not values:
        return 0.0, 0.0, 0.0
    array = np.asarray(values)
    draws: Ints = np.random.default_rng(_SEED).integers(0, len(array), (_RESAMPLES, len(array)))
    low, high = np.percentile(array[draws].mean(axis=1), [(100 - _CONFIDENCE) / 2, (100 + _CONFIDENCE) / 2])
    return float(array.mean()), float(low), float(high)


def _first(match: Match) -> str:
    return match.hits[0].topic_id if match.hits else ""


def _confidence(match: Match) -> float:
    return match.hits[0].confidence if match.hits else 0.0


def _auroc(scores: Floats, positive: Mask) -> float | None:
    """Area under the ROC curve; None unless there are both kinds."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(positive, scores)) if positive.any() and not positive.all() else None


def write_trec(folder: Path, qrels: Qrels, every: Mapping[str, TrecRun]) -> None:
    """qrels.txt and one run file a system, in the form that trec_eval and ir_measures read.

    White space in an id becomes "_", since the form separates its columns by it.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def name(text: str) -> str:
        return "_".join(text.split()) or "_"

    lines = [f"{name(p)} 0 {name(t)} {g}\n" for p, grades in qrels.items() for t, g in grades.items()]
    with replacing(folder / "qrels.txt") as stream:
        stream.writelines(lines)
    for system, run in every.items():
        lines = [
            f"{name(p)} Q0 {name(t)} {place} {score:.6f} {system}\n"
            for p, ranked in run.items()
            for place, (t, score) in enumerate(ranked, 1)
        ]
        with replacing(folder / f"{system}.run") as stream:
            stream.writelines(lines)
