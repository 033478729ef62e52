"""Which columns of a table number its proposals, by what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.readers.fields.shapes import is_a_topic, is_date
from matcher.segment import HAN

# Times, amounts, ages, rooms and panels are written as codes are: 5-6, 80-90, 3-12.
NO_CODES = re.compile(
    "日|月|时|期|数|段|[评得]分|年|龄|额|费|周|场|室|座|组|(?i:date|time|day|age|number of|range|score|room)"
)
_FILLED = settings.share("readers.columns.filled")
_ID = re.compile(r"(?=.*\d)[A-Za-z\d/_.\-]{1,24}", re.ASCII)
_OF_CODE = re.compile("0|[A-Za-z]")
# A name that numbers, and no person, body, account or phone: values of any letters number the rows under it, 2027-0318, LD-03-甲.
_NUMBERS = re.compile(r"[编編序案件流受][号號]$|(?i:\b(?:id|no|number|ref|reference)\b\.?)$")
_OF_PEOPLE = re.compile(
    r"设备|仪器|样[品本机]|标本|站点|批次|专利|[证户账帐税话机真]|信用|身份|合同|发票|学号|工号|人员|单位|(?i:\b(?:tax|orcid|phone|telephone|tel|mobile|fax|account|ein|vat|passport|staff|student"
    r"|employee|person|user|national|member|membership|charity|company|organi[sz]ation|registration|contract|page|title|acronym|device|sample|site|plot)\b)"
)
_NUMBERED = re.compile(rf"(?=.*\d)[{HAN}A-Za-z\d/_.\-]{{2,24}}", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{5}")  # more figures than a topic's code has but for a year's


def number_rows(name: str, texts: Sequence[str]) -> bool:
    """Whether `texts`, each another, number the rows: codes of one shape with letters or zeros in front, or figures that grow.

    Under a name that numbers anything of one shape does.
    """
    if NO_CODES.search(name):
        return False
    if _NUMBERS.search(name.strip(" :：")) and not _OF_PEOPLE.search(name):
        codes = [t for t in texts if _NUMBERED.fullmatch(t) and not is_date(t)]  # a total has none
        if len({*map(_shape, codes)}) == 1 and len(codes) >= _FILLED * len(texts):
            return True
    if not all(_ID.fullmatch(t) and not is_a_topic(t) and not is_date(t) for t in texts):
        return False
    if len({*map(_shape, texts)}) == 1 and _OF_CODE.match(texts[0]):
        return True
    figures = [int(t) for t in texts if t.isdecimal()]
    return len(figures) == len(texts) > 2 and sorted(figures) == figures


def number_proposals(field: str, name: str, cells: Sequence[str]) -> bool:
    """Whether a column that is read as one of several of topics or titles numbers the proposals: each another, of topics long numbers."""
    texts = [*filter(None, cells)]
    if len(texts) != len({*texts}) or not number_rows(name, texts):
        return False
    return len(texts) > 2 and (field == "title" or all(map(_LONG_NUMBER.search, texts)))


def _shape(text: str) -> str:
    """A text with one letter for all of Latin, of Chinese, and for figures."""
    return re.sub(rf"[{HAN}]", "H", re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "0", text)))
