"""Offices: from "战略规划处 58832991" to a name and its phones."""

from __future__ import annotations

import re
from dataclasses import replace

from matcher.guide import layouts
from matcher.guide.units import Source
from matcher.types import Office

_TRIM = " \t，,、;；:：/|。.—-"
_WORDS = re.compile(r"(?:联系|咨询|办公)?(?:电话|方式)\s*:?|(?i:\b(?:tel(?:ephone)?|phone)\b\.?\s*:?)")
_BRACKETS = str.maketrans("（【［", "([[") | str.maketrans("）】］", ")]]")


def parse_office(text: str) -> Office | None:
    """The office that `text` (what follows 对接处室：) names; several names or phones are joined by 、.

    None if nothing is left of it. Names keep their original characters.
    """
    source = Source([(0, text)])
    spans: list[tuple[int, int]] = []
    phones: list[str] = []
    for match in layouts.PHONE.finditer(source.text):
        phone = match.group().strip()
        if phone.count("(") != phone.count(")"):
            phone = phone.strip("( ")
        if phone not in phones:
            phones.append(phone)
        spans.append(match.span())
    spans += [match.span() for match in _WORDS.finditer(source.text)]
    names: list[str] = []
    at = 0
    for start, end in [*sorted(spans), (len(source.text), len(source.text))]:
        name = _name(source.slice(at, max(at, start)))
        if name and name not in names:
            names.append(name)
        at = max(at, end)
    return Office("、".join(names), "、".join(phones)) if names or phones else None


def _name(piece: str) -> str:
    """A name without the marks around it and without the half bracket that its phone left behind."""
    name = piece.strip(_TRIM)
    folded = name.translate(_BRACKETS)
    while name and (folded[-1] in "([" or folded[0] in ")]"):
        name = (name[:-1] if folded[-1] in "([" else name[1:]).strip(_TRIM)
        folded = name.translate(_BRACKETS)
    if (
        folded
        and folded[0] in "(["
        and folded.count(folded[0]) > folded.count(")" if folded[0] == "(" else "]")
    ):
        name = name[1:].strip(_TRIM)
    return name if any(c.isalpha() for c in name) else ""


def merge_phone(office: Office, text: str) -> Office:
    """The office with the phones of a line of its own (联系电话：…) added."""
    more = parse_office(text)
    if more is None or not more.phone:
        return office
    return replace(office, phone="、".join(p for p in (office.phone, more.phone) if p))
