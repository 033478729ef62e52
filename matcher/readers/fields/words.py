"""The field that a name nobody listed stands for, from the words it is built of (data/labels.toml, [words])."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from matcher import settings, shipped

Word = tuple[str, str]  # a word, its kind
remembered = lru_cache(maxsize=settings.chunk("readers.remembered"))
_LONGEST = settings.letters("readers.label_words.longest")
_MOST_WORDS = settings.words("readers.label_words.most")
_GAP = settings.letters("readers.label_words.gap")
_UNKNOWN = settings.words("readers.label_words.unknown")
_SHORTEST = settings.letters("readers.label_words.shortest")
_LONGEST_WORD = settings.letters("readers.label_words.longest_word")
_TELLING = settings.letters("readers.label_words.telling")
# Fields whose text goes on until the next label; all others are a line or a cell.
LONG = frozenset(
    ("abstract", "content", "goals", "background", "methods", "innovation", "outcomes", "schedule", "foundation",
     "references", "members", "budget", "opinion", "instructions", "running")
)  # fmt: skip
# Those of them that say what is proposed, and all that a study consists of.
SAY_IT = frozenset(("abstract", "content", "goals"))
OF_STUDY = SAY_IT | {"background", "methods", "innovation", "outcomes"}
REACHED = ("phone", "email")
# Kinds of words that say nothing of what stands beside them.
_NEUTRAL = frozenset(
    ("filler", "unknown", "thing", "role", "telling", "past", "partner", "above", "foreign", "work")
)
PEOPLE = frozenset(("organisation", "principal_investigator", "members", "contact"))
_ANSWERS = frozenset(("对应", "归属", "所报"))  # 对应要点 is the guide's point that a proposal answers
_PLAN = frozenset(("goals", "methods", "foundation"))
_ABOUT = frozenset(("abstract", "content", "background", "outcomes", "telling", "work", "innovation"))
_OF_OWN_NAMES = frozenset(("university", "institute", "trust", "hospital", "company", "school"))
# What a name of one is: of a project, of a group, of a host, of a theme.
_NAMED = {
    "thing": "title",
    "members": "organisation",
    "role": "organisation",
    "guide": "declared",
    "area": "declared",
}
_OF = re.compile(r"\s+(?:of|from|for|by|with|within|in|at)\s+")
_NAME = re.compile(
    r"(?:what is |what's )?(?:the )?(?:full |legal )?names?(?: and (?:position|title|role|post|affiliation))?"
)
_CLAUSE = re.compile(r"\s(?:to|that|which|in which|whom?)\s.*")  # organization to which the award is made
_SECTION = re.compile(r"^(?:section|part|annex|item|field|[a-z])\s*[a-z]?\d{0,2}(?:\.\d{1,2})*\s*[.:)\-]\s*")


@remembered
def composed(name: str, *, loose: bool = False, single: bool = False) -> str:
    """The field of labels.toml that a name built of known words stands for; "" if it is no such name.

    `name` is folded, lower case. `loose`, for a place where a label must stand, allows for letters no word covers;
    `single`, for a heading, takes one word.

    >>> composed("拟开展的研究题目"), composed("既往工作积累"), composed("name of the pi's host institution")
    ('title', 'foundation', 'organisation')
    """
    if name.isascii():
        return _english(_SECTION.sub("", name).strip(" .:?*"), loose=loose, least=1 if single else 2)
    key = "".join(c for c in name if c.isalnum() or c == "、")
    if not (2 if single else _SHORTEST) <= len(key) <= _LONGEST:
        return ""
    covers = _covers(key)
    words = covers[0] or (_suffix(key, covers) if loose else None)
    return _joined(words) if words is not None and (single or len(words) > 1 or len(key) >= _TELLING) else ""


def _covers(key: str) -> list[tuple[Word, ...] | None]:
    """For each place in a Chinese name the words that cover it from there on, the longest first; None where they do not."""
    known = _words("zh")
    covers: list[tuple[Word, ...] | None] = [*[None] * len(key), ()]
    for place in reversed(range(len(key))):
        for end in range(min(place + _LONGEST_WORD, len(key)), place, -1):
            after = covers[end]
            if after is not None and (kind := known.get(word := key[place:end])) is not None:
                covers[place] = ((word, kind), *after)
                break
    return covers


def _suffix(key: str, covers: Sequence[tuple[Word, ...] | None]) -> tuple[Word, ...] | None:
    """The words at the end of a name whose first or inner letters are unknown."""
    for gap in range(1, _GAP + 1):
        for start in range(len(key) - gap - 1):
            after = covers[start + gap]
            if not after or len(after[-1][0]) < 2 or after[-1][1] in _NEUTRAL:
                continue
            before = _covers(key[:start])[0]
            if before is not None:
                return (*before, (key[start : start + gap], "unknown"), *after)
    return None


def _english(name: str, *, loose: bool, least: int) -> str:
    """The field of an English name: what stands before "of" decides, but for "name of"."""
    if name[-1:].isdigit():
        return ""  # Topic code 3-11 is a name with its value
    known = _words("en")
    left, *right = _OF.split(name)
    if right and _NAME.fullmatch(left):
        owner = _CLAUSE.sub("", right[0])
        of = owner.split()
        if len(of) == 1 or known.get(of[-1]) == "members":  # a group that has a name is an institution
            kind = known.get(of[-1], "")
            return _NAMED.get(kind, kind if kind in labels() else "")
        of_project = "title" if known.get(of[-1]) == "thing" else ""
        field = _english(owner, loose=loose, least=2) or of_project
        return known[of[-1]] if field == "members" and known.get(of[-1]) == "organisation" else field
    tokens = re.findall(r"[a-z][a-z'\-]*", " ".join([*reversed(right), left]) if right else left)
    if not least <= len(tokens) <= _MOST_WORDS or tokens[-1] == "of":
        return ""
    # One with a hyphen that is in no list is the words that it joins: plain-english.
    parts = (part for token in tokens for part in ([token] if token in known else token.split("-")) if part)
    words = tuple((token, known.get(token, "")) for token in parts)
    unknown = sum(not kind for _, kind in words)
    if unknown > (_UNKNOWN if loose else 0) or not words[-1][1]:
        return ""
    if unknown and words[-1][0] in _OF_OWN_NAMES:
        return ""  # Lowland Rivers Trust is the institution itself
    return _joined(tuple((word, kind or "filler") for word, kind in words))


def _joined(words: Sequence[Word]) -> str:
    """The field of names joined by "and"; before the first may stand what all of them share."""
    parts: list[list[Word]] = [[]]
    for word, kind in words:
        if kind == "joint":
            parts.append([w for w in parts[-1] if w[1] == "role"])  # 申请部门/单位 is 申请单位 as well
        else:
            parts[-1].append((word, kind))
    last = parts[-1][-1:]
    if (
        last and not last[0][0].isascii() and last[0][1] in ("title", "number")
    ):  # 成果/项目名称 is 成果名称 as well
        parts = [p if not p or p[-1][1] in ("title", "number") else [*p, *last] for p in parts]
    return wanted_most([field for part in parts if (field := _field(part))])


def wanted_most(fields: Sequence[str]) -> str:
    """Which of the fields of joined names the whole of them stands for; "" for none.

    A text goes before a value (选题的理论与现实意义 is no name), what is done before its goals or methods, who applies
    before whom to ask; of equals the first.
    """
    texts = [field for field in fields if field in _ABOUT or field in _PLAN]
    does = [field for field in texts if field in ("content", "abstract")]
    if does and texts[0] in ("goals", "methods"):
        return does[0]
    later = ("contact", "person")
    return min(texts or fields, key=lambda f: (f != "declared", f in later, f == "person"), default="")


def _field(words: Sequence[Word]) -> str:
    """The field of one name by its last word that names something, and what stands before that."""
    kinds = [kind for _, kind in words]
    heads = [kind for kind in kinds if kind not in _NEUTRAL]
    end = words[-1][0] if words else ""
    last = next((kind for kind in reversed(kinds) if kind != "filler"), "")
    if "past" in kinds and last != "title" and last not in PEOPLE:
        return "foundation"
    if not heads:
        if kinds and kinds[-1] == "work":
            return "content"
        of_project = "thing" in kinds or end == "description"
        return "abstract" if "telling" in kinds and of_project else ""
    head, before = heads[-1], heads[:-1]
    if end == "来源" or (head == "abstract" and before[-1:] == ["budget"]):
        return "budget" if head == "abstract" else "declared" if head == "guide" else "category"
    if kinds[-1] in _ABOUT and (PEOPLE.intersection(before) or (kinds[-1] == "telling" and head in PEOPLE)):
        return "foundation"
    answers = (words[0][0] in _ANSWERS or end == "归口") and head in ("content", "schedule")
    if answers or (head == "content" and "guide" in before and end == "任务"):
        return "declared"
    if head == "innovation" and end == "action":
        return ""  # Research and Innovation Action is a kind of call
    if head == "schedule" and words[0][0] == "活动" and end == "安排":
        return "content"  # 活动安排 says what is done
    if head == "area" and kinds[-1] == "telling":
        return "abstract"  # 技术需求描述
    if head == "department":
        return "department" if "role" in kinds or words[0][0].isascii() else "person"
    if head in ("title", "number", "name", "guide", "area"):
        field = _named(head, before, kinds, english=words[0][0].isascii())
        # 流动站名称 is the name of something else.
        other = end == "名称" and "unknown" in kinds and "thing" not in kinds
        return "" if other and field == "title" else field
    if head in PEOPLE:
        return _who(words, head, kinds)
    return head


def _named(head: str, before: Sequence[str], kinds: Sequence[str], *, english: bool) -> str:
    """The field of a name, number or direction of something."""
    if head == "guide" or "guide" in before:
        return "person" if "principal_investigator" in before and not english else "declared"
    if head == "number" and ("area" in before or "work" in kinds[-2:] or before[-1:] == ["content"]):
        return "declared"
    if head == "area":  # a funder's "technical area" is a direction of its call, 所属领域 is not
        return "declared" if "guide" in kinds or english else "category"
    owner = next((kind for kind in reversed(before) if kind in PEOPLE or kind in ("phone", "email")), "")
    if owner:
        return _side(owner, kinds)
    if before and before[-1] != "content" and kinds[-2] != "thing":  # 转化项目名称
        return "" if head != "number" else "id"
    if head == "name":
        return "title" if "thing" in kinds and "role" not in kinds else ""
    return {"title": "title", "number": "id"}[head]


def _who(words: Sequence[Word], head: str, kinds: Sequence[str]) -> str:
    """The field of a person or institution: another's where a word says so."""
    # 揭榜方负责人 leads, 单位负责人 signs.
    offices = [kind for word, kind in words if not word.endswith("方")]
    if (
        head == "principal_investigator"
        and not words[0][0].isascii()
        and {"organisation", "department"}.intersection(offices)
    ):
        return "person"
    if head == "organisation" and kinds[0] == "partner":
        return "partners"  # 联合揭榜单位
    if head == "organisation" and not {"role", "principal_investigator", "guide"}.intersection(kinds):
        asked = any(word in ("您", "你", "所在", "name") for word, _ in words) or words[0][0].isascii()
        return _side(head, kinds) if asked or {"partner", "above"}.intersection(kinds) else ""
    return _side(head, kinds)


def _side(owner: str, kinds: Sequence[str]) -> str:
    if "above" in kinds and owner in PEOPLE:
        return "recommender"
    return "partners" if "partner" in kinds and owner in PEOPLE and "role" not in kinds else owner


@lru_cache(maxsize=2)
def _words(language: str) -> Mapping[str, str]:
    """Word → its kind; a word of two kinds is of the later one."""
    return {word: kind for kind, listed in _file()["words"][language].items() for word in listed}


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
