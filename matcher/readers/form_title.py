"""The title of a form where no label gives it: its first line, without what a letter or the paper writes around it."""

from __future__ import annotations

import re

from matcher import settings
from matcher.readers.form_labels import label_of

_LONGEST_TITLE = settings.characters("readers.form.longest_title")
_SHORTEST_TITLE = settings.characters("readers.form.shortest_title")
# A line above the labels that names who asks, or the paper itself.
_SENDER = re.compile(
    r"^附[件表录]|[厅局委部会院处办网]$|基金|协会|委员会|(?:专项|计划|项目|课题|信息|材料)$|[书表单]$|(?:申报|申请|征集|推荐|评审)$|^\d|(?i:fund|foundation|agency|council|form|programme|program|call|proposal)s?\b"
)
_FIRST_OF_TEXT = settings.characters("readers.form.first_of_text")
_LATIN_TITLE = settings.factor("readers.form.latin_title")
_LETTER = re.compile(
    r"关于.{0,12}[“\"《「]([^”\"》」]+)[”\"》」].{0,12}的(?:报告|请示|函|申请|建议)"
    r"|(?i:proposal|application)\s*[:：]?\s*[“\"]([^”\"]+)[”\"].{0,40}|[“\"《「]([^”\"》」]+)[”\"》」]"
)
_PAPER = re.compile(
    r"[^:：]{0,12}(?:申报书|申请书|建议书|投标书|(?i:proposal|application))\s*[:：]\s*(?=.{4})"
)
_SUBJECT_OF_LETTER = re.compile(
    r"关于.{0,40}的(?:报告|请示|函|申请|建议)|(?i:(?:proposal|application|request) (?:for|to|under) .{0,80})"
)
_OF_LETTER = re.compile(
    r"(?:课题|项目|题目|(?i:project|proposal)(?i: titled| entitled| called)?,?)\s?(?:名称)?(?:为|是|[:：])?[“\"《「]([^”\"》」]{4,120})[”\"》」]"
)
_CITED = re.compile(
    r"指南[^，。；]{0,6}第\s*(\d{1,3})\s*[号条题项](?:(?:选题|课题|方向)?[“《]([^”》]{2,60})[”》])?|(?i:\b(topic|theme|priority)\s+([A-Z]?\d[\w.\-]*\w|\d)\b)"
)
_ENDS = "。；;！!？?，,、：:"


def cited_topic(title: str, text: str) -> str:
    """The topic of the guide that a letter names in its sentences: 课题指南第34号选题“…”, Topic 5.2; "" for none."""
    cited = _CITED.search(f"{title}\n{text}")
    return " ".join(filter(None, cited.groups())).strip() if cited else ""


def named(title: str, text: str = "") -> str:
    """A title without what a letter or a paper writes around it (关于申请“…”课题立项的报告, 申报书：…), or that which the letter's `text` quotes."""
    title = title[paper.end() :] if (paper := _PAPER.match(title)) else title
    letter = _LETTER.fullmatch(title)
    quoted = _OF_LETTER.search(text) if _SUBJECT_OF_LETTER.fullmatch(title) else None
    return str(letter[letter.lastindex or 0]) if letter else quoted[1] if quoted else title


def titled(title: str, lines: list[str]) -> tuple[str, str]:
    """(title, text) of lines without labels: a short first line above a longer one is the title."""
    first = lines[0].strip()
    if (
        not title
        and len(lines) > 1
        and _may_be_title(first)
        and (len(lines[1]) >= _FIRST_OF_TEXT or len("".join(lines[1:])) >= 2 * len(first))
        and not label_of(first)
    ):
        return first, "\n".join(lines[1:])
    return title, "\n".join(line for line in lines if line.strip() != title)


def is_title(line: str) -> bool:
    """Whether the line above all labels is the proposal's title, and not an agency's name or an attachment's."""
    return len(line) >= _SHORTEST_TITLE and _may_be_title(line) and not _SENDER.search(line)


def _may_be_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE * (_LATIN_TITLE if line.isascii() else 1) and line[-1] not in _ENDS
