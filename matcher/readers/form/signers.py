"""Who writes: by the sentences of a text, by who signs it, by the list of those that take part, and by whose own form it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

from matcher import settings
from matcher.readers.blocks import Document
from matcher.readers.fields.in_lines import label_of
from matcher.readers.fields.shapes import INSTITUTION, OFFICE_END, looks_like_a_person, mentioned
from matcher.readers.fields.values import is_own_title
from matcher.readers.form.letter_frame import bodies
from matcher.readers.form.walk import FormWalk
from matcher.segment import HAN

# No others: names end in dame or sir, and schools, streets and foundations begin with Sir, Dame and Miss.
_HONORIFIC = r"(?i:(?:dr|prof(?:essor)?|mrs?|ms|mx)\b\.?\s*)"
_ON_BEHALF = re.compile(
    rf"(?i:\bon behalf of):? (?:{_HONORIFIC}[^,，\n]{{2,40}}[,，] ?)?"
    rf"(?:the )?(?!{_HONORIFIC})([A-Z][\w'’&-]+(?: (?:(?:of|and|for|the) )*[A-Z][\w'’&-]+)*)"
)
# 由总工程师某某某同志（电话…）主持
_LED = re.compile(
    rf"(?:由|推荐)(?:[{HAN}]{{0,14}}[师长任授员记]\s?)?([{HAN}]{{2,3}})(?:同志|老师|先生|女士|\s)(?:[（(][^（()）]{{0,40}}[)）])?(?:主持|负责|牵头|领衔|申报)"
    rf"|由[我本][站校院所司厂社会局]([{HAN}]{{2,3}}?)(?:(?:正?高级|副|助理|主任|主治)?(?:教授|讲师|研究员|工程师|农艺师|畜牧师|兽医师|医师|技师|实验师|馆员))?(?:[（(][^（()）]{{0,40}}[)）])?(?:主持|负责|牵头|领衔)"
)
# What the applicant promises, and who signs it, with more than initials.
_PROMISE = re.compile(r"承诺|声明|附件|(?i:declaration|undertaking)")
_SIGNED = re.compile(r"(?m)^(?:(?i:signed|signature|name)(?: by)?|签[名字])\s*[:：]\s*(?!.*\b[A-Z]\.)(\S.*)$")
_UNIT = re.compile(f"{INSTITUTION.pattern}|之[家友]$")
# 由某某中心承担, 我们是某某中心
_WE_ARE = re.compile(
    rf"(?:由(?=[{HAN}]{{4,20}}承担)|我们是(?!一)|(?<=[厂司店社院所校馆站]，)叫)([{HAN}]{{4,20}}?)(?=承担|[，,。（(])"
)
# 我是某某研究所的研究员王某某
_I_AM = re.compile(
    rf"我(?:叫|系|是)([{HAN}]{{3,20}})的(?:[{HAN}]{{0,3}}(?:教授|讲师|助教|研究员|工程师|博士|硕士|主任|院长|所长|处长|经理|[教老]师|医[师生]))?"
    rf"([{HAN}·]{{2,8}})(?=[，,。（(])"
)
_MARKED = re.compile(r"\s*[(（][^()（）]*[)）]$")  # Rosalind Pilbeam (Miss)
_MARKED_LEADER = re.compile(
    r"((?:[A-Z][\w.'’-]*+ ){0,3}[^、，,；;\s]+)\s*[(（](?:组长|(?:[项课][目题])?负责人?|主持人?|牵头人?|(?i:lead|pi))[)）]"
)
# Of the institution whose own people it is for, before what only they have: 某某医院院级课题, 某某医院 … 科室.
_IN_HOUSE = re.compile(
    rf"\s*([{HAN}]{{2,24}}(?:大学|学院|医院|研究[院所]|科学院|试验站|公司))(?:20\d\d年度?)?([院校所]级|[院校所]内|本[院校所]|[院校所]长基金)?"
)
_OF_A_HOUSE = re.compile("(?:科|室|系|病区|学院)$")
_COVER_LINES = settings.lines("readers.form_fields.cover")
_LED_BY, _HONORIFICS = re.compile("负责人[是为由]"), re.compile(f"{_HONORIFIC}+")


def signers(walk: FormWalk, people: list[str]) -> tuple[str, str]:
    """(person, institution) who write, by the text, the letter's ends and the contact; first come those of the `people` named so far."""
    last = [part.lines for part in walk.parts[-1:] if _PROMISE.search(part.heading)]
    for lines in last if not walk.frame.signature else ():
        walk.frame.text_of(lines, ends=True)
    loose = "\n".join([*walk.loose, *walk.frame.signature, *chain(*last)])
    people += _SIGNED.findall("\n".join(chain(*last)))
    we_are = next((m for m in _WE_ARE.finditer(loose) if _UNIT.search(m[1])), None)
    behalf = _ON_BEHALF.search(loose) or _I_AM.search(loose) or we_are
    if not _LED_BY.search(loose):  # 负责人是我们队长…: not who writes
        people += [*walk.frame.names(), *(behalf.groups()[1:] if behalf else ())]
    people = [*(led[1] or led[2] for led in _LED.finditer(loose)), *people]
    people = [_MARKED.sub("", n) for n in people]
    names = (n for n in people if looks_like_a_person(_HONORIFICS.sub("", n)) and not OFFICE_END.search(n))
    units = (line for line in walk.loose if INSTITUTION.search(line))
    # Also before the part of it that the line names: 某某大学 某某学院
    named = [([body for _, body in mentioned(line)], "".join(line.split())) for line in units]
    alone = [bodies_[0] for bodies_, line in named if bodies_ and "".join(bodies_) == line]
    signed = bodies(walk.frame.signature)[:1] or alone or walk.frame.sender(loose)
    of_contact = (v for f, k, v in walk.rivals if f == "contact" and label_of(k)[:1] == ("organisation",))
    body = behalf[1] if behalf else signed[0] if len(signed) == 1 else next(of_contact, "")
    return next(names, ""), body


def house_of(document: Document, department: str) -> str:
    """The institution whose own people a form is for, by its name, above all where they name their `department`; "" for none."""
    cover = (line.strip() for line in document.lines[:_COVER_LINES])
    names = ((_IN_HOUSE.match(line), line) for line in cover)
    within = _OF_A_HOUSE.search(department)
    whose = ((name, is_own_title(line) or name[0] == line) for name, line in names if name)
    return next((str(name[1]) for name, own in whose if name[2] or (own and within)), "")


def marked_leader(fields: Mapping[str, str], walk: FormWalk) -> str:
    """Who leads of those that take part, as their list marks it: 罗隐、钱镠（组长）; "" for none."""
    team = (line for part in walk.parts if part.kind == "members" for line in part.lines)
    marked = _MARKED_LEADER.search("\n".join([fields.get("members", ""), *team]))
    return marked[1] if marked else ""
