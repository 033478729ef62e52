"""What a column of a table may be by what it holds: titles, ids, texts, topics, who applies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from matcher import settings
from matcher.message import COMMA, Catalogue, Message, joined
from matcher.readers.fields.declared import is_coded
from matcher.readers.fields.in_lines import leading
from matcher.readers.fields.joined import fields_of, pair_of, shaped
from matcher.readers.fields.labels import WHO, field_name, label_key, names
from matcher.readers.fields.learnt import near
from matcher.readers.fields.shapes import INSTITUTION, UNITS, is_a_topic, is_date, like, looks_like_a_person
from matcher.readers.fields.values import is_prose, latin_factor
from matcher.readers.fields.words import PEOPLE, SAY_IT
from matcher.readers.sheet.delimited import DelimitedLine
from matcher.readers.sheet.xlsx import column_letters
from matcher.readers.table.columns import TEXTS, Header, column_fields, unused
from matcher.readers.table.numbers import NO_CODES, number_rows, numbers_of_rows
from matcher.segment import HAN, fold

say = Catalogue(__file__)

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
# Full name, 技术成果, 需求/项目: of the project itself
_MISNAMED = frozenset((WHO[1], "outcomes", "foundation", "category"))
_MAY_APPLY = frozenset(
    (WHO[1], "category", "recommender")
)  # Applicant, 成果来源, 推荐单位 above institutions
# 拟报课题, which may as well be a topic of the guide
_PROPOSED = re.compile(r"(?:课题|题目|项目)(?:名称)?$|(?i:\btitle|\bproject)")
_REVISED = re.compile(
    r"[修变]改[后为]|(?:修订|变更|调整|更正|更名)后|最终|(?i:\b(?:revised|final|amended|updated)\b)"
)
# What is said of a proposal, or of who and what it needs, beside what it says itself.
_BESIDE = re.compile(
    "意见|[评审议]|备注|理由|反馈|查重|清单|名单|经费|预算|人员|成员|团队|单位|简历|地址"
    r"|(?i:review|comment|remark|notes?\b|feedback|reason|decision|panel|assess|strength|weakness|budget|cost|staff|team|people|equipment|address|biograph|\bcv\b)"
)


def completed(
    header: Header, lines: Sequence[DelimitedLine], chosen: Mapping[str, str]
) -> tuple[Header, list[Message]]:
    """The header with unknown columns as the fields it lacks whose values they hold, and sentences that say so.

    Phrases are titles, texts an abstract, codes a declared topic, institutions and persons who applies. Of several such columns none is taken.
    A column of sentences is no field of people but by a name that is listed for one, or `chosen` (field → column).
    """
    rows = [line.texts for line in lines if line.error is None and line.number > header.row]
    texts = [[row[i] for row in rows if i < len(row) and row[i]] for i in range(len(header.names))]
    full = [row for row in rows if len([*filter(None, row)]) > 2]  # captions and notes fill a cell or two
    cells = [[row[i] if i < len(row) else "" for row in full] for i in range(len(header.names))]
    columns, remarks = _borne_out(header, texts, cells, chosen), list[Message]()
    partly = not columns.keys().isdisjoint(TEXTS[1:])  # why a study is made, and not what is done
    alike = "declared" not in chosen and _are_all_alike(texts[i] for i in columns.get("declared", ()))
    for field in ("title", "abstract", "declared", *WHO, "id"):
        again = field == "declared" and alike
        if (field in columns and not again) or (field == "abstract" and columns.keys() & SAY_IT):
            continue
        of_fields = {f: places for f, places in columns.items() if (field, f) != ("declared", "category")}
        free = unused(header.names, of_fields)
        free = [i for i in free if field not in ("title", "abstract", *WHO) or not of_two(header.names[i])]
        fitting = [i for i in free if mostly(field, header.names[i], texts[i])]
        fitting = fitting or own_values(field, {i: cells[i] for i in free if not again}, header.names)
        fitting = _narrowed(field, fitting, header.names, columns)
        own = "methods" if field == "abstract" and partly else field
        named = [header.names[i] for i in fitting]
        if field == "abstract" or len(fitting) == 1:
            columns[own] = (*fitting, *columns.get(own, ())) if again else (*columns.get(own, ()), *fitting)
            remarks += [say("column.by contents", name=name, field=field_name(own)) for name in named]
        elif fitting and field == "title":
            remarks.append(say("column.several", names=joined(named, COMMA), first=named[0]))
    bare = {i: own for i, own in enumerate(cells) if not header.names[i]} if "id" not in columns else {}
    ids = own_values("id", bare, header.names)
    if len(ids) == 1 and (letters := column_letters(ids[0] + 1)) not in header.names:
        columns["id"] = tuple(ids)
        header = replace(header, names=(*header.names[: ids[0]], letters, *header.names[ids[0] + 1 :]))
        remarks.append(say("column.by contents", name=letters, field=field_name("id")))
    columns = {field: places for field, places in columns.items() if places}
    return replace(header, columns=columns), remarks


def _are_all_alike(columns: Iterable[Sequence[str]]) -> bool:
    """Whether there are columns, and each says the same in every row: Program Area above Education, which all that are listed apply for."""
    each = [*columns]
    return bool(each) and all(len(texts) > 2 and len({*texts}) == 1 for texts in each)


def _narrowed(
    field: str, places: list[int], names: Sequence[str], columns: Mapping[str, tuple[int, ...]]
) -> list[int]:
    """Of several columns that may be the title the one before the texts (难题表述, not 期望做到); of texts the proposal's own, of ids the first."""
    if field == "id":
        return places[:1]
    if field == "abstract" and len(places) > 1:
        return [i for i in places if not _BESIDE.search(names[i])]
    first = min((place for text in TEXTS[1:] for place in columns.get(text, ())), default=0)
    before = [i for i in places if i < first]
    return before if field == "title" and len(before) == 1 else places


def _borne_out(
    header: Header,
    texts: Sequence[Sequence[str]],
    cells: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    """The columns of a header, titles as they are now first and acronyms last, without those that hold something else:
    sentences, titles where no other column does, institutions, or codes (Country below Coordinator)."""
    columns = dict(header.columns)
    for field in PEOPLE.intersection(columns).difference(chosen):
        columns[field] = tuple(
            p
            for p in columns[field]
            if label_key(header.names[p]) in names(column=True)
            or (
                2 * sum("。" in text for text in texts[p]) <= len(texts[p])
                and (field != WHO[1] or column_fields(header.names[p]) or not all(map(str.isupper, texts[p])))
            )
        )
    columns |= _without_sentences(header.names, columns, cells, chosen)
    if len(ids := columns.get("id", ())) > 1:  # what says the same again numbers no proposals: 类别代码
        columns["id"] = (ids[0], *(i for i in ids[1:] if len({*texts[i]}) == len(texts[i])))
    topics = columns.get("declared", ()) if "declared" not in chosen and "id" not in columns else ()
    if len(topics) > 1 and (ids := numbers_of_rows({i: cells[i] for i in topics})):
        columns |= {"id": ids[:1], "declared": tuple(i for i in topics if i not in ids)}
    if len(several := columns.get("title", ())) > 1 and "title" not in chosen:
        columns["title"] = tuple(
            sorted(several, key=lambda i: (abbreviates(cells[i]), not _REVISED.search(header.names[i])))
        )
    for field in columns.keys() & _MISNAMED - chosen.keys() if "title" not in columns else ():
        titles = own_values("title", {i: cells[i] for i in columns[field]}, header.names)
        columns[field] = tuple(i for i in columns[field] if i not in titles)
    if "title" not in columns:
        columns |= _without_titles(header.names, columns, texts, cells, chosen)
    for field in columns.keys() & _MAY_APPLY - chosen.keys() if WHO[0] not in columns else ():
        units = tuple(i for i in columns[field] if mostly(WHO[0], header.names[i], texts[i]))
        columns[WHO[0]] = (*columns.get(WHO[0], ()), *units)
        columns[field] = tuple(i for i in columns[field] if i not in units)
    return {field: places for field, places in columns.items() if places}


def _without_sentences(
    names: Sequence[str],
    columns: Mapping[str, tuple[int, ...]],
    cells: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    """The columns of topics and of remarks without those of sentences, which say why a study is made (Challenge) or, where nothing else
    does, what is done (说明)."""
    done, without = not columns.keys().isdisjoint(SAY_IT), dict[str, tuple[int, ...]]()
    for field in columns.keys() & {"declared", *(() if done else ("opinion",))} - chosen.keys():
        own = own_values("abstract", {i: cells[i] for i in columns[field]}, names)
        if sentences := [i for i in own if not _BESIDE.search(names[i])]:
            without[field] = tuple(i for i in columns[field] if i not in sentences)
            without |= {"background": (*columns.get("background", ()), *sentences)} if done else {}
    return without


def _without_titles(
    names: Sequence[str],
    columns: Mapping[str, tuple[int, ...]],
    texts: Sequence[Sequence[str]],
    cells: Sequence[Sequence[str]],
    chosen: Mapping[str, str],
) -> dict[str, tuple[int, ...]]:
    """The columns of texts and topics of a table without one of titles, but for the one that holds them: What we want to do, 拟报课题."""
    read = columns.keys() & (*TEXTS[1:], "declared") - chosen.keys()
    free = [i for i in unused(names, columns) if not of_two(names[i])]
    sentences = own_values("abstract", {i: cells[i] for i in free}, names)
    telling = len(read) > 1 or sentences or any(mostly("abstract", names[i], texts[i]) for i in free)
    phrases = {i: own for i, own in enumerate(cells) if not any("。" in text for text in own)}
    other = {i: own for i, own in phrases.items() if i in free}
    if not telling or own_values("title", other, names):
        return {}
    worded = [i for i in columns.get("declared", ()) if not mostly("declared", names[i], texts[i])]
    proposed = {i for i in worded if len(worded) == 1 and _PROPOSED.search(names[i])}
    named = {i for field in read for i in columns[field] if field != "declared" or i in proposed}
    phrases = {i: own for i, own in phrases.items() if i in named}
    titles = own_values("title", phrases, names)[:1]  # What we want to do, beside a pitch
    return {field: tuple(i for i in columns[field] if i not in titles) for field in read}


def own_values(field: str, cells: Mapping[int, Sequence[str]], names: Sequence[str]) -> list[int]:
    """Which columns hold titles, ids or short abstracts: nearly all `cells` of theirs do, each another; not those with much shorter titles
    than another. Those of topics are sentences by names near theirs as well."""
    if field == "declared":
        return [i for i, column in cells.items() if _are_kinds(names[i], [*filter(None, column)])]
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
    return (
        len(texts) > 2 and sum(map(bool, fit)) >= _FILLED * len(fit) and near(name, ("declared",)) is not None
    )


_ARE = {"title": are_titles, "abstract": _are_sentences}
