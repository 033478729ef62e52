"""Where a list of titles without marks ends, and which lines announce no topics: words as a prior, blank lines as a sign."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from matcher import settings
from matcher.guide.blocks import Unit
from matcher.guide.offices import is_unit
from matcher.guide.places import may_name
from matcher.guide.vocabulary import RULE_WORDS, TOPIC_END

_LEAST_ENDED = settings.count("guide.list_ends.least_ended")
# What applicants have to do or to hand in, beside the words that rules have everywhere.
_RULE = re.compile(
    rf"{RULE_WORDS.pattern}|须|不予|每人|每个?单位|不收取|(?:申报|报名|申请|证明)材料|复印件"
    r"|(?i:\b(?:contain|include|attach|required|documents)\b.{0,12}$)"
)
# What the lines below hold if they hold no topics, by a line's own name.
_OTHER_NAME = re.compile(
    r"(?i:(?:the )?(?:(?:selection|evaluation|application|review|assessment)(?: and [a-z]+)?"
    r" (?:steps|stages|procedures?|process|committee|panel|board|criteria)"
    r"|(?:program(?:me)?|scientific|steering|organi[sz]ing|advisory) (?:committee|board)|committee|jury"
    r"|(?:keynote|invited) (?:speakers?|lectures?)|(?:required |supporting )?documents|agenda))[:.]?"
)
# A line above a list of what is not supported, was supported before, or is paid for.
_NO_TOPICS = re.compile(
    r"不(?:予|在|属于?)?(?:支持|资助|受理)|往年|历年|(?:优秀|已立项)(?:课题|项目|成果)|(?:支出|开支|费用|材料|议程|日程)(?:如下|包括)?:?$"
    r"|(?i:\b(?:not|never) (?:be )?(?:fund|support|consider|accept)|\bcosts\b|\bexpens|\bdocuments\b|\bagenda\b|\bare eligible\b)"
)
_SENTENCE_END = re.compile(r"[。;]|[.?!]\s")
_DATE = re.compile(
    r"[\d〇○零一二三四五六七八九十]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
    r"|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2}, \d{4}"
)


def lists_no_topics(text: str) -> bool:
    """Whether the last sentence of a folded line above a list says that it holds no topics: costs, what is not funded."""
    last = _SENTENCE_END.split(text.rstrip("。;. "))[-1]
    return bool(_NO_TOPICS.search(last)) and not re.search(r"选题|题目|(?i:topics|themes|priorities)", last)


def names_other(text: str) -> bool:
    """Whether a folded line names a unit or another list of a notice, not a topic."""
    return is_unit(text) or _OTHER_NAME.fullmatch(text) is not None


def ends_list(units: Sequence[Unit], at: int, titles: Collection[int], usual: int) -> bool:
    """Whether the line `at` ends a list: a signature, the name of another list, a rule.

    `titles` are the lines of the list so far, `usual` the least `gap_above` between neighbours of them, 0 if it has none.
    """
    text = units[at].text
    apart = 0 < usual < gap_above(units, at)
    dated = at + 1 < len(units) and _DATE.fullmatch(units[at + 1].text)
    # A signature, or the names of several units, below which nothing else stands.
    closes = (apart or at + 1 < len(units)) and all(is_unit(unit.text) for unit in units[at:])
    if (dated and is_unit(text)) or closes or _OTHER_NAME.fullmatch(text):
        return True
    return at - 1 in titles and _leaves_titles(units, at, titles, apart=apart)


def gap_above(units: Sequence[Unit], at: int) -> int:
    """How many lines lie between a unit and the one above it."""
    return units[at].lines[0] - units[at - 1].lines[1] if 0 < at < len(units) else 0


def _leaves_titles(units: Sequence[Unit], at: int, titles: Collection[int], *, apart: bool) -> bool:
    """Whether a line has the words of a rule, which are not its subject, or stands `apart` or below titles that all end as
    titles do, and below it no line ends as most titles do."""
    text = units[at].text
    ruled = _RULE.search(text) is not None
    if TOPIC_END.search(text):
        return False
    ended = sum(bool(TOPIC_END.search(units[i].text)) for i in titles)
    if not (ruled or apart or (ended == len(titles) >= _LEAST_ENDED and not may_name(text))):
        return False
    last = ended * 2 > len(titles) and not any(TOPIC_END.search(u.text) for u in units[at + 1 :])
    if ruled:
        return apart or last or text[-1] == ":" or bool(re.search(r"\b(?:must|shall)\b", text))
    return last
