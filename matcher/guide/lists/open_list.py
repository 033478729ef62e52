"""Where a list of titles without marks ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from matcher import settings
from matcher.guide.offices.contacts import is_unit
from matcher.guide.prior import OTHER_NAME, may_name
from matcher.guide.text.blocks import Unit
from matcher.guide.vocabulary import RULE_WORDS, TOPIC_END

_LEAST_ENDED = settings.count("guide.places.least_ended")
# What applicants have to do or to hand in, beside the words that rules have everywhere.
_RULE = re.compile(
    rf"{RULE_WORDS.pattern}|须|不予|每人|每个?单位|不收取|(?:申报|报名|申请|证明)材料|复印件"
    r"|(?i:\b(?:contain|include|attach|required|documents)\b.{0,12}$)"
)
_DATE = re.compile(
    r"[\d〇○零一二三四五六七八九十]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
    r"|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}"
)


class OpenList:
    """The titles of a list without marks so far, and which line ends it."""

    def __init__(self, units: Sequence[Unit]) -> None:
        """Looks over all units once for what every line is asked."""
        self.places: set[int] = set()
        self._units, self._ended = units, 0
        self._last = max((at for at, u in enumerate(units) if TOPIC_END.search(u.text)), default=-1)
        # From where on nothing but names of units stand.
        self._closing = len(units) - sum(1 for _ in takewhile(is_unit, (u.text for u in reversed(units))))

    def add(self, at: int) -> None:
        """Take one more line for a title."""
        self.places.add(at)
        self._ended += TOPIC_END.search(self._units[at].text) is not None

    def ends_at(self, at: int) -> bool:
        """Whether a line ends the list: a signature, the name of another list, a rule."""
        units, text = self._units, self._units[at].text
        below = at + 1 < len(units)
        dated = below and _DATE.fullmatch(units[at + 1].text)
        # A signature, or the names of several units, below which nothing else stands.
        if (dated and is_unit(text)) or (below and at >= self._closing) or OTHER_NAME.fullmatch(text):
            return True
        return at - 1 in self.places and self._leaves_titles(at)

    def _leaves_titles(self, at: int) -> bool:
        """Whether a line has the words of a rule, which are not its subject, or stands below titles that all end as titles do,
        and below it no line ends as most titles do."""
        text, count = self._units[at].text, len(self.places)
        if at <= self._last:
            return False
        other = self._ended == count >= _LEAST_ENDED and not may_name(text)
        return bool(_RULE.search(text) or other) and self._ended * 2 > count
