"""Whose the values of a form are: of the person or body named nearest, and in a contract of the side whose part it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from matcher.readers.fields.in_lines import Places, about_whom, is_short, label_of, number_of
from matcher.readers.fields.labels import WHO, label_key
from matcher.readers.fields.people import listed_leader
from matcher.readers.fields.values import is_own_title
from matcher.readers.fields.words import PEOPLE, REACHED, remembered

PROJECT = "title"  # the owner of a block on the project itself
_OWNERS = frozenset(
    ("principal_investigator", "organisation", "contact", "members", "partners", "recommender", "opinion")
)
# Whose phones, posts and tasks are not the proposal's.
ACCOUNTS = "accounts"  # who is called about an applicant's money, where one is named for no more
BOOKKEEPERS = frozenset(("budget", ACCOUNTS))
OUTSIDE = frozenset(("partners", "members", "recommender", "opinion", *BOOKKEEPERS))
NO_PART = OUTSIDE - {"members"} | {"contact"}
OF_PERSON = frozenset(("principal_investigator", "title", "organisation"))
# What a declared topic has: 榜单任务 | 编号 | … | 名称 | …
_NUMBERED = frozenset(("id", "title", "declared"))
_OTHER_PEOPLE = re.compile(
    r"专家|推荐|评审|导师|指导[教老]师|发榜|\b(?i:referee|reviewer|expert|partner|member|supervisor)s?\b"
)
# Who keeps the books is not who is called about a proposal.
_BOOKS = re.compile(
    r"(?:财务|会计|出纳).{0,3}(?:人员?|主管|专员|经理|会计|出纳|处长|科长|长)$|(?:会计|出纳)$"
    r"|(?i:\b(?:accountant|treasurer|bursar|financ\w+ (?:officer|manager|contact|director|lead)))$"
)
# They answer for the body that applies, or work for it.
_ANSWERS = re.compile(
    r"法定?代表|法人|(?:单位|机构|企业|公司|学校)负责人|(?:联系人|秘书|主管|经理|专员|经办人|[校院所厂会]长)$"
    r"|(?i:\b(?:contact(?: person)?|secretary|administrator|grants? (?:officer|manager))$)"
)
_TO_CONTACT = re.compile(r"person to (?:be contacted|contact)\b.{0,60}", re.I)
_LEADS = re.compile("首席$|带头人$")
CALLED = re.compile("联系人|(?i:contact)")
# Who may lead where nobody else does: Main contact, 指导教师.
_ADVISES = re.compile(r"指导|导师|(?i:\b(?:supervisor|mentor)\b)")
_ALSO_LEADS = re.compile(f"{CALLED.pattern}|{_ADVISES.pattern}")
_LEADS_OUTRIGHT = re.compile(
    r"负责|主持|牵头|首席|申[请报]|(?i:\b(?:lead|leader|investigator|applicant|pi)\b)"
)
BESIDE = re.compile("co-? ?applicant|共同申[请請]人", re.I)
_SECOND = re.compile(r"副|技术负责|子课题|(?i:\b(?:co|deputy|vice|associate|executive|ceo)\b|^applicant\W*$)")
# Behind the words for people in a line that heads their block.
_OF_BLOCK = re.compile(r"(?:信息|意见|情况|名单|简介|资料|\s*(?i:\b(?:details|information|comments?)))*$")
_HEADS = re.compile(f"(?:{_ANSWERS.pattern}|{_BOOKS.pattern}|{_OTHER_PEOPLE.pattern}){_OF_BLOCK.pattern}")
_SECTION = re.compile(r"(?i:(?:section|part) [A-Z\d]{1,2}\s*[:：.–—-]\s*)")
_OF_PROJECT = re.compile("项目|课题|(?i:project|proposal|study)")
_REACHED_END = re.compile(
    r"(?:移动|固定|联系|办公|手机|电子)*(?:电话|手机|邮箱|邮件|信箱|传真|联系方式|号码|号)+$|\s*(?i:\b(?:e-?mail|tele(?:phone)?|phone|mobile|fax|address|number|no)\b\.?\s*)+$"
)
_APPLIES = re.compile("[项课]|申[报请]|承担|依托")
# What is said of a person or a body in its block.
_OF_OWNERS = _OWNERS - {"opinion"} | {*REACHED, "title", "person", "address", "birth", "department", "id"}
_SENTENCE = re.compile("[，。；？！]")
# Names of a letter's subject or a result, and of a field of study or a kind of body: another's value is the form's own.
_WEAK = {
    # Opportunity name is what is applied to, or the project itself.
    "title": re.compile(
        "需求名称|subject|re|(?:opportunity|call|competition)(?:name|title)|主题|(?!.*(?:项目|课题|选题)).*(?:成果|产品|技术)(?:名称|题目)"
    ),
    "organisation": re.compile("(?:research)?group(?:name)?|team"),
    "category": re.compile(".*(?:学科|领域|行业|产业|主体|组织|企业|机构).*|discipline|field|domain|section"),
}
_CHOSEN = re.compile("(?:所|拟|申报|申请)?选题(?:名称|题目)?")
_PHONE_AND_FAX = re.compile(r"(?:电话|(?i:tel|phone))\W*[/／与和及、&]\W*(?:传真|(?i:fax))")
_FAX = re.compile("传真|(?i:fax)")
# The words in a label say whose it is; 甲 and 乙 only where none does.
_OURS = r"(?:受托|承[接担]|申[请报]|揭榜)(?:方|人|单位)|(?:建议|投标|应标)方|研究(?:开发)?方|研究开发人|[Cc]ontractor"
_THEIRS = r"(?:委托|出资|资助|采购|发包)(?:方|人|单位)|需求?方|[Cc]lient"
_PARTNERS = r"合作(?:方|企业|单位)|参[与加](?:方|单位)"  # in brackets only: alone a form's own label
_PARTY = rf"(?:[甲乙丙丁]\s*方|[Pp]arty\s[A-D]\b|{_OURS}|{_THEIRS})(?:\s*[（(][^（()）]{{1,12}}[)）])*"
_WORDS = re.compile(f"(?P<ours>{_OURS})|{_THEIRS}|{_PARTNERS}")
_HEAD = re.compile(rf"(?P<label>{_PARTY})\s*(?:[:：]\s*(?P<name>.*))?")
_OF_PARTY = re.compile(_PARTY)
_MEET = re.compile(rf"(?<!\s)\s++(?=(?:{_PARTY})[^:：\s]{{0,8}}[:：])")
_SPOKEN = re.compile(r"([甲乙丙丁])\s*方(?:\s*[（(]|[为是])([^，,。；;:：）)]{0,20})")
_LETTER = re.compile(r"([甲乙丙丁])\s*方|[Pp]arty\s([A-D])\b")
_ENGLISH = dict(zip("ABCD", "甲乙丙丁", strict=True))
_OF_FORM = re.compile(r"[^甲乙丙丁]*(?:承担|申[请报]|揭榜)[^甲乙丙丁]*")  # labels of any form, read as there
_PEOPLE = frozenset(("contact", "principal_investigator", "person", "recommender"))
_REACHED = frozenset((*REACHED, "address"))
_NAME = frozenset(("名称", "单位名称", "全称", "姓名", "name"))


class Held(NamedTuple):
    """How a field's value was taken: how far it stands from the proposal (`distance`), and its label."""

    far: int = 0
    label: str = ""


@remembered
def owner_of(text: str) -> str | None:
    """The field of the person or body that a name, a heading or a label names, PROJECT for the project; "" for a block on nobody, None for others.

    >>> owner_of("三、推荐专家"), owner_of("Section C: Finance contact"), owner_of("法人代表"), owner_of("职称")
    ('recommender', 'accounts', 'contact', None)
    """
    core = number_of(_SECTION.sub("", text))[2].strip(" :：")
    if (whom := about_whom(core)) is not None:
        return whom or (PROJECT if _OF_PROJECT.search(core) else "")
    if _TO_CONTACT.match(core) or (BESIDE.match(core) and is_short(core)):
        return "members" if BESIDE.match(core) else "contact"
    if not is_short(core) or _SENTENCE.search(core) or is_own_title(core):
        return None
    if _BOOKS.search(_OF_BLOCK.sub("", core)):
        return ACCOUNTS if CALLED.search(core) else "budget"
    places = label_of(core, column=True)[:1]
    if places and places[0] in _OWNERS and label_of(core):
        return places[0]
    if _LEADS.search(core):
        return "principal_investigator"
    if _ANSWERS.search(core) and not _OTHER_PEOPLE.search(core):
        return "contact"
    return "recommender" if not places and _OTHER_PEOPLE.search(core) else None


def phone_of(label: str, text: str) -> str:
    """What stands under the name of a phone, without the fax that the name asks for behind it: Tel. / Fax."""
    return re.split(r"\s*[/／]\s*", text)[0] if _PHONE_AND_FAX.search(label) else text


def leader_of(text: str) -> tuple[str, Sequence[str]]:
    """(who leads, who else takes part) of what stands beside the label of a person; nobody is called Co-Investigator."""
    return ("", ()) if PEOPLE.issuperset(label_of(text, loose=True) or ("",)) else listed_leader(text)


def names_block(text: str) -> bool:
    """Whether an unmarked line that names a person or a body is no more than their name, so that the lines below are theirs.

    >>> names_block("推荐专家"), names_block("聘请校外导师三名"), names_block("导师：许由")
    (True, False, False)
    """
    core = _SECTION.sub("", text).rstrip(" :：")
    return not re.search("[:：]", core) and (
        bool(label_of(core) or _HEADS.search(core) or _TO_CONTACT.fullmatch(core))
        or about_whom(core) is not None
    )


def chosen(label: str) -> bool:
    """Whether a label names what was chosen of a list, or what the proposal is called if nothing else does: 选题."""
    return _CHOSEN.fullmatch(label_key(label)) is not None


def advises(label: str) -> bool:
    """Whether a label names who advises, and nobody who leads: whose work it is has no label then."""
    return _ADVISES.search(label) is not None and not _LEADS_OUTRIGHT.search(label)


def distance(field: str, label: str, owner: str) -> int | None:
    """How far from the proposal the value of a field under a label stands, 0 the nearest; None for another's than the applicant's.

    A phone or an address is the nearer the more its owner leads: `owner` is named nearest, the label may name one: 联系人电话.
    Who keeps the books is no contact, and a contact for the books is one where there is no other; who is called leads so, too.
    """
    if field == WHO[1]:
        if BESIDE.match(number_of(label)[2]):
            return None  # nor where nobody else is named: an institution may lead
        outright = _LEADS_OUTRIGHT.search(label) or not _ALSO_LEADS.search(label)
        return int(not outright or _SECOND.search(label) is not None)
    if field == "contact":
        return None if owner == "budget" else int(owner == ACCOUNTS)
    if field in _WEAK:
        weak = _WEAK[field].fullmatch(label_key(label)) is not None
        return int(weak or (field == PROJECT and chosen(label)))
    if field not in REACHED:
        return 0
    bare = _REACHED_END.sub("", label)
    whose = (owner_of(bare) if bare else None) or owner
    if whose in OUTSIDE:
        return None
    near = {"principal_investigator": 0, "contact": 2}.get(whose, 1)
    return near + 2 * bool(_FAX.search(label))


def grouped(places: Places, label: str, group: str | None) -> Places:
    """The fields of a label under another that stands for `group`: 姓名 beside 联系人 is the contact's name."""
    if not places or group in (None, places[0]):
        return places
    of_person = OF_PERSON if group not in ("members", "contact") else OF_PERSON - {"organisation"}
    if group in ("members", "contact", "partners", "recommender", *BOOKKEEPERS) and places[0] in of_person:
        return ("contact" if group in BOOKKEEPERS else group,)
    if group in ("members", "partners", "recommender"):
        return ("person",)  # their phones and tasks are not the proposal's
    if group in (*WHO, PROJECT) and places[0] == "title" and not label_of(label):
        return (group,)  # a bare 名称
    return (group,) if group == "declared" and places[0] in _NUMBERED else places


def ends_block(places: Places, label: str, owner: str) -> bool:
    """Whether a label is of the proposal itself, so that the block above it on a person or a body is over."""
    if places[0] not in _OF_OWNERS:
        return True
    if owner in ("", PROJECT, places[0]) or not label_of(label):
        return False
    return places[0] == "title" or (places[0] in WHO and _APPLIES.search(label) is not None)


def _by_words(text: str) -> bool | None:
    """Whether words are of the applicant's side; None where they are of neither."""
    words = _WORDS.search(text)
    return None if words is None else words["ours"] is not None


def _parts(line: str) -> list[str]:
    return _MEET.split(line) if _OF_PARTY.match(line) else [line]


def _letter(label: str) -> str:
    """甲, 乙, 丙 or 丁 of a label that names a side by its letter; "" for others."""
    letter = _LETTER.search(label)
    return (letter[1] or _ENGLISH[letter[2]]) if letter else ""


class Sides:
    """Whose the lines of a contract are, in its order; of a document that names no two sides, nobody's."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Learn from all `lines` which of 甲 and 乙 is the applicant."""
        self._letters: dict[str, bool] = {}
        parts = [part for line in lines for part in _parts(line)]
        heads = [head["label"] for part in parts if (head := _HEAD.fullmatch(part))]
        clauses = [m.groups() for line in lines for m in _SPOKEN.finditer(line)]
        clauses += [(letter, head) for head in heads if (letter := _letter(head))]
        for side, words in clauses:
            if (ours := _by_words(words)) is not None:
                self._letters.setdefault(side, ours)
        for side, other in ("甲乙", "乙甲"):
            if other in self._letters:
                self._letters.setdefault(side, not self._letters[other])
        self.two = len({self._ours(head) for head in heads}) > 1
        self._parted = len({self._ours(head) for head in heads if not _OF_FORM.fullmatch(head)}) > 1
        self._block: bool | None = None  # whose name stands above
        self._last: bool | None = None  # whose person stands above
        self._passed = False  # whether the applicant's part is over
        self._unnamed = False  # whether the side has no name yet

    def _ours(self, label: str) -> bool:
        """Whether a label that names a side is the applicant's."""
        ours, letter = _by_words(label), _letter(label)
        if ours is None and letter:
            return self._letters.get(letter, letter == "乙")
        return bool(ours)

    def parts(self, line: str) -> list[str]:
        """A line cut where the next side begins on it: 甲方：… 乙方：…"""
        return _parts(line) if self.two else [line]

    def named(self, line: str) -> tuple[str, str, str] | None:
        """(the field that it names, label, name or "") of a line that begins a side's part; None for others."""
        head = _HEAD.fullmatch(line) if self.two else None
        if head is None or not (head["name"] or _letter(head["label"])):
            return None
        if _OF_FORM.fullmatch(head["label"]):
            self.end()
            return None
        ours = self._ours(head["label"])
        self._passed |= self._block is True
        self._block = self._last = ours if self._parted else None
        self._unnamed = not head["name"]
        return "organisation" if ours else "recommender", head["label"], head["name"] or ""

    def end(self) -> None:
        """No side's part goes on: a clause begins."""
        self._block, self._last, self._unnamed = None, None, False

    def names(self, label: str) -> bool:
        """Whether a label asks for the name of the side whose part it stands in (甲方 above 名称：…)."""
        return self._unnamed and label_key(label) in _NAME

    def begins(self, text: str) -> bool:
        """Whether a text begins with a side, so that what follows may be a label: 甲方项目联系人."""
        return self.two and _OF_PARTY.match(text) is not None

    def theirs(self, field: str, label: str) -> bool:
        """Whether the value of a field under a label is of who pays: by the side it names, else by what stands above."""
        if not self.two or field not in _REACHED | _PEOPLE | {"organisation"}:
            return False
        party = _OF_PARTY.match(label)
        if party is not None:
            ours: bool | None = self._ours(party[0])
        elif field == "organisation":
            return self._unnamed and self._block is False
        elif self._passed and field == "principal_investigator" and _OF_PROJECT.search(label):
            return False  # both sides stand above 项目负责人
        else:
            ours = self._last if field in _REACHED else self._block
        if field not in _REACHED:
            self._last = ours
        return ours is False
