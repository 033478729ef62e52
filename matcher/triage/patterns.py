"""How applicants write a declared topic: codes, numbers, several at once, and what is no topic; and what two are compared by.

A code may come as a date, too: a spreadsheet makes the twelfth of February of 2-12, in one of many spellings.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from matcher import numerals, settings
from matcher.numerals import DIGITS
from matcher.segment import NOT_LETTERS, fold

_LONG = settings.letters("triage.patterns.long")

# What stands where no topic is named, as letters: blank, none, or not yet filled in.
_NOTHING = re.compile(
    r"(?:空[白缺]?|无无|(?:[暂尚还均]时?|目前)?(?:[无未没待不]|没有)(?:申报|[填选报补]|填[写报]|选[择定题]|确?定|补充|[详知明])?"
    r"(?:(?:(?:对应|相应|合适|相关)的?)?课题)?|na|nil|none|null|nan|tb[acd]|unknown|0|x{1,3}"
    r"|not(?:yet)?(?:applicable|declared|decided|filled(?:in)?|selected|specified)|tobe(?:decided|determined|confirmed))?"
)
_LABEL = r"(?:(?:no|topics?|items?|id)\.?|首选|备选|编号|代码|序号|方向|课题|题目|选题|指南|条目|专题|申报|所报|题|第|[#:：\s(\[【])*"
ID = re.compile(
    rf"(?P<before>{_LABEL})(?P<section>\d{{1,2}})\s*[-–—―−_./\\~·]\s*(?P<number>\d{{1,3}})(?!\d|\s*[-/.]\s*\d)(?P<rest>.*)",
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
_YEAR = r"(?:19|20)\d\d"
YEAR = re.compile(rf"{_YEAR}\s*(?:年度?|年度)?\s*")
SECTION_END = re.compile(r"(?:项目|课题|类别?|方向|部分|选题|研究)+\Z")
CATEGORY = re.compile(r"(?:[一-龥]{0,6})?(?:项目|课题|类别|类|专项|计划|资助|自筹|选题)")
OFFICE = re.compile(r"[一-龥]{2,12}(?:处|处室|科|办|办公室|局|委|司|中心)")
_SEVERAL = re.compile(
    r"[；;、,，\n/\\|&+](?:\s*(?:and|or)\b)?|\s和\s|(?<=[\d题项号])\s*(?:和|以?及|与|或者?|and|or)\s*(?=\d|第|课题|方向|topic|[a-z]{1,3}-?\d)"
    r"|(?<=\d)[\s(]+(?=\d{1,2}[-.]\d)",
    re.I,
)
LABEL = re.compile(rf"\A{_LABEL}", re.I)
# A code of letters and digits alone or before a title, also behind a label: Topic A1, Theme B-2, area C 4: title.
_LETTERED = r"[^\W\d_]{1,4}\s?[-–—.]?\s?\d{1,4}"
CODE = re.compile(
    r"(?:(?:topic|theme|area|challenge|priority|strand|call|code|no|id)\b[.:#\s]*)*"
    rf"(?P<code>{_LETTERED}(?:[.-]\d{{1,3}})*)(?P<rest>(?:[\s:]+(?!.*\b{_LETTERED}).*)?)",
    re.I,
)
# A-3, A03: as A3.
_PARTED = re.compile(r"(?<=[^\W\d_])(?:-0?|0)(?=\d(?!\d))|(?<=[^\W\d_])-(?=\d)")
_DASH = "[-–—―−‐]"
# A bare number among several, how many they are, and those from one to another: 2-03至2-05, 1.1-1.3, 第3至5题, topics 3-5.
_COUNT = rf"(?:\d{{1,3}}|[{DIGITS}十]{{1,3}})"
BARE = re.compile(rf"第?(\d{{1,3}})(?:题|项|个|号)?|(?:第{_COUNT}|{_COUNT}(?:题|项|个|号))")
_COUNTED = re.compile(r"(?<=\d)\s*[两二三四几]\s*个?(?:方向|课题|选题|题目?)$")
_TO = r"(?:[至到~]|\bto\b|\bthrough\b|\.{2,})"
_RANGE = re.compile(
    rf"(\d{{1,2}}(?:{_DASH}|\.))(\d{{1,3}})\s*(?:{_TO}|{_DASH})\s*\1(\d{{1,3}})(?!\d)"
    rf"|()({_COUNT})题?\s*(?:{_TO}|(?<=题){_DASH})\s*(?:第|课题|题|topic\s)?({_COUNT})(?!\d)"
    rf"|((?:第|\btopics\s|\bitems\s)\s*)(\d{{1,2}})\s*{_DASH}\s*([1-9]\d?)(?=\s*(?:[题项个条号]|$))",
    re.I,
)
# The id of another topic behind or before that of a topic, and words that leave open which it is.
_OTHER_ID = re.compile(
    rf"(?<![\d.\-/])(\d{{1,2}})\s*(?:{_DASH}|\.)\s*(\d{{1,3}})(?!\d|\s*[-/.]\s*\d|\s*[万亿元年月日个项人岁倍%])"
)
OPEN_END = re.compile(r"[\s,，]*(?:等|或其[他它]|或相[近关]|etc\b|or\s(?:similar|other)|\?)", re.I)
ABOVE = re.compile("同上|同前|[〃″]|ditto", re.I)
_TIME = r"(?:[ T]\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?Z?)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_SEPARATOR = r"\s*[-/.,\s]\s*"
_SPELLINGS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<y>{_YEAR})\s*[-/.年]\s*(?P<m>\d{{1,2}})\s*[-/.月]\s*(?P<d>\d{{1,2}})\s*[日号]?{_TIME}",
        r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?",
        rf"{_MONTH}{_SEPARATOR}(?P<d>\d{{1,2}})(?:{_SEPARATOR}{_YEAR})?{_TIME}",
        rf"(?P<d>\d{{1,2}}){_SEPARATOR}{_MONTH}(?:{_SEPARATOR}(?:{_YEAR}|\d\d))?{_TIME}",
    )
)
_EITHER = re.compile(rf"(\d{{1,2}})\s*[-/.]\s*(\d{{1,2}})\s*[-/.]\s*{_YEAR}{_TIME}")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_FIRST_SERIAL = settings.count("triage.patterns.first_serial")
_LAST_SERIAL = settings.count("triage.patterns.last_serial")


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


def names_nothing(written: str) -> bool:
    """Whether what stands for a declared topic says that none is named, or not yet.

    >>> names_nothing("（空）"), names_nothing("尚未填写"), names_nothing("N/A"), names_nothing("无人机"), names_nothing("不定积分")
    (True, True, True, False, False)
    """
    return _NOTHING.fullmatch(letters(written)) is not None


def side_by_side(text: str) -> list[str]:
    """The parts of a text that may declare a topic each, each once."""
    listed = _SEVERAL.split(_COUNTED.sub("", written_out(text)))
    parts = (part.strip(" ()《》“”\"'") for part in listed)
    return list(dict.fromkeys(part for part in parts if letters(part)))


def written_out(text: str) -> str:
    """A text with each topic from one to another in the place of both.

    >>> written_out("2-03至2-05"), written_out("2-03-2-04"), written_out("第3至5题")
    ('2-03、2-04、2-05', '2-03、2-04', '第3、4、5题')
    """

    def each(match: re.Match[str]) -> str:
        section, *ends = (group for group in match.groups() if group is not None)
        first, last = (number_of(end) or 0 for end in ends)
        padded = ends[1][0] == "0" != ends[0][0]  # 2~03 is one topic
        numbers = range(first, last + 1) if first and not padded else ()
        return "、".join(f"{section}{number:0{len(ends[0])}}" for number in numbers) or match[0]

    return _RANGE.sub(each, text)


def other_ids(text: str) -> list[tuple[int, int]]:
    """(section, number) of each id that stands in a text, other than as a quantity.

    >>> other_ids("备选 2-05"), other_ids("（经费5.5万，电话022-58832919，2021-02-05）")
    ([(2, 5)], [])
    """
    return [(int(section), int(number)) for section, number in _OTHER_ID.findall(text)]


def codes(text: str) -> list[str]:
    """What may be a code of letters and digits in a text, each by itself.

    >>> codes(", B02 or C-3 (vitaminB12)")
    ['B02', 'C-3']
    """
    return re.findall(rf"(?<!\w){_LETTERED}(?!\w)", text)


def code_key(code: str) -> str:
    """A document's own code as it is compared: letters and digits, one mark between them, none where a letter meets a digit.

    >>> code_key("B - 3"), code_key("B03"), code_key("方向1.1")
    ('b3', 'b3', '方向1-1')
    """
    return _PARTED.sub("", NOT_LETTERS.sub("-", fold(code).lower()).strip("-"))


def number_of(text: str) -> int | None:
    """3, 三, 十二, 二十 as a number; None for anything else, such as the plan 十四五."""
    digits = numerals.read_digits(text)
    if digits is None and re.search(f"[{DIGITS}]{{2}}", text):
        return None
    return numerals.read(text) if digits is None else digits


def codes_of_date(text: str) -> list[tuple[int, int]]:
    """The (section, number) that a date may have been, the likeliest first; [] where the text is no date.

    >>> codes_of_date("2021/2/12"), codes_of_date("Feb-12"), codes_of_date("12-Feb"), codes_of_date("2月12日")
    ([(2, 12)], [(2, 12)], [(2, 12)], [(2, 12)])

    A number above 31 becomes a year (1-32 is January 1932); the order of 3/4/2021 is not known.
    """
    for spelling in _SPELLINGS:
        if match := spelling.fullmatch(text):
            parts = match.groupdict()
            name = parts.get("name")
            month = _MONTHS.index(name.lower()) + 1 if name else int(parts["m"])
            day, year = int(parts["d"]), int(parts.get("y") or 0)
            if 1900 < year < 2000 and day == 1:
                return [(month, year % 100)]
            return [(month, day)]
    if match := _EITHER.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        return [(first, second)] if first == second else [(first, second), (second, first)]
    return []


def codes_of_serial(text: str) -> list[tuple[int, int]]:
    """The (section, number) of a date that is shown as the number of its day; [] where it is none.

    >>> codes_of_serial("44239")
    [(2, 12)]
    """
    if _SERIAL.fullmatch(text) and _FIRST_SERIAL <= (days := int(float(text))) <= _LAST_SERIAL:
        day = date(1899, 12, 30) + timedelta(days)
        return [(day.month, day.day)]
    return []
