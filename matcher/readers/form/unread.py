"""What of a form stands in none of its fields and sections, and which of its fields have a rival or nothing, so that it can be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from matcher import settings
from matcher.language import is_latin
from matcher.message import SEMICOLON, Catalogue, Message, joined
from matcher.readers.blocks import BETWEEN_CELLS, Document, excerpt
from matcher.readers.fields.in_lines import label_of, labels_in, with_values
from matcher.readers.fields.labels import WHO, field_name
from matcher.readers.fields.shapes import INSTITUTION, MOST_LINES, contacts, fits, mentioned, mentions
from matcher.readers.fields.values import is_empty, is_hint, is_own_title, is_prose, value_of
from matcher.readers.fields.words import REACHED
from matcher.readers.form.headings import (
    ENDS,
    LONGEST_UNKNOWN,
    OpenSection,
    is_contents,
    is_outline,
    lines_alone,
    rows_in,
)
from matcher.readers.form.roles import is_serial_head
from matcher.segment import NOT_LETTERS, fold
from matcher.types import Section

say = Catalogue(__file__)

_SHORTEST = settings.letters("readers.unread.shortest")
_MOST = settings.count("readers.unread.most")
_MOST_GAPS = settings.count("readers.unread.most_gaps")
_LATIN = settings.factor("readers.unread.latin")
_COVER = settings.letters("readers.unread.cover")
MOST_LOOKED = settings.lines("readers.unread.most_looked")
_MOST_CELLS = settings.count("readers.unread.most_cells")
_SHOWN = settings.characters("readers.skipped.shown")
_LONGEST_VALUE = settings.letters("readers.value_shapes.longest_value")
# Fields that are said where the document names them and none was read, and those of which a second value is said.
WANTED = ("title", "declared", *WHO, *REACHED)
_NAMES = frozenset((*WANTED, "contact", "members", "partners", "recommender"))
APPLICANT = WANTED[1:]
_LISTED = frozenset((*WHO, "members", "partners"))


def unread(
    document: Document,
    fields: Mapping[str, str],
    sections: Sequence[Section],
    rivals: Iterable[tuple[str, str, str]] = (),
) -> list[Message]:
    """Notes of the texts that are in no field and no section, and of the fields that lack a value; [] where all was read.

    `rivals` are (field, label, value) of what was read and not taken, for its field had a value.
    What stands under a label of no use to a match (职称), a hint of the template and the form's own name are none.
    """
    texts = [
        *fields.values(),
        *(text for s in sections if not _lists_people(s) for text in (s.heading, s.text)),
    ]
    taken = _Used([*fields.values()], fields.values())  # a second value in a section is one as well
    english = is_latin(fields.get("title", ""))  # a title in English beside a Chinese one says nothing new
    values = {
        f"{label.strip(' :：')}：{' '.join(value.split())}": bool(fields.get(field)) or fits(field, value)
        for field, label, text in rivals
        if field in _NAMES and (value := value_of(text)) and not taken.takes(value)
        if english or field != "title" or not is_latin(value)
    }
    notes = []
    if left := list(dict.fromkeys(_left(document, _Used([*texts, *values], fields.values())))):
        shown = _listed(left, _SHOWN)
        notes.append(say("unread.text", texts=shown))
    if also := [text for text, fit in values.items() if fit]:
        notes.append(say("unread.also", texts=_listed(also, _LONGEST_VALUE)))
    if odd := [text for text, fit in values.items() if not fit]:
        notes.append(say("unread.unlike", fields=_listed(odd, _LONGEST_VALUE)))
    return notes + _lacking(document, fields, bare=bool(sections) and not any(map(fields.get, WANTED)))


def _lists_people(section: Section) -> bool:
    """Whether a section that nobody knows is a table of persons or institutions, which no field took."""
    head = section.text.partition("\n")[0].split(BETWEEN_CELLS)
    named = (label_of(cell, column=True)[:1] for cell in head)
    return section.kind == "other" and len(head) > 1 and any(_LISTED.issuperset(p) for p in named if p)


def unsure(
    fields: Mapping[str, str], parts: Sequence[OpenSection], chosen: Sequence[OpenSection]
) -> list[Message]:
    """The note of a form's texts under names that nobody knows, by which it is judged or not, or that none has a name."""
    if not parts and chosen and any(map(fields.get, APPLICANT)):
        return [say("unread.no sections")]
    apart = [part for part in parts if id(part) not in map(id, chosen)]
    judged, left = ("；".join(_unnamed(each, bare=not parts)) for each in (chosen, apart))
    notes = [say("unread.judged", texts=judged)] if judged else []
    return [*notes, say("unread.not judged", texts=left)] if left else notes


def _unnamed(parts: Sequence[OpenSection], *, bare: bool) -> Iterator[str]:
    """The texts of sections under names that nobody knows, or under none but in a `bare` text, and below what looks like a heading."""
    for part in parts:
        if part.kind == "other" and is_prose("".join(part.lines)):
            heading = "" if part.lines[0].startswith(part.heading) else f"{part.heading}："
            yield excerpt([heading]) + excerpt(part.lines)
    yield from (excerpt(part.lines) for part in parts if not (part.kind or bare))
    for part in parts:
        yield from (f"{line}：{excerpt(after)}" for line, after in lines_alone(part.lines))


def _listed(texts: Sequence[str], longest: int) -> str:
    """Texts as a note shows them; one with the shape of a field's value is neither cut nor left out."""
    listed = [*texts[:_MOST], *(text for text in texts[_MOST:] if mentioned(text))]
    shown = (text if len(text) <= longest or mentioned(text) else text[:longest] + "…" for text in listed)
    return "；".join(shown) + (f" …（{len(texts)}）" if len(texts) > len(listed) else "")


def _lacking(document: Document, fields: Mapping[str, str], *, bare: bool) -> list[Message]:
    """The note of the fields that a document, though it says who applies or is `bare` sections, was not read to have, with what they may be."""
    mention = mentions(document.lines)
    people = filter(None, (contacts(fields.get(field, ""))[0] for field in ("contact", "members")))
    mention["principal_investigator"] = [*people, *mention.get("principal_investigator", ())]
    applied = any(fields.get(f) or mention.get(f) for f in ("phone", "email", WHO[1], "category"))
    named = [
        (field, "、".join(mention.get(field, ())[:_MOST]))
        for field in ("title", "abstract", *APPLICANT)
        if not fields.get(field) and (mention.get(field) or field not in REACHED)
    ]
    if not (applied or bare) or not named:
        return []
    shown = ([field_name(field), say("unread.mention", text=text) if text else ""] for field, text in named)
    return [say("unread.lacking", fields=joined(map(joined, shown), SEMICOLON))]


# A line of a cover that gives a value under a name; those of 致：, 密级： and of a part's number give none of the proposal.
_PARTED = re.compile(r"[:：｜]|——|\s[-–—]\s|\s{2,}|[\t　]")
_NAMED_VALUE = re.compile(r"(?!致|密级|版本|当前位置|(?i:to|section|part)\b)[^:：]*\w[:：]\s*\w")


def named_value(line: str) -> list[tuple[str, str]]:
    """(name, value) of a line whose name nobody knows; [] for other lines, and for an institution before a part of it."""
    if (mark := _PARTED.search(line)) is None or mark.start() > LONGEST_UNKNOWN:
        return []
    name, value = line[: mark.start()], line[mark.end() :].strip()
    part = not mark[0].strip() and INSTITUTION.search(name)
    return [] if part else [(name.strip("> •◦▪·-*"), value)]


class _Used:
    """The texts that were read, as they are compared."""

    def __init__(self, texts: Sequence[str], values: Iterable[str]) -> None:
        self._lines = {_key(line) for text in texts for line in text.split("\n")}
        self._everything = "\n".join(map(_key, texts))
        pieces = (piece for value in values for piece in {value, *value.split("；")})
        self._values = sorted(filter(None, map(_key, pieces)), key=len, reverse=True)

    def __contains__(self, text: str) -> bool:
        key = _key(text)
        return not key or key in self._lines or key in self._everything

    def takes(self, text: str) -> bool:
        """Whether most of a value was read, in whatever fields and order."""
        rest = key = _key(text)
        for value in self._values:
            rest = rest.replace(value, "")
        return text in self or 2 * len(rest) < len(key)


def _key(text: str) -> str:
    return NOT_LETTERS.sub("", fold(text))


def _left(document: Document, used: _Used) -> Iterator[str]:
    """The texts of lines and cells that were not read and that no label of no use explains."""
    cover, looked = True, 0  # above the first label
    for number, cells, heading in rows_in(document):
        looked += len(cells) if len(cells) > 1 else 0
        if number > MOST_LINES or looked > _MOST_CELLS:
            yield f"> {MOST_LINES} / {_MOST_CELLS}"
            return
        cover = cover and not any(label_of(cell) or any(True for _ in labels_in(cell)) for cell in cells)
        alone = len(cells) == 1 and len(cells[0]) <= _COVER and cells[0][-1:] not in ENDS
        standing = alone and (heading or (cover and not _NAMED_VALUE.match(cells[0])))
        label: str | None = None  # to the left, "" for one whose value is of no use or stands there
        for cell in cells:
            reached = bool(mentioned(cell, REACHED))
            places = label_of(cell, column=True, loose=True) if len(cells) > 1 and not reached else ()
            if places:
                label = cell if places[0] in _NAMES else ""
            elif reached or not (standing or label is not None):
                yield from (left for line in cell.split("\n") if (left := _left_of_line(line.strip(), used)))
            elif label and not is_serial_head(cells[0]):  # 序号 | 成果名称 | 形式: all are names of columns
                text = value_of(cell)
                if text and not used.takes(text) and not is_latin(text):  # in English it is a translation
                    yield f"{label.strip(' :：')}：{' '.join(text.split())}"
                label = ""


def _left_of_line(line: str, used: _Used) -> str:
    """What of a line was not read; "" where it says nothing of the proposal or begins with a label."""
    labels = list(labels_in(line, loose=True))
    before = line[: labels[0].start].strip() if labels else line.lstrip("•◦▪·●◆-* ")
    silent = is_contents(line) or is_hint(line) or is_empty(line) or is_own_title(line) or label_of(line)
    if any(value not in used for _, value in mentioned(line, REACHED)):
        return " ".join(line.split())
    if silent or all(map(used.__contains__, line.split("\t"))):
        return ""
    values = (value.strip() for _, value in with_values(line, labels))
    if any(len(v) > _SHORTEST and v[-1] in ENDS and not is_outline(v) and not used.takes(v) for v in values):
        return " ".join(line.split())
    gaps = islice(re.finditer(" ", before), _MOST_GAPS)
    short = len(before) < (_LATIN if is_latin(before) else 1) * _SHORTEST and ":" not in fold(before[:-1])
    after = re.split("[:：]", before, maxsplit=1)[-1]
    if (
        (short and not mentioned(before))
        or (after == before and any(label_of(before[: gap.start()], column=True) for gap in gaps))
        or any(map(used.takes, (before, value_of(before), after)))
        or label_of(after)
    ):
        return ""
    return " ".join(before.split())
