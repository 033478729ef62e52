"""Names that ask for two things at once (姓名和单位, Applicant & affiliation), and what of a value answers which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from matcher import settings
from matcher.readers.form_labels import number_of
from matcher.readers.labels import fields_of
from matcher.readers.value_shapes import PHONE_BEHIND, looks_like_a_person, person_and_unit
from matcher.segment import HAN

_LONGEST = settings.characters("readers.pairs.longest")
_REMEMBERED = settings.chunk("readers.pairs.remembered")
_PAIRED = frozenset(("title", "declared", "organisation", "principal_investigator", "phone", "email"))
_JOINT = re.compile(r"[/、&]|以及|及其|及|和|与|\band\b", re.I)
_ABOVE = re.compile(r".*[_>→|]")  # Q3_负责人及单位
_ENDS = re.compile(r"\s*[/、;；\n]\s*")
# A person and an institution are also parted by a comma or a space, which titles hold themselves.
_WHO = ("organisation", "principal_investigator")
_ENDS_OF_WHO = re.compile(rf"\s*[/、;；\n,，]\s*|(?<=[{HAN}])\s+(?=[{HAN}])")


@lru_cache(maxsize=_REMEMBERED)
def pair_of(name: str) -> tuple[str, ...]:
    """The two fields that a name asks for; () for a name of one thing.

    >>> pair_of("姓名和单位"), pair_of("负责人/电话"), pair_of("研究内容和方法")
    (('principal_investigator', 'organisation'), ('principal_investigator', 'phone'), ())
    """
    own = number_of(_ABOVE.sub("", name))[2]
    parts = _JOINT.split(own.strip(" :：?？")) if len(own) < _LONGEST else []
    places = [[field for field, _ in fields_of(part)] for part in parts]
    if len(places) != 2 or not all(places):
        return ()
    # A bare name beside an institution or a phone is a person's.
    bare = "title" in places[0] and _WHO[1] in places[0] and places[1][0] != "declared"
    pair = (_WHO[1] if bare else places[0][0], places[1][0])
    return pair if _PAIRED.issuperset(pair) and pair[0] != pair[1] else ()


def parted(pair: tuple[str, ...], text: str) -> Mapping[str, str]:
    """The values of the two fields of a pair in one text; {} where it cannot be told which is which."""
    if pair in ((), ("declared", "title")):
        return dict.fromkeys(pair[:1], text)  # 指南代码/名称
    who = set(pair) == set(_WHO)
    if who and (both := person_and_unit(text.strip()))[1]:
        return dict(zip(reversed(_WHO), both, strict=True))
    pieces = [piece for piece in (_ENDS_OF_WHO if who else _ENDS).split(text.strip(), maxsplit=1) if piece]
    if len(pieces) == 2:
        people = [looks_like_a_person(piece) for piece in pieces]
        turned = who and people[0] != people[1] and not people[pair.index(_WHO[1])]
        return dict(zip(pair, reversed(pieces) if turned else pieces, strict=True))
    phone = PHONE_BEHIND.search(text)
    if "phone" in pair and phone is not None:
        other = pair[1 - pair.index("phone")]
        return {"phone": phone[1], other: text[: phone.start()].strip(" :：,，")}
    return {pair[0]: text} if len(pieces) == 1 and "phone" in pair else {}
