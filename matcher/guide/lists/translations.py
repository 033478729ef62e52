"""Titles that a document of two languages writes once more right below: 名称：… / Title: …"""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.guide.text.blocks import Unit

_WITHIN = settings.characters("guide.translations.within")
_NAMED = re.compile(
    rf".{{0,{_WITHIN}}}?(?:(?:名称|题目|标题|课题|选题|方向|榜题|难题)\s*[】\]]?|(?i:\b(?:title|topic)\s*[\])]?))\s*[:|】\]]"
)


def translations(units: Sequence[Unit], kind: str) -> set[int]:
    """The named titles, if that is the `kind`, right below one that is named in the other language; none where a title in theirs stands alone."""
    titles = {at: _named(u) for at, u in enumerate(units) if kind == "label" and kind in u.marks}
    second: set[int] = set()
    for at, language in titles.items():
        if at and at - 1 not in second and _named(units[at - 1]) == -language != 0:
            second.add(at)
    languages = {titles[at] for at in second}
    alone = any(language in languages for at, language in titles.items() if at not in second)
    return second if len(languages) == 1 and not alone else set()


def _named(unit: Unit) -> int:
    """1 for a line that names its title in Chinese, -1 for one that does so in English and holds no Chinese, 0 for others."""
    match = _NAMED.match(unit.text)
    return 0 if match is None else -1 if unit.text.isascii() else 0 if match.group().isascii() else 1
