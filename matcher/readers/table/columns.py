"""Which column of a table is which part of a proposal, by its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher import settings
from matcher.errors import BatchError
from matcher.message import Catalogue
from matcher.readers.fields.in_lines import label_of
from matcher.readers.fields.joined import JOINT, field_named, fields_of, pair_of
from matcher.readers.fields.labels import WHO, label_key, requested
from matcher.readers.fields.learnt import LEARNT, near
from matcher.readers.fields.words import LONG, PEOPLE, labels
from matcher.readers.form.headings import questioned
from matcher.readers.form.owners import BESIDE, OUTSIDE, owner_of
from matcher.segment import fold

say = Catalogue(__file__)

TEXTS = ("title", "abstract", "content", "goals", "background", "methods")
# Numbers that count the rows of one sheet: the id only where no column holds another.
SERIAL = frozenset(label_key(name) for name in ("序号", "顺序号", "行号", "no", "index", "serial", "number"))
_CODES = frozenset(("代码", "编码", "code"))
_APPLICANTS = ("organisation", "principal_investigator", "members")
_MOST_GUESSED = settings.columns("readers.columns.most_guessed")
_VALUE_OF = re.compile(r"(?<=\w)\.(?:label|name|text|value)$|(?<=[./])q_")  # form.q_theme.label
# 基本信息（1）项目名称
_UNDER = re.compile(r"[（(]\d{1,2}[)）]|\s*[_:：>→|]\s*|(?<=[^\W\d])\s*[-—–]+\s*(?=[^\W\d])")
_LANGUAGE = re.compile(r"[\s_.-](?:zh|cn|chinese|(?P<foreign>en|eng|english))$", re.I)  # abstract_en
_NUMBERED, _WHICH = re.compile(r"^\s*\d{1,2}\s*[.、．:：)）]\s*"), re.compile("哪|第几")
# What a column asks for by a question; one for methods or reasons (怎么做) is left to the length of its texts.
_OF_QUESTIONS = frozenset(("title", "abstract", "content", "declared", *WHO, "phone"))
_PASTE = re.compile(
    r"(?i:(?:please )?(?:paste|enter|type|insert) (?:your|the|an?) )(\S.*?)(?i: here| below)?(?:\s*\([^()]*\))?\W*"
)
_OF_RECORD = re.compile(r"(?i:\b(?:respon\w+|request|record|application|submission|entry) id)$")
_CO_LEADS = re.compile(r"(?i:co|second|deputy|assistant)[- ]")
_AGAIN = re.compile(r"(.+) \((\d{1,4})\)", re.S)  # as a header tells a second column of one name
_AS_LABEL = settings.count("readers.columns.as_label")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table. `row` is the header's last row; `names` are its columns, "" where none is named.

    `columns` maps a field to the places (from 0) of its columns, the best first. `score` says how much it reads like
    a header (`header.header_score`); `rivals` are other rows that read nearly as much like one. `groups` are columns
    whose cells stand for the empty ones below them, `below` names of texts in rows below the proposals.
    """

    row: int
    names: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    score: float = 0.0
    rivals: tuple[int, ...] = ()
    groups: frozenset[int] = frozenset()
    below: frozenset[str] = frozenset()

    @property
    def usable(self) -> bool:
        """Whether a title or some text can be read by it."""
        return any(text in self.columns for text in TEXTS)

    @property
    def lists_topics(self) -> bool:
        """Whether the table rather lists a guide's topics: offices to call, and nobody who applies."""
        return "office" in self.columns and not self.names_applicants

    @property
    def names_applicants(self) -> bool:
        """Whether a column says who applies."""
        return any(who in self.columns for who in _APPLICANTS)


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """field → column of options such as "摘要=研究综述" or "abstract=研究综述"; BatchError for an unknown field."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column or not name:
            raise BatchError(say("column.form", column=pair))
        mapping[field_named(name)] = column
    return mapping


def check_chosen(file: str, chosen: Mapping[str, str], names: Iterable[str]) -> None:
    """BatchError where a chosen column is none of the `names` of the file's columns."""
    present = [name for name in names if name]
    for column in chosen.values():
        if place_of(column, present) is None:
            listed = ", ".join(name[:40] for name in present)
            raise BatchError(say("column.unknown", file=file, column=column, listed=listed))


def assigned(
    options: Sequence[Sequence[tuple[str, int]]], names: Sequence[str], chosen: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """field → places of its columns, the best first: `options` are the (field, rank) that each column may be.

    Of several columns for a field the best is taken; one that may be another field waits for that.
    """
    wanted = {name: place_of(column, names) for name, column in chosen.items()}
    columns: dict[str, tuple[int, ...]] = {n: (place,) for n, place in wanted.items() if place is not None}
    taken, order = {place for places in columns.values() for place in places}, list(labels())
    ranks = {i: dict(places) for i, places in enumerate(options) if places}
    for at, name in enumerate(order):
        if name in columns:
            continue
        free = {i: places for i, places in ranks.items() if i not in taken}
        # Name beside Project is a person's: an applicant has no other column.
        own = [[i for i in free if f in free[i]] for f in _APPLICANTS if f != name and f not in columns]
        needed = [places[0] for places in own if len(places) == 1]
        ranked = sorted(
            (i in needed, name == "id" and _counts(names[i], places), places[name], i)
            for i, places in free.items()
            if name in places
        )
        columns[name] = tuple(i for *_, i in ranked[:1])
        later = set(order[at + 1 :])
        if name not in chosen:
            columns[name] += tuple(
                i
                for *_, i in ranked[1:]
                if not any(f in later for f, _ in options[i])
                or any(table_of(names[i], [names[first]]) > 1 for first in columns[name])
            )
        taken.update(columns[name])
    return {name: places for name, places in columns.items() if places}


def _counts(name: str, places: Mapping[str, int]) -> bool:
    """Whether a column that may be the id may only count its rows, or name the topic, as 课题编码 and a bare Code do."""
    return label_key(name) in SERIAL | _CODES or "declared" in places or places["id"] >= LEARNT


def table_of(name: str, names: Collection[str]) -> int:
    """The number of the table that a column belongs to where several of the same `names` stand side by side: 项目名称 (2) is the second's."""
    again = _AGAIN.fullmatch(name)
    if again and again[1] in names:
        return int(again[2])
    below = (name[space.end() :] for space in re.finditer(" ", name))
    return 2 if any(own in names for own in below) else 1  # under the name of its table


def place_of(column: str, names: Sequence[str]) -> int | None:
    """Where a column stands that a person names, exactly or as it is compared; None if it is not there."""
    if column in names:
        return names.index(column)
    keys, key = [label_key(name) for name in names], label_key(column)
    return keys.index(key) if key and key in keys else None


def _titled_text(name: str) -> tuple[tuple[str, int], ...]:
    """The text that a name asks for together with a title, which then stands on its first line: 课题名称及研究内容; () for other names."""
    parts = JOINT.split(fold(name))
    title, text = map(fields_of, parts) if len(parts) == 2 else ((), ())
    return text if title and text and title[0][0] == "title" and text[0][0] in LONG else ()


def column_fields(name: str) -> Sequence[tuple[str, int]]:
    """The (field, rank) that a column may be by its name: as a name of the lists, or as a form's label is read."""
    if (second := _CO_LEADS.match(name)) and WHO[1] in dict(column_fields(name[second.end() :])):
        return (("members", _AS_LABEL),)
    if paste := _PASTE.fullmatch(name):
        return column_fields(paste[1])
    if pair := pair_of(name):
        # 课题方向及项目名称 is the title where no other column is.
        return [(field, _AS_LABEL) for field in reversed(pair)] if pair == ("declared", "title") else ()
    if both := _titled_text(name):
        return both
    if language := _LANGUAGE.search(name):
        places = fields_of(name[: language.start()]) or fields_of(name, built="no")
        return tuple((field, rank + _AS_LABEL * bool(language["foreign"])) for field, rank in places)
    if places := fields_of(name):
        if places[0] == ("declared", LEARNT) and _OF_RECORD.search(name):
            return (("id", LEARNT),)
        if _WHICH.search(name) and places[0][0] == "title":
            return (("declared", places[0][1]),)  # 报哪个题 asks for one of the guide's
        if name.endswith("#") and places[0][0] in TEXTS:
            return fields_of(f"{name.rstrip(' #')} number")  # Problem statement #
        asked = label_of(name)[:1] if "(" in fold(name) else ()  # 选题（从指南中选）
        return ((asked[0], 0),) if asked in (("declared",), ("organisation",)) else places
    if (bare := name.rstrip("0123456789")) != name and bare[-1:].isalpha() and (places := fields_of(bare)):
        return places  # Microsoft Forms numbers a question whose name an earlier one had
    if places := fields_of((own := _VALUE_OF.sub("", name)).rpartition(".")[2], column=own != name):
        return places  # pi.affiliation; in topic.name the last alone says too little
    above, _, last = own.rpartition(".")
    if not PEOPLE.isdisjoint(dict(fields_of(above.rpartition(".")[2]))):
        return tuple(place for place in fields_of(last) if place[0] in PEOPLE)  # applicant.org
    *before, last = _UNDER.split(name)
    if before and len(last) > 1 and (below := column_fields(last)):
        whose = (*before, "-".join(before))  # referee_institution, co_applicant_name
        return () if any(owner_of(part) in OUTSIDE or BESIDE.match(part) for part in whose) else below
    question = questioned(name)
    request = requested(_NUMBERED.sub("", name)) or (question if question in _OF_QUESTIONS else "")
    return tuple((field, _AS_LABEL) for field in label_of(name, column=True) or filter(None, (request,)))


def unused(names: Sequence[str], columns: Mapping[str, tuple[int, ...]]) -> list[int]:
    """The places of the columns with a name that are no field's."""
    used = {place for places in columns.values() for place in places}
    return [i for i, name in enumerate(names) if name and i not in used]


def guesses(header: Header) -> list[tuple[str, str]]:
    """(column, field) for the columns that nobody knows and that may be a field which has none."""
    texts = ("abstract", "content")
    wanted = tuple(f for f in ("title", "declared", *texts) if f not in header.columns)
    if not header.columns.keys().isdisjoint(texts):
        wanted = tuple(f for f in wanted if f not in texts)
    unknown = [header.names[i] for i in unused(header.names, header.columns) if wanted]
    named = [(name, near(name, wanted)) for name in unknown[:_MOST_GUESSED]]
    return [(name, guess) for name, guess in named if guess is not None]
