"""A guide as JSON, out and back unchanged; and as the workbook and the table that people edit."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from matcher.errors import GuideError
from matcher.message import COMMA, Catalogue, Message, joined, restored, stored
from matcher.numerals import read_digits
from matcher.screen import spoken
from matcher.segment import fold
from matcher.sheet import forms, harmless, known, save_workbook
from matcher.types import AuditLine, Guide, Office, OfficeSource, Role, Topic

say = Catalogue(__file__)

_ID = re.compile(r"(\d+)-(\d+)")

# The keys of a topic in the JSON form and of its slots, each a column of the workbook.
_TOPIC = (
    "id", "code", "section", "number", "title", "content", "office", "phone", "person", "email", "office_source", "lines",
)  # fmt: skip
SLOT_NAMES = ("indicators", "support", "budget", "duration", "conditions", "other")
# By which a workbook in one language is known, whose other names anybody's may have.
_OURS = ("id", "title", "office_source", "lines")
_OFFICE = ("name", "phone", "person", "email")
_OfficeOf = tuple[str, str, tuple[str, ...]]  # lines of a topic, and what its office has of _OFFICE
_CELL = 32_000  # characters that fit in one cell of a workbook (Excel's limit is 32,767)
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_x(?=[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


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
        "office": office and {key: text for key, text in asdict(office).items() if text or key in ("name", "phone")},
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
        if not isinstance(row, dict) or not fold(str(row.get("title") or "")).strip():
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
    held = row.get("office")
    form = held if isinstance(held, Mapping) else {**row, "name": held}
    office = Office(*(str(form.get(key) or "") for key in _OFFICE))
    return office if office.name or office.reached_at else None


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


def write_workbook(guide: Guide, path: Path) -> None:
    """The guide as a workbook: topics on the first sheet, the unread lines on the second, the rest on the third."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = spoken(_name("sheet.topics"))
    _write(book.active, _topic_rows(guide.topics))
    lines = [a for a in guide.audit if a.role in ("unread", "outside")]
    rows = [[str(a.line), a.role, a.text] for a in sorted(lines, key=lambda a: (a.role != "unread", a.line))]
    head = list(map(_name, ("line", "role", "text")))
    _write(book.create_sheet(spoken(_name("sheet.unread"))), [head, *rows])
    about = [["id", guide.id], ["title", guide.title], *(["finding", str(f)] for f in guide.findings)]
    about += [["line", str(a.line), a.role, a.text] for a in guide.audit]
    about += [["office", first, last, *office] for first, last, office in map(_office_of, guide.topics)]
    _write(book.create_sheet(spoken(_name("sheet.guide"))), about)
    save_workbook(book, path)


def from_workbook(raw: bytes, name: str) -> Guide | None:
    """The guide of a workbook that `write_workbook` wrote; None for any other workbook.

    A row without an id gets one in its section; a number that was changed changes the id.
    """
    from openpyxl import load_workbook

    listed, rest = _name("sheet.topics"), _name("sheet.guide")
    try:
        # Most workbooks are none of ours, which the names of their sheets say without their cells.
        names = forms(load_workbook(io.BytesIO(raw), read_only=True).sheetnames, (listed, rest))
        if len(names) < 2:
            return None
        book = load_workbook(io.BytesIO(raw), read_only=False, data_only=True)
    except Exception:  # not a workbook at all: the document reader says what is wrong with it
        return None
    topics_sheet, rest_sheet = names  # in the order in which they were asked for
    rows = _read(book[topics_sheet])
    bases = [re.sub(r" \(\d+\)$", "", name) for name in rows[0]] if rows else []  # of columns that go on
    header = known(bases, [*map(_name, (*_TOPIC, *SLOT_NAMES))])
    if not set(map(_name, _OURS[:2] if topics_sheet == listed else _OURS)) <= set(header):
        return None
    topics = [_record(header, row) for row in rows[1:] if any(cell.strip() for cell in row)]
    if not topics:
        raise GuideError(say("mending.no topics", name=name, sheet=listed))
    about = [[_unescaped(cell) for cell in row] for row in _read(book[rest_sheet])]
    form: dict[str, Any] = {row[0]: row[1] for row in about if row and row[0] in ("id", "title")}
    form["topics"] = topics
    form["findings"] = [row[1] for row in about if row and row[0] == "finding"]
    form["audit"] = [{"line": r[1], "role": r[2], "text": r[3]} for r in about if r and r[0] == "line"]
    # Empty cells end a row early.
    offices = [[*row, "", "", "", ""] for row in about if row and row[0] == "office"]
    read = {(first, last, tuple(office[: len(_OFFICE)])) for _, first, last, *office in offices}
    guide = from_json(form, name, sha256(raw).hexdigest())
    return _by_hand(guide, read) if read else guide


def topic_record(topic: Topic) -> dict[str, str]:
    """A topic as the row of a table that people edit: column -> text."""
    office = topic.office
    values = {
        "id": topic.id, "code": topic.code, "section": topic.section, "number": str(topic.number), "title": topic.title,
        "content": topic.content, "office": office.name if office else "", "phone": office.phone if office else "",
        "person": office.person if office else "", "email": office.email if office else "",
        "office_source": topic.office_source,
        "lines": f"{topic.lines[0]}-{topic.lines[1]}", **dict(topic.slots),
    }  # fmt: skip
    return {_name(key): values.get(key, "") for key in (*_TOPIC, *SLOT_NAMES)}


def _name(of: str) -> Message:
    """What a column or a sheet is called: the workbook is read back by it, in any language."""
    return say(f"mending.workbook.{of}")


def from_records(records: Sequence[Mapping[str, str]], guide: Guide, name: str) -> Guide:
    """`guide` with the topics of edited rows; GuideError names the row without a title or with a used number."""
    form = to_json(guide) | {"topics": [_form(record) for record in records]}
    hand = say("mending.by hand").zh  # how the finding on such offices begins
    form["findings"] = [stored(f) for f in guide.findings if str(f).startswith(hand)]
    mended = _by_hand(from_json(form, name, ""), set(map(_office_of, guide.topics)))
    return replace(mended, sha256=sha256(as_bytes(mended)).hexdigest())


def _by_hand(guide: Guide, read: Collection[_OfficeOf]) -> Guide:
    """`guide` with a finding that names the topics whose office a person wrote; it is stated for them, whatever it was.

    `read` holds the offices before the edits; topics that were split or merged keep one that another topic had.
    """
    places, offices = {key[:2] for key in read}, {key[2] for key in read}
    keys = [(t.id, _office_of(t)) for t in guide.topics if t.office is not None]
    edited = [at for at, key in keys if not (key in read if key[:2] in places else key[2] in offices)]
    if not edited:
        return guide
    topics = tuple(replace(t, office_source="stated") if t.id in edited else t for t in guide.topics)
    note = say("mending.offices", heading=say("mending.by hand"), topics=joined(edited, COMMA))
    return replace(guide, topics=topics, findings=(*guide.findings, note))


def _office_of(topic: Topic) -> _OfficeOf:
    office = topic.office or Office("", "")
    return str(topic.lines[0]), str(topic.lines[1]), tuple(getattr(office, key) for key in _OFFICE)


def _topic_rows(topics: Sequence[Topic]) -> list[list[str]]:
    """A header and a row a topic; a text longer than a cell goes on in columns of its own."""
    records = [topic_record(t) for t in topics]
    names = [_name(key) for key in (*_TOPIC, *SLOT_NAMES)]
    safe = {name: [_safe(r[name]) for r in records] for name in names}
    header: list[str] = []
    columns: list[list[str]] = []
    for name in names:
        pieces = max([1, *(-(-len(t) // _CELL) for t in safe[name])])
        for i in range(pieces):
            header.append(spoken(name) + (f" ({i + 1})" if i else ""))
            columns.append([t[i * _CELL : (i + 1) * _CELL] for t in safe[name]])
    return [header, *map(list, zip(*columns, strict=True))] if records else [header]


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda m: f"_x{ord(m.group()[0]):04X}_" + m.group()[1:], text)


def _write(sheet: Any, rows: Sequence[Sequence[str]]) -> None:
    parted = sheet.title == spoken(_name("sheet.topics"))  # into cells, and escaped, before
    for at, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(at, column)
            cell.value = text if parted else _safe(spoken(text))[:_CELL]
            cell.data_type = "s"  # a text that begins with = is no formula …
            cell.quotePrefix = harmless(text).startswith("'")  # … nor after somebody edited its cell
    for letter, width in zip("ABCDEFGHIJKL", (8, 12, 16, 8, 40, 60, 20, 20, 12, 20, 10, 10), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _read(sheet: Any) -> list[list[str]]:
    rows = ([int(v) if isinstance(v, float) and v.is_integer() else v for v in row] for row in sheet.values)
    return [["" if v is None else str(v) for v in row] for row in rows]


def _record(header: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
    """A row of the topics' sheet in the JSON form; columns that go on are joined."""
    texts: dict[str, str] = {}
    for name, text in zip(header, row, strict=False):
        texts[name] = texts.get(name, "") + text
    return _form({name: _unescaped(text) for name, text in texts.items()})


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


def _form(record: Mapping[str, str]) -> dict[str, Any]:
    form: dict[str, Any] = {key: record.get(_name(key), "") for key in _TOPIC}
    form["slots"] = {key: text for key in SLOT_NAMES if (text := record.get(_name(key)))}
    lines = re.fullmatch(r"\s*(\d+)(?:\s*[-–—]\s*(\d+))?\s*", str(form["lines"]))
    form["lines"] = [int(lines[1]), int(lines[2] or lines[1])] if lines else None
    number, written = str(form["number"]).strip(), str(form["id"]).strip()
    if number.isdigit() and re.fullmatch(r"\d+-\d+", written):
        # The number is what people change; the id follows it.
        form["id"] = f"{written.split('-')[0]}-{int(number):02d}"
    return form
