"""`make bench`: speed and memory of what people wait for, as a table. Run on a quiet machine.

Beside the clock stand processor seconds and how many turns of a fixed loop they are, which compare machines that other
programs use too.
"""

from __future__ import annotations

import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from matcher import shipped
from matcher.embeddings import FAST, Encoder
from matcher.embeddings.onnx import OnnxEncoder
from matcher.embeddings.static import StaticEncoder
from matcher.engine import Engine
from matcher.guide import read_guide
from matcher.index import folder
from matcher.labelled import read_labelled
from matcher.types import Proposal
from tests.reference_loop import Spent, children, spent, typical

EVAL = Path(__file__).parent.parent / "data" / "eval"
# The guides with labelled proposals, by how their parts are called; of Port Calder there are not all parts.
GUIDES = {
    "tianjin": "tianjin-2021-soft-science.txt",
    "lakeside": "lakeside-2024-health-environment.txt",
    "baihe": "baihe-2025-social-science.txt",
    "yunling": "yunling-2026-key-rd.txt",
    "calder": "port-calder-2025-coastal-city.txt",
}


def abstracts(count: int, length: int = 250) -> list[Proposal]:
    """Proposals of `length` characters whose sentences are all different.

    Clauses of the evaluation data are put together at random, so that nothing remembered from one
    proposal helps with the next more than in a real batch.
    """
    rng = random.Random(7)
    files = [EVAL / "tianjin-dev.jsonl", EVAL / "lakeside-dev.jsonl"]
    rows = [row.proposal for file in files for row in read_labelled(file) if row.language == "zh"]
    clauses = [c for row in rows for c in re.split("[，。；：、]", row.abstract) if len(c) > 3]
    found = []
    for i in range(count):
        text = ""
        while len(text) < length:
            text += "，".join(rng.sample(clauses, rng.randint(3, 5))) + "。"
        found.append(Proposal(str(i), "", text[:length]))
    return found


def as_written(count: int) -> list[Proposal]:
    """Proposals of the dev part in turn, in each two neighbouring characters swapped at random, so that none is remembered."""
    rng = random.Random(7)
    rows = [row.proposal for row in read_labelled(EVAL / "tianjin-dev.jsonl")]
    changed = []
    for i in range(count):
        text = rows[i % len(rows)].text
        at = rng.randrange(len(text) - 1)
        changed.append(Proposal(str(i), "", text[:at] + text[at + 1] + text[at] + text[at + 2 :]))
    return changed


def cold_start(repeats: int = 9) -> tuple[Spent, float]:
    """(median seconds, peak MB) until a new process of `matcher match "…"` has printed its answer, the index cached.

    Processor seconds are those of the whole process. Its compiled modules are kept, as an installed program's are,
    whatever the shell says of that.
    """
    command = [
        sys.executable, "-c",
        "import sys; sys.argv = ['matcher', 'match', '想研究科技创新券对小企业的作用']\n"
        "from matcher.__main__ import main\ntry:\n main()\nfinally:\n"
        " import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)",
    ]  # fmt: skip
    seconds, peaks = [], []
    with tempfile.TemporaryDirectory() as compiled:
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = compiled
        for _ in range(repeats + 1):
            start, before = time.perf_counter(), children()
            with subprocess.Popen(
                command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as process:
                assert process.stdout is not None
                assert process.stderr is not None
                process.stdout.readline()
                wall = time.perf_counter() - start
                process.stdout.read()
                peaks.append(int(process.stderr.read().split()[-1]) / 1024)
            seconds.append(Spent(wall, children() - before))
    return middle(seconds[1:]), max(peaks[1:])


def middle(times: Sequence[Spent], share: float = 0.5) -> Spent:
    """The time by the clock, and that of processors, that this share of `times` is below; each for itself."""
    at = int(len(times) * share)
    return Spent(sorted(t.wall for t in times)[at], sorted(t.cpu for t in times)[at])


def index_from_nothing() -> Spent:
    """What it takes to read the guide, encode it and write the index; the encoder is loaded already."""
    encoder = OnnxEncoder(shipped.default_encoder())  # anew: it remembers what it has read
    encoder.encode(["warm"], "passage")
    with tempfile.TemporaryDirectory() as cache:
        return spent(lambda: folder.open_or_build(read_guide(shipped.default_guide()), encoder, Path(cache)))


def warm(engine: Engine, repeats: int = 200) -> tuple[Spent, Spent]:
    """(p50, p95) of Engine.match for one abstract."""
    times = [spent(partial(engine.match, proposal)) for proposal in abstracts(repeats)]
    return middle(times), middle(times, 0.95)


def command(proposals: Sequence[Proposal], *options: str) -> Spent:
    """What `matcher match --in … --out …` takes for a proposal, start to end."""
    with tempfile.TemporaryDirectory() as folder:
        batch, out = Path(folder) / "batch.jsonl", Path(folder) / "answers.jsonl"
        rows = (json.dumps({"id": p.id, "abstract": p.abstract}, ensure_ascii=False) for p in proposals)
        batch.write_text("\n".join(rows), encoding="utf-8")
        call = [sys.executable, "-c", "from matcher.__main__ import main; main()", "match"]
        start, before = time.perf_counter(), children()
        files = ["--in", str(batch), "--out", str(out)]
        subprocess.run([*call, *files, *options], check=True, capture_output=True)
        count = len(proposals)
        return Spent((time.perf_counter() - start) / count, (children() - before) / count)


def encoding(name: str | None, count: int) -> tuple[Spent, Spent]:
    """(to load an encoder, to encode one abstract of 250 characters)."""
    texts = [p.abstract for p in abstracts(count)]
    loaded: list[Encoder] = []
    load = spent(
        lambda: loaded.append(
            StaticEncoder(shipped.fast_encoder()) if name == FAST else OnnxEncoder(shipped.default_encoder())
        )
    )
    every = spent(lambda: loaded[0].encode(texts, "query"))
    return load, Spent(every.wall / count, every.cpu / count)


def line(name: str, value: str, goal: str, took: Spent, loop: float) -> str:
    """A row of the table: beside the clock's `value` processor seconds, and as turns of a loop that takes `loop`."""
    return f"{name:<53} {value:>9}   {goal:<12} {took.cpu:10.4f} s {took.cpu / loop:10.2f}"


def seconds(took: Spent) -> str:
    """As seconds by the clock."""
    return f"{took.wall:.2f} s"


def milliseconds(took: Spent) -> str:
    """As milliseconds by the clock."""
    return f"{took.wall * 1000:.{1 if took.wall > 0.001 else 2}f} ms"


def rate(took: Spent) -> str:
    """As how many a second by the clock."""
    return f"{1 / took.wall:,.0f} / s"


def main() -> None:
    """Print the table, each row when it is measured."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; the loop takes",
        end=" ",
    )
    print(f"{typical() * 1000:.1f} ms of a processor (median of 5; anew for each row)")
    print(f"{'':<53} {'clock':>9}   {'goal':<12} {'processor':>12} {'loops':>10}", flush=True)

    def row(name: str, took: Spent, unit: Callable[[Spent], str], goal: str = "") -> None:
        print(line(name, unit(took), goal, took, typical()), flush=True)

    cold, peak = cold_start()
    row("cold process to first answer, cached index (median)", cold, seconds, "≤ 1.2 s")
    print(f"{'its peak memory':<53} {peak:>6.0f} MB   ≤ 450 MB")
    row("index of the 36 topics from nothing", index_from_nothing(), seconds)
    p50, p95 = warm(Engine.open())
    row("warm Engine.match of one abstract, p50", p50, milliseconds, "≤ 70 ms")
    row("warm Engine.match of one abstract, p95", p95, milliseconds)
    quick, _ = warm(Engine.open(encoder=FAST))
    row("the same by the fast reader alone, p50", quick, milliseconds, "≤ 4 ms")
    row("one of 2,000 as they are written, match --in --out", command(as_written(2000)), rate, "≥ 67 / s")
    row("one of 2,000 of mixed clauses, nearly all read twice", command(abstracts(2000)), rate)
    row("one of 10,000 of these with --fast", command(abstracts(10_000), "--fast"), rate, "≥ 1,000 / s")
    load, one = encoding(None, 200)
    row("transformer: load", load, milliseconds, "≤ 250 ms")
    row("transformer: one abstract of 250 characters", one, milliseconds, "≤ 60 ms")
    fast_load, fast_one = encoding(FAST, 10_000)
    row("fast reader: load", fast_load, milliseconds)
    row("fast reader: one abstract of 250 characters", fast_one, milliseconds)
    whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'peak memory of this benchmark':<53} {whole:>6.0f} MB")


if __name__ == "__main__":
    main()
