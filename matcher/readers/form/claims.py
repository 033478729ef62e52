"""What of a form names its topic, or may name it for who knows the guide: values under other names, and lines above all fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from matcher import settings
from matcher.message import Catalogue, Message
from matcher.readers.fields.declared import (
    CLAIM,
    Claim,
    is_titled_code,
    names_a_subject,
    of_guides,
    of_own_kind,
    topic_in,
)
from matcher.readers.fields.labels import first_name, label_key
from matcher.readers.fields.learnt import near
from matcher.readers.fields.shapes import is_code, is_date, names_a_topic
from matcher.readers.fields.values import latin_factor, value_of
from matcher.readers.fields.words import SAY_IT
from matcher.readers.form.answers import AREA
from matcher.readers.form.headings import ENDS, OpenSection
from matcher.readers.form.walk import FormWalk
from matcher.segment import fold
from matcher.types import Section

say = Catalogue(__file__)

_SHORT = settings.characters("readers.form.least")
_LONGEST = settings.characters("readers.form.longest_title")
_MOST = settings.count("readers.form_fields.most")
_SHOWN = settings.characters("readers.skipped.shown")
# Names of kinds that may be those of the guide; what is studied, where and by whom has others.
_OF_TOPICS = re.compile("^(?!.*学[科门]).*(?:类别|分类|组别|领域|计划|类$)")
_OF_WORK = re.compile("任务|课题")
# Names of topics that a form is not filed under, or of what its people study.
_ELSEWHERE = re.compile(
    r"不|非|未|曾|已|在研|其[他它]|另|同期|第[二三]|[备次]选|调剂|成员|参[与加]|申[请报]人|申请者|负责人|主持人|专家|导师|意见|建议"
    r"|(?i:\b(?:not|no|none|other|second|alternative|previous|past|earlier|related|members?|reviewers?|co)\b)"
)
_TICKED = re.compile(r"[-*+•]?\s*(?:[☑☒■●√✓✔✅]|[\[［]\s*[xX√✓✔]\s*[\]］]|[(（][xX√✓✔●][)）](?=\s))")


def topics_of(walk: FormWalk) -> list[Claim]:
    """What is the declared topic by its name, or by its value under names nobody knows; what else it may be is kept apart."""
    parts = [(part.heading, "".join(part.lines)) for part in walk.parts if part.kind == "other"]
    unknown = (pair for pair in (*parts, *walk.unknown) if AREA.search(pair[0]) or _names_topic(pair[1]))
    areas = [
        Claim(k, topic) for k, v in (*walk.areas, *unknown) if len(v) <= _SHORT and (topic := topic_in(v))
    ]
    areas += _of_own_kind(walk, areas)
    topics = of_guides([*walk.topics, *areas], disciplined=walk.disciplined)
    studied = (c for c in walk.topics if walk.disciplined and c not in topics)
    walk.areas += [(c.label.strip(" :："), c.text) for c in studied]
    return topics


def _of_own_kind(walk: FormWalk, known: Sequence[Claim]) -> list[Claim]:
    """Values of one line that tell their kind and number by the word of their name, or a code and a title where it is like a topic's.

    The only one of its kind: a form's own goals are several.
    """
    lines = [*walk.loose, *(line for part in walk.parts for line in part.lines)]
    parts = ((part.heading, value_of("\n".join(part.lines))) for part in walk.parts)
    likely = []
    for label, value in chain(parts, ((k.label, k.text) for k in walk.kinds), walk.unknown):
        if not value or "\n" in value or len(value) > _LONGEST * latin_factor(value) or value[-1] in ENDS:
            continue
        kind = of_own_kind(label, value)
        alone = kind and sum(of_own_kind(label, line.strip()) not in ("", kind) for line in lines) == 0
        if alone or (is_titled_code(value) and (near(label, ("declared",)) or AREA.search(fold(label)))):
            likely.append(Claim(label.strip(" :："), value))
    texts = {claim.text for claim in (*known, *walk.topics)}
    return [claim for claim in dict.fromkeys(likely) if claim.text not in texts]


def chosen_kind(walk: FormWalk) -> str:
    """The one kind that was chosen of those of a form that asks for no topic, where it tells of what the work is: 专科护理; "" for none."""
    named = [k.text for k in walk.kinds if _OF_TOPICS.search(label_key(k.label)) and names_a_subject(k.text)]
    asked = "declared" in walk.blank or len(named) != 1
    return "" if asked or len(named[0]) > _LONGEST else named[0]


def _names_topic(value: str) -> bool:
    """Whether a value under a name nobody knows is a topic by itself (方向3 智能运检), and no part of the work (任务一)."""
    return names_a_topic(value) and not _OF_WORK.match(value)


def unknown_values(parts: Sequence[OpenSection], walk: FormWalk) -> list[tuple[str, str]]:
    """(name, value) under names that nobody knows."""
    single = (part for part in parts if part.kind == "other" and len(part.lines) == 1)
    rows = ([part.heading.rstrip("：: "), *part.lines[0].split(" | ")] for part in single)
    pairs = (zip(cells[::2], cells[1::2], strict=True) for cells in rows if len(cells) % 2 == 0)
    return [*dict(chain.from_iterable(pairs)).items(), *walk.unknown]


def may_be_declared(claimed: Sequence[Section], fields: Mapping[str, str]) -> list[Message]:
    """What to say of claims whose name is one of topics, where nothing is declared; nothing of a text that is no form."""
    shown = (c for c in claimed if c.heading and (AREA.search(c.heading) or near(c.heading, ("declared",))))
    return [
        say("form.may be declared", label=c.heading, value=c.text[:_SHOWN], declared=first_name("declared"))
        for c in (shown if not fields.get("declared") else ())
    ]


def claims(walk: FormWalk, fields: Mapping[str, str]) -> list[Section]:
    """What may name the topic besides the declared one, with its name, "" for a line above all fields: the guide tells whether it does.

    They are sections by which no form is judged. Nothing under a name that speaks of another topic, or is like none of a
    topic's but of ticked boxes; a bare code only where a topic is asked for.
    """
    known = (fields.get("title", ""), fields.get("declared", ""))
    claimed = dict.fromkeys(
        Claim(label.strip(" :："), text)
        for label, text in _claimed(walk)
        if text and len(text) <= _LONGEST * latin_factor(text) and text not in known and not is_date(text)
        if not _ELSEWHERE.search(label) and "。" not in text[:-1] and text[-1] not in ENDS
    )
    return [Section(CLAIM, *claim, None) for claim in islice(claimed, _MOST)]


def _claimed(walk: FormWalk) -> Iterator[tuple[str, str]]:
    """(name, value) of all that may name a topic."""
    alone = (part for part in walk.parts if part.kind in SAY_IT and len(part.lines) == 1)
    people = "\n".join(line for part in walk.parts if part.kind == "members" for line in part.lines)
    asked = ((label, text) for field, label, text in walk.rivals if field == "declared")
    yield from (pair for pair in asked if pair[1] not in people)  # what each of them studies
    # A value under a name that is like those of a topic may be a bare code.
    for label, value in [*walk.areas, *walk.kinds, *((part.heading, part.lines[0]) for part in alone)]:
        if not is_code(value) or near(label, ("declared",)):
            yield label, value_of(value)
    for label, value in islice(unknown_values(walk.parts, walk), _MOST):
        if _TICKED.search(value) or near(label, ("declared",)):
            yield label, value_of(value)
    boxes = ((part.heading, line) for part in walk.parts if part.kind == "other" for line in part.lines)
    ticked = chain(boxes, (("☑", line) for line in walk.loose))
    yield from ((label, value_of(line)) for label, line in ticked if _TICKED.match(line))
    heads = [part.heading for part in walk.parts[:1] if not part.lines and not walk.cover]
    yield from (("", line) for line in heads or walk.cover[: walk.leading] if not is_code(line))
