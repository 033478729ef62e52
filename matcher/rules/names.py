"""Names as they are compared: people and organisations. What is shown is always what was written."""

from __future__ import annotations

import re

from matcher.segment import fold

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TITLES = re.compile(
    r"(?:副?教授|副?研究员|助理研究员|讲师|(?:高级|助理)?工程师|博士后?|主任医师|院士|老师|先生|女士)+$"
)
_SEPARATORS = re.compile(r"[、，,;；/|\n]+")
_COMPANY = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|(?:co|company|corp|corporation|inc|ltd|limited|llc|gmbh)$)"
)
# Only a name that ends like this can be the house of a longer one: 天津大学 of 天津大学经济学院.
_HOUSE = ("大学", "学院", "研究院", "研究所", "科学院", "医院", "中心", "委员会", "集团", "公司", "局", "厅")


def person(name: str) -> str:
    """A person's name without spaces, dots, brackets, academic title or case; "" if nothing is left.

    >>> person("张 三（博士）"), person("李四教授"), person("ZHANG San")
    ('张三', '李四', 'zhangsan')
    """
    plain = _BRACKETS.sub("", fold(name)).lower()
    letters = "".join(c for c in plain if c.isalnum())
    short = _TITLES.sub("", letters)
    return short if len(short) > 1 else letters


def people(names: str) -> list[str]:
    """The persons of a cell, normalised, in order, each once.

    Names stand apart by 、，；/ or line ends; where there is none of these, by spaces, unless a
    part is a single character (张 三 is one person) or Latin.
    """
    text = _BRACKETS.sub("", fold(names))
    parts = _SEPARATORS.split(text)
    if len(parts) == 1 and all(len(p) > 1 and not p.isascii() for p in text.split()):
        parts = text.split()
    return list(dict.fromkeys(p for p in map(person, parts) if p))


def organisation(name: str) -> str:
    """An organisation's name without case, marks and legal form (有限公司, Ltd.); "" for an empty one.

    What stands in brackets stays: 某大学（威海） is not 某大学.

    >>> organisation("天津海棠科技有限公司"), organisation("南开大学（滨海学院）"), organisation("Sea Tech Co., Ltd.")
    ('天津海棠科技', '南开大学滨海学院', 'seatech')
    """
    words = re.findall(r"\w+", fold(name).lower())
    while len(words) > 1 and _COMPANY.fullmatch(words[-1]):
        words.pop()
    letters = "".join(words).replace("_", "")
    return _COMPANY.sub("", letters) if not letters.isascii() else letters


def is_part_of(part: str, house: str) -> bool:
    """Whether a normalised organisation may be a department of another: 天津大学经济学院 of 天津大学."""
    return part != house and part.startswith(house) and house.endswith(_HOUSE)
