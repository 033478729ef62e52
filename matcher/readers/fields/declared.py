"""The declared topic of a form or of a row that asks for it under several names, some of which may mean the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from matcher import settings
from matcher.readers.fields.labels import label_key
from matcher.readers.fields.shapes import MARKED_TOPIC, is_a_topic, is_code, names_a_topic
from matcher.readers.fields.values import LAST
from matcher.segment import HAN

_TOPIC_NUMBER = re.compile(r"(?:编号|序号|代码|题号)\s*[:：为]?\s*([\w.\-—]+)")
_ASKS_TITLE = re.compile("(?:名称|题目|标题)$|title|name")
# Which kind of topic it is, the guide's or the applicant's own, says nothing of which.
_OWN_TOPIC = re.compile(
    r"[\s\W]|^\d{1,2}[.、]|(?:(?:申报|对应|所选|来自|属于)?(?:指南|课题指南|自选|自拟|自设|自主)(?:内|中)?(?:的)?(?:选题|课题|题目|项目)?)"
)
# Names of the call, of a discipline's code or of a field of study, to which any other name of the topic is preferred.
_OF_CALL = re.compile(
    "(?:funding)?call(?:id|no|number|code|ref|reference|title)?|(?:program)?solicitation(?:no|number)?|(?:funding)?opportunity|申[请报]代码"
)
_STUDIED = re.compile("(?:主要)?研究方向")
_AREA = re.compile(
    "一级方向|(?:主要)?研究方向|(?!.*(?:指南|方向|编号|代码)).*(?:领域|专题|专项|板块)"
    "|(?!.*(?:priority|topic|theme|call|guide|code|number)).*(?:area|field|discipline|subject|scheme|programme|program)s?"
)
# A discipline of the national foundation, which no guide's topic is: 申请代码1 B0504.
_DISCIPLINE = re.compile(r"(?:[A-HT]\d{4}(?:\d\d)?\b\W*)+.{0,20}")
_DISCIPLINE_LABEL = re.compile(r"申[请报]代码\d?")
_OUTLINE = re.compile(r"\s*(\d{1,2}(?:\.\d{1,2})*)(?![\d\-—])")
_QUOTED = re.compile("《[^《》]+》")
# A topic before a title; 课题一 and 任务一 would number the rows themselves.
_BEFORE_TITLE = re.compile(
    r"[【\[（(]?((?:方向|专题|选题|指南|榜单|赛道)[一二三四五六七八九十\d][一二三四五六七八九十\d.\-]*(?<!-))[】\])）]?[\s\-—–:：、]+(?=.{4})"
)
_EITHER = re.compile("(?:^|[申所]报|申请|拟报|拟申报|研究)的?(?:课题|项目|选题|题目)(?:名称|题目)?$")

# A code and the name that it stands for, among kinds that a form gives to choose from: C类 校外实践; no kind of grant (A类项目).
_CODED_TOPIC = re.compile(
    rf"(?:[A-Z]类[:：、]?\s?|(?:[A-Z]\d{{0,2}}|\d\d)[-–—])(?!.{{0,4}}(?:项目|课题|重[点大]|一般|普通|青年|面上|专项|资助|自筹|委托|团队|个人))[{HAN}]{{2}}"
)
# The same in any language, a sign or a capital between them.
_TITLED_CODE = re.compile(
    rf"(?:[A-Z]{{1,4}}[-‐]?\d{{1,2}}|[甲乙丙丁戊己]|[A-K](?=[.、)）：:]|\s?[-–—]))(?:\s*[.、)）：:–—-]\s*|\s+)(?:[A-Z][a-z]{{2}}|[{HAN}]{{2}})"
)
_OWN_KIND = re.compile(
    rf"(?:(?P<zh>[{HAN}]{{2,4}}?)|(?P<en>[A-Z][a-z]{{2,12}}) )"
    r"\s?(?:[A-Z]?\d{1,2}|[A-HJ-Z]|[IVX]{1,4}|[①-⑳]|[一二三四五六七八九十]{1,2}|[甲乙丙丁戊己])"
    r"(?![A-Za-z\d])(?=\s?[:：.、–—-]|\s|$)"
)
# Names that ask for one of a guide's kinds, and for none of a place, an arm or a language: Goal 4, but Ward 5.
_OF_GUIDE = re.compile(
    r"(?i:(?<!development )\bgoal|\b(?:window|theme|topic|strand|priorit|challenge|track|area|focus|pillar|mission|question|lot|stream))"
    r"|(?i:\b(?:call|destination|cluster|line|aim|field|sector|program))|关注|方向|主题|领域|议题|专题|板块|赛道|需求|榜单|题|窗口|任务|条目|指南"
)
_OF_INITIALS = re.compile(r"([A-Z]{2,4})-?\d{1,2}(?=\s?[:：.、–—-]\s?[^\W\d]|\s+[A-Z])")
_OF_STEPS = re.compile(
    "(?i:objective|aim|task|stage|phase|package|year|month|section|part|annex|appendix|form|class|level|grade|version|round|award|batch"
    "|step|school|room|unit|group|team|type|category|band)|目标|任务|内容|阶段|步骤|年度|批次|附件|类型|类别|级别|等级|第"
)
CLAIM = "claim"  # the kind of a section that may name the topic, see `form.claims`


# What a kind of grant says of its size, its takers and how far the work goes; disciplines of all calls.
_OF_FUNDING = re.compile(
    "项目|课题|计划|专项|重[点大]|一般|普通|青年|面上|资助|自筹|委托|团队|个人|培育|应用|基础|研究|开发|科技|技术|成果|转化|推广|示范|产业化|工程|其[他它]"
    "|(?:人文|社会|自然|软|哲学)*(?:社科|科学)|[A-Z甲乙丙丁第一二三四五]+类|[省市州县区校院]级?|攻关"
)
_LEAST_SUBJECT = settings.letters("readers.declared.subject")


class Claim(NamedTuple):
    """What stands under one name of the declared topic."""

    label: str
    text: str


def settled(claims: Sequence[Claim], *, title: str = "") -> tuple[str, str]:
    """(the declared topic, the project's title where it stands among them) from all that stands under its names, in order.

    A code goes before the topic's title; a finer number replaces the wider one. Of names that may mean the project's
    own title (申报课题), one gives that where no other has given a `title` and the topic is known without it.

    >>> settled([Claim("方向", "海洋生态"), Claim("编号", "HY-03")]), settled([Claim("选题", "☑指南选题，编号：05")])[0]
    (('HY-03 海洋生态', ''), '05')
    """
    claimed = [c for claim in claims if claim.text != title and (c := _own(claim)).text]
    sure = [c for c in claimed if not _OF_CALL.fullmatch(c.label)] or claimed[:1]
    numbered = [
        c
        for c in sure
        if is_code(c.text) or names_a_topic(c.text) or _OUTLINE.match(c.text) or of_own_kind(c.label, c.text)
    ]
    sure = [c for c in sure if not _AREA.fullmatch(c.label) or c in numbered] or claimed[:1]
    topic = own_title = ""
    if not title:  # the guide's code and words tell which of the others is the project's own title
        sure.sort(key=lambda claim: not is_titled_code(claim.text))
    for n, claim in enumerate(sure):
        joined = _joined(topic, claim, sure[n - 1].label if n else "")
        if not (title or own_title):
            either = _EITHER.search(claim.label)
            complete = " " in topic or (either and topic and not is_code(topic))
            if complete and joined == topic and (either or _ASKS_TITLE.search(claim.label)):
                own_title = claim.text
                continue
            if n and _EITHER.search(sure[n - 1].label) and not either:
                own_title, joined = topic, claim.text
        topic = joined
    return topic, own_title


def of_guides(claims: Sequence[Claim], *, disciplined: bool = False) -> list[Claim]:
    """The claims of a form without codes of disciplines: one that asks for such (申请代码) asks for no topic, but for what its people study.

    So does 研究方向 in a form that asks for a discipline by its name (`disciplined`).

    >>> of_guides([Claim("申请代码1", "C0308"), Claim("研究方向", "草地生态"), Claim("指南方向", "草原碳汇")])
    [Claim(label='指南方向', text='草原碳汇')]
    """
    rest = [
        c
        for c in claims
        if not (_DISCIPLINE_LABEL.fullmatch(label_key(c.label)) and _DISCIPLINE.fullmatch(c.text))
    ]
    national = len(rest) < len(claims)
    areas = _AREA if national else _STUDIED if disciplined else None
    return [
        c
        for c in rest
        if not (
            areas
            and areas.fullmatch(label_key(c.label))
            and not (c.text[0].isdecimal() or is_code(c.text) or topic_in(c.text))
        )
    ]


def is_coded(text: str) -> bool:
    """Whether a text is a code and the name that it stands for.

    >>> is_coded("C类 校外实践与职业启蒙"), is_coded("04-医疗质量与安全"), is_coded("A类项目"), is_coded("B类 青年课题"), is_coded("12-18岁")
    (True, True, False, False, False)
    """
    return _CODED_TOPIC.match(text) is not None


def is_titled_code(text: str) -> bool:
    """Whether a text is a code and, behind it, words that it stands for.

    >>> is_titled_code("C5 Heat in public space"), is_titled_code("乙、房屋与社区"), is_titled_code("F1 2026"), is_titled_code("B2 visa")
    (True, True, False, False)
    """
    return _TITLED_CODE.match(text) is not None


def of_own_kind(label: str, value: str) -> str:
    """The kind and code that a value begins with, if its name asks for that kind (Research goal: Goal 4 - …); "" for others.

    Steps of a project's own work are counted as well, and are no kind of a guide's.

    >>> of_own_kind("您选哪个关注点", "关注点④ 水鸟"), of_own_kind("Objective", "Objective 1: walls"), of_own_kind("Window", "Window seats")
    ('关注点④', '', '')
    >>> of_own_kind("Learning question addressed", "LQ4 - Handpumps"), of_own_kind("Length", "LQ4 - Handpumps")
    ('LQ4', '')
    """
    if not _OF_GUIDE.search(label):
        return ""
    if code := _OF_INITIALS.match(value):
        return code[0] if code[1] in "".join(word[0] for word in label.upper().split()) else ""
    if (kind := _OWN_KIND.match(value)) is None:
        return ""
    named = str(kind["zh"] or kind["en"]).lower()
    return kind[0].strip() if named in label.lower() and not _OF_STEPS.fullmatch(named) else ""


def names_a_subject(kind: str) -> bool:
    """Whether a kind that was chosen tells of what the work is, and not only how it is funded.

    >>> [names_a_subject(kind) for kind in ("中医康复（ZYKF）—面上", "成果转化组—高端医疗器械", "青年培育", "B 应用研究")]
    [True, True, False, False]
    """
    return len(re.findall(f"[{HAN}]", _OF_FUNDING.sub("", kind))) >= _LEAST_SUBJECT


def topic_in(text: str) -> str:
    """What in a value says itself that it is a topic of a guide: 方向2：教学 of 一般项目（方向2：教学）; "" for nothing."""
    if is_coded(text):
        return text
    topic = MARKED_TOPIC.search(text)
    return (topic[0] + re.split("[)）；;]", text[topic.end() :])[0]).strip() if topic else ""


def beside_title(title: str) -> tuple[str, str]:
    """(the topic, the title) of a title's cell that names the topic before the title or in brackets behind it; ("", title) without.

    >>> beside_title("方向四-矿井水供暖"), beside_title("《夜校课程》（课题3）"), beside_title("2-3岁婴幼儿照护")
    (('方向四', '矿井水供暖'), ('课题3', '夜校课程'), ('', '2-3岁婴幼儿照护'))
    """
    if before := _BEFORE_TITLE.match(title):
        return before[1], title[before.end() :]
    last = LAST.search(title)
    if last and title[: last.start()].strip() and is_a_topic(topic := last[0].strip(" （）()【】[]")):
        own = title[: last.start()].strip()
        return topic, own[1:-1] if _QUOTED.fullmatch(own) else own
    return "", title


def _own(claim: Claim) -> Claim:
    """A claim whose label is as it is compared, and whose text is without what only says whose topic it is."""
    text = claim.text
    if (written := _TOPIC_NUMBER.search(text)) and not _OWN_TOPIC.sub("", text[: written.start()]).strip():
        text = written[1]
    return Claim(label_key(claim.label), text if _OWN_TOPIC.sub("", text).strip() else "")


def _joined(topic: str, claim: Claim, above: str) -> str:
    """The topic with one more text: its code before its title, also below a name (`above`) of the code, else what was written first."""
    text = claim.text
    if not topic:
        return text
    wide, fine = _OUTLINE.match(topic), _OUTLINE.match(text)
    if wide and fine and fine[1].startswith(wide[1] + "."):
        return text  # 专题 4 绿色储能, 方向 4.2 钠离子电池
    if is_code(text):
        return topic if any(c.isdigit() for c in topic) else f"{text} {topic}"
    titled = _ASKS_TITLE.search(claim.label) or above.startswith(claim.label)  # Theme code, Theme
    return f"{topic} {text}" if is_code(topic) and titled else topic
