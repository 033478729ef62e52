"""The hostile campaign as a table: `python -m tests.bench_hostile [SEED] [SHARE]`."""

from __future__ import annotations

import sys
import time

from tests.hostile import ATTACKS, HANG, KILLS, Tally, campaign, kills


def row(name: str, tally: Tally, seconds: float) -> int:
    """Print a line of the table and the first failures; how many there were."""
    print(
        f"{name:<14}{tally.tried:>8}{tally.refused:>9}{len(tally.failed):>8}{tally.slowest:>10.1f}{seconds:>9.0f}",
        flush=True,
    )
    for failure in tally.failed[:5]:
        print(f"    {failure}")
    return len(tally.failed)


def main() -> None:
    """Run every kind and end with 1 if anything failed."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 2026
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    print(f"seed {seed}; failed: crash, more than {HANG} s, live cell, lost row, wrong offset, half a file")
    print(f"{'input':<14}{'tried':>8}{'refused':>9}{'failed':>8}{'slowest s':>10}{'seconds':>9}")
    failed = tried = 0
    for name, (_, count) in ATTACKS.items():
        start = time.monotonic()
        tally = campaign(name, seed, round(count * share))
        failed += row(name, tally, time.monotonic() - start)
        tried += tally.tried
    start = time.monotonic()
    failed += row("kills", kills(seed, round(KILLS * share)), time.monotonic() - start)
    print(f"{tried} inputs and {round(KILLS * share)} kills, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
