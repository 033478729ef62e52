"""What the values of a form's fields look like: a date is nobody's name, and a name may come with its institution."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice

from matcher import settings
from matcher.readers.fields.labels import WHO, label_key, names
from matcher.segment import HAN

_NUMERAL = "[\\d〇○零一二三四五六七八九十]"
_DATE = re.compile(
    rf"{_NUMERAL}{{2,4}}\s*[年./\-]\s*{_NUMERAL}{{1,3}}\s*(?:[月./\-]\s*(?:{_NUMERAL}{{1,3}}\s*日?)?)?"
)
_IN_A_CODE = re.compile(r"[\dA-Za-z〇零一二三四五六七八九十]")
_CODE = re.compile(r"(?=.*\d)[\w.\-()（）/]{1,16}", re.ASCII)
_FIGURE = r"\s*[（(]?[一二三四五六七八九十\d]"
_LATIN_TOPIC = (
    r"\b(?i:topic|theme|strand|priority|challenge|lot) (?:[A-Z]?(?!(?:19|20)\d\d\b)\d|[A-HJ-Z]\b(?!['’.]))"
)
MARKED_TOPIC = re.compile(
    rf"(?:指南|申报|选题|课题|研究)?(?:方向|专题|课题|选题|指南|榜单|领域|任务|主题|条目|赛道|需求|板块|场景){_FIGURE}|第{_FIGURE}{{1,3}}[)）]?[题号]|{_LATIN_TOPIC}"
    rf"|(?:方向|专题|榜单|领域|主题|赛道|需求|板块|类别)\s?[A-Z](?![A-Za-z\d])|(?:清单|榜单|目录|指南)第{_FIGURE}{{1,3}}[条项]"
)
_TOPIC_CODE = re.compile(r"(?:[A-Za-z]{1,4}[-.]?)?\d{1,2}[-－–]\d{1,2}")
HONORIFIC = re.compile(r"(?:dr|prof(?:essor)?|mrs?|ms|miss|mx|rev|sir|dame)\b\.?", re.I)
_OFFICE = re.compile(
    r"\b(?i:station|department|faculty|division|officer?|secretary|official|bureau)\b|(?<=..)(?<!登)[科室]$"
)
_POST = re.compile(
    r"(?:教授|讲师|助教|研究员|工程师|博士|硕士|主任|[院所处校馆站场社]长|(?:理事|董事|会)长|经理)$"
    r"|^(?i:the\s)|^(?:(?i:senior|assoc\w+|assistant|research|visiting)\s)*(?i:professor|lecturer|fellow|associate|researcher|scientist|engineer|director|manager|(?:co-?)?investigator)$"
    r"|^(?:M\.?Sc|B\.?Sc|MA|BA|MBA|MPH|MD|RN|(?:Ph|Pharm|Ed)\.?D|D\.?Phil|DVM|FRCS|FRS|PE)\.?$"
)
_CALLED = re.compile(rf"[{HAN}](?:教授|博士|老师|主任|院长|所长|处长|经理|总)")  # 谢经理
_NEVER = {
    "declared": re.compile(
        r"[是否有无√✓]|(?i:yes|no)|[A-Za-z].*(?<!that )(?<!which )(?<!who )\b(?i:we|is|are|has|have|lacks?|will)\b.*\."
    ),
    "title": HONORIFIC,
    "organisation": re.compile(r".*承担.*[，,].*负责人.*|(?:Mrs?|Ms|Mx)\b\.?(?:\s[A-Z][\w'’-]*){1,3}"),
}
_NO_WORD, _BORN = re.compile(r"[\W\d_]*"), re.compile(r"[男女]?\s*(?:(?:19|20)\d\d[年.\-/].{0,8})?")
_LONGEST_VALUE = settings.letters("readers.value_shapes.longest_value")
SEVERAL = frozenset(("members", "partners"))  # the fields that hold what stands in several places
_NAMED = frozenset(("title", "organisation", "principal_investigator", "partners"))  # never a date or number
_LEAST_DIGITS = settings.count("readers.value_shapes.least_digits")
_HAS = {"phone": re.compile(rf"(?:\d\D*){{{_LEAST_DIGITS}}}"), "email": re.compile(r"[@＠]|\bat\b")}
_LONGEST_PERSON = settings.letters("readers.value_shapes.longest_person")
UNITS = "大学|学院|学校|研究[院所会]|医院|公司|集团|中心|实验室|[学协商]会|(?:促进|联合|基金)会|合作社|合作联社|合伙企业|中学|小学|幼儿园"
_LATIN_UNITS = (
    "university|institute|college|ltd|limited|inc|gmbh|hospital|school|foundation|guild|union|library|museum|club|centre|center|group|trust|cic|llc|plc|society|association|council|academy|laboratory|cooperative|schools|coalition|federation|consortium|polytechnic|constabulary|police|agency|authority|ministry|clinic|corp(?:oration)?|klinik(?:um)?|ospedale|szpital|observatory|instituto|istituto|hochschule|école"
    "|universi(?:dad|tät|té|dade|tà|teit|tet|tetet)|uniwersytet|stiftung|stichting|fondation|fundación"
)
_OF_LAW = r"(?<=\w )(?:A[BGS]|[BN]V|KG|O[Yy]|S[AL]|SA[SR]L?|S[pP][aA]|S[rR][lL]|ApS)$"  # behind a name
INSTITUTION = re.compile(rf"(?:{UNITS})$|(?i:\b(?:{_LATIN_UNITS})\b\.?)|{_OF_LAW}")
# Ends of offices of all kinds: too short to tell an institution from a name, but behind a name.
OFFICE_END = re.compile(
    r"(?:[局厅所院站馆社厂园办校]|[小中]学|(?<!社)会|(?<!团)队|(?<![市现立])场|(?<![好用益])处|(?<![全内外])部|[一二三四五六七八九十\d]中)$"
)
# A person and an institution are also parted by a comma, a space or a bracket, which titles hold themselves.
ENDS = r"\s*[/、;；\n]\s*"
_LEGAL_FORM = r"(?i:\s*(?:(?:ltd|limited|inc|llc|llp|plc|gmbh|corp|pty)\b|co\.|s\.a\.|b\.v\.))"  # Han Diagnostics Co., Ltd.
_BETWEEN = rf"\s*[,，](?!{_LEGAL_FORM})\s*|(?<=[{HAN}])\s+(?=[{HAN}])"
_ENDS_OF_WHO = rf"{ENDS}|{_BETWEEN}|\s*[(（](?=[^()（）]{{3,}}[)）]$)"
_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]$")
# Two to five words with a capital each, which may stand together (LiWei).
_PERSON = rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}·[{HAN}]{{1,8}}|[A-Z][\w.'’\-]*+(?:\s[A-Z][\w.'’\-]*+){{1,4}}|[A-Z](?=[\w.'’\-]*[A-Z])[\w.'’\-]*+"
_EMAIL = r"(?<![\w.])[\w.+\-]{1,64}+@[\w\-]{1,64}(?:\.[\w\-]{1,64}+){1,4}"
_PHONE = r"(?<![\w.\-])(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,4}[ -]\d{3}[ -]?\d{3,5}|\+\d[\d ()-]{8,18}\d|(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4})(?![\w-])"
# An address or a number with the marks and the name before it: （电话：1380…）. What stands before the name is taken whole,
# not by `)*+`, which loses its place in Python before 3.11.5.
_CONTACT = re.compile(
    rf"(?<![\s,，;；、/(（])(?=(?P<gap>(?:[\s,，;；、/]|[(（](?!\d{{2,5}}[)）]))*))(?P=gap)"
    rf"(?:(?:联系)?(?:电 ?话|手 ?机|邮 ?箱)?|tel\.?|phone|mobile|e-?mail)\s*+[:：]?\s*+"
    rf"(?:(?P<email>{_EMAIL})|(?<![\w.])(?P<phone>\+?(?:\(\d{{2,5}}\)\s?)?\d[\d\s\-]{{5,20}}\d)(?!\w))[)）]?",
    re.I | re.ASCII,
)
# Values in the midst of a text. Ranges of Han are slow to compile, so these are compiled for the first form.
MENTIONED = {
    "email": f"(?a:{_EMAIL})",
    "phone": f"(?a:{_PHONE})",
    "declared": rf"(?:方向|专题|选题|指南|榜单|主题|条目|赛道){_FIGURE}+[)）]?"
    rf"|第{_FIGURE}{{1,3}}[)）]?题|(?<!^)(?<!合同)(?<!协议)第{_FIGURE}{{1,3}}[)）]?条(?!款|主线)|{_LATIN_TOPIC}[\w.\-]*|\bCall \d{{1,2}}\b",
    "organisation": rf"(?:(?![是为])[{HAN}]){{2,20}}(?:{UNITS})(?![{HAN}])|(?:[A-Z][\w'’\-]*+ ){{1,5}}(?:{_LATIN_UNITS.title()})\b"
    rf"|\b(?:University|Institute|College) of (?:[A-Z][\w'’\-]*+(?: (?:and )?(?=[A-Z]))?){{1,5}}",
    "principal_investigator": rf"\b(?:Dr|Prof|Mrs?|Ms)\.? (?:[A-Z][\w'’\-]+ ?){{2,3}}"
    rf"|(?:(?<=负责人)|(?<=负责人[是为由]))(?![是为由])[{HAN}]{{2,3}}(?=[，,（(、；;。])",
}
_NUMBERS = re.compile(r"\b(?!FAX|TEL|MOB|CELL|PH|P|T|M)[A-Z]{2,5}$")
MOST_LINES = settings.lines("readers.unread.most_lines")
_LONGEST_LINE = settings.characters("readers.value_shapes.longest_line")
_MOST_MENTIONED = settings.count("readers.value_shapes.most_mentioned")

# What the value of a field never is: another's, or that of the label beside it.
_UNLIKE = {
    "title": rf"^(?:{HONORIFIC.pattern})(?-i:\s*[A-Z][\w.'’\-]*){{1,4}}(?:$|,)|^(?:{_POST.pattern})$|^[□☐☑]|{_EMAIL}"
    rf"|^[{HAN}]{{0,6}}(?:项目|课题|专项|基金)$|^[{HAN}]{{2,12}}(?:计划|专项|基金)[{HAN}]{{0,4}}(?:项目|课题)$"
    rf"|^[{HAN}]{{2,14}}(?:大学|学院|学校|研究[院所会]|医院|公司)$|^(?:{MARKED_TOPIC.pattern})[\d一二三四五六七八九十.\-]*+(?![{HAN}])|。.",
    "organisation": rf"(?:\d[ \-]?){{6}}|。|{_POST.pattern}"
    r"|[路街道巷].{0,4}\d+\s*[号弄]|^\d+[A-Za-z]?,? (?:[A-Z][a-z]+ )+(?:street|st|road|rd|avenue|ave|lane|drive)\b",
    "principal_investigator": rf"^[^（(，,、;；/]*(?:\d|(?<=[{HAN}]{{2}})(?:{UNITS})(?![{HAN}]))|。|^[{HAN}]{{9,}}",
    "abstract": r"^.{1,14}(?<![。.！？!?])$",
    "phone": rf"^\D*(?:\d\D*){{1,6}}$|[；;，,。]\s*[{HAN}]{{2,8}}[:：]",
}


def is_date(text: str) -> bool:
    """Whether a text is a date and nothing else: 2026年3月, 二〇二六年四月."""
    return _DATE.fullmatch(text.strip("_＿ ")) is not None


def is_code(text: str) -> bool:
    """Whether a text is a code with a figure in it: 1-05, HY-03."""
    return _CODE.fullmatch(text) is not None


def fits(field: str, text: str) -> bool:
    """Whether a text can be the value of a field: no date, bare number or name of a field is a title, a person or an institution.

    >>> fits("principal_investigator", "2026年5月6日"), fits("title", "2030年的能源"), fits("declared", "12")
    (False, True, True)
    """
    if field == "id":
        return bool(_IN_A_CODE.search(text)) and (" " not in text or bool(re.search(r"\d", text)))
    if field in _HAS:
        return _HAS[field].search(text) is not None
    of_column = field in (*_NAMED, "contact", "partners") and label_key(text) in names(column=True)
    if of_column or (field in _NEVER and _NEVER[field].fullmatch(text)):
        return False
    if field not in _NAMED:
        return "。" not in text or (field == "declared" and len(text) <= _LONGEST_VALUE)
    if _NO_WORD.fullmatch(text) or is_date(text) or (len(text) > _LONGEST_VALUE and "。" in text):
        return False
    return field != WHO[1] or len(text) <= _LONGEST_PERSON or person_and_unit(text)[1] != ""


def contacts(text: str) -> tuple[str, dict[str, str]]:
    """(a text without phone and address, these as values of their fields): of several numbers that which is a phone for sure.

    >>> contacts("王某某（教授，13800000000）"), contacts("ada@turin.example; +39 011 555 0199")
    (('王某某（教授）', {'phone': '13800000000'}), ('', {'email': 'ada@turin.example', 'phone': '+39 011 555 0199'}))
    """
    values: dict[str, str] = {}
    for contact in filter(_reaches, _CONTACT.finditer(text)):
        kind = str(contact.lastgroup)
        if kind not in values or (re.search(_PHONE, contact[kind]) and not re.search(_PHONE, values[kind])):
            values[kind] = contact[kind]
    if not values:
        return text.strip(), values
    rest = _CONTACT.sub(lambda m: "" if _reaches(m) else m[0], text).strip(" 　,，;；、/:：")
    return rest + "）" * (rest.count("（") > rest.count("）")), values


def _reaches(contact: re.Match[str]) -> bool:
    """Whether a match is a phone or an address: no date, nor the number of a body behind its initials (EIN 41-5550127)."""
    value, before = contact[contact.lastgroup or 0], contact.string[: contact.start()]
    return not is_date(value) and not (_NUMBERS.search(before) and not re.search(_PHONE, value))


def reached_by(field: str, text: str) -> str:
    """What of a text under the name of a phone or an address (`field`) is one: without the other, a single one without its name."""
    rest = _CONTACT.sub(lambda m: m[0] if m.lastgroup == field else "", text).strip(" 　,，;；、/:：")
    rest = re.sub(r"^(?:or|and|或者?|和)\s+|\s+(?:or|and|或者?|和)$", "", rest)
    alone = _CONTACT.fullmatch(rest)
    return alone[field] if alone else rest


def mentions(lines: Sequence[str], kinds: Collection[str] = MENTIONED) -> dict[str, list[str]]:
    """Field of `kinds` → the values of its shape in lines, each once, in order."""
    values: dict[str, dict[str, None]] = {}
    for line in lines[:MOST_LINES]:
        for field, value in mentioned(line, kinds):
            values.setdefault(field, {})[value] = None
    return {field: list(each) for field, each in values.items()}


def mentioned(line: str, kinds: Collection[str] = MENTIONED) -> list[tuple[str, str]]:
    """(field, value) for what in a line has the shape of a field's value: address, phone, topic, institution, person with a title."""
    return [
        (field, match[0].strip())
        for field in kinds
        for match in islice(re.finditer(MENTIONED[field], line[:_LONGEST_LINE]), _MOST_MENTIONED)
    ]


def halves(text: str) -> list[str]:
    """A text cut once where a person and an institution may meet."""
    return [piece.rstrip(")） ") for piece in re.split(_ENDS_OF_WHO, text.strip(), maxsplit=1) if piece]


def person_and_unit(text: str) -> tuple[str, str]:
    """(person, institution) of a name with its institution behind a comma or in brackets; (text, "") for others.

    A post beside both stays with the person.

    >>> person_and_unit("Ada Lovelace (University of Turin)"), person_and_unit("王某某，教授")
    (('Ada Lovelace', 'University of Turin'), ('王某某，教授', ''))
    >>> person_and_unit("王某某，某某大学，教授")
    ('王某某（教授）', '某某大学')
    """
    pieces = [
        p for p in re.split(_BETWEEN, _BRACKET.sub(r"，\1", text.strip())) if p and not _BORN.fullmatch(p)
    ]
    posts = [piece for piece in pieces if _POST.search(piece)]
    if posts and len(pieces) - len(posts) == 2:
        person, unit = person_and_unit("，".join(piece for piece in pieces if piece not in posts))
        return (f"{person}（{'，'.join(posts)}）", unit) if unit else (text, "")
    both = halves(text)
    for person, unit in (both, both[::-1]) if len(both) == 2 else ():
        named = looks_like_a_person(person) and not OFFICE_END.search(person)
        if (named or _CALLED.fullmatch(person)) and _is_unit(unit):
            return person, unit
    return text, ""


def _is_unit(text: str) -> bool:
    """Whether a text ends as the name of an institution or an office does."""
    return bool(INSTITUTION.search(text) or OFFICE_END.search(text))


def looks_like_a_person(text: str) -> bool:
    """Whether a value has the shape of a person's name, with or without a title before it."""
    other = INSTITUTION.search(text) or _POST.search(text) or _OFFICE.search(text)
    return re.fullmatch(_PERSON, text) is not None and not other


def names_one(field: str, text: str) -> bool:
    """Whether a line or cell is one more of those that take part: a person, an institution with its person or without."""
    name = re.split(r"[(（,，、]" if field == "partners" else r"[(（,，、\s]", text)[0].strip()
    return looks_like_a_person(name) if field == "members" else _is_unit(name)


def of_several(field: str, text: str) -> str:
    """The field of people or institutions that take part, by what a text lists; any other `field` as it is.

    >>> of_several("partners", "王某（某某大学）、李某（某某馆）"), of_several("members", "Boatmen Union, Delta College")
    ('members', 'partners')
    """
    if field not in SEVERAL:
        return field
    each = [
        piece
        for piece in re.split(rf"[、;；\n]|[,，](?!{_LEGAL_FORM})(?![^（(]*[)）])", text)
        if piece.strip()
    ]
    both = [person_and_unit(piece) for piece in each]
    # 青柳大学（王某） under the name of partners is one of them.
    if each and all(
        unit and (field == "members" or piece.strip().startswith(person))
        for piece, (person, unit) in zip(each, both, strict=True)
    ):
        return "members"
    people = [
        looks_like_a_person(piece) and (field == "members" or not OFFICE_END.search(piece)) for piece in each
    ]
    if field == "partners" and len(each) > 1 and all(people):
        return "members"  # 课题组其他成员
    called = field == "members" and any(people)  # 赵园
    return (
        "partners" if each and not called and all(names_one("partners", piece) for piece in each) else field
    )


def like(field: str, text: str) -> bool:
    """Whether a value may be what its field asks for by its shape: a column's name, a number or another field's value is not.

    >>> like("principal_investigator", "Months"), like("title", "专题三：养殖平台"), like("organisation", "MIT")
    (False, False, True)
    """
    if of_another(field, text) or field == "abstract":
        return not of_another(field, text)
    name = re.split(rf"[(（,，、;；/]|(?<=[{HAN}])\s", HONORIFIC.sub("", text).strip())[0].strip()
    words = re.findall(rf"[{HAN}]|[^\W\d_{HAN}]+", text)
    if field == "principal_investigator" and name.isascii():
        return len(words) > 1
    initials = field == "organisation" and name.isupper() and len(name) > 1
    return len(words) > 1 or initials or bool(INSTITUTION.search(text))


def of_another(field: str, text: str) -> bool:
    """Whether a value is another field's by its shape, or cut short: an institution that holds a phone, a title that is a topic.

    >>> of_another("title", "方向一：新材料"), of_another("title", "方向一致性控制"), of_another("organisation", "第302医院")
    (True, False, False)
    """
    shape = _UNLIKE.get(field)
    return bool(shape and re.search(shape, text, re.I))


def names_a_topic(text: str) -> bool:
    """Whether a value says itself that it is a topic of a guide: 方向六：智能检测装备."""
    return MARKED_TOPIC.match(text) is not None


def is_a_topic(value: str) -> bool:
    """Whether a value is nothing but a topic of a guide: its code 2-24, or one that names itself as a topic."""
    return _TOPIC_CODE.fullmatch(value) is not None or names_a_topic(value)
