"""A reader that cannot be bounded from inside runs in a process of its own, with a limit of time and memory."""

from __future__ import annotations

import atexit
import json
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from matcher.errors import DocumentError

# Processor seconds for one file, and for each page that was read (a page of text takes some 0.1 s).
SECONDS, SECONDS_A_PAGE = 5.0, 0.25
# Seconds by the clock that a page may take where the machine is busy.
_PATIENCE = 9.0
MEMORY = 1 << 30  # bytes that a reader may take


class _Worker:
    """One process that reads one PDF after another; it is ended when a file is too much for it."""

    def __init__(self) -> None:
        package = Path(__file__).resolve().parents[2]
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from matcher.readers.pdf_worker import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=package,
        )
        self._answers: queue.Queue[Any] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):
            for line in self._process.stdout:
                self._answers.put(json.loads(line))
        self._answers.put(None)

    def ask(self, raw: bytes, name: str) -> Any:
        """The worker's answer as `pdf_worker.serve` writes it; None when it gave none in time."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(json.dumps([name, len(raw)]).encode() + b"\n" + raw)
            self._process.stdin.flush()
        try:
            while (answer := self._answers.get(timeout=_PATIENCE)) == {"page": True}:
                pass
        except queue.Empty:
            return None
        return answer

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


_lock = threading.Lock()
_workers: list[_Worker] = []


def read_bounded(raw: bytes, name: str) -> tuple[list[Any], list[str]]:
    """(blocks, losses) of a PDF; DocumentError if it cannot be read within SECONDS and MEMORY."""
    with _lock:
        if not _workers:
            _workers.append(_Worker())
            atexit.register(_end)
        answer = _workers[0].ask(raw, name)
        if answer is None or "beyond" in answer:
            _end()
            raise DocumentError(
                f"{name} 在 {SECONDS:.0f} 秒和 {MEMORY >> 20} MB 之内读不完（可能已损坏）：请另存一份，或使用 Word 版。 / "
                f"{name} cannot be read within {SECONDS:.0f} s and {MEMORY >> 20} MB (damaged?); save it anew or use the Word version."
            )
    if "refused" in answer:
        raise DocumentError(answer["refused"])
    return answer["blocks"], answer["losses"]


def _end() -> None:
    while _workers:
        _workers.pop().end()
