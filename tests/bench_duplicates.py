"""`make bench-duplicates`: quality against baselines on our own set, then speed. Run on a quiet machine.

    python -m tests.bench_duplicates [quality | speed] [CORPUS.jsonl.gz]

CORPUS gives the sentences of which synthetic proposals for speed are mixed (any text fields of JSON
lines); without it those of data/eval are used.
"""

from __future__ import annotations

import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from matcher.archive import Archive
from matcher.duplicates import find
from matcher.duplicates.concern import DEFAULT_THRESHOLD
from matcher.embeddings import FAST, Encoder, encode, load_encoder
from matcher.guide import read_guide
from matcher.segment import fold
from matcher.shipped import default_guide
from matcher.types import Proposal
from training.duplicates_set import EVAL, KINDS, Batch, batch

Scores = Mapping[frozenset[str], float]


def ours(proposals: Sequence[Proposal], encoder: Encoder) -> Scores:
    """Concern of the pairs that are found."""
    return {frozenset((p.a, p.b)): p.concern for p in find(proposals, encoder, threshold=0.0).pairs}


def minhash(proposals: Sequence[Proposal]) -> Scores:
    """Estimated Jaccard of character 5-grams, 128 permutations."""
    from datasketch import MinHash  # type: ignore[import-untyped]

    sketches = {}
    for proposal in proposals:
        text = "".join(c for c in fold(proposal.text).lower() if c.isalnum())
        sketch = MinHash(num_perm=128)
        sketch.update_batch([text[i : i + 5].encode() for i in range(max(1, len(text) - 4))])
        sketches[proposal.id] = sketch
    return {frozenset((a, b)): float(sketches[a].jaccard(sketches[b])) for a, b in combinations(sketches, 2)}


def cosine(proposals: Sequence[Proposal], encoder: Encoder) -> Scores:
    """Cosine of the whole texts."""
    vectors = encode(encoder, [fold(p.text) for p in proposals], "passage")
    cosines = vectors @ vectors.T
    ids = [p.id for p in proposals]
    return {frozenset((ids[i], ids[j])): float(cosines[i, j]) for i, j in combinations(range(len(ids)), 2)}


def best_threshold(truth: Batch, scores: Scores) -> float:
    """The threshold with the best F1 on the dev part: the baselines get the choice that we got."""
    counted = [(s, pair in truth.repeats) for pair, s in scores.items() if pair not in truth.related]
    counted.sort(reverse=True)
    best, at, hits = 0.0, 1.0, 0
    for number, (score, true) in enumerate(counted, 1):
        hits += true
        f1 = 2 * hits / (number + len(truth.repeats))
        if f1 > best:
            best, at = f1, score
    return at


def quality_row(truth: Batch, scores: Scores, threshold: float) -> list[str]:
    """Recall by disguise, precision, and the share of same-topic independent pairs that alarm."""
    found = {pair for pair, s in scores.items() if s >= threshold and pair not in truth.related}
    row = []
    for kind in KINDS:
        wanted = {pair for pair, disguise in truth.repeats.items() if disguise == kind}
        row.append(f"{len(wanted & found) / len(wanted):.3f}")
    false = found - set(truth.repeats)
    row.append(f"{1 - len(false) / max(1, len(found)):.3f}")
    hard = same_topic(truth)
    row.append(f"{len(false & hard)}/{len(hard)}")
    row.append(f"{len(false)}")
    return row


def same_topic(truth: Batch) -> set[frozenset[str]]:
    """Pairs of different studies on one topic: sources, independents and disguises of other sources."""
    members: dict[str, list[str]] = {}
    for name, topic in truth.topics.items():
        if topic and not name.endswith("-partial"):
            members.setdefault(topic, []).append(name)
    pairs = {frozenset(p) for names in members.values() for p in combinations(names, 2)}
    return pairs - set(truth.repeats) - truth.related


def quality(encoder: Encoder) -> None:
    """The table of recall, precision and false alarms on both parts."""
    dev = batch("dev")
    systems = {
        "ours": (ours, DEFAULT_THRESHOLD),
        "minhash": (lambda p, _: minhash(p), best_threshold(dev, minhash(dev.proposals))),
        "cosine": (cosine, best_threshold(dev, cosine(dev.proposals, encoder))),
    }
    heads = [*KINDS, "precision", "same topic", "false"]
    print("| part | system | threshold | " + " | ".join(heads) + " |\n|" + "---|" * (len(heads) + 3))
    for part in ("dev", "test"):
        truth = batch(part)
        for name, (score, threshold) in systems.items():
            row = quality_row(truth, score(truth.proposals, encoder), threshold)
            print(f"| {part} | {name} | {threshold:.2f} | " + " | ".join(row) + " |")
    print(archived(encoder))
    print(boilerplate(encoder))


def archived(encoder: Encoder) -> str:
    """Recall of the test part by disguise with the sources in an archive and each disguise alone."""
    truth = batch("test")
    hidden = {p.id for p in truth.proposals if f"{p.id}-light" in truth.topics}
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder), encoder, create=True) as archive:
        archive.add(p for p in truth.proposals if p.id in hidden or not truth.topics[p.id])
        opened = (archive, archive.search())
        found: set[frozenset[str]] = set()
        false = 0
        for proposal in truth.proposals:
            if proposal.id in hidden or not truth.topics[proposal.id]:
                continue
            pairs = {frozenset((p.a, p.b)) for p in find([proposal], encoder, opened).pairs}
            # The host of a lifted passage is in the archive too, and is rightly found.
            own = {p for p in pairs if p not in truth.repeats and not proposal.id.endswith("-partial")}
            false, found = false + len(own), found | pairs
    rows = []
    for kind in KINDS:
        wanted = {pair for pair, disguise in truth.repeats.items() if disguise == kind}
        rows.append(f"{kind} {len(wanted & found) / len(wanted):.3f}")
    return f"\none at a time against an archive (test): {', '.join(rows)}; false alarms {false}"


def boilerplate(encoder: Encoder) -> str:
    """False alarms where every proposal carries a form and text of the guide, and none repeats another.

    A pair that alarms without form and guide too is counted, and told apart: they did not cause it.
    """
    guide = read_guide(default_guide())
    form = (
        "一、立项依据与研究意义\n{}\n二、研究内容\n{}\n三、预期成果\n{}\n本单位承诺上述内容真实，严格按照管理办法的要求"
        "使用经费，按期提交结题报告，并对所用数据的保密负责。"
    )
    truth = batch("test")
    bare = [p for p in truth.proposals if "independent" in p.id or not truth.topics[p.id]]
    proposals: list[Proposal] = []
    for row in bare:
        topic = guide.topics[len(proposals) % len(guide.topics)].content[:200]
        half = len(row.abstract) // 2
        proposals.append(replace(row, abstract=form.format(topic, row.abstract[:half], row.abstract[half:])))
    pairs = {(p.a, p.b) for p in find(proposals, encoder, guide=guide).pairs}
    caused = pairs - {(p.a, p.b) for p in find(bare, encoder).pairs}
    alarmed, by_it = ({name for pair in some for name in pair} for some in (pairs, caused))
    return (
        f"boilerplate: {len(pairs)} pairs, {len(alarmed)} of {len(bare)} proposals ({len(alarmed) / len(bare):.1%});"
        f" quiet without it: {len(by_it)} ({len(by_it) / len(bare):.1%})"
    )


def _lines(corpus: Path | None) -> Iterator[str]:
    if corpus is not None:
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            yield from lines
        return
    for file in EVAL.glob("*.jsonl"):
        yield from file.read_text("utf-8").splitlines()


def sentences(corpus: Path | None) -> list[str]:
    """Chinese sentences of 15 to 90 characters."""
    found: set[str] = set()
    for line in _lines(corpus):
        for value in json.loads(line).values():
            if isinstance(value, str) and any("一" <= c <= "鿿" for c in value):
                found |= {s + "。" for s in value.split("。") if 15 < len(s) < 90}
        if len(found) > 200_000:
            break
    return sorted(found)


def mixed(count: int, pool: Sequence[str]) -> Iterator[Proposal]:
    """Proposals of about 250 characters with a title of their own."""
    rng = random.Random(1)
    for i in range(count):
        text = ""
        while len(text) < 250:
            text += rng.choice(pool)
        yield Proposal(str(i), f"第{i}号{rng.choice(pool)[:14]}研究", text[:300])


def peak() -> float:
    """Peak memory of this process in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def speed_adding(folder: Path, count: int, pool: Sequence[str], encoder: Encoder) -> None:
    """Adding to an archive, then queries one at a time."""
    start = time.perf_counter()
    with Archive(folder, encoder, create=True) as archive:
        archive.add(mixed(count, pool))
    print(f"adding {count:,}: {time.perf_counter() - start:.1f} s, peak {peak():.2f} GB", flush=True)
    with Archive(folder, encoder) as archive:
        start = time.perf_counter()
        opened = (archive, archive.search())
        recall = min(n.recall for n in opened[1].nearest if n is not None)
        print(
            f"opening {count:,}: {time.perf_counter() - start:.2f} s, recall {recall:.3f}, peak {peak():.2f} GB"
        )
        seconds = []
        for proposal in batch("test").proposals[:60]:
            start = time.perf_counter()
            find([proposal], encoder, opened)
            seconds.append(time.perf_counter() - start)
        warm = 1000 * np.array(seconds[5:])
        print(
            f"one against {count:,}: median {np.median(warm):.0f} ms, 95 % {np.quantile(warm, 0.95):.0f} ms",
            flush=True,
        )


def speed_batch(count: int, pool: Sequence[str], encoder: Encoder) -> None:
    """All pairs within a batch; on a busy machine the processor time says more than the clock."""
    proposals = list(mixed(count, pool))
    start, work = time.perf_counter(), time.process_time()
    pairs = find(proposals, encoder).pairs
    clock, work = time.perf_counter() - start, time.process_time() - work
    print(
        f"{count:,} × {count:,}: {clock:.1f} s (processor {work:.1f} s), {len(pairs)} pairs, peak {peak():.2f} GB"
    )


def main(arguments: Sequence[str]) -> None:
    """Print the tables; each speed measurement in a process of its own, so that peaks are its own."""
    wanted = arguments[0] if arguments else "all"
    encoder = load_encoder(FAST)
    if wanted in ("all", "quality"):
        quality(encoder)
    if wanted in ("all", "speed"):
        for measurement in (
            "add:25000",
            "add:50000",
            "add:100000",
            "batch:2500",
            "batch:5000",
            "batch:10000",
        ):
            subprocess.run(
                [sys.executable, "-m", "tests.bench_duplicates", measurement, *arguments[1:]], check=True
            )
    kind, _, count = wanted.partition(":")
    if count:
        pool = sentences(Path(arguments[1]) if len(arguments) > 1 else None)
        if kind == "batch":
            speed_batch(int(count), pool, encoder)
        else:
            with tempfile.TemporaryDirectory() as folder:
                speed_adding(Path(folder), int(count), pool, encoder)


if __name__ == "__main__":
    main(sys.argv[1:])
