"""Texts that stand for a title or an abstract that nobody has written yet, or tell how to write it."""

from __future__ import annotations

import re

from matcher.readers.fields.values import is_empty, is_hint
from matcher.segment import fold

# What a placeholder says is not here, and the ways to say so.
_WHAT = r"(?:本?(?:项目|课题|研究)?的?(?:名称|题目|标题|摘要|内容|简介|全文|材料)|本?(?:项目|课题))"
_NOT_HERE = (
    r"(?:[暂尚]?[无略缺定]|没有|同上|尚?待(?:定|补充?|填写?|确定|确认|完善)|从略|空|未填写?|另附|另行?[报提]送?|暂?不[予宜便]?公开"
    r"|(?:属于?)?(?:涉密|保密)(?:项目|课题|内容)?|已?另?行?(?:提交|报送|寄送)(?:纸质|书面|线下)(?:版|件|稿|材料|文件)?"
    r"|[请详参另]{0,2}见所?附?(?:附件\d?|附表|正文|上文|附后|纸质(?:版|件|材料)|(?:项目|课题)?(?:申报|申请|任务)书(?:正文|全文|附件)?))"
)
_ONE = rf"(?:{_WHAT}\W?)?{_NOT_HERE}"
_NOTHING = re.compile(
    rf"\W*(?:{_ONE}(?:\W*{_ONE}){{0,2}}|{_WHAT}|(?:这是|一[个条])?(?:测试|示例)(?:项目|课题|数据)?\d*|(?:(?:项目|课题)?(?:申[请报]书?|申报表))(?:模板)?"
    r"|[a-z]|none|null|nil|test\s*\d*|title|abstract|untitled|(?:(?:grant |project )?(?:application|proposal|entry) )?form|lorem ipsum.*|as above"
    r"|(?:(?:the |this )?(?:project |proposal )?(?:title|abstract|summary|text)(?: is|:)? )?(?:tb[adc]|todo|n/?a|confidential|withheld|not public"
    r"|to be (?:added|announced|confirmed|completed|determined|supplied)|(?:please )?(?:see|refer to) (?:the )?(?:above"
    r"|(?:attached|attachment|annex|appendix|full)(?: (?:file|document|proposal|application|text|form))?)))\W*",
    re.IGNORECASE,
)
# What stands below a name in its cell and tells what to write beside it.
_EXPLAINS = re.compile(
    r"(?i:the (?:person|organi[sz]ation|body) (?:who|that|which)\b.*\.$|as (?:numbered|listed|printed) in\b|plain words\b"
    r"|(?:no more than|not more than|up to|max(?:imum|\.)?)\s\d+ (?:words|lines|characters)\b)"
    r"|不超过[\d一二三四五六七八九十百]+个?字|限[\d一二三四五六七八九十百]+个?字|指实际|填写[^。]{0,12}(?:名称|编号|序号|全称)$"
)
_MASKED = re.compile(r"\W*(?:某某.{0,12}|[x×*＊○〇_\-—.…·\s]+.{0,8})\W*", re.I)


def says_nothing(text: str) -> bool:
    """Whether a text says of no study what it is: 待定, 详见附件, test, n/a, 申请书, a form's hint.

    >>> says_nothing("测试"), says_nothing("see attached"), says_nothing("测试台的振动"), says_nothing("×××技术研究")
    (True, True, False, False)
    """
    plain = fold(text).strip()
    return is_empty(plain) or is_hint(text) or _NOTHING.fullmatch(plain) is not None


def is_placeholder(text: str) -> bool:
    """Whether a title or abstract stands for one that is still to be written, or hides what it is called.

    >>> is_placeholder("待定"), is_placeholder("（见附件）"), is_placeholder("×××技术研究"), is_placeholder("略谈物流")
    (True, True, True, False)
    """
    return says_nothing(text) or _MASKED.fullmatch(fold(text).strip()) is not None


def explains(text: str) -> bool:
    """Whether a line below a name in its cell tells what to write beside it.

    >>> explains("The person who answers for the research."), explains("不超过三十个字"), explains("限域催化剂制备")
    (True, True, False)
    """
    return _EXPLAINS.match(text.strip()) is not None
