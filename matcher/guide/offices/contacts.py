"""Contacts as guides write them: "战略规划处 58832991", "联系人：张工，022-58832971" to name, person and phones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from matcher import settings, shipped
from matcher.guide import vocabulary
from matcher.guide.text.blocks import Source
from matcher.segment import fold
from matcher.types import Office

_OTHER_DESKS = settings.file("guide.other_desks.words")
_REMEMBERED = settings.chunk("guide.marks.remembered")
_TRIM = " \t，,、;；:：/|。.—-·"
_WORDS = re.compile(
    r"(?:联系|咨询|办公|服务)?(?:电话|热线|方式|短号|内线|分机)\s*(?:[:：|]|(?=\d|\())|(?:联系|咨询|办公|服务)?(?:电话|热线|方式)(?=\s*$|[、,;])"
    r"|(?i:\b(?:tel(?:ephone)?|phone)\b\.?\s*:?)"
)
CALLED = ("office", "person", "phone", "email")  # the columns and names of cells that say whom to call
_WIDE = str.maketrans("０１２３４５６７８９－", "0123456789-")
_BRACKETS = str.maketrans("（【［", "([[") | str.maketrans("）】］", ")]]")
_LABEL = re.compile(
    rf"(?P<office>{vocabulary.STRONG_OFFICE.pattern})"
    r"|(?P<person>[(【\[]?(?:业务|技术|政策|项目|合作|指导)?(?:联系人|咨询人|联络[人员]|接口人|对接人|经办人|导师)(?:(?:姓名)?[】\]]?\s*[:|]\s*|\s*(?=[\u3400-\u9fff]{2,3}\s*(?:[,、;(\d]|电话|$))))"
    rf"|(?P<any>{vocabulary.WEAK_OFFICE.pattern}|[(【\[]?(?:联系人|咨询人)及(?:联系)?(?:电话|方式)[】\]]?\s*[:|]\s*)"
    rf"|(?P<phone>{vocabulary.PHONE_LABEL.pattern})"
    r"|(?P<other>(?:[\u3400-\u9fff]{0,4}(?:编号|代码)|(?:配合|协助|协同|参与|参加|协办)(?:单位|部门|处室|科室)|牵头领导|分管领导|责任人|电子邮箱|邮箱|地址|E-?mail)\s*[:|]\s*)"
)
_UNIT = re.compile(
    r".+(?:处室?|科室?|股|[科文妇侨残]联|科协|工会|局|委|办|厅|部门?|司|室|院|庭|所|中心|公司|协会|学会|学院|大学|集团|银行|站|馆|会|政府|组|基地|医院|"
    r"[Oo]ffice|[Dd]epartment|[Uu]nit|[Dd]ivision|[Tt]eam|[Dd]esk|Branch|Directorate|Bureau|Secretariat|Agency|Section|Institute|Station|Cent(?:re|er)|Program(?:me)?)"
    r"(?:[（(].*[）)])?|(?:The )?(?:Office|Department|Division|Bureau|Directorate) (?:of|for) .+"
)
_PERSON = re.compile(
    r"[\u3400-\u9fff·]{2,4}|[\u3400-\u9fff]{1,3}(?:老师|工|科长|处长|主任|先生|女士|小姐|经理|同志|老師)|[A-Z][a-z]+(?: [A-Z][a-z]+)*"
)
_PERSON_OF = re.compile(r"(?P<person>[\u3400-\u9fff·]{2,4})[（(](?P<unit>[^（()）]+)[）)]")
# 科教处（龙老师, whose phone closes the bracket
_TITLES = "(?:老师|工|[科处]长|主任|同志|先生|女士)"
_OF_PERSON = re.compile(rf"(?P<unit>[^（()）]+)[（(](?P<person>[\u3400-\u9fff]{{1,3}}{_TITLES})")
# 政策法规处：李平, 农村处（专题咨询）：阮工、利工
_OF_UNIT = re.compile(
    r"(?<=[处科室局司部办])(?:[（(][^（）()]*[）)])?\s*[:：]\s*(?=[\u3400-\u9fff]{2,3}(?:、[\u3400-\u9fff]{2,3})*(?<![处科室局司部办])$)"
)
_HONORIFIC = re.compile(r"(?:Mrs?|Ms|Miss|Dr|Prof|Professor)\b\.? .+|(?:[A-Z]\. ?)+[A-Z][\w'-]+")  # R. Nolan
# What an office is called in the other language, of several words that are no person's (Zhang Wei, Mary Ann Lee)
_TRANSLATED = re.compile(
    r"(?=.*(?:(?:ment|tion|ance|ity|ture|logy|ics|airs|ices)\b| (?:and|of|for|the|&) ))[A-Z][a-z]+(?: (?:and|of|for|the|&|[A-Z][a-z]+))+"
)
# 宣传、统战教研部 is one name, 王芳、李强 are two
_TOKENS = re.compile(
    r"[\s，,；;/|]+|、(?![\u3400-\u9fff]+[部处科室局](?:[\s，,；;/|]|$))|(?<=[部处科室局司会])、"
)
_MAIL = re.compile(
    r"(?:(?:(?:电子|联系)?邮[箱件](?:地址)?|(?i:\be-?mail)) ?:? ?)?[(<]? ?(?<![\w.+-])(?P<address>[\w.+-]+@[\w-]+(?:\.[\w-]+)*) ?[)>]?"
)
REACHED = re.compile(rf"{vocabulary.PHONE.pattern}|\w@\w")  # a phone or an address
# An office, a person and the short number of a house: 机辆部 樊磊 3201, 装备部（6001）; a year is none.
SHORT_NUMBER = re.compile(
    r"(?P<unit>[\u3400-\u9fff]{1,12}[部处科室局办])[\s,:(]*(?:(?P<person>[\u3400-\u9fff]{2,3})[\s,(]*)?(?P<phone>(?!(?:19|20)\d\d\b)\d{4,6})\)?(?:\((?:内线|短号|分机)\))?"
)
# 由技术一部答复：段鹏
_WHO_ANSWERS = re.compile(
    r"^由?(?P<unit>[\u3400-\u9fff]{2,14}?[处科室局司部心会])(?:统一|归口)?(?:负责|受理|承办|答复|解答|答疑)\s*[:：]\s*(?=[\u3400-\u9fff]{2,4}$)"
)
_SERVES = "统一|归口|负责|受理|承办|对接|解[释答]|答[复疑]"
_SERVING = re.compile(f"(?<=[处科室局司部心])(?:{_SERVES})+(?:联络|联系|咨询)?$")
_IN_BRACKETS = r"[（(][^（）()]*[）)]"
# The name of a list of contacts, which is no part of its first one: 各领域业务处室联系电话：.
_LIST_LABEL = re.compile(
    r"以上[^:,。;\d]{2,24}:|(?:(?:注|备注|附)\s*:\s*)?(?:各|有关|相关|对口|对接|业务|责任|归口|联系|咨询)[^:,。;\d]{0,16}(?:电话|方式|咨询|处室|部门|单位|科室)(?:如下)?\s*:"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """An office, the person in it, phones and email addresses, each joined by 、; `odd` is what stood for a phone and is none."""

    name: str = ""
    phone: str = ""
    person: str = ""
    odd: str = ""
    email: str = ""

    def joined(self, other: Contact | None) -> Contact:
        """This contact with what the other one adds."""
        if other is None:
            return self
        phones, emails = (
            "、".join(dict.fromkeys(part for each in pair for part in each.split("、") if part))
            for pair in ((self.phone, other.phone), (self.email, other.email))
        )
        stray = self.name and other.name != self.name and not is_unit(other.name)
        person = self.person or other.person or (other.name if stray else "")
        # 联系人：高新处 … below 发榜单位：甲公司
        named = other.phone and not self.phone and is_unit(other.name)
        name = other.name if named else self.name or other.name
        return Contact(name, phones, person, self.odd or other.odd, emails)

    def of(self, heading: str) -> Contact:
        """This contact in the office that a heading names; itself where the heading names none."""
        name = re.sub(r"[（(][^（）()]*$", "", heading).strip(_TRIM)
        words = name if name.isascii() else re.split(r"[\s、.:：）)]", name)[-1]
        return replace(self, name=words) if _UNIT.fullmatch(fold(words)) else self

    def office(self) -> Office | None:
        """The office that people call; the person where no office is named."""
        name = self.name or self.person
        if not (name or self.phone or self.email):
            return None
        # Digits that are no phone as they stand are shown as written; a placeholder or 1.38E+10 is not.
        phone = self.phone or (self.odd if self.odd.isdigit() else "")
        return Office(name, phone, self.person if self.name else "", self.email)


def is_unit(name: str) -> bool:
    """Whether a name is that of an office, a firm or an institute by how it ends."""
    return bool(_UNIT.fullmatch(fold(name)))


def is_person(name: str) -> bool:
    """Whether a name is that of a person by its length and how it ends, and of no unit: 赵工."""
    return bool(_PERSON.fullmatch(name)) and not is_unit(name)


@cache
def purposes() -> re.Pattern[str]:
    """The words of data/other_desks.txt, matched in folded text."""
    lines = shipped.data_file(_OTHER_DESKS).read_text(encoding="utf-8").splitlines()
    words = [word.strip() for line in lines if line[:1] != "#" for word in line.split(",")]
    latin, han = ("|".join(w for w in words if w.isascii() is ascii) for ascii in (True, False))
    return re.compile(rf"{han}|(?i:\b(?:{latin}))")


@lru_cache(maxsize=_REMEMBERED)  # half of all lines are asked about by another reading too
def parse_contact(text: str) -> Contact | None:
    """The contact in a line, a bracket or a cell, with or without labels before its parts; None if it names nothing."""
    source = Source([(0, text)])
    places = [_place(m) for m in _LABEL.finditer(source.text)]
    short = SHORT_NUMBER.fullmatch(source.text.rstrip("。; "), places[-1][1] if places else 0)
    if short is not None:
        unit, person = (source.slice(*short.span(part)) if short[part] else "" for part in ("unit", "person"))
        return Contact(unit, short["phone"], person)
    sums = any(kind == "office" for *_, kind in places) and re.search(r"\d", source.text[: places[0][0]])
    starts = places if sums else [(0, 0, "office"), *places]  # 委托经费25万元，联系处室：…
    fields: dict[str, list[str]] = {"office": [], "person": [], "phone": [], "odd": []}
    for i, (_, begin, kind) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else len(source.text)
        if kind != "other":
            _segment(source, begin, end, kind, fields)
    unit, *called = fields["office"] or [""]
    if called and is_unit(unit) and all(map(is_person, called)):
        fields["office"], fields["person"] = [unit], [*fields["person"], *called]  # 科信处，65237712，朴海
    joined = {kind: "、".join(dict.fromkeys(parts)) for kind, parts in fields.items()}
    contact = Contact(joined["office"], joined["phone"], joined["person"], joined["odd"])
    emails = dict.fromkeys(source.slice(*m.span("address")) for m in _MAIL.finditer(source.text))
    # Enquiries: grants@… names whom to ask; 电子邮箱：… says only where to write.
    asked = emails and any(kind in ("office", "person", "any") for _, _, kind in places)
    return replace(contact, email="、".join(emails)) if asked or contact != Contact() else None


def of_cell(field: str, text: str) -> Contact | None:
    """The contact in a cell that its column or name says to give one of CALLED; None if it names nothing."""
    if field == "email":
        return Contact(email="、".join(m["address"] for m in _MAIL.finditer(fold(text))))
    return (
        parse_contact({"phone": "联系电话：", "person": "联系人："}.get(field, "") + text) if text else None
    )


def of_row(cells: Mapping[str, str], above: Contact, *, named: bool) -> Contact:
    """The contact in the cells of a row: field -> text. A blank name is that of the row `above`, if the table has a column for it
    (`named`), as is a blank phone of the same office."""
    contact = Contact()
    for field, cell in cells.items():
        contact = contact.joined(of_cell(field, cell))
    if named and not cells["office"]:
        return replace(contact, name=contact.name or above.name)
    return above if above.name and contact == Contact(above.name) and not cells["phone"] else contact


def _place(label: re.Match[str]) -> tuple[int, int, str]:
    """Where a label begins and ends, and what it names; "other" with its words for a phone that serves no topic: 监督电话."""
    ahead = re.search(r"[\u3400-\u9fff]{2,6}$", label.string[: label.start()])
    if label.lastgroup == "phone" and ahead and re.fullmatch(f"(?:{purposes().pattern})+", ahead[0]):
        return ahead.start(), label.end(), "other"
    return label.start(), label.end(), label.lastgroup or ""


def _segment(source: Source, begin: int, end: int, kind: str, fields: dict[str, list[str]]) -> None:
    """Sort one labelled stretch into names, persons and phones."""
    text = source.text
    spans: list[tuple[int, int]] = []
    for match in vocabulary.PHONE.finditer(text, begin, end):
        first, last = match.span()
        while first < last and (text[first] in " )" or (text[first] == "(" and ")" not in text[first:last])):
            first += 1
        phone = re.sub(r" ?[-—–－] ?", "-", source.slice(first, last).rstrip("- "))
        blank = set(re.sub(r"\D", "", phone)) <= {"0"}  # 000-00000000: a form's placeholder
        fields["odd" if blank else "phone"].append(phone.translate(_WIDE))
        spans.append((first, match.end()))
    spans += [match.span() for pattern in (_WORDS, _MAIL) for match in pattern.finditer(text, begin, end)]
    at = begin
    for first, last in [*sorted(spans), (end, end)]:
        name = _name(source.slice(at, max(at, first)))
        odd = re.search(r"\d[\d.Ee+ -]{4,}\d", text[at:first])
        if odd and kind in ("phone", "any") and not spans:
            fields["odd"].append(odd.group())
        elif name:
            offices, persons = _sorted(name, kind)
            fields["office"] += offices
            fields["person"] += persons
        at = max(at, last)


def _sorted(name: str, kind: str) -> tuple[list[str], list[str]]:
    """(offices, persons) in a name: by its label, else by how it ends where both stand together."""
    within = _PERSON_OF.fullmatch(name) or _OF_PERSON.fullmatch(name)
    if within is not None and is_unit(within["unit"]) and not is_unit(within["person"]):
        return [within["unit"]], [within["person"]]  # 王芳（高新处）
    name = _OF_UNIT.sub(" ", name)
    parts = [part for part in re.split(r"\s*[,;]\s*", name) if part]
    led = len(parts) == 2 and " " in parts[1] and [bool(_PERSON.fullmatch(p)) for p in parts] == [False, True]
    # Bridge Office, Ann Birch; Port of Wexley, Ines Tarr
    housed = name.isascii() and (led or any(map(is_unit, parts)))
    persons = [p for p in parts if housed and is_person(p)]
    called = [p for p in parts if p in persons or _HONORIFIC.fullmatch(p)]
    if called:  # Unit A2, Ms Keller
        return list(filter(None, [", ".join(part for part in parts if part not in called)])), called
    english = re.search(r"(?:^|(?<=[\u3400-\u9fff])\s+)[ -~]+$", name)
    if english is not None and (
        _UNIT.fullmatch(english.group().strip())
        or (is_unit(name[: english.start()].strip()) and _TRANSLATED.fullmatch(english.group().strip()))
    ):
        return [name], []  # City Research Desk, 欧洲处 European Division, 城管局 Urban Management
    tokens = [t for t in _TOKENS.split(name) if t]
    units = [t for t in tokens if is_unit(t)]
    persons = [t for t in tokens if t not in units and _PERSON.fullmatch(t)]
    # A firm by its short name and a person: 静宁果业 李苹.
    firm = re.fullmatch(r"[\u3400-\u9fff]{4,} [\u3400-\u9fff]{2,3}", " ".join(tokens))
    if kind != "person" and not units and firm:
        return tokens[:1], tokens[1:]
    several = not name.isascii()
    if kind != "office" and not units:
        return [], ["、".join(tokens) if several and len(tokens) == len(persons) else name]
    if units and persons and several and len(units) + len(persons) == len(tokens):
        return units, persons
    return [name], []


def _name(piece: str) -> str:
    """A name without the marks around it and without the half bracket that its phone left behind."""
    name = re.sub(r"^(?:or|and)(?:\s|$)", "", piece.strip(_TRIM))
    name = re.sub(r"^[\u3400-\u9fff]{2,4}(?:单位|部门|处室)\s*[:：]\s*", "", name)  # 组长单位：市民政局
    name = name.rstrip(_TRIM + "（【［([").lstrip(_TRIM + "）】］)]")
    name = _WHO_ANSWERS.sub(r"\g<unit> ", name)
    name = _SERVING.sub("", name)
    folded = name.translate(_BRACKETS)
    for opened, closed in ("()", "[]"):
        if folded and folded[0] == opened and folded.find(closed) == len(folded) - 1:
            name = name[1:-1].strip(_TRIM)
        if folded and folded[0] == opened and folded.count(opened) > folded.count(closed):
            name = name[1:].strip(_TRIM)
        elif folded and folded[-1] == closed and folded.count(closed) > folded.count(opened):
            name = name[:-1].strip(_TRIM)
        folded = name.translate(_BRACKETS)
    return name if any(c.isalpha() for c in name) else ""


def clauses(text: str) -> list[str]:
    """A line's contacts apart: 经济类请洽甲科（…），文化类请洽乙科（…）。 甲科 6210001，乙科 6210002。"""
    labels = (_LIST_LABEL, vocabulary.STRONG_OFFICE, vocabulary.WEAK_OFFICE)
    label = next((m for pattern in labels if (m := pattern.match(fold(text)))), None)
    if label is not None and len(vocabulary.PHONE.findall(fold(text))) > 1:
        text = text[label.end() :]  # 联系人：第一类——建管处 …；第二类——…
    folded = fold(text)
    phones = vocabulary.PHONE.findall(folded)
    if len(phones) < 2 or len(folded) != len(text):
        return [text]
    split = re.split(r"[；;。]|(?<=[）)])[，,、]", text)
    return [part for clause in split if clause.strip() for part in _named_parts(clause)]


def _named_parts(clause: str) -> list[str]:
    """The parts between commas or spaces where each names its own phone; 甲科 6210001、6210002 is one contact."""
    phones = list(vocabulary.PHONE.finditer(fold(clause)))
    parts = re.split(r"[，,、]", clause)
    if len(parts) == len(phones) and all(re.search(r"[^\W\d_]{2}.*\d", part) for part in parts):
        return parts
    behind = re.compile(rf"\s*(?:{_IN_BRACKETS})?\s+(?=\S)")  # 甲部 6210001（A类）  乙部 6210002（B类）
    cuts = [m.end() for phone in phones[:-1] if (m := behind.match(clause, phone.end()))]
    parts = [clause[a:b] for a, b in pairwise([0, *cuts, len(clause)])]
    contacts = [parse_contact(re.sub(_IN_BRACKETS, "", part)) for part in parts]
    each = all(contact is not None and is_unit(contact.name) for contact in contacts)
    return parts if each and len(parts) == len(phones) else [clause]
