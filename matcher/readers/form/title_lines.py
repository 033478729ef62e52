"""Which lines may be the title of a proposal: neither who asks, nor the paper's own name, nor the head of a mail."""

from __future__ import annotations

import re

from matcher import settings
from matcher.readers.fields.values import latin_factor
from matcher.segment import HAN

_LONGEST_TITLE = settings.characters("readers.form.longest_title")
_SHORTEST_TITLE = settings.characters("readers.form.shortest_title")
_LONGEST_SENDER = settings.words("readers.form.longest_sender")
# A line above the labels that names who asks, or the paper itself.
_SENDER = re.compile(
    r"^附[件表录]|[厅局委部会院处办网]$|基金|协会|委员会|(?:专项|计划|项目|课题|信息|材料)$|[书表单]$|(?:申报|申请|征集|推荐|评审)$|^\d+(?![\d.]*%)|(?i:fund|foundation|agency|council|form|programme|program|call|proposal)s?\b"
    r"|^(?i:(?:faculty|school|department|division) of)(?:,? (?:(?i:of|the|and|for|&) )*[A-Z][\w'’&-]*){1,4}$"
    r"|^(?i:(?:start|title|cover) (?:page|sheet)$|part [a-z]\d?$)|(?i:\b(?:is|are) (?:co-?)?funded by\b)"
)
# Of an e-mail: the address is not the applicant's.
SENT_TO = re.compile(r"\s*(?i:to|cc|bcc|收件人|抄送)\s*[:：]")
OF_MAIL = re.compile(
    rf"{SENT_TO.pattern}|(?i:from|发件人)\s*[:：]\s*(?:.*[@＠]|[{HAN}]|[A-Z]\S*(?: [A-Z]\S*)+(?:,|$))|(?i:sent|date|发送时间|日期)\s*[:：].*\d"
)
_ENDS = "。；;！!？?，,、：:"


def is_title(line: str) -> bool:
    """Whether the line above all labels is the proposal's title, and not an agency's name or an attachment's."""
    return len(line) >= _SHORTEST_TITLE and may_be_title(line) and not is_sender(line)


def is_sender(line: str) -> bool:
    """Whether a line above the labels names who asks, or the paper itself."""
    return len(line.split()) <= _LONGEST_SENDER and _SENDER.search(line) is not None


def may_be_title(line: str) -> bool:
    """Whether a line is no longer than titles are and ends as one does."""
    longest = _LONGEST_TITLE * latin_factor(line)
    return len(line) <= longest and line[-1] not in _ENDS and not OF_MAIL.match(line)
