"""`make bench-duplicates`: quality against baselines on our own set, then speed. Run on a quiet machine.

    [E5=FOLDER] python -m tests.bench_duplicates [quality [PART] | disguises | speed [CORPORA]]
    python -m tests.bench_duplicates batch COUNT [CORPORA]

CORPORA is the folder of public papers and awards (training/README.md) that batches for speed are made of. E5 is a
folder with multilingual-e5-small as it is, for the cosine that needs no work of ours. PART is dev, hands, further, guests,
neighbours, english, tellers, matched or one of test, judge, qualitative, apart, fields, strangers, newcomers, visitors,
bands, english_kept, tellers_kept and matched_kept, which are for one look at the end of a piece of work.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from matcher.archive import FolderArchive
from matcher.duplicates import find
from matcher.duplicates.classifier import DEFAULT_THRESHOLD
from matcher.embeddings import FAST, Encoder, TextKind, Vectors, encode, load_encoder
from matcher.guide import read_guide
from matcher.segment import fold
from matcher.shipped import default_guide
from matcher.types import Proposal
from tests.bench_archive import clocks, documents, peak, said
from tests.disguises import DISGUISES
from training.duplicates_set import KINDS, Batch, batch

Scores = Mapping[frozenset[str], float]
_SEMHASH = (0.8, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98)  # ascending
_FORM = (
    "一、立项依据与研究意义\n{}\n二、研究内容\n{}\n三、预期成果\n{}\n本单位承诺上述内容真实，严格按照管理办法的要求"
    "使用经费，按期提交结题报告，并对所用数据的保密负责。\n参考文献\n"
    "[1] 王伟, 李娜. 区域创新体系的演化与测度[J]. 科学学研究, 2019, 37(5): 801-812.\n"
    "[2] 陈静. 公共政策评估方法的比较[M]. 北京: 社会科学文献出版社, 2020.\n"
)


def ours(proposals: Sequence[Proposal], encoder: Encoder, reader: Encoder) -> Scores:
    """Concern of the pairs that are found."""
    pairs = find(proposals, encoder, threshold=0.0, reader=reader).pairs
    return {frozenset((p.a, p.b)): p.concern for p in pairs}


def minhash(proposals: Sequence[Proposal]) -> Scores:
    """Estimated Jaccard of character 5-grams, 128 permutations."""
    from datasketch import MinHash

    sketches = {}
    for proposal in proposals:
        text = "".join(c for c in fold(proposal.text).lower() if c.isalnum())
        sketch = MinHash(num_perm=128)
        sketch.update_batch([text[i : i + 5].encode() for i in range(max(1, len(text) - 4))])
        sketches[proposal.id] = sketch
    return {frozenset((a, b)): float(sketches[a].jaccard(sketches[b])) for a, b in combinations(sketches, 2)}


def cosine(proposals: Sequence[Proposal], reader: ForSemhash) -> Scores:
    """Cosine of the whole texts."""
    vectors = reader.encode([p.text for p in proposals])
    cosines = vectors @ vectors.T
    ids = [p.id for p in proposals]
    return {frozenset((ids[i], ids[j])): float(cosines[i, j]) for i, j in combinations(range(len(ids)), 2)}


class ForSemhash:
    """An encoder of whole texts as semhash asks for one, which remembers what it has read."""

    def __init__(self, reader: Encoder) -> None:
        self._reader = reader
        self._rows: dict[str, Vectors] = {}

    def encode(self, inputs: Sequence[str], **_: object) -> Vectors:
        """One row a text."""
        kind: TextKind = "passage"
        new = [text for text in dict.fromkeys(inputs) if text not in self._rows]
        self._rows.update(
            zip(new, encode(self._reader, [fold(text) for text in new], kind), strict=True) if new else ()
        )
        return np.stack([self._rows[text] for text in inputs])


def semhash(proposals: Sequence[Proposal], reader: ForSemhash) -> Scores:
    """The highest of a few thresholds at which semhash takes two texts for one, with the same encoder.

    It names one original for each duplicate; all texts with one original are taken for each other.
    """
    from semhash import SemHash

    records = [{"id": p.id, "text": p.text} for p in proposals]
    built = SemHash.from_records(records, columns=["text"], model=reader)
    scores: dict[frozenset[str], float] = {}
    for threshold in _SEMHASH:
        groups: dict[str, list[str]] = {}
        for record in built.self_deduplicate(threshold=threshold).filtered:
            original = record.duplicate_of["id"]
            groups.setdefault(original, [original]).append(record.record["id"])
        scores |= {frozenset(pair): threshold for names in groups.values() for pair in combinations(names, 2)}
    return scores


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
        row.append(f"{len(wanted & found) / len(wanted):.3f}" if wanted else "")
    false = found - truth.repeats.keys()
    row.append(f"{1 - len(false) / max(1, len(found)):.3f}")
    hard, near = truth.independents, _named(truth)
    row += [f"{len(false & hard)}/{len(hard)}", f"{len(false & near)}/{len(near)}", f"{len(false)}"]
    return row


def _named(truth: Batch) -> set[frozenset[str]]:
    """The pairs of a source with the studies that were written to be near to it."""
    return {
        frozenset((p.id.partition("-independent")[0], p.id))
        for p in truth.proposals
        if "-independent" in p.id
    }


def of_voice(truth: Batch, voice: str) -> Batch:
    """The truth about the pairs of one voice, of the same batch."""
    repeats = {
        pair: k for pair, k in truth.repeats.items() if all(truth.voices[n] in (voice, "") for n in pair)
    }
    ours_only = {name: topic if truth.voices[name] == voice else "" for name, topic in truth.topics.items()}
    proposals = tuple(p for p in truth.proposals if truth.voices[p.id] == voice)
    left = truth.related | (truth.repeats.keys() - repeats.keys())
    return replace(truth, proposals=proposals, repeats=repeats, topics=ours_only, related=frozenset(left))


def quality(encoder: Encoder, reader: Encoder, parts: Sequence[str]) -> None:
    """The table of recall, precision and false alarms, ours by voice too."""
    dev, read = batch("dev"), ForSemhash(reader)
    systems: dict[str, Callable[[Sequence[Proposal]], Scores]] = {
        "minhash": minhash,
        "semhash": lambda p: semhash(p, read),
        "cosine": lambda p: cosine(p, read),
        "fast alone": lambda p: ours(p, encoder, encoder),
        "ours": lambda p: ours(p, encoder, reader),
    }
    if folder := os.environ.get("E5"):
        plain = ForSemhash(load_encoder(folder))
        systems = {"e5-small as it is": lambda p: cosine(p, plain), **systems}
    heads = [*KINDS, "precision", "same topic", "written near", "false"]
    print("| part | system | threshold | " + " | ".join(heads) + " |\n|" + "---|" * (len(heads) + 3))
    for name, score in systems.items():
        own = name in ("ours", "fast alone")
        threshold = DEFAULT_THRESHOLD if own else best_threshold(dev, score(dev.proposals))
        for part in parts:
            truth = batch(part)
            scores = score(truth.proposals)
            row = quality_row(truth, scores, threshold)
            print(f"| {part} | {name} | {threshold:.2f} | " + " | ".join(row) + " |", flush=True)
            for voice in sorted({v for v in truth.voices.values() if v}) if name == "ours" else ():
                mine = of_voice(truth, voice)
                inside = {
                    pair: s for pair, s in scores.items() if all(truth.voices[n] in (voice, "") for n in pair)
                }
                print(f"| {part} | · {voice} | | " + " | ".join(quality_row(mine, inside, threshold)) + " |")
    for part in parts:
        print(archived(part, encoder, reader))
        print(boilerplate(part, encoder, reader))


def archived(part: str, encoder: Encoder, reader: Encoder) -> str:
    """Recall by disguise with the sources in an archive and each disguise alone."""
    truth = batch(part)
    sources = {p.id for p in truth.proposals if f"{p.id}-light" in truth.topics}
    with (
        tempfile.TemporaryDirectory() as folder,
        FolderArchive(Path(folder), encoder, create=True) as archive,
    ):
        archive.add(p for p in truth.proposals if p.id in sources or not truth.topics[p.id])
        opened = archive.search()
        found: set[frozenset[str]] = set()
        false = 0
        for proposal in truth.proposals:
            if proposal.id in sources or not truth.topics[proposal.id]:
                continue
            pairs = {frozenset((p.a, p.b)) for p in find([proposal], encoder, opened, reader=reader).pairs}
            # The host of a lifted passage is in the archive too, and is rightly found.
            own = {p for p in pairs if p not in truth.repeats and not proposal.id.endswith("-partial")}
            false, found = false + len(own - truth.related), found | pairs
    rows = []
    for kind in KINDS:
        wanted = {pair for pair, disguise in truth.repeats.items() if disguise == kind}
        if wanted:
            rows.append(f"{kind} {len(wanted & found) / len(wanted):.3f}")
    return f"\none at a time against an archive ({part}): {', '.join(rows)}; false alarms {false}"


def boilerplate(part: str, encoder: Encoder, reader: Encoder) -> str:
    """False alarms where every proposal carries a form, references and text of the guide, and none repeats another.

    A pair that alarms without form and guide too is counted, and told apart: they did not cause it. Two texts of the
    background that are labelled one study are no false alarm.
    """
    guide = read_guide(default_guide())
    truth = batch(part)
    bare = [p for p in truth.proposals if "independent" in p.id or not truth.topics[p.id]]
    proposals: list[Proposal] = []
    for row in bare:
        topic = guide.topics[len(proposals) % len(guide.topics)].content[:200]
        half = len(row.abstract) // 2
        proposals.append(replace(row, abstract=_FORM.format(topic, row.abstract[:half], row.abstract[half:])))
    pairs = {(p.a, p.b) for p in find(proposals, encoder, guide=guide, reader=reader).pairs}
    pairs = {pair for pair in pairs if frozenset(pair) not in truth.related}
    caused = pairs - {(p.a, p.b) for p in find(bare, encoder, reader=reader).pairs}
    alarmed, by_it = ({name for pair in some for name in pair} for some in (pairs, caused))
    return (
        f"boilerplate ({part}): {len(pairs)} pairs, {len(alarmed)} of {len(bare)} proposals"
        f" ({len(alarmed) / len(bare):.1%}); quiet without it: {len(by_it)} ({len(by_it) / len(bare):.1%})"
    )


def disguises(encoder: Encoder) -> None:
    """Recall of sources behind each disguise of letters, in English and in Chinese; the fast reader alone."""
    truth = batch("dev")
    sources = [p for p in truth.proposals if f"{p.id}-light" in truth.topics]
    worst: dict[str, float] = {}
    for name, disguise in DISGUISES.items():
        hidden = [replace(p, id=f"{p.id} hidden", title="", abstract=disguise(p.text)) for p in sources]
        pairs = {frozenset((p.a, p.b)) for p in find([*sources, *hidden], encoder).pairs}
        for language, english in (("English", True), ("Chinese", False)):
            mine = [p for p in sources if (p.text[:20].isascii()) == english]
            found = sum(frozenset((p.id, f"{p.id} hidden")) in pairs for p in mine)
            worst[language] = min(worst.get(language, 1.0), found / len(mine))
            if found < len(mine):
                print(f"{name}, {language}: {found} of {len(mine)}")
    print(f"{len(DISGUISES)} disguises; the worst recall: {worst}")


def abstracts(count: int, corpora: Path) -> list[Proposal]:
    """As many published abstracts and awards of 200 to 600 characters, no two the same."""
    sources = documents(corpora)
    random.Random(3).shuffle(sources)
    texts = {"\n".join(parts)[:600]: title for title, parts in sources}
    long = [(title, text) for text, title in texts.items() if len(text) >= 200]
    if len(long) < count:
        raise SystemExit(f"expected {count:,} abstracts, found {len(long):,} in {corpora}")
    return [Proposal(str(i), title, text) for i, (title, text) in enumerate(long[:count])]


def speed(count: int, corpora: Path, encoder: Encoder, reader: Encoder) -> None:
    """All pairs within a batch."""
    proposals = abstracts(count, corpora)
    start = clocks()
    pairs = find(proposals, encoder, reader=reader).pairs
    print(
        f"{count:,} × {count:,}: {said(clocks() - start)}, {len(pairs)} pairs, peak {peak():.2f} GB, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main(arguments: Sequence[str]) -> None:
    """Print the tables; each speed measurement in a process of its own, so that peaks are its own."""
    wanted, *rest = arguments or ["all"]
    encoder, reader = load_encoder(FAST), load_encoder()
    if wanted in ("all", "quality"):
        quality(encoder, reader, rest or ("test", "judge"))
    if wanted in ("all", "disguises"):
        disguises(encoder)
    if wanted in ("all", "speed"):
        for count in ("1000", "2500", "5000", "10000"):
            command = [sys.executable, "-m", "tests.bench_duplicates", "batch", count, *rest]
            subprocess.run(command, check=True)
    if wanted == "batch":
        speed(int(rest[0]), Path(rest[1] if rest[1:] else "../shared/corpora"), encoder, reader)


if __name__ == "__main__":
    main(sys.argv[1:])
