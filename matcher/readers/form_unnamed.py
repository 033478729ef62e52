"""Fields of a form from names that nobody knows: the applicant by the shape of the value, the topic as a question."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from matcher import settings
from matcher.message import Message
from matcher.readers.form_part import Part
from matcher.readers.form_walk import Walk
from matcher.readers.labels import first_name, near
from matcher.readers.value_shapes import names_a_topic, shaped

_MOST = settings.count("readers.form_unnamed.most")
_SHOWN = settings.characters("readers.unread.shown")


def fill_unnamed(fields: dict[str, str], parts: Sequence[Part], walk: Walk) -> list[Message]:
    """Set the applicant, the institution and the declared topic from names that nobody knows, where no known one gave them.

    What may be the topic by its name alone is said and not taken.
    """
    named = {
        part.heading.rstrip("：: "): part.lines[0]
        for part in parts
        if part.kind == "other" and len(part.lines) == 1
    }
    unknown = [*named.items(), *walk.unknown]
    for label, value in unknown:
        if (field_ := shaped(label, value)) and not fields.get(field_):
            fields[field_] = value
    if "organisation" not in fields and "department" in fields:
        fields["organisation"] = fields["department"]
    if fields["declared"]:
        return []
    if topic := next((value for _, value in walk.areas if names_a_topic(value)), ""):
        fields["declared"] = topic
        return []
    if not walk.parts and not fields["title"]:
        return []  # no form: a text with colons in it
    names = [(k, v) for k, v in islice(unknown, _MOST) if v and k not in v]
    near_topic = [(k, v) for k, v in names if near(k, ("declared",))]
    return [
        Message(
            f"“{label}：{value[:_SHOWN]}”可能是{first_name('declared')}，没有采用",
            f"“{label}: {value[:_SHOWN]}” may be the declared topic and was not taken",
        )
        for label, value in dict.fromkeys([*walk.areas, *near_topic])
    ]
