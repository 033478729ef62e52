"""`make bench-archive`: an archive of many earlier submissions, and kills in the middle of its changes.

    python -m tests.bench_archive scale [--corpora FOLDER] [COUNT...]
    python -m tests.bench_archive kills [COUNT]
    python -m tests.bench_archive milvus [--place milvus://HOST:19530/COLLECTION] [COUNT...]
    python -m tests.bench_archive milvus-kills

Submissions are mixed from the sentences of public papers and awards in FOLDER (JSON lines, gzip): some
of one document, one of another. Each size is measured in a process of its own, so that peaks are its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
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
from numpy.typing import NDArray

from matcher.archive import ArchivePlace, FolderArchive, open_archive, place_of, rows
from matcher.archive.contract import HeldSearch
from matcher.duplicates import find
from matcher.embeddings import FAST, Encoder, Vectors, encode, load_encoder, unit
from matcher.segment import fold
from matcher.types import Proposal
from tests import archive_kills, milvus_kills

CORPORA = {
    "chinaxiv_meta.jsonl.gz": ("title_zh", "abstract_zh"),
    "arxiv_zh_summaries.jsonl.gz": (
        "zh_tldr", "zh_tldr", "zh_motivation", "zh_method", "zh_result", "zh_conclusion",
    ),
    "sbir_awards.jsonl.gz": ("title", "abstract"),
}  # fmt: skip
SIZES = (10_000, 100_000, 1_000_000)
_READ = 100_000  # submissions that are read as texts; beyond, they are mixed of these
_QUERIES = 60  # new submissions that recall and times are measured with
_NEIGHBOURS = 15  # that a search looks at
_STOP = re.compile(r"(?<=[。！？])|(?<=[.!?]) (?=[A-Z])")
_PARAGRAPH = {True: 130, False: 450}  # characters, Chinese and English

Document = tuple[str, list[str]]


def documents(folder: Path) -> list[Document]:
    """(title, paragraphs of usual length) of the documents that have one."""
    found = []
    for name, (title, *texts) in CORPORA.items():
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                whole = " ".join(str(row.get(text) or "") for text in texts)
                if parts := list(paragraphs(whole)):
                    found.append((str(row.get(title) or parts[0])[:40], parts))
    return found


def paragraphs(text: str) -> Iterator[str]:
    """Sentences in a row until they have the length of a paragraph."""
    least, joined = _PARAGRAPH[any("一" <= c <= "鿿" for c in text)], ""
    for sentence in _STOP.split(text):
        joined += f" {sentence.strip()}" if sentence.isascii() else sentence.strip()
        if len(joined) >= least:
            yield joined.strip().replace("\n", " ")
            joined = ""


def submissions(count: int, sources: Sequence[Document], seed: int) -> Iterator[Proposal]:
    """Submissions of a title, a paragraph of its document and one of any other."""
    rng = random.Random(seed)
    for i in range(count):
        title, own = sources[rng.randrange(len(sources))]
        _, other = sources[rng.randrange(len(sources))]
        text = f"{rng.choice(own)}\n{rng.choice(other)}"
        yield Proposal(f"{seed}-{i}", title, text, year=str(2000 + i % 25))


def grow(archive: FolderArchive, count: int) -> None:
    """Fill an archive up to `count` with mixtures of two of its submissions of one language.

    A mixture has a paragraph and half of the shingles of each, and the mean of their vectors: the fast
    reader's vector of a text is the direction of the sum over its lines. No text is read for it.
    """
    statement = "SELECT han, title, abstract, vector, shingles FROM submission ORDER BY key"
    there = list(archive.database.rows(statement))
    vectors = np.frombuffer(b"".join(row[3] for row in there), np.float16).reshape(len(there), -1)
    han = np.array([row[0] for row in there], bool)
    members = [np.flatnonzero(han == language) for language in (False, True)]
    rng, key = np.random.default_rng(0), len(there)
    with archive.database.writing():
        total = archive.database.total()
        while key < count:
            first = rng.integers(len(there), size=min(10_000, count - key))
            second = np.where(han[first], *(rng.choice(members[i], len(first)) for i in (1, 0)))
            mixed = unit(vectors[first].astype(np.float32) + vectors[second]).astype(np.float16)
            block = []
            for i, j, vector in zip(first.tolist(), second.tolist(), mixed, strict=True):
                key += 1
                text = f"{there[i][2].partition(chr(10))[0]}\n{there[j][2].rpartition(chr(10))[2]}"
                fields = (f"m{key}", there[i][1], text, "", "", "", str(2000 + key % 25))
                kept = there[i][4][: len(there[i][4]) // 8 * 4] + there[j][4][len(there[j][4]) // 8 * 4 :]
                derived, checksum = (
                    rows.Derived(there[i][0], vector.tobytes(), kept),
                    rows.text_checksum(fields),
                )
                whole = derived.checksum(key, checksum)
                total = total.plus(whole)
                block.append((key, *fields, derived.han, derived.vector, kept, whole, checksum))
            archive.database._connection.executemany(
                f"INSERT INTO submission VALUES ({', '.join('?' * len(block[0]))})", block
            )
        archive.database.next_state(total)


def peak() -> float:
    """Peak memory of this process in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def adding(folder: Path, count: int, corpora: Path) -> None:
    """Fill an archive; a process of its own. What exceeds `_READ` is mixed of what was read."""
    encoder, sources = load_encoder(FAST), documents(corpora)
    with FolderArchive(folder, encoder, create=True) as archive:
        start = clocks()
        read = max(0, min(count, _READ) - len(archive))
        archive.add(submissions(read, sources, 0))
        print(f"{count:,}: {read:,} added: {said(clocks() - start)}; {peak():.2f} GB", flush=True)
        grow(archive, count)
    size = sum(f.stat().st_size for f in folder.iterdir()) / 1e9
    print(f"{count:,}: file {size:.2f} GB; {peak():.2f} GB with the corpus", flush=True)


def searching(folder: Path, count: int, corpora: Path) -> None:
    """Compare new submissions with an archive, every vector and by approximate indexes; a process of its own."""
    encoder = load_encoder(FAST)
    new = list(submissions(_QUERIES, documents(corpora), 1))
    with FolderArchive(folder, encoder) as archive:
        search = _opened(archive, count, "opened, exact", exact_up_to=count)
        each = []
        for proposal in new:
            start = clocks()
            find([proposal], encoder, search)
            each.append(clocks() - start)
        late = np.quantile(np.array(each[10:])[:, 0], 0.95)
        print(
            f"{count:,} one new against all: median {said(np.median(each[10:], axis=0))}, 95 % {late:.3g} s; {peak():.2f} GB",
            flush=True,
        )
        queries = encode(encoder, [fold(p.text) for p in new], "passage")
        exact, spent = neighbours(search, queries)
        print(f"{count:,} nearest of one, exact: {said(spent)}", flush=True)
        del search
        _opened(archive, count, "opened, approximate index built", exact_up_to=0)
        search = _opened(archive, count, "opened, approximate index kept", exact_up_to=0)
        close, spent = neighbours(search, queries)
        print(f"{count:,} nearest of one, approximate: {said(spent)}", flush=True)
        measured = [f"{n.recall:.3f}" for n in search.indexes if n is not None]
        print(
            f"{count:,} recall of the approximate indexes: {recall(exact, close):.3f}; by their own measure {', '.join(measured)}",
            flush=True,
        )


def _opened(archive: FolderArchive, count: int, word: str, exact_up_to: int) -> HeldSearch:
    start = clocks()
    search = archive.search(exact_up_to)
    print(f"{count:,} {word}: {said(clocks() - start)}; {peak():.2f} GB", flush=True)
    return search


def neighbours(search: HeldSearch, queries: Vectors) -> tuple[list[set[int]], NDArray[np.float64]]:
    """The nearest of each query in each language, one query at a time, and the mean seconds of one (clock, processor)."""
    nearest, start = [], clocks()
    for query in queries:
        for index in search.indexes:
            if index is not None:
                keys, _ = index.search(query[None], _NEIGHBOURS)
                nearest.append({int(key) for key in keys[0]})
    return nearest, (clocks() - start) / len(queries)


def recall(exact: Sequence[set[int]], approximate: Sequence[set[int]]) -> float:
    """The share of the true nearest that an approximate search finds."""
    return float(np.mean([len(a & b) / len(a) for a, b in zip(exact, approximate, strict=True)]))


def scale(sizes: Sequence[int], corpora: Path) -> None:
    """The table of sizes; each measurement in a process of its own."""
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for step in ("adding", "searching"):
                command = [sys.executable, "-m", "tests.bench_archive", step, "--corpora", str(corpora)]
                subprocess.run([*command, "--folder", folder, str(count)], check=True)


def milvus(place: ArchivePlace, count: int, corpora: Path) -> None:
    """An archive in Milvus (Lite): time to add apart from encoding, to open, and for one new against all."""
    encoder, sources = load_encoder(FAST), documents(corpora)
    encoding = np.zeros(2)

    def derived(by: Encoder, fields: Sequence[rows.Fields]) -> list[rows.Derived]:
        start = clocks()
        result = rows.derive(by, fields)
        encoding[:] += clocks() - start
        return result

    with open_archive(place, encoder, create=True) as archive:
        start = clocks()
        archive.add(submissions(count, sources, 0), derived)
        spent = clocks() - start - encoding
    print(
        f"{count:,} added after encoding: {said(spent)}; load {os.getloadavg()[0]:.1f}, {peak():.2f} GB",
        flush=True,
    )
    with open_archive(place, encoder) as archive:
        start = clocks()
        search = archive.search()
        find([next(submissions(1, sources, 1))], encoder, search)
        print(
            f"{count:,} opened, with the first query: {said(clocks() - start)}; {peak():.2f} GB", flush=True
        )
        each = []
        for proposal in submissions(20, sources, 2):
            start = clocks()
            find([proposal], encoder, search)
            each.append(clocks() - start)
        print(
            f"{count:,} one new against all: median {said(np.median(each, axis=0))}; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


def clocks() -> NDArray[np.float64]:
    """Seconds by the clock and of the processor, (2,); a difference is what was spent."""
    return np.array([time.perf_counter(), time.process_time()])


def said(spent: NDArray[np.float64]) -> str:
    """What was spent, in words; on a busy machine the processor's time says more than the clock."""
    return f"{spent[0]:.3g} s, processor {spent[1]:.3g} s"


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("scale", "kills", "adding", "searching", "milvus", "milvus-kills"))
    parser.add_argument("counts", nargs="*", type=int)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--place", type=place_of)
    chosen = parser.parse_intermixed_args()
    if chosen.what == "scale":
        scale(chosen.counts or SIZES, chosen.corpora)
    elif chosen.what == "kills":
        with tempfile.TemporaryDirectory() as place:
            print(archive_kills.campaign(Path(place), (chosen.counts or [200])[0], seed=1))
    elif chosen.what == "milvus-kills":
        with tempfile.TemporaryDirectory() as place:
            print(milvus_kills.campaign(Path(place)))
    elif chosen.what == "milvus":
        for count in chosen.counts or SIZES[:2]:
            with tempfile.TemporaryDirectory() as folder:
                milvus(chosen.place or place_of(f"milvus://{folder}/bench.db"), count, chosen.corpora)
    elif chosen.what == "adding":
        adding(chosen.folder, chosen.counts[0], chosen.corpora)
    else:
        searching(chosen.folder, chosen.counts[0], chosen.corpora)


if __name__ == "__main__":
    main()
