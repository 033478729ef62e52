"""What stands once for several rows: the heading of a section of a table, the name of a sheet."""

from __future__ import annotations

import re
from typing import NamedTuple

from matcher import settings
from matcher.readers.value_shapes import INSTITUTION, names_a_topic

_LATIN = settings.factor("readers.form.latin_title")
_SHORTEST = settings.letters("readers.captions.shortest")
_NUMERAL = "[一二三四五六七八九十〇]{1,3}"
# How a heading is numbered, which tells the one that takes another's place from the one below it.
_MARKS = tuple(
    re.compile(mark)
    for mark in (rf"第{_NUMERAL}[部批组章]分?[:：、\s]*", rf"{_NUMERAL}\s*[、.．]\s*", rf"[(（]{_NUMERAL}[)）]\s*", r"\d{1,2}[、.．](?!\d)\s*")
)  # fmt: skip
# A kind of rows, what a label says, a sentence.
_NO_TITLE = re.compile(
    r"[:：。]|(?:项目|课题|选题|类别?|批次?|组|部分|专项|单位|申报书?|[名清]单|情况|汇总表?|一览表?|明细表?)(?:[(（].{0,12}[)）])?$"
)
_CODE = re.compile(r"(?:[A-Za-z]{1,4}[-.]?)?\d{1,2}[-－—–.．]\d{1,2}(?![\d年月])")
_DOTTED = re.compile(r"[A-Za-z]{0,4}\d{1,2}[.．]\d")


class SectionRow(NamedTuple):
    """A heading between rows: the field that it says of them ("" for none), its text, and the kind of its number."""

    field: str
    value: str
    level: int


def read_section_row(text: str) -> SectionRow:
    """What a heading says of the rows below it; a kind of project is neither a topic nor an institution.

    >>> read_section_row("一、夜间经济与城市治理研究")[:2], read_section_row("（二）河口大学"), read_section_row("三、重点项目").field
    (('declared', '夜间经济与城市治理研究'), SectionRow(field='organisation', value='河口大学', level=2), '')
    >>> read_section_row("一、科技金融类推荐项目清单").field
    ''
    """
    level, own = next(
        ((n, text[m.end() :]) for n, mark in enumerate(_MARKS) if (m := mark.match(text))), (-1, text)
    )
    if names_a_topic(own) or _CODE.match(own):
        return SectionRow("declared", own, level)
    if INSTITUTION.search(own):
        return SectionRow("organisation", own, level)
    letters = sum(map(str.isalnum, own))
    is_title = letters >= _SHORTEST * (_LATIN if own.isascii() else 1) and not _NO_TITLE.search(own)
    return SectionRow("declared", own, level) if is_title else SectionRow("", own, level)


def marked_topic(text: str) -> str:
    """A heading that is a topic by its code or says that it is one; "" for any other."""
    return text if names_a_topic(text) or _CODE.match(text) else ""


def topic_of_sheet(name: str) -> str:
    """A sheet's name that is a topic, as a heading may be; a date or version (26.05, V1.0) is none.

    >>> topic_of_sheet("2-24 科技金融"), topic_of_sheet("26.05"), topic_of_sheet("V1.0")
    ('2-24 科技金融', '', '')
    """
    return "" if _DOTTED.match(name) else marked_topic(name)


class Above:
    """Fields that stand once for all rows below: above the header, in the sheet's name, in headings between the rows."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.of_table: dict[str, str] = {}
        self._captions: dict[str, SectionRow] = {}
        self.last = ""  # the last heading that names no field

    @property
    def fields(self) -> dict[str, str]:
        """Field → its text for a row that stands here."""
        return {**self.of_table, **{caption.field: caption.value for caption in self._captions.values()}}

    def take(self, text: str) -> str:
        """The field that a heading between rows sets, "" for none; those above it end unless it stands below them."""
        caption = read_section_row(text)
        self._captions = {f: c for f, c in self._captions.items() if caption.level > c.level}
        if caption.field:
            self._captions[caption.field] = caption
        self.last = "" if caption.field else text
        return caption.field
