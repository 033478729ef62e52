"""`make bench-peers`: quality and speed beside what a user would pick otherwise, in one run on one machine.

    python -m tests.bench_peers [--e5 FOLDER] [match | duplicates]

FOLDER holds multilingual-e5-small as it is: `python -m training.e5.build … --experiment '{"steps": 0}' --share 1 --out FOLDER`.
Rows that need it, or a package of the extra `peers`, are left out without it, which is said. Matching: the test parts
of the four guides, each topic one text and each proposal one text, as a user would index them. Duplicates: the test
part, each peer at the threshold that gives it our precision, so that recall compares. Nothing is chosen here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import faiss
import numpy as np

from matcher import evaluate
from matcher.duplicates.classifier import DEFAULT_THRESHOLD
from matcher.embeddings import FAST, Encoder, encode, load_encoder
from matcher.engine import Engine
from matcher.evaluate import TrecRun
from matcher.guide import read_guide
from matcher.labelled import Labelled, read_labelled
from matcher.segment import fold
from matcher.shipped import data_file
from matcher.types import Guide, Proposal
from tests.bench import EVAL, GUIDES
from tests.bench_duplicates import ForSemhash, Scores, minhash, ours, quality_row
from training.duplicates_set import KINDS, Batch, batch

STYLES = ("formal", "plain", "hard", "confusable", "english", "two-topic")
_DEPTH = 5  # topics that each system is asked for

# A system takes a guide and gives what ranks proposals: their texts to topic ids with scores, best first.
Answer = Callable[[Sequence[Proposal]], TrecRun]
System = Callable[[Guide], Answer]


@dataclass
class Tally:
    """What one system did over all guides: values of each measure by proposal, best scores, seconds."""

    values: dict[str, dict[str, float]]
    best: dict[str, float]
    opening: float = 0.0
    answering: float = 0.0


def engine(encoder: str | None) -> System:
    """Ours, as `matcher match --in` answers a batch in one process; "best" is how sure it is that something fits."""

    def opened(guide: Guide) -> Answer:
        made = Engine.open(guide, encoder)

        def answer(proposals: Sequence[Proposal]) -> TrecRun:
            return {
                match.proposal_id: [(hit.topic_id, 1 - (match.none_probability or 0.0)) for hit in match.hits]
                for match in made.match_many(proposals, _DEPTH, 0)
            }

        return answer

    return opened


def e5_faiss(e5: Path) -> System:
    """Cosine of whole texts by FAISS."""

    def opened(guide: Guide) -> Answer:
        encoder = load_encoder(str(e5))  # anew: it remembers what it has read
        ids = [topic.id for topic in guide.topics]
        index = faiss.IndexFlatIP(encoder.dimension)
        index.add(encode(encoder, [fold(topic.text) for topic in guide.topics], "passage"))

        def answer(proposals: Sequence[Proposal]) -> TrecRun:
            scores, rows = index.search(encode(encoder, [fold(p.text) for p in proposals], "query"), _DEPTH)
            return {
                p.id: [(ids[row], float(score)) for row, score in zip(found, near, strict=True)]
                for p, found, near in zip(proposals, rows, scores, strict=True)
            }

        return answer

    return opened


def txtai_hybrid(e5: Path) -> System:
    """txtai's hybrid index, half vectors of e5 and half its BM25, with its own settings."""

    def opened(guide: Guide) -> Answer:
        from txtai import Embeddings

        encoder = load_encoder(str(e5))

        def vectors(texts: Sequence[str]) -> np.ndarray:
            return encode(encoder, [fold(text) for text in texts], "query")

        made = Embeddings(method="external", transform=vectors, hybrid=True)
        made.index([(topic.id, topic.text, None) for topic in guide.topics])

        def answer(proposals: Sequence[Proposal]) -> TrecRun:
            found = made.batchsearch([p.text for p in proposals], _DEPTH)
            return {
                p.id: [(str(t), float(s)) for t, s in hits] for p, hits in zip(proposals, found, strict=True)
            }

        return answer

    return opened


def bm25(guide: Guide) -> Answer:
    """bm25s over jieba's words, with its own settings."""
    import bm25s
    import jieba

    jieba.setLogLevel(60)

    def words(text: str) -> list[str]:
        return [
            word for word in jieba.lcut(fold(text).lower()) if word.strip() and any(map(str.isalnum, word))
        ]

    ids = [topic.id for topic in guide.topics]
    index = bm25s.BM25()
    index.index([words(topic.text) for topic in guide.topics], show_progress=False)

    def answer(proposals: Sequence[Proposal]) -> TrecRun:
        run = {}
        for proposal in proposals:
            scores = index.get_scores(words(proposal.text))
            order = np.argsort(-scores, kind="stable")[:_DEPTH]
            run[proposal.id] = [(ids[i], float(scores[i])) for i in order if scores[i] > 0]
        return run

    return answer


def tally(system: System, parts: Mapping[str, tuple[Guide, Sequence[Labelled]]]) -> Tally:
    """One system over all guides, each opened anew; the first answer, which loads what is lazy, is not timed."""
    total = Tally({}, {})
    for name, (guide, labelled) in parts.items():
        start = time.perf_counter()
        answer = system(guide)
        answer([labelled[0].proposal])
        total.opening += time.perf_counter() - start
        start = time.perf_counter()
        run = answer([row.proposal for row in labelled])
        total.answering += time.perf_counter() - start
        qrels = {row.proposal.id: row.relevant for row in labelled}
        offices = {topic.id: topic.office for topic in guide.topics}
        for proposal, values in evaluate.measure(run, qrels, offices).items():
            total.values[f"{name} {proposal}"] = values
        for row in labelled:
            hits = run.get(row.proposal.id, ())
            total.best[f"{name} {row.proposal.id}"] = hits[0][1] if hits else 0.0
    return total


def match(e5: Path | None) -> None:
    """The table of top-1 by style."""
    from sklearn.metrics import roc_auc_score

    parts = {
        name: (read_guide(data_file(f"guides/{file}")), read_labelled(part))
        for name, file in GUIDES.items()
        if (part := EVAL / f"{name}-test.jsonl").exists()
    }
    rows = {f"{name} {row.proposal.id}": row for name, (_, part) in parts.items() for row in part}
    systems: dict[str, System | str] = {
        "ours": engine(None),
        "ours --fast": engine(FAST),
        "e5-small as it is + FAISS": e5_faiss(e5) if e5 else "no --e5 FOLDER",
        "txtai hybrid over the same": _txtai(e5),
        "BM25 (bm25s, jieba)": bm25,
    }
    heads = ["system", "all (95 %)", *STYLES, "nDCG@5", "outside AUROC", "open 4 guides", "a proposal"]
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    for title, system in systems.items():
        if isinstance(system, str):
            print(f"| {title} | left out: {system} |", flush=True)
            continue
        done = tally(system, parts)
        mean, low, high = evaluate.interval([v["top-1"] for v in done.values.values()])
        cells = [f"{mean:.3f} ({low:.2f}–{high:.2f})"]
        for style in STYLES:
            judged = [v["top-1"] for name, v in done.values.items() if rows[name].style == style]
            cells.append(f"{np.mean(judged):.2f}")
        cells.append(f"{np.mean([v['nDCG@5'] for v in done.values.values()]):.3f}")
        inside = [bool(rows[name].relevant) for name in done.best]
        cells.append(f"{roc_auc_score(inside, list(done.best.values())):.3f}")
        cells += [f"{done.opening:.1f} s", f"{1000 * done.answering / len(rows):.1f} ms"]
        print(f"| {title} | " + " | ".join(cells) + " |", flush=True)
    counts = {
        style: sum(row.style == style and bool(row.relevant) for row in rows.values()) for style in STYLES
    }
    print(
        f"\nproposals: {len(rows)}, of which {sum(bool(r.relevant) for r in rows.values())} fit a topic; {counts}\n"
    )


def _txtai(e5: Path | None) -> System | str:
    if e5 is None:
        return "no --e5 FOLDER"
    return txtai_hybrid(e5) if find_spec("txtai") else "pip install 'proposal-matcher[peers]'"


def semhash_pairs(proposals: Sequence[Proposal], model: Encoder) -> Scores:
    """Every pair that semhash's index sees, by cosine: its own report names one original for each duplicate, while a
    text here has a dozen disguises."""
    from semhash import SemHash

    records = [{"id": p.id, "text": p.text} for p in proposals]
    index = SemHash.from_records(records, columns=["text"], model=ForSemhash(model)).index
    scores: dict[frozenset[str], float] = {}
    for group in index.items:
        scores |= {frozenset((a["id"], b["id"])): 1.0 for a, b in combinations(group, 2)}
    for group, (near, cosines) in zip(index.items, index.query_threshold(index.vectors, 0.5), strict=True):
        for other, cosine in zip(near, cosines, strict=True):
            pairs = {frozenset((a["id"], b["id"])) for a in group for b in index.items[other]}
            scores |= {
                pair: float(cosine) for pair in pairs if len(pair) == 2 and scores.get(pair, 0.0) < 1.0
            }
    return scores


def at_precision(truth: Batch, scores: Scores, wanted: float) -> float | None:
    """The lowest threshold from which the pairs reach the precision `wanted`; None if none does."""
    counted = sorted(
        ((s, p in truth.repeats) for p, s in scores.items() if p not in truth.related), reverse=True
    )
    best, hits = None, 0
    for number, (score, true) in enumerate(counted, 1):
        hits += true
        last = (
            number == len(counted) or counted[number][0] < score
        )  # pairs of one score stand or fall together
        if last and hits / number >= wanted:
            best = score
    return best


def duplicates(e5: Path | None) -> None:
    """The table of recall by disguise at our precision."""
    truth = batch("test")
    encoder, reader = load_encoder(FAST), load_encoder()
    model, name = (load_encoder(str(e5)), "e5-small as it is") if e5 else (reader, "our transformer")
    systems: dict[str, Callable[[Sequence[Proposal]], Scores]] = {
        "ours": lambda p: ours(p, encoder, reader),
        f"semhash over {name}": lambda p: semhash_pairs(p, model),
        "datasketch MinHash (5-grams, 128)": minhash,
    }
    heads = ["system", "threshold", *KINDS, "all", "precision", "seconds"]
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    wanted = 0.0
    for title, score in systems.items():
        start = time.perf_counter()
        scores = score(truth.proposals)
        seconds = time.perf_counter() - start
        threshold = DEFAULT_THRESHOLD if title == "ours" else at_precision(truth, scores, wanted)
        if threshold is None:
            print(f"| {title} | never reaches a precision of {wanted:.3f} |")
            continue
        kept = {pair for pair, s in scores.items() if s >= threshold and pair not in truth.related}
        row = quality_row(truth, scores, threshold)
        right = len(kept & truth.repeats.keys())
        wanted = wanted or right / max(1, len(kept))
        cells = [f"{threshold:.2f}", *row[: len(KINDS)], f"{right / len(truth.repeats):.3f}", row[len(KINDS)]]
        print(f"| {title} | " + " | ".join(cells) + f" | {seconds:.0f} |", flush=True)
    print(f"\n{len(truth.proposals)} proposals, {len(truth.repeats)} pairs that repeat each other")


def main(arguments: Sequence[str]) -> None:
    """Parse and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--e5", type=Path, help="folder of multilingual-e5-small as it is")
    parser.add_argument("which", nargs="?", choices=("match", "duplicates"))
    chosen = parser.parse_args(arguments)
    if chosen.which != "duplicates":
        match(chosen.e5)
    if chosen.which != "match":
        duplicates(chosen.e5)


if __name__ == "__main__":
    main(sys.argv[1:])
