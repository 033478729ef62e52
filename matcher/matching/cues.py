"""The words by which sentences of a proposal are told apart (data/content.toml), as compiled patterns, and what they tell alone.

Background is what policy says, how things stand and why it matters. Routine is what any project says, whatever
it is about: methods, schedule, team, host, funds, results, risks, what other places did, the print of forms.
A list of references is known by what it is called, where its entries begin, and what marks one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Literal, NamedTuple

from matcher import settings, shipped

_NAMES = "参考文献|参考资料|引用文献|文献目录|References|REFERENCES|Bibliography|Works cited"
# The name of a list with its colon or at the end of a line …
LIST_HEADING = re.compile(
    rf"(?:^|(?<=[。；;\s]))(?:[一二三四五六七八九十\d]{{1,3}}[、.．]\s*)?(?:主要|本文)?(?:{_NAMES})\s*(?:[:：]|$)"
)
# … or, within a line, with the number of the first entry behind it.
LISTED = re.compile(rf"(?i:{_NAMES})[ \t　]*[:：]?[ \t　]*(?=[\[［【(（]?1[\]］】)）.、])")
LIST_ENTRY = re.compile(r"(?:^|(?<=[\s。.;；]))(?=[\[［【]\d{1,3}[\]］】])")
Register = Literal["", "background", "routine"]
ROUTINE = settings.share("matching.register.routine")
# Where a sentence that names what others have written sets out to do something itself.
_OF_ITSELF = re.compile(
    r"本(?:课题|项目|研究|文|报告)|我们|(?<!模)拟|旨在|基础上|(?:基于|借鉴|参考|结合|梳理|总结|综述|整理|检索)[^,;]{0,12}(?:研究|文献|成果)"
    r"|\b(?:we|our|i|this (?:study|project|paper|proposal)|based on|building on)\b"
)

# A question is of the project itself, though its words be those of any: 预算评审看什么,谁来评.
_ASKS = re.compile(r"什么|谁|怎[么样]|如何|哪|\b(?:who|how|which|whether)\b")


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

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """What matches in lower-case text from a place on, the Chinese first."""
        if _LETTER.search(text) is None:
            return self.han.finditer(text, start)
        return chain(self.han.finditer(text, start), self.latin.finditer(text, start))

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
    denies something speaks, `asks` and `opens` (at its beginning) that it is a question.
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
    asks: re.Pattern[str]
    opens: re.Pattern[str]
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
    itself, elsewhere, inner, turn, asks = (
        re.compile("|".join(denial[name])) for name in ("self", "elsewhere", "inner", "turn", "asks")
    )
    opens = re.compile(denial["opens"])
    # Last what is sought at each Han character: nobody may have to know.
    marks = [re.compile(p) for p in sorted(raw["references"]["marks"], key=_begins_with_han)]
    return Cues(
        background, literature, aims, routine, denied, after, weakly, beside, before, itself, elsewhere, inner, turn,
        asks, opens, marks,
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


def _begins_with_han(pattern: str) -> bool:
    return r"\u4e00" in pattern and not pattern.startswith("^")


def reference_marks(entry: str, least: int = 1) -> int:
    """How many different marks of an entry a text bears: [J], 37(5), pp. 801, a publisher, names before a title …

    It is less than `least`, whatever else it bears, where the text does not bear so many.

    >>> reference_marks("王伟, 李强. 科技金融研究[J]. 科学学研究, 2020, 38(4): 601-610.") > 3, reference_marks("测定土壤含盐量与产量。")
    (True, 0)
    """
    text, borne, marks = entry.strip(), 0, cues().reference_marks
    for left, mark in zip(range(len(marks), 0, -1), marks, strict=True):
        if borne + left < least:
            break
        borne += mark.search(text) is not None
    return borne


def registers(sentences: Sequence[str], free: Sequence[bool]) -> list[Register]:
    """The register of each folded sentence of a proposal, in order; "" for those that are not `free` to have one.

    Background is a sentence with more words of background than of aims or on literature, and what stands before or
    between such sentences at the start without stating an aim.
    """
    behind, aimless, routine = [], [], []
    for text, is_free in zip(sentences, free, strict=True):
        low = text.lower() if is_free else ""  # of the others nothing is asked
        aims = cues().aims.kinds(low)
        behind.append(cues().background.kinds(low) > aims or _is_on_literature(low))
        aimless.append(is_free and not aims)
        routine.append(cues().routine.share(low) >= ROUTINE and not _ASKS.search(low))
    last = -1
    for i, is_free in enumerate(free):
        if behind[i]:
            last = i
        elif is_free and not aimless[i]:
            break
    return [
        "routine" if routine[i] else "background" if behind[i] or (aimless[i] and i < last) else ""
        for i in range(len(sentences))
    ]


def _is_on_literature(low: str) -> bool:
    """Whether a lower-case sentence speaks of what others have written before it states an aim, and not of itself."""
    named = next(cues().literature.finditer(low), None)
    if named is None or _OF_ITSELF.search(low):
        return False
    return all(aim.start() >= named.start() for aim in cues().aims.finditer(low))
