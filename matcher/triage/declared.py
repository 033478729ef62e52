"""The topic that an applicant declared, in whatever way it was written.

An id, a number within its section, a title, or a title shortened or misspelt a little. A text
that could mean two topics is told so: guessing would blame the applicant for our mistake.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from matcher.segment import fold
from matcher.types import Topic

# A written title is taken for a topic's when this share of it (in rare character pairs) is there …
SURE_SHARE = 0.58
# … and the next topic holds so much less of it. Both chosen on titles with one or two slips (tests).
SURE_LEAD = 0.12

_NOTHING = {
    "",
    "无",
    "无无",
    "未定",
    "待定",
    "未选",
    "未填",
    "空",
    "不详",
    "暂无",
    "na",
    "none",
    "null",
    "nan",
    "tbd",
}
_ID = re.compile(r"(\d{1,2})\s*[-–—_.]\s*(\d{1,3})(?!\d|[-/.]\d)(.*)", re.S)
_DATE = re.compile(r"\d{4}-(\d\d)-(\d\d)(?: .*)?")
_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(
    rf"(?P<section>.*?)[(第]?\s*(?P<number>\d{{1,3}}|[{_DIGITS}十]{{1,3}})\s*[)]?\s*"
    r"(?P<unit>题|项|个|号|条|课题|选题|方向)?(?P<rest>[\s、.,,:：．)）].*)?",
    re.S,
)
# 二、17 and (二)17: a heading's own number, then the topic's.
_OUTLINE = re.compile(
    rf"[(第]?(?P<section>[{_DIGITS}十]{{1,2}})[)类部分]*[、.．\s]*(?P<number>\d{{1,3}})(?P<rest>[\s、.．)].*)?",
    re.S,
)
_SECTION_ENDS = ("项目", "课题", "类", "方向", "部分", "类别", "选题")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declared topic was taken for.

    `topic_id` is None where nothing was declared (`text` is "") or it could not be told;
    `candidates` are then the topics that it could mean. `note` says in a sentence for people what
    had to be supposed, "" where nothing had.
    """

    text: str
    topic_id: str | None = None
    candidates: tuple[str, ...] = ()
    note: str = ""


class DeclaredReader:
    """Reads declared topics against one guide."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        """`topics` in the guide's order."""
        self._topics = {topic.id: topic for topic in topics}
        self._read: dict[str, Declared] = {}

    def read(self, text: str) -> Declared:
        """What `text` declares. The same text gives the same answer, worked out once."""
        if text not in self._read:
            self._read[text] = self._resolve(text)
        return self._read[text]

    def _resolve(self, text: str) -> Declared:
        plain = " ".join(fold(text).split()).strip(" 《》\"'“”。；;")
        if _letters(plain) in _NOTHING:
            return Declared("")
        by_title = self._by_title(plain)
        if by_title is not None and len(by_title) == 1 and _letters(plain) == self._letters[by_title[0]]:
            return Declared(text, by_title[0])
        if (coded := self._by_code(plain)) is not None:
            return Declared(text, coded)
        numbered, rest, note = self._by_number(plain)
        if numbered:
            return self._joined(text, numbered, rest, note)
        if by_title is None:
            return Declared(text, note="与指南中的课题都对不上 / not a topic of the guide")
        if len(by_title) == 1:
            return Declared(
                text, by_title[0], note=f"按名称认作 {by_title[0]} / read as {by_title[0]} by its title"
            )
        return _ambiguous(text, by_title)

    def _joined(self, text: str, numbered: Sequence[str], rest: str, note: str) -> Declared:
        """The topic of a number that may be followed by a title; the title settles which section."""
        titled = self._by_title(rest) if len(_letters(rest)) > 3 else None
        both = [t for t in numbered if titled and t in titled]
        if len(both) == 1:
            return Declared(text, both[0], note=note)
        if titled and len(titled) == 1:
            return Declared(
                text,
                candidates=(*numbered, *titled),
                note="编号与名称说的不是同一个课题 / its number and its title name different topics",
            )
        return Declared(text, numbered[0], note=note) if len(numbered) == 1 else _ambiguous(text, numbered)

    def _by_code(self, plain: str) -> str | None:
        """The topic whose own mark in the guide (方向1.1, ZT-03) begins the text; None if none or several do."""
        found = [id_ for id_, code in self._codes.items() if re.match(code + r"(?![\w.-]*\d)", _mark(plain))]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _codes(self) -> dict[str, str]:
        """id → the topic's own mark as a pattern, for the topics that have one."""
        return {t.id: re.escape(_mark(t.code)) for t in self._topics.values() if t.code}

    def _by_number(self, plain: str) -> tuple[list[str], str, str]:
        """(topics, what follows the number, note) for an id, a date made of an id, or a number in a section."""
        if date := _DATE.fullmatch(plain):
            # Excel takes 1-03 for the third of January.
            found = self._with_id(int(date[1]), int(date[2]))
            return (
                found,
                "",
                "表格软件把编号变成了日期 / the spreadsheet turned the id into a date" if found else "",
            )
        if written := _ID.fullmatch(plain):
            return self._with_id(int(written[1]), int(written[2])), written[3], ""
        if not (match := _OUTLINE.fullmatch(plain) or _NUMBER.fullmatch(plain)):
            return [], "", ""
        number = _number(match["number"])
        section = _letters(match["section"].rstrip("(第 "))
        found = [t.id for t in self._topics.values() if t.number == number and self._is_section(section, t)]
        return found, match["rest"] or "", ""

    def _with_id(self, section: int, number: int) -> list[str]:
        wanted = f"{section}-{number:02d}"
        return [wanted] if wanted in self._topics else []

    @cached_property
    def _sections(self) -> dict[str, int]:
        """Folded heading → the section's number in the ids."""
        return {_letters(t.section): int(t.id.partition("-")[0]) for t in self._topics.values()}

    def _is_section(self, written: str, topic: Topic) -> bool:
        """Whether a written section ("重点", "一般项目", "二", "") may be the topic's."""
        heading = _letters(topic.section)
        short = written
        for end in _SECTION_ENDS:
            short = short.removesuffix(end)
        if not short:
            return True
        if _number(short) is not None:
            return _number(short) == self._sections[heading]
        return heading.startswith(short) or (len(short) > 1 and short in heading)

    @cached_property
    def _letters(self) -> dict[str, str]:
        return {topic.id: _letters(topic.title) for topic in self._topics.values()}

    @cached_property
    def _pairs(self) -> dict[str, set[str]]:
        return {id_: _pairs(letters) for id_, letters in self._letters.items()}

    @cached_property
    def _weights(self) -> dict[str, float]:
        """How telling a character pair is: log of (topics + 1) over the titles that hold it."""
        counts = Counter(pair for pairs in self._pairs.values() for pair in pairs)
        return {pair: math.log((len(self._pairs) + 1) / n) for pair, n in counts.items()}

    def _by_title(self, written: str) -> list[str] | None:
        """The topics that a written title may name: one if sure, several if near, None if none."""
        letters = _letters(written)
        exact = [id_ for id_, title in self._letters.items() if title == letters]
        if len(exact) == 1 or len(letters) < 2:
            return exact or None
        pairs = _pairs(letters)
        unseen = math.log(len(self._pairs) + 1)
        total = sum(self._weights.get(p, unseen) for p in pairs)
        found = []
        for id_, title in self._pairs.items():
            shared = sum(self._weights[p] for p in pairs & title)
            whole = sum(self._weights[p] for p in title) or 1.0
            # How much of what was written is in the title; how much of the title was written breaks ties.
            found.append((0.85 * shared / total + 0.15 * shared / whole, id_))
        found.sort(key=lambda f: (-f[0], f[1]))
        best = found[0][0]
        if best < SURE_SHARE:
            return None
        near = [id_ for score, id_ in found if best - score < SURE_LEAD]
        return near if len(near) <= 5 else None


def _ambiguous(text: str, candidates: Sequence[str]) -> Declared:
    ids = "、".join(candidates)
    english = ", ".join(candidates)
    return Declared(text, candidates=tuple(candidates), note=f"可能是 {ids} / could be {english}")


def _mark(text: str) -> str:
    """A mark as it is compared: folded, lower case, no spaces."""
    return "".join(fold(text).lower().split())


def _letters(text: str) -> str:
    """Folded letters and digits, lower case: what two titles are compared by."""
    return "".join(c for c in fold(text).lower() if c.isalnum())


def _pairs(letters: str) -> set[str]:
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _number(text: str) -> int | None:
    """3, 三, 十二, 二十 as a number; None for anything else."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in _DIGITS + "十" for c in text) or text.count("十") > 1:
        return None
    if "十" not in text:
        return _DIGITS.index(text) if len(text) == 1 else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)
