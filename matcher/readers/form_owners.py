"""Whose the values of a form are: what stands under a name, a phone or an address is of the person or body named nearest."""

from __future__ import annotations

import re
from functools import lru_cache

from matcher import settings
from matcher.readers.form_labels import Places, about_whom, label_of, number_of
from matcher.readers.form_values import is_own_title
from matcher.readers.labels import WHO, label_key

_REMEMBERED = settings.chunk("readers.form_labels.remembered")
_LONGEST = settings.characters("readers.form_labels.longest")
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
REACHED = frozenset(("phone", "email"))
# What a declared topic has: 榜单任务 | 编号 | … | 名称 | …
_NUMBERED = frozenset(("id", "title", "declared"))
_OTHER_PEOPLE = re.compile(
    r"专家|推荐|评审|导师|发榜|\b(?i:referee|reviewer|expert|partner|member|supervisor)s?\b"
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
_LEADS = re.compile("首席$|带头人$")
CALLED = re.compile("联系人|(?i:contact)")
# Who may lead where nobody else does: Main contact, 指导教师.
_ALSO_LEADS = re.compile(rf"{CALLED.pattern}|指导|导师|(?i:\b(?:supervisor|mentor)\b)")
_LEADS_OUTRIGHT = re.compile(
    r"负责|主持|牵头|首席|申[请报]|(?i:\b(?:lead|leader|investigator|applicant|pi)\b)"
)
_SECOND = re.compile(r"副|技术负责|子课题|(?i:\b(?:co|deputy|vice|associate)\b)")
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
_OF_OWNERS = _OWNERS - {"opinion"} | REACHED | {"title", "person", "address", "birth", "department", "id"}
_SENTENCE = re.compile("[，。；？！]")
# Names of a letter's subject or a result, and of a field of study or a kind of body: another's value is the form's own.
_WEAK = {
    # Opportunity name is what is applied to, or the project itself.
    "title": re.compile(
        "subject|re|(?:opportunity|call|competition)(?:name|title)|主题|(?!.*(?:项目|课题|选题)).*(?:成果|产品|技术)(?:名称|题目)"
    ),
    "category": re.compile(".*(?:学科|领域|行业|产业|主体|组织|企业|机构).*|discipline|field|domain|section"),
}
_CHOSEN = re.compile("(?:所|拟|申报|申请)?选题")
_FAX = re.compile("传真|(?i:fax)")


@lru_cache(maxsize=_REMEMBERED)
def owner_of(text: str) -> str | None:
    """The field of the person or body that a name, a heading or a label names, PROJECT for the project; "" for a block on nobody, None for others.

    >>> owner_of("三、推荐专家"), owner_of("Section C: Finance contact"), owner_of("法人代表"), owner_of("职称")
    ('recommender', 'accounts', 'contact', None)
    """
    core = number_of(_SECTION.sub("", text))[2].strip(" :：")
    if (whom := about_whom(core)) is not None:
        return whom or (PROJECT if _OF_PROJECT.search(core) else "")
    if len(core) > _LONGEST * (1 + core.isascii()) or _SENTENCE.search(core) or is_own_title(core):
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


def names_block(text: str) -> bool:
    """Whether an unmarked line that names a person or a body is no more than their name, so that the lines below are theirs.

    >>> names_block("推荐专家"), names_block("聘请校外导师三名"), names_block("导师：许由")
    (True, False, False)
    """
    core = _SECTION.sub("", text).rstrip(" :：")
    return not re.search("[:：]", core) and (
        bool(label_of(core) or _HEADS.search(core)) or about_whom(core) is not None
    )


def chosen(label: str) -> bool:
    """Whether a label names what was chosen of a list, or what the proposal is called if nothing else does: 选题."""
    return _CHOSEN.fullmatch(label_key(label)) is not None


def distance(field: str, label: str, owner: str) -> int | None:
    """How far from the proposal the value of a field under a label stands, 0 the nearest; None for another's than the applicant's.

    A phone or an address is the nearer the more its owner leads: `owner` is named nearest, the label may name one: 联系人电话.
    Who keeps the books is no contact, and a contact for the books is one where there is no other; who is called leads so, too.
    """
    if field == WHO[1]:
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
