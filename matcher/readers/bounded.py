"""A reader that cannot be bounded from inside runs in a process of its own, with a limit of time and memory.

No parser of PDF or of old workbooks limits them itself: `read_bounded` asks such a process, in which `serve` answers.
"""

from __future__ import annotations

import atexit
import logging
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from matcher import settings
from matcher.errors import DocumentError, described

PAGE = "page"
_SECONDS_A_PAGE = settings.seconds("readers.bounded.page")


class _Worker:
    """One process that reads one file after another; it is ended when a file is too much for it."""

    def __init__(self, module: str, function: str) -> None:
        code = f"from matcher.readers.bounded import serve; serve({module!r}, {function!r})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
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


class UnreadableError(Exception):
    """What a library said of a file that it could not read; as a string its error in one line."""


class _TooLongError(BaseException):
    """The time for a file is over; no handler of errors in a parser catches it."""


def serve(module: str, function: str) -> None:
    """Answer requests on standard input until it ends: with what the function gives for each one's arguments.

    The module says how many bytes (MEMORY) and seconds of the processor (SECONDS, 0: no limit) a file may take. The
    function's last argument is called after each page; that gives more time, and PAGE as a sign of life. An answer is
    also a DocumentError, an UnreadableError, or None for what was too much; after that the process is not used again.
    """
    reader = import_module(f"matcher.readers.{module}")
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (reader.MEMORY, reader.MEMORY))
    logging.disable(logging.CRITICAL)
    with suppress(EOFError):
        while True:
            arguments = pickle.load(sys.stdin.buffer)
            _say(_answer(getattr(reader, function), arguments, reader.SECONDS))


def _say(answer: object) -> None:
    pickle.dump(answer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _answer(read: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> Any:
    try:
        _limit_time(seconds)
        return read(*arguments, _next_page)
    except DocumentError as error:
        return error
    except (_TooLongError, MemoryError):
        return None
    except Exception as error:  # parsers raise whatever they like on damage
        return UnreadableError(described(error))
    finally:
        _limit_time(0)


def _next_page() -> None:
    _say(PAGE)
    if sys.platform != "win32" and (left := signal.getitimer(signal.ITIMER_PROF)[0]):
        _limit_time(left + _SECONDS_A_PAGE)


def _limit_time(seconds: float) -> None:
    """Stop with _TooLongError after so many seconds of the processor; 0 takes the limit away."""
    if sys.platform == "win32":
        return

    def stop(*_: object) -> None:
        raise _TooLongError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
