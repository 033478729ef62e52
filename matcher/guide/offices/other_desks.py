"""Lines of contacts for something else than a topic: whom to call about money, a complaint, the site or a parcel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from matcher.guide.offices.contacts import clauses, is_unit, parse_contact, purposes
from matcher.guide.offices.mentions import mention_end
from matcher.guide.text.blocks import LONGEST_NAME, SHORT_LINE
from matcher.guide.text.marks import marks_of
from matcher.guide.vocabulary import PHONE, STRONG_OFFICE, WEAK_OFFICE
from matcher.segment import fold

# 装备领域技术咨询：高新处 …
_OF_FIELD = re.compile(r"[^,:;]{2,12}(?:领域|方向|专题)")
# What stands at the foot of every page of a site, with the phone of the house.
_OF_PAGE = re.compile(r"ICP\s*备|公网安备|版权所有|(?i:\ball rights reserved|©|\bregistered charity)")
_LABELLED = re.compile(f"{STRONG_OFFICE.pattern}|{WEAK_OFFICE.pattern}|咨询|(?i:\\bquestions|\\benquiries)")
# Where papers are left or made, by the end of its name.
_COUNTER = re.compile(r"(?:收发室|大厅|窗口|前台|图文(?:公司|中心|社|店)?)$")
_SENTENCES = re.compile(r"(?<=[。；;])(?=.)|(?<=\.) (?=[A-Z])")
# A heading that asks for more than it names: 咨询与监督.
_ASKED = re.compile(r"咨询|联系|联络|(?i:contact|enquir)")
_JOINED = re.compile(r"[与和及]|(?<![一二三四五六七八九十\d])、|\band\b")  # 经费与管理 is not for money only
# What a clause itself says of whom to call, whatever the heading above it names; 联系电话 is only a label.
_CALLS = re.compile(
    r"(?:咨询|联系(?!电话|人|方式|部门|单位|处室)|致电)(?!\W)|[课项][题目]由|(?i:\b(?:contact|call|ask) the\b|\bquestions\b)"
)
# What comes before whom to call says what for only as a condition: 如遇系统问题，请联系…
_CONDITION = re.compile(r"^\W*(?:如|若|遇|关于|有关|涉及)|问题|故障|事宜|疑问|(?i:\b(?:if|for|in case)\b)")
_TO_CALL = re.compile(
    r"咨询|联系|致电|请洽|受理|负责|承办|(?i:\b(?:contact|call|ask|questions?|enquir\w+)\b)"
)
_PHRASES = re.compile(
    r"[\s,:、()|]+|请|由|至|向|咨询|联系|致电|受理|负责|承办|(?i:\b(?:the|contact|to|call|ask)\b)"
)
# Within the name of a unit: 科技局（行政服务窗口二楼） 规划处
_ADDRESS = re.compile(r"\([^()]*\)(?=\s*(?!电话|联系)[\u3400-\u9fff]{2})")
_LATIN_UNIT = re.compile(
    r"(?:[A-Z][\w&'-]*+ (?:and |of |for )?)+(?:Office|Department|Division|Bureau|Unit|Team|Section)\b"
    r"|(?:Office|Department|Division|Bureau|Directorate)(?: (?:of|for|and)(?: [A-Z][\w&'-]*+)+)+"
)
# What stands at the end of a contact of the topics: 农村处：8840216（指南方向咨询）
ABOUT_TOPICS = re.compile(r"[（(][^（()）\d]*(?:咨询|联系|解答|对接)[^（()）\d]*[）)]$")
# What stands behind a phone and says what it is for: （系统技术支持）, " for technical help".
_BEHIND = re.compile(r"\)?\s*(?:\([^(),;:]{2,20}\)|[^(),;:。]*(?=$|[,;。]))")


def for_topics(lines: Sequence[tuple[int, str]], names: Iterable[str]) -> list[tuple[int, str]]:
    """(line, text) without the contacts that are for something else, by their own words or those of the heading above them.

    `names` are the folded texts of topics and headings: a clause that begins with one is about it (电力系统：能源处 …).
    """
    own = {name for name in names if name}
    kept: list[tuple[int, str]] = []
    heading = ""
    for line, text in lines:
        folded = fold(text)
        phoned = PHONE.search(folded)
        if _OF_PAGE.search(folded) and not (phoned and _LABELLED.search(folded)):
            kept.append((line, ""))
            continue
        if not phoned:
            heading = folded if (marks_of(folded) or folded[-1:] == ":") and len(folded) <= SHORT_LINE else ""
            kept.append((line, text))
            continue
        named = all(map(purposes().search, _JOINED.split(heading)))
        elsewhere = named and not _ASKED.search(heading)
        parts = [part for sentence in _SENTENCES.split(text) for part in clauses(sentence)]
        dropped = [part for part in parts if _is_other(fold(part), own, elsewhere=elsewhere)]
        for part in dropped:
            text = text.replace(part, "")  # what labels the whole line stays
        kept.append((line, text if len(dropped) < len(parts) else ""))
    return kept


def _is_other(clause: str, own: Iterable[str], *, elsewhere: bool) -> bool:
    """Whether a folded clause gives a phone for something else; `elsewhere` says that the heading above it does."""
    phone = PHONE.search(clause)
    if phone is None or (parse_contact(clause) is None and not purposes().match(clause)):
        return False  # 监督电话：… is no contact of a topic
    if elsewhere and not _CALLS.search(clause):
        return True
    ahead, behind = clause[: phone.start()].split(","), _BEHIND.match(clause, phone.end())
    called = next((n for n, piece in enumerate(ahead) if _TO_CALL.search(piece)), 0)
    spoken = [piece for n, piece in enumerate(ahead) if n >= called or _CONDITION.search(piece)]
    spoken.append(behind[0] if behind else "")
    if not any(map(purposes().search, spoken)) or _OF_FIELD.match(clause):
        return False
    if any(mention_end(clause, name) for name in own):
        return False
    return any(purposes().search(_without_units(piece)) for piece in spoken)


def _without_units(text: str) -> str:
    """A folded text without the names of units in it, whose words say nothing (财务处), but for those where papers are left."""
    text = _LATIN_UNIT.sub("", _ADDRESS.sub("", text))
    for name in _PHRASES.split(text):
        if is_unit(name) and len(name) <= LONGEST_NAME and not _COUNTER.search(name):
            text = text.replace(name, "")
    return text
