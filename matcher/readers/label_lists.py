"""The lists of data/labels.toml: the names of each field, and the words that names are built of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from matcher import settings, shipped


def labels() -> Mapping[str, Mapping[str, Any]]:
    """Field → its lists of names (`name`, `zh`, `en`, `column`), in the order in which fields take their columns."""
    lists: Mapping[str, Mapping[str, Any]] = _file()["labels"]
    return lists


def label_words() -> Mapping[str, Mapping[str, list[str]]]:
    """Language (zh, en) → kind of word → the words."""
    words: Mapping[str, Mapping[str, list[str]]] = _file()["words"]
    return words


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    with shipped.data_file(settings.file("readers.label_lists.labels")).open("rb") as stream:
        return tomllib.load(stream)
