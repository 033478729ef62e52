"""Marked lines that are no items of a list: names of attachments, mentions of topics beside an office, odd codes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from matcher import settings
from matcher.guide.blocks import Unit
from matcher.guide.headings import Candidates
from matcher.guide.marks import number_of
from matcher.guide.prior import states_office

_FIRST_ATTACHMENT = re.compile(r"附(?:件|表|录)?\s*:\s*[(]?(?P<n>1)[.、)]")
# What goes on behind 课题一: 、二由…, 至3：, —— of a line that names several topics at once.
_GOES_ON = re.compile(
    r"\W*(?:和|及|与|至|到|and)?\s*(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Z])(?![\w.])|由.{2,16}(?:负责|受理)"
)
_NEXT_NUMERAL = re.compile(r"(?:[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Z])(?=[、,和及至]|由|\W|$)")
_LEAST_ALIKE = settings.count("guide.strays.least_alike")


def attachments(units: Sequence[Unit]) -> set[int]:
    """The units that count on from 附件：1.申请书: 2.活页, 3.汇总表."""
    attached: set[int] = set()
    for at, unit in enumerate(units):
        if not _FIRST_ATTACHMENT.match(unit.text):
            continue
        for number, below in enumerate(range(at + 1, len(units)), 2):
            mark = units[below].marks.get("number")
            if mark is None or number_of(mark.written) != number:
                break
            attached.add(below)
    return attached


def is_mention(unit: Unit, start: int) -> bool:
    """Whether what follows a mark names further topics and then an office: 课题一、二由安全稳定处负责（电话…）."""
    rest = unit.text[start:]
    return bool(_NEXT_NUMERAL.match(rest) or _GOES_ON.match(rest)) and states_office(unit.text)


def odd_codes(candidates: Candidates) -> set[int]:
    """The items above the first of the list whose code has another shape than all codes of it: 2027 above 27A101."""
    shapes = {at: _shape(code) for at, (_, _, code) in candidates.items() if code}
    usual, count = Counter(shapes.values()).most_common(1)[0] if shapes else ("", 0)
    first = next((at for at in sorted(shapes) if shapes[at] == usual), 0)
    alone = [at for at in shapes if at < first and list(shapes.values()).count(shapes[at]) == 1]
    return set(alone) if count >= _LEAST_ALIKE else set()


def _shape(code: str) -> str:
    return re.sub(r"[A-Z]+", "A", re.sub(r"\d", "9", code.upper()))
