"""The fields that a name stands for, also one that joins several, and the values under such a one: 项目名称 Title, 负责人/电话."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcher import settings
from matcher.errors import BatchError
from matcher.message import COMMA, Catalogue, joined
from matcher.readers.fields import shapes
from matcher.readers.fields.labels import NUMBERING, WHO, first_name, label_key, names
from matcher.readers.fields.learnt import LEARNT, Built, learnt_fields
from matcher.readers.fields.people import of_post
from matcher.readers.fields.values import LAST
from matcher.readers.fields.words import LONG, REACHED, labels, remembered, wanted_most
from matcher.segment import HAN, fold

say = Catalogue(__file__)

_KNOWN = settings.count("readers.label_fields.known")
_TWO_LANGUAGES = settings.letters("readers.label_fields.two_languages")
_LONGEST_PAIR = settings.characters("readers.label_fields.longest_pair")
_LONGEST_PART = settings.characters("readers.label_fields.longest_part")
# What a questionnaire asks around a name.
_ASKED = re.compile(
    r"^(?:请(?:您|你)?(?:(?:用|以|在)?(?:一两?句话|\d*字?)(?:以内|左右|之内)?(?:填写|写出|输入|选择|填报|概括|概述|简述|介绍|说明))?|(?:您|你)的?|拟(?=[对所报选])|[本该此](?=[计项课]))+|(?:是什么|是|为|有哪些)$"
)
# What joins the names in one, and where a name meets itself in another language.
_MARKS = "[/、,，;；&]"
JOINT = re.compile(rf"{_MARKS}|以及|及其|及|与|和|\b(?i:and)\b")
_SIDES = re.compile(
    rf"{_MARKS}|[\n|]|(?<=[{HAN}])\s*(?=[A-Za-z])|(?:(?<=[A-Za-z])|(?<=[a-z]\.))\s*(?=[{HAN}])"
)
_ABOVE = re.compile("[_>→|]")  # Q3_负责人及单位
_WITHIN = re.compile(r"([^()]{2,})\(([^()]+)\)")  # 主持人（单位）
_PAIRED = (_OF_WHO := frozenset((*WHO, *REACHED))) | {"title", "declared"}
_OF_FORM = ({"title", "id"}, {"title", "category"}, {"principal_investigator", "person"}, {"person", "phone"})
_ITSELF = re.compile(r"(?<!\s)\s++(?:for|on) (?:the|this|your) (?:project|proposal|application|bid)$", re.I)
FOREIGN = re.compile("英文|外文|english", re.I)
# One in another language than the batch's is taken last.
_LAST = 10_000
_PERSON_LABEL = re.compile(
    r"(?:人|者|长|专家|教师|研究员|主任|负责|主持|牵头|领衔|领题|统筹)$|(?i:\b(?:lead|leader|investigator|applicant|scientist|person)$)"
    r"|(?:领衔|牵头|主研|领题|主持|负责)(?:职工|民警|教师|老师|医[生师]|师傅|员工|同志|人员)$|^(?i:owner$|(?:the )?person\b|who\b)"
)
_BESIDE = re.compile("[协副辅次]|参[与加]|配合")
_PART = re.compile(r"[（(][^（()）]*[)）]$")
_UNIT_LABEL = re.compile(
    r"(?:单位|机构|院校|企业|公司|大学|医院|部门|申报|承担|牵头|申请|主持|负责)$|(?i:\b(?:institution|organi[sz]ation|institute|university)$|^who\b)"
)
_BODY = re.compile("[院所校站局厅馆园社系]{1,2}")  # 所（站）


@remembered
def fields_of(name: str, *, column: bool = True, built: Built = "whole") -> tuple[tuple[str, int], ...]:
    """(field, place of the name in the field's list) for each field that a name may stand for; () if unknown.

    `column` also takes the names that are too bare for a form. Of a name in two languages
    ("项目名称 Title", "题目/名称") the known parts must agree. `built` says what else is a name
    than those of the lists: one whose words are all known, in a heading also one English word, where
    the place says that it is a label also one with letters that no word covers; or none.
    """
    known = names(column=column)
    exact = next((places for key in _keys(name) if (places := known.get(key)) is not None), None)
    built = "no" if exact is None and built == "whole" and label_key(name) in names(column=True) else built
    if places := exact if exact is not None else learnt_fields(name, built):
        later = _LAST if FOREIGN.search(name) else 0
        return tuple((field, place + later) for field, place in places)
    if len(parts := _sides(name)) < 2:
        return ()
    part_built: Built = "no" if built == "no" else "whole"
    by_part = [known.get(label_key(part)) or learnt_fields(part, part_built) for part in parts]
    chinese = [places for part, places in zip(parts, by_part, strict=True) if not part.isascii()]
    if len(chinese) == 1 and (listed := _listed_alone(by_part)):
        return listed
    if len(chinese) == 1 and (chinese[0] or len(label_key(name)) >= _TWO_LANGUAGES):
        return chinese[0]  # the English beside it may be another's word: 申请机构 / Lead applicant
    alike = chinese or (by_part if "\n" in name else [])
    long = "/" not in name and len(name) > _LONGEST_PAIR
    sentence = long and not chinese and not all(by_part)  # phone, count the visits of …
    if sentence or (len(alike) > 1 and not all(alike)):
        return ()  # below a name in the same language may stand its value
    # An unknown Chinese name is explained by English with a capital: 首席研究員 Principal Investigator, not 使用 mobile.
    sure = [
        p
        for part, p in zip(parts, by_part, strict=True)
        if p and (not chinese or part.strip().title()[0] in name)
    ]
    first = sure[0] if sure else ()
    return tuple(place for place in first if all(place[0] in dict(places) for places in sure))


def _listed_alone(by_part: Sequence[tuple[tuple[str, int], ...]]) -> tuple[tuple[str, int], ...]:
    """The fields of the listed one of two parts, where the other is only like names of another field: 预算摘要 Budget."""
    if len(by_part) != 2 or not all(by_part):
        return ()
    one, other = sorted(by_part, key=lambda places: places[0][1])
    apart = one[0][1] < LEARNT <= other[0][1] and dict(one).keys().isdisjoint(dict(other))
    return one if apart else ()


@remembered  # a name is asked about as a label, a heading and a column
def _keys(name: str) -> tuple[str, ...]:
    """What a name may be listed as: itself, what a questionnaire asks for with it, and it without "for the project"."""
    key = label_key(name)
    asked = _ASKED.sub("", key)
    return key, asked, asked.replace("的", ""), label_key(_ITSELF.sub("", name))


@remembered
def _sides(name: str) -> tuple[str, ...]:
    """The parts of a name in two languages or of two names; () for a name of one part, and for 申报方向 B12, one with its value."""
    pieces = _SIDES.split(fold(name))
    parts = tuple(piece for piece in pieces if piece and label_key(piece)) if len(pieces) > 1 else ()
    return () if any(part.isascii() and re.search(r"\d", part) for part in parts) else parts


def inferred(name: str, field: str) -> bool:
    """Whether a name stands in no list, but is like the names of a field.

    >>> inferred("拟开展的研究题目", "title"), inferred("项目名称", "title"), inferred("某某大学", "organisation")
    (True, False, False)
    """
    return not fields_of(name, built="no") and field in dict(fields_of(name, built="loose"))


@remembered
def pair_of(name: str, *, form: bool = False) -> tuple[str, ...]:
    """The two fields that a name asks for at once, so that its column is neither; () for a name of one thing.

    A `form` also joins a title with its number, a post with its person or phone: a column of these is the one's alone. Nor does it part
    the guide's topic from its number: 投标课题序号及题目.

    >>> pair_of("姓名和单位"), pair_of("主持人（电话）"), pair_of("研究内容和方法")
    (('principal_investigator', 'organisation'), ('principal_investigator', 'phone'), ())
    """
    own = _ABOVE.split(fold(name))[-1].strip(" :?")
    own = own[number.end() :] if (number := NUMBERING.match(own)) else own
    within = _WITHIN.fullmatch(own)
    parts = within.groups() if within else JOINT.split(own) if len(own) < _LONGEST_PAIR else ()
    places = [
        [field for field, _ in fields_of(part)] or [WHO[0]] * (_BODY.fullmatch(label_key(part)) is not None)
        for part in parts * (len(parts) == 2)
    ]
    if not (places and all(places)):
        return ()
    # A bare name beside an institution or a phone is a person's.
    bare = "title" in places[0] and WHO[1] in places[0] and places[1][0] != "declared"
    pair = (WHO[1] if bare else places[0][0], places[1][0])
    whose = _OF_WHO if within else _PAIRED  # 课题名称（方向） is a title
    of_topic = "declared" in [f for f, _ in names(column=False).get(label_key(own), ())[:1]]
    two = whose.issuperset(pair) or (form and set(pair) in _OF_FORM and not of_topic)
    return pair if two and pair[0] != pair[1] else ()


@remembered
def each_of(name: str) -> tuple[str, ...]:
    """The field of each name that one joins with a person's, also in its bracket: 姓名、职称、单位, 申报人（姓名、职务）; () for others."""
    within = _WITHIN.fullmatch(fold(name).strip(" :"))
    parts = re.split(_MARKS, within[2] if within else fold(name).strip(" :"))
    places = [[field for field, _ in fields_of(part)] for part in parts]
    fields = tuple(WHO[1] if WHO[1] in at else at[0] for at in places if at)
    return fields if WHO[1] in fields and len(fields) == len(parts) > 1 and LONG.isdisjoint(fields) else ()


@remembered
def several(name: str, *, sure: bool) -> str:
    """The field wanted most of several names joined in one: 研究内容、目标及拟解决的关键问题, 工作单位及职务; "" for no such name.

    Where it is a label for `sure`, as under a number, the first name is enough: 研究内容、基本观点 alone may be text.
    """
    parts = [part.strip() for part in JOINT.split(name) if part.strip()]
    if len(parts) < 2:
        return ""
    known: list[tuple[tuple[str, int], ...]] = []
    for part in parts:
        known.append(fields_of(part, column=False) or fields_of("研究" + part, column=False, built="no"))
        if not (known[-1] or (sure and known[0])):
            return ""
    short = all(len(part) <= _LONGEST_PART * (1 + part.isascii()) for part in parts)
    fields = [places[0][0] for places in known if places]
    texts = not LONG.isdisjoint(fields)
    if texts and not LONG.issuperset(fields):
        return ""
    enough = all(known) and (texts or short)
    return wanted_most(fields) if enough or (texts and sure and known[0] and short) else ""


def field_named(name: str) -> str:
    """The field that a person names, by its own name or any name of its list; BatchError if there is none."""
    if name in labels():
        return name
    places = fields_of(name)
    if not places:
        known = joined(map(first_name, list(labels())[:_KNOWN]), COMMA)
        raise BatchError(say("column.no field", name=name, known=known, fields=joined(labels(), COMMA)))
    return min(places, key=lambda p: p[1])[0]


def _numbered(pair: tuple[str, ...], text: str) -> Mapping[str, str]:
    """The code at one end of a text, and what remains of it, as the fields of a pair of which one is the number."""
    other = next(field for field in pair if field != "id")
    pieces = [piece for piece in re.split(r"[\s/、;；,，（）()]+", text) if piece]
    code = next((piece for piece in (pieces[-1:] + pieces[:1]) if shapes.is_code(piece)), "")
    rest = re.sub(r"[（(]\s*[)）]", "", text.replace(code, "", 1) if code else text).strip(" /、;；,，")
    return {"id": code, other: rest} if code and rest else {other: text}


def joined_values(label: str, text: str) -> Mapping[str, str]:
    """The values of several fields in one text whose label joins their names: 姓名、职称、单位, 项目名称及类别; {} for others."""
    return dealt(each_of(label), text) or parted(pair_of(label, form=True), text)


def dealt(fields: Sequence[str], text: str) -> Mapping[str, str]:
    """The values of several fields in one text that a mark of one kind parts into as many, the person's a name; {} for others.

    >>> dealt(("principal_investigator", "person", "organisation"), "王某某，教授，某某大学")
    {'principal_investigator': '王某某', 'person': '教授', 'organisation': '某某大学'}
    """
    for mark in ("、", "[,，]", "[/／]", "[;；]", r"\s+") if fields else ():
        values = dict(zip(fields, pieces := [p.strip() for p in re.split(mark, text.strip())], strict=False))
        if len(pieces) == len(fields) and shapes.looks_like_a_person(values.get(WHO[1], "")):
            return values
    return {}


def parted(pair: tuple[str, ...], text: str) -> Mapping[str, str]:
    """The values in one text of the two fields that its label asks for; only one of them where it does not hold both.

    >>> parted(("organisation", "principal_investigator"), "王某某 某某馆")
    {'principal_investigator': '王某某', 'organisation': '某某馆'}
    """
    if pair in ((), ("declared", "title")):
        return dict.fromkeys(pair[:1], text)  # 指南代码/名称
    if "id" in pair:
        return _numbered(pair, text)
    if "category" in pair:
        kind = LAST.search(text)
        title = text[: kind.start()].strip() if kind else ""
        return {"title": title, "category": kind[0].strip("（）() ")} if kind and title else {"title": text}
    who = set(pair) == set(WHO)
    rest, reached = shapes.contacts(text)
    if who and reached and rest:
        return {**parted(pair, rest), **reached}
    if who and ((both := shapes.person_and_unit(text))[1] or (both := of_post(text))[1]):
        return dict(zip(reversed(WHO), both, strict=True))
    if reached.keys() & set(pair):
        other = next((field for field in pair if field not in reached), "")
        return reached | ({other: rest} if other and rest else {})
    pieces = (
        shapes.halves(re.sub(r"[(（]([^()（）]{2})[)）]$", r"/\1", text))  # 某某馆（吴婷）
        if who or "person" in pair
        else [p for p in re.split(shapes.ENDS, text.strip(), maxsplit=1) if p]
    )
    people = [who and shapes.looks_like_a_person(piece) for piece in pieces]
    if len(pieces) == 2 and (any(people) or not who):
        turned = who and not people[pair.index(WHO[1])]
        return dict(zip(pair, reversed(pieces) if turned else pieces, strict=True))
    return {WHO[0] if who and shapes.INSTITUTION.search(text) else pair[0]: text} if pieces else {}


def shaped(label: str, value: str) -> str:
    """The field of a value under a name that nobody knows, where the name's end and the value's shape agree; "" else.

    >>> shaped("需求提出人", "司徒磊"), shaped("设站院校", "某某大学"), shaped("技术难点", "某某大学")
    ('principal_investigator', 'organisation', '')
    """
    if _PERSON_LABEL.search(label) and shapes.looks_like_a_person(shapes.HONORIFIC.sub("", value).strip()):
        return "principal_investigator"
    beside = " of " in label or _BESIDE.match(label)
    named = not beside and (_UNIT_LABEL.search(label) or shapes.INSTITUTION.search(label))
    of_unit = (named or _BODY.fullmatch(label_key(label))) and shapes.INSTITUTION.search(_PART.sub("", value))
    return "organisation" if of_unit else ""
