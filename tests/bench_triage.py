"""`make bench-triage`: how well the intake desk finds misfiled proposals, and how fast it is."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.engine import Engine
from matcher.labelled import Labelled, read_labelled
from matcher.readers.batch import Entry
from matcher.triage import Judged, desk
from matcher.types import Proposal
from tests.bench import EVAL, abstracts, as_written

FLAGGED = ("move", "ask", "outside")


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in [0, 1] over the rows of a batch, and the counts that they come from.

    A row is misfiled if its declared topic is not among its acceptable ones; it is flagged by the
    verdicts move, ask and outside. `moves_right` is the share of `move` rows whose suggestion is acceptable.
    """

    rows: int
    misfiled: int
    recall: float
    precision: float
    moves: int
    moves_right: float
    first_third: float


def judge_all(engine: Engine, labelled: Sequence[Labelled]) -> list[Judged]:
    """The desk's verdicts on labelled proposals, in order."""
    return list(desk.judged_rows(engine, [Entry(i, row.proposal) for i, row in enumerate(labelled, 1)]))


def figures(labelled: Sequence[Labelled], judged: Sequence[Judged]) -> Figures:
    """The figures of a batch."""
    wrong = [j.declared not in row.relevant for row, j in zip(labelled, judged, strict=True)]
    flagged = [j.verdict in FLAGGED for j in judged]
    both = sum(w and f for w, f in zip(wrong, flagged, strict=True))
    moves = [
        j.suggested in row.relevant for row, j in zip(labelled, judged, strict=True) if j.verdict == "move"
    ]
    queue = sorted(range(len(judged)), key=lambda i: -judged[i].gain)
    first = sum(wrong[i] for i in queue[: len(queue) // 3])
    return Figures(
        len(judged), sum(wrong), both / sum(wrong), both / max(1, sum(flagged)), len(moves),
        sum(moves) / max(1, len(moves)), first / sum(wrong),
    )  # fmt: skip


def by_case(file: Path, judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """How rows that were filed rightly, grossly, subtly wrong or outside were judged."""
    import json

    found: dict[str, dict[str, int]] = {}
    for line, j in zip(file.read_text("utf-8").splitlines(), judged, strict=True):
        counts = found.setdefault(json.loads(line)["filed"], {})
        counts[j.verdict] = counts.get(j.verdict, 0) + 1
    return found


def speed(proposals: Sequence[Proposal]) -> tuple[float, float]:
    """(seconds, peak MB) of `matcher triage` over rows of these texts to .xlsx, as a new process."""
    rng = random.Random(7)
    topics = [topic.id for topic in Engine.open().guide.topics]
    with tempfile.TemporaryDirectory() as folder:
        batch, out = Path(folder) / "batch.csv", Path(folder) / "report.xlsx"
        with batch.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(["编号", "项目名称", "摘要", "申报课题", "申报单位", "负责人", "年度"])
            for p in proposals:
                who = (f"单位{rng.randrange(500)}", f"负责人{rng.randrange(5000)}", "2021")
                table.writerow([p.id, p.abstract[:20], p.abstract[20:], rng.choice(topics), *who])
        command = [
            sys.executable, "-c",
            "import resource, sys; sys.argv = ['matcher', 'triage', *sys.argv[1:]]\n"
            "from matcher.__main__ import main\ntry:\n main()\nfinally:\n"
            " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)",
            str(batch), "--out", str(out),
        ]  # fmt: skip
        start = time.perf_counter()
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        return time.perf_counter() - start, int(answer.stderr.split()[-1]) / 1024


def main() -> None:
    """Print the tables."""
    engine = Engine.open()
    for part in ("dev", "test"):
        file = EVAL / f"triage-tianjin-{part}.jsonl"
        labelled = read_labelled(file)
        judged = judge_all(engine, labelled)
        f = figures(labelled, judged)
        print(f"{part}: {f.rows} rows, {f.misfiled} misfiled")
        print(f"  misfiled found (recall)        {f.recall:.3f}   ≥ .90")
        print(f"  flagged rows misfiled (precision) {f.precision:.3f}   ≥ .80")
        print(f"  move suggestions right         {f.moves_right:.3f}   ≥ .85   ({f.moves} moves)")
        print(f"  misfiled in the first third of the queue {f.first_third:.3f}")
        for case, counts in by_case(file, judged).items():
            print(f"  {case:<8} " + "  ".join(f"{v} {n}" for v, n in sorted(counts.items())))
    kinds = {"as they are written": as_written, "of mixed clauses, nearly all read twice": abstracts}
    for kind, texts in kinds.items():
        seconds, peak = speed(texts(10_000))
        print(
            f"10,000 rows {kind}, to .xlsx: {seconds:.0f} s (≤ 170 s), {peak:.0f} MB, {os.cpu_count()} cores"
        )


if __name__ == "__main__":
    main()
