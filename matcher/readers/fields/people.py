"""Who of several persons in one value leads, and what of a person's value is the name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher import settings
from matcher.readers.fields.shapes import HONORIFIC, OFFICE_END, UNITS, looks_like_a_person
from matcher.segment import HAN

_LONGEST_POST = settings.letters("readers.value_shapes.longest_post")
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]$")
_SURNAME = re.compile(r"(?<![a-z])(?:family|last|sur)[ _]?name", re.I)
_FORENAME = re.compile(r"(?<![a-z])(?:given|first|other|middle|fore|christian)[ _]?names?", re.I)
_ITEM = re.compile(r"[(（]?\d{1,2}[.、．)）]\s*(?=\D)")
_LEADS = re.compile(
    r"(?<!\s)\s*+[(（](?:组长|(?:[项课][目题])?负责人?|主持人?|牵头人?|(?i:lead|pi|principal investigator))[)）]"
)
_SET_APART = re.compile(rf"(?<=^[{HAN}])\s+(?=[{HAN}]$)")  # 郭　靖, as wide as a name of three
_OF_UNIT = re.compile(rf"([{HAN}]{{2,24}}(?:{UNITS}))(?:[{HAN}]{{0,6}}(?:[长授师员任]|经理|书记))?$")


def led(text: str) -> tuple[str, str]:
    """(who leads, the others) of several persons in one text, of whom the first leads; (text, "") for others.

    >>> led("王某某、李某、赵某"), led("王某某；教授")
    (('王某某', '李某、赵某'), ('王某某；教授', ''))
    """
    people = re.split(r"\s*[、;；\n]\s*", text.strip(" 、;；"))
    if len(people) < 2 or not all(looks_like_a_person(_BRACKET.sub("", person)) for person in people):
        return text, ""
    return people[0], "、".join(people[1:])


def listed_leader(text: str) -> tuple[str, Sequence[str]]:
    """(who leads, all but that one) of people with a line each that has a number, or one of which says who leads; (text, ()) for other texts.

    >>> listed_leader("1. Dr Ada Byron\\n2. Bo Li (PI), 0191 498 0044")
    ('Bo Li, 0191 498 0044', ['Dr Ada Byron'])
    """
    text = _SET_APART.sub("", text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    each = [_ITEM.sub("", line) for line in lines]
    names = [re.split(rf"[(（,，、]|(?<=[{HAN}])\s", person)[0].strip() for person in each]
    leads = next((n for n, person in enumerate(each) if _LEADS.search(person)), None)
    numbered = leads is not None or all(map(_ITEM.match, lines))
    if (
        len(each) < 2
        or not numbered
        or not all(looks_like_a_person(HONORIFIC.sub("", n).strip()) for n in names)
    ):
        return text, ()
    leader = _LEADS.sub("", each.pop(leads or 0))
    names.pop(leads or 0)
    return leader, names


def full_name(name: tuple[str, str], beside: Sequence[tuple[str, str]]) -> str:
    """The name of a person of whom a label gives the family's or the given `name` alone, and one `beside` it the other; "" for others.

    >>> full_name(("Surname", "Okafor"), [("Other names", "Dr Ada")]), full_name(("Name", "Ada Okafor"), [])
    ('Dr Ada Okafor', '')
    """
    for own, other in ((_SURNAME, _FORENAME), (_FORENAME, _SURNAME)):
        rest = next((value for label, value in beside if other.search(label)), "")
        if own.search(name[0]) and rest:
            return f"{rest} {name[1]}" if own is _SURNAME else f"{name[1]} {rest}"
    return ""


def of_post(text: str) -> tuple[str, str]:
    """(person, institution or "") of a name before more than a post: of where, what else; ("", "") for others.

    >>> of_post("王某某，某某股份有限公司副行长。课题组其他成员：李某"), of_post("王某某 女 1991年4月生 助理研究员"), of_post("王某某（教授）")
    (('王某某', '某某股份有限公司'), ('王某某', ''), ('', ''))
    """
    person, *rest = map(str.strip, re.split(rf"[,，、（(。；;\n）)]|(?<=[{HAN}])\s+", text))
    surname = person.isascii() and " " not in HONORIFIC.sub("", person).strip()  # Dr HOLLAND, Teresa Jo
    if surname or not looks_like_a_person(person) or OFFICE_END.search(person):
        return "", ""
    if len("".join(rest)) < _LONGEST_POST:
        return "", ""
    spaced = person == text.split()[0]  # 王某某 女 副教授 某某大学: no other person's
    unit = next(filter(None, map(_OF_UNIT.match, rest if spaced else rest[:2])), None)
    return person, str(unit[1]) if unit else ""
