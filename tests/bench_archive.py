"""`make bench-archive`: an archive of many earlier submissions, and kills in the middle of its changes.

    python -m tests.bench_archive scale [--corpora FOLDER] [COUNT...]
    python -m tests.bench_archive kills [COUNT]

Submissions are mixed from the sentences of public papers and awards in FOLDER (JSON lines, gzip): some
of one document, one of another. Each size is measured in a process of its own, so that peaks are its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from matcher.archive import Archive, Search
from matcher.archive.nearest import build
from matcher.duplicates import find
from matcher.embeddings import FAST, Encoder, encode, load_encoder
from matcher.segment import fold
from matcher.types import Proposal
from tests import archive_kills

CORPORA = {
    "chinaxiv_meta.jsonl.gz": ("title_zh", "abstract_zh"),
    "arxiv_zh_summaries.jsonl.gz": (
        "zh_tldr",
        "zh_tldr",
        "zh_motivation",
        "zh_method",
        "zh_result",
        "zh_conclusion",
    ),
    "sbir_awards.jsonl.gz": ("title", "abstract"),
}
SIZES = (10_000, 100_000, 1_000_000)
_QUERIES = 200  # new submissions that recall and times are measured with
_STOP = re.compile(r"(?<=[。！？])|(?<=[.!?]) (?=[A-Z])")
_LENGTH = {True: 260, False: 900}  # characters of a submission, Chinese and English

Document = tuple[str, list[str]]


def documents(folder: Path) -> list[Document]:
    """(title, sentences) of the documents that have at least three sentences."""
    found = []
    for name, (title, *texts) in CORPORA.items():
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                whole = " ".join(str(row.get(text) or "") for text in texts)
                sentences = [s.strip() for s in _STOP.split(whole) if len(s.strip()) > 12]
                if len(sentences) >= 3:
                    found.append((str(row.get(title) or sentences[0])[:60], sentences))
    return found


def submissions(count: int, sources: Sequence[Document], seed: int) -> Iterator[Proposal]:
    """Submissions of usual length, each with a title of its own."""
    rng = random.Random(seed)
    for i in range(count):
        title, own = sources[rng.randrange(len(sources))]
        _, other = sources[rng.randrange(len(sources))]
        chosen = [*rng.sample(own, len(own)), other[rng.randrange(len(other))]]
        han = any("一" <= c <= "鿿" for c in chosen[0])
        text = ("" if han else " ").join(chosen)[: _LENGTH[han]]
        yield Proposal(f"{seed}-{i}", f"{title}（{i}）", text, year=str(2000 + i % 25))


def peak() -> float:
    """Peak memory of this process in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def adding(folder: Path, count: int, corpora: Path) -> None:
    """Fill an archive; a process of its own."""
    encoder, sources = load_encoder(FAST), documents(corpora)
    start, work, before = time.perf_counter(), time.process_time(), peak()
    with Archive(folder, encoder, create=True) as archive:
        archive.add(submissions(count, sources, 0))
    clock, work = time.perf_counter() - start, time.process_time() - work
    size = sum(f.stat().st_size for f in folder.iterdir()) / 1e9
    print(
        f"| {count:,} | add | {clock:.0f} s (processor {work:.0f} s) | peak {peak():.2f} GB, {before:.2f} of it the corpus | file {size:.2f} GB |",
        flush=True,
    )


def searching(folder: Path, count: int, corpora: Path) -> None:
    """Open an archive for search twice, compare new submissions with it; a process of its own."""
    encoder = load_encoder(FAST)
    new = list(submissions(_QUERIES, documents(corpora), 1))
    before = peak()
    with Archive(folder, encoder) as archive:
        for word in ("open, building the index", "open again, index kept"):
            start = time.perf_counter()
            opened = (archive, archive.search(exact_up_to=0))
            print(
                f"| {count:,} | {word} | {time.perf_counter() - start:.1f} s | peak {peak():.2f} GB, {before:.2f} before | |",
                flush=True,
            )
        seconds = []
        for proposal in new:
            start = time.perf_counter()
            find([proposal], encoder, opened)
            seconds.append(time.perf_counter() - start)
        warm = 1000 * np.array(seconds[10:])
        print(
            f"| {count:,} | one new against all, everything | median {np.median(warm):.0f} ms, 95 % {np.quantile(warm, 0.95):.0f} ms | | |"
        )
        print(f"| {count:,} | {recall(archive, opened[1], new, encoder)} | | |", flush=True)


def recall(archive: Archive, search: Search, new: Sequence[Proposal], encoder: Encoder) -> str:
    """The share of the true 15 nearest of new submissions that the approximate indexes find, and their time."""
    queries = encode(encoder, [fold(p.text) for p in new], "passage")
    shares, spent = [], []
    for language, approximate in enumerate(search.nearest):
        if approximate is None:
            continue
        rows = archive.database.rows("SELECT key, vector FROM submission WHERE han = ?", language)
        keys, vectors = zip(*rows, strict=True)
        stored = np.frombuffer(b"".join(vectors), np.float16).reshape(len(keys), -1)
        exact = build(stored, np.array(keys, np.int64), len(keys))
        for query in queries:
            start = time.perf_counter()
            found, _ = approximate.search(query[None], 15)
            middle = time.perf_counter()
            true, _ = exact.search(query[None], 15)
            spent.append((middle - start, time.perf_counter() - middle))
            shares.append(len(set(found[0]) & set(true[0])) / 15)
    ours, exactly = 1000 * np.median(np.array(spent), axis=0)
    probes = [n.index.nprobe for n in search.nearest if n is not None]
    return f"recall@15 against exact | {np.mean(shares):.3f} (cells probed {probes}; {ours:.1f} ms, exact {exactly:.1f} ms)"


def scale(sizes: Sequence[int], corpora: Path) -> None:
    """The table of sizes; each measurement in a process of its own."""
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for step in ("adding", "searching"):
                command = [sys.executable, "-m", "tests.bench_archive", step, "--corpora", str(corpora)]
                subprocess.run([*command, "--folder", folder, str(count)], check=True)


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("scale", "kills", "adding", "searching"))
    parser.add_argument("counts", nargs="*", type=int)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_intermixed_args()
    if chosen.what == "scale":
        scale(chosen.counts or SIZES, chosen.corpora)
    elif chosen.what == "kills":
        with tempfile.TemporaryDirectory() as place:
            print(archive_kills.campaign(Path(place), (chosen.counts or [200])[0], seed=1))
    elif chosen.what == "adding":
        adding(chosen.folder, chosen.counts[0], chosen.corpora)
    else:
        searching(chosen.folder, chosen.counts[0], chosen.corpora)


if __name__ == "__main__":
    main()
