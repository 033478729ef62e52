"""The lists of data/labels.toml, and which fields are texts, say what is done, or name people."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from matcher import settings, shipped

remembered = lru_cache(maxsize=settings.chunk("readers.remembered"))
# Fields whose text goes on until the next label; all others are a line or a cell.
LONG = frozenset(
    ("abstract", "content", "goals", "background", "methods", "innovation", "outcomes", "schedule", "foundation",
     "references", "members", "budget", "opinion", "instructions", "running")
)  # fmt: skip
# Those of them that say what is proposed, and all that a study consists of.
SAY_IT = frozenset(("abstract", "content", "goals"))
OF_STUDY = SAY_IT | {"background", "methods", "innovation", "outcomes"}
REACHED = ("phone", "email")
PEOPLE = frozenset(("organisation", "principal_investigator", "members", "contact"))
# Of joined names those of texts go first.
_TEXTS = frozenset(
    ("abstract", "content", "background", "outcomes", "innovation", "goals", "methods", "foundation")
)


def wanted_most(fields: Sequence[str]) -> str:
    """Which of the fields of joined names the whole of them stands for; "" for none.

    A text goes before a value (选题的理论与现实意义 is no name), what is done before its goals or methods, who applies
    before whom to ask; of equals the first.
    """
    texts = [field for field in fields if field in _TEXTS]
    does = [field for field in texts if field in ("content", "abstract")]
    if does and texts[0] in ("goals", "methods"):
        return does[0]
    later = ("contact", "person")
    return min(texts or fields, key=lambda f: (f != "declared", f in later, f == "person"), default="")


def labels() -> Mapping[str, Mapping[str, Any]]:
    """Field → its lists of names (`name`, `zh`, `en`, `column`), in the order in which fields take their columns."""
    return section("labels")


def section(name: str) -> Mapping[str, Any]:
    """A section of labels.toml, in its order."""
    read: Mapping[str, Any] = _file()[name]
    return read


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    with shipped.data_file(settings.file("readers.label_words.labels")).open("rb") as stream:
        return tomllib.load(stream)
