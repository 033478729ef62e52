"""What stands under the name of an applicant, an institution, a phone or an address: the value, and those of other fields beside it."""

from __future__ import annotations

import re

from matcher import settings
from matcher.readers.fields import shapes
from matcher.readers.fields.joined import fields_of
from matcher.readers.fields.labels import WHO
from matcher.readers.fields.people import led, of_post
from matcher.readers.fields.values import one_line
from matcher.readers.fields.words import REACHED

_LONGEST_WORD = settings.letters("readers.value_shapes.word")
_NUMBER_OF_BODY = re.compile(  # no phone: (company no. 0712345)
    r"(?<=\S)\s*+[（(](?![^()（）]*(?:电话|手机|座机|传真|(?i:tel|phone|mobile|fax)))[^()（）\d]*(?:\b(?i:no|nr|number|reg|id)\b\.?|[号码])\W*\d[^()（）]*[)）]$"
)
_REGISTERED = re.compile(
    r"(?<=\S)\s*+[（(][^（()）]*(?:\d[\d ]{2,}\d|注册|登记)[^（()）]*[)）]$"
)  # Lakeside Network (EIN 41-5550127)


def applicant(field: str, text: str, *, unit_known: bool) -> tuple[str, str, dict[str, str]]:
    """(field, value, values of other fields) of what stands under the name of an applicant, an institution, a phone or an address.

    "Lead applicant" and 申请者 are a person or an institution; `unit_known` says that the form has named that.

    >>> applicant("principal_investigator", "王某某，13800000000", unit_known=False)
    ('principal_investigator', '王某某', {'phone': '13800000000'})
    """
    if field not in (*WHO, *REACHED):
        return field, text, {}
    rest, beside = shapes.contacts(_NUMBER_OF_BODY.sub("", one_line(text)))
    body = _REGISTERED.sub("", rest)
    rest = body if field == WHO[0] or shapes.INSTITUTION.search(body) else rest
    if field not in WHO:
        beside.pop(field, "")
        called = shapes.looks_like_a_person(rest) and not fields_of(
            rest
        )  # 手机 between two numbers is nobody
        text = text.replace(rest, "", 1) if called else text
        return field, shapes.reached_by(field, text), beside | ({"contact": rest} if called else {})
    of_person = field == "principal_investigator"
    person, unit = shapes.person_and_unit(rest)
    if unit:
        beside["organisation" if of_person else "principal_investigator"] = unit if of_person else person
        return field, person if of_person else unit, beside
    if of_person and (people := led(rest))[1]:
        return field, people[0], beside | {"members": people[1]}
    if of_person and not unit_known and shapes.INSTITUTION.search(rest):
        return "organisation", rest, beside
    if of_person and (of := of_post(rest))[0]:
        return field, of[0], beside | ({"organisation": of[1]} if of[1] else {}) | {"person": rest}
    return field, rest, beside


def is_body_rather(field: str, text: str, value: str) -> bool:
    """Whether a text is an institution by its end, and the `value` of that field a word that is none.

    >>> is_body_rather("organisation", "某某馆", "微信"), is_body_rather("organisation", "某某馆", "某院")
    (True, False)
    """
    word = len(value) <= _LONGEST_WORD and not value.isascii()
    return (
        field == WHO[0]
        and word
        and not shapes.names_one("partners", value)
        and shapes.names_one("partners", text)
    )
