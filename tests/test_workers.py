"""The processes of a large batch end with the one that started them, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

# Answers without end, for which the processes load nothing but what they are started by.
ENDLESS = """
from functools import partial
from itertools import count
from matcher.scale.work import Work, run_on_cores
for answer in run_on_cores(Work(partial(partial, str), map), count()):
    print(answer, flush=True)
"""


def workers_of(process: int) -> list[int]:
    """The processes that a process has started, but for the one that only keeps track of them."""
    children = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            tracker = b"resource_tracker" in (status.parent / "cmdline").read_bytes()
            if int(parent) == process and state != "Z" and not tracker:
                children.append(int(status.parent.name))
    return children


def alive(process: int) -> bool:
    """Whether a process runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists() or os.cpu_count() == 1, reason="processes are looked up in /proc"
)
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM], ids=lambda sign: sign.name)
def test_the_processes_end_with_the_one_that_started_them(sign: signal.Signals) -> None:
    command = [sys.executable, "-c", ENDLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"0\n"
        started = workers_of(parent.pid)
        assert started
        parent.send_signal(sign)
        parent.stdout.close()
        parent.wait()
    end = time.monotonic() + 10
    while any(map(alive, started)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(alive, started))
