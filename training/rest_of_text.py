"""Whether what a proposal says beside its first topic is at home in the guide: a sign of another object under a topic's method.

    python -m training.rest_of_text [--fast]

Tried and not shipped (training/README.md). The words of a proposal that a word of its first topic is near to, with a cosine of NEAR by
the fast reader, are taken out, and the rest is asked as `home` is of whole texts: how many times nearer it is to the guide than to topics
of elsewhere; the same with the words of its title alone. The odds that nothing fits are fitted to the dev parts of data/eval by the
signs of the calibration, without these, with one and with the other, and told of the other parts with tests/cases/voices.jsonl, of
tests/cases/same_method.jsonl, and of data/eval/narrowed-titles.jsonl, which all fit: the area under ROC, and how many that fit and how
many outsiders are told "none" at the threshold that LOST of dev's fits reach.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.metrics import roc_auc_score

from matcher.arrays import Floats, Mask
from matcher.calibrate import logistic
from matcher.embeddings import FAST
from matcher.embeddings.static import StaticEncoder, WordVectors
from matcher.engine import Engine
from matcher.labelled import Labelled, read_labelled
from matcher.matching import rank
from matcher.matching.calibration import features
from matcher.segment import fold, word_spans
from matcher.shipped import data_file
from matcher.types import Proposal
from training.subjects import VOICES, rows

NEAR = 0.7
LOST = 0.02
_PRIOR = 10.0
_SAME_METHOD = VOICES.parent / "same_method.jsonl"
_GUIDES = {"tianjin-2021-soft-science": "tianjin", "lakeside-2024-health-environment": "lakeside",
           "baihe-2025-social-science": "baihe", "yunling-2026-key-rd": "yunling"}  # fmt: skip


def words_of(text: str) -> list[str]:
    """The distinct words of a text in lower case, in order."""
    folded = fold(text)
    return list(dict.fromkeys(folded[a:b].lower() for a, b in word_spans(folded)))


def rest(encoder: StaticEncoder, text: str, theirs: WordVectors) -> str:
    """The words of a text that none of `theirs` is near to; those that say nothing go."""
    left = []
    words = words_of(text)
    for word, pieces in zip(words, encoder.pieces(words), strict=True):
        weights = encoder.word_weights(pieces)
        near = encoder.word_cosines(pieces, theirs).max(axis=1, initial=0) @ weights
        left += [word] if near < NEAR * weights.sum() else []
    return " ".join(left)


def asked(guide: str, name: str) -> Iterator[tuple[str, Labelled]]:
    """All rows about a guide, each with its part: "dev", "same method", "narrowed" or "other"."""
    dev = [read_labelled(data_file("eval") / f"{name}-{part}.jsonl") for part in ("dev", "scope-dev")]
    known = {row.proposal.id for each in dev for row in each}
    for row in rows(guide):
        yield "dev" if row.proposal.id in known else "other", row
    for part, file in (
        ("same method", _SAME_METHOD),
        ("narrowed", data_file("eval") / "narrowed-titles.jsonl"),
    ):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            if row["guide"] == guide:
                relevant = dict.fromkeys(row["relevant"] if "relevant" in row else [row["topic"]], 1)
                proposal = Proposal(row.get("id", ""), row["title"], row["abstract"])
                yield part, Labelled(proposal, relevant, "", "", "")


def signs(engine: Engine, proposals: Sequence[Proposal]) -> Floats:
    """The signs of the calibration and, last, those of the rest of the text and of the title, (m, f)."""
    fast = engine.scorer.fast
    scored = engine.scorer.score(proposals)
    first = rank.order(scored.hybrid)[:, 0].tolist()
    vectors = {
        topic: fast.encoder.words(np.unique(np.concatenate(fast.encoder.pieces(words_of(engine.guide.topics[topic].text)))))
        for topic in set(first)
    }  # fmt: skip
    elsewhere = []
    for texts in ([" ".join(text) for text in scored.texts], [p.title or p.abstract for p in proposals]):
        rests = [rest(fast.encoder, text, vectors[topic]) for text, topic in zip(texts, first, strict=True)]
        elsewhere.append(fast.elsewhere.leads(fast.encoder.encode(rests, "query")))
    return np.column_stack([features(scored.signs()), *elsewhere])


def line(name: str, table: Floats, outside: Mask, parts: np.typing.NDArray[np.str_]) -> str:
    """How a fit to dev tells the other parts."""
    dev = parts == "dev"
    coefficients, intercept = logistic(table[dev], outside[dev], _PRIOR)
    odds = table @ coefficients + intercept
    least = max(float(np.quantile(odds[dev & ~outside], 1 - LOST)), 0.0)
    told = []
    for part in ("other", "same method", "narrowed"):
        own = parts == part
        area = roc_auc_score(outside[own], odds[own]) if outside[own].any() else math.nan
        none = [f"{(odds[own & of] >= least).sum()} of {(own & of).sum()}" for of in (~outside, outside)]
        told.append(f"{part}: AUROC {area:.4f}, fits told none {none[0]}, outsiders {none[1]}")
    return f"{name}  " + "  ".join(told)


def main() -> None:
    """Print a line without the sign and one with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="by the fast reader alone")
    encoder = FAST if parser.parse_args().fast else None
    tables, outside, parts = list[Floats](), list[bool](), list[str]()
    for guide, name in _GUIDES.items():
        engine = Engine.open(data_file("guides") / f"{guide}.txt", encoder)
        labelled = [(part, row) for part, row in asked(guide, name) if engine.usable(row.proposal)]
        tables.append(signs(engine, [row.proposal for _, row in labelled]))
        outside += [not row.relevant for _, row in labelled]
        parts += [part for part, _ in labelled]
    table = np.concatenate(tables)
    base, of_text, of_title = np.split(table, [-2, -1], axis=1)
    for name, more in (
        ("without", base[:, :0]),
        ("the rest of the text", of_text),
        ("of the title", of_title),
    ):
        print(line(name, np.hstack([base, more]), np.array(outside), np.array(parts)), flush=True)


if __name__ == "__main__":
    main()
