"""The two sides of a contract: what of it is said of the applicant, who does the work, and what of who pays for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.readers.labels import label_key

# The words in a label say whose it is; 甲 and 乙 only where none does.
_OURS = r"(?:受托|承[接担]|申[请报]|揭榜)(?:方|人|单位)|研究(?:开发)?方|研究开发人|[Cc]ontractor"
_THEIRS = r"(?:委托|出资|资助|采购|发包)(?:方|人|单位)|需求?方|[Cc]lient"
_BESIDE = r"合作(?:方|企业|单位)|参[与加](?:方|单位)"  # in brackets only: alone a form's own label
_PARTY = rf"(?:[甲乙丙丁]\s*方|[Pp]arty\s[A-D]\b|{_OURS}|{_THEIRS})(?:\s*[（(][^（()）]{{1,12}}[)）])*"
_WORDS = re.compile(f"(?P<ours>{_OURS})|{_THEIRS}|{_BESIDE}")
_HEAD = re.compile(rf"(?P<label>{_PARTY})\s*(?:[:：]\s*(?P<name>.*))?")
_OF_PARTY = re.compile(_PARTY)
_MEET = re.compile(rf"(?<!\s)\s++(?=(?:{_PARTY})[^:：\s]{{0,8}}[:：])")
_SPOKEN = re.compile(r"([甲乙丙丁])\s*方(?:\s*[（(]|[为是])([^，,。；;:：）)]{0,20})")
_LETTER = re.compile(r"([甲乙丙丁])\s*方|[Pp]arty\s([A-D])\b")
_ENGLISH = dict(zip("ABCD", "甲乙丙丁", strict=True))
_OF_FORM = re.compile(r"[^甲乙丙丁]*(?:承担|申[请报]|揭榜)[^甲乙丙丁]*")  # labels of any form, read as there
_OF_PROJECT = re.compile("项目|课题")
_REACHED = frozenset(("phone", "email", "address"))
_PEOPLE = frozenset(("contact", "principal_investigator", "person", "recommender"))
_NAME = frozenset(("名称", "单位名称", "全称", "姓名", "name"))


def _by_words(text: str) -> bool | None:
    """Whether words are of the applicant's side; None where they are of neither."""
    words = _WORDS.search(text)
    return None if words is None else words["ours"] is not None


def _parts(line: str) -> list[str]:
    return _MEET.split(line) if _OF_PARTY.match(line) else [line]


def is_bare_name(label: str) -> bool:
    """Whether a label asks for a name and says not whose: 名称, Name."""
    return label_key(label) in _NAME


def _letter(label: str) -> str:
    """甲, 乙, 丙 or 丁 of a label that names a side by its letter; "" for others."""
    letter = _LETTER.search(label)
    return (letter[1] or _ENGLISH[letter[2]]) if letter else ""


class Sides:
    """Whose the lines of a contract are, in its order; of a document that names no two sides, nobody's."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Learn from all `lines` which of 甲 and 乙 is the applicant."""
        self._letters: dict[str, bool] = {}
        parts = [part for line in lines for part in _parts(line)]
        heads = [head["label"] for part in parts if (head := _HEAD.fullmatch(part))]
        clauses = [m.groups() for line in lines for m in _SPOKEN.finditer(line)]
        clauses += [(letter, head) for head in heads if (letter := _letter(head))]
        for side, words in clauses:
            if (ours := _by_words(words)) is not None:
                self._letters.setdefault(side, ours)
        for side, other in ("甲乙", "乙甲"):
            if other in self._letters:
                self._letters.setdefault(side, not self._letters[other])
        self.two = len({self._ours(head) for head in heads}) > 1
        self._parted = len({self._ours(head) for head in heads if not _OF_FORM.fullmatch(head)}) > 1
        self._block: bool | None = None  # whose name stands above
        self._last: bool | None = None  # whose person stands above
        self._passed = False  # whether the applicant's part is over
        self._unnamed = False  # whether the side has no name yet

    def _ours(self, label: str) -> bool:
        """Whether a label that names a side is the applicant's."""
        ours, letter = _by_words(label), _letter(label)
        if ours is None and letter:
            return self._letters.get(letter, letter == "乙")
        return bool(ours)

    def parts(self, line: str) -> list[str]:
        """A line cut where the next side begins on it: 甲方：… 乙方：…"""
        return _parts(line) if self.two else [line]

    def named(self, line: str) -> tuple[str, str, str] | None:
        """(the field that it names, label, name or "") of a line that begins a side's part; None for others."""
        head = _HEAD.fullmatch(line) if self.two else None
        if head is None or not (head["name"] or _letter(head["label"])):
            return None
        if _OF_FORM.fullmatch(head["label"]):
            self.end()
            return None
        ours = self._ours(head["label"])
        self._passed |= self._block is True
        self._block = self._last = ours if self._parted else None
        self._unnamed = not head["name"]
        return "organisation" if ours else "recommender", head["label"], head["name"] or ""

    def end(self) -> None:
        """No side's part goes on: a clause begins."""
        self._block, self._last, self._unnamed = None, None, False

    def names(self, label: str) -> bool:
        """Whether a label asks for the name of the side whose part it stands in (甲方 above 名称：…)."""
        return self._unnamed and is_bare_name(label)

    def begins(self, text: str) -> bool:
        """Whether a text begins with a side, so that what follows may be a label: 甲方项目联系人."""
        return self.two and _OF_PARTY.match(text) is not None

    def theirs(self, field: str, label: str) -> bool:
        """Whether the value of a field under a label is of who pays: by the side it names, else by what stands above."""
        if not self.two or field not in _REACHED | _PEOPLE | {"organisation"}:
            return False
        party = _OF_PARTY.match(label)
        if party is not None:
            ours: bool | None = self._ours(party[0])
        elif field == "organisation":
            return self._unnamed and self._block is False
        elif self._passed and field == "principal_investigator" and _OF_PROJECT.search(label):
            return False  # both sides stand above 项目负责人
        else:
            ours = self._last if field in _REACHED else self._block
        if field not in _REACHED:
            self._last = ours
        return ours is False
