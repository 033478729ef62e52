"""The topic that a proposal is filed under: the declared one, else the only topic of the guide that its form names in another place."""

from __future__ import annotations

import re

from matcher import settings
from matcher.message import COMMA, Catalogue, joined
from matcher.readers.fields.declared import CLAIM
from matcher.segment import fold
from matcher.triage.declared import SURE_SHARE, Declared, DeclaredReader
from matcher.triage.patterns import LABEL, codes_of_date, letters, share
from matcher.types import Proposal, Section, Topic

say = Catalogue(__file__)

# What parts the name of a section, a code and a title: 生物医药 > 创新中药研制（代码 2.1）
_AROUND = " -–—·>.。"
_BETWEEN = re.compile(r"\s*(?:[>|·()\[\]【】〔〕:；;、/]|[—–]+|\s-\s|\s{2,})\s*")

_NUMBERS = re.compile(r"^[a-z]{0,3}\d+|第?\d+[题项个号条]?$")
_LEAST = settings.share("triage.filed.least")


def filed(reader: DeclaredReader, proposal: Proposal, *, number: bool = False) -> Declared:
    """What a proposal declares; where that is nothing or no topic, what else in its form is one topic's name and no more.

    Two places that name different topics are asked about, but lines above all fields are none then: they may be the guide's list.
    """
    declared = reader.read(proposal.declared, number=number)
    places = [(s, id_) for s in proposal.sections if s.kind == CLAIM and (id_ := named(reader, s.text))]
    # A bare number may count something else.
    under = [(s, id_) for s, id_ in places if s.heading and (_rest(s.text) or not declared.topic_id)]
    if not under and len({id_ for _, id_ in places}) == 1 and not declared.topic_id:
        under = places[:1]
    topics = dict.fromkeys([*filter(None, [declared.topic_id]), *(id_ for _, id_ in under)])
    shown = joined((_written(place) for place, id_ in under if id_ != declared.topic_id), COMMA)
    if not shown.zh:
        return declared
    if len(topics) > 1:
        return Declared(declared.text or shown, None, tuple(topics), say("filed.several", places=shown))
    topic = next(iter(topics))
    return Declared(shown, topic, note=say("filed.beside", topic=topic))


def _written(place: Section) -> str:
    return f"{place.heading}：{place.text}" if place.heading else place.text


def named(reader: DeclaredReader, text: str) -> str | None:
    """The topic whose code, title or both a text is, with no more than its section's name beside them; None for any other text."""
    plain = fold(text).strip(_AROUND)
    for parts in ([plain], [part for part in _BETWEEN.split(plain) if letters(part)]):
        topics = [None if codes_of_date(part) else reader.read(part).topic_id for part in parts]
        named_ = {
            id_ for part, id_ in zip(parts, topics, strict=True) if id_ and _is_name(part, reader.topics[id_])
        }
        if len(named_) == 1:
            topic = reader.topics[named_.pop()]
            if all(
                id_ == topic.id or _rest(part) in letters(topic.section)
                for part, id_ in zip(parts, topics, strict=True)
            ):
                return topic.id
    return None


def _rest(part: str, title: str = "") -> str:
    """The letters of a part of a text without a title, and without the label and the numbers around it."""
    return _NUMBERS.sub("", letters(LABEL.sub("", part)).replace(title, ""))


def _is_name(part: str, topic: Topic) -> bool:
    """Whether what was read as a topic is its name and no more: its code, also with its section, or most of its title."""
    title = letters(topic.title)
    rest = _rest(part, title)
    if rest in letters(topic.section) or rest in letters(topic.code):
        return True
    return _LEAST * len(title) <= len(rest) <= len(title) and share(rest, title) >= SURE_SHARE
