"""Which columns of a table say who applies, by what most of their cells hold: names of persons, or of institutions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from matcher import settings, shipped
from matcher.readers.fields.labels import WHO
from matcher.readers.fields.shapes import HONORIFIC, INSTITUTION, OFFICE_END, looks_like_a_person
from matcher.readers.form.owners import OUTSIDE, owner_of
from matcher.segment import HAN

_MOST = settings.share("readers.who.most")
_LEAST = settings.rows("readers.who.least")
_BEHIND = re.compile(r"\s*[(（,，/／].*$", re.S)  # what stands behind a name: （教授）
_HAN_NAME = re.compile(rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}·[{HAN}]{{1,8}}")
# What else has short names: places, kinds, crops, posts.
_OF_ITEMS = re.compile(
    "地|[省市县区乡镇村]|国|语|种|类|[品物]$|科$|族|籍|职|岗|级|时|日|法$|(?i:place|town|city|county|country|region|area|street|nation|language|species|kind|type|stage|status"
    "|rank|post|role|outcome|decision|programme|program|keyword|acronym)"
)
# A name that may be of persons: what stands under others may be called as a person is (白沙, Golden Delicious).
_OF_PEOPLE = re.compile(
    r"[人者员师警手]|[学医考研]生|职工|同志|牵头|领[衔题]|主持|负责|揭榜|姓名|谁|(?i:\b(?:who|lead\w*|led|head|name|person|people|investigator|author|researcher"
    r"|contact|applicant|propos\w+|submitt\w+|sent|sender|owner|champion|director|manager|coordinator|fellow|student|teacher)\b)"
)
# Bodies that apply for nothing.
_OF_HELPERS = re.compile(
    "地[点址]|基地|推荐|主管|归口|管理|受理|合作|协作|参[与加]|配合|联合|审[核查批]|评审|对接|需求|用户|客户|应用|供应|来源|出资|资助|开户|(?i:partner|recommend|fund|fiscal|client|customer|supplier|parent|sponsor)"
)


def says_who(field: str, name: str, texts: Sequence[str]) -> bool:
    """Whether most values under a name that nobody knows are persons (`field` is WHO's second) or institutions that may apply.

    Names of persons begin with a surname, or are two to four words with a capital each, and each is another.
    """
    barred = _OF_ITEMS if field == WHO[1] else _OF_HELPERS
    if len(texts) < _LEAST or owner_of(name) in OUTSIDE or barred.search(name):
        return False
    if field == WHO[1] and not _OF_PEOPLE.search(name):
        return False
    bare = [_BEHIND.sub("", HONORIFIC.sub("", text).strip()) for text in texts]
    if field == WHO[1]:
        return len({*bare}) == len(bare) and sum(map(_is_a_person, bare)) >= _MOST * len(bare)
    bodies = sum(bool(INSTITUTION.search(text) or OFFICE_END.search(text)) for text in bare)
    return bodies >= _MOST * len(bare)


def _is_a_person(text: str) -> bool:
    if _HAN_NAME.fullmatch(text):
        return "·" in text or text[:2] in _surnames() or text[0] in _surnames()
    return " " in text and looks_like_a_person(text)


@cache
def _surnames() -> frozenset[str]:
    """The words of data/surnames.txt."""
    lines = shipped.data_file(settings.file("readers.who.surnames")).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
