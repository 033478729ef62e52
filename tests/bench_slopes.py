"""`make bench-slopes`: how time and memory grow with proposals, topics and earlier submissions.

    python -m tests.bench_slopes [--corpora FOLDER] [--rows FILE] [--picture FILE] [--million] [SUBJECT:SIZE…]

Each subject at each size is measured in a process of its own, and its row is written to FILE at once: a run that was
stopped goes on with what is not there yet. Delete FILE to measure anew. Then the slopes are printed and drawn.
Processor seconds are given beside the clock, and the time of a fixed loop around each measurement, so that machines
compare, busy ones too. Proposals, guides and submissions are seeded mixtures of public texts and of our guides.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from itertools import islice
from pathlib import Path

from matcher import shipped
from matcher.archive import FolderArchive
from matcher.duplicates import find
from matcher.embeddings import FAST, encode, load_encoder
from matcher.engine import Engine
from matcher.guide import read_guide
from matcher.readers.batch import Entry
from matcher.scale.batches import answer_lines
from matcher.scale.cluster import Cluster
from matcher.segment import fold
from matcher.types import Proposal, Topic
from tests import slopes
from tests.bench_archive import documents, neighbours, recall, submissions
from tests.bench_scale import worked
from tests.reference_loop import Spent, children, reference, spent
from tests.slopes import Row

# From the least work to the most, so that a run that is stopped has something of every subject.
SIZES = (
    "fast:1000", "default:100", "archive:1000", "topics:30", "cluster:500", "processes:1000",
    "fast:10000", "archive:10000", "topics:300", "cluster:2000", "default:300", "processes:4000",
    "topics:1500", "archive:30000", "default:1000", "fast:30000",
)  # fmt: skip
MILLION = ("fast:100000", "archive:100000", "fast:1000000", "archive:1000000")
_ONE_PROCESS = 1 << 40  # rows from which other local processes would start
_NEW = 200  # new proposals: a batch against a guide
_AGAINST = 40  # of these, compared with an archive
_ONE_BY_ONE = 15
_SECTION = 100  # topics: the reader takes no running number of four digits
_REFERENCE = 5  # times that the loop runs before and after


def stored(file: Path, count: int) -> Iterator[Proposal]:
    """The first `count` proposals of a file, read as they are wanted."""
    with file.open(encoding="utf-8") as lines:
        for line in islice(lines, count):
            yield Proposal(**json.loads(line))


def rows(file: Path, count: int) -> Iterator[Entry]:
    """The same as rows of a batch."""
    return (Entry(number, proposal) for number, proposal in enumerate(stored(file, count), 1))


def guide_text(count: int) -> str:
    """A guide of `count` topics in sections: our guides' topics in turn, each with contents of another one.

    The first round has them as they are; later ones name in the title what the other is about.
    """
    folder = shipped.default_guide().parent
    topics = [t for file in sorted(folder.glob("*.txt")) for t in read_guide(file).topics if t.content]
    lines, rng = ["2026年度科技计划项目申报指南", ""], random.Random(7)
    for number in range(count):
        if number % _SECTION == 0:
            section = number // _SECTION + 1
            lines += [f"第{section}部分 重点任务", ""]
        lines += _topic(number, topics, rng)
    return "\n".join(lines) + "\n"


def _topic(number: int, topics: Sequence[Topic], rng: random.Random) -> list[str]:
    own, other = topics[number % len(topics)], rng.choice(topics)
    title = own.title if number < len(topics) else f"{own.title}（{other.title[:12]}）"
    contents = f"{own.content[:150]}{other.content[:150]}".replace("\n", "")
    office = f"对接处室：高新技术处（电话 022-5800{number // _SECTION:04d}）"
    return [f"课题{number % _SECTION + 1}：{title}", f"研究内容：{contents}", office, ""]


def matching(work: Path, size: int, encoder: str | None) -> dict[str, Spent]:
    """`size` proposals against the shipped guide in one process."""
    engine = Engine.open(encoder=encoder)
    lines = answer_lines(engine, rows(work / "proposals.jsonl", size), 5, large=_ONE_PROCESS)
    return {"match": spent(lambda: sum(len(line) for line in lines))}


def topics(work: Path, size: int) -> dict[str, Spent]:
    """A guide of `size` topics: read, indexed, opened again, one proposal and a batch, by the transformer."""
    file, cache = work / f"guide-{size}.txt", work / "cache"
    file.write_text(guide_text(size), encoding="utf-8")
    Engine.open(cache=cache)  # what no guide changes is there already
    result = {"read": spent(lambda: read_guide(file))}
    guide = read_guide(file)
    assert len(guide.topics) == size, f"{len(guide.topics)} of {size} topics were read"
    result["index"] = spent(lambda: Engine.open(guide, cache=cache))
    result["open"] = spent(lambda: Engine.open(guide, cache=cache))
    engine, new = Engine.open(guide, cache=cache), list(stored(work / "new.jsonl", _NEW))
    engine.match(new[0])
    ones = [spent(partial(engine.match, p)) for p in new[1 : _ONE_BY_ONE + 1]]
    result["one match"] = median(ones)
    result[f"batch of {_NEW}"] = spent(lambda: list(engine.match_many(new, explained=1)))
    return result


def median(each: Sequence[Spent]) -> Spent:
    """The median of each clock."""
    return Spent(*(statistics.median(values) for values in zip(*each, strict=True)))


def archive(work: Path, size: int) -> tuple[dict[str, Spent], float]:
    """An archive of `size` submissions by the fast reader, and the recall of its approximate index."""
    encoder, new = load_encoder(FAST), list(stored(work / "new.jsonl", _AGAINST))
    with FolderArchive(work / f"archive-{size}", encoder, create=True) as kept:
        result = {"add": spent(lambda: kept.add(stored(work / "proposals.jsonl", size)))}
        result["open"] = spent(lambda: kept.search(size))
        search = kept.search(size)
        find(new[:2], encoder, search)
        ones = [spent(partial(find, [p], encoder, search)) for p in new[:_ONE_BY_ONE]]
        result["one new"] = median(ones)
        result[f"batch of {_AGAINST}"] = spent(lambda: find(new, encoder, search))
        queries = encode(encoder, [fold(p.text) for p in new], "passage")
        exact, _ = neighbours(search, queries)
        result["approximate index"] = spent(lambda: kept.search(0))
        near, _ = neighbours(kept.search(0), queries)
    return result, recall(exact, near)


def cluster(work: Path, size: int) -> dict[str, Spent]:
    """Two Dask workers by the fast reader: what they work, and what scheduler and client do for them."""
    engine = Engine.open(encoder=FAST)
    from distributed import LocalCluster  # a second of each process that imports the names of this module

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local,
        Cluster(str(local.scheduler_address)) as joined,
    ):
        list(answer_lines(engine, rows(work / "new.jsonl", _NEW), 5, cluster=joined))
        pids = [nanny.pid for nanny in local.workers.values()]
        before = sum(map(worked, pids))
        proposals = rows(work / "proposals.jsonl", size)
        alone = spent(lambda: list(answer_lines(engine, proposals, 5, cluster=joined)))
        workers = sum(map(worked, pids)) - before
    return {"scheduler and client": alone, "workers": Spent(alone.wall, workers)}


def processes(work: Path, size: int) -> dict[str, Spent]:
    """A process on each core by the fast reader: what they work, their start too, and what the first does for them."""
    engine = Engine.open(encoder=FAST)
    proposals = rows(work / "proposals.jsonl", size)
    alone = spent(lambda: list(answer_lines(engine, proposals, 5, large=0)))
    return {"first process": alone, "others": Spent(alone.wall, children())}


def measure(subject: str, size: int, work: Path) -> Row:
    """One row; to be called in a process of its own."""
    before, share = [reference() for _ in range(_REFERENCE)], None
    if subject in ("fast", "default"):
        parts = matching(work, size, FAST if subject == "fast" else None)
    elif subject == "archive":
        parts, share = archive(work, size)
    else:
        parts = {"topics": topics, "cluster": cluster, "processes": processes}[subject](work, size)
    loop = statistics.median([*before, *(reference() for _ in range(_REFERENCE))])
    return Row(subject, size, parts, peak(), loop, os.getloadavg()[0], share)


def peak() -> float:
    """Peak memory of this process in MB, by Linux; getrusage would begin with that of the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def generate(work: Path, count: int, corpora: Path) -> None:
    """Write the proposals that all sizes take the first of, and others that are new to an archive; the same each time."""
    sources = documents(corpora)
    for name, number, seed in (("proposals", count, 0), ("new", _NEW, 1)):
        with (work / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
            for proposal in submissions(number, sources, seed):
                row = asdict(replace(proposal, sections=()))
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def _apart(work: Path, *arguments: str) -> str:
    """The last line of this program in a process of its own."""
    command = [sys.executable, "-m", "tests.bench_slopes", "--work", str(work), *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[-1] if done.stdout else ""


def run(chosen: Sequence[str], file: Path, corpora: Path) -> None:
    """Measure what is not in the file yet."""
    there = {f"{row.subject}:{row.size}" for row in slopes.read(file)}
    missing = [name for name in chosen if name not in there]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if missing:
            most = max(int(name.partition(":")[2]) for name in missing)
            _apart(work, "--corpora", str(corpora), "--generate", str(most))
        for name in missing:
            line = _apart(work, "--measure", name)
            slopes.append(file, line)
            print(line, flush=True)


def main(arguments: Sequence[str]) -> None:
    """Read the command line, measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("chosen", nargs="*", metavar="SUBJECT:SIZE")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    parser.add_argument("--rows", type=Path, default=Path("docs/slopes.jsonl"))
    parser.add_argument("--picture", type=Path, default=Path("docs/slopes.svg"))
    parser.add_argument("--million", action="store_true", help="go on to a million; hours")
    for inner in ("--work", "--generate", "--measure"):
        parser.add_argument(inner, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.generate:
        generate(Path(options.work), int(options.generate), options.corpora)
    elif options.measure:
        subject, _, size = options.measure.partition(":")
        print(measure(subject, int(size), Path(options.work)).line())
    else:
        run(options.chosen or (*SIZES, *(MILLION if options.million else ())), options.rows, options.corpora)
        rows = slopes.read(options.rows)
        drawn = slopes.curves(rows)
        print("\n".join(slopes.table(rows)))
        if drawn:  # by one size alone no slope is told
            print("\n" + "\n".join(slopes.needs(drawn, slopes.APPLICATIONS)))
            options.picture.write_text(slopes.picture(drawn), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
