"""Match research proposals to the topics of an application guide: ranked, explained, offline.

What a program uses is here; `matcher.library` tells of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.errors import MatcherError
    from matcher.library import BatchWarning, Matcher, read_proposals, to_dicts, to_frame
    from matcher.types import Guide, Hit, Match, Office, Proposal, Topic

__all__ = [
    "BatchWarning", "Guide", "Hit", "Match", "Matcher", "MatcherError", "Office", "Proposal", "Topic",
    "read_proposals", "to_dicts", "to_frame",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """The exported name, whose module is read when it is first asked for: the command line starts without most."""
    if name in __all__:
        for home in ("matcher.errors", "matcher.types", "matcher.library"):
            if hasattr(module := import_module(home), name):
                return getattr(module, name)
    raise AttributeError(f"module 'matcher' has no attribute {name!r}")
