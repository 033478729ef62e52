"""`make bench-scale`: one process beside two workers of a Dask cluster on this machine, in turns.

    python -m tests.bench_scale [PROPOSALS] [--fast] [--rounds N]

Prints seconds by the clock, which say something on a quiet machine only, and processor seconds of everything that
takes part: the second are all that a busy machine lets one see. "Bound" is what the clock would show on two free cores
at best: one process's processor time by that of the busiest of the two workers and the scheduler with its client.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from matcher.embeddings import FAST
from matcher.engine import Engine
from matcher.readers.batch import Entry
from matcher.scale.batches import answer_lines
from matcher.scale.cluster import Cluster
from tests.bench import abstracts

_TICKS = os.sysconf("SC_CLK_TCK")
_ONE_PROCESS = 1 << 40  # rows from which other local processes would start


def worked(process: int) -> float:
    """Processor seconds of a process so far, by Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def main(arguments: Sequence[str]) -> None:
    """Alternate both and print the medians."""
    from distributed import LocalCluster  # the tests import this module for `worked`

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("proposals", type=int, nargs="?", default=1000)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    engine = Engine.open(encoder=FAST if chosen.fast else None)
    proposals = [Entry(n, p) for n, p in enumerate(abstracts(chosen.proposals * chosen.rounds), 1)]
    ratios, bounds = [], []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local,
        Cluster(str(local.scheduler_address)) as cluster,
    ):
        list(answer_lines(engine, proposals[-256:], 5, cluster=cluster))  # each worker opens its engine
        for number in range(chosen.rounds):
            # What was read is remembered: each round has texts of its own.
            fresh = proposals[number * chosen.proposals :][: chosen.proposals]
            start, busy = time.perf_counter(), time.process_time()
            one = list(answer_lines(engine, fresh, 5, large=_ONE_PROCESS))
            alone, alone_busy = time.perf_counter() - start, time.process_time() - busy
            workers = [nanny.pid for nanny in local.workers.values()]
            before, busy, start = [worked(w) for w in workers], time.process_time(), time.perf_counter()
            two = list(answer_lines(engine, fresh, 5, cluster=cluster))
            both, rest = time.perf_counter() - start, time.process_time() - busy
            each = [worked(w) - b for w, b in zip(workers, before, strict=True)]
            assert one == two, "a cluster gives the bytes of one process"
            ratios.append(alone / both)
            bounds.append(alone_busy / max(*each, (sum(each) + rest) / 2))
            print(
                f"round {number + 1}: one process {alone:.1f} s (processor {alone_busy:.1f} s), two workers {both:.1f} s"
                f" (processor {' + '.join(f'{s:.1f}' for s in each)}, scheduler and client {rest:.1f} s);"
                f" {ratios[-1]:.2f} × by the clock, bound {bounds[-1]:.2f} ×; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
    print(
        f"{chosen.proposals} proposals: {statistics.median(ratios):.2f} × by the clock, bound {statistics.median(bounds):.2f} ×  (goal ≥ 1.8 ×)"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
