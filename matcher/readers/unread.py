"""What of a form stands in none of its fields and sections, and which of its fields have a rival or nothing, so that it can be said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from matcher import settings
from matcher.message import Message
from matcher.readers.blocks import Document, Heading, Table
from matcher.readers.form_headings import Part, is_contents
from matcher.readers.form_labels import label_of, labels_in
from matcher.readers.form_values import is_empty, is_hint, is_own_title, is_prose, value_of
from matcher.readers.labels import first_name
from matcher.readers.losses import excerpt
from matcher.readers.value_shapes import contacts, mentioned, mentions
from matcher.segment import NOT_LETTERS, fold
from matcher.types import Section

_SHORTEST = settings.letters("readers.unread.shortest")
_MOST = settings.count("readers.unread.most")
_MOST_GAPS = settings.count("readers.unread.most_gaps")
_LATIN = settings.factor("readers.unread.latin")
_COVER = settings.letters("readers.unread.cover")
_MOST_LINES = settings.lines("readers.unread.most_lines")
MOST_LOOKED = settings.lines("readers.unread.most_looked")
_MOST_CELLS = settings.count("readers.unread.most_cells")
_SHOWN = settings.characters("readers.unread.shown")
_LONGEST_VALUE = settings.letters("readers.value_shapes.longest_value")
# Fields that are said where the document names them and none was read, and those of which a second value is said.
_WANTED = ("title", "declared", "organisation", "principal_investigator", "phone", "email")
_NAMES = frozenset((*_WANTED, "contact", "members", "partners", "recommender"))
_APPLICANT = ("declared", "organisation", "principal_investigator", "phone", "email")
_REACHED = ("phone", "email")
Unread = tuple[str, str]  # the field under whose name a text stands, "" for none; the text


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
    used = _Used(
        [*fields.values(), *(text for s in sections for text in (s.heading, s.text))], fields.values()
    )
    left = list(dict.fromkeys(_left(document, used)))
    said = "\n".join(_key(text) for _, text in left)
    left += [text for rival in rivals if _key(rival[2]) not in said for text in _left_of_value(*rival, used)]
    notes = []
    if texts := [text for field, text in left if not field]:
        shown = _listed(texts, _SHOWN)
        notes.append(Message(f"未归入任何栏目的文字：{shown}", f"text under no known label: {shown}"))
    english = fields.get("title", "").isascii()  # a title in English beside a Chinese one says nothing new
    if texts := [
        text for field, text in left if field and (english or field != "title" or not _value(text).isascii())
    ]:
        shown = _listed(texts, _LONGEST_VALUE)
        notes.append(Message(f"同一栏目另有内容，没有采用：{shown}", f"also there, and not taken: {shown}"))
    return notes + _lacking(document, fields)


def guessed_title(fields: Mapping[str, str]) -> list[Message]:
    """The note that a form's title is its first line; none for a text that says nothing of who applies."""
    title = fields.get("title", "")
    if not title or not any(map(fields.get, _APPLICANT)):
        return []
    return [
        Message(
            f"项目名称没有单独填写，取自首行：{title}",
            f"no title of its own, taken from the first line: {title}",
        )
    ]


def unsure(fields: Mapping[str, str], parts: Sequence[Part], chosen: Sequence[Part]) -> list[Message]:
    """The note of a form's texts under names that nobody knows, by which it is judged or not, or that none has a name."""
    if not parts and chosen and any(map(fields.get, _APPLICANT)):
        return [
            Message(
                "没有认出分栏，全文计入摘要", "no sections were recognised: it is judged by the whole text"
            )
        ]
    unknown = [part for part in parts if part.kind == "other" and is_prose("".join(part.lines))]
    shown = {
        id(p): excerpt(["" if p.lines[0].startswith(p.heading) else f"{p.heading}："]) + excerpt(p.lines)
        for p in unknown
    }
    judged = [text for key, text in shown.items() if key in map(id, chosen)]
    left = [text for key, text in shown.items() if key not in map(id, chosen)]
    judged += [excerpt(part.lines) for part in chosen if parts and not part.kind]
    notes = []
    if judged:
        texts = "；".join(judged)
        notes.append(
            Message(f"栏目名称不认识，计入摘要：{texts}", f"under unknown names, and judged: {texts}")
        )
    if left:
        texts = "；".join(left)
        notes.append(
            Message(f"栏目名称不认识，未计入摘要：{texts}", f"under unknown names, and not judged: {texts}")
        )
    return notes


def _listed(texts: Sequence[str], longest: int) -> str:
    """Texts as a note shows them; one with the shape of a field's value is neither cut nor left out."""
    listed = [*texts[:_MOST], *(text for text in texts[_MOST:] if mentioned(text))]
    shown = (text if len(text) <= longest or mentioned(text) else text[:longest] + "…" for text in listed)
    return "；".join(shown) + (f" …（{len(texts)}）" if len(texts) > len(listed) else "")


def _value(text: str) -> str:
    return text.partition("：")[2]


def _lacking(document: Document, fields: Mapping[str, str]) -> list[Message]:
    """The note of the fields that a document, though it says who applies, was not read to have, with what they may be."""
    mention = mentions(document.lines)
    people = filter(None, (contacts(fields.get(field, ""))[0] for field in ("contact", "members")))
    mention["principal_investigator"] = [*people, *mention.get("principal_investigator", ())]
    applied = any(
        fields.get(field) or mention.get(field) for field in ("phone", "email", "principal_investigator")
    )
    named = [
        (field, "、".join(mention.get(field, ())[:_MOST]))
        for field in _WANTED
        if not fields.get(field) and (mention.get(field) or field not in ("phone", "email"))
    ]
    if not applied or not named:
        return []
    return [
        Message(
            "没有读出：" + "；".join(first_name(f) + (f"（文中有“{v}”）" if v else "") for f, v in named),
            "not read: " + "; ".join(f + (f" (the text has “{v}”)" if v else "") for f, v in named),
        )
    ]


class _Used:
    """The texts that were read, as they are compared."""

    def __init__(self, texts: Sequence[str], values: Iterable[str]) -> None:
        self._lines = {_key(line) for text in texts for line in text.split("\n")}
        self._everything = "\n".join(map(_key, texts))
        self._values = sorted((key for key in map(_key, values) if key), key=len, reverse=True)

    def __contains__(self, text: str) -> bool:
        key = _key(text)
        return not key or key in self._lines or key in self._everything

    def takes(self, text: str) -> bool:
        """Whether most of a value was read, in whatever fields and order."""
        rest = key = _key(text)
        for value in self._values:
            rest = rest.replace(value, "")
        return text in self or 2 * len(rest) < len(key)


def unlooked(count: int) -> list[Message]:
    """The note that the end of a document of `count` lines and cells was read as text only; [] for shorter ones."""
    if count <= MOST_LOOKED:
        return []
    return [
        Message(
            f"第 {MOST_LOOKED:,} 行（格）以后不再找栏目名称，只作正文",
            f"after {MOST_LOOKED:,} lines and cells labels were not looked for: the rest was read as text",
        )
    ]


def _key(text: str) -> str:
    return NOT_LETTERS.sub("", fold(text))


def _left(document: Document, used: _Used) -> Iterator[Unread]:
    cover = True  # above the first label
    for block in document.blocks:
        if isinstance(block, Table):
            cover = False
            yield from _left_of_table(block, used)
            if block.line_numbers[-1] > _MOST_LINES:
                yield "", f"> {_MOST_LINES}"
                return
            continue
        for number, line in enumerate(map(str.strip, block.text.splitlines()), block.line):
            if number > _MOST_LINES:
                yield "", f"> {_MOST_LINES}"
                return
            cover = cover and not label_of(line) and not any(True for _ in labels_in(line))
            standing = (isinstance(block, Heading) or cover) and len(line) <= _COVER
            if not standing or mentioned(line, _REACHED):
                yield from _left_of_line(line, used)


def _left_of_line(line: str, used: _Used) -> Iterator[Unread]:
    """What of a line was not read: nothing where it says nothing of the proposal."""
    labels = list(labels_in(line, loose=True))
    before = line[: labels[0].start].strip() if labels else line.lstrip("•·●◆-* ")
    silent = is_contents(line) or is_hint(line) or is_empty(line) or is_own_title(line) or label_of(line)
    if line in used or (silent and not mentioned(line, _REACHED)):
        return
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        value = line[label.end : following and following.start]
        yield from _left_of_value(label.places[0], label.text, value, used)
    for gap in islice(re.finditer(" ", before), _MOST_GAPS):
        if places := label_of(before[: gap.start()], column=True):
            yield from _left_of_value(places[0], before[: gap.start()], before[gap.end() :], used)
            return
    short = len(before) < (_LATIN if before.isascii() else 1) * _SHORTEST and ":" not in fold(before[:-1])
    after = re.split("[:：]", before, maxsplit=1)[-1]
    if (
        not (short and not mentioned(before))
        and not any(map(used.takes, (before, value_of(before), after)))
        and not label_of(after)
    ):
        yield "", " ".join(before.split())


def _left_of_value(field: str, label: str, text: str, used: _Used) -> Iterator[Unread]:
    """The value under the name of a field that was not taken."""
    value = value_of(text)
    if field in _NAMES and value and not used.takes(value):
        yield field, f"{label.strip(' :：')}：{' '.join(value.split())}"


def _left_of_table(table: Table, used: _Used) -> Iterator[Unread]:
    """What of a table was not read."""
    looked = 0
    for number, row in zip(table.line_numbers, table.rows, strict=True):
        cells = [cell.strip() for cell in row if cell.strip()]
        looked += len(cells)
        if number > _MOST_LINES or looked > _MOST_CELLS:
            yield "", f"> {_MOST_LINES} / {_MOST_CELLS}"
            return
        yield from _left_of_cells(cells, used)


def _left_of_cells(cells: Sequence[str], used: _Used) -> Iterator[Unread]:
    """What of the cells of a row was not read and does not stand behind a label of no use."""
    places: Sequence[str] = ()
    label = ""
    for cell in cells:
        if here := () if mentioned(cell, _REACHED) else label_of(cell, column=True, loose=True):
            places, label, first = here, cell, True
        elif places:  # what stands further to the right is another's, unless its shape says more
            yield from _left_of_value(places[0], label, cell, used) if first or mentioned(cell) else ()
            first = False
        else:
            for line in cell.split("\n"):
                yield from _left_of_line(line.strip(), used)
