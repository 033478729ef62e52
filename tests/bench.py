"""`make bench`: speed and memory of what people wait for, as a table. Run on a quiet machine."""

from __future__ import annotations

import json
import os
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from matcher import shipped
from matcher.embeddings import FAST
from matcher.embeddings.onnx import OnnxEncoder
from matcher.embeddings.static import StaticEncoder
from matcher.engine import Engine
from matcher.guide import read_guide
from matcher.index import folder
from matcher.labelled import read_labelled
from matcher.types import Proposal

EVAL = Path(__file__).parent.parent / "data" / "eval"


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


def cold_start(repeats: int = 9) -> tuple[float, float]:
    """(median seconds, peak MB) until a new process of `matcher match "…"` has printed its answer, the index cached.

    Its compiled modules are kept, as an installed program's are, whatever the shell says of that.
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
            start = time.perf_counter()
            with subprocess.Popen(
                command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            ) as process:
                assert process.stdout is not None
                assert process.stderr is not None
                process.stdout.readline()
                seconds.append(time.perf_counter() - start)
                process.stdout.read()
                peaks.append(int(process.stderr.read().split()[-1]) / 1024)
    return statistics.median(seconds[1:]), max(peaks[1:])


def index_from_nothing() -> float:
    """Seconds to read the guide, encode it and write the index; the encoder is loaded already."""
    encoder = OnnxEncoder(shipped.default_encoder())  # anew: it remembers what it has read
    encoder.encode(["warm"], "passage")
    with tempfile.TemporaryDirectory() as cache:
        start = time.perf_counter()
        folder.open_or_build(read_guide(shipped.default_guide()), encoder, Path(cache))
        return time.perf_counter() - start


def warm(engine: Engine, repeats: int = 200) -> tuple[float, float]:
    """(p50, p95) milliseconds of Engine.match for one abstract."""
    times = []
    for proposal in abstracts(repeats):
        start = time.perf_counter()
        engine.match(proposal)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)]


def command(proposals: Sequence[Proposal], *options: str) -> float:
    """Proposals a second through `matcher match --in … --out …`, start to end."""
    with tempfile.TemporaryDirectory() as folder:
        batch, out = Path(folder) / "batch.jsonl", Path(folder) / "answers.jsonl"
        rows = (json.dumps({"id": p.id, "abstract": p.abstract}, ensure_ascii=False) for p in proposals)
        batch.write_text("\n".join(rows), encoding="utf-8")
        call = [sys.executable, "-c", "from matcher.__main__ import main; main()", "match"]
        start = time.perf_counter()
        files = ["--in", str(batch), "--out", str(out)]
        subprocess.run([*call, *files, *options], check=True, capture_output=True)
        return len(proposals) / (time.perf_counter() - start)


def encoding(name: str | None, count: int) -> tuple[float, float]:
    """(milliseconds to load an encoder, milliseconds to encode one abstract of 250 characters)."""
    texts = [p.abstract for p in abstracts(count)]
    start = time.perf_counter()
    encoder = (
        StaticEncoder(shipped.fast_encoder()) if name == FAST else OnnxEncoder(shipped.default_encoder())
    )
    load = (time.perf_counter() - start) * 1000
    start = time.perf_counter()
    encoder.encode(texts, "query")
    return load, (time.perf_counter() - start) * 1000 / count


def main() -> None:
    """Print the table."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    cold, peak = cold_start()
    p50, p95 = warm(Engine.open())
    quick, _ = warm(Engine.open(encoder=FAST))
    load, one = encoding(None, 200)
    fast_load, fast_one = encoding(FAST, 10_000)
    rows = [
        ("cold process to first answer, cached index (median)", f"{cold:.2f} s", "≤ 1.2 s"),
        ("its peak memory", f"{peak:.0f} MB", "≤ 450 MB"),
        ("index of the 36 topics from nothing", f"{index_from_nothing():.2f} s", ""),
        ("warm Engine.match of one abstract, p50", f"{p50:.1f} ms", "≤ 70 ms"),
        ("warm Engine.match of one abstract, p95", f"{p95:.1f} ms", ""),
        ("the same by the fast reader alone, p50", f"{quick:.1f} ms", "≤ 4 ms"),
        ("2,000 as they are written, match --in --out", f"{command(as_written(2000)):,.0f} / s", "≥ 67 / s"),
        ("2,000 of mixed clauses, nearly all read twice", f"{command(abstracts(2000)):,.0f} / s", ""),
        ("10,000 of these with --fast", f"{command(abstracts(10_000), '--fast'):,.0f} / s", "≥ 1,000 / s"),
        ("transformer: load", f"{load:.0f} ms", "≤ 250 ms"),
        ("transformer: one abstract of 250 characters", f"{one:.1f} ms", "≤ 60 ms"),
        ("fast reader: load", f"{fast_load:.0f} ms", ""),
        ("fast reader: one abstract of 250 characters", f"{fast_one:.2f} ms", ""),
        (
            "peak memory of this benchmark",
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB",
            "",
        ),
    ]
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}")
    for name, value, goal in rows:
        print(f"{name:<56} {value:>12}   {goal}")


if __name__ == "__main__":
    main()
