"""The process that reads PDF files: it limits its own time and memory, since no parser of PDF does."""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from matcher.errors import DocumentError
from matcher.message import Message, stored
from matcher.readers.bounded import MEMORY, SECONDS, SECONDS_A_PAGE


class _TooLongError(BaseException):
    """The time for a file is over; no handler of errors in a parser catches it."""


def serve() -> None:
    """Answer requests on standard input until it ends.

    A request is a line [name, size, whether OCR is there] and so many bytes; the answer is a line {"blocks", "losses"},
    {"refused": message} or {"beyond": true}, after which the process is not used again. Before it comes
    {"page": true} for each page that was read.
    """
    _limit_memory()
    import matcher.readers.pdf_pages  # noqa: F401  the time for a file is not spent on loading

    logging.disable(logging.CRITICAL)
    incoming: BinaryIO = sys.stdin.buffer
    while line := incoming.readline():
        name, size, recognised = json.loads(line)
        answer = _answer(incoming.read(size), name, recognised=recognised)
        _say(answer)


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def _answer(raw: bytes, name: str, *, recognised: bool) -> dict[str, Any]:
    from matcher.readers.pdf_pages import read_pdf

    try:
        _limit_time(SECONDS)
        blocks, losses = read_pdf(raw, name, more_time=_more_time(), recognised=recognised)
    except DocumentError as error:
        return {"refused": stored(error.message)}
    except (_TooLongError, MemoryError):
        return {"beyond": True}
    except Exception as error:  # pdfminer raises whatever it likes on damage
        why = " ".join(f"{type(error).__name__}: {error}".split())[:120]
        return {
            "refused": stored(
                Message(
                    f"{name} 已损坏或不是真正的 .pdf 文件（{why}）：请重新下载，或用原软件另存一份。",
                    f"{name} is damaged or no real .pdf file ({why}); fetch it again or save a new copy.",
                )
            )
        }
    finally:
        _limit_time(0)
    return {"blocks": blocks, "losses": list(map(stored, losses))}


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _limit_time(seconds: float) -> None:
    """Stop with _TooLongError after so many seconds of the processor; 0 takes the limit away."""
    if sys.platform == "win32":
        return

    def stop(*_: object) -> None:
        raise _TooLongError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _more_time() -> Callable[[], None]:
    """What a reader calls after each page: the limit moves on by SECONDS_A_PAGE."""

    def move() -> None:
        _say({"page": True})
        if sys.platform != "win32":
            left, _ = signal.getitimer(signal.ITIMER_PROF)
            _limit_time(left + SECONDS_A_PAGE)

    return move
