"""A journal beside the output: what was judged so far, so that a stopped run can go on.

One JSON line per row, in the order of the batch, after a first line that says which batch, guide,
encoder and settings they belong to. It holds sentences of the proposals and is removed when the
report is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from matcher.errors import ReportError
from matcher.triage import Judged, Pair
from matcher.writing import replacing

FORMAT = 1


def journal_of(out: Path) -> Path:
    """Where the journal of a report is kept."""
    return out.with_name(f".{out.name}.journal")


def fingerprint(*parts: object) -> str:
    """A hash of everything that decides the rows of a report."""
    return sha256(json.dumps([FORMAT, *map(str, parts)]).encode("utf-8", "surrogatepass")).hexdigest()


def digest(batch: Path) -> str:
    """A hash of a batch: the bytes of a file, or the names and bytes of all files of a folder."""
    total = sha256()
    for file in sorted(batch.rglob("*")) if batch.is_dir() else [batch]:
        if file.is_file():
            total.update(str(file.relative_to(batch)).encode("utf-8", "surrogateescape"))
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    total.update(block)
    return total.hexdigest()


def read_journal(path: Path, key: str) -> list[Judged]:
    """The rows that an earlier run judged; [] where there is no journal.

    A last line that the crash cut short is left out. ReportError where the journal belongs to
    another batch, guide, encoder or setting.
    """
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]  # what follows the last line end was cut short
    if not lines or json.loads(lines[0]).get("key") != key:
        raise ReportError(
            f"{path.name} 是另一批、另一指南或另一设置留下的进度，不能接着做：请去掉 --resume 重新开始。 / "
            f"{path.name} was left by another batch, guide or setting; start again without --resume."
        )
    return [_judged(json.loads(line)) for line in lines[1:]]


@contextmanager
def journal(path: Path, key: str, done: list[Judged]) -> Iterator[TextIO]:
    """A stream for `write_row`, after the rows that are done already; each line reaches the disk by itself."""
    with replacing(path) as stream:
        stream.write(json.dumps({"format": FORMAT, "key": key}) + "\n")
        for row in done:
            write_row(stream, row)
    with path.open("a", encoding="utf-8", buffering=1) as stream:
        yield stream


def write_row(stream: TextIO, row: Judged) -> None:
    """One row as one line."""
    # ASCII: a lone surrogate of a damaged file survives the way there and back.
    stream.write(json.dumps(asdict(row)) + "\n")


def _judged(loaded: dict[str, Any]) -> Judged:
    pair = loaded.pop("pair")
    warnings = loaded.pop("warnings")
    return Judged(**loaded, pair=Pair(**pair) if pair else None, warnings=tuple(warnings))
