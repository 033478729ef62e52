"""How applicants write a declared topic: codes, numbers, several at once, and what is no topic; and what two are compared by."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from matcher import numerals, settings
from matcher.numerals import DIGITS
from matcher.segment import NOT_LETTERS, fold

_LONG = settings.letters("triage.patterns.long")

NOTHING = {
    "", "无", "无无", "未定", "待定", "未选", "未填", "空", "不详", "暂无", "na", "none", "null", "nan", "tbd", "0", "x", "xx", "xxx", "同上",
}  # fmt: skip
_LABEL = (
    r"(?:(?:no|topic|id)\.?|编号|代码|序号|方向|课题|题目|选题|指南|条目|专题|申报|所报|题|第|[#:：\s(\[【])*"
)
ID = re.compile(
    rf"(?P<before>{_LABEL})(?P<section>\d{{1,2}})\s*[-–—―−_./~·]\s*(?P<number>\d{{1,3}})(?!\d|\s*[-/.]\s*\d)(?P<rest>.*)",
    re.S | re.I,
)
ID_BEHIND = re.compile(
    r"(?P<rest>.{4,}?)\s*[(\[【]?\s*(?P<section>\d{1,2})\s*[-–—―−_.]\s*(?P<number>\d{1,3})\s*[)\]】]?", re.S
)
DECIMAL = re.compile(r"(\d{1,2})\.(\d)")
NUMBER = re.compile(
    rf"(?P<section>.*?)[(第]?\s*(?P<number>\d{{1,3}}|[{DIGITS}十]{{1,3}})\s*[)]?\s*"
    r"(?P<unit>题|项|个|号|条|课题|选题|方向)?(?P<rest>[\s、.,,:：．)）].*)?",
    re.S,
)
# 二、17 and (二)17: a heading's own number, then the topic's.
OUTLINE = re.compile(
    rf"[(第]?(?P<section>[{DIGITS}十]{{1,2}})[)类部分]*[-、.．\s]*(?P<number>\d{{1,3}})(?P<rest>[\s、.．)].*)?",
    re.S,
)
YEAR = re.compile(r"(?:19|20)\d\d\s*(?:年度?|年度)?\s*")
SECTION_ENDS = ("项目", "课题", "类", "方向", "部分", "类别", "选题", "研究")
CATEGORY = re.compile(r"(?:[一-龥]{0,6})?(?:项目|课题|类别|类|专项|计划|资助|自筹|选题)")
OFFICE = re.compile(r"[一-龥]{2,12}(?:处|处室|科|办|办公室|局|委|司|中心)")
SEVERAL = re.compile(
    r"[；;、,，\n/|&+]|\s和\s|(?<=\d)\s*(?:和|及|与|或)\s*(?=\d)|(?<=\d)\s+(?=\d{1,2}[-.]\d)"
)


def share(written: str, title: str) -> float:
    """How much of the shorter text stands in the other (0 to 100): in one stretch, or, of a longer text, in its order."""
    stretch = fuzz.partial_ratio(written, title)
    if min(len(written), len(title)) < _LONG:
        return stretch
    common = LCSseq.similarity(written, title)
    return max(stretch, 100.0 * common / min(len(written), len(title)))


def letters(text: str) -> str:
    """Folded letters and digits, lower case: what two titles are compared by."""
    return NOT_LETTERS.sub("", fold(text).lower())


def code_key(code: str) -> str:
    """A document's own code as it is compared: letters and digits, one mark between them."""
    return NOT_LETTERS.sub("-", fold(code).lower()).strip("-")


def number_of(text: str) -> int | None:
    """3, 三, 十二, 二十 as a number; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() else numerals.read(text)
