"""What each part beside the transformer adds: top-1 without it, and with other shares of the fast reader's parts.

    python -m training.ablation --evaluation ../shared/public_eval

On the dev parts of data/eval over their guides, as written and with the opening of matcher/labelled.py (or as another of
its perturbations writes them), and on NSFC titles with key words against codes. Every proposal is scored once by the
engine; the variants weigh what it found otherwise. The shares of the fast reader's parts are also chosen on three
guides and told of the fourth.
The weights of `matching.scoring` and the share of `matching.rank` in matcher/settings.toml are chosen from these tables.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from matcher import calibrate, settings
from matcher.embeddings import load_encoder
from matcher.embeddings.static import StaticEncoder
from matcher.engine import Engine
from matcher.files import cache_folder
from matcher.index import background, folder
from matcher.labelled import PERTURBATIONS, perturbed, read_labelled
from matcher.matching import rank
from matcher.matching.rank import Floats
from matcher.matching.scored import Scored
from matcher.matching.scoring import FastReader, Scorer
from matcher.shipped import fast_encoder
from matcher.types import Guide, Proposal, Topic
from training.cascade import SETS
from training.corpora import rows
from training.evaluate import recalls
from training.sensitivity import scored

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)  # of the fast reader's parts together
SHARE = 0.3
FAST = {
    "static": settings.weight("matching.scoring.fast.dense"),
    "words": settings.weight("matching.scoring.fast.words"),
}
_CHUNK = 128


@dataclass(frozen=True)
class Parts:
    """Scores of m proposals over T topics by part: of whole texts and of sentences, each (m, T).

    `known` (m,) is how much of a proposal each part can judge; `fits` (m, T) marks the acceptable topics.
    """

    full_texts: Mapping[str, Floats]
    sentences: Mapping[str, Floats]
    known: Mapping[str, Floats]
    fits: NDArray[np.bool_]

    def mixed(self, weights: Mapping[str, float], whole: float) -> Floats:
        """The scores with these weights of parts, and `whole` as the share of whole texts."""
        share = rank.shares({name: self.known[name] for name in weights}, weights)
        parts = {name: whole * self.full_texts[name] + (1 - whole) * self.sentences[name] for name in weights}
        return rank.fuse(parts, share)


def parts(scorer: Scorer, proposals: Sequence[Proposal], fits: NDArray[np.bool_]) -> Parts:
    """Every part's scores of the proposals, scored a few at a time."""
    listed = [_of(scorer.score(proposals[i : i + _CHUNK])) for i in range(0, len(proposals), _CHUNK)]
    full_texts, sentences, known = (
        {name: np.concatenate([one[kind][name] for one in listed]) for name in listed[0][kind]}
        for kind in range(3)
    )
    return Parts(full_texts, sentences, known, fits)


def _of(scored: Scored) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, Floats]]:
    full_texts = {name: each.full_texts for name, each in scored.by_retriever.items()}
    sentences = {
        name: rank.add_up(rank.best_pairs(each.pairs, scored.corpus.starts), scored.weights, scored.starts)
        for name, each in scored.by_retriever.items()
    }
    known = {name: each.known for name, each in scored.by_retriever.items()}
    # Words have no pairs of sentences of their own.
    return (
        full_texts | {"words": scored.words.topics},
        sentences | {"words": scored.words.topics},
        known | {"words": scored.words.known},
    )


def weights(share: float, without: Sequence[str] = ()) -> dict[str, float]:
    """The transformer's weight and those of the fast reader's parts, which together have `share`."""
    fast = {name: weight for name, weight in FAST.items() if name not in without}
    total = sum(fast.values())
    return {"dense": 1 - share if fast else 1.0} | {
        name: share * w / total for name, w in fast.items() if share
    }


def _fast(without: Sequence[str] = ()) -> dict[str, float]:
    """The weights of the fast reader alone."""
    return {name: weight for name, weight in weights(1.0, without).items() if weight}


def variants() -> Iterator[tuple[str, dict[str, float], float]]:
    """Name, weights of the parts, share of whole texts."""
    yield "all (shipped)", weights(SHARE), rank.FULL_TEXT
    for name in FAST:
        yield f"without {name}", weights(SHARE, [name]), rank.FULL_TEXT
    yield "transformer alone", weights(0.0), rank.FULL_TEXT
    yield "fast parts alone", _fast(), rank.FULL_TEXT
    for name in FAST:
        yield f"fast parts without {name}", _fast([name]), rank.FULL_TEXT
    for whole in (0.0, 0.25, 0.75, 1.0):
        yield f"whole texts {whole}", weights(SHARE), whole


def right(made: Floats, fits: NDArray[np.bool_]) -> float:
    """The share of proposals whose first topic is acceptable."""
    best = rank.order(made)[:, 0]
    return float(fits[np.arange(len(fits)), best].mean())


def log_loss(made: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> float:
    """Mean negative log share of the acceptable topics, at the one sharpness that is best for all the guides."""

    def loss(log_sharpness: float) -> float:
        lost = []
        for scores, fits in made:
            share = np.exp(np.exp(log_sharpness) * (scores - scores.max(axis=1, keepdims=True)))
            lost.append(-np.log(np.maximum((share * fits).sum(axis=1) / share.sum(axis=1), 1e-12)).mean())
        return float(np.mean(lost))

    return float(minimize_scalar(loss, bounds=(0, 7), method="bounded").fun)


def guides(data: Path, encoder: str | None, otherwise: str) -> dict[str, tuple[Parts, Parts]]:
    """Each dev part's proposals that fit a topic, as written and written otherwise."""
    by_guide = {}
    for name, file in SETS.items():
        engine = Engine.open(data / "guides" / file, encoder)
        labelled = [row for row in read_labelled(data / "eval" / f"{name}.jsonl") if row.relevant]
        fits = np.array([[topic.id in row.relevant for topic in engine.guide.topics] for row in labelled])
        changed = [p.proposal for p in perturbed(labelled, engine.guide, otherwise)]
        by_guide[name] = (
            parts(engine.scorer, [row.proposal for row in labelled], fits),
            parts(engine.scorer, changed, fits),
        )
    return by_guide


def nsfc(evaluation: Path, name: str | None) -> Parts:
    """NSFC projects as proposals, codes as topics."""
    codes = list(rows(evaluation, "nsfc_codes"))
    topics = tuple(
        Topic(f"1-{i}", "", i, code["name"] or "", " ".join(filter(None, (code["parent"], code["recommend"]))), None, "none", (i, i))
        for i, code in enumerate(codes, 1)
    )  # fmt: skip
    words, encoder, cache = StaticEncoder(fast_encoder()), load_encoder(name), cache_folder()
    guide = Guide("nsfc", "NSFC", topics, (), (), "")
    corpus, _ = folder.open_or_build(guide, encoder, cache)
    scorer = Scorer(corpus, FastReader(corpus, words, background.open_or_build(words, cache)))
    projects = list(rows(evaluation, "nsfc_projects_dev"))
    place = {code["code"]: i for i, code in enumerate(codes)}
    fits = np.zeros((len(projects), len(codes)), bool)
    fits[np.arange(len(projects)), [place[p["code"]] for p in projects]] = True
    proposals = [Proposal(str(i), p["title"], " ".join(p["keywords"])) for i, p in enumerate(projects)]
    return parts(scorer, proposals, fits)


def nsfc_recalls(made: Floats, fits: NDArray[np.bool_]) -> dict[str, float]:
    """R@1 and R@10 of the code of each project; ties count against it."""
    own = made[fits]
    return recalls((made >= own[:, None]).sum(1) - 1)


def left_out(by_guide: Mapping[str, tuple[Parts, Parts]]) -> None:
    """The share of the fast reader's parts chosen on three guides, and what it gives on the fourth."""
    table = np.array(
        [[np.mean([right(p.mixed(weights(share), rank.FULL_TEXT), p.fits) for p in each]) for share in SHARES]
         for each in by_guide.values()]
    )  # fmt: skip
    for i, name in enumerate(by_guide):
        best = int(np.delete(table, i, 0).mean(0).argmax())
        print(
            f"{name}: chosen on the others {SHARES[best]}: {table[i, best]:.3f}; by share {table[i].round(3).tolist()}"
        )
    print("mean of the guides by share", dict(zip(SHARES, table.mean(0).round(4).tolist(), strict=True)))


def scope() -> None:
    """Calibrations fitted without topics of elsewhere, on guides that they were not fitted on."""
    sets = scored(None)
    zeros = [np.zeros(len(s.fits)) for s in sets]
    home = [replace(s, signs=replace(s.signs, home=zero)) for s, zero in zip(sets, zeros, strict=True)]
    near = [replace(s, signs=replace(s.signs, near=zero)) for s, zero in zip(sets, zeros, strict=True)]
    for without, changed in {"nothing": sets, "home": home, "near": near}.items():
        print(f"without {without}:", calibrate.left_out(changed, list(SETS))["mean"])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--evaluation", type=Path, help="folder of nsfc_*.jsonl.gz")
    parser.add_argument("--encoder", help="a model folder in place of the shipped one")
    parser.add_argument(
        "--written", default="opening", choices=PERTURBATIONS, help="how the second column is"
    )
    arguments = parser.parse_args()
    data = Path(__file__).parent.parent / "data"
    by_guide = guides(data, arguments.encoder, arguments.written)
    codes = nsfc(arguments.evaluation, arguments.encoder) if arguments.evaluation else None
    print(f"{'':<26}" + "".join(f"{name:>15}  second" for name in by_guide) + "    mean  log loss  NSFC")
    shares = [(f"fast parts {share}", weights(share), rank.FULL_TEXT) for share in SHARES]
    for what, weighed, whole in [*variants(), *shares]:
        made = [(p.mixed(weighed, whole), p.fits) for each in by_guide.values() for p in each]
        values = [right(*one) for one in made]
        line = "".join(f"{v:>15.3f}" if i % 2 == 0 else f"{v:>8.3f}" for i, v in enumerate(values))
        known = nsfc_recalls(codes.mixed(weighed, whole), codes.fits) if codes else ""
        print(f"{what:<26}{line}{np.mean(values):>8.4f}{log_loss(made):>8.4f}  {known}")
    left_out(by_guide)
    if not arguments.encoder:
        scope()


if __name__ == "__main__":
    main()
