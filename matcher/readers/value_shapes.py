"""What the values of a form's fields look like: a date is nobody's name, and a name may come with its institution."""

from __future__ import annotations

import re
from collections.abc import Mapping

from matcher import settings
from matcher.readers.labels import WHO
from matcher.segment import HAN

_NUMERAL = "[\\d〇○零一二三四五六七八九十]"
_DATE = re.compile(
    rf"{_NUMERAL}{{2,4}}\s*[年./\-]\s*{_NUMERAL}{{1,3}}\s*(?:[月./\-]\s*(?:{_NUMERAL}{{1,3}}\s*日?)?)?"
)
_IN_A_CODE = re.compile(r"[\dA-Za-z〇零一二三四五六七八九十]")
_CODE = re.compile(r"(?=.*\d)[\w.\-()（）/]{1,16}", re.ASCII)
_MARKED_TOPIC = re.compile(
    r"(?:(?:方向|专题|课题|选题|指南|榜单|领域|任务)\s*[一二三四五六七八九十\d]|(?i:topic|theme|strand|priority|challenge|lot)\s+[A-Z]?\d)"
)
_YES_OR_NO = re.compile(r"[是否有无√✓]|(?i:yes|no)")
_HONORIFIC = re.compile(r"(?:dr|prof(?:essor)?|mrs?|ms|miss|mx|rev|sir|dame)\b\.?", re.I)
_NO_WORD = re.compile(r"[\W\d_]*")
_LONGEST_VALUE = settings.letters("readers.value_shapes.longest_value")
_NAMED = frozenset(("title", "organisation", "principal_investigator"))  # what a date or a number never is
_LEAST_DIGITS = settings.count("readers.value_shapes.least_digits")
_LONGEST_PERSON = settings.letters("readers.value_shapes.longest_person")
INSTITUTION = re.compile(
    r"(?:大学|学院|学校|研究[院所会]|医院|公司|集团|中心|实验室|[学协商]会)$"
    r"|(?i:\b(?:university|institute|college|ltd|limited|inc|gmbh|hospital|school|foundation|centre|center|group|trust|society|association|council|academy|laboratory|cooperative)\b\.?)"
)
# Ends of offices of all kinds: too short to tell an institution from a name, but behind a name.
_OFFICE = re.compile(r"[局厅所院站馆处社队厂园场办会部校]$")
# A person and an institution are also parted by a comma or a space, which titles hold themselves.
_ENDS = r"\s*[/、;；\n]\s*"
_ENDS_OF_WHO = rf"\s*[/、;；\n,，]\s*|(?<=[{HAN}])\s+(?=[{HAN}])|(?<=[a-z])\s*\((?=[^()]{{4,}}\)$)"
# Ranges of Han are slow to compile, so patterns with several are compiled for the first value.
_HAN_PERSON = rf"[{HAN}]{{2,4}}|[{HAN}]{{1,8}}·[{HAN}]{{1,8}}"
# Two to five words with a capital each, which may stand together (LiWei).
_LATIN_PERSON = r"(?:[A-Z][\w.'’\-]*+(?:\s[A-Z][\w.'’\-]*+){1,4}|[A-Z](?=[\w.'’\-]*[A-Z])[\w.'’\-]*+)\s?"
_PERSON_OF = rf"(?P<person>{_HAN_PERSON}|{_LATIN_PERSON})\s*[,，;；(（]\s*(?P<unit>[^()（）]{{3,80}})[)）]?"
_UNIT_OF = rf"(?P<unit>[^,，;；、]{{3,40}}?)\s*[,，;；、/]\s*(?P<person>[{HAN}]{{2,4}})"
_PERSON_LABEL = re.compile(
    r"(?:人|者|长|专家|教师|研究员|主任|负责|主持|牵头|领衔|领题|统筹)$|(?i:\b(?:lead|leader|investigator|applicant|scientist)$)"
)
_UNIT_LABEL = re.compile(
    r"(?:单位|机构|院校|企业|公司|大学|医院|部门|申报|承担|牵头|申请|主持|负责)$|(?i:\b(?:institution|organi[sz]ation|institute|university)$)"
)
_PERSON = rf"{_HAN_PERSON}|(?:(?:Dr|Prof|Mr|Ms)\.? )?[A-Z][\w.'’\-]+(?: [A-Z][\w.'’\-]*){{1,3}}"
PHONE_BEHIND = re.compile(
    r"(?<!\s)\s*+(?:[(（,，;；、/]\s*+)?(?:(?:联系)?(?:电话|手机|tel\.?|phone)\s*+|联系\s*+)?(?:[:：]\s*+)?(\+?\d[\d\s-]{6,})[)）]?$",
    re.I,
)


def is_date(text: str) -> bool:
    """Whether a text is a date and nothing else: 2026年3月, 二〇二六年四月."""
    return _DATE.fullmatch(text.strip("_＿ ")) is not None


def is_code(text: str) -> bool:
    """Whether a text is a code with a figure in it: 1-05, HY-03."""
    return _CODE.fullmatch(text) is not None


def fits(field: str, text: str) -> bool:
    """Whether a text can be the value of a field: no date or bare number is a title, a person or an institution.

    >>> fits("principal_investigator", "2026年5月6日"), fits("title", "2030年的能源"), fits("declared", "12")
    (False, True, True)
    """
    if field == "id":
        return bool(_IN_A_CODE.search(text))
    if field == "phone":
        return sum(map(str.isdigit, text)) >= _LEAST_DIGITS
    if field == "declared" and _YES_OR_NO.fullmatch(text):
        return False
    if field == "title" and _HONORIFIC.fullmatch(text):
        return False
    if field not in _NAMED:
        return field != "declared" or len(text) <= _LONGEST_VALUE or "。" not in text
    if _NO_WORD.fullmatch(text) or is_date(text) or (len(text) > _LONGEST_VALUE and "。" in text):
        return False
    return field != "principal_investigator" or len(text) <= _LONGEST_PERSON


def person_and_unit(text: str) -> tuple[str, str]:
    """(person, institution) of a name with its institution behind a comma or in brackets; (text, "") for others.

    >>> person_and_unit("Ada Lovelace (University of Turin)"), person_and_unit("王某某，教授")
    (('Ada Lovelace', 'University of Turin'), ('王某某，教授', ''))
    """
    both = re.fullmatch(_PERSON_OF, text) or re.fullmatch(_UNIT_OF, text)
    if both is None or INSTITUTION.search(both["person"]) or _OFFICE.search(both["person"]):
        return text, ""
    by_place = both.re.pattern == _UNIT_OF or text[-1] in ")）"
    if not INSTITUTION.search(both["unit"]) and not (by_place and _OFFICE.search(both["unit"])):
        return text, ""
    return both["person"].strip(), both["unit"].strip()


def looks_like_a_person(text: str) -> bool:
    """Whether a value has the shape of a person's name, with or without a title before it."""
    return re.fullmatch(_PERSON, text) is not None and not INSTITUTION.search(text)


def shaped(label: str, value: str) -> str:
    """The field of a value under a name that nobody knows, where the name's end and the value's shape agree; "" else.

    >>> shaped("需求提出人", "司徒磊"), shaped("设站院校", "某某大学"), shaped("技术难点", "某某大学")
    ('principal_investigator', 'organisation', '')
    """
    if _PERSON_LABEL.search(label) and looks_like_a_person(value):
        return "principal_investigator"
    of_unit = _UNIT_LABEL.search(label) or INSTITUTION.search(label)
    return "organisation" if of_unit and INSTITUTION.search(value) else ""


def names_a_topic(text: str) -> bool:
    """Whether a value says itself that it is a topic of a guide: 方向六：智能检测装备."""
    return _MARKED_TOPIC.match(text) is not None


def applicant(field: str, text: str, *, unit_known: bool) -> tuple[str, str, dict[str, str]]:
    """(field, value, values of other fields) of what stands under the name of an applicant or an institution.

    "Lead applicant" and 申请者 are a person or an institution; `unit_known` says that the form has named that.

    >>> applicant("principal_investigator", "王某某，13800000000", unit_known=False)
    ('principal_investigator', '王某某', {'phone': '13800000000'})
    """
    beside: dict[str, str] = {}
    of_person = field == "principal_investigator"
    if of_person and (phone := PHONE_BEHIND.search(text)) and phone.start():
        text = text[: phone.start()].strip()
        text += "）" if text.count("（") > text.count("）") else ""  # 王某某（教授，1380…）
        beside["phone"] = phone[1]
    person, unit = person_and_unit(text)
    if unit:
        beside["organisation" if of_person else "principal_investigator"] = unit if of_person else person
        return field, person if of_person else unit, beside
    if of_person and not unit_known and INSTITUTION.search(text):
        return "organisation", text, beside
    return field, text, beside


def parted(pair: tuple[str, ...], text: str) -> Mapping[str, str]:
    """The values in one text of the two fields that its label asks for; only one of them where it does not hold both.

    >>> parted(("organisation", "principal_investigator"), "王某某 某某馆")
    {'organisation': '某某馆', 'principal_investigator': '王某某'}
    """
    if pair in ((), ("declared", "title")):
        return dict.fromkeys(pair[:1], text)  # 指南代码/名称
    who = set(pair) == set(WHO)
    if who and (both := person_and_unit(text.strip()))[1]:
        return dict(zip(reversed(WHO), both, strict=True))
    ends = _ENDS_OF_WHO if who else _ENDS
    pieces = [piece.rstrip(")") for piece in re.split(ends, text.strip(), maxsplit=1) if piece]
    people = [who and looks_like_a_person(piece) for piece in pieces]
    if len(pieces) == 2 and (any(people) or not who):
        turned = who and not people[pair.index(WHO[1])]
        return dict(zip(pair, reversed(pieces) if turned else pieces, strict=True))
    phone = PHONE_BEHIND.search(text)
    if "phone" in pair and phone is not None:
        return {"phone": phone[1], pair[1 - pair.index("phone")]: text[: phone.start()].strip(" :：,，")}
    return {WHO[0] if who and INSTITUTION.search(text) else pair[0]: text} if pieces else {}
