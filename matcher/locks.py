"""Locks between processes: they end with the process that holds them, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher import settings
from matcher.errors import OutputError, naming
from matcher.message import Catalogue

say = Catalogue(__file__)

_PATIENCE = settings.seconds("locks.patience")
_PAUSE = settings.seconds("locks.pause")


def try_lock(handle: int) -> bool:
    """Whether the open file `handle` is locked now for this process alone, until it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def locked(path: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Whoever changes `path` inside the block does so alone; OutputError after `patience` seconds of waiting.

    Reading, changing and writing a kept file belong in one block. The lock is an empty file beside
    `path` that stays: a lock that is removed can be held twice.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    with naming(path, lock):
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        end = time.monotonic() + patience
        while not try_lock(handle):
            if time.monotonic() > end:
                raise OutputError(say("files.busy", path=path))
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(handle)
