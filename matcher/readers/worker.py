"""The process of a reader: it limits its own time and memory, since no parser of PDF or of old workbooks does."""

from __future__ import annotations

import logging
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from matcher import settings
from matcher.errors import DocumentError

PAGE = "page"
_SECONDS_A_PAGE = settings.seconds("readers.bounded.page")


class UnreadableError(Exception):
    """What a library said of a file that it could not read; as a string its error in one line."""


def described(error: Exception) -> str:
    """What a library says of a file that it cannot read, in a short line."""
    why = str(error) if isinstance(error, UnreadableError) else f"{type(error).__name__}: {error}"
    return " ".join(why.split())[:120]


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
