"""A fixed loop that measurements are divided by, so that machines compare, busy ones too."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Spent(NamedTuple):
    """Seconds by the clock and of processors."""

    wall: float
    cpu: float


def reference() -> float:
    """Processor seconds of a fixed loop, half of it Python's own and half numpy's; about 0.03 s."""
    rng = np.random.default_rng(0)
    square, text = rng.random((300, 300)), "课题指南与申报书的匹配 proposals and topics " * 40
    start, counts = time.process_time(), dict[str, int]()
    for _ in range(20):
        for i in range(len(text) - 1):
            counts[text[i : i + 2]] = counts.get(text[i : i + 2], 0) + 1
    for _ in range(20):
        square = square @ square
        square /= np.abs(square).max()
    return time.process_time() - start


def typical(times: int = 5) -> float:
    """The median of some turns of the loop."""
    return statistics.median(reference() for _ in range(times))


def children() -> float:
    """Processor seconds of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def spent(work: Callable[[], object]) -> Spent:
    """What some work takes in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)
