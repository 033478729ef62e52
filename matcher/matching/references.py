"""How a list of references reads: what it is called, where its entries begin, and what marks one."""

from __future__ import annotations

import re

from matcher.matching.cues import cues

_NAMES = "参考文献|参考资料|引用文献|文献目录|References|REFERENCES|Bibliography|Works cited"
# The name of a list with its colon or at the end of a line …
HEADING = re.compile(
    rf"(?:^|(?<=[。；;\s]))(?:[一二三四五六七八九十\d]{{1,3}}[、.．]\s*)?(?:主要|本文)?(?:{_NAMES})\s*(?:[:：]|$)"
)
# … or, within a line, with the number of the first entry behind it.
LISTED = re.compile(rf"(?i:{_NAMES})[ \t　]*[:：]?[ \t　]*(?=[\[［【(（]?1[\]］】)）.、])")
ENTRY = re.compile(r"(?:^|(?<=[\s。.;；]))(?=[\[［【]\d{1,3}[\]］】])")


def marks(entry: str) -> int:
    """How many different marks of an entry a text bears: [J], 37(5), pp. 801, a publisher, names before a title …

    >>> marks("王伟, 李强. 科技金融研究[J]. 科学学研究, 2020, 38(4): 601-610.") > 3, marks("测定土壤含盐量与产量。")
    (True, 0)
    """
    return sum(bool(mark.search(entry.strip())) for mark in cues().reference_marks)
