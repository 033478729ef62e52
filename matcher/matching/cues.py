"""The words by which sentences of a proposal are told apart (data/content.toml), as compiled patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from matcher import shipped


class Cues(NamedTuple):
    """Patterns over folded, lower-case text; `marks` stand for single signs, of which several are counted."""

    background: re.Pattern[str]
    aims: re.Pattern[str]
    denied_after: re.Pattern[str]
    denied_beside: re.Pattern[str]
    denied_before: re.Pattern[str]
    turn: re.Pattern[str]
    reference_marks: Sequence[re.Pattern[str]]


@lru_cache(maxsize=1)
def cues() -> Cues:
    """All patterns of the file, compiled once."""
    raw: Mapping[str, Any] = tomllib.loads(_file().read_text(encoding="utf-8"))
    denial = raw["denial"]
    return Cues(
        _any(raw["background"]), _any(raw["aims"]), _any(denial["forward"]), _any(denial["aside"]),
        _any(denial["backward"]), _any(denial["turn"]), [re.compile(p) for p in raw["references"]["marks"]],
    )  # fmt: skip


def fingerprint() -> str:
    """A hash that changes whenever a list does."""
    return sha256(_file().read_bytes()).hexdigest()


def _file() -> Path:
    return shipped.data_file("content.toml")


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    """One of the patterns; Latin ones stand between the bounds of words."""
    return re.compile(
        "|".join(
            rf"\b(?:{p})\b" if p.lstrip("(?:<!^ ").isascii() and p[:1].isascii() and _latin(p) else p
            for p in patterns
        )
    )


def _latin(pattern: str) -> bool:
    return re.match(r"[(?:<!]*[a-z]", pattern) is not None
