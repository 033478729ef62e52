"""A reader that cannot be bounded from inside runs in a process of its own, with a limit of time and memory."""

from __future__ import annotations

import atexit
import pickle
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from matcher.readers.worker import PAGE


class _Worker:
    """One process that reads one file after another; it is ended when a file is too much for it."""

    def __init__(self, module: str, function: str) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"from matcher.readers.worker import serve; serve({module!r}, {function!r})",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).resolve().parents[2],
        )
        self._answers: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError, EOFError, pickle.UnpicklingError):
            while True:
                self._answers.put(pickle.load(self._process.stdout))
        self._answers.put(None)

    def ask(self, arguments: tuple[Any, ...], patience: float) -> Any:
        """The worker's answer; None when it gave none in time."""
        assert self._process.stdin is not None
        with suppress(OSError):
            pickle.dump(arguments, self._process.stdin)
            self._process.stdin.flush()
        try:
            while (answer := self._answers.get(timeout=patience)) == PAGE:
                pass
        except queue.Empty:
            return None
        return answer

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


_lock = threading.Lock()
_workers: dict[str, _Worker] = {}


def read_bounded(module: str, function: str, *arguments: object, patience: float) -> Any:
    """What a function of matcher.readers gives in its process, for its arguments but the last (`worker.serve`).

    None where the file was too much for it: it ran out of its own limits, or `patience` (in seconds, by the clock) passed
    without a sign of life. DocumentError with its refusal; UnreadableError for what a library says of damage.
    """
    with _lock:
        if not _workers:
            atexit.register(_end)
        if module not in _workers:
            _workers[module] = _Worker(module, function)
        answer = _workers[module].ask(arguments, patience)
        if answer is None:
            _workers.pop(module).end()
    if isinstance(answer, Exception):
        raise answer
    return answer


def _end() -> None:
    while _workers:
        _workers.popitem()[1].end()
