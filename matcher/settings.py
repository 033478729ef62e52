"""The numbers that decide something, and the names of word lists: settings.toml, and what a user's own file changes in it.

A setting is called by the part of the program that it belongs to, a name and a unit, such as
`matching.suspect.pasted.share`; the unit says which values are in range. A module takes a setting with the function that is
called as the unit: `share("matching.suspect.pasted")`.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar

from matcher.errors import SettingsError, reason
from matcher.message import Catalogue

say = Catalogue(__file__)

Value = int | float | str
V = TypeVar("V", int, float, str)

# The environment variable that names the user's file.
VARIABLE = "MATCHER_SETTINGS"
# What a user's file may be: bytes, the size of a whole number, characters of it that a message shows.
_LARGEST, _LARGEST_NUMBER, _LONGEST_SHOWN = 1_000_000, 2**63 - 1, 80
SETTINGS_FILE = Path(__file__).with_name("settings.toml")
# A line of the shipped file, which is kept so plain that this reads it: at every start, tomllib would take ten times as long.
_LINE = re.compile(r'^(?:\[([\w.-]+)\]|([\w.-]+) = (?:"(.*)"|(\S+)))$', re.MULTILINE)


class SettingUnit(Generic[V]):
    """A kind of setting: the type of its values and their range, ends included (of names there is none)."""

    def __init__(self, name: str, kind: type[V], least: float = 0, most: float = math.inf) -> None:
        """A unit that keys end in."""
        self.name = name
        self.kind: type[V] = kind
        self.least, self.most = least, most
        UNITS[name] = self

    def __call__(self, key: str) -> V:
        """The value of the setting `key`, named without its unit."""
        value: V = self.kind(values()[f"{key}.{self.name}"])
        return value

    def fits(self, value: object) -> bool:
        """Whether a value has the type and is in range; a whole number will do for a fraction."""
        if self.kind is str:
            return isinstance(value, str) and value != ""
        if isinstance(value, bool) or not isinstance(value, int if self.kind is int else (int, float)):
            return False
        if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
            return False  # no float holds it
        return math.isfinite(value) and self.least <= value <= self.most

    @property
    def range(self) -> str:
        """What is accepted, as people write it."""
        if self.kind is str:
            return '"…"'
        most = "" if self.most == math.inf else f"{self.most:g}"
        least = "" if self.least == -math.inf else f"{self.least:g}"
        return f"{self.kind.__name__} {least} … {most}".rstrip()


UNITS: dict[str, SettingUnit[Any]] = {}

# Fractions of something, and what multiplies something.
share = SettingUnit("share", float, 0, 1)
weight = SettingUnit("weight", float)
factor = SettingUnit("factor", float)
# On a scale that is explained where it stands: log-odds, points of a score.
odds = SettingUnit("odds", float, -math.inf)
score = SettingUnit("score", float, -math.inf)
percent = SettingUnit("percent", float, 0, 100)
# Of time, paper and screens.
seconds = SettingUnit("seconds", float, 0.001)
points = SettingUnit("points", float)
centimetres = SettingUnit("centimetres", float)
pixels = SettingUnit("pixels", int)
# How many.
count = SettingUnit("count", int)
characters = SettingUnit("characters", int)
letters = SettingUnit("letters", int)
words = SettingUnit("words", int)
lines = SettingUnit("lines", int)
rows = SettingUnit("rows", int)
columns = SettingUnit("columns", int)
cells = SettingUnit("cells", int)
pages = SettingUnit("pages", int)
years = SettingUnit("years", int)
size = SettingUnit("bytes", int, 1)
# How much is worked on at a time, or kept at hand: it changes speed and memory, never an answer.
chunk = SettingUnit("chunk", int, 1)
# A file that comes with the program, in data/.
file = SettingUnit("file", str)


@cache
def values() -> Mapping[str, Value]:
    """Every setting by its whole key: the shipped one, or the user's; SettingsError for a file that is not understood."""
    return {**shipped(), **overrides()}


@cache
def shipped() -> Mapping[str, Value]:
    """The settings that come with the program."""
    read: dict[str, Value] = {}
    table = ""
    for header, key, text, number in _LINE.findall(SETTINGS_FILE.read_text(encoding="utf-8")):
        if header:
            table = header
        else:
            read[f"{table}.{key}"] = UNITS[key.rpartition(".")[2]].kind(text or number)
    return read


_adopted: list[Mapping[str, Value]] = []


@cache
def overrides() -> Mapping[str, Value]:
    """What the user's file changes, by whole key; nothing without such a file."""
    if _adopted:
        return _adopted[0]
    path = os.environ.get(VARIABLE)
    return _checked(Path(path)) if path else {}


def adopt(changes: Mapping[str, Value]) -> None:
    """Work by the settings of the process that sends rows, whatever file is named here.

    SettingsError in a process that works by others already: what it read at its start cannot be taken back.
    """
    if not overrides.cache_info().currsize:
        _adopted[:] = [changes]
    elif differing := sorted(key for key, _ in overrides().items() ^ changes.items()):
        raise SettingsError(say("settings.other", differing=differing[0]))


def digest(tables: Iterable[str] | None = None) -> str:
    """A hash of all settings in these tables (None: everywhere) that can change an answer."""
    prefixes = "" if tables is None else tuple(f"{table}." for table in tables)
    deciding = sorted(
        (key, value)
        for key, value in values().items()
        if key.startswith(prefixes) and not key.endswith(f".{chunk.name}")
    )
    return sha256(repr(deciding).encode()).hexdigest()[:24]


def _checked(path: Path) -> Mapping[str, Value]:
    """The settings in a user's file, each of which is known, of the right type and in range."""
    import tomllib  # only who has such a file waits for it

    try:
        read = dict(_flat(tomllib.loads(_text(path))))
    # Besides its own error tomllib raises ValueError for a number of 5,000 digits, RecursionError for deep nesting.
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(path, reason(error)) from error
    changes: dict[str, Value] = {}
    for key, value in read.items():
        if key not in shipped():
            raise SettingsError(say("settings.unknown", path=path, name=_shown(key), file=SETTINGS_FILE))
        unit = UNITS[key.rpartition(".")[2]]
        if not unit.fits(value):
            named, known = _shown(repr(value)), shipped()[key]
            raise SettingsError(
                say("settings.value", path=path, setting=key, value=named, range=unit.range, shipped=known)
            )
        changes[key] = unit.kind(value)
    return changes


def _text(path: Path) -> str:
    """The text of a user's file; SettingsError for what is no ordinary file of a few settings."""
    if not path.is_file():  # a pipe waits for ever, a device never ends
        raise _unreadable(path, say("settings.special" if path.exists() else "settings.missing"))
    if path.stat().st_size > _LARGEST:
        raise _unreadable(path, say("settings.large", largest=_LARGEST))
    return path.read_text(encoding="utf-8")


def _unreadable(path: Path, why: str) -> SettingsError:
    return SettingsError(say("settings.unreadable", path=path, why=why, variable=VARIABLE))


def _shown(text: str) -> str:
    """A name or value as a message shows it: in one line, not too long."""
    return " ".join(text[:_LONGEST_SHOWN].split())


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
