"""Who of several persons in one value leads, and what of a person's value is the name."""

from __future__ import annotations

import re

from matcher import settings
from matcher.readers.fields.shapes import OFFICE_END, UNITS, looks_like_a_person
from matcher.segment import HAN

_LONGEST_POST = settings.letters("readers.value_shapes.longest_post")
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]$")
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


def of_post(text: str) -> tuple[str, str]:
    """(person, institution or "") of a name before more than a post: of where, what else; ("", "") for others.

    >>> of_post("王某某，某某股份有限公司副行长。课题组其他成员：李某"), of_post("王某某（教授）")
    (('王某某', '某某股份有限公司'), ('', ''))
    """
    person, *rest = map(str.strip, re.split("[,，、（(。；;\\n）)]", text))
    surname = person.isascii() and " " not in person  # HOLLAND, Teresa Jo
    if surname or not looks_like_a_person(person) or OFFICE_END.search(person):
        return "", ""
    if len("".join(rest)) < _LONGEST_POST:
        return "", ""
    unit = next(filter(None, map(_OF_UNIT.match, rest[:2])), None)
    return person, str(unit[1]) if unit else ""
