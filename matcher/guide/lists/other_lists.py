"""Lines above lists that hold no topics: what is asked of applications, what was supported before, is not, or is paid for."""

from __future__ import annotations

import re
from collections.abc import Sequence

# A line above a list of what is not supported, was supported before, or is paid for.
_NO_TOPICS = re.compile(
    r"不(?:予|在|属于?)?(?:支持|资助|受理)|往年|历年|(?:优秀|已立项)(?:课题|项目|成果)|(?:支出|开支|费用|材料|议程|日程)(?:如下|包括)?:?$"
    r"|(?i:\b(?:not|never) (?:be )?(?:fund|support|consider|accept)|\bcosts\b|\bexpens|\bdocuments\b|\bagenda\b|\bare eligible\b)"
)
# What was supported before.
_BEFORE = (
    "往年|历年|以往|近[几\\d一二三四五]?年来?|此前|上一?年度?|去年|已经?|曾|20\\d\\d年?[—至到-]+20\\d\\d年"
)
_SUPPORTED = "tracks|projects|grants|awards|topics|themes|studies"
# 课题清单（不含往年立项课题） and （往年立项课题除外） head topics.
_LEFT_OUT = rf"(?:不含|不包[括含]|除)[^()]{{0,6}}(?:{_BEFORE})|[除之以]外\)?:?$"
_EARLIER = (
    rf"^(?!.*(?:{_LEFT_OUT})).*(?:{_BEFORE})[^,。;:拟本今将]{{0,12}}(?:立项|资助|获批|结项)[^,。;:]{{0,8}}(?:课题|项目|选题|题目)[^,。;:]{{0,4}}(?:如下|包括|有)?(?:,?\(?供参考\)?)?:?$"
    r"|20\d\d[^。;:]{0,10}(?:立项|获批)的?(?:课题|项目)(?:名称|名单|清单|一览表?)(?:如下|包括)?:?$"
    r"|(?:以下|下列)[^。;]{0,12}(?:已有?立项|不再|不予)[^。;]{0,16}:$"
    rf"|(?i:^(?:examples of |some |our )*(?:past|previous(?:ly)?|earlier) (?:[a-z]+ ){{0,2}}(?:{_SUPPORTED})\b"
    r"(?!.*\b(?:propos|invit|seek|sought|calls? for|welcome|remain|continu|open))[^.;]{0,90}:?$"
    rf"|^(?:{_SUPPORTED}) (?:funded|supported|made|awarded) [^.;]{{0,30}}\b(?:past|previous|earlier)\b[^.;]{{0,60}}:?$)"
)
# What a bracket behind the name of a list says of all of it; 往年已立项的不再受理 is said of some.
_CLOSED_WORDS = "(?:已?停止|暂停|暂不|不再|不予)(?:受理|支持|资助|申报|征集)|已(?:截止|关闭|结束)"
_LISTED = "topics|themes|tracks|challenges|projects|strands|questions"
_CLOSED = (
    rf"\((?:(?:今年|本年度?|本次|均|一律|现|目前|[^()的]{{1,8}}[,、;]) *)?(?:{_CLOSED_WORDS})(?:申[报请])?\):?$"
    rf"|^(?:[(]?[一二三四五六七八九十\d]{{1,3}}[)、.]\s*)?(?:{_CLOSED_WORDS})的[^。;:]{{0,10}}(?:课题|选题|题目|方向|项目|榜单)[^。;:]{{0,6}}:?$"
    r"|(?i:\((?:now )?(?:closed|withdrawn|no longer (?:open|accepted|funded))\):?$"
    rf"|^(?:\w{{1,3}}[.):]\s+)?(?:(?:closed|withdrawn|discontinued|expired) (?:{_LISTED})"
    rf"|(?:{_LISTED}) (?:that are )?(?:now )?(?:closed|withdrawn|no longer (?:open|accepted|funded|supported|offered|available)))\b[^.;]{{0,30}}$)"
)
# Who may apply, and what is asked of applications or paid for, of whatever topic: Preference will be given to programs that:
_OF_TOPICS = (
    "topic|theme|\\barea|priorit|subject|challenge|question|issue|one of|address|focus|relat|respond|explor|investigat|stud(?:y|ies)"
    "|heading|\\btitle|concern|\\bchoose|\\bselect|\\bfollowing [^.?!]{0,20}projects|\\b(?:on|about|into|under):$"
)
_FROM = "(?:applications?|proposals?|bids|submissions|nominations) (?:are (?:welcome|invited) )?from|open to"
_APPLICATION = (
    "(?:appli\\w+|proposals?|projects?|reviewers?|assessors?|bids?|awards?|grants?|funds?|submissions?|outlines?"
    "|(?:letters?|expressions?) of (?:inquiry|enquiry|intent|interest)|(?:concept|cover) (?:notes?|letters?)|white papers?)"
)
_BE = "may be|may not|(?:must|should|shall|need to)(?! (?:cover|contribute|aim|tackle|deal))"
_WILL = (
    "(?:can|will) (?:be )?(?:used|asked|required|expected|assessed|judged|scored|look|check|consider|cover)"
)
_ASKED = (
    r"(?:以下|下列|如下)[^。;:课选题向需榜领]{0,10}(?:人员|单位|机构|团队|主体|对象|条件|材料|情形|要求|规定)[^。;:课选题向需榜领]{0,8}:$"
    r"|(?i:\bwho (?:wish|want|seek|hope|plan|intend) to:$"
    r"|\b(?:preference|priority) (?:is|will be) given to\b.{0,60}\b(?:that|who|which):$|\bcriteria\b[^.]{0,40}:$"
    r"|^who (?:can|may|could|should|is|are)\b[^?]*\b(?:apply|eligible|bid|take part)\?$"
    r"|^(?:what|how)\b[^?]*\b(?:money|grants?|funds?|awards?|we)\b[^?]*\b(?:pay|used?|cover|spen[dt])\b[^?]*\?$"
    rf"|(?:^|[.?!] )(?=[^.?!]*:$)(?![^.?!]*(?:{_OF_TOPICS}))[^.?!]*"
    rf"\b(?:{_FROM}|{_APPLICATION} (?:{_BE}|{_WILL})|please (?:also )?(?:include|attach|enclose)|can (?:also )?pay for)\b)"
)
# What the call itself is for: This Call aims to:, The objectives of this call are to:
_CALLER = "(?:call|programme?|funds?|scheme|initiative|competition|trust|foundation|grants?|partnership)"
_AIMS = re.compile(
    rf"(?i:\b{_CALLER}(?: [a-z]+){{0,3}}? (?:(?:aims?|seeks?|intends?|hopes?|wish(?:es)?)|(?:is|are) (?:intended|designed|meant)) to:?$"
    rf"|\b(?:aims|objectives|goals|purposes?) of (?:the|this|our) (?:[a-z]+ ){{0,3}}?{_CALLER}(?: (?:is|are)(?: to)?)?:?$)"
)
# The results of an earlier round, in a call of its own: 一、2032年度立项结果, 附：2032年度立项课题名单
_DECIDED = (
    r"^(?!.*(?:指南|选题|征集|申报))[^。;]{0,24}(?:立项|评审|结项|验收|获奖|入选|中标)(?:课题|项目)?(?:结果|名单|情况|一览表?)(?:公[示布告])?:?$"
    r"|(?i:^(?:\w{1,3}[.):]\s+)?(?:results|awards|(?:projects|proposals|grants) (?:funded|awarded)|(?:funded|awarded|successful|winning)"
    r" (?:projects|proposals|applications|applicants))(?: (?:of|in|from|for))?(?: the)?(?: (?:last|previous|20\d\d))?"
    r"(?: (?:year|round|call|competition))?:?$)"
)
# What is not paid for, of whatever name: Areas the foundation does not fund:, 本基金不资助下列领域：
_UNFUNDED = (
    r"不(?:予|再|会)?(?:支持|资助|受理)(?:的|以下|下列|如下)[^。;:,]{0,12}:?$|(?:以下|下列)[^。;:,]{0,12}不(?:予|再|会)?(?:支持|资助|受理)[^。;:,]{0,4}:?$"
    r"|(?i:\b(?:(?:do|does|will|can)(?: not|n['’]t)|cannot|won['’]t) (?:be )?(?:normally |usually |generally )?"
    r"(?:fund|support|consider|accept|cover|pay)[^.?!]*:$)"
)
_IS_CLOSED = re.compile(_CLOSED)
_IS_DECIDED = re.compile(_DECIDED)
_ROUND = re.compile(r"(?:19|20)\d\d|往[年届]|历[年届]|[上前]一?[年届轮批]|(?i:last|previous|past|earlier)\b")
_OF_DECISIONS = re.compile("立项|评审|结项|验收|获奖|入选|中标|(?i:funded|awarded|successful|winning)")
_NOT_CALLED = re.compile(f"{_EARLIER}|{_ASKED}|{_CLOSED}|{_UNFUNDED}")
_WAS_CALLED = re.compile(f"{_EARLIER}|{_CLOSED}|{_UNFUNDED}")
_SENTENCE_END = re.compile(r"[。;]|[.?!]\s")
# Who applies, takes part or is to be asked: names of houses, in English each word with a capital.
_HOUSE = re.compile(
    r".*(?:大学|学院|院校|[科学研究设计]{2,3}院|研究所|实验室|医院|公司|集团|总站|学校|中学|小学|协会|学会|局)(?:\([^()]*\))?"
    r"|(?=.*\b(?:University|Institute|College|Academy|School|Hospital|Laboratory|Station|Council)\b)"
    r"(?:(?:[A-Z][\w.&'-]*|of|for|the|and|in|&),?(?: |$))+"
)


def is_called(text: str, *, studied: bool = False) -> bool:
    """Whether a folded line above a list, or its heading, does not say that it is none of topics, whatever its marks.

    Where what it lists is `studied` by its words, 围绕以下对象开展…: and 由以下单位承担: lead to topics.
    """
    return (_WAS_CALLED if studied else _NOT_CALLED).search(text) is None


def is_closed(text: str, *, announced: bool = True) -> bool:
    """Whether a folded heading says that all below it, and below its own headings, is no longer accepted or was decided.

    工程中标结果 names what is studied where no other heading is `announced` as that of topics, unless it names a round.
    """
    decided = _IS_DECIDED.search(text) and (announced or _ROUND.search(text))
    return bool(decided or _IS_CLOSED.search(text))


def says_before(text: str) -> bool:
    """Whether a folded heading says that what stands below it was supported before: 上年度立项项目（供参考）."""
    return _WAS_CALLED.search(text) is not None


def says_decided(text: str) -> bool:
    """Whether a folded line speaks of what was decided: 经评审，2032年度立项课题如下："""
    return _OF_DECISIONS.search(text) is not None


def lists_aims(text: str) -> bool:
    """Whether a folded line above a list says that it holds what the call itself is for."""
    return _AIMS.search(text) is not None


def lists_no_topics(text: str) -> bool:
    """Whether the last sentence of a folded line above a list says that it holds no topics: costs, what is not funded."""
    last = _SENTENCE_END.split(text.rstrip("。;. "))[-1]
    return not is_called(text) or (
        bool(_NO_TOPICS.search(last)) and not re.search(r"选题|题目|(?i:topics|themes|priorities)", last)
    )


def are_houses(titles: Sequence[str]) -> bool:
    """Whether folded titles are nothing but names of universities, institutes, firms and the like."""
    return all(map(_HOUSE.fullmatch, titles))
