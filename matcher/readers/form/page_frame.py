"""What a portal or web page puts around a form: consent, links, rights, when it was printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from matcher import settings
from matcher.readers.fields.values import is_prose

_MOST_LINES = settings.lines("readers.form_page_frame.most_lines")
LONGEST = settings.characters("readers.form_page_frame.longest")
# What is asked of who submits, with the answer; without one it may be a text's own question.
_ANSWER = r"\s*[:：?？–—]\s*[(（\[]?(?i:yes|no|agreed?|accepted|confirmed|true|是|否|不?同意|已(?:阅读|同意|确认)|[√✓✔☑])[)）\]]?[.。]?"
_CONSENT = re.compile(
    r"(?:[☑✓√]\s*)?(?:(?i:(?:do|have|are|will) you\b|(?:i|we)\b|please confirm\b)[^.!?:]{0,60}?"
    r"\b(?i:agree|consent|accept|confirm|declare|read|understand|happy)\b[^.!?:]{0,120}"
    r"|(?:(?:请问)?[您你]?是否|本人|我们?|[本我]单位)[^。！？：]{0,10}(?:阅读|同意|知晓|知悉|确认|授权|承诺)[^。！？：]{0,40})"
    + _ANSWER
)
_CERTIFIES = re.compile(
    r"(?:\d{1,2}[.)]\s*)?(?i:(?:i|we)(?: hereby)? (?:certify|declare|confirm|affirm) that\b"
    r".{0,40}\b(?:information|statements?|answers|details|particulars|declaration|application|form|above)\b.{0,80}\b(?:true|correct|accurate|complete)\b"
    r"|your (?:personal )?(?:data|details|information)\b.{0,60}\b(?:will|may) be (?:processed|stored|kept|held|used|shared|retained)\b"
    r"|by (?:submitting|signing|sending) (?:this|the|your|my|our) [^.,]{1,40}, ?(?:i|we|you)\b.{0,40}?"
    r"\b(?:confirm|agree|declare|certify|consent|accept|acknowledge))|(?:提交|签署)本(?:表|申报书|申请书?)[^。]{0,6}即(?:表示|视为|代表)"
    r"|以上(?:所)?(?:填[写报]|申报)?的?(?:各项)?(?:内容|信息|材料|情况)[^。，]{0,4}(?:真实(?:有效|可靠|准确)?(?:[、，。；]|$)|属实|准确无误)"
)
_LINK = re.compile(
    r"(?i:privacy(?: notice| policy| statement)?|cookies?(?: policy| settings| notice| preferences)?|accessibility(?: statement)?"
    r"|terms(?: (?:and|&) conditions| of (?:use|service))?|legal(?: notice)?|help|site ?map|about(?: us)?|contact us|home|log ?out|sign out|faqs?"
    r"|back(?: to (?:the )?(?:top|list|home|overview|my applications))?|print(?: this page)?|download(?: (?:as )?(?:a )?pdf)?|feedback"
    r"|save(?: and (?:exit|continue))?|submit|edit|close(?: (?:this )?window)?|next|previous|all rights reserved\.?|page \d+ of \d+"
    r"|©.*|(?:copyright(?: ©| \(c\))?|\(c\)) \d{4}\b.*(?<!\.)|copyright ©.*|powered by [\w .]{2,30}(?<!\.)"
    r"|(?:submitted|printed|generated|exported|last (?:updated|modified|saved))(?: on| at| by)?\s*:?\s*(?:[a-z]+,? )?\d{1,4}(?:[\w\s:,./-]{0,30}\w)?)"
    r"|首页|返回(?:首页|列表|顶部|上一页)?|打印(?:本页)?|关闭(?:窗口|本页)?|下载(?:PDF)?|保存|提交|编辑|修改|退出(?:登录)?|隐私(?:政策|声明|保护)|使用条款"
    r"|用户协议|免责声明|网站地图|联系我们|关于我们|帮助(?:中心)?|常见问题|版权所有[^，。]*|技术支持[:：][^。]*|[^。]*(?:ICP备|公网安备)[^。]*|打印(?:时间|日期|人)[:：].*"
)
# What a mail says of itself below its end.
_OF_MAIL = re.compile(
    r"(?:(?:免责|保密|法律)(?:声明|提示|告知)\s*[:：]\s*)?(?:本(?:电子)?邮件[^。]{0,16}(?:保密(?!声明|条款|提示)|机密|仅限|仅供|仅代表|特定)"
    r"|如果?您(?:不是|并?非|误收|错误)[^。]{0,16}(?:收件人|邮件))"
    r"|发自我的.{1,12}$|(?i:(?:(?:confidentiality|legal|important) (?:notice|note)|disclaimer)\s*[:：.]?\s*)?"
    r"(?i:(?:the (?:information|contents?) (?:contained )?(?:in|of) )?this (?:e-?mail|message|communication)"
    r"(?: message| transmission)?(?:\s*[(,]| (?:and|or|including|together|with|is|are|may|contains?|has)\b)"
    r".{0,80}\b(?:confidential|intended|privileged|sole use)"
    r"|if you (?:are not|have received)\b.{0,40}\b(?:addressee|recipient|error|mistake)|sent from my \w+\W?$"
    r"|please consider the environment before printing|views expressed in this (?:e-?mail|message))"
)
_TO_READER = re.compile(r"(?i:\byours?\b|\byou\b)|[您你]")
_PARTS = re.compile(r"\s*[|｜·•\t　]\s*|\s{2,}")


def framed(lines: Sequence[str]) -> frozenset[str]:
    """The lines of the page around a form: consent with its answer, and at the end links, rights and what a mail says of itself.

    >>> sorted(framed(["Cookies", "We bake them.", "Do you agree to the terms? Yes", "Privacy notice | Help"]))
    ['Do you agree to the terms? Yes', 'Privacy notice | Help']
    """
    asked, below = set[str](), ""
    for line in reversed(lines):
        consents = len(line) <= LONGEST and _CONSENT.fullmatch(line) is not None
        below = below if consents else line
        if len(line) <= LONGEST and (certifies(line) or (consents and not _tells(below))):
            asked.add(line)
    tail = [
        *takewhile(
            lambda line: line in asked or _links(line) or of_mail(line), reversed(lines[-_MOST_LINES:])
        )
    ]
    around = {*asked, *(line for line in tail if lines.count(line) == 1)}
    return frozenset(around if len(tail) < len(lines) else ())  # of nothing there is no frame


def of_mail(line: str) -> bool:
    """Whether a line is what a mail says of itself: who may read it, what it was sent from."""
    return _OF_MAIL.match(line) is not None


def certifies(line: str) -> bool:
    """Whether a line certifies what was filled in: above the signature."""
    return _CERTIFIES.match(line) is not None


def _tells(line: str) -> bool:
    """Whether a line is a text's: below it, a question of consent with its answer is what the text is about."""
    return (is_prose(line) or line[-1:] in ("。", ".")) and not (
        certifies(line) or _links(line) or _TO_READER.search(line)
    )


def _links(line: str) -> bool:
    parts = [part for part in _PARTS.split(line) if part]
    return len(line) <= LONGEST and all(map(_LINK.fullmatch, parts))
