"""A guide as JSON, out and back unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, get_args

from matcher.errors import GuideError
from matcher.message import Catalogue, restored, stored
from matcher.numerals import read_digits
from matcher.types import AuditLine, Guide, Office, OfficeSource, Role, Topic

say = Catalogue(__file__)

_ID = re.compile(r"(\d+)-(\d+)")


def to_json(guide: Guide) -> dict[str, object]:
    """The guide in the form that `guide --json` writes."""
    return {
        "id": guide.id,
        "title": guide.title,
        "topics": [_topic_json(t) for t in guide.topics],
        "audit": [{"line": a.line, "role": a.role, "text": a.text} for a in guide.audit],
        "findings": list(map(str, guide.findings)),
    }


def _topic_json(topic: Topic) -> dict[str, object]:
    office = topic.office
    return {
        "id": topic.id,
        "code": topic.code,
        "section": topic.section,
        "number": topic.number,
        "title": topic.title,
        "content": topic.content,
        "slots": dict(topic.slots),
        "office": office and {"name": office.name, "phone": office.phone, **({"person": office.person} if office.person else {})},
        "office_source": topic.office_source,
        "lines": list(topic.lines),
    }  # fmt: skip


def from_json(form: Mapping[str, Any], name: str, digest: str) -> Guide:
    """The guide that `to_json` wrote, or a list of topics written by hand in that form.

    Ids that are missing are counted; GuideError names the topic that has no title or repeats an id.
    """
    topics: list[Topic] = []
    sections: dict[str, int] = {}
    for place, row in enumerate(form["topics"], 1):
        if not isinstance(row, dict) or not str(row.get("title") or "").strip():
            raise GuideError(say("serial.no title", name=name, place=place))
        topics.append(_topic(row, place, topics, sections))
        if any(t.id == topics[-1].id for t in topics[:-1]):
            raise GuideError(say("serial.twice", name=name, id=topics[-1].id))
    roles: dict[object, Role] = {role: role for role in get_args(Role)}
    lines = form.get("audit") or ()
    audit = tuple(
        AuditLine(int(a["line"]), roles.get(str(a["role"]), "outside"), str(a["text"])) for a in lines
    )
    findings = tuple(map(restored, form.get("findings") or ()))
    return Guide(
        str(form.get("id") or name), str(form.get("title") or name), tuple(topics), audit, findings, digest
    )


def _topic(row: Mapping[str, Any], place: int, before: list[Topic], sections: dict[str, int]) -> Topic:
    section = str(row.get("section") or "")
    written = _ID.fullmatch(str(row.get("id") or ""))
    group = int(written[1]) if written else sections.get(section, max(sections.values(), default=0) + 1)
    sections.setdefault(section, group)
    used = [int(t.id.split("-")[1]) for t in before if t.id.startswith(f"{group}-")]
    number = read_digits(str(row.get("number") or "").strip()) or (
        int(written[2]) if written else max(used, default=0) + 1
    )
    slots = row.get("slots") or {}
    office = _office(row)
    source: OfficeSource = next((s for s in get_args(OfficeSource) if s == row.get("office_source")), "none")
    if office is None:
        source = "none"
    elif source == "none":
        source = "stated"  # an office that a person filled in
    lines = row.get("lines") or [place, place]
    return Topic(
        str(row["id"]) if written else f"{group}-{number:02d}", section, number, str(row["title"]), str(row.get("content") or ""),
        office, source, (int(lines[0]), int(lines[1])), str(row.get("code") or ""),
        tuple((str(k), str(v)) for k, v in sorted(slots.items())),
    )  # fmt: skip


def _office(row: Mapping[str, Any]) -> Office | None:
    """An object {name, phone}, or a name with the phone beside it."""
    office = row.get("office")
    if isinstance(office, Mapping):
        name, phone, person = (str(office.get(key) or "") for key in ("name", "phone", "person"))
    else:
        name, phone, person = str(office or ""), str(row.get("phone") or ""), str(row.get("person") or "")
    return Office(name, phone, person) if name or phone else None


def loads(raw: bytes, name: str, digest: str) -> Guide | None:
    """The guide in the bytes of a .json file; None where it holds no object or list of topics."""
    try:
        form = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    form = {"topics": form} if isinstance(form, list) else form
    topics = form.get("topics") if isinstance(form, dict) else None
    return from_json(form, name, digest) if isinstance(topics, list) and topics else None


def as_bytes(guide: Guide) -> bytes:
    """The guide as a JSON file that `loads` reads, its findings in both languages."""
    form = to_json(guide) | {"findings": list(map(stored, guide.findings))}
    return json.dumps(form, ensure_ascii=False).encode("utf-8", "surrogatepass")
