"""What the values of a column may be: titles, texts, topics, ids, persons and institutions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcher import settings
from matcher.readers.fields.declared import is_coded
from matcher.readers.fields.in_lines import leading
from matcher.readers.fields.joined import fields_of, pair_of, shaped
from matcher.readers.fields.labels import WHO
from matcher.readers.fields.learnt import near
from matcher.readers.fields.shapes import INSTITUTION, UNITS, is_a_topic, is_date, like, looks_like_a_person
from matcher.readers.fields.values import is_prose, latin_factor
from matcher.readers.fields.words import PEOPLE
from matcher.readers.table.numbers import NO_CODES, number_rows
from matcher.readers.table.who import says_who
from matcher.segment import HAN, fold

_PROSE = settings.letters("readers.columns.prose")
_TITLES = range(
    settings.letters("readers.columns.title_least"), settings.letters("readers.columns.title_most")
)
_FILLED = settings.share("readers.columns.filled")
_LONGER = settings.factor("readers.columns.longer")
_LISTED = re.compile(r"、[^、]*、|[;；]|\d{7}|[路街道巷].{0,4}\d+\s*号|@")  # people, an address, a phone
_CODED = re.compile(
    r"(?:[A-Z]{1,4}-?\d{1,3}\s*[:：、.\s–—-]|[IVX]{1,4}[.:：、]?\s)\s*[^\W\d]{2}"
)  # PS1: Frailty
_OF_KINDS = re.compile(
    r"(?:类[别目型]?|领域|主题|方向|专题|板块|赛道)(?:代[码号]|编[码号]|号)$"
    r"|(?i:\b(?:theme|topic|strand|category|area|priority) (?:code|no|number)\b\.?)"
)
# An institution, also with its department: 某某医院消化内科
_OF_UNIT = re.compile(rf"{INSTITUTION.pattern}|(?<=[{HAN}])(?:{UNITS})[{HAN}]{{1,8}}[科室部系所院]$")
_BARE_CODE = re.compile(r"[A-Z]?\d{1,2}|[A-Z]")


def own_values(field: str, cells: Mapping[int, Sequence[str]], names: Sequence[str]) -> list[int]:
    """Which columns hold titles, ids or short abstracts: nearly all `cells` of theirs do, each another; not those with much shorter titles
    than another. Those of topics are sentences by names near theirs as well."""
    if field == "declared":
        return [i for i, column in cells.items() if _are_kinds(names[i], [*filter(None, column)])]
    if field in WHO:
        return [i for i, column in cells.items() if says_who(field, names[i], [*filter(None, column)])]
    if field not in ("title", "abstract", "id"):
        return []
    texts = {i: [*filter(None, column)] for i, column in cells.items()}
    fit = [
        i
        for i, own in texts.items()
        if len(own) >= max(2, _FILLED * len(cells[i]))
        and len({*own}) == len(own)
        and (number_rows(names[i], own) if field == "id" else _ARE[field](own))
    ]
    lengths = {i: sum(map(len, texts[i])) / len(texts[i]) for i in fit}
    return fit if field != "title" else [i for i in fit if _LONGER * lengths[i] >= max(lengths.values())]


def of_two(name: str) -> bool:
    """Whether the name of a column is of who applies and more: 申请人 / 馆, Lead (name; organization)."""
    first, *more = re.split("[/／、;；(（]", name, maxsplit=1)
    first_fields = dict(fields_of(first.strip())) if more else ()
    return not PEOPLE.isdisjoint((*pair_of(name), *first_fields))


def mostly(field: str, name: str, texts: Sequence[str]) -> bool:
    """Whether most values of a column are such as the field has."""
    if field == "declared":
        sure = len(texts) > 1 and not NO_CODES.search(name)
        again = len({*texts}) < len(texts)
        coded = [_CODED.match, *([_BARE_CODE.fullmatch] if _OF_KINDS.search(name) else [])] if again else []
        fit = [sure and (is_a_topic(fold(t)) or is_coded(t) or any(code(t) for code in coded)) for t in texts]
    elif field == "abstract":
        fit = [len(t) * (1 if t.isascii() else 2) >= _PROSE and bool(re.search("[。；;.]", t)) for t in texts]
    else:
        bare = [t for t in texts if len(t) < _PROSE and not re.search("[:：。]", t)]
        of_unit = field == "organisation"
        fit = [shaped(name, t) == field or bool(of_unit and _OF_UNIT.search(t)) for t in bare]
    return 2 * sum(fit) > len(texts)


def are_titles(texts: Sequence[str]) -> bool:
    """Whether texts are phrases as long as titles: no sentences, names of people or places, codes or lists."""
    letters = _letters(texts)
    fit = [
        n <= _TITLES.stop
        and not (
            is_prose(text)
            or leading(text)
            or is_a_topic(text)
            or looks_like_a_person(text)
            or _LISTED.search(text)
        )
        and like("title", text)
        for text, n in zip(texts, letters, strict=True)
    ]
    return sum(fit) >= _FILLED * len(fit) and sum(letters) >= _TITLES.start * len(letters)


def abbreviates(texts: Sequence[str]) -> bool:
    """Whether texts are shorter than titles are: acronyms, earlier or short names."""
    letters = _letters([*filter(None, texts)])
    return sum(letters) < _TITLES.start * len(letters)


def _letters(texts: Sequence[str]) -> list[float]:
    """How much each text says, in Chinese letters."""
    return [sum(map(str.isalpha, text)) / latin_factor(text) for text in texts]


def _are_sentences(texts: Sequence[str]) -> bool:
    """Whether texts are sentences, as an idea sentences in one is: 以电解液挥发物为线索，比烟感提前6分钟报警。"""
    return all(text[-1] in "。.！!" for text in texts) and 2 * sum(map(is_prose, texts)) >= len(texts)


def _are_kinds(name: str, texts: Sequence[str]) -> bool:
    """Whether a column whose name is near those of topics holds short phrases or codes, as topics are: 对应领域 above 新能源, 新材料."""
    fit = [
        len(t) < _PROSE
        and not (is_prose(t) or INSTITUTION.search(t) or is_date(t))
        and re.search(r"[^\W\d]", t)
        for t in texts
    ]
    if says_who(WHO[1], name, texts):
        return False
    return (
        len(texts) > 2 and sum(map(bool, fit)) >= _FILLED * len(fit) and near(name, ("declared",)) is not None
    )


_ARE = {"title": are_titles, "abstract": _are_sentences}
