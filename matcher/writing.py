"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def replacing_file(path: Path) -> Iterator[Path]:
    """An empty file to write to; it replaces `path` when all is written, and on an error the old file stays."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A stream whose text replaces `path` when all is written; on an error the old file stays."""
    with (
        replacing_file(path) as temporary,
        temporary.open("w", encoding="utf-8", errors="replace") as stream,
    ):
        yield stream
