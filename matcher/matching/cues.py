"""The words by which sentences of a proposal are told apart (data/content.toml), as compiled patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, NamedTuple

from matcher import settings, shipped


class Words:
    """Patterns of one list, those of Chinese and those of English apart: most texts need only the one or the other."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take patterns in either language; Latin ones stand between the bounds of words."""
        self._written = [p for p in patterns if _LATIN.match(p)]
        self._drawn = [p for p in patterns if not _LATIN.match(p)]

    @cached_property
    def han(self) -> re.Pattern[str]:
        """The Chinese ones, compiled for the first text that is looked at."""
        # Alternatives are tried one by one at each place: a class of all first characters passes over most places.
        first = "".join(map(_first, self._drawn))
        return re.compile(f"(?=[{first}])(?:{'|'.join(self._drawn)})")

    @cached_property
    def latin(self) -> re.Pattern[str]:
        """The English ones, compiled for the first text with such a letter."""
        return re.compile(rf"\b(?:{'|'.join(self._written)})\b")

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """What matches in lower-case text, the Chinese first."""
        if _LETTER.search(text) is None:
            return self.han.finditer(text)
        return chain(self.han.finditer(text), self.latin.finditer(text))

    def within(self, text: str) -> bool:
        """Whether lower-case text has a word of the list."""
        return self.han.search(text) is not None or (
            _LETTER.search(text) is not None and self.latin.search(text) is not None
        )

    def kinds(self, text: str) -> int:
        """How many different words of the list the text has."""
        return len({match[0] for match in self.finditer(text)})

    def share(self, text: str) -> float:
        """The share of the letters of lower-case text that the list's words cover, in [0, 1]; 0 without letters."""
        covered = sum(sum(map(str.isalnum, match[0])) for match in self.finditer(text))
        return min(covered / sum(map(str.isalnum, text)), 1.0) if covered else 0.0


class Cues(NamedTuple):
    """Patterns over folded, lower-case text; `reference_marks` are single signs, of which several are counted.

    `denied` has the words of the four lists after it. `of_itself`, `of_elsewhere` and `inner` tell of whom a clause that
    denies something speaks.
    """

    background: Words
    literature: Words
    aims: Words
    routine: Words
    denied: Words
    denied_after: Words
    denied_weakly: Words
    denied_beside: Words
    denied_before: Words
    of_itself: re.Pattern[str]
    of_elsewhere: re.Pattern[str]
    inner: re.Pattern[str]
    turn: re.Pattern[str]
    reference_marks: Sequence[re.Pattern[str]]


@lru_cache(maxsize=1)
def cues() -> Cues:
    """All patterns of the file, compiled once."""
    raw: Mapping[str, Any] = tomllib.loads(
        shipped.data_file(settings.file("matching.cues.content")).read_text(encoding="utf-8")
    )
    denial = raw["denial"]
    background, literature, aims, routine = (
        Words(raw[name]) for name in ("background", "literature", "aims", "routine")
    )
    lists = [denial[name] for name in ("forward", "weak", "aside", "backward")]
    (after, weakly, beside, before), denied = map(Words, lists), Words([*chain(*lists)])
    itself, elsewhere, inner, turn = (
        re.compile("|".join(denial[name])) for name in ("self", "elsewhere", "inner", "turn")
    )
    marks = [re.compile(p) for p in raw["references"]["marks"]]
    return Cues(
        background, literature, aims, routine, denied, after, weakly, beside, before, itself, elsewhere, inner, turn,
        marks,
    )  # fmt: skip


_LATIN = re.compile(r"[(?:<!]*[a-z]")
_LETTER = re.compile("[a-z]")
_OPTIONAL = re.compile(r"\(\?:(?P<first>[^()]*)\)(?P<optional>\??)(?P<then>.*)")


def _first(pattern: str) -> str:
    """The characters that a Chinese pattern may begin with."""
    if pattern[0] == "[":
        return pattern[1 : pattern.index("]")]
    if (group := _OPTIONAL.fullmatch(pattern)) is None:
        return pattern[0]
    rest = _first(group["then"]) if group["optional"] else ""
    return "".join(alternative[0] for alternative in group["first"].split("|")) + rest
